//! The further calls of `duo-sign/diagnose`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::items::{Item, Reader, TEXT};
use super::results::Results;
use super::sign::Core;
use crate::diagnose::{Cause, Context, Diagnoser, Diagnosis, Intended, Uncorrected};
use crate::error::Error;
use crate::http::Request;
use crate::json::{self, Fields, Value};
use crate::parse::{self, Exchange};
use crate::render::{self, Format};
use crate::request::{Headers, SignedRequest};
use crate::signer::wipe_stack;
use crate::text::hex;
use crate::verify::{self, Clock, Refusal};

#[wasm_bindgen]
impl Core {
    /// Takes the items ikey, skey, method, url, headers, body, now and skew in milliseconds, and
    /// the digits of the versions that are taken; the results are signature version and digest, or
    /// Duo's code and message, the other two empty.
    pub fn verify(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, .. } = self;
        let address = results.of(&mut |results| {
            let mut reader = Reader::new(input, text, bytes);
            let credentials = reader.credentials()?;
            let received = received(&mut reader)?;
            let clock = clock(&mut reader)?;
            let versions = versions(&mut reader)?;
            let found = verify::verify(&received, &credentials, clock).and_then(|found| {
                let is_taken = versions.contains(&found.version.number());
                if is_taken { Ok(found) } else { Err(Refusal::InvalidSignature) }
            });
            let texts = match found {
                Ok(found) => {
                    [found.version.number().to_string().as_str(), found.digest.name(), "", ""]
                        .map(String::from)
                }
                Err(refusal) => {
                    ["", "", &refusal.code().to_string(), refusal.message()].map(String::from)
                }
            };
            for text in &texts {
                results.push(text);
            }
            Ok(())
        });
        self.wipe(text);
        address
    }

    /// Takes the item text; the results are the request that matters, as `push_request` pushes it.
    pub fn parse_request(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, .. } = self;
        let address = results.of(&mut |results| {
            let parsed = parse::parse(Reader::new(input, text, bytes).string("text", TEXT)?)?;
            push_request(results, &parsed);
            Ok(())
        });
        self.wipe(text);
        address
    }

    /// Takes the item text; the results are each request as `push_request` pushes it, and status, code
    /// and date of its answer, empty where the text has none. The number is that of the request that
    /// `parse_request` takes.
    pub fn parse_requests(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, .. } = self;
        let address = results.of(&mut |results| {
            let (all, best) =
                parse::parse_all(Reader::new(input, text, bytes).string("text", TEXT)?)?;
            results.number = u32::try_from(best).unwrap_or_default();
            for Exchange { request, response } in &all {
                push_request(results, request);
                let response = response.clone().unwrap_or_default();
                let number =
                    |number: Option<u32>| number.map(|it| it.to_string()).unwrap_or_default();
                results.push(&number(response.status.map(u32::from)));
                results.push(&number(response.code));
                results.push(&response.date.unwrap_or_default());
            }
            Ok(())
        });
        self.wipe(text);
        address
    }

    /// Takes the items method, url, headers, body and format; the result is the text.
    pub fn render(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, .. } = self;
        results.of(&mut |results| {
            let mut reader = Reader::new(input, text, bytes);
            let request = request(&mut reader)?;
            let format = reader.string("format", TEXT).ok().and_then(Format::from_name);
            let format = format.ok_or(Error::FormatName)?;
            results.push(&render::render(&request, format)?);
            Ok(())
        })
    }

    /// Takes the items ikey, skey, method, url, headers, body, now and skew in milliseconds, intended
    /// params, body, headers and canonical string, Duo's answer, whether another request is right, the
    /// time in milliseconds and the budget; the result is the number of the diagnoser.
    pub fn new_diagnoser(&mut self, text: usize, bytes: usize) -> u32 {
        let Self { input, results, diagnosers, .. } = self;
        let address = results.of(&mut |results| {
            let diagnoser = diagnoser(&mut Reader::new(input, text, bytes))?;
            results.number = diagnosers.put(diagnoser);
            Ok(())
        });
        self.wipe(text);
        address
    }

    /// Tries so many canonical strings; whether there is nothing left to be tried.
    pub fn step(&mut self, diagnoser: u32, count: u32) -> bool {
        let is_done = self.diagnosers.get(diagnoser).is_ok_and(|it| it.step(count.into()));
        wipe_stack();
        is_done
    }

    /// How many canonical strings were tried so far.
    pub fn tried(&mut self, diagnoser: u32) -> f64 {
        self.diagnosers.get(diagnoser).map_or(0.0, |it| number(it.tried()))
    }

    /// How many there are to be tried at most.
    pub fn total(&mut self, diagnoser: u32) -> f64 {
        self.diagnosers.get(diagnoser).map_or(0.0, |it| number(it.total()))
    }

    /// The `Diagnosis` of `pkg-template/src/diagnose.ts`; the diagnoser is wiped. `undefined` when
    /// there is none of this number.
    pub fn finish(&mut self, diagnoser: u32) -> JsValue {
        let Some(diagnoser) = self.diagnosers.take(diagnoser) else { return JsValue::UNDEFINED };
        let diagnosis = diagnoser.finish();
        let object = Object::from(&diagnosis);
        // Objects of texts and numbers can always be made.
        object
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .unwrap_or(JsValue::UNDEFINED)
    }

    /// Wipes a diagnoser.
    pub fn free_diagnoser(&mut self, diagnoser: u32) {
        self.diagnosers.take(diagnoser);
    }
}

/// Method, URL, whether the body is `none`, `text` or `bytes`, the body (bytes in hexadecimal), how many
/// headers there are, then their names and values.
fn push_request(results: &mut Results, parsed: &Request) {
    results.push(&parsed.method);
    results.push(&parsed.url);
    let (kind, body) = match core::str::from_utf8(&parsed.body) {
        Ok("") => ("none", String::new()),
        Ok(body) => ("text", body.into()),
        Err(_) => ("bytes", hex(&parsed.body)),
    };
    results.push(kind);
    results.push(&body);
    results.push(&parsed.headers.len().to_string());
    for (name, value) in &parsed.headers {
        results.push(name);
        results.push(value);
    }
}

fn diagnoser(reader: &mut Reader<'_>) -> Result<Diagnoser, Error> {
    let credentials = reader.credentials()?;
    let received = received(reader)?;
    let clock = clock(reader)?;
    let params = intended_params(reader)?;
    let body = match reader.item() {
        Item::Undefined | Item::Null => None,
        Item::String(text) => Some(text.as_bytes().to_vec()),
        Item::Bytes(bytes) => Some(bytes.to_vec()),
        Item::Object(count) => {
            Some(json::write(&reader.members(count, "intended.body", 1)?)?.into_bytes())
        }
        other => return Err(other.is_not("intended.body", "a string, a Uint8Array or an object")),
    };
    let headers = intended_headers(reader)?;
    let canonical = match reader.item() {
        Item::Undefined => None,
        Item::String(text) => Some(text.into()),
        other => return Err(other.is_not("intended.canonical", TEXT)),
    };
    let answer = reader.integer("response", "Duo's code, its answer as text, or { code, date }")?;
    let answer = answer.and_then(|code| code.try_into().ok());
    let has_worked = matches!(reader.item(), Item::Bool(true));
    let today = reader.milliseconds("today", "milliseconds since 1970")?;
    let budget = reader.integer("budget", "a whole number from 0 on")?;
    let intended = Intended { params, body, headers, canonical };
    let today = today.map(|today| today.div_euclid(1000));
    let context = Context { intended, clock, answer, has_worked, today, budget };
    Ok(Diagnoser::new(&received, &credentials, context))
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

fn intended_headers(reader: &mut Reader<'_>) -> Result<Option<Vec<(String, String)>>, Error> {
    let fields = match reader.item() {
        Item::Undefined => return Ok(None),
        item => reader.fields_of(item, "intended.headers")?,
    };
    texts(&fields, "intended.headers").map(Some)
}

/// The numbers of the versions that are taken.
fn versions(reader: &mut Reader<'_>) -> Result<Vec<u8>, Error> {
    let digits = reader.string("versions", TEXT)?;
    Ok(digits.bytes().map(|digit| digit.wrapping_sub(b'0')).collect())
}

/// Now and the skew; none without now.
fn clock(reader: &mut Reader<'_>) -> Result<Option<Clock>, Error> {
    let now = reader.milliseconds("now", "a valid Date, or milliseconds since 1970")?;
    let skew = reader.milliseconds("clockSkew", "milliseconds from 0 on")?;
    if skew.is_some_and(|skew| skew < 0) {
        return Err(Error::Type {
            at: "clockSkew".into(),
            expected: "milliseconds from 0 on",
            found: "negative".into(),
        });
    }
    let seconds = |milliseconds: i64| milliseconds.div_euclid(1000);
    Ok(now.zip(skew).map(|(now, skew)| Clock { now: seconds(now), skew: seconds(skew) }))
}

/// A request as JavaScript gives it: method, URL, headers and body.
fn request(reader: &mut Reader<'_>) -> Result<Request, Error> {
    let method = reader.string("request.method", TEXT)?.into();
    let url = reader.string("request.url", "a URL, or the path and query of one")?.into();
    let headers = texts(&reader.fields("request.headers")?, "request.headers")?;
    let body = match reader.item() {
        Item::Undefined | Item::Null => Vec::new(),
        Item::String(text) => text.into(),
        Item::Bytes(bytes) => bytes.into(),
        other => return Err(other.is_not("request.body", "a string or a Uint8Array")),
    };
    Ok(Request { method, url, headers, body })
}

/// One that says which host it went to.
fn received(reader: &mut Reader<'_>) -> Result<Request, Error> {
    let request = request(reader)?;
    if request.host().is_none() {
        return Err(Error::Type {
            at: "request.headers".into(),
            expected: "complete, with `Host`, or url must be a full one",
            found: "without `Host`".into(),
        });
    }
    Ok(request)
}

/// Headers, each of which has a text, or a list of texts if it is repeated.
fn texts(fields: &Fields<'_>, at: &str) -> Result<Vec<(String, String)>, Error> {
    let mut pairs = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let values = match value {
            Value::List(values) => values.as_slice(),
            value => core::slice::from_ref(value),
        };
        for value in values {
            let Value::String(value) = value else {
                return Err(Error::Type {
                    at: format!("{at}.{name}"),
                    expected: "a string, or a list of strings",
                    found: value.kind().into(),
                });
            };
            pairs.push((name.to_string(), value.to_string()));
        }
    }
    Ok(pairs)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

/// The `Diagnosis` of `pkg-template/src/diagnose.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    outcome: &'static str,
    duo_code: Option<u32>,
    summary: &'a str,
    causes: Vec<CauseObject<'a>>,
    expected: Option<ExpectedObject<'a>>,
    signed: Option<SignedObject<'a>>,
    corrected: Option<CorrectedObject<'a>>,
    uncorrected: Option<UncorrectedObject>,
    difference: Option<DifferenceObject>,
    searched: f64,
    notes: &'a [String],
}

#[derive(Serialize)]
struct CauseObject<'a> {
    id: &'a str,
    mutation: &'a str,
    summary: &'a str,
    fix: &'a str,
    signed: &'a str,
    expected: &'a str,
    proven: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExpectedObject<'a> {
    canonical: &'a str,
    authorization: &'a str,
    signature_version: u8,
}

#[derive(Serialize)]
struct SignedObject<'a> {
    canonical: &'a str,
    signature: &'a str,
}

#[derive(Serialize)]
struct CorrectedObject<'a> {
    method: &'a str,
    url: &'a str,
    headers: Pairs<'a>,
    body: Option<&'a str>,
    canonical: &'a str,
}

/// An object of texts.
struct Pairs<'a>(&'a Headers<'a>);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (&**name, &**value)))
    }
}

impl<'a> CorrectedObject<'a> {
    /// `None` for a body that is not text.
    fn new(signed: &'a SignedRequest<'_>) -> Option<Self> {
        Some(Self {
            method: &signed.method,
            url: &signed.url,
            headers: Pairs(&signed.headers),
            body: signed.body.as_deref().map(core::str::from_utf8).transpose().ok()?,
            canonical: &signed.canonical,
        })
    }
}

#[derive(Serialize)]
struct UncorrectedObject {
    reason: &'static str,
    message: String,
}

impl From<&Uncorrected> for UncorrectedObject {
    fn from(why: &Uncorrected) -> Self {
        Self { reason: why.name(), message: why.to_string() }
    }
}

#[derive(Serialize)]
struct DifferenceObject {
    line: usize,
    character: usize,
}

impl<'a> From<&'a Diagnosis> for Object<'a> {
    fn from(diagnosis: &'a Diagnosis) -> Self {
        let cause = |cause: &'a Cause| CauseObject {
            id: cause.id,
            mutation: cause.mutation,
            summary: &cause.summary,
            fix: &cause.fix,
            signed: &cause.signed,
            expected: &cause.expected,
            proven: cause.proven,
        };
        let corrected = diagnosis.corrected.as_ref().and_then(CorrectedObject::new);
        let is_binary = diagnosis.corrected.is_some() && corrected.is_none();
        let uncorrected = is_binary.then_some(&Uncorrected::BinaryBody);
        Self {
            outcome: diagnosis.outcome.name(),
            duo_code: diagnosis.refusal.map(verify::Refusal::code),
            summary: &diagnosis.summary,
            causes: diagnosis.causes.iter().map(cause).collect(),
            expected: diagnosis.expected.as_ref().map(|expected| ExpectedObject {
                canonical: &expected.canonical,
                authorization: &expected.authorization,
                signature_version: expected.version.number(),
            }),
            signed: diagnosis.signed.as_ref().map(|signed| SignedObject {
                canonical: &signed.canonical,
                signature: &signed.signature,
            }),
            corrected,
            uncorrected: uncorrected.or(diagnosis.uncorrected.as_ref()).map(Into::into),
            difference: diagnosis
                .difference
                .map(|(line, character)| DifferenceObject { line, character }),
            searched: number(diagnosis.searched),
            notes: &diagnosis.notes,
        }
    }
}
