//! Parameters of a query or form: percent-encoding, order, and the decoding that Duo does.

use alloc::string::String;
use alloc::vec::Vec;

use percent_encoding::{percent_decode, percent_encode_byte};

use crate::error::Error;
use crate::json::Fields;
use crate::text::{Key, ascii, class, sort};

/// Percent-encodes every byte outside `A-Z a-z 0-9 - . _ ~` (RFC 3986 section 2.3), with capital hex
/// digits, as `duo_client.canon_params` does (`urllib.parse.quote(…, '~')`).
///
/// ```
/// assert_eq!(duo_sign::params::encode("Zoë's ~/+"), "Zo%C3%AB%27s%20~%2F%2B");
/// ```
#[must_use]
pub fn encode<T: AsRef<[u8]> + ?Sized>(text: &T) -> String {
    let mut encoded = Vec::new();
    push_encoded(&mut encoded, text.as_ref());
    ascii(encoded)
}

/// Names and values, percent-encoded, in no particular order until [`canonical`](Self::canonical).
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// `name=value`, joined by `&`, in the order given.
    text: Vec<u8>,
    pairs: Vec<Pair>,
}

/// Where a pair stands in the text.
#[derive(Clone, Copy, Debug)]
struct Pair {
    start: usize,
    equals: usize,
    end: usize,
}

impl Params {
    /// Adds one parameter. The bytes are those of the text in UTF-8.
    pub fn push<T: AsRef<[u8]> + ?Sized>(&mut self, name: &T, value: &T) {
        if !self.text.is_empty() {
            self.text.push(b'&');
        }
        let start = self.text.len();
        push_encoded(&mut self.text, name.as_ref());
        let equals = self.text.len();
        self.text.push(b'=');
        push_encoded(&mut self.text, value.as_ref());
        self.pairs.push(Pair { start, equals, end: self.text.len() });
    }

    /// Adds fields whose values are text, integers, booleans or lists of these; an empty list
    /// adds nothing. `field` is the name of the argument they came from, for errors.
    ///
    /// # Errors
    ///
    /// [`Error::ParamValue`]: null, a number with a fraction, an object, a list within a list.
    pub fn extend(&mut self, fields: &Fields<'_>, field: &str) -> Result<(), Error> {
        self.pairs.reserve(fields.len());
        self.text.reserve(32 * fields.len());
        for (name, value) in fields {
            value.texts(&|| [field, ".", name].concat(), &mut |text| self.push(&**name, text))?;
        }
        Ok(())
    }

    /// Adds the parameters of a query or an `application/x-www-form-urlencoded` body as Duo reads
    /// them: `+` is a space, blank values are kept, a name without `=` has an empty value.
    pub fn extend_encoded(&mut self, text: &[u8]) {
        for (name, value) in decoded(text) {
            self.push(&name, &value);
        }
    }

    /// The canonical params line: the pairs sorted by encoded name, then by encoded value, in byte
    /// order, as `name=value`, joined by `&`; empty without parameters.
    ///
    /// This is how `duo_client.canon_params` sorts. Some of Duo's other clients sort the raw names
    /// or the joined text, which is another order for names such as `a[` and `aB`, or `foo` and
    /// `foo-bar`.
    ///
    /// ```
    /// let mut params = duo_sign::params::Params::default();
    /// params.push("foo-bar", "2");
    /// params.push("foo", "b c");
    /// params.push("foo", "");
    /// assert_eq!(params.canonical(), "foo=&foo=b%20c&foo-bar=2");
    /// ```
    #[must_use]
    pub fn canonical(self) -> String {
        let part = |from, to| self.text.get(from..to).unwrap_or_default();
        let key =
            |it: &Pair| Key::new(part(it.start, it.equals), part(it.equals, it.end), it.start);
        let mut keys: Vec<_> = self.pairs.iter().map(key).collect();
        if keys.is_sorted() {
            return ascii(self.text);
        }
        sort(&mut keys);
        let mut line = Vec::with_capacity(self.text.len());
        for Key { name, value, .. } in keys {
            if !line.is_empty() {
                line.push(b'&');
            }
            line.extend_from_slice(name);
            line.extend_from_slice(value);
        }
        ascii(line)
    }
}

fn push_encoded(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let (plain, special) = class::split(rest, class::UNRESERVED);
        text.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { break };
        text.extend_from_slice(percent_encode_byte(*byte).as_bytes());
        rest = after;
    }
}

/// The parameters of a query or form in their order, decoded.
pub(crate) fn decoded(text: &[u8]) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    let pieces = text.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    let pair = |piece: &[u8]| {
        let mut halves = piece.splitn(2, |byte| *byte == b'=');
        let mut next = || decode(halves.next().unwrap_or_default());
        (next(), next())
    };
    pieces.map(pair)
}

/// The same as texts; what is no UTF-8 becomes U+FFFD.
#[cfg(feature = "diagnose")]
pub(crate) fn decoded_texts(encoded: &[u8]) -> Vec<(String, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    decoded(encoded).map(|(name, value)| (text(name), text(value))).collect()
}

fn decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> =
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}
