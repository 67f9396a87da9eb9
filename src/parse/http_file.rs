//! Files of requests, as the REST clients of editors have them: variables, comments, several requests.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::{Stop, basic, http, prose};
use crate::http::Request;
use crate::text::eq_ignore_case;

/// Whether a text has what these files alone have.
pub(super) fn is_file(text: &str) -> bool {
    prose::first_line(text, is_request).is_some_and(|at| !prose::is_quoted_at(text, at))
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
    // ngrep writes a dot for the end of the line.
    super::is_method(method)
        && (target.contains('/') || target.starts_with("{{"))
        && !line.ends_with("HTTP/1.1.")
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
            match variables.iter().find(|(found, _)| *found == name) {
                Some((_, other)) if *other != value => {
                    let reason = "a variable is set twice, and tools differ in which value counts: put \
                                  the values themselves into the request";
                    return [Err(Stop::new(0, reason))].into();
                }
                // Variables within variables may double each time.
                None if value.len() <= text.len() => variables.push((name, value)),
                _ => {}
            }
        }
    }
    match blocks(text) {
        Ok(blocks) => {
            let found = blocks.into_iter();
            found.map(|(block, start)| request(block, &variables, start)).collect()
        }
        Err(stop) => [Err(stop)].into(),
    }
}

/// The requests between the delimiters, each with where it starts. VS Code's REST Client and `JetBrains`
/// delimit at every line that starts with `###`, within a body too. Where that would leave something out,
/// the line may belong to the body, and all is refused.
fn blocks(text: &str) -> Result<Vec<(&str, usize)>, Stop> {
    let mut found: Vec<(&str, usize)> = Vec::new();
    let mut at = 0;
    let mut start = None;
    let mut has_body = false;
    let mut script = Script::default();
    // What no request followed.
    let mut left = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        if bare.starts_with("###") {
            if let Some(start) = start.take() {
                let block = text.get(start..at).unwrap_or_default();
                let body = body(block);
                if has_short_body(block, body) {
                    return Err(Stop::new(at, CUT));
                }
                found.push((block, start));
                has_body = !body.trim().is_empty();
            }
            if has_body && !bare.trim_matches('#').trim().is_empty() {
                left.get_or_insert(at);
            }
        } else if start.is_none() && is_request(bare) {
            start = Some(at);
            left = None;
        } else if start.is_none() && !found.is_empty() && !bare.trim().is_empty() {
            let is_aside = script.takes(bare, "< {%")
                || bare.starts_with('#')
                || bare.starts_with("//")
                || variable(bare).is_some();
            if !is_aside {
                return Err(Stop::new(at, CUT));
            }
            if has_body {
                left.get_or_insert(at);
            }
        }
        at += line.len();
    }
    if let Some(start) = start {
        found.push((text.get(start..).unwrap_or_default(), start));
    }
    left.map_or(Ok(found), |at| Err(Stop::new(at, CUT)))
}

/// What editors run before a request or after its answer: `< {%` or `> {%`, up to `%}`.
#[derive(Default)]
struct Script {
    is_open: bool,
}

impl Script {
    fn takes(&mut self, line: &str, start: &str) -> bool {
        let is_script = self.is_open || line.starts_with(start);
        self.is_open = is_script && !line.contains("%}");
        is_script
    }
}

const CUT: &str = "a line that starts with `###` ends a request, and what follows is not one: if it is of \
                   the body, paste the request as it was sent, with its `Content-Length`; if not, leave \
                   it out";

/// What stands after the headers.
fn body(block: &str) -> &str {
    let mut at = 0;
    for line in block.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            break;
        }
    }
    block.get(at..).unwrap_or_default()
}

/// Whether a body ends before the length that its request states.
fn has_short_body(block: &str, body: &str) -> bool {
    let head = block.get(..block.len() - body.len()).unwrap_or_default();
    let length = head.lines().filter_map(|line| line.split_once(':'));
    let mut length = length.filter(|(name, _)| eq_ignore_case(name, "content-length"));
    let length = length.find_map(|(_, value)| value.trim().parse().ok());
    length.is_some_and(|length: usize| body.len() < length)
}

pub(super) fn resolved(text: &str, variables: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let name = behind.trim_start();
        let value = variables.iter().rev().find_map(|(found, value)| {
            let after = name.strip_prefix(found)?.trim_start().strip_prefix("}}")?;
            Some((value, after))
        });
        if let Some((value, after)) = value {
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
    let mut is_answered = false;
    let mut script = Script::default();
    let mut at = start;
    for line in block.split_inclusive('\n') {
        let from = at;
        at += line.len();
        let line = line.trim_end_matches(['\r', '\n']);
        let is_comment = line.starts_with('#') || line.starts_with("//");
        let is_handler = script.takes(line, "> {%")
            || ["> ./", ">> ", ">>! ", "<> "].iter().any(|it| line.starts_with(it));
        is_answered |= is_handler;
        if is_answered && !is_handler && !is_comment && !line.trim().is_empty() {
            let reason = "this stands after what editors do with the answer: if it is of the body, paste \
                          the request as it was sent, with its `Content-Length`";
            return Err(Stop::new(from, reason));
        }
        if is_answered || is_comment && !is_body {
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
