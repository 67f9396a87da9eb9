//! The params line: which parameters may have been signed, in which order, and how encoded.

use alloc::borrow::ToOwned as _;
use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap};
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::choices::{
    ALONE, AROUND, Choice, EVERYWHERE, IN_PAIRS, NOTHINGS, ONCE, TYPES, Tier, UNNAMED,
    placeholders, seldom,
};
use super::json::json_lines;
use super::lines::Whole;
use super::list::{Fault, Mistake};
use super::normal;
use crate::canonical::SignatureVersion;
use crate::diagnose::context::Intended;
use crate::http;
use crate::params;
use crate::parse::literal::Literal;
use crate::request::takes_params_in_body;
use crate::text::decimal;

pub(in crate::diagnose) type Pair = (Vec<u8>, Vec<u8>);

#[derive(PartialEq, Eq)]
pub(super) struct Set {
    pub(super) pairs: Vec<Pair>,
    /// The body was taken for sent as parameters, and not hashed.
    pub(super) replaces_body: bool,
    joint: Joint,
}

impl Set {
    fn new(pairs: Vec<Pair>) -> Self {
        Self { pairs, replaces_body: false, joint: Joint::Usual }
    }
}

/// How the parameters are put together.
#[derive(Clone, PartialEq, Eq)]
enum Joint {
    Usual,
    /// Behind how many parameters an `&` stands that joins nothing.
    Stray(usize),
    /// What joins name and value, and these pairs.
    Other(&'static str, &'static str),
    /// What stands around the line.
    Around(&'static str, &'static str),
    /// An empty value without its `=`.
    Valueless,
    /// As a whole, whatever the order and the encoding.
    Text(Rc<str>),
    /// The line is in another case, or encoded as a whole.
    Whole(Whole),
}

/// What stands before all, around a name, before a value, around it, between two of them, and behind all.
type Print = [&'static str; 6];

/// How languages print maps, and lists of pairs.
const PRINTS: [Print; 14] = [
    // Java, Apex, and the pairs of Apache's client.
    ["{", "", "=", "", ", ", "}"],
    ["[", "", "=", "", ", ", "]"],
    // Go: a map, and `url.Values`.
    ["map[", "", ":", "", " ", "]"],
    ["map[", "", ":[", "] ", "", "]"],
    // Ruby.
    ["{", "\"", "=>", "\"", ", ", "}"],
    ["{", "\"", " => ", "\"", ", ", "}"],
    ["[[", "\"", ", ", "\"", "], [", "]]"],
    // Python.
    ["{", "'", ": ", "'", ", ", "}"],
    ["[(", "'", ", ", "'", "), (", ")]"],
    ["OrderedDict([(", "'", ", ", "'", "), (", ")])"],
    // JSON, and Node.js.
    ["{", "\"", ":", "\"", ",", "}"],
    ["{", "\"", ": ", "\"", ", ", "}"],
    ["{ ", "", ": '", "'", ", ", " }"],
    // .NET.
    ["[", "", ", ", "", "][", "]"],
];

/// What joins a name with its value, and parameters, instead of `=` and `&`.
const JOINTS: [(&str, &str); 11] = [
    ("=", ";"),
    ("=", ","),
    ("=", ", "),
    ("=", "\n"),
    ("=", " "),
    ("=", "|"),
    ("=", ""),
    (":", "&"),
    (": ", ", "),
    ("", "&"),
    ("", ""),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Right,
    Wire,
    Names,
    Joined,
    Raw,
    Utf16,
    IgnoringCase,
    PunctuationBlind,
    Descending,
    /// One of all, by its number, from how they were sent.
    Any(usize),
}

const ORDERS: [(Option<Mistake>, Order); 9] = [
    (None, Order::Right),
    (Some(Mistake::OrderWire), Order::Wire),
    (Some(Mistake::OrderByName), Order::Names),
    (Some(Mistake::OrderPair), Order::Joined),
    (Some(Mistake::OrderRaw), Order::Raw),
    (Some(Mistake::OrderRaw), Order::Utf16),
    (Some(Mistake::OrderLocale), Order::IgnoringCase),
    (Some(Mistake::OrderLocale), Order::PunctuationBlind),
    (Some(Mistake::OrderDesc), Order::Descending),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Right,
    None,
    Plus,
    Js,
    JsFirst,
    LowerHex,
    DotNet,
    Java,
    Slash,
    Uri,
    Double,
    Latin1,
    QuestionMark,
    Escape,
    /// What `encodeURIComponent` leaves is encoded afterwards, with `toString(16)`.
    JsLowerHex,
    /// Some characters of ASCII bare, the others encoded.
    Some(Bare),
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Bare {
    characters: u128,
    space: &'static str,
    lower_hex: bool,
    /// Also those outside ASCII.
    is_ascii_only: bool,
}

impl Bare {
    /// None bare.
    const NONE: Self = Self { characters: 0, space: "%20", lower_hex: false, is_ascii_only: false };
}

const ENCODINGS: [(Option<Mistake>, Encoding); 13] = [
    (None, Encoding::Right),
    (Some(Mistake::EncodedNone), Encoding::None),
    (Some(Mistake::EncodedPlus), Encoding::Plus),
    (Some(Mistake::EncodedJs), Encoding::Js),
    (Some(Mistake::EncodedJs1), Encoding::JsFirst),
    (Some(Mistake::EncodedLowHex), Encoding::LowerHex),
    (Some(Mistake::EncodedDotNet), Encoding::DotNet),
    (Some(Mistake::EncodedJava), Encoding::Java),
    (Some(Mistake::EncodedSlash), Encoding::Slash),
    (Some(Mistake::EncodedUri), Encoding::Uri),
    (Some(Mistake::EncodedDouble), Encoding::Double),
    (Some(Mistake::EncodedLatin1), Encoding::Latin1),
    (Some(Mistake::EncodedQuestionMark), Encoding::QuestionMark),
];

/// How languages and programs write a list as one text.
const LISTS: [(&str, &str, &str); 3] = [("", ",", ""), ("", ", ", ""), ("[", ", ", "]")];
const RARE_LISTS: [(&str, &str, &str); 11] = [
    ("", " ", ""),
    ("", ";", ""),
    ("", "|", ""),
    ("", "\n", ""),
    ("", "", ""),
    ("{'", "', '", "'}"),
    ("[", " ", "]"),
    ("['", "', '", "']"),
    ("('", "', '", "')"),
    ("[\"", "\",\"", "\"]"),
    ("[\"", "\", \"", "\"]"),
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

/// Up to these numbers every order and every set of the parameters, and every encoding of the kinds of
/// special characters that are in them, is tried.
const MOST_FOR_ORDERS: usize = 6;
const MOST_FOR_SETS: usize = 8;
const MOST_KINDS: usize = 8;

/// Beyond this number of bytes a body is not tried as parameters.
const MOST_FOR_MEMBERS: usize = 4096;

/// The mistakes that give a line: indices, 0 where nothing is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    set: usize,
    order: usize,
    encoding: usize,
}

/// Different texts, the right one first, then those that take one mistake, two, or three.
pub(super) struct Lines {
    sets: Vec<Choice<Set>>,
    /// The named ones, then those that are made.
    orders: Vec<(Option<Mistake>, Order)>,
    encodings: Vec<(Option<Mistake>, Encoding)>,
    /// Without anything rare.
    common: Vec<(Place, String)>,
    /// Behind those, which are made when they are tried, the lines with something rare.
    rare: Vec<Rare>,
    /// Lines that take as many mistakes and are as seldom.
    tiers: Vec<(usize, Tier)>,
    made: Made,
}

/// All lines of a set with some orders and encodings; they have the indices up to `end`.
struct Rare {
    end: usize,
    set: usize,
    orders: Indices,
    encodings: Indices,
}

type Indices = Rc<[usize]>;

/// The orders and encodings that make a difference for a set: those with names, and those that are made.
#[derive(Default)]
struct Wrong {
    orders: Indices,
    permutations: Indices,
    encodings: Indices,
    made: Indices,
}

/// The line that was made last, and the parameters in it, as they are encoded.
#[derive(Default)]
struct Made {
    place: Option<Place>,
    pairs: Encoded,
    text: String,
}

impl Lines {
    pub(super) fn new(sent: Vec<Pair>, sets: Vec<Choice<Set>>) -> Self {
        let mut encodings = ENCODINGS.to_vec();
        encodings.push((Some(Mistake::EncodedEscape), Encoding::Escape));
        encodings.push((Some(Mistake::EncodedLowHex), Encoding::JsLowerHex));
        encodings.extend(made(&sent).into_iter().map(|it| {
            let mistake =
                if it.is_ascii_only { Mistake::EncodedAscii } else { Mistake::EncodedSome };
            (Some(mistake), Encoding::Some(it))
        }));
        let right = Choice { mistake: None, value: Set::new(sent), most: EVERYWHERE };
        let sets = different_sets(core::iter::once(right).chain(sets));
        let lengths = sets.iter().map(|set| set.value.pairs.len());
        let most = lengths.filter(|it| *it <= MOST_FOR_ORDERS).max();
        let mut orders = ORDERS.to_vec();
        let permutations = 0..factorial(most.unwrap_or(0));
        orders.extend(permutations.map(|number| (Some(Mistake::OrderAny), Order::Any(number))));
        let mut this = Self {
            sets,
            orders,
            encodings,
            common: Vec::new(),
            rare: Vec::new(),
            tiers: Vec::new(),
            made: Made::default(),
        };
        this.add_common();
        this.add_rare();
        this
    }

    /// Lines without rare mistakes, of which each text is kept once.
    fn add_common(&mut self) {
        let mut places = Vec::new();
        let sets = self.sets.iter().enumerate().filter(|(_, set)| set.most == EVERYWHERE);
        for (set, _) in sets {
            for order in 0..ORDERS.len() {
                for encoding in 0..ENCODINGS.len() {
                    let place = Place { set, order, encoding };
                    let faults = [set, order, encoding].iter().filter(|it| **it > 0).count();
                    let named = self.named(place).into_iter().flatten();
                    let weight: u32 = named.map(|mistake| mistake.row().seen).sum();
                    places.push(((faults, Reverse(weight)), place));
                }
            }
        }
        let sorted = in_order(places.iter().map(|(key, _)| *key));
        let mut seen = BTreeSet::new();
        for ((faults, _), place) in sorted.into_iter().filter_map(|i| places.get(i).copied()) {
            let text = self.line(place);
            if !seen.insert((self.replaces_body(place), text.clone())) {
                continue;
            }
            let i = self.common.len();
            self.common.push((place, text));
            match self.tiers.last_mut().filter(|tier| tier.0 == faults) {
                Some((_, tier)) => tier.range.end = i + 1,
                None => self.tiers.push((faults, Tier { range: i..i + 1, seldom: 1 })),
            }
        }
    }

    /// Lines with rare mistakes, the ones apart that are as seldom.
    fn add_rare(&mut self) {
        let mut known = BTreeMap::new();
        // Those that are tried alone are in the order, and the encoding, that are right.
        let mut wrong = |set: &Choice<Set>| match set.most {
            ALONE | ONCE => Wrong::default(),
            _ => self.wrong(&set.value, &mut known),
        };
        let wrong: Vec<Wrong> = self.sets.iter().map(&mut wrong).collect();
        let Some(of_sent) = wrong.first() else { return };
        let sets = |most| {
            let sets = self.sets.iter().zip(&wrong).enumerate().skip(1);
            sets.filter(move |(_, (set, _))| set.most == most).map(|(i, (_, wrong))| (i, wrong))
        };
        let one: Indices = [0].into();
        let mut add = |faults, seldom, lines: Vec<(usize, &Indices, &Indices)>| {
            let start = self.rare.last().map_or(self.common.len(), |rare| rare.end);
            let mut end = start;
            for (set, orders, encodings) in lines {
                end += orders.len() * encodings.len();
                let (orders, encodings) = (orders.clone(), encodings.clone());
                self.rare.push(Rare { end, set, orders, encodings });
            }
            self.tiers.push((faults, Tier { range: start..end, seldom }));
        };
        let rare = || sets(IN_PAIRS);
        let common = || sets(EVERYWHERE);
        let sets_alone = |sets: Vec<(usize, &Wrong)>| {
            sets.into_iter().map(|(set, _)| (set, &one, &one)).collect()
        };
        let rarely = seldom(IN_PAIRS);
        add(1, rarely, sets_alone(rare().collect()));
        for most in [ALONE, ONCE] {
            add(1, seldom(most), sets_alone(sets(most).collect()));
        }
        add(1, 1, vec![(0, &of_sent.permutations, &one)]);
        add(1, 1, vec![(0, &one, &of_sent.made)]);
        let named = rare()
            .flat_map(|(set, wrong)| [(set, &wrong.orders, &one), (set, &one, &wrong.encodings)]);
        add(2, rarely, named.collect());
        add(2, 1, vec![(0, &of_sent.permutations, &of_sent.encodings)]);
        add(2, 1, vec![(0, &of_sent.orders, &of_sent.made)]);
        add(2, 1, common().map(|(set, wrong)| (set, &wrong.permutations, &one)).collect());
        add(2, 1, common().map(|(set, wrong)| (set, &one, &wrong.made)).collect());
        add(2, 1, vec![(0, &of_sent.permutations, &of_sent.made)]);
        add(2, rarely, rare().map(|(set, wrong)| (set, &wrong.permutations, &one)).collect());
        add(2, rarely, rare().map(|(set, wrong)| (set, &one, &wrong.made)).collect());
        for (set, wrong) in common() {
            // The more sets a mistake has, the more seldom is each of them.
            let mistake = self.sets.get(set).and_then(|set| set.mistake);
            let alike = self.sets.iter().filter(|set| set.mistake == mistake).count() as u64;
            let Wrong { orders, permutations, encodings, made } = wrong;
            let lines = vec![
                (set, permutations, encodings),
                (set, orders, made),
                (set, permutations, made),
            ];
            add(3, 1 + alike / 4, lines);
        }
        for (set, wrong) in rare() {
            let Wrong { orders, permutations, encodings, made } = wrong;
            let lines = vec![
                (set, orders, encodings),
                (set, permutations, encodings),
                (set, orders, made),
                (set, permutations, made),
            ];
            add(3, rarely, lines);
        }
    }

    /// What differs for a set.
    fn wrong(&self, set: &Set, known: &mut BTreeMap<Vec<char>, [Indices; 2]>) -> Wrong {
        let [encodings, made] = self.different(set, known);
        let encoded = encoded(&set.pairs, Encoding::Right);
        let order = |order: &(Option<Mistake>, Order)| sorted(&set.pairs, &encoded, order.1);
        let mut seen = BTreeSet::new();
        let mut is_new = |i: &usize| self.orders.get(*i).is_some_and(|it| seen.insert(order(it)));
        is_new(&0);
        let orders = (1..ORDERS.len()).filter(&mut is_new).collect();
        let length = set.pairs.len();
        let all = if length > MOST_FOR_ORDERS { 0 } else { factorial(length) };
        let permutations = (ORDERS.len()..ORDERS.len() + all).filter(is_new).collect();
        Wrong { orders, permutations, encodings, made }
    }

    /// The wrong encodings that are not the same for the characters of a set: named and made ones.
    fn different(&self, set: &Set, known: &mut BTreeMap<Vec<char>, [Indices; 2]>) -> [Indices; 2] {
        let texts = set.pairs.iter().flat_map(|(name, value)| [name, value]);
        let characters: BTreeSet<char> = texts
            .flat_map(|text| String::from_utf8_lossy(text).chars().collect::<Vec<_>>())
            .filter(|it| !it.is_ascii_alphanumeric())
            .collect();
        let characters: Vec<char> = characters.into_iter().collect();
        if let Some(different) = known.get(&characters) {
            return different.clone();
        }
        let text: String = characters.iter().collect();
        let mut seen = BTreeSet::new();
        let mut is_new = |i: &usize| {
            let encoding = self.encoding(*i);
            let is_first = encoding == Encoding::JsFirst;
            seen.insert((is_first, encode(text.as_bytes(), encoding)))
        };
        is_new(&0);
        let named = (1..ENCODINGS.len()).filter(&mut is_new).collect();
        let made = (ENCODINGS.len()..self.encodings.len()).filter(is_new).collect();
        let different = [named, made];
        known.insert(characters, different.clone());
        different
    }

    fn line(&self, place: Place) -> String {
        let mut made = Made::default();
        self.make(place, &mut made);
        made.text
    }

    fn order(&self, order: usize) -> Order {
        self.orders.get(order).map_or(Order::Right, |(_, it)| *it)
    }

    fn encoding(&self, encoding: usize) -> Encoding {
        self.encodings.get(encoding).map_or(Encoding::Right, |(_, it)| *it)
    }

    fn named(&self, Place { set, order, encoding }: Place) -> [Option<Mistake>; 3] {
        [
            self.sets.get(set).and_then(|set| set.mistake),
            self.orders.get(order).and_then(|(mistake, _)| *mistake),
            self.encodings.get(encoding).and_then(|(mistake, _)| *mistake),
        ]
    }

    fn replaces_body(&self, place: Place) -> bool {
        self.sets.get(place.set).is_some_and(|set| set.value.replaces_body)
    }

    fn place(&self, i: usize) -> Option<Place> {
        if let Some((place, _)) = self.common.get(i) {
            return Some(*place);
        }
        let found = self.rare.partition_point(|rare| rare.end <= i);
        let Rare { end, set, orders, encodings } = self.rare.get(found)?;
        // The orders vary fastest, so that what is encoded once is of use.
        let left = end - i - 1;
        let order = *orders.get(left % orders.len())?;
        let encoding = *encodings.get(left / orders.len())?;
        Some(Place { set: *set, order, encoding })
    }

    /// A line, and whether it takes the place of the body.
    pub(super) fn get(&mut self, i: usize) -> Option<(&str, bool)> {
        let place = self.place(i)?;
        let replaces_body = self.replaces_body(place);
        if let Some((_, text)) = self.common.get(i) {
            return Some((text, replaces_body));
        }
        let mut made = core::mem::take(&mut self.made);
        self.make(place, &mut made);
        self.made = made;
        Some((&self.made.text, replaces_body))
    }

    /// Makes a line, unless it is the last one; one that has the parameters of that in another order
    /// has them encoded.
    fn make(&self, place: Place, made: &mut Made) {
        let Some(Choice { value: Set { pairs, joint, .. }, .. }) = self.sets.get(place.set) else {
            return;
        };
        let (order, encoding) = (self.order(place.order), self.encoding(place.encoding));
        let last = made.place.replace(place);
        if last == Some(place) {
            return;
        }
        if last.is_none_or(|last| (last.set, last.encoding) != (place.set, place.encoding)) {
            made.pairs = encoded(pairs, encoding);
        }
        let order = sorted(pairs, &made.pairs, order);
        match joint {
            Joint::Other(equals, and) => {
                let pairs = order.into_iter().filter_map(|i| made.pairs.get(i));
                let pairs: Vec<_> = pairs.map(|(name, it)| [name, *equals, it].concat()).collect();
                made.text = pairs.join(and);
                return;
            }
            Joint::Text(text) => {
                text.as_ref().clone_into(&mut made.text);
                return;
            }
            _ => write_line(&made.pairs, order, encoding, &mut made.text),
        }
        match joint {
            Joint::Stray(i) => {
                let mut parts: Vec<&str> = made.text.split('&').collect();
                parts.insert((*i).min(parts.len()), "");
                made.text = parts.join("&");
            }
            Joint::Around(before, after) => made.text = [*before, &made.text, after].concat(),
            Joint::Valueless => {
                let text = made.text.replace("=&", "&");
                made.text = text.strip_suffix('=').unwrap_or(&text).into();
            }
            Joint::Whole(whole) => made.text = whole.of(&made.text),
            Joint::Usual | Joint::Other(..) | Joint::Text(_) => {}
        }
    }

    /// The line as it should be.
    pub(super) fn right(&self) -> String {
        self.line(Place { set: 0, order: 0, encoding: 0 })
    }

    /// The lines that take as many mistakes: tiers that are tried apart.
    pub(super) fn tiers(&self, faults: usize) -> impl Iterator<Item = Tier> {
        self.tiers.iter().filter(move |tier| tier.0 == faults).map(|tier| tier.1.clone())
    }

    /// The mistakes of a line.
    pub(super) fn faults(&self, i: usize) -> Vec<Fault> {
        let Some(place) = self.place(i) else { return Vec::new() };
        let Place { set, order, encoding } = place;
        let [of_set, of_order, of_encoding] = self.named(place);
        let line = |set, order, encoding| self.line(Place { set, order, encoding });
        let mut faults = Vec::new();
        if let Some(mistake) = of_set {
            let (signed, expected) = (line(set, 0, 0), line(0, 0, 0));
            faults.push(Fault { mistake, signed, expected });
        }
        if let Some(mistake) = of_order {
            let (signed, expected) = (line(set, order, 0), line(set, 0, 0));
            faults.push(Fault { mistake, signed, expected });
        }
        if let Some(mistake) = of_encoding {
            // The first parameter that differs says it best.
            let wrong = self.encoding(encoding);
            let text = |pair: &Pair, encoding| {
                self::line(core::slice::from_ref(pair), Order::Right, encoding)
            };
            let mut pairs = self.sets.get(set).into_iter().flat_map(|it| &it.value.pairs);
            let first = pairs.find(|pair| text(pair, Encoding::Right) != text(pair, wrong));
            let (signed, expected) = match first {
                Some(pair) => (text(pair, wrong), text(pair, Encoding::Right)),
                None => (line(set, order, encoding), line(set, order, 0)),
            };
            faults.push(Fault { mistake, signed, expected });
        }
        faults
    }
}

fn print_of(pairs: &[Pair], print: &Print) -> String {
    let [before, name, equals, value, and, after] = *print;
    let text = |bytes| String::from_utf8_lossy(bytes);
    let pairs = pairs
        .iter()
        .map(|(key, it)| [name, &text(key), name, equals, value, &text(it), value].concat());
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
    let all = all
        .chain(forms.into_iter().filter(|(_, pairs, _)| pairs != sent))
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
    let order = sorted(sent, &encoded(sent, Encoding::Right), Order::Right).into_iter();
    let in_order: Vec<Pair> = order.filter_map(|i| sent.get(i).cloned()).collect();
    for pairs in [sent, &in_order] {
        for text in printed(pairs).into_iter().chain(json_lines(pairs)) {
            let joint = Joint::Text(text.into());
            add(Mistake::ParamsPrinted, Set { joint, ..Set::new(sent.to_vec()) });
        }
    }
    sets
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
fn spelled(sent: &[Pair]) -> Vec<Vec<Pair>> {
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
    let others = others.chain([Joint::Valueless]);
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
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let mut sets = changed(sent, &ALL);
    for i in 0..sent.len().min(MOST_FOR_DROPS) {
        for change in NUMBERS {
            let change = |value: &str| if is_number(value) { change(value) } else { value.into() };
            sets.push(with_other(sent, i, &change));
        }
        for nothing in NOTHINGS {
            sets.push(with_other(sent, i, &|_| nothing.into()));
        }
    }
    sets.retain(|set| set != sent);
    sets
}

/// The same for what is done, or left in their place, more seldom.
fn rare_values(sent: &[Pair]) -> Vec<Vec<Pair>> {
    const ALL: [fn(&str) -> String; 8] = [
        str::to_ascii_uppercase,
        |text| [text, " "].concat(),
        |text| [text, "\r"].concat(),
        |text| ["\u{feff}", text].concat(),
        |text| text.replace('+', ""),
        |text| text.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\""),
        |text| text.replace(|it: char| !it.is_ascii(), ""),
        |text| {
            let marks =
                [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#039;")];
            marks.iter().fold(text.into(), |text: String, (mark, name)| text.replace(mark, name))
        },
    ];
    let mut sets = changed(sent, &ALL);
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

/// Each of these changes made to all values, then to each of them.
fn changed(sent: &[Pair], changes: &[fn(&str) -> String]) -> Vec<Vec<Pair>> {
    let mut sets: Vec<_> =
        changes.iter().map(|change| with(sent, &|_, value| change(value))).collect();
    for i in 0..sent.len().min(MOST_FOR_DROPS) {
        for change in changes {
            sets.push(with_other(sent, i, &change));
        }
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
    for (before, between, after) in RARE_LISTS {
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

/// The positions of keys in their order; equal ones stay as they are. A heap, since its sort is a
/// fraction of the code of a slice's.
pub(in crate::diagnose) fn in_order<T: Ord>(keys: impl Iterator<Item = T>) -> Vec<usize> {
    let heap: BinaryHeap<(T, usize)> = keys.enumerate().map(|(i, key)| (key, i)).collect();
    heap.into_sorted_vec().into_iter().map(|(_, i)| i).collect()
}

/// The parameters as they were sent, encoded rightly.
pub(super) fn as_sent(pairs: &[Pair]) -> String {
    line(pairs, Order::Wire, Encoding::Right)
}

/// Of equal sets the one that is tried among more mistakes, then the commoner one.
fn different_sets(sets: impl Iterator<Item = Choice<Set>>) -> Vec<Choice<Set>> {
    let mut different: Vec<Choice<Set>> = Vec::new();
    let rank = |set: &Choice<Set>| (set.most, set.mistake.map_or(u32::MAX, |it| it.row().seen));
    for set in sets {
        if set.most == ONCE {
            // Too many to be compared, and once more does no harm.
            different.push(set);
            continue;
        }
        match different.iter_mut().find(|other| other.value == set.value) {
            Some(other) if rank(other) < rank(&set) => *other = set,
            Some(_) => {}
            None => different.push(set),
        }
    }
    different
}

type Encoded = Vec<(String, String)>;

fn encoded(pairs: &[Pair], encoding: Encoding) -> Encoded {
    pairs.iter().map(|(name, value)| (encode(name, encoding), encode(value, encoding))).collect()
}

fn line(pairs: &[Pair], order: Order, encoding: Encoding) -> String {
    let mut line = String::new();
    let encoded = encoded(pairs, encoding);
    write_line(&encoded, sorted(pairs, &encoded, order), encoding, &mut line);
    line
}

fn write_line(encoded: &Encoded, sorted: Vec<usize>, encoding: Encoding, line: &mut String) {
    line.clear();
    for (name, value) in sorted.into_iter().filter_map(|i| encoded.get(i)) {
        if !line.is_empty() {
            line.push('&');
        }
        line.push_str(name);
        line.push('=');
        line.push_str(value);
    }
    if encoding == Encoding::JsFirst {
        // JavaScript's `replace` with a string replaces the first one only.
        for (found, escaped) in
            [("!", "%21"), ("'", "%27"), ("(", "%28"), (")", "%29"), ("*", "%2A")]
        {
            *line = line.replacen(found, escaped, 1);
        }
    }
}

/// The positions of the parameters in an order.
fn sorted(pairs: &[Pair], encoded: &Encoded, order: Order) -> Vec<usize> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let key = |(raw, (name, value)): (&Pair, &(String, String))| -> Vec<u8> {
        match order {
            Order::Wire | Order::Any(_) => Vec::new(),
            // NUL comes before all that names have in them.
            Order::Right | Order::Descending => [name, "\0", value.as_str()].concat().into_bytes(),
            Order::Names => name.as_bytes().to_vec(),
            Order::Joined => [name, "=", value.as_str()].concat().into_bytes(),
            Order::Raw => [raw.0.as_slice(), b"\0", raw.1.as_slice()].concat(),
            Order::Utf16 => text(&raw.0).encode_utf16().flat_map(u16::to_be_bytes).collect(),
            // Capitals of ASCII only: the tables of all others take more room than they are worth.
            Order::IgnoringCase => raw.0.to_ascii_lowercase(),
            Order::PunctuationBlind => {
                let lower = raw.0.to_ascii_lowercase();
                lower
                    .into_iter()
                    .filter(|it| it.is_ascii_alphanumeric() || !it.is_ascii())
                    .collect()
            }
        }
    };
    if let Order::Any(number) = order {
        return permuted((0..pairs.len()).collect(), number);
    }
    let mut sorted = in_order(pairs.iter().zip(encoded).map(key));
    if order == Order::Descending {
        sorted.reverse();
    }
    sorted
}

pub(super) fn factorial(number: usize) -> usize {
    (1..=number).product()
}

/// One of all orders; number 0 leaves them as they are.
pub(super) fn permuted(mut items: Vec<usize>, mut number: usize) -> Vec<usize> {
    let mut result = Vec::with_capacity(items.len());
    while !items.is_empty() {
        let others = factorial(items.len() - 1);
        result.push(items.remove((number / others).min(items.len() - 1)));
        number %= others;
    }
    result
}

/// What encoders treat alike, where each character by itself would be too many.
const ALIKE: [&str; 7] = ["~", "*", "!()", "'", "/", "$&+=:@", ",;?#"];

/// What encoders of languages leave, where there are too many characters for all combinations: of Swift for
/// a host and a query, Ruby's `URI.escape`, Python with `safe`, Go for a path, and one for spaces alone.
const LEFT: [&str; 6] = [
    "!$&'()*+,-.:;=[]_~",
    "!$&'()*+,-./:;=?@_~",
    "-_.!~*'();/?:@&=+$,[]",
    "@:,/",
    "$&+=:@",
    "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~",
];

/// Each of the special characters that are in the parameters bare or encoded, in all combinations.
fn made(pairs: &[Pair]) -> Vec<Bare> {
    let unreserved: u128 = (0..128_u8)
        .filter(|it| it.is_ascii_alphanumeric() || b"-._~".contains(it))
        .fold(0, |set, byte| set | 1 << byte);
    let bytes = || pairs.iter().flat_map(|(name, value)| name.iter().chain(value)).copied();
    let special: BTreeSet<u8> =
        bytes().filter(|it| it.is_ascii() && !it.is_ascii_alphanumeric() && *it != b' ').collect();
    let bits = |bytes: &[u8]| bytes.iter().fold(0, |set, byte| set | 1_u128 << byte);
    let special: Vec<u8> = special.into_iter().collect();
    let mut kinds: Vec<u128> = special.chunks(1).map(bits).collect();
    if kinds.len() > MOST_KINDS {
        kinds = ALIKE.iter().map(|alike| bits(alike.as_bytes()) & bits(&special)).collect();
        kinds.retain(|kind| *kind != 0);
    }
    let is_ascii = bytes().all(|it| it.is_ascii());
    let spaces: &[&str] = if bytes().any(|it| it == b' ') { &["%20", "+", " "] } else { &["%20"] };
    let mut all = Vec::new();
    if kinds.len() < special.len() {
        for left in LEFT {
            let bare = Bare { characters: unreserved | bits(left.as_bytes()), ..Bare::NONE };
            all.push(bare);
            if !is_ascii {
                all.push(Bare { is_ascii_only: true, ..bare });
            }
        }
    }
    for combination in 0..1_u32 << kinds.len() {
        let mut characters = unreserved;
        for (i, kind) in kinds.iter().enumerate() {
            if combination >> i & 1 == 1 {
                characters ^= kind;
            }
        }
        for &space in spaces {
            let bare = Bare { characters, space, ..Bare::NONE };
            all.extend([bare, Bare { lower_hex: true, ..bare }]);
            if !is_ascii && space == "%20" && combination == 0 {
                all.push(Bare { is_ascii_only: true, ..bare });
            }
        }
    }
    all
}

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const JS: &AsciiSet = &RESERVED.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');
const DOT_NET: &AsciiSet = &RESERVED.add(b'~').remove(b'!').remove(b'(').remove(b')').remove(b'*');
const JAVA: &AsciiSet = &RESERVED.add(b'~').remove(b'*');
const SLASH: &AsciiSet = &RESERVED.remove(b'/');
const URI: &AsciiSet = &JS
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'#');

fn encode(bytes: &[u8], encoding: Encoding) -> String {
    let with = |set| percent_encode(bytes, set).to_string();
    let plus = |text: String| text.replace("%20", "+");
    match encoding {
        Encoding::Right => params::encode(bytes),
        Encoding::None => String::from_utf8_lossy(bytes).into_owned(),
        Encoding::Plus => plus(with(RESERVED)),
        Encoding::Js | Encoding::JsFirst => with(JS),
        Encoding::LowerHex => lower_hex(&with(RESERVED)),
        Encoding::DotNet => lower_hex(&plus(with(DOT_NET))),
        Encoding::Java => plus(with(JAVA)),
        Encoding::Slash => with(SLASH),
        Encoding::Uri => with(URI),
        Encoding::Double => params::encode(params::encode(bytes).as_bytes()),
        Encoding::Latin1 => {
            // Others than those of Latin-1 lose what does not fit, as by `c as u8`.
            let text = String::from_utf8_lossy(bytes);
            let single: Vec<u8> = text
                .encode_utf16()
                .map(|unit| {
                    let [_, low] = unit.to_be_bytes();
                    low
                })
                .collect();
            params::encode(&single)
        }
        Encoding::JsLowerHex => with(RESERVED).replace("%2A", "%2a"),
        Encoding::Escape => {
            let text = String::from_utf8_lossy(bytes);
            let mut escaped = String::new();
            for unit in text.encode_utf16() {
                match u8::try_from(unit) {
                    Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => {
                        escaped.push(byte.into());
                    }
                    Ok(byte) => escaped.extend([format!("%{byte:02X}")]),
                    Err(_) => escaped.extend([format!("%u{unit:04X}")]),
                }
            }
            escaped
        }
        Encoding::Some(Bare { characters, space, lower_hex, is_ascii_only }) => {
            let digits = if lower_hex { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
            let mut text = String::new();
            if is_ascii_only {
                for found in String::from_utf8_lossy(bytes).chars() {
                    if found.is_ascii() {
                        let bare = Bare { characters, space, lower_hex, is_ascii_only: false };
                        let found = found.encode_utf8(&mut [0; 4]).to_owned();
                        text.push_str(&encode(found.as_bytes(), Encoding::Some(bare)));
                    } else {
                        text.push(found);
                    }
                }
                return text;
            }
            for &byte in bytes {
                match byte {
                    b' ' => text.push_str(space),
                    _ if byte.is_ascii() && characters >> byte & 1 == 1 => text.push(byte.into()),
                    _ => {
                        text.push('%');
                        for digit in [byte >> 4, byte & 15] {
                            text.push(
                                digits.get(usize::from(digit)).copied().unwrap_or(b'0').into(),
                            );
                        }
                    }
                }
            }
            text
        }
        Encoding::QuestionMark => {
            let text = String::from_utf8_lossy(bytes);
            let ascii: String =
                text.chars().map(|found| if found.is_ascii() { found } else { '?' }).collect();
            params::encode(ascii.as_bytes())
        }
    }
}

fn lower_hex(encoded: &str) -> String {
    let mut text = String::with_capacity(encoded.len());
    let mut hex = 0;
    for found in encoded.chars() {
        text.push(if hex > 0 { found.to_ascii_lowercase() } else { found });
        hex = if found == '%' { 2 } else { hex - i32::from(hex > 0) };
    }
    text
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
