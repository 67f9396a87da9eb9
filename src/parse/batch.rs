//! Batch files of Windows: variables, then commands.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::names::Names;
use super::words::{MORE, Shell};
use super::{Stop, curl, prose};
use crate::http::Request;

/// Whether a text has what batch files alone have, and may have variables in a command.
pub(super) fn is_file(text: &str) -> bool {
    let is_echo = |line: &str| line.trim().eq_ignore_ascii_case("@echo off");
    let set = prose::first_line(text, |line| assignment(line).is_some());
    let has_own = text.lines().any(is_echo) || set.is_some_and(|at| !prose::is_quoted_at(text, at));
    text.contains("curl") && text.contains(['%', '!']) && has_own
}

/// The requests of a batch file; `None` if there are none.
pub(super) fn read(text: &str) -> Option<Vec<Result<Request, Stop>>> {
    if !is_file(text) {
        return None;
    }
    let mut variables: Names<String> = Names::default();
    let mut found = Vec::new();
    let mut at = 0;
    // Whether `!NAME!` is a variable, too.
    let mut is_delayed = false;
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let start = at;
        at += line.len();
        let typed = prose::behind_prompt(line);
        let mut whole = typed.unwrap_or(line).trim_end().to_string();
        while let Some(head) = whole.strip_suffix('^') {
            let head = head.len();
            whole.truncate(head);
            let Some(next) = lines.next() else { break };
            at += next.len();
            whole.push_str(next.strip_prefix(MORE).unwrap_or(next).trim());
        }
        let bare = whole.trim().trim_start_matches('@');
        let word = bare.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
        let lower = bare.to_ascii_lowercase();
        is_delayed |= lower.contains("enabledelayedexpansion");
        // What a condition prints or ends changes nothing.
        let has_effect = || ["set ", "goto", "call", "curl"].iter().any(|it| lower.contains(it));
        let is_command = matches!(&*word, "curl" | "curl.exe");
        if matches!(&*word, "for" | "call" | "goto")
            || word == "if" && has_effect()
            || is_command && is_delayed && bare.contains('!')
            || is_computed(bare)
        {
            let reason = "only cmd knows what this makes of the variables: put their values there";
            return Some([Err(Stop::new(start, reason))].into());
        }
        if !is_command && assignment(bare).is_none() {
            continue;
        }
        let expanded = match expanded(bare, &variables, typed.is_some()) {
            Ok(expanded) if expanded.len() <= 16 * text.len() => expanded,
            Ok(_) => {
                let reason = "variables stand for too long texts: put the values there";
                return Some([Err(Stop::new(start, reason))].into());
            }
            Err(reason) => {
                found.push(Err(Stop::new(start, reason)));
                continue;
            }
        };
        if let Some((name, value)) = assignment(&expanded) {
            variables.insert(&name.to_ascii_uppercase(), value.to_string());
        } else {
            let requests = curl::read_windows(&expanded, 0, Shell::Cmd).into_iter();
            found.extend(requests.map(|it| it.map_err(|stop| Stop { at: start, ..stop })));
        }
    }
    (!found.is_empty()).then_some(found)
}

/// `set /p NAME=` asks the user, and `set /a NAME=` calculates.
fn is_computed(line: &str) -> bool {
    let (word, rest) = line.split_at_checked(3).unwrap_or_default();
    word.eq_ignore_ascii_case("set") && rest.trim_start().starts_with('/')
}

/// `set NAME=value` and `set "NAME=value"`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = prose::behind_prompt(line).unwrap_or(line).trim().trim_start_matches('@');
    let rest = line.get(..4).filter(|it| it.eq_ignore_ascii_case("set ")).and(line.get(4..))?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(rest);
    let (name, value) = rest.split_once('=')?;
    is_name(name).then_some((name, value))
}

/// With the values of its variables. In a file each `%` is of a variable, of an argument, or doubled;
/// where commands are typed, what is not set stays as it is.
fn expanded(line: &str, variables: &Names<String>, is_typed: bool) -> Result<String, &'static str> {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        if !is_typed && let Some(behind) = behind.strip_prefix('%') {
            out.push('%');
            rest = behind;
            continue;
        }
        if !is_typed && behind.starts_with(|it: char| it.is_ascii_digit() || it == '*') {
            return Err(
                "in a batch file `%` and a digit stand for an argument, so that `%20` is sent as \
                        `0`: double the percent sign there, or paste the request as `curl -v` shows it",
            );
        }
        let name = behind.split_once('%').filter(|(name, _)| is_name(name));
        let value = name.and_then(|(name, _)| variables.get(&name.to_ascii_uppercase()));
        rest = match (name, value) {
            (Some((_, behind)), Some(value)) => {
                out.push_str(value);
                behind
            }
            (name, _) if !is_typed || name.is_some_and(|(name, _)| !is_escape(name)) => {
                return Err("a variable stands here that is not set above: put its value there");
            }
            _ => {
                out.push('%');
                behind
            }
        };
    }
    out.push_str(rest);
    Ok(out)
}

/// The first `%NAME%` of a text; `%2F` and its like are none.
pub(super) fn variable(text: &str) -> Option<&str> {
    let places = text.match_indices('%').map(|(at, _)| at);
    let mut names = places.filter_map(|at| {
        let name = text.get(at + 1..)?.split('%').next()?;
        let whole = text.get(at..at + name.len() + 2)?;
        (is_name(name) && !is_escape(name)).then_some(whole)
    });
    names.next()
}

fn is_escape(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|it| it.is_ascii_hexdigit())
}

fn is_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}
