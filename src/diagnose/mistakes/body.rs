//! The bodies that may have been hashed in place of the one that was sent.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::choices::{EVERYWHERE, IN_PAIRS, List};
use super::list::Mistake;
use super::params::in_order;
use crate::canonical::sha512_hex;
use crate::diagnose::context::Intended;
use crate::http;
use crate::params;
use crate::parse::literal::Literal;

/// A mistake and the bytes that were hashed, for each, the commoner ones first.
fn bodies(request: &http::Request, intended: &Intended) -> Vec<(Mistake, Vec<u8>)> {
    let sent = &*request.body;
    let mut bodies = Vec::new();
    // A body that never arrived is in the wrong place; another one is another serialisation.
    let mistake = if sent.is_empty() { Mistake::ReceivedNoBody } else { Mistake::V5BodyOther };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let form = || params::decoded_texts(sent);
    let pairs = intended.params.clone().or_else(|| request.is_form().then(form));
    let meant = intended.body.iter().cloned().map(text).chain(pairs.as_deref().map(in_json));
    for json in meant {
        bodies.push((mistake, json.clone().into_bytes()));
        bodies.extend(written(&json).into_iter().map(|(_, body)| (mistake, body)));
    }
    let mut add = |mistake, bytes: &[u8]| bodies.push((mistake, bytes.to_vec()));
    add(Mistake::V5BodyEmpty, b"");
    add(Mistake::V5BodyLineBreak, &[sent, b"\n"].concat());
    let latin1: String = sent.iter().map(|byte| char::from(*byte)).collect();
    add(Mistake::V5BodyMojibake, latin1.as_bytes());
    if let Ok(text) = core::str::from_utf8(sent) {
        bodies.extend(written(text));
    }
    bodies
}

/// JSON in other spellings.
fn written(text: &str) -> Vec<(Mistake, Vec<u8>)> {
    let mut bodies = Vec::new();
    let Some(mut value) = Literal::parse(text) else { return bodies };
    // As it is, with all escapes undone, and sorted.
    let undone = value.stringify();
    sort_names(&mut value);
    let orders = [spaced(text, ",", ":"), undone, value.stringify()];
    for escape in ESCAPES {
        for (i, json) in orders.iter().enumerate() {
            let json = escape.iter().fold(json.clone(), |json, (_, write)| write(&json));
            for (j, layout) in LAYOUTS.iter().enumerate() {
                let mistake = match (escape.first(), i) {
                    (Some((mistake, _)), 0 | 1) => *mistake,
                    (_, 2) => Mistake::V5BodySorted,
                    _ if j == 0 && i == 1 => Mistake::V5BodyEscapes,
                    _ => Mistake::V5BodySpaces,
                };
                bodies.push((mistake, layout.write(&json).into_bytes()));
            }
        }
    }
    if let Some(dict) = dict(&orders[0]) {
        bodies.push((Mistake::V5BodyDict, dict.into_bytes()));
    }
    bodies
}

/// How an encoder spells characters that another one leaves: the mistake, and what makes the text.
type Escape = (Mistake, fn(&str) -> String);

const ASCII: Escape = (Mistake::V5BodyAscii, ascii);
/// PHP writes `/` so, Go and .NET what HTML would take for markup.
const SLASH: Escape = (Mistake::V5BodyEscapes, |json| json.replace('/', "\\/"));
const HTML: Escape = (Mistake::V5BodyEscapes, |json| {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
});
const ESCAPES: [&[Escape]; 6] = [&[], &[ASCII], &[SLASH], &[HTML], &[SLASH, ASCII], &[HTML, ASCII]];

/// The white space of JSON.
enum Layout {
    Line(&'static str, &'static str),
    /// A line for each item.
    Lines(&'static str),
}

const LAYOUTS: [Layout; 9] = [
    Layout::Line(",", ":"),
    Layout::Line(", ", ": "),
    Layout::Line(",", ": "),
    Layout::Line(", ", ":"),
    Layout::Lines("    "),
    Layout::Lines("  "),
    Layout::Lines("\t"),
    Layout::Lines("   "),
    Layout::Lines(" "),
];

impl Layout {
    fn write(&self, json: &str) -> String {
        match self {
            Self::Line(comma, colon) => spaced(json, comma, colon),
            Self::Lines(indent) => pretty(json, indent),
        }
    }
}

/// JSON without white space, a line for each item.
fn pretty(json: &str, indent: &str) -> String {
    let mut text = String::new();
    let mut depth = 0;
    let mut is_empty = false;
    each(json, |found, is_structure| {
        let line = |text: &mut String, depth: usize| {
            text.push('\n');
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
        text.push(found);
        match found {
            '{' | '[' if is_structure => depth += 1,
            ',' if is_structure => line(&mut text, depth),
            ':' if is_structure => text.push(' '),
            _ => {}
        }
    });
    text
}

/// What Python prints of a dict that has no quotes in its texts.
fn dict(json: &str) -> Option<String> {
    if json.contains(['\'', '\\']) {
        return None;
    }
    let words = [("true", "True"), ("false", "False"), ("null", "None")];
    let parts = spaced(json, ", ", ": ");
    let mut text = String::new();
    for (i, part) in parts.split('"').enumerate() {
        let quote = if i == 0 { "" } else { "'" };
        text.push_str(quote);
        let is_text = i % 2 == 1;
        let words = words.iter().filter(|_| !is_text);
        text.push_str(
            &words.fold(part.into(), |part: String, (word, name)| part.replace(word, name)),
        );
    }
    Some(text)
}

/// Parameters as the JSON that programs make of them, in the order in which they are given.
fn in_json(pairs: &[(String, String)]) -> String {
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

/// JSON with its names in order at every level.
fn sort_names(value: &mut Literal) {
    match value {
        Literal::Object(members) => {
            let order = in_order(members.iter().map(|(name, _)| name.clone()));
            let mut sorted: Vec<(String, Literal)> = Vec::with_capacity(members.len());
            for i in order {
                let mut member = members.get_mut(i).map(core::mem::take).unwrap_or_default();
                sort_names(&mut member.1);
                // Of equal names the last counts.
                sorted.pop_if(|(name, _)| *name == member.0);
                sorted.push(member);
            }
            *members = sorted;
        }
        Literal::List(items) => items.iter_mut().for_each(sort_names),
        _ => {}
    }
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
fn spaced(json: &str, comma: &str, colon: &str) -> String {
    let mut text = String::with_capacity(json.len());
    each(json, |found, is_structure| match found {
        ',' if is_structure => text.push_str(comma),
        ':' if is_structure => text.push_str(colon),
        _ => text.push(found),
    });
    text
}

/// JSON with `\u` escapes.
fn ascii(json: &str) -> String {
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

/// How many bodies are tried among many mistakes.
const MOST_BODIES: usize = 16;

pub(super) fn hashes(request: &http::Request, intended: &Intended) -> List<String> {
    let hash = |bytes: &[u8]| sha512_hex(bytes).into_owned();
    let mut hashes = List::new(hash(&request.body));
    for (mistake, body) in bodies(request, intended) {
        // The first ones are the commonest.
        let most = if hashes.choices.len() < MOST_BODIES { EVERYWHERE } else { IN_PAIRS };
        hashes.add(mistake, hash(&body), most);
    }
    hashes
}
