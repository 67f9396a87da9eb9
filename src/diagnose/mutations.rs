//! The mistakes that are seen in the field: for each part of the canonical string the right text,
//! then the wrong ones.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use zeroize::Zeroizing;

use super::search::Target;
use super::{Fault, Intended};
use crate::canonical::{SignatureVersion, hash_x_duo_headers, is_x_duo, sha512_hex};
use crate::params;
use crate::request::{is_form, takes_params_in_body};
use crate::verify::Received;
use crate::{Credentials, date};

/// What can be wrong, in the order of the canonical string.
pub(super) const DATE: usize = 0;
const METHOD: usize = 1;
const HOST: usize = 2;
const PATH: usize = 3;
const SET: usize = 4;
const ORDER: usize = 5;
const ENCODING: usize = 6;
const SHAPE: usize = 7;
const BODY: usize = 8;
const HEADERS: usize = 9;
pub(super) const KEY: usize = 10;
pub(super) const DIMENSIONS: usize = 11;

/// An index for each dimension; 0 is what is right.
pub(super) type Choices = [usize; DIMENSIONS];

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
        "OUT" => "output-form",
        "KEY" => "key-form",
        _ if mutation == "ALG-PLAIN" => "key-form",
        _ => "signature-version",
    }
}

/// How often the cause was seen, for telling equal explanations apart.
pub(super) fn frequency(mutation: &str) -> u32 {
    match cause(mutation) {
        "param-encoding" | "signature-version" => 8,
        "param-order" | "date-mismatch" => 7,
        "canonical-lines" | "output-form" => 6,
        "host" => 5,
        "param-location" | "param-set" | "path" => 4,
        "key-form" => 2,
        _ => 1,
    }
}

pub(super) struct Choice<T> {
    pub(super) mutation: &'static str,
    pub(super) value: T,
}

type Pair = (Vec<u8>, Vec<u8>);

struct Set {
    pairs: Vec<Pair>,
    /// The body was taken for sent as parameters, and not hashed.
    replaces_body: bool,
}

struct PathText {
    text: String,
    /// The query was signed here, and the params line left empty.
    takes_params: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Right,
    NoHost,
    NoDate,
    NoLast,
    Null,
    CrLf,
    Literal,
    TailingLf,
}

enum Headers {
    Hash(String),
    /// Version 4: no such line.
    Missing,
    /// Version 2: nor that of the body.
    BothMissing,
}

/// Wiped from memory when it is dropped.
type Secret = Zeroizing<Vec<u8>>;

pub(super) enum Key {
    Hmac(Secret),
    Swapped(Secret),
    Plain,
    OfBase64(Secret),
}

#[derive(Clone, Copy)]
enum Order {
    Right,
    Wire,
    Names,
    Joined,
    Raw,
    Utf16,
    IgnoringCase,
    PunctuationBlind,
}

const ORDERS: [Choice<Order>; 8] = [
    Choice { mutation: "", value: Order::Right },
    Choice { mutation: "ORD-WIRE", value: Order::Wire },
    Choice { mutation: "ORD-VAL", value: Order::Names },
    Choice { mutation: "ORD-PAIR", value: Order::Joined },
    Choice { mutation: "ORD-RAW", value: Order::Raw },
    Choice { mutation: "ORD-RAW", value: Order::Utf16 },
    Choice { mutation: "ORD-LOCALE", value: Order::IgnoringCase },
    Choice { mutation: "ORD-LOCALE", value: Order::PunctuationBlind },
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
}

const ENCODINGS: [Choice<Encoding>; 13] = [
    Choice { mutation: "", value: Encoding::Right },
    Choice { mutation: "ENC-NONE", value: Encoding::None },
    Choice { mutation: "ENC-PLUS", value: Encoding::Plus },
    Choice { mutation: "ENC-JS", value: Encoding::Js },
    Choice { mutation: "ENC-JS1", value: Encoding::JsFirst },
    Choice { mutation: "ENC-LOWHEX", value: Encoding::LowerHex },
    Choice { mutation: "ENC-DOTNET", value: Encoding::DotNet },
    Choice { mutation: "ENC-JAVA", value: Encoding::Java },
    Choice { mutation: "ENC-SLASH", value: Encoding::Slash },
    Choice { mutation: "ENC-URI", value: Encoding::Uri },
    Choice { mutation: "ENC-DOUBLE", value: Encoding::Double },
    Choice { mutation: "ENC-LATIN1", value: Encoding::Latin1 },
    Choice { mutation: "ENC-QMARK", value: Encoding::QuestionMark },
];

const SHAPES: [Choice<Shape>; 8] = [
    Choice { mutation: "", value: Shape::Right },
    Choice { mutation: "STR-NOHOST", value: Shape::NoHost },
    Choice { mutation: "STR-NODATE", value: Shape::NoDate },
    Choice { mutation: "STR-NOLAST", value: Shape::NoLast },
    Choice { mutation: "STR-NULL", value: Shape::Null },
    Choice { mutation: "STR-CRLF", value: Shape::CrLf },
    Choice { mutation: "STR-LITERAL", value: Shape::Literal },
    Choice { mutation: "STR-TAILNL", value: Shape::TailingLf },
];

/// Parameters that programs sign although they are empty and not sent.
const OFTEN_EMPTY: [&str; 8] =
    ["next_offset", "offset", "limit", "mintime", "maxtime", "account_id", "username", "sort"];

/// All texts for one signature version.
pub(super) struct Tables {
    /// What is wrong whatever is chosen.
    pub(super) given: Vec<&'static str>,
    dates: Vec<Choice<String>>,
    /// How many of `dates` are not shifted.
    pub(super) unshifted: usize,
    methods: Vec<Choice<String>>,
    hosts: Vec<Choice<String>>,
    paths: Vec<Choice<PathText>>,
    sets: Vec<Choice<Set>>,
    /// The params lines by set, order and encoding.
    lines: Vec<String>,
    bodies: Vec<Choice<String>>,
    headers: Vec<Choice<Headers>>,
    pub(super) keys: Vec<Choice<Key>>,
}

impl Tables {
    /// Those of the versions that the length of the signature allows, the likelier first.
    pub(super) fn all(
        request: &Received<'_>,
        credentials: &Credentials,
        intended: &Intended,
        target: &Target,
    ) -> Vec<Self> {
        use SignatureVersion::{V2, V5};
        let length = target.bytes.len();
        // Version 2 does not cover a body that is no form.
        let is_form = request.header("content-type").next().is_some_and(is_form);
        let old = (!request.body.is_empty() && !is_form).then_some("V5-AS2");
        let given = match length {
            20 => [(V2, old), (V5, Some("V5-SHA1"))],
            32 => [(V2, Some("ALG-256")), (V5, Some("ALG-256"))],
            _ => [(V5, None), (V2, old)],
        };
        let table = |(version, given): (SignatureVersion, Option<&'static str>)| {
            Self::new(request, credentials, intended, version, given, length)
        };
        given.into_iter().map(table).collect()
    }

    fn new(
        request: &Received<'_>,
        credentials: &Credentials,
        intended: &Intended,
        version: SignatureVersion,
        given: Option<&'static str>,
        length: usize,
    ) -> Self {
        let date = request.dates().next().unwrap_or_default();
        let mut dates = dates(request, date);
        let unshifted = dates.len();
        dates.extend(shifted_dates(date));
        let sets = sets(request, intended, version);
        let mut lines = Vec::with_capacity(sets.len() * ORDERS.len() * ENCODINGS.len());
        for set in &sets {
            for order in &ORDERS {
                for encoding in &ENCODINGS {
                    lines.push(params_line(&set.value.pairs, order.value, encoding.value));
                }
            }
        }
        Self {
            given: given.into_iter().collect(),
            dates,
            unshifted,
            methods: methods(request.method),
            hosts: hosts(request),
            paths: paths(request, sets.first().map_or(&[], |set| &set.value.pairs)),
            sets,
            lines,
            bodies: if version.hashes_body() { bodies(request.body) } else { right(String::new()) },
            headers: if version.hashes_body() {
                headers(request, date)
            } else {
                right(Headers::BothMissing)
            },
            keys: keys(credentials, length),
        }
    }

    pub(super) fn count(&self, dimension: usize) -> usize {
        match dimension {
            DATE => self.dates.len(),
            METHOD => self.methods.len(),
            HOST => self.hosts.len(),
            PATH => self.paths.len(),
            SET => self.sets.len(),
            ORDER => ORDERS.len(),
            ENCODING => ENCODINGS.len(),
            SHAPE => SHAPES.len(),
            BODY => self.bodies.len(),
            HEADERS => self.headers.len(),
            _ => self.keys.len(),
        }
    }

    fn line(&self, choices: &Choices) -> Option<&str> {
        let [_, _, _, _, set, order, encoding, ..] = *choices;
        let index = (set * ORDERS.len() + order) * ENCODINGS.len() + encoding;
        self.lines.get(index).map(String::as_str)
    }

    /// The canonical string of a choice; `None` when the choice makes no sense.
    pub(super) fn canonical(&self, choices: &Choices) -> Option<String> {
        let [date, method, host, path, set, _, _, shape, body, headers, _] = *choices;
        let shape = SHAPES.get(shape)?.value;
        let path = &self.paths.get(path)?.value;
        let mut params = if path.takes_params { "" } else { self.line(choices)? };
        match shape {
            Shape::NoLast | Shape::Null if !params.is_empty() => return None,
            Shape::Null => params = "null",
            _ => {}
        }
        let separator = match shape {
            Shape::CrLf => "\r\n",
            Shape::Literal => "\\n",
            _ => "\n",
        };
        let headers = &self.headers.get(headers)?.value;
        let (body_line, headers_line) = match headers {
            Headers::Hash(hash) => (true, Some(hash.as_str())),
            Headers::Missing => (true, None),
            Headers::BothMissing => (false, None),
        };
        let body_hash = match self.sets.get(set) {
            Some(set) if set.value.replaces_body => sha512_hex(b""),
            _ => Cow::Borrowed(self.bodies.get(body)?.value.as_str()),
        };
        let lines = [
            (shape != Shape::NoDate).then_some(self.dates.get(date)?.value.as_str()),
            Some(self.methods.get(method)?.value.as_str()),
            (shape != Shape::NoHost).then_some(self.hosts.get(host)?.value.as_str()),
            Some(path.text.as_str()),
            (shape != Shape::NoLast).then_some(params),
            body_line.then_some(&*body_hash),
            headers_line,
        ];
        let mut text = String::with_capacity(512);
        for (i, line) in lines.into_iter().flatten().enumerate() {
            if i > 0 {
                text.push_str(separator);
            }
            text.push_str(line);
        }
        if shape == Shape::TailingLf {
            text.push('\n');
        }
        Some(text)
    }

    /// The mutations of a choice.
    pub(super) fn mutations(&self, choices: &Choices) -> impl Iterator<Item = &'static str> {
        let chosen = self.chosen(choices);
        self.given.iter().copied().chain(chosen.into_iter().map(|(_, mutation)| mutation))
    }

    fn chosen(&self, choices: &Choices) -> Vec<(usize, &'static str)> {
        fn mutation<T>(list: &[Choice<T>], i: usize) -> &'static str {
            list.get(i).map_or("", |choice| choice.mutation)
        }
        let name = |(dimension, choice): (usize, usize)| {
            let mutation = match dimension {
                DATE => mutation(&self.dates, choice),
                METHOD => mutation(&self.methods, choice),
                HOST => mutation(&self.hosts, choice),
                PATH => mutation(&self.paths, choice),
                SET => mutation(&self.sets, choice),
                ORDER => mutation(&ORDERS, choice),
                ENCODING => mutation(&ENCODINGS, choice),
                SHAPE => mutation(&SHAPES, choice),
                BODY => mutation(&self.bodies, choice),
                HEADERS => mutation(&self.headers, choice),
                _ => mutation(&self.keys, choice),
            };
            (dimension, mutation)
        };
        let chosen = choices.iter().copied().enumerate().filter(|(_, choice)| *choice > 0);
        chosen.map(name).collect()
    }

    /// What is wrong in a choice.
    pub(super) fn faults(&self, choices: &Choices) -> Vec<Fault> {
        let right = [0; DIMENSIONS];
        let given = self.given.iter().map(|mutation| (DIMENSIONS, *mutation));
        given
            .chain(self.chosen(choices))
            .map(|(dimension, mutation)| Fault {
                cause: cause(mutation),
                mutation,
                signed: self.text(dimension, choices),
                expected: self.text(dimension, &right),
            })
            .collect()
    }

    /// The text that a dimension contributes; nothing for keys, which are secret.
    fn text(&self, dimension: usize, choices: &Choices) -> String {
        fn text(list: &[Choice<String>], i: usize) -> String {
            list.get(i).map_or(String::new(), |choice| choice.value.clone())
        }
        let [date, method, host, path, .., body, _, _] = *choices;
        match dimension {
            DATE => text(&self.dates, date),
            METHOD => text(&self.methods, method),
            HOST => text(&self.hosts, host),
            PATH => self.paths.get(path).map_or(String::new(), |it| it.value.text.clone()),
            SET | ORDER | ENCODING => self.line(choices).unwrap_or_default().to_owned(),
            BODY => text(&self.bodies, body),
            _ => String::new(),
        }
    }
}

fn right<T>(value: T) -> Vec<Choice<T>> {
    vec![Choice { mutation: "", value }]
}

/// The date in other spellings of the same instant, and dates that are not this one.
fn dates(request: &Received<'_>, sent: &str) -> Vec<Choice<String>> {
    let mut dates = right(sent.to_owned());
    dates.push(Choice { mutation: "DATE-EMPTY", value: String::new() });
    for other in request.dates().filter(|other| *other != sent) {
        dates.push(Choice { mutation: "DATE-OTHERHDR", value: other.to_owned() });
    }
    if let Ok(instant) = date::instant(sent) {
        for (mutation, zone) in ZONES {
            dates.extend(spelled(instant, zone).map(|value| Choice { mutation, value }));
        }
        for hours in -12..=14_i64 {
            let sign = if hours < 0 { '-' } else { '+' };
            let zone = format!("{sign}{:02}00", hours.abs());
            let local = instant + hours * 3600;
            dates
                .extend(spelled(local, &zone).map(|value| Choice { mutation: "DATE-ZONE", value }));
        }
    }
    dates
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

/// Dates that were made a second time, up to ten minutes apart.
fn shifted_dates(sent: &str) -> Vec<Choice<String>> {
    let Ok(instant) = date::instant(sent) else { return Vec::new() };
    let zone = sent.rsplit(' ').next().unwrap_or_default();
    let own = ZONES.iter().map(|(_, zone)| *zone).filter(|it| *it != zone);
    let mut dates = Vec::with_capacity(6000);
    for zone in core::iter::once(zone).chain(own) {
        for shift in (1..=600).flat_map(|shift| [shift, -shift]) {
            let text = spelled(instant + shift, zone);
            dates.extend(text.map(|value| Choice { mutation: "DATE-SHIFT", value }));
        }
    }
    dates
}

fn methods(sent: &str) -> Vec<Choice<String>> {
    let upper = sent.to_ascii_uppercase();
    let mut methods = right(upper.clone());
    for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        if other != upper {
            methods.push(Choice { mutation: "METH-OTHER", value: other.to_owned() });
        }
    }
    methods.push(Choice { mutation: "METH-LOWER", value: upper.to_ascii_lowercase() });
    methods
}

fn hosts(request: &Received<'_>) -> Vec<Choice<String>> {
    let sent = request.header("host").next().unwrap_or_default();
    let lower = sent.to_ascii_lowercase();
    let name = lower.split(':').next().unwrap_or_default().to_owned();
    let mut hosts = right(lower.clone());
    let mut add = |mutation, value: String| hosts.push(Choice { mutation, value });
    add("HOST-CASE", sent.to_owned());
    add("HOST-CASE", sent.to_ascii_uppercase());
    add("HOST-PORT", format!("{name}:443"));
    add("HOST-PORT", name.clone());
    add("HOST-SCHEME", format!("https://{lower}"));
    add("HOST-SCHEME", format!("https://{lower}/"));
    add("HOST-SHORT", name.split('.').next().unwrap_or_default().to_owned());
    hosts
}

fn paths(request: &Received<'_>, params: &[Pair]) -> Vec<Choice<PathText>> {
    let path = request.path;
    let host = request.header("host").next().unwrap_or_default();
    let query = params_line(params, Order::Wire, Encoding::Right);
    let text = |text: String| PathText { text, takes_params: false };
    let mut paths = right(text(path.to_owned()));
    let mut add = |mutation, value| paths.push(Choice { mutation, value });
    add("PATH-NOSLASH", text(path.trim_start_matches('/').to_owned()));
    for query in [query.as_str(), request.query] {
        let with_query = format!("{path}?{query}");
        add("PATH-QUERY", PathText { text: with_query.clone(), takes_params: true });
        add("PATH-QUERY2", text(with_query));
    }
    add("PATH-URL", text(format!("https://{host}{path}")));
    add("PATH-URL", text(format!("https://{}{path}", host.to_ascii_lowercase())));
    add("PATH-SLASH", text(format!("{path}/")));
    add("PATH-SLASH", text(path.trim_end_matches('/').to_owned()));
    add("PATH-CASE", text(path.to_ascii_lowercase()));
    let decoded = percent_decode(path.as_bytes()).decode_utf8_lossy().into_owned();
    add("PATH-DECODED", text(decoded));
    paths
}

/// The parameters as they were sent, and what else may have been signed.
fn sets(
    request: &Received<'_>,
    intended: &Intended,
    version: SignatureVersion,
) -> Vec<Choice<Set>> {
    let mut sent: Vec<Pair> = params::decoded(request.query.as_bytes()).collect();
    let is_form = request.header("content-type").next().is_some_and(is_form);
    let signs_form = !version.hashes_body() && is_form && takes_params_in_body(request.method);
    if signs_form {
        sent.extend(params::decoded(request.body));
    }
    let set = |pairs| Set { pairs, replaces_body: false };
    let mut sets = right(set(sent.clone()));
    let mut add = |mutation, value| sets.push(Choice { mutation, value });

    if let Some(params) = &intended.params {
        let bytes = |text: &String| text.as_bytes().to_vec();
        let pairs = params.iter().map(|(name, value)| (bytes(name), bytes(value))).collect();
        add("RCV-NOPARAMS", set(pairs));
    }
    let members = members(request.body);
    if version.hashes_body() {
        if let Some(members) = members {
            add("V5-PARAMS", set(members.clone()));
            add("V5-PATCH", Set { pairs: members, replaces_body: true });
        }
    } else if !signs_form && !request.body.is_empty() {
        let body = members.unwrap_or_else(|| params::decoded(request.body).collect());
        add("RCV-NOPARAMS", set([sent.clone(), body].concat()));
    }
    add("PAR-NONE", set(Vec::new()));
    for name in OFTEN_EMPTY {
        if !sent.iter().any(|(found, _)| found == name.as_bytes()) {
            let mut pairs = sent.clone();
            pairs.push((name.as_bytes().to_vec(), Vec::new()));
            add("PAR-EMPTY", set(pairs));
        }
    }
    add("PAR-EMPTY", set(sent.iter().filter(|(_, value)| !value.is_empty()).cloned().collect()));
    let later = |i: usize, name: &Vec<u8>| sent.iter().skip(i + 1).any(|(other, _)| other == name);
    let earlier = |i: usize, name: &Vec<u8>| sent.iter().take(i).any(|(other, _)| other == name);
    let all = || sent.iter().enumerate();
    let kept = |keeps: &dyn Fn(usize, &Vec<u8>) -> bool| {
        all().filter(|(i, (name, _))| keeps(*i, name)).map(|(_, pair)| pair.clone()).collect()
    };
    if all().any(|(i, (name, _))| later(i, name)) {
        add("PAR-LAST", set(kept(&|i, name| !later(i, name))));
        add("PAR-LAST", set(kept(&|i, name| !earlier(i, name))));
        for (before, between, after) in [("", ",", ""), ("", ", ", ""), ("[", ", ", "]")] {
            add("PAR-JOIN", set(joined(&sent, before, between, after)));
        }
        let brackets = all().map(|(i, (name, value))| {
            let repeated = later(i, name) || earlier(i, name);
            let name = if repeated { [name.as_slice(), b"[]"].concat() } else { name.clone() };
            (name, value.clone())
        });
        add("PAR-JOIN", set(brackets.collect()));
    }
    // After the others, which are rarer, and may be the same where a value is dropped.
    if sent.len() <= 16 {
        for i in 0..sent.len() {
            add("PAR-DROP", set(without(&sent, &[i])));
            for j in i + 1..sent.len() {
                add("PAR-DROP", set(without(&sent, &[i, j])));
            }
        }
    }
    let trimmed = sent.iter().map(|(name, value)| (name.clone(), value.trim_ascii().to_vec()));
    add("PAR-TRIM", set(trimmed.collect()));
    sets
}

fn without(pairs: &[Pair], left_out: &[usize]) -> Vec<Pair> {
    let kept = pairs.iter().enumerate().filter(|(i, _)| !left_out.contains(i));
    kept.map(|(_, pair)| pair.clone()).collect()
}

/// A name that is there more than once, with all its values in one.
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

/// The members of a JSON body, as texts.
fn members(body: &[u8]) -> Option<Vec<Pair>> {
    let object: serde_json::Map<_, serde_json::Value> = serde_json::from_slice(body).ok()?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        value => value.to_string(),
    };
    Some(object.into_iter().map(|(name, it)| (name.into_bytes(), text(it).into_bytes())).collect())
}

fn params_line(pairs: &[Pair], order: Order, encoding: Encoding) -> String {
    let mut list: Vec<(String, String, &Pair)> = pairs
        .iter()
        .map(|pair| (encode(&pair.0, encoding), encode(&pair.1, encoding), pair))
        .collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match order {
        Order::Wire => {}
        Order::Right => list.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1))),
        Order::Names => list.sort_by(|a, b| a.0.cmp(&b.0)),
        Order::Joined => list.sort_by_cached_key(|it| format!("{}={}", it.0, it.1)),
        Order::Raw => list.sort_by(|a, b| a.2.cmp(b.2)),
        Order::Utf16 => {
            list.sort_by_cached_key(|it| text(&it.2.0).encode_utf16().collect::<Vec<_>>());
        }
        Order::IgnoringCase => list.sort_by_cached_key(|it| text(&it.2.0).to_lowercase()),
        Order::PunctuationBlind => list.sort_by_cached_key(|it| {
            let letters = text(&it.2.0).to_lowercase();
            letters.chars().filter(|found| found.is_alphanumeric()).collect::<String>()
        }),
    }
    let mut line = String::new();
    for (name, value, _) in &list {
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
            line = line.replacen(found, escaped, 1);
        }
    }
    line
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
        Encoding::Right => params::encode(bytes).into_owned(),
        Encoding::None => String::from_utf8_lossy(bytes).into_owned(),
        Encoding::Plus => plus(with(RESERVED)),
        Encoding::Js | Encoding::JsFirst => with(JS),
        Encoding::LowerHex => lower_hex(&with(RESERVED)),
        Encoding::DotNet => lower_hex(&plus(with(DOT_NET))),
        Encoding::Java => plus(with(JAVA)),
        Encoding::Slash => with(SLASH),
        Encoding::Uri => with(URI),
        Encoding::Double => params::encode(params::encode(bytes).as_bytes()).into_owned(),
        Encoding::Latin1 => {
            let text = String::from_utf8_lossy(bytes);
            let single: Option<Vec<u8>> =
                text.chars().map(|found| u8::try_from(u32::from(found)).ok()).collect();
            params::encode(single.as_deref().unwrap_or(bytes)).into_owned()
        }
        Encoding::QuestionMark => {
            let text = String::from_utf8_lossy(bytes);
            let ascii: String =
                text.chars().map(|found| if found.is_ascii() { found } else { '?' }).collect();
            params::encode(ascii.as_bytes()).into_owned()
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

/// Hashes of what may have been hashed in place of the body that was sent.
fn bodies(sent: &[u8]) -> Vec<Choice<String>> {
    let hash = |bytes: &[u8]| sha512_hex(bytes).into_owned();
    let mut bodies = right(hash(sent));
    let mut add = |mutation, bytes: &[u8]| bodies.push(Choice { mutation, value: hash(bytes) });
    add("V5-BODYEMPTY", b"");
    add("V5-BODYNL", &[sent, b"\n"].concat());
    let latin1: String = sent.iter().map(|byte| char::from(*byte)).collect();
    add("V5-BODYMOJI", latin1.as_bytes());
    let Ok(text) = core::str::from_utf8(sent) else { return bodies };
    let sorted: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let sorted = sorted.map(|value| sort_names(value).to_string());
    for (comma, colon) in [(", ", ": "), (",", ":")] {
        let text = spaced(text, comma, colon);
        add("V5-BODYSP", text.as_bytes());
        add("V5-BODYASCII", ascii(&text).as_bytes());
    }
    add("V5-BODYASCII", ascii(text).as_bytes());
    if let Some(sorted) = sorted {
        add("V5-BODYSORT", sorted.as_bytes());
        add("V5-BODYSORT", ascii(&sorted).as_bytes());
        add("V5-BODYSORT", spaced(&sorted, ", ", ": ").as_bytes());
    }
    bodies
}

/// JSON with its names in order at every level.
fn sort_names(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value::{Array, Object};
    match value {
        Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, it)| (name, sort_names(it))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Object(members.into_iter().collect())
        }
        Array(items) => Array(items.into_iter().map(sort_names).collect()),
        other => other,
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

/// The last line of version 5.
fn headers(request: &Received<'_>, date: &str) -> Vec<Choice<Headers>> {
    let signed = |&&(name, _): &&(&str, &str)| is_x_duo(name);
    let sent: Vec<_> = request.headers.iter().filter(signed).copied().collect();
    let hash = |headers: &[(&str, &str)]| Headers::Hash(hash_x_duo_headers(headers).into_owned());
    let dated = [sent.as_slice(), &[("x-duo-date", date)]].concat();
    let undated: Vec<_> =
        sent.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("x-duo-date")).copied().collect();
    let mut list = right(hash(&sent));
    let mut add = |mutation, value| list.push(Choice { mutation, value });
    add("V5-XDATE", hash(if undated.len() == sent.len() { &dated } else { &undated }));
    add("V5-HDRNONE", hash(&[]));
    add("V5-NOHASH", Headers::Hash(String::new()));
    add("V5-AS4", Headers::Missing);
    add("V5-AS2", Headers::BothMissing);
    list
}

fn keys(credentials: &Credentials, length: usize) -> Vec<Choice<Key>> {
    let skey = credentials.skey();
    let bytes = Secret::new(skey.as_bytes().to_vec());
    let mut keys = right(Key::Hmac(bytes.clone()));
    let mut add = |mutation, value| keys.push(Choice { mutation, value });
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
    add("KEY-SWAP", Key::Swapped(bytes.clone()));
    add("ALG-PLAIN", Key::Plain);
    if length == 20 {
        add("OUT-SHAB64", Key::OfBase64(bytes));
    }
    keys
}
