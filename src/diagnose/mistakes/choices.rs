//! Texts that may have been signed, the right one first.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::list::Mistake;

/// What can be wrong, in the order of the canonical string.
pub(super) const DATE: usize = 0;
pub(super) const METHOD: usize = 1;
pub(super) const HOST: usize = 2;
pub(super) const PATH: usize = 3;
pub(super) const LINE: usize = 4;
pub(in crate::diagnose) const SHAPE: usize = 5;
pub(super) const BODY: usize = 6;
pub(in crate::diagnose) const HEADERS: usize = 7;
pub(in crate::diagnose) const KEY: usize = 8;
pub(in crate::diagnose) const DIMENSIONS: usize = 9;

/// An index for each dimension; 0 is what is right.
pub(in crate::diagnose) type Choices = [usize; DIMENSIONS];

/// What languages print for a map or a list instead of what is in it.
pub(super) const TYPES: [&str; 9] = [
    "[object Object]",
    "[object Map]",
    "Array",
    "System.Object[]",
    "System.String[]",
    "System.Collections.Hashtable",
    "System.Collections.Specialized.OrderedDictionary",
    "System.Collections.Generic.List`1[System.String]",
    "System.Collections.Generic.Dictionary`2[System.String,System.String]",
];

/// How languages print a list of texts: before, between and behind them.
pub(super) const PRINTED_LISTS: [(&str, &str, &str); 4] =
    [("[\"", "\",\"", "\"]"), ("[\"", "\", \"", "\"]"), ("['", "', '", "']"), ("('", "', '", "')")];

/// How languages write that there is no value.
pub(in crate::diagnose) const NOTHINGS: [&str; 7] =
    ["", "None", "null", "undefined", "nil", "<nil>", "[object Object]"];

/// What programs leave around a text: white space, quotes, and those of Python's bytes.
pub(super) const AROUND: [(&str, &str); 10] = [
    ("", "\n"),
    ("", " "),
    (" ", ""),
    ("\"", "\""),
    ("'", "'"),
    ("", "\r\n"),
    ("", "\r"),
    ("", "\t"),
    ("", "\0"),
    ("b'", "'"),
];

/// A text with something around it.
pub(super) fn wrapped(text: &str) -> impl Iterator<Item = String> {
    AROUND.iter().map(move |(before, after)| [before, text, after].concat())
}

/// What stands for a value in templates that nobody filled in.
#[inline(never)]
pub(super) fn placeholders(name: &str) -> Vec<String> {
    const MARKS: [(&str, &str); 12] = [
        ("{", "}"),
        ("{{", "}}"),
        ("${", "}"),
        ("$", ""),
        ("$(", ")"),
        ("#{", "}"),
        ("%{", "}"),
        ("%", "%"),
        (":", ""),
        ("<", ">"),
        ("[", "]"),
        ("", ""),
    ];
    MARKS.iter().map(|(before, after)| [before, name, after].concat()).collect()
}

/// The same without a name.
pub(super) const UNNAMED: [&str; 6] = ["%s", "{}", "{0}", "%1$s", "?", "*"];

/// A text that may have been signed.
pub(super) struct Choice<T> {
    pub(super) mistake: Option<Mistake>,
    pub(super) value: T,
    /// Among how many mistakes it is mostly tried: rare and numerous ones soonest among few.
    pub(super) most: usize,
}

pub(super) const EVERYWHERE: usize = 4;
/// Beside others after those.
pub(super) const LATER: usize = 3;
pub(super) const IN_PAIRS: usize = 2;
pub(super) const ALONE: usize = 1;
/// So rare, or so many, that they would take the place of commoner ones beside others.
pub(super) const ONCE: usize = 0;

pub(super) fn seldom(most: usize) -> u64 {
    match most {
        ONCE => 64,
        ALONE => 8,
        IN_PAIRS => 2,
        _ => 1,
    }
}

/// Texts that are tried together: their indices.
#[derive(Clone)]
pub(in crate::diagnose) struct Tier {
    pub(in crate::diagnose) range: Range<usize>,
    /// How many times as seldom each of them is beside other mistakes as a common one.
    pub(in crate::diagnose) seldom: u64,
}

/// Different texts, the right one first, then those that are tried everywhere.
pub(super) struct List<T> {
    pub(super) choices: Vec<Choice<T>>,
}

impl<T> List<T> {
    pub(super) fn new(right: T) -> Self {
        Self { choices: vec![Choice { mistake: None, value: right, most: EVERYWHERE }] }
    }

    /// Adds a text, behind those that are tried among more mistakes.
    #[inline(never)]
    pub(super) fn push(&mut self, mistake: Mistake, value: T, most: usize) {
        let end = self.choices.iter().rposition(|choice| choice.most >= most);
        self.choices
            .insert(end.map_or(0, |end| end + 1), Choice { mistake: Some(mistake), value, most });
    }

    pub(super) fn get(&self, i: usize) -> Option<&T> {
        self.choices.get(i).map(|choice| &choice.value)
    }

    /// The wrong texts, apart by among how many mistakes they are tried.
    pub(super) fn tiers(&self) -> Vec<Tier> {
        let end = |most| self.choices.partition_point(|choice| choice.most >= most);
        let tier = |most| Tier { range: end(most + 1).max(1)..end(most), seldom: seldom(most) };
        (ONCE..=EVERYWHERE).map(tier).collect()
    }

    pub(super) fn mistake(&self, i: usize) -> Option<Mistake> {
        self.choices.get(i)?.mistake
    }
}

impl<T: PartialEq> List<T> {
    /// Adds a text that is not there yet.
    #[inline(never)]
    pub(super) fn add(&mut self, mistake: Mistake, value: T, most: usize) {
        if !self.choices.iter().any(|choice| choice.value == value) {
            self.push(mistake, value, most);
        }
    }
}
