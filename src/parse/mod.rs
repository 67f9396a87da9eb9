//! From what people copy out of terminals, browsers and other tools to the request it describes.

mod answer;
mod batch;
mod bruno;
mod calls;
mod changes;
mod characters;
mod collections;
mod curl;
mod encodings;
mod expression;
mod http;
mod http_file;
pub(crate) mod httpie;
mod library;
pub(crate) mod literal;
mod logs;
mod names;
mod objects;
mod powershell;
mod prose;
pub(crate) mod python;
mod script;
mod shell;
mod wget;
mod words;
mod writes;

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::error::Error;
use crate::http::Request;
use crate::params;
use crate::text::eq_ignore_case;
use prose::Escape;
use words::Shell;

/// How the readers put a request together.
impl Request {
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

    /// Without dot segments in its path, as most clients send it (RFC 3986 section 5.2.4).
    fn remove_dots(&mut self) {
        let start = self.url.find("://").map_or(0, |at| at + 3);
        let rest = self.url.get(start..).unwrap_or_default();
        let Some(from) = rest.find('/').map(|at| start + at) else { return };
        let rest = self.url.get(from..).unwrap_or_default();
        let end = from + rest.find(['?', '#']).unwrap_or(rest.len());
        let path = self.url.get(from..end).unwrap_or_default();
        if path.contains("/.") {
            let path = without_dots(path);
            self.url.replace_range(from..end, &path);
        }
    }

    fn add_query(&mut self, query: &str) {
        if !query.is_empty() {
            if !self.url.ends_with(['?', '&']) || !self.url.contains('?') {
                self.url.push(if self.url.contains('?') { '&' } else { '?' });
            }
            self.url.push_str(query);
        }
    }
}

/// A request, and what the text says of its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The answer, if the text has one.
    pub response: Option<Response>,
}

impl From<Request> for Exchange {
    fn from(request: Request) -> Self {
        Self { request, response: None }
    }
}

/// What a text says of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The HTTP status.
    pub status: Option<u16>,
    /// Duo's code, such as 40103.
    pub code: Option<u32>,
    /// The `Date` header.
    pub date: Option<String>,
}

/// Why reading stopped, and at which byte.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    at: usize,
    reason: Cow<'static, str>,
    /// The request is whole, but for a variable in it.
    is_variable: bool,
}

impl Stop {
    fn new(at: usize, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { at, reason: reason.into(), is_variable: false }
    }
}

/// Reads a request from a text, whose form is told by how it starts. Of several that is taken which
/// matters: for Duo, with credentials, refused. The forms are:
///
/// - commands of curl, wget, `HTTPie` and xh as written for bash, cmd or PowerShell, in a script or alone, or as
///   browsers copy them; PowerShell's `Invoke-WebRequest` and `Invoke-RestMethod`
/// - programs in JavaScript (`fetch`, axios, got, ky, undici, request, superagent, k6, `$.ajax`, `https.request`,
///   `XMLHttpRequest`) and Python (Requests, httpx, aiohttp, urllib, `http.client`), also with the prompts
///   of a console
/// - raw HTTP, with or without a response after it; `.http` files of editors, and those of Hurl and Bruno
/// - JSON: a HAR file or an entry of it, `{ method, url, headers, body }`, options of Node's
///   `http.request`, the error of axios, a collection of Postman, an export of Insomnia, an event of AWS
///   Lambda, lines of a log
/// - what programs log of a request: `curl -v` and `--trace`, nghttp, wget, Python's `http.client`, a printed
///   `PreparedRequest`, Go's `DumpRequestOut`, Guzzle, Faraday, Ruby, `OkHttp`, Apache's client, Jersey, .NET,
///   Node's `_header`, Postman's console, mitmproxy, Wireshark, tcpdump, ngrep, the headers pane of browsers
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
pub fn parse(text: &str) -> Result<Request, Error> {
    let (mut all, best) = parse_all(text)?;
    Ok(all.swap_remove(best).request)
}

/// Reads all requests of a text, with what it says of the answers, and which of them [`parse`] takes.
/// Those that cannot be read are left out, unless there are no others.
///
/// # Errors
///
/// [`Error::Unreadable`] when none can be read.
pub fn parse_all(text: &str) -> Result<(Vec<Exchange>, usize), Error> {
    let mut found = Vec::new();
    let mut first = None;
    for exchange in exchanges(text) {
        match exchange {
            Ok(exchange) => found.push(exchange),
            Err(stop) => drop(first.get_or_insert(stop)),
        }
    }
    if let Some(best) = best(&found) {
        return Ok((found, best));
    }
    // What looks like a command in another language is none.
    let first = first.filter(|_| text.contains("curl ") || !is_foreign(text));
    Err(unreadable(text, &first.unwrap_or_else(|| nothing(text))))
}

fn unreadable(text: &str, Stop { at, reason, .. }: &Stop) -> Error {
    let before = text.get(..*at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let last = before.rsplit('\n').next().unwrap_or_default();
    let character = last.chars().count() + 1;
    Error::Unreadable(format!("line {line}, character {character}: {reason}"))
}

/// Refuses what a tool or a shell would put values into: `{{name}}`, and `%NAME%` where it cannot be
/// meant as it is.
fn without_templates(text: &str, parsed: Request) -> Result<Request, Stop> {
    let is_signed = |name: &str| {
        ["authorization", "date", "x-duo-date"].iter().any(|it| eq_ignore_case(name, it))
    };
    let headers = parsed.headers.iter().filter(|(name, _)| is_signed(name));
    let mut values = headers.map(|(_, value)| &**value).chain(parsed.host());
    if let Some(name) = values.find_map(batch::variable) {
        let at = text.find(name).unwrap_or(0);
        let reason =
            format!("`{name}` is a variable of cmd: put its value there, or copy what was sent");
        return Err(Stop { is_variable: true, ..Stop::new(at, reason) });
    }
    let body = String::from_utf8_lossy(&parsed.body);
    let headers = parsed.headers.iter().map(|(_, value)| &**value);
    let name = headers.chain([&*parsed.url, &*body]).find_map(|part| {
        let (_, behind) = part.split_once("{{")?;
        let (name, _) = behind.split_once("}}")?;
        let is_name = |it: char| it.is_alphanumeric() || "_-.$ ".contains(it);
        (!name.trim().is_empty() && name.chars().all(is_name)).then(|| name.trim().to_string())
    });
    let Some(name) = name else { return Ok(parsed) };
    let at = text.find("{{").unwrap_or(0);
    let reason =
        format!("`{{{{{name}}}}}` is a variable: put its value there, or copy what was sent");
    Err(Stop { is_variable: true, ..Stop::new(at, reason) })
}

/// All that a text has in it: a block of code within what is written about it, or the whole, or the
/// commands in it.
fn exchanges(text: &str) -> Vec<Result<Exchange, Stop>> {
    if let Some(found) = http::read_whole(text) {
        return [found.and_then(|request| as_sent(text, request).map(Exchange::from))].into();
    }
    let is_read = |it: &Result<Exchange, Stop>| it.as_ref().err().is_none_or(|it| it.is_variable);
    let blocks = prose::fenced(text);
    // The mark of a block, or of a quotation, within a body marks nothing.
    let mut marks = blocks.first().map(|(mark, _)| *mark).into_iter().chain(prose::quotation(text));
    if marks.any(|at| prose::is_quoted_at(text, at)) {
        let whole = dedented(text);
        if matches!(&*whole, [only] if is_read(only)) {
            return whole;
        }
    }
    let mut within = Vec::new();
    for (_, range) in blocks {
        let start = range.start;
        let block = text.get(range).unwrap_or_default();
        within.extend(moved(dedented(&prose::unescaped(block)), start));
    }
    if within.iter().any(Result::is_ok) {
        within.retain(Result::is_ok);
        answered(&mut within, text);
        return within;
    }
    let has_request = |part: &str| dedented(part).iter().any(Result::is_ok);
    let (own, quoted) = prose::quotations(text);
    // The prompts of a command's further lines look the same, and so may a part of a body.
    if !quoted.is_empty() && !shell::is_script(&own) && !has_request(&own) {
        let mut found = quoted.iter().map(|part| dedented(part));
        if let Some(mut found) = found.find(|found| found.iter().any(Result::is_ok)) {
            answered(&mut found, text);
            return found;
        }
    }
    let whole = dedented(text);
    if whole.iter().any(is_read) {
        return whole;
    }
    if let Some(Ok(request)) = prose::listed(text) {
        return complete(text, [Ok(request.into())].into());
    }
    // A script is read as a whole or not at all.
    if !shell::has_logic(text) && !batch::is_file(text) {
        let commands = prose::commands(text).into_iter().flat_map(|(command, is_cmd)| {
            if !is_cmd {
                return dedented(&command);
            }
            let found = curl::read_windows(&command, 0, Shell::Cmd).into_iter();
            complete(&command, found.map(|it| it.map(Exchange::from)).collect())
        });
        let mut found: Vec<_> = commands.collect();
        if found.iter().any(Result::is_ok) {
            answered(&mut found, text);
            return found;
        }
    }
    if text.contains("&quot;") {
        let found = dedented(&prose::plain(text));
        if found.iter().any(Result::is_ok) {
            return found;
        }
    }
    if within.is_empty() { whole } else { within }
}

/// Adds what the text says of the answer to the only request.
fn answered(found: &mut [Result<Exchange, Stop>], text: &str) {
    if let [Ok(only)] = found {
        only.response = only.response.take().or_else(|| answer::read(text));
    }
}

/// Errors at their place in the whole text.
fn moved(found: Vec<Result<Exchange, Stop>>, by: usize) -> Vec<Result<Exchange, Stop>> {
    found.into_iter().map(|it| it.map_err(|stop| Stop { at: stop.at + by, ..stop })).collect()
}

/// The prompts of consoles: of Python, `IPython`, Node.js and PowerShell, and those of continued lines of
/// POSIX shells.
#[derive(Default)]
struct Prompts {
    is_console: bool,
    /// Commands in it are of a POSIX shell, not a part of a script of PowerShell.
    is_shell: bool,
    /// A prompt of PowerShell stands before its first command, or there is no such command.
    has_power_prompt: bool,
    /// What lines that go on start with in a console of Node.js, if this is one: it depends on the version.
    node: Option<&'static str>,
    /// What continued lines start with, if a line before has a prompt.
    more: &'static str,
    /// How many lines are left that continue a command with a prompt, or without.
    continued: usize,
    plain: usize,
    /// How many commands had no end.
    endless: usize,
}

impl Prompts {
    fn of(text: &str) -> Self {
        let first = first_call(text);
        let is_console = first.is_none() && !text.contains("HTTP/");
        let is_shell = first.is_none_or(|(_, language)| language == Shell::Posix);
        let before = powershell::call(text).and_then(|at| text.get(..at));
        let has_power_prompt =
            before.is_none_or(|before| before.lines().any(|it| is_power_prompt(it.trim_start())));
        let is_typed = |line: &str| {
            let typed = line.strip_prefix("> ").unwrap_or_default();
            ["const ", "let ", "var ", "await ", "fetch("].iter().any(|it| typed.starts_with(it))
        };
        let has_bars = text.lines().any(|line| line.starts_with("| "));
        let more = if has_bars { "| " } else { "... " };
        let node = (is_console && text.lines().any(is_typed)).then_some(more);
        Self { is_console, is_shell, has_power_prompt, node, ..Self::default() }
    }

    /// How far the prompt goes that the first of these lines starts with.
    fn length(&mut self, lines: &[&str]) -> usize {
        let [line, following @ ..] = lines else { return 0 };
        if self.continued > 0 {
            self.continued -= 1;
            return continuation(line).unwrap_or(0);
        }
        if self.plain > 0 {
            self.plain -= 1;
            return 0;
        }
        let bare = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - bare.len();
        if !self.more.is_empty() && bare.starts_with(self.more.trim_end()) {
            let rest = bare.get(self.more.len()..).filter(|_| bare.starts_with(self.more));
            return line.len()
                - rest.map_or(bare.trim_start_matches(['.', '>', '|']).len(), str::len);
        }
        let ipython = bare.strip_prefix("In [").and_then(|it| it.split_once("]: "));
        let (prompt, more) = match (ipython, self.node) {
            (Some((number, behind)), _) if number.bytes().all(|it| it.is_ascii_digit()) => {
                // `!` runs what follows in a shell.
                (bare.len() - behind.trim_start_matches('!').len(), "...: ")
            }
            _ if bare.starts_with(">>> ") => (4, "... "),
            (_, Some(more)) if bare.starts_with("> ") => (2, more),
            _ => (0, ""),
        };
        self.more = if self.is_console { more } else { "" };
        if !self.more.is_empty() {
            return indent + prompt;
        }
        if self.has_power_prompt && is_power_prompt(bare) {
            // The reader of PowerShell knows this one.
            self.more = ">> ";
            return 0;
        }
        if self.is_shell && self.endless < MOST_ENDLESS && shell::is_script(line) {
            let Continued { count, has_end, is_prompted } = continued(line, following);
            let lines = if is_prompted { &mut self.continued } else { &mut self.plain };
            *lines = count;
            self.endless += usize::from(!has_end);
        }
        0
    }
}

/// Whether a line starts with the prompt of PowerShell.
fn is_power_prompt(line: &str) -> bool {
    line.starts_with("PS ") && line.contains('>')
}

/// Where the first command of a text is, and whether it is one of PowerShell or of a POSIX shell.
fn first_call(text: &str) -> Option<(usize, Shell)> {
    let of_power_shell = powershell::call(text).map(|at| (at, Shell::Power));
    let of_posix = shell::call(text).map(|at| (at, Shell::Posix));
    // `curl.exe` is both.
    of_power_shell.into_iter().chain(of_posix).min_by_key(|(at, _)| *at)
}

/// How far the prompt of a POSIX shell goes in a line that continues a command.
fn continuation(line: &str) -> Option<usize> {
    let bare = line.trim_start_matches([' ', '\t']);
    let mut prompts = ["> ", "quote> ", "dquote> ", "heredoc> "].into_iter();
    let length = prompts.find_map(|prompt| {
        // What is copied from a terminal may lack the blanks at the end of lines.
        let alone = prompt.trim_end();
        let is_alone = || bare.trim_end() == alone;
        if bare.starts_with(prompt) {
            Some(prompt.len())
        } else {
            is_alone().then_some(alone.len())
        }
    })?;
    Some(line.len() - bare.len() + length)
}

/// The lines that continue a command.
struct Continued {
    count: usize,
    has_end: bool,
    /// All of them have a prompt.
    is_prompted: bool,
}

/// Beyond so many commands without an end, of which each is looked for far, none is looked at for prompts.
const MOST_ENDLESS: usize = 16;

/// The lines that continue a command, in a quotation, in a here-document or behind a backslash. In one
/// without an end they are counted up to one that has no prompt.
fn continued<'a>(command: &'a str, following: &[&'a str]) -> Continued {
    const MOST: usize = 1000;
    let following = following.get(..MOST).unwrap_or(following);
    let (mut quote, mut document) = (None, None);
    let mut goes_on = |line: &'a str| {
        if document.is_none() {
            document = line.split_once("<<").and_then(|(before, behind)| {
                let word = behind.trim_start_matches('-').split_whitespace().next()?;
                let is_operator = prose::open_quote(quote, before, Escape::Shell).is_none()
                    && !word.starts_with('<');
                is_operator.then_some(word.trim_matches(['\'', '"']))
            });
            quote = prose::open_quote(quote, line, Escape::Shell);
        } else if document == Some(line.trim()) {
            document = None;
        }
        document.is_some() || quote.is_some() || line.trim_end().ends_with('\\')
    };
    let mut unprompted = None;
    let mut content = command;
    for (count, line) in following.iter().enumerate() {
        if !goes_on(content) {
            return Continued { count, has_end: true, is_prompted: unprompted.is_none() };
        }
        let prompt = continuation(line).filter(|_| unprompted.is_none());
        if prompt.is_none() {
            unprompted.get_or_insert(count);
        }
        content = line.get(prompt.unwrap_or(0)..).unwrap_or_default();
    }
    let has_end = !goes_on(content);
    let count = unprompted.filter(|_| !has_end).unwrap_or(following.len());
    Continued { count, has_end, is_prompted: unprompted.is_none() }
}

/// The number that an editor writes before a line, and how far it goes.
fn number(line: &str) -> Option<(u32, usize)> {
    let bare = line.trim_start_matches(' ');
    let rest = bare.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = bare.get(..bare.len() - rest.len())?;
    let rest = rest.strip_prefix(['.', ':', '|', ')']).unwrap_or(rest);
    let is_whole = rest.is_empty() || rest.starts_with([' ', '\t']);
    Some((digits.parse().ok().filter(|_| is_whole)?, line.len() - rest.len()))
}

/// Whether the lines of a text have their numbers before them.
fn is_numbered(text: &str) -> bool {
    const FEWEST: usize = 3;
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let numbers = || lines().map_while(number).map(|(number, _)| number);
    let is_next = numbers().zip(numbers().skip(1)).all(|(a, b)| a.checked_add(1) == Some(b));
    is_next && lines().count() == numbers().count() && numbers().count() >= FEWEST
}

/// A text without what all of its lines start with: blanks, the mark of a quotation, a number.
fn dedented(text: &str) -> Vec<Result<Exchange, Stop>> {
    let is_blank = |it: char| it == ' ' || it == '\t' || it == '\u{a0}';
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let is_numbered = is_numbered(text);
    let lead = |line: &str| number(line).filter(|_| is_numbered).map_or(0, |(_, length)| length);
    let indent = |line: &str| {
        let line = line.get(lead(line)..).unwrap_or_default();
        line.len() - line.trim_start_matches(is_blank).len()
    };
    let quote = lines().count() > 1 && lines().all(|line| line.starts_with("> "));
    let is_log = quote && text.contains("HTTP/") && !text.contains("\n> \n");
    let has_code = |line: &&str| lead(line) < line.trim_end().len();
    let width = lines().filter(has_code).map(indent).min().unwrap_or(0);
    let width = if quote && !is_log { 2 } else { width };
    let first = text.lines().next().unwrap_or_default();
    let width = if first.get(..width).is_none() { 0 } else { width };
    let mut prompts = Prompts::of(text);
    let mut plain = String::with_capacity(text.len());
    // Where each line of the plain text starts, there and here.
    let mut starts = Vec::new();
    let mut at = 0;
    let cut = |line: &str| {
        let is_empty = width > 0 && line.trim().len() <= lead(line);
        if is_empty { line.trim_end_matches(['\r', '\n']).len() } else { lead(line) + width }
    };
    let cut_lines =
        text.split_inclusive('\n').map(|line| line.get(cut(line)..).unwrap_or_default());
    let cut_lines: Vec<&str> = cut_lines.collect();
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let cut = cut(line) + prompts.length(cut_lines.get(i..).unwrap_or_default());
        starts.push((plain.len(), at + cut));
        plain.push_str(line.get(cut..).unwrap_or(line));
        at += line.len();
    }
    if plain == text {
        return complete(text, read(text));
    }
    let found = complete(&plain, read(&plain));
    let place = |stop: Stop| {
        let later = starts.partition_point(|(there, _)| *there <= stop.at);
        let line = later.checked_sub(1).and_then(|line| starts.get(line));
        let (there, here) = line.copied().unwrap_or_default();
        Stop { at: here + stop.at - there, ..stop }
    };
    found.into_iter().map(|it| it.map_err(place)).collect()
}

/// A request on the wire, whose body is what its length says, whatever is in it.
fn as_sent(text: &str, mut request: Request) -> Result<Request, Stop> {
    let body = core::mem::take(&mut request.body);
    Ok(Request { body, ..with_host(text, without_templates(text, request)?)? })
}

fn with_host(text: &str, request: Request) -> Result<Request, Stop> {
    if request.url.starts_with('/') && !request.has("host") {
        let reason = "nothing here names the host: add a line such as `Host: \
                      api-xxxxxxxx.duosecurity.com`";
        return Err(Stop::new(start(text), reason));
    }
    Ok(request)
}

/// Adds what the text says of the answer, and refuses what is no whole request.
fn complete(text: &str, found: Vec<Result<Exchange, Stop>>) -> Vec<Result<Exchange, Stop>> {
    let is_single = found.len() == 1;
    let checked = found.into_iter().map(|it| {
        let mut exchange = it?;
        if exchange.response.is_none() && is_single {
            exchange.response = answer::read(text);
        }
        exchange.request = with_host(text, without_templates(text, exchange.request)?)?;
        Ok(exchange)
    });
    checked.collect()
}

fn read(text: &str) -> Vec<Result<Exchange, Stop>> {
    let all = |found: Vec<Result<Request, Stop>>| {
        found.into_iter().map(|it| it.map(Exchange::from)).collect()
    };
    let one = |found: Result<Request, Stop>| [found.map(Exchange::from)].into();
    let start = start(text);
    let trimmed = text.get(start..).unwrap_or_default();
    if let Some(found) = bruno::read(text) {
        return all(found);
    }
    if http_file::is_file(text) {
        return all(http_file::read(text));
    }
    if text.get(..start).is_some_and(|before| before.ends_with("> "))
        && let Some(parsed) = logs::read(text, 0)
    {
        return one(parsed);
    }
    if trimmed.starts_with(['{', '[']) {
        let found = objects::json(text, start);
        if found.iter().any(Result::is_ok) {
            return found;
        }
        // Lines of a log may start so as well.
        let log = logs::read(text, 0).filter(Result::is_ok);
        return log.map_or(found, one);
    }
    if let Some((at, Shell::Power)) = first_call(text)
        && !prose::is_quoted_at(text, at)
    {
        return all(powershell::read(text));
    }
    let first = trimmed.split(|it: char| it.is_whitespace() || "([{=".contains(it)).next();
    let first = first.unwrap_or_default();
    let is_assigned = trimmed.get(first.len()..).is_some_and(|it| it.starts_with('='));
    if matches!(first, "curl" | "curl.exe") {
        let shell = Shell::of(trimmed);
        if shell != Shell::Posix || first == "curl.exe" {
            let shell = if shell == Shell::Cmd { shell } else { Shell::Power };
            return all(curl::read_windows(text, start, shell));
        }
    }
    if is_method(first) && objects::is_console(trimmed) {
        return one(objects::console(text, start));
    }
    let target = trimmed.split_whitespace().nth(1).unwrap_or_default();
    let first_line = trimmed.lines().next().unwrap_or_default();
    let has_target = target.contains(['/', '{']) || first_line.contains("HTTP/");
    let is_raw = is_method(first) || http::is_request_line(first_line);
    if is_raw && has_target && first != "PS" && !is_assigned {
        let is_versioned = first_line.split_whitespace().count() > 2;
        let mut found = http::read(text, start);
        if let Ok(parsed) = &mut found
            && !is_versioned
            && parsed.url.contains("://")
            && let Err(stop) = http_file::as_clients_send(parsed, start)
        {
            return one(Err(stop));
        }
        let log = if found.is_err() { logs::read(text, 0).filter(Result::is_ok) } else { None };
        // Hurl names no version in a request, and the answer that it expects.
        let is_hurl = found.is_ok() && trimmed.contains("\nHTTP");
        if log.is_none() && (is_versioned || is_hurl) {
            return sequence(text, start, is_versioned);
        }
        return one(log.unwrap_or(found));
    }
    if let Some(found) = objects::axios_error(text).filter(Result::is_ok) {
        return one(found);
    }
    if let Some(found) = batch::read(text) {
        return all(found);
    }
    let mut found = scripts(text);
    if powershell::call(text).is_some() && !found.iter().any(Result::is_ok) {
        found = powershell::read(text);
    }
    if !found.is_empty() {
        return found.into_iter().map(|it| it.map(Exchange::from)).collect();
    }
    // JSON, with a line about it before.
    let objects = text.match_indices('\n').map(|(at, _)| at + 1);
    let mut objects = objects.filter(|at| text.get(*at..).is_some_and(|it| it.starts_with('{')));
    if let Some(at) = objects.next() {
        let found = objects::json(text, at);
        if found.iter().any(Result::is_ok) {
            return found;
        }
    }
    Vec::new()
}

/// The requests of scripts of a shell and of programs, or what a log says that they sent.
fn scripts(text: &str) -> Vec<Result<Request, Stop>> {
    let mut commands = Vec::new();
    let mut calls = None;
    if let Some(at) = shell::call(text) {
        if prose::is_quoted_at(text, at) {
            let found = calls::read(text);
            if matches!(&*found, [Ok(_)]) {
                return found;
            }
            calls = Some(found);
        }
        commands = shell::read(text);
        if commands.iter().any(Result::is_ok) {
            return commands;
        }
    }
    let found = calls.unwrap_or_else(|| calls::read(text));
    if commands.is_empty() || found.iter().any(Result::is_ok) {
        commands = found;
    }
    // The log of a command that has variables says what they stand for.
    let is_marked = text.contains("\n> ") && !commands.iter().any(Result::is_ok);
    if commands.is_empty() || is_marked {
        let log = logs::read(text, 0).filter(|it| commands.is_empty() || it.is_ok());
        if let Some(parsed) = log {
            return [parsed].into();
        }
    }
    commands
}

/// Requests one after another, each with the answer after it.
fn sequence(text: &str, start: usize, is_versioned: bool) -> Vec<Result<Exchange, Stop>> {
    let parts = http::read_all(text, start).into_iter();
    let exchange = |(part, found): (&str, Result<Request, Stop>)| {
        let mut request = found?;
        if is_versioned {
            http::form_alone(&mut request, start)?;
        } else {
            http_file::as_clients_send(&mut request, start)?;
        }
        Ok(Exchange { request, response: answer::read(part) })
    };
    parts.map(exchange).collect()
}

/// Of programs in PHP, Java, Kotlin, C#, Ruby, Go, Rust, Swift and Perl, and of clients that are not read.
const OTHER_LANGUAGES: [&str; 15] = [
    "duo_client",
    "duo_api",
    "PoolManager(",
    "<?php",
    "curl_setopt",
    "HttpRequest.newBuilder",
    "HttpURLConnection",
    "new Request.Builder",
    "new HttpRequestMessage",
    "Net::HTTP",
    "http.NewRequest",
    "reqwest::",
    "URLRequest(",
    "LWP::",
    "Faraday.new",
];

fn is_foreign(text: &str) -> bool {
    OTHER_LANGUAGES.iter().any(|it| text.contains(it))
}

/// Whether a text is code, or the like, that calls a URL.
fn is_code(text: &str) -> bool {
    let is_code = |line: &&str| line.trim_end().ends_with([';', '{', '(', ',', ':']);
    text.contains("://") && text.lines().filter(is_code).count() > 1
}

/// Whether a line has a method and a URL after it.
fn names_request(line: &str) -> bool {
    let words = || line.split_whitespace();
    words().zip(words().skip(1)).any(|(method, url)| {
        is_method(method) && (url.starts_with("https://") || url.starts_with("http://"))
    })
}

/// Whether a text has the lines of a canonical string: method, host, path.
fn is_signed(text: &str) -> bool {
    let next = || text.lines().map(str::trim);
    let mut lines = next().zip(next().skip(1)).zip(next().skip(2));
    lines.any(|((method, host), path)| {
        is_method(method) && host.ends_with(".duosecurity.com") && path.starts_with('/')
    })
}

fn is_credentials(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default().trim();
    eq_ignore_case(name, "authorization")
}

/// What to say of a text that has no request in it.
fn nothing(text: &str) -> Stop {
    let trimmed = text.trim();
    let at = text.len() - text.trim_start().len();
    let is_file = !trimmed.contains(char::is_whitespace)
        && [".har", ".json", ".txt", ".http", ".log", ".sh", ".py", ".js", ".pcap", ".saz"]
            .iter()
            .any(|end| trimmed.to_ascii_lowercase().ends_with(end));
    let has_code = trimmed.contains("\"code\"") || trimmed.contains("Invalid signature in request");
    let starts_as_answer = trimmed.starts_with("HTTP/");
    let reason = if trimmed.is_empty() {
        "the text is empty: paste the request that Duo refused"
    } else if is_file {
        "this is the name of a file: open it, and paste what is in it"
    } else if starts_as_answer || trimmed.starts_with('{') && has_code {
        "this is an answer: paste the request that it belongs to, as curl, raw HTTP, a HAR file or a log"
    } else if trimmed.lines().any(|line| line.contains(" curl -")) {
        "a curl command stands within a sentence here: paste it alone, from `curl` to its end"
    } else if is_signed(trimmed) {
        "this is the text that was signed: paste the request that was sent, and give this text \
         beside it"
    } else if !trimmed.contains("://") && trimmed.lines().any(is_credentials) {
        "these are headers alone: put the method and the URL on a line before them, such as `GET \
         https://api-xxxxxxxx.duosecurity.com/auth/v2/check`"
    } else if trimmed.lines().any(names_request)
        && !trimmed.to_ascii_lowercase().contains("authorization")
    {
        "there are a method and a URL here, and no headers: paste the request with its Date and \
         Authorization, as curl -v, a HAR file or the log of a client has them"
    } else if is_foreign(text) || is_code(trimmed) {
        "this language or client is not read: print what the program sends, or run it against \
         `npx duo-sign serve`, and paste that"
    } else if has_code || trimmed.contains("40103") && trimmed.len() < 400 {
        "this is Duo's error message alone: paste the request that it belongs to, as curl, raw HTTP, a \
         HAR file or a log"
    } else if trimmed.split_whitespace().count() > 8 && !trimmed.contains(['{', '<', '$']) {
        "this text is about a request, but contains none: paste the request itself, not a picture \
         or a description"
    } else {
        "not a recognized request: expected curl, raw HTTP, HAR or other JSON, \
         fetch(…), a log of a client, or a script with HTTPie, wget, Requests, httpx, axios or \
         Invoke-WebRequest"
    };
    Stop::new(at, reason)
}

/// Which of several matters.
fn best(found: &[Exchange]) -> Option<usize> {
    let rank = |i: &usize| {
        let Some(Exchange { request, response }) = found.get(*i) else { return 0 };
        let is_for_duo = request.url.contains(".duosecurity.com")
            || request.headers.iter().any(|(_, value)| value.contains(".duosecurity.com"));
        let status = response.as_ref().and_then(|it| it.status);
        let is_refused = status.is_some_and(|it| matches!(it, 400 | 401 | 403))
            || response.as_ref().is_some_and(|it| it.code.is_some());
        4 * usize::from(is_for_duo)
            + 2 * usize::from(request.has("authorization"))
            + usize::from(is_refused)
    };
    // The first of the best.
    (0..found.len()).rev().max_by_key(rank)
}

/// Where the request starts: after comments, and after the prompt or folder of a curl command.
fn start(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("```") {
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

/// RFC 3986 section 5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    ["/", &*kept.join("/")].concat()
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
