//! Postman's collections and Insomnia's exports.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::encodings::{encoded, kept_but};
use super::literal::Literal;
use super::{Stop, basic};
use crate::http::Request;
use crate::request::FORM;

/// What the requests of a collection inherit.
#[derive(Clone, Default)]
struct Inherited<'a> {
    auth: Option<&'a Literal>,
    /// Whether there is a script that runs before.
    has_script: bool,
    variables: Vec<(&'a str, String)>,
}

/// Its requests; `None` if this is not a collection.
pub(super) fn read(value: &Literal, start: usize) -> Option<Vec<Result<Request, Stop>>> {
    let is_item = value.get("request").is_some_and(|it| it.get("header").is_some());
    let resources = value.get("resources");
    let items = match value.get("item") {
        Some(items) => items.items(),
        None if is_item => core::slice::from_ref(value),
        None => resources?.items(),
    };
    let top = Inherited::default().with(value, items);
    let mut open: Vec<(&Literal, Inherited<'_>)> =
        items.iter().rev().map(|item| (item, top.clone())).collect();
    let mut found = Vec::new();
    while let Some((item, inherited)) = open.pop() {
        if let Some(inner) = item.get("item") {
            let inherited = inherited.with(item, &[]);
            open.extend(inner.items().iter().rev().map(|it| (it, inherited.clone())));
        } else if let Some(request) = item.get("request") {
            let inherited = inherited.with(item, &[]);
            found.push(postman(request, &inherited, start));
        } else if item.get("_type").and_then(Literal::text) == Some("request") {
            found.push(insomnia(item, &inherited, start));
        }
    }
    if found.is_empty() {
        found.push(Err(Stop::new(start, "this collection has no request")));
    }
    Some(found)
}

impl<'a> Inherited<'a> {
    /// With what a folder or a collection has itself, or what the environments of an export have.
    fn with(mut self, value: &'a Literal, items: &'a [Literal]) -> Self {
        self.auth = value.get("auth").or(self.auth);
        self.has_script |= has_script(value);
        for variable in value.get("variable").map(Literal::items).unwrap_or_default() {
            let name = variable.get("key").and_then(Literal::text);
            let value = variable.get("value").and_then(Literal::plain);
            self.variables.extend(name.zip(value.map(String::from)));
        }
        for item in items {
            if item.get("_type").and_then(Literal::text) != Some("environment") {
                continue;
            }
            for (name, value) in item.get("data").and_then(Literal::members).unwrap_or_default() {
                self.variables.extend(value.plain().map(|value| (&**name, value.to_string())));
            }
        }
        self
    }

    /// A text with the values of its variables; those of the inmost folder come first.
    fn resolved(&self, text: &str, start: usize) -> Result<String, Stop> {
        let mut text = self.replaced(text, start)?;
        // Variables may hold variables.
        for _ in 0..8 {
            if !text.contains("{{") || text.len() > 100_000 {
                break;
            }
            text = self.replaced(&text, start)?;
        }
        Ok(text)
    }

    fn replaced(&self, text: &str, start: usize) -> Result<String, Stop> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("{{").or_else(|| rest.find("{%")) {
            let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let end = if behind.starts_with("{{") { "}}" } else { "%}" };
            let inner = behind.get(2..).unwrap_or_default();
            let (name, after) = inner.split_once(end).unwrap_or((inner, ""));
            let name = name.trim().trim_start_matches("_.");
            let mut values = self.variables.iter().rev();
            let Some((_, value)) = values.find(|(found, _)| *found == name) else {
                let reason =
                    format!("`{name}` is a variable: put its value there, or copy what was sent");
                return Err(Stop::new(start, reason));
            };
            out.push_str(before);
            out.push_str(value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Whether an item or a collection has a script that runs before a request, with something in it.
fn has_script(value: &Literal) -> bool {
    let events = value.get("event").map(Literal::items).unwrap_or_default();
    events.iter().filter(|it| text(it, "listen") == Some("prerequest")).any(|event| {
        let lines = event.get("script").and_then(|it| it.get("exec"));
        let is_code = |line: &Literal| {
            line.text().is_some_and(|it| !it.trim().is_empty() && !it.trim().starts_with("//"))
        };
        lines.is_some_and(|it| is_code(it) || it.items().iter().any(is_code))
    })
}

fn text<'a>(value: &'a Literal, name: &str) -> Option<&'a str> {
    value.get(name)?.text()
}

/// The credentials of an object of Postman's, a list of keys and values.
fn postman_user(auth: &Literal) -> Option<(String, String)> {
    if text(auth, "type")? != "basic" {
        return None;
    }
    let list = enabled(auth.get("basic"));
    let part = |wanted: &str| {
        let found = list.iter().find(|(name, _)| name == wanted);
        found
            .map(|(_, value)| value.clone())
            .or_else(|| Some(text(auth.get("basic")?, wanted)?.to_string()))
    };
    Some((part("username")?, part("password").unwrap_or_default()))
}

#[expect(clippy::too_many_lines, reason = "the parts of a request in their order")]
fn postman(request: &Literal, inherited: &Inherited<'_>, start: usize) -> Result<Request, Stop> {
    let resolved = |text: &str| inherited.resolved(text, start);
    if inherited.has_script {
        let reason = "a script changes this request before it is sent: copy what was sent, from Postman's \
                      console or as raw HTTP";
        return Err(Stop::new(start, reason));
    }
    for name in ["header", "body"] {
        if request.get(name).is_some_and(|it| it.text().is_some()) {
            return Err(Stop::new(start, "header and body should be a list and an object here"));
        }
    }
    if let Some(url) = request.text() {
        let url = postman_url(&resolved(url)?);
        return Ok(Request { method: "GET".into(), url, ..Request::default() });
    }
    let url = request.get("url");
    let raw = url.and_then(|url| url.text().or_else(|| text(url, "raw")));
    let mut raw = raw.ok_or_else(|| Stop::new(start, "this request has no url"))?.to_string();
    let list = |name: &str, separator: char| {
        let value = url?.get(name)?;
        let parts = match value {
            Literal::Text(text) => text.trim_start_matches(separator).split(separator).collect(),
            value => value.items().iter().map(Literal::text).collect::<Option<Vec<_>>>()?,
        };
        (!parts.is_empty()).then_some(parts)
    };
    if let (Some(mut host), Some(path)) = (list("host", '.'), list("path", '/')) {
        // The parts are sent, not the text; the query is a part of its own.
        let mut scheme = url.and_then(|url| text(url, "protocol")).unwrap_or("https");
        if let Some((named, rest)) = host.first().and_then(|first| first.split_once("://")) {
            scheme = named;
            host.splice(..1, [rest]);
        }
        let port = url.and_then(|url| text(url, "port")).map(|it| [":", it].concat());
        let port = port.unwrap_or_default();
        raw = [scheme, "://", &host.join("."), &port, "/", &path.join("/")].concat();
    }
    let parts = url.filter(|url| url.text().is_none());
    if let Some(query) = parts.and_then(|url| url.get("query")).filter(|it| !it.items().is_empty())
    {
        // The text has those that are switched off as well.
        raw.truncate(raw.find('?').unwrap_or(raw.len()));
        for (i, item) in query.items().iter().filter(|it| !is_off(it)).enumerate() {
            let part = |name| item.get(name).and_then(Literal::plain);
            raw.push(if i == 0 { '?' } else { '&' });
            raw.push_str(&part("key").unwrap_or_default().replace('&', "%26").replace('=', "%3D"));
            if let Some(value) = part("value") {
                raw.push('=');
                raw.push_str(&value.replace('&', "%26"));
            }
        }
    }
    let path_variables = enabled(parts.and_then(|url| url.get("variable")));
    for (name, value) in path_variables {
        let segment = [":", &*name].concat();
        let with_value = |part: &str| {
            let value = value.clone();
            if *part == *segment { value } else { part.to_string() }
        };
        let (path, query) = raw.split_once('?').map_or((&*raw, None), |(a, b)| (a, Some(b)));
        let path: Vec<String> = path.split('/').map(with_value).collect();
        let path = path.join("/");
        raw = match query {
            Some(query) => [&*path, "?", query].concat(),
            None => path,
        };
    }
    let mut parsed = Request { url: postman_url(&resolved(&raw)?), ..Request::default() };
    parsed.method = text(request, "method").unwrap_or("GET").to_string();
    for (name, value) in enabled(request.get("header")) {
        parsed.push(&resolved(&name)?, &resolved(&value)?);
    }
    let auth = request.get("auth").or(inherited.auth);
    let kind = auth.and_then(|auth| text(auth, "type")).unwrap_or("noauth");
    if !matches!(kind, "basic" | "noauth") {
        let reason = format!("the authorization of type {kind} is not read: copy what was sent");
        return Err(Stop::new(start, reason));
    }
    if let Some((user, password)) = auth.and_then(postman_user) {
        let user = [&*resolved(&user)?, ":", &*resolved(&password)?].concat();
        let value = basic(user.as_bytes());
        parsed.set("Authorization", &value);
    }
    let body = request.get("body").filter(|body| body.members().is_some_and(|it| !it.is_empty()));
    // Postman sends none with these.
    let is_pruned = matches!(&*parsed.method, "GET" | "HEAD");
    let Some(body) = body.filter(|body| !is_off(body) && !is_pruned) else { return Ok(parsed) };
    let mode = text(body, "mode").unwrap_or("raw");
    let (content, kind) = match mode {
        "raw" => {
            let language = body.get("options").and_then(|it| text(it.get("raw")?, "language"));
            let is_json = language == Some("json");
            let content = resolved(text(body, "raw").unwrap_or_default())?;
            (content, is_json.then_some("application/json"))
        }
        "urlencoded" => {
            if body.get("urlencoded").is_some_and(|it| it.text().is_some()) {
                return Err(Stop::new(start, "urlencoded should be a list here"));
            }
            let mut form = String::new();
            for (name, value) in enabled(body.get("urlencoded")) {
                form.push_str(if form.is_empty() { "" } else { "&" });
                form.push_str(&encoded(&resolved(&name)?, "-_.~", false));
                form.push('=');
                form.push_str(&encoded(&resolved(&value)?, "-_.~", false));
            }
            (form, Some(FORM))
        }
        _ => return Err(Stop::new(start, "the body of this request is neither text nor a form")),
    };
    parsed.body = content.into_bytes();
    if !parsed.body.is_empty() {
        parsed.default_header("Content-Type", kind);
    }
    Ok(parsed)
}

/// A URL as Postman sends it: what is encoded stays (its package postman-url-encoder).
fn postman_url(url: &str) -> String {
    let url = url.trim();
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    [kept_but(path, "\"<>`{}"), kept_but(query, "\"<>'")].concat()
}

/// A URL as Insomnia sends it: what is encoded stays, what a URL cannot have is encoded.
fn sent_url(url: &str) -> String {
    kept_but(url.trim(), "\"<>`{|}^")
}

fn insomnia(request: &Literal, inherited: &Inherited<'_>, start: usize) -> Result<Request, Stop> {
    let resolved = |text: &str| inherited.resolved(text, start);
    let url = text(request, "url").ok_or_else(|| Stop::new(start, "this request has no url"))?;
    let mut parsed = Request { url: sent_url(&resolved(url)?), ..Request::default() };
    parsed.method = text(request, "method").unwrap_or("GET").to_string();
    for (name, value) in enabled(request.get("headers")) {
        parsed.push(&resolved(&name)?, &resolved(&value)?);
    }
    let form = |list: Option<&Literal>| {
        let mut form = String::new();
        for (name, value) in enabled(list) {
            form.push_str(if form.is_empty() { "" } else { "&" });
            form.push_str(&encoded(&resolved(&name)?, "-_.~", false));
            form.push('=');
            form.push_str(&encoded(&resolved(&value)?, "-_.~", false));
        }
        Ok(form)
    };
    parsed.add_query(&form(request.get("parameters"))?);
    let auth = request.get("authentication").filter(|auth| !is_off(auth));
    if let Some(auth) = auth.filter(|auth| text(auth, "type") == Some("basic")) {
        let part = |name| resolved(text(auth, name).unwrap_or_default());
        let value = basic([&*part("username")?, ":", &*part("password")?].concat().as_bytes());
        parsed.default_header("Authorization", Some(&value));
    }
    let body = request.get("body").filter(|body| body.members().is_some_and(|it| !it.is_empty()));
    if let Some(body) = body {
        parsed.body = match text(body, "text") {
            Some(content) => resolved(content)?,
            None if body.get("params").is_some() => form(body.get("params"))?,
            None => {
                return Err(Stop::new(
                    start,
                    "the body of this request is neither text nor a form",
                ));
            }
        }
        .into_bytes();
        parsed.default_header("Content-Type", text(body, "mimeType"));
    }
    Ok(parsed)
}

fn is_off(item: &Literal) -> bool {
    matches!(item.get("disabled"), Some(Literal::Word(word)) if word == "true")
}

/// Names and values that are not switched off.
fn enabled(list: Option<&Literal>) -> Vec<(String, String)> {
    let items = list.map(Literal::items).unwrap_or_default().iter();
    let names = items.filter(|it| !is_off(it)).filter_map(|it| {
        let name = text(it, "key").or_else(|| text(it, "name"))?;
        let value = it.get("value").and_then(Literal::plain).unwrap_or_default();
        Some((name.to_string(), value.to_string()))
    });
    names.filter(|(name, _)| !name.is_empty()).collect()
}
