//! Where a program changes what its names stand for, and where its functions have names of their own. What
//! is not carried out when a program is read must not go unnoticed.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::literal::{Places, Reader, Writes};

/// Methods that leave what they are called on as it is.
const PURE: [&str; 61] = [
    "stringify",
    "dumps",
    "b64encode",
    "fromEntries",
    "urlencode",
    "quote",
    "quote_plus",
    "get",
    "items",
    "keys",
    "values",
    "entries",
    "copy",
    "toString",
    "join",
    "map",
    "forEach",
    "filter",
    "encode",
    "decode",
    "format",
    "strip",
    "lstrip",
    "rstrip",
    "trim",
    "trimStart",
    "trimEnd",
    "lower",
    "upper",
    "toLowerCase",
    "toUpperCase",
    "replace",
    "replaceAll",
    "startswith",
    "endswith",
    "startsWith",
    "endsWith",
    "includes",
    "indexOf",
    "split",
    "slice",
    "substring",
    "concat",
    "hexdigest",
    "digest",
    "json",
    "text",
    "then",
    "catch",
    "finally",
    "on",
    "once",
    "has",
    "hasOwnProperty",
    "raise_for_status",
    "log",
    "error",
    "isoformat",
    "strftime",
    "padStart",
    "repeat",
];

/// What a call of a client sends; it changes nothing.
const SENDING: [&str; 15] = [
    "post",
    "put",
    "patch",
    "head",
    "options",
    "request",
    "close",
    "mount",
    "build_request",
    "prepare",
    "prepare_request",
    "send",
    "stream",
    "extend",
    "create",
];

const KEYWORDS: [&str; 12] = [
    "if", "for", "while", "switch", "catch", "function", "return", "await", "typeof", "with",
    "elif", "and",
];

impl Writes {
    pub(super) fn of(reader: &mut Reader<'_>) -> Self {
        let most = 8 * reader.text.len() + 1000;
        let mut writes = Self { brackets: brackets(reader), most, ..Self::default() };
        let before = reader.at;
        reader.at = 0;
        let mut last = String::new();
        let mut depth = 0_usize;
        let mut is_member = false;
        loop {
            let at = reader.at;
            reader.skip();
            let Some(found) = reader.rest().chars().next() else { break };
            if reader.at > at {
                is_member = false;
            }
            if reader.starts_string() {
                let rest = reader.rest();
                reader.at += rest.find(['"', '\'', '`']).unwrap_or(0);
                let quote = reader.rest().chars().next().unwrap_or_default();
                reader.pass_string(quote);
                last.clear();
                continue;
            }
            let start = reader.at;
            let name = reader.identifier();
            if name.is_empty() {
                match found {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                is_member = found == '.';
                if found == '=' && reader.rest().starts_with("=>") {
                    writes.arrow(reader, start);
                } else if found == '=' && !reader.rest().starts_with("==") {
                    writes.unpacked(reader.text, start);
                }
                reader.at = start + found.len_utf8();
                if found != ' ' {
                    last.clear();
                }
                continue;
            }
            if !is_member {
                let end = reader.at;
                writes.name(reader, name, start, &last, depth);
                reader.at = end;
            }
            is_member = false;
            last = name.into();
        }
        reader.at = before;
        writes.pass_on(reader.text);
        for places in writes.places.values_mut() {
            places.all.sort_unstable();
        }
        writes.parameters.values_mut().for_each(merge);
        merge(&mut writes.bodies);
        writes
    }

    /// What is given to a function of the program that changes its parameters is changed by the call.
    fn pass_on(&mut self, text: &str) {
        let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
        let names = |list: &str| -> Vec<String> {
            list.split(|it| !is_part(it)).filter(|it| !it.is_empty()).map(String::from).collect()
        };
        let is_within = |name: &String, body: &Range<usize>| {
            let places = self.places.get(name).map(|it| &*it.all).unwrap_or_default();
            let at = places.partition_point(|place| *place < body.start);
            places.get(at).is_some_and(|place| *place < body.end)
        };
        let changing = self.functions.iter();
        let changing =
            changing.filter(|(_, list, body)| names(list).iter().any(|it| is_within(it, body)));
        let changing: BTreeSet<&str> = changing.map(|(name, ..)| &**name).collect();
        let mut found = Vec::new();
        let mut last = 0;
        for (callee, range) in &self.called {
            // What is within another call was given to that already.
            if range.end <= last {
                continue;
            }
            if callee == "Object.assign"
                || callee.ends_with("shuffle")
                || changing.contains(&**callee)
            {
                last = range.end;
                let given = names(text.get(range.clone()).unwrap_or_default());
                found.extend(given.into_iter().map(|name| (name, range.start)));
            }
        }
        for (name, at) in found {
            self.add(&name, at);
        }
    }

    /// A call that may set any name.
    pub(super) fn hidden(&self) -> Option<(&str, usize)> {
        const ANY: [&str; 5] = ["globals", "locals", "vars", "exec", "eval"];
        let mut called = self.called.iter();
        let (name, range) = called.find(|(name, _)| {
            ANY.contains(&&**name) || name.split('.').next().is_some_and(|it| ANY.contains(&it))
        })?;
        Some((name, range.start))
    }

    /// Behind the bracket that closes the one at a byte; the end of the text without one.
    fn closing(&self, reader: &Reader<'_>, open: usize) -> usize {
        let at = self.brackets.binary_search_by_key(&open, |(at, _)| *at);
        let pair = at.ok().and_then(|at| self.brackets.get(at));
        pair.map_or(reader.text.len(), |(_, close)| *close)
    }

    /// A list of parameters and its end; where that is missing, what the line has of it.
    fn list<'a>(&self, reader: &mut Reader<'a>, open: usize) -> (&'a str, usize) {
        let close = self.closing(reader, open);
        let list = reader.text.get(open..close).unwrap_or_default();
        if list.ends_with(')') {
            return (list, close);
        }
        let end = reader.line(open).end.min(close);
        (reader.text.get(open..end).unwrap_or_default(), close)
    }

    /// Whether functions are within functions so often that no name is known any more.
    pub(super) fn is_lost(&self) -> bool {
        self.work > self.most
    }

    fn add(&mut self, name: &str, at: usize) {
        match self.places.get_mut(name) {
            Some(places) => places.all.push(at),
            None => self.places.insert(name, Places { all: [at].into(), done: 0 }),
        }
    }

    /// `[a, *b] = …` and `({ a } = …)`
    fn unpacked(&mut self, text: &str, equals: usize) {
        let before = text.get(..equals).unwrap_or_default().trim_end();
        if !before.ends_with([']', '}']) {
            return;
        }
        let first = self.brackets.partition_point(|(open, _)| *open < before.len());
        let mut earlier = self.brackets.iter().take(first).rev();
        let close = earlier.find(|(_, close)| *close == before.len());
        let Some((open, _)) = close.copied() else { return };
        let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
        // Behind a name these are the brackets of one of its members.
        if text.get(..open).is_some_and(|it| it.ends_with(|it| is_part(it) || ")]".contains(it))) {
            return;
        }
        for name in text.get(open..equals).unwrap_or_default().split(|it| !is_part(it)) {
            if !name.is_empty() {
                self.add(name, equals);
            }
        }
    }

    /// What is done to a name.
    fn name(
        &mut self,
        reader: &mut Reader<'_>,
        name: &str,
        start: usize,
        last: &str,
        depth: usize,
    ) {
        match name {
            "def" => return self.definition(reader, start),
            "function" => return self.function(reader),
            "lambda" => {
                let end = reader.line(reader.at).end;
                let parameters = reader.rest().split(':').next().unwrap_or_default();
                return self.shadow(parameters, reader.at..end);
            }
            _ => {}
        }
        blanks(reader);
        if matches!(last, "for" | "as" | "del" | "delete" | "nonlocal" | "global") {
            return self.add(name, start);
        }
        let rest = reader.rest();
        let is_listed = rest.starts_with("of ") || rest.starts_with("in ");
        if is_listed && matches!(last, "const" | "let" | "var") {
            return self.add(name, start);
        }
        // A method of a class or an object, or a call.
        if !reader.is_python() && rest.starts_with('(') && !KEYWORDS.contains(&name) {
            let open = reader.at;
            let close = self.closing(reader, open);
            reader.at = close;
            blanks(reader);
            if reader.rest().starts_with('{') {
                let parameters = reader.text.get(open..close).unwrap_or_default();
                let end = self.closing(reader, reader.at);
                self.shadow(parameters, open..end);
                self.bodies.push(open..end);
            } else {
                let (list, _) = self.list(reader, open);
                self.called.push((name.into(), open..open + list.len()));
            }
            return;
        }
        let mut method = "";
        loop {
            let rest = reader.rest();
            if rest.starts_with('.') {
                reader.at += 1;
                method = reader.identifier();
                if method.is_empty() {
                    return;
                }
            } else if rest.starts_with('[') {
                reader.at = self.closing(reader, reader.at);
                method = "";
            } else {
                break;
            }
        }
        if reader.rest().starts_with('(') {
            let callee = reader.text.get(start..reader.at).unwrap_or_default();
            let (list, _) = self.list(reader, reader.at);
            let range = reader.at..reader.at + list.len();
            // Of `Object.assign` the first alone is changed.
            let range = if callee == "Object.assign" {
                let list = reader.text.get(range.clone()).unwrap_or_default();
                range.start..range.start + list.find(',').unwrap_or(list.len())
            } else {
                range
            };
            self.called.push((callee.into(), range));
        }
        let is_path = !method.is_empty();
        if is_path && reader.rest().starts_with('(') {
            let is_class = method.starts_with(|it: char| it.is_ascii_uppercase());
            if !is_class && !PURE.contains(&method) && !SENDING.contains(&method) {
                self.add(name, start);
            }
            return;
        }
        blanks(reader);
        if is_assignment(reader.rest(), reader.is_python() && depth > 0) {
            self.add(name, start);
        }
    }

    /// Notes parameters that hold within a range.
    fn shadow(&mut self, parameters: &str, range: Range<usize>) {
        self.work += parameters.len();
        if self.is_lost() {
            return;
        }
        let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
        for name in parameters.split(|it| !is_part(it)).filter(|it| !it.is_empty()) {
            match self.parameters.get_mut(name) {
                Some(ranges) => ranges.push(range.clone()),
                None => self.parameters.insert(name, [range.clone()].into()),
            }
        }
    }

    /// `def name(…):` and the lines that are further in.
    fn definition(&mut self, reader: &mut Reader<'_>, start: usize) {
        let indent = start - reader.line(start).start;
        let Some(open) = parenthesis(reader) else { return };
        let (parameters, close) = self.list(reader, open);
        if self.is_lost() {
            return;
        }
        let mut end = close;
        for (i, line) in
            reader.text.get(close..).unwrap_or_default().split_inclusive('\n').enumerate()
        {
            let found = line.len() - line.trim_start_matches([' ', '\t']).len();
            if i > 0 && !line.trim().is_empty() && found <= indent {
                break;
            }
            end += line.len();
        }
        let name = reader.text.get(start + "def".len()..open).unwrap_or_default().trim();
        self.functions.push((name.into(), parameters.into(), open..end));
        self.shadow(parameters, open..end);
        self.bodies.push(open..end);
    }

    /// `function name(…) { … }`
    fn function(&mut self, reader: &mut Reader<'_>) {
        let Some(open) = parenthesis(reader) else { return };
        let (parameters, close) = self.list(reader, open);
        if self.is_lost() {
            return;
        }
        let rest = reader.text.get(close..).unwrap_or_default();
        let end = self.closing(reader, close + rest.find('{').unwrap_or(rest.len()));
        let name = reader.rest().split('(').next().unwrap_or_default().trim();
        self.functions.push((name.into(), parameters.into(), open..end));
        self.shadow(parameters, open..end);
        self.bodies.push(open..end);
    }

    /// `(…) => …` and `name => …`
    fn arrow(&mut self, reader: &mut Reader<'_>, at: usize) {
        let before = reader.text.get(..at).unwrap_or_default().trim_end();
        let parameters = if before.ends_with(')') {
            let mut depth = 0;
            let open = before.char_indices().rev().take(2000).find(|(_, found)| {
                depth += match found {
                    ')' => 1,
                    '(' => -1,
                    _ => 0,
                };
                depth == 0
            });
            before.get(open.map_or(0, |(at, _)| at)..).unwrap_or_default()
        } else {
            let is_part = |it: char| it.is_alphanumeric() || "_$".contains(it);
            let start = before.trim_end_matches(is_part).len();
            before.get(start..).unwrap_or_default()
        };
        let start = before.len() - parameters.len();
        let inner = reader.at;
        reader.at = at + 2;
        reader.skip();
        let end = if reader.rest().starts_with('{') {
            self.closing(reader, reader.at)
        } else if self.is_lost() {
            return;
        } else {
            let end = expression_end(reader);
            self.work += end - reader.at;
            end
        };
        reader.at = inner;
        self.shadow(parameters, start..end);
        self.bodies.push(start..end);
    }
}

/// Puts ranges in order, and those that meet into one.
fn merge(ranges: &mut Vec<Range<usize>>) {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let is_part = next.start <= last.end;
        if is_part {
            last.end = last.end.max(next.end);
        }
        is_part
    });
}

/// Whether a place is in one of the ranges, which are in order and apart.
pub(super) fn is_in(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next.checked_sub(1).and_then(|last| ranges.get(last)).is_some_and(|it| it.contains(&at))
}

/// Where the parameters of a function start, after its name.
fn parenthesis(reader: &Reader<'_>) -> Option<usize> {
    const MOST: usize = 200;
    reader.rest().bytes().take(MOST).position(|it| it == b'(').map(|at| reader.at + at)
}

fn blanks(reader: &mut Reader<'_>) {
    let rest = reader.rest();
    reader.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
}

/// Whether an assignment follows; within parentheses of Python it is an argument with a name.
fn is_assignment(rest: &str, is_argument: bool) -> bool {
    const OPERATORS: [&str; 18] = [
        "+=", "-=", "**=", "*=", "//=", "/=", "%=", "||=", "|=", "&&=", "&=", "??=", "^=", ">>=",
        "<<=", ":=", "++", "--",
    ];
    let is_plain = rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>");
    is_plain && !is_argument || OPERATORS.iter().any(|it| rest.starts_with(it))
}

/// All brackets outside of texts and comments.
fn brackets(reader: &mut Reader<'_>) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut open = Vec::new();
    reader.at = 0;
    loop {
        reader.skip();
        let Some(next) = reader.rest().chars().next() else { break };
        if matches!(next, '"' | '\'' | '`') {
            reader.pass_string(next);
            continue;
        }
        let at = reader.at;
        reader.at += next.len_utf8();
        match next {
            '(' | '[' | '{' => {
                open.push(found.len());
                found.push((at, reader.text.len()));
            }
            ')' | ']' | '}' => {
                if let Some(pair) = open.pop().and_then(|i| found.get_mut(i)) {
                    pair.1 = reader.at;
                }
            }
            _ => {}
        }
    }
    found
}

/// Where an expression ends that is the body of a function.
fn expression_end(reader: &mut Reader<'_>) -> usize {
    let before = reader.at;
    let mut depth = 0_usize;
    let end = loop {
        let Some(found) = reader.rest().chars().next() else { break reader.text.len() };
        match found {
            '"' | '\'' | '`' => {
                reader.pass_string(found);
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' | ',' | ';' | '\n' if depth == 0 => break reader.at,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        reader.at += found.len_utf8();
    };
    reader.at = before;
    end
}
