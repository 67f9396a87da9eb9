//! Scripts of POSIX shells: variables, here-documents and pipes around the commands that send a request.

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::ops::Range;

use super::words::{Command, MOST_DEPTH, Reader, Word};
use super::{Stop, basic, curl, httpie, python, wget};
use crate::http::Request;

pub(super) const PROGRAMS: [&str; 6] = ["curl", "wget", "http", "https", "xh", "xhs"];
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];

/// Whether a line of the text calls one of the programs.
pub(super) fn is_script(text: &str) -> bool {
    call(text).is_some()
}

/// Where the first line that calls one of the programs names it.
pub(super) fn call(text: &str) -> Option<usize> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let place = call_in(line.lines().next()?).map(|at| start + at);
        start += line.len();
        place
    })
}

fn call_in(line: &str) -> Option<usize> {
    let words = || line.split([' ', '\t', '(', ';', '|', '`', '"', '\'']);
    let is_call = |word: &str| {
        let word = word.trim_end_matches(".exe");
        PROGRAMS
            .iter()
            .any(|it| word == *it || word.strip_suffix(it).is_some_and(|it| it.ends_with('/')))
    };
    let at = words().position(is_call)?;
    let mut rest = words().skip(at + 1);
    // In a sentence, a word that is no option or address follows.
    let is_used = rest.find(|it| !it.is_empty()).map_or(at == 0, |next| {
        let next = next.trim_start_matches(['\'', '$', ':']);
        next.starts_with(['-', '–', '—', '“', '\\', '{', '<'])
            || python::FUNCTIONS.contains(&next)
            || next.contains(['/', '.', '=', '&'])
            || super::is_method(next)
            || next.is_empty()
    });
    let is_comment =
        line.trim_start().starts_with(['#', '*', '<']) || line.trim_start().starts_with("//");
    (is_used && !is_comment).then(|| words().take(at).map(|word| word.len() + 1).sum())
}

/// The requests that the commands of a script send.
pub(super) fn read(text: &str) -> Vec<Result<Request, Stop>> {
    let mut reader = Reader::new(text, script_start(text));
    let mut end = None;
    // What cannot be read is passed over to the next line, some times.
    for _ in 0..8 {
        let start = reader.at;
        let Err(stop) = reader.script(false) else { break };
        reader.take_words();
        let at = stop.at.max(start);
        let rest = text.get(at..).unwrap_or_default();
        reader.at = at + rest.find('\n').map_or(rest.len(), |end| end + 1);
        end.get_or_insert(stop);
    }
    if let Some(stop) = reader.shell.wrapped.take() {
        return [Err(stop)].into();
    }
    let mut found = Vec::new();
    // Those of functions are called by others, or not at all.
    let (own, called): (Vec<_>, Vec<_>) =
        reader.shell.found.iter().partition(|command| !command.is_in_function);
    for command in own.into_iter().chain(called) {
        match program(command).as_deref() {
            Some("curl") => found.extend(curl::read(&command.words, command.input.as_ref())),
            Some("wget") => found.push(wget::read(command)),
            _ => found.push(httpie::read(command)),
        }
    }
    if let (true, Some(stop)) = (found.is_empty(), end) {
        found.push(Err(stop));
    }
    found
}

/// Whether a text has what makes more of a command than its words: variables, functions, conditions.
pub(super) fn has_logic(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let name = line.split('=').next().unwrap_or_default();
        let is_assigned = name.len() < line.len()
            && !name.is_empty()
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        let word = line.split([' ', ';', '(']).next().unwrap_or_default();
        let is_keyword = matches!(
            word,
            "if" | "for"
                | "while"
                | "case"
                | "function"
                | "alias"
                | "set"
                | "eval"
                | "exec"
                | "source"
                | "export"
                | "unset"
                | "trap"
                | "read"
                | "local"
                | "declare"
        );
        is_assigned || is_keyword || line.contains("()")
    })
}

/// Where the script starts: what people write about it comes before.
fn script_start(text: &str) -> usize {
    let (mut at, mut start) = (0, None);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
        let word = trimmed.split([' ', ',', '\n']).next().unwrap_or_default();
        let mut letters = word.chars();
        let is_sentence = letters.next().is_some_and(|it| it.is_ascii_uppercase())
            && letters.all(|it| it.is_ascii_lowercase() || it == '\'' || it == '’' || it == ':')
            || word.strip_suffix('.').is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
            || trimmed.starts_with("```");
        if is_script(line) {
            let offset = command_offset(line).unwrap_or(line.len() - trimmed.len());
            return start.unwrap_or(at + offset);
        }
        if is_sentence || trimmed.is_empty() && start.is_none() {
            start = None;
        } else if !trimmed.is_empty() {
            start.get_or_insert(at);
        }
        at += line.len();
    }
    0
}

/// Where the command is in a line that has a prompt, a user or a folder before it.
fn command_offset(line: &str) -> Option<usize> {
    let before = line.split(['\'', '"']).next().unwrap_or_default();
    let positions = PROGRAMS.iter().filter_map(|name| {
        let at = before.find(&[*name, " "].concat())?;
        let prompt = before.get(..at)?.trim_end_matches([' ', '/']);
        (prompt.ends_with(['$', '#', '%', '>', '❯', '➜', '✗', 'λ']) && !prompt.contains('='))
            .then_some(at)
    });
    positions.min()
}

fn program(command: &Command) -> Option<String> {
    let word = command.words.first()?.text().ok()?;
    let name = word.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    PROGRAMS.contains(&name).then(|| name.into())
}

/// Where the input of a command comes from.
enum Document {
    /// Lines up to a delimiter; whether variables stand for their values in it, and tabs are left out.
    Here { delimiter: Vec<u8>, is_expanded: bool, is_stripped: bool },
}

impl Reader<'_> {
    /// Reads commands, up to the parenthesis that ends a substitution where one is read. Gives the
    /// output of the last pipeline where that is known.
    #[expect(
        clippy::too_many_lines,
        reason = "what ends or redirects a command is a line of a table"
    )]
    pub(super) fn script(&mut self, is_inner: bool) -> Result<Option<Vec<u8>>, Stop> {
        // What comes out of the pipe before.
        let mut piped: Option<Word> = None;
        let mut output = None;
        let mut is_piped = false;
        loop {
            let start = self.at;
            let mut input = piped.take();
            let mut documents = Vec::new();
            let mut is_closed = false;
            let mut file = None;
            let mut arrays: Vec<(String, Vec<Word>)> = Vec::new();
            let end = loop {
                match self.posix()? {
                    Some('>') => {
                        let is_more = self.eat('>');
                        self.eat('|');
                        self.eat('&');
                        file = self.redirected().map(|name| (name, is_more));
                    }
                    Some('<') if self.eat_text("<<") => {
                        let word = self.next_word()?;
                        let mut word = word.unwrap_or_default();
                        word.bytes.push(b'\n');
                        input = Some(word);
                    }
                    Some('<') if self.eat('<') => {
                        let is_stripped = self.eat('-');
                        let delimiter = self.next_word()?.unwrap_or_default();
                        documents.push(Document::Here {
                            is_expanded: !delimiter.is_quoted,
                            delimiter: delimiter.bytes,
                            is_stripped,
                        });
                    }
                    Some('<') => {
                        let at = self.at;
                        self.redirected();
                        let reason = "the input is in a file: put its content here";
                        input =
                            Some(Word { unknown: Some(Stop::new(at, reason)), ..Word::default() });
                    }
                    Some('&') if self.rest().starts_with('>') => {}
                    Some('(') if self.word_ends_with("=") => {
                        let words = self.take_words();
                        let items = self.items()?;
                        let mut words = words;
                        if let Some(name) = words.pop() {
                            let name = String::from_utf8_lossy(&name.bytes);
                            arrays.push((name.trim_end_matches('=').into(), items));
                        }
                    }
                    Some('(') if self.word_ends_with("") => {
                        // A function, `f() {`, whose lines run when it is called.
                        self.eat(')');
                        let name = self.take_words();
                        if name
                            .last()
                            .is_some_and(|it| PROGRAMS.iter().any(|program| it.is(program)))
                        {
                            let reason =
                                "a function stands for the program here: write out what it calls";
                            self.shell.wrapped.get_or_insert(Stop::new(start, reason));
                        }
                        let name = name.last().map(|it| String::from_utf8_lossy(&it.bytes).into());
                        self.shell.open.push((name.unwrap_or_default(), self.at));
                        self.shell.blocks += 1;
                        self.shell.functions += 1;
                        break Some(';');
                    }
                    // A shell of its own.
                    Some('(') => {
                        self.shell.blocks += 1;
                        break Some(';');
                    }
                    Some(')') if !is_inner => {
                        is_closed = true;
                        break Some(')');
                    }
                    end => break end,
                }
            };
            let words = self.take_words();
            if end == Some('\n') || documents.is_empty() {
                for document in documents {
                    input = Some(self.document(&document)?);
                }
            } else {
                // What follows on the line is another command.
                let after = self.at;
                let rest = self.rest();
                self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                self.at = self.at.max(self.skip_to);
                for document in documents {
                    input = Some(self.document(&document)?);
                }
                self.skip_to = self.at;
                self.at = after;
            }
            for (name, items) in arrays {
                let is_certain = self.shell.blocks == 0 && !self.shell.is_conditional;
                if !is_certain && self.shell.arrays.get(name.trim_end_matches('+')).is_some() {
                    let reason =
                        "only the shell knows whether this array is set: put its values there";
                    self.shell.poison.get_or_insert(Stop::new(start, reason));
                }
                match name.strip_suffix('+') {
                    Some(name) => match self.shell.arrays.get_mut(name) {
                        Some(all) => all.extend(items),
                        None => self.shell.arrays.insert(name, items),
                    },
                    None => self.shell.arrays.insert(&name, items),
                }
            }
            let is_or = end == Some('|') && self.eat('|');
            let is_pipe = end == Some('|') && !is_or;
            let is_and = end == Some('&') && self.rest().starts_with('&');
            let is_apart = is_pipe || end == Some('&') && !is_and || is_inner;
            let was_conditional = core::mem::take(&mut self.shell.is_conditional);
            self.shell.is_conditional = was_conditional || is_apart || is_piped;
            let is_command = !words.is_empty();
            let result = self.command(words, input);
            if let Some((name, is_more)) = file {
                self.written(&name, is_more, result.as_ref());
            }
            self.shell.is_conditional = is_and || is_or;
            if is_closed {
                self.shell.blocks = self.shell.blocks.saturating_sub(1);
            }
            is_piped = is_pipe;
            if is_pipe {
                let reason = "only the command before knows what this is: put it there";
                let word = result.unwrap_or_else(|| Word {
                    unknown: Some(Stop::new(start, reason)),
                    ..Word::default()
                });
                self.copy(word.bytes.len(), start)?;
                piped = Some(word);
            } else if is_command {
                output = result.filter(|it| it.unknown.is_none()).map(|it| it.bytes);
            }
            if end == Some('&') {
                self.eat('&');
            }
            if end.is_none() || end == Some(')') && is_inner {
                return Ok(output);
            }
        }
    }

    /// The next word on the line.
    fn next_word(&mut self) -> Result<Option<Word>, Stop> {
        let before = self.take_words();
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let mut inner = Reader::new(self.text, self.at);
        inner.shell = core::mem::take(&mut self.shell);
        inner.braces = self.braces.clone();
        let word = inner.single();
        self.at = inner.at;
        self.braces = inner.braces;
        self.shell = core::mem::take(&mut inner.shell);
        self.give_back(before);
        word
    }

    /// Where output goes; a number before is of the stream.
    fn redirected(&mut self) -> Option<Vec<u8>> {
        let mut words = self.take_words();
        let is_other = words.last().is_some_and(|it| it.is("2"));
        if is_other || words.last().is_some_and(|it| it.is("1")) {
            words.pop();
        }
        self.give_back(words);
        let name = self.next_word().ok()??;
        (!is_other && name.unknown.is_none()).then_some(name.bytes)
    }

    /// Keeps what a command writes to a file, where that is certain.
    fn written(&mut self, name: &[u8], is_more: bool, output: Option<&Word>) {
        let name = String::from_utf8_lossy(name).into_owned();
        let is_certain = self.shell.blocks == 0 && !self.shell.is_conditional && !is_more;
        let content = match output {
            Some(word) if is_certain => word.clone(),
            _ => {
                let reason = "only the shell knows what this file holds: put its content here";
                Word { unknown: Some(Stop::new(self.at, reason)), ..Word::default() }
            }
        };
        self.shell.files.insert(&name, content);
    }

    /// The words of an array, up to its parenthesis.
    fn items(&mut self) -> Result<Vec<Word>, Stop> {
        let mut items = Vec::new();
        loop {
            let end = self.posix()?;
            items.extend(self.take_words());
            if matches!(end, None | Some(')')) {
                return Ok(items);
            }
        }
    }

    /// The lines of a here-document.
    fn document(&mut self, document: &Document) -> Result<Word, Stop> {
        let Document::Here { delimiter, is_expanded, is_stripped } = document;
        let start = self.at;
        let mut content = String::new();
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Err(Stop::new(start, "this here-document has no end"));
            }
            let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let line = rest.get(..end).unwrap_or_default();
            self.at += end;
            let bare = if *is_stripped { line.trim_start_matches('\t') } else { line };
            if bare.trim_end_matches(['\r', '\n']).as_bytes() == delimiter {
                break;
            }
            content.push_str(&bare.replace("\r\n", "\n"));
        }
        if !is_expanded {
            return Ok(Word { at: start, bytes: content.into(), ..Word::default() });
        }
        let mut inner = Reader::new(&content, 0);
        inner.shell = core::mem::take(&mut self.shell);
        let word = inner.expanded();
        self.shell = core::mem::take(&mut inner.shell);
        let mut word = word?;
        word.at = start;
        if let Some(stop) = &mut word.unknown {
            stop.at = start;
        }
        Ok(word)
    }

    /// What a command does: sets variables, sends a request, or writes what is known.
    fn command(&mut self, mut words: Vec<Word>, input: Option<Word>) -> Option<Word> {
        const OPEN: [&str; 5] = ["if", "for", "while", "until", "case"];
        const CLOSE: [&str; 3] = ["fi", "done", "esac"];
        const BEFORE: [&str; 12] =
            ["then", "else", "elif", "do", "!", "{", "}", "$", "%", "if", "while", "until"];
        const AROUND: [&str; 13] = [
            "time", "sudo", "exec", "command", "env", "timeout", "nice", "nohup", "xargs",
            "docker", "podman", "kubectl", "oc",
        ];
        let is_assignment = |word: &Word| {
            let name = word.bytes.split(|it| *it == b'=').next().unwrap_or_default();
            let name = name.strip_suffix(b"+").unwrap_or(name);
            word.bytes.contains(&b'=')
                && name.first().is_some_and(|it| it.is_ascii_alphabetic() || *it == b'_')
                && name.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'_')
        };
        let mut before = 0;
        while let Some(first) = words.get(before) {
            self.shell.blocks += usize::from(OPEN.iter().any(|it| first.is(it)));
            let ends_function = first.is("}") && self.shell.functions > 0;
            self.shell.functions -= usize::from(ends_function);
            if let Some((name, start)) = self.shell.open.pop_if(|_| ends_function) {
                self.shell.bodies.insert(&name, start..first.at);
            }
            if ends_function || CLOSE.iter().any(|it| first.is(it)) {
                self.shell.blocks = self.shell.blocks.saturating_sub(1);
            }
            if first.is("for") {
                let name =
                    words.get(before + 1).map(|it| String::from_utf8_lossy(&it.bytes).into_owned());
                let stop = Stop::new(first.at, "this loop sends several requests: keep one");
                let value = Word { unknown: Some(stop), ..Word::default() };
                self.shell.variables.insert(&name.unwrap_or_default(), value);
                return None;
            }
            if !BEFORE.iter().any(|it| first.is(it)) {
                break;
            }
            before += 1;
        }
        words.drain(..before);
        let is_declaration = |it: &&str| words.first().is_some_and(|word| word.is(it));
        let is_declared =
            ["export", "local", "readonly", "declare", "typeset"].iter().any(is_declaration);
        let is_local = is_declared && !is_declaration(&"export");
        if is_declared {
            words.remove(0);
            // Options that change the value.
            let is_changing = |word: &Word| {
                word.bytes.first() == Some(&b'-')
                    && word.bytes.iter().any(|it| b"luinA".contains(it))
            };
            if let Some(at) = words.iter().find(|it| is_changing(it)).map(|it| it.at) {
                let reason =
                    "only the shell knows what this makes of its variables: put their values there";
                self.shell.poison.get_or_insert(Stop::new(at, reason));
            }
        }
        let count = words.iter().take_while(|it| is_assignment(it)).count();
        if count == words.len() || is_declared {
            for word in words.iter().filter(|it| is_assignment(it)) {
                self.set(word);
            }
            self.shell.is_set |= !is_local;
            if count == words.len() {
                return None;
            }
        }
        words.drain(..count);
        self.changed(&words);
        let is_around = words.first().is_some_and(|first| AROUND.iter().any(|it| first.is(it)));
        if let Some(script) = handed_on(&words, is_around) {
            self.shell.found.extend(of_script(&script, self.shell.depth));
            return None;
        }
        if self.shell.functions == 0
            && let Some(name) = words.first().and_then(|it| it.text().ok())
            && let Some(body) = self.shell.bodies.get(&name).cloned()
        {
            self.call(&body, &words);
            return None;
        }
        if is_around {
            let is_called = |word: &Word| PROGRAMS.iter().any(|it| word.is(it));
            words.drain(..words.iter().position(is_called)?);
        }
        let is_in_function = self.shell.functions > 0;
        let mut command = Command { words: words.clone(), input: input.clone(), is_in_function };
        self.read_files(&mut command);
        if program(&command).is_some() {
            // Within a function its arguments are what it is called with.
            self.shell.found.push(command);
            return None;
        }
        output(&words, input)
    }

    /// Runs a function with what it is called with.
    fn call(&mut self, body: &Range<usize>, words: &[Word]) {
        const MOST_CALLS: usize = 8;
        self.shell.calls += 1;
        if self.shell.calls > MOST_CALLS {
            return;
        }
        self.shell.found.retain(|command| {
            let at = command.words.first().map(|word| word.at);
            !command.is_in_function || at.is_none_or(|at| !body.contains(&at))
        });
        let before = self.shell.variables.clone();
        let is_set = core::mem::take(&mut self.shell.is_set);
        for (i, word) in words.iter().enumerate().skip(1) {
            self.shell.variables.insert(&i.to_string(), word.clone());
        }
        let mut inner = Reader::new(self.text.get(..body.end).unwrap_or_default(), body.start);
        inner.shell = core::mem::take(&mut self.shell);
        let stop = inner.script(false).err();
        self.shell = core::mem::take(&mut inner.shell);
        // What is its own ends with it.
        if !self.shell.is_set {
            self.shell.variables = before;
        }
        self.shell.is_set |= is_set;
        if let Some(stop) = stop {
            self.shell.wrapped.get_or_insert(stop);
        }
    }

    /// `@file` is the input where the script has written that file before.
    fn read_files(&self, command: &mut Command) {
        for word in &mut command.words {
            let name = word.bytes.strip_prefix(b"@").filter(|name| !matches!(*name, [] | [b'-']));
            let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
            let content = name.and_then(|name| self.shell.files.get(&name).cloned());
            if let Some(content) = content.filter(|_| command.input.is_none()) {
                command.input = Some(content);
                word.bytes = b"@-".into();
            }
        }
    }

    /// What commands do to variables that are not followed.
    fn changed(&mut self, words: &[Word]) {
        const ALL: [&str; 8] = ["eval", "source", ".", "set", "shift", "trap", "alias", "getopts"];
        const NAMED: [&str; 6] = ["unset", "read", "let", "mapfile", "readarray", "printf"];
        let Some(first) = words.first() else { return };
        let reason =
            "only the shell knows what this makes of its variables: put their values there";
        let stop = Stop::new(first.at, reason);
        if ALL.iter().any(|it| first.is(it))
            && !(first.is("set")
                && words.iter().skip(1).all(|it| it.bytes.starts_with(b"-") || it.is("pipefail")))
        {
            self.shell.poison.get_or_insert(stop);
        } else if is_element(&first.bytes) {
            // An element of an array.
            self.shell.poison.get_or_insert(stop);
        } else if NAMED.iter().any(|it| first.is(it))
            && !(first.is("printf") && words.get(1).is_none_or(|it| !it.is("-v")))
        {
            for word in words.iter().skip(1) {
                let name = String::from_utf8_lossy(&word.bytes).into_owned();
                let name = name.split(['=', '[', '+', '-']).next().unwrap_or_default().to_owned();
                let value = Word { unknown: Some(stop.clone()), ..Word::default() };
                if self.shell.arrays.get(&name).is_some() {
                    self.shell.poison.get_or_insert(stop.clone());
                }
                self.shell.variables.insert(&name, value);
            }
        }
    }

    fn set(&mut self, word: &Word) {
        let at = word.bytes.iter().position(|it| *it == b'=').unwrap_or_default();
        let (name, value) = word.bytes.split_at(at);
        let is_added = name.ends_with(b"+");
        let name = String::from_utf8_lossy(name.strip_suffix(b"+").unwrap_or(name)).into_owned();
        let bytes = value.get(1..).unwrap_or_default();
        let mut unknown = word.unknown.clone();
        if let Some(before) = self.shell.variables.get_mut(&name) {
            if self.shell.blocks > 0 || self.shell.is_conditional {
                let reason = "only the shell knows which branch sets this: put its value there";
                unknown = Some(Stop::new(word.at, reason));
            } else if is_added {
                before.bytes.extend_from_slice(bytes);
                before.unknown = before.unknown.take().or(unknown);
                return;
            }
        }
        let value = Word { at: word.at, bytes: bytes.into(), unknown, is_quoted: true };
        self.shell.variables.insert(&name, value);
    }
}

/// The script that a command hands on to another shell: `sh -c '…'`, and `ssh host …`, which joins its
/// arguments.
fn handed_on(words: &[Word], is_around: bool) -> Option<Word> {
    const WITH_VALUE: &str = "BbcDEeFIiJLlmOopQRSWw";
    let first = words.first()?;
    if first.is("ssh") {
        let mut rest = words.iter().skip(1);
        // Up to the host.
        loop {
            let word = rest.next()?;
            if !word.bytes.starts_with(b"-") {
                break;
            }
            let takes_value = |byte: &u8| WITH_VALUE.contains(char::from(*byte));
            // A value that is not in the same word is the next one.
            if word.bytes.iter().position(takes_value) == Some(word.bytes.len() - 1) {
                rest.next()?;
            }
        }
        let mut script = Word { at: first.at, ..Word::default() };
        for word in rest {
            script.bytes.extend_from_slice(&word.bytes);
            script.bytes.push(b' ');
            script.unknown = script.unknown.or_else(|| word.unknown.clone());
        }
        return Some(script);
    }
    let is_shell = |word: &Word| SHELLS.iter().any(|it| word.is(it));
    let at = words.iter().position(is_shell).filter(|at| *at == 0 || is_around)?;
    let [option, script, ..] = words.get(at + 1..)? else { return None };
    let is_script = option.bytes.starts_with(b"-") && option.bytes.ends_with(b"c");
    is_script.then(|| script.clone())
}

/// The commands of a script that is a word of another.
fn of_script(script: &Word, depth: usize) -> Vec<Command> {
    if depth == MOST_DEPTH {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&script.bytes);
    let mut inner = Reader::new(&text, 0);
    inner.shell.depth = depth + 1;
    _ = inner.script(false);
    let mut found = core::mem::take(&mut inner.shell.found);
    for word in found.iter_mut().flat_map(|command| &mut command.words) {
        word.at = script.at;
        let unknown = word.unknown.take().or_else(|| script.unknown.clone());
        word.unknown = unknown.map(|stop| Stop { at: script.at, ..stop });
    }
    found
}

/// `name[index]=value`
fn is_element(word: &[u8]) -> bool {
    let name = word.split(|it| *it == b'=').next().unwrap_or_default();
    let start = name.split(|it| *it == b'[').next().unwrap_or_default();
    word.contains(&b'=')
        && name.ends_with(b"]")
        && !start.is_empty()
        && start.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'_')
}

/// What commands write that are known.
fn output(words: &[Word], input: Option<Word>) -> Option<Word> {
    let name = words.first()?.text().ok()?;
    let arguments = words.get(1..).unwrap_or_default();
    let unknown = arguments.iter().find_map(|it| it.unknown.clone());
    let word = |bytes: Vec<u8>| Some(Word { bytes, unknown: unknown.clone(), ..Word::default() });
    match &*name {
        "echo" => {
            let is_option = |it: &&Word| it.is("-n") || it.is("-e") || it.is("-ne") || it.is("-en");
            let options: Vec<&Word> = arguments.iter().take_while(is_option).collect();
            let has = |letter: u8| options.iter().any(|it| it.bytes.contains(&letter));
            let texts = arguments.iter().skip(options.len()).map(|it| it.bytes.clone());
            let mut bytes = texts.collect::<Vec<_>>().join(&b' ');
            if has(b'e') {
                bytes = escaped(&bytes)?;
            }
            if !has(b'n') {
                bytes.push(b'\n');
            }
            word(bytes)
        }
        "printf" => {
            let mut items = arguments.iter();
            let format = items.next().filter(|it| !it.is("--"))?;
            let format = escaped(&format.bytes)?;
            let mut out = Vec::new();
            let mut rest = format.iter();
            while let Some(byte) = rest.next() {
                match (byte, (*byte == b'%').then(|| rest.next())) {
                    (_, None) => out.push(*byte),
                    (_, Some(Some(b'%'))) => out.push(b'%'),
                    (_, Some(Some(b's' | b'd'))) => {
                        out.extend_from_slice(items.next().map_or(&b""[..], |it| &it.bytes));
                    }
                    _ => return None,
                }
            }
            items.next().is_none().then_some(())?;
            word(out)
        }
        "cat" if arguments.iter().all(|it| it.is("-")) => input,
        "base64" => {
            let input = input?;
            let is_plain = arguments.iter().all(|it| {
                it.is("-w")
                    || it.is("0")
                    || it.is("-w0")
                    || it.is("--wrap=0")
                    || it.is("-w")
                    || it.is("-")
            });
            // Long output is wrapped without the option.
            if !is_plain || arguments.is_empty() && input.bytes.len() > 57 {
                return None;
            }
            let mut bytes = basic(&input.bytes).split_off("Basic ".len()).into_bytes();
            bytes.push(b'\n');
            Some(Word { bytes, ..input })
        }
        "tr" => match arguments {
            [option, what] if option.is("-d") && matches!(&*what.bytes, b"\\n" | b"\n") => {
                let mut input = input?;
                input.bytes.retain(|it| *it != b'\n');
                Some(input)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Escapes of `printf` and `echo -e`.
fn escaped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'\\' {
            out.push(*byte);
            continue;
        }
        out.push(match rest.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'\\' => b'\\',
            b'"' => b'"',
            _ => return None,
        });
    }
    Some(out)
}
