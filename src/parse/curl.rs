//! A curl command: its options as "curl --manual" has them, as far as they shape the request.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::words::{Shell, Word, words};
use super::{Stop, basic, without_dots};
use crate::http::Request;
use crate::params;
use crate::request::FORM;

/// Options that take a value which does not matter here.
const WITH_VALUE: [&str; 47] = [
    "--unix-socket",
    "--abstract-unix-socket",
    "--proto",
    "--proto-default",
    "--proto-redir",
    "--output",
    "-o",
    "--write-out",
    "-w",
    "--max-time",
    "-m",
    "--connect-timeout",
    "--proxy",
    "-x",
    "--cacert",
    "--capath",
    "--cert",
    "-E",
    "--key",
    "--resolve",
    "--connect-to",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "--cookie-jar",
    "-c",
    "--ciphers",
    "--dump-header",
    "-D",
    "--limit-rate",
    "--interface",
    "--noproxy",
    "--proxy-user",
    "-U",
    "--proxy-header",
    "--tls-max",
    "--max-redirs",
    "--pinnedpubkey",
    "--dns-servers",
    "--doh-url",
    "--local-port",
    "--range",
    "-r",
    "--time-cond",
    "-z",
    "--trace-ascii",
    "--stderr",
];

/// A command for cmd or PowerShell.
pub(super) fn read_windows(text: &str, start: usize, shell: Shell) -> Vec<Result<Request, Stop>> {
    match words(text, start, shell) {
        Ok(words) => read(&words, None),
        Err(stop) => [Err(stop)].into(),
    }
}

/// The requests of a command: one for each URL, and for each part after `--next`.
pub(super) fn read(words: &[Word], input: Option<&Word>) -> Vec<Result<Request, Stop>> {
    let start = words.first().map_or(0, |word| word.at);
    let arguments = words.get(1..).unwrap_or_default();
    let parts = arguments.split(|word| word.bytes == b"--next" || word.is("-:"));
    parts.flat_map(|part| requests(part, input, start)).collect()
}

fn requests(words: &[Word], input: Option<&Word>, start: usize) -> Vec<Result<Request, Stop>> {
    const MOST_URLS: usize = 16;
    let mut command = Command { input: input.cloned(), ..Command::default() };
    if let Err(stop) = command.arguments(words) {
        return [Err(stop)].into();
    }
    let urls = core::mem::take(&mut command.urls);
    if urls.len() > MOST_URLS {
        let reason = "the command has too many URLs: check its quotes, and leave only the one that \
                      was refused";
        return [Err(Stop::new(start, reason))].into();
    }
    if urls.is_empty() {
        return [Err(Stop::new(start, "the command has no URL"))].into();
    }
    let read = |url: String| {
        if !command.keeps_braces && has_pattern(&url) {
            let reason = "curl makes several URLs of the braces or brackets in this one: write out \
                          the one that was refused, or give -g";
            return Err(Stop::new(start, reason));
        }
        Ok(command.clone().finish(&url))
    };
    urls.into_iter().map(read).collect()
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
#[derive(Clone, Default)]
struct Command {
    parsed: Request,
    method: Option<String>,
    urls: Vec<String>,
    /// What stands on the standard input.
    input: Option<Word>,
    keeps_dots: bool,
    has_other_auth: bool,
    keeps_braces: bool,
    bearer: Option<String>,
    /// The data, once there is some.
    data: Option<Vec<u8>>,
    /// What --url-query adds.
    query: Option<String>,
    is_json: bool,
    is_get: bool,
    is_head: bool,
    /// Headers that are left out.
    removed: Vec<String>,
    /// The last of --user, which a header of its own comes before.
    user: Option<Vec<u8>>,
    /// The last of --user-agent, likewise.
    agent: Option<String>,
}

impl Command {
    fn arguments(&mut self, words: &[Word]) -> Result<(), Stop> {
        let mut rest = words.iter().cloned();
        let mut only_urls = false;
        while let Some(word) = rest.next() {
            let name = String::from_utf8_lossy(&word.bytes).into_owned();
            if word.unknown.is_none() && name.trim().is_empty() {
                let reason = "a space after the backslash ends the command here: remove it";
                return Err(Stop::new(word.at, reason));
            }
            if only_urls || !name.starts_with('-') || name == "-" {
                self.urls.push(word.text()?);
            } else if name == "--" {
                only_urls = true;
            } else if name.starts_with("--") {
                let name = full(&name);
                self.option(name, None, &word, &mut rest)?;
            } else {
                self.cluster(&name, &word, &mut rest)?;
            }
        }
        Ok(())
    }

    /// What `@-` stands for.
    fn standard_input(&self, word: &Word) -> Result<&[u8], Stop> {
        match &self.input {
            Some(input) if matches!(&*word.bytes, b"@-") => input.known(),
            _ => Err(Stop::new(word.at, "the body is in a file: put its content here")),
        }
    }

    /// Short options in one word, such as `-sSXPOST`.
    fn cluster(
        &mut self,
        name: &str,
        word: &Word,
        rest: &mut impl Iterator<Item = Word>,
    ) -> Result<(), Stop> {
        for (i, letter) in name.char_indices().skip(1) {
            let short = format!("-{letter}");
            let behind = word.bytes.get(i + letter.len_utf8()..).unwrap_or_default();
            let value = (!behind.is_empty()).then_some(behind);
            if self.option(&short, value, word, rest)? {
                break;
            }
        }
        Ok(())
    }

    /// One option; whether it took a value.
    #[expect(clippy::too_many_lines, reason = "a table of options")]
    fn option(
        &mut self,
        name: &str,
        value: Option<&[u8]>,
        at: &Word,
        rest: &mut impl Iterator<Item = Word>,
    ) -> Result<bool, Stop> {
        let missing = || {
            Stop::new(
                at.at,
                format!("{name} lacks its value: if it is on the next line, join the two"),
            )
        };
        let inner = |bytes: &[u8]| Word { bytes: bytes.to_vec(), ..at.clone() };
        let mut value = || value.map(inner).or_else(|| rest.next()).ok_or_else(missing);
        match name {
            "-X" | "--request" => self.method = Some(value()?.text()?),
            "--url" => self.urls.push(value()?.text()?),
            "--path-as-is" => {
                self.keeps_dots = true;
                return Ok(false);
            }
            "-g" | "--globoff" => {
                self.keeps_braces = true;
                return Ok(false);
            }
            "--digest" | "--ntlm" | "--negotiate" | "--anyauth" => {
                self.has_other_auth = true;
                return Ok(false);
            }
            "--request-target" | "--no-get" | "--no-head" | "--no-json" | "-n" | "--netrc" => {
                let reason =
                    format!("{name} changes the request in ways that are not read: write it out");
                return Err(Stop::new(at.at, reason));
            }
            "--oauth2-bearer" => self.bearer = Some(value()?.text()?),
            "-H" | "--header" => self.header(&value()?)?,
            "-A" | "--user-agent" => self.agent = Some(value()?.text()?),
            "-e" | "--referer" => self.parsed.push("Referer", &value()?.text()?),
            "-b" | "--cookie" => self.parsed.push("Cookie", &value()?.text()?),
            "-u" | "--user" => {
                let user = value()?.known()?.to_vec();
                // Neither a name nor a password.
                self.user = Some(if user.is_empty() { b":".into() } else { user });
            }
            "-d" | "--data" | "--data-ascii" | "--data-binary" => {
                let word = value()?;
                let bytes = word.known()?;
                if !bytes.starts_with(b"@") {
                    self.data(bytes, b"&");
                    return Ok(true);
                }
                let mut input = self.standard_input(&word)?.to_vec();
                if name != "--data-binary" {
                    input.retain(|byte| !matches!(byte, b'\r' | b'\n'));
                }
                self.data(&input, b"&");
            }
            "--url-query" => {
                let word = value()?;
                let bytes = match word.known()?.strip_prefix(b"+") {
                    Some(bytes) => bytes.to_vec(),
                    None => self.encoded(&word)?,
                };
                let query = self.query.get_or_insert_default();
                query.push('&');
                query.push_str(&String::from_utf8_lossy(&bytes));
            }
            "--data-raw" => self.data(value()?.known()?, b"&"),
            "--data-urlencode" => {
                let data = self.encoded(&value()?)?;
                self.data(&data, b"&");
            }
            "--json" => {
                self.is_json = true;
                let word = value()?;
                let bytes = word.known()?;
                let input;
                let bytes = if bytes.starts_with(b"@") {
                    input = self.standard_input(&word)?.to_vec();
                    &input
                } else {
                    bytes
                };
                self.data(bytes, b"");
            }
            "-G" | "--get" => {
                self.is_get = true;
                return Ok(false);
            }
            "-I" | "--head" => {
                self.is_head = true;
                return Ok(false);
            }
            "-K" | "--config" if self.input.is_none() => {
                let reason = "the options are in a file: put them here";
                return Err(Stop::new(at.at, reason));
            }
            "-K" | "--config" => {
                let word = value()?;
                if word.bytes != b"-" {
                    return Err(Stop::new(word.at, "the options are in a file: put them here"));
                }
                let config = self.input.take().unwrap_or_default().text()?;
                self.config(&config, word.at)?;
            }
            "-F" | "--form" | "--form-string" | "-T" | "--upload-file" => {
                return Err(Stop::new(
                    at.at,
                    format!("{name} cannot be read: Duo takes no such body"),
                ));
            }
            _ if WITH_VALUE.contains(&name) => drop(value()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn header(&mut self, word: &Word) -> Result<(), Stop> {
        let header = word.text()?;
        if let Some(name) = header.strip_suffix(';').filter(|name| !name.contains(':')) {
            self.parsed.push(name, "");
            return Ok(());
        }
        let (name, value) =
            header.split_once(':').ok_or_else(|| Stop::new(word.at, "a header lacks its colon"))?;
        if value.trim().is_empty() {
            self.removed.push(name.trim().to_ascii_lowercase());
        } else {
            self.parsed.push(name.trim(), value.trim());
        }
        Ok(())
    }

    fn data(&mut self, bytes: &[u8], between: &[u8]) {
        let is_first = self.data.is_none();
        let data = self.data.get_or_insert_default();
        if !is_first {
            data.extend_from_slice(between);
        }
        data.extend_from_slice(bytes);
    }

    /// `content`, `=content`, `name=content`, with the content encoded.
    fn encoded(&self, word: &Word) -> Result<Vec<u8>, Stop> {
        let bytes = word.known()?;
        let position = bytes.iter().position(|byte| matches!(byte, b'=' | b'@'));
        let (name, content) = match position {
            Some(at) => bytes.split_at(at),
            None => (&b""[..], bytes),
        };
        let mut content =
            if position.is_some() { content.get(1..).unwrap_or_default() } else { content };
        if position.and_then(|at| bytes.get(at)) == Some(&b'@') {
            let input = Word { bytes: [b"@", content].concat(), ..word.clone() };
            content = self.standard_input(&input)?;
        }
        let mut data = name.to_vec();
        if !name.is_empty() {
            data.push(b'=');
        }
        data.extend_from_slice(params::encode(content).replace("%20", "+").as_bytes());
        Ok(data)
    }

    /// Lines of options, as `--config` has them.
    fn config(&mut self, config: &str, at: usize) -> Result<(), Stop> {
        let mut words = Vec::new();
        for line in config.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let end = line.find([' ', '=', ':', '\t']).unwrap_or(line.len());
            let (name, value) = line.split_at_checked(end).unwrap_or((line, ""));
            let name = if name.starts_with('-') { name.into() } else { ["--", name].concat() };
            words.push(Word { at, bytes: name.into(), ..Word::default() });
            let value = value.trim_start_matches([' ', '=', ':', '\t']);
            if value.is_empty() {
                continue;
            }
            let quoted = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            if quoted.is_some_and(|it| it.contains('\\')) {
                return Err(Stop::new(
                    at,
                    "there are backslashes in the options: write them out here",
                ));
            }
            words.push(Word { at, bytes: quoted.unwrap_or(value).into(), ..Word::default() });
        }
        self.arguments(&words)
    }

    fn finish(mut self, url: &str) -> Request {
        let url = url.split_once('#').map_or(url, |(url, _)| url);
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let behind =
            if behind.starts_with('/') { behind.to_string() } else { format!("/{behind}") };
        let (path, query) = behind.split_once('?').map_or((&*behind, None), |(a, b)| (a, Some(b)));
        let path = if self.keeps_dots { path.into() } else { without_dots(path) };
        let query = query.map(|query| ["?", query].concat()).unwrap_or_default();
        self.parsed.url = format!("{scheme}://{authority}{path}{query}");
        if let Some(bearer) = self.bearer.take() {
            self.parsed.default_header("Authorization", Some(&["Bearer ", &*bearer].concat()));
        }
        let user = self.parsed.take_user_info();
        let keeps_user = !self.has_other_auth && !self.removed.contains(&"authorization".into());
        let credentials = self.user.take().or(user).filter(|_| keeps_user).map(|user| basic(&user));
        self.parsed.default_header("Authorization", credentials.as_deref());
        self.parsed.default_header("User-Agent", self.agent.as_deref());
        let default = match (&self.data, self.is_get, self.is_head) {
            (_, _, true) => "HEAD",
            (Some(_), false, _) => "POST",
            _ => "GET",
        };
        if let Some(query) = self.query.take() {
            self.parsed.add_query(&lower_codes(query.trim_start_matches('&')));
        }
        if let Some(data) = self.data.take() {
            if self.is_get {
                let kind = self.is_json.then_some("application/json");
                self.parsed.default_header("Content-Type", kind);
                self.parsed.add_query(&lower_codes(&String::from_utf8_lossy(&data)));
            } else {
                let kind = if self.is_json { "application/json" } else { FORM };
                let is_removed = self.removed.contains(&"content-type".into());
                self.parsed.default_header("Content-Type", (!is_removed).then_some(kind));
                self.parsed.body = data;
            }
        }
        self.parsed.default_header("User-Agent", Some("curl"));
        self.parsed.method = self.method.unwrap_or_else(|| default.to_string());
        self.parsed
    }
}

/// Long options may be cut, as far as they are told apart.
fn full(name: &str) -> &str {
    const OPTIONS: [&str; 16] = [
        "--request",
        "--header",
        "--user-agent",
        "--data-urlencode",
        "--data-binary",
        "--data-raw",
        "--json",
        "--get",
        "--head",
        "--url-query",
        "--insecure",
        "--cookie",
        "--referer",
        "--oauth2-bearer",
        "--user",
        "--url",
    ];
    let is_whole = OPTIONS.contains(&name) || WITH_VALUE.contains(&name);
    let mut longer = OPTIONS.iter().filter(|it| it.starts_with(name));
    match (longer.next(), longer.next()) {
        (Some(only), None) if !is_whole && name.len() > 4 => only,
        _ => name,
    }
}

/// Whether curl takes a URL for a pattern (its manual, "URL"); `[::1]` is an address.
fn has_pattern(url: &str) -> bool {
    let has_range = |part: &str| {
        let (before, _) = part.rsplit_once('-').unwrap_or_default();
        before.split('[').skip(1).any(|inner| !inner.starts_with(':'))
    };
    url.split(']').any(has_range) || url.contains('{') && url.contains('}')
}

/// curl writes the codes of a query that it adds in lower case.
fn lower_codes(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(at) = rest.find('%') {
        let end = rest.get(..at + 3).map_or(rest.len(), str::len);
        let (before, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(before.get(..at).unwrap_or_default());
        out.push_str(&before.get(at..).unwrap_or_default().to_ascii_lowercase());
        rest = behind;
    }
    out.push_str(rest);
    out
}
