//! The line of the X-Duo-* headers.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::body::hash_forms;
use super::choices::{ALONE, EVERYWHERE, List, NOTHINGS, ONCE};
use super::encoding::in_order;
use super::list::Mistake;
use crate::canonical::{hash_x_duo_headers, is_x_duo, sha512_hex};
use crate::diagnose::context::Intended;
use crate::http;
use crate::text::eq_ignore_case;

#[derive(PartialEq, Eq)]
pub(super) enum Headers {
    Hash(String),
    /// Version 4 and before: no such line.
    Missing,
}

/// What stands after a name and between headers, instead of NUL.
const JOINTS: [(&str, &str); 11] = [
    ("\0", "\0"),
    (":", "\n"),
    (": ", "\n"),
    ("\n", "\n"),
    ("=", "&"),
    ("", ""),
    (":", ""),
    (",", ","),
    (" ", " "),
    (":", "\0"),
    ("\\0", "\\0"),
];

/// The last line of version 5.
pub(super) fn headers(request: &http::Request, intended: &Intended, date: &str) -> List<Headers> {
    let sent = request.x_duo_headers();
    let hash = |headers: &[(&str, &str)]| Headers::Hash(hash_x_duo_headers(headers).into_owned());
    let but = |left_out: &str| -> Vec<(&str, &str)> {
        sent.iter().filter(|(name, _)| !eq_ignore_case(name, left_out)).copied().collect()
    };
    let mut list = List::new(hash(&sent));
    let mut add = |mistake, value| list.add(mistake, value, EVERYWHERE);
    let undated = but("x-duo-date");
    if undated.len() == sent.len() {
        add(Mistake::V5XDuoDate, hash(&[sent.as_slice(), &[("x-duo-date", date)]].concat()));
    } else {
        add(Mistake::V5XDuoDate, hash(&undated));
    }
    add(Mistake::V5HeadersNone, hash(&[]));
    add(Mistake::V5NoHash, Headers::Hash(String::new()));
    add(Mistake::V5As4, Headers::Missing);
    // In the order of the request, with and without their own capitals; Duo's clients sort them in
    // lower case.
    let text = |names: fn(&str) -> String, headers: &[(&str, &str)]| {
        let parts: Vec<_> =
            headers.iter().map(|(name, it)| format!("{}\0{it}", names(name))).collect();
        Headers::Hash(sha512_hex(parts.join("\0").as_bytes()).into_owned())
    };
    let order = in_order(sent.iter()).into_iter();
    let mut sorted: Vec<_> = order.filter_map(|i| sent.get(i).copied()).collect();
    sorted.dedup();
    add(Mistake::V5HeadersUnsorted, text(str::to_ascii_lowercase, &sent));
    add(Mistake::V5HeadersCase, text(ToOwned::to_owned, &sorted));
    add(Mistake::V5HeadersCase, text(ToOwned::to_owned, &sent));
    // Added or changed on the way, after signing.
    for (name, _) in &sent {
        add(Mistake::V5HeaderAdded, hash(&but(name)));
    }
    // Those of the request that version 5 does not sign.
    let others = request.headers.iter().map(|(name, value)| (&**name, &**value));
    let is_other =
        |name: &str| !["authorization", "host"].iter().any(|it| eq_ignore_case(name, it));
    let but_host: Vec<_> = others.filter(|(name, _)| is_other(name)).collect();
    let host = ("host", request.host().unwrap_or_default());
    let all = [&*but_host, &[host]].concat();
    for others in [all.clone(), but_host] {
        add(Mistake::V5HeadersOthers, hash(&others));
    }
    let dated = [sent.as_slice(), &[("date", date)]].concat();
    add(Mistake::V5HeadersOthers, hash(&dated));
    // A repeated name, signed twice or with its first value.
    let twice: Vec<_> = request.sent_x_duo_headers().collect();
    if twice.len() > sent.len() {
        let mut once: Vec<(&str, &str)> = Vec::new();
        for (name, value) in &twice {
            if !once.iter().any(|(other, _)| eq_ignore_case(other, name)) {
                once.push((*name, *value));
            }
        }
        for headers in [twice, once] {
            list.add(Mistake::V5HeaderTwice, hash(&headers), EVERYWHERE);
        }
    }
    // Joined otherwise, or the hash in another form.
    let lower: Vec<_> =
        sorted.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
    let text = |of_name: &str, of_header: &str| {
        let parts: Vec<_> = lower.iter().map(|(name, it)| [name, of_name, it].concat()).collect();
        parts.join(of_header)
    };
    if !sent.is_empty() {
        for (of_name, of_header) in JOINTS {
            for end in ["", of_header] {
                let joined = [&*text(of_name, of_header), end].concat();
                list.add(
                    Mistake::V5HeadersJoined,
                    Headers::Hash(sha512_hex(joined.as_bytes()).into_owned()),
                    ALONE,
                );
            }
        }
    }
    for nothing in NOTHINGS.into_iter().chain(["{}", "[]"]).filter(|_| sent.is_empty()) {
        let hash = sha512_hex(nothing.as_bytes()).into_owned();
        list.add(Mistake::V5HeadersJoined, Headers::Hash(hash), ALONE);
        list.add(Mistake::V5HeadersHash, Headers::Hash(nothing.to_owned()), ONCE);
    }
    for form in hash_forms(text("\0", "\0").as_bytes()) {
        list.add(Mistake::V5HeadersHash, Headers::Hash(form), ALONE);
    }
    for other in all.iter().filter(|(name, _)| !is_x_duo(name)) {
        list.add(Mistake::V5HeadersOthers, hash(&[*other]), ONCE);
    }
    if let Some(meant) = &intended.headers {
        let meant: Vec<_> = meant.iter().map(|(name, value)| (&**name, &**value)).collect();
        let all = sent.iter().chain(&meant).copied().filter(|(name, _)| is_x_duo(name));
        let all: Vec<_> = all.collect();
        list.add(Mistake::V5HeaderLost, hash(&all), EVERYWHERE);
    }
    list
}
