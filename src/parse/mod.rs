//! From what people copy out of terminals, browsers and other tools to the request it describes.

mod curl;
mod http;
mod httpie;
pub(crate) mod literal;
mod logs;
mod objects;
mod powershell;
mod python;
mod words;

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::Error;
use crate::params;
use crate::text::eq_ignore_case;
use words::Shell;

/// A request as a text describes it; [`Received::new`](crate::verify::Received::new) takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The method, as it was written.
    pub method: String,
    /// The URL; its path and query alone where `Host` is among the headers.
    pub url: String,
    /// The headers in their order.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body; empty without one.
    pub body: Vec<u8>,
}

impl Parsed {
    fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|(name, _)| eq_ignore_case(name, header))
    }

    fn push(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_string(), value.to_string()));
    }

    /// Sets a header in place of all that have this name.
    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(found, _)| !eq_ignore_case(found, name));
        self.push(name, value);
    }

    /// Takes user info out of the URL, which clients send as Basic credentials.
    fn take_user_info(&mut self) -> Option<Vec<u8>> {
        let start = self.url.find("://")? + 3;
        let rest = self.url.get(start..)?;
        let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
        let (user, _) = authority.rsplit_once('@')?;
        let decoded = percent_encoding::percent_decode_str(user).collect();
        let end = start + user.len() + 1;
        self.url.replace_range(start..end, "");
        Some(decoded)
    }

    /// What a program sets itself where it is not given.
    fn default_header(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|_| !self.has(name)) {
            self.push(name, value);
        }
    }

    fn add_query(&mut self, query: &str) {
        if !query.is_empty() {
            self.url.push(if self.url.contains('?') { '&' } else { '?' });
            self.url.push_str(query);
        }
    }
}

/// Why reading stopped, and at which byte.
#[derive(Debug)]
struct Stop {
    at: usize,
    reason: Cow<'static, str>,
}

impl Stop {
    fn new(at: usize, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { at, reason: reason.into() }
    }
}

/// Reads a request from a text, whose form is told by how it starts:
///
/// - a `curl` command as written for bash, cmd or PowerShell, or as browsers copy it
/// - raw HTTP, also the raw log of Postman's console, with or without a response behind it
/// - JSON: a HAR file or an entry of it, `{ method, url, headers, body }`, options of Node's
///   `http.request`, the error of axios, a collection of Postman, an export of Insomnia
/// - `fetch(…)` as browsers copy it; axios and `$.ajax`
/// - a request as Postman's console copies it: method, URL, a colon, and JSON
/// - `http` and `https` commands of `HTTPie`, calls of Python's Requests and httpx, and PowerShell's
///   `Invoke-WebRequest` and `Invoke-RestMethod`
/// - what programs log of a request: `curl -v` and `--trace-ascii`, Python's `http.client`, a printed
///   `PreparedRequest`, Go's `DumpRequestOut`, `OkHttp`, Apache's client, .NET, Node's `_header`
///
/// ```
/// let parsed = duo_sign::parse::parse("curl -G https://api-x.duosecurity.com/admin/v1/users -d limit=10")?;
/// assert_eq!(parsed.method, "GET");
/// assert_eq!(parsed.url, "https://api-x.duosecurity.com/admin/v1/users?limit=10");
/// # Ok::<(), duo_sign::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Unreadable`] with the line and the character at which reading stopped.
pub fn parse(text: &str) -> Result<Parsed, Error> {
    read(text).map_err(|Stop { at, reason }| {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        let character = last.chars().count() + 1;
        Error::Unreadable(format!("line {line}, character {character}: {reason}"))
    })
}

fn read(text: &str) -> Result<Parsed, Stop> {
    let text = unfenced(text);
    let start = start(text);
    if text.get(..start).is_some_and(|before| before.ends_with("> "))
        && let Some(parsed) = logs::read(text, 0)
    {
        return parsed;
    }
    let trimmed = text.get(start..).unwrap_or_default();
    let first = trimmed.split(|it: char| it.is_whitespace() || "([{=".contains(it)).next();
    match first.unwrap_or_default() {
        "" if trimmed.starts_with('{') || trimmed.starts_with('[') => objects::har(text, start),
        "curl" => curl::read(text, start, Shell::of(trimmed)),
        "curl.exe" if Shell::of(trimmed) == Shell::Cmd => curl::read(text, start, Shell::Cmd),
        "curl.exe" => curl::read(text, start, Shell::Windows),
        "fetch" | "await" | "const" | "let" | "var" | "return"
            if trimmed.contains("fetch(") && objects::find(trimmed).is_none() =>
        {
            objects::fetch(text, start)
        }
        "http" | "https" => httpie::read(text, start),
        word if is_method(word) && objects::is_console(trimmed) => objects::console(text, start),
        word if is_method(word) && word != "PS" => http::read(text, start),
        _ => {
            if let Some(at) = powershell::find(trimmed) {
                return powershell::read(text, start + at);
            }
            if let Some(at) = python::find(trimmed) {
                return python::read(text, start + at);
            }
            if let Some(at) = objects::find(trimmed) {
                return objects::call(text, start + at);
            }
            if let Some(parsed) = logs::read(text, 0) {
                return parsed;
            }
            if trimmed.contains("fetch(") {
                return objects::fetch(text, start);
            }
            Err(Stop::new(
                start,
                "this is no curl command, raw HTTP request, HAR entry, fetch(…) or Postman console \
                 text, and no call of HTTPie, Requests or Invoke-WebRequest",
            ))
        }
    }
}

/// Without what follows the fence of Markdown that ends; that which starts is passed over.
fn unfenced(text: &str) -> &str {
    let is_fenced = text.trim_start().starts_with(FENCE);
    let end = text.rfind("\n```").filter(|_| is_fenced);
    end.and_then(|end| text.get(..=end)).unwrap_or(text)
}

const FENCE: &str = "```";

/// Where the request starts: behind comments, and behind the prompt or folder of a curl command.
fn start(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with(FENCE) {
            at += line.len();
            continue;
        }
        let before = trimmed.split(['\'', '"']).next().unwrap_or_default();
        let curl = ["curl ", "curl.exe "].iter().filter_map(|name| {
            let position = before.find(name)?;
            let prompt = before.get(..position)?;
            prompt.ends_with(['/', '\\', ' ', '$', '>', '#', '%', '(']).then_some(position)
        });
        let is_jquery = trimmed.starts_with("$.");
        let is_prompt = |it: char| !is_jquery && "$> ".contains(it);
        let prompt = trimmed.trim_start_matches(is_prompt);
        let offset = curl.min().unwrap_or(trimmed.len() - prompt.len());
        return at + line.len() - trimmed.len() + offset;
    }
    at
}

fn is_method(word: &str) -> bool {
    !word.is_empty() && word.len() < 12 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The base64 of RFC 7617.
fn basic(user: &[u8]) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(user))
}

/// A form as browsers and most libraries write it.
fn form<T: AsRef<str>, U: AsRef<str>>(fields: impl IntoIterator<Item = (T, U)>) -> String {
    let mut form = String::new();
    for (name, value) in fields {
        if !form.is_empty() {
            form.push('&');
        }
        for (between, text) in [("", name.as_ref()), ("=", value.as_ref())] {
            form.push_str(between);
            form.push_str(&params::encode(text).replace("%20", "+"));
        }
    }
    form
}
