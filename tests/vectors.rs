//! Every vector of Duo's Python clients, stage by stage.

#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::too_many_lines,
    reason = "a panic is how a test fails"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use duo_sign::canonical::{self, Message};
use duo_sign::json::{self, Fields};
use duo_sign::params::{Params, encode};
use duo_sign::{
    Body, Credentials, DateHeader, Digest, Error, Number, Request, SignatureVersion, Signer, Value,
    date,
};
use serde_json::Value as Json;

const HOST: &str = "api-xxxxxxxx.duosecurity.com";
const DATE: &str = "Tue, 21 Aug 2012 17:29:18 -0000";

#[test]
fn every_vector() {
    let text = include_str!("vectors/signing.json");
    let vectors: Vec<Json> = serde_json::from_str(text).unwrap();
    let mut counts = BTreeMap::new();
    for vector in &vectors {
        let kind = vector["kind"].as_str().unwrap();
        *counts.entry(kind).or_insert(0) += 1;
        let (input, expected) = (&vector["input"], &vector["expected"]);
        match kind {
            "canon_params" => assert_eq!(canonical_params(input), text_of(expected), "{vector}"),
            "normalize_params" => normalize_params(input, expected),
            "wire_params" => wire_params(input, expected),
            "canonical_string" => {
                assert_eq!(canonical_string(input), text_of(expected), "{vector}");
            }
            "authorization" => authorization(vector),
            "body_hash" => {
                let hash = line(input, "body hash");
                assert_eq!(hash, text_of(expected), "{vector}");
            }
            "x_duo_headers_hash" => {
                let input = serde_json::json!({ "x_duo_headers": input["headers"] });
                assert_eq!(line(&input, "x-duo headers hash"), text_of(expected), "{vector}");
            }
            "extract_x_duo_headers" => extract_x_duo_headers(input, expected),
            "validate_x_duo_headers" => validate_x_duo_headers(vector),
            "json_body" => {
                let written = json::write(&fields(&input["params"])).unwrap();
                assert_eq!(written, text_of(expected), "{vector}");
            }
            "request" => request(input, expected),
            "hmac_components" => hmac_components(input, expected),
            "date_format" => date_format(vector),
            "error" => error(vector),
            kind => panic!("unknown kind {kind}"),
        }
    }
    println!("{} vectors: {counts:?}", vectors.len());
    assert_eq!(vectors.len(), 211);
}

/// By Python: `urllib.parse.quote("Zoë's ~/+%", "~")`.
#[test]
fn encodes_as_python_quotes() {
    assert_eq!(encode("Zoë's ~/+%"), "Zo%C3%AB%27s%20~%2F%2B%25");
}

fn text_of(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

fn value(json: &Json) -> Value<'static> {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => {
            let text = number.to_string();
            Number::integer(text.clone()).or_else(|| Number::float(&text)).unwrap().into()
        }
        Json::String(text) => Value::from(text.clone()),
        Json::Array(values) => Value::List(values.iter().map(value).collect()),
        Json::Object(_) => Value::Object(fields(json)),
    }
}

fn fields(json: &Json) -> Fields<'static> {
    let members = json.as_object().into_iter().flatten();
    members.map(|(name, json)| (Cow::Owned(name.clone()), value(json))).collect()
}

fn params_line(fields: &Fields<'_>) -> Result<String, Error> {
    let mut params = Params::default();
    params.extend(fields, "params")?;
    Ok(params.canonical())
}

fn canonical_params(input: &Json) -> String {
    params_line(&fields(&input["params"])).unwrap()
}

fn version(input: &Json) -> SignatureVersion {
    let number = input["sig_version"].as_u64().unwrap_or(5);
    SignatureVersion::from_number(number.try_into().unwrap_or_default()).unwrap()
}

fn with_message<T>(input: &Json, then: impl FnOnce(SignatureVersion, &Message<'_>) -> T) -> T {
    let headers = fields(&input["x_duo_headers"]);
    let params = canonical_params(input);
    let message = Message {
        date: text_of(&input["date"]),
        method: text_of(&input["method"]),
        host: text_of(&input["host"]),
        path: text_of(&input["path"]),
        params: &params,
        body: text_of(&input["body"]).as_bytes(),
        x_duo_headers: headers
            .iter()
            .map(|(name, value)| match value {
                Value::String(value) => (&**name, &**value),
                _ => panic!("{name}"),
            })
            .collect(),
    };
    then(version(input), &message)
}

fn line(input: &Json, label: &str) -> String {
    let lines = with_message(input, canonical::explain);
    lines.into_iter().find(|line| line.label == label).unwrap().value
}

fn canonical_string(input: &Json) -> String {
    with_message(input, canonical::canonicalize)
}

fn authorization(vector: &Json) {
    let input = &vector["input"];
    let credentials = Credentials::new(text_of(&input["ikey"]), text_of(&input["skey"])).unwrap();
    let Some(digest) = Digest::from_name(text_of(&input["digest"])) else {
        assert!(!cfg!(feature = "sha1") && input["digest"] == "sha1", "{vector}");
        return;
    };
    let authorization = Signer::new(&credentials).authorization(digest, &canonical_string(input));
    assert_eq!(authorization, text_of(&vector["expected"]), "{vector}");
}

fn normalize_params(input: &Json, expected: &Json) {
    let given = params_line(&fields(&input["params"]));
    // Python passes on None, which it cannot encode later, and takes the keys of a dict for values.
    let members = input["params"].as_object().into_iter().flatten();
    let refused = |value: &Json| value.is_null() || value.is_object() || value.is_f64();
    let any_refused = members.into_iter().any(|(_, value)| {
        refused(value) || value.as_array().is_some_and(|values| values.iter().any(refused))
    });
    if any_refused {
        assert!(matches!(given, Err(Error::ParamValue(..))), "{input}");
    } else {
        assert_eq!(given, params_line(&fields(expected)), "{input}");
    }
}

/// Duo's client spells the query in another way; Duo reads the same parameters out of it.
fn wire_params(input: &Json, expected: &Json) {
    let mut received = Params::default();
    received.extend_encoded(text_of(expected).as_bytes());
    assert_eq!(received.canonical(), canonical_params(input), "{input}");
}

fn extract_x_duo_headers(input: &Json, expected: &Json) {
    let names = |json: &Json| fields(json).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let mut extracted = names(&input["headers"]);
    extracted.retain(|name| canonical::is_x_duo(name));
    let mut expected = names(expected);
    extracted.sort();
    expected.sort();
    assert_eq!(extracted, expected, "{input}");
}

/// The clients differ here; `duo_hmac`, which takes other headers beside x-duo ones, is followed.
fn validate_x_duo_headers(vector: &Json) {
    let mut request = Request::new("GET", HOST, "/", DATE);
    let pairs = vector["input"]["headers"].as_array().into_iter().flatten();
    for pair in pairs {
        let (Some(name), Some(value)) = (pair[0].as_str(), pair[1].as_str()) else {
            return; // Python's None; a &str cannot be absent.
        };
        // Spaces in header names, as in Python's test, are not HTTP.
        request.headers.push((name.replace(' ', "-").into(), value.into()));
    }
    let valid = request.canonicalize().is_ok();
    assert_eq!(valid, vector["python"]["duo_hmac"] == "ok", "{vector}");
    assert_eq!(valid, vector["expected"]["ok"].as_bool().unwrap(), "{vector}");
}

fn request(input: &Json, expected: &Json) {
    let mut request = Request::new(text_of(&input["method"]), HOST, text_of(&input["path"]), DATE);
    request.params = fields(&input["params"]);
    request.signature_version = version(input);
    let signer = Signer::new(&Credentials::new("DIX", "secret").unwrap());
    let signed = signer.sign(&request).unwrap();
    let target = signed.url.strip_prefix("https://").unwrap().strip_prefix(HOST).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let body = signed.body.map(|body| String::from_utf8(body.into_owned()).unwrap());

    assert_eq!(signed.method, text_of(&expected["method"]));
    if let Some(uri) = expected["uri"].as_str() {
        // duo_client sends a `?` even without parameters.
        assert_eq!(target, uri.trim_end_matches('?'));
    }
    if let Some(decoded) = expected.get("query_decoded") {
        assert_eq!(path, text_of(&expected["path"]));
        assert_eq!(query, params_line(&fields(decoded)).unwrap());
    }
    if let Some(json) = expected.get("body_json") {
        assert_eq!(&serde_json::from_str::<Json>(&body.clone().unwrap()).unwrap(), json);
    }
    if let Some(wanted) = expected.get("body") {
        assert_eq!(body.as_deref(), wanted.as_str());
    }
    if let Some(wanted) = expected.get("content_type") {
        let content_type = signed.headers.iter().find(|(name, _)| name == "Content-Type").unwrap();
        assert_eq!(content_type.1, text_of(wanted));
    }
}

fn hmac_components(input: &Json, expected: &Json) {
    let host = text_of(&input["api_host"]);
    let path = text_of(&input["path"]);
    let mut request = Request::new(text_of(&input["method"]), host, path, text_of(&input["date"]));
    request.params = fields(&input["params"]);
    request.date_header = DateHeader::XDuoDate;
    for (name, value) in input["headers"].as_object().into_iter().flatten() {
        request.headers.push((name.into(), value.as_str().unwrap().into()));
    }
    let credentials = Credentials::new(text_of(&input["ikey"]), text_of(&input["skey"])).unwrap();
    let signer = Signer::new(&credentials);
    let signed = signer.sign(&request).unwrap();

    for (name, value) in expected["headers"].as_object().unwrap() {
        let same = |(given, _): &&(Cow<'_, str>, _)| given.eq_ignore_ascii_case(name);
        let (_, given) = signed.headers.iter().find(same).unwrap();
        assert_eq!(given, text_of(value), "{input}");
    }
    let body = signed.body.as_deref().map(|body| str::from_utf8(body).unwrap());
    assert_eq!(body, expected["body"].as_str(), "{input}");
    // duo_hmac spells the query as Python's urlencode does.
    let uri = text_of(&expected["uri"]);
    let mut received = Params::default();
    received.extend_encoded(uri.split_once('?').unwrap_or_default().1.as_bytes());
    let query = signed.url.split_once('?').unwrap_or_default().1;
    assert_eq!(query, received.canonical(), "{input}");
}

/// The source names the Unix time that Python was given.
fn date_format(vector: &Json) {
    let unix_time = text_of(&vector["source"]).rsplit(' ').next().unwrap().parse().unwrap();
    let expected = text_of(&vector["expected"]);
    assert_eq!(date::format(unix_time).unwrap(), expected);
    assert_eq!(date::parse(expected), Ok(unix_time));
}

/// What Python refuses; a bare integer or boolean is taken as if in a list instead.
fn error(vector: &Json) {
    let input = &vector["input"];
    let op = text_of(&input["op"]);
    if let Some(number) = input["sig_version"].as_u64().filter(|number| *number != 4) {
        let number = u8::try_from(number).unwrap_or(u8::MAX);
        assert_eq!(SignatureVersion::from_number(number), None, "{vector}");
        return;
    }
    if !input["params"].is_object() {
        // A JSON body that is no object cannot be said in Rust: its type has none.
        return;
    }
    let mut request = Request::new("GET", HOST, "/api/path", DATE);
    request.params = fields(&input["params"]);
    let result = request.canonicalize();
    let bare = request.params.iter().all(|(_, value)| match value {
        Value::Number(number) => *number == Number::integer("1").unwrap(),
        Value::Bool(_) | Value::String(_) => true,
        _ => false,
    });
    if bare {
        request.params = std::mem::take(&mut request.params)
            .into_iter()
            .map(|(name, value)| (name, Value::List(vec![value])))
            .collect();
        assert_eq!(result, request.canonicalize(), "{op} {vector}");
        assert!(result.is_ok(), "{vector}");
    } else {
        assert!(matches!(result, Err(Error::ParamValue(..))), "{op} {vector}");
    }
}

#[test]
fn a_form_body_and_a_query_share_the_params_line() {
    let mut request = Request::new("POST", HOST, "/auth/v2/preauth", DATE).param("b", "2");
    request.signature_version = SignatureVersion::V2;
    request.query.push(("a".into(), "1".into()));
    let from_params = request.canonicalize().unwrap();
    request.body = Some(Body::Raw(b"b=%32".into()));
    request.params.clear();
    assert_eq!(request.canonicalize().unwrap(), from_params);
    assert_eq!(from_params.lines().last(), Some("a=1&b=2"));
}
