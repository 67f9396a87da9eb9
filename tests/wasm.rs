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

use duo_sign::bindings::Core;
use js_sys::{Reflect, Uint8Array, WebAssembly};
use serde_json::Value as Json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// Text in the format that `pkg-template/src/encode.ts` writes.
fn item(value: &Json) -> String {
    match value {
        Json::Null => "u".into(),
        Json::Bool(value) => (if *value { "t" } else { "f" }).into(),
        Json::Number(number) => format!("i{}", text(&number.to_string())),
        Json::String(value) => text(value),
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

fn memory() -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new(&memory.buffer())
}

/// What a call returns, as `pkg-template/src/core.ts` reads it: its texts, or those of its error; and
/// its number.
struct Results {
    outcome: Result<Vec<String>, Vec<String>>,
    number: u32,
}

/// Makes a call as JavaScript does: by what is written into memory, and read from there.
fn call(
    core: &mut Core,
    arguments: &str,
    body: &[u8],
    run: impl FnOnce(&mut Core, usize, usize) -> u32,
) -> Results {
    let is_marked = arguments.is_ascii() || arguments.starts_with('?');
    let marked = if is_marked { arguments.into() } else { format!("~{arguments}") };
    let bytes = [marked.as_bytes(), body].concat();
    let address = core.reserve(bytes.len());
    memory().set(&Uint8Array::from(bytes.as_slice()), address);
    let at = run(core, marked.len(), body.len());
    let memory = memory();
    let number = |i: u32| {
        let bytes = memory.slice(at + 4 * i, at + 4 * i + 4).to_vec();
        u32::from_le_bytes(bytes.try_into().unwrap())
    };
    let mut from = number(1);
    let mut texts = Vec::new();
    for i in 0..number(3) {
        let to = number(1) + number(5 + i);
        texts.push(String::from_utf8(memory.slice(from, to).to_vec()).unwrap());
        from = to;
    }
    assert_eq!(from, number(1) + number(2));
    Results { outcome: if number(0) == 0 { Ok(texts) } else { Err(texts) }, number: number(4) }
}

#[wasm_bindgen_test]
fn signs_what_duo_hmac_signs() {
    let text = include_str!("vectors/signing.json");
    let vectors: Vec<Json> = serde_json::from_str(text).unwrap();
    let cases = vectors.iter().filter(|vector| vector["kind"] == "hmac_components");
    let mut core = Core::new();
    let mut count = 0;
    for vector in cases {
        let (input, expected) = (&vector["input"], &vector["expected"]);
        let signer = call(&mut core, &keys(input), b"", Core::new_signer).number;
        let signed = call(&mut core, &request(input), b"", |core, text, bytes| {
            core.sign(text, bytes, signer)
        });
        let texts = signed.outcome.unwrap();
        assert_eq!(texts[6], expected["headers"]["Authorization"].as_str().unwrap());
        assert_eq!(texts[3], expected["body"].as_str().unwrap_or_default());
        let canonical = call(&mut core, &request(input), b"", Core::canonicalize).outcome.unwrap();
        assert_eq!(texts[2..3], canonical);
        core.free_signer(signer);
        let again = call(&mut core, &request(input), b"", |core, text, bytes| {
            core.sign(text, bytes, signer)
        });
        assert_eq!(again.outcome.unwrap_err()[0], "ERR_DUO_DISPOSED");
        count += 1;
    }
    assert_eq!(count, 14);
}

#[wasm_bindgen_test]
fn explains_line_by_line() {
    let mut core = Core::new();
    let arguments = "3:GET1:h2:/éu31:Tue, 21 Aug 2012 17:29:18 -0000u";
    let error = call(&mut core, arguments, b"", Core::explain).outcome.unwrap_err();
    assert_eq!(error[2].split("use ").nth(1), Some("`/%C3%A9`"));
    let arguments = "3:GET1:h2:/xu31:Tue, 21 Aug 2012 17:29:18 -0000u";
    let texts = call(&mut core, arguments, b"", Core::explain).outcome.unwrap();
    let labels: Vec<_> = texts.iter().step_by(3).map(String::as_str).collect();
    let wanted = ["date", "method", "host", "path", "params", "body hash", "x-duo headers hash"];
    assert_eq!(labels, wanted);
}

#[wasm_bindgen_test]
fn takes_bytes() {
    let mut core = Core::new();
    let arguments = |length| format!("4:POST1:h2:/xui1:0{{1:4:bodyb{length}:");
    let with = call(&mut core, &arguments(2), &[0xff, 0], Core::canonicalize).outcome.unwrap();
    let without = call(&mut core, &arguments(0), b"", Core::canonicalize).outcome.unwrap();
    assert_ne!(with, without);
    assert!(without[0].starts_with("Thu, 01 Jan 1970 00:00:00 -0000\nPOST\n"));
}

#[wasm_bindgen_test]
fn a_diagnosis_is_an_object() {
    let mut core = Core::new();
    let keys = "3:DIX6:secret3:GET10:https://h/{1:4:Date31:Tue, 21 Aug 2012 17:29:18 -0000";
    // The body, now, skew; what was intended, the answer, the budget.
    let arguments = format!("{keys}uui6:300000uuuuu");
    let diagnoser = call(&mut core, &arguments, b"", Core::new_diagnoser);
    assert!(diagnoser.outcome.is_ok());
    while !core.step(diagnoser.number, 1000) {}
    let diagnosis = core.finish(diagnoser.number);
    let member = |name: &str| Reflect::get(&diagnosis, &name.into()).unwrap();
    assert_eq!(member("outcome").as_string().unwrap(), "explained");
    assert_eq!(member("duoCode").as_f64(), Some(40101.0));
    assert!(member("signed").is_null());
    assert!(core.finish(diagnoser.number).is_undefined());
}

#[wasm_bindgen_test]
fn returns_errors_and_never_panics() {
    let mut core = Core::new();
    for (arguments, code, field) in [
        ("0:1:h1:/ui1:0u", "ERR_DUO_INVALID_METHOD", "method"),
        ("u1:h1:/ui1:0u", "ERR_DUO_INVALID_METHOD", "method"),
        ("3:GET1:h1:/{1:1:kni1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("?3:GET1:h1:/{1:1:k1:\u{fffd}i1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("?3:GET1:h1:/{1:1:\u{fffd}1:xi1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("3:GET1:h1:/zi1:0u", "ERR_DUO_INVALID_PARAMS", "params"),
        ("3:GET1:h1:/ux3:NaNu", "ERR_DUO_INVALID_DATE", "date"),
        ("3:GET1:h1:/ui1:0{1:1:xu", "ERR_DUO_INVALID_OPTIONS", "options"),
        // Not from encode.ts: cut off, and lengths that lie.
        ("", "ERR_DUO_INVALID_METHOD", "method"),
        ("9999999999999999999:GET", "ERR_DUO_INVALID_HOST", "host"),
        ("2:😀", "ERR_DUO_INVALID_HOST", "host"),
        ("1:😀", "ERR_DUO_INVALID_HOST", "host"),
        ("[99999999:", "ERR_DUO_INVALID_METHOD", "method"),
        ("3:GET1:h1:/{4294967295:", "ERR_DUO_INVALID_PARAMS", "params"),
    ] {
        let error = call(&mut core, arguments, b"", Core::canonicalize).outcome.unwrap_err();
        assert_eq!([&*error[0], &*error[1]], [code, field], "{arguments}");
    }
    let secret = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";
    let keys = format!("3:DIX{}", text(&format!("{secret}\n")));
    let error = call(&mut core, &keys, b"", Core::new_signer).outcome.unwrap_err();
    assert_eq!(error[0], "ERR_DUO_INVALID_SKEY");
    assert!(!error[2].contains(secret));
}
