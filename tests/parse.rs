//! Texts that people paste, and the requests that the programs in them really send.

#![cfg(all(not(target_family = "wasm"), feature = "diagnose"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    reason = "a panic is how a test fails"
)]

use std::collections::BTreeMap;

use duo_sign::http::Request;
use duo_sign::parse::parse;
use serde_json::Value as Json;

fn vectors(text: &str) -> Vec<Json> {
    serde_json::from_str(text).unwrap()
}

/// A URL without what does not matter to Duo: the scheme, the case of the host, its usual port.
fn plain(parsed_url: &str, host: Option<&str>) -> String {
    let url = match host {
        Some(host) if parsed_url.starts_with('/') => format!("https://{host}{parsed_url}"),
        _ => parsed_url.replacen("http://", "https://", 1),
    };
    let url = url.split('#').next().unwrap();
    let rest = url.strip_prefix("https://").unwrap_or(url);
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, behind) = rest.split_at(end);
    let slash = if behind.starts_with('/') { "" } else { "/" };
    let host = host.to_lowercase();
    format!("https://{}{slash}{behind}", host.strip_suffix(":443").unwrap_or(&host))
}

/// The values of a header.
fn values<'a>(parsed: &'a Request, name: &str) -> Vec<&'a str> {
    parsed.header(name).collect()
}

/// What of a request is another than it should be.
fn difference(parsed: &Request, expected: &Json) -> Option<String> {
    for (name, wanted) in expected.as_object().unwrap() {
        let wrong = match name.as_str() {
            "method" => !parsed.method.eq_ignore_ascii_case(wanted.as_str().unwrap()),
            "url" => {
                let host = values(parsed, "host").first().copied();
                plain(&parsed.url, host) != plain(wanted.as_str().unwrap(), host)
            }
            "headers" => wanted.as_array().unwrap().iter().any(|header| {
                let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
                let found = values(parsed, name);
                // What a program calls itself is not always read.
                let is_left_out = found.is_empty() && name.eq_ignore_ascii_case("user-agent");
                !is_left_out && !found.contains(&value)
            }),
            "body" => parsed.body != wanted.as_str().unwrap_or_default().as_bytes(),
            header => values(parsed, header) != [wanted.as_str().unwrap()],
        };
        if wrong {
            return Some(format!("{name} should be {wanted}, not as in {parsed:?}"));
        }
    }
    None
}

#[test]
fn pastes_are_read_or_refused_as_they_should_be() {
    for case in vectors(include_str!("vectors/pastes.json")) {
        let read = parse(case["input"].as_str().unwrap());
        let expected = &case["expected"];
        match read {
            Err(_) => assert_eq!(expected, "refused", "{}", case["id"]),
            Ok(_) if expected == "refused" => panic!("{} is read", case["id"]),
            Ok(parsed) => assert_eq!(difference(&parsed, expected), None, "{}", case["id"]),
        }
    }
}

/// Most are read; none is read as another request than the program sends.
#[test]
fn programs_are_read_as_they_send() {
    let mut refused = BTreeMap::new();
    let mut read = 0;
    for case in vectors(include_str!("vectors/programs.json")) {
        let expected = case["expected"].as_array().unwrap();
        match parse(case["input"].as_str().unwrap()) {
            Ok(parsed) => {
                let found: Vec<_> = expected.iter().map(|it| difference(&parsed, it)).collect();
                assert!(found.contains(&None), "{}: {found:?}, {parsed:?}", case["id"]);
                read += 1;
            }
            Err(error) if case["refused"] != true => {
                refused.insert(case["id"].to_string(), error.to_string());
            }
            Err(_) => {}
        }
    }
    assert!(read > 175 && refused.len() <= 13, "{read} are read, refused are {refused:#?}");
}
