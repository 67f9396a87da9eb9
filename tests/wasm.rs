//! The bindings, in a JavaScript engine: Node.js, and a browser under `WASM_BINDGEN_USE_BROWSER=1`.

#![cfg(target_family = "wasm")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::too_many_lines,
    reason = "a panic is how a test fails"
)]

use duo_sign::wasm::{WasmSigner, canonicalize, explain, sign_once};
use js_sys::{Array, JSON, Reflect, Uint8Array};
use serde_json::Value as Json;
use wasm_bindgen_test::wasm_bindgen_test;

/// Text in the format that `pkg-template/src/encode.ts` writes.
fn item(value: &Json) -> String {
    match value {
        Json::Null => "u".into(),
        Json::Bool(value) => (if *value { "t" } else { "f" }).into(),
        Json::Number(number) => format!("i{}", text(&number.to_string())),
        Json::String(value) => format!("s{}", text(value)),
        Json::Array(values) => {
            format!("[{}:{}", values.len(), values.iter().map(item).collect::<String>())
        }
        Json::Object(members) => {
            let items = members.iter().map(|(name, value)| text(name) + &item(value));
            format!("{{{}:{}", members.len(), items.collect::<String>())
        }
    }
}

fn text(value: &str) -> String {
    format!("{}:{value}", value.encode_utf16().count())
}

fn request(input: &Json) -> String {
    let mut options = serde_json::json!({ "dateHeader": "X-Duo-Date" });
    if input["headers"].is_object() {
        options["headers"] = input["headers"].clone();
    }
    ["method", "api_host", "path", "params", "date"].map(|name| item(&input[name])).concat()
        + &item(&options)
}

fn keys(input: &Json) -> String {
    ["ikey", "skey"].map(|name| item(&input[name])).concat()
}

fn member(object: &wasm_bindgen::JsValue, name: &str) -> String {
    Reflect::get(object, &name.into()).unwrap().as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
fn signs_what_duo_hmac_signs() {
    let text = include_str!("vectors/signing.json");
    let vectors: Vec<Json> = serde_json::from_str(text).unwrap();
    let cases = vectors.iter().filter(|vector| vector["kind"] == "hmac_components");
    let mut count = 0;
    for vector in cases {
        let (input, expected) = (&vector["input"], &vector["expected"]);
        let once = sign_once(keys(input) + &request(input), None).unwrap();
        let signer = WasmSigner::new(keys(input)).unwrap();
        assert_eq!(signer.sign(&request(input), None).unwrap(), once);
        let signed = JSON::parse(&once).unwrap();
        let headers = Reflect::get(&signed, &"headers".into()).unwrap();
        assert_eq!(member(&headers, "Authorization"), expected["headers"]["Authorization"]);
        assert_eq!(member(&signed, "body"), expected["body"].as_str().unwrap_or_default());
        assert_eq!(member(&signed, "canonical"), canonicalize(&request(input), None).unwrap());
        count += 1;
    }
    assert_eq!(count, 14);
}

#[wasm_bindgen_test]
fn explains_with_objects() {
    let arguments = "s3:GETs1:hs2:/us31:Tue, 21 Aug 2012 17:29:18 -0000u".replace("/u", "/éu");
    let error = explain(&arguments, None).unwrap_err();
    assert_eq!(member(&error, "message").split("use ").nth(1), Some("`/%C3%A9`"));
    let lines = explain("s3:GETs1:hs2:/xus31:Tue, 21 Aug 2012 17:29:18 -0000u", None).unwrap();
    let labels: Vec<_> = Array::from(&lines).iter().map(|line| member(&line, "label")).collect();
    let wanted = ["date", "method", "host", "path", "params", "body hash", "x-duo headers hash"];
    assert_eq!(labels, wanted);
}

#[wasm_bindgen_test]
fn takes_bytes() {
    let arguments = "s4:POSTs1:hs2:/xui4:0000{1:4:bodyb".replace("i4:0000", "i1:0");
    let bytes = Uint8Array::from([0xff, 0].as_slice());
    let with = canonicalize(&arguments, Some(bytes)).unwrap();
    let without = canonicalize(&arguments, Some(Uint8Array::new_with_length(0))).unwrap();
    assert_ne!(with, without);
    assert!(without.starts_with("Thu, 01 Jan 1970 00:00:00 -0000\nPOST\n"));
}

#[wasm_bindgen_test]
fn throws_objects_and_never_panics() {
    for (arguments, code, field) in [
        ("s0:s1:hs1:/ui1:0u", "ERR_DUO_INVALID_METHOD", "method"),
        ("us1:hs1:/ui1:0u", "ERR_DUO_INVALID_METHOD", "method"),
        ("s3:GETs1:hs1:/{1:1:kni1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("s3:GETs1:hs1:/{1:1:kwi1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("s3:GETs1:hs1:/zi1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("s3:GETs1:hs1:/ux3:NaNu", "ERR_DUO_INVALID_DATE", "date"),
        ("s3:GETs1:hs1:/ui1:0{1:1:xu", "ERR_DUO_INVALID_OPTIONS", "options"),
        // Not from encode.ts: cut off, and lengths that lie.
        ("", "ERR_DUO_INVALID_METHOD", "method"),
        ("s9999999999999999999:GET", "ERR_DUO_INVALID_HOST", "host"),
        ("s2:😀", "ERR_DUO_INVALID_HOST", "host"),
        ("s1:😀", "ERR_DUO_INVALID_HOST", "host"),
        ("[99999999:", "ERR_DUO_INVALID_METHOD", "method"),
        ("s3:GETs1:hs1:/{4294967295:", "ERR_DUO_INVALID_PARAMS", "params"),
    ] {
        let error = canonicalize(arguments, None).unwrap_err();
        assert_eq!(member(&error, "code"), code, "{arguments}");
        assert_eq!(member(&error, "field"), field, "{arguments}");
    }
    let secret = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";
    let error = WasmSigner::new(format!("s3:DIXs{}", text(&format!("{secret}\n")))).unwrap_err();
    assert_eq!(member(&error, "code"), "ERR_DUO_INVALID_SKEY");
    assert!(!member(&error, "message").contains(secret));
}
