//! An `http` or `https` command of `HTTPie`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::encodings::standard_form;
use super::literal::Literal;
use super::words::Command as Called;
use super::{Stop, basic, form, objects, python};
use crate::http::Request;
use crate::request::FORM;
use crate::text::eq_ignore_case;

/// Options that take a value which does not matter here.
const WITH_VALUE: [&str; 24] = [
    "--boundary",
    "--timeout",
    "--verify",
    "--format-options",
    "--history-print",
    "-P",
    "--response-charset",
    "--response-mime",
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
];

/// Options without a value that do not change the request.
const PLAIN: [&str; 31] = [
    "--unsorted",
    "--sorted",
    "--headers",
    "--meta",
    "--body",
    "--verbose",
    "--all",
    "--stream",
    "--download",
    "--quiet",
    "--offline",
    "--follow",
    "--check-status",
    "--chunked",
    "--traceback",
    "--debug",
    "--no-verify",
    "--no-follow",
    "--no-check-status",
    "--no-stream",
    "--no-verbose",
    "-h",
    "-m",
    "-b",
    "-v",
    "-S",
    "-d",
    "-q",
    "-F",
    "-4",
    "-6",
];

/// What stands between the name and the value of an item; of those at one place the longest counts.
const SEPARATORS: [&str; 8] = [":=@", "==@", ":=", "==", "=@", ":@", "=", ":"];

/// Short options without a value, which may stand together.
const SWITCHES: &str = "jfhmbvIdcSFqx46";

/// Options, the method unless it is the usual one, the URL, then items.
pub(super) fn read(called: &Called) -> Result<Request, Stop> {
    let start = called.words.first().map_or(0, |word| word.at);
    let mut command = Command::default();
    let mut words = called.words.iter().cloned();
    let program = words.next();
    let mut items = Vec::new();
    let mut only_items = false;
    while let Some(word) = words.next() {
        let argument = word.text()?;
        if only_items || !argument.starts_with('-') || argument == "-" {
            items.push((argument, word.at));
            continue;
        }
        if argument == "--" {
            only_items = true;
            continue;
        }
        let mut names = Vec::new();
        let mut value = None;
        if argument.starts_with("--") {
            let (name, given) =
                argument.split_once('=').map_or((&*argument, None), |(name, it)| (name, Some(it)));
            names.push(name.to_string());
            value = given.map(String::from);
        } else {
            for (at, letter) in argument.char_indices().skip(1) {
                names.push(["-", &*letter.to_string()].concat());
                let rest = argument.get(at + letter.len_utf8()..).unwrap_or_default();
                if !SWITCHES.contains(letter) {
                    value = (!rest.is_empty()).then(|| rest.trim_start_matches('=').to_string());
                    break;
                }
            }
        }
        for name in names {
            let takes_value =
                matches!(&*name, "--raw" | "--auth" | "-a") || WITH_VALUE.contains(&&*name);
            let value = match value.take() {
                Some(value) => value,
                None if takes_value => {
                    words.next().map(|word| word.text()).transpose()?.unwrap_or_default()
                }
                None => String::new(),
            };
            match &*name {
                "--raw" => command.raw = Some(value),
                "--auth" | "-a" => command.user = Some(value.into_bytes()),
                "--auth-type" | "-A" if value == "bearer" => command.is_bearer = true,
                "--auth-type" | "-A" if value != "basic" => {
                    let reason = "only the authorization types basic and bearer are read: copy what was sent";
                    return Err(Stop::new(word.at, reason));
                }
                "--json" | "-j" => command.is_json = true,
                "--form" | "-f" => command.is_form = true,
                "--ignore-stdin" | "-I" => command.ignores_input = true,
                "--path-as-is" => command.keeps_dots = true,
                name if PLAIN.contains(&name) || WITH_VALUE.contains(&name) => {}
                _ => return Err(Stop::new(word.at, unread(&name))),
            }
        }
    }
    if let Some(input) = called.input.as_ref().filter(|_| !command.ignores_input) {
        command.raw = Some(input.text()?);
    }
    let mut items = items.into_iter().peekable();
    let is_method = |(word, _): &(String, usize)| word.bytes().all(|it| it.is_ascii_alphabetic());
    let method = items.next_if(is_method).map(|(method, _)| method.to_ascii_uppercase());
    let (url, _) = items.next().ok_or_else(|| Stop::new(start, "the command has no URL"))?;
    let program = program.map(|it| it.bytes).unwrap_or_default();
    let is_https = program.ends_with(b"https") || program.ends_with(b"xhs");
    command.is_xh = program.ends_with(b"xh") || program.ends_with(b"xhs");
    command.parsed.url = whole(url, if is_https { "https" } else { "http" });
    command.parsed.url = if command.is_xh {
        objects::standard_url(&command.parsed.url)
    } else {
        python::requoted(&command.parsed.url)
    };
    if !command.keeps_dots {
        command.parsed.remove_dots();
    }
    let user = command.parsed.take_user_info();
    if let Some(token) = command.user.take_if(|_| command.is_bearer) {
        let token = String::from_utf8_lossy(&token).into_owned();
        command.parsed.set("Authorization", &["Bearer ", &*token].concat());
    } else if let Some(user) = command.user.take().or(user) {
        command.parsed.set("Authorization", &basic(&user));
    }
    let authorization = command.parsed.headers.pop();
    for (item, at) in items {
        command.item(&item, at)?;
    }
    // It comes before a header.
    if let Some((name, value)) = authorization {
        command.parsed.headers.retain(|(found, _)| !eq_ignore_case(found, &name));
        command.parsed.headers.insert(0, (name, value));
    }
    command.finish(method, start)
}

/// A URL with its scheme; `:/path` and `:8000/path` are of this machine.
fn whole(url: String, scheme: &str) -> String {
    if url.contains("://") {
        return url;
    }
    let (host, url) = match url.strip_prefix(':') {
        Some(rest) if !rest.starts_with(|it: char| it.is_ascii_digit()) => ("localhost", rest),
        Some(_) => ("localhost", &*url),
        None => ("", &*url),
    };
    format!("{scheme}://{host}{url}")
}

/// Why an option is not read.
fn unread(name: &str) -> String {
    let reason = match name {
        "--multipart" => "Duo takes no such body",
        "--session" | "--session-read-only" => "the session may add headers: copy what was sent",
        "--compress" | "-x" => "it compresses the body: leave it out",
        _ => "this option is not known here: leave it out, or copy what was sent",
    };
    format!("{name} cannot be read: {reason}")
}

/// A backslash before what separates makes an ordinary character of it, in values too; before anything
/// else, a second backslash for example, both stay (`httpie.cli.argtypes`, `tokenize`).
pub(crate) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(found) = characters.next() {
        take_plain(&mut text, found, &mut characters);
    }
    text
}

fn take_plain(text: &mut String, found: char, rest: &mut core::str::Chars<'_>) {
    let next = if found == '\\' { rest.next() } else { None };
    if !next.is_some_and(|it| ":=@;".contains(it)) {
        text.push(found);
    }
    text.extend(next);
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
#[derive(Default)]
struct Command {
    parsed: Request,
    query: Vec<(String, String)>,
    data: Vec<(String, Literal)>,
    raw: Option<String>,
    is_form: bool,
    is_json: bool,
    is_bearer: bool,
    /// Whether it is one of xh, which has the options of `HTTPie`, and writes forms and JSON otherwise.
    is_xh: bool,
    keeps_dots: bool,
    ignores_input: bool,
    /// Headers that are taken away.
    removed: Vec<String>,
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
            let Some(found) = characters.next() else { break };
            take_plain(&mut name, found, &mut characters);
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
            ":" if value.is_empty() => self.removed.push(name),
            ":" => self.parsed.push(&name, value.trim()),
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

    fn finish(mut self, method: Option<String>, start: usize) -> Result<Request, Stop> {
        let has_body = self.raw.is_some() || !self.data.is_empty();
        let removes_kind = self.removed.iter().any(|it| eq_ignore_case(it, "content-type"));
        let kind = match () {
            () if removes_kind => None,
            () if self.is_form && self.is_xh => Some(FORM),
            () if self.is_form => Some("application/x-www-form-urlencoded; charset=utf-8"),
            () if has_body || self.is_json => Some("application/json"),
            () => None,
        };
        self.parsed.default_header("Content-Type", kind);
        self.parsed.default_header("User-Agent", Some("HTTPie"));
        self.parsed
            .headers
            .retain(|(name, _)| !self.removed.iter().any(|it| eq_ignore_case(it, name)));
        let query = core::mem::take(&mut self.query);
        let query = if self.is_xh {
            let pairs = query.into_iter().map(|(name, value)| (name, Literal::Text(value)));
            standard_form(&pairs.collect::<Vec<_>>())
        } else {
            form(query)
        };
        self.parsed.add_query(&query);
        self.parsed.method =
            method.unwrap_or_else(|| if has_body { "POST" } else { "GET" }.to_string());
        self.parsed.body = match self.raw {
            Some(raw) => raw,
            None if self.is_form && self.is_xh => {
                if self.data.iter().any(|(_, it)| it.text().is_none()) {
                    let reason = "xh takes no JSON in a form: write `=` in place of `:=`";
                    return Err(Stop::new(start, reason));
                }
                standard_form(&self.data)
            }
            None if self.is_form => {
                // Equal names go together.
                let mut grouped: Vec<(&str, &str)> = Vec::new();
                for (name, value) in &self.data {
                    let Some(value) = value.plain() else { continue };
                    let at = grouped.iter().rposition(|(found, _)| found == name);
                    grouped.insert(at.map_or(grouped.len(), |at| at + 1), (name, value));
                }
                form(grouped)
            }
            None if has_body => {
                let data = nested(self.data);
                let data = data.ok_or_else(|| Stop::new(start, NESTED))?;
                let json = if self.is_xh { data.dumped([",", ":"], false) } else { data.dumps() };
                json.ok_or_else(|| {
                    Stop::new(start, "Python would write a number of it differently")
                })?
            }
            None => String::new(),
        }
        .into_bytes();
        Ok(self.parsed)
    }
}

const NESTED: &str = "these names in brackets do not make one object: put the JSON into --raw";

/// The object that names with brackets describe (the documentation of `HTTPie`, "Nested JSON").
fn nested(data: Vec<(String, Literal)>) -> Option<Literal> {
    let mut whole = Literal::Object(Vec::new());
    for (name, value) in data {
        let start = name.find('[').filter(|at| *at > 0 && name.ends_with(']'));
        let Some(start) = start else {
            whole.put(&name, value);
            continue;
        };
        let (first, rest) = name.split_at_checked(start)?;
        let mut keys = [first].to_vec();
        let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
        keys.extend(inner.split("]["));
        if keys.len() > 16 {
            return None;
        }
        place(&mut whole, &keys, value)?;
    }
    Some(whole)
}

fn place(target: &mut Literal, keys: &[&str], value: Literal) -> Option<()> {
    let (first, rest) = keys.split_first()?;
    let empty = || match rest.first() {
        Some(next) if next.is_empty() || next.bytes().all(|it| it.is_ascii_digit()) => {
            Literal::List(Vec::new())
        }
        _ => Literal::Object(Vec::new()),
    };
    match target {
        Literal::List(items) => {
            let index = if first.is_empty() { items.len() } else { first.parse().ok()? };
            while items.len() <= index.min(1000) {
                let is_last = items.len() == index;
                items.push(if is_last { empty() } else { Literal::Word("null".into()) });
            }
            let item = items.get_mut(index)?;
            if rest.is_empty() {
                *item = value;
                return Some(());
            }
            place(item, rest, value)
        }
        Literal::Object(_) => {
            if rest.is_empty() {
                target.put(first, value);
                return Some(());
            }
            if target.get(first).is_none() {
                target.put(first, empty());
            }
            let members = target.members_mut()?;
            let (_, inner) = members.iter_mut().find(|(name, _)| name == first)?;
            place(inner, rest, value)
        }
        _ => None,
    }
}
