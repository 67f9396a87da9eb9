//! The bodies that may have been hashed in place of the one that was sent.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Intended;
use super::lines::in_order;
use crate::params;
use crate::parse::literal::Literal;
use crate::verify::Received;

/// A mutation and the bytes that were hashed, for each.
pub(super) fn bodies(request: &Received<'_>, intended: &Intended) -> Vec<(&'static str, Vec<u8>)> {
    let sent = request.body;
    let mut bodies = Vec::new();
    // A body that never arrived is in the wrong place; another one is another serialisation.
    let mutation = if sent.is_empty() { "RCV-NOBODY" } else { "V5-BODYOTHER" };
    bodies.extend(intended.body.iter().map(|body| (mutation, body.clone())));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let form = || params::decoded(sent).map(|(name, value)| (text(name), text(value))).collect();
    let pairs = intended.params.clone().or_else(|| request.is_form().then(form));
    for json in pairs.iter().flat_map(|pairs| in_json(pairs)) {
        bodies.push((mutation, json.into_bytes()));
    }
    let mut add = |mutation, bytes: &[u8]| bodies.push((mutation, bytes.to_vec()));
    add("V5-BODYEMPTY", b"");
    add("V5-BODYNL", &[sent, b"\n"].concat());
    let latin1: String = sent.iter().map(|byte| char::from(*byte)).collect();
    add("V5-BODYMOJI", latin1.as_bytes());
    let Ok(text) = core::str::from_utf8(sent) else { return bodies };
    let Some(mut value) = Literal::parse(text) else { return bodies };
    sort_names(&mut value);
    let sorted = value.stringify();
    for (comma, colon) in [(", ", ": "), (",", ":")] {
        let text = spaced(text, comma, colon);
        add("V5-BODYSP", text.as_bytes());
        add("V5-BODYASCII", ascii(&text).as_bytes());
    }
    add("V5-BODYASCII", ascii(text).as_bytes());
    add("V5-BODYSORT", sorted.as_bytes());
    add("V5-BODYSORT", ascii(&sorted).as_bytes());
    let sorted = spaced(&sorted, ", ", ": ");
    add("V5-BODYSORT", sorted.as_bytes());
    add("V5-BODYSORT", ascii(&sorted).as_bytes());
    bodies
}

/// Parameters as the JSON that programs make of them.
fn in_json(pairs: &[(String, String)]) -> [String; 4] {
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
    let mut object = Literal::Object(members);
    let as_given = object.stringify();
    sort_names(&mut object);
    let sorted = object.stringify();
    [spaced(&as_given, ", ", ": "), spaced(&sorted, ", ", ": "), as_given, sorted]
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

/// JSON with other separators.
fn spaced(json: &str, comma: &str, colon: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for found in json.chars() {
        match found {
            _ if in_string => {
                text.push(found);
                in_string = escaped || found != '"';
                escaped = !escaped && found == '\\';
            }
            ',' => text.push_str(comma),
            ':' => text.push_str(colon),
            ' ' | '\t' | '\n' | '\r' => {}
            _ => {
                in_string = found == '"';
                text.push(found);
            }
        }
    }
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
