//! Literals of JavaScript, JSON among them, and of Python.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Stop;
use crate::json::{write_string, write_unicode};

#[derive(Clone, Debug)]
pub(crate) enum Literal {
    Text(String),
    /// A number, `true`, `null`, as it stands.
    Word(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
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

    fn size(&self) -> usize {
        1 + match self {
            Self::Text(text) | Self::Word(text) => text.len(),
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Object(members) => members.iter().map(|(name, it)| name.len() + it.size()).sum(),
        }
    }

    /// Without members that are undefined, which `JSON.stringify` leaves out.
    fn defined(self) -> Self {
        let is_defined = |value: &Self| !matches!(value, Self::Word(word) if word == "undefined");
        match self {
            Self::List(items) => Self::List(items.into_iter().map(Self::defined).collect()),
            Self::Object(members) => {
                let kept = members.into_iter().filter(|(_, value)| is_defined(value));
                Self::Object(kept.map(|(name, value)| (name, value.defined())).collect())
            }
            other => other,
        }
    }

    /// Whether it has only numbers, words and orders of names that `JSON.stringify` leaves alone.
    fn is_as_stringified(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Word(word) => {
                let digits = word.strip_prefix('-').unwrap_or(word);
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
                let are_digits =
                    |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
                let is_number = are_digits(whole)
                    && are_digits(fraction)
                    && (whole == "0" || !whole.starts_with('0'))
                    && !fraction.ends_with('0')
                    && digits.len() < 16
                    && word != "-0";
                is_number || matches!(&**word, "true" | "false" | "null")
            }
            Self::List(items) => items.iter().all(Self::is_as_stringified),
            Self::Object(members) => members.iter().all(|(name, value)| {
                // Names that are numbers come first.
                !name.starts_with(|it: char| it.is_ascii_digit()) && value.is_as_stringified()
            }),
        }
    }

    /// As `JSON.stringify` writes what stands at a byte of the text, where that is known.
    pub(super) fn stringified(self, at: usize) -> Result<String, Stop> {
        let value = self.defined();
        if !value.is_as_stringified() {
            let reason = "JSON.stringify changes a number or the order of names here: put the text \
                          that it writes there";
            return Err(Stop::new(at, reason));
        }
        Ok(value.stringify())
    }

    /// As `JSON.stringify` writes it.
    pub(crate) fn stringify(&self) -> String {
        let mut text = String::new();
        stringify(self, &mut text, Language::JavaScript);
        text
    }

    /// As Python's `json.dumps` writes it.
    pub(super) fn dumps(&self) -> String {
        let mut text = String::new();
        stringify(self, &mut text, Language::Python);
        text
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text, and everything else but null as it stands; what tools make of parameters.
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    JavaScript,
    Python,
}

pub(super) struct Reader<'a> {
    text: &'a str,
    pub(super) at: usize,
    language: Language,
    /// What was assigned to names before, and at which indentation; `None` where it is not known.
    names: BTreeMap<&'a str, (usize, Option<Literal>)>,
    /// How many bytes of values were put in place of names.
    copied: usize,
}

/// Deeper than any request is nested, and far from what fills the stack.
const MOST_DEPTH: usize = 64;

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, language: Language::JavaScript, names: BTreeMap::new(), copied: 0 }
    }

    pub(super) fn python(text: &'a str, at: usize) -> Self {
        Self { language: Language::Python, ..Self::new(text, at) }
    }

    /// Takes in what a program assigns to names on the lines before.
    pub(super) fn with_names(mut self) -> Self {
        let end = self.at;
        self.at = 0;
        while self.at < end {
            let line = self.rest();
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            self.at += indent;
            self.statement(indent);
            let rest = self.text.get(self.at..end).unwrap_or_default();
            self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        }
        self.at = end;
        self
    }

    /// `name = value`, `name += value` or `name[key] = value`; what else is done to a known name
    /// makes it unknown.
    fn statement(&mut self, indent: usize) {
        let mut name = self.identifier();
        let is_removal = matches!(name, "del" | "delete");
        if is_removal || matches!(name, "const" | "let" | "var") {
            self.at += self.rest().len() - self.rest().trim_start_matches(' ').len();
            name = self.identifier();
        }
        if name.is_empty() {
            return;
        }
        let known = self.names.get(name).cloned();
        let is_new = known.is_none();
        // In a branch or a loop it may be another one.
        let is_alike = known.as_ref().is_none_or(|(found, _)| *found == indent);
        let mut value = known.and_then(|(_, value)| value);
        let assigned = match self.rest().trim_start_matches(' ').as_bytes() {
            [b'=', b'=' | b'>', ..] => return,
            [b'=', ..] if self.eat("=") => {
                value = self.assigned();
                true
            }
            [b'+', b'=', ..] if self.eat("+=") => {
                value = match (value, self.assigned()) {
                    (Some(Literal::Text(a)), Some(Literal::Text(b))) => {
                        Some(Literal::Text([a, b].concat()))
                    }
                    _ => None,
                };
                !is_new
            }
            [b'[', ..] if self.eat("[") => {
                value = value.and_then(|value| self.with_member(value));
                !is_new
            }
            [b'.', ..] => {
                value = None;
                !is_new
            }
            _ => is_removal && !is_new,
        };
        if assigned {
            let value = value.filter(|_| is_alike && !is_removal);
            self.names.insert(name, (indent, value));
        }
    }

    /// A value, where it is all that stands there.
    fn assigned(&mut self) -> Option<Literal> {
        let value = self.literal(0).ok()?;
        let rest = self.rest().trim_start_matches([' ', '\t']);
        let is_end = rest.is_empty() || rest.starts_with(['\n', '\r', ';', '#', '/']);
        is_end.then_some(value)
    }

    fn with_member(&mut self, object: Literal) -> Option<Literal> {
        let (Literal::Object(mut members), Literal::Text(name)) = (object, self.literal(0).ok()?)
        else {
            return None;
        };
        if !self.eat("]") || !self.eat("=") {
            return None;
        }
        let value = self.assigned()?;
        match members.iter_mut().find(|(found, _)| *found == name) {
            Some(member) => member.1 = value,
            None => members.push((name, value)),
        }
        Some(Literal::Object(members))
    }

    fn identifier(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        let name = rest.get(..end).filter(|it| !it.starts_with(|it: char| it.is_ascii_digit()));
        let name = name.unwrap_or_default();
        self.at += name.len();
        name
    }

    /// The value of a name, which the text gives, or not.
    fn named(&mut self) -> Result<Literal, Stop> {
        let at = self.at;
        let name = self.identifier();
        let value = self.names.get(name).and_then(|(_, value)| value.as_ref());
        let is_used_as_such = !self.rest().starts_with(['.', '(', '[']);
        let Some(value) = value.filter(|_| is_used_as_such) else {
            let print = match self.language {
                Language::Python => {
                    "print(r.request.method, r.request.url, r.request.headers, r.request.body)"
                }
                Language::JavaScript => "console.log(method, url, headers, body)",
            };
            let end = at + name.len();
            let name = self.text.get(at..end).filter(|it| !it.is_empty()).unwrap_or("this");
            return Err(Stop::new(
                at,
                format!(
                    "only the program knows what `{name}` is here: put its value there, or print what \
                 was sent and paste that: {print}"
                ),
            ));
        };
        self.copied += value.size();
        if self.copied > 16 * self.text.len() {
            return Err(Stop::new(at, "names stand for too long texts: put the values there"));
        }
        Ok(value.clone())
    }

    fn is_python(&self) -> bool {
        self.language == Language::Python
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn stop<T>(&self, reason: &'static str) -> Result<T, Stop> {
        Err(Stop::new(self.at, reason))
    }

    /// White space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let line = if self.is_python() { "#" } else { "//" };
            let end = if trimmed.starts_with(line) {
                trimmed.find('\n')
            } else if trimmed.starts_with("/*") && !self.is_python() {
                trimmed.find("*/").map(|end| end + 2)
            } else {
                return;
            };
            self.at += end.unwrap_or(trimmed.len());
        }
    }

    pub(super) fn eat(&mut self, wanted: &str) -> bool {
        self.skip();
        let is_there = self.rest().starts_with(wanted);
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }

    pub(super) fn literal(&mut self, depth: usize) -> Result<Literal, Stop> {
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
                part @ Literal::Word(_) if !self.is_python() && part.is_as_stringified() => {
                    text.push_str(part.plain().unwrap_or("null"));
                }
                _ => return Err(Stop::new(at, "here should be text")),
            }
        }
        Ok(value)
    }

    fn part(&mut self, depth: usize) -> Result<Literal, Stop> {
        if depth > MOST_DEPTH {
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
            if self.is_python() && self.rest().starts_with(".encode(") {
                self.eat(".encode(");
                self.list(")", depth)?;
            }
            return Ok(Literal::Text(text));
        }
        if self.eat("JSON.stringify(") {
            let at = self.at;
            let text = self.literal(depth + 1)?.stringified(at)?;
            self.expect(")", "JSON.stringify lacks its end here")?;
            return self.bounded(text);
        }
        if self.eat("json.dumps(") {
            let value = self.literal(depth + 1)?;
            self.expect(")", "there is an option of json.dumps: put the text itself there")?;
            return self.bounded(value.dumps());
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
            return self.named();
        }
        Ok(Literal::Word(word.into()))
    }

    /// Text that is written within text doubles its backslashes each time.
    fn bounded(&self, text: String) -> Result<Literal, Stop> {
        if text.len() > 16 * self.text.len() {
            return self.stop("JSON is within JSON too many times: put the text itself there");
        }
        Ok(Literal::Text(text))
    }

    /// Passes over a value that does not matter.
    pub(super) fn pass(&mut self) {
        let mut depth = 0;
        for found in self.rest().chars() {
            match found {
                ')' | ',' if depth == 0 => break,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            self.at += found.len_utf8();
        }
    }

    /// Items up to the end, and whether a comma stands before it.
    fn list(&mut self, end: &str, depth: usize) -> Result<(Vec<Literal>, bool), Stop> {
        let mut items = Vec::new();
        while !self.eat(end) {
            items.push(self.literal(depth + 1)?);
            if !self.eat(",") {
                self.expect(end, "a list lacks its comma or its end here")?;
                return Ok((items, false));
            }
        }
        Ok((items, true))
    }

    fn object(&mut self, depth: usize) -> Result<Literal, Stop> {
        let mut members: Vec<(String, Literal)> = Vec::new();
        // Of a name that is repeated, the last value counts, at the place of the first.
        let mut places = BTreeMap::new();
        while !self.eat("}") {
            let is_text = self.starts_string();
            let at = self.at;
            let name = if is_text { self.string()? } else { self.name() };
            self.skip();
            let value = if !is_text && !self.is_python() && self.rest().starts_with([',', '}']) {
                self.at = at;
                self.named()?
            } else {
                self.expect(":", "a name lacks its colon here")?;
                self.literal(depth + 1)?
            };
            let place = *places.entry(name.clone()).or_insert(members.len());
            match members.get_mut(place) {
                Some(member) => member.1 = value,
                None => members.push((name, value)),
            }
            if !self.eat(",") {
                self.expect("}", "an object lacks its comma or its end here")?;
                break;
            }
        }
        Ok(Literal::Object(members))
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
    fn starts_string(&mut self) -> bool {
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
        let quotes = ['"', '\'', '`'];
        let at = rest.find(quotes).filter(|at| *at == 0 || self.is_python() && *at < 3);
        let Some((prefix, quoted)) = at.and_then(|at| rest.split_at_checked(at)) else {
            return self.stop("here should be text in quotes");
        };
        let is_format = prefix.contains(['f', 'F']);
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
                '\\' => self.escape(&mut text)?,
                found => text.push(found),
            }
        }
    }

    /// The value of a name between braces.
    fn inserted(&mut self, text: &mut String) -> Result<(), Stop> {
        let at = self.at;
        let value = self.named()?;
        // Python writes True and None, which are read as JSON's words.
        let is_number = |it: &&str| it.starts_with(|it: char| it == '-' || it.is_ascii_digit());
        let word = value.plain().filter(is_number).filter(|_| value.is_as_stringified());
        let value = value.text().or(word).filter(|_| self.rest().starts_with('}'));
        let reason = "this is more than the name of a text: put its value there";
        text.push_str(value.ok_or_else(|| Stop::new(at, reason))?);
        self.at += 1;
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let found = self.rest().chars().next()?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// What stands behind a backslash; nothing for a continued line.
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
                return Err(Stop::new(at, "there is a character by its name: put it there itself"));
            }
            '0'..='7' if self.is_python() => {
                let digits = self.text.get(at + 1..).unwrap_or_default().bytes().take(3);
                let digits = digits.take_while(|byte| matches!(byte, b'0'..=b'7'));
                let (mut code, mut length) = (0, 0);
                for digit in digits {
                    (code, length) = (code * 8 + u32::from(digit - b'0'), length + 1);
                }
                self.at = at + 1 + length;
                char::from_u32(code).ok_or_else(|| Stop::new(at, "this is no character"))?
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
                char::from_u32(code).ok_or_else(|| Stop::new(at, "this is no character"))?
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

fn stringify(value: &Literal, out: &mut String, language: Language) {
    let (comma, colon, write): (_, _, fn(&mut String, &str)) = match language {
        Language::JavaScript => (",", ":", write_unicode),
        Language::Python => (", ", ": ", write_string),
    };
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
            stringify(item, out, language);
        }
        out.push(close);
    };
    match value {
        Literal::Text(text) => write(out, text),
        Literal::Word(word) => out.push_str(word),
        Literal::List(items) => list('[', &mut items.iter().map(|item| (None, item)), ']'),
        Literal::Object(members) => {
            list('{', &mut members.iter().map(|(name, item)| (Some(&**name), item)), '}');
        }
    }
}
