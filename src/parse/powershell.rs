//! `Invoke-WebRequest` and `Invoke-RestMethod` of PowerShell, by the parameters of their documentation, in
//! a script or alone.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::encodings::encoded;
use super::literal::{Kind, Literal};
use super::names::Names;
use super::words::code_unit;
use super::{Stop, basic, curl, form};
use crate::http::Request;
use crate::request::FORM;

const COMMANDS: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];

/// Where the first such command of a text is: at the start of a line, after `=` or within parentheses.
pub(super) fn call(text: &str) -> Option<usize> {
    let is_end = |it: char| it.is_whitespace() || "=(>|{".contains(it);
    let mut start = 0;
    let mut words = text.split_inclusive(is_end).map(|word| {
        start += word.len();
        (start - word.len(), word.strip_suffix(is_end).unwrap_or(word))
    });
    let is_command = |word: &str| COMMANDS.iter().any(|it| word.eq_ignore_ascii_case(it));
    if let Some((at, _)) = words.find(|(_, word)| is_command(word)) {
        return Some(at);
    }
    let is_console = text.lines().any(|line| line.trim_start().starts_with("PS "))
        || text.trim_start().starts_with('$');
    text.find("curl.exe").filter(|_| is_console)
}

/// The requests of a script, in their order.
pub(super) fn read(text: &str) -> Vec<Result<Request, Stop>> {
    let mut script = Script::new(text);
    let mut found = Vec::new();
    script.statements(&mut found);
    found
}

struct Script<'a> {
    text: &'a str,
    at: usize,
    names: Names<Literal>,
    /// How many braces are open.
    blocks: usize,
    /// How many texts have no end.
    open: usize,
    /// The ends of texts that are in none of the lines that follow.
    missing: Vec<&'static str>,
    copied: usize,
}

const SINGLE: &str = "'\u{2018}\u{2019}\u{201a}\u{201b}";
const DOUBLE: &str = "\"\u{201c}\u{201d}\u{201e}";
const MOST_DEPTH: usize = 32;

impl<'a> Script<'a> {
    fn new(text: &'a str) -> Self {
        let (names, missing) = (Names::default(), Vec::new());
        Self { text, at: 0, names, blocks: 0, open: 0, missing, copied: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += found.len_utf8();
        Some(found)
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let start = self.rest().get(..wanted.len());
        let is_there = start.is_some_and(|it| it.eq_ignore_ascii_case(wanted));
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }

    /// White space and comments; line breaks too where `lines`, else where they are continued.
    fn skip(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let Some(found) = rest.chars().next() else { return };
            let is_line = matches!(found, '\n' | '\r');
            if found.is_whitespace() && (lines || !is_line) {
                self.at += found.len_utf8();
            } else if rest.starts_with("<#") {
                self.at += rest.find("#>").map_or(rest.len(), |end| end + 2);
            } else if found == '#' {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("`\n") || rest.starts_with("`\r\n") {
                self.at += rest.find('\n').map_or(1, |end| end + 1);
            } else {
                return;
            }
        }
    }

    fn statements(&mut self, found: &mut Vec<Result<Request, Stop>>) {
        while self.at < self.text.len() {
            let is_line_start =
                self.text.get(..self.at).is_some_and(|it| it.is_empty() || it.ends_with('\n'));
            if is_line_start {
                self.prompt();
            }
            self.skip(true);
            let start = self.at;
            match self.peek() {
                None => return,
                Some('{') => {
                    self.blocks += 1;
                    self.at += 1;
                }
                Some('}') => {
                    self.blocks = self.blocks.saturating_sub(1);
                    self.at += 1;
                }
                Some('$') => self.assignment(),
                Some(quote) if SINGLE.contains(quote) || DOUBLE.contains(quote) => {
                    if self.quoted(0).is_err() {
                        self.at = start + quote.len_utf8();
                    }
                }
                Some('@') if self.rest().starts_with("@'") || self.rest().starts_with("@\"") => {
                    const MOST_OPEN: usize = 8;
                    if self.here_string(0).is_err() {
                        self.at = start + 2;
                        self.open += 1;
                    }
                    if self.open > MOST_OPEN {
                        return;
                    }
                }
                Some(other) => {
                    let rest = self.rest();
                    let end = rest.find(|it: char| !it.is_alphanumeric() && !"-_.".contains(it));
                    let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    self.at += word.len().max(other.len_utf8());
                    let is_function = ["function", "param", "filter"]
                        .iter()
                        .any(|it| word.eq_ignore_ascii_case(it));
                    if is_function {
                        self.parameters();
                    } else if self.rest().starts_with(" : ") {
                        // The command that an error is of.
                        let rest = self.rest();
                        self.at += rest.find('\n').unwrap_or(rest.len());
                    } else if COMMANDS.iter().any(|it| word.eq_ignore_ascii_case(it)) {
                        found.push(self.command(start));
                    } else if matches!(word, "curl.exe") {
                        found.extend(self.curl(start));
                    }
                }
            }
        }
    }

    /// Names of a function's parameters, which are what it is called with.
    fn parameters(&mut self) {
        const MOST_BEFORE: usize = 200;
        let rest = self.rest();
        let mut near = rest.bytes().take(MOST_BEFORE);
        let open = near.position(|it| matches!(it, b'(' | b'{' | b'\n'));
        let Some(open) = open.filter(|at| rest.as_bytes().get(*at) == Some(&b'(')) else { return };
        let mut depth = 0;
        let inner = rest.get(open..).unwrap_or_default();
        let end = inner.char_indices().find(|(_, found)| {
            depth += match found {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let list = inner.get(..end.map_or(inner.len(), |(at, _)| at)).unwrap_or_default();
        for name in list.split('$').skip(1) {
            let end =
                name.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(name.len());
            let name = name.get(..end).unwrap_or_default().to_ascii_lowercase();
            let unknown = self.unknown(&name, self.at);
            self.names.insert(&name, unknown);
        }
        self.at += open + list.len();
    }

    /// `PS C:\>` and `>>`
    fn prompt(&mut self) {
        let line = self.rest().lines().next().unwrap_or_default();
        let trimmed = line.trim_start();
        if let Some(prompt) = trimmed.strip_prefix("PS ").and_then(|it| it.split_once('>')) {
            self.at += line.len() - prompt.1.len();
        }
    }

    #[expect(clippy::unused_self, reason = "as the other readers have it")]
    fn unknown(&self, name: &str, at: usize) -> Literal {
        let name = if name.starts_with(['$', '[']) { name.to_string() } else { format!("${name}") };
        let reason = format!(
            "only PowerShell knows what `{name}` is here: put its value there, in quotes, or run it \
                     against `npx duo-sign serve`"
        );
        Literal::Unknown(Stop::new(at, reason))
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_');
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += name.len();
        name.to_ascii_lowercase()
    }

    /// `$name = value`, `$name.member = value`, `$name += value`, `$name.Add(…)`.
    fn assignment(&mut self) {
        let at = self.at;
        self.at += 1;
        // `[string]$name` comes here by its dollar.
        let name = self.name();
        if name.is_empty() {
            return;
        }
        let mut path = Vec::new();
        loop {
            if self.eat(".") {
                path.push(self.name());
            } else if self.rest().starts_with('[') {
                self.at += 1;
                match self
                    .expression(0)
                    .ok()
                    .and_then(|key| key.plain().map(str::to_ascii_lowercase))
                {
                    Some(key) if self.eat("]") => path.push(key),
                    _ => break,
                }
            } else {
                break;
            }
        }
        let is_unread = self.rest().starts_with(['[', '(']) || path.iter().any(String::is_empty);
        if is_unread && path.last().is_none_or(|it| it != "add") && self.names.get(&name).is_some()
        {
            let unknown = self.unknown(&name, at);
            self.names.insert(&name, unknown);
            return;
        }
        if self.rest().starts_with('(') && path.last().is_some_and(|it| it == "add") {
            self.at += 1;
            path.pop();
            let arguments = self.arguments(0).unwrap_or_default();
            if let [Literal::Text(key), value] = arguments.as_slice() {
                let key = key.clone();
                self.change(&name, &path, |place| place.put(&key, value.clone()));
            }
            return;
        }
        self.skip(false);
        let is_added = self.eat("+=");
        if !is_added && (self.rest().starts_with("==") || !self.eat("=")) {
            return;
        }
        self.skip(true);
        let rest = self.rest();
        let word =
            rest.split(|it: char| it.is_whitespace() || it == '(').next().unwrap_or_default();
        let is_command = |it: &&&str| word.eq_ignore_ascii_case(it);
        if COMMANDS.iter().any(|it| is_command(&it)) || rest.starts_with('(') || word == "curl.exe"
        {
            let start = self.at;
            // `(iwr …).Content` is found as a command, other parentheses are a value.
            let inner = rest.trim_start_matches('(').trim_start();
            let first = inner.split_whitespace().next().unwrap_or_default();
            if COMMANDS.iter().any(|it| first.eq_ignore_ascii_case(it)) || word == "curl.exe" {
                let unknown = self.unknown(&name, start);
                self.names.insert(&name, unknown);
                return;
            }
        }
        let value = match self.pipeline(0) {
            Ok(value) => value,
            Err(stop) => Literal::Unknown(stop),
        };
        self.skip(false);
        let is_whole = self.peek().is_none_or(|it| "\r\n;})".contains(it));
        let value = if is_whole { value } else { self.unknown(&name, at) };
        // Two names for one table.
        let is_shared = value.members().is_some() && rest.starts_with('$');
        let value =
            if is_shared && !is_added { self.shared(&name, rest, value, at) } else { value };
        if path.is_empty() && !is_added {
            let is_changed = self.blocks > 0 && self.names.get(&name).is_some();
            let value = if is_changed { self.unknown(&name, at) } else { value };
            self.names.insert(&name, value);
        } else {
            let add = is_added;
            self.change(&name, &path, |place| {
                let before = core::mem::take(place);
                *place = if add { sum(before, value, at) } else { value };
            });
        }
        if !is_whole {
            let rest = self.rest();
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// Of a table with a second name it is not known what happens to it, unless nothing does.
    fn shared(&mut self, target: &str, rest: &str, value: Literal, at: usize) -> Literal {
        let text = rest.lines().next().unwrap_or_default().trim_end_matches([';', ' ', '\r']);
        let name = text.trim_start_matches('$').to_ascii_lowercase();
        let later = self.text.get(self.at..).unwrap_or_default().to_ascii_lowercase();
        let is_changed = [".", "[", "+="].iter().any(|it| {
            [&*name, target].iter().any(|name| later.contains(&["$", name, it].concat()))
        });
        if is_changed { self.unknown(&name, at) } else { value }
    }

    fn change(&mut self, name: &str, path: &[String], change: impl FnOnce(&mut Literal)) {
        let unknown = self.unknown(name, self.at);
        let is_in_block = self.blocks > 0;
        let Some(value) = self.names.get_mut(name) else { return };
        if is_in_block || path.len() > MOST_DEPTH {
            *value = unknown;
            return;
        }
        let mut place = value;
        for step in path {
            if place.members().is_none() {
                *place = unknown;
                return;
            }
            let Some(members) = place.members_mut() else { return };
            let at = members.iter().position(|(name, _)| name.eq_ignore_ascii_case(step));
            let at = at.unwrap_or_else(|| {
                members.push((step.clone(), Literal::default()));
                members.len() - 1
            });
            let Some((_, next)) = members.get_mut(at) else { return };
            place = next;
        }
        change(place);
    }

    /// A value, and what it is piped into.
    fn pipeline(&mut self, depth: usize) -> Result<Literal, Stop> {
        let mut value = self.expression(depth)?;
        loop {
            let at = self.at;
            self.skip(false);
            if !self.eat("|") {
                self.at = at;
                return Ok(value);
            }
            self.skip(true);
            if !self.eat("ConvertTo-Json") {
                return Ok(self.unknown("$(…)", at));
            }
            let mut is_compressed = false;
            loop {
                self.skip(false);
                if self.eat("-Compress") {
                    is_compressed = true;
                } else if self.eat("-Depth") {
                    self.skip(false);
                    self.name();
                } else {
                    break;
                }
            }
            value = match value {
                Literal::Unknown(stop) => Literal::Unknown(stop),
                value => json(&value, is_compressed)
                    .map_or_else(|| Literal::Unknown(Stop::new(at, DIFFERS)), Literal::Text),
            };
        }
    }

    fn expression(&mut self, depth: usize) -> Result<Literal, Stop> {
        let mut value = self.operand(depth)?;
        loop {
            let at = self.at;
            self.skip(false);
            if self.eat("+") {
                self.skip(true);
                let other = self.operand(depth + 1)?;
                value = sum(value, other, at);
            } else if self.eat("-f ") {
                self.skip(true);
                let mut items = Vec::new();
                loop {
                    items.push(self.operand(depth + 1)?);
                    self.skip(false);
                    if !self.eat(",") {
                        break;
                    }
                    self.skip(true);
                }
                if let [Literal::List(list)] = items.as_slice() {
                    items = list.clone();
                }
                value = self.formatted(&value, &items, at);
            } else if self.eat("-join ") {
                self.skip(true);
                let separator = self.operand(depth + 1)?;
                let texts = value.items().iter().map(text_of).collect::<Option<Vec<_>>>();
                value = match (texts, separator.text()) {
                    (Some(texts), Some(separator)) => Literal::Text(texts.join(separator)),
                    _ => self.unknown("-join", at),
                };
            } else if self.rest().starts_with('-')
                && self.rest().chars().nth(1).is_some_and(char::is_alphabetic)
                && value.unknown().is_none()
                && is_operator(self.rest())
            {
                return Ok(self.unknown("$(…)", at));
            } else {
                self.at = at;
                return Ok(value);
            }
        }
    }

    fn operand(&mut self, depth: usize) -> Result<Literal, Stop> {
        let at = self.at;
        let mut value = self.primary(depth)?;
        loop {
            if self.rest().starts_with('.') && !self.rest().starts_with("..") {
                self.at += 1;
                let name = self.name();
                if self.eat("(") {
                    let arguments = self.arguments(depth)?;
                    value = self.method(&value, &name, &arguments, at);
                } else {
                    value = self.member(&value, &name, at);
                }
            } else if self.rest().starts_with('[') {
                self.at += 1;
                let key = self.expression(depth + 1)?;
                if !self.eat("]") {
                    return Err(Stop::new(self.at, "an index lacks its end here"));
                }
                value = match key.plain() {
                    Some(key) => self.member(&value, key, at),
                    None => self.unknown("[…]", at),
                };
            } else {
                return Ok(value);
            }
        }
    }

    fn member(&self, value: &Literal, name: &str, at: usize) -> Literal {
        if let Literal::Unknown(stop) = value {
            return Literal::Unknown(stop.clone());
        }
        let members = value.members().unwrap_or_default().iter();
        let mut named = members.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        let found = named.next().map(|(_, value)| value.clone());
        let index = name.parse::<usize>().ok().and_then(|index| value.items().get(index).cloned());
        found.or(index).unwrap_or_else(|| self.unknown(name, at))
    }

    fn method(&self, value: &Literal, name: &str, arguments: &[Literal], at: usize) -> Literal {
        if let Some(stop) = value.unknown().or_else(|| arguments.iter().find_map(Literal::unknown))
        {
            return Literal::Unknown(stop.clone());
        }
        let text = text_of(value);
        let first = || arguments.first().and_then(text_of);
        let made = match (name, text) {
            ("tostring", text) if arguments.is_empty() => text,
            ("tolower" | "tolowerinvariant", Some(text)) if text.is_ascii() => {
                Some(text.to_ascii_lowercase())
            }
            ("toupper" | "toupperinvariant", Some(text)) if text.is_ascii() => {
                Some(text.to_ascii_uppercase())
            }
            ("trim", Some(text)) if arguments.is_empty() => Some(text.trim().to_string()),
            ("replace", Some(text)) => first()
                .zip(arguments.get(1).and_then(text_of))
                .map(|(from, to)| text.replace(&from, &to)),
            _ => None,
        };
        made.map_or_else(|| self.unknown(name, at), Literal::Text)
    }

    /// A pipeline up to the bracket that closes it.
    fn grouped(&mut self, depth: usize) -> Result<Literal, Stop> {
        self.skip(true);
        let value = self.pipeline(depth + 1)?;
        self.skip(true);
        if self.eat(")") {
            return Ok(value);
        }
        Err(Stop::new(self.at, "there is an expression in it: put its value there, in quotes"))
    }

    /// `New-Object "System.Collections.Generic.Dictionary[[String],[String]]"`, which Postman writes.
    fn is_dictionary(&mut self) -> bool {
        let line = self.rest().lines().next().unwrap_or_default();
        let lower = line.to_ascii_lowercase();
        let is_made = lower.starts_with("new-object")
            && lower.contains("dictionary[[string],[string]]")
            && !lower.contains(';');
        if is_made {
            self.at += line.len();
        }
        is_made
    }

    fn primary(&mut self, depth: usize) -> Result<Literal, Stop> {
        let at = self.at;
        if depth > MOST_DEPTH {
            return Err(Stop::new(at, "this is nested too deeply"));
        }
        let Some(found) = self.peek() else { return Err(Stop::new(at, "here should be a value")) };
        match found {
            '@' if self.rest().starts_with("@'") || self.rest().starts_with("@\"") => {
                self.here_string(depth)
            }
            '@' if self.eat("@{") => Ok(Literal::Made(Kind::Table, self.table(depth)?)),
            '@' if self.eat("@(") => Ok(Literal::List(self.arguments(depth)?)),
            'N' | 'n' if self.is_dictionary() => Ok(Literal::Made(Kind::Table, Vec::new())),
            '(' if self.eat("(") => self.grouped(depth),
            '$' if self.eat("$(") => self.grouped(depth),
            '$' => {
                self.at += 1;
                self.variable(at)
            }
            '[' => self.typed(depth),
            _ if SINGLE.contains(found) || DOUBLE.contains(found) => self.quoted(depth),
            _ if found.is_ascii_digit() => {
                let rest = self.rest();
                let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
                self.at += end;
                Ok(Literal::Word(rest.get(..end).unwrap_or_default().to_string()))
            }
            _ => Err(Stop::new(at, "there is an expression in it: put its value there, in quotes")),
        }
    }

    /// The name after a dollar sign.
    fn variable(&mut self, at: usize) -> Result<Literal, Stop> {
        let braced = self.eat("{");
        let name = self.name();
        if braced && !self.eat("}") || name.is_empty() {
            return Err(Stop::new(at, "there is a variable in it: put its value there"));
        }
        match &*name {
            "true" | "false" | "null" => return Ok(Literal::Word(name)),
            _ => {}
        }
        // `$env:NAME`
        if self.rest().starts_with(':') && !self.rest().starts_with("://") && name == "env" {
            self.at += 1;
            let inner = self.name();
            return Ok(self.unknown(&format!("$env:{inner}"), at));
        }
        let value = match self.names.get(&name) {
            Some(Literal::Unknown(stop)) => Literal::Unknown(Stop { at, ..stop.clone() }),
            Some(value) => value.clone(),
            None => self.unknown(&name, at),
        };
        self.copied += value.size();
        if self.copied > 16 * self.text.len() || value.is_too_deep() {
            return Err(Stop::new(at, "variables stand for too long texts: put the values there"));
        }
        Ok(value)
    }

    /// `[type]::Method(…)`, `[ordered]@{…}`, `[string]value`
    fn typed(&mut self, depth: usize) -> Result<Literal, Stop> {
        let at = self.at;
        let rest = self.rest();
        let end = rest.find(']').ok_or_else(|| Stop::new(at, "here should be a type"))?;
        let kind = rest.get(1..end).unwrap_or_default().to_ascii_lowercase();
        let kind = kind.strip_prefix("system.").unwrap_or(&kind).to_string();
        self.at += end + 1;
        if !self.eat("::") {
            self.skip(false);
            let value = self.operand(depth + 1)?;
            return Ok(match (&*kind, value) {
                ("ordered" | "pscustomobject", Literal::Made(Kind::Table, members)) => {
                    Literal::Object(members)
                }
                (_, Literal::Unknown(stop)) => Literal::Unknown(stop),
                ("string" | "uri", value) => {
                    text_of(&value).map_or_else(|| self.unknown("[…]", at), Literal::Text)
                }
                ("int" | "long" | "byte[]" | "hashtable", value) => value,
                _ => self.unknown("[…]", at),
            });
        }
        let mut method = self.name();
        while self.eat(".") {
            method.push('.');
            method.push_str(&self.name());
        }
        if !self.eat("(") {
            return Ok(self.unknown(&format!("[{kind}]::{method}"), at));
        }
        let arguments = self.arguments(depth)?;
        if let Some(stop) = arguments.iter().find_map(Literal::unknown) {
            return Ok(Literal::Unknown(stop.clone()));
        }
        let text = arguments.first().and_then(text_of);
        let made = match (&*kind, &*method) {
            // Bytes stand for themselves here.
            ("text.encoding", "utf8.getbytes" | "utf8.getstring") => text,
            ("text.encoding", "ascii.getbytes") => text.filter(|it| it.is_ascii()),
            ("convert", "tobase64string") => {
                text.map(|it| basic(it.as_bytes()).split_off("Basic ".len()))
            }
            ("uri", "escapedatastring") => text.map(|it| encoded(&it, "-_.~", false)),
            ("net.webutility", "urlencode") => text.map(|it| encoded(&it, "-_.!*()", true)),
            _ => None,
        };
        Ok(made.map_or_else(|| self.unknown(&format!("[{kind}]::{method}"), at), Literal::Text))
    }

    /// Values with commas between, up to the parenthesis.
    fn arguments(&mut self, depth: usize) -> Result<Vec<Literal>, Stop> {
        let mut items = Vec::new();
        loop {
            self.skip(true);
            if self.eat(")") {
                return Ok(items);
            }
            items.push(self.expression(depth + 1)?);
            self.skip(true);
            if !self.eat(",") && !self.rest().starts_with(')') {
                return Err(Stop::new(self.at, "a list lacks its comma or its end here"));
            }
        }
    }

    /// `name = value; …}`
    fn table(&mut self, depth: usize) -> Result<Vec<(String, Literal)>, Stop> {
        let mut members = Vec::new();
        loop {
            self.skip(true);
            while self.eat(";") {
                self.skip(true);
            }
            if self.eat("}") {
                return Ok(members);
            }
            let at = self.at;
            let key = match self.peek() {
                Some(quote) if SINGLE.contains(quote) || DOUBLE.contains(quote) => {
                    self.quoted(depth)?.text().map(String::from)
                }
                Some('$') => {
                    self.at += 1;
                    self.variable(at)?.text().map(String::from)
                }
                _ => {
                    let rest = self.rest();
                    let is_end = |it: char| it.is_whitespace() || "=}".contains(it);
                    let word = rest.get(..rest.find(is_end).unwrap_or(rest.len()));
                    self.at += word.map_or(0, str::len);
                    word.filter(|it| !it.is_empty()).map(String::from)
                }
            };
            self.skip(false);
            let (Some(key), true) = (key, self.eat("=")) else {
                return Err(Stop::new(self.at, "a name lacks its equals sign here"));
            };
            self.skip(true);
            let start = self.at;
            let value = self.pipeline(depth + 1);
            self.skip(false);
            let is_whole = self.peek().is_some_and(|it| "\r\n;}".contains(it));
            let value = match value {
                Ok(value) if is_whole => value,
                Ok(_) => {
                    return Err(Stop::new(
                        start,
                        "this value cannot be read: put text in quotes there",
                    ));
                }
                Err(stop) => return Err(stop),
            };
            members.push((key, value));
        }
    }

    /// `@'`, lines, `'@`
    fn here_string(&mut self, depth: usize) -> Result<Literal, Stop> {
        let at = self.at;
        let is_double = self.rest().starts_with("@\"");
        let end = if is_double { "\n\"@" } else { "\n'@" };
        let rest = self.rest();
        let start = rest.find('\n').unwrap_or(rest.len());
        let whole = rest.get(start..).unwrap_or_default();
        let length = if self.missing.contains(&end) { None } else { whole.find(end) };
        let Some(length) = length else {
            self.missing.push(end);
            return Err(Stop::new(at, "this text has no end"));
        };
        let content = whole.get(1..length.max(1)).unwrap_or_default();
        let content = content.strip_suffix('\r').unwrap_or(content);
        self.at += start + length + end.len();
        if !is_double {
            return Ok(Literal::Text(content.to_string()));
        }
        let mut inner = Script::new(content);
        inner.names = core::mem::take(&mut self.names);
        let text = inner.interpolated("", depth);
        self.names = core::mem::take(&mut inner.names);
        text.map_err(|stop| Stop { at, ..stop })
    }

    /// `about_Quoting_Rules` of PowerShell: also typographic quotes are quotes.
    fn quoted(&mut self, depth: usize) -> Result<Literal, Stop> {
        let at = self.at;
        let quote = self.next().unwrap_or_default();
        if DOUBLE.contains(quote) {
            return self.interpolated(DOUBLE, depth).map_err(|stop| {
                if stop.at >= self.text.len() {
                    Stop::new(at, "the quote that starts here has no end")
                } else {
                    stop
                }
            });
        }
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(Stop::new(at, "the quote that starts here has no end")),
                Some(found) if !SINGLE.contains(found) => text.push(found),
                Some(_) if self.peek().is_some_and(|it| SINGLE.contains(it)) => {
                    text.extend(self.next());
                }
                Some(_) => return Ok(Literal::Text(text)),
            }
        }
    }

    /// Text with variables in it, up to one of `ends`, or all of it where there are none.
    fn interpolated(&mut self, ends: &str, depth: usize) -> Result<Literal, Stop> {
        let mut text = String::new();
        let mut unknown = None;
        loop {
            let at = self.at;
            let Some(found) = self.next() else {
                if ends.is_empty() {
                    break;
                }
                return Err(Stop::new(self.text.len(), "the quote that starts here has no end"));
            };
            match found {
                '`' => self.backtick(&mut text),
                '$' if self.rest().starts_with("([char]") => {
                    self.at += "([char]".len();
                    let (found, length) = code_unit(self.rest(), at)?;
                    self.at += length;
                    text.push(found);
                }
                '$' if self.peek().is_some_and(|it| it.is_alphanumeric() || "_{(".contains(it)) => {
                    self.at = at;
                    let value = if self.rest().starts_with("$(") {
                        self.primary(depth + 1)?
                    } else {
                        self.at += 1;
                        self.variable(at)?
                    };
                    match (text_of(&value), value) {
                        (Some(value), _) => text.push_str(&value),
                        (None, Literal::Unknown(stop)) => unknown = unknown.or(Some(stop)),
                        (None, _) => {
                            return Err(Stop::new(at, "this is not text: put its value there"));
                        }
                    }
                }
                found if !ends.contains(found) => text.push(found),
                found if self.peek().is_some_and(|it| ends.contains(it)) => {
                    self.next();
                    text.push(found);
                }
                _ => break,
            }
        }
        Ok(unknown.map_or(Literal::Text(text), Literal::Unknown))
    }

    fn backtick(&mut self, text: &mut String) {
        match self.next() {
            Some('n') => text.push('\n'),
            Some('r') => {
                text.push('\r');
            }
            Some('t') => text.push('\t'),
            Some('0') => text.push('\0'),
            Some('\n') | None => {}
            Some(other) => text.push(other),
        }
    }

    fn formatted(&self, template: &Literal, items: &[Literal], at: usize) -> Literal {
        if let Some(stop) = template.unknown().or_else(|| items.iter().find_map(Literal::unknown)) {
            return Literal::Unknown(stop.clone());
        }
        let written = || {
            let mut out = String::new();
            let mut rest = template.text()?;
            while let Some(start) = rest.find(['{', '}']) {
                let (before, behind) = rest.split_at_checked(start)?;
                out.push_str(before);
                if let Some(behind) =
                    behind.strip_prefix("{{").or_else(|| behind.strip_prefix("}}"))
                {
                    out.push_str(rest.get(start..start + 1)?);
                    rest = behind;
                    continue;
                }
                let (index, behind) = behind.strip_prefix('{')?.split_once('}')?;
                out.push_str(&text_of(items.get(index.parse::<usize>().ok()?)?)?);
                rest = behind;
            }
            out.push_str(rest);
            Some(out)
        };
        written().map_or_else(|| self.unknown("-f", at), Literal::Text)
    }

    /// A value of a parameter.
    fn value(&mut self) -> Result<Option<Literal>, Stop> {
        if !self.goes_on() || self.rest().starts_with('-') {
            return Ok(None);
        }
        let at = self.at;
        match self.peek() {
            Some('@' | '(' | '[' | '$') => return self.operand(0).map(Some),
            Some(quote) if SINGLE.contains(quote) || DOUBLE.contains(quote) => {
                return self.operand(0).map(Some);
            }
            _ => {}
        }
        let mut text = String::new();
        let mut unknown = None;
        while let Some(found) = self.peek() {
            if found.is_whitespace() || ";)}|,".contains(found) {
                break;
            }
            let start = self.at;
            self.next();
            match found {
                '`' => self.backtick(&mut text),
                '$' if self.peek().is_some_and(|it| it.is_alphanumeric() || "_{(".contains(it)) => {
                    self.at = start;
                    match self.operand(0)? {
                        Literal::Unknown(stop) => unknown = unknown.or(Some(stop)),
                        value => text.push_str(&text_of(&value).unwrap_or_default()),
                    }
                }
                _ if SINGLE.contains(found) || DOUBLE.contains(found) => {
                    self.at = start;
                    match self.quoted(0)? {
                        Literal::Unknown(stop) => unknown = unknown.or(Some(stop)),
                        value => text.push_str(value.text().unwrap_or_default()),
                    }
                }
                _ => text.push(found),
            }
        }
        if self.at == at {
            return Err(Stop::new(at, "here should be a parameter or its value"));
        }
        Ok(Some(unknown.map_or(Literal::Text(text), Literal::Unknown)))
    }

    /// Whether the command goes on after white space.
    fn goes_on(&mut self) -> bool {
        self.skip(false);
        // A brace ends the block of a `try` or `if` that the command is in.
        self.peek().is_some_and(|found| !"\r\n|;)}>".contains(found))
    }

    /// Parameters in any order, by their names.
    fn command(&mut self, start: usize) -> Result<Request, Stop> {
        let mut given: Vec<(String, Option<Literal>, usize)> = Vec::new();
        while self.goes_on() {
            let at = self.at;
            if self.rest().starts_with('@')
                && !self.rest().starts_with("@{")
                && !self.rest().starts_with("@(")
            {
                self.at += 1;
                let name = self.name();
                let Some(members) = self.names.get(&name).and_then(Literal::members) else {
                    return Err(match self.unknown(&name, at) {
                        Literal::Unknown(stop) => stop,
                        _ => Stop::new(at, "this table is not known"),
                    });
                };
                for (name, value) in members {
                    let value = Some(value.clone());
                    given.push((["-", &*name.to_ascii_lowercase()].concat(), value, at));
                }
                continue;
            }
            if !self.rest().starts_with('-') {
                let value = self.value()?;
                given.push((String::new(), value, at));
                continue;
            }
            self.at += 1;
            let name = ["-", &*self.name()].concat();
            self.eat(":");
            let value = if is_switch(&name) { None } else { self.value()? };
            if name.len() == 1 {
                return Err(Stop::new(at, "here should be a parameter or its value"));
            }
            given.push((name, value, at));
        }
        request(given, start)
    }

    /// A call of curl itself.
    fn curl(&mut self, start: usize) -> Vec<Result<Request, Stop>> {
        let mut words = Vec::new();
        let mut word = |at: usize, value: Literal| {
            let (bytes, unknown) = match value {
                Literal::Unknown(stop) => (Vec::new(), Some(stop)),
                value => (text_of(&value).unwrap_or_default().into_bytes(), None),
            };
            words.push(super::words::Word { at, bytes, unknown, is_quoted: true });
        };
        word(start, Literal::Text("curl".into()));
        while self.goes_on() {
            let at = self.at;
            let value = if self.rest().starts_with('-') {
                let rest = self.rest();
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                self.at += end;
                Ok(Some(Literal::Text(rest.get(..end).unwrap_or_default().to_string())))
            } else {
                self.value()
            };
            match value {
                Ok(value) => word(at, value.unwrap_or_default()),
                Err(stop) => return [Err(stop)].into(),
            }
        }
        curl::read(&words, None)
    }
}

fn is_operator(rest: &str) -> bool {
    ["-replace", "-split", "-eq", "-ne", "-and", "-or", "-as", "-like", "-match"]
        .iter()
        .any(|it| rest.get(..it.len()).is_some_and(|found| found.eq_ignore_ascii_case(it)))
}

fn is_switch(name: &str) -> bool {
    const SWITCHES: [&str; 8] = [
        "-usebasicparsing",
        "-skipcertificatecheck",
        "-disablekeepalive",
        "-usedefaultcredentials",
        "-passthru",
        "-skiphttperrorcheck",
        "-skipheadervalidation",
        "-allowunencryptedauthentication",
    ];
    SWITCHES.contains(&name)
}

/// What the parameters of a command make.
fn request(given: Vec<(String, Option<Literal>, usize)>, start: usize) -> Result<Request, Stop> {
    const NAMES: [&str; 8] = [
        "-uri",
        "-method",
        "-custommethod",
        "-headers",
        "-contenttype",
        "-useragent",
        "-body",
        "-websession",
    ];
    let mut parsed = Request { method: "GET".into(), ..Request::default() };
    let (mut kind, mut body) = (None, None);
    for (name, value, at) in given {
        let mut longer = NAMES.iter().filter(|it| name.len() > 2 && it.starts_with(&*name));
        // Names may be cut, as far as they are told apart.
        let name = match (longer.next(), longer.next()) {
            (Some(only), None) => only,
            _ => &*name,
        };
        if ["-infile", "-form", "-credential", "-certificate", "-token", "-authentication"]
            .contains(&name)
        {
            let reason =
                "what this parameter adds is not in the text: write the body and headers out";
            return Err(Stop::new(at, reason));
        }
        let unread = || Stop::new(at, "its value cannot be read: put text in quotes there");
        if let Some(stop) = value.as_ref().and_then(Literal::unknown)
            && (name.is_empty() || NAMES.contains(&name) && name != "-websession")
        {
            return Err(stop.clone());
        }
        let text = value.as_ref().and_then(text_of);
        match name {
            "" | "-uri" => parsed.url = text.ok_or_else(unread)?,
            "-method" | "-custommethod" => {
                parsed.method = text.ok_or_else(unread)?.to_ascii_uppercase();
            }
            "-headers" => {
                let members = value.as_ref().and_then(Literal::members).ok_or_else(unread)?;
                for (name, value) in members {
                    parsed.push(name, &text_of(value).ok_or_else(unread)?);
                }
            }
            "-contenttype" => kind = Some(text.ok_or_else(unread)?),
            "-useragent" => parsed.push("User-Agent", &text.ok_or_else(unread)?),
            "-body" => body = value,
            _ => {}
        }
    }
    if parsed.url.is_empty() {
        return Err(Stop::new(start, "the command has no URL"));
    }
    if let Some(kind) = kind {
        parsed.set("Content-Type", &kind);
    }
    if let Some(body) = body {
        match body.members() {
            Some(members) => {
                let fields = members
                    .iter()
                    .map(|(name, value)| Some((name.clone(), text_of(value)?)))
                    .collect::<Option<Vec<_>>>();
                let fields = fields.ok_or_else(|| {
                    Stop::new(start, "the body cannot be read: put text in quotes there")
                })?;
                if parsed.method == "GET" {
                    parsed.add_query(&form(fields));
                } else {
                    parsed.body = form(fields).into_bytes();
                }
            }
            None => parsed.body = text_of(&body).unwrap_or_default().into_bytes(),
        }
    }
    let is_form = !parsed.body.is_empty() && parsed.method == "POST";
    parsed.default_header("Content-Type", is_form.then_some(FORM));
    parsed.default_header("User-Agent", Some("PowerShell"));
    Ok(parsed)
}

fn text_of(value: &Literal) -> Option<String> {
    match value {
        Literal::Text(text) => Some(text.clone()),
        Literal::Word(word) => Some(match &**word {
            "true" => "True".into(),
            "false" => "False".into(),
            "null" => String::new(),
            word => word.to_string(),
        }),
        _ => None,
    }
}

fn sum(a: Literal, b: Literal, at: usize) -> Literal {
    if let Some(stop) = a.unknown().or_else(|| b.unknown()) {
        return Literal::Unknown(stop.clone());
    }
    let unread =
        || Literal::Unknown(Stop::new(at, "this is more than texts joined: put its value there"));
    match (a, b) {
        (Literal::Text(a), b) => match text_of(&b) {
            Some(b) => Literal::Text([a, b].concat()),
            None => unread(),
        },
        (Literal::List(mut a), Literal::List(b)) => {
            a.extend(b);
            Literal::List(a)
        }
        (Literal::Made(kind, mut a), Literal::Made(_, b)) => {
            a.extend(b);
            Literal::Made(kind, a)
        }
        _ => unread(),
    }
}

const DIFFERS: &str = "versions of PowerShell differ in this JSON, and `@{…}` is in no order: print the \
                       text, and put it there in quotes";

/// As `ConvertTo-Json -Compress` writes it, where all versions agree.
fn json(value: &Literal, is_compressed: bool) -> Option<String> {
    fn is_certain(value: &Literal) -> bool {
        match value {
            // Version 5.1 writes these as codes.
            Literal::Text(text) => !text.contains(['\'', '<', '>', '&']),
            Literal::Word(_) => true,
            Literal::List(items) => items.iter().all(is_certain),
            Literal::Object(members) => members.iter().all(|(_, it)| is_certain(it)),
            // A table is in no order.
            Literal::Made(_, members) => {
                members.len() < 2 && members.iter().all(|(_, it)| is_certain(it))
            }
            Literal::Unknown(_) => false,
        }
    }
    (is_compressed && is_certain(value)).then(|| value.stringify())
}
