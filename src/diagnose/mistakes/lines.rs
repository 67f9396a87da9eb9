//! How the lines are put together.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::choices::{
    ALONE, AROUND, BODY, DATE, EVERYWHERE, HEADERS, HOST, LINE, List, METHOD, NOTHINGS, ONCE, PATH,
    PRINTED_LISTS, TYPES,
};
use super::list::Mistake;
use crate::canonical::{SignatureVersion, sha512_hex};
use crate::params;

/// Which lines in which order, what joins them, and what stands around them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) lines: Vec<usize>,
    pub(super) separator: &'static str,
    pub(super) around: (&'static str, &'static str),
    /// What an empty params line is written as; a params line that is not empty excludes the others.
    pub(super) empty: Option<&'static str>,
    /// What was made of the whole.
    pub(super) whole: Option<Whole>,
}

/// What joins the lines instead of a line feed.
const SEPARATORS: [&str; 25] = [
    "`n", "%n", "&#10;", "\\x0a", "\x0b", " ", ",", ", ", ";", "|", "&", ":", "/", "+", "-", "\r",
    "\t", "\0", "\n\n", "\\r\\n", "\\\\n", "%0A", "<br>", " \n", "\n ",
];

/// The white space before all lines but the first, when the text is one of an indented program.
const INDENTS: [&str; 5] = ["\n    ", "\n  ", "\n\t", "\n\t\t", "\n        "];

/// What programs do with the whole text before they sign it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whole {
    Trimmed,
    Lower,
    Upper,
    Encoded,
    Base64,
    Hashed,
    Html,
    Utf16,
}

impl Whole {
    const ALL: [Self; 8] = [
        Self::Trimmed,
        Self::Lower,
        Self::Upper,
        Self::Encoded,
        Self::Base64,
        Self::Hashed,
        Self::Html,
        Self::Utf16,
    ];

    pub(super) fn of(self, text: &str) -> String {
        match self {
            Self::Trimmed => text.trim().to_owned(),
            Self::Lower => text.to_ascii_lowercase(),
            Self::Upper => text.to_ascii_uppercase(),
            Self::Encoded => params::encode(text),
            Self::Base64 => STANDARD.encode(text),
            Self::Hashed => sha512_hex(text.as_bytes()).into_owned(),
            Self::Html => text.replace('&', "&amp;"),
            // Of ASCII: each byte, and NUL.
            Self::Utf16 => text.chars().flat_map(|it| [it, '\0']).collect(),
        }
    }
}

pub(super) fn shapes(version: SignatureVersion) -> List<Shape> {
    let mut usual = Vec::from([DATE, METHOD, HOST, PATH, LINE]);
    if version.hashes_body() {
        usual.extend([BODY, HEADERS]);
    }
    let right =
        Shape { lines: usual.clone(), separator: "\n", around: ("", ""), empty: None, whole: None };
    let mut shapes = List::new(right.clone());
    let without = |line| usual.iter().copied().filter(|it| *it != line).collect::<Vec<_>>();
    let mut add = |mistake, shape, most| shapes.add(mistake, shape, most);
    let of = |lines| Shape { lines, ..right.clone() };
    let joined = |separator| Shape { separator, ..right.clone() };
    let within = |around| Shape { around, ..right.clone() };
    let written = |empty| Shape { empty: Some(empty), ..right.clone() };
    add(Mistake::LinesNoHost, of(without(HOST)), EVERYWHERE);
    add(Mistake::LinesNoDate, of(without(DATE)), EVERYWHERE);
    add(Mistake::LinesNoLast, Shape { lines: without(LINE), ..written("") }, EVERYWHERE);
    add(Mistake::LinesNull, written("null"), EVERYWHERE);
    add(Mistake::LinesCrLf, joined("\r\n"), EVERYWHERE);
    add(Mistake::LinesLiteral, joined("\\n"), EVERYWHERE);
    add(Mistake::LinesJoined, joined(""), EVERYWHERE);
    add(Mistake::LinesTailLf, within(("", "\n")), EVERYWHERE);
    for line in &usual {
        add(Mistake::LinesMissing, of(without(*line)), ALONE);
    }
    // One line moved, or two of them swapped.
    for from in 0..usual.len() {
        for to in 0..usual.len() {
            let mut moved = usual.clone();
            let line = moved.remove(from);
            moved.insert(to, line);
            let mut swapped = usual.clone();
            swapped.swap(from, to);
            let is_of_date = from == 0 || to < 5 && from < 5 && from.abs_diff(to) == 1;
            let most = if is_of_date { EVERYWHERE } else { ALONE };
            add(Mistake::LinesOrder, of(moved), most);
            add(Mistake::LinesOrder, of(swapped), ALONE);
        }
    }
    add(Mistake::LinesOrder, of(usual.iter().rev().copied().collect()), ALONE);
    for separator in SEPARATORS.into_iter().chain(INDENTS) {
        add(Mistake::LinesSeparator, joined(separator), ALONE);
    }
    // As languages print a list of texts.
    for (before, between, after) in PRINTED_LISTS.into_iter().chain([("[", ", ", "]")]) {
        let list = Shape { separator: between, ..within((before, after)) };
        add(Mistake::LinesSeparator, list, ONCE);
    }
    for indent in INDENTS {
        for end in ["", "\n", indent] {
            let indented = Shape { separator: indent, ..within((indent, end)) };
            add(Mistake::LinesSeparator, indented, ONCE);
        }
    }
    let windows = Shape { separator: "\r\n", ..within(("", "\r\n")) };
    add(Mistake::LinesCrLf, windows, ONCE);
    for around in AROUND {
        add(Mistake::LinesAround, within(around), ALONE);
    }
    let of_text =
        [("\n", ""), ("\u{feff}", ""), ("", "\n\n"), ("", "\\n"), ("\n", "\n"), ("[", "]")];
    for around in of_text {
        add(Mistake::LinesAround, within(around), ALONE);
    }
    for empty in NOTHINGS.into_iter().chain(TYPES).chain(["{}", "[]", "?", "&", "="]) {
        if !empty.is_empty() {
            add(Mistake::LinesNull, written(empty), ALONE);
        }
    }
    for whole in Whole::ALL {
        add(Mistake::LinesWhole, Shape { whole: Some(whole), ..right.clone() }, ALONE);
    }
    shapes
}
