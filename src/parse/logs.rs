//! Requests within the logs of programs: each marks, quotes or cuts the same lines of HTTP in its own way.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::literal::{Language, Literal, Reader};
use super::{Stop, http, library};
use crate::http::Request;
use crate::request::takes_params_in_body;
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
        // tcpdump names the request line, and then shows it.
        if let Some(from) = request_line(line)
            && let (before, request) = line.split_at_checked(from)?
            && !before.ends_with("HTTP: ")
        {
            return Some(Found { at, before, request: request.trim_end_matches(['\r', '\n']) });
        }
        at += line.len();
    }
    None
}

/// Where a method is that has a target and a version, or an absolute URL, after it.
fn request_line(line: &str) -> Option<usize> {
    let mut at = 0;
    for word in line.split(' ') {
        let method = word.rsplit(['"', '\'', '>', '\t', '.']).next().unwrap_or_default();
        let from = at + word.len() - method.len();
        at += word.len() + 1;
        if !super::is_method(&method.to_ascii_uppercase()) {
            continue;
        }
        let mut rest = line.get(at..).unwrap_or_default().split_ascii_whitespace();
        let (target, version) = (rest.next().unwrap_or_default(), rest.next());
        let has_version = version
            .and_then(|it| it.get(..5))
            .is_some_and(|version| eq_ignore_case(version, "HTTP/"));
        let is_url = target.starts_with("https://") || target.starts_with("http://");
        let before = line.get(..from).unwrap_or_default().trim_end();
        // OkHttp, Jersey and mitmproxy write no version.
        let is_marked = before.ends_with('>') || before.ends_with(':') && !before.contains('"');
        let is_short = version.is_none_or(|it| matches!(it, "h2" | "h3"));
        let is_whole = is_short && (before.is_empty() || is_marked);
        if (has_version || super::is_method(method))
            && (has_version && (is_url || target.starts_with('/')) || is_url && is_whole)
        {
            return Some(from);
        }
    }
    None
}

/// The request of a log, if there is one in the text.
pub(super) fn read(text: &str, start: usize) -> Option<Result<Request, Stop>> {
    if let Some(parsed) = pseudo(text, start) {
        return Some(parsed);
    }
    if let Some(parsed) = dot_net(text, start).or_else(|| dot_net_log(text, start)) {
        return Some(parsed);
    }
    if let Some(at) = text.get(start..)?.find(SENT) {
        let from = start + at;
        let is_ascii = !text.contains("Send header")
            || text
                .lines()
                .all(|it| offset(it).is_none_or(|(_, content)| hex_dump(content).is_none()));
        return Some(traced(text, from).and_then(|raw| complete(&raw, from)).and_then(|parsed| {
            if is_ascii && has_hidden(&parsed.body) {
                let reason = "curl writes dots for bytes that are not printable ASCII here: put \
                              the request there as raw HTTP";
                return Err(Stop::new(from, reason));
            }
            Ok(parsed)
        }));
    }
    if let Some(found) = go(text, start).or_else(|| printed(text, start)) {
        return Some(found);
    }
    // Apache's client logs headers twice, and the body in the second of the two.
    let wired = text.find("[\\r][\\n]").and_then(|at| text.get(..at)?.rfind('\n').map(|at| at + 1));
    let found = match wired {
        Some(at) => find(text, at.max(start)).or_else(|| find(text, start))?,
        None => find(text, start)?,
    };
    let from = found.at + found.before.len();
    let is_indented = text.get(from..)?.lines().nth(1).is_some_and(|it| it.starts_with("    "));
    let raw = if found.request.contains("[\\r][\\n]") {
        wire(text, &found)
    } else if found.before.ends_with(['"', '\'']) {
        quoted(text, &found)
    } else if found.before.trim_end().ends_with("=>") {
        // `print_r` of PHP.
        let rest = text.get(from..)?;
        let ends = ["\n)", "\n    ["].iter().filter_map(|end| rest.find(end));
        Ok(rest.get(..ends.min().unwrap_or(rest.len()))?.trim_end().into())
    } else if found.request.ends_with("HTTP/1.1.") {
        ngrep(text, &found)
    } else if found.before.ends_with(" > ")
        && found.before.starts_with(|it: char| it.is_ascii_digit())
    {
        jersey(text, &found)
    } else if let Some(mark) = mark(found.before) {
        Ok(marked(text, &found, mark))
    } else if found.before == "< " {
        // The tools of Requests mark what is sent so, and what is received with `>`.
        let lines = text.get(found.at..)?.split_inclusive('\n');
        Ok(lines.map_while(|line| line.strip_prefix('<')?.strip_prefix(' ')).collect())
    } else if found.request.ends_with("\\r\\n") {
        Ok(dissected(text, &found))
    } else if found.before.is_empty() {
        let ends = ["\n---", "\n<<<<<<<<"].iter();
        let rest = text.get(from..)?;
        let end = ends.filter_map(|end| rest.find(end)).min();
        let raw = rest.get(..end.unwrap_or(rest.len()))?;
        // Python prints the body that is not there.
        let without = raw.trim_end().strip_suffix("None").filter(|it| it.ends_with('\n'));
        let shown = shown(raw);
        let raw = shown.as_deref().or(without).unwrap_or(raw);
        let mut read = http::read(raw, 0).map_err(|stop| moved(stop, from));
        // wget writes the body on a line of its own.
        let body = rest.split_once("\n[BODY data: ").and_then(|(_, it)| it.split_once("]\n"));
        if let (Ok(parsed), Some((body, _))) = (&mut read, body) {
            parsed.body = body.into();
        }
        return Some(read);
    } else if found.before.ends_with('.') {
        // tcpdump, up to the line of the next packet.
        let rest = text.get(from..)?;
        let end = rest.find(" IP").and_then(|at| rest.get(..at)?.rfind('\n'));
        Ok(rest.get(..end.unwrap_or(rest.len()))?.trim_end().into())
    } else if found.before.ends_with("request: ") {
        Ok(faraday(text, &found))
    } else if found.before.ends_with(": ") && is_indented {
        let raw = flow(text, &found);
        let (head, body) = raw.split_once("\n\n").unwrap_or((&raw, ""));
        let lengths = head.lines().filter_map(|line| line.split_once(':'));
        let mut lengths = lengths.filter(|(name, _)| eq_ignore_case(name, "content-length"));
        let length = lengths.find_map(|(_, value)| value.trim().parse::<usize>().ok());
        if length.is_some_and(|length| length != body.trim_end_matches('\n').len()) {
            let reason = "mitmproxy lays the body out anew here: export the flow as raw HTTP or curl, \
                          and paste that";
            return Some(Err(Stop::new(from, reason)));
        }
        Ok(raw)
    } else {
        let lines = text.get(found.at..)?.split_inclusive('\n');
        Ok(lines.map(|line| without_prefix(line, found.before)).collect())
    };
    Some(raw.and_then(|raw| complete(shown(&raw).as_ref().unwrap_or(&raw), from)))
}

/// ngrep writes dots for bytes that are not printable: for the one before each line break, too.
fn ngrep(text: &str, found: &Found<'_>) -> Result<String, Stop> {
    let mut raw = String::new();
    let mut lines = text.get(found.at..).unwrap_or_default().lines();
    for line in lines.by_ref().map_while(|line| line.strip_suffix('.')) {
        raw.push_str(line);
        raw.push('\n');
        if line.is_empty() {
            break;
        }
    }
    let body: String = lines.take_while(|it| !it.is_empty() && !it.starts_with('#')).collect();
    if has_hidden(body.as_bytes()) {
        let reason = "ngrep writes dots for other bytes here: put the request there as raw HTTP";
        return Err(Stop::new(found.at, reason));
    }
    raw.push_str(&body);
    Ok(raw)
}

/// Jersey numbers and marks the headers, and writes the body after them.
fn jersey(text: &str, found: &Found<'_>) -> Result<String, Stop> {
    let mut raw = String::from(found.request);
    let mut is_body = false;
    for line in text.get(found.at..).unwrap_or_default().lines().skip(1) {
        if let Some(header) = line.strip_prefix(found.before).filter(|_| !is_body) {
            raw.extend(["\n", header]);
            continue;
        }
        if line.trim().is_empty() {
            break;
        }
        raw.push_str(if is_body { "\n" } else { "\n\n" });
        raw.push_str(line);
        is_body = true;
    }
    if raw.ends_with("...more...") {
        return Err(Stop::new(found.at, "the body is cut off in this log: put all of it there"));
    }
    Ok(raw)
}

/// A line without what it has in common with another, but for digits: the time, a number of a thread.
fn without_prefix<'a>(line: &'a str, prefix: &str) -> &'a str {
    let is_alike = |(a, b): (u8, u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
    let start = line.as_bytes().get(..prefix.len());
    let is_there = start.is_some_and(|it| it.iter().copied().zip(prefix.bytes()).all(is_alike));
    let rest = if is_there { line.get(prefix.len()..) } else { None };
    rest.unwrap_or(line)
}

/// A request whose body is shown as Python writes bytes, with these bytes.
fn shown(raw: &str) -> Option<String> {
    let (head, body) = raw.split_once("\n\r\n").or_else(|| raw.split_once("\n\n"))?;
    (body.starts_with("b'") || body.starts_with("b\"")).then_some(())?;
    let body = Reader::python(body, 0).string().ok()?;
    Some([head, "\n\n", &*body].concat())
}

/// The details of a packet, as Wireshark copies them: its lines of HTTP say how they end.
fn dissected(text: &str, found: &Found<'_>) -> String {
    let lines = text.get(found.at..).unwrap_or_default().lines();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = found.before.len() - found.before.trim_start().len();
    let mut raw = String::new();
    for line in lines.filter(|line| indent(line) == first) {
        let Some(line) = line.trim_start().strip_suffix("\\r\\n") else { continue };
        raw.push_str(line);
        raw.push_str("\r\n");
        if line.is_empty() {
            break;
        }
    }
    raw
}

/// As Faraday's logger writes it: values in quotes, and the body behind the mark of its own.
fn faraday(text: &str, found: &Found<'_>) -> String {
    let mut raw = String::from(found.request);
    let mut is_body = false;
    for line in text.get(found.at..).unwrap_or_default().lines().skip(1) {
        let marked = line.split_once("request: ").filter(|(mark, _)| mark.ends_with("-- "));
        let line = marked.map_or(line, |(_, line)| line);
        if line.contains("-- response: ") || marked.is_some() && request_line(line).is_some() {
            break;
        }
        let header = line.split_once(": \"").and_then(|(_, it)| it.strip_suffix('"'));
        if let Some(((name, _), value)) = line.split_once(": \"").zip(header).filter(|_| !is_body) {
            raw.extend(["\n", name, ": ", value]);
        } else {
            raw.push_str(if is_body { "\n" } else { "\n\n" });
            raw.push_str(line);
            is_body = true;
        }
    }
    raw
}

/// A flow as mitmproxy writes it: indented headers, an empty line, the body laid out anew.
fn flow(text: &str, found: &Found<'_>) -> String {
    let mut raw = String::from(found.request);
    raw.push('\n');
    for line in text.get(found.at..).unwrap_or_default().lines().skip(1) {
        if line.trim_start().starts_with("<<") {
            break;
        }
        raw.push_str(line.strip_prefix("    ").unwrap_or(line));
        raw.push('\n');
    }
    raw
}

/// `%+v` of Go's `http.Request`.
fn go(text: &str, start: usize) -> Option<Result<Request, Stop>> {
    let at = start + text.get(start..)?.find("{Method:")?;
    let rest = text.get(at + 1..)?;
    let part = |name: &str, end: &str| {
        let from = rest.find(name)? + name.len();
        let rest = rest.get(from..)?;
        rest.get(..rest.find(end)?)
    };
    let method = part("Method:", " URL:")?;
    let url = part(" URL:", " Proto:")?;
    let headers = part(" Header:map[", "] Body:")?;
    let has_body = part("ContentLength:", " ").is_some_and(|it| it != "0" && it != "-1");
    if has_body && !rest.contains("Body:<nil>") {
        let reason = "the body is not in this text: put the request there as raw HTTP";
        return Some(Err(Stop::new(at, reason)));
    }
    let mut parsed = Request { method: method.into(), url: url.into(), ..Request::default() };
    let mut open = headers;
    while let Some((name, behind)) = open.split_once(":[") {
        let (value, after) = behind.split_once(']')?;
        parsed.push(name.trim(), value);
        open = after;
    }
    Some(Ok(parsed))
}

/// A method and a URL, then headers as a dict, an object or pairs: what programs print of a request.
fn printed(text: &str, start: usize) -> Option<Result<Request, Stop>> {
    const MOST_BETWEEN: usize = 120;
    let mut places = text.get(start..)?.match_indices("http").map(|(at, _)| start + at);
    let mut last = start;
    places.find_map(|at| {
        let rest = text.get(at..)?;
        let is_url = rest.starts_with("https://") || rest.starts_with("http://");
        (is_url && at >= last).then_some(())?;
        let end = rest.find(|it: char| it.is_whitespace() || "'\"<>,;)".contains(it));
        let url = rest.get(..end.unwrap_or(rest.len()))?;
        last = at + url.len();
        // What follows is an object or a list, maybe after a word such as `headers=`.
        let behind = rest.get(url.len()..)?;
        let mut near = behind.char_indices().take(MOST_BETWEEN);
        let (open, _) = near.find(|(_, it)| matches!(it, '{' | '['))?;
        let between = behind.get(..open)?;
        let (before, label) = between.rsplit_once('\n').unwrap_or(("", between));
        let label = label.trim_end_matches(['(', ' ', ':']).to_ascii_lowercase();
        let is_label = label.ends_with("headers") && before.trim().is_empty();
        (between.len() < 40 || is_label).then_some(())?;
        (between.matches('\n').count() < 2).then_some(())?;
        let is_next = between.contains('\n') && !between.trim().is_empty();
        (!is_next || is_label).then_some(())?;
        let from = at + url.len() + open;
        let value = [Language::Python, Language::JavaScript].iter().find_map(|language| {
            let mut reader = Reader::new(text, from);
            reader.language = *language;
            let value = reader.literal(0).ok()?;
            Some((value, reader.at))
        });
        let (value, end) = value?;
        let mut parsed = Request { url: url.into(), ..Request::default() };
        let headers = value.get("headers").unwrap_or(&value);
        let members = match headers {
            Literal::Object(members) => members.clone(),
            list => library::pairs(list.items())?,
        };
        let is_header = |(name, value): &(String, Literal)| {
            value.plain().is_some()
                && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        };
        (!members.is_empty() && members.iter().all(is_header)).then_some(())?;
        let is_signed = |name: &str| members.iter().any(|(found, _)| eq_ignore_case(found, name));
        (is_signed("authorization") || is_signed("date") || is_signed("x-duo-date"))
            .then_some(())?;
        let given = value.get("headers").and(value.get("method")).and_then(Literal::text);
        let line = text.get(..at)?.rsplit('\n').next()?;
        let word = line
            .trim_end_matches([' ', '\'', '"', ',', '('])
            .rsplit([' ', '\'', '"', '('])
            .next()?;
        let method = given.or(Some(word).filter(|it| super::is_method(it)))?;
        parsed.method = method.into();
        for (name, value) in &members {
            parsed.push(name, value.plain().unwrap_or_default());
        }
        let length = members.iter().find(|(name, _)| eq_ignore_case(name, "content-length"));
        let has_length = length.is_some();
        let length =
            length.and_then(|(_, value)| value.plain()?.parse::<usize>().ok()).unwrap_or(0);
        let after = text.get(end..)?;
        let body = match value.get("headers").and(value.get("body").or_else(|| value.get("data"))) {
            Some(body) => body.text().map(String::from),
            // `console.log(method, url, headers, body)`
            None if line.trim() == word && between.trim().is_empty() => {
                let on_the_line = after.lines().next().and_then(printed_value);
                on_the_line.or_else(|| printed_body(after, length > 0))
            }
            None => printed_body(after, length > 0),
        };
        let takes_body = takes_params_in_body(&parsed.method);
        let is_missing = takes_body && !has_length && body.is_none();
        parsed.body = body.unwrap_or_default().into_bytes();
        if parsed.body.len() < length || is_missing {
            let reason =
                "the body is not, or not wholly, in this log: put the request there as raw HTTP";
            return Some(Err(Stop::new(end, reason)));
        }
        if length > 0 {
            parsed.body.truncate(length);
        }
        Some(Ok(parsed))
    })
}

/// `body=…` on the same line, or the line that follows where there is a body.
fn printed_body(after: &str, is_there: bool) -> Option<String> {
    let line = after.lines().next()?.trim_start_matches([',', ' ', ')', '}']);
    let value = line.strip_prefix("body=").or_else(|| line.strip_prefix("body: "));
    match value {
        Some(value) => printed_value(value),
        None if line.is_empty() && is_there => printed_value(after),
        None => None,
    }
}

/// The body itself, on one line; `None` for `None` and `null`.
fn printed_value(value: &str) -> Option<String> {
    let text = value.trim();
    if text.starts_with("None") || text.starts_with("null") {
        return None;
    }
    if text.starts_with(['b', '\'', '"']) {
        let mut reader = Reader::python(text, 0);
        if let Ok(found) = reader.string() {
            return Some(found);
        }
    }
    Some(text.lines().next()?.into())
}

/// The request of a log that starts at a byte of the text; one without its body is refused.
fn complete(raw: &str, from: usize) -> Result<Request, Stop> {
    let mut parsed = http::read(raw, 0).map_err(|stop| Stop::new(from, stop.reason))?;
    let length = parsed.headers.iter().find(|(name, _)| eq_ignore_case(name, "content-length"));
    let length = length.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0);
    if parsed.body.len() < length {
        let reason = "the body is not, or not wholly, in this log: put the request there as raw \
                      HTTP, with the body after an empty line";
        return Err(Stop::new(from, reason));
    }
    http::form_alone(&mut parsed, from)?;
    Ok(parsed)
}

fn moved(stop: Stop, by: usize) -> Stop {
    Stop::new(stop.at + by, stop.reason)
}

/// `>` of curl, `>>` of Apache's client, `-->` of `OkHttp`.
fn mark(before: &str) -> Option<&str> {
    let mark = before.trim_end().rsplit(' ').next().unwrap_or_default();
    (mark.ends_with('>')).then_some(mark)
}

/// Lines after the same mark; of tools that mark the first one alone, those up to an empty line.
fn marked(text: &str, found: &Found<'_>, mark: &str) -> String {
    let lines = || text.get(found.at..).unwrap_or_default().lines();
    let content = |line: &str| {
        let at = line.find(mark)? + mark.len();
        let line = line.get(at..)?;
        Some(String::from(line.strip_prefix(' ').unwrap_or(line)))
    };
    let is_each = lines().nth(1).is_some_and(|line| line.contains(mark));
    let mut raw = String::new();
    if is_each {
        for line in lines() {
            // Insomnia marks the lines of the body.
            if let Some(body) = line.strip_prefix("| ").filter(|_| mark == ">") {
                if !raw.ends_with("\n\n") {
                    raw.push('\n');
                }
                raw.push_str(body);
                raw.push('\n');
            } else if line.contains(mark)
                && let Some(line) = content(line)
            {
                raw.push_str(&line);
                raw.push('\n');
            }
        }
        return raw;
    }
    let prefix = found.before.rsplit_once(mark).map_or("", |(prefix, _)| prefix);
    raw.push_str(found.request);
    // OkHttp and Feign mark the end, and tell how long the body was.
    for line in lines().skip(1).map(|line| without_prefix(line, prefix)) {
        if line.trim_start_matches('-').starts_with("> END") {
            // The empty line before the body does not reach each log.
            let last = raw.rsplit_once('\n').filter(|_| !raw.contains("\n\n"));
            if let Some((head, body)) = last
                && (body.starts_with('{') || !body.contains(": "))
            {
                raw = [head, "\n\n", body].concat();
            }
            break;
        }
        if line.starts_with("< ") || line.starts_with("<--") {
            break;
        }
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
    if !raw.contains('\n') {
        let reason = "this log has the request line alone: paste a request with its headers, as curl -v, \
                      a HAR file or the log of a client has them";
        return Err(Stop::new(at, reason));
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
    let mut dump: Vec<u8> = Vec::new();
    let mut lines = text.get(at..).unwrap_or_default().lines().peekable();
    let mut is_sent = false;
    while let Some(line) = lines.next() {
        let Some((here, content)) = offset(line) else {
            // With and without a time before the mark.
            is_sent = line.contains(SENT) && !line.contains("SSL");
            continue;
        };
        if !is_sent {
            continue;
        }
        if let Some(bytes) = hex_dump(content) {
            dump.extend(bytes);
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
    if dump.is_empty() {
        return Ok(raw);
    }
    String::from_utf8(dump).map_err(|_| Stop::new(at, "the body is not UTF-8"))
}

/// The bytes of a line of `curl --trace`: up to 16 in hexadecimal digits, then as characters.
fn hex_dump(content: &str) -> Option<Vec<u8>> {
    let columns = content.get(..47.min(content.len()))?;
    let (digits, rest) = (columns.trim_end(), content.get(columns.len()..)?);
    let bytes: Option<Vec<u8>> = digits
        .split(' ')
        .map(|it| u8::from_str_radix(it, 16).ok().filter(|_| it.len() == 2))
        .collect();
    let bytes = bytes?;
    (content.len() > 47 && rest.trim_start_matches(' ').len() <= bytes.len()).then_some(bytes)
}

/// The headers of HTTP/2, `:method`, `:authority` and `:path` among them (RFC 9113 section 8.3.1).
fn pseudo(text: &str, start: usize) -> Option<Result<Request, Stop>> {
    let rest = text.get(start..)?;
    let is_first = rest.starts_with(':');
    // nghttp indents them in its log, and the next line of that starts with the time.
    let rest = if is_first { rest } else { rest.split_once("          :").map_or("", |it| it.1) };
    let end = if is_first { "\n\n" } else { "\n[" };
    let (head, body) = rest.split_once(end).unwrap_or((rest, ""));
    let body = if is_first { body } else { "" };
    let part = |name: &str| {
        let mut lines = head.lines().filter_map(|line| {
            let value = line.trim_start().trim_start_matches(':').strip_prefix(name)?;
            value.strip_prefix([':', '\t'])
        });
        lines.next().map(str::trim)
    };
    let (method, path) = (part("method")?, part("path")?);
    let mut raw = [method, " ", path, " HTTP/2\nHost: ", part("authority")?, "\n"].concat();
    for line in head.lines().skip(1).map(str::trim_start).filter(|line| !line.starts_with(':')) {
        raw.push_str(line);
        raw.push('\n');
    }
    raw.push('\n');
    raw.push_str(body);
    Some(complete(&raw, start))
}

/// What `HttpClient` of .NET logs: the method and the URL, then the headers, without the body.
fn dot_net_log(text: &str, start: usize) -> Option<Result<Request, Stop>> {
    const MARK: &str = " HTTP request ";
    let at = start + text.get(start..)?.find(MARK)? + MARK.len();
    let (first, rest) = text.get(at..)?.split_once('\n')?;
    let (method, url) = first.split_once(' ').filter(|(method, _)| super::is_method(method))?;
    let (_, headers) = rest.split_once("Request Headers:")?;
    let mut parsed =
        Request { method: method.into(), url: url.trim().into(), ..Request::default() };
    for line in headers.lines().skip(1).take_while(|line| line.starts_with([' ', '\t'])) {
        let (name, value) = line.trim().split_once(": ")?;
        parsed.push(name, value);
    }
    if !matches!(method, "GET" | "DELETE" | "HEAD") || url.contains("?*") {
        let reason =
            "this log leaves out the body, and may the query: put the request there as raw HTTP";
        return Some(Err(Stop::new(at, reason)));
    }
    (!parsed.headers.is_empty()).then_some(Ok(parsed))
}

/// `HttpRequestMessage.ToString()` of .NET.
fn dot_net(text: &str, start: usize) -> Option<Result<Request, Stop>> {
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
