//! Requests in the notation of JavaScript: HAR, fetch, and what Postman's console copies.

use alloc::string::ToString as _;

use super::literal::{Literal, Reader};
use super::{Parsed, Stop, form};
use crate::text::eq_ignore_case;

/// A HAR file, its log, an entry or a request (the HAR 1.2 specification). Of many entries the
/// first is taken that has an Authorization header.
pub(super) fn har(text: &str, start: usize) -> Result<Parsed, Stop> {
    let value = Reader::new(text, start).literal(0)?;
    let log = value.get("log").unwrap_or(&value);
    let entries = match log.get("entries") {
        Some(entries) => entries.items(),
        None => match log {
            Literal::List(items) => items,
            entry => core::slice::from_ref(entry),
        },
    };
    let mut requests = entries.iter().map(|entry| entry.get("request").unwrap_or(entry));
    let has_credentials = |request: &&Literal| {
        har_headers(request).any(|(name, _)| eq_ignore_case(name, "authorization"))
    };
    let is_for_duo = |request: &&Literal| {
        let url = request.get("url").and_then(Literal::text);
        url.is_some_and(|url| url.contains(".duosecurity.com"))
    };
    let first = requests.clone().next();
    let for_duo = requests.clone().filter(is_for_duo).find(has_credentials);
    let request = for_duo.or_else(|| requests.find(has_credentials)).or(first);
    let url = request.and_then(|it| it.get("url")?.text());
    let (Some(request), Some(url)) = (request, url) else {
        return Err(Stop::new(start, "this JSON has no request with a url, as HAR entries have"));
    };
    let has = |name| request.get(name).is_some();
    let is_list = matches!(request.get("headers"), None | Some(Literal::List(_)));
    if !is_list || has("header") || has("body") || has("data") {
        let reason = "this JSON has no request as HAR files have: headers is a list of names and \
                      values there, and the body is the text of postData";
        return Err(Stop::new(start, reason));
    }
    let mut parsed = Parsed { url: url.to_string(), ..Parsed::default() };
    parsed.method = request.get("method").and_then(Literal::text).unwrap_or("GET").to_string();
    for (name, value) in har_headers(request) {
        pseudo_or_header(&mut parsed, name, value);
    }
    if let Some(data) = request.get("postData") {
        parsed.body = if let Some(body) = data.get("text").and_then(Literal::text) {
            body.as_bytes().to_vec()
        } else {
            // The names and values of a form.
            let params = data.get("params").map(Literal::items).unwrap_or_default();
            let part = |it: &Literal, name| Some(it.get(name)?.text()?.to_string());
            let fields = params.iter().map(|it| {
                (part(it, "name").unwrap_or_default(), part(it, "value").unwrap_or_default())
            });
            form(fields).into_bytes()
        };
        let kind = data.get("mimeType").and_then(Literal::text);
        if let Some(kind) = kind.filter(|kind| !kind.is_empty() && !parsed.has("content-type")) {
            parsed.push("Content-Type", kind);
        }
    }
    Ok(parsed)
}

fn har_headers<'a>(request: &'a Literal) -> impl Iterator<Item = (&'a str, &'a str)> {
    let headers = request.get("headers").map(Literal::items).unwrap_or_default();
    let part = |it: &'a Literal, name| it.get(name).and_then(Literal::text);
    headers.iter().filter_map(move |it| Some((part(it, "name")?, part(it, "value")?)))
}

/// Chromium lists the host of HTTP/2 as `:authority`.
fn pseudo_or_header(parsed: &mut Parsed, name: &str, value: &str) {
    match name {
        ":authority" => parsed.push("Host", value),
        _ if name.starts_with(':') => {}
        _ => parsed.push(name, value),
    }
}

/// `fetch(url, { method, headers, body })`.
pub(super) fn fetch(text: &str, start: usize) -> Result<Parsed, Stop> {
    let call = text.get(start..).and_then(|text| text.find("fetch("));
    let call = call.ok_or_else(|| Stop::new(start, "there is no fetch(…) in it"))?;
    let mut reader = Reader::new(text, start + call + "fetch(".len());
    let at = reader.at;
    let url = reader.literal(0)?;
    let url = url.text().ok_or_else(|| Stop::new(at, "the URL should be text in quotes"))?;
    let mut parsed = Parsed { method: "GET".into(), url: url.into(), ..Parsed::default() };
    if !reader.eat(",") || reader.eat(")") {
        return Ok(parsed);
    }
    let at = reader.at;
    let options = reader.literal(0)?;
    if let Some(method) = options.get("method").and_then(Literal::text) {
        parsed.method = method.to_string();
    }
    let not_text = || Stop::new(at, "headers and body should be text in quotes");
    match options.get("headers") {
        Some(Literal::Object(headers)) => {
            for (name, value) in headers {
                pseudo_or_header(&mut parsed, name, value.text().ok_or_else(not_text)?);
            }
        }
        Some(Literal::List(headers)) => {
            for header in headers {
                let [name, value] = header.items() else { return Err(not_text()) };
                let (name, value) = (name.text().ok_or_else(not_text)?, value.text());
                pseudo_or_header(&mut parsed, name, value.ok_or_else(not_text)?);
            }
        }
        _ => {}
    }
    match options.get("body") {
        Some(Literal::Text(body)) => parsed.body = body.as_bytes().to_vec(),
        None => {}
        Some(Literal::Word(word)) if matches!(&**word, "null" | "undefined") => {}
        Some(Literal::Word(word)) if word.bytes().all(|byte| byte.is_ascii_digit()) => {
            parsed.body = word.as_bytes().to_vec();
        }
        Some(_) => return Err(not_text()),
    }
    // What fetch sets for text.
    let kind = (!parsed.body.is_empty()).then_some("text/plain;charset=UTF-8");
    parsed.default_header("Content-Type", kind);
    parsed.default_header("User-Agent", Some("Mozilla"));
    Ok(parsed)
}

/// Whether a text is `GET https://…: {`.
pub(super) fn is_console(text: &str) -> bool {
    console_parts(text).is_some()
}

fn console_parts(text: &str) -> Option<(&str, &str, usize)> {
    let (method, rest) = text.split_once(' ')?;
    let end =
        rest.find(": {").filter(|end| !rest.get(..*end).is_some_and(|it| it.contains('\n')))?;
    Some((method, rest.get(..end)?, method.len() + 1 + end + 2))
}

/// Method, URL, and an object with "Request Headers" and "Request Body".
pub(super) fn console(text: &str, start: usize) -> Result<Parsed, Stop> {
    let parts = text.get(start..).and_then(console_parts);
    let (method, url, at) = parts.ok_or_else(|| Stop::new(start, "this is no console text"))?;
    let mut parsed = Parsed { method: method.into(), url: url.into(), ..Parsed::default() };
    let value = Reader::new(text, start + at).literal(0)?;
    if let Some(Literal::Object(headers)) = value.get("Request Headers") {
        for (name, value) in headers {
            parsed.push(name, value.text().unwrap_or_default());
        }
    }
    match value.get("Request Body") {
        Some(Literal::Text(body)) => parsed.body = body.as_bytes().to_vec(),
        Some(_) => {
            return Err(Stop::new(
                start,
                "the body is not there as text: copy the raw log instead",
            ));
        }
        None => {}
    }
    Ok(parsed)
}
