//! Literals of JavaScript, JSON among them, and of Python.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::ops::Range;

use super::Stop;
use super::characters;
use super::names::Names;
use crate::json::{write_string, write_unicode};
use crate::text::order;

/// Of an expression of which only the beginning is read.
pub(super) const UNREAD: &str = "this is more than can be read here: put its value there, or print what was sent and \
     paste that";

#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Text(String),
    /// A number, `true`, `null`, as written.
    Word(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
    /// What a program made by a call of a library, with what it holds.
    Made(Kind, Vec<(String, Literal)>),
    /// What only the program knows, or what is not read, and why.
    Unknown(Stop),
}

/// What a program makes, to call Duo with or by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `URLSearchParams`, a name and a text each.
    Form,
    /// `URL`: its text up to the query, its query, and that query as a form twice, one to be changed.
    Url,
    /// A table of PowerShell, which is in no order.
    Table,
    /// Bytes, which `toString('base64')` writes.
    Buffer,
    /// `Request` of the Fetch API.
    Request,
    /// Clients with defaults: `requests.Session()`, `httpx.Client(…)`, `aiohttp.ClientSession(…)`,
    /// `axios.create(…)`, `got.extend(…)`, `ky.create(…)`, `new Client(…)` of undici.
    Session,
    Httpx,
    Aiohttp,
    Axios,
    Got,
    Ky,
    Undici,
    /// `requests.Request(…)`; and what `prepare()` makes of it, with that as its `request`.
    Prepared,
    /// Requests that are put together by calls: `urllib.request.Request`, `http.client`,
    /// `XMLHttpRequest`, `https.request` of Node.js.
    Urllib,
    Connection,
    Xhr,
    Node,
}

impl Default for Literal {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Literal {
    /// The value of a whole text, such as JSON.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text, 0);
        let value = reader.literal(0).ok()?;
        reader.skip();
        reader.rest().is_empty().then_some(value)
    }

    pub(super) fn size(&self) -> usize {
        1 + match self {
            Self::Text(text) | Self::Word(text) => text.len(),
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Object(members) | Self::Made(_, members) => {
                members.iter().map(|(name, it)| name.len() + it.size()).sum()
            }
            Self::Unknown(_) => 0,
        }
    }

    /// Whether it is nested more deeply than a text may be: names can stand for values that have others in them.
    pub(super) fn is_too_deep(&self) -> bool {
        self.depth() > MOST_DEPTH
    }

    fn depth(&self) -> usize {
        1 + match self {
            Self::List(items) => items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(members) | Self::Made(_, members) => {
                members.iter().map(|(_, it)| it.depth()).max().unwrap_or(0)
            }
            Self::Text(_) | Self::Word(_) | Self::Unknown(_) => 0,
        }
    }

    /// Why a part of it is not known.
    pub(super) fn unknown(&self) -> Option<&Stop> {
        match self {
            Self::Unknown(stop) => Some(stop),
            Self::List(items) => items.iter().find_map(Self::unknown),
            Self::Object(members) | Self::Made(_, members) => {
                members.iter().find_map(|(_, it)| it.unknown())
            }
            Self::Text(_) | Self::Word(_) => None,
        }
    }

    /// Without members that are undefined, which `JSON.stringify` leaves out.
    fn defined(self) -> Self {
        let is_defined = |value: &Self| !matches!(value, Self::Word(word) if word == "undefined");
        match self {
            Self::List(items) => {
                let null = || Self::Word("null".into());
                let defined = |it: Self| if is_defined(&it) { it.defined() } else { null() };
                Self::List(items.into_iter().map(defined).collect())
            }
            Self::Object(members) => {
                let kept = members.into_iter().filter(|(_, value)| is_defined(value));
                Self::Object(kept.map(|(name, value)| (name, value.defined())).collect())
            }
            other => other,
        }
    }

    /// With numbers, words and orders of names as a language keeps them; `None` where that is not known.
    fn kept(self, language: Language) -> Option<Self> {
        Some(match self {
            Self::Word(word) if matches!(&*word, "true" | "false" | "null") => Self::Word(word),
            Self::Word(word) => Self::Word(number(&word, language)?),
            Self::List(items) => {
                Self::List(items.into_iter().map(|it| it.kept(language)).collect::<Option<_>>()?)
            }
            Self::Object(members) => {
                let kept = members.into_iter().map(|(name, it)| Some((name, it.kept(language)?)));
                let mut kept: Vec<(String, Self)> = kept.collect::<Option<_>>()?;
                if language == Language::JavaScript {
                    // Names that are numbers come first, in their order.
                    let index = |name: &str| {
                        let index = name.parse::<u32>().ok()?;
                        (index.to_string() == name).then_some(index)
                    };
                    let keys = kept.iter().map(|(name, _)| index(name).map_or(u64::MAX, u64::from));
                    let keys: Vec<[u8; 8]> = keys.map(u64::to_be_bytes).collect();
                    if keys.iter().any(|key| *key != [u8::MAX; 8]) {
                        let places = order(&keys);
                        kept = places.iter().filter_map(|at| kept.get(*at).cloned()).collect();
                    }
                }
                Self::Object(kept)
            }
            Self::Text(_) => self,
            Self::Made(..) | Self::Unknown(_) => return None,
        })
    }

    /// As `JSON.stringify` writes what stands at a byte of the text, where that is known.
    pub(super) fn stringified(self, at: usize) -> Result<String, Stop> {
        if let Some(stop) = self.unknown() {
            return Err(stop.clone());
        }
        let value = self.defined().kept(Language::JavaScript).ok_or_else(|| {
            let reason = "JSON.stringify changes a number or an object here: put the text that it \
                          writes there";
            Stop::new(at, reason)
        })?;
        Ok(value.stringify())
    }

    /// As `JSON.stringify` writes it over several lines.
    pub(super) fn indented(self, at: usize, width: usize) -> Result<String, Stop> {
        let compact = self.stringified(at)?;
        let mut out = String::new();
        let mut depth = 0_usize;
        let mut is_text = false;
        let mut is_escaped = false;
        let mut before = ' ';
        for found in compact.chars() {
            let is_end = matches!(found, '}' | ']') && !is_text;
            let is_empty = is_end && matches!(before, '{' | '[');
            depth -= usize::from(is_end).min(depth);
            let is_start = matches!(before, '{' | '[' | ',');
            if !is_text && !is_empty && (is_end || is_start) {
                out.push('\n');
                out.extend(core::iter::repeat_n(' ', depth * width));
            }
            out.push(found);
            before = ' ';
            if is_escaped {
                is_escaped = false;
            } else if is_text {
                is_escaped = found == '\\';
                is_text = found != '"';
            } else {
                is_text = found == '"';
                depth += usize::from(matches!(found, '{' | '['));
                if found == ':' {
                    out.push(' ');
                }
                before = found;
            }
        }
        Ok(out)
    }

    /// As `JSON.stringify` writes it.
    pub(crate) fn stringify(&self) -> String {
        let mut text = String::new();
        stringify(self, &mut text, [",", ":"], write_unicode);
        text
    }

    /// As Python's `json.dumps` writes it.
    pub(super) fn dumps(&self) -> Option<String> {
        self.dumped([", ", ": "], true)
    }

    /// As `json.dumps` writes it with other separators, or with characters as they are; `None` where a
    /// number would change.
    pub(super) fn dumped(&self, separators: [&str; 2], is_ascii: bool) -> Option<String> {
        let value = self.clone().kept(Language::Python)?;
        let mut text = String::new();
        stringify(
            &value,
            &mut text,
            separators,
            if is_ascii { write_string } else { write_unicode },
        );
        Some(text)
    }

    pub(super) fn members(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(members) | Self::Made(_, members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn members_mut(&mut self) -> Option<&mut Vec<(String, Self)>> {
        match self {
            Self::Object(members) | Self::Made(_, members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let mut members = self.members()?.iter();
        members.find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Sets a member, at the place of the one that it replaces.
    pub(super) fn put(&mut self, name: &str, value: Self) {
        let Some(members) = self.members_mut() else { return };
        match members.iter_mut().find(|(found, _)| found == name) {
            Some(member) => member.1 = value,
            None => members.push((name.into(), value)),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Made(kind, _) => Some(*kind),
            _ => None,
        }
    }

    /// Text, and everything else but null as written; what tools make of parameters.
    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Word(word) if word != "null" => Some(word),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Python,
}

/// A function of the program.
#[derive(Clone, Debug)]
pub(super) struct Function<'a> {
    pub(super) parameters: Vec<(&'a str, Option<Literal>)>,
    pub(super) lines: Range<usize>,
    pub(super) indent: usize,
}

/// Where a name is set or changed, in order, and how many of the first were carried out.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) all: Vec<usize>,
    pub(super) done: usize,
}

/// What a whole program sets, changes and calls, by `writes.rs`.
#[derive(Clone, Debug, Default)]
pub(super) struct Writes {
    /// Where each name is set or changed.
    pub(super) places: Names<Places>,
    /// The parameters of functions, and where they hold: ranges in order and apart.
    pub(super) parameters: Names<Vec<Range<usize>>>,
    /// The bodies of functions, in order and apart.
    pub(super) bodies: Vec<Range<usize>>,
    /// The program's own functions: name, parameters, and where they are.
    pub(super) functions: Vec<(String, String, Range<usize>)>,
    /// Calls by name, and where their arguments are.
    pub(super) called: Vec<(String, Range<usize>)>,
    /// How many bytes of expressions and of parameters were read, some of them again and again, and how many
    /// may be.
    pub(super) work: usize,
    pub(super) most: usize,
    /// Where each bracket is, and after which one it is closed, by the first.
    pub(super) brackets: Vec<(usize, usize)>,
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) language: Language,
    /// What was assigned to names before, and at which indentation; `None` where no program is read.
    pub(super) names: Option<Names<(usize, Literal)>>,
    /// How many bytes of values were put in place of names.
    pub(super) copied: usize,
    /// The functions of the program.
    pub(super) functions: Names<Function<'a>>,
    /// How many of them are running, and how many bytes of lines were read.
    pub(super) calls: usize,
    pub(super) work: usize,
    /// Where the program changes names, and which of these places were carried out.
    pub(super) writes: Writes,
    pub(super) done: BTreeSet<usize>,
    /// How deep texts are within texts.
    insertions: usize,
    /// The comment and the line of which the end was looked for last: what is long has many such places.
    comment: Range<usize>,
    line: Option<Range<usize>>,
}

/// Values that are read of a text, some of them again and again.
const MOST_WORK: usize = 20_000;

/// Deeper than any request is nested, and far from what fills the stack.
pub(super) const MOST_DEPTH: usize = 64;

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self {
            text,
            at,
            language: Language::JavaScript,
            names: None,
            copied: 0,
            functions: Names::default(),
            calls: 0,
            work: 0,
            writes: Writes::default(),
            done: BTreeSet::new(),
            insertions: 0,
            comment: 0..0,
            line: None,
        }
    }

    pub(super) fn python(text: &'a str, at: usize) -> Self {
        Self { language: Language::Python, ..Self::new(text, at) }
    }

    /// Of a program, whose names are noted.
    pub(super) fn of(text: &'a str, language: Language) -> Self {
        Self { language, names: Some(Names::default()), ..Self::new(text, 0) }
    }

    pub(super) fn is_python(&self) -> bool {
        self.language == Language::Python
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn stop<T>(&self, reason: &'static str) -> Result<T, Stop> {
        Err(Stop::new(self.at, reason))
    }

    /// White space and comments.
    pub(super) fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let line = if self.is_python() { "#" } else { "//" };
            if trimmed.starts_with(line) {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") && !self.is_python() {
                self.at = self.comment_end();
            } else {
                return;
            }
        }
    }

    /// Behind the end of the comment that starts here.
    fn comment_end(&mut self) -> usize {
        let Range { start, end } = self.comment;
        if !(start..end.saturating_sub(1)).contains(&self.at) {
            let end = self.rest().find("*/").map_or(self.text.len(), |end| self.at + end + 2);
            self.comment = self.at..end;
        }
        self.comment.end
    }

    /// The line that a place is in.
    pub(super) fn line(&mut self, at: usize) -> Range<usize> {
        let known = self.line.take().filter(|it| it.start <= at && at <= it.end);
        let line = known.unwrap_or_else(|| {
            let (before, after) = self.text.split_at_checked(at).unwrap_or((self.text, ""));
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            start..at + after.find('\n').unwrap_or(after.len())
        });
        self.line.insert(line).clone()
    }

    pub(super) fn eat(&mut self, wanted: &str) -> bool {
        self.skip();
        let is_there = self.rest().starts_with(wanted);
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }

    /// A value; in a program, an expression.
    pub(super) fn literal(&mut self, depth: usize) -> Result<Literal, Stop> {
        if self.names.is_some() {
            return self.expression(depth);
        }
        let mut value = self.part(depth)?;
        while let Literal::Text(text) = &mut value {
            let at = self.at;
            if !self.eat("+") {
                self.at = at;
                break;
            }
            self.skip();
            let at = self.at;
            match self.part(depth)? {
                Literal::Text(part) => text.push_str(&part),
                _ => return Err(Stop::new(at, "here should be text")),
            }
        }
        Ok(value)
    }

    pub(super) fn part(&mut self, depth: usize) -> Result<Literal, Stop> {
        self.work += 1;
        if depth > MOST_DEPTH || self.is_exhausted() {
            return self.stop("this is nested too deeply");
        }
        if self.eat("{") {
            return self.object(depth);
        }
        if self.eat("[") {
            return Ok(Literal::List(self.list("]", depth)?.0));
        }
        if self.eat("(") {
            // A tuple, or something within parentheses.
            let (mut items, ends_with_comma) = self.list(")", depth)?;
            return Ok(match items.pop() {
                Some(item) if items.is_empty() && !ends_with_comma => item,
                last => Literal::List(items.into_iter().chain(last).collect()),
            });
        }
        if self.starts_string() {
            let mut text = self.string()?;
            while self.is_python() {
                let at = self.at;
                if !self.starts_string() {
                    self.at = at;
                    break;
                }
                text.push_str(&self.string()?);
            }
            return Ok(Literal::Text(text));
        }
        if self.names.is_some()
            && !self.rest().starts_with(|it: char| it.is_ascii_digit() || it == '-')
        {
            return self.named(depth);
        }
        let word = match self.word() {
            "True" if self.is_python() => "true",
            "False" if self.is_python() => "false",
            "None" if self.is_python() => "null",
            word => word,
        };
        if word.is_empty() {
            return self.stop("here should be text in quotes, a number, a list or an object");
        }
        let is_value = matches!(word, "true" | "false" | "null" | "undefined")
            || word.starts_with(|it: char| it.is_ascii_digit() || it == '-');
        if !is_value {
            self.at -= word.len();
            return self.stop("here should be text in quotes, a number, a list or an object");
        }
        Ok(Literal::Word(word.replace('_', "")))
    }

    /// Passes over a value that does not matter.
    pub(super) fn pass(&mut self) {
        let start = self.at;
        self.pass_on();
        self.work += (self.at - start) / 4;
        if self.is_exhausted() {
            self.at = self.text.len();
        }
    }

    /// Whether too much was read again and again.
    pub(super) fn is_exhausted(&self) -> bool {
        self.work > MOST_WORK + 4 * self.text.len()
    }

    fn pass_on(&mut self) {
        // Less work than a value is.
        const CHARACTERS: usize = 256;
        if self.is_exhausted() {
            return;
        }
        let start = self.at;
        let mut depth = 0;
        while let Some(found) = self.rest().chars().next() {
            match found {
                ')' | ',' | ']' | '}' if depth == 0 => break,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                '"' | '\'' | '`' => {
                    self.pass_string(found);
                    continue;
                }
                '/' | '#' => {
                    let at = self.at;
                    self.skip();
                    if self.at > at {
                        continue;
                    }
                }
                _ => {}
            }
            self.at += found.len_utf8();
        }
        self.work += (self.at - start) / CHARACTERS;
    }

    /// Passes over a text, as written.
    pub(super) fn pass_string(&mut self, quote: char) {
        self.pass_string_until(quote, self.text.len());
    }

    /// Passes over a text, but not far beyond a place.
    pub(super) fn pass_string_until(&mut self, quote: char, end: usize) {
        let rest = self.rest();
        let single = rest.get(..1).unwrap_or_default();
        let triple = rest.get(..3).filter(|it| self.is_python() && single.repeat(3) == **it);
        let quote = match triple {
            Some(triple) => triple,
            None if quote == '`' => "`",
            None => single,
        };
        self.at += quote.len();
        while self.at < end && !self.rest().starts_with(quote) {
            match self.next() {
                Some('\\') => drop(self.next()),
                Some('\n') if matches!(quote, "'" | "\"") => return,
                Some(_) => {}
                None => return,
            }
        }
        self.at += if self.rest().starts_with(quote) { quote.len() } else { 0 };
    }

    /// A value within brackets. What a program has there and is not read is passed over, and not known.
    pub(super) fn member(&mut self, end: &str, depth: usize) -> Result<Literal, Stop> {
        self.skip();
        let start = self.at;
        let read = self.literal(depth + 1);
        if self.names.is_none() {
            return read;
        }
        let stop = match read {
            Ok(value) => {
                self.skip();
                if self.rest().starts_with([',', ')', ']', '}']) || self.rest().starts_with(end) {
                    return Ok(value);
                }
                value.unknown().cloned().unwrap_or_else(|| Stop::new(self.at, UNREAD))
            }
            Err(stop) => stop,
        };
        self.at = start;
        self.pass();
        Ok(Literal::Unknown(stop))
    }

    /// Items up to the end, and whether a comma stands before it.
    pub(super) fn list(&mut self, end: &str, depth: usize) -> Result<(Vec<Literal>, bool), Stop> {
        let mut items = Vec::new();
        while !self.eat(end) {
            if self.names.is_some() && (self.eat("...") || self.is_python() && self.eat("*")) {
                match self.member(end, depth)? {
                    Literal::List(spread) => items.extend(spread),
                    other => items.push(self.not_known(other)),
                }
            } else {
                items.push(self.member(end, depth)?);
            }
            if !self.eat(",") {
                self.expect(end, "a list lacks its comma or its end here")?;
                return Ok((items, false));
            }
        }
        Ok((items, true))
    }

    pub(super) fn object(&mut self, depth: usize) -> Result<Literal, Stop> {
        let mut members: Vec<(String, Literal)> = Vec::new();
        // Of a name that is repeated, the last value counts, at the place of the first.
        let mut places: Names<usize> = Names::default();
        while !self.eat("}") {
            let mut put = |name: String, value: Literal| {
                let place = places.get(&name).and_then(|place| members.get_mut(*place));
                if let Some(member) = place {
                    member.1 = value;
                } else {
                    places.insert(&name, members.len());
                    members.push((name, value));
                }
            };
            if self.names.is_some() && (self.eat("...") || self.is_python() && self.eat("**")) {
                match self.member("}", depth)? {
                    Literal::Object(spread) => {
                        for (name, value) in spread {
                            put(name, value);
                        }
                    }
                    other => put("...".into(), self.not_known(other)),
                }
            } else {
                let (name, value) = self.pair(depth)?;
                put(name, value);
            }
            if !self.eat(",") {
                self.expect("}", "an object lacks its comma or its end here")?;
                break;
            }
        }
        Ok(Literal::Object(members))
    }

    /// A name and a value of an object.
    fn pair(&mut self, depth: usize) -> Result<(String, Literal), Stop> {
        let is_text = self.starts_string();
        let at = self.at;
        if self.names.is_some() && !is_text && (self.is_python() || self.rest().starts_with('[')) {
            // A name that the program computes.
            let key = if self.eat("[") { self.member("]", depth)? } else { self.part(depth + 1)? };
            if at < self.at && self.text.get(at..).is_some_and(|it| it.starts_with('[')) {
                self.eat("]");
            }
            let name = match &key {
                Literal::Text(name) | Literal::Word(name) => Some(name.clone()),
                _ => None,
            };
            self.expect(":", "a name lacks its colon here")?;
            let value = self.member("}", depth)?;
            return Ok(match name {
                Some(name) => (name, value),
                None => ("...".into(), self.not_known(key)),
            });
        }
        let name = if is_text { self.string()? } else { self.name() };
        self.skip();
        if self.names.is_some() && !is_text && self.rest().starts_with([',', '}']) {
            self.at = at;
            return Ok((name, self.named(depth)?));
        }
        if self.names.is_some() && self.rest().starts_with('(') {
            // A method.
            self.pass();
            return Ok((name, Literal::Unknown(Stop::new(at, "this is a function"))));
        }
        self.expect(":", "a name lacks its colon here")?;
        Ok((name, self.member("}", depth)?))
    }

    /// A name without quotes; those of Python as `json.dumps` writes them.
    fn name(&mut self) -> String {
        match self.word() {
            "None" if self.is_python() => "null",
            "True" if self.is_python() => "true",
            "False" if self.is_python() => "false",
            name => name,
        }
        .into()
    }

    pub(super) fn expect(&mut self, wanted: &str, reason: &'static str) -> Result<(), Stop> {
        if self.eat(wanted) { Ok(()) } else { self.stop(reason) }
    }

    pub(super) fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || "_$.+-".contains(it);
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Python has letters before the quote.
    pub(super) fn starts_string(&mut self) -> bool {
        self.skip();
        let rest = self.rest();
        let quoted = match self.language {
            Language::Python => rest.trim_start_matches(['b', 'B', 'f', 'F', 'r', 'R', 'u', 'U']),
            Language::JavaScript => rest,
        };
        rest.len() - quoted.len() < 3
            && (quoted.starts_with(['"', '\'']) || quoted.starts_with('`') && !self.is_python())
    }

    pub(super) fn string(&mut self) -> Result<String, Stop> {
        let start = self.at;
        let mut text = String::new();
        let rest = self.rest();
        let most = if self.is_python() { 3 } else { 1 };
        let at = rest.bytes().take(most).position(|it| matches!(it, b'"' | b'\'' | b'`'));
        let Some((prefix, quoted)) = at.and_then(|at| rest.split_at_checked(at)) else {
            return self.stop("here should be text in quotes");
        };
        let is_format = prefix.contains(['f', 'F']);
        let are_bytes = prefix.contains(['b', 'B']);
        let is_raw = prefix.contains(['r', 'R']);
        let single = quoted.get(..1).unwrap_or_default();
        let triple = quoted.get(..3).filter(|it| self.is_python() && single.repeat(3) == **it);
        let quote = triple.unwrap_or(single);
        self.at += prefix.len() + quote.len();
        loop {
            if self.rest().starts_with(quote) {
                self.at += quote.len();
                return Ok(text);
            }
            let Some(found) = self.rest().chars().next() else {
                return Err(Stop::new(start, "the text that starts here has no end"));
            };
            self.at += found.len_utf8();
            match found {
                '\n' if matches!(quote, "'" | "\"") => {
                    return Err(Stop::new(
                        start,
                        "the text that starts here has no end on its line",
                    ));
                }
                '{' | '}' if is_format && self.rest().starts_with(found) => {
                    self.at += 1;
                    text.push(found);
                }
                '{' if is_format => self.inserted(&mut text)?,
                '$' if quote == "`" && self.rest().starts_with('{') => {
                    self.at += 1;
                    self.inserted(&mut text)?;
                }
                '\\' if is_raw => {
                    text.push('\\');
                    text.extend(self.next());
                }
                '\\' => {
                    let length = text.len();
                    self.escape(&mut text)?;
                    if are_bytes && !text.get(length..).is_some_and(str::is_ascii) {
                        let reason = "there are non-ASCII bytes here: put the text there";
                        return Err(Stop::new(start, reason));
                    }
                }
                found => text.push(found),
            }
        }
    }

    /// The value of an expression between braces.
    fn inserted(&mut self, text: &mut String) -> Result<(), Stop> {
        let at = self.at;
        if self.names.is_none() {
            return Err(Stop::new(at, "a value of the program belongs here: put it there"));
        }
        if self.insertions == 8 {
            return self.stop("this is nested too deeply");
        }
        self.insertions += 1;
        let value = self.member("}", 1);
        self.insertions -= 1;
        let value = value?;
        if let Some(stop) = value.unknown() {
            return Err(stop.clone());
        }
        let reason = "this is more than the name of a text: put its value there";
        let value = self.text_of(&value).filter(|_| self.rest().starts_with('}'));
        text.push_str(&value.ok_or_else(|| Stop::new(at, reason))?);
        self.at += 1;
        Ok(())
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let found = self.rest().chars().next()?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// What stands after a backslash; nothing for a continued line.
    fn escape(&mut self, text: &mut String) -> Result<(), Stop> {
        let at = self.at - 1;
        let Some(found) = self.next() else { return Ok(()) };
        let character = match found {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'a' if self.is_python() => '\u{7}',
            'N' if self.is_python() => {
                let rest = self.rest().strip_prefix('{').and_then(|it| it.split_once('}'));
                let named = rest.and_then(|(name, _)| Some((name, characters::by_name(name)?)));
                let Some((name, found)) = named else {
                    let reason = "there is a character by its name: put it there itself";
                    return Err(Stop::new(at, reason));
                };
                self.at += name.len() + 2;
                found
            }
            '0'..='7' if self.is_python() => {
                let digits = self.text.get(at + 1..).unwrap_or_default().bytes().take(3);
                let digits = digits.take_while(|byte| matches!(byte, b'0'..=b'7'));
                let (mut code, mut length) = (0, 0);
                for digit in digits {
                    (code, length) = (code * 8 + u32::from(digit - b'0'), length + 1);
                }
                self.at = at + 1 + length;
                char::from_u32(code)
                    .ok_or_else(|| Stop::new(at, "this is not a valid character"))?
            }
            '0' => '\0',
            '\n' => return Ok(()),
            'x' | 'u' | 'U' if found != 'U' || self.is_python() => {
                let digits = match found {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let mut code = self.code(digits)?;
                let is_high = (0xd800..0xdc00).contains(&code);
                if is_high && self.rest().starts_with("\\u") {
                    self.at += 2;
                    let low = self.code(4)?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(Stop::new(at, "this is half a character"));
                    }
                    code = 0x10000 + ((code - 0xd800) << 10) + (low & 0x3ff);
                }
                char::from_u32(code)
                    .ok_or_else(|| Stop::new(at, "this is not a valid character"))?
            }
            other => {
                // Python leaves what is no escape as it is.
                if self.is_python() && !matches!(other, '\\' | '\'' | '"') {
                    text.push('\\');
                }
                other
            }
        };
        text.push(character);
        Ok(())
    }

    fn code(&mut self, digits: usize) -> Result<u32, Stop> {
        let (text, length) = match self.rest().strip_prefix('{') {
            Some(rest) => {
                let end = rest.find('}').unwrap_or(rest.len());
                (rest.get(..end), end + 2)
            }
            None => (self.rest().get(..digits), digits),
        };
        let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = text.and_then(|text| u32::from_str_radix(text, 16).ok());
        let code = code.ok_or_else(|| Stop::new(self.at, "here should be hex digits"))?;
        self.at += length;
        Ok(code)
    }
}

/// A number as a language writes it that has read it; `None` where digits would be lost.
pub(super) fn number(word: &str, language: Language) -> Option<String> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", word),
    };
    let radix = match digits.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => 10,
    };
    if radix != 10 {
        // As far as JavaScript's numbers are exact.
        let number = u64::from_str_radix(digits.get(2..)?, radix).ok()?;
        return (number < 1 << 53).then(|| [sign, &number.to_string()].concat());
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_float = digits.contains(['.', 'e', 'E']);
    let are_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let all = [whole, fraction].concat();
    if all.is_empty() || !are_digits(&all) || whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    if !is_float && language == Language::Python {
        return Some(word.into());
    }
    let significant = all.trim_start_matches('0');
    let point = i32::try_from(whole.len()).ok()? + exponent;
    // Beyond these, languages write an exponent or other digits.
    if significant.trim_end_matches('0').len() > 15 || !(-5..=15).contains(&point) {
        return None;
    }
    let shift = usize::try_from(point).unwrap_or(0);
    let zeros = "0".repeat(usize::try_from(-point).unwrap_or(0));
    let padded = [&*zeros, &all, &"0".repeat(shift.saturating_sub(all.len()))].concat();
    let (before, after) = padded.split_at_checked(shift)?;
    let before = before.trim_start_matches('0');
    let after = after.trim_end_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    let after = match language {
        Language::Python if after.is_empty() => ".0".into(),
        _ if after.is_empty() => String::new(),
        _ => [".", after].concat(),
    };
    let is_zero = significant.is_empty();
    let sign = if is_zero && language == Language::JavaScript { "" } else { sign };
    Some([sign, before, &after].concat())
}

type Write = fn(&mut String, &str);

fn stringify(value: &Literal, out: &mut String, separators: [&str; 2], write: Write) {
    let [comma, colon] = separators;
    let mut list = |open, items: &mut dyn Iterator<Item = (Option<&str>, &Literal)>, close| {
        out.push(open);
        for (i, (name, item)) in items.enumerate() {
            if i > 0 {
                out.push_str(comma);
            }
            if let Some(name) = name {
                write(out, name);
                out.push_str(colon);
            }
            stringify(item, out, separators, write);
        }
        out.push(close);
    };
    match value {
        Literal::Text(text) => write(out, text),
        Literal::Word(word) => out.push_str(word),
        Literal::List(items) => list('[', &mut items.iter().map(|item| (None, item)), ']'),
        Literal::Object(members) | Literal::Made(_, members) => {
            list('{', &mut members.iter().map(|(name, item)| (Some(&**name), item)), '}');
        }
        Literal::Unknown(_) => out.push_str("null"),
    }
}
