//! Expressions that make texts of texts. What only the program knows stays unknown, and is said by name.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Stop;
use super::encodings::{FORM, joined};
use super::library::{Arguments, href};
use super::literal::{Kind, Language, Literal, Reader, number};

impl Reader<'_> {
    /// A value that cannot be read from the text.
    pub(super) fn unknown(&self, name: &str, at: usize) -> Literal {
        let print = match self.language {
            Language::Python => {
                "print(r.request.method, r.request.url, r.request.headers, r.request.body)"
            }
            Language::JavaScript => "console.log(method, url, headers, body)",
        };
        let name = if name.is_empty() { "this" } else { name };
        Literal::Unknown(Stop::new(
            at,
            format!(
                "only the program knows what `{name}` is here: put its value there, or print what was \
                 sent and paste that: {print}"
            ),
        ))
    }

    /// What is put where something else belongs.
    pub(super) fn not_known(&self, value: Literal) -> Literal {
        match value {
            Literal::Unknown(stop) => Literal::Unknown(stop),
            _ => Literal::Unknown(Stop::new(
                self.at,
                "this is not a list or an object to be put here",
            )),
        }
    }

    /// Operands, joined by operators.
    pub(super) fn expression(&mut self, depth: usize) -> Result<Literal, Stop> {
        let mut value = self.operand(depth)?;
        loop {
            let at = self.at;
            self.skip();
            let rest = self.rest();
            let operator = rest.chars().next().unwrap_or_default();
            let second = rest.chars().nth(1).unwrap_or_default();
            let is_operator = match operator {
                '+' => !matches!(second, '+' | '='),
                '%' | '|' => self.is_python() && second != '=',
                _ => false,
            };
            if !is_operator {
                self.at = at;
                return Ok(value);
            }
            self.at += 1;
            let operand = self.operand(depth + 1)?;
            value = match operator {
                '+' => sum(value, operand, self.language, at),
                '|' => merged(value, operand, at),
                _ => self.percent(&value, &operand, at),
            };
        }
    }

    /// A value, and what is made of it by members, indices and methods.
    fn operand(&mut self, depth: usize) -> Result<Literal, Stop> {
        self.skip();
        for word in ["await ", "new "] {
            if !self.is_python() && self.rest().starts_with(word) {
                self.at += word.len();
                self.skip();
            }
        }
        let mut value = self.part(depth)?;
        loop {
            let at = self.at;
            // JavaScript goes on with a dot on the next line.
            if !self.is_python() {
                self.skip();
            }
            if self.rest().starts_with('.') && !self.rest().starts_with("..") {
                self.at += 1;
                let name = self.identifier();
                if self.rest().starts_with('(') {
                    self.at += 1;
                    let arguments = self.arguments(depth)?;
                    value = self.method(&value, name, &arguments, at);
                    if value.size() > 16 * self.text.len() + 1000 {
                        return Err(Stop::new(
                            at,
                            "this makes too long a text: put the text itself there",
                        ));
                    }
                } else {
                    value = self.property(&value, name, at);
                }
            } else if self.rest().starts_with('[') && at == self.at {
                self.at += 1;
                let key = self.member("]", depth)?;
                self.expect("]", "an index lacks its end here")?;
                value = match key.plain().map(|key| self.property(&value, key, at)) {
                    Some(value) => value,
                    None => self.unknown("", at),
                };
            } else if self.rest().starts_with('(') && at == self.at {
                self.at += 1;
                self.arguments(depth)?;
                value = self.unknown("", at);
            } else {
                self.at = at;
                return Ok(value);
            }
        }
    }

    /// What a name stands for, or a function that is known gives.
    pub(super) fn named(&mut self, depth: usize) -> Result<Literal, Stop> {
        let at = self.at;
        let name = self.identifier();
        if name.is_empty() {
            return self.stop("here should be text in quotes, a number, a list or an object");
        }
        match name {
            "true" | "false" | "null" | "undefined" => return Ok(Literal::Word(name.into())),
            "True" if self.is_python() => return Ok(Literal::Word("true".into())),
            "False" if self.is_python() => return Ok(Literal::Word("false".into())),
            "None" if self.is_python() => return Ok(Literal::Word("null".into())),
            _ => {}
        }
        if self.is_changed(name, at) {
            return Ok(self.unknown(name, at));
        }
        if let Some((_, value)) = self.names.as_ref().and_then(|names| names.get(name)) {
            self.copied += value.size();
            if self.copied > 16 * self.text.len() || value.is_too_deep() {
                let reason = "names stand for too long texts: put the values there";
                return Err(Stop::new(at, reason));
            }
            return Ok(match value {
                Literal::Unknown(stop) => Literal::Unknown(Stop { at, ..stop.clone() }),
                value => value.clone(),
            });
        }
        let mut path = String::from(name);
        while self.rest().starts_with('.') {
            let before = self.at;
            self.at += 1;
            let next = self.identifier();
            if next.is_empty() {
                self.at = before;
                break;
            }
            path.push('.');
            path.push_str(next);
        }
        if !self.rest().starts_with('(') {
            return Ok(self.unknown(&path, at));
        }
        self.at += 1;
        let arguments = self.arguments(depth)?;
        let value = self.function(&path, &arguments, at);
        if let Literal::Text(text) = &value
            && text.len() > 16 * self.text.len()
        {
            return Err(Stop::new(
                at,
                "texts are within texts too many times: put the text itself there",
            ));
        }
        Ok(value)
    }

    /// What stands between the parentheses of a call, and the one that ends it.
    pub(super) fn arguments(&mut self, depth: usize) -> Result<Arguments, Stop> {
        let mut arguments = Arguments::default();
        while !self.eat(")") {
            let at = self.at;
            if self.is_python() && self.eat("**") {
                match self.member(")", depth)? {
                    Literal::Object(members) => arguments.named.extend(members),
                    other => arguments.named.push(("**".into(), self.not_known(other))),
                }
            } else if self.eat("...") || self.is_python() && self.eat("*") {
                match self.member(")", depth)? {
                    Literal::List(items) => arguments.items.extend(items),
                    other => arguments.items.push(self.not_known(other)),
                }
            } else {
                let name = self.identifier();
                self.skip();
                let is_named = self.is_python()
                    && !name.is_empty()
                    && self.rest().starts_with('=')
                    && !self.rest().starts_with("==");
                if is_named {
                    self.at += 1;
                    let value = self.member(")", depth)?;
                    arguments.named.push((name.into(), value));
                } else {
                    self.at = at;
                    arguments.items.push(self.member(")", depth)?);
                }
            }
            if !self.eat(",") {
                self.expect(")", "the call lacks a comma or its end here")?;
                break;
            }
        }
        Ok(arguments)
    }

    /// Text as the language writes a value.
    pub(super) fn text_of(&self, value: &Literal) -> Option<String> {
        Some(match value {
            Literal::Text(text) => text.clone(),
            Literal::Word(word) if self.is_python() => match &**word {
                "true" => "True".into(),
                "false" => "False".into(),
                "null" => "None".into(),
                word => number(word, self.language)?,
            },
            Literal::Word(word) => match &**word {
                "true" | "false" | "null" | "undefined" => word.clone(),
                word => number(word, self.language)?,
            },
            Literal::Made(Kind::Form, pairs) => joined(pairs, FORM, true),
            Literal::Made(Kind::Url, _) => href(value),
            Literal::List(items) if !self.is_python() => {
                let texts = items.iter().map(|it| self.text_of(it));
                texts.collect::<Option<Vec<_>>>()?.join(",")
            }
            _ => return None,
        })
    }

    /// `'%s' % value`
    pub(super) fn percent(&self, template: &Literal, value: &Literal, at: usize) -> Literal {
        if let Some(stop) = template.unknown().or_else(|| value.unknown()) {
            return Literal::Unknown(stop.clone());
        }
        let written = || {
            let mut out = String::new();
            let mut items = match value {
                Literal::List(items) => items.iter(),
                single => core::slice::from_ref(single).iter(),
            };
            let mut rest = template.text()?;
            while let Some((before, behind)) = rest.split_once('%') {
                out.push_str(before);
                rest = behind;
                if let Some(behind) = rest.strip_prefix('%') {
                    out.push('%');
                    rest = behind;
                    continue;
                }
                let item = match rest.strip_prefix('(').and_then(|it| it.split_once(')')) {
                    Some((name, behind)) => {
                        rest = behind;
                        value.get(name)?
                    }
                    None => items.next()?,
                };
                rest = rest.strip_prefix(['s', 'd', 'i'])?;
                out.push_str(&self.text_of(item)?);
            }
            out.push_str(rest);
            Some(out)
        };
        written().map_or_else(|| self.unknown("this", at), Literal::Text)
    }

    /// `str.format`
    pub(super) fn format(&self, template: &str, arguments: &Arguments) -> Option<String> {
        let mut out = String::new();
        let mut items = arguments.items.iter();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, behind) = rest.split_at_checked(at)?;
            out.push_str(before);
            if let Some(behind) = behind.strip_prefix("{{").or_else(|| behind.strip_prefix("}}")) {
                out.push_str(behind.get(..0)?);
                out.push_str(rest.get(at..at + 1)?);
                rest = behind;
                continue;
            }
            let (name, behind) = behind.strip_prefix('{')?.split_once('}')?;
            rest = behind;
            let item = match name.parse::<usize>() {
                _ if name.is_empty() => items.next()?,
                Ok(index) => arguments.items.get(index)?,
                Err(_) => arguments.named(name)?,
            };
            out.push_str(&self.text_of(item)?);
        }
        out.push_str(rest);
        Some(out)
    }
}

pub(super) fn sum(a: Literal, b: Literal, language: Language, at: usize) -> Literal {
    if let Some(stop) = a.unknown().or_else(|| b.unknown()) {
        return Literal::Unknown(stop.clone());
    }
    let reader = Reader::of("", language);
    match (a, b) {
        (Literal::List(mut a), Literal::List(b)) if language == Language::Python => {
            a.extend(b);
            Literal::List(a)
        }
        (Literal::Text(a), Literal::Text(b)) => Literal::Text([a, b].concat()),
        (a, b) => {
            let is_text = |it: &Literal| matches!(it, Literal::Text(_) | Literal::Made(..));
            let is_possible = language == Language::JavaScript && (is_text(&a) || is_text(&b));
            let texts = is_possible.then(|| reader.text_of(&a).zip(reader.text_of(&b))).flatten();
            match texts {
                Some((a, b)) => Literal::Text([a, b].concat()),
                None => Literal::Unknown(Stop::new(
                    at,
                    "this is more than texts joined: put its value there",
                )),
            }
        }
    }
}

/// `a | b` of dicts.
pub(super) fn merged(a: Literal, b: Literal, at: usize) -> Literal {
    let (Literal::Object(members), Literal::Object(others)) = (a, b) else {
        return Literal::Unknown(Stop::new(
            at,
            "this is more than can be read: put its value there",
        ));
    };
    let mut all = Literal::Object(members);
    for (name, value) in others {
        all.put(&name, value);
    }
    all
}
