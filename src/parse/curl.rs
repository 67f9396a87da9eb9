//! A curl command: its options as "curl --manual" has them, as far as they shape the request.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::words::{Shell, Word, words};
use super::{Parsed, Stop, basic};
use crate::params;

/// Options that take a value which does not matter here.
const WITH_VALUE: [&str; 48] = [
    "--unix-socket",
    "--abstract-unix-socket",
    "--proto",
    "--proto-default",
    "--proto-redir",
    "--oauth2-bearer",
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

pub(super) fn read(text: &str, start: usize, shell: Shell) -> Result<Parsed, Stop> {
    let words = words(text, start, shell)?;
    let mut command = Command::default();
    let mut rest = words.into_iter().skip(1);
    let mut only_urls = false;
    while let Some(word) = rest.next() {
        let name = String::from_utf8_lossy(&word.bytes).into_owned();
        if only_urls || !name.starts_with('-') || name == "-" {
            command.url(&word)?;
        } else if name == "--" {
            only_urls = true;
        } else if name.starts_with("--") {
            command.option(&name, None, &word, &mut rest)?;
        } else {
            command.cluster(&name, &word, &mut rest)?;
        }
    }
    command.finish(start)
}

#[derive(Default)]
struct Command {
    parsed: Parsed,
    method: Option<String>,
    url: Option<String>,
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
    fn url(&mut self, word: &Word) -> Result<(), Stop> {
        if self.url.is_some() {
            return Err(Stop::new(
                word.at,
                "there is a second URL, or a value of an option that is not known: keep one",
            ));
        }
        self.url = Some(word.text()?);
        Ok(())
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
    fn option(
        &mut self,
        name: &str,
        value: Option<&[u8]>,
        at: &Word,
        rest: &mut impl Iterator<Item = Word>,
    ) -> Result<bool, Stop> {
        let missing = || Stop::new(at.at, format!("{name} lacks its value"));
        let inner = |bytes: &[u8]| Word { at: at.at, bytes: bytes.to_vec() };
        let mut value = || value.map(inner).or_else(|| rest.next()).ok_or_else(missing);
        match name {
            "-X" | "--request" => self.method = Some(value()?.text()?),
            "--url" => self.url(&value()?)?,
            "-H" | "--header" => self.header(&value()?)?,
            "-A" | "--user-agent" => self.agent = Some(value()?.text()?),
            "-e" | "--referer" => self.parsed.push("Referer", &value()?.text()?),
            "-b" | "--cookie" => self.parsed.push("Cookie", &value()?.text()?),
            "-u" | "--user" => self.user = Some(value()?.bytes),
            "-d" | "--data" | "--data-ascii" | "--data-binary" => {
                let word = value()?;
                if word.bytes.starts_with(b"@") {
                    return Err(Stop::new(word.at, "the body is in a file: put its content here"));
                }
                self.data(&word.bytes, b"&");
            }
            "--url-query" => {
                let word = value()?;
                if word.bytes.starts_with(b"@") {
                    return Err(Stop::new(word.at, "the value is in a file: put its content here"));
                }
                let query = self.query.get_or_insert_default();
                query.push('&');
                query.push_str(&word.text()?);
            }
            "--next" => return Err(Stop::new(at.at, "there are two requests: keep one")),
            "--data-raw" => self.data(&value()?.bytes, b"&"),
            "--data-urlencode" => self.data_urlencode(&value()?)?,
            "--json" => {
                self.is_json = true;
                self.data(&value()?.bytes, b"");
            }
            "-G" | "--get" => {
                self.is_get = true;
                return Ok(false);
            }
            "-I" | "--head" => {
                self.is_head = true;
                return Ok(false);
            }
            "-F" | "--form" | "--form-string" | "-T" | "--upload-file" | "-K" | "--config" => {
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
        let data = self.data.get_or_insert_default();
        if !data.is_empty() {
            data.extend_from_slice(between);
        }
        data.extend_from_slice(bytes);
    }

    fn data_urlencode(&mut self, word: &Word) -> Result<(), Stop> {
        let position = word.bytes.iter().position(|byte| matches!(byte, b'=' | b'@'));
        let at = position.unwrap_or(word.bytes.len());
        if word.bytes.get(at) == Some(&b'@') {
            return Err(Stop::new(word.at, "the value is in a file: put its content here"));
        }
        let (name, content) = match position {
            Some(at) => word.bytes.split_at(at),
            None => (&b""[..], &word.bytes[..]),
        };
        let content =
            if position.is_some() { content.get(1..).unwrap_or_default() } else { content };
        let mut data = name.to_vec();
        if !name.is_empty() {
            data.push(b'=');
        }
        data.extend_from_slice(params::encode(content).replace("%20", "+").as_bytes());
        self.data(&data, b"&");
        Ok(())
    }

    fn finish(mut self, start: usize) -> Result<Parsed, Stop> {
        let url = self.url.ok_or_else(|| Stop::new(start, "the command has no URL"))?;
        let url = url.split_once('#').map_or(url.as_str(), |(url, _)| url);
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let behind =
            if behind.starts_with('/') { behind.to_string() } else { format!("/{behind}") };
        self.parsed.url = format!("{scheme}://{authority}{behind}");
        let user = self.parsed.take_user_info();
        let credentials = self.user.take().or(user).map(|user| basic(&user));
        self.parsed.default_header("Authorization", credentials.as_deref());
        self.parsed.default_header("User-Agent", self.agent.as_deref());
        let default = match (&self.data, self.is_get, self.is_head) {
            (_, _, true) => "HEAD",
            (Some(_), false, _) => "POST",
            _ => "GET",
        };
        if let Some(query) = self.query.take() {
            self.parsed.add_query(query.trim_start_matches('&'));
        }
        if let Some(data) = self.data.take() {
            if self.is_get {
                self.parsed.add_query(&String::from_utf8_lossy(&data));
            } else {
                let kind = if self.is_json {
                    "application/json"
                } else {
                    "application/x-www-form-urlencoded"
                };
                let is_removed = self.removed.contains(&"content-type".into());
                self.parsed.default_header("Content-Type", (!is_removed).then_some(kind));
                self.parsed.body = data;
            }
        }
        self.parsed.default_header("User-Agent", Some("curl"));
        self.parsed.method = self.method.unwrap_or_else(|| default.to_string());
        Ok(self.parsed)
    }
}
