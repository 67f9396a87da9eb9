//! Programs in JavaScript and Python: a table of what their names stand for, and the expressions that
//! make texts of texts. What only the program knows stays unknown, and is said by name.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::ops::Range;

use super::Stop;
use super::literal::{Function, Kind, Language, Literal, Reader, number};
use crate::text::order;

/// What a call is given.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) items: Vec<Literal>,
    pub(super) named: Vec<(String, Literal)>,
}

impl Arguments {
    pub(super) fn named(&self, name: &str) -> Option<&Literal> {
        self.named.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    fn first(&self) -> Option<&Literal> {
        self.items.first()
    }

    /// The values in order, unless one has a name.
    fn all(&self) -> Option<&[Literal]> {
        self.named.is_empty().then_some(&self.items)
    }
}

/// Where a program calls something: the path of names before the parenthesis, and where it starts.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) path: String,
    /// Where the parenthesis starts.
    pub(super) at: usize,
}

/// Characters that `encodeURIComponent` leaves as they are.
const COMPONENT: &str = "-_.!~*'()";
/// Those that `encodeURI` leaves besides.
const URI: &str = "-_.!~*'();/?:@&=+$,#";
/// Those that the URL Standard leaves in a form.
const FORM: &str = "*-._";
/// Those that Python's `quote` leaves.
const QUOTE: &str = "_.-~";

/// Percent-encodes all but letters, digits and some others.
pub(super) fn encoded(text: &str, bare: &str, plus: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let found = char::from(byte);
        if byte.is_ascii_alphanumeric() || byte.is_ascii() && bare.contains(found) {
            out.push(found);
        } else if plus && found == ' ' {
            out.push('+');
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-encodes what is not visible ASCII, and these characters besides.
pub(super) fn kept_but(text: &str, encode: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for found in text.chars() {
        if found.is_ascii_graphic() && !encode.contains(found) {
            out.push(found);
        } else {
            out.push_str(&encoded(found.encode_utf8(&mut [0; 4]), "", false));
        }
    }
    out
}

fn joined(pairs: &[(String, Literal)], bare: &str, plus: bool) -> String {
    let mut out = String::new();
    for (i, (name, value)) in pairs.iter().enumerate() {
        out.push_str(if i > 0 { "&" } else { "" });
        out.push_str(&encoded(name, bare, plus));
        out.push('=');
        out.push_str(&encoded(value.text().unwrap_or_default(), bare, plus));
    }
    out
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The pairs of a query.
fn pairs_of(query: &str) -> Vec<(String, Literal)> {
    let fields = query.split('&').filter(|it| !it.is_empty());
    fields
        .map(|field| {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            (decoded(name), Literal::Text(decoded(value)))
        })
        .collect()
}

fn base64(text: &str) -> String {
    super::basic(text.as_bytes()).split_off("Basic ".len())
}

impl<'a> Reader<'a> {
    /// Reads a part of a program: calls `found` for each call in it, with the names as they are there.
    pub(super) fn program(
        &mut self,
        Range { start: from, end: to }: Range<usize>,
        found: &mut dyn FnMut(&mut Self, &Call),
    ) {
        self.at = from;
        // The blocks that are open: how far in, and where each starts.
        let mut blocks: Vec<(usize, usize)> = Vec::new();
        while self.at < to {
            let line = self.rest();
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let start = self.at;
            let end = start + line.find('\n').map_or(line.len(), |end| end + 1);
            self.work += end - start;
            let content = line.get(indent..).unwrap_or_default();
            if content.starts_with(['\n', '\r', '#']) || content.starts_with("//") {
                self.at = end;
                continue;
            }
            if !self.is_python() && content.starts_with("/*") {
                self.at = start + indent;
                self.skip();
                continue;
            }
            if self.is_python() && (content.starts_with("\"\"\"") || content.starts_with("'''")) {
                // A text that documents something.
                self.at = start + indent;
                let quote = content.chars().next().unwrap_or_default();
                self.pass_string(quote);
                let rest = self.rest();
                self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                continue;
            }
            while blocks.last().is_some_and(|(found, _)| *found > indent) {
                blocks.pop();
            }
            if blocks.last().is_none_or(|(found, _)| *found < indent) {
                blocks.push((indent, start));
            }
            let block = blocks.last().map_or(0, |(_, start)| *start);
            for call in self.calls(start, end) {
                found(self, &call);
            }
            self.at = start + indent;
            self.statement(block, indent);
            // Further statements on the line.
            loop {
                self.skip_blanks();
                if !self.rest().starts_with(';') {
                    break;
                }
                self.at += 1;
                self.skip_blanks();
                self.statement(block, indent);
            }
            let at = self.at.max(start + indent);
            let rest = self.text.get(at..).unwrap_or_default();
            let next = at + rest.find('\n').map_or(rest.len(), |end| end + 1);
            for call in self.calls(end, next) {
                found(self, &call);
            }
            self.at = next;
        }
    }

    /// Whether a name may stand for something else here than what was noted: it is a parameter, or it is
    /// changed where that was not carried out.
    fn is_changed(&self, name: &str, at: usize) -> bool {
        let is_within = |range: &Range<usize>| range.contains(&at);
        // Where a function runs, its parameters are known.
        let parameters = self.writes.parameters.get(name).into_iter().flatten();
        if self.calls == 0 && parameters.clone().any(is_within) {
            return true;
        }
        let is_closed = self.calls == 0 && self.writes.bodies.iter().any(is_within);
        let mut places = self.writes.places.get(name).into_iter().flatten();
        places.any(|place| if *place < at { !self.done.contains(place) } else { is_closed })
    }

    /// A function that the program has under this name: its parameters and where its lines are.
    pub(super) fn own(&mut self, name: &str) -> Option<Function<'a>> {
        self.functions.get(name).cloned()
    }

    /// Runs a function of the program with what it is called with.
    pub(super) fn run(
        &mut self,
        function: &Function<'a>,
        arguments: &Arguments,
        found: &mut dyn FnMut(&mut Self, &Call),
    ) {
        const MOST_CALLS: usize = 3;
        if self.calls == MOST_CALLS || self.work > 16 * self.text.len() {
            return;
        }
        let (names, at) = (self.names.clone(), self.at);
        for (i, (name, default)) in function.parameters.iter().enumerate() {
            let given = arguments.items.get(i).or_else(|| arguments.named(name));
            let value = given.or(default.as_ref()).cloned();
            let value = value.unwrap_or_else(|| self.unknown(name, at));
            self.set(name, function.indent, value);
        }
        self.calls += 1;
        self.program(function.lines.clone(), found);
        self.calls -= 1;
        (self.names, self.at) = (names, at);
    }

    /// Notes a function, whose parameters are what it is called with.
    fn function_starts(&mut self, name: &'a str, indent: usize) {
        self.skip_blanks();
        if !self.eat("(") {
            return;
        }
        let mut parameters = Vec::new();
        while !self.eat(")") {
            let name = self.identifier();
            self.skip();
            // A type, which does not matter.
            if self.rest().starts_with(':') {
                let rest = self.rest();
                self.at += rest.find([',', '=', ')']).unwrap_or(rest.len());
            }
            let default = if self.eat("=") { self.member(")", 0).ok() } else { None };
            if name.is_empty() {
                // A pattern.
                return;
            }
            parameters.push((name, default));
            if !self.eat(",") && !self.rest().starts_with(')') {
                return;
            }
        }
        let rest = self.rest();
        let start = self.at + rest.find('\n').map_or(rest.len(), |end| end + 1);
        let mut end = start;
        let mut inner = None;
        for line in self.text.get(start..).unwrap_or_default().split_inclusive('\n') {
            let found = line.len() - line.trim_start_matches([' ', '\t']).len();
            if !line.trim().is_empty() {
                if found <= indent {
                    break;
                }
                inner.get_or_insert(found);
            }
            end += line.len();
        }
        let indent = inner.unwrap_or(indent);
        self.functions.insert(name, Function { parameters, lines: start..end, indent });
    }

    /// The calls in a part of the text, outside of texts and comments.
    fn calls(&mut self, from: usize, to: usize) -> Vec<Call> {
        let mut calls = Vec::new();
        let before = self.at;
        self.at = from;
        let mut last = None;
        while self.at < to {
            let at = self.at;
            self.skip();
            if self.at > at {
                continue;
            }
            let Some(found) = self.rest().chars().next() else { break };
            if matches!(found, '"' | '\'' | '`') {
                self.pass_string(found);
                last = Some(found);
                continue;
            }
            let name = self.identifier();
            if name.is_empty() {
                self.next();
                last = Some(found);
                continue;
            }
            if last == Some('.') {
                continue;
            }
            let mut path = String::from(name);
            if name == "require" && self.rest().starts_with('(') {
                // require('https').get(…)
                let mut inner = Reader::new(self.text, self.at + 1);
                if let Ok(module) = inner.string()
                    && inner.eat(")")
                {
                    path = module.trim_start_matches("node:").to_string();
                    self.at = inner.at;
                }
            }
            self.dotted(&mut path);
            if self.rest().starts_with('(') {
                calls.push(Call { path, at: self.at });
            }
            last = Some('a');
        }
        self.at = before;
        calls
    }

    /// Further names after dots, which may stand on the next line.
    fn dotted(&mut self, path: &mut String) {
        loop {
            let at = self.at;
            self.skip();
            if !self.rest().starts_with('.') {
                self.at = at;
                return;
            }
            self.at += 1;
            let name = self.identifier();
            if name.is_empty() {
                self.at = at;
                return;
            }
            path.push('.');
            path.push_str(name);
        }
    }

    pub(super) fn identifier(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        let name = rest.get(..end).filter(|it| !it.starts_with(|it: char| it.is_ascii_digit()));
        let name = name.unwrap_or_default();
        self.at += name.len();
        name
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// What a statement does to the names, as far as it is read; what else is done to a known name makes
    /// it unknown.
    #[expect(clippy::too_many_lines, reason = "each kind of statement is a line of a table")]
    fn statement(&mut self, block: usize, indent: usize) {
        let line = self.rest().lines().next().unwrap_or_default();
        let mut name = self.identifier();
        if matches!(name, "export" | "async") {
            self.skip_blanks();
            name = self.identifier();
        }
        match name {
            "def" | "function" => {
                self.skip_blanks();
                let name = self.identifier();
                return self.function_starts(name, indent);
            }
            "class" | "import" | "from" => return,
            "for" => {
                // What is walked through stays as it is.
                let ends = [" in ", " of "].iter().filter_map(|it| line.find(it));
                let head = ends.min().and_then(|end| line.get(..end));
                return self.unknown_in(head.unwrap_or(line), true);
            }
            "if" | "else" | "elif" | "while" | "try" | "catch" | "except" | "switch" => {
                return self.unknown_in(line, false);
            }
            "" if line.trim_start().starts_with('}') => return self.unknown_in(line, false),
            "with" => {
                self.skip_blanks();
                let value = self.expression(0);
                self.skip_blanks();
                if let (Ok(value), true) = (value, self.identifier() == "as") {
                    self.skip_blanks();
                    let name = self.identifier();
                    let start = self.at - name.len();
                    self.done.insert(start);
                    self.set(name, block, value);
                }
                return;
            }
            _ => {}
        }
        if line.contains("=>") {
            // `const name = async (a, b) => {`
            let start = self.at;
            self.skip_blanks();
            let own = self.identifier();
            self.skip_blanks();
            if self.rest().starts_with('=') && !own.is_empty() && line.trim_end().ends_with('{') {
                self.at += 1;
                self.skip_blanks();
                let rest = self.rest();
                self.at += if rest.starts_with("async ") { "async ".len() } else { 0 };
                self.function_starts(own, indent);
            }
            self.at = start;
            self.unknown_parameters(line);
        }
        let is_removal = matches!(name, "del" | "delete");
        if is_removal || matches!(name, "const" | "let" | "var" | "await" | "return") {
            self.skip_blanks();
            if self.rest().starts_with('{') && line.contains("require(") {
                // What modules export is known by its name.
                let equals = self.rest().find('=').unwrap_or(0);
                self.done.insert(self.at + equals);
                return;
            }
            if self.rest().starts_with(['{', '[']) {
                return self.unknown_in(self.rest().lines().next().unwrap_or_default(), true);
            }
            name = self.identifier();
        }
        if name.is_empty() {
            return;
        }
        let start = self.at - name.len();
        let path = self.path();
        self.skip_blanks();
        if self.is_python() && path.is_empty() && self.rest().starts_with(',') {
            return self.unpacked(name, block);
        }
        // A type, which does not matter.
        if path.is_empty() && self.rest().starts_with(':') {
            let rest =
                line.get(line.len() - self.rest().lines().next().unwrap_or_default().len()..);
            if let Some(at) = rest.and_then(|it| it.find(" = ")) {
                self.at += at + 1;
            }
        }
        let is_known = self.known(name);
        match self.rest().as_bytes() {
            _ if is_removal => {
                let unknown = self.unknown(name, self.at);
                self.set(name, block, unknown);
            }
            [b'=', b'=' | b'>', ..] => {}
            [b'=', ..] => {
                self.at += 1;
                // Which the value may have in it.
                if path.is_empty() || is_known {
                    self.done.insert(start);
                }
                // Modules are known by the names that they usually have.
                let value = self.rest().lines().next().unwrap_or_default().trim_start();
                if value.starts_with("require(") {
                    self.done.insert(start);
                    return;
                }
                let from = self.at;
                let value = self.assigned();
                let value = self.shared(name, from, value);
                match path.as_slice() {
                    [] => self.assign(name, block, value),
                    path if is_known => self.change(name, path, block, |place| *place = value),
                    _ => {}
                }
            }
            [b'+' | b'|', b'=', ..] if is_known => {
                let is_merge = self.rest().starts_with('|');
                self.at += 2;
                self.done.insert(start);
                let at = self.at;
                let value = self.assigned();
                let language = self.language;
                self.change(name, &path, block, |place| {
                    let before = core::mem::take(place);
                    *place = if is_merge {
                        merged(before, value, at)
                    } else {
                        sum(before, value, language, at)
                    };
                });
            }
            [b'(', ..] if is_known && !path.is_empty() => self.mutation(name, path, block, start),
            _ => {}
        }
    }

    /// A value that goes by another name too, or is within another: it is not known when either is
    /// changed later.
    fn shared(&mut self, target: &str, from: usize, value: Literal) -> Literal {
        let is_changeable = |it: &Literal| it.members().is_some() || matches!(it, Literal::List(_));
        if !is_changeable(&value) {
            return value;
        }
        let end = self.at;
        let is_changed = |this: &Self, name: &str| {
            let mut places = this.writes.places.get(name).into_iter().flatten();
            places.any(|place| *place > end)
        };
        let mut reader = Reader::of(self.text, self.language);
        reader.at = from;
        let mut others = Vec::new();
        let mut before = '=';
        // Whether each parenthesis is that of a call, which makes values of its own.
        let mut calls = Vec::new();
        while reader.at < end {
            let Some(found) = reader.rest().chars().next() else { break };
            if matches!(found, '"' | '\'' | '`') {
                reader.pass_string(found);
                before = found;
                continue;
            }
            let name = reader.identifier();
            if name.is_empty() {
                match found {
                    '(' => calls.push(before == 'a'),
                    ')' => drop(calls.pop()),
                    _ => {}
                }
                reader.at += found.len_utf8();
                before = if found.is_whitespace() { before } else { found };
                continue;
            }
            let next = reader.rest().trim_start().chars().next().unwrap_or(';');
            let is_value = "=:[,({".contains(before) && ",}]);\n".contains(next)
                || reader.at >= end && before == '=';
            let held = self.names.as_ref().and_then(|names| names.get(name));
            let is_value = is_value && !calls.contains(&true);
            if is_value && held.is_some_and(|(_, it)| is_changeable(it)) {
                others.push(name);
            }
            before = 'a';
        }
        if others.is_empty() || !others.iter().chain([&target]).any(|name| is_changed(self, name)) {
            return value;
        }
        for name in others {
            let unknown = self.unknown(name, end);
            if let Some(place) = self.names.as_mut().and_then(|names| names.get_mut(name)) {
                place.1 = unknown;
            }
        }
        self.unknown(target, end)
    }

    fn known(&self, name: &str) -> bool {
        self.names.as_ref().is_some_and(|names| names.get(name).is_some())
    }

    fn set(&mut self, name: &'a str, indent: usize, value: Literal) {
        if let Some(names) = &mut self.names {
            names.insert(name, (indent, value));
        }
    }

    /// A value of a name; in a branch or a loop it may differ.
    fn assign(&mut self, name: &'a str, indent: usize, value: Literal) {
        let names = self.names.as_ref();
        let is_alike = names.and_then(|it| it.get(name)).is_none_or(|(found, _)| *found == indent);
        let value = if is_alike { value } else { self.unknown(name, self.at) };
        self.set(name, indent, value);
    }

    /// Changes what a path leads to; what is changed in a branch or a loop is not known any more.
    fn change(
        &mut self,
        name: &'a str,
        path: &[String],
        indent: usize,
        change: impl FnOnce(&mut Literal),
    ) {
        let unknown = self.unknown(name, self.at);
        let Some((found, value)) = self.names.as_mut().and_then(|it| it.get_mut(name)) else {
            return;
        };
        if *found != indent {
            *value = unknown;
            return;
        }
        let mut place = value;
        for step in path {
            let is_url = matches!(place, Literal::Made(Kind::Url, _)) && step != "searchParams";
            if place.members().is_none() || is_url {
                *place = unknown;
                return;
            }
            if place.get(step).is_none() {
                place.put(step, Literal::Object(Vec::new()));
            }
            let members = place.members_mut().into_iter().flatten();
            let Some((_, next)) = members.into_iter().find(|(found, _)| found == step) else {
                return;
            };
            place = next;
        }
        change(place);
    }

    /// `.name` and `[key]` after a name.
    fn path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        loop {
            let at = self.at;
            if self.rest().starts_with('.') {
                self.at += 1;
                let name = self.identifier();
                if !name.is_empty() {
                    path.push(name.to_string());
                    continue;
                }
            } else if self.rest().starts_with('[') {
                self.at += 1;
                let key = self.member("]", 0).ok();
                if let (Some(key), true) = (key.as_ref().and_then(Literal::plain), self.eat("]")) {
                    path.push(key.to_string());
                    continue;
                }
            }
            self.at = at;
            return path;
        }
    }

    /// A value, where it is all that stands there.
    fn assigned(&mut self) -> Literal {
        self.skip_blanks();
        let start = self.at;
        let line = self.rest().lines().next().unwrap_or_default();
        let keyword = line.strip_prefix("await ").unwrap_or(line);
        self.at += line.len() - keyword.len();
        let value = self.expression(0);
        let rest = self.rest().trim_start_matches([' ', '\t']);
        let is_end = rest.is_empty() || rest.starts_with(['\n', '\r', ';', '#', '/', ',']);
        match value {
            Ok(value) if is_end => value,
            Ok(Literal::Unknown(stop)) | Err(stop) => Literal::Unknown(stop),
            Ok(_) => Literal::Unknown(Stop::new(start, "this is more than can be read here")),
        }
    }

    /// `a, b = 1, 2`
    fn unpacked(&mut self, first: &'a str, indent: usize) {
        let mut names = vec![first];
        let mut places = vec![self.at - first.len()];
        while self.eat(",") {
            self.skip_blanks();
            let name = self.identifier();
            places.push(self.at - name.len());
            names.push(name);
        }
        if names.contains(&"") {
            return;
        }
        self.done.extend(places);
        self.skip_blanks();
        if !self.rest().starts_with('=') || self.rest().starts_with("==") {
            return;
        }
        self.at += 1;
        let mut values = Vec::new();
        loop {
            match self.assigned_item() {
                Literal::List(items) if values.is_empty() && !self.rest().starts_with(',') => {
                    values = items;
                }
                value => values.push(value),
            }
            if !self.rest().starts_with(',') {
                break;
            }
            self.at += 1;
        }
        let is_whole = values.len() == names.len();
        for (name, value) in names.into_iter().zip(values) {
            let value = if is_whole { value } else { self.unknown(name, self.at) };
            self.assign(name, indent, value);
        }
    }

    fn assigned_item(&mut self) -> Literal {
        self.skip_blanks();
        let value = self.expression(0);
        self.skip_blanks();
        value.unwrap_or_else(Literal::Unknown)
    }

    /// Parameters of a function, which are what it is called with.
    fn unknown_parameters(&mut self, line: &'a str) {
        let Some(start) = line.find('(').or_else(|| line.find("=>").map(|_| 0)) else { return };
        let inner = line.get(start..).unwrap_or_default();
        let inner = inner.split("=>").next().unwrap_or_default();
        let inner = if line.contains("=>") {
            inner.rsplit_once('(').map_or(inner, |(_, inner)| inner)
        } else {
            inner
        };
        self.make_unknown(inner, true);
    }

    /// Names that a line in a branch or a loop may change.
    fn unknown_in(&mut self, line: &'a str, is_new: bool) {
        self.make_unknown(line, is_new);
    }

    fn make_unknown(&mut self, text: &'a str, is_new: bool) {
        let offset = text.as_ptr() as usize - self.text.as_ptr() as usize;
        let mut inner = Reader::of(self.text, self.language);
        inner.at = offset;
        let mut found = Vec::new();
        while inner.at < offset + text.len() {
            let at = inner.at;
            let name = inner.identifier();
            if name.is_empty() {
                match inner.rest().chars().next() {
                    Some(quote @ ('"' | '\'' | '`')) => inner.pass_string(quote),
                    Some(other) => inner.at += other.len_utf8(),
                    None => break,
                }
                continue;
            }
            let rest = inner.rest().trim_start_matches(' ');
            let is_changed = rest.starts_with(['[', '.'])
                || rest.starts_with('=') && !rest.starts_with("==")
                || rest.starts_with("+=");
            if is_new || is_changed && self.known(name) {
                found.push((name, at));
            }
        }
        for (name, at) in found {
            let unknown = self.unknown(name, at);
            self.set(name, usize::MAX, unknown);
        }
    }

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
            if self.copied > 16 * self.text.len() {
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
    fn percent(&self, template: &Literal, value: &Literal, at: usize) -> Literal {
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
    fn format(&self, template: &str, arguments: &Arguments) -> Option<String> {
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

    /// A member, as reading it gives.
    fn property(&self, value: &Literal, name: &str, at: usize) -> Literal {
        let found = match (value, name) {
            (Literal::Unknown(stop), _) => Some(Literal::Unknown(stop.clone())),
            (Literal::Made(Kind::Url, _), "href") => Some(Literal::Text(href(value))),
            (Literal::List(items), _) => {
                name.parse::<usize>().ok().and_then(|index| items.get(index).cloned())
            }
            _ => value.get(name).cloned(),
        };
        found.unwrap_or_else(|| self.unknown(name, at))
    }

    /// What a method gives.
    fn method(&self, value: &Literal, name: &str, arguments: &Arguments, at: usize) -> Literal {
        if let Literal::Unknown(stop) = value {
            return Literal::Unknown(stop.clone());
        }
        let given = arguments.items.iter().chain(arguments.named.iter().map(|(_, it)| it));
        if let Some(stop) = given.clone().find_map(Literal::unknown) {
            return Literal::Unknown(stop.clone());
        }
        let text = |i: usize| arguments.items.get(i).and_then(Literal::text);
        let found = match (value, name) {
            (Literal::Made(Kind::Buffer, members), "toString") => {
                let content = members.first().and_then(|(_, it)| it.text());
                match (content, text(0)) {
                    (Some(content), Some("base64")) => Some(base64(content)),
                    (content, None) => content.map(String::from),
                    _ => None,
                }
            }
            (Literal::Text(found), "encode")
                if text(0).is_some_and(|it| !it.to_ascii_lowercase().starts_with("utf")) =>
            {
                found.is_ascii().then(|| found.clone())
            }
            (_, "toString" | "encode" | "decode" | "valueOf") => self.text_of(value),
            (Literal::Text(found), _) => match name {
                "format" => self.format(found, arguments),
                "join" => {
                    let items = arguments.first().map(Literal::items).unwrap_or_default();
                    let texts = items.iter().map(Literal::text).collect::<Option<Vec<_>>>();
                    texts.map(|texts| texts.join(found))
                }
                "strip" | "trim" if arguments.items.is_empty() => Some(found.trim().into()),
                "lstrip" | "trimStart" if arguments.items.is_empty() => {
                    Some(found.trim_start().into())
                }
                "rstrip" | "trimEnd" if arguments.items.is_empty() => Some(found.trim_end().into()),
                "lower" | "toLowerCase" if found.is_ascii() => Some(found.to_ascii_lowercase()),
                "upper" | "toUpperCase" if found.is_ascii() => Some(found.to_ascii_uppercase()),
                "concat" => arguments.all().and_then(|all| {
                    let texts =
                        all.iter().map(|it| self.text_of(it)).collect::<Option<Vec<_>>>()?;
                    Some([found, &*texts.concat()].concat())
                }),
                "replace" if self.is_python() => {
                    text(0).zip(text(1)).map(|(from, to)| found.replace(from, to))
                }
                "replace" => text(0)
                    .zip(text(1).filter(|to| !to.contains('$')))
                    .map(|(from, to)| found.replacen(from, to, 1)),
                _ => None,
            },
            (Literal::List(items), "join") if !self.is_python() => {
                let texts = items.iter().map(|it| self.text_of(it)).collect::<Option<Vec<_>>>();
                texts.map(|texts| texts.join(text(0).unwrap_or(",")))
            }
            (Literal::Object(members), "items") if self.is_python() => {
                return entries(members);
            }
            (Literal::Object(_), "copy") => return value.clone(),
            (Literal::Object(_), "get") => {
                return self.property(value, text(0).unwrap_or_default(), at);
            }
            (Literal::Made(Kind::Prepared, _), "prepare") => {
                return Literal::Made(Kind::Prepared, vec![("request".into(), value.clone())]);
            }
            (Literal::Made(Kind::Session, _), "prepare_request") => {
                let request = arguments.first().cloned().unwrap_or_default();
                let members = [("request", request), ("client", value.clone())];
                let members = members.map(|(name, it)| (name.to_string(), it));
                return Literal::Made(Kind::Prepared, members.into());
            }
            (Literal::Made(Kind::Httpx, _), "build_request") => {
                let client = ("client".to_string(), value.clone());
                let mut request = Literal::Made(Kind::Httpx, [client].into());
                let names = ["method", "url"];
                for (name, item) in names.iter().zip(&arguments.items) {
                    request.put(name, item.clone());
                }
                for (name, item) in &arguments.named {
                    request.put(name, item.clone());
                }
                return request;
            }
            _ => None,
        };
        found.map_or_else(|| self.unknown(name, at), Literal::Text)
    }

    /// What a function of a library gives.
    #[expect(clippy::too_many_lines, reason = "each function is a line of a table")]
    fn function(&self, path: &str, arguments: &Arguments, at: usize) -> Literal {
        let name = path.rsplit('.').next().unwrap_or_default();
        let first = arguments.first().cloned();
        let client = |kind, skipped: usize| {
            let mut members = arguments.named.clone();
            if let Some(Literal::Object(config)) = arguments.items.get(skipped) {
                members.extend(config.iter().cloned());
            }
            Literal::Made(kind, members)
        };
        // Whose first argument is the start of all URLs.
        let of_host = |kind, name| {
            let mut made = client(kind, 9);
            if let Some(base) = arguments.first() {
                made.put(name, base.clone());
            }
            made
        };
        match (path, name) {
            ("requests.Session" | "requests.session" | "Session", _) => {
                return Literal::Made(Kind::Session, Vec::new());
            }
            ("httpx.Client" | "httpx.AsyncClient", _) => return client(Kind::Httpx, 9),
            (_, "ClientSession") if self.is_python() => {
                return of_host(Kind::Aiohttp, "base_url");
            }
            ("axios.create", _) => return client(Kind::Axios, 0),
            ("got.extend", _) => return client(Kind::Got, 0),
            ("ky.create" | "ky.extend", _) => return client(Kind::Ky, 0),
            (_, "Client" | "Pool") if self.text.contains("undici") => {
                return of_host(Kind::Undici, "baseURL");
            }
            ("XMLHttpRequest", _) => return Literal::Made(Kind::Xhr, Vec::new()),
            (_, "HTTPSConnection" | "HTTPConnection") if self.is_python() => {
                let mut made = client(Kind::Connection, 9);
                for (name, item) in ["host", "port"].iter().zip(&arguments.items) {
                    made.put(name, item.clone());
                }
                return made;
            }
            (_, "Request") if self.is_python() => {
                let is_own = path.starts_with("requests.") || self.text.contains("from requests");
                let (kind, names): (_, &[&str]) = if is_own {
                    (
                        Kind::Prepared,
                        &["method", "url", "headers", "files", "data", "params", "auth"],
                    )
                } else {
                    (Kind::Urllib, &["url", "data", "headers"])
                };
                let mut made = client(kind, 9);
                for (name, item) in names.iter().zip(&arguments.items) {
                    made.put(name, item.clone());
                }
                return made;
            }
            ("Request", _) => {
                let mut made = client(Kind::Request, 1);
                if let Some(url) = first {
                    made.put("url", url);
                }
                return made;
            }
            ("https.request" | "http.request", _) => {
                let mut made = client(Kind::Node, 1);
                match first {
                    Some(Literal::Object(options)) => {
                        for (name, value) in options {
                            made.put(&name, value);
                        }
                    }
                    Some(url) => made.put("url", url),
                    None => {}
                }
                return made;
            }
            ("dict" | "OrderedDict" | "collections.OrderedDict", _) => {
                let mut members = match first {
                    Some(Literal::Object(members)) => members,
                    Some(Literal::List(items)) => match pairs(&items) {
                        Some(pairs) => pairs,
                        None => return self.unknown(path, at),
                    },
                    Some(other) => return self.not_known(other),
                    None => Vec::new(),
                };
                members.extend(arguments.named.iter().cloned());
                return Literal::Object(members);
            }
            _ => {}
        }
        // A function that is given.
        let named = arguments.named.iter().filter(|(name, _)| name != "quote_via");
        let given = arguments.items.iter().chain(named.map(|(_, it)| it));
        if let Some(stop) = given.clone().find_map(Literal::unknown) {
            return Literal::Unknown(stop.clone());
        }
        let text = first.as_ref().and_then(|it| self.text_of(it));
        let found = match (path, name) {
            ("JSON.stringify", _) if arguments.items.len() == 1 => {
                return match first.unwrap_or_default().stringified(at) {
                    Ok(text) => Literal::Text(text),
                    Err(stop) => Literal::Unknown(stop),
                };
            }
            // `JSON.stringify(value, null, 2)`
            ("JSON.stringify", _) if is_indented(arguments) => {
                let width = arguments.items.get(2).and_then(Literal::plain);
                let width = width.and_then(|it| it.parse().ok()).unwrap_or(0);
                return match first.unwrap_or_default().indented(at, width) {
                    Ok(text) => Literal::Text(text),
                    Err(stop) => Literal::Unknown(stop),
                };
            }
            (_, "dumps") if self.is_python() => Self::dumps(first.as_ref(), arguments),
            ("encodeURIComponent", _) => text.map(|it| encoded(&it, COMPONENT, false)),
            ("encodeURI", _) => text.map(|it| encoded(&it, URI, false)),
            ("btoa", _) => text.filter(|it| it.is_ascii()).map(|it| base64(&it)),
            ("String", _) => text,
            ("str" | "bytes" | "bytearray", _) if self.is_python() => text,
            ("int", _) if self.is_python() => {
                return text
                    .filter(|it| it.bytes().all(|it| it.is_ascii_digit()))
                    .map_or_else(|| self.unknown(path, at), Literal::Word);
            }
            (_, "b64encode" | "standard_b64encode") => text.map(|it| base64(&it)),
            (_, "quote") if self.is_python() => {
                let safe = arguments.items.get(1).or_else(|| arguments.named("safe"));
                let safe = safe.map_or(Some("/"), Literal::text);
                text.zip(safe).map(|(it, safe)| encoded(&it, &[QUOTE, safe].concat(), false))
            }
            (_, "quote_plus") if self.is_python() => text.map(|it| encoded(&it, QUOTE, true)),
            (_, "urlencode") if self.is_python() => {
                first.and_then(|it| self.urlencode(&it, arguments))
            }
            ("qs.stringify" | "querystring.stringify", _) => {
                // Under the name of the package qs there is often Node's own module.
                let is_own = path.starts_with("querystring") || self.text.contains("querystring");
                let bare = if is_own { COMPONENT } else { "-_.~" };
                let members = first.as_ref().and_then(|it| self.fields(it.members()?));
                members.map(|members| joined(&members, bare, false))
            }
            ("Buffer.from", _) if arguments.items.len() == 1 || second_is_utf8(arguments) => {
                return text.map_or_else(
                    || self.unknown(path, at),
                    |it| Literal::Made(Kind::Buffer, vec![("text".into(), Literal::Text(it))]),
                );
            }
            ("Object.assign", _) => {
                let mut all = Literal::Object(Vec::new());
                for item in &arguments.items {
                    let Some(members) = item.members() else { return self.unknown(path, at) };
                    for (name, value) in members {
                        all.put(name, value.clone());
                    }
                }
                return all;
            }
            ("Object.entries", _) => {
                return match first {
                    Some(Literal::Object(members)) => entries(&members),
                    _ => self.unknown(path, at),
                };
            }
            ("Object.fromEntries", _) => {
                return match first.as_ref().and_then(|it| pairs(it.items())) {
                    Some(members) => Literal::Object(members),
                    None => self.unknown(path, at),
                };
            }
            ("Headers", _) => {
                return match &first {
                    Some(Literal::Object(_)) => first.unwrap_or_default(),
                    Some(Literal::List(items)) => match pairs(items) {
                        Some(members) => Literal::Object(members),
                        None => self.unknown(path, at),
                    },
                    None => Literal::Object(Vec::new()),
                    _ => self.unknown(path, at),
                };
            }
            ("URLSearchParams" | "url.URLSearchParams", _) => return self.search_params(first, at),
            ("URL" | "url.URL", _) => return self.url(arguments, at),
            (_, "HTTPBasicAuth" | "BasicAuth") => return Literal::List(arguments.items.clone()),
            ("sorted", _) if arguments.named.is_empty() => {
                return sorted(first).unwrap_or_else(|| self.unknown(path, at));
            }
            ("list" | "tuple", _) if matches!(first, Some(Literal::List(_))) => {
                return first.unwrap_or_default();
            }
            _ => None,
        };
        found.map_or_else(|| self.unknown(path, at), Literal::Text)
    }

    /// The values as texts, a list as one for each of its items.
    fn fields(&self, members: &[(String, Literal)]) -> Option<Vec<(String, Literal)>> {
        let mut fields = Vec::new();
        for (name, value) in members {
            let values = match value {
                Literal::List(items) => items.as_slice(),
                single => core::slice::from_ref(single),
            };
            for value in values {
                fields.push((name.clone(), Literal::Text(self.text_of(value)?)));
            }
        }
        Some(fields)
    }

    fn search_params(&self, given: Option<Literal>, at: usize) -> Literal {
        let made = match given {
            None => Some(Vec::new()),
            Some(Literal::Text(text)) => Some(pairs_of(text.strip_prefix('?').unwrap_or(&text))),
            Some(Literal::Made(Kind::Form, pairs)) => Some(pairs),
            Some(Literal::Object(members)) => members
                .iter()
                .map(|(name, it)| Some((name.clone(), Literal::Text(self.text_of(it)?))))
                .collect(),
            Some(Literal::List(items)) => pairs(&items).and_then(|members| {
                let texts = members.into_iter();
                texts.map(|(name, it)| Some((name, Literal::Text(self.text_of(&it)?)))).collect()
            }),
            _ => None,
        };
        made.map_or_else(
            || self.unknown("URLSearchParams", at),
            |pairs| Literal::Made(Kind::Form, pairs),
        )
    }

    fn url(&self, arguments: &Arguments, at: usize) -> Literal {
        let text = |i: usize| arguments.items.get(i).and_then(|it| self.text_of(it));
        let Some(mut url) = text(0) else { return self.unknown("URL", at) };
        if !url.contains("://") {
            let base = text(1);
            let host = base.as_deref().and_then(|base| {
                let start = base.find("://")? + 3;
                let end = base.get(start..)?.find(['/', '?']).map_or(base.len(), |end| start + end);
                base.get(..end)
            });
            match host.filter(|_| url.starts_with('/')) {
                Some(host) => url.insert_str(0, host),
                None => return self.unknown("URL", at),
            }
        }
        let (before, query) = url.split_once('?').unwrap_or((&url, ""));
        let path = before.get(before.find("://").map_or(0, |it| it + 3)..).unwrap_or_default();
        let before = if path.contains('/') { before.into() } else { [before, "/"].concat() };
        let form = Literal::Made(Kind::Form, pairs_of(query));
        Literal::Made(
            Kind::Url,
            vec![
                ("before".into(), Literal::Text(before)),
                ("query".into(), Literal::Text(query.into())),
                ("parsed".into(), form.clone()),
                ("searchParams".into(), form),
            ],
        )
    }

    fn dumps(value: Option<&Literal>, arguments: &Arguments) -> Option<String> {
        let mut value = value?.clone();
        let flag = |name: &str| match arguments.named(name) {
            Some(Literal::Word(word)) => Some(word.as_str()),
            _ => None,
        };
        let known = ["sort_keys", "separators", "ensure_ascii", "indent", "default"];
        if arguments.named.iter().any(|(name, _)| !known.contains(&&**name))
            || arguments.named("indent").is_some() && flag("indent") != Some("null")
        {
            return None;
        }
        if flag("sort_keys") == Some("true") {
            sort_names(&mut value);
        }
        let separators = match arguments.named("separators").map(Literal::items) {
            None => [", ", ": "],
            Some([comma, colon]) => [comma.text()?, colon.text()?],
            Some(_) => return None,
        };
        value.dumped(separators, flag("ensure_ascii") != Some("false"))
    }

    fn urlencode(&self, value: &Literal, arguments: &Arguments) -> Option<String> {
        let members = match value {
            Literal::Object(members) => members.clone(),
            other => pairs(other.items())?,
        };
        let is_list = |(_, it): &(String, Literal)| matches!(it, Literal::List(_));
        let doseq = arguments.items.get(1).or_else(|| arguments.named("doseq"));
        let has_doseq = matches!(doseq, Some(Literal::Word(word)) if word == "true" || word == "1");
        if members.iter().any(is_list) && !has_doseq {
            return None;
        }
        let via = arguments.named.iter().any(|(name, _)| name == "quote_via");
        let safe =
            arguments.named("safe").map_or(Some(if via { "/" } else { "" }), Literal::text)?;
        let fields = self.fields(&members)?;
        Some(joined(&fields, &[QUOTE, safe].concat(), !via))
    }

    /// A call as a statement, which changes what it is called on.
    fn mutation(&mut self, name: &'a str, mut path: Vec<String>, indent: usize, start: usize) {
        let at = self.at;
        self.done.insert(start);
        let method = path.pop().unwrap_or_default();
        self.at += 1;
        let Ok(arguments) = self.arguments(0) else {
            let unknown = self.unknown(name, at);
            return self.set(name, indent, unknown);
        };
        let kind = self.names.as_ref().and_then(|names| match names.get(name) {
            Some((_, Literal::Made(kind, _))) => Some(*kind),
            _ => None,
        });
        let is_call = path.is_empty()
            && matches!(
                kind,
                Some(
                    Kind::Session
                        | Kind::Httpx
                        | Kind::Aiohttp
                        | Kind::Axios
                        | Kind::Got
                        | Kind::Ky
                        | Kind::Undici
                )
            );
        // Listeners change nothing that is sent.
        if is_call
            || matches!(
                &*method,
                "on" | "once" | "addEventListener" | "get" | "has" | "forEach" | "close" | "map"
            )
        {
            return;
        }
        let unknown = self.unknown(name, at);
        if self.rest().starts_with('.') && !is_call {
            // More is done to it.
            return self.set(name, indent, unknown);
        }
        let text = |i: usize| arguments.items.get(i).and_then(|it| self.text_of(it));
        let (first, second) = (text(0), text(1));
        let given = arguments.items.iter().chain(arguments.named.iter().map(|(_, it)| it));
        let not_known = given.clone().find_map(Literal::unknown).cloned();
        // A listener is no value that is sent.
        let not_known = not_known.filter(|_| !method.starts_with("on"));
        self.change(name, &path, indent, |place| {
            if let Some(stop) = not_known {
                *place = Literal::Unknown(stop);
                return;
            }
            let done = mutate(place, &method, &arguments, first, second);
            if done.is_none() {
                *place = unknown;
            }
        });
    }
}

/// Does to a value what a method does; `None` where that is not known.
fn mutate(
    place: &mut Literal,
    method: &str,
    arguments: &Arguments,
    first: Option<String>,
    second: Option<String>,
) -> Option<()> {
    let value = || arguments.items.get(1).cloned();
    match (&mut *place, method) {
        (Literal::Made(Kind::Form, pairs), _) => {
            match method {
                "append" => pairs.push((first?, Literal::Text(second?))),
                "set" => {
                    let (name, value) = (first?, Literal::Text(second?));
                    match pairs.iter().position(|(found, _)| *found == name) {
                        Some(at) => {
                            let mut i = 0;
                            pairs.retain(|(found, _)| {
                                i += 1;
                                *found != name || i == at + 1
                            });
                            pairs.get_mut(at)?.1 = value;
                        }
                        None => pairs.push((name, value)),
                    }
                }
                "delete" => {
                    let name = first?;
                    pairs.retain(|(found, _)| *found != name);
                }
                "sort" => {
                    let utf16 = |at: usize| pairs.get(at).map(|(name, _)| name.encode_utf16());
                    let is_after = |a: usize, b: usize| {
                        utf16(a).into_iter().flatten().gt(utf16(b).into_iter().flatten())
                    };
                    let places = order(pairs.len(), &is_after);
                    *pairs = places.iter().filter_map(|at| pairs.get(*at).cloned()).collect();
                }
                _ => return None,
            }
            Some(())
        }
        (Literal::Made(Kind::Xhr, _), "open") => {
            place.put("method", arguments.first()?.clone());
            place.put("url", value()?);
            Some(())
        }
        (Literal::Made(Kind::Connection, _), "putrequest") => {
            place.put("method", arguments.first()?.clone());
            place.put("path", value()?);
            place.put("headers", Literal::Object(Vec::new()));
            Some(())
        }
        // These are calls that send what is there.
        (Literal::Made(..), "send" | "request" | "endheaders" | "end" | "urlopen") => Some(()),
        (Literal::Made(Kind::Node, _), "write") => {
            let before = place.get("body").and_then(Literal::text).unwrap_or_default();
            let body = [before, &*first?].concat();
            place.put("body", Literal::Text(body));
            Some(())
        }
        (Literal::Made(..), "setRequestHeader" | "putheader" | "add_header" | "setHeader") => {
            let (name, value) = (first?, value()?);
            let mut headers = place.get("headers").cloned().unwrap_or(Literal::Object(Vec::new()));
            headers.put(&name, value);
            place.put("headers", headers);
            Some(())
        }
        (Literal::Object(_), "update") => {
            let given = arguments.first().map(|it| match it {
                Literal::Object(members) => Some(members.clone()),
                other => pairs(other.items()),
            });
            for (name, value) in given.unwrap_or(Some(Vec::new()))?.iter().chain(&arguments.named) {
                place.put(name, value.clone());
            }
            Some(())
        }
        (Literal::Object(_), "set" | "append") => {
            place.put(&first?, value()?);
            Some(())
        }
        (Literal::Object(members), "pop" | "delete") => {
            let name = first?;
            members.retain(|(found, _)| *found != name);
            Some(())
        }
        (Literal::List(items), "append" | "push") => {
            items.extend(arguments.all()?.iter().cloned());
            Some(())
        }
        (Literal::List(items), "extend") => {
            items.extend(arguments.first()?.items().iter().cloned());
            Some(())
        }
        (Literal::List(_), "sort") if arguments.items.is_empty() && arguments.named.is_empty() => {
            *place = sorted(Some(core::mem::take(place)))?;
            Some(())
        }
        _ => None,
    }
}

fn sum(a: Literal, b: Literal, language: Language, at: usize) -> Literal {
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
fn merged(a: Literal, b: Literal, at: usize) -> Literal {
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

fn href(url: &Literal) -> String {
    let text = |name| url.get(name).and_then(Literal::text).unwrap_or_default();
    let pairs = |name| url.get(name).and_then(Literal::members).unwrap_or_default();
    let query = |name| joined(pairs(name), FORM, true);
    let query = if query("parsed") == query("searchParams") {
        text("query").to_string()
    } else {
        query("searchParams")
    };
    let before = text("before");
    if query.is_empty() { before.to_string() } else { format!("{before}?{query}") }
}

fn second_is_utf8(arguments: &Arguments) -> bool {
    matches!(arguments.items.get(1).and_then(Literal::text), Some("utf8" | "utf-8" | "ascii"))
}

/// Names and values as lists of two.
fn entries(members: &[(String, Literal)]) -> Literal {
    let pair = |(name, value): &(String, Literal)| {
        Literal::List(vec![Literal::Text(name.clone()), value.clone()])
    };
    Literal::List(members.iter().map(pair).collect())
}

/// Lists of two as names and values.
pub(super) fn pairs(items: &[Literal]) -> Option<Vec<(String, Literal)>> {
    let pair = |it: &Literal| match it.items() {
        [name, value] => Some((name.plain()?.to_string(), value.clone())),
        _ => None,
    };
    items.iter().map(pair).collect()
}

/// `sorted(…)` of texts, or of lists that start with a text each, all of them different.
fn sorted(value: Option<Literal>) -> Option<Literal> {
    let mut items = match value? {
        Literal::List(items) => items,
        Literal::Object(members) => {
            members.into_iter().map(|(name, _)| Literal::Text(name)).collect()
        }
        _ => return None,
    };
    let key = |it: &Literal| it.text().or_else(|| it.items().first()?.text()).map(String::from);
    let keys: Vec<String> = items.iter().map(key).collect::<Option<_>>()?;
    let places = order(keys.len(), &|a, b| keys.get(a) > keys.get(b));
    let is_unique = places.windows(2).all(|pair| match pair {
        [a, b] => keys.get(*a) != keys.get(*b),
        _ => true,
    });
    let are_texts = items.iter().all(|it| it.text().is_some());
    items = places.iter().filter_map(|at| items.get(*at).cloned()).collect();
    (is_unique || are_texts).then_some(Literal::List(items))
}

fn sort_names(value: &mut Literal) {
    match value {
        Literal::Object(members) => {
            let name = |at: usize| members.get(at).map(|(name, _)| name);
            let places = order(members.len(), &|a, b| name(a) > name(b));
            *members = places.iter().filter_map(|at| members.get(*at).cloned()).collect();
            for (_, value) in members {
                sort_names(value);
            }
        }
        Literal::List(items) => items.iter_mut().for_each(sort_names),
        _ => {}
    }
}

/// A form as `fetch` and `got` send `URLSearchParams`.
pub(super) fn standard_form(pairs: &[(String, Literal)]) -> String {
    joined(pairs, FORM, true)
}

/// `(value, null, 2)`
fn is_indented(arguments: &Arguments) -> bool {
    let [_, replacer, width] = arguments.items.as_slice() else { return false };
    let is_null =
        matches!(replacer, Literal::Word(word) if matches!(&**word, "null" | "undefined"));
    is_null && matches!(width, Literal::Word(word) if matches!(&**word, "2" | "4" | "3" | "1"))
}
