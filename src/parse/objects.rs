//! Requests in the notation of JavaScript: HAR and other JSON, fetch, axios, jQuery, and what Postman's
//! console copies.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::literal::{Literal, Reader};
use super::{Parsed, Stop, form};
use crate::text::eq_ignore_case;

/// A HAR file, its log, an entry or a request (the HAR 1.2 specification). Of many entries the
/// first is taken that has an Authorization header.
pub(super) fn har(text: &str, start: usize) -> Result<Parsed, Stop> {
    let value = Reader::new(text, start).literal(0)?;
    if let Some(items) = value.get("item").or_else(|| value.get("resources")) {
        return collection(items, start);
    }
    if let Some(request) = plain(&value) {
        return described(request, Library::None, start);
    }
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

/// An object that is itself a request, as duo-sign, axios and Node have it, or the error of axios.
fn plain(value: &Literal) -> Option<&Literal> {
    if let Some(config) = value.get("config") {
        return Some(config);
    }
    let is_named = matches!(value.get("headers"), Some(Literal::Object(_)));
    let is_pair = |it: &Literal| it.items().len() == 2;
    let is_pairs = value.get("headers").is_some_and(|it| it.items().iter().any(is_pair));
    (is_named || is_pairs).then_some(value)
}

/// What sends a request that an object describes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Library {
    None,
    Axios,
    JQuery,
}

const NOT_TEXT: &str = "headers, parameters and body should be text in quotes here";

/// `{ method, url, headers, body }`, under the names that libraries have for them.
fn described(request: &Literal, library: Library, at: usize) -> Result<Parsed, Stop> {
    let stop = |reason| Stop::new(at, reason);
    let text = |names: &[&str]| names.iter().find_map(|name| request.get(name)?.text());
    let mut url = text(&["url", "uri"]).unwrap_or_default().to_string();
    let is_absolute = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if let Some(base) = text(&["baseURL"]).filter(|_| !is_absolute(&url)) {
        url = [base.trim_end_matches('/'), "/", url.trim_start_matches('/')].concat();
    }
    // Options of Node's http.request.
    if let (true, Some(host), Some(path)) =
        (url.is_empty(), text(&["hostname", "host"]), text(&["path"]))
    {
        let scheme = text(&["protocol"]).unwrap_or("https:");
        let port = request.get("port").and_then(Literal::plain);
        let port = port.map(|port| [":", port].concat()).unwrap_or_default();
        url = [scheme, "//", host, &port, path].concat();
    }
    if url.is_empty() {
        return Err(stop("this object has no url"));
    }
    if !is_absolute(&url) && !url.starts_with('/') {
        url.insert_str(0, "https://");
    }
    let method = text(&["method", "type"]).unwrap_or("GET").to_ascii_uppercase();
    let mut parsed = Parsed { method, url, ..Parsed::default() };
    match request.get("headers") {
        Some(Literal::Object(headers)) => {
            for (name, value) in headers {
                match value {
                    Literal::Word(word) if matches!(&**word, "null" | "undefined" | "false") => {}
                    value => pseudo_or_header(
                        &mut parsed,
                        name,
                        value.plain().ok_or_else(|| stop(NOT_TEXT))?,
                    ),
                }
            }
        }
        Some(headers) => {
            for header in headers.items() {
                let [Literal::Text(name), Literal::Text(value)] = header.items() else {
                    return Err(stop(NOT_TEXT));
                };
                pseudo_or_header(&mut parsed, name, value);
            }
        }
        None => {}
    }
    if let Some(params) = request.get("params") {
        let query = fields(params, library).ok_or_else(|| stop(NOT_TEXT))?;
        parsed.add_query(&query);
    }
    let body = request.get("body").or_else(|| request.get("data"));
    let takes_no_body = matches!(&*parsed.method, "GET" | "HEAD");
    let kind = match body {
        None => None,
        Some(Literal::Word(word)) if matches!(&**word, "null" | "undefined") => None,
        Some(body) if library == Library::JQuery => {
            let body = match body {
                Literal::Text(text) => text.clone(),
                fields_of => fields(fields_of, library).ok_or_else(|| stop(NOT_TEXT))?,
            };
            if takes_no_body {
                parsed.add_query(&body);
                None
            } else {
                parsed.body = body.into_bytes();
                let kind = text(&["contentType"]);
                Some(kind.unwrap_or("application/x-www-form-urlencoded; charset=UTF-8"))
            }
        }
        Some(Literal::Text(text)) => {
            parsed.body = text.as_bytes().to_vec();
            (library == Library::Axios).then_some("application/x-www-form-urlencoded")
        }
        Some(body) if library == Library::Axios => {
            parsed.body = body.clone().stringified(at)?.into_bytes();
            Some("application/json")
        }
        Some(_) => return Err(stop(NOT_TEXT)),
    };
    parsed.default_header("Content-Type", kind);
    Ok(parsed)
}

/// Parameters as axios and jQuery write them: a list is a field with brackets for each of its items.
fn fields(params: &Literal, library: Library) -> Option<String> {
    let Literal::Object(members) = params else { return None };
    let mut fields = Vec::new();
    for (name, value) in members {
        match value {
            Literal::Word(word) if matches!(&**word, "null" | "undefined") => {
                // jQuery sends an empty value.
                if library == Library::JQuery {
                    fields.push((name.clone(), ""));
                }
            }
            Literal::List(items) => {
                for item in items {
                    fields.push(([name, "[]"].concat(), item.plain()?));
                }
            }
            value => fields.push((name.clone(), value.plain()?)),
        }
    }
    Some(form(fields))
}

/// The calls of axios and jQuery that are read.
const CALLS: [(&str, Library); 4] = [
    ("axios(", Library::Axios),
    ("axios.", Library::Axios),
    ("$.ajax(", Library::JQuery),
    ("jQuery.ajax(", Library::JQuery),
];

/// Where a text calls axios or jQuery.
pub(super) fn find(text: &str) -> Option<usize> {
    CALLS.iter().filter_map(|(name, _)| text.find(name)).min()
}

/// `axios(config)`, `axios.get(url, config)`, `axios.post(url, data, config)`, `$.ajax(settings)`.
pub(super) fn call(text: &str, start: usize) -> Result<Parsed, Stop> {
    let mut reader = Reader::new(text, start).with_names();
    let mut found = CALLS.iter().filter(|(name, _)| reader.eat(name));
    let Some(&(name, library)) = found.next() else {
        return Err(Stop::new(start, "there is no call in it"));
    };
    let function = if name == "axios." { reader.word() } else { "request" };
    if name == "axios." {
        reader.expect("(", "here should be get(…), post(…), request(…) or their like")?;
    }
    let at = reader.at;
    let mut arguments = Vec::new();
    while !reader.eat(")") {
        arguments.push(reader.literal(0)?);
        if !reader.eat(",") {
            reader.expect(")", "the call lacks a comma or its end here")?;
            break;
        }
    }
    let mut arguments = arguments.into_iter();
    let mut members = Vec::new();
    let method = match function {
        "request" => None,
        "get" | "delete" | "head" | "options" | "post" | "put" | "patch" => Some(function),
        _ => return Err(Stop::new(start, "this function of axios is not known")),
    };
    let first = arguments.next().unwrap_or_default();
    let mut add = |name: &str, value: Literal| members.push((name.to_string(), value));
    match first {
        Literal::Text(_) => {
            if let Some(method) = method {
                add("method", Literal::Text(method.to_string()));
            }
            add("url", first);
            if matches!(function, "post" | "put" | "patch")
                && let Some(data) = arguments.next()
            {
                add("data", data);
            }
            if let Some(Literal::Object(config)) = arguments.next() {
                members.extend(config);
            }
        }
        Literal::Object(config) => members.extend(config),
        _ => return Err(Stop::new(at, "here should be a URL or an object")),
    }
    described(&Literal::Object(members), library, at)
}

/// Postman's collections and Insomnia's exports: of many requests the first that has credentials.
fn collection(items: &Literal, start: usize) -> Result<Parsed, Stop> {
    let mut requests = Vec::new();
    let mut open: Vec<&Literal> = items.items().iter().rev().collect();
    while let Some(item) = open.pop() {
        if let Some(inner) = item.get("item") {
            open.extend(inner.items().iter().rev());
        } else if let Some(request) = item.get("request") {
            requests.push(request);
        } else if item.get("_type").and_then(Literal::text) == Some("request") {
            requests.push(item);
        }
    }
    let header_list = |request: &Literal| {
        let list = request.get("header").or_else(|| request.get("headers"));
        enabled(list)
    };
    let is_signed = |request: &&&Literal| {
        header_list(request).iter().any(|(name, _)| eq_ignore_case(name, "authorization"))
    };
    let request = requests.iter().find(is_signed).or_else(|| requests.first());
    let Some(request) = request else {
        return Err(Stop::new(start, "this collection has no request"));
    };
    let text = |value: &Literal, name: &str| Some(value.get(name)?.text()?.to_string());
    let raw = || text(request.get("url")?, "raw");
    let url = text(request, "url").or_else(raw);
    let url = url.ok_or_else(|| Stop::new(start, "this request has no url"))?;
    let method = text(request, "method").unwrap_or_else(|| "GET".to_string());
    let mut parsed = Parsed { method, url, headers: header_list(request), ..Parsed::default() };
    let query = enabled(request.get("parameters"));
    parsed.add_query(&form(query));
    if let Some(body) = request
        .get("body")
        .filter(|body| matches!(body, Literal::Object(members) if !members.is_empty()))
    {
        let fields = enabled(body.get("urlencoded").or_else(|| body.get("params")));
        let (content, kind) = match text(body, "raw").or_else(|| text(body, "text")) {
            Some(content) => (content, text(body, "mimeType")),
            None if !fields.is_empty() => {
                (form(fields), Some("application/x-www-form-urlencoded".to_string()))
            }
            None => {
                return Err(Stop::new(start, "the body of this request is no text and no form"));
            }
        };
        parsed.body = content.into_bytes();
        parsed.default_header("Content-Type", kind.as_deref());
    }
    let body = String::from_utf8_lossy(&parsed.body);
    let headers = parsed.headers.iter().map(|(_, value)| &**value);
    let variable = headers.chain([&*parsed.url, &*body]).find_map(|text| {
        let (_, behind) = text.split_once("{{").or_else(|| text.split_once("{%"))?;
        Some(behind.split(['}', '%']).next().unwrap_or_default().trim())
    });
    if let Some(name) = variable {
        let reason = format!("`{name}` is a variable: put its value there, or copy what was sent");
        return Err(Stop::new(start, reason));
    }
    Ok(parsed)
}

/// Names and values that are not switched off.
fn enabled(list: Option<&Literal>) -> Vec<(String, String)> {
    let items = list.map(Literal::items).unwrap_or_default().iter();
    let is_off =
        |it: &Literal| matches!(it.get("disabled"), Some(Literal::Word(word)) if word == "true");
    let text = |it: &Literal, name: &str| Some(it.get(name)?.text()?.to_string());
    items
        .filter(|it| !is_off(it))
        .filter_map(|it| {
            let name = text(it, "key").or_else(|| text(it, "name"))?;
            Some((name, text(it, "value").unwrap_or_default()))
        })
        .collect()
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
    let mut reader = Reader::new(text, start + call + "fetch(".len()).with_names();
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
