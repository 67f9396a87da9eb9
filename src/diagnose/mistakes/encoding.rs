//! How parameters may have been ordered and encoded.

use alloc::borrow::ToOwned as _;
use alloc::collections::{BTreeSet, BinaryHeap};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::list::Mistake;
use crate::params;

pub(in crate::diagnose) type Pair = (Vec<u8>, Vec<u8>);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
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

pub(super) const ORDERS: [(Option<Mistake>, Order); 9] = [
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
pub(super) enum Encoding {
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
pub(super) struct Bare {
    characters: u128,
    space: &'static str,
    lower_hex: bool,
    /// Also those outside ASCII.
    pub(super) is_ascii_only: bool,
}

impl Bare {
    /// None bare.
    const NONE: Self = Self { characters: 0, space: "%20", lower_hex: false, is_ascii_only: false };
}

pub(super) const ENCODINGS: [(Option<Mistake>, Encoding); 13] = [
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

/// Up to so many kinds of special characters every choice of those that are encoded is tried.
const MOST_KINDS: usize = 8;

pub(super) type Encoded = Vec<(String, String)>;

pub(super) fn encoded(pairs: &[Pair], encoding: Encoding) -> Encoded {
    pairs.iter().map(|(name, value)| (encode(name, encoding), encode(value, encoding))).collect()
}

pub(super) fn line(pairs: &[Pair], order: Order, encoding: Encoding) -> String {
    let mut line = String::new();
    let encoded = encoded(pairs, encoding);
    write_line(&encoded, sorted(pairs, &encoded, order), encoding, &mut line);
    line
}

pub(super) fn write_line(
    encoded: &Encoded,
    sorted: Vec<usize>,
    encoding: Encoding,
    line: &mut String,
) {
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
pub(super) fn sorted(pairs: &[Pair], encoded: &Encoded, order: Order) -> Vec<usize> {
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
pub(super) fn made(pairs: &[Pair]) -> Vec<Bare> {
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

pub(super) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) const JS: &AsciiSet =
    &RESERVED.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');

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

pub(super) fn encode(bytes: &[u8], encoding: Encoding) -> String {
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

/// As Windows encodes a text for western languages; `?` for what it has no place for.
pub(super) fn windows_1252(text: &str) -> Vec<u8> {
    const FROM_80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let byte = |found| {
        let place = (0x80..).zip(FROM_80.chars()).find(|(_, it)| *it == found);
        place.map(|(byte, _)| byte).or_else(|| u8::try_from(found).ok()).unwrap_or(b'?')
    };
    text.chars().map(byte).collect()
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
