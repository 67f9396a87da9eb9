//! What holds for every request.

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

use duo_sign::params::{Params, encode};
use duo_sign::{
    Credentials, DateHeader, Digest, Request, SignatureVersion, Signer, Value, date, json,
};
use proptest::collection::vec;
use proptest::prelude::*;

const HOST: &str = "api-xxxxxxxx.duosecurity.com";
const DATE: &str = "Tue, 21 Aug 2012 17:29:18 -0000";

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    // Few different names, so that some repeat.
    vec(("[a-c_\\-. !~é]{0,3}|\\PC{0,4}", any::<String>()), 0..8)
}

/// Lists within each other, up to more than JSON may be nested.
fn values() -> impl Strategy<Value = Value<'static>> {
    (0..json::MAX_DEPTH + 3)
        .prop_map(|depth| (0..depth).fold(Value::Null, |value, _| Value::List(vec![value])))
}

fn versions() -> impl Strategy<Value = SignatureVersion> {
    prop::sample::select(vec![
        SignatureVersion::V1,
        SignatureVersion::V2,
        SignatureVersion::V4,
        SignatureVersion::V5,
    ])
}

fn signer() -> Signer {
    Signer::new(&Credentials::new("DIXXXXXXXXXXXXXXXXXX", "the secret key").unwrap())
}

fn request<'a>(method: &'a str, pairs: &'a [(String, String)]) -> Request<'a> {
    let mut request = Request::new(method, HOST, "/admin/v1/users", DATE);
    for (name, value) in pairs {
        request = request.param(name, value.as_str());
    }
    request
}

proptest! {
    #[test]
    fn the_order_of_parameters_does_not_matter(
        pairs in pairs(), rotation in 0usize..8, version in versions(), post in any::<bool>(),
    ) {
        let method = if post && version < SignatureVersion::V4 { "POST" } else { "GET" };
        let mut other = pairs.clone();
        other.reverse();
        other.rotate_left(rotation % pairs.len().max(1));
        let mut first = request(method, &pairs);
        let mut second = request(method, &other);
        first.signature_version = version;
        second.signature_version = version;
        prop_assert_eq!(signer().sign(&first), signer().sign(&second));
    }

    #[test]
    fn the_order_and_case_of_headers_does_not_matter(
        values in vec("[ -~]{0,9}", 1..5), rotation in 0usize..5,
    ) {
        let mut first = request("GET", &[]);
        for (i, value) in values.iter().enumerate() {
            first.headers.push((format!("X-Duo-{i}-a").into(), value.trim().into()));
        }
        let mut second = first.clone();
        second.headers.rotate_left(rotation % values.len());
        for (name, _) in &mut second.headers {
            *name = Cow::Owned(name.to_uppercase());
        }
        prop_assert_eq!(first.canonicalize(), second.canonicalize());
    }

    #[test]
    fn the_query_decodes_to_the_parameters(pairs in pairs()) {
        let signed_url = signer().sign(&request("GET", &pairs)).unwrap().url;
        let query = signed_url.split_once('?').unwrap_or_default().1;
        prop_assert!(query.is_ascii());
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
        };
        let mut decoded: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        let mut pairs = pairs;
        decoded.sort();
        pairs.sort();
        prop_assert_eq!(decoded, pairs);
    }

    #[test]
    fn decoding_undoes_every_spelling(pairs in pairs()) {
        let spell = |text: &str, space: &str| encode(text).replace("%20", space);
        for space in ["%20", "+"] {
            let text: Vec<_> = pairs
                .iter()
                .map(|(name, value)| format!("{}={}", spell(name, space), spell(value, space)))
                .collect();
            let mut received = Params::default();
            received.extend_encoded(text.join("&").to_lowercase_hex().as_bytes());
            let mut wanted = Params::default();
            for (name, value) in &pairs {
                wanted.push(name, value);
            }
            prop_assert_eq!(received.canonical(), wanted.canonical());
        }
    }

    #[test]
    fn what_is_explained_is_what_is_signed(
        pairs in pairs(),
        version in versions(),
        method in prop::sample::select(vec!["GET", "post", "Put", "PATCH", "DELETE"]),
        x_duo_date in any::<bool>(),
    ) {
        let mut request = request(method, &pairs);
        request.signature_version = version;
        if x_duo_date {
            request.date_header = DateHeader::XDuoDate;
        }
        let signed = signer().sign(&request).unwrap();
        let lines = request.explain().unwrap();
        for line in &lines {
            prop_assert!(line.note.contains(' '), "{}", line.label);
            let names_form = version < SignatureVersion::V4 && line.label == "params";
            prop_assert_eq!(line.note.contains("form body"), names_form);
        }
        let canonical = lines.into_iter().map(|line| line.value).collect::<Vec<_>>().join("\n");
        prop_assert!(canonical.is_ascii());
        prop_assert_eq!(&canonical, &signed.canonical);
        prop_assert_eq!(&canonical, &request.canonicalize().unwrap());
        let authorization = signer().authorization(Digest::Sha512, &canonical);
        let sent = signed.headers.iter().find(|(name, _)| name == "Authorization").unwrap();
        prop_assert_eq!(&sent.1, &authorization);
    }

    #[test]
    fn a_json_body_reads_back(pairs in pairs()) {
        let names: std::collections::BTreeMap<_, _> = pairs.into_iter().collect();
        let fields = names
            .iter()
            .map(|(name, value)| (name.as_str().into(), Value::from(value.as_str())))
            .collect();
        let text = json::write(&fields).unwrap();
        prop_assert!(text.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        let read: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, names);
    }

    #[test]
    fn a_name_given_twice_is_a_list(first in values(), second in values()) {
        let list = |value: &Value<'static>| match value {
            Value::List(values) => values.clone(),
            value => vec![value.clone()],
        };
        let joined = Value::List([list(&first), list(&second)].concat());
        let twice = vec![("k".into(), first), ("k".into(), second)];
        prop_assert_eq!(json::write(&twice), json::write(&vec![("k".into(), joined)]));
    }

    #[test]
    fn a_double_reads_back(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        if let Some(number) = duo_sign::Number::from_f64(value) {
            let text = json::write(&vec![("k".into(), number.into())]).unwrap();
            let text = text.strip_prefix("{\"k\":").unwrap().strip_suffix('}').unwrap();
            prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits);
        } else {
            prop_assert!(!value.is_finite());
        }
    }

    #[test]
    fn a_date_reads_back(unix_time in -2_208_988_800i64..=253_402_300_799) {
        prop_assert_eq!(date::parse(&date::format(unix_time).unwrap()), Ok(unix_time));
    }

    #[test]
    fn no_input_panics(
        method in any::<String>(),
        host in any::<String>(),
        path in "/\\PC*|\\PC*",
        date in any::<String>(),
        pairs in pairs(),
        header in any::<(String, String)>(),
        keys in any::<(String, String)>(),
    ) {
        let mut request = Request::new(&method, &host, &path, date.as_str());
        request.headers.push((header.0.into(), header.1.into()));
        for (name, value) in &pairs {
            request = request.param(name, value.as_str());
        }
        let _ = request.canonicalize();
        let mut valid = Request::new("GET", HOST, "/", DATE);
        for (part, set) in [
            (&method, (|request, part| request.method = part) as fn(&mut Request<'_>, &'static str)),
            (&host, |request, part| request.host = part),
            (&path, |request, part| request.path = part),
            (&date, |request, part| request.date = part.into()),
        ] {
            let mut request = valid.clone();
            set(&mut request, String::leak(part.clone()));
            let _ = request.canonicalize();
        }
        valid.headers = request.headers;
        let _ = valid.canonicalize();
        if let Err(error) = Credentials::new(keys.0, keys.1.clone()) {
            prop_assert!(keys.1.chars().count() < 3 || !error.to_string().contains(&keys.1));
        }
        let _ = date::parse(&date);
    }
}

trait LowercaseHex {
    fn to_lowercase_hex(&self) -> String;
}

impl LowercaseHex for String {
    /// Half of the clients write `%c3`, which means the same.
    fn to_lowercase_hex(&self) -> String {
        let mut pieces = self.split('%');
        let first = pieces.next().unwrap().to_owned();
        pieces.fold(first, |text, piece| {
            let (hex, rest) = piece.split_at(2);
            format!("{text}%{}{rest}", hex.to_lowercase())
        })
    }
}
