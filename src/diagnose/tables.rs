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

use super::lines::{self, Lines, Pair};
use super::{Fault, Intended, bodies};
use crate::canonical::{SignatureVersion, hash_x_duo_headers, is_x_duo, sha512_hex};
use crate::http;
use crate::text::eq_ignore_case;
use crate::{Credentials, date};

/// What can be wrong, in the order of the canonical string.
const DATE: usize = 0;
const METHOD: usize = 1;
const HOST: usize = 2;
const PATH: usize = 3;
const LINE: usize = 4;
pub(super) const SHAPE: usize = 5;
const BODY: usize = 6;
pub(super) const HEADERS: usize = 7;
pub(super) const KEY: usize = 8;
pub(super) const DIMENSIONS: usize = 9;

/// An index for each dimension; 0 is what is right.
pub(super) type Choices = [usize; DIMENSIONS];

/// Which indices are to be tried, for each dimension where not the right one is.
pub(super) type Ranges = Vec<(usize, Range<usize>)>;

/// The cause that a mutation belongs to.
pub(super) fn cause(mutation: &str) -> &'static str {
    match mutation.split('-').next().unwrap_or_default() {
        "ORD" => "param-order",
        "ENC" => "param-encoding",
        "PAR" => "param-set",
        "RCV" => "param-location",
        "DATE" => "date-mismatch",
        "STR" => "canonical-lines",
        "PATH" => "path",
        "HOST" => "host",
        "METH" => "method",
        "OUT" | "AUTH" => "output-form",
        "KEY" => "key-form",
        _ if mutation == "ALG-PLAIN" => "key-form",
        _ => "signature-version",
    }
}

/// In how many public reports the cause was seen, for telling equal explanations apart.
pub(super) fn frequency(mutation: &str) -> u32 {
    match cause(mutation) {
        _ if mutation.is_empty() => 0,
        // What everybody may have meant, too.
        _ if matches!(mutation, "PAR-SAMPLE" | "DATE-PREV" | "ORD-ANY" | "ENC-SOME") => 1,
        // Texts with percent signs in them are hardly meant.
        _ if mutation == "PAR-TWICE" => 9,
        // Another one says it more exactly.
        _ if mutation == "PAR-MEANT" => 3,
        "param-encoding" | "signature-version" => 8,
        "param-order" | "date-mismatch" => 7,
        "canonical-lines" | "output-form" => 6,
        "host" => 5,
        "param-location" | "param-set" | "path" => 4,
        "key-form" => 2,
        _ => 1,
    }
}

/// A text that may have been signed.
pub(super) struct Choice<T> {
    pub(super) mutation: &'static str,
    pub(super) value: T,
    /// Among how many mistakes it is mostly tried: rare and numerous ones soonest among few.
    pub(super) most: usize,
}

pub(super) const EVERYWHERE: usize = 3;
pub(super) const IN_PAIRS: usize = 2;
pub(super) const ALONE: usize = 1;

/// Different texts, the right one first, then those that are tried everywhere.
struct List<T> {
    choices: Vec<Choice<T>>,
}

impl<T> List<T> {
    fn new(right: T) -> Self {
        Self { choices: vec![Choice { mutation: "", value: right, most: EVERYWHERE }] }
    }

    /// Adds a text, behind those that are tried among more mistakes.
    #[inline(never)]
    fn push(&mut self, mutation: &'static str, value: T, most: usize) {
        let end = self.choices.iter().rposition(|choice| choice.most >= most);
        self.choices.insert(end.map_or(0, |end| end + 1), Choice { mutation, value, most });
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

    fn mutation(&self, i: usize) -> &'static str {
        self.choices.get(i).map_or("", |choice| choice.mutation)
    }
}

impl<T: PartialEq> List<T> {
    /// Adds a text that is not there yet.
    #[inline(never)]
    fn add(&mut self, mutation: &'static str, value: T, most: usize) {
        if !self.choices.iter().any(|choice| choice.value == value) {
            self.push(mutation, value, most);
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
    mutation: &'static str,
    lines: &'static [usize],
    separator: &'static str,
    tail: &'static str,
    /// What an empty params line is written as; a params line that is not empty excludes the others.
    empty: Option<&'static str>,
}

const USUAL: &[usize] = &[DATE, METHOD, HOST, PATH, LINE];

const fn shape(mutation: &'static str, lines: &'static [usize]) -> Shape {
    Shape { mutation, lines, separator: "\n", tail: "", empty: None }
}

const SHAPES: [Shape; 14] = [
    shape("", USUAL),
    shape("STR-NOHOST", &[DATE, METHOD, PATH, LINE]),
    shape("STR-NODATE", &[METHOD, HOST, PATH, LINE]),
    Shape { empty: Some(""), ..shape("STR-NOLAST", &[DATE, METHOD, HOST, PATH]) },
    Shape { empty: Some("null"), ..shape("STR-NULL", USUAL) },
    Shape { separator: "\r\n", ..shape("STR-CRLF", USUAL) },
    Shape { separator: "\\n", ..shape("STR-LITERAL", USUAL) },
    Shape { tail: "\n", ..shape("STR-TAILNL", USUAL) },
    Shape { separator: "", ..shape("STR-JOINED", USUAL) },
    shape("STR-ORDER", &[DATE, HOST, METHOD, PATH, LINE]),
    shape("STR-ORDER", &[DATE, METHOD, PATH, HOST, LINE]),
    shape("STR-ORDER", &[METHOD, HOST, PATH, LINE, DATE]),
    shape("STR-ORDER", &[METHOD, DATE, HOST, PATH, LINE]),
    shape("STR-ORDER", &[METHOD, HOST, PATH, DATE, LINE]),
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
pub(super) type Secret = Zeroizing<Vec<u8>>;

pub(super) enum Key {
    Hmac(Secret),
    /// The text is the key, and the key the text.
    Swapped(Secret),
    /// A hash without a key.
    Plain,
    /// The hash of the base64 text of the right HMAC.
    OfBase64(Secret),
}

/// All texts for one signature version.
pub(super) struct Tables {
    pub(super) version: SignatureVersion,
    /// What is wrong whatever is chosen.
    pub(super) given: Option<&'static str>,
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
    pub(super) fn all(
        request: &http::Request,
        credentials: &Credentials,
        intended: &Intended,
        length: usize,
        now: Option<i64>,
    ) -> Vec<Self> {
        use SignatureVersion::{V2, V5};
        // Version 2 does not cover a body that is no form.
        let old = (!request.body.is_empty() && !request.is_form()).then_some("V5-AS2");
        let given = match length {
            20 => [(V2, old), (V5, Some("V5-SHA1"))],
            32 => [(V2, Some("ALG-256")), (V5, Some("ALG-256"))],
            _ => [(V5, None), (V2, old)],
        };
        let table = |(version, given)| {
            let sent = lines::sent(request, version);
            let sets = lines::sets(request, &sent, intended, version);
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
    pub(super) fn plans(&self, faults: usize) -> Vec<Ranges> {
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

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.choices.iter().map(|choice| &choice.value)
    }

    /// Writes the canonical string of a choice; `None` when the choice makes no sense.
    pub(super) fn write(&self, choices: &Choices, text: &mut String) -> Option<()> {
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
    pub(super) fn faults(&self, choices: &Choices) -> Vec<Fault> {
        let fault = |mutation, signed, expected| Fault {
            cause: cause(mutation),
            mutation,
            signed,
            expected,
        };
        let mut faults = Vec::new();
        faults.extend(self.given.map(|it| fault(it, String::new(), String::new())));
        for (dimension, choice) in choices.iter().copied().enumerate().filter(|(_, it)| *it > 0) {
            if dimension == LINE {
                let of_line = self.lines.faults(choice).into_iter();
                faults
                    .extend(of_line.map(|(name, signed, expected)| fault(name, signed, expected)));
                continue;
            }
            let mutation = match dimension {
                DATE => self.dates.mutation(choice),
                METHOD => self.methods.mutation(choice),
                HOST => self.hosts.mutation(choice),
                PATH => self.paths.mutation(choice),
                SHAPE => SHAPES.get(choice).map_or("", |shape| shape.mutation),
                BODY => self.bodies.mutation(choice),
                HEADERS => self.headers.mutation(choice),
                _ => self.keys.mutation(choice),
            };
            faults.push(fault(mutation, self.text(dimension, choice), self.text(dimension, 0)));
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
    dates.add("DATE-EMPTY", String::new(), EVERYWHERE);
    for other in request.dates().skip(1) {
        dates.add("DATE-OTHERHDR", other.to_owned(), EVERYWHERE);
    }
    dates.add("DATE-PREV", SAMPLE_DATE.to_owned(), IN_PAIRS);
    let Ok(instant) = date::instant(&first) else { return dates };
    for (mutation, zone) in ZONES {
        if let Some(date) = spelled(instant, zone) {
            dates.add(mutation, date, EVERYWHERE);
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
            dates.add("DATE-ZONE", date, IN_PAIRS);
        }
    }
    // Java and others write the first days of a month with one digit.
    let short: Vec<String> = dates
        .texts()
        .filter(|date| date.contains(", 0"))
        .map(|it| it.replace(", 0", ", "))
        .collect();
    for date in short {
        dates.add("DATE-DAY", date, EVERYWHERE);
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
                    dates.push("DATE-SHIFT", date, most);
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
    for Choice { mutation, value, most } in dates.choices {
        if is_signed && !mutation.is_empty() {
            let headers = sent.iter();
            let headers: Vec<_> = headers
                .map(|it| (it.0, if is_dated(it) { value.as_str() } else { it.1 }))
                .collect();
            let headers = Some(hash_x_duo_headers(&headers).into_owned());
            let value = DateText { text: value.clone(), headers };
            all.choices.push(Choice { mutation, value, most });
        }
        let value = DateText { text: value, headers: None };
        all.choices.push(Choice { mutation, value, most });
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

const ZONES: [(&str, &str); 5] = [
    ("DATE-GMT", "GMT"),
    ("DATE-P0000", "+0000"),
    ("DATE-M0000", "-0000"),
    ("DATE-ZONE", "UTC"),
    ("DATE-ZONE", "Z"),
];

fn spelled(instant: i64, zone: &str) -> Option<String> {
    let text = date::format(instant).ok()?;
    Some(text.replace("-0000", zone))
}

fn methods(sent: &str) -> List<String> {
    let upper = sent.to_ascii_uppercase();
    let mut methods = List::new(upper.clone());
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        methods.add("METH-OTHER", other.to_owned(), EVERYWHERE);
    }
    methods.add("METH-OTHER", String::new(), EVERYWHERE);
    methods.add("METH-LOWER", upper.to_ascii_lowercase(), EVERYWHERE);
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
    let mut add = |mutation, value: String| hosts.add(mutation, value, EVERYWHERE);
    add("HOST-CASE", sent.to_owned());
    add("HOST-CASE", sent.to_ascii_uppercase());
    add("HOST-PORT", format!("{name}:443"));
    add("HOST-PORT", name.clone());
    add("HOST-SCHEME", format!("https://{lower}"));
    add("HOST-SCHEME", format!("https://{lower}/"));
    add("HOST-SHORT", name.split('.').next().unwrap_or_default().to_owned());
    for header in ["x-forwarded-host", "x-original-host"] {
        for other in request.header(header) {
            add("HOST-OTHER", other.to_ascii_lowercase());
        }
    }
    // What is printed for a variable that was not set, or is not the one that was meant.
    for nothing in lines::NOTHINGS.into_iter().chain([CONSOLE]) {
        let most = if nothing.is_empty() { EVERYWHERE } else { IN_PAIRS };
        hosts.add("HOST-UNSET", nothing.to_owned(), most);
        hosts.add("HOST-UNSET", nothing.to_ascii_lowercase(), IN_PAIRS);
    }
    hosts.add("HOST-OTHER", SAMPLE_HOST.to_owned(), IN_PAIRS);
    hosts.add("HOST-OTHER", SAMPLE_HOST.replace("xxxxxxxx", "XXXXXXXX"), IN_PAIRS);
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
    let query = lines::as_sent(params);
    let text = |text: String| PathText { text, with_line: false, takes_params: false };
    let mut paths = List::new(text(path.to_owned()));
    let mut add = |mutation, value| paths.add(mutation, value, EVERYWHERE);
    add("PATH-NOSLASH", text(path.trim_start_matches('/').to_owned()));
    for query in [query.as_str(), request.query()] {
        let with_query = format!("{path}?{query}");
        add("PATH-QUERY", PathText { takes_params: true, ..text(with_query.clone()) });
        add("PATH-QUERY2", text(with_query));
    }
    let with_line = PathText { with_line: true, ..text(path.to_owned()) };
    add("PATH-QUERY", PathText { takes_params: true, ..with_line.clone() });
    add("PATH-QUERY2", with_line);
    add("PATH-URL", text(format!("https://{host}{path}")));
    add("PATH-URL", text(format!("https://{lower_host}{path}")));
    add("PATH-SLASH", text(format!("{path}/")));
    add("PATH-SLASH", text(path.trim_end_matches('/').to_owned()));
    add("PATH-CASE", text(path.to_ascii_lowercase()));
    let decoded = percent_decode(path.as_bytes()).decode_utf8_lossy().into_owned();
    add("PATH-DECODED", text(decoded));
    let mut add = |value: String| paths.add("PATH-OTHER", text(value), IN_PAIRS);
    if let Some((parent, _)) = path.rsplit_once('/') {
        add(parent.to_owned());
    }
    for (version, other) in [("/v1/", "/v2/"), ("/v2/", "/v1/")] {
        add(path.replace(version, other));
    }
    for other in COMMON_PATHS {
        add(other.to_owned());
    }
    for mutation in ["PATH-QUERY", "PATH-QUERY2"] {
        for query in [query.as_str(), request.query()] {
            for host in [host, &lower_host] {
                let takes_params = mutation == "PATH-QUERY";
                let text = format!("https://{host}{path}?{query}");
                paths.add(mutation, PathText { text, with_line: false, takes_params }, IN_PAIRS);
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
    for (mutation, body) in bodies::bodies(request, intended) {
        // The first ones are the commonest.
        let most = if bodies.choices.len() < MOST_BODIES { EVERYWHERE } else { IN_PAIRS };
        bodies.add(mutation, hash(&body), most);
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
    let mut add = |mutation, value| list.add(mutation, value, EVERYWHERE);
    let undated = but("x-duo-date");
    if undated.len() == sent.len() {
        add("V5-XDATE", hash(&[sent.as_slice(), &[("x-duo-date", date)]].concat()));
    } else {
        add("V5-XDATE", hash(&undated));
    }
    add("V5-HDRNONE", hash(&[]));
    add("V5-NOHASH", Headers::Hash(String::new()));
    add("V5-AS4", Headers::Missing);
    // In the order of the request, with and without their own capitals; Duo's clients sort them in
    // lower case.
    let text = |names: fn(&str) -> String, headers: &[(&str, &str)]| {
        let parts: Vec<_> =
            headers.iter().map(|(name, it)| format!("{}\0{it}", names(name))).collect();
        Headers::Hash(sha512_hex(parts.join("\0").as_bytes()).into_owned())
    };
    let order = lines::in_order(sent.iter()).into_iter();
    let mut sorted: Vec<_> = order.filter_map(|i| sent.get(i).copied()).collect();
    sorted.dedup();
    add("V5-HDRSORT", text(str::to_ascii_lowercase, &sent));
    add("V5-HDRCASE", text(ToOwned::to_owned, &sorted));
    add("V5-HDRCASE", text(ToOwned::to_owned, &sent));
    // Added or changed on the way, after signing.
    for (name, _) in &sent {
        add("V5-HDRADDED", hash(&but(name)));
    }
    // Those of the request that version 5 does not sign.
    let others = request.headers.iter().map(|(name, value)| (&**name, &**value));
    let is_other =
        |name: &str| !["authorization", "host"].iter().any(|it| eq_ignore_case(name, it));
    let but_host: Vec<_> = others.filter(|(name, _)| is_other(name)).collect();
    let host = ("host", request.host().unwrap_or_default());
    let all = [&*but_host, &[host]].concat();
    for others in [all, but_host] {
        add("V5-HDRUNSENT", hash(&others));
    }
    let dated = [sent.as_slice(), &[("date", date)]].concat();
    add("V5-HDRUNSENT", hash(&dated));
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
            list.add("V5-HDRDUP", hash(&headers), EVERYWHERE);
        }
    }
    if let Some(meant) = &intended.headers {
        let meant: Vec<_> = meant.iter().map(|(name, value)| (&**name, &**value)).collect();
        let all = sent.iter().chain(&meant).copied().filter(|(name, _)| is_x_duo(name));
        let all: Vec<_> = all.collect();
        list.add("V5-HDRLOST", hash(&all), EVERYWHERE);
    }
    list
}

fn keys(credentials: &Credentials, length: usize) -> List<Key> {
    let skey = credentials.skey();
    let bytes = Secret::new(skey.as_bytes().to_vec());
    let mut keys = List::new(Key::Hmac(bytes.clone()));
    let mut add = |mutation, value| keys.push(mutation, value, EVERYWHERE);
    let mut wrapped = |mutation, before: &str, after: &str| {
        add(mutation, Key::Hmac([before, skey, after].concat().into_bytes().into()));
    };
    wrapped("KEY-NL", "", "\n");
    wrapped("KEY-NL", "", "\r\n");
    wrapped("KEY-SPACE", "", " ");
    wrapped("KEY-SPACE", " ", "");
    wrapped("KEY-QUOTES", "\"", "\"");
    wrapped("KEY-QUOTES", "'", "'");
    add("KEY-IKEY", Key::Hmac(credentials.ikey().as_bytes().to_vec().into()));
    add("KEY-B64", Key::Hmac(STANDARD.encode(skey).into_bytes().into()));
    if let Ok(decoded) = STANDARD.decode(skey) {
        add("KEY-B64", Key::Hmac(decoded.into()));
    }
    let utf16: Vec<u8> = skey.encode_utf16().flat_map(u16::to_le_bytes).collect();
    add("KEY-UTF16", Key::Hmac(utf16.into()));
    let lower = skey.to_ascii_lowercase();
    if lower != skey {
        add("KEY-CASE", Key::Hmac(lower.into_bytes().into()));
        add("KEY-CASE", Key::Hmac(skey.to_ascii_uppercase().into_bytes().into()));
    }
    add("KEY-SWAP", Key::Swapped(bytes.clone()));
    add("ALG-PLAIN", Key::Plain);
    if length == 20 {
        add("OUT-SHAB64", Key::OfBase64(bytes));
    }
    keys
}
