//! The calls of a program that send a request.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::encodings::encoded;
use super::library::Arguments;
use super::literal::{Kind, Language, Literal, Reader, Writes};
use super::objects::{self, Library};
use super::script::Call;
use super::writes::is_in;
use super::{Stop, basic, python};
use crate::http::Request;
use crate::request::FORM;

/// What a program in either language has in it.
const PYTHON: [&str; 6] = ["requests", "httpx.", "aiohttp", "urllib", "http.client", "urlopen("];
const JAVASCRIPT: [&str; 13] = [
    "fetch(",
    "axios",
    "$.",
    "jQuery.",
    "https.",
    "require(",
    "XMLHttpRequest",
    "got",
    "superagent",
    "ky.",
    "ky(",
    "undici",
    "k6/http",
];

/// The requests that a program sends, in their order; none if this is not a program that can be read.
pub(super) fn read(text: &str) -> Vec<Result<Request, Stop>> {
    let is_python = PYTHON.iter().any(|it| text.contains(it));
    // As browsers copy it, and with any host: `https://httpx./`.
    let is_fetch = ["fetch(", "await fetch("].iter().any(|it| text.trim_start().starts_with(it));
    let is_script = is_fetch || ["const ", "require(", "=> "].iter().any(|it| text.contains(it));
    let languages: &[Language] = match () {
        () if is_python && !is_script => &[Language::Python],
        () if is_python => &[Language::Python, Language::JavaScript],
        () if JAVASCRIPT.iter().any(|it| text.contains(it)) => &[Language::JavaScript],
        () => &[],
    };
    let mut found = Vec::new();
    for language in languages {
        let mut reader = Reader::of(text, *language);
        reader.writes = Writes::of(&mut reader);
        if let Some((name, at)) = reader.writes.hidden() {
            let reason = format!("`{name}` may change any value: put the values themselves there");
            return [Err(Stop::new(at, reason))].into();
        }
        // What functions send that are not called here comes last.
        let mut uncalled = Vec::new();
        reader.program(0..text.len(), &mut |reader, call| {
            let is_within = is_in(&reader.writes.bodies, call.at);
            sent(reader, call, if is_within { &mut uncalled } else { &mut found });
        });
        found.append(&mut uncalled);
        if !found.is_empty() {
            break;
        }
    }
    found
}

/// Adds the requests that a call sends, itself or within a function of the program.
fn sent(reader: &mut Reader<'_>, call: &Call, found: &mut Vec<Result<Request, Stop>>) {
    if reader.is_exhausted() {
        return;
    }
    let before = reader.at;
    reader.at = call.at + 1;
    let method = call.path.strip_prefix("self.").unwrap_or(&call.path);
    if let Some(function) = reader.own(method) {
        if let Ok(arguments) = reader.arguments(0) {
            reader.run(&function, &arguments, &mut |reader, call| sent(reader, call, found));
        }
    } else {
        found.extend(request(reader, call));
    }
    reader.at = before;
}

/// The request that a call sends, if it sends one.
fn request(reader: &mut Reader<'_>, call: &Call) -> Option<Result<Request, Stop>> {
    let at = call.at;
    let path = call.path.strip_prefix("window.").unwrap_or(&call.path);
    let (root, function) = path.rsplit_once('.').unwrap_or(("", path));
    let made = reader.names.as_ref().and_then(|names| match names.get(root) {
        Some((_, made @ Literal::Made(..))) => Some(made),
        _ => None,
    });
    let is_method = python::FUNCTIONS.contains(&function);
    if reader.is_python() {
        let made = made.cloned();
        return python_request(reader, root, function, made.as_ref(), at);
    }
    let kind = made.and_then(Literal::kind);
    let library = match (root, function, kind) {
        ("" | "undici", "fetch", _) => Library::Fetch,
        ("", "axios", _) | ("axios", _, _) if function == "axios" || is_method => Library::Axios,
        ("", "got", _) | ("got", _, _) if function == "got" || is_method => Library::Got,
        ("", "ky", _) | ("ky", _, _) if function == "ky" || is_method => Library::Ky,
        (_, "request", Some(Kind::Undici)) => Library::Undici,
        ("" | "undici", "request", _) if reader.text.contains("undici") => Library::Undici,
        ("http", _, _) if reader.text.contains("k6/http") && (is_method || function == "del") => {
            Library::K6
        }
        ("", "request", None) | ("request", _, None)
            if is_request(reader.text) && (is_method || function == "del") =>
        {
            Library::Request
        }
        ("$" | "jQuery", "ajax" | "get" | "post" | "getJSON", _) => Library::JQuery,
        ("superagent" | "request" | "agent", _, None)
            if is_method && reader.text.contains("superagent") =>
        {
            return Some(superagent(reader, function, at));
        }
        (_, _, Some(Kind::Axios)) if is_method => Library::Axios,
        (_, _, Some(Kind::Got)) if is_method => Library::Got,
        (_, _, Some(Kind::Ky)) if is_method => Library::Ky,
        ("https" | "http", "get", _)
        | (_, "send", Some(Kind::Xhr))
        | (_, "end", Some(Kind::Node)) => Library::Node,
        // A client of its own, under its name alone.
        ("", name, _) => {
            let names = reader.names.as_ref()?;
            match names.get(name) {
                Some((_, Literal::Made(Kind::Axios, _))) => Library::Axios,
                Some((_, Literal::Made(Kind::Got, _))) => Library::Got,
                Some((_, Literal::Made(Kind::Ky, _))) => Library::Ky,
                _ => return None,
            }
        }
        _ => return None,
    };
    let made = made.cloned();
    let arguments = match reader.arguments(0) {
        Ok(arguments) => arguments,
        Err(stop) => return Some(Err(stop)),
    };
    let made = made.or_else(|| {
        let (_, made) = reader.names.as_ref()?.get(function)?;
        matches!(made, Literal::Made(..)).then(|| made.clone())
    });
    let options = match library {
        Library::K6 => k6(function, &arguments),
        _ => options(function, library, &arguments, made.as_ref()),
    };
    Some(objects::described(&options, library, at, Some(reader)))
}

/// The request that a call of Python's libraries sends, if it sends one.
fn python_request(
    reader: &mut Reader<'_>,
    root: &str,
    function: &str,
    made: Option<&Literal>,
    at: usize,
) -> Option<Result<Request, Stop>> {
    let client = made.and_then(Literal::kind);
    let is_call = match (root, client) {
        (_, Some(Kind::Connection)) => matches!(function, "request" | "endheaders"),
        (_, Some(Kind::Session | Kind::Httpx | Kind::Aiohttp))
        | ("requests" | "httpx" | "aiohttp", _) => python::FUNCTIONS.contains(&function),
        _ => function == "urlopen",
    };
    if function == "send" && client == Some(Kind::Session) {
        let arguments = reader.arguments(0);
        return Some(arguments.and_then(|arguments| match arguments.items.first() {
            Some(request @ Literal::Made(Kind::Prepared, _)) => {
                python::prepared(reader, request, at)
            }
            Some(Literal::Unknown(stop)) => Err(stop.clone()),
            _ => Err(Stop::new(at, "what is sent here is not known: print it, and paste that")),
        }));
    }
    if function == "send" && client == Some(Kind::Httpx) {
        let arguments = reader.arguments(0);
        let request = arguments.map(|it| it.items.into_iter().next().unwrap_or_default());
        return Some(request.and_then(|request| {
            let members = request.members().unwrap_or_default();
            let given = members.iter().map(|(name, value)| (&**name, value));
            let given: Vec<_> = given.filter(|(name, _)| *name != "client").collect();
            let client = request.get("client");
            python::build(reader, "GET", &given, client, python::Library::Httpx, at)
        }));
    }
    if !is_call {
        return None;
    }
    let arguments = match reader.arguments(0) {
        Ok(arguments) => arguments,
        Err(stop) => return Some(Err(stop)),
    };
    Some(match client {
        Some(Kind::Connection) => {
            let given = (function == "request").then_some(&arguments);
            python::connection(made?, given, at)
        }
        _ if function == "urlopen" => {
            let mut request = arguments.items.first().cloned().unwrap_or_default();
            if request.text().is_some() {
                request = Literal::Made(Kind::Urllib, [("url".to_string(), request)].into());
            }
            if let Some(data) = arguments.items.get(1).or_else(|| arguments.named("data")) {
                request.put("data", data.clone());
            }
            python::urllib(&request, at)
        }
        _ => {
            let library = match (root, client) {
                ("httpx", _) | (_, Some(Kind::Httpx)) => python::Library::Httpx,
                ("aiohttp", _) | (_, Some(Kind::Aiohttp)) => python::Library::Aiohttp,
                _ => python::Library::Requests,
            };
            python::call(reader, function, &arguments, made, library, at)
        }
    })
}

/// Whether `request` is the package of that name.
fn is_request(text: &str) -> bool {
    ["'request'", "\"request\"", "'request-promise", "\"request-promise"]
        .iter()
        .any(|it| text.contains(it))
}

/// What is given in places and what is given by name, as one object.
fn options(
    function: &str,
    library: Library,
    arguments: &Arguments,
    made: Option<&Literal>,
) -> Literal {
    let mut all = Literal::Object(Vec::new());
    let mut add = |value: &Literal| {
        for (name, value) in value.members().unwrap_or_default() {
            // Headers of a client and those of a call go together.
            match (all.get(name).cloned(), value) {
                (Some(Literal::Object(mut headers)), Literal::Object(more))
                    if name == "headers" =>
                {
                    headers.retain(|(found, _)| {
                        !more.iter().any(|(name, _)| crate::text::eq_ignore_case(found, name))
                    });
                    headers.extend(more.iter().cloned());
                    all.put(name, Literal::Object(headers));
                }
                _ => all.put(name, value.clone()),
            }
        }
    };
    if let Some(made) = made {
        add(made);
    }
    let kind = made.and_then(Literal::kind);
    let mut items = arguments.items.iter();
    if matches!(kind, Some(Kind::Xhr | Kind::Node)) {
        if let Some(body) = items.next() {
            // What `end` is given follows what `write` was.
            let before = all.get("body").and_then(Literal::text).map(String::from);
            match (before, body) {
                (_, Literal::Word(_)) => {}
                (Some(before), Literal::Text(body)) => {
                    all.put("body", Literal::Text([&*before, body].concat()));
                }
                (_, body) => all.put("body", body.clone()),
            }
        }
        return all;
    }
    let is_verb = !matches!(function, "request" | "ajax" | "fetch" | "axios" | "got" | "getJSON")
        && (python::FUNCTIONS.contains(&function) || function == "del");
    let first = items.next();
    match first {
        Some(Literal::Made(Kind::Request, _) | Literal::Object(_)) => {
            first.into_iter().for_each(&mut add);
        }
        Some(url) => all.put("url", url.clone()),
        None => {}
    }
    if is_verb && library != Library::Node {
        all.put("method", Literal::Text(verb(function)));
        let takes_body = matches!(function, "post" | "put" | "patch");
        if (takes_body && library == Library::Axios || library == Library::JQuery)
            && let Some(body) = items
                .next()
                .filter(|it| !matches!(it, Literal::Unknown(_)) || library == Library::Axios)
        {
            all.put("data", body.clone());
        }
    }
    let options = items.next();
    let is_request = matches!(first, Some(Literal::Made(Kind::Request, _)));
    if let (true, Some(options @ Literal::Object(_))) = (is_request, options) {
        // Those of `fetch` replace those of the request.
        for (name, value) in options.members().unwrap_or_default() {
            all.put(name, value.clone());
        }
    } else if let Some(options @ Literal::Object(_)) = options {
        let mut merged = core::mem::take(&mut all);
        let mut more = options.clone();
        if let (Some(Literal::Object(before)), Some(Literal::Object(after))) =
            (merged.get("headers").cloned(), more.get("headers").cloned())
        {
            let mut headers = before;
            headers.retain(|(found, _)| {
                !after.iter().any(|(name, _)| crate::text::eq_ignore_case(found, name))
            });
            headers.extend(after);
            more.put("headers", Literal::Object(headers));
        }
        for name in ["params", "searchParams"] {
            if let (Some(Literal::Object(before)), Some(Literal::Object(after))) =
                (merged.get(name).cloned(), more.get(name).cloned())
            {
                let mut both = Literal::Object(before);
                for (name, value) in after {
                    both.put(&name, value);
                }
                more.put(name, both);
            }
        }
        for (name, value) in more.members().unwrap_or_default() {
            merged.put(name, value.clone());
        }
        all = merged;
    } else if let Some(Literal::Unknown(stop)) = options
        && library != Library::JQuery
        && library != Library::Node
        && !(library == Library::Request && first.is_some_and(|it| it.members().is_some()))
    {
        all.put("headers", Literal::Unknown(stop.clone()));
    }
    all
}

/// `http.post(url, body, params)` of k6.
fn k6(function: &str, arguments: &Arguments) -> Literal {
    let names: &[&str] = match function {
        "request" => &["method", "url", "data", "params"],
        "get" | "head" => &["url", "params"],
        _ => &["url", "data", "params"],
    };
    let mut all = Literal::Object(Vec::new());
    for (name, item) in names.iter().zip(&arguments.items) {
        match item {
            Literal::Object(_) if *name == "params" => {
                if let Some(headers) = item.get("headers") {
                    all.put("headers", headers.clone());
                }
            }
            Literal::Unknown(_) if *name == "params" => all.put("headers", item.clone()),
            item => all.put(name, item.clone()),
        }
    }
    if function != "request" {
        all.put("method", Literal::Text(verb(function)));
    }
    all
}

/// The method that a function is named after.
fn verb(function: &str) -> String {
    if function == "del" { "delete" } else { function }.to_string()
}

/// `superagent.get(url).query(…).set(…).send(…)`, each of which adds something.
#[expect(clippy::too_many_lines, reason = "each call of the chain is a line of a table")]
fn superagent(reader: &mut Reader<'_>, function: &str, at: usize) -> Result<Request, Stop> {
    let arguments = reader.arguments(0)?;
    let known = |value: Option<&Literal>| match value {
        Some(value) => match value.unknown() {
            Some(stop) => Err(stop.clone()),
            None => Ok(value.clone()),
        },
        None => Ok(Literal::default()),
    };
    let url = known(arguments.items.first())?;
    let url = url.text().ok_or_else(|| Stop::new(at, "the URL should be text in quotes"))?;
    let method = function.to_ascii_uppercase();
    let mut parsed = Request { method, url: url.to_string(), ..Request::default() };
    let (mut text_query, mut query, mut is_form) = (String::new(), String::new(), false);
    let mut data = Literal::Object(Vec::new());
    let mut raw: Option<String> = None;
    loop {
        reader.skip();
        if !reader.rest().starts_with('.') {
            break;
        }
        reader.at += 1;
        let name = reader.identifier();
        if !reader.eat("(") {
            break;
        }
        if !matches!(
            name,
            "query"
                | "set"
                | "send"
                | "type"
                | "auth"
                | "accept"
                | "field"
                | "attach"
                | "sortQuery"
        ) {
            break;
        }
        let given = reader.arguments(0)?;
        let (first, second) = (known(given.items.first())?, known(given.items.get(1))?);
        let not_read =
            || Stop::new(at, "what superagent is given here cannot be read: put text there");
        match (name, &first) {
            ("query", Literal::Text(text)) => {
                text_query.push_str(if text_query.is_empty() { "" } else { "&" });
                text_query.push_str(text);
            }
            ("query", Literal::Object(members)) => {
                for (name, value) in members {
                    if matches!(value, Literal::List(_) | Literal::Word(_))
                        && value.plain().is_none()
                    {
                        return Err(not_read());
                    }
                    let value = reader.text_of(value).ok_or_else(not_read)?;
                    query.push_str(if query.is_empty() { "" } else { "&" });
                    query.push_str(&encoded(name, "-_.~", false));
                    query.push('=');
                    query.push_str(&encoded(&value, "-_.~", false));
                }
            }
            ("set", Literal::Text(name)) => {
                parsed.set(name, &reader.text_of(&second).ok_or_else(not_read)?);
            }
            ("set", Literal::Object(members)) => {
                for (name, value) in members {
                    parsed.set(name, &reader.text_of(value).ok_or_else(not_read)?);
                }
            }
            ("type", Literal::Text(kind)) => {
                is_form = kind.contains("form");
                let kind = match &**kind {
                    "form" => FORM,
                    "json" => "application/json",
                    other => other,
                };
                parsed.set("Content-Type", kind);
            }
            ("send", Literal::Object(members)) => {
                for (name, value) in members {
                    data.put(name, value.clone());
                }
            }
            ("send", Literal::Text(text)) => {
                let mut before = raw.take().unwrap_or_default();
                before.push_str(if before.is_empty() { "" } else { "&" });
                before.push_str(text);
                raw = Some(before);
            }
            ("auth", Literal::Text(user)) => {
                let password = reader.text_of(&second).unwrap_or_default();
                parsed.set("Authorization", &basic([&**user, ":", &password].concat().as_bytes()));
            }
            ("accept", _) => {}
            _ => return Err(not_read()),
        }
    }
    parsed.url = objects::standard_url(&parsed.url);
    parsed.add_query(&text_query);
    parsed.add_query(&query);
    let members = data.members().unwrap_or_default();
    if !members.is_empty() && raw.is_some() {
        return Err(Stop::new(at, "superagent is given text and an object for one body"));
    }
    if let Some(text) = raw {
        parsed.body = text.into_bytes();
        parsed.default_header("Content-Type", Some(FORM));
    } else if is_form {
        let mut form = String::new();
        for (name, value) in members {
            let value =
                reader.text_of(value).ok_or_else(|| Stop::new(at, "this form cannot be read"))?;
            form.push_str(if form.is_empty() { "" } else { "&" });
            form.push_str(&encoded(name, "-_.~", false));
            form.push('=');
            form.push_str(&encoded(&value, "-_.~", false));
        }
        parsed.body = form.into_bytes();
    } else if !members.is_empty() {
        parsed.body = data.stringified(at)?.into_bytes();
        parsed.default_header("Content-Type", Some("application/json"));
    }
    Ok(parsed)
}
