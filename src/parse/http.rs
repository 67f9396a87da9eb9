//! Raw HTTP, as it is on the wire or in a tool's log.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::Stop;
use super::literal::{Literal, Reader};
use crate::check;
use crate::http::Request;
use crate::params;
use crate::request::FORM;
use crate::text::eq_ignore_case;

/// Reads a text that is one request on the wire to its last byte: a request line with a version of HTTP,
/// headers, and a body as long as `Content-Length` says, or none. Nothing in such a body is a mark of a
/// file of requests, a block of code or an answer.
pub(super) fn read_whole(text: &str) -> Option<Result<Request, Stop>> {
    let (first, _) = text.split_once('\n')?;
    let (_, end) = text
        .match_indices('\n')
        .map(|(at, _)| text.split_at(at + 1))
        .find(|(_, rest)| rest.starts_with('\n') || rest.starts_with("\r\n"))?;
    let body = end.strip_prefix('\r').unwrap_or(end).strip_prefix('\n')?;
    if !is_request_line(first) {
        return None;
    }
    let head = text.get(..text.len() - body.len())?;
    let parsed = match read(head, 0) {
        Ok(parsed) => parsed,
        Err(stop) => return body.is_empty().then_some(Err(stop)),
    };
    let is_whole = match content_length(&parsed) {
        Some(length) => body.get(length..).is_some_and(|rest| matches!(rest, "" | "\n" | "\r\n")),
        None => body.trim().is_empty() && !parsed.has("transfer-encoding"),
    };
    is_whole.then(|| {
        let body = body.get(..content_length(&parsed).unwrap_or(0)).unwrap_or_default();
        Ok(Request { body: body.as_bytes().to_vec(), ..parsed })
    })
}

/// Method, target and version (RFC 9112 section 3), with any method.
pub(super) fn is_request_line(line: &str) -> bool {
    let mut words = line.trim_ascii_end().split(' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let is_target = |it: &str| it.contains('/') && !it.contains(char::is_whitespace);
    let is_version = |it: &str| {
        let number = it.strip_prefix("HTTP/").unwrap_or_default().as_bytes();
        matches!(number, [b'0'..=b'9'] | [b'0'..=b'9', b'.', b'0'..=b'9'])
    };
    method.is_some_and(|it| check::method(it).is_ok())
        && target.is_some_and(is_target)
        && version.is_some_and(is_version)
        && words.next().is_none()
}

fn content_length(parsed: &Request) -> Option<usize> {
    parsed.header("content-length").find_map(|value| value.trim().parse().ok())
}

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
    if words.next().filter(|version| !matches!(*version, "h2" | "h3")).is_some_and(|version| {
        version.ends_with('.') || !version.get(..5).is_some_and(|it| eq_ignore_case(it, "HTTP/"))
    }) {
        let hint = "the request line is not method, target and HTTP version: spaces are %20";
        return Err(Stop::new(start, hint));
    }
    if is_single {
        return Ok(parsed);
    }
    let mut last = None;
    let mut hurl = Hurl::default();
    loop {
        let Some((line, from)) = line() else {
            last = (!rest.is_empty()).then(|| (rest, at(rest)));
            rest = "";
            break;
        };
        if line.trim().is_empty() {
            let next = text.get(from..).and_then(|it| it.lines().nth(1)).unwrap_or_default();
            if section(next).is_some() {
                continue;
            }
            break;
        }
        // Logs leave out the empty line before an answer.
        if is_status(line) || is_answer(line) {
            rest = "";
            break;
        }
        if hurl.takes(line, from)? {
            continue;
        }
        // Hurl needs no empty line before JSON.
        if line.starts_with('{') && whole.contains("\nHTTP ") {
            parsed.default_header("Content-Type", Some("application/json"));
            let body = text.get(from..).unwrap_or_default();
            parsed.body = without_response(body).trim_end().as_bytes().to_vec();
            return Ok(parsed);
        }
        // Files of requests continue a long query on lines of its own.
        if parsed.headers.is_empty() && line.trim_start().starts_with(['?', '&']) {
            parsed.url.push_str(line.trim());
            continue;
        }
        header(&mut parsed, line, from)?;
    }
    if let Some((line, from)) = last.filter(|(line, _)| !line.trim().is_empty())
        && !hurl.takes(line, from)?
    {
        header(&mut parsed, line, from)?;
    }
    parsed.add_query(&hurl.query);
    if !hurl.form.is_empty() {
        parsed.default_header("Content-Type", Some(FORM));
        parsed.body = hurl.form.into_bytes();
        return Ok(parsed);
    }
    let body = without_response(rest);
    if body.trim_end().lines().count() == 1 && (body.starts_with("< ") || body.starts_with("<@ ")) {
        return Err(Stop::new(at(body), "the body is in a file: put its content here"));
    }
    let length = content_length(&parsed);
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
    let is_versioned = first.split_ascii_whitespace().count() > 2;
    parsed.body = match length {
        Some(length) => body.get(..length).unwrap_or(body),
        // RFC 9112 section 6.3: there is none.
        None if is_versioned && matches!(&*parsed.method, "GET" | "HEAD" | "DELETE") => b"",
        // Editors end a text with a line break.
        None => body.strip_suffix(b"\n").map_or(body, |it| it.strip_suffix(b"\r").unwrap_or(it)),
    }
    .to_vec();
    Ok(parsed)
}

/// The name of a section of Hurl, `[Query]`.
fn section(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix('[')?.strip_suffix(']')?;
    (!name.is_empty() && name.bytes().all(|it| it.is_ascii_alphabetic())).then_some(name)
}

/// What sections of Hurl add: names as they stand, and values as libcurl escapes them.
#[derive(Default)]
struct Hurl<'a> {
    section: &'a str,
    query: String,
    form: String,
}

impl<'a> Hurl<'a> {
    fn takes(&mut self, line: &'a str, at: usize) -> Result<bool, Stop> {
        if let Some(name) = section(line) {
            self.section = name;
            return Ok(true);
        }
        let fields = match self.section {
            "" => return Ok(false),
            "QueryStringParams" | "Query" => &mut self.query,
            "FormParams" | "Form" => &mut self.form,
            _ => &mut String::new(),
        };
        let pair = line.split_once(':').filter(|_| !line.contains(['#', '\\', '`', '"']));
        let is_read = self.section.starts_with(['Q', 'F']);
        let Some((name, value)) = pair.filter(|_| is_read) else {
            let reason =
                "this line of Hurl is not read: run it with `--very-verbose`, and paste its log";
            return Err(Stop::new(at, reason));
        };
        fields.push_str(if fields.is_empty() { "" } else { "&" });
        fields.extend([name.trim(), "=", &*params::encode(value.trim())]);
        Ok(true)
    }
}

fn is_status(line: &str) -> bool {
    let mut words = line.split(' ');
    // Hurl writes no version.
    let is_version = words.next().is_some_and(|it| it == "HTTP" || it.starts_with("HTTP/"));
    let status = words.next().unwrap_or_default();
    is_version && status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())
}

/// `401 Unauthorized`, `401 {…}`, `HTTP 401`, `Response:`: how people write of an answer.
fn is_answer(line: &str) -> bool {
    let line = line.trim();
    let status = line.strip_prefix("HTTP ").unwrap_or(line);
    let (code, reason) = status.split_once(' ').unwrap_or((status, ""));
    let is_code = code.len() == 3 && code.bytes().all(|it| it.is_ascii_digit());
    let is_start = |it: char| it.is_ascii_uppercase() || it == '{';
    let is_reason = reason.is_empty() || reason.starts_with(is_start);
    let is_label = matches!(line.trim_end_matches(':'), "Response" | "Answer");
    is_label && line.ends_with(':')
        || is_code && is_reason && !(reason.is_empty() && status == line)
}

/// The object that a text starts with, and where it ends.
fn object(text: &str) -> Option<(Literal, usize)> {
    let mut reader = Reader::new(text, 0);
    let value = text.starts_with('{').then(|| reader.literal(0))?.ok()?;
    Some((value, reader.at))
}

/// Whether a text starts with the JSON of an answer of Duo; one that is cut counts up to an empty line.
fn is_answer_of_duo(text: &str) -> bool {
    if let Some((value, _)) = object(text) {
        return value.get("stat").is_some();
    }
    let mut lines = text.lines().take_while(|line| !line.trim().is_empty());
    text.starts_with('{') && lines.any(|line| line.contains("\"stat\""))
}

/// Takes the empty lines after a form away, where nothing says how long it is, and refuses what else
/// follows it.
pub(super) fn form_alone(parsed: &mut Request, at: usize) -> Result<(), Stop> {
    if !parsed.is_form() || content_length(parsed).is_some() {
        return Ok(());
    }
    parsed.body.truncate(parsed.body.trim_ascii_end().len());
    if parsed.body.iter().any(u8::is_ascii_whitespace) {
        let reason = "something stands after the form: leave it out, or add the `Content-Length` of the \
                      form";
        return Err(Stop::new(at, reason));
    }
    Ok(())
}

/// The requests of a text that has one after another, each after an empty line.
pub(super) fn read_all(text: &str, start: usize) -> Vec<(&str, Result<Request, Stop>)> {
    let mut starts = Vec::from([start]);
    let mut at = start;
    let mut is_apart = false;
    let mut is_answered = false;
    for whole in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let line = whole.trim_end();
        let is_named = is_answered && super::names_request(line);
        if is_apart && (is_request_line(line) || is_named) {
            starts.push(at);
            is_answered = false;
        }
        is_answered |= is_status(line);
        is_apart = line.is_empty();
        at += whole.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts.iter().zip(ends).map(|(start, end)| {
        let part = text.get(..end).unwrap_or_default();
        (part.get(*start..).unwrap_or_default(), read(part, *start))
    });
    let found: Vec<_> = parts.collect();
    // What looks like a request line may be of a body.
    let is_whole = |(_, found): &(&str, Result<Request, Stop>)| {
        found
            .as_ref()
            .is_ok_and(|it| content_length(it).is_none_or(|length| length <= it.body.len()))
    };
    if found.iter().all(is_whole) {
        return found;
    }
    [(text, read(text, start))].into()
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
    let json_end = object(rest).map(|(_, end)| end);
    let mut at = 0;
    // Whether an empty line, nothing, or a whole body of JSON stands before this one.
    let mut is_apart = true;
    for line in rest.split_inclusive('\n') {
        let is_end = || is_answer(line) || is_answer_of_duo(rest.get(at..).unwrap_or_default());
        if is_status(line.trim_end()) || is_apart && is_end() {
            // The empty line before it.
            let before = rest.get(..at).unwrap_or_default();
            return if at == 0 { "" } else { before.trim_end() };
        }
        at += line.len();
        let after_json = json_end.and_then(|end| rest.get(end..at));
        is_apart = line.trim().is_empty() || after_json.is_some_and(|it| it.trim().is_empty());
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
        .filter(|(name, _)| check::header_name(name).is_ok())
        .ok_or_else(|| Stop::new(at, "this is not a header: expected name, colon, value; if it belongs to the line before, join the two"))?;
    parsed.push(name, value.trim());
    Ok(())
}
