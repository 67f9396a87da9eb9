//! What HTTP clients would change or refuse: methods, hosts, paths and headers that do not arrive as
//! they were signed.

use alloc::string::String;
use alloc::vec::Vec;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::canonical::is_x_duo;
use crate::error::Error;
use crate::text::{class, decimal, eq_ignore_case, order, split_at_byte};

pub(crate) fn method(method: &str) -> Result<(), Error> {
    match class::first_outside(method, class::TOKEN) {
        _ if method.is_empty() => Err(Error::MethodEmpty),
        Some(found) => Err(Error::MethodCharacter(found)),
        None => Ok(()),
    }
}

pub(crate) fn host(host: &str) -> Result<(), Error> {
    let last_label = host.bytes().rposition(|byte| byte == b'.').map_or(0, |dot| dot + 1);
    let is_name = host.as_bytes().get(last_label).is_some_and(u8::is_ascii_alphabetic);
    // What nearly all are: a name without a port, whose last label is no number.
    if is_name && class::first_outside(host, class::HOST).is_none() {
        return Ok(());
    }
    unusual_host(host)
}

fn unusual_host(host: &str) -> Result<(), Error> {
    let has = |wanted: &[char]| host.chars().any(|found| wanted.contains(&found));
    if host.is_empty() {
        return Err(Error::HostEmpty);
    }
    if host.chars().any(char::is_whitespace) {
        return Err(Error::HostWhiteSpace);
    }
    if host.split(':').skip(1).any(|rest| rest.starts_with("//")) {
        return Err(Error::HostScheme);
    }
    if has(&['@']) {
        return Err(Error::HostUserInfo);
    }
    if has(&['/', '?', '#', '\\']) {
        return Err(Error::HostPath);
    }
    // An IPv6 address stands in brackets, since it has colons of its own.
    let bracketed = host.strip_prefix('[').and_then(|rest| split_at_byte(rest, b']'));
    let (name, port) = match bracketed {
        Some((address, "")) => (address, None),
        Some((address, rest)) => (address, Some(rest.strip_prefix(':').ok_or(Error::HostPort)?)),
        None => match split_at_byte(host, b':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    if name.is_empty() {
        return Err(Error::HostEmpty);
    }
    if bracketed.is_some() {
        // Of the many spellings of the others, URLs keep one each. Nobody needs them for Duo.
        if name != "::1" {
            return Err(Error::HostAddress);
        }
    } else if let Some(found) = class::first_outside(name, class::HOST) {
        return Err(Error::HostCharacter(found));
    } else if !is_kept_by_urls(name) {
        return Err(Error::HostAddress);
    }
    match port {
        Some("443") => Err(Error::HostDefaultPort),
        Some(port) if number_below(port, 65_536).is_none_or(|port| port == 0) => {
            Err(Error::HostPort)
        }
        _ => Ok(()),
    }
}

/// WHATWG URL, "host parsing": a name whose last label is a number is an IPv4 address, and
/// addresses are written anew, after which the Host header would not be what was signed.
fn is_kept_by_urls(name: &str) -> bool {
    let labels = || name.trim_end_matches('.').split('.');
    let last = labels().next_back().unwrap_or_default();
    let is_hex = last.get(..2).is_some_and(|start| eq_ignore_case(start, "0x"));
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = || {
        !name.ends_with('.')
            && labels().count() == 4
            && labels().all(|label| number_below(label, 256).is_some())
    };
    !(is_hex || is_number) || is_address()
}

/// A number without leading zeros.
fn number_below(text: &str, limit: i64) -> Option<i64> {
    let is_padded = text.len() > 1 && text.starts_with('0');
    decimal(text).filter(|number| !is_padded && *number < limit)
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
    if class::first_outside(path, class::PLAIN_PATH).is_none() {
        return Ok(());
    }
    if let Some(found) = path.chars().find(|found| matches!(found, '?' | '#')) {
        return Err(Error::PathQuery(found));
    }
    let encoded = encode_path(path);
    if encoded != path {
        return Err(Error::PathUnencoded(encoded));
    }
    // Clients take `%2e` for a dot too (WHATWG URL, "double-dot URL path segment").
    let is_dots = |segment: &str| {
        let dots = [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"];
        dots.iter().any(|dots| eq_ignore_case(segment, dots))
    };
    if path.split('/').any(is_dots) {
        return Err(Error::PathDotSegment);
    }
    Ok(())
}

/// Encodes what a path cannot hold as it is; a `%` with two hex digits after it stays.
pub(crate) fn encode_path(path: &str) -> String {
    around_escapes(path, |encoded, piece| encoded.extend(utf8_percent_encode(piece, NOT_IN_PATH)))
}

/// Writes what stands between the `%` of a text. These stay where two hex digits follow, and are encoded
/// elsewhere.
pub(crate) fn around_escapes(text: &str, mut write: impl FnMut(&mut String, &str)) -> String {
    let mut encoded = String::with_capacity(text.len());
    for (i, piece) in text.split('%').enumerate() {
        if i > 0 {
            let hex = piece.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
            encoded.push_str(if hex { "%" } else { "%25" });
        }
        write(&mut encoded, piece);
    }
    encoded
}

pub(crate) fn header_name(name: &str) -> Result<(), Error> {
    let is_token = !name.is_empty() && class::first_outside(name, class::TOKEN).is_none();
    if is_token { Ok(()) } else { Err(Error::HeaderName) }
}

pub(crate) fn header(name: &str, value: &str) -> Result<(), Error> {
    header_name(name)?;
    // RFC 9110 section 5.5: visible ASCII, space and tab.
    if !value.bytes().all(|found| matches!(found, b' '..=b'~' | b'\t')) {
        return Err(Error::HeaderCharacter(name.to_ascii_lowercase()));
    }
    let is_space = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    let bytes = value.as_bytes();
    if is_x_duo(name) && (is_space(bytes.first()) || is_space(bytes.last())) {
        return Err(Error::HeaderWhiteSpace(name.to_ascii_lowercase()));
    }
    Ok(())
}

/// The first of the names, in lower case, that is repeated in any case.
pub(crate) fn duplicate<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Option<String> {
    if names.len() < 2 {
        return None;
    }
    let names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    let order = order(&names);
    let same =
        order.iter().zip(order.iter().skip(1)).find(|(a, b)| names.get(**a) == names.get(**b));
    names.get(*same?.0).cloned()
}
