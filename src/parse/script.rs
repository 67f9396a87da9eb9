//! Programs in JavaScript and Python, statement by statement, with a table of what their names stand for.

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::Stop;
use super::expression::{merged, sum};
use super::library::Arguments;
use super::literal::{Function, Kind, Literal, MOST_DEPTH, Places, Reader, UNREAD};
use super::writes::is_in;

/// Where a program calls something: the path of names before the parenthesis, and where it starts.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) path: String,
    /// Where the parenthesis starts.
    pub(super) at: usize,
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
            let is_blank = self.text.get(start..end).is_some_and(|it| it.trim().is_empty());
            if is_blank || content.starts_with(['\r', '#']) || content.starts_with("//") {
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
                let rest = self.rest().trim_start_matches([';', ' ', '\t']);
                self.at = self.text.len() - rest.len();
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
    pub(super) fn is_changed(&mut self, name: &str, at: usize) -> bool {
        let writes = &mut self.writes;
        if writes.is_lost() {
            return true;
        }
        // Where a function runs, its parameters are known.
        let is_parameter = || writes.parameters.get(name).is_some_and(|it| is_in(it, at));
        if self.calls == 0 && is_parameter() {
            return true;
        }
        let is_closed = self.calls == 0 && is_in(&writes.bodies, at);
        let Some(Places { all, done }) = writes.places.get_mut(name) else { return false };
        while all.get(*done).is_some_and(|place| self.done.contains(place)) {
            *done += 1;
        }
        all.get(*done).is_some_and(|place| *place < at)
            || is_closed && all.last().is_some_and(|place| *place >= at)
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
                self.pass_string_until(found, to);
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
        if rest.starts_with(|it: char| it.is_ascii_digit()) {
            return "";
        }
        let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
        let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
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
            let places = this.writes.places.get(name);
            places.and_then(|it| it.all.last()).is_some_and(|place| *place > end)
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

    pub(super) fn set(&mut self, name: &'a str, indent: usize, value: Literal) {
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
    pub(super) fn change(
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
        if *found != indent || path.len() > MOST_DEPTH {
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
            Ok(_) => Literal::Unknown(Stop::new(start, UNREAD)),
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
}
