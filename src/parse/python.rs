//! A call of Python's Requests or httpx, in a script or alone.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::literal::{Literal, Reader};
use super::{Parsed, Stop, basic, form};
use crate::params;

const LIBRARIES: [&str; 2] = ["requests.", "httpx."];

/// Where a text calls one of them.
pub(super) fn find(text: &str) -> Option<usize> {
    const FUNCTIONS: [&str; 8] =
        ["request", "get", "post", "put", "patch", "delete", "head", "options"];
    let calls = LIBRARIES.iter().filter_map(|library| {
        text.match_indices(library).map(|(at, _)| at).find(|at| {
            let rest = text.get(at + library.len()..).unwrap_or_default();
            rest.split_once('(').is_some_and(|(function, _)| FUNCTIONS.contains(&function))
        })
    });
    calls.min()
}

/// `requests.request(method, url, …)`, or a function named like its method.
pub(super) fn read(text: &str, start: usize) -> Result<Parsed, Stop> {
    let mut reader = Reader::python(text, start).with_names();
    let is_httpx = !reader.eat("requests.") && reader.eat("httpx.");
    let function = reader.word();
    reader.eat("(");
    let mut positions: &[&str] = match function {
        "request" => &["method", "url"],
        _ if is_httpx => &["url"],
        "get" => &["url", "params"],
        "post" => &["url", "data", "json"],
        _ => &["url", "data"],
    };
    let mut call = Call::default();
    call.parsed.method = function.to_ascii_uppercase();
    while !reader.eat(")") {
        let at = reader.at;
        let mut name = reader.word();
        if name.is_empty() || !reader.eat("=") {
            reader.at = at;
            let first = positions.split_first();
            let (first, rest) = first.ok_or_else(|| Stop::new(at, "this argument has no name"))?;
            (name, positions) = (first, rest);
        }
        let known = ["method", "url", "headers", "params", "data", "json", "auth", "content"];
        if known.contains(&name) {
            let at = reader.at;
            if name == "json" && is_httpx {
                let reason = "versions of httpx write JSON differently: put the text of the body \
                              into content";
                return Err(Stop::new(at, reason));
            }
            let value = reader.literal(0)?;
            let is_none = matches!(&value, Literal::Word(word) if word == "null");
            if !is_none && call.argument(name, &value).is_none() {
                return Err(Stop::new(at, "this value cannot be read: put text in quotes there"));
            }
        } else if name == "files" {
            return Err(Stop::new(at, "files make a multipart body, which Duo does not take"));
        } else {
            reader.pass();
        }
        if !reader.eat(",") {
            reader.expect(")", "the call lacks a comma or its end here")?;
            break;
        }
    }
    call.finish(start, if is_httpx { "python-httpx" } else { "python-requests" })
}

#[derive(Default)]
struct Call {
    parsed: Parsed,
    query: String,
    /// The content type that Requests sets for such a body.
    kind: Option<&'static str>,
    /// What is sent when there is no `data`.
    json: Option<String>,
    user: Option<Vec<u8>>,
}

impl Call {
    fn argument(&mut self, name: &str, value: &Literal) -> Option<()> {
        let parsed = &mut self.parsed;
        match name {
            "method" => parsed.method = value.text()?.to_ascii_uppercase(),
            "url" => parsed.url = value.text()?.to_string(),
            "headers" => {
                for (name, value) in pairs(value)? {
                    parsed.push(name, value.plain()?);
                }
            }
            "params" => self.query = text_or_form(value)?,
            "data" | "content" => {
                parsed.body = text_or_form(value)?.into_bytes();
                if value.text().is_none() {
                    self.kind = Some("application/x-www-form-urlencoded");
                }
            }
            "json" => {
                self.json = Some(value.dumps());
            }
            _ => {
                let [user, password] = value.items() else { return None };
                let user = [user.text()?, password.text()?].join(":");
                self.user = Some(user.into_bytes());
            }
        }
        Some(())
    }

    fn finish(mut self, start: usize, agent: &str) -> Result<Parsed, Stop> {
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
        self.parsed.add_query(&self.query);
        self.parsed.url = requoted(&self.parsed.url);
        self.parsed.default_header("Content-Type", self.kind);
        self.parsed.default_header("User-Agent", Some(agent));
        Ok(self.parsed)
    }
}

/// As `requests.utils.requote_uri` writes a URL: unreserved characters bare, what a URL cannot have
/// encoded.
fn requoted(url: &str) -> String {
    let mut result = String::new();
    let mut rest = url;
    while let Some(found) = rest.chars().next() {
        let code = rest.strip_prefix('%').and_then(|rest| rest.get(..2));
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok()).map(char::from);
        let bare = code.filter(|it| it.is_ascii_alphanumeric() || "-._~".contains(*it));
        let length = if bare.is_some() { 3 } else { found.len_utf8() };
        let text = rest.get(..length).unwrap_or_default();
        if let Some(bare) = bare {
            result.push(bare);
        } else if found.is_ascii_alphanumeric() || "-._~!#$%&'()*+,/:;=?@[]".contains(found) {
            result.push(found);
        } else {
            result.push_str(&params::encode(text));
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    result
}

/// The members of a dict, or the tuples of a list.
fn pairs(value: &Literal) -> Option<Vec<(&str, &Literal)>> {
    match value {
        Literal::Object(members) => {
            Some(members.iter().map(|(name, value)| (&**name, value)).collect())
        }
        _ => value
            .items()
            .iter()
            .map(|it| Some((it.items().first()?.text()?, it.items().get(1)?)))
            .collect(),
    }
}

/// Text as it stands; of others a form, in which a list is a field for each of its items.
fn text_or_form(value: &Literal) -> Option<String> {
    if let Some(text) = value.text() {
        return Some(text.to_string());
    }
    let mut fields = Vec::new();
    for (name, value) in pairs(value)? {
        let values = match value {
            Literal::List(items) => items,
            Literal::Word(word) if word == "null" => continue,
            single => core::slice::from_ref(single),
        };
        for value in values {
            fields.push((name, value.plain()?));
        }
    }
    Some(form(fields))
}
