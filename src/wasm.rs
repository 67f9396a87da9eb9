//! The bindings: the only file that knows JavaScript.
//!
//! A call crosses the boundary once in and once out. JavaScript writes all arguments into one text
//! (`pkg-template/src/encode.ts` is the other end), whose items are
//!
//! | item | JavaScript value |
//! |---|---|
//! | `u` `n` `t` `f` | `undefined`, `null`, `true`, `false` |
//! | `i3:123` | safe integer or bigint |
//! | `d3:1.5` | any other finite number, as `String(number)` writes it |
//! | `s5:hello` | string |
//! | `[2:` item item | array |
//! | `{1:` `4:name` item | object |
//! | `b` | the `Uint8Array` that is passed beside the text |
//! | `w` | a string with a lone surrogate, which UTF-8 cannot hold |
//! | `z` | an object nested so deeply that JavaScript itself gave up |
//! | `x4:a Map` | anything else, by its description |
//!
//! Lengths count UTF-16 code units, as JavaScript does.

#[cfg(feature = "diagnose")]
mod diagnose;
#[cfg(feature = "diagnose")]
pub use diagnose::{WasmDiagnoser, parse_request, render, verify};

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};
use zeroize::Zeroizing;

use crate::error::root;
use crate::json::{self, Fields};
use crate::{
    Body, Credentials, Date, DateHeader, Digest, Error, MAX_DEPTH, Number, Request,
    SignatureVersion, SignedRequest, Signer, Value,
};

/// The keys of an application, with the HMAC key schedule.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmSigner(Signer);

#[wasm_bindgen]
impl WasmSigner {
    /// Takes the items ikey, skey.
    ///
    /// # Errors
    ///
    /// `{ code, field, message }`.
    #[wasm_bindgen(constructor)]
    pub fn new(arguments: String) -> Result<WasmSigner, JsValue> {
        let arguments = Zeroizing::new(arguments);
        let signer = Reader::new(&arguments).credentials().map_err(to_js)?;
        Ok(Self(signer))
    }

    /// Takes the items method, host, path, params, date, options; returns the signed request as
    /// JSON, without its `body` when that is the one given in the options.
    ///
    /// # Errors
    ///
    /// `{ code, field, message }`.
    pub fn sign(&self, arguments: &str, bytes: Option<Uint8Array>) -> Result<String, JsValue> {
        sign(&self.0, Reader::new(arguments), bytes)
    }
}

/// [`WasmSigner::new`] and [`WasmSigner::sign`] in one crossing: takes the items ikey, skey, then
/// those of the request.
///
/// # Errors
///
/// `{ code, field, message }`.
#[wasm_bindgen]
pub fn sign_once(arguments: String, bytes: Option<Uint8Array>) -> Result<String, JsValue> {
    let arguments = Zeroizing::new(arguments);
    let mut reader = Reader::new(&arguments);
    let signer = reader.credentials().map_err(to_js)?;
    sign(&signer, reader, bytes)
}

/// Takes the items method, host, path, params, date, options; returns the canonical string.
///
/// # Errors
///
/// `{ code, field, message }`.
#[wasm_bindgen]
pub fn canonicalize(arguments: &str, bytes: Option<Uint8Array>) -> Result<String, JsValue> {
    with_request(Reader::new(arguments), bytes, |request| request.canonicalize())
}

/// Takes the items method, host, path, params, date, options; returns `[{ label, value, note }]`.
///
/// # Errors
///
/// `{ code, field, message }`.
#[wasm_bindgen]
pub fn explain(arguments: &str, bytes: Option<Uint8Array>) -> Result<JsValue, JsValue> {
    let lines = with_request(Reader::new(arguments), bytes, |request| request.explain())?;
    Ok(to_object(&lines))
}

fn with_request<T>(
    mut reader: Reader<'_>,
    bytes: Option<Uint8Array>,
    then: impl FnOnce(Request<'_>) -> Result<T, Error>,
) -> Result<T, JsValue> {
    let bytes = bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
    reader.request(&bytes).and_then(then).map_err(to_js)
}

fn sign(signer: &Signer, reader: Reader<'_>, bytes: Option<Uint8Array>) -> Result<String, JsValue> {
    with_request(reader, bytes, |request| {
        let finished = signer.sign(&request)?;
        let body_is_given = matches!(request.body, Some(Body::Raw(_))) && finished.body.is_some();
        Ok(to_json(&finished, body_is_given))
    })
}

/// JSON, because JavaScript engines read it faster than they take objects over the boundary.
fn to_json(signed: &SignedRequest<'_>, body_is_given: bool) -> String {
    let mut out = String::with_capacity(signed.canonical.len() * 2 + 512);
    out.push_str("{\"method\":");
    json::write_string(&mut out, &signed.method);
    out.push_str(",\"url\":");
    json::write_string(&mut out, &signed.url);
    for (i, (name, value)) in signed.headers.iter().enumerate() {
        out.push_str(if i == 0 { ",\"headers\":{" } else { "," });
        json::write_string(&mut out, name);
        out.push(':');
        json::write_string(&mut out, value);
    }
    out.push('}');
    if !body_is_given {
        out.push_str(",\"body\":");
        match signed.body.as_deref().map(core::str::from_utf8) {
            Some(Ok(text)) => json::write_string(&mut out, text),
            _ => out.push_str("null"),
        }
    }
    out.push_str(",\"canonical\":");
    json::write_string(&mut out, &signed.canonical);
    out.push('}');
    out
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    code: &'a str,
    field: &'a str,
    message: &'a str,
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn to_js(error: Error) -> JsValue {
    let message = error.message();
    to_object(&ErrorObject { code: error.code(), field: error.field(), message: &message })
}

fn to_object(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value)
        .unwrap_or_else(|error| JsError::new(&error.to_string()).into())
}

/// What follows in the arguments.
struct Reader<'a> {
    rest: &'a str,
}

/// An item, with lists and objects opened but not read.
enum Item<'a> {
    Undefined,
    Null,
    Bool(bool),
    Integer(&'a str),
    Float(&'a str),
    String(&'a str),
    List(usize),
    Object(usize),
    Bytes,
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
            Self::Bytes => "a Uint8Array",
            Self::Other(description) => return Cow::Owned((*description).to_string()),
        })
    }

    fn is_not(&self, at: impl Into<String>, expected: &'static str) -> Error {
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
const TEXT: &str = "a string";
const HEADER: &str = "a string; leave the header out when there is none";

impl<'a> Reader<'a> {
    fn new(rest: &'a str) -> Self {
        Self { rest }
    }

    fn item(&mut self) -> Item<'a> {
        let mut characters = self.rest.chars();
        let tag = characters.next();
        self.rest = characters.as_str();
        match tag {
            Some('n') => Item::Null,
            Some('t') => Item::Bool(true),
            Some('f') => Item::Bool(false),
            Some('i') => Item::Integer(self.text()),
            Some('d') => Item::Float(self.text()),
            Some('s') => Item::String(self.text()),
            Some('[') => Item::List(self.count()),
            Some('{') => Item::Object(self.count()),
            Some('b') => Item::Bytes,
            Some('w') => Item::LoneSurrogate,
            Some('z') => Item::TooDeep,
            Some('x') => Item::Other(self.text()),
            _ => Item::Undefined,
        }
    }

    fn count(&mut self) -> usize {
        let (digits, rest) = self.rest.split_once(':').unwrap_or_default();
        self.rest = rest;
        digits.parse().unwrap_or_default()
    }

    fn text(&mut self) -> &'a str {
        let length = self.count();
        let is_ascii = self.rest.as_bytes().get(..length).is_some_and(<[u8]>::is_ascii);
        let end = if is_ascii { length } else { utf16_prefix(self.rest, length) };
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        text
    }

    fn string(&mut self, at: &str, expected: &'static str) -> Result<&'a str, Error> {
        match self.item() {
            Item::String(text) => Ok(text),
            other => Err(other.is_not(at, expected)),
        }
    }

    fn credentials(&mut self) -> Result<Signer, Error> {
        let ikey = self.string("ikey", "the integration key, a string")?;
        let skey = self.string("skey", "the secret key, a string")?;
        Ok(Signer::new(&Credentials::new(ikey, skey)?))
    }

    fn request<'r>(&mut self, bytes: &'r [u8]) -> Result<Request<'r>, Error>
    where
        'a: 'r,
    {
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
                    self.option(&mut request, bytes)?;
                }
            }
            other => return Err(other.is_not("options", "an object")),
        }
        Ok(request)
    }

    fn date(&mut self) -> Result<Date<'a>, Error> {
        match self.item() {
            Item::String(text) => Ok(text.into()),
            // Milliseconds; a fraction of one does not matter.
            Item::Integer(text) | Item::Float(text) => {
                let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
                let milliseconds: i64 = match whole.parse() {
                    Ok(milliseconds) if !text.contains('e') => milliseconds,
                    _ => return Err(Error::DateRange),
                };
                Ok(milliseconds.div_euclid(1000).into())
            }
            Item::Other("NaN" | "Infinity" | "-Infinity") => Err(Error::DateRange),
            other => Err(other.is_not(
                "date",
                "a Date, milliseconds since 1970, an RFC 2822 string, or left out for now",
            )),
        }
    }

    fn option<'r>(&mut self, request: &mut Request<'r>, bytes: &'r [u8]) -> Result<(), Error>
    where
        'a: 'r,
    {
        match self.text() {
            "signatureVersion" => {
                let Item::Integer(number) = self.item() else {
                    return Err(Error::SignatureVersion);
                };
                request.signature_version = number
                    .parse()
                    .ok()
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
                            at: format!("headers.{name}"),
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
                    Item::Bytes => Some(Body::Raw(Cow::Borrowed(bytes))),
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

    /// An object, or a list of pairs.
    fn fields(&mut self, at: &str) -> Result<Fields<'a>, Error> {
        let item = self.item();
        self.fields_of(item, at)
    }

    fn fields_of(&mut self, item: Item<'a>, at: &str) -> Result<Fields<'a>, Error> {
        match item {
            Item::Undefined => Ok(Fields::new()),
            Item::Object(count) => self.members(count, at, 1),
            Item::List(count) => (0..count).map(|i| self.pair(at, i)).collect(),
            Item::TooDeep => Err(Error::NestedTooDeeply(at.into())),
            other => Err(other.is_not(at, FIELDS)),
        }
    }

    fn pair(&mut self, at: &str, i: usize) -> Result<(Cow<'a, str>, Value<'a>), Error> {
        match self.item() {
            Item::List(2) => {
                let name = self.string(&format!("{at}[{i}][0]"), "a name, a string")?;
                let item = self.item();
                Ok((name.into(), self.value(item, &format!("{at}.{name}"), 1)?))
            }
            other => Err(other.is_not(format!("{at}[{i}]"), "a pair [name, value]")),
        }
    }

    fn members(&mut self, count: usize, at: &str, depth: usize) -> Result<Fields<'a>, Error> {
        let mut fields = Fields::with_capacity(count.min(64));
        for _ in 0..count {
            let name = self.text();
            let item = self.item();
            let value = match scalar(&item) {
                Some(value) => value,
                None => self.value(item, &format!("{at}.{name}"), depth)?,
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
                Err(Error::NestedTooDeeply(root(at).into()))
            }
            Item::List(count) => (0..count)
                .map(|i| {
                    let item = self.item();
                    match scalar(&item) {
                        Some(value) => Ok(value),
                        None => self.value(item, &format!("{at}[{i}]"), depth + 1),
                    }
                })
                .collect::<Result<Vec<_>, _>>()
                .map(Value::List),
            Item::Object(count) => self.members(count, at, depth + 1).map(Value::Object),
            Item::TooDeep => Err(Error::NestedTooDeeply(at.into())),
            other => Err(other.is_not(at, if root(at) == "headers" { HEADER } else { VALUE })),
        }
    }
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
