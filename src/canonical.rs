//! The canonical string: the text that is signed, for every signature version.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use sha2::{Digest as _, Sha512};

use crate::error::Error;
use crate::text::{Key, hex, sort};

/// The version of Duo's signature scheme. There is no version 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SignatureVersion {
    /// Method, host, path and parameters. The date is not signed.
    V1,
    /// Version 1 and the date.
    V2,
    /// Version 2 and the SHA-512 of the body.
    V4,
    /// Version 4 and the SHA-512 of the `x-duo-` headers.
    #[default]
    V5,
}

impl SignatureVersion {
    /// The version with this number; `None` unless it is 1, 2, 4 or 5.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::V1),
            2 => Some(Self::V2),
            4 => Some(Self::V4),
            5 => Some(Self::V5),
            _ => None,
        }
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }

    /// Whether the body is signed through its hash, instead of as form parameters.
    #[must_use]
    pub fn hashes_body(self) -> bool {
        self >= Self::V4
    }
}

/// A request as its receiver sees it; what the canonical string is made of.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The text of the `Date` or `X-Duo-Date` header.
    pub date: &'a str,
    /// The method, in any case.
    pub method: &'a str,
    /// The host, in any case.
    pub host: &'a str,
    /// The path on the request line, without the query.
    pub path: &'a str,
    /// The canonical params line ([`Params::canonical`](crate::params::Params::canonical)) of the
    /// query and, for versions 1 and 2, of the form body.
    pub params: &'a str,
    /// The bytes of the body; empty without one.
    pub body: &'a [u8],
    /// The `x-duo-` headers, in any order and case.
    pub x_duo_headers: Vec<(&'a str, &'a str)>,
}

/// What a line of the canonical string holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Label {
    /// The text of the date header.
    Date,
    /// The method.
    Method,
    /// The host.
    Host,
    /// The path.
    Path,
    /// The parameters.
    Params,
    /// The hash of the body.
    BodyHash,
    /// The hash of the `x-duo-` headers.
    XDuoHash,
}

impl Label {
    /// The lines of a version, in their order.
    ///
    /// Follows `duo_client.canonicalize` (Duo's Python client), which implements "Authentication" in
    /// Duo's Admin API documentation for version 2, and versions 4 and 5 besides.
    #[must_use]
    pub fn all(version: SignatureVersion) -> &'static [Self] {
        use Label::{BodyHash, Date, Host, Method, Params, Path, XDuoHash};
        match version {
            SignatureVersion::V1 => &[Method, Host, Path, Params],
            SignatureVersion::V2 => &[Date, Method, Host, Path, Params],
            SignatureVersion::V4 => &[Date, Method, Host, Path, Params, BodyHash],
            SignatureVersion::V5 => &[Date, Method, Host, Path, Params, BodyHash, XDuoHash],
        }
    }

    /// Its name, such as `body hash`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Method => "method",
            Self::Host => "host",
            Self::Path => "path",
            Self::Params => "params",
            Self::BodyHash => "body hash",
            Self::XDuoHash => "x-duo headers hash",
        }
    }

    /// The rule that the line follows.
    #[must_use]
    pub fn note(self, version: SignatureVersion) -> &'static str {
        match self {
            Self::Date => "exactly the text of the date header",
            Self::Method => "in upper case",
            Self::Host => "in lower case, without a scheme",
            Self::Path => "as on the request line, without the query",
            Self::Params if version.hashes_body() => {
                "the query: names and values percent-encoded (RFC 3986), sorted by name, then \
                 value; empty without a query"
            }
            Self::Params => {
                "the query and the form body: names and values percent-encoded (RFC 3986), sorted \
                 by name, then value; empty without parameters"
            }
            Self::BodyHash => {
                "SHA-512 of the bytes of the body, in lower-case hex; of nothing without a body"
            }
            Self::XDuoHash => {
                "SHA-512 of the x-duo- headers, in lower-case hex: names in lower case, sorted, \
                 names and values joined by NUL; of nothing without such headers"
            }
        }
    }
}

/// One line of the canonical string.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// What the line holds: the [name](Label::name) of a label.
    pub label: &'static str,
    /// The line itself.
    pub value: String,
    /// The rule that the line follows.
    pub note: &'static str,
}

/// The canonical string line by line, with labels.
#[must_use]
pub fn explain(version: SignatureVersion, message: &Message<'_>) -> Vec<Line> {
    let line = |label: &Label| {
        let mut value = String::new();
        message.push(*label, &mut value);
        Line { label: label.name(), value, note: label.note(version) }
    };
    Label::all(version).iter().map(line).collect()
}

/// The canonical string itself: the same lines joined by one LF, without one at the end.
#[must_use]
pub fn canonicalize(version: SignatureVersion, message: &Message<'_>) -> String {
    let Message { date, method, host, path, params, .. } = message;
    let given: usize = [date, method, host, path, params].iter().map(|it| it.len()).sum();
    let mut text = String::with_capacity(given + 7 + 2 * EMPTY_HASH.len());
    for (i, label) in Label::all(version).iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        message.push(*label, &mut text);
    }
    text
}

impl Message<'_> {
    fn push(&self, label: Label, text: &mut String) {
        let start = text.len();
        match label {
            Label::Date => text.push_str(self.date),
            Label::Method => {
                text.push_str(self.method);
                if let Some(method) = text.get_mut(start..) {
                    method.make_ascii_uppercase();
                }
            }
            Label::Host => {
                text.push_str(self.host);
                if let Some(host) = text.get_mut(start..) {
                    host.make_ascii_lowercase();
                }
            }
            Label::Path => text.push_str(self.path),
            Label::Params => text.push_str(self.params),
            Label::BodyHash => text.push_str(&sha512_hex(self.body)),
            Label::XDuoHash => text.push_str(&hash_x_duo_headers(&self.x_duo_headers)),
        }
    }
}

/// Whether version 5 signs a header of this name. `x-duo` without the second hyphen is not enough:
/// `duo_client` refuses such names.
#[must_use]
pub fn is_x_duo(name: &str) -> bool {
    name.split_at_checked(6).is_some_and(|(start, _)| start.eq_ignore_ascii_case("x-duo-"))
}

/// `duo_client.canon_x_duo_headers`.
pub(crate) fn hash_x_duo_headers(headers: &[(&str, &str)]) -> Cow<'static, str> {
    if headers.is_empty() {
        return Cow::Borrowed(EMPTY_HASH);
    }
    let headers: Vec<(String, &str)> =
        headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
    let parts = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let mut keys = parts.map(|(name, value)| Key::new(name, value, 0)).collect();
    sort(&mut keys);
    let mut joined = Vec::new();
    for Key { name, value, .. } in keys {
        for part in [name, value] {
            if !joined.is_empty() {
                joined.push(0);
            }
            joined.extend_from_slice(part);
        }
    }
    sha512_hex(&joined)
}

/// The SHA-512 of nothing, which most requests need twice.
const EMPTY_HASH: &str = "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
                          47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

pub(crate) fn sha512_hex(bytes: &[u8]) -> Cow<'static, str> {
    if bytes.is_empty() {
        return Cow::Borrowed(EMPTY_HASH);
    }
    Cow::Owned(hex(&Sha512::digest(bytes)))
}

impl fmt::Display for SignatureVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number(), f)
    }
}

impl FromStr for SignatureVersion {
    type Err = Error;

    /// Reads the number.
    ///
    /// ```
    /// use duo_sign::{Error, SignatureVersion};
    ///
    /// assert_eq!("5".parse(), Ok(SignatureVersion::V5));
    /// assert_eq!(SignatureVersion::V5.to_string(), "5");
    /// assert_eq!("3".parse::<SignatureVersion>(), Err(Error::SignatureVersion));
    /// assert!(["05", "+5", " 5"].iter().all(|it| it.parse::<SignatureVersion>().is_err()));
    /// ```
    fn from_str(text: &str) -> Result<Self, Error> {
        // `parse` alone would take `+5` and `05`.
        let number = text.parse().ok().filter(|_| text.len() == 1);
        number.and_then(Self::from_number).ok_or(Error::SignatureVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_hash_of_nothing() {
        assert_eq!(EMPTY_HASH, hex(&Sha512::digest(b"")));
    }

    #[test]
    fn knows_x_duo_headers_by_their_whole_prefix() {
        for (name, signed) in [
            ("x-duo-date", true),
            ("X-DUO-", true),
            ("x-duofoo", false),
            ("x-duo", false),
            ("xé-duo-", false),
        ] {
            assert_eq!(is_x_duo(name), signed, "{name}");
        }
    }
}
