//! What a text says of the answer to a request.

use alloc::string::{String, ToString as _};

use super::Response;
use super::literal::Literal;
use crate::text::eq_ignore_case;

/// Of a text with one request: the last status line, Duo's code, and the date after that line.
pub(super) fn read(text: &str) -> Option<Response> {
    let mut response = Response { code: code(text), ..Response::default() };
    let mut date = None;
    for line in text.lines() {
        if let Some(found) = status(line) {
            if found != 100 {
                (response.status, date) = (Some(found), None);
            }
        } else if response.status.is_some() && date.is_none() {
            date = header(line);
        }
    }
    response.date = date;
    (response != Response::default()).then_some(response)
}

/// The status of a line such as `< HTTP/1.1 401 Unauthorized`.
fn status(line: &str) -> Option<u16> {
    let at = line.find("HTTP/")?;
    let mut words = line.get(at..)?.split([' ', '\t']);
    let version = words.next()?;
    let status = words.next()?.get(..3)?;
    (version.len() <= 8).then(|| status.parse().ok()).flatten()
}

fn header(line: &str) -> Option<String> {
    let (name, value) = line.split_once(": ")?;
    let name = name.rsplit([' ', '"', '\'']).next()?;
    eq_ignore_case(name, "date").then(|| {
        let end = value.find(['\\', '"', '\'', '[']).unwrap_or(value.len());
        value.get(..end).unwrap_or(value).trim().to_string()
    })
}

/// `"code": 40103`, in JSON or as languages print it.
fn code(text: &str) -> Option<u32> {
    let mut places = text.match_indices("code");
    places.find_map(|(at, word)| {
        let rest = text.get(at + word.len()..)?;
        let rest = rest.trim_start_matches(['"', '\'', '\\', ' ', ':', '=', '>']);
        let digits = rest.get(..5)?;
        let is_end = !rest.get(5..)?.starts_with(|it: char| it.is_ascii_digit());
        let code = digits.parse::<u32>().ok()?;
        (is_end && (40000..60000).contains(&code)).then_some(code)
    })
}

/// Of an entry of a HAR file.
pub(super) fn har(entry: &Literal) -> Option<Response> {
    let response = entry.get("response")?;
    let status = response.get("status").and_then(Literal::plain)?.parse().ok()?;
    let content = response.get("content").and_then(|it| it.get("text")?.text());
    let headers = response.get("headers").map(Literal::items).unwrap_or_default();
    let date = headers.iter().find_map(|it| {
        let name = it.get("name")?.text()?;
        eq_ignore_case(name, "date").then(|| it.get("value")?.text().map(String::from)).flatten()
    });
    Some(Response { status: Some(status), code: content.and_then(code), date })
}
