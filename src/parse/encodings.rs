//! Percent-encoding as the libraries of other languages do it, which leave different characters as they are.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::literal::Literal;

/// Characters that `encodeURIComponent` leaves as they are.
pub(super) const COMPONENT: &str = "-_.!~*'()";
/// Those that `encodeURI` leaves besides.
pub(super) const URI: &str = "-_.!~*'();/?:@&=+$,#";
/// Those that the URL Standard leaves in a form.
pub(super) const FORM: &str = "*-._";
/// Those that Python's `quote` leaves.
pub(super) const QUOTE: &str = "_.-~";

/// Percent-encodes all but letters, digits and some others.
pub(super) fn encoded(text: &str, bare: &str, plus: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let found = char::from(byte);
        if byte.is_ascii_alphanumeric() || byte.is_ascii() && bare.contains(found) {
            out.push(found);
        } else if plus && found == ' ' {
            out.push('+');
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-encodes what is not visible ASCII, and these characters besides.
pub(super) fn kept_but(text: &str, encode: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for found in text.chars() {
        if found.is_ascii_graphic() && !encode.contains(found) {
            out.push(found);
        } else {
            out.push_str(&encoded(found.encode_utf8(&mut [0; 4]), "", false));
        }
    }
    out
}

pub(super) fn joined(pairs: &[(String, Literal)], bare: &str, plus: bool) -> String {
    let mut out = String::new();
    for (i, (name, value)) in pairs.iter().enumerate() {
        out.push_str(if i > 0 { "&" } else { "" });
        out.push_str(&encoded(name, bare, plus));
        out.push('=');
        out.push_str(&encoded(value.text().unwrap_or_default(), bare, plus));
    }
    out
}

pub(super) fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The pairs of a query.
pub(super) fn pairs_of(query: &str) -> Vec<(String, Literal)> {
    let fields = query.split('&').filter(|it| !it.is_empty());
    fields
        .map(|field| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (decoded(name), Literal::Text(decoded(value)))
        })
        .collect()
}

pub(super) fn base64(text: &str) -> String {
    super::basic(text.as_bytes()).split_off("Basic ".len())
}

/// A form as `fetch` and `got` send `URLSearchParams`.
pub(super) fn standard_form(pairs: &[(String, Literal)]) -> String {
    joined(pairs, FORM, true)
}
