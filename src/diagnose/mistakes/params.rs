//! The params line: each set of parameters that may have been signed, in each order, in each encoding.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::choices::{ALONE, Choice, EVERYWHERE, IN_PAIRS, ONCE, Tier, seldom};
use super::encoding::{
    ENCODINGS, Encoded, Encoding, ORDERS, Order, Pair, encode, encoded, factorial, in_order, line,
    made, sorted, write_line,
};
use super::list::{Fault, Mistake};
use super::sets::{Joint, Set, different_sets};

/// Up to so many parameters every order is tried.
const MOST_FOR_ORDERS: usize = 6;

/// The mistakes that give a line: indices, 0 where nothing is wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// Which encodings are not the same for these characters: named ones, and those that are made.
type Known = BTreeMap<Vec<char>, [Indices; 2]>;

/// The orders and encodings that make a difference for a set: those with names, and those that are made.
#[derive(Default)]
struct Wrong {
    orders: Indices,
    permutations: Indices,
    encodings: Indices,
    made: Indices,
}

/// Whether the parameters are those that were sent, put together in another way.
fn is_joined(set: &Choice<Set>) -> bool {
    set.value.joint != Joint::Usual
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
        let mut known = BTreeMap::new();
        this.add_common(&mut known);
        this.add_rare(&mut known);
        this
    }

    /// Lines without rare mistakes, of which each text is kept once.
    fn add_common(&mut self, known: &mut Known) {
        let mut places = Vec::new();
        let mut made = Made::default();
        let sets = self.sets.iter().enumerate().filter(|(_, set)| set.most == EVERYWHERE);
        for (set, Choice { value, .. }) in sets {
            let [encodings, _] = self.different(value, known);
            for &encoding in [0].iter().chain(&*encodings) {
                for order in 0..ORDERS.len() {
                    let place = Place { set, order, encoding };
                    let faults = [set, order, encoding].iter().filter(|it| **it > 0).count();
                    let named = self.named(place).into_iter().flatten();
                    let weight: u32 = named.map(|mistake| mistake.row().seen).sum();
                    self.make(place, &mut made);
                    places.push(((faults, Reverse(weight), place), made.text.clone()));
                }
            }
        }
        let sorted = in_order(places.iter().map(|(key, _)| *key));
        let mut seen = BTreeSet::new();
        for ((faults, _, place), text) in sorted.into_iter().filter_map(|i| places.get(i)) {
            if !seen.insert((self.replaces_body(*place), text)) {
                continue;
            }
            let (i, faults) = (self.common.len(), *faults);
            self.common.push((*place, text.clone()));
            match self.tiers.last_mut().filter(|tier| tier.0 == faults) {
                Some((_, tier)) => tier.range.end = i + 1,
                None => self.tiers.push((faults, Tier { range: i..i + 1, seldom: 1 })),
            }
        }
    }

    /// Lines with rare mistakes, the ones apart that are as seldom.
    fn add_rare(&mut self, known: &mut Known) {
        // Those that are tried alone are in the order, and the encoding, that are right.
        let mut wrong = |set: &Choice<Set>| match set.most {
            ALONE | ONCE => Wrong::default(),
            _ => self.wrong(&set.value, known),
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
        // What joins them is another in other orders and encodings, too.
        let joints = || {
            let sets = sets(ALONE).filter(|(i, _)| self.sets.get(*i).is_some_and(is_joined));
            sets.map(|(set, _)| set)
        };
        let Wrong { orders, encodings, .. } = of_sent;
        let once = joints().flat_map(|set| [(set, orders, &one), (set, &one, encodings)]).collect();
        add(2, seldom(ALONE), once);
        add(3, seldom(ALONE), joints().map(|set| (set, orders, encodings)).collect());
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
    fn wrong(&self, set: &Set, known: &mut Known) -> Wrong {
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

    /// The wrong encodings that are not the same for the characters of a set.
    fn different(&self, set: &Set, known: &mut Known) -> [Indices; 2] {
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
        let joined = |part: &dyn Fn(&(String, String)) -> String, and: &str| {
            let pairs = order.iter().filter_map(|i| made.pairs.get(*i));
            pairs.map(part).collect::<Vec<_>>().join(and)
        };
        let text = match joint {
            Joint::Other(equals, and) => {
                Some(joined(&|(name, value)| [name, *equals, value].concat(), and))
            }
            Joint::Names(and) => Some(joined(&|(name, _)| name.clone(), and)),
            Joint::Values(and) => Some(joined(&|(_, value)| value.clone(), and)),
            Joint::Text(text) => Some(String::from(&**text)),
            _ => None,
        };
        if let Some(text) = text {
            made.text = text;
            return;
        }
        write_line(&made.pairs, order, encoding, &mut made.text);
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
            _ => {}
        }
    }

    /// How many parameters were sent.
    pub(super) fn params(&self) -> usize {
        self.sets.first().map_or(0, |sent| sent.value.pairs.len())
    }

    pub(super) fn text(&self, i: usize) -> String {
        self.place(i).map_or(String::new(), |place| self.line(place))
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
