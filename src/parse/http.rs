//! Raw HTTP, as it stands on the wire or in a tool's log.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Stop;
use crate::http::Request;
use crate::text::eq_ignore_case;

pub(super) fn read(text: &str, start: usize) -> Result<Request, Stop> {
    let mut parsed = Request::default();
    let mut rest = text.get(start..).unwrap_or_default();
    let at = |rest: &str| text.len() - rest.len();
    let mut line = || {
        let (line, behind) = rest.split_once('\n')?;
        let from = at(rest);
        rest = behind;
        Some((line.strip_suffix('\r').unwrap_or(line), from))
    };
    // The last line may lack its break.
    let whole = text.get(start..).unwrap_or_default();
    let first = match line() {
        Some((first, _)) => first,
        None => whole,
    };
    let is_single = !whole.contains('\n');
    let mut words = first.split_ascii_whitespace();
    parsed.method = words.next().unwrap_or_default().to_string();
    let target = words.next().ok_or_else(|| Stop::new(start, "the request line has no target"))?;
    parsed.url = target.to_string();
    if words
        .next()
        .filter(|version| !matches!(*version, "h2" | "h3"))
        .is_some_and(|version| !version.get(..5).is_some_and(|it| eq_ignore_case(it, "HTTP/")))
    {
        let hint = "the request line is not method, target and HTTP version: spaces are %20";
        return Err(Stop::new(start, hint));
    }
    if is_single {
        return Ok(parsed);
    }
    let mut last = None;
    loop {
        let Some((line, from)) = line() else {
            last = (!rest.is_empty()).then(|| (rest, at(rest)));
            rest = "";
            break;
        };
        if line.trim().is_empty() {
            break;
        }
        // Logs leave out the empty line before an answer.
        if is_status(line) {
            rest = "";
            break;
        }
        // Files of requests continue a long query on lines of its own.
        if parsed.headers.is_empty() && line.trim_start().starts_with(['?', '&']) {
            parsed.url.push_str(line.trim());
            continue;
        }
        header(&mut parsed, line, from)?;
    }
    if let Some((line, from)) = last.filter(|(line, _)| !line.trim().is_empty()) {
        header(&mut parsed, line, from)?;
    }
    let body = without_response(rest);
    if body.trim_end().lines().count() == 1 && (body.starts_with("< ") || body.starts_with("<@ ")) {
        return Err(Stop::new(at(body), "the body is in a file: put its content here"));
    }
    let mut lengths =
        parsed.headers.iter().filter(|(name, _)| eq_ignore_case(name, "content-length"));
    let length = lengths.find_map(|(_, value)| value.trim().parse::<usize>().ok());
    let body = body.as_bytes();
    let is_chunked = |(name, value): &(String, String)| {
        eq_ignore_case(name, "transfer-encoding") && eq_ignore_case(value.trim(), "chunked")
    };
    // Tools that show what was sent often show it without its chunks.
    if parsed.headers.iter().any(is_chunked)
        && let Some(body) = unchunked(body)
    {
        parsed.body = body;
        return Ok(parsed);
    }
    parsed.body = match length {
        Some(length) => body.get(..length).unwrap_or(body),
        // Editors end a text with a line break.
        None => body.strip_suffix(b"\n").map_or(body, |it| it.strip_suffix(b"\r").unwrap_or(it)),
    }
    .to_vec();
    Ok(parsed)
}

fn is_status(line: &str) -> bool {
    let mut words = line.split(' ');
    let is_version = words.next().is_some_and(|it| it.starts_with("HTTP/"));
    let status = words.next().unwrap_or_default();
    is_version && status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())
}

/// `401 Unauthorized`, `HTTP 401`, `Response:`: how people write of an answer.
fn is_answer(line: &str) -> bool {
    let line = line.trim();
    let status = line.strip_prefix("HTTP ").unwrap_or(line);
    let (code, reason) = status.split_once(' ').unwrap_or((status, ""));
    let is_code = code.len() == 3 && code.bytes().all(|it| it.is_ascii_digit());
    let is_reason = reason.is_empty() || reason.starts_with(|it: char| it.is_ascii_uppercase());
    let is_label = matches!(line.trim_end_matches(':'), "Response" | "Answer");
    is_label && line.ends_with(':')
        || is_code && is_reason && !(reason.is_empty() && status == line)
}

/// What stands before a response, as tools log it; `100 Continue` is no answer yet.
fn without_response(text: &str) -> &str {
    let mut rest = text;
    let first = rest.lines().next().unwrap_or_default();
    if is_status(first) && first.contains(" 100") {
        let end = rest.find("\n\n").map(|at| at + 2);
        let end = end.or_else(|| rest.find("\n\r\n").map(|at| at + 3)).unwrap_or(rest.len());
        rest = rest.get(end..).unwrap_or_default();
    }
    let mut at = 0;
    // Whether an empty line, or nothing, stands before this one.
    let mut is_apart = true;
    for line in rest.split_inclusive('\n') {
        if is_status(line.trim_end()) || is_apart && is_answer(line) {
            // The empty line before it.
            let before = rest.get(..at).unwrap_or_default();
            return if at == 0 { "" } else { before.trim_end() };
        }
        is_apart = line.trim().is_empty();
        at += line.len();
    }
    rest
}

/// RFC 9112 section 7.1; `None` for what is not in chunks. Lines may end in LF alone.
fn unchunked(body: &[u8]) -> Option<Vec<u8>> {
    let mut rest = body;
    let mut whole = Vec::new();
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at_checked(end)?;
        let size = core::str::from_utf8(line).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        let (chunk, after) = after.split_at_checked(size)?;
        whole.extend_from_slice(chunk);
        let after = after.strip_prefix(b"\r").unwrap_or(after);
        rest = after.strip_prefix(b"\n")?;
    }
}

fn header(parsed: &mut Request, line: &str, at: usize) -> Result<(), Stop> {
    // A line that starts with white space goes on with the header before it.
    if line.starts_with([' ', '\t'])
        && let Some((_, value)) = parsed.headers.last_mut()
    {
        // RFC 9112 section 5.2.
        value.push(' ');
        value.push_str(line.trim());
        return Ok(());
    }
    // Tables of tools have a tab in place of the colon.
    let is_named = |(name, _): &(&str, &str)| !name.is_empty() && !name.contains([':', ' ']);
    let (name, value) = line
        .split_once('\t')
        .filter(is_named)
        .or_else(|| line.split_once(':'))
        .map(|(name, value)| (name.trim_end(), value))
        .filter(|(name, _)| !name.is_empty() && !name.contains(char::is_whitespace))
        .ok_or_else(|| Stop::new(at, "this is no header: name, colon, value"))?;
    parsed.push(name, value.trim());
    Ok(())
}
