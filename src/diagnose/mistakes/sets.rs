//! Which parameters may have been signed, and how they were put together.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cmp::Reverse;

use percent_encoding::percent_decode;

use super::choices::{
    ALONE, AROUND, Choice, EVERYWHERE, IN_PAIRS, NOTHINGS, ONCE, PRINTED_LISTS, TYPES, UNNAMED,
    placeholders,
};
use super::encoding::{
    Encoding, Order, Pair, encode, encoded, factorial, in_order, sorted, windows_1252,
};
use super::json::{ascii, json_lines};
use super::lines::Whole;
use super::list::Mistake;
use super::normal;
use crate::canonical::SignatureVersion;
use crate::diagnose::context::Intended;
use crate::http;
use crate::params;
use crate::parse::literal::Literal;
use crate::request::takes_params_in_body;
use crate::text::{decimal, grouped};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set {
    pub(super) pairs: Vec<Pair>,
    /// The body was taken for sent as parameters, and not hashed.
    pub(super) replaces_body: bool,
    pub(super) joint: Joint,
}

impl Set {
    pub(super) fn new(pairs: Vec<Pair>) -> Self {
        Self { pairs, replaces_body: false, joint: Joint::Usual }
    }
}

/// How the parameters are put together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    Usual,
    /// Behind how many parameters an `&` stands that joins nothing.
    Stray(usize),
    /// What joins name and value, and these pairs.
    Other(&'static str, &'static str),
    /// What stands around the line.
    Around(&'static str, &'static str),
    /// An empty value without its `=`.
    Valueless,
    /// What joins the names alone, or the values.
    Names(&'static str),
    Values(&'static str),
    /// As a whole, whatever the order and the encoding.
    Text(Rc<str>),
    /// The line is in another case, or encoded as a whole.
    Whole(Whole),
}

/// What stands before all, around a name, before a value, around it, between two of them, and behind all.
type Print = [&'static str; 6];

/// How languages print maps, and lists of pairs.
const PRINTS: [Print; 24] = [
    // Java, Apex, and the pairs of Apache's client.
    ["{", "", "=", "", ", ", "}"],
    ["[", "", "=", "", ", ", "]"],
    // Go: a map, and `url.Values`.
    ["map[", "", ":", "", " ", "]"],
    ["map[", "", ":[", "", "] ", "]]"],
    // Ruby, and with symbols as names.
    ["{", "\"", "=>", "\"", ", ", "}"],
    ["{", "\"", " => ", "\"", ", ", "}"],
    ["{:", "", "=>", "\"", ", :", "}"],
    ["{", "", ": ", "\"", ", ", "}"],
    ["[[", "\"", ", ", "\"", "], [", "]]"],
    // Python.
    ["{", "'", ": ", "'", ", ", "}"],
    ["[(", "'", ", ", "'", "), (", ")]"],
    ["OrderedDict([(", "'", ", ", "'", "), (", ")])"],
    ["OrderedDict({", "'", ": ", "'", ", ", "})"],
    ["namespace(", "", "=", "'", ", ", ")"],
    // JSON, and Node.js.
    ["{", "\"", ":", "\"", ",", "}"],
    ["{", "\"", ": ", "\"", ", ", "}"],
    ["[[", "\"", ",", "\"", "],[", "]]"],
    ["{ ", "", ": ", "'", ", ", " }"],
    ["URLSearchParams { ", "'", " => ", "'", ", ", " }"],
    // .NET and PowerShell.
    ["[", "", ", ", "", "][", "]"],
    ["@{", "", "=", "", "; ", "}"],
    // PHP, Swift and Rust.
    ["Array\n(\n    [", "", "] => ", "", "\n    [", "\n)\n"],
    ["[", "\"", ": ", "\"", ", ", "]"],
    ["[(", "\"", ", ", "\"", "), (", ")]"],
];

/// Up to so many parameters they are printed in every order, since many maps keep none.
const MOST_FOR_PRINTS: usize = 4;

/// What joins a name with its value, and parameters, instead of `=` and `&`.
const JOINTS: [(&str, &str); 13] = [
    ("=", ";"),
    ("=", ","),
    ("=", ", "),
    ("=", "\n"),
    ("=", " "),
    ("=", "|"),
    ("=", ""),
    (":", "&"),
    (": ", ", "),
    (" = ", "&"),
    (",", ","),
    ("", "&"),
    ("", ""),
];

/// How languages and programs write a list as one text.
const LISTS: [(&str, &str, &str); 3] = [("", ",", ""), ("", ", ", ""), ("[", ", ", "]")];

const RARE_LISTS: [(&str, &str, &str); 7] = [
    ("", " ", ""),
    ("", ";", ""),
    ("", "|", ""),
    ("", "\n", ""),
    ("", "", ""),
    ("{'", "', '", "'}"),
    ("[", " ", "]"),
];

/// Parameters that programs sign although they are empty and not sent.
const OFTEN_EMPTY: [&str; 8] =
    ["next_offset", "offset", "limit", "mintime", "maxtime", "account_id", "username", "sort"];

/// What programs have for a user, and do not always set.
const OFTEN_UNSET: [&str; 6] = ["firstname", "lastname", "email", "realname", "notes", "status"];

/// The parameters in the example of Duo's documentation on signing.
const SAMPLE: [(&str, &str); 2] = [("realname", "First Last"), ("username", "root")];

/// Beyond these numbers of parameters, or of members of JSON, not every set without one, or two, of them
/// is tried.
pub(super) const MOST_FOR_DROPS: usize = 24;
const MOST_FOR_TWO_DROPS: usize = 12;

/// Up to so many parameters every set of them is tried.
const MOST_FOR_SETS: usize = 8;

/// Beyond this number of bytes a body is not tried as parameters.
const MOST_FOR_MEMBERS: usize = 4096;

fn print_of(pairs: &[Pair], print: &Print) -> String {
    let [before, name, equals, value, and, after] = *print;
    // As Python and Node.js do.
    let quoted = |bytes: &[u8], mark| {
        let text = String::from_utf8_lossy(bytes);
        let mark = if mark == "'" && text.contains('\'') { "\"" } else { mark };
        [mark, &text, mark].concat()
    };
    let pairs =
        pairs.iter().map(|(key, it)| [&quoted(key, name), equals, &quoted(it, value)].concat());
    [before, &pairs.collect::<Vec<_>>().join(and), after].concat()
}

/// Parameters as languages print a map of them.
#[inline(never)]
pub(super) fn printed(pairs: &[Pair]) -> Vec<String> {
    PRINTS.iter().map(|print| print_of(pairs, print)).collect()
}

/// The parameters that the receiver reads.
pub(super) fn sent(request: &http::Request, version: SignatureVersion) -> Vec<Pair> {
    let mut sent: Vec<Pair> = params::decoded(request.query().as_bytes()).collect();
    if signs_form(request, version) {
        sent.extend(params::decoded(&request.body));
    }
    sent
}

fn signs_form(request: &http::Request, version: SignatureVersion) -> bool {
    !version.hashes_body() && request.is_form() && takes_params_in_body(&request.method)
}

/// What else may have been signed than the parameters as they were sent.
pub(super) fn sets(
    request: &http::Request,
    sent: &[Pair],
    intended: &Intended,
    version: SignatureVersion,
) -> Vec<Choice<Set>> {
    let set = Set::new;
    let mut sets = Vec::new();
    let mut add =
        |mistake, value| sets.push(Choice { mistake: Some(mistake), value, most: EVERYWHERE });

    if request.query().contains('+') || signs_form(request, version) && request.body.contains(&b'+')
    {
        let pluses = |text: &[u8]| -> Vec<Pair> {
            let text = String::from_utf8_lossy(text).replace('+', "%2B");
            params::decoded(text.as_bytes()).collect()
        };
        let form = if signs_form(request, version) { &*request.body } else { b"" };
        add(Mistake::ParamsPlus, set([pluses(request.query().as_bytes()), pluses(form)].concat()));
    }
    if let Some(params) = &intended.params {
        let bytes = |text: &String| text.as_bytes().to_vec();
        let pairs: Vec<Pair> =
            params.iter().map(|(name, value)| (bytes(name), bytes(value))).collect();
        let names = |pairs: &[Pair]| {
            let order = in_order(pairs.iter().map(|(name, _)| name.clone())).into_iter();
            order.filter_map(|i| pairs.get(i).map(|(name, _)| name.clone())).collect::<Vec<_>>()
        };
        let is_sent = names(sent) == names(&pairs);
        add(if is_sent { Mistake::ParamsMeant } else { Mistake::ReceivedNoParams }, set(pairs));
    }
    let members = members(&request.body).filter(|_| request.body.len() <= MOST_FOR_MEMBERS);
    let is_json = version.hashes_body() && members.is_some();
    if version.hashes_body() {
        let in_query = if takes_params_in_body(&request.method) {
            Mistake::V5Patch
        } else {
            Mistake::ReceivedNoParams
        };
        if let Some(members) = members {
            add(Mistake::V5Params, set(members.clone()));
            add(in_query, Set { replaces_body: true, ..set(members) });
        } else if request.is_form() && (1..=MOST_FOR_MEMBERS).contains(&request.body.len()) {
            let form: Vec<Pair> = params::decoded(&request.body).collect();
            add(Mistake::V5Params, set(form.clone()));
            add(in_query, Set { replaces_body: true, ..set(form) });
        }
    } else if !signs_form(request, version) && (1..=MOST_FOR_MEMBERS).contains(&request.body.len())
    {
        let body = members.unwrap_or_else(|| params::decoded(&request.body).collect());
        add(Mistake::ReceivedNoParams, set([sent, &body].concat()));
    }
    add(Mistake::ParamsNone, set(Vec::new()));
    for name in OFTEN_EMPTY {
        if !sent.iter().any(|(found, _)| found == name.as_bytes()) {
            let mut pairs = sent.to_vec();
            pairs.push((name.as_bytes().to_vec(), Vec::new()));
            add(Mistake::ParamsEmpty, set(pairs));
        }
    }
    add(
        Mistake::ParamsEmpty,
        set(sent.iter().filter(|(_, value)| !value.is_empty()).cloned().collect()),
    );
    let later = |i: usize, name: &Vec<u8>| sent.iter().skip(i + 1).any(|(other, _)| other == name);
    let earlier = |i: usize, name: &Vec<u8>| sent.iter().take(i).any(|(other, _)| other == name);
    let all = || sent.iter().enumerate();
    let kept = |keeps: &dyn Fn(usize, &Vec<u8>) -> bool| {
        all().filter(|(i, (name, _))| keeps(*i, name)).map(|(_, pair)| pair.clone()).collect()
    };
    if all().any(|(i, (name, _))| later(i, name)) {
        add(Mistake::ParamsLast, set(kept(&|i, name| !later(i, name))));
        add(Mistake::ParamsLast, set(kept(&|i, name| !earlier(i, name))));
    }
    for pairs in lists(sent) {
        add(Mistake::ParamsJoin, set(pairs));
    }
    for pairs in spelled(sent) {
        add(Mistake::ParamsNothing, set(pairs));
    }
    // Encoded once more by the library that sent them.
    let decoded = |text: &Vec<u8>| percent_decode(text).collect::<Vec<u8>>();
    let once: Vec<Pair> =
        sent.iter().map(|(name, value)| (decoded(name), decoded(value))).collect();
    if once != sent {
        add(Mistake::ParamsTwice, set(once));
    }
    // After the others, which are rarer, and may be the same where a value is dropped.
    if sent.len() <= MOST_FOR_DROPS {
        for i in 0..sent.len() {
            add(Mistake::ParamsDrop, set(without(sent, &[i])));
        }
    }
    if !sent.is_empty() && sent.len() <= MOST_FOR_DROPS {
        for i in 0..=sent.len() {
            add(Mistake::ParamsStray, Set { joint: Joint::Stray(i), ..set(sent.to_vec()) });
        }
    }
    let trimmed = sent.iter().map(|(name, value)| (name.clone(), value.trim_ascii().to_vec()));
    add(Mistake::ParamsTrim, set(trimmed.collect()));
    if let (true, Some(text)) = (is_json, core::str::from_utf8(&request.body).ok()) {
        let value = Set { joint: Joint::Text(text.into()), ..set(sent.to_vec()) };
        sets.push(Choice { mistake: Some(Mistake::V5Params), value, most: ALONE });
    }
    sets.extend(seldom_sets(sent));
    sets.extend(sets_by_themselves(sent));
    sets
}

/// What is signed more seldom, or has many forms.
fn seldom_sets(sent: &[Pair]) -> Vec<Choice<Set>> {
    let sample = SAMPLE.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()));
    let unset = unset(sent).into_iter().map(|pairs| (Mistake::ParamsNothing, pairs, ALONE));
    let rare = rare_sets(sent).into_iter().map(|(mistake, pairs)| (mistake, pairs, IN_PAIRS));
    let values = values(sent).into_iter().map(|pairs| (Mistake::ParamsValue, pairs, ALONE));
    let all = core::iter::once((Mistake::ParamsSample, sample.to_vec(), IN_PAIRS));
    let forms = [normal::composed, normal::decomposed].map(|form| {
        let text = |bytes: &[u8]| form(&String::from_utf8_lossy(bytes)).into_bytes();
        let pairs = sent.iter().map(|(name, value)| (text(name), text(value))).collect();
        (Mistake::ParamsNormal, pairs, IN_PAIRS)
    });
    let narrow = |bytes: &[u8]| windows_1252(&String::from_utf8_lossy(bytes));
    let pairs = sent.iter().map(|(name, value)| (narrow(name), narrow(value))).collect();
    let charset = (Mistake::ParamsCharset, pairs, IN_PAIRS);
    let all = all
        .chain(forms.into_iter().chain([charset]).filter(|(_, pairs, _)| pairs != sent))
        .chain(unset)
        .chain(rare)
        .chain(values);
    let sets = all.map(|(mistake, pairs, most)| Choice {
        mistake: Some(mistake),
        value: Set::new(pairs),
        most,
    });
    let joints = joints().into_iter().filter(|_| !sent.is_empty()).map(|joint| Choice {
        mistake: Some(Mistake::ParamsJoint),
        value: Set { joint, ..Set::new(sent.to_vec()) },
        most: ALONE,
    });
    sets.chain(joints).collect()
}

/// What is so seldom signed, or has so many forms, that it is tried by itself; nothing for long texts.
fn sets_by_themselves(sent: &[Pair]) -> Vec<Choice<Set>> {
    let length: usize = sent.iter().map(|(name, value)| name.len() + value.len()).sum();
    if sent.is_empty() || length > MOST_FOR_MEMBERS {
        return Vec::new();
    }
    let mut sets = Vec::new();
    let mut add = |mistake, value| sets.push(Choice { mistake: Some(mistake), value, most: ONCE });
    for pairs in rare_values(sent) {
        add(Mistake::ParamsValue, Set::new(pairs));
    }
    for pairs in typed(sent) {
        add(Mistake::ParamsJoin, Set::new(pairs));
    }
    for pairs in renamed(sent) {
        add(Mistake::ParamsName, Set::new(pairs));
    }
    let mut add = |text: String| {
        let joint = Joint::Text(text.into());
        add(Mistake::ParamsPrinted, Set { joint, ..Set::new(sent.to_vec()) });
    };
    for (i, pairs) in orders(sent).iter().enumerate() {
        for text in printed(pairs).into_iter().chain(json_lines(pairs)) {
            // Also encoded as a whole, as they were sent and in their order.
            if i < 2 {
                add(params::encode(&text));
                add(encode(text.as_bytes(), Encoding::Js));
            }
            add(text);
        }
    }
    sets
}

/// The parameters as they were sent, in their order, and in all others if they are few.
pub(super) fn orders(sent: &[Pair]) -> Vec<Vec<Pair>> {
    let usual = [Order::Wire, Order::Right].into_iter();
    let few = if sent.len() <= MOST_FOR_PRINTS { factorial(sent.len()) } else { 0 };
    let encoded = encoded(sent, Encoding::Right);
    let mut orders: Vec<Vec<Pair>> = Vec::new();
    for order in usual.chain((0..few).map(Order::Any)) {
        let order = sorted(sent, &encoded, order).into_iter();
        let pairs = order.filter_map(|i| sent.get(i).cloned()).collect();
        if !orders.contains(&pairs) {
            orders.push(pairs);
        }
    }
    orders
}

/// Lists in another form than they were sent in.
fn lists(sent: &[Pair]) -> Vec<Vec<Pair>> {
    let is_repeated =
        |name: &Vec<u8>| sent.iter().filter(|(other, _)| other == name).nth(1).is_some();
    let mut lists: Vec<Vec<Pair>> = Vec::new();
    let unbracketed: Vec<Pair> = sent
        .iter()
        .map(|(name, value)| (name.strip_suffix(b"[]").unwrap_or(name).to_vec(), value.clone()))
        .collect();
    if sent.iter().any(|(name, _)| is_repeated(name)) {
        for (before, between, after) in LISTS {
            lists.push(joined(sent, before, between, after));
            lists.push(joined(&unbracketed, before, between, after));
        }
        let brackets = sent.iter().map(|(name, value)| {
            let mark = if is_repeated(name) { "[]" } else { "" };
            ([name.as_slice(), mark.as_bytes()].concat(), value.clone())
        });
        lists.push(brackets.collect());
    }
    lists.push(unbracketed);
    lists.push(split(sent));
    lists.retain(|list| list != sent);
    lists
}

/// Values as another language writes them, all that are the same at once.
pub(super) fn spelled(sent: &[Pair]) -> Vec<Vec<Pair>> {
    let mut sets = Vec::new();
    for words in [&NOTHINGS[..], &["true", "True", "1"], &["false", "False", "0"]] {
        for from in words {
            if !sent.iter().any(|(_, value)| value == from.as_bytes()) {
                continue;
            }
            for to in words.iter().filter(|to| *to != from) {
                let spell = |value: &Vec<u8>| {
                    if value == from.as_bytes() { to.as_bytes().to_vec() } else { value.clone() }
                };
                sets.push(sent.iter().map(|(name, value)| (name.clone(), spell(value))).collect());
            }
        }
    }
    sets
}

/// What was not set and not sent, signed as a language writes nothing.
fn unset(sent: &[Pair]) -> Vec<Vec<Pair>> {
    let mut sets = Vec::new();
    let mut add = |pairs: &[Pair], words: &[&str]| {
        let is_sent = |name: &&str| sent.iter().any(|(found, _)| found == name.as_bytes());
        for name in OFTEN_EMPTY.into_iter().chain(OFTEN_UNSET).filter(|name| !is_sent(name)) {
            for word in words {
                let pair = (name.as_bytes().to_vec(), word.as_bytes().to_vec());
                sets.push([pairs, &[pair]].concat());
            }
        }
    };
    add(sent, &["None", "null", "undefined"]);
    // Who has a list of values written by a language has it write the others, too.
    for pairs in spelled(sent) {
        add(&pairs, &["None"]);
    }
    sets
}

fn joints() -> Vec<Joint> {
    let wholes = [Whole::Lower, Whole::Upper, Whole::Encoded, Whole::Html];
    let others = JOINTS.map(|(equals, and)| Joint::Other(equals, and)).into_iter();
    let parts = ["&", ",", ""].into_iter().flat_map(|it| [Joint::Names(it), Joint::Values(it)]);
    let others = others.chain([Joint::Valueless]).chain(parts);
    let around = AROUND.into_iter().chain([("?", "")]).map(|(a, b)| Joint::Around(a, b));
    others.chain(around).chain(wholes.map(Joint::Whole)).collect()
}

/// Values in other spellings: all at once, then each of them.
fn values(sent: &[Pair]) -> Vec<Vec<Pair>> {
    /// What is done to each value.
    const ALL: [fn(&str) -> String; 8] = [
        str::to_ascii_lowercase,
        |text| [text.trim(), "\n"].concat(),
        |text| text.replace(' ', ""),
        |text| text.replace('+', " "),
        |text| text.bytes().map(char::from).collect(),
        |text| ["\"", text, "\""].concat(),
        |text| ["'", text, "'"].concat(),
        |text| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    ];
    /// What is done to numbers.
    const NUMBERS: [fn(&str) -> String; 3] = [
        |text| [text, ".0"].concat(),
        |text| [text, "000"].concat(),
        |text| text.get(..text.len().saturating_sub(3)).unwrap_or(text).into(),
    ];
    let mut sets = changed(sent, &ALL, 0);
    sets.extend(changed(sent, &NUMBERS, 1));
    for i in 0..sent.len().min(MOST_FOR_DROPS) {
        for nothing in NOTHINGS {
            sets.push(with_other(sent, i, &|_| nothing.into()));
        }
    }
    sets.retain(|set| set != sent);
    sets
}

/// Names in another case.
fn renamed(sent: &[Pair]) -> Vec<Vec<Pair>> {
    const ALL: [fn(&str) -> String; 4] = [
        str::to_ascii_uppercase,
        str::to_ascii_lowercase,
        |name| capitalised(name),
        |name| {
            let (first, rest) = name.split_once('_').unwrap_or((name, ""));
            rest.split('_').fold(first.into(), |name: String, word| name + &capitalised(word))
        },
    ];
    let sets = ALL.iter().map(|change| {
        let pairs = sent.iter().map(|(name, value)| {
            (change(&String::from_utf8_lossy(name)).into_bytes(), value.clone())
        });
        pairs.collect::<Vec<_>>()
    });
    sets.filter(|pairs| pairs != sent).collect()
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or_default();
    [&first.to_ascii_uppercase(), rest].concat()
}

/// A whole number as languages print a large one that is not: with what stands behind the point at least,
/// before the exponent, and how many digits that has.
fn exponent(text: &str, least: &str, mark: &str, width: usize) -> String {
    let digits = text.trim_end_matches('0');
    let (first, rest) = digits.split_at_checked(1).unwrap_or_default();
    let rest = if rest.is_empty() { least } else { rest };
    let point = if rest.is_empty() { "" } else { "." };
    let digits = text.len() - 1;
    format!("{first}{point}{rest}{mark}{digits:0width$}")
}

/// The same for what is done, or left in their place, more seldom.
fn rare_values(sent: &[Pair]) -> Vec<Vec<Pair>> {
    /// What is done to numbers of more than three digits.
    const NUMBERS: [fn(&str) -> String; 6] = [
        |text| exponent(text, "", "e+", 2),
        |text| exponent(text, "", "E+", 2),
        |text| exponent(text, "0", "E", 1),
        |text| grouped(text, ","),
        |text| grouped(text, "."),
        |text| grouped(text, " "),
    ];
    const ALL: [fn(&str) -> String; 11] = [
        str::to_ascii_uppercase,
        |text| [text, " "].concat(),
        |text| [text, "\r"].concat(),
        |text| ["\u{feff}", text].concat(),
        |text| text.replace('+', ""),
        |text| text.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\""),
        |text| text.replace(|it: char| !it.is_ascii(), ""),
        |text| text.replace(|it: char| !it.is_ascii(), "\u{fffd}"),
        |text| text.replace(' ', "+"),
        ascii,
        |text| {
            let marks =
                [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#039;")];
            marks.iter().fold(text.into(), |text: String, (mark, name)| text.replace(mark, name))
        },
    ];
    let mut sets = changed(sent, &ALL, 0);
    sets.extend(changed(sent, &NUMBERS, 4));
    for (i, (name, _)) in sent.iter().enumerate().take(MOST_FOR_DROPS) {
        let name = String::from_utf8_lossy(name);
        let fills = TYPES.into_iter().chain(UNNAMED).map(String::from).chain(placeholders(&name));
        for fill in fills {
            sets.push(with_other(sent, i, &|_| fill.clone()));
        }
    }
    sets.extend(later(sent));
    sets.retain(|set| set != sent);
    sets
}

/// Parameters with other values.
#[inline(never)]
fn with(sent: &[Pair], change: &dyn Fn(usize, &str) -> String) -> Vec<Pair> {
    let all = sent.iter().enumerate().map(|(i, (name, value))| {
        (name.clone(), change(i, &String::from_utf8_lossy(value)).into_bytes())
    });
    all.collect()
}

/// Parameters with one other value.
#[inline(never)]
fn with_other(sent: &[Pair], other: usize, change: &dyn Fn(&str) -> String) -> Vec<Pair> {
    with(sent, &|i, value| if i == other { change(value) } else { value.into() })
}

/// Each of these changes made to all values, then to each of them; with a least number of digits, to whole
/// numbers alone.
fn changed(sent: &[Pair], changes: &[fn(&str) -> String], least_digits: usize) -> Vec<Vec<Pair>> {
    let is_changed = |text: &str| {
        let is_number = text.bytes().all(|it| it.is_ascii_digit());
        least_digits == 0 || text.len() >= least_digits && is_number
    };
    let changes = || {
        let changes = changes.iter();
        changes.map(|change| {
            move |text: &str| if is_changed(text) { change(text) } else { text.into() }
        })
    };
    let mut sets: Vec<_> = changes().map(|change| with(sent, &|_, value| change(value))).collect();
    for i in (0..sent.len().min(MOST_FOR_DROPS)).filter(|_| sent.len() > 1) {
        sets.extend(changes().map(|change| with_other(sent, i, &change)));
    }
    sets
}

/// Repeated names with what a language prints of a list that it cannot.
fn typed(sent: &[Pair]) -> Vec<Vec<Pair>> {
    let is_list = |name: &Vec<u8>| sent.iter().filter(|(it, _)| it == name).count() > 1;
    let all = TYPES.map(|print| {
        let pairs = joined(sent, "", "", "").into_iter().map(|(name, value)| {
            let value = if is_list(&name) { print.as_bytes().to_vec() } else { value };
            (name, value)
        });
        pairs.collect::<Vec<_>>()
    });
    all.into_iter().filter(|pairs| pairs != sent).collect()
}

/// Numbers that were another moment's: a time that was taken a second time, by itself or with the others,
/// and the offset of the page before.
fn later(sent: &[Pair]) -> Vec<Vec<Pair>> {
    const NEAR: i64 = 20;
    let numbers: Vec<Option<i64>> = sent
        .iter()
        .map(|(_, value)| {
            let text = core::str::from_utf8(value).ok()?;
            decimal(text).filter(|it| it.to_string() == text)
        })
        .collect();
    let moved = |new: &dyn Fn(usize, i64) -> i64| -> Vec<Pair> {
        with(sent, &|i, value| match numbers.get(i).copied().flatten() {
            Some(number) => new(i, number).to_string(),
            None => value.into(),
        })
    };
    let is_time = |number: i64| number > 1_000_000_000;
    let mut sets = Vec::new();
    for shift in (-NEAR..=NEAR).filter(|it| *it != 0) {
        sets.push(moved(&|_, number| if is_time(number) { number + shift } else { number }));
    }
    for (i, number) in numbers.iter().enumerate().take(MOST_FOR_DROPS) {
        let Some(number) = *number else { continue };
        let only = |new: i64| moved(&|found, number| if found == i { new } else { number });
        if is_time(number) {
            sets.extend((-NEAR..=NEAR).map(|shift| only(number + shift)));
        } else {
            let steps = numbers.iter().flatten().map(|step| number - step);
            sets.extend(steps.chain([0]).filter(|it| *it >= 0).map(only));
        }
    }
    sets
}

/// Values that are lists, as parameters of their own.
fn split(sent: &[Pair]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (name, value) in sent {
        let bracketed = value.strip_prefix(b"[").and_then(|it| it.strip_suffix(b"]"));
        let list = bracketed.unwrap_or(value);
        if bracketed.is_none() && !list.contains(&b',') {
            pairs.push((name.clone(), value.clone()));
            continue;
        }
        for item in list.split(|byte| *byte == b',') {
            let item = item.trim_ascii();
            let quoted = |mark: &[u8]| item.strip_prefix(mark)?.strip_suffix(mark);
            let item = quoted(b"'").or_else(|| quoted(b"\"")).unwrap_or(item);
            pairs.push((name.clone(), item.to_vec()));
        }
    }
    pairs
}

/// How the names of a list are numbered: what stands before and after the number, and the first.
const NUMBERED: [(&str, &str, usize); 5] =
    [("[", "]", 0), ("", "", 0), ("", "", 1), (".", "", 0), ("[", "]", 1)];

/// Lists as few write them, and sets without more than one parameter.
fn rare_sets(sent: &[Pair]) -> Vec<(Mistake, Vec<Pair>)> {
    let mut sets = Vec::new();
    for (before, between, after) in RARE_LISTS.into_iter().chain(PRINTED_LISTS) {
        let pairs = joined(sent, before, between, after);
        if pairs != sent {
            sets.push((Mistake::ParamsJoin, pairs));
        }
    }
    for (before, after, first) in NUMBERED {
        let count = |i: usize| {
            sent.iter().take(i).filter(|it| Some(&it.0) == sent.get(i).map(|it| &it.0)).count()
        };
        let is_repeated = |name: &Vec<u8>| sent.iter().filter(|(it, _)| it == name).count() > 1;
        let pairs = sent.iter().enumerate().map(|(i, (name, value))| {
            let number = format!("{before}{}{after}", count(i) + first);
            let number = if is_repeated(name) { number.as_bytes() } else { b"" };
            ([name, number].concat(), value.clone())
        });
        let pairs: Vec<Pair> = pairs.collect();
        if pairs != sent {
            sets.push((Mistake::ParamsJoin, pairs));
        }
    }
    if sent.len() <= MOST_FOR_SETS {
        for kept in 1..1_usize << sent.len() {
            let left_out: Vec<_> = (0..sent.len()).filter(|i| kept >> i & 1 == 0).collect();
            if left_out.len() > 1 {
                sets.push((Mistake::ParamsDrop, without(sent, &left_out)));
            }
        }
    } else if sent.len() <= MOST_FOR_TWO_DROPS {
        for i in 0..sent.len() {
            for j in i + 1..sent.len() {
                sets.push((Mistake::ParamsDrop, without(sent, &[i, j])));
            }
        }
    }
    sets
}

fn without(pairs: &[Pair], left_out: &[usize]) -> Vec<Pair> {
    let kept = pairs.iter().enumerate().filter(|(i, _)| !left_out.contains(i));
    kept.map(|(_, pair)| pair.clone()).collect()
}

/// A repeated name, with all its values in one.
fn joined(pairs: &[Pair], before: &str, between: &str, after: &str) -> Vec<Pair> {
    let mut result: Vec<Pair> = Vec::new();
    for (name, _) in pairs {
        if result.iter().any(|(seen, _)| seen == name) {
            continue;
        }
        let same =
            pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_slice());
        let values: Vec<&[u8]> = same.collect();
        let value = values.join(between.as_bytes());
        let list = [before.as_bytes(), &value, after.as_bytes()].concat();
        result.push((name.clone(), if values.len() > 1 { list } else { value }));
    }
    result
}

/// Of equal sets the one that is tried among more mistakes, then the commoner one.
pub(super) fn different_sets(sets: impl Iterator<Item = Choice<Set>>) -> Vec<Choice<Set>> {
    // The others are too many to be compared, and once more does no harm.
    let (once, sets): (Vec<_>, Vec<_>) = sets.partition(|set| set.most == ONCE);
    let rank = |set: &Choice<Set>| (set.most, set.mistake.map_or(u32::MAX, |it| it.row().seen));
    let order = in_order(sets.iter().map(|set| (&set.value, Reverse(rank(set)))));
    let is_equal = |a: &usize, b: &usize| match (sets.get(*a), sets.get(*b)) {
        (Some(a), Some(b)) => a.value == b.value,
        _ => false,
    };
    // In the place of the first of them.
    let equal = order.chunk_by(is_equal);
    let places: Vec<(usize, usize)> =
        equal.filter_map(|equal| Some((*equal.iter().min()?, *equal.first()?))).collect();
    let mut sets: Vec<_> = sets.into_iter().map(Some).collect();
    let places = in_order(places.iter().copied()).into_iter().filter_map(|i| places.get(i));
    let different = places.filter_map(|(_, best)| sets.get_mut(*best)?.take());
    different.chain(once).collect()
}

/// The members of a JSON body, as texts.
pub(in crate::diagnose) fn members(body: &[u8]) -> Option<Vec<Pair>> {
    let text = core::str::from_utf8(body).ok()?;
    let Some(Literal::Object(members)) = Literal::parse(text) else { return None };
    let text = |value: Literal| match value {
        Literal::Text(text) => text,
        value => value.stringify(),
    };
    Some(members.into_iter().map(|(name, it)| (name.into_bytes(), text(it).into_bytes())).collect())
}
