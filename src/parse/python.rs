//! Calls of Python's Requests, httpx, urllib and http.client.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::encodings::{encoded, kept_but};
use super::library::{Arguments, pairs};
use super::literal::{Literal, Reader};
use super::{Stop, basic};
use crate::check;
use crate::http::Request;
use crate::params;
use crate::request::FORM;

pub(super) const FUNCTIONS: [&str; 8] =
    ["request", "get", "post", "put", "patch", "delete", "head", "options"];

/// Whose functions send a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
    Requests,
    Httpx,
    Aiohttp,
}

/// A function named like its method, or `request(method, url, …)`, of a module or of a client that has
/// defaults.
pub(super) fn call(
    reader: &Reader<'_>,
    function: &str,
    arguments: &Arguments,
    client: Option<&Literal>,
    library: Library,
    at: usize,
) -> Result<Request, Stop> {
    let positions: &[&str] = match function {
        "request" | "build_request" => &["method", "url"],
        _ if library != Library::Requests => &["url"],
        "get" => &["url", "params"],
        "post" => &["url", "data", "json"],
        _ => &["url", "data"],
    };
    let mut given: Vec<(&str, &Literal)> =
        positions.iter().copied().zip(&arguments.items).collect();
    given.extend(arguments.named.iter().map(|(name, value)| (&**name, value)));
    build(reader, function, &given, client, library, at)
}

/// What `prepare()` of `requests.Request` made, with its headers as they were changed after.
pub(super) fn prepared(
    reader: &Reader<'_>,
    prepared: &Literal,
    at: usize,
) -> Result<Request, Stop> {
    let changed = prepared.members().unwrap_or_default().iter();
    let changed = changed.filter(|(name, _)| !matches!(&**name, "request" | "client"));
    let request = prepared.get("request").and_then(Literal::members).unwrap_or_default();
    let mut given = Vec::new();
    for (name, value) in request.iter().chain(changed.clone()) {
        given.push((&**name, value));
    }
    if changed.clone().any(|(name, _)| name != "headers") {
        let reason = "this changes what was prepared: print what was sent and paste that: \
                      print(r.request.method, r.request.url, r.request.headers, r.request.body)";
        return Err(Stop::new(at, reason));
    }
    build(reader, "get", &given, prepared.get("client"), Library::Requests, at)
}

pub(super) fn build(
    reader: &Reader<'_>,
    function: &str,
    given: &[(&str, &Literal)],
    client: Option<&Literal>,
    library: Library,
    at: usize,
) -> Result<Request, Stop> {
    let mut request = Prepared { reader, library, ..Prepared::new(reader) };
    request.parsed.method = function.to_ascii_uppercase();
    let default = |name: &str| client.and_then(|client| client.get(name));
    // Parameters of a client, and those of a call in their place.
    let mut own = given.to_vec();
    let mut merged = None;
    if let Some(before) = default("params") {
        let found = own.iter().position(|(name, _)| *name == "params");
        let after = found.map(|at| own.remove(at).1);
        let all = match (before.clone(), after) {
            (before, None) => before,
            (Literal::Object(members), Some(Literal::Object(others))) => {
                let mut all = Literal::Object(members);
                for (name, value) in others {
                    all.put(name, value.clone());
                }
                all
            }
            _ => {
                let reason =
                    "the client has params, and the call too: put all of them into the call";
                return Err(Stop::new(at, reason));
            }
        };
        merged = Some(all);
    }
    let given = own;
    for (name, value) in
        [("headers", default("headers")), ("params", merged.as_ref()), ("auth", default("auth"))]
    {
        if let Some(value) = value {
            request.argument(name, value, at)?;
        }
    }
    for (name, value) in given {
        match name {
            "files" if value.items().is_empty() && !matches!(value, Literal::Object(_)) => {}
            "files" => {
                return Err(Stop::new(at, "files make a multipart body, which Duo does not take"));
            }
            "method" | "url" | "headers" | "params" | "data" | "json" | "auth" | "content"
            | "**" => {
                request.argument(name, value, at)?;
            }
            _ => {}
        }
    }
    if let Some(base) = default("base_url").and_then(Literal::text)
        && !request.parsed.url.contains("://")
    {
        let path = request.parsed.url.trim_start_matches('/');
        let base = base.trim_end_matches('/');
        if library == Library::Aiohttp && base.matches('/').count() > 2 {
            let reason = "aiohttp replaces a path in base_url: put the whole URL into the call";
            return Err(Stop::new(at, reason));
        }
        request.parsed.url = [base, "/", path].concat();
    }
    request.finish(at)
}

struct Prepared<'r, 'a> {
    reader: &'r Reader<'a>,
    library: Library,
    parsed: Request,
    query: String,
    has_query: bool,
    /// The content type that is set for such a body.
    kind: Option<&'static str>,
    /// What is sent when there is no `data`.
    json: Option<String>,
    user: Option<Vec<u8>>,
}

impl<'r, 'a> Prepared<'r, 'a> {
    fn new(reader: &'r Reader<'a>) -> Self {
        Self {
            reader,
            library: Library::Requests,
            parsed: Request::default(),
            query: String::new(),
            has_query: false,
            kind: None,
            json: None,
            user: None,
        }
    }

    fn argument(&mut self, name: &str, value: &Literal, at: usize) -> Result<(), Stop> {
        if let Some(stop) = value.unknown() {
            return Err(stop.clone());
        }
        let is_none = matches!(value, Literal::Word(word) if word == "null");
        if is_none {
            return Ok(());
        }
        let reason = "the value of `";
        let stop = || {
            let reason = [reason, name, "` cannot be read: put text in quotes there"].concat();
            Stop::new(at, reason)
        };
        self.known(name, value).ok_or_else(stop)
    }

    fn known(&mut self, name: &str, value: &Literal) -> Option<()> {
        match name {
            "method" => self.parsed.method = value.text()?.to_ascii_uppercase(),
            "url" => self.parsed.url = value.text()?.to_string(),
            "headers" => {
                for (name, value) in members(value)? {
                    if matches!(value, Literal::Word(_)) {
                        // None takes a default away.
                        self.parsed
                            .headers
                            .retain(|(found, _)| !crate::text::eq_ignore_case(found, &name));
                    } else {
                        self.parsed.set(&name, value.text()?);
                    }
                }
            }
            "params" => {
                self.has_query = true;
                let query = match (self.library, value) {
                    // yarl makes the same of text.
                    (Library::Aiohttp, Literal::Text(_)) => return None,
                    (Library::Aiohttp, _) => self.text_or_form(value, "_.-~!$'()*,/:?@")?,
                    _ => self.text_or_form(value, "_.-~")?,
                };
                if !self.query.is_empty() && !query.is_empty() {
                    self.query.push('&');
                }
                self.query.push_str(&query);
            }
            // As if it were not given.
            "data" if members(value).is_some_and(|it| it.is_empty()) => {}
            "data" | "content" => {
                self.parsed.body = self.text_or_form(value, "_.-~")?.into_bytes();
                if value.text().is_none() {
                    self.kind = Some(FORM);
                } else if self.library == Library::Aiohttp {
                    self.kind = Some("text/plain; charset=utf-8");
                }
            }
            // Since version 0.28.
            "json" if self.library == Library::Httpx => {
                self.json = Some(value.dumped([",", ":"], false)?);
            }
            "json" => self.json = Some(value.dumps()?),
            _ => {
                let [user, password] = value.items() else { return None };
                let user = [user.text()?, password.text()?].join(":");
                // Others than ASCII are written as Latin-1.
                if !user.is_ascii() {
                    return None;
                }
                self.user = Some(user.into_bytes());
            }
        }
        Some(())
    }

    /// Text unchanged; of others a form, in which a list is a field for each of its items.
    fn text_or_form(&self, value: &Literal, bare: &str) -> Option<String> {
        let is_httpx = self.library == Library::Httpx;
        if let Some(text) = value.text() {
            return Some(text.to_string());
        }
        let mut form = String::new();
        for (name, value) in members(value)? {
            let values = match &value {
                Literal::List(items) => items.as_slice(),
                single => core::slice::from_ref(single),
            };
            for value in values {
                let text = match value {
                    // httpx writes JSON's words, and nothing for None.
                    Literal::Word(word) if word == "null" && is_httpx => String::new(),
                    Literal::Word(word) if word == "null" => continue,
                    Literal::Word(word) if is_httpx => word.clone(),
                    value => self.reader.text_of(value)?,
                };
                form.push_str(if form.is_empty() { "" } else { "&" });
                form.push_str(&encoded(&name, bare, true));
                form.push('=');
                form.push_str(&encoded(&text, bare, true));
            }
        }
        Some(form)
    }

    fn finish(mut self, start: usize) -> Result<Request, Stop> {
        if self.parsed.url.is_empty() {
            return Err(Stop::new(start, "the call has no URL"));
        }
        if let Some(json) = self.json.filter(|_| self.parsed.body.is_empty()) {
            self.parsed.body = json.into_bytes();
            self.kind = Some("application/json");
        }
        // Requests prefers these to a header.
        let user = self.parsed.take_user_info();
        if let Some(user) = self.user.or(user) {
            self.parsed.set("Authorization", &basic(&user));
        }
        if let Some(end) = self.parsed.url.find('#') {
            self.parsed.url.truncate(end);
        }
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._~/:?=&,@".contains(it);
        if self.library == Library::Aiohttp && !self.parsed.url.chars().all(is_plain) {
            let reason = "aiohttp changes such a URL: print what was sent, or put the parameters into \
                          params";
            return Err(Stop::new(start, reason));
        }
        if self.library == Library::Httpx && self.has_query {
            // It replaces that of the URL.
            self.parsed.url.truncate(self.parsed.url.find('?').unwrap_or(self.parsed.url.len()));
        }
        self.parsed.add_query(&self.query);
        self.parsed.url = match self.library {
            Library::Requests => requoted(&self.parsed.url),
            Library::Httpx => httpx_url(&self.parsed.url),
            Library::Aiohttp => self.parsed.url,
        };
        self.parsed.remove_dots();
        self.parsed.default_header("Content-Type", self.kind);
        let agent = match self.library {
            Library::Requests => "python-requests",
            Library::Httpx => "python-httpx",
            Library::Aiohttp => "aiohttp",
        };
        self.parsed.default_header("User-Agent", Some(agent));
        Ok(self.parsed)
    }
}

/// `urllib.request.Request(url, data, headers)`, or what is given to `urlopen`.
pub(super) fn urllib(request: &Literal, at: usize) -> Result<Request, Stop> {
    if let Some(stop) = request.unknown() {
        return Err(stop.clone());
    }
    let text = |name| request.get(name).and_then(Literal::text);
    let url = text("url").or_else(|| request.text());
    let url = url.ok_or_else(|| Stop::new(at, "the URL should be text in quotes"))?;
    let mut parsed = Request { url: url.to_string(), ..Request::default() };
    for (name, value) in request.get("headers").and_then(members).unwrap_or_default() {
        let value = value.text().ok_or_else(|| Stop::new(at, "a header should be text"))?;
        parsed.set(&name, value);
    }
    let data = text("data");
    parsed.body = data.unwrap_or_default().as_bytes().to_vec();
    let method = text("method").unwrap_or(if data.is_some() { "POST" } else { "GET" });
    parsed.method = method.to_string();
    parsed.default_header("Content-Type", data.map(|_| FORM));
    parsed.default_header("User-Agent", Some("Python-urllib"));
    Ok(parsed)
}

/// `HTTPSConnection(host).request(method, url, body, headers)`, or what `putrequest` began.
pub(super) fn connection(
    made: &Literal,
    arguments: Option<&Arguments>,
    at: usize,
) -> Result<Request, Stop> {
    let mut made = made.clone();
    if let Some(arguments) = arguments {
        for (name, value) in ["method", "path", "body", "headers"].iter().zip(&arguments.items) {
            made.put(name, value.clone());
        }
        for (name, value) in &arguments.named {
            made.put(if name == "url" { "path" } else { name }, value.clone());
        }
    }
    for name in ["host", "method", "path", "body", "headers"] {
        if let Some(stop) = made.get(name).and_then(Literal::unknown) {
            return Err(stop.clone());
        }
    }
    let text = |name| made.get(name).and_then(Literal::text);
    let (Some(host), Some(method), Some(path)) = (text("host"), text("method"), text("path"))
    else {
        return Err(Stop::new(at, "host, method and path should be text in quotes"));
    };
    let url = if path.starts_with('/') { ["https://", host, path].concat() } else { path.into() };
    let mut parsed = Request { method: method.into(), url, ..Request::default() };
    for (name, value) in made.get("headers").and_then(members).unwrap_or_default() {
        let value = value.text().ok_or_else(|| Stop::new(at, "a header should be text"))?;
        parsed.push(&name, value);
    }
    parsed.body = text("body").unwrap_or_default().as_bytes().to_vec();
    Ok(parsed)
}

/// The members of a dict, or the tuples of a list.
fn members(value: &Literal) -> Option<Vec<(String, Literal)>> {
    match value {
        Literal::Object(members) => Some(members.clone()),
        Literal::List(items) => pairs(items),
        _ => None,
    }
}

/// As httpx writes a URL: what is encoded stays, and few characters are encoded.
fn httpx_url(url: &str) -> String {
    let (path, query) =
        url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let path = kept_but(path, "\"<>`{}");
    match query {
        Some(query) => [&*path, "?", &*kept_but(query, "\"<>")].concat(),
        None => path,
    }
}

/// As Requests writes a URL. First `urllib3.util.url._encode_invalid_chars`: where one `%` of the path, or of
/// the query, is no escape, all are encoded. Then `requests.utils.requote_uri`: unreserved characters bare,
/// what a URL cannot have encoded.
pub(crate) fn requoted(url: &str) -> String {
    let escaped = |part: &str| {
        let kept = check::around_escapes(part, String::push_str);
        if kept == part { kept } else { part.replace('%', "%25") }
    };
    match url.split_once('?') {
        Some((path, query)) => requote(&[&*escaped(path), "?", &*escaped(query)].concat()),
        None => requote(&escaped(url)),
    }
}

fn requote(url: &str) -> String {
    let mut result = String::new();
    let mut rest = url;
    let start = url.find("://").map_or(0, |at| at + 3);
    let authority =
        url.get(start..).and_then(|it| it.find(['/', '?'])).map_or(url.len(), |at| start + at);
    while let Some(found) = rest.chars().next() {
        let is_authority = url.len() - rest.len() < authority;
        let code = rest.strip_prefix('%').and_then(|rest| rest.get(..2));
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok()).map(char::from);
        let bare = code.filter(|it| it.is_ascii_alphanumeric() || "-._~".contains(*it));
        let length = if bare.is_some() { 3 } else { found.len_utf8() };
        let text = rest.get(..length).unwrap_or_default();
        if let Some(bare) = bare {
            result.push(bare);
        } else if let Some(code) = code {
            result.push_str(&params::encode(&[u8::try_from(code).unwrap_or_default()]));
            rest = rest.get(3..).unwrap_or_default();
            continue;
        } else if found.is_ascii_alphanumeric()
            || "-._~!#$&'()*+,/:;=?@".contains(found)
            || is_authority
        {
            result.push(found);
        } else {
            result.push_str(&params::encode(text));
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    result
}
