//! `Invoke-WebRequest` and `Invoke-RestMethod` of PowerShell.

use alloc::string::String;
use alloc::vec::Vec;

use super::words::Reader;
use super::{Parsed, Stop, form};

const COMMANDS: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];

/// Where a text has such a command: at the start of a line, behind `=` or within parentheses.
pub(super) fn find(text: &str) -> Option<usize> {
    let mut from = 0;
    for word in text.split_inclusive(|it: char| it.is_whitespace() || "=(".contains(it)) {
        let name = word.trim_end_matches(|it: char| it.is_whitespace());
        if COMMANDS.iter().any(|command| name.eq_ignore_ascii_case(command)) {
            return Some(from);
        }
        from += word.len();
    }
    None
}

/// A value of a parameter.
enum Value {
    Text(String),
    Table(Vec<(String, String)>),
    /// A switch has none.
    None,
}

/// Parameters in any order, by their names.
pub(super) fn read(text: &str, start: usize) -> Result<Parsed, Stop> {
    let mut reader = Reader::new(text, start);
    reader.power_shell_word("")?;
    let mut parsed = Parsed { method: "GET".into(), ..Parsed::default() };
    let mut kind = None;
    let mut body = Value::None;
    while goes_on(&mut reader) {
        let at = reader.at;
        let is_name = reader.peek() == Some('-');
        let name = if is_name { reader.power_shell_word("")? } else { String::new() };
        let name = name.trim_end_matches(':').to_ascii_lowercase();
        if name.eq_ignore_ascii_case("-WebSession") {
            // Cookies, which do not matter.
            reader.skip_space(false);
            reader.pass_word();
            continue;
        }
        if ["-infile", "-form", "-credential", "-certificate"].contains(&&*name) {
            let reason =
                "what this parameter adds is not in the text: write the body and headers out";
            return Err(Stop::new(at, reason));
        }
        let value = value(&mut reader)?;
        if reader.at == at {
            return Err(Stop::new(at, "here should be a parameter or its value"));
        }
        match (&*name, value) {
            ("" | "-uri", Value::Text(url)) => parsed.url = url,
            ("-method" | "-custommethod", Value::Text(method)) => {
                parsed.method = method.to_ascii_uppercase();
            }
            ("-headers", Value::Table(headers)) => {
                for (name, value) in headers {
                    parsed.push(&name, &value);
                }
            }
            ("-contenttype", Value::Text(value)) => kind = Some(value),
            ("-useragent", Value::Text(value)) => parsed.push("User-Agent", &value),
            ("-body", value) => body = value,
            ("-uri" | "-method" | "-custommethod" | "-headers" | "-contenttype", _) => {
                return Err(Stop::new(at, "its value cannot be read: put text in quotes there"));
            }
            _ => {}
        }
    }
    if parsed.url.is_empty() {
        return Err(Stop::new(start, "the command has no URL"));
    }
    if let Some(kind) = kind {
        parsed.push("Content-Type", &kind);
    }
    match body {
        Value::Table(fields) if parsed.method == "GET" => parsed.add_query(&form(fields)),
        Value::Table(fields) => parsed.body = form(fields).into_bytes(),
        Value::Text(text) => parsed.body = text.into_bytes(),
        Value::None => {}
    }
    let is_form = !parsed.body.is_empty() && parsed.method == "POST";
    parsed.default_header("Content-Type", is_form.then_some("application/x-www-form-urlencoded"));
    parsed.default_header("User-Agent", Some("PowerShell"));
    Ok(parsed)
}

fn value(reader: &mut Reader<'_>) -> Result<Value, Stop> {
    if !goes_on(reader) || reader.peek() == Some('-') {
        return Ok(Value::None);
    }
    let at = reader.at;
    if reader.eat('@') {
        if !reader.eat('{') {
            return Err(Stop::new(at, "here should be a table: @{ … }"));
        }
        let mut members = Vec::new();
        loop {
            reader.skip_space(true);
            while reader.eat(';') {
                reader.skip_space(true);
            }
            if reader.eat('}') {
                return Ok(Value::Table(members));
            }
            let name = reader.power_shell_word("=}")?;
            reader.skip_space(false);
            if !reader.eat('=') {
                return Err(Stop::new(reader.at, "a name lacks its equals sign here"));
            }
            reader.skip_space(false);
            members.push((name, text(reader)?));
        }
    }
    text(reader).map(Value::Text)
}

/// Whether the command goes on behind white space.
fn goes_on(reader: &mut Reader<'_>) -> bool {
    reader.skip_space(false);
    // A brace ends the block of a `try` or `if` that the command is in.
    reader.peek().is_some_and(|found| !"\r\n|;)}>#".contains(found))
}

/// Text, also as the bytes of its UTF-8.
fn text(reader: &mut Reader<'_>) -> Result<String, Stop> {
    if !reader.eat('(') {
        return reader.power_shell_word(";)}|");
    }
    let at = reader.at;
    for start in ["[Text.Encoding]::UTF8.GetBytes(", "[System.Text.Encoding]::UTF8.GetBytes("] {
        if reader.eat_text(start) {
            let text = reader.power_shell_word(")")?;
            if reader.eat_text("))") {
                return Ok(text);
            }
        }
    }
    Err(Stop::new(at, "there is an expression in it: put its value there, in quotes"))
}
