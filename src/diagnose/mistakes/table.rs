//! The mistakes that are seen in the field: for each part of the canonical string the right text,
//! then the wrong ones.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use super::body;
use super::list::{Fault, Mistake};
use super::params::{self, Lines, Pair};
use crate::canonical::{SignatureVersion, hash_x_duo_headers, is_x_duo, sha512_hex};
use crate::diagnose::context::Intended;
use crate::http;
use crate::text::eq_ignore_case;
use crate::{Credentials, date};

/// What can be wrong, in the order of the canonical string.
const DATE: usize = 0;
const METHOD: usize = 1;
const HOST: usize = 2;
const PATH: usize = 3;
const LINE: usize = 4;
pub(in crate::diagnose) const SHAPE: usize = 5;
const BODY: usize = 6;
pub(in crate::diagnose) const HEADERS: usize = 7;
pub(in crate::diagnose) const KEY: usize = 8;
pub(in crate::diagnose) const DIMENSIONS: usize = 9;

/// An index for each dimension; 0 is what is right.
pub(in crate::diagnose) type Choices = [usize; DIMENSIONS];

/// Which indices are to be tried, for each dimension where not the right one is.
pub(in crate::diagnose) type Ranges = Vec<(usize, Range<usize>)>;

/// A text that may have been signed.
pub(in crate::diagnose) struct Choice<T> {
    pub(in crate::diagnose) mistake: Option<Mistake>,
    pub(in crate::diagnose) value: T,
    /// Among how many mistakes it is mostly tried: rare and numerous ones soonest among few.
    pub(in crate::diagnose) most: usize,
}

pub(in crate::diagnose) const EVERYWHERE: usize = 3;
pub(in crate::diagnose) const IN_PAIRS: usize = 2;
pub(in crate::diagnose) const ALONE: usize = 1;

/// Different texts, the right one first, then those that are tried everywhere.
struct List<T> {
    choices: Vec<Choice<T>>,
}

impl<T> List<T> {
    fn new(right: T) -> Self {
        Self { choices: vec![Choice { mistake: None, value: right, most: EVERYWHERE }] }
    }

    /// Adds a text, behind those that are tried among more mistakes.
    #[inline(never)]
    fn push(&mut self, mistake: Mistake, value: T, most: usize) {
        let end = self.choices.iter().rposition(|choice| choice.most >= most);
        self.choices
            .insert(end.map_or(0, |end| end + 1), Choice { mistake: Some(mistake), value, most });
    }

    fn texts(&self) -> impl Iterator<Item = &T> {
        self.choices.iter().map(|choice| &choice.value)
    }

    fn get(&self, i: usize) -> Option<&T> {
        self.choices.get(i).map(|choice| &choice.value)
    }

    /// The indices of the wrong texts that are tried among just as many mistakes.
    fn tier(&self, most: usize) -> Range<usize> {
        let end = |most| self.choices.partition_point(|choice| choice.most >= most);
        end(most + 1).max(1)..end(most)
    }

    fn mistake(&self, i: usize) -> Option<Mistake> {
        self.choices.get(i)?.mistake
    }
}

impl<T: PartialEq> List<T> {
    /// Adds a text that is not there yet.
    #[inline(never)]
    fn add(&mut self, mistake: Mistake, value: T, most: usize) {
        if !self.choices.iter().any(|choice| choice.value == value) {
            self.push(mistake, value, most);
        }
    }
}

struct DateText {
    text: String,
    /// The hash of the headers with this date as X-Duo-Date, where that is one of them.
    headers: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
struct PathText {
    text: String,
    /// The params line is also signed here, behind a `?`.
    with_line: bool,
    /// The query was signed here, and the params line left empty.
    takes_params: bool,
}

/// How the lines are put together: which of date, method, host, path and params in which order,
/// then what joins them, and what stands behind them.
struct Shape {
    mistake: Option<Mistake>,
    lines: &'static [usize],
    separator: &'static str,
    tail: &'static str,
    /// What an empty params line is written as; a params line that is not empty excludes the others.
    empty: Option<&'static str>,
}

const USUAL: &[usize] = &[DATE, METHOD, HOST, PATH, LINE];

const fn shape(mistake: Option<Mistake>, lines: &'static [usize]) -> Shape {
    Shape { mistake, lines, separator: "\n", tail: "", empty: None }
}

const SHAPES: [Shape; 14] = [
    shape(None, USUAL),
    shape(Some(Mistake::LinesNoHost), &[DATE, METHOD, PATH, LINE]),
    shape(Some(Mistake::LinesNoDate), &[METHOD, HOST, PATH, LINE]),
    Shape { empty: Some(""), ..shape(Some(Mistake::LinesNoLast), &[DATE, METHOD, HOST, PATH]) },
    Shape { empty: Some("null"), ..shape(Some(Mistake::LinesNull), USUAL) },
    Shape { separator: "\r\n", ..shape(Some(Mistake::LinesCrLf), USUAL) },
    Shape { separator: "\\n", ..shape(Some(Mistake::LinesLiteral), USUAL) },
    Shape { tail: "\n", ..shape(Some(Mistake::LinesTailLf), USUAL) },
    Shape { separator: "", ..shape(Some(Mistake::LinesJoined), USUAL) },
    shape(Some(Mistake::LinesOrder), &[DATE, HOST, METHOD, PATH, LINE]),
    shape(Some(Mistake::LinesOrder), &[DATE, METHOD, PATH, HOST, LINE]),
    shape(Some(Mistake::LinesOrder), &[METHOD, HOST, PATH, LINE, DATE]),
    shape(Some(Mistake::LinesOrder), &[METHOD, DATE, HOST, PATH, LINE]),
    shape(Some(Mistake::LinesOrder), &[METHOD, HOST, PATH, DATE, LINE]),
];

#[derive(PartialEq, Eq)]
enum Headers {
    Hash(String),
    /// Version 4: no such line.
    Missing,
    /// Version 2: nor that of the body.
    BothMissing,
}

/// Wiped from memory when it is dropped.
pub(in crate::diagnose) type Secret = Zeroizing<Vec<u8>>;

pub(in crate::diagnose) enum Key {
    Hmac(Secret),
    /// The text is the key, and the key the text.
    Swapped(Secret),
    /// A hash without a key.
    Plain,
    /// The hash of the base64 text of the right HMAC.
    OfBase64(Secret),
}

/// All texts for one signature version.
pub(in crate::diagnose) struct Tables {
    pub(in crate::diagnose) version: SignatureVersion,
    /// What is wrong whatever is chosen.
    pub(in crate::diagnose) given: Option<Mistake>,
    dates: List<DateText>,
    methods: List<String>,
    hosts: List<String>,
    paths: List<PathText>,
    lines: Lines,
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
        // Version 2 does not cover a body that is no form.
        let old = (!request.body.is_empty() && !request.is_form()).then_some(Mistake::V5As2);
        let given = match length {
            20 => [(V2, old), (V5, Some(Mistake::V5Sha1))],
            32 => [(V2, Some(Mistake::HashSha256)), (V5, Some(Mistake::HashSha256))],
            _ => [(V5, None), (V2, old)],
        };
        let table = |(version, given)| {
            let sent = params::sent(request, version);
            let sets = params::sets(request, &sent, intended, version);
            let paths = paths(request, &sent);
            let dates = dates(request, now);
            let date = dates.get(0).cloned().unwrap_or_default();
            let right = |text| List::new(text);
            let (bodies, headers) = if version.hashes_body() {
                (bodies(request, intended), headers(request, intended, &date))
            } else {
                (right(String::new()), List::new(Headers::BothMissing))
            };
            Self {
                version,
                given,
                dates: with_headers(dates, request, version),
                methods: methods(&request.method),
                hosts: hosts(request),
                paths,
                lines: Lines::new(sent, sets),
                bodies,
                headers,
                keys: keys(credentials, length),
            }
        };
        given.into_iter().map(table).collect()
    }

    /// All ways to put `faults` mistakes into different dimensions: for each of these the
    /// indices to be tried.
    pub(in crate::diagnose) fn plans(&self, faults: usize) -> Vec<Ranges> {
        let Some(left) = faults.checked_sub(usize::from(self.given.is_some())) else {
            return Vec::new();
        };
        let mut plans = vec![(0, Ranges::new())];
        let mut complete = Vec::new();
        while let Some((used, plan)) = plans.pop() {
            if used == left {
                complete.push(plan);
                continue;
            }
            let from = plan.last().map_or(0, |(dimension, _)| dimension + 1);
            for dimension in (from..DIMENSIONS).rev() {
                let costs = if dimension == LINE { left - used } else { 1 };
                for cost in (1..=costs).rev() {
                    for most in ALONE..=EVERYWHERE {
                        let range = self.range(dimension, cost, most);
                        if !range.is_empty() {
                            let plan = [plan.as_slice(), &[(dimension, range)]].concat();
                            plans.push((used + cost, plan));
                        }
                    }
                }
            }
        }
        complete
    }

    fn range(&self, dimension: usize, cost: usize, most: usize) -> Range<usize> {
        match dimension {
            DATE => self.dates.tier(most),
            METHOD => self.methods.tier(most),
            HOST => self.hosts.tier(most),
            PATH => self.paths.tier(most),
            LINE => self.lines.tier(cost, most),
            SHAPE if most == EVERYWHERE => 1..SHAPES.len(),
            SHAPE => 0..0,
            BODY => self.bodies.tier(most),
            HEADERS => self.headers.tier(most),
            _ => self.keys.tier(most),
        }
    }

    pub(in crate::diagnose) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.choices.iter().map(|choice| &choice.value)
    }

    /// Writes the canonical string of a choice; `None` when the choice makes no sense.
    pub(in crate::diagnose) fn write(&self, choices: &Choices, text: &mut String) -> Option<()> {
        text.clear();
        let [date, method, host, path, line, shape, body, headers, _] = *choices;
        let shape = SHAPES.get(shape)?;
        // What is not signed cannot be wrong.
        let is_idle = |dimension, choice| choice > 0 && !shape.lines.contains(&dimension);
        if is_idle(DATE, date) || is_idle(HOST, host) {
            return None;
        }
        let path = self.paths.get(path)?;
        let line = self.lines.get(line)?;
        let params = match shape.empty {
            // The query is in the path as it was sent: no other one is signed.
            _ if path.takes_params && !path.with_line && choices[LINE] > 0 => return None,
            // Nor is a query signed that is empty: such paths have no `?`.
            _ if path.with_line && line.text.is_empty() => return None,
            Some(_) if !path.takes_params && !line.text.is_empty() => return None,
            Some(empty) => empty,
            None if path.takes_params => "",
            None => &line.text,
        };
        let with_line =
            if path.with_line { [&path.text, "?", &line.text].concat() } else { String::new() };
        let mut before = "";
        let mut push = |part: &str| {
            text.push_str(before);
            text.push_str(part);
            before = shape.separator;
        };
        for part in shape.lines {
            push(match *part {
                DATE => &self.dates.get(date)?.text,
                METHOD => self.methods.get(method)?,
                HOST => self.hosts.get(host)?,
                PATH if path.with_line => &with_line,
                PATH => &path.text,
                _ => params,
            });
        }
        let of_date = self.dates.get(date)?.headers.as_ref().filter(|_| headers == 0);
        let headers = self.headers.get(headers)?;
        if *headers != Headers::BothMissing {
            if line.replaces_body {
                if body > 0 {
                    return None;
                }
                push(&sha512_hex(b""));
            } else {
                push(self.bodies.get(body)?);
            }
        }
        if let Headers::Hash(hash) = headers {
            push(of_date.unwrap_or(hash));
        }
        text.push_str(shape.tail);
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
                SHAPE => SHAPES.get(choice).and_then(|shape| shape.mistake),
                BODY => self.bodies.mistake(choice),
                HEADERS => self.headers.mistake(choice),
                _ => self.keys.mistake(choice),
            };
            let (signed, expected) = (self.text(dimension, choice), self.text(dimension, 0));
            faults.extend(mistake.map(|mistake| Fault { mistake, signed, expected }));
        }
        faults
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

/// The date of the example in Duo's documentation.
const SAMPLE_DATE: &str = "Tue, 21 Aug 2012 17:29:18 -0000";

/// The date in other spellings of the same instant, and dates that are not this one.
fn dates(request: &http::Request, now: Option<i64>) -> List<String> {
    let sent = request.dates().next();
    let first = sent.map(ToOwned::to_owned).or_else(|| date::format(now?).ok());
    let first = first.unwrap_or_default();
    let mut dates = List::new(first.clone());
    dates.add(Mistake::DateEmpty, String::new(), EVERYWHERE);
    for other in request.dates().skip(1) {
        dates.add(Mistake::DateOtherHeader, other.to_owned(), EVERYWHERE);
    }
    dates.add(Mistake::DateSample, SAMPLE_DATE.to_owned(), IN_PAIRS);
    let Ok(instant) = date::instant(&first) else { return dates };
    for (mistake, zone) in ZONES {
        if let Some(date) = spelled(instant, zone) {
            dates.add(mistake, date, EVERYWHERE);
        }
    }
    for quarters in -48..=56_i64 {
        // Half hours and the quarters of an hour that Nepal and others have.
        let offset = quarters * 15;
        let is_used = offset % 60 == 0 || offset % 30 == 0 && offset.abs() < 720 || quarters == 23;
        if !is_used {
            continue;
        }
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = format!("{sign}{:02}{:02}", offset.abs() / 60, offset.abs() % 60);
        if let Some(date) = spelled(instant + offset * 60, &zone) {
            dates.add(Mistake::DateZone, date, IN_PAIRS);
        }
    }
    // Java and others write the first days of a month with one digit.
    let short: Vec<String> = dates
        .texts()
        .filter(|date| date.contains(", 0"))
        .map(|it| it.replace(", 0", ", "))
        .collect();
    for date in short {
        dates.add(Mistake::DateDay, date, EVERYWHERE);
    }
    // Made a second time, up to ten minutes apart.
    let zone = first.rsplit(' ').next().unwrap_or_default();
    let others = ZONES.iter().map(|(_, zone)| *zone).filter(|it| *it != zone);
    let zones = || core::iter::once((zone, 60)).chain(others.clone().map(|zone| (zone, 10)));
    let local = instant + seconds_of(zone);
    for most in [EVERYWHERE, IN_PAIRS, ALONE] {
        for (name, in_pairs) in zones() {
            let shifts = match most {
                EVERYWHERE if name == zone => 1..=NEAR,
                EVERYWHERE => continue,
                IN_PAIRS if name == zone => NEAR + 1..=in_pairs,
                IN_PAIRS => 1..=in_pairs,
                _ => in_pairs + 1..=in_pairs * 10,
            };
            let from = if name == zone { local } else { instant };
            for shift in shifts.flat_map(|shift: i64| [shift, -shift]) {
                if let Some(date) = spelled(from + shift, name) {
                    // Many, and all different.
                    dates.push(Mistake::DateShift, date, most);
                }
            }
        }
    }
    dates
}

/// Each date alone, and also in X-Duo-Date where that is signed.
fn with_headers(
    dates: List<String>,
    request: &http::Request,
    version: SignatureVersion,
) -> List<DateText> {
    let sent = request.x_duo_headers();
    let is_dated = |(name, _): &(&str, &str)| eq_ignore_case(name, "x-duo-date");
    let is_signed = version.hashes_body() && sent.iter().any(is_dated);
    let mut all = List { choices: Vec::new() };
    for Choice { mistake, value, most } in dates.choices {
        if is_signed && mistake.is_some() {
            let headers = sent.iter();
            let headers: Vec<_> = headers
                .map(|it| (it.0, if is_dated(it) { value.as_str() } else { it.1 }))
                .collect();
            let headers = Some(hash_x_duo_headers(&headers).into_owned());
            let value = DateText { text: value.clone(), headers };
            all.choices.push(Choice { mistake, value, most });
        }
        let value = DateText { text: value, headers: None };
        all.choices.push(Choice { mistake, value, most });
    }
    all
}

/// How many seconds apart a second date is mostly made.
const NEAR: i64 = 2;

/// The offset of a zone such as `-0500`; none for names, which are of UTC.
fn seconds_of(zone: &str) -> i64 {
    let (sign, digits) = match zone.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ => return 0,
    };
    let digits = Some(digits).filter(|it| it.len() == 4).and_then(|it| it.parse::<i64>().ok());
    digits.map_or(0, |digits| sign * (digits / 100 * 3600 + digits % 100 * 60))
}

const ZONES: [(Mistake, &str); 5] = [
    (Mistake::DateGmt, "GMT"),
    (Mistake::DateP0000, "+0000"),
    (Mistake::DateM0000, "-0000"),
    (Mistake::DateZone, "UTC"),
    (Mistake::DateZone, "Z"),
];

fn spelled(instant: i64, zone: &str) -> Option<String> {
    let text = date::format(instant).ok()?;
    Some(text.replace("-0000", zone))
}

fn methods(sent: &str) -> List<String> {
    let upper = sent.to_ascii_uppercase();
    let mut methods = List::new(upper.clone());
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        methods.add(Mistake::MethodOther, other.to_owned(), EVERYWHERE);
    }
    methods.add(Mistake::MethodOther, String::new(), EVERYWHERE);
    methods.add(Mistake::MethodLower, upper.to_ascii_lowercase(), EVERYWHERE);
    methods
}

/// The host of the example in Duo's documentation.
const SAMPLE_HOST: &str = "api-xxxxxxxx.duosecurity.com";

/// What PowerShell prints for its console, which `$Host` is.
const CONSOLE: &str = "System.Management.Automation.Internal.Host.InternalHost";

fn hosts(request: &http::Request) -> List<String> {
    let sent = request.host().unwrap_or_default();
    let lower = sent.to_ascii_lowercase();
    let name = lower.split(':').next().unwrap_or_default().to_owned();
    let mut hosts = List::new(lower.clone());
    let mut add = |mistake, value: String| hosts.add(mistake, value, EVERYWHERE);
    add(Mistake::HostCase, sent.to_owned());
    add(Mistake::HostCase, sent.to_ascii_uppercase());
    add(Mistake::HostPort, format!("{name}:443"));
    add(Mistake::HostPort, name.clone());
    add(Mistake::HostScheme, format!("https://{lower}"));
    add(Mistake::HostScheme, format!("https://{lower}/"));
    add(Mistake::HostShort, name.split('.').next().unwrap_or_default().to_owned());
    for header in ["x-forwarded-host", "x-original-host"] {
        for other in request.header(header) {
            add(Mistake::HostOther, other.to_ascii_lowercase());
        }
    }
    // What is printed for a variable that was not set, or is not the one that was meant.
    for nothing in params::NOTHINGS.into_iter().chain([CONSOLE]) {
        let most = if nothing.is_empty() { EVERYWHERE } else { IN_PAIRS };
        hosts.add(Mistake::HostUnset, nothing.to_owned(), most);
        hosts.add(Mistake::HostUnset, nothing.to_ascii_lowercase(), IN_PAIRS);
    }
    hosts.add(Mistake::HostOther, SAMPLE_HOST.to_owned(), IN_PAIRS);
    hosts.add(Mistake::HostOther, SAMPLE_HOST.replace("xxxxxxxx", "XXXXXXXX"), IN_PAIRS);
    hosts
}

/// Endpoints whose path stays in a program when it calls another one.
const COMMON_PATHS: [&str; 20] = [
    "/auth/v2/ping",
    "/auth/v2/check",
    "/auth/v2/enroll",
    "/auth/v2/preauth",
    "/auth/v2/auth",
    "/auth/v2/auth_status",
    "/admin/v1/users",
    "/admin/v1/groups",
    "/admin/v1/phones",
    "/admin/v1/tokens",
    "/admin/v1/admins",
    "/admin/v1/integrations",
    "/admin/v1/info/summary",
    "/admin/v1/logs/authentication",
    "/admin/v1/logs/administrator",
    "/admin/v1/logs/telephony",
    "/admin/v2/logs/authentication",
    "/admin/v2/policies",
    "/accounts/v1/account/list",
    "/accounts/v1/account/create",
];

fn paths(request: &http::Request, params: &[Pair]) -> List<PathText> {
    let path = request.path();
    let host = request.host().unwrap_or_default();
    let lower_host = host.to_ascii_lowercase();
    let query = super::params::as_sent(params);
    let text = |text: String| PathText { text, with_line: false, takes_params: false };
    let mut paths = List::new(text(path.to_owned()));
    let mut add = |mistake, value| paths.add(mistake, value, EVERYWHERE);
    add(Mistake::PathNoSlash, text(path.trim_start_matches('/').to_owned()));
    for query in [query.as_str(), request.query()] {
        let with_query = format!("{path}?{query}");
        add(Mistake::PathQuery, PathText { takes_params: true, ..text(with_query.clone()) });
        add(Mistake::PathQuery2, text(with_query));
    }
    let with_line = PathText { with_line: true, ..text(path.to_owned()) };
    add(Mistake::PathQuery, PathText { takes_params: true, ..with_line.clone() });
    add(Mistake::PathQuery2, with_line);
    add(Mistake::PathUrl, text(format!("https://{host}{path}")));
    add(Mistake::PathUrl, text(format!("https://{lower_host}{path}")));
    add(Mistake::PathSlash, text(format!("{path}/")));
    add(Mistake::PathSlash, text(path.trim_end_matches('/').to_owned()));
    add(Mistake::PathCase, text(path.to_ascii_lowercase()));
    let decoded = percent_decode(path.as_bytes()).decode_utf8_lossy().into_owned();
    add(Mistake::PathDecoded, text(decoded));
    let mut add = |value: String| paths.add(Mistake::PathOther, text(value), IN_PAIRS);
    if let Some((parent, _)) = path.rsplit_once('/') {
        add(parent.to_owned());
    }
    for (version, other) in [("/v1/", "/v2/"), ("/v2/", "/v1/")] {
        add(path.replace(version, other));
    }
    for other in COMMON_PATHS {
        add(other.to_owned());
    }
    for mistake in [Mistake::PathQuery, Mistake::PathQuery2] {
        for query in [query.as_str(), request.query()] {
            for host in [host, &lower_host] {
                let takes_params = mistake == Mistake::PathQuery;
                let text = format!("https://{host}{path}?{query}");
                paths.add(mistake, PathText { text, with_line: false, takes_params }, IN_PAIRS);
            }
        }
    }
    paths
}

/// How many bodies are tried among many mistakes.
const MOST_BODIES: usize = 16;

fn bodies(request: &http::Request, intended: &Intended) -> List<String> {
    let hash = |bytes: &[u8]| sha512_hex(bytes).into_owned();
    let mut bodies = List::new(hash(&request.body));
    for (mistake, body) in body::bodies(request, intended) {
        // The first ones are the commonest.
        let most = if bodies.choices.len() < MOST_BODIES { EVERYWHERE } else { IN_PAIRS };
        bodies.add(mistake, hash(&body), most);
    }
    bodies
}

/// The last line of version 5.
fn headers(request: &http::Request, intended: &Intended, date: &str) -> List<Headers> {
    let sent = request.x_duo_headers();
    let hash = |headers: &[(&str, &str)]| Headers::Hash(hash_x_duo_headers(headers).into_owned());
    let but = |left_out: &str| -> Vec<(&str, &str)> {
        sent.iter().filter(|(name, _)| !eq_ignore_case(name, left_out)).copied().collect()
    };
    let mut list = List::new(hash(&sent));
    let mut add = |mistake, value| list.add(mistake, value, EVERYWHERE);
    let undated = but("x-duo-date");
    if undated.len() == sent.len() {
        add(Mistake::V5XDuoDate, hash(&[sent.as_slice(), &[("x-duo-date", date)]].concat()));
    } else {
        add(Mistake::V5XDuoDate, hash(&undated));
    }
    add(Mistake::V5HeadersNone, hash(&[]));
    add(Mistake::V5NoHash, Headers::Hash(String::new()));
    add(Mistake::V5As4, Headers::Missing);
    // In the order of the request, with and without their own capitals; Duo's clients sort them in
    // lower case.
    let text = |names: fn(&str) -> String, headers: &[(&str, &str)]| {
        let parts: Vec<_> =
            headers.iter().map(|(name, it)| format!("{}\0{it}", names(name))).collect();
        Headers::Hash(sha512_hex(parts.join("\0").as_bytes()).into_owned())
    };
    let order = params::in_order(sent.iter()).into_iter();
    let mut sorted: Vec<_> = order.filter_map(|i| sent.get(i).copied()).collect();
    sorted.dedup();
    add(Mistake::V5HeadersUnsorted, text(str::to_ascii_lowercase, &sent));
    add(Mistake::V5HeadersCase, text(ToOwned::to_owned, &sorted));
    add(Mistake::V5HeadersCase, text(ToOwned::to_owned, &sent));
    // Added or changed on the way, after signing.
    for (name, _) in &sent {
        add(Mistake::V5HeaderAdded, hash(&but(name)));
    }
    // Those of the request that version 5 does not sign.
    let others = request.headers.iter().map(|(name, value)| (&**name, &**value));
    let is_other =
        |name: &str| !["authorization", "host"].iter().any(|it| eq_ignore_case(name, it));
    let but_host: Vec<_> = others.filter(|(name, _)| is_other(name)).collect();
    let host = ("host", request.host().unwrap_or_default());
    let all = [&*but_host, &[host]].concat();
    for others in [all, but_host] {
        add(Mistake::V5HeadersOthers, hash(&others));
    }
    let dated = [sent.as_slice(), &[("date", date)]].concat();
    add(Mistake::V5HeadersOthers, hash(&dated));
    // A name that is there twice, signed twice or with its first value.
    let twice: Vec<_> = request.sent_x_duo_headers().collect();
    if twice.len() > sent.len() {
        let mut once: Vec<(&str, &str)> = Vec::new();
        for (name, value) in &twice {
            if !once.iter().any(|(other, _)| eq_ignore_case(other, name)) {
                once.push((*name, *value));
            }
        }
        for headers in [twice, once] {
            list.add(Mistake::V5HeaderTwice, hash(&headers), EVERYWHERE);
        }
    }
    if let Some(meant) = &intended.headers {
        let meant: Vec<_> = meant.iter().map(|(name, value)| (&**name, &**value)).collect();
        let all = sent.iter().chain(&meant).copied().filter(|(name, _)| is_x_duo(name));
        let all: Vec<_> = all.collect();
        list.add(Mistake::V5HeaderLost, hash(&all), EVERYWHERE);
    }
    list
}

fn keys(credentials: &Credentials, length: usize) -> List<Key> {
    let skey = credentials.skey();
    let bytes = Secret::new(skey.as_bytes().to_vec());
    let mut keys = List::new(Key::Hmac(bytes.clone()));
    let mut add = |mistake, value| keys.push(mistake, value, EVERYWHERE);
    let mut wrapped = |mistake, before: &str, after: &str| {
        add(mistake, Key::Hmac([before, skey, after].concat().into_bytes().into()));
    };
    wrapped(Mistake::KeyLineBreak, "", "\n");
    wrapped(Mistake::KeyLineBreak, "", "\r\n");
    wrapped(Mistake::KeySpace, "", " ");
    wrapped(Mistake::KeySpace, " ", "");
    wrapped(Mistake::KeyQuotes, "\"", "\"");
    wrapped(Mistake::KeyQuotes, "'", "'");
    add(Mistake::KeyIkey, Key::Hmac(credentials.ikey().as_bytes().to_vec().into()));
    add(Mistake::KeyBase64, Key::Hmac(STANDARD.encode(skey).into_bytes().into()));
    if let Ok(decoded) = STANDARD.decode(skey) {
        add(Mistake::KeyBase64, Key::Hmac(decoded.into()));
    }
    let utf16: Vec<u8> = skey.encode_utf16().flat_map(u16::to_le_bytes).collect();
    add(Mistake::KeyUtf16, Key::Hmac(utf16.into()));
    let lower = skey.to_ascii_lowercase();
    if lower != skey {
        add(Mistake::KeyCase, Key::Hmac(lower.into_bytes().into()));
        add(Mistake::KeyCase, Key::Hmac(skey.to_ascii_uppercase().into_bytes().into()));
    }
    add(Mistake::KeySwap, Key::Swapped(bytes.clone()));
    add(Mistake::HashPlain, Key::Plain);
    if length == 20 {
        add(Mistake::OutputShaOfBase64, Key::OfBase64(bytes));
    }
    keys
}
