//! Command lines, as bash, cmd and PowerShell take them apart.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::Stop;
use super::names::Names;

/// With which cmd asks for the rest of a line.
pub(super) const MORE: &str = "More? ";

/// How deeply commands may stand within commands.
pub(super) const MOST_DEPTH: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    Posix,
    Cmd,
    /// `PowerShell`.
    Power,
}

impl Shell {
    /// The one that a command line is written for, by what continues or escapes its lines.
    pub(super) fn of(text: &str) -> Self {
        let line = text.lines().next().unwrap_or_default().trim_end();
        // Within what POSIX shells and PowerShell quote, such characters are nothing special.
        let before_quotes = line.split('\'').next().unwrap_or_default();
        let is_cmd_exe = line.trim_start().starts_with("curl.exe") && line.contains("\\\"");
        if is_cmd_exe
            || before_quotes.contains(" ^\"")
            || before_quotes.contains("^&")
            || line.ends_with(" ^") && !line.contains('\'')
        {
            Self::Cmd
        } else if line.ends_with(" `") && line.matches('\'').count().is_multiple_of(2)
            || before_quotes.contains("`\"")
        {
            Self::Power
        } else {
            Self::Posix
        }
    }
}

/// An argument, and the byte at which it starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) bytes: Vec<u8>,
    /// Why it is not known.
    pub(super) unknown: Option<Stop>,
    /// Whether some of it was quoted.
    pub(super) is_quoted: bool,
}

impl Word {
    pub(super) fn known(&self) -> Result<&[u8], Stop> {
        match &self.unknown {
            Some(stop) => Err(stop.clone()),
            None => Ok(&self.bytes),
        }
    }

    pub(super) fn text(&self) -> Result<String, Stop> {
        let text = String::from_utf8(self.known()?.to_vec());
        text.map_err(|_| Stop::new(self.at, "this is not UTF-8"))
    }

    /// Whether it is this text, without quotes.
    pub(super) fn is(&self, text: &str) -> bool {
        !self.is_quoted && self.unknown.is_none() && self.bytes == text.as_bytes()
    }
}

/// The arguments of the first command, for cmd or PowerShell.
pub(super) fn words(text: &str, start: usize, shell: Shell) -> Result<Vec<Word>, Stop> {
    let mut reader = Reader::new(text, start);
    if shell == Shell::Cmd {
        reader.cmd()?;
    } else {
        reader.power_shell()?;
    }
    reader.finish_word();
    Ok(reader.words)
}

/// What the commands of a script have set, and those that send a request.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) variables: Names<Word>,
    pub(super) arrays: Names<Vec<Word>>,
    /// How many bytes were put in place of variables and commands, or written into pipes.
    pub(super) copied: usize,
    /// How many substitutions are within each other.
    pub(super) depth: usize,
    /// How many `if`, `for` and their like are open, functions among them.
    pub(super) blocks: usize,
    /// Whether the command depends on the one before, or runs apart from the others.
    pub(super) is_conditional: bool,
    /// What makes all variables unknown.
    pub(super) poison: Option<Stop>,
    /// Why a program is not what its name says.
    pub(super) wrapped: Option<Stop>,
    /// How many functions are open; the name of each, and where it starts.
    pub(super) functions: usize,
    pub(super) open: Vec<(String, usize)>,
    /// Where those are that have ended, how many were called, and whether one sets variables of others.
    pub(super) bodies: Names<Range<usize>>,
    pub(super) calls: usize,
    pub(super) is_set: bool,
    pub(super) found: Vec<Command>,
    /// What was written to files.
    pub(super) files: Names<Word>,
}

/// A command that sends a request, and what it gets as its input.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    pub(super) input: Option<Word>,
    pub(super) is_in_function: bool,
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Where the character or quote starts that is being read.
    from: usize,
    words: Vec<Word>,
    word: Option<Word>,
    /// What the commands before have set.
    pub(super) shell: State,
    /// Where the line goes on after here-documents.
    pub(super) skip_to: usize,
    /// A word from its first brace, and what makes words of it: the last comma or two dots before the last
    /// brace that closes.
    pub(super) braces: (Range<usize>, Option<usize>),
    /// Whether one word is read, no command.
    is_single: bool,
}

/// The number after `$([char]`, as Chromium writes what is not ASCII, in UTF-16, and how long that is.
pub(super) fn code_unit(rest: &str, at: usize) -> Result<(char, usize), Stop> {
    let number = |text: &str| {
        let (digits, _) = text.split_once(')')?;
        Some((digits.parse::<u32>().ok().filter(|it| *it < 0x10000)?, digits.len() + 1))
    };
    let found = number(rest).and_then(|(high, length)| {
        if !(0xd800..0xdc00).contains(&high) {
            return Some((char::from_u32(high)?, length));
        }
        let behind = rest.get(length..)?.strip_prefix("$([char]")?;
        let (low, more) = number(behind)?;
        let code = 0x10000 + ((high - 0xd800) << 10) + (low & 0x3ff);
        Some((char::from_u32(code)?, length + "$([char]".len() + more))
    });
    found.ok_or_else(|| Stop::new(at, "this is not a valid character"))
}

/// A value as the manual of bash, "Shell Parameter Expansion", changes it; `None` for patterns.
fn changed(text: &str, operator: &str) -> Option<String> {
    let is_plain = |it: &str| !it.contains(['*', '?', '[', '$', '\\', '"', '\'', '`']);
    if let Some(pair) = operator.strip_prefix("//") {
        let (from, to) = pair.split_once('/').unwrap_or((pair, ""));
        return (is_plain(from) && is_plain(to) && !from.is_empty())
            .then(|| text.replace(from, to));
    }
    if let Some(pair) = operator.strip_prefix('/') {
        let (from, to) = pair.split_once('/').unwrap_or((pair, ""));
        return (is_plain(from) && is_plain(to)).then(|| text.replacen(from, to, 1));
    }
    if let Some(end) = operator.strip_prefix("%%").or_else(|| operator.strip_prefix('%')) {
        return is_plain(end).then(|| text.strip_suffix(end).unwrap_or(text).into());
    }
    if let Some(start) = operator.strip_prefix("##").or_else(|| operator.strip_prefix('#')) {
        return is_plain(start).then(|| text.strip_prefix(start).unwrap_or(text).into());
    }
    match operator {
        ",," if text.is_ascii() => Some(text.to_ascii_lowercase()),
        "^^" if text.is_ascii() => Some(text.to_ascii_uppercase()),
        _ => None,
    }
}

fn unknown_variable(name: &str, at: usize) -> Stop {
    let name = if name.starts_with(['$', '`']) { name.into() } else { ["$", name].concat() };
    let print = if name.ends_with(['…', '`', ')']) {
        ", or add `-v` to curl, run it, and paste all that it prints"
    } else {
        ""
    };
    Stop::new(at, format!("only the shell knows what `{name}` is here: put its value there{print}"))
}

const CURLED: &str =
    "an editor made curved quotation marks of straight ones: type straight ones, \" or '";

const DASHED: &str = "an editor made a dash of a hyphen: type a hyphen, -";

const VARIABLE: &str = "there is a variable or a command in it: put its value there";

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self {
            text,
            at,
            from: at,
            words: Vec::new(),
            word: None,
            shell: State::default(),
            skip_to: 0,
            braces: (0..0, None),
            is_single: false,
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += found.len_utf8();
        Some(found)
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let mut buffer = [0; 4];
        self.eat_text(wanted.encode_utf8(&mut buffer))
    }

    pub(super) fn eat_text(&mut self, wanted: &str) -> bool {
        let is_there = self.rest().starts_with(wanted);
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }

    /// The line break that a continued line ends with.
    fn eat_line_break(&mut self) -> bool {
        let start = self.at;
        self.eat('\r');
        let is_there = self.eat('\n');
        self.at = if is_there { self.at } else { start };
        is_there
    }

    fn word(&mut self) -> &mut Vec<u8> {
        let at = self.from;
        &mut self.word.get_or_insert_with(|| Word { at, ..Word::default() }).bytes
    }

    fn push(&mut self, found: char) {
        let mut buffer = [0; 4];
        let encoded = found.encode_utf8(&mut buffer).as_bytes();
        self.word().extend_from_slice(encoded);
    }

    fn finish_word(&mut self) {
        self.words.extend(self.word.take());
    }

    /// White space ends a word, a line break the command; whether there is an end.
    fn ends(&mut self, found: char) -> bool {
        if found == ' ' || found == '\t' {
            self.finish_word();
        }
        matches!(found, '\n' | '\r')
    }

    /// The words of a command of bash (its manual, "Quoting"), up to what ends or redirects it.
    pub(super) fn posix(&mut self) -> Result<Option<char>, Stop> {
        loop {
            let at = self.at;
            self.from = at;
            let Some(found) = self.next() else {
                self.finish_word();
                return Ok(None);
            };
            match found {
                '\r' if self.peek() == Some('\n') => {}
                ' ' | '\t' | '\n' | '\r' | '|' | ';' | '&' | '>' | '<' | '(' | ')'
                    if self.is_single =>
                {
                    self.at = at;
                    self.finish_word();
                    return Ok(Some(found));
                }
                // Pages have no-break spaces where code has others.
                ' ' | '\t' | '\u{a0}' => self.finish_word(),
                '\n' | '\r' | '|' | ';' | '&' | '<' | ')' => {
                    self.finish_word();
                    // Here-documents were read before.
                    if found == '\n' {
                        self.at = self.at.max(self.skip_to);
                    }
                    return Ok(Some(found));
                }
                '>' | '(' => return Ok(Some(found)),
                '#' if self.word.is_none() => {
                    let rest = self.rest();
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                '“' | '”' | '‘' | '’' => self.make_unknown(Stop::new(at, CURLED)),
                '–' | '—' if self.word.is_none() => self.make_unknown(Stop::new(at, DASHED)),
                '\\' if self.eat_line_break() => {}
                '\\' => {
                    if let Some(escaped) = self.next() {
                        self.push(escaped);
                        self.quoted();
                    }
                }
                '\'' => self.until('\'', at, |this, found| {
                    this.push(found);
                    Ok(())
                })?,
                '$' if self.eat('\'') => self.until('\'', at, Self::ansi_c)?,
                '"' => self.until('"', at, Self::double_quoted)?,
                '$' if self.eat('"') => self.until('"', at, Self::double_quoted)?,
                '$' if self.starts_variable() => self.expansion(false)?,
                '`' => self.backticks(),
                '~' if self.starts_home() => {
                    self.push(found);
                    let reason =
                        "the shell puts your home folder here: write its path, or quote it";
                    self.make_unknown(Stop::new(at, reason));
                }
                '{' if self.starts_brace_expansion() => {
                    let reason =
                        "bash makes several words of what is in the braces: put it in quotes";
                    self.push(found);
                    self.make_unknown(Stop::new(at, reason));
                }
                _ => self.push(found),
            }
        }
    }

    /// Whether a tilde, which was just read, is replaced: at the start of a word, and of what is
    /// assigned in one.
    fn starts_home(&self) -> bool {
        let is_start = match &self.word {
            None => true,
            Some(word) => !word.is_quoted && word.bytes.ends_with(b"="),
        };
        let next = self.peek();
        is_start && next.is_none_or(|it| it == '/' || it.is_whitespace() || it == ';')
    }

    fn quoted(&mut self) {
        if let Some(word) = &mut self.word {
            word.is_quoted = true;
        }
    }

    /// One word, from here; `None` when there is none.
    pub(super) fn single(&mut self) -> Result<Option<Word>, Stop> {
        self.is_single = true;
        self.posix()?;
        Ok(self.take_words().into_iter().next())
    }

    /// All of a here-document, with variables in it.
    pub(super) fn expanded(&mut self) -> Result<Word, Stop> {
        self.word();
        while let Some(found) = self.next() {
            self.double_quoted(found)?;
        }
        Ok(self.word.take().unwrap_or_default())
    }

    /// Puts words back before those that follow.
    pub(super) fn give_back(&mut self, words: Vec<Word>) {
        self.words = words;
    }

    /// The words so far.
    pub(super) fn take_words(&mut self) -> Vec<Word> {
        self.finish_word();
        core::mem::take(&mut self.words)
    }

    /// Whether the word that is being read ends so.
    pub(super) fn word_ends_with(&self, text: &str) -> bool {
        self.word.as_ref().is_some_and(|word| word.bytes.ends_with(text.as_bytes()))
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.word().extend_from_slice(bytes);
    }

    fn make_unknown(&mut self, stop: Stop) {
        self.word();
        if let Some(word) = &mut self.word {
            word.unknown.get_or_insert(stop);
        }
    }

    /// The value of a variable, or what is known of a command's output. Without quotes, white space in
    /// it ends words.
    fn expansion(&mut self, is_quoted: bool) -> Result<(), Stop> {
        let at = self.at - 1;
        let (name, default) = if self.eat_text("((") {
            let rest = self.rest();
            let end = rest.find("))").map_or(rest.len(), |end| end + 2);
            self.at += end;
            self.make_unknown(unknown_variable("$((…))", at));
            return Ok(());
        } else if self.eat('(') {
            return self.substitution(at, is_quoted);
        } else if self.eat('{') {
            let rest = self.rest();
            let inner = rest.get(..rest.find('}').unwrap_or(rest.len())).unwrap_or_default();
            self.at += (inner.len() + 1).min(rest.len());
            if let Some(stop) = self.shell.poison.clone() {
                self.make_unknown(Stop { at, ..stop });
                return Ok(());
            }
            if let Some(name) = inner.strip_suffix("[@]").or_else(|| inner.strip_suffix("[*]")) {
                let Some(items) = self.shell.arrays.get(name).cloned() else {
                    self.make_unknown(unknown_variable(inner, at));
                    return Ok(());
                };
                let is_joined = inner.ends_with("[*]") && is_quoted;
                let is_split = |item: &Word| item.bytes.iter().any(u8::is_ascii_whitespace);
                if !is_quoted && items.iter().any(is_split) {
                    let reason =
                        "the shell takes its items apart at their blanks: put it in quotes";
                    self.make_unknown(Stop::new(at, reason));
                    return Ok(());
                }
                for (i, item) in items.into_iter().enumerate() {
                    self.copy(item.bytes.len() + 1, at)?;
                    if i > 0 && is_joined {
                        self.push(' ');
                    } else if i > 0 {
                        self.finish_word();
                    }
                    self.from = item.at;
                    self.push_bytes(&item.bytes);
                    self.quoted();
                    if let Some(stop) = item.unknown {
                        self.make_unknown(stop);
                    }
                }
                return Ok(());
            }
            let end = inner.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            let (name, rest) =
                inner.split_at_checked(end.unwrap_or(inner.len())).unwrap_or_default();
            let default = [":-", "-", ":="].iter().find_map(|it| rest.strip_prefix(it));
            if !rest.is_empty() && default.is_none() {
                let value = self.shell.variables.get(name).filter(|it| it.unknown.is_none());
                let text = value.and_then(|it| core::str::from_utf8(&it.bytes).ok());
                match text.and_then(|text| changed(text, rest)) {
                    Some(text) => {
                        let bytes = text.into_bytes();
                        return self.put(Word { bytes, ..Word::default() }, is_quoted, at);
                    }
                    None => self.make_unknown(unknown_variable(inner, at)),
                }
                return Ok(());
            }
            (name, default)
        } else {
            let rest = self.rest();
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            self.at += name.len();
            (name, None)
        };
        let value = match (self.shell.variables.get(name), default) {
            (Some(value), None) => value.clone(),
            (Some(value), Some(_)) if !value.bytes.is_empty() || value.unknown.is_some() => {
                value.clone()
            }
            (_, Some(default)) if !default.contains(['$', '`', '"', '\'']) => {
                Word { bytes: default.into(), ..Word::default() }
            }
            _ => Word { unknown: Some(unknown_variable(name, at)), ..Word::default() },
        };
        self.put(value, is_quoted, at)
    }

    /// Counts what variables and commands are replaced by, which may double with each of them.
    pub(super) fn copy(&mut self, bytes: usize, at: usize) -> Result<(), Stop> {
        self.shell.copied += bytes;
        if self.shell.copied > 16 * self.text.len() {
            let reason = "variables stand for too long texts: put the values there";
            return Err(Stop::new(at, reason));
        }
        Ok(())
    }

    fn put(&mut self, value: Word, is_quoted: bool, at: usize) -> Result<(), Stop> {
        if let Some(stop) = self.shell.poison.clone() {
            self.make_unknown(Stop { at, ..stop });
            return Ok(());
        }
        self.copy(value.bytes.len(), at)?;
        if let Some(stop) = value.unknown {
            self.make_unknown(Stop { at, ..stop });
        } else if is_quoted {
            self.push_bytes(&value.bytes);
        } else {
            if value.bytes.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
                && !self.is_assigned()
            {
                let reason = "the shell takes this for a pattern of files: put it in quotes";
                self.make_unknown(Stop::new(at, reason));
                return Ok(());
            }
            let is_assigned = self.is_assigned();
            for byte in value.bytes {
                if !is_assigned && matches!(byte, b' ' | b'\t' | b'\n') {
                    self.finish_word();
                } else {
                    self.word().push(byte);
                }
            }
        }
        Ok(())
    }

    /// Whether the word that is being read is an assignment, which is not split.
    fn is_assigned(&self) -> bool {
        let word = self.word.as_ref().map(|word| &*word.bytes).unwrap_or_default();
        let is_name = |it: &u8| it.is_ascii_alphanumeric() || *it == b'_';
        self.words.is_empty() && word.iter().find(|it| !is_name(it)) == Some(&b'=')
    }

    /// `$(…)`: its commands, and its output where that is known.
    fn substitution(&mut self, at: usize, is_quoted: bool) -> Result<(), Stop> {
        if self.shell.depth == MOST_DEPTH {
            return Err(Stop::new(at, "commands are nested too deeply"));
        }
        let mut inner = Reader::new(self.text, self.at);
        inner.shell = core::mem::take(&mut self.shell);
        inner.shell.depth += 1;
        let output = inner.script(true);
        self.at = inner.at;
        self.shell = core::mem::take(&mut inner.shell);
        self.shell.depth -= 1;
        let mut value = Word { at, ..Word::default() };
        match output? {
            Some(mut bytes) => {
                // Line breaks at the end are left out.
                while bytes.last() == Some(&b'\n') {
                    bytes.pop();
                }
                value.bytes = bytes;
            }
            None => value.unknown = Some(unknown_variable("$(…)", at)),
        }
        self.put(value, is_quoted, at)
    }

    fn backticks(&mut self) {
        let at = self.at - 1;
        let rest = self.rest();
        self.at += rest.find('`').map_or(rest.len(), |end| end + 1);
        self.make_unknown(unknown_variable("`…`", at));
    }

    /// The manual of bash, "Brace Expansion": a comma or two dots between the braces of a word.
    fn starts_brace_expansion(&mut self) -> bool {
        if self.rest().starts_with(['}', '{']) {
            return false;
        }
        if !self.braces.0.contains(&self.at) {
            let word = self.rest().split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
            let inner = word.rsplit_once('}').map_or("", |(inner, _)| inner);
            let last = inner.rfind(',').max(inner.rfind(".."));
            self.braces = (self.at..self.at + word.len(), last.map(|last| self.at + last));
        }
        self.braces.1.is_some_and(|last| self.at <= last)
    }

    /// Everything up to a quote.
    fn until(
        &mut self,
        quote: char,
        start: usize,
        mut each: impl FnMut(&mut Self, char) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.word();
        self.quoted();
        loop {
            match self.next() {
                Some(found) if found == quote => return Ok(()),
                Some(found) => each(self, found)?,
                None => return Err(Stop::new(start, "the quote that starts here has no end")),
            }
        }
    }

    fn starts_variable(&self) -> bool {
        self.peek().is_some_and(|found| found.is_ascii_alphanumeric() || "_{(".contains(found))
    }

    fn double_quoted(&mut self, found: char) -> Result<(), Stop> {
        match found {
            '\\' if self.eat_line_break() => {}
            '\\' if self.peek().is_some_and(|next| "$`\"\\".contains(next)) => {
                if let Some(escaped) = self.next() {
                    self.push(escaped);
                }
            }
            '$' if self.starts_variable() => return self.expansion(true),
            '`' => self.backticks(),
            _ => self.push(found),
        }
        Ok(())
    }

    /// `$'…'`, as browsers write what has special characters in it.
    fn ansi_c(&mut self, found: char) -> Result<(), Stop> {
        if found != '\\' {
            self.push(found);
            return Ok(());
        }
        let at = self.at - 1;
        let Some(escaped) = self.next() else { return Ok(()) };
        match escaped {
            'a' => self.push('\u{7}'),
            'b' => self.push('\u{8}'),
            'e' | 'E' => self.push('\u{1b}'),
            'f' => self.push('\u{c}'),
            'n' => self.push('\n'),
            'r' => self.push('\r'),
            't' => self.push('\t'),
            'v' => self.push('\u{b}'),
            '0'..='7' => {
                self.at -= 1;
                let byte = self.number(8, 3);
                self.word().extend(u8::try_from(byte & 0xff));
            }
            'x' => {
                let byte = self.number(16, 2);
                self.word().extend(u8::try_from(byte));
            }
            'u' | 'U' => {
                let mut code = self.number(16, if escaped == 'u' { 4 } else { 8 });
                // Browsers write the two halves of a surrogate pair one after the other.
                let is_high = (0xd800..0xdc00).contains(&code);
                if is_high && self.eat_text("\\u") {
                    let low = self.number(16, 4);
                    code = 0x10000 + ((code - 0xd800) << 10) + (low & 0x3ff);
                }
                let found = char::from_u32(code);
                self.push(found.ok_or_else(|| Stop::new(at, "this is not a valid character"))?);
            }
            '\\' | '\'' | '"' | '?' => self.push(escaped),
            'c' => {
                return Err(Stop::new(
                    at,
                    "there is a control character here: put it there itself",
                ));
            }
            other => {
                self.push('\\');
                self.push(other);
            }
        }
        Ok(())
    }

    fn number(&mut self, base: u32, digits: usize) -> u32 {
        let mut number = 0;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|it| it.to_digit(base)) else { break };
            self.at += 1;
            number = number * base + digit;
        }
        number
    }

    /// First cmd, for which `^` escapes outside quotes, then the program, which takes `\"` and `""`
    /// for quotes. In what Chromium copies the quotes themselves are escaped.
    fn cmd(&mut self) -> Result<(), Stop> {
        let mut text = String::new();
        let mut origins = Vec::new();
        let mut is_quoted = false;
        while let Some(found) = self.next() {
            let is_end = matches!(found, '\n' | '\r' | '|' | '&' | '>' | '<') && !is_quoted;
            if found == '^' && !is_quoted {
                // An escaped line break continues the line; a second one is meant.
                self.eat_line_break();
                // The prompt of a continued line.
                self.at += if self.rest().starts_with(MORE) { MORE.len() } else { 0 };
                let Some(escaped) = self.next() else { break };
                origins.resize(text.len() + escaped.len_utf8(), self.at);
                text.push(escaped);
                continue;
            } else if is_end {
                break;
            } else if found == '"' {
                is_quoted = !is_quoted;
            }
            origins.resize(text.len() + found.len_utf8(), self.at);
            text.push(found);
        }
        let mut inner = Reader::new(&text, 0);
        inner.program().map_err(|stop| Stop {
            at: origins.get(stop.at).copied().unwrap_or(self.at),
            ..stop
        })?;
        inner.finish_word();
        self.words = inner.words;
        for word in &mut self.words {
            word.at = origins.get(word.at).copied().unwrap_or(self.at);
        }
        Ok(())
    }

    /// As programs for Windows take their command line apart.
    fn program(&mut self) -> Result<(), Stop> {
        let mut quote = None;
        loop {
            self.from = self.at;
            let Some(found) = self.next() else { break };
            match found {
                // Backslashes escape only before a quote, and each other there.
                '\\' => {
                    let mut count = 1;
                    while self.eat('\\') {
                        count += 1;
                    }
                    let is_before_quote = self.peek() == Some('"');
                    for _ in 0..if is_before_quote { count / 2 } else { count } {
                        self.push('\\');
                    }
                    if is_before_quote && count % 2 == 1 && self.eat('"') {
                        self.push('"');
                    }
                }
                '"' if quote.is_some() && self.eat('"') => self.push('"'),
                '"' => {
                    quote = if quote.is_some() { None } else { Some(self.at - 1) };
                    self.word();
                }
                ' ' | '\t' if quote.is_none() => self.finish_word(),
                _ => self.push(found),
            }
        }
        match quote {
            Some(start) => Err(Stop::new(start, "the quote that starts here has no end")),
            None => Ok(()),
        }
    }

    fn power_shell(&mut self) -> Result<(), Stop> {
        loop {
            let at = self.at;
            self.from = at;
            let Some(found) = self.next() else { return Ok(()) };
            match found {
                ' ' | '\t' | '\n' | '\r' if self.ends(found) => return Ok(()),
                ' ' | '\t' => {}
                '|' | ';' | '>' => return Ok(()),
                '#' if self.word.is_none() => return Ok(()),
                '`' if self.eat_line_break() => {}
                '`' => self.backtick(),
                '$' if self.starts_variable() => return Err(Stop::new(at, VARIABLE)),
                _ if self.power_shell_quoted(found)? => {}
                _ => self.push(found),
            }
        }
    }

    /// `about_Quoting_Rules` of PowerShell: also typographic quotes are quotes. Whether there is one.
    fn power_shell_quoted(&mut self, quote: char) -> Result<bool, Stop> {
        const SINGLE: &str = "'\u{2018}\u{2019}\u{201a}\u{201b}";
        const DOUBLE: &str = "\"\u{201c}\u{201d}\u{201e}";
        let at = self.at - quote.len_utf8();
        let is_double = DOUBLE.contains(quote);
        let quotes = if is_double { DOUBLE } else { SINGLE };
        if !quotes.contains(quote) {
            return Ok(false);
        }
        self.word();
        loop {
            let start = self.at;
            match self.next() {
                None => return Err(Stop::new(at, "the quote that starts here has no end")),
                Some('`') if is_double => self.backtick(),
                Some('$') if is_double && self.eat_text("([char]") => self.code_unit(start)?,
                Some('$') if is_double && self.starts_variable() => {
                    return Err(Stop::new(start, VARIABLE));
                }
                Some(found) if !quotes.contains(found) => self.push(found),
                Some(found) if self.peek().is_some_and(|it| quotes.contains(it)) => {
                    self.next();
                    self.push(found);
                }
                Some(_) => return Ok(true),
            }
        }
    }

    /// `$([char]233)`
    fn code_unit(&mut self, at: usize) -> Result<(), Stop> {
        let (found, length) = code_unit(self.rest(), at)?;
        self.at += length;
        self.push(found);
        Ok(())
    }

    fn backtick(&mut self) {
        match self.next() {
            Some('n') => self.push('\n'),
            Some('r') => self.push('\r'),
            Some('t') => self.push('\t'),
            Some('0') => self.push('\0'),
            Some(other) => self.push(other),
            None => {}
        }
    }
}
