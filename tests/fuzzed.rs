//! What the fuzz targets check, for what proptest makes: whole fields, of which most are valid.

#![cfg(all(not(target_family = "wasm"), feature = "diagnose"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
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
    fn any_text_is_read_or_refused(text in any::<String>(), request in requests()) {
        fuzz::parse(text.as_bytes());
        fuzz::parse(&request);
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
