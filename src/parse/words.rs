//! Command lines, as bash, cmd and PowerShell take them apart.

use alloc::string::String;
use alloc::vec::Vec;

use super::Stop;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shell {
    Posix,
    Cmd,
    /// PowerShell.
    Windows,
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
            Self::Windows
        } else {
            Self::Posix
        }
    }
}

/// An argument, and the byte at which it starts.
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) bytes: Vec<u8>,
}

impl Word {
    pub(super) fn text(&self) -> Result<String, Stop> {
        let text = String::from_utf8(self.bytes.clone());
        text.map_err(|_| Stop::new(self.at, "this is not UTF-8"))
    }
}

/// The arguments of the first command.
pub(super) fn words(text: &str, start: usize, shell: Shell) -> Result<Vec<Word>, Stop> {
    let mut reader = Reader::new(text, start);
    match shell {
        Shell::Posix => reader.posix()?,
        Shell::Cmd => reader.cmd()?,
        Shell::Windows => reader.power_shell()?,
    }
    reader.finish_word();
    Ok(reader.words)
}

pub(super) struct Reader<'a> {
    text: &'a str,
    pub(super) at: usize,
    /// Where the character or quote starts that is being read.
    from: usize,
    words: Vec<Word>,
    word: Option<Word>,
}

const CURLED: &str =
    "an editor made curved quotation marks of straight ones: type straight ones, \" or '";

const VARIABLE: &str = "there is a variable or a command in it: put its value there";

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, from: at, words: Vec::new(), word: None }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
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
        &mut self.word.get_or_insert_with(|| Word { at, bytes: Vec::new() }).bytes
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

    /// The manual of bash, "Quoting".
    fn posix(&mut self) -> Result<(), Stop> {
        loop {
            let at = self.at;
            self.from = at;
            let Some(found) = self.next() else { return Ok(()) };
            match found {
                ' ' | '\t' | '\n' | '\r' if self.ends(found) => return Ok(()),
                ' ' | '\t' => {}
                // The rest is another command, or where output goes.
                '|' | ';' | '&' | '>' | '<' | ')' => return Ok(()),
                '#' if self.word.is_none() => return Ok(()),
                '“' | '”' | '‘' | '’' => return Err(Stop::new(at, CURLED)),
                '\\' if self.eat_line_break() => {}
                '\\' => {
                    if let Some(escaped) = self.next() {
                        self.push(escaped);
                    }
                }
                '\'' => self.until('\'', at, |this, found| {
                    this.push(found);
                    Ok(())
                })?,
                '$' if self.eat('\'') => self.until('\'', at, Self::ansi_c)?,
                '"' => self.until('"', at, Self::double_quoted)?,
                '$' if self.eat('"') => self.until('"', at, Self::double_quoted)?,
                '$' if self.starts_variable() => return Err(Stop::new(at, VARIABLE)),
                '`' => return Err(Stop::new(at, VARIABLE)),
                '{' if self.starts_brace_expansion() => {
                    let reason =
                        "bash makes several words of what is in the braces: put it in quotes";
                    return Err(Stop::new(at, reason));
                }
                _ => self.push(found),
            }
        }
    }

    /// The manual of bash, "Brace Expansion": a comma or two dots between the braces of a word.
    fn starts_brace_expansion(&self) -> bool {
        let word = self.rest().split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
        let inner = word.rsplit_once('}').map_or("", |(inner, _)| inner);
        !word.starts_with(['}', '{']) && (inner.contains(',') || inner.contains(".."))
    }

    /// Everything up to a quote.
    fn until(
        &mut self,
        quote: char,
        start: usize,
        mut each: impl FnMut(&mut Self, char) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.word();
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
        let at = self.at - found.len_utf8();
        match found {
            '\\' if self.eat_line_break() => {}
            '\\' if self.peek().is_some_and(|next| "$`\"\\".contains(next)) => {
                if let Some(escaped) = self.next() {
                    self.push(escaped);
                }
            }
            '$' if self.starts_variable() => return Err(Stop::new(at, VARIABLE)),
            '`' => return Err(Stop::new(at, VARIABLE)),
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
                self.push(found.ok_or_else(|| Stop::new(at, "this is no character"))?);
            }
            other => self.push(other),
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

    /// `$([char]233)`, as Chromium writes what is not ASCII, in UTF-16.
    fn code_unit(&mut self, at: usize) -> Result<(), Stop> {
        let mut code = self.number(10, 5);
        let mut is_whole = self.eat(')');
        if (0xd800..0xdc00).contains(&code) && self.eat_text("$([char]") {
            code = 0x10000 + ((code - 0xd800) << 10) + (self.number(10, 5) & 0x3ff);
            is_whole &= self.eat(')');
        }
        let found = char::from_u32(code).filter(|_| is_whole);
        self.push(found.ok_or_else(|| Stop::new(at, "this is no character"))?);
        Ok(())
    }

    /// A word of PowerShell: quoted, or up to white space or one of `ends`.
    pub(super) fn power_shell_word(&mut self, ends: &str) -> Result<String, Stop> {
        let start = self.at;
        self.from = start;
        while let Some(found) = self.peek() {
            if found.is_whitespace() || ends.contains(found) {
                break;
            }
            self.next();
            match found {
                '`' => self.backtick(),
                '$' if self.starts_variable() => return Err(Stop::new(start, VARIABLE)),
                _ if self.power_shell_quoted(found)? => {}
                _ => self.push(found),
            }
        }
        self.word.take().map(|word| word.text()).transpose().map(Option::unwrap_or_default)
    }

    /// Passes over a word as it stands.
    pub(super) fn pass_word(&mut self) {
        let rest = self.rest();
        self.at += rest.find(char::is_whitespace).unwrap_or(rest.len());
    }

    /// Passes over white space; over line breaks too where `lines`, else where they are escaped.
    pub(super) fn skip_space(&mut self, lines: bool) {
        loop {
            let is_line = matches!(self.peek(), Some('\n' | '\r'));
            let is_space = self.peek().is_some_and(char::is_whitespace) && (lines || !is_line);
            let start = self.at;
            if is_space {
                self.next();
            } else if !(self.eat('`') && self.eat_line_break()) {
                self.at = start;
                return;
            }
        }
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
