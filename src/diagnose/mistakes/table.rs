//! All texts together: which mistakes are tried with which, and the canonical string of each choice.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::body;
use super::choices::{
    BODY, Choices, DATE, DIMENSIONS, HEADERS, HOST, KEY, LINE, List, METHOD, PATH, SHAPE, Tier,
};
use super::date::{DateText, dates, with_headers};
use super::headers::{Headers, headers};
use super::host::hosts;
use super::key::{Key, keys};
use super::lines::{Shape, shapes};
use super::list::{Fault, Mistake};
use super::method::methods;
use super::params::Lines;
use super::path::{PathText, paths};
use super::sets;
use crate::canonical::{SignatureVersion, sha512_hex};
use crate::credentials::Credentials;
use crate::diagnose::context::Intended;
use crate::http;

/// Which indices are to be tried, for each dimension where not the right one is.
pub(in crate::diagnose) type Tiers = Vec<(usize, Tier)>;

/// All texts for one signature version.
pub(in crate::diagnose) struct Tables {
    pub(in crate::diagnose) version: SignatureVersion,
    /// What is wrong whatever is chosen.
    pub(in crate::diagnose) given: Option<Mistake>,
    /// A form is sent, and what is signed is not its parameters.
    is_beside_form: bool,
    dates: List<DateText>,
    methods: List<String>,
    hosts: List<String>,
    paths: List<PathText>,
    lines: Lines,
    shapes: List<Shape>,
    bodies: List<String>,
    headers: List<Headers>,
    keys: List<Key>,
}

impl Tables {
    /// Those of the versions that the `length` of a signature in bytes allows, the likelier first.
    /// Without a date in the request, `now` stands in for it.
    pub(in crate::diagnose) fn all(
        request: &http::Request,
        credentials: &Credentials,
        intended: &Intended,
        length: usize,
        now: Option<i64>,
    ) -> Vec<Self> {
        use SignatureVersion::{V2, V5};
        // Version 2 does not cover a body that is not a form.
        let old = (!request.body.is_empty() && !request.is_form()).then_some(Mistake::V5As2);
        let given = match length {
            20 => [(V2, old), (V5, Some(Mistake::V5Sha1))],
            32 => [(V2, Some(Mistake::HashSha256)), (V5, Some(Mistake::HashSha256))],
            28 | 48 => [(V2, Some(Mistake::HashOther)), (V5, Some(Mistake::HashOther))],
            _ => [(V5, None), (V2, old)],
        };
        let table = |(version, given)| {
            let sent = sets::sent(request, version);
            let sets = sets::sets(request, &sent, intended, version);
            let paths = paths(request, &sent);
            let dates = dates(request, now);
            let date = dates.get(0).cloned().unwrap_or_default();
            let right = |text| List::new(text);
            let (bodies, headers) = if version.hashes_body() {
                (body::hashes(request, intended), headers(request, intended, &date))
            } else {
                (right(String::new()), List::new(Headers::Missing))
            };
            Self {
                version,
                given,
                is_beside_form: version.hashes_body()
                    && request.is_form()
                    && !request.body.is_empty(),
                dates: with_headers(dates, request, version),
                methods: methods(&request.method),
                hosts: hosts(request),
                paths,
                lines: Lines::new(sent, sets),
                shapes: shapes(version),
                bodies,
                headers,
                keys: keys(credentials, length),
            }
        };
        given.into_iter().map(table).collect()
    }

    /// All ways to put `faults` mistakes into different dimensions: for each of these the
    /// indices to be tried. The params line comes first, since it takes the longest to make; the others are
    /// in their order, so that texts start alike.
    pub(in crate::diagnose) fn plans(&self, faults: usize) -> Vec<Tiers> {
        let Some(left) = faults.checked_sub(usize::from(self.given.is_some())) else {
            return Vec::new();
        };
        let mut plans = vec![(0, Tiers::new())];
        let mut complete = Vec::new();
        while let Some((used, plan)) = plans.pop() {
            if used == left {
                complete.push(plan);
                continue;
            }
            let from = plan.iter().map(|(dimension, _)| dimension + 1).max().unwrap_or(0);
            for dimension in (from..DIMENSIONS).rev() {
                let costs = if dimension == LINE { left - used } else { 1 };
                for cost in (1..=costs).rev() {
                    for tier in self.tiers(dimension, cost) {
                        if !tier.range.is_empty() {
                            let this = &[(dimension, tier)][..];
                            let plan = match dimension {
                                LINE => [this, &plan].concat(),
                                _ => [&plan, this].concat(),
                            };
                            plans.push((used + cost, plan));
                        }
                    }
                }
            }
        }
        complete
    }

    /// The indices of the wrong texts, those apart that are more seldom.
    fn tiers(&self, dimension: usize, cost: usize) -> Vec<Tier> {
        match dimension {
            DATE => self.dates.tiers(),
            METHOD => self.methods.tiers(),
            HOST => self.hosts.tiers(),
            PATH => self.paths.tiers(),
            LINE => self.lines.tiers(cost).collect(),
            SHAPE => self.shapes.tiers(),
            BODY => self.bodies.tiers(),
            HEADERS => self.headers.tiers(),
            _ => self.keys.tiers(),
        }
    }

    /// How much more seldom than the other version this one is signed for such a request.
    pub(in crate::diagnose) fn seldom(&self) -> u64 {
        if self.is_beside_form { 8 } else { 1 }
    }

    /// How many parameters were sent.
    pub(in crate::diagnose) fn params(&self) -> usize {
        self.lines.params()
    }

    pub(in crate::diagnose) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.choices.iter().map(|choice| &choice.value)
    }

    /// Writes the canonical string of a choice; `None` when the choice makes no sense.
    pub(in crate::diagnose) fn write(
        &mut self,
        choices: &Choices,
        text: &mut String,
    ) -> Option<()> {
        text.clear();
        let [date, method, host, path, line, shape, body, headers, _] = *choices;
        let shape = self.shapes.get(shape)?;
        // What is not signed cannot be wrong.
        let is_signed = |dimension| shape.lines.contains(&dimension);
        let of_lines = choices.iter().enumerate().filter(|(i, _)| ![LINE, SHAPE, KEY].contains(i));
        if of_lines.into_iter().any(|(i, choice)| *choice > 0 && !is_signed(i)) {
            return None;
        }
        let path = self.paths.get(path)?;
        let (line, replaces_body) = self.lines.get(line)?;
        let params = match shape.empty {
            // The query is in the path as it was sent: no other one is signed.
            _ if path.takes_params && !path.with_line && choices[LINE] > 0 => return None,
            // Nor is a query signed that is empty: such paths have no `?`.
            _ if path.with_line && line.is_empty() => return None,
            Some(_) if !path.takes_params && !line.is_empty() => return None,
            Some(empty) => empty,
            None if path.takes_params => "",
            None if choices[LINE] > 0 && !is_signed(LINE) => return None,
            None => line,
        };
        let with_line =
            if path.with_line { [&path.text, "?", line].concat() } else { String::new() };
        let of_date = self.dates.get(date)?.headers.as_ref().filter(|_| headers == 0);
        let headers = self.headers.get(headers)?;
        text.push_str(shape.around.0);
        let mut before = "";
        let mut push = |part: &str| {
            text.push_str(before);
            text.push_str(part);
            before = shape.separator;
        };
        for part in &shape.lines {
            match (*part, headers) {
                (DATE, _) => push(&self.dates.get(date)?.text),
                (METHOD, _) => push(self.methods.get(method)?),
                (HOST, _) => push(self.hosts.get(host)?),
                (PATH, _) if path.with_line => push(&with_line),
                (PATH, _) => push(&path.text),
                (LINE, _) => push(params),
                (BODY, _) if replaces_body && body > 0 => return None,
                (BODY, _) if replaces_body => push(&sha512_hex(b"")),
                (BODY, _) => push(self.bodies.get(body)?),
                (_, Headers::Hash(hash)) => push(of_date.unwrap_or(hash)),
                _ => {}
            }
        }
        text.push_str(shape.around.1);
        if let Some(whole) = shape.whole {
            *text = whole.of(text);
        }
        Some(())
    }

    /// What is wrong in a choice.
    pub(in crate::diagnose) fn faults(&self, choices: &Choices) -> Vec<Fault> {
        let mut faults: Vec<_> = self.given.map(Fault::of).into_iter().collect();
        for (dimension, choice) in choices.iter().copied().enumerate().filter(|(_, it)| *it > 0) {
            if dimension == LINE {
                faults.extend(self.lines.faults(choice));
                continue;
            }
            let mistake = match dimension {
                DATE => self.dates.mistake(choice),
                METHOD => self.methods.mistake(choice),
                HOST => self.hosts.mistake(choice),
                PATH => self.paths.mistake(choice),
                SHAPE => self.shapes.mistake(choice),
                BODY => self.bodies.mistake(choice),
                HEADERS => self.headers.mistake(choice),
                _ => self.keys.mistake(choice),
            };
            let (signed, expected) = match mistake {
                Some(Mistake::LinesMissing) => (String::new(), self.missing(choice)),
                _ if dimension == PATH && self.paths.get(choice).is_some_and(|it| it.with_line) => {
                    let [path, line] = [self.text(PATH, choice), self.lines.text(choices[LINE])];
                    ([&path, "?", &line].concat(), self.text(PATH, 0))
                }
                _ => (self.text(dimension, choice), self.text(dimension, 0)),
            };
            faults.extend(mistake.map(|mistake| Fault { mistake, signed, expected }));
        }
        faults
    }

    /// The line that a shape lacks.
    fn missing(&self, shape: usize) -> String {
        let lines = |i| self.shapes.get(i).map_or(&[][..], |shape| &shape.lines);
        match lines(0).iter().find(|line| !lines(shape).contains(line)) {
            Some(&LINE) => self.lines.text(0),
            Some(line) => self.text(*line, 0),
            None => String::new(),
        }
    }

    /// The text that a dimension contributes; nothing for keys, which are secret, and for shapes,
    /// which have none.
    fn text(&self, dimension: usize, i: usize) -> String {
        let text = match dimension {
            DATE => self.dates.get(i).map(|date| &date.text),
            METHOD => self.methods.get(i),
            HOST => self.hosts.get(i),
            PATH => self.paths.get(i).map(|path| &path.text),
            BODY => self.bodies.get(i),
            HEADERS => match self.headers.get(i) {
                Some(Headers::Hash(hash)) => Some(hash),
                _ => None,
            },
            _ => None,
        };
        text.cloned().unwrap_or_default()
    }
}
