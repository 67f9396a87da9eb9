//! What the fuzz targets check, for what proptest makes: whole fields, of which most are valid.

#![cfg(all(not(target_family = "wasm"), feature = "diagnose"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::std_instead_of_core,
    clippy::items_after_statements,
    clippy::missing_panics_doc,
    unreachable_pub,
    reason = "a panic is how a test fails"
)]

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use proptest::collection::vec;
use proptest::prelude::*;

/// What `fuzz::request` takes, and what it makes of each.
fn requests() -> impl Strategy<Value = Vec<u8>> {
    let required = [
        "[0-3][01][01]\\PC{0,3}",
        "GET|POST|PUT|PATCH|DELETE|HEAD|get|Post",
        "[a-z]{1,6}(-[A-Za-z0-9]{1,9})?\\.duosecurity\\.com(:[1-9][0-9]{3})?",
        "(/[A-Za-z0-9._~!$&'()*+,;=:@-]{1,9}x|/%[0-9A-F]{2}x){1,4}",
        "(Tue, )?21 Aug 20[0-9]{2} 1[0-9]:[0-5][0-9]:18 (-0000|GMT|[+]0130)",
        "|\\PC{0,20}|[{]\"a\": \"\\PC{0,4}\"[}]",
        "|X-Duo-[A-Za-z-]{1,9}|[!#$%&'*+.^_`|~-]x",
        "[!-~]([ -~]{0,12}[!-~])?",
    ];
    let params = vec(any::<String>(), 0..8);
    (required, params).prop_map(|(required, params)| joined(required.into_iter().chain(params)))
}

/// What goes further in with each time that it is written.
const NESTS: [&str; 24] = [
    "{",
    "[",
    "(",
    "[a]",
    "{a:",
    "a[",
    "f(",
    "a.",
    ".a(b",
    "$(",
    "${",
    "${a:-",
    "\"$(",
    "`${",
    "f\"{",
    "@{a=",
    "a=>",
    "(a=>{",
    "lambda a:",
    "def a(",
    "def a():\n",
    "function a(",
    "if ",
    "await ",
];

/// A text of the vectors that has a part of it, or what goes further in, many times in its place.
fn repetitive() -> impl Strategy<Value = String> {
    const LENGTH: usize = 20_000;
    let texts =
        ["clients", "field", "diagnosis", "pastes", "programs"].into_iter().flat_map(|name| {
            let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
            let all: Vec<serde_json::Value> =
                serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let texts =
                all.into_iter().map(|it| it.get("text").or(it.get("input")).unwrap().clone());
            texts.filter_map(|it| it.as_str().map(String::from)).collect::<Vec<_>>()
        });
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let nest = proptest::option::of(proptest::sample::select(&NESTS[..]));
    (proptest::sample::select(texts), any::<proptest::sample::Index>(), 1..9_usize, nest).prop_map(
        |(text, place, length, nest)| {
            // Where a word or a value starts, more is read than within one.
            let starts = text.match_indices(|it: char| " \n\"'=:,([{$".contains(it));
            let places: Vec<usize> = [0].into_iter().chain(starts.map(|(at, _)| at + 1)).collect();
            let (before, rest) = text.split_at(places[place.index(places.len())]);
            let own: String = rest.chars().take(length).collect();
            let piece = nest.unwrap_or(&own);
            [before, &piece.repeat(LENGTH / piece.len().max(1)), rest].concat()
        },
    )
}

/// What the readers of texts look for, which may stand in any body.
const CODE: [&str; 66] = [
    "\nset A=",
    "%20",
    "\n",
    "\n",
    "\n",
    "\r\n",
    " ",
    " ",
    "'",
    "\"",
    "`",
    "\\",
    "\\\n",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "|",
    "&",
    "=",
    ": ",
    "$",
    "> ",
    ">>> ",
    "... ",
    "PS C:\\> ",
    "$ ",
    "In [1]: ",
    "quote> ",
    "```",
    "~~~",
    "{code}",
    "<pre>",
    "</pre>",
    "&quot;",
    "### ",
    "# ",
    "curl ",
    "curl.exe ",
    "http ",
    "wget ",
    "-d x ",
    "-H 'A: b' ",
    "https://b.example/c",
    "GET /d HTTP/1.1\n",
    "POST ",
    "Host: e.example\n",
    "fetch(",
    "requests.get(",
    "axios.get(",
    "Invoke-RestMethod ",
    "-Uri ",
    "<<EOF\n",
    "EOF\n",
    "@",
    "{{f}}",
    "%g%",
    "Request URL: ",
    "Request Method: GET\n",
    "1. ",
    "\"method\": \"GET\"",
    "\"url\": \"https://h.example/\"",
];

/// Requests that have code in a body, or in a parameter.
fn requests_with_code() -> impl Strategy<Value = Vec<u8>> {
    let code = vec(proptest::sample::select(&CODE[..]), 1..9).prop_map(|it| it.concat());
    (code.clone(), code, any::<bool>()).prop_map(|(body, other, is_param)| {
        let start = ["000", "POST", "api-x.duosecurity.com", "/a", "21 Aug 2012 17:29:18 -0000"];
        let end = if is_param { ["", "", "", "n", &body] } else { [&*body, "", "", "n", &other] };
        joined(start.iter().chain(&end).map(|it| (*it).to_owned()))
    })
}

fn joined(fields: impl Iterator<Item = String>) -> Vec<u8> {
    fields.map(String::into_bytes).collect::<Vec<_>>().join(&fuzz::SEPARATOR)
}

proptest! {
    #[test]
    fn params_decode_in_any_order(names in vec(any::<String>(), 0..12)) {
        fuzz::params(&joined(names.into_iter()));
    }

    #[test]
    fn what_is_signed_verifies_and_not_with_another_byte(request in requests()) {
        fuzz::sign(&request);
    }

    #[test]
    fn what_is_rendered_reads_back(request in requests()) {
        fuzz::render(&request);
    }

    #[test]
    fn what_is_rendered_reads_back_whatever_is_in_it(request in requests_with_code()) {
        fuzz::render(&request);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), request in requests()) {
        fuzz::parse(text.as_bytes());
        fuzz::parse(&request);
    }

    #[test]
    fn no_repetition_fills_the_stack_or_takes_forever(text in repetitive()) {
        fuzz::parse(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_right_signature_is_right_and_that_of_another_key_is_not_explained(request in requests()) {
        fuzz::diagnose(&request);
        fuzz::search(&request);
    }
}

/// Else the properties would hold of nothing.
#[test]
fn most_requests_are_signed() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let requests = requests();
    let signed =
        (0..200).filter(|_| fuzz::is_signed(&requests.new_tree(&mut runner).unwrap().current()));
    assert!(signed.count() > 60);
}
