//! JSON as languages spell it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::list::Mistake;
use crate::parse::literal::Literal;

/// Parameters as JSON in one line.
pub(super) fn json_lines(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (text(name), text(value))).collect();
    let json = in_json(&pairs);
    let escaped = ESCAPES
        .iter()
        .map(|escape| escape.iter().fold(json.clone(), |json, (_, write)| write(&json)));
    escaped
        .flat_map(|json| [",", ", "].map(|comma| spaced(&json, comma, &comma.replace(',', ":"))))
        .collect()
}

/// How an encoder spells characters that others leave: the mistake, and what makes the text.
pub(super) type Escape = (Mistake, fn(&str) -> String);

const ASCII: Escape = (Mistake::V5BodyAscii, ascii);
/// PHP writes `/` so, Go and .NET what HTML would take for markup.
const SLASH: Escape = (Mistake::V5BodyEscapes, |json| json.replace('/', "\\/"));
const HTML: Escape = (Mistake::V5BodyEscapes, |json| {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
});
/// Gson and PowerShell write quotes so, too.
const QUOTE: Escape =
    (Mistake::V5BodyEscapes, |json| json.replace('\'', "\\u0027").replace('=', "\\u003d"));
const APOSTROPHE: Escape = (Mistake::V5BodyEscapes, |json| json.replace('\'', "\\u0027"));
/// `System.Text.Json` of .NET, in capital hex.
const DOT_NET: Escape = (Mistake::V5BodyEscapes, |json| {
    let mut text = String::new();
    for found in json.replace("\\\"", "\\u0022").chars() {
        if found.is_ascii() && !"'&+<>`".contains(found) {
            text.push(found);
        } else {
            for unit in found.encode_utf16(&mut [0; 2]) {
                text.extend(["\\u", &format!("{unit:04X}")]);
            }
        }
    }
    text
});
pub(super) const ESCAPES: [&[Escape]; 9] = [
    &[],
    &[ASCII],
    &[SLASH],
    &[HTML],
    &[SLASH, ASCII],
    &[HTML, ASCII],
    &[HTML, QUOTE],
    &[HTML, APOSTROPHE],
    &[DOT_NET],
];

/// The white space of JSON.
pub(super) enum Layout {
    Line(&'static str, &'static str),
    /// A line for each item: its indent, what stands before and after a colon, the line break.
    Lines(&'static str, &'static str, &'static str),
}

/// How many of the escapes and layouts are usual; the others are of one language each.
pub(super) const USUAL_ESCAPES: usize = 6;
pub(super) const USUAL_LAYOUTS: usize = 9;

pub(super) const LAYOUTS: [Layout; 13] = [
    Layout::Line(",", ":"),
    Layout::Line(", ", ": "),
    Layout::Line(",", ": "),
    Layout::Line(", ", ":"),
    Layout::Lines("    ", ": ", "\n"),
    Layout::Lines("  ", ": ", "\n"),
    Layout::Lines("\t", ": ", "\n"),
    Layout::Lines("   ", ": ", "\n"),
    Layout::Lines(" ", ": ", "\n"),
    Layout::Lines("  ", ": ", "\r\n"),
    Layout::Lines("    ", ": ", "\r\n"),
    Layout::Lines("    ", ":  ", "\r\n"),
    Layout::Lines("  ", " : ", "\n"),
];

impl Layout {
    pub(super) fn write(&self, json: &str) -> String {
        match self {
            Self::Line(comma, colon) => spaced(json, comma, colon),
            Self::Lines(indent, colon, line) => pretty(json, indent, colon, line),
        }
    }
}

/// JSON without white space, a line for each item.
fn pretty(json: &str, indent: &str, colon: &str, line_break: &str) -> String {
    let mut text = String::new();
    let mut depth = 0;
    let mut is_empty = false;
    each(json, |found, is_structure| {
        let line = |text: &mut String, depth: usize| {
            text.push_str(line_break);
            for _ in 0..depth {
                text.push_str(indent);
            }
        };
        let is_end = is_structure && matches!(found, '}' | ']');
        if is_end {
            depth -= usize::from(depth > 0);
        }
        if is_empty != is_end {
            line(&mut text, depth);
        }
        is_empty = is_structure && matches!(found, '{' | '[');
        match found {
            ':' if is_structure => text.push_str(colon),
            _ => text.push(found),
        }
        match found {
            '{' | '[' if is_structure => depth += 1,
            ',' if is_structure => line(&mut text, depth),
            _ => {}
        }
    });
    text
}

/// Parameters as the JSON that programs make of them, in the order in which they are given.
pub(super) fn in_json(pairs: &[(String, String)]) -> String {
    let mut members: Vec<(String, Literal)> = Vec::new();
    for (name, value) in pairs {
        let value = Literal::Text(value.clone());
        match members.iter_mut().find(|(found, _)| found == name) {
            Some((_, Literal::List(values))) => values.push(value),
            Some((_, first)) => {
                let before = core::mem::replace(first, Literal::List(Vec::new()));
                *first = Literal::List([before, value].into());
            }
            None => members.push((name.clone(), value)),
        }
    }
    Literal::Object(members).stringify()
}

/// The characters of JSON but white space between its parts, and whether each is one of these parts.
fn each(json: &str, mut take: impl FnMut(char, bool)) {
    let (mut in_string, mut escaped) = (false, false);
    for found in json.chars() {
        match found {
            _ if in_string => {
                take(found, false);
                in_string = escaped || found != '"';
                escaped = !escaped && found == '\\';
            }
            ' ' | '\t' | '\n' | '\r' => {}
            _ => {
                in_string = found == '"';
                take(found, !in_string);
            }
        }
    }
}

/// JSON with other separators.
pub(super) fn spaced(json: &str, comma: &str, colon: &str) -> String {
    let mut text = String::with_capacity(json.len());
    each(json, |found, is_structure| match found {
        ',' if is_structure => text.push_str(comma),
        ':' if is_structure => text.push_str(colon),
        _ => text.push(found),
    });
    text
}

/// JSON with `\u` escapes.
pub(super) fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for found in json.chars() {
        if found.is_ascii() {
            text.push(found);
        } else {
            for unit in found.encode_utf16(&mut [0; 2]) {
                text.extend(["\\u", &format!("{unit:04x}")]);
            }
        }
    }
    text
}
