//! Files of requests, as the REST clients of editors have them: variables, comments, several requests.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::{Stop, basic, http};
use crate::http::Request;
use crate::text::eq_ignore_case;

/// Whether a text has what these files alone have.
pub(super) fn is_file(text: &str) -> bool {
    let has_request = text.lines().any(is_request);
    has_request
        && text.lines().any(|line| {
            let line = line.trim_start_matches('\u{feff}');
            line.starts_with("###")
                || line.starts_with("# @")
                || line.starts_with("// @")
                || line.starts_with("> {%")
                || variable(line).is_some()
        })
}

fn is_request(line: &str) -> bool {
    let mut words = line.split(' ').filter(|it| !it.is_empty());
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    super::is_method(method) && (target.contains('/') || target.starts_with("{{"))
}

/// `@name = value`
fn variable(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix('@')?.split_once('=')?;
    let name = name.trim();
    let is_name =
        !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || "_-.".contains(it));
    is_name.then(|| (name, value.trim()))
}

pub(super) fn read(text: &str) -> Vec<Result<Request, Stop>> {
    let mut variables: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        if let Some((name, value)) = variable(line.trim_start_matches('\u{feff}')) {
            let value = resolved(value, &variables);
            if variables.iter().any(|(found, other)| *found == name && *other != value) {
                let reason = "a variable is set twice, and tools differ in which value counts: put the \
                              values themselves into the request";
                return [Err(Stop::new(0, reason))].into();
            }
            // Variables within variables may double each time.
            if value.len() <= text.len() {
                variables.push((name, value));
            }
        }
    }
    let mut found = Vec::new();
    let (mut at, mut start) = (0, 0);
    let mut block = String::new();
    let mut is_started = false;
    // A delimiter of its own ends the last one.
    for line in text.split_inclusive('\n').chain(["###"]) {
        let bare = line.trim_end_matches(['\r', '\n']);
        if bare.starts_with("###") {
            if is_started {
                found.push(request(&block, &variables, start));
            }
            block.clear();
            is_started = false;
        } else if is_started {
            block.push_str(line);
        } else if is_request(bare) {
            (start, is_started) = (at, true);
            block.push_str(line);
        }
        at += line.len();
    }
    found
}

fn resolved(text: &str, variables: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let name = behind.split_once("}}").map(|(name, after)| (name.trim(), after));
        let value =
            name.and_then(|(name, _)| variables.iter().rev().find(|(found, _)| *found == name));
        if let (Some((_, after)), Some((_, value))) = (name, value) {
            out.push_str(value);
            rest = after;
        } else {
            out.push_str("{{");
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

fn request(block: &str, variables: &[(&str, String)], start: usize) -> Result<Request, Stop> {
    // Comments among the headers, and what is done with the answer.
    let mut raw = String::new();
    let mut is_body = false;
    for line in block.lines() {
        let is_comment = line.starts_with('#') || line.starts_with("//");
        if line.starts_with("> {%") || line.starts_with("> ./") || line.starts_with("<> ") {
            break;
        }
        if is_comment && !is_body {
            continue;
        }
        is_body |= line.trim().is_empty();
        raw.push_str(line);
        raw.push('\n');
    }
    let raw = resolved(raw.trim_end(), variables);
    let mut parsed = http::read(&raw, 0).map_err(|stop| Stop { at: start, ..stop })?;
    as_clients_send(&mut parsed, start)?;
    for (name, value) in &mut parsed.headers {
        // `Basic user:password` and `Basic user password` are encoded.
        let user = value.strip_prefix("Basic ").filter(|_| eq_ignore_case(name, "authorization"));
        if let Some(user) = user.filter(|it| it.contains([':', ' '])) {
            let user = user.trim().replacen(' ', ":", usize::from(!user.contains(':')));
            *value = basic(user.as_bytes());
        }
    }
    Ok(parsed)
}

/// What clients make of a request that has a URL but no version of HTTP in its first line. Where they
/// differ, it is refused.
pub(super) fn as_clients_send(parsed: &mut Request, start: usize) -> Result<(), Stop> {
    parsed.remove_dots();
    let body = String::from_utf8_lossy(&parsed.body).to_string();
    for line in body.lines() {
        if line.starts_with("< ") || line.starts_with("<@ ") {
            return Err(Stop::new(start, "the body is in a file: put its content here"));
        }
        if ["#", "//", "??"].iter().any(|it| line.starts_with(it)) {
            let reason = "a line of the body starts with `#`, `//` or `??`, which some clients leave \
                          out: copy what was sent";
            return Err(Stop::new(start, reason));
        }
    }
    if parsed.is_form() {
        // Its lines are one, and what a form cannot have is encoded by some clients only.
        let body: String = body.lines().map(str::trim).collect();
        if body.contains(' ') || !body.is_ascii() {
            let reason = "the form has characters that some clients encode: encode them yourself";
            return Err(Stop::new(start, reason));
        }
        parsed.body = body.into_bytes();
    }
    Ok(())
}
