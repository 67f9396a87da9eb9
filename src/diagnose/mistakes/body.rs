//! The bodies that may have been hashed in place of the one that was sent.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::choices::{ALONE, EVERYWHERE, IN_PAIRS, List, NOTHINGS, ONCE, wrapped};
use super::encoding::{as_sent, factorial, in_order, permuted, windows_1252};
use super::json::{ESCAPES, LAYOUTS, USUAL_ESCAPES, USUAL_LAYOUTS, ascii, in_json, spaced};
use super::list::Mistake;
use super::sets::{MOST_FOR_DROPS, members, orders, printed, spelled};
use crate::canonical::sha512_hex;
use crate::diagnose::context::Intended;
use crate::http;
use crate::params;
use crate::parse::literal::Literal;
use crate::text::{decimal, hex};

/// A mistake, the bytes that were hashed, and among how many others they are tried.
type Body = (Mistake, Vec<u8>, usize);

/// The commoner ones first.
fn bodies(request: &http::Request, intended: &Intended) -> Vec<Body> {
    let sent = &*request.body;
    let mut bodies = Vec::new();
    // A body that never arrived is in the wrong place; one that differs is another serialisation.
    let mistake = if sent.is_empty() { Mistake::ReceivedNoBody } else { Mistake::V5BodyOther };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let form = || params::decoded_texts(sent);
    let pairs = intended.params.clone().or_else(|| request.is_form().then(form));
    let meant = intended.body.iter().cloned().map(text).chain(pairs.as_deref().map(in_json));
    for json in meant {
        bodies.push((mistake, json.clone().into_bytes(), IN_PAIRS));
        bodies.extend(written(&json).into_iter().map(|(_, body, most)| (mistake, body, most)));
    }
    let mut add = |mistake, bytes: &[u8], most| bodies.push((mistake, bytes.to_vec(), most));
    add(Mistake::V5BodyEmpty, b"", IN_PAIRS);
    add(Mistake::V5BodyLineBreak, &[sent, b"\n"].concat(), IN_PAIRS);
    let latin1: String = sent.iter().map(|byte| char::from(*byte)).collect();
    add(Mistake::V5BodyMojibake, latin1.as_bytes(), IN_PAIRS);
    for nothing in NOTHINGS.into_iter().chain(["{}", "[]", "\"\""]) {
        add(Mistake::V5BodyUnset, nothing.as_bytes(), ALONE);
    }
    let canonical = |pairs: &[(Vec<u8>, Vec<u8>)]| {
        let mut all = params::Params::default();
        for (name, value) in pairs {
            all.push(name, value);
        }
        all.canonical()
    };
    let members = members(sent).unwrap_or_default();
    if !members.is_empty() {
        for members in spelled(&members).iter().chain([&members]) {
            let form = as_sent(members);
            for form in [canonical(members), form.replace("%20", "+"), form] {
                add(Mistake::V5BodyForm, form.as_bytes(), ALONE);
            }
        }
    }
    let query: Vec<_> = params::decoded(request.query().as_bytes()).collect();
    if !query.is_empty() {
        let json = in_json(&params::decoded_texts(request.query().as_bytes()));
        for (_, body, _) in written(&json) {
            add(Mistake::V5BodyQuery, &body, ALONE);
        }
        for text in [request.query(), &canonical(&query)] {
            add(Mistake::V5BodyQuery, text.as_bytes(), ALONE);
        }
    }
    if let Ok(text) = core::str::from_utf8(sent) {
        for text in wrapped(text).filter(|_| !sent.is_empty()) {
            add(Mistake::V5BodyAround, text.as_bytes(), ALONE);
        }
        bodies.extend(written(text));
        bodies.extend(changed(text));
        let charsets = charsets(text).into_iter().filter(|body| body != sent);
        bodies.extend(charsets.map(|body| (Mistake::V5BodyCharset, body, ONCE)));
    }
    for members in orders(&members) {
        for print in printed(&members) {
            bodies.push((Mistake::V5BodyDict, print.into_bytes(), ONCE));
        }
    }
    bodies
}

/// A text in other encodings than UTF-8.
fn charsets(text: &str) -> [Vec<u8>; 5] {
    let narrow = |other| text.chars().map(move |it| u8::try_from(it).unwrap_or(other));
    let ascii = |it: u8| if it.is_ascii() { it } else { b'?' };
    [
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        narrow(b'?').collect(),
        windows_1252(text),
        narrow(b'?').map(ascii).collect(),
        ["\u{feff}", text].concat().into_bytes(),
    ]
}

/// JSON in other spellings.
fn written(text: &str) -> Vec<Body> {
    let mut bodies = Vec::new();
    let Some(mut value) = Literal::parse(text) else { return bodies };
    // As it is, with all escapes undone, and sorted.
    let undone = value.stringify();
    sort_names(&mut value);
    let orders = [spaced(text, ",", ":"), undone, value.stringify()];
    for (e, escape) in ESCAPES.iter().enumerate() {
        for (i, json) in orders.iter().enumerate() {
            let json = escape.iter().fold(json.clone(), |json, (_, write)| write(&json));
            for (j, layout) in LAYOUTS.iter().enumerate() {
                let mistake = match (escape.first(), i) {
                    (Some((mistake, _)), 0 | 1) => *mistake,
                    (_, 2) => Mistake::V5BodySorted,
                    _ if j == 0 && i == 1 => Mistake::V5BodyEscapes,
                    _ => Mistake::V5BodySpaces,
                };
                let is_usual = e < USUAL_ESCAPES && j < USUAL_LAYOUTS;
                let most = if is_usual { IN_PAIRS } else { ALONE };
                bodies.push((mistake, layout.write(&json).into_bytes(), most));
            }
        }
    }
    // As encoders of streams end it, and as what was JSON already becomes.
    let lines = bodies.iter().map(|(_, body, _)| [body.as_slice(), b"\n"].concat());
    let lines: Vec<_> = lines.map(|body| (Mistake::V5BodyLineBreak, body, ALONE)).collect();
    bodies.extend(lines);
    for json in [text, &*orders[1], &*orders[2]] {
        let twice = Literal::Text(json.to_owned()).stringify();
        bodies.push((Mistake::V5BodyTwice, twice.into_bytes(), ALONE));
    }
    if let Some(dict) = dict(&orders[0]) {
        bodies.push((Mistake::V5BodyDict, dict.into_bytes(), IN_PAIRS));
    }
    bodies
}

/// JSON with other members: of other types, without one of them, or in another order.
fn changed(text: &str) -> Vec<Body> {
    let mut bodies = Vec::new();
    let Some(Literal::Object(members)) = Literal::parse(text) else { return bodies };
    let mut add = |mistake, members: Vec<(String, Literal)>| {
        let json = Literal::Object(members).stringify();
        for json in [ascii(&json), json] {
            for layout in LAYOUTS.iter().take(2) {
                bodies.push((mistake, layout.write(&json).into_bytes(), ALONE));
            }
        }
    };
    for retype in [as_text as fn(Literal) -> Literal, as_number, digits_as_text, as_float] {
        let members = members.iter().map(|(name, it)| (name.clone(), retype(it.clone())));
        add(Mistake::V5BodyType, members.collect());
    }
    for left_out in 0..members.len().min(MOST_FOR_DROPS) {
        let others = members.iter().enumerate().filter(|(i, _)| *i != left_out);
        add(Mistake::V5BodyDrop, others.map(|(_, member)| member.clone()).collect());
    }
    if members.len() <= MOST_FOR_ORDERS {
        for number in 0..factorial(members.len()) {
            let order = permuted((0..members.len()).collect(), number).into_iter();
            let members = order.filter_map(|i| members.get(i).cloned());
            add(Mistake::V5BodyOrder, members.collect());
        }
    }
    bodies
}

/// Up to this number of members every order of them is tried.
const MOST_FOR_ORDERS: usize = 5;

/// A number as a text.
fn as_text(value: Literal) -> Literal {
    match value {
        Literal::Word(word) => Literal::Text(word),
        value => value,
    }
}

fn is_digits(word: &str) -> bool {
    decimal(word).is_some()
}

/// The same, but for `true` and the like.
fn digits_as_text(value: Literal) -> Literal {
    match value {
        Literal::Word(word) if is_digits(&word) => Literal::Text(word),
        value => value,
    }
}

/// A whole number as one that is not.
fn as_float(value: Literal) -> Literal {
    match value {
        Literal::Word(word) if is_digits(&word) => Literal::Word([&word, ".0"].concat()),
        value => value,
    }
}

/// A text that is a number as that.
fn as_number(value: Literal) -> Literal {
    match value {
        Literal::Text(text) if decimal(&text).is_some_and(|it| it.to_string() == text) => {
            Literal::Word(text)
        }
        value => value,
    }
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

/// The lower-case hex of SHA-512 in other forms, other hashes, and what no hash was made of.
pub(super) fn hash_forms(bytes: &[u8]) -> Vec<String> {
    let digest = Sha512::digest(bytes);
    let lower = hex(&digest);
    let again = sha512_hex(lower.as_bytes()).into_owned();
    let text = String::from_utf8_lossy(bytes).into_owned();
    let sha256 = Sha256::digest(bytes);
    let others = [
        hex(&sha256),
        hex(&sha256).to_ascii_uppercase(),
        STANDARD.encode(sha256),
        hex(&Sha1::digest(bytes)),
        dashed(&digest),
        hex(&Sha384::digest(bytes)),
        STANDARD.encode(digest).replace('+', "-").replace('/', "_"),
        String::from_utf8_lossy(&digest).into_owned(),
    ];
    let mut forms = Vec::from([
        String::new(),
        lower.to_ascii_uppercase(),
        STANDARD.encode(digest),
        again,
        text,
    ]);
    forms.extend(others);
    forms
}

/// As `BitConverter` of .NET prints bytes.
fn dashed(bytes: &[u8]) -> String {
    let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join("-")
}

/// How many bodies are tried among many mistakes.
const MOST_BODIES: usize = 16;

pub(super) fn hashes(request: &http::Request, intended: &Intended) -> List<String> {
    let hash = |bytes: &[u8]| sha512_hex(bytes).into_owned();
    let mut hashes = List::new(hash(&request.body));
    for (mistake, body, most) in bodies(request, intended) {
        // The first ones are the commonest.
        let is_first = most == IN_PAIRS && hashes.choices.len() < MOST_BODIES;
        hashes.add(mistake, hash(&body), if is_first { EVERYWHERE } else { most });
    }
    for form in hash_forms(&request.body) {
        hashes.add(Mistake::V5BodyHash, form, ALONE);
    }
    hashes
}
