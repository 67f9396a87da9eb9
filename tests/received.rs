//! What Duo's side does with requests as they arrive, and when dates are: tests/oracle/received.py.

#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    reason = "a panic is how a test fails"
)]

use duo_sign::date;
use serde_json::Value as Json;

fn vectors() -> Json {
    serde_json::from_str(include_str!("vectors/received.json")).unwrap()
}

#[test]
#[cfg(feature = "sha1")]
fn every_request() {
    use duo_sign::Credentials;
    use duo_sign::http::Request;
    use duo_sign::verify::{Clock, verify};
    use serde_json::json;

    let skey = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";
    let credentials = Credentials::new("DIWJ8X6AEYOR5OMC6TQ1", skey).unwrap();
    let vectors = vectors();
    let requests = vectors["requests"].as_array().unwrap();
    for vector in requests {
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let headers = vector["headers"].as_array().unwrap();
        let request = Request {
            method: text(&vector["method"]),
            url: text(&vector["url"]),
            headers: headers.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
            body: text(&vector["body"]).into(),
        };
        let clock = Clock { now: vector["now"].as_i64().unwrap(), skew: 300 };
        let found = match verify(&request, &credentials, Some(clock)) {
            Ok(it) => json!([it.version.number(), it.digest.name()]),
            Err(refusal) => json!(refusal.code()),
        };
        assert_eq!(found, vector["expected"], "{}", vector["what"]);
    }
    assert_eq!(requests.len(), 103);
}

/// The endpoint that stands for Duo has the codes and messages of Duo's documentation.
#[test]
fn every_refusal_in_words() {
    use duo_sign::verify::Refusal;

    let duo = include_str!("oracle/duo.py");
    for refusal in [
        Refusal::MissingCredentials,
        Refusal::InvalidIntegrationKey,
        Refusal::InvalidSignature,
        Refusal::MissingTimestamp,
        Refusal::BadTimestamp,
    ] {
        let (code, message) = (refusal.code(), refusal.message());
        assert!(duo.contains(&format!("\n    {code}: \"{message}\",\n")), "{refusal:?}");
        assert_eq!(refusal.to_string(), format!("{code} {message}"));
    }
}

#[test]
fn every_date() {
    let vectors = vectors();
    let dates = vectors["dates"].as_array().unwrap();
    for vector in dates {
        let text = vector["text"].as_str().unwrap();
        assert_eq!(date::parse(text).ok(), vector["instant"].as_i64(), "{text}");
    }
    assert_eq!(dates.len(), 106);
}
