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
use duo_sign::diagnose::{Context, Diagnoser, Intended, Outcome, diagnose};
use duo_sign::http::Request;
use serde_json::Value as Json;

const IKEY: &str = "DIWJ8X6AEYOR5OMC6TQ1";
const SKEY: &str = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep";

/// What the ids of mistakes start with, and the causes that they are reported as.
const CAUSES: [(&str, &[&str]); 14] = [
    ("ALG", &["key-form", "signature-version"]),
    ("AUTH", &["output-form", "static-credentials"]),
    ("DATE", &["date-mismatch"]),
    ("ENC", &["param-encoding"]),
    ("HOST", &["host"]),
    ("KEY", &["key-form"]),
    ("METH", &["method"]),
    ("ORD", &["param-order"]),
    ("OUT", &["output-form"]),
    ("PAR", &["param-set", "param-encoding"]),
    ("PATH", &["path"]),
    ("RCV", &["param-location"]),
    ("STR", &["canonical-lines"]),
    ("V5", &["signature-version"]),
];

#[test]
fn every_cause() {
    let vectors: Vec<Json> = serde_json::from_str(include_str!("vectors/causes.json")).unwrap();
    let credentials = Credentials::new(IKEY, SKEY).unwrap();
    for vector in &vectors {
        let (id, request) = (vector["id"].as_str().unwrap(), &vector["request"]);
        let text = |name: &str| request[name].as_str().unwrap_or_default();
        let signature = vector["signature"].as_str().unwrap();
        let basic = || format!("Basic {}", STANDARD.encode(format!("{IKEY}:{signature}")));
        let authorization = vector["authorization"].as_str().map_or_else(basic, Into::into);
        let is_form = request["form"].is_string();
        let (kind, body) = if is_form {
            ("application/x-www-form-urlencoded", text("form"))
        } else {
            ("application/json", text("json"))
        };
        let headers = [
            ("Host", text("host")),
            ("Date", text("date")),
            ("Authorization", &authorization),
            ("Content-Type", kind),
        ];
        let mut headers: Vec<(String, String)> =
            headers.map(|(name, value)| (name.into(), value.into())).into();
        headers.extend(pairs(&request["headers"]).into_iter().flatten());
        let received = Request {
            method: text("method").into(),
            url: text("path").into(),
            headers,
            body: body.into(),
        };
        let intended = Intended {
            params: pairs(&vector["intended"]["params"]),
            body: vector["intended"]["body"].as_str().map(Into::into),
            headers: pairs(&vector["intended"]["headers"]),
            canonical: None,
        };
        let budget = vector["budget"].as_u64();
        let context = Context { intended, budget, ..Context::default() };
        let diagnosis = diagnose(&received, &credentials, context);
        let found: Vec<_> = diagnosis.causes.iter().map(|cause| cause.mutation).collect();
        println!("{id}: {found:?}, {} tried: {}", diagnosis.searched, diagnosis.summary);
        for cause in diagnosis.causes.iter().filter(|cause| !cause.mutation.is_empty()) {
            let kind = cause.mutation.split('-').next();
            let (_, ids) = CAUSES.iter().find(|(start, _)| kind == Some(start)).unwrap();
            assert!(ids.contains(&cause.id), "{id}: {}", cause.id);
            let is_shown = cause.signed.is_empty() || cause.signed != cause.expected;
            assert!(is_shown, "{id}: {} is as it should be", cause.signed);
            let is_in = |canonical: Option<&str>, part: &str| {
                found.len() > 1 || canonical.is_none_or(|it| it.contains(part))
            };
            let signed = diagnosis.signed.as_ref().map(|it| &*it.canonical);
            let expected = diagnosis.expected.as_ref().map(|it| &*it.canonical);
            assert!(is_in(signed, &cause.signed), "{id}: {} was not signed", cause.signed);
            assert!(is_in(expected, &cause.expected), "{id}: {} is not right", cause.expected);
            let is_of_line = matches!(kind, Some("DATE" | "HOST" | "METH" | "PATH"))
                || ["V5-BODY", "V5-HDR"].iter().any(|it| cause.mutation.starts_with(it));
            assert!(!is_of_line || !cause.expected.is_empty(), "{id}: nothing is right");
        }
        // Versions 1, 2 and 4 verify; that they were not meant can only be supposed.
        let verifies = matches!(id, "STR-NODATE" | "V5-AS4" | "V5-AS2");
        if matches!(id, "ref" | "ALG-512" | "STR-EMPTY" | "V5-REF") || verifies {
            assert_eq!(diagnosis.outcome, Outcome::Valid, "{id}");
            assert_eq!(diagnosis.refusal, None, "{id}");
            assert_eq!(verifies, found.first() == Some(&id), "{id}");
        } else {
            assert_eq!(diagnosis.outcome, Outcome::Explained, "{id}");
            let mut found = found;
            found.sort_unstable();
            assert_eq!(found.join(" "), id);
            let cause = &diagnosis.causes[0];
            assert!(!cause.summary.is_empty() && !cause.fix.is_empty(), "{id}");
            // Of X-Duo-Date alone Duo's documentation does not say whether it is signed.
            let is_open = id == "V5-XDATE" && received.header("x-duo-date").count() > 0;
            assert_eq!(cause.proven, !is_open, "{id}");
            if id == "STR-MISSING" {
                let has = |canonical: &str| canonical.lines().any(|line| line == cause.expected);
                assert!(has(&diagnosis.expected.unwrap().canonical), "{id}");
                assert!(!has(&diagnosis.signed.as_ref().unwrap().canonical), "{id}");
            }
            // What is no hash has no text that was signed.
            let canonical = diagnosis.signed.map(|signed| signed.canonical);
            let is_hash = !matches!(id, "AUTH-SHAPE" | "OUT-UNSET");
            assert_eq!(canonical.is_none_or(|it| it.is_empty()), !is_hash, "{id}");
        }
    }
    // Each row of the list begins with its name and the id in quotes.
    let rows = include_str!("../src/diagnose/mistakes/list.rs").rsplit_once("mistakes! {").unwrap();
    let ids = rows.1.lines().filter_map(|row| row.split('"').nth(1));
    let missing: Vec<_> = ids.filter(|id| !vectors.iter().any(|it| it["id"] == *id)).collect();
    assert!(missing.is_empty(), "tests/oracle/causes.py lacks {missing:?}");
}

fn pairs(list: &Json) -> Option<Vec<(String, String)>> {
    let text = |value: &Json| value.as_str().unwrap().into();
    Some(list.as_array()?.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect())
}

#[test]
fn fewer_texts_are_tried_of_many_parameters() {
    let credentials = Credentials::new(IKEY, SKEY).unwrap();
    let total = |query: &str| {
        let token = STANDARD.encode(format!("{IKEY}:{}", "0".repeat(128)));
        let request = Request {
            method: "GET".into(),
            url: format!("https://api-x.duosecurity.com/admin/v1/users?{query}"),
            headers: vec![
                ("Date".into(), "Tue, 21 Aug 2012 17:29:18 -0000".into()),
                ("Authorization".into(), format!("Basic {token}")),
            ],
            body: Vec::new(),
        };
        Diagnoser::new(&request, &credentials, Context::default()).total()
    };
    let many = vec!["a=b"; 300].join("&");
    let one = format!("a={}", "b".repeat(many.len() - 2));
    assert!(total(&many) < total(&one) * 9 / 10);
}

#[test]
fn nothing_is_corrected_without_a_host_or_a_clock() {
    let credentials = Credentials::new(IKEY, SKEY).unwrap();
    let token = STANDARD.encode(format!("{IKEY}:{}", "0".repeat(128)));
    let reason = |url: &str, today| {
        let headers = [
            ("Date", "Tue, 21 Aug 2012 17:29:18 -0000"),
            ("Authorization", &format!("Basic {token}")),
        ];
        let request = Request {
            method: "GET".into(),
            url: url.into(),
            headers: headers.map(|(name, value)| (name.into(), value.into())).into(),
            body: Vec::new(),
        };
        let context = Context { today, budget: Some(10), ..Context::default() };
        let found = diagnose(&request, &credentials, context);
        assert_eq!(found.corrected.is_none(), found.uncorrected.is_some());
        found.uncorrected.map(|it| it.name())
    };
    let url = "https://api-x.duosecurity.com/admin/v1/users";
    assert_eq!(reason(url, Some(1_345_570_158)), None);
    assert_eq!(reason(url, None), Some("no-clock"));
    assert_eq!(reason("/admin/v1/users", Some(1_345_570_158)), Some("no-host"));
}
