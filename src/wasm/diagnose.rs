//! The bindings of the larger core: verification and diagnosis.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use super::{Item, Reader, TEXT, to_js};
use crate::diagnose::{Cause, Context, Diagnoser, Diagnosis, Intended};
use crate::json::{self, Fields, write_string};
use crate::render::{self, Format, Parts};
use crate::verify::{self, Clock, Received};
use crate::{Credentials, Error, Value};

/// Takes the items ikey, skey, method, url, headers, body, now and skew in seconds; returns
/// `{ ok: true, signatureVersion, digest }` or `{ ok: false, code, message }` as JSON.
///
/// # Errors
///
/// `{ code, field, message }`.
#[wasm_bindgen]
pub fn verify(arguments: String, bytes: Option<Uint8Array>) -> Result<String, JsValue> {
    let arguments = Zeroizing::new(arguments);
    let bytes = bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
    verify_items(&mut Reader::new(&arguments), &bytes).map_err(to_js)
}

fn verify_items(reader: &mut Reader<'_>, bytes: &[u8]) -> Result<String, Error> {
    let credentials = keys(reader)?;
    let incoming = Incoming::read(reader, bytes)?;
    let clock = clock(reader)?;
    Ok(match verify::verify(&incoming.received()?, &credentials, clock) {
        Ok(verified) => format!(
            r#"{{"ok":true,"signatureVersion":{},"digest":"{}"}}"#,
            verified.version.number(),
            verified.digest.name()
        ),
        Err(refusal) => {
            format!(r#"{{"ok":false,"code":{},"message":"{}"}}"#, refusal.code(), refusal.message())
        }
    })
}

/// A diagnosis that goes on as long as it is called.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WasmDiagnoser(Diagnoser);

#[wasm_bindgen]
impl WasmDiagnoser {
    /// Takes the items ikey, skey, method, url, headers, body, now and skew in seconds, intended
    /// params, body and canonical string, Duo's answer and the budget. The bytes are those of the
    /// body, and of the intended body.
    ///
    /// # Errors
    ///
    /// `{ code, field, message }`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        arguments: String,
        bytes: Option<Uint8Array>,
        intended: Option<Uint8Array>,
    ) -> Result<WasmDiagnoser, JsValue> {
        let arguments = Zeroizing::new(arguments);
        let to_vec = |bytes: Option<Uint8Array>| bytes.map(|it| it.to_vec()).unwrap_or_default();
        diagnoser(&mut Reader::new(&arguments), &to_vec(bytes), to_vec(intended))
            .map(Self)
            .map_err(to_js)
    }

    /// Tries so many canonical strings; whether there is nothing left to be tried.
    pub fn step(&mut self, count: u32) -> bool {
        self.0.step(count.into())
    }

    /// How many canonical strings were tried so far.
    #[must_use]
    pub fn tried(&self) -> f64 {
        number(self.0.tried())
    }

    /// How many there are to be tried at most.
    #[must_use]
    pub fn total(&self) -> f64 {
        number(self.0.total())
    }

    /// The `Diagnosis` as JSON.
    #[must_use]
    pub fn finish(self) -> String {
        to_json(&self.0.finish())
    }
}

/// Returns `{ method, url, headers: [[name, value], …], body }` as JSON; a body that is not UTF-8 is
/// a list of its bytes.
///
/// # Errors
///
/// `{ code, field, message }`.
#[wasm_bindgen]
pub fn parse_request(arguments: String) -> Result<String, JsValue> {
    let arguments = Zeroizing::new(arguments);
    let text = Reader::new(&arguments).string("text", TEXT);
    let parsed = text.and_then(crate::parse::parse).map_err(to_js)?;
    let mut out = String::new();
    members(&mut out, &[("method", &parsed.method), ("url", &parsed.url)]);
    out.pop();
    out.push_str(",\"headers\":");
    list(&mut out, &parsed.headers, |out, (name, value)| {
        out.push('[');
        write_string(out, name);
        out.push(',');
        write_string(out, value);
        out.push(']');
    });
    out.push_str(",\"body\":");
    match core::str::from_utf8(&parsed.body) {
        Ok("") => out.push_str("null"),
        Ok(body) => write_string(&mut out, body),
        Err(_) => list(&mut out, &parsed.body, |out, byte| _ = write!(out, "{byte}")),
    }
    out.push('}');
    Ok(out)
}

/// Takes the items method, url, headers, body and format; returns the text.
///
/// # Errors
///
/// `{ code, field, message }`.
#[wasm_bindgen]
pub fn render(arguments: &str, bytes: Option<Uint8Array>) -> Result<String, JsValue> {
    let bytes = bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
    render_items(&mut Reader::new(arguments), &bytes).map_err(to_js)
}

fn render_items(reader: &mut Reader<'_>, bytes: &[u8]) -> Result<String, Error> {
    let incoming = Incoming::read(reader, bytes)?;
    let format = reader.string("format", TEXT).ok().and_then(Format::from_name);
    let format = format.ok_or(Error::FormatName)?;
    let body = (!incoming.body.is_empty()).then_some(incoming.body);
    let headers = incoming.pairs()?;
    let parts = Parts { method: incoming.method, url: incoming.url, headers, body };
    render::render(&parts, format)
}

fn diagnoser(
    reader: &mut Reader<'_>,
    bytes: &[u8],
    intended_bytes: Vec<u8>,
) -> Result<Diagnoser, Error> {
    let credentials = keys(reader)?;
    let incoming = Incoming::read(reader, bytes)?;
    let received = incoming.received()?;
    let clock = clock(reader)?;
    let params = intended_params(reader)?;
    let body = match reader.item() {
        Item::Undefined | Item::Null => None,
        Item::String(text) => Some(text.as_bytes().to_vec()),
        Item::Bytes => Some(intended_bytes),
        Item::Object(count) => {
            Some(json::write(&reader.members(count, "intended.body", 1)?)?.into_bytes())
        }
        other => return Err(other.is_not("intended.body", "a string, a Uint8Array or an object")),
    };
    let canonical = match reader.item() {
        Item::Undefined => None,
        Item::String(text) => Some(text.into()),
        other => return Err(other.is_not("intended.canonical", TEXT)),
    };
    let answer = seconds(reader, "response")?.and_then(|code| code.try_into().ok());
    let budget = seconds(reader, "budget")?.map(i64::unsigned_abs);
    let intended = Intended { params, body, canonical };
    Ok(Diagnoser::new(&received, &credentials, Context { intended, clock, answer, budget }))
}

fn intended_params(reader: &mut Reader<'_>) -> Result<Option<Vec<(String, String)>>, Error> {
    let fields = match reader.item() {
        Item::Undefined => return Ok(None),
        item => reader.fields_of(item, "intended.params")?,
    };
    let mut pairs = Vec::new();
    for (name, value) in &fields {
        let at = || format!("intended.params.{name}");
        value.texts(&at, &mut |text| pairs.push((name.clone().into_owned(), text.into())))?;
    }
    Ok(Some(pairs))
}

fn keys(reader: &mut Reader<'_>) -> Result<Credentials, Error> {
    let ikey = reader.string("ikey", "the integration key, a string")?;
    let skey = reader.string("skey", "the secret key, a string")?;
    Credentials::new(ikey, skey)
}

/// Now and the skew; none without now.
fn clock(reader: &mut Reader<'_>) -> Result<Option<Clock>, Error> {
    let (now, skew) = (seconds(reader, "now")?, seconds(reader, "clockSkew")?);
    Ok(now.zip(skew).map(|(now, skew)| Clock { now, skew }))
}

fn seconds(reader: &mut Reader<'_>, at: &str) -> Result<Option<i64>, Error> {
    let item = reader.item();
    let (Item::Integer(text) | Item::Float(text)) = item else {
        return match item {
            Item::Undefined => Ok(None),
            item => Err(item.is_not(at, "a finite number")),
        };
    };
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.parse().map(Some).map_err(|_| Error::DateRange)
}

/// A request as JavaScript gives it.
struct Incoming<'a, 'b> {
    method: &'a str,
    url: &'a str,
    headers: Fields<'a>,
    body: &'b [u8],
}

impl<'a: 'b, 'b> Incoming<'a, 'b> {
    fn read(reader: &mut Reader<'a>, bytes: &'b [u8]) -> Result<Self, Error> {
        let method = reader.string("request.method", TEXT)?;
        let url = reader.string("request.url", "a URL, or the path and query of one")?;
        let headers = reader.fields("request.headers")?;
        let body = match reader.item() {
            Item::Undefined | Item::Null => &[],
            Item::String(text) => text.as_bytes(),
            Item::Bytes => bytes,
            other => return Err(other.is_not("request.body", "a string or a Uint8Array")),
        };
        Ok(Self { method, url, headers, body })
    }

    /// A list of values is a header that is there more than once.
    fn received(&self) -> Result<Received<'_>, Error> {
        Received::new(self.method, self.url, self.pairs()?, self.body)
    }

    fn pairs(&self) -> Result<Vec<(&str, &str)>, Error> {
        let mut pairs = Vec::with_capacity(self.headers.len() + 1);
        for (name, value) in &self.headers {
            let values = match value {
                Value::List(values) => values.as_slice(),
                value => core::slice::from_ref(value),
            };
            for value in values {
                let Value::String(value) = value else {
                    return Err(Error::Type {
                        at: format!("request.headers.{name}"),
                        expected: "a string, or a list of strings",
                        found: value.kind().into(),
                    });
                };
                pairs.push((&**name, &**value));
            }
        }
        Ok(pairs)
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

/// The `Diagnosis` of `pkg-template/src/diagnose.ts`.
fn to_json(diagnosis: &Diagnosis) -> String {
    let mut out = String::from("{\"outcome\":");
    write_string(&mut out, diagnosis.outcome.name());
    out.push_str(",\"duoCode\":");
    match diagnosis.refusal {
        Some(refusal) => _ = write!(out, "{}", refusal.code()),
        None => out.push_str("null"),
    }
    out.push_str(",\"summary\":");
    write_string(&mut out, &diagnosis.summary);
    out.push_str(",\"causes\":");
    list(&mut out, &diagnosis.causes, write_cause);
    out.push_str(",\"expected\":");
    match &diagnosis.expected {
        Some(expected) => {
            members(
                &mut out,
                &[("canonical", &expected.canonical), ("authorization", &expected.authorization)],
            );
            out.pop();
            _ = write!(out, ",\"signatureVersion\":{}}}", expected.version.number());
        }
        None => out.push_str("null"),
    }
    out.push_str(",\"signed\":");
    match &diagnosis.signed {
        Some(signed) => {
            let pairs = [("canonical", &*signed.canonical), ("signature", &*signed.signature)];
            members(&mut out, &pairs);
        }
        None => out.push_str("null"),
    }
    out.push_str(",\"difference\":");
    match diagnosis.difference {
        Some((line, character)) => {
            _ = write!(out, "{{\"line\":{line},\"character\":{character}}}");
        }
        None => out.push_str("null"),
    }
    _ = write!(out, ",\"searched\":{},\"notes\":", diagnosis.searched);
    list(&mut out, &diagnosis.notes, |out, note| write_string(out, note));
    out.push('}');
    out
}

fn write_cause(out: &mut String, cause: &Cause) {
    let Cause { id, mutation, summary, fix, signed, expected, proven } = cause;
    members(
        out,
        &[
            ("id", id),
            ("mutation", mutation),
            ("summary", summary),
            ("fix", fix),
            ("signed", signed),
            ("expected", expected),
        ],
    );
    out.pop();
    _ = write!(out, ",\"proven\":{proven}}}");
}

/// An object of texts.
fn members(out: &mut String, pairs: &[(&str, &str)]) {
    out.push('{');
    for (i, (name, value)) in pairs.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_string(out, name);
        out.push(':');
        write_string(out, value);
    }
    out.push('}');
}

fn list<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}
