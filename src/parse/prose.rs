//! What people write around a request: where its text is within mails, tickets and pages.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::ops::Range;

use super::words::Shell;
use super::{Stop, shell};
use crate::http::Request;
use crate::text::eq_ignore_case;

/// Marks of a block of code, and what ends it: of Markdown, of trackers, of pages.
const FENCES: [(&str, &str); 5] = [
    ("```", "```"),
    ("~~~", "~~~"),
    ("{code", "{code}"),
    ("{noformat}", "{noformat}"),
    ("<pre", "</pre>"),
];

/// The blocks of code in a text: where the mark of each is, and what stands between that and the next.
pub(super) fn fenced(text: &str) -> Vec<(usize, Range<usize>)> {
    const MOST: usize = 64;
    let mut found = Vec::new();
    let mut from = 0;
    for _ in 0..MOST {
        let Some(rest) = text.get(from..) else { break };
        let opens = FENCES.iter().filter_map(|(open, close)| Some((rest.find(open)?, open, close)));
        let Some((at, open, close)) = opens.min_by_key(|(at, ..)| *at) else { break };
        let at = from + at;
        // What stands after it is the language.
        let end = match *open {
            "{code" | "<pre" => text.get(at..).and_then(|it| it.find(['}', '>'])).map(|it| it + 1),
            "{noformat}" => Some(open.len()),
            _ => text.get(at..).and_then(|it| it.find('\n')).map(|it| it + 1),
        };
        let Some(start) = end.map(|end| at + end) else { break };
        // Code may have such a mark in it, `{code` for example.
        let Some(length) = text.get(start..).and_then(|it| it.find(close)) else {
            from = at + open.len();
            continue;
        };
        found.push((at, start..start + length));
        from = start + length + close.len();
    }
    found
}

/// What makes a quotation mark a part of a quotation.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Escape {
    /// A backslash.
    Program,
    /// A backslash, but not between single marks.
    Shell,
    /// A backtick, but not between single marks.
    PowerShell,
}

/// Where the first line starts for which this holds.
pub(super) fn first_line(text: &str, is_it: impl Fn(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        at += line.len();
        is_it(line.trim_end_matches(['\r', '\n'])).then(|| at - line.len())
    })
}

/// Whether a place is within a quotation of the code that a text has: what stands there is no code.
pub(super) fn is_quoted_at(text: &str, place: usize) -> bool {
    is_quoted(text.get(..place).unwrap_or_default())
}

/// Whether a quotation mark is open at the end of a text, as in the code that it has; an apostrophe within a
/// word opens nothing.
fn is_quoted(text: &str) -> bool {
    // What stands in a text of a program is no command.
    let is_command = |at| {
        text.get(..at).is_some_and(|before| open_quote(None, before, Escape::Program).is_none())
    };
    let escape = match super::first_call(text).filter(|(at, _)| is_command(*at)) {
        None => Escape::Program,
        Some((_, Shell::Power)) => Escape::PowerShell,
        Some(_) => Escape::Shell,
    };
    open_quote(None, text, escape).is_some()
}

/// The quotation mark that is open at the end of a text, where one is at its start.
pub(super) fn open_quote(mut open: Option<char>, text: &str, escape: Escape) -> Option<char> {
    let mark = if escape == Escape::PowerShell { '`' } else { '\\' };
    let mut last = ' ';
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            _ if character == mark && (open != Some('\'') || escape == Escape::Program) => {
                characters.next();
            }
            '\'' | '"' if open == Some(character) => open = None,
            '\'' | '"' if open.is_none() && !last.is_alphanumeric() => open = Some(character),
            _ => {}
        }
        last = character;
    }
    open
}

/// Where the first quotation of a mail starts.
pub(super) fn quotation(text: &str) -> Option<usize> {
    first_line(text, |line| line.starts_with(['>', '|']))
}

/// What the writer of a mail adds, and what is quoted there, without the marks: lines behind as many `>` or `|`.
pub(super) fn quotations(text: &str) -> (String, Vec<String>) {
    const MOST: usize = 64;
    let mut own = String::new();
    let mut found: Vec<String> = Vec::new();
    let mut last = 0;
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        let mut depth = 0;
        while let Some(behind) = rest.strip_prefix(['>', '|']) {
            rest = behind.strip_prefix(' ').unwrap_or(behind);
            depth += 1;
        }
        match found.last_mut() {
            _ if depth == 0 => own.push_str(rest),
            Some(block) if last == depth => block.push_str(rest),
            _ => found.push(rest.into()),
        }
        last = depth;
    }
    // Logs mark what was sent likewise.
    let is_log = |it: &str| {
        it.contains("HTTP/") || super::is_method(it.split(' ').next().unwrap_or_default())
    };
    found.retain(|it| !is_log(it));
    found.truncate(MOST);
    (own, found)
}

/// A block as it was before it became part of a page.
pub(super) fn unescaped(block: &str) -> Cow<'_, str> {
    let block = block.trim_start();
    let Some(inner) = block.strip_prefix("<code").and_then(|it| it.split_once('>')) else {
        return Cow::Borrowed(block);
    };
    Cow::Owned(plain(inner.1.trim_end().trim_end_matches("</code>")))
}

/// A text of a page without the entities of HTML.
pub(super) fn plain(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_string(), |it, (from, to)| it.replace(from, to))
}

/// The commands that stand among other lines, each as a text of its own, and whether it is one of cmd:
/// after the marks of quotations, prompts and traces, up to an empty line or the JSON of an answer.
pub(super) fn commands(text: &str) -> Vec<(String, bool)> {
    const MOST: usize = 16;
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut rest = &lines[..];
    while let [line, following @ ..] = rest {
        rest = following;
        let Some((mark, command, is_cmd)) = command(line) else { continue };
        let mut block = command.to_string();
        let mut last = command;
        let mut quote = open_quote(None, command, Escape::Shell);
        let mut quoted = lines_to_close(quote, rest);
        while let [next, following @ ..] = rest {
            let next = unquoted(next, mark);
            let is_end = || {
                let next = next.trim();
                next.is_empty() || next.starts_with("{\"") || self::command(next).is_some()
            };
            if quoted == 0 && is_end() {
                break;
            }
            // The prompt of a continued line.
            let is_continued = last.trim_end().ends_with(['\\', '^']);
            let next = next.strip_prefix("> ").filter(|_| is_continued).unwrap_or(next);
            if !next.trim().is_empty() {
                last = next;
            }
            block.push('\n');
            block.push_str(next);
            rest = following;
            // Nothing closes one that was open before.
            let was_open = quote.is_some();
            quote = open_quote(quote, next, Escape::Shell);
            quoted = match quoted {
                0 if was_open => 0,
                0 => lines_to_close(quote, rest),
                _ => quoted - 1,
            };
        }
        found.push((block, is_cmd));
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// How many lines a quotation goes on; none if there is none, or if nothing closes it.
fn lines_to_close(mut quote: Option<char>, lines: &[&str]) -> usize {
    if quote.is_none() {
        return 0;
    }
    let closing = lines.iter().position(|line| {
        quote = open_quote(quote, line, Escape::Shell);
        quote.is_none()
    });
    closing.map_or(0, |at| at + 1)
}

/// How far a line is quoted, the command that it has, and whether it stands after the prompt of cmd.
fn command(line: &str) -> Option<(usize, &str, bool)> {
    let plain = line.trim_start_matches([' ', '\t', '>']);
    let mark = line.len() - plain.len();
    let plain = plain.trim_start_matches(['$', '+', '%', '#', '@']).trim_start();
    let prompt = behind_prompt(plain);
    let behind = prompt.unwrap_or(plain);
    let program = behind.split([' ', '\t']).next().unwrap_or_default();
    let is_known = program == "curl.exe" || shell::PROGRAMS.contains(&program);
    let is_called = behind.contains("://") || behind.contains('-');
    (is_known && is_called).then_some((mark, behind, prompt.is_some()))
}

/// What stands behind the prompt of cmd.
pub(super) fn behind_prompt(line: &str) -> Option<&str> {
    let (prompt, behind) = line.split_once('>')?;
    let is_prompt =
        prompt.contains(":\\") && !prompt.contains(['"', '\'']) && !prompt.starts_with("PS ");
    is_prompt.then_some(behind)
}

/// A line without so many characters of quotation.
fn unquoted(line: &str, mark: usize) -> &str {
    let (start, rest) = line.split_at_checked(mark.min(line.len())).unwrap_or(("", line));
    if start.trim_matches([' ', '\t', '>']).is_empty() { rest } else { line }
}

/// A request laid out by labels, as browsers list it and people write it: `Request URL:`, `Request
/// Method:`, headers, a body.
pub(super) fn listed(text: &str) -> Option<Result<Request, Stop>> {
    let is_url = |line: &str| eq_ignore_case(line.trim(), "request url:");
    if !text.lines().any(is_url) {
        return labelled(text);
    }
    // Each value is on the line after its name.
    let mut joined = String::with_capacity(text.len());
    let mut is_before_url = false;
    for line in text.lines() {
        joined.push_str(line);
        is_before_url = is_url(line) || is_before_url && line.trim().is_empty();
        joined.push(if is_before_url || line.trim_end().ends_with(':') { ' ' } else { '\n' });
    }
    Some(labelled(&joined)?.map_err(|stop| Stop { at: 0, ..stop }))
}

fn labelled(text: &str) -> Option<Result<Request, Stop>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Part {
        General,
        Headers,
        Body,
        Other,
    }
    let mut request = Request::default();
    let mut body = String::new();
    let mut part = Part::General;
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let from = at;
        at += line.len();
        let bare = line.trim();
        let (label, value) = bare.split_once(':').unwrap_or((bare, ""));
        let (label, value) = (label.trim_matches(['*', '_', ' ']), value.trim());
        match &*label.to_ascii_lowercase() {
            "request url" | "url" if !value.is_empty() && request.url.is_empty() => {
                request.url = value.into();
                start = Some(from);
            }
            "request method" | "method" if super::is_method(value) => request.method = value.into(),
            "request headers" | "headers" if value.is_empty() => part = Part::Headers,
            "request payload" | "payload" | "body" | "request body" if part != Part::Other => {
                part = Part::Body;
                body.push_str(value);
            }
            "form data" | "query string parameters" => {
                let reason =
                    "browsers take the body apart here: copy the request as curl, and paste that";
                return Some(Err(Stop::new(from, reason)));
            }
            "response headers" | "response" | "answer" | "status code" if part != Part::General => {
                part = Part::Other;
            }
            "response headers" => part = Part::Other,
            _ if bare.is_empty() && part != Part::Body => {}
            // What HTTP/2 has in place of the request line.
            _ if part == Part::Headers && bare.starts_with(':') => {}
            _ if part == Part::Headers => match bare.split_once(':') {
                Some((name, value)) if !name.is_empty() && !name.contains(' ') => {
                    request.push(name, value.trim());
                }
                _ => part = Part::Other,
            },
            _ if part == Part::Body => {
                if bare.is_empty() && body.trim_start().is_empty() {
                    continue;
                }
                if !body.is_empty() {
                    body.push('\n');
                }
                body.push_str(bare);
            }
            _ => {}
        }
    }
    let start = start.filter(|_| !request.method.is_empty() && !request.headers.is_empty())?;
    let is_quoted = |value: &str| value.starts_with(['"', '\'']);
    let signed = ["authorization", "date", "x-duo-date"];
    if is_quoted(&request.url) || signed.iter().any(|it| request.header(it).any(is_quoted)) {
        let reason = "this is YAML or the like, which is not read: copy the request as curl or raw \
                      HTTP, and paste that";
        return Some(Err(Stop::new(start, reason)));
    }
    request.body = body.trim().as_bytes().into();
    let length = request.header("content-length").next().and_then(|it| it.trim().parse().ok());
    if request.body.len() < length.unwrap_or(0) {
        let reason = "the body is not in this text: copy the request as curl, and paste that";
        return Some(Err(Stop::new(start, reason)));
    }
    Some(Ok(request))
}

#[cfg(test)]
mod tests {
    use super::{is_quoted, listed};
    use alloc::format;

    #[test]
    fn values_in_quotes_are_not_a_listing() {
        let read = |url: &str, date: &str| {
            listed(&format!("url: {url}\nmethod: GET\nheaders:\n  Date: {date}\n"))
        };
        let (url, date) = ("https://api-x.duosecurity.com/", "Thu, 26 Nov 2026 10:11:12 -0000");
        assert!(matches!(read(url, date), Some(Ok(_))));
        assert!(matches!(read(&format!("\"{url}\""), date), Some(Err(_))));
        assert!(matches!(read(url, &format!("'{date}'")), Some(Err(_))));
    }

    #[test]
    fn quotations_are_open_until_they_are_closed() {
        for open in ["curl -d 'a\n", "f(\"it's", "--data 'it'\\''s "] {
            assert!(is_quoted(open), "{open}");
        }
        for closed in ["I don't know:\n", "he said \"no\":\n", "curl -d 'a' ", "f(\"\\\"\") "] {
            assert!(!is_quoted(closed), "{closed}");
        }
    }
}
