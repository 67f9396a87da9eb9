//! Literals of JavaScript, JSON among them.

use alloc::string::String;
use alloc::vec::Vec;

use super::Stop;
use crate::json::write_unicode;

#[derive(Debug)]
pub(crate) enum Literal {
    Text(String),
    /// A number, `true`, `null`, as it stands.
    Word(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

impl Literal {
    /// The value of a whole text, such as JSON.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::new(text, 0);
        let value = reader.literal(0).ok()?;
        reader.skip();
        reader.rest().is_empty().then_some(value)
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

    /// As `JSON.stringify` writes it.
    pub(crate) fn stringify(&self) -> String {
        let mut text = String::new();
        stringify(self, &mut text);
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

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

pub(super) struct Reader<'a> {
    text: &'a str,
    pub(super) at: usize,
}

/// Deeper than any request is nested, and far from what fills the stack.
const MOST_DEPTH: usize = 64;

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
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
            let end = if trimmed.starts_with("//") {
                trimmed.find('\n')
            } else if trimmed.starts_with("/*") {
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
        if depth > MOST_DEPTH {
            return self.stop("this is nested too deeply");
        }
        if self.eat("{") {
            return self.object(depth);
        }
        if self.eat("[") {
            let mut items = Vec::new();
            while !self.eat("]") {
                items.push(self.literal(depth + 1)?);
                if !self.eat(",") {
                    self.expect("]", "a list lacks its comma or its end here")?;
                    break;
                }
            }
            return Ok(Literal::List(items));
        }
        if self.rest().starts_with(['"', '\'', '`']) {
            let mut text = self.string()?;
            while self.eat("+") {
                self.skip();
                text.push_str(&self.string()?);
            }
            return Ok(Literal::Text(text));
        }
        if self.eat("JSON.stringify(") {
            let value = self.literal(depth + 1)?.defined();
            self.expect(")", "JSON.stringify lacks its end here")?;
            return Ok(Literal::Text(value.stringify()));
        }
        let word = self.word();
        if word.is_empty() {
            return self.stop("here should be text in quotes, a number, a list or an object");
        }
        let is_value = matches!(word, "true" | "false" | "null" | "undefined")
            || word.starts_with(|it: char| it.is_ascii_digit() || it == '-');
        if !is_value {
            self.at -= word.len();
            return self.stop("there is a variable or a call in it: put its value there");
        }
        Ok(Literal::Word(word.into()))
    }

    fn object(&mut self, depth: usize) -> Result<Literal, Stop> {
        let mut members = Vec::new();
        while !self.eat("}") {
            let name = if self.rest().starts_with(['"', '\'']) {
                self.string()?
            } else {
                self.word().into()
            };
            self.expect(":", "a name lacks its colon here")?;
            members.push((name, self.literal(depth + 1)?));
            if !self.eat(",") {
                self.expect("}", "an object lacks its comma or its end here")?;
                break;
            }
        }
        Ok(Literal::Object(members))
    }

    fn expect(&mut self, wanted: &str, reason: &'static str) -> Result<(), Stop> {
        if self.eat(wanted) { Ok(()) } else { self.stop(reason) }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || "_$.+-".contains(it);
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn string(&mut self) -> Result<String, Stop> {
        let start = self.at;
        let mut text = String::new();
        let Some(quote @ ('"' | '\'' | '`')) = self.rest().chars().next() else {
            return self.stop("here should be text in quotes");
        };
        self.at += 1;
        loop {
            let at = self.at;
            let Some(found) = self.rest().chars().next() else {
                return Err(Stop::new(start, "the text that starts here has no end"));
            };
            self.at += found.len_utf8();
            match found {
                found if found == quote => return Ok(text),
                '\n' if quote != '`' => {
                    return Err(Stop::new(
                        start,
                        "the text that starts here has no end on its line",
                    ));
                }
                '$' if quote == '`' && self.rest().starts_with('{') => {
                    return Err(Stop::new(at, "there is a variable in it: put its value there"));
                }
                '\\' => text.extend(self.escape()?),
                found => text.push(found),
            }
        }
    }

    /// What stands behind a backslash; nothing for a continued line.
    fn escape(&mut self) -> Result<Option<char>, Stop> {
        let at = self.at - 1;
        let Some(found) = self.rest().chars().next() else { return Ok(None) };
        self.at += found.len_utf8();
        Ok(Some(match found {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '0' => '\0',
            '\n' => return Ok(None),
            'x' | 'u' => {
                let mut code = self.code(if found == 'x' { 2 } else { 4 })?;
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
            other => other,
        }))
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

fn stringify(value: &Literal, out: &mut String) {
    let mut list = |open, items: &mut dyn Iterator<Item = (Option<&str>, &Literal)>, close| {
        out.push(open);
        for (i, (name, item)) in items.enumerate() {
            if i > 0 {
                out.push(',');
            }
            if let Some(name) = name {
                write_unicode(out, name);
                out.push(':');
            }
            stringify(item, out);
        }
        out.push(close);
    };
    match value {
        Literal::Text(text) => write_unicode(out, text),
        Literal::Word(word) => out.push_str(word),
        Literal::List(items) => list('[', &mut items.iter().map(|item| (None, item)), ']'),
        Literal::Object(members) => {
            list('{', &mut members.iter().map(|(name, item)| (Some(&**name), item)), '}');
        }
    }
}
