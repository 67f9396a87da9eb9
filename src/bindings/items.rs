//! The arguments of a call, which JavaScript writes as one text.
//!
//! `pkg-template/src/encode.ts` is the other end. The items of the text are
//!
//! | item | JavaScript value |
//! |---|---|
//! | `u` `n` `t` `f` | `undefined`, `null`, `true`, `false` |
//! | `i3:123` | safe integer or bigint |
//! | `d3:1.5` | any other finite number, as `String(number)` writes it |
//! | `5:hello` | string |
//! | `[2:` item item | array |
//! | `{1:` `4:name` item | object |
//! | `b3:` | a `Uint8Array` of so many bytes, which follow those of earlier ones after the text |
//! | `z` | an object nested so deeply that JavaScript itself gave up |
//! | `x4:a Map` | anything else, by its description |
//!
//! Lengths of texts count UTF-16 code units, as JavaScript does. Text that is not ASCII alone begins
//! with `~`, or with `?` where it has lone surrogates, which UTF-8 cannot hold: they arrive as U+FFFD.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::canonical::SignatureVersion;
use crate::credentials::Credentials;
use crate::error::{Error, root_field};
use crate::json::{Fields, MAX_DEPTH, Number, Value, index};
use crate::request::{Body, Date, DateHeader, Digest, Request};
use crate::text::{decimal, split_at_byte};

/// What follows in the arguments.
pub(super) struct Reader<'a> {
    rest: &'a str,
    /// Whether code units are bytes.
    is_ascii: bool,
    has_lone_surrogates: bool,
    bytes: &'a [u8],
}

/// An item, with lists and objects opened but not read.
pub(super) enum Item<'a> {
    Undefined,
    Null,
    Bool(bool),
    Integer(&'a str),
    Float(&'a str),
    String(&'a str),
    List(usize),
    Object(usize),
    Bytes(&'a [u8]),
    LoneSurrogate,
    TooDeep,
    Other(&'a str),
}

impl Item<'_> {
    fn description(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::String(_) => "a string",
            Self::LoneSurrogate => "text with half of a surrogate pair",
            Self::List(_) => "an array",
            Self::Object(_) | Self::TooDeep => "an object",
            Self::Bytes(_) => "a Uint8Array",
            Self::Other(description) => return Cow::Owned((*description).to_string()),
        })
    }

    pub(super) fn is_not(&self, at: impl Into<String>, expected: &'static str) -> Error {
        let expected = match self {
            Self::LoneSurrogate => "well-formed Unicode, since UTF-8 cannot hold anything else",
            _ => expected,
        };
        Error::Type { at: at.into(), expected, found: self.description() }
    }
}

const FIELDS: &str = "an object, a Map, URLSearchParams or an iterable of [name, value] pairs; \
                      leave it out when there are none";
const VALUE: &str = "a string, a finite number, a bigint, a boolean or a list of these, and in a \
                     JSON body also null or a plain object";
pub(super) const TEXT: &str = "a string";
const HEADER: &str = "a string; leave the header out when there is none";

impl<'a> Reader<'a> {
    /// Takes so many bytes of text, and after them so many of bodies.
    pub(super) fn new(input: &'a [u8], text: usize, bytes: usize) -> Self {
        let (text, rest) = input.split_at_checked(text).unwrap_or_default();
        let text = core::str::from_utf8(text).unwrap_or_default();
        let (mark, rest_of_text) = match text.strip_prefix(['~', '?']) {
            Some(rest) => (text.as_bytes().first(), rest),
            None => (None, text),
        };
        Self {
            rest: rest_of_text,
            is_ascii: mark.is_none(),
            has_lone_surrogates: mark == Some(&b'?'),
            bytes: rest.get(..bytes).unwrap_or_default(),
        }
    }

    pub(super) fn item(&mut self) -> Item<'a> {
        let Some((tag, rest)) = self.rest.split_at_checked(1) else { return Item::Undefined };
        if matches!(tag.as_bytes(), [b'0'..=b'9']) {
            return self.string_item();
        }
        self.rest = rest;
        match tag {
            "n" => Item::Null,
            "t" => Item::Bool(true),
            "f" => Item::Bool(false),
            "i" => Item::Integer(self.text()),
            "d" => Item::Float(self.text()),
            "[" => Item::List(self.count()),
            "{" => Item::Object(self.count()),
            "b" => Item::Bytes(self.body()),
            "z" => Item::TooDeep,
            "x" => Item::Other(self.text()),
            _ => Item::Undefined,
        }
    }

    fn count(&mut self) -> usize {
        let mut count: usize = 0;
        let mut digits = 0;
        for byte in self.rest.bytes().take_while(u8::is_ascii_digit) {
            count = count.wrapping_mul(10).wrapping_add(usize::from(byte - b'0'));
            digits += 1;
        }
        // The digits, and the colon after them.
        self.rest = self.rest.get(digits + 1..).unwrap_or_default();
        count
    }

    fn text(&mut self) -> &'a str {
        let length = self.count();
        let end = if self.is_ascii { length } else { utf16_prefix(self.rest, length) };
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        text
    }

    fn string_item(&mut self) -> Item<'a> {
        let text = self.text();
        let is_broken =
            self.has_lone_surrogates && text.chars().any(|it| it == char::REPLACEMENT_CHARACTER);
        if is_broken { Item::LoneSurrogate } else { Item::String(text) }
    }

    fn body(&mut self) -> &'a [u8] {
        let length = self.count();
        let (body, rest) = self.bytes.split_at_checked(length).unwrap_or_default();
        self.bytes = rest;
        body
    }

    pub(super) fn string(&mut self, at: &str, expected: &'static str) -> Result<&'a str, Error> {
        match self.item() {
            Item::String(text) => Ok(text),
            other => Err(other.is_not(at, expected)),
        }
    }

    pub(super) fn credentials(&mut self) -> Result<Credentials, Error> {
        let ikey = self.string("ikey", "the integration key, a string")?;
        let skey = self.string("skey", "the secret key, a string")?;
        Credentials::new(ikey, skey)
    }

    pub(super) fn request(&mut self) -> Result<Request<'a>, Error> {
        let method = self.string("method", TEXT)?;
        let host = self.string("host", TEXT)?;
        let path = self.string("path", TEXT)?;
        let params = self.fields("params")?;
        let date = self.date()?;
        let mut request = Request::new(method, host, path, date);
        request.params = params;
        match self.item() {
            Item::Undefined => {}
            Item::Object(count) => {
                for _ in 0..count {
                    self.option(&mut request)?;
                }
            }
            other => return Err(other.is_not("options", "an object")),
        }
        Ok(request)
    }

    fn date(&mut self) -> Result<Date<'a>, Error> {
        match self.item() {
            Item::String(text) => Ok(text.into()),
            Item::Integer(text) | Item::Float(text) => {
                let milliseconds = whole(text).ok_or(Error::DateRange)?;
                Ok(milliseconds.div_euclid(1000).into())
            }
            Item::Other("NaN" | "Infinity" | "-Infinity") => Err(Error::DateRange),
            other => Err(other.is_not(
                "date",
                "a Date, milliseconds since 1970, an RFC 2822 string, or left out for now",
            )),
        }
    }

    fn option(&mut self, request: &mut Request<'a>) -> Result<(), Error> {
        match self.text() {
            "signatureVersion" => {
                let Item::Integer(number) = self.item() else {
                    return Err(Error::SignatureVersion);
                };
                request.signature_version = decimal(number)
                    .and_then(|number| number.try_into().ok())
                    .and_then(SignatureVersion::from_number)
                    .ok_or(Error::SignatureVersion)?;
            }
            "digest" => {
                let name = self.string("digest", TEXT)?;
                request.digest = Digest::from_name(name).ok_or(Error::DigestName)?;
            }
            "dateHeader" => {
                let name = self.string("dateHeader", TEXT)?;
                request.date_header = DateHeader::from_name(name).ok_or(Error::DateHeader)?;
            }
            "headers" => {
                for (name, value) in self.fields("headers")? {
                    let Value::String(value) = value else {
                        return Err(Error::Type {
                            at: ["headers.", &name].concat(),
                            expected: HEADER,
                            found: value.kind().into(),
                        });
                    };
                    request.headers.push((name, value));
                }
            }
            "query" => request.query = self.fields("query")?,
            "body" => {
                request.body = match self.item() {
                    Item::Null => None,
                    Item::String(text) => Some(Body::Raw(Cow::Borrowed(text.as_bytes()))),
                    Item::Bytes(bytes) => Some(Body::Raw(Cow::Borrowed(bytes))),
                    Item::Object(count) => Some(Body::Json(self.members(count, "body", 1)?)),
                    Item::List(_) => return Err(Error::BodyNotObject),
                    Item::TooDeep => return Err(Error::NestedTooDeeply("body".into())),
                    other => {
                        return Err(other.is_not("body", "a string, a Uint8Array or an object"));
                    }
                }
            }
            name => return Err(Error::UnknownOption(name.into())),
        }
        Ok(())
    }

    /// A whole number from 0 on.
    #[cfg(feature = "wasm-diagnose")]
    pub(super) fn integer(
        &mut self,
        at: &str,
        expected: &'static str,
    ) -> Result<Option<u64>, Error> {
        let item = self.item();
        match item {
            Item::Undefined => return Ok(None),
            Item::Integer(text) => decimal(text).and_then(|number| number.try_into().ok()),
            _ => None,
        }
        .map_or_else(|| Err(item.is_not(at, expected)), |number| Ok(Some(number)))
    }

    #[cfg(feature = "wasm-diagnose")]
    pub(super) fn milliseconds(
        &mut self,
        at: &str,
        expected: &'static str,
    ) -> Result<Option<i64>, Error> {
        let item = self.item();
        match item {
            Item::Undefined => return Ok(None),
            Item::Integer(text) | Item::Float(text) => whole(text),
            _ => None,
        }
        .map_or_else(|| Err(item.is_not(at, expected)), |number| Ok(Some(number)))
    }

    /// An object, or a list of pairs.
    pub(super) fn fields(&mut self, at: &str) -> Result<Fields<'a>, Error> {
        let item = self.item();
        self.fields_of(item, at)
    }

    pub(super) fn fields_of(&mut self, item: Item<'a>, at: &str) -> Result<Fields<'a>, Error> {
        match item {
            Item::Undefined => Ok(Fields::new()),
            Item::Object(count) => self.members(count, at, 1),
            Item::List(count) => {
                let mut pairs = Fields::with_capacity(count.min(64));
                for i in 0..count {
                    pairs.push(self.pair(at, i)?);
                }
                Ok(pairs)
            }
            Item::TooDeep => Err(Error::NestedTooDeeply(at.into())),
            other => Err(other.is_not(at, FIELDS)),
        }
    }

    fn pair(&mut self, at: &str, i: usize) -> Result<(Cow<'a, str>, Value<'a>), Error> {
        match self.item() {
            Item::List(2) => {
                let name = self.string(&[&*index(at, i), "[0]"].concat(), "a name, a string")?;
                let item = self.item();
                Ok((name.into(), self.value(item, &member(at, name), 1)?))
            }
            other => Err(other.is_not(index(at, i), "a pair [name, value]")),
        }
    }

    pub(super) fn members(
        &mut self,
        count: usize,
        at: &str,
        depth: usize,
    ) -> Result<Fields<'a>, Error> {
        let mut fields = Fields::with_capacity(count.min(64));
        for _ in 0..count {
            let Item::String(name) = self.string_item() else {
                return Err(Item::LoneSurrogate.is_not(member(at, "?"), ""));
            };
            let item = self.item();
            let value = match scalar(&item) {
                Some(value) => value,
                None => self.value(item, &member(at, name), depth)?,
            };
            fields.push((name.into(), value));
        }
        Ok(fields)
    }

    fn value(&mut self, item: Item<'a>, at: &str, depth: usize) -> Result<Value<'a>, Error> {
        if let Some(value) = scalar(&item) {
            return Ok(value);
        }
        match item {
            Item::List(_) | Item::Object(_) if depth >= MAX_DEPTH => {
                Err(Error::NestedTooDeeply(root_field(at).into()))
            }
            Item::List(count) => {
                let mut values = Vec::with_capacity(count.min(64));
                for i in 0..count {
                    let item = self.item();
                    values.push(match scalar(&item) {
                        Some(value) => value,
                        None => self.value(item, &index(at, i), depth + 1)?,
                    });
                }
                Ok(Value::List(values))
            }
            Item::Object(count) => self.members(count, at, depth + 1).map(Value::Object),
            Item::TooDeep => Err(Error::NestedTooDeeply(at.into())),
            other => {
                Err(other.is_not(at, if root_field(at) == "headers" { HEADER } else { VALUE }))
            }
        }
    }
}

/// The whole number at or below a number as JavaScript writes it; `None` beyond 64 bits.
pub(super) fn whole(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    if split_at_byte(digits, b'e').is_some() {
        // Between -1 and 1, or far away.
        let is_small = split_at_byte(digits, b'-').is_some();
        return is_small.then_some(if sign < 0 { -1 } else { 0 });
    }
    let (whole, fraction) = split_at_byte(digits, b'.').unwrap_or((digits, ""));
    let below = i64::from(sign < 0 && !fraction.is_empty());
    Some(sign * decimal(whole)? - below)
}

fn member(at: &str, name: &str) -> String {
    [at, ".", name].concat()
}

/// The value of an item without further items in it; `None` for the others.
fn scalar<'a>(item: &Item<'a>) -> Option<Value<'a>> {
    match *item {
        Item::Null => Some(Value::Null),
        Item::Bool(value) => Some(Value::Bool(value)),
        Item::Integer(text) => Number::integer(text).map(Value::Number),
        Item::Float(text) => Number::float(text).map(Value::Number),
        Item::String(text) => Some(Value::String(Cow::Borrowed(text))),
        _ => None,
    }
}

/// The number of bytes that the first `units` UTF-16 code units of a text take in UTF-8.
fn utf16_prefix(text: &str, units: usize) -> usize {
    let mut seen = 0;
    text.char_indices()
        .find(|(_, character)| {
            let reached = seen >= units;
            seen += character.len_utf16();
            reached
        })
        .map_or(text.len(), |(end, _)| end)
}
