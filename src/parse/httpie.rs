//! An `http` or `https` command of `HTTPie`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::literal::Literal;
use super::words::{Shell, words};
use super::{Parsed, Stop, basic, form};

/// Options that take a value which does not matter here.
const WITH_VALUE: [&str; 21] = [
    "--timeout",
    "--verify",
    "--session",
    "--session-read-only",
    "--output",
    "-o",
    "--proxy",
    "--cert",
    "--cert-key",
    "--print",
    "-p",
    "--pretty",
    "--style",
    "-s",
    "--auth-type",
    "-A",
    "--max-redirects",
    "--ssl",
    "--ciphers",
    "--default-scheme",
    "--boundary",
];

/// What stands between the name and the value of an item; of those at one place the longest counts.
const SEPARATORS: [&str; 8] = [":=@", "==@", ":=", "==", "=@", ":@", "=", ":"];

/// Options, the method unless it is the usual one, the URL, then items.
pub(super) fn read(text: &str, start: usize) -> Result<Parsed, Stop> {
    let mut command = Command::default();
    let mut words = words(text, start, Shell::Posix)?.into_iter();
    let program = words.next();
    let mut items = Vec::new();
    while let Some(word) = words.next() {
        let argument = word.text()?;
        if !argument.starts_with('-') {
            items.push((argument, word.at));
            continue;
        }
        let (name, mut value) = match (argument.strip_prefix("-a"), argument.split_once('=')) {
            (Some(value), _) if !value.is_empty() => ("-a", Some(value.to_string())),
            (_, Some((name, value))) => (name, Some(value.to_string())),
            _ => (&*argument, None),
        };
        let takes_value = matches!(name, "--raw" | "--auth" | "-a") || WITH_VALUE.contains(&name);
        if takes_value && value.is_none() {
            value = words.next().map(|word| word.text()).transpose()?;
        }
        let value = value.unwrap_or_default();
        match name {
            "--raw" => command.raw = Some(value),
            "--auth" | "-a" => command.user = Some(value.into_bytes()),
            "--json" | "-j" => command.is_json = true,
            "--form" | "-f" => command.is_form = true,
            "--multipart" => {
                return Err(Stop::new(
                    word.at,
                    "--multipart cannot be read: Duo takes no such body",
                ));
            }
            _ => {}
        }
    }
    let mut items = items.into_iter().peekable();
    let is_method = |(word, _): &(String, usize)| word.bytes().all(|it| it.is_ascii_alphabetic());
    let method = items.next_if(is_method).map(|(method, _)| method.to_ascii_uppercase());
    let (url, _) = items.next().ok_or_else(|| Stop::new(start, "the command has no URL"))?;
    let is_https = program.is_some_and(|program| program.bytes == b"https");
    command.parsed.url = if url.contains("://") {
        url
    } else {
        // `:/path` and `:8000/path` are of this machine.
        let (host, url) = match url.strip_prefix(':') {
            Some(rest) if !rest.starts_with(|it: char| it.is_ascii_digit()) => ("localhost", rest),
            Some(_) => ("localhost", &*url),
            None => ("", &*url),
        };
        format!("{}://{host}{url}", if is_https { "https" } else { "http" })
    };
    let user = command.parsed.take_user_info();
    if let Some(user) = command.user.take().or(user) {
        command.parsed.set("Authorization", &basic(&user));
    }
    for (item, at) in items {
        command.item(&item, at)?;
    }
    Ok(command.finish(method))
}

/// A backslash before what separates makes an ordinary character of it, in values too.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(found) = characters.next() {
        let is_escape = found == '\\' && characters.peek().is_some_and(|it| ":=@;".contains(*it));
        text.push(if is_escape { characters.next().unwrap_or(found) } else { found });
    }
    text
}

#[derive(Default)]
struct Command {
    parsed: Parsed,
    query: Vec<(String, String)>,
    data: Vec<(String, Literal)>,
    raw: Option<String>,
    is_form: bool,
    is_json: bool,
    user: Option<Vec<u8>>,
}

impl Command {
    fn item(&mut self, item: &str, at: usize) -> Result<(), Stop> {
        let mut name = String::new();
        let mut rest = item;
        loop {
            if let Some(separator) = SEPARATORS.iter().find(|it| rest.starts_with(**it)) {
                let value = rest.get(separator.len()..).unwrap_or_default();
                return self.add(name, separator, unescaped(value), at);
            }
            let mut characters = rest.chars();
            match characters.next() {
                // It makes an ordinary character of one that separates.
                Some('\\') if characters.as_str().starts_with([':', '=', '@', '\\']) => {
                    name.extend(characters.next());
                }
                Some(found) => name.push(found),
                None => break,
            }
            rest = characters.as_str();
        }
        match item.strip_suffix(';') {
            Some(name) => self.parsed.push(name, ""),
            None => return Err(Stop::new(at, "this item is neither a header nor data nor query")),
        }
        Ok(())
    }

    fn add(&mut self, name: String, separator: &str, value: String, at: usize) -> Result<(), Stop> {
        match separator {
            ":" => self.parsed.push(&name, &value),
            "==" => self.query.push((name, value)),
            "=" => self.data.push((name, Literal::Text(value))),
            ":=" => {
                let value = Literal::parse(&value);
                let value = value.ok_or_else(|| Stop::new(at, "what follows := is not JSON"))?;
                self.data.push((name, value));
            }
            _ => return Err(Stop::new(at, "the value is in a file: put its content here")),
        }
        Ok(())
    }

    fn finish(mut self, method: Option<String>) -> Parsed {
        let has_body = self.raw.is_some() || !self.data.is_empty();
        let kind = match () {
            () if self.is_form => Some("application/x-www-form-urlencoded; charset=utf-8"),
            () if has_body || self.is_json => Some("application/json"),
            () => None,
        };
        self.parsed.default_header("Content-Type", kind);
        self.parsed.default_header("User-Agent", Some("HTTPie"));
        self.parsed.add_query(&form(core::mem::take(&mut self.query)));
        self.parsed.method =
            method.unwrap_or_else(|| if has_body { "POST" } else { "GET" }.to_string());
        self.parsed.body = match self.raw {
            Some(raw) => raw,
            None if self.is_form => {
                form(self.data.iter().filter_map(|(name, value)| Some((name, value.plain()?))))
            }
            None if has_body => Literal::Object(self.data).dumps(),
            None => String::new(),
        }
        .into_bytes();
        self.parsed
    }
}
