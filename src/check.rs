//! What HTTP clients would change or refuse: methods, hosts, paths and headers that do not arrive as
//! they were signed.

use alloc::collections::BinaryHeap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::Ipv4Addr;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::canonical::is_x_duo;
use crate::error::Error;

/// RFC 9110 section 5.6.2.
fn is_token_character(found: char) -> bool {
    found.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(found)
}

pub(crate) fn method(method: &str) -> Result<(), Error> {
    if method.is_empty() {
        return Err(Error::MethodEmpty);
    }
    if method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    match method.chars().find(|found| !is_token_character(*found)) {
        Some(found) => Err(Error::MethodCharacter(found)),
        None => Ok(()),
    }
}

pub(crate) fn host(host: &str) -> Result<(), Error> {
    if host.is_empty() {
        return Err(Error::HostEmpty);
    }
    // What nearly all are: a name without a port, whose last label is no number.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let last = host.bytes().rposition(|byte| byte == b'.').map_or(0, |dot| dot + 1);
    if host.bytes().all(is_plain) && host.as_bytes().get(last).is_some_and(u8::is_ascii_alphabetic)
    {
        return Ok(());
    }
    if host.contains(char::is_whitespace) {
        return Err(Error::HostWhiteSpace);
    }
    if host.split(':').skip(1).any(|rest| rest.starts_with("//")) {
        return Err(Error::HostScheme);
    }
    if host.contains('@') {
        return Err(Error::HostUserInfo);
    }
    if host.contains(['/', '?', '#', '\\']) {
        return Err(Error::HostPath);
    }
    // An IPv6 address stands in brackets, since it has colons of its own.
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, rest)) => (address, Some(rest.strip_prefix(':').ok_or(Error::HostPort)?)),
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    if name.is_empty() {
        return Err(Error::HostEmpty);
    }
    let ipv6 = host.starts_with('[');
    let fits = |found: char| {
        found.is_ascii_alphanumeric() || matches!(found, '-' | '.' | '_') || ipv6 && found == ':'
    };
    if let Some(found) = name.chars().find(|found| !fits(*found)) {
        return Err(Error::HostCharacter(found));
    }
    if !is_kept_by_urls(name, ipv6) {
        return Err(Error::HostAddress);
    }
    match port {
        Some("443") => Err(Error::HostDefaultPort),
        Some(port) if !is_port(port) => Err(Error::HostPort),
        _ => Ok(()),
    }
}

/// WHATWG URL, "host parsing": a name whose last label is a number is an IPv4 address, and
/// addresses are written anew, after which the Host header would not be what was signed.
fn is_kept_by_urls(name: &str, ipv6: bool) -> bool {
    if ipv6 {
        // Of the many spellings of the others, URLs keep one each. Nobody needs them for Duo.
        return name == "::1";
    }
    let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_hex = last.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    !(is_hex || is_number) || name.parse::<Ipv4Addr>().is_ok()
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse::<u16>().is_ok()
}

/// All that is neither allowed in a path segment (RFC 3986 section 3.3) nor a slash or `%`.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

pub(crate) fn path(path: &str) -> Result<(), Error> {
    if !path.starts_with('/') {
        return Err(Error::PathRelative);
    }
    // What most are, and nothing below minds.
    if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_')) {
        return Ok(());
    }
    if let Some(found) = path.chars().find(|found| matches!(found, '?' | '#')) {
        return Err(Error::PathQuery(found));
    }
    let encoded = encode_path(path);
    if encoded != path {
        return Err(Error::PathUnencoded(encoded));
    }
    let is_dots = |segment: &str| {
        // Clients take `%2e` for a dot too (WHATWG URL, "double-dot URL path segment").
        let decoded: Vec<u8> = percent_decode_str(segment).collect();
        matches!(decoded.as_slice(), b"." | b"..")
    };
    if path.split('/').any(is_dots) {
        return Err(Error::PathDotSegment);
    }
    Ok(())
}

/// Encodes what a path cannot hold as it is; a `%` with two hex digits behind it stays.
pub(crate) fn encode_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for (i, piece) in path.split('%').enumerate() {
        if i > 0 {
            let hex = piece.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
            encoded.push_str(if hex { "%" } else { "%25" });
        }
        encoded.push_str(&utf8_percent_encode(piece, NOT_IN_PATH).to_string());
    }
    encoded
}

pub(crate) fn header(name: &str, value: &str) -> Result<(), Error> {
    if name.is_empty() || !name.chars().all(is_token_character) {
        return Err(Error::HeaderName);
    }
    // RFC 9110 section 5.5: visible ASCII, space and tab.
    if !value.chars().all(|found| matches!(found, ' '..='~' | '\t')) {
        return Err(Error::HeaderCharacter(name.to_ascii_lowercase()));
    }
    if is_x_duo(name) && value.trim() != value {
        return Err(Error::HeaderWhiteSpace(name.to_ascii_lowercase()));
    }
    Ok(())
}

/// The first of the names, in lower case, that is there more than once in any case.
pub(crate) fn duplicate<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Option<String> {
    if names.len() < 2 {
        return None;
    }
    let names: BinaryHeap<String> = names.map(str::to_ascii_lowercase).collect();
    let sorted = names.into_sorted_vec();
    let pair = sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a == b)?;
    Some(pair.0.clone())
}
