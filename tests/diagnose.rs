//! Every mistake of tests/vectors/causes.json is found by its id.

#![cfg(all(feature = "diagnose", not(target_family = "wasm")))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    reason = "a panic is how a test fails"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use duo_sign::Credentials;
use duo_sign::diagnose::{Intended, explain};
use duo_sign::verify::Received;
use serde_json::Value as Json;

const IKEY: &str = "DIWJ8X6AEYOR5OMC6TQ1";
const SKEY: &str = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";

#[test]
fn every_cause() {
    let vectors: Vec<Json> = serde_json::from_str(include_str!("vectors/causes.json")).unwrap();
    let credentials = Credentials::new(IKEY, SKEY).unwrap();
    for vector in &vectors {
        let (id, request) = (vector["id"].as_str().unwrap(), &vector["request"]);
        let text = |name: &str| request[name].as_str().unwrap_or_default();
        let signature = vector["signature"].as_str().unwrap();
        let token = STANDARD.encode(format!("{IKEY}:{signature}"));
        let authorization = format!("Basic {token}");
        let mut headers = vec![
            ("Host", text("host")),
            ("Date", text("date")),
            ("Authorization", authorization.as_str()),
        ];
        let body = if request["form"].is_string() {
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            text("form")
        } else {
            headers.push(("Content-Type", "application/json"));
            text("json")
        };
        let received = Received {
            method: text("method"),
            path: text("path"),
            query: "",
            headers,
            body: body.as_bytes(),
        };
        let findings = explain(&received, &credentials, &Intended::default()).unwrap();
        let explanation = findings.explanation.as_ref();
        let found: Vec<_> =
            explanation.iter().flat_map(|it| &it.faults).map(|fault| fault.mutation).collect();
        println!("{id}: {found:?}, {} tried", findings.searched);
        let is_right = matches!(id, "ref" | "ALG-512" | "STR-EMPTY" | "V5-REF");
        let expected: &[&str] = if is_right { &[] } else { &[id] };
        assert!(explanation.is_some(), "{id}");
        assert_eq!(found, expected, "{id}");
    }
    assert_eq!(vectors.len(), 66);
}
