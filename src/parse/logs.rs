//! Requests within the logs of programs: each marks, quotes or cuts the same lines of HTTP in its own way.

use alloc::string::String;
use core::ops::Range;

use super::literal::Reader;
use super::{Parsed, Stop, http};
use crate::text::eq_ignore_case;

/// A line of a log that has a request line in it.
struct Found<'a> {
    /// Where the line starts, and what stands in it before the method.
    at: usize,
    before: &'a str,
    /// The method up to the end of the line.
    request: &'a str,
}

/// The first request line after `start`.
fn find(text: &str, start: usize) -> Option<Found<'_>> {
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        if let Some(from) = request_line(line) {
            let (before, request) = line.split_at_checked(from)?;
            return Some(Found { at, before, request: request.trim_end_matches(['\r', '\n']) });
        }
        at += line.len();
    }
    None
}

/// Where a method is that has a target and a version, or an absolute URL, behind it.
fn request_line(line: &str) -> Option<usize> {
    let mut at = 0;
    for word in line.split(' ') {
        let method = word.rsplit(['"', '\'', '>', '\t']).next().unwrap_or_default();
        let from = at + word.len() - method.len();
        at += word.len() + 1;
        let mut rest = line.get(at..).unwrap_or_default().split_ascii_whitespace();
        let (target, version) = (rest.next().unwrap_or_default(), rest.next());
        let has_version = version
            .and_then(|it| it.get(..5))
            .is_some_and(|version| eq_ignore_case(version, "HTTP/"));
        let is_url = target.starts_with("https://") || target.starts_with("http://");
        let is_whole = version.is_none() && line.get(..from).is_some_and(|it| it.trim().is_empty());
        let is_method = super::is_method(&method.to_ascii_uppercase());
        if is_method
            && (has_version || super::is_method(method))
            && (has_version && (is_url || target.starts_with('/')) || is_url && is_whole)
        {
            return Some(from);
        }
    }
    None
}

/// The request of a log, if there is one in the text.
pub(super) fn read(text: &str, start: usize) -> Option<Result<Parsed, Stop>> {
    if let Some(parsed) = dot_net(text, start) {
        return Some(parsed);
    }
    if let Some(at) = text.get(start..)?.find(SENT) {
        let from = start + at;
        return Some(traced(text, from).and_then(|raw| complete(&raw, from)).and_then(|parsed| {
            if has_hidden(&parsed.body) {
                let reason = "curl writes dots for bytes that are no printable ASCII here: put the \
                              request there as raw HTTP";
                return Err(Stop::new(from, reason));
            }
            Ok(parsed)
        }));
    }
    let found = find(text, start)?;
    let from = found.at + found.before.len();
    let raw = if found.request.contains("[\\r][\\n]") {
        wire(text, &found)
    } else if found.before.ends_with(['"', '\'']) {
        quoted(text, &found)
    } else if let Some(mark) = mark(found.before) {
        Ok(marked(text, &found, mark))
    } else if found.request.ends_with("\\r\\n") {
        let indented = text.get(found.at..)?.lines().take_while(|it| it.ends_with("\\r\\n"));
        let lines = indented.filter_map(|it| it.trim_start().strip_suffix("\\r\\n"));
        Ok(joined(lines))
    } else if found.before.is_empty() {
        let end = text.get(from..)?.match_indices("\n---").map(|(at, _)| from + at).next();
        let raw = text.get(from..end.unwrap_or(text.len()))?;
        // Python prints the body that is not there.
        let without = raw.trim_end().strip_suffix("None").filter(|it| it.ends_with('\n'));
        return Some(http::read(without.unwrap_or(raw), 0).map_err(|stop| moved(stop, from)));
    } else {
        let lines = text.get(found.at..)?.split_inclusive('\n');
        Ok(lines.map(|line| line.strip_prefix(found.before).unwrap_or(line)).collect())
    };
    Some(raw.and_then(|raw| complete(&raw, from)))
}

/// The request of a log that starts at a byte of the text; one without its body is refused.
fn complete(raw: &str, from: usize) -> Result<Parsed, Stop> {
    let parsed = http::read(raw, 0).map_err(|stop| Stop::new(from, stop.reason))?;
    let length = parsed.headers.iter().find(|(name, _)| eq_ignore_case(name, "content-length"));
    let length = length.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0);
    if parsed.body.len() < length {
        let reason = "the body is not, or not wholly, in this log: put the request there as raw \
                      HTTP, with the body after an empty line";
        return Err(Stop::new(from, reason));
    }
    Ok(parsed)
}

fn moved(stop: Stop, by: usize) -> Stop {
    Stop::new(stop.at + by, stop.reason)
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut raw = String::new();
    for line in lines {
        raw.push_str(line);
        raw.push_str("\r\n");
    }
    raw
}

/// `>` of curl, `>>` of Apache's client, `-->` of `OkHttp`.
fn mark(before: &str) -> Option<&str> {
    let mark = before.trim_end().rsplit(' ').next().unwrap_or_default();
    (mark.ends_with('>')).then_some(mark)
}

/// Lines behind the same mark; of tools that mark the first one alone, those up to an empty line.
fn marked(text: &str, found: &Found<'_>, mark: &str) -> String {
    let lines = || text.get(found.at..).unwrap_or_default().lines();
    let content = |line: &str| {
        let at = line.find(mark)? + mark.len();
        let line = line.get(at..)?;
        Some(String::from(line.strip_prefix(' ').unwrap_or(line)))
    };
    let is_marked = |line: &&str| line.contains(mark);
    let is_each = lines().nth(1).is_some_and(|line| line.contains(mark));
    if is_each {
        let lines = lines().filter(is_marked).filter_map(content);
        let mut raw = String::new();
        for line in lines {
            raw.push_str(&line);
            raw.push('\n');
        }
        return raw;
    }
    let mut raw = String::from(found.request);
    let rest = lines().skip(1);
    // OkHttp marks the end, and tells how long the body was.
    for line in rest.take_while(|line| !line.starts_with("--> END") && !line.starts_with("< ")) {
        if line.starts_with("* ") {
            continue;
        }
        raw.push('\n');
        raw.push_str(line);
    }
    raw
}

/// Texts in quotes, as Python, Go, Ruby and Node print them: in pieces, the body as one of them.
fn quoted(text: &str, found: &Found<'_>) -> Result<String, Stop> {
    let mut at = found.at + found.before.len() - 1;
    let mut raw = String::new();
    loop {
        let mut reader = Reader::python(text, at);
        raw.push_str(&reader.string()?);
        let rest = text.get(reader.at..).unwrap_or_default().trim_start();
        let pieces = ["send: b", "+", "<- "].iter().filter_map(|it| rest.strip_prefix(it));
        let next = pieces.map(str::trim_start).find(|it| it.starts_with(['"', '\'']));
        let Some(next) = next else { break };
        at = text.len() - next.len();
    }
    if !raw.contains("\n\r\n") && !raw.contains("\n\n") {
        return Err(Stop::new(at, "the headers are not wholly in this log: their end is missing"));
    }
    Ok(raw)
}

/// Apache's client quotes each line, and names the bytes that end it.
fn wire(text: &str, found: &Found<'_>) -> Result<String, Stop> {
    let before = found.before.trim_end_matches('"');
    let mark = before.trim_end().rsplit(' ').next().unwrap_or_default();
    let mut raw = String::new();
    let mut at = found.at;
    for line in text.get(found.at..).unwrap_or_default().split_inclusive('\n') {
        let content = line.find(mark).and_then(|from| line.get(from + mark.len()..));
        let content = content.and_then(|it| it.trim().strip_prefix('"')?.strip_suffix('"'));
        if let Some(content) = content {
            if content.contains("[0x") {
                return Err(Stop::new(
                    at,
                    "this log replaces bytes by their numbers: put the body there",
                ));
            }
            raw.push_str(&content.replace("[\\r]", "\r").replace("[\\n]", "\n"));
        }
        at += line.len();
    }
    Ok(raw)
}

/// What `curl --trace-ascii` writes before what it sends.
const SENT: &str = "=> Send ";

/// `0000: `, with which it numbers its lines.
fn offset(line: &str) -> Option<(usize, &str)> {
    let (digits, rest) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let is_hex = digits.len() >= 4 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    Some((usize::from_str_radix(digits, 16).ok().filter(|_| is_hex)?, rest))
}

/// Whether a dot may stand for another byte: one that is not within a word or number.
fn has_hidden(body: &[u8]) -> bool {
    let at = |i: usize| body.get(i).is_some_and(u8::is_ascii_alphanumeric);
    let is_hidden = |i: usize| i == 0 || !at(i - 1) || !at(i + 1);
    body.iter().enumerate().any(|(i, byte)| *byte == b'.' && is_hidden(i))
}

/// What curl sent: a line ends where its text and a line break reach the next offset, and is cut
/// where its text alone does.
fn traced(text: &str, at: usize) -> Result<String, Stop> {
    let mut raw = String::new();
    let mut lines = text.get(at..).unwrap_or_default().lines().peekable();
    let mut is_sent = true;
    while let Some(line) = lines.next() {
        let Some((here, content)) = offset(line) else {
            // With and without a time before the mark.
            is_sent = line.contains(SENT) && !line.contains("SSL");
            continue;
        };
        if !is_sent {
            continue;
        }
        raw.push_str(content);
        let next = lines.peek().and_then(|next| offset(next));
        match next {
            Some((next, _)) if next == here.saturating_add(content.len()) => {}
            Some((next, _)) if next == here.saturating_add(content.len() + 2) => {
                raw.push_str("\r\n");
            }
            Some(_) => {
                return Err(Stop::new(
                    at,
                    "this log replaces bytes that are no ASCII: put the request there as raw HTTP",
                ));
            }
            None if content.is_empty() => raw.push_str("\r\n"),
            None => {}
        }
    }
    Ok(raw)
}

/// `HttpRequestMessage.ToString()` of .NET.
fn dot_net(text: &str, start: usize) -> Option<Result<Parsed, Stop>> {
    let at = start + text.get(start..)?.find("Method: ")?;
    let rest = text.get(at..)?;
    let between = |before: &str, after: &str| -> Option<(Range<usize>, &str)> {
        let from = rest.find(before)? + before.len();
        let length = rest.get(from..)?.find(after)?;
        Some((from..from + length, rest.get(from..from + length)?))
    };
    let (_, method) = between("Method: ", ", RequestUri: '")?;
    let (_, url) = between(", RequestUri: '", "', Version: ")?;
    let (content, kind) = between(", Content: ", ", Headers:")?;
    if kind != "<null>" {
        let reason = "the body is not in this text: put the request there as raw HTTP";
        return Some(Err(Stop::new(at + content.start, reason)));
    }
    let mut raw = [method, " ", url, "\n"].concat();
    let (_, headers) = between("{", "}")?;
    for line in headers.lines().map(str::trim).filter(|line| !line.is_empty()) {
        raw.push_str(line);
        raw.push('\n');
    }
    Some(http::read(&raw, 0).map_err(|stop| Stop::new(at, stop.reason)))
}
