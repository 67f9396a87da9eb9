//! A finished request as a command or as code, quoted so that nothing in it is read as anything else.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use crate::check;
use crate::error::Error;
use crate::http::Request;
use crate::json::{write_string, write_unicode};
use crate::params::Params;
use crate::parse::{httpie, python};
use crate::text::eq_ignore_case;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A `curl` command for POSIX shells.
    Curl,
    /// The bytes on the wire, HTTP/1.1.
    Http,
    /// A call of `fetch` in JavaScript.
    Fetch,
    /// A call of Python's Requests.
    Python,
    /// An `http` command of `HTTPie` 3 for POSIX shells.
    Httpie,
    /// An `Invoke-WebRequest` of PowerShell 7.
    PowerShell,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Curl, Self::Http, Self::Fetch, Self::Python, Self::Httpie, Self::PowerShell];

    /// The format of this name; `None` unless it is `curl`, `http`, `fetch`, `python`, `httpie` or
    /// `powershell`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Http => "http",
            Self::Fetch => "fetch",
            Self::Python => "python",
            Self::Httpie => "httpie",
            Self::PowerShell => "powershell",
        }
    }
}

/// Writes a request down.
///
/// ```
/// use duo_sign::http::Request;
/// use duo_sign::render::{Format, render};
///
/// let request = Request {
///     method: "GET".into(),
///     url: "https://api-x.duosecurity.com/auth/v2/check".into(),
///     headers: vec![("X-Duo-Note".into(), "it's".into())],
///     body: vec![],
/// };
/// assert_eq!(
///     render(&request, Format::Curl)?,
///     "curl --request GET 'https://api-x.duosecurity.com/auth/v2/check' \\\n  \
///      --header 'X-Duo-Note: it'\\''s'",
/// );
/// # Ok::<(), duo_sign::Error>(())
/// ```
///
/// # Errors
///
/// - [`Error::BodyNotText`]: a body that is not UTF-8, or holds NUL, which commands cannot carry
/// - [`Error::MethodCharacter`], [`Error::HeaderName`]: no token of HTTP (RFC 9110 section 5.6.2)
/// - [`Error::HeaderCharacter`]: CR, LF or NUL in a header's value
/// - [`Error::HeaderBackslash`]: for `HTTPie` a backslash that it would take for an escape
/// - [`Error::UrlRespelled`]: for Requests and `HTTPie` a path with escapes that these spell anew, such as
///   `%2f` or `%41`, or a query that they change
/// - [`Error::MethodHttpie`]: for `HTTPie` a method that is not letters alone
/// - [`Error::Type`]: white space or control characters in the URL
pub fn render(request: &Request, format: Format) -> Result<String, Error> {
    check::method(&request.method)?;
    if request.url.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Err(Error::Type {
            at: "request.url".into(),
            expected: "percent-encoded: a URL has no white space and no control characters",
            found: "not".into(),
        });
    }
    for (name, value) in &request.headers {
        check::header_name(name)?;
        if value.contains(['\r', '\n', '\0']) {
            return Err(Error::HeaderCharacter(name.to_ascii_lowercase()));
        }
        if format == Format::Httpie && httpie::unescaped(value) != **value {
            return Err(Error::HeaderBackslash(name.to_ascii_lowercase()));
        }
    }
    if matches!(format, Format::Python | Format::Httpie) && is_respelled(&request.url) {
        return Err(Error::UrlRespelled);
    }
    let is_letters = request.method.bytes().all(|byte| byte.is_ascii_alphabetic());
    if format == Format::Httpie && !is_letters {
        return Err(Error::MethodHttpie);
    }
    let body = core::str::from_utf8(&request.body).ok().filter(|body| !body.contains('\0'));
    let body = Some(body.ok_or(Error::BodyNotText)?).filter(|body| !body.is_empty());
    Ok(match format {
        Format::Curl => curl(request, body),
        Format::Http => http(request, body),
        Format::Fetch => fetch(request, body),
        Format::Python => python(request, body),
        Format::Httpie => httpie(request, body),
        Format::PowerShell => power_shell(request, body),
    })
}

/// Whether Requests sends another path, or a query that means something else.
fn is_respelled(url: &str) -> bool {
    let sent = python::requoted(url);
    let halves = |url: &str| {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut params = Params::default();
        params.extend_encoded(query.as_bytes());
        (path.to_string(), params.canonical())
    };
    halves(&sent) != halves(url)
}

/// The headers, with the values that are sent: white space around one is not of it (RFC 9110 section 5.5).
fn headers(request: &Request) -> impl Iterator<Item = (&str, &str)> {
    request.headers.iter().map(|(name, value)| (&**name, value.trim_matches([' ', '\t'])))
}

fn curl(request: &Request, body: Option<&str>) -> String {
    let mut out = match &*request.method {
        "HEAD" => "curl --head ".to_string(),
        method => format!("curl --request {} ", posix(method)),
    };
    out.push_str(&posix_quoted(&request.url));
    for (name, value) in headers(request) {
        // `Name:` would remove a header; a semicolon sends an empty one.
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        out.push_str(" \\\n  --header ");
        out.push_str(&posix_quoted(&header));
    }
    if let Some(body) = body {
        // Unlike --data, this takes `@` for what it is.
        out.push_str(" \\\n  --data-raw ");
        out.push_str(&posix_quoted(body));
    }
    out
}

fn http(request: &Request, body: Option<&str>) -> String {
    let behind = request.url.split_once("://").map_or(&*request.url, |(_, behind)| behind);
    let (host, target) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
    let target = if target.is_empty() { "/" } else { target };
    let mut out = format!("{} {target} HTTP/1.1\r\n", &request.method);
    let mut header = |name: &str, value: &str| {
        out.push_str(name);
        out.push_str(": ");
        out.push_str(value);
        out.push_str("\r\n");
    };
    if !request.headers.iter().any(|(name, _)| eq_ignore_case(name, "host")) {
        header("Host", host);
    }
    for (name, value) in headers(request) {
        header(name, value);
    }
    if let Some(body) = body {
        header("Content-Length", &body.len().to_string());
    }
    header("Connection", "close");
    out.push_str("\r\n");
    out.push_str(body.unwrap_or_default());
    out
}

fn fetch(request: &Request, body: Option<&str>) -> String {
    let mut out = String::from("await fetch(");
    write_string(&mut out, &request.url);
    out.push_str(", {\n  method: ");
    write_string(&mut out, &request.method);
    out.push_str(",\n  headers: {\n");
    for (name, value) in headers(request) {
        out.push_str("    ");
        write_string(&mut out, name);
        out.push_str(": ");
        write_string(&mut out, value);
        out.push_str(",\n");
    }
    out.push_str("  },\n");
    if let Some(body) = body {
        out.push_str("  body: ");
        write_string(&mut out, body);
        out.push_str(",\n");
    }
    out.push_str("});");
    out
}

fn python(request: &Request, body: Option<&str>) -> String {
    let mut out = format!(
        "import requests\n\nresponse = requests.request(\n    {},\n    {},\n    headers={{\n",
        python_quoted(&request.method),
        python_quoted(&request.url)
    );
    for (name, value) in headers(request) {
        // Bytes, since text would be sent as Latin-1.
        let line = format!("        {}: {}.encode(),\n", python_quoted(name), python_quoted(value));
        out.push_str(&line);
    }
    out.push_str("    },\n");
    if let Some(body) = body {
        out.extend(["    data=", &python_quoted(body), ".encode(),\n"]);
    }
    out.push_str(")\nprint(response.status_code, response.text)");
    out
}

fn httpie(request: &Request, body: Option<&str>) -> String {
    let mut out = "http --ignore-stdin".to_string();
    if let Some(body) = body {
        out.push_str(" --raw=");
        out.push_str(&posix_quoted(body));
    }
    out.extend([" ", &posix(&request.method), " ", &posix_quoted(&request.url)]);
    if request.headers.iter().any(|(name, _)| name.starts_with('-')) {
        // Else they would be options.
        out.push_str(" --");
    }
    for (name, value) in headers(request) {
        // An empty header has a semicolon; `:=` and `:@` would mean something else.
        let item = match value.chars().next() {
            None => format!("{name};"),
            Some('=' | '@') => format!("{name}:\\{value}"),
            Some(_) => format!("{name}:{value}"),
        };
        out.push_str(" \\\n  ");
        out.push_str(&posix_quoted(&item));
    }
    out
}

fn power_shell(request: &Request, body: Option<&str>) -> String {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "MERGE", "PATCH"];
    let method = if known.contains(&&*request.method) { "Method" } else { "CustomMethod" };
    let mut out = format!(
        "Invoke-WebRequest -{method} {} -Uri {} -SkipHeaderValidation -Headers @{{\n",
        power_shell_quoted(&request.method),
        power_shell_quoted(&request.url)
    );
    let mut kind = None;
    for (name, value) in headers(request) {
        if body.is_some() && eq_ignore_case(name, "content-type") {
            kind = Some(value);
            continue;
        }
        let line = format!("  {} = {}\n", power_shell_quoted(name), power_shell_quoted(value));
        out.push_str(&line);
    }
    out.push('}');
    if let Some(kind) = kind {
        out.extend([" -ContentType ", &power_shell_quoted(kind)]);
    }
    if let Some(body) = body {
        out.extend([" -Body ([Text.Encoding]::UTF8.GetBytes(", &power_shell_quoted(body), "))"]);
    }
    out
}

/// As it is when that is safe.
fn posix(word: &str) -> String {
    let is_safe = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_safe { word.to_string() } else { posix_quoted(word) }
}

/// In single quotes, within which POSIX shells read nothing else.
fn posix_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// In single quotes, which PowerShell also takes typographic ones for: each is doubled.
fn power_shell_quoted(text: &str) -> String {
    let mut out = String::from("'");
    for found in text.chars() {
        out.push(found);
        if matches!(found, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(found);
        }
    }
    out.push('\'');
    out
}

/// Python reads the escapes of JSON as JSON does.
fn python_quoted(text: &str) -> String {
    let mut out = String::new();
    write_unicode(&mut out, text);
    out
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    /// Reads the name.
    ///
    /// ```
    /// use duo_sign::{Error, render::Format};
    ///
    /// assert_eq!("curl".parse(), Ok(Format::Curl));
    /// assert_eq!(Format::Curl.to_string(), "curl");
    /// assert_eq!("ruby".parse::<Format>(), Err(Error::FormatName));
    /// ```
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::from_name(name).ok_or(Error::FormatName)
    }
}
