//! Requests in the notation of JavaScript: HAR and other JSON, fetch, axios, jQuery, and what Postman's
//! console copies.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::literal::{Kind, Language, Literal, Reader};
use super::{Exchange, Stop, answer, basic, collections, encodings, form, logs};
use crate::http::Request;
use crate::request::{FORM, takes_params_in_body};
use crate::text::{eq_ignore_case, order};

/// JSON: a HAR file (the HAR 1.2 specification), its log, an entry or a request; a collection; an object
/// that is itself a request; or a log, with raw HTTP as one of its texts.
pub(super) fn json(text: &str, start: usize) -> Vec<Result<Exchange, Stop>> {
    let one = |found: Result<Request, Stop>| [found.map(Exchange::from)].into();
    let mut reader = Reader::new(text, start);
    let stop = match reader.literal(0) {
        Ok(value) => {
            let mut found = requests(&value, start);
            // Logs have an object on each line.
            reader.skip();
            while reader.rest().starts_with('{') {
                let at = reader.at;
                let Ok(value) = reader.literal(0) else { break };
                found.extend(requests(&value, at));
                reader.skip();
            }
            if found.iter().any(Result::is_ok) {
                found.retain(Result::is_ok);
            }
            return found;
        }
        Err(stop) => stop,
    };
    // As Node.js and Python print objects.
    let found = inspected(text, start).map(|value| requests(&value, start));
    found.filter(|found| found.iter().any(Result::is_ok)).unwrap_or_else(|| one(Err(stop)))
}

fn requests(value: &Literal, start: usize) -> Vec<Result<Exchange, Stop>> {
    let one = |found: Result<Request, Stop>| [found.map(Exchange::from)].into();
    if let Some(found) = collections::read(value, start) {
        return found.into_iter().map(|it| it.map(Exchange::from)).collect();
    }
    if let Some(found) = gateway(value, start) {
        return one(found);
    }
    if let Some(request) = plain(value) {
        return one(described(request, Library::None, start, None));
    }
    if let Some(request) = logged(value, 0) {
        return one(described(request, Library::None, start, None).and_then(|parsed| {
            let takes_body = takes_params_in_body(&parsed.method);
            if takes_body && parsed.body.is_empty() {
                let reason = "the body is not in the request of this JSON: put the request there as raw HTTP";
                return Err(Stop::new(start, reason));
            }
            Ok(parsed)
        }));
    }
    if let Some(raw) = raw_http(value, 0)
        && let Some(found) = logs::read(raw, 0)
    {
        return one(found.map_err(|stop| Stop { at: start, ..stop }));
    }
    let log = value.get("log").unwrap_or(value);
    let entries = match log.get("entries") {
        Some(entries) => entries.items(),
        None => match log {
            Literal::List(items) => items,
            entry => core::slice::from_ref(entry),
        },
    };
    let read = |entry: &Literal| {
        let request = har(Some(entry.get("request").unwrap_or(entry)), start)?;
        Ok(Exchange { request, response: answer::har(entry) })
    };
    let mut found: Vec<_> = entries.iter().map(read).collect();
    if found.is_empty() {
        found.push(Err(Stop::new(start, NO_REQUEST)));
    }
    found
}

const NO_REQUEST: &str = "this JSON has no request with a url and its headers, as HAR entries have: paste such an \
                          entry, or the request as curl or raw HTTP";

/// The error of axios as `console.log` writes it: of its `config` what makes the request, since other
/// members are functions.
pub(super) fn axios_error(text: &str) -> Option<Result<Request, Stop>> {
    let at = text.find("AxiosError").and_then(|at| Some(at + text.get(at..)?.find("config: ")?))?;
    let before = text.get(..at)?;
    let outer = at - before.rfind('\n').map_or(0, |it| it + 1);
    let is_inner = |line: &str| line.len() - line.trim_start().len() > outer;
    let lines = text.get(at..)?.lines().skip(1).take_while(|line| is_inner(line));
    let mut object = String::from("{\n");
    let mut is_kept = false;
    for line in lines {
        let indent = line.len() - line.trim_start().len();
        if indent == outer + 2 && !line.trim_start().starts_with(['}', ']']) {
            let name = line.trim_start().split(':').next().unwrap_or_default();
            let known = ["headers", "method", "url", "baseURL", "params", "data", "auth"];
            is_kept = known.contains(&name);
        }
        if is_kept {
            object.push_str(line);
            object.push('\n');
        }
    }
    object.push('}');
    let config = inspected(&object, 0)?;
    let request = described(&config, Library::None, 0, None);
    Some(request.map_err(|stop| Stop { at, ..stop }))
}

/// An object as `console.log` of Node.js and `print` of Python write it, with what is no value left out.
fn inspected(text: &str, start: usize) -> Option<Literal> {
    const MOST: usize = 60;
    let mut plain = String::from(text.get(..start)?);
    let mut rest = text.get(start..)?;
    // `Object [AxiosHeaders] {` and `[Object: null prototype] {`
    while let Some(at) = rest.find("Object") {
        let (before, behind) = rest.split_at_checked(at)?;
        let end = behind.bytes().take(MOST).position(|it| matches!(it, b'{' | b'\n'));
        let end = end.or_else(|| (behind.len() < MOST).then_some(behind.len()));
        let is_prefix = |end: &usize| behind.get(..*end).is_some_and(|it| it.contains(['[', ']']));
        if let Some(end) = end.filter(is_prefix) {
            plain.push_str(before.strip_suffix('[').unwrap_or(before));
            rest = behind.get(end..)?;
        } else {
            plain.push_str(before);
            plain.push_str("Object");
            rest = behind.get("Object".len()..)?;
        }
    }
    plain.push_str(rest);
    let is_python = plain.contains(": None") || plain.contains(": b'") || plain.contains(": True");
    let languages = if is_python { [Language::Python] } else { [Language::JavaScript] };
    languages.iter().find_map(|language| {
        let mut reader = Reader::of(&plain, *language);
        reader.at = start;
        let value = reader.literal(0).ok()?;
        value.members().is_some_and(|it| !it.is_empty()).then_some(value)
    })
}

/// A text with a request line and headers in it.
fn raw_http(value: &Literal, depth: usize) -> Option<&str> {
    match value {
        Literal::Text(text) => {
            let first = text.lines().next()?;
            (first.contains(" HTTP/1.") && text.contains('\n')).then_some(text)
        }
        Literal::List(items) if depth < 8 => items.iter().find_map(|it| raw_http(it, depth + 1)),
        Literal::Object(members) if depth < 8 => {
            members.iter().find_map(|(_, it)| raw_http(it, depth + 1))
        }
        _ => None,
    }
}

fn har(request: Option<&Literal>, start: usize) -> Result<Request, Stop> {
    let url = request.and_then(|it| it.get("url")?.text());
    let (Some(request), Some(url)) = (request, url) else {
        return Err(Stop::new(start, NO_REQUEST));
    };
    let has = |name| request.get(name).is_some();
    let is_list = matches!(request.get("headers"), None | Some(Literal::List(_)));
    if !is_list || has("header") || has("body") || has("data") {
        let reason = "this JSON has no request as HAR files have: headers is a list of names and \
                      values there, and the body is the text of postData";
        return Err(Stop::new(start, reason));
    }
    let mut parsed = Request { url: url.to_string(), ..Request::default() };
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

/// A request within what a logger says of it.
fn logged(value: &Literal, depth: usize) -> Option<&Literal> {
    const MOST_DEPTH: usize = 4;
    let has_headers = matches!(value.get("headers"), Some(Literal::Object(_)));
    if has_headers && value.get("url").and_then(Literal::text).is_some() {
        return Some(value);
    }
    let Literal::Object(members) = value else { return None };
    members.iter().filter(|_| depth < MOST_DEPTH).find_map(|(_, it)| logged(it, depth + 1))
}

/// What AWS gives to a function for a request that it received: version 2.0 of its payload.
fn gateway(event: &Literal, start: usize) -> Option<Result<Request, Stop>> {
    let text = |value: &Literal| value.text().map(String::from);
    let path = event.get("rawPath").and_then(text)?;
    let method = event.get("requestContext")?.get("http")?.get("method").and_then(text)?;
    let mut parsed = Request { method, url: path, ..Request::default() };
    parsed.add_query(event.get("rawQueryString").and_then(Literal::text).unwrap_or_default());
    for (name, value) in event.get("headers").and_then(Literal::members).unwrap_or_default() {
        parsed.push(name, value.text().unwrap_or_default());
    }
    if matches!(event.get("isBase64Encoded"), Some(Literal::Word(word)) if word == "true") {
        let reason = "the body is in base64 here: put the request there as raw HTTP";
        return Some(Err(Stop::new(start, reason)));
    }
    parsed.body = event.get("body").and_then(text).unwrap_or_default().into_bytes();
    Some(Ok(parsed))
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
pub(super) enum Library {
    None,
    Fetch,
    Axios,
    JQuery,
    Got,
    Ky,
    Undici,
    /// The package `request`.
    Request,
    K6,
    /// `https.request` of Node.js, and `XMLHttpRequest`, which send what they are given.
    Node,
}

const NOT_TEXT: &str = "headers, parameters and body should be text in quotes here";

/// Names that libraries have for the parts of a request.
const PARTS: [&str; 23] = [
    "url",
    "uri",
    "baseURL",
    "prefixUrl",
    "hostname",
    "host",
    "path",
    "protocol",
    "port",
    "method",
    "type",
    "headers",
    "params",
    "searchParams",
    "query",
    "qs",
    "baseUrl",
    "auth",
    "username",
    "password",
    "body",
    "data",
    "json",
];

/// `{ method, url, headers, body }`, under the names that libraries have for them.
#[expect(clippy::too_many_lines, reason = "the parts of a request in their order")]
pub(super) fn described(
    request: &Literal,
    library: Library,
    at: usize,
    program: Option<&Reader<'_>>,
) -> Result<Request, Stop> {
    let plain = Reader::new("", 0);
    let reader = program.unwrap_or(&plain);
    // How long the body is does not matter.
    let mut request = request.clone();
    let headers = request.members_mut().into_iter().flatten().find(|(name, _)| name == "headers");
    if let Some(headers) = headers.and_then(|(_, headers)| headers.members_mut()) {
        headers.retain(|(name, _)| !eq_ignore_case(name, "content-length"));
    }
    let request = &request;
    for name in PARTS.iter().chain(["form", "..."].iter()) {
        if let Some(stop) = request.get(name).and_then(Literal::unknown) {
            return Err(stop.clone());
        }
    }
    let stop = |reason| Stop::new(at, reason);
    let text = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| request.get(name));
        values.find_map(|value| match value {
            Literal::Made(Kind::Url, _) => reader.text_of(value),
            value => value.text().map(String::from),
        })
    };
    let is_path = library == Library::Undici && request.get("url").is_none();
    let mut url = text(if is_path { &["path"] } else { &["url", "uri"] }).unwrap_or_default();
    let is_absolute = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    let bases: &[&str] =
        if library == Library::Request { &["baseUrl"] } else { &["baseURL", "prefixUrl"] };
    if let Some(base) = text(bases).filter(|_| !is_absolute(&url)) {
        url = [base.trim_end_matches('/'), "/", url.trim_start_matches('/')].concat();
    }
    // Options of Node's http.request.
    let host = text(&["hostname", "host"]).map(|host| {
        let port = request.get("port").and_then(Literal::plain).filter(|port| *port != "443");
        match port {
            Some(port) if !host.contains(':') => [&*host, ":", port].concat(),
            _ => host,
        }
    });
    if let (true, Some(host), Some(path)) = (url.is_empty(), host, text(&["path"])) {
        let scheme = text(&["protocol"]).unwrap_or_else(|| "https:".into());
        url = [&*scheme, "//", &*host, &*path].concat();
    }
    if url.is_empty() {
        return Err(stop("this object has no url"));
    }
    url.truncate(url.find('#').unwrap_or(url.len()));
    let is_whole = matches!(library, Library::Ky | Library::Undici | Library::K6);
    if is_whole && !is_absolute(&url) {
        return Err(stop("the URL is not whole here: put it there with its host"));
    }
    let has = |name| request.get(name).is_some_and(|it| !matches!(it, Literal::Word(_)));
    let changes = ["interceptors", ".defaults.", ".defaults[", "axios.defaults"];
    let is_axios = library == Library::Axios;
    if is_axios
        && (has("transformRequest")
            || has("paramsSerializer")
            || changes.iter().any(|it| reader.text.contains(it)))
    {
        let reason =
            "axios is told elsewhere in this program to change its requests: print what was sent";
        return Err(stop(reason));
    }
    if !is_absolute(&url) && !url.starts_with('/') {
        url.insert_str(0, "https://");
    }
    let is_put = library == Library::Undici && has("body");
    let usual = if is_put { "PUT" } else { "GET" };
    let method = text(&["method", "type"]).unwrap_or_else(|| usual.into());
    // `fetch` leaves the case of PATCH and of those that are not usual.
    let is_usual = |it: &str| ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"].contains(&it);
    let upper = method.to_ascii_uppercase();
    let keeps = library == Library::Fetch && !is_usual(&upper);
    let mut parsed =
        Request { method: if keeps { method } else { upper }, url, ..Request::default() };
    if library != Library::None && library != Library::Fetch {
        let user = parsed.take_user_info();
        if let Some(user) = user {
            parsed.push("Authorization", &basic(&user));
        }
    }
    match request.get("headers") {
        Some(Literal::Object(headers)) => {
            for (name, value) in headers {
                let single = core::slice::from_ref(value);
                let values = if value.items().is_empty() { single } else { value.items() };
                for value in values {
                    match value {
                        // `fetch` sends their names.
                        Literal::Word(word) if library == Library::Fetch => {
                            pseudo_or_header(&mut parsed, name, word);
                        }
                        Literal::Word(word)
                            if matches!(&**word, "null" | "undefined" | "false") => {}
                        value => pseudo_or_header(
                            &mut parsed,
                            name,
                            value.plain().ok_or_else(|| stop(NOT_TEXT))?,
                        ),
                    }
                }
            }
        }
        Some(headers) => {
            for header in headers.items() {
                let [Literal::Text(name), Literal::Text(value)] = header.items() else {
                    return Err(stop(NOT_TEXT));
                };
                let mut known = parsed.headers.iter_mut();
                match known.find(|(found, _)| eq_ignore_case(found, name)) {
                    // Fetch, "combine"
                    Some((_, found)) if library == Library::Fetch => found.extend([", ", value]),
                    _ => pseudo_or_header(&mut parsed, name, value),
                }
            }
        }
        None => {}
    }
    if library == Library::Fetch {
        // Fetch, "normalize" of header values
        for (_, value) in &mut parsed.headers {
            *value = value.trim_matches([' ', '\t', '\r', '\n']).to_string();
        }
    }
    let user = match request.get("auth") {
        Some(Literal::Text(user)) if library == Library::Node || library == Library::None => {
            Some(user.clone())
        }
        Some(auth) => {
            let part = |name, short| auth.get(name).or(auth.get(short)).and_then(Literal::text);
            let password = part("password", "pass").unwrap_or_default();
            part("username", "user").map(|user| [user, ":", password].concat())
        }
        None => text(&["username"])
            .map(|user| [&*user, ":", &*text(&["password"]).unwrap_or_default()].concat()),
    };
    if let Some(user) = user {
        // axios and request prefer it to a header; Node.js does not.
        if matches!(library, Library::Axios | Library::Request) {
            parsed.set("Authorization", &basic(user.as_bytes()));
        } else {
            let value = basic(user.as_bytes());
            parsed.default_header("Authorization", Some(&value));
        }
    }
    if is_standard(library) && !is_path {
        parsed.url = standard_url(&parsed.url);
    }
    if library == Library::Request {
        parsed.url = encodings::kept_but(&parsed.url, "{}|\\^`<>\"'");
    }
    if matches!(library, Library::Got | Library::Ky) && request.get("searchParams").is_some() {
        // They replace those of the URL.
        parsed.url.truncate(parsed.url.find('?').unwrap_or(parsed.url.len()));
    }
    let params = match library {
        Library::Undici => request.get("query"),
        Library::Request => request.get("qs"),
        _ => request.get("params").or_else(|| request.get("searchParams")),
    };
    if let Some(params) = params {
        if matches!(library, Library::Undici | Library::Request) && parsed.url.contains('?') {
            return Err(stop(
                "there is a query in the URL, and another one: put all of it into one",
            ));
        }
        let query = match params {
            Literal::Text(text) => text.trim_start_matches('?').to_string(),
            params => fields(reader, params, library, false).ok_or_else(|| stop(NOT_TEXT))?,
        };
        parsed.add_query(&query);
    }
    let kind = body(&mut parsed, request, library, at, reader)?;
    parsed.default_header("Content-Type", kind.as_deref());
    let agent = match library {
        Library::Fetch => Some("Mozilla"),
        _ => None,
    };
    parsed.default_header("User-Agent", agent);
    Ok(parsed)
}

/// Whether a library makes its URLs by the URL Standard.
fn is_standard(library: Library) -> bool {
    use Library::{Axios, Fetch, Got, JQuery, Ky, Undici};
    matches!(library, Fetch | Axios | Got | Ky | Undici | JQuery)
}

/// A URL as the URL Standard writes it: without dot segments, what it cannot have encoded.
pub(super) fn standard_url(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let start =
        start + url.get(start..).and_then(|it| it.find(['/', '?'])).unwrap_or(url.len() - start);
    let (before, rest) = url.split_at_checked(start).unwrap_or((url, ""));
    let query = rest.find('?').unwrap_or(rest.len());
    let (path, query) = rest.split_at_checked(query).unwrap_or_default();
    let path = encodings::kept_but(&path.replace('\\', "/"), "\"#<>`{}^");
    let out = [before, &path, &encodings::kept_but(query, "\"#<>'")].concat();
    let mut parsed = Request { url: out, ..Request::default() };
    parsed.remove_dots();
    parsed.url
}

/// Puts in the body that got, ky and request make of an option of its own; gives its content type.
fn json_or_form(
    parsed: &mut Request,
    request: &Literal,
    library: Library,
    at: usize,
    reader: &Reader<'_>,
) -> Result<Option<&'static str>, Stop> {
    let stop = |reason| Stop::new(at, reason);
    let given =
        |name| request.get(name).filter(|it| !matches!(it, Literal::Word(word) if word == "false"));
    let json =
        given("json").filter(|_| matches!(library, Library::Got | Library::Ky | Library::Request));
    // `json: true` of request is said of its body.
    let is_flag = library == Library::Request && matches!(json, Some(Literal::Word(_)));
    let json = if is_flag { given("body") } else { json };
    let is_multipart = given("formData").is_some() || given("multipart").is_some();
    let is_unclear = is_flag && matches!(json, Some(Literal::Text(_))) || is_multipart;
    if library == Library::Request && is_unclear {
        return Err(stop("what request makes of this body is not known: print what was sent"));
    }
    if let Some(json) = json {
        parsed.body = json.clone().stringified(at)?.into_bytes();
        return Ok(Some("application/json"));
    }
    let form = given("form").filter(|_| matches!(library, Library::Got | Library::Request));
    if let Some(form) = form {
        if library == Library::Request {
            parsed.headers.retain(|(name, _)| !eq_ignore_case(name, "content-type"));
        }
        if let Literal::Text(form) = form {
            parsed.body = form.clone().into_bytes();
            return Ok(Some(FORM));
        }
        let form = fields(reader, form, library, true).ok_or_else(|| stop(NOT_TEXT))?;
        parsed.body = form.into_bytes();
        return Ok(Some(FORM));
    }
    Ok(None)
}

/// Puts the body in, or into the query; gives the content type that the library sets for it.
fn body(
    parsed: &mut Request,
    request: &Literal,
    library: Library,
    at: usize,
    reader: &Reader<'_>,
) -> Result<Option<String>, Stop> {
    let stop = |reason| Stop::new(at, reason);
    let kind = |text: &str| Ok(Some(String::from(text)));
    if let Some(kind) = json_or_form(parsed, request, library, at, reader)? {
        return Ok(Some(kind.into()));
    }
    let Some(body) = request.get("body").or_else(|| request.get("data")) else { return Ok(None) };
    let takes_no_body = matches!(&*parsed.method, "GET" | "HEAD");
    match body {
        Literal::Word(word) if matches!(&**word, "null" | "undefined") => Ok(None),
        body if library == Library::JQuery => {
            let form = match body {
                Literal::Text(text) => text.clone(),
                others => fields(reader, others, library, true).ok_or_else(|| stop(NOT_TEXT))?,
            };
            if takes_no_body {
                // Which leaves the spaces of a query alone.
                let is_text = matches!(body, Literal::Text(_));
                parsed.add_query(&if is_text { form } else { form.replace('+', "%20") });
                return Ok(None);
            }
            parsed.body = form.into_bytes();
            let given = request.get("contentType").and_then(Literal::text);
            kind(given.unwrap_or("application/x-www-form-urlencoded; charset=UTF-8"))
        }
        Literal::Text(text) => {
            let is_json = parsed.headers.iter().any(|(name, value)| {
                eq_ignore_case(name, "content-type") && value.starts_with("application/json")
            });
            if library == Library::Axios && is_json && Literal::parse(text).is_none() {
                return Err(stop(
                    "axios makes JSON of this text: put the body there as it is sent",
                ));
            }
            parsed.body = text.as_bytes().to_vec();
            match library {
                Library::Axios => kind(FORM),
                Library::Fetch | Library::Ky if !text.is_empty() => {
                    kind("text/plain;charset=UTF-8")
                }
                _ => Ok(None),
            }
        }
        Literal::Made(Kind::Form, pairs)
            if !matches!(library, Library::Undici | Library::Request | Library::K6) =>
        {
            parsed.body = encodings::standard_form(pairs).into_bytes();
            kind("application/x-www-form-urlencoded;charset=UTF-8")
        }
        Literal::Made(Kind::Buffer, members) => {
            let text = members.first().and_then(|(_, it)| it.text()).unwrap_or_default();
            parsed.body = text.as_bytes().to_vec();
            Ok(None)
        }
        body @ Literal::Object(_) if library == Library::Axios => {
            let has_kind = |kind: &str| {
                let mut headers = parsed.headers.iter();
                headers.any(|(name, value)| {
                    eq_ignore_case(name, "content-type") && value.starts_with(kind)
                })
            };
            if has_kind("multipart/") {
                return Err(stop("this makes a multipart body, which Duo does not take"));
            }
            let is_form = has_kind(FORM);
            if is_form {
                let form = fields(reader, body, library, true).ok_or_else(|| stop(NOT_TEXT))?;
                parsed.body = form.into_bytes();
                return Ok(None);
            }
            parsed.body = body.clone().stringified(at)?.into_bytes();
            kind("application/json")
        }
        Literal::Object(members) if library == Library::K6 => {
            // `url.Values` of Go, which is sorted.
            let places = order(members.iter().map(|(name, _)| name));
            let sorted = places.iter().filter_map(|at| members.get(*at).cloned()).collect();
            let form = fields(reader, &Literal::Object(sorted), library, true);
            parsed.body = form.ok_or_else(|| stop(NOT_TEXT))?.into_bytes();
            kind(FORM)
        }
        body @ Literal::List(_) if library == Library::Axios => {
            parsed.body = body.clone().stringified(at)?.into_bytes();
            kind("application/json")
        }
        Literal::Word(word) if library == Library::Fetch => {
            parsed.body = reader.text_of(body).unwrap_or_else(|| word.clone()).into_bytes();
            kind("text/plain;charset=UTF-8")
        }
        _ => Err(stop(NOT_TEXT)),
    }
}

/// Parameters as a library writes them; axios and jQuery put the names of lists and objects into brackets.
fn fields(
    reader: &Reader<'_>,
    params: &Literal,
    library: Library,
    is_form: bool,
) -> Option<String> {
    let mut form = String::new();
    let mut add = |name: &str, value: &str| {
        let write = |text: &str| match library {
            Library::Axios => {
                let text = encodings::encoded(text, "-_.!~*'():$,", true);
                text.replace("%20", "+")
            }
            Library::JQuery => encodings::encoded(text, "-_.!~*'()", true),
            Library::Undici => encodings::encoded(text, "-_.!~*'()", false),
            Library::Request => encodings::encoded(text, "-_.~", false),
            Library::K6 => encodings::encoded(text, "-_.~", true),
            _ => encodings::encoded(text, "*-._", true),
        };
        form.push_str(if form.is_empty() { "" } else { "&" });
        form.push_str(&write(name));
        form.push('=');
        form.push_str(&write(value));
    };
    if let Literal::Made(Kind::Form, pairs) = params {
        return Some(encodings::standard_form(pairs));
    }
    let Literal::Object(members) = params else { return None };
    let has_brackets = matches!(library, Library::Axios | Library::JQuery);
    let mut open: Vec<(String, &Literal)> =
        members.iter().rev().map(|(name, value)| (name.clone(), value)).collect();
    while let Some((name, value)) = open.pop() {
        match value {
            Literal::Word(word) if matches!(&**word, "null" | "undefined") => match library {
                // jQuery sends an empty value.
                Library::JQuery | Library::Undici => add(&name, ""),
                Library::Request if word == "null" => add(&name, ""),
                Library::Ky if word == "null" => add(&name, "null"),
                Library::K6 => return None,
                Library::Got if word == "null" => add(&name, if is_form { "null" } else { "" }),
                _ => {}
            },
            // Of forms axios numbers the items within objects.
            Literal::List(_) if is_form && library == Library::Axios && name.contains('[') => {
                return None;
            }
            Literal::List(items) if matches!(library, Library::Undici | Library::K6) => {
                open.extend(items.iter().rev().map(|item| (name.clone(), item)));
            }
            Literal::List(_) if library == Library::Request => return None,
            Literal::List(items) if has_brackets => {
                if items.iter().any(|it| it.members().is_some() || !it.items().is_empty()) {
                    return None;
                }
                let name = [&*name, "[]"].concat();
                open.extend(items.iter().rev().map(|item| (name.clone(), item)));
            }
            Literal::Object(members) if has_brackets => {
                let inner = members.iter().rev();
                open.extend(inner.map(|(key, value)| ([&*name, "[", key, "]"].concat(), value)));
            }
            value => add(&name, &reader.text_of(value)?),
        }
    }
    Some(form)
}

fn har_headers<'a>(request: &'a Literal) -> impl Iterator<Item = (&'a str, &'a str)> {
    let headers = request.get("headers").map(Literal::items).unwrap_or_default();
    let part = |it: &'a Literal, name| it.get(name).and_then(Literal::text);
    headers.iter().filter_map(move |it| Some((part(it, "name")?, part(it, "value")?)))
}

/// Chromium lists the host of HTTP/2 as `:authority`.
fn pseudo_or_header(parsed: &mut Request, name: &str, value: &str) {
    match name {
        ":authority" => parsed.push("Host", value),
        _ if name.starts_with(':') => {}
        _ => parsed.push(name, value),
    }
}

/// Whether a text is `GET https://…: {`.
pub(super) fn is_console(text: &str) -> bool {
    console_parts(text).is_some()
}

fn console_parts(text: &str) -> Option<(&str, &str, usize)> {
    let (method, rest) = text.split_once(' ').filter(|_| text.contains("\"Request Headers\""))?;
    let end =
        rest.find(": {").filter(|end| !rest.get(..*end).is_some_and(|it| it.contains('\n')))?;
    Some((method, rest.get(..end)?, method.len() + 1 + end + 2))
}

/// Method, URL, and an object with "Request Headers" and "Request Body".
pub(super) fn console(text: &str, start: usize) -> Result<Request, Stop> {
    let parts = text.get(start..).and_then(console_parts);
    let (method, url, at) = parts.ok_or_else(|| Stop::new(start, "this is not console output"))?;
    let mut parsed = Request { method: method.into(), url: url.into(), ..Request::default() };
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
