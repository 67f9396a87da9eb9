//! The line of the date.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::choices::{ALONE, Choice, EVERYWHERE, IN_PAIRS, LATER, List, NOTHINGS, ONCE, wrapped};
use super::list::Mistake;
use crate::canonical::{SignatureVersion, hash_x_duo_headers};
use crate::text::eq_ignore_case;
use crate::{date, http, params};

pub(super) struct DateText {
    pub(super) text: String,
    /// The hash of the headers with this date as X-Duo-Date, where that is one of them.
    pub(super) headers: Option<String>,
}

/// The date of the example in Duo's documentation.
const SAMPLE_DATE: &str = "Tue, 21 Aug 2012 17:29:18 -0000";

/// The date in other spellings of the same instant, and dates that are not this one.
pub(super) fn dates(request: &http::Request, now: Option<i64>) -> List<String> {
    let sent = request.dates().next();
    let first = sent.map(ToOwned::to_owned).or_else(|| date::format(now?).ok());
    let first = first.unwrap_or_default();
    let mut dates = List::new(first.clone());
    dates.add(Mistake::DateEmpty, String::new(), EVERYWHERE);
    for other in request.dates().skip(1) {
        dates.add(Mistake::DateOtherHeader, other.to_owned(), EVERYWHERE);
    }
    dates.add(Mistake::DateSample, SAMPLE_DATE.to_owned(), IN_PAIRS);
    for nothing in NOTHINGS {
        dates.add(Mistake::DateEmpty, nothing.to_owned(), ALONE);
    }
    let named =
        ["Date: ", "date:", "x-duo-date: ", "x-duo-date:"].map(|name| [name, &first].concat());
    let encoded = params::encode(&first);
    let spelled_out =
        [first.replace(' ', "+"), encoded, first.to_ascii_lowercase(), first.to_ascii_uppercase()];
    for date in wrapped(&first).chain(named).chain(spelled_out) {
        dates.add(Mistake::DateWrap, date, ALONE);
    }
    let Ok(instant) = date::instant(&first) else { return dates };
    for (mistake, zone) in ZONES {
        if let Some(date) = spelled(instant, zone) {
            dates.add(mistake, date, EVERYWHERE);
        }
    }
    if let Ok(date) = date::format(instant) {
        for (i, form) in FORMS.into_iter().enumerate() {
            let most = if i < USUAL_FORMS { IN_PAIRS } else { ONCE };
            dates.add(Mistake::DateForm, in_form(&date, instant, form), most);
        }
    }
    let zone = first.rsplit(' ').next().unwrap_or_default();
    let local = instant + seconds_of(zone);
    for quarters in -48..=56_i64 {
        // Half hours and the quarters of an hour that Nepal and others have.
        let offset = quarters * 15;
        let is_used = offset % 60 == 0 || offset % 30 == 0 && offset.abs() < 720 || quarters == 23;
        if !is_used {
            continue;
        }
        // The time of another zone under the name of this one.
        for (name, most) in [(zone, ALONE), ("GMT", ONCE)] {
            if let Some(date) = spelled(local + offset * 60, name) {
                dates.add(Mistake::DateShift, date, most);
            }
        }
        let sign = if offset < 0 { '-' } else { '+' };
        let other = format!("{sign}{:02}{:02}", offset.abs() / 60, offset.abs() % 60);
        if let Some(date) = spelled(instant + offset * 60, &other) {
            dates.add(Mistake::DateZone, date, IN_PAIRS);
        }
    }
    for (name, hours) in NAMED_ZONES {
        if let Some(date) = spelled(instant + hours * 3600, name) {
            dates.add(Mistake::DateZone, date, ONCE);
        }
    }
    for shift in FAR.into_iter().flat_map(|shift| [shift, -shift]) {
        if let Some(date) = spelled(local + shift, zone) {
            dates.add(Mistake::DateShift, date, ONCE);
        }
    }
    // Java and others write the first days of a month with one digit.
    let padded = dates.choices.iter().filter(|date| date.value.contains(", 0"));
    let short: Vec<_> =
        padded.map(|date| (date.value.replace(", 0", ", "), date.most.min(LATER))).collect();
    let spaced = first.replace(", 0", ",  ");
    for (date, most) in short.into_iter().chain([(spaced, ONCE)]) {
        dates.add(Mistake::DateDay, date, most);
    }
    // Made a second time, up to ten minutes apart; GMT is the commonest of the other zones.
    let others = ZONES.iter().map(|(_, zone)| *zone).filter(|it| *it != zone);
    let minute = |name: &str| if name == "GMT" { 60 } else { 10 };
    let zones =
        || core::iter::once((zone, 60)).chain(others.clone().map(|name| (name, minute(name))));
    for most in [EVERYWHERE, LATER, IN_PAIRS, ALONE] {
        for (name, in_pairs) in zones() {
            let is_sent = name == zone;
            let shifts = match most {
                EVERYWHERE if is_sent => 1..=NEXT,
                EVERYWHERE => continue,
                LATER if is_sent => NEXT + 1..=NEAR,
                LATER => 1..=NEXT,
                IN_PAIRS => (if is_sent { NEAR } else { NEXT }) + 1..=in_pairs,
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
pub(super) fn with_headers(
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

/// How many seconds apart a second date is mostly made: by the next call, and around a slow one.
const NEXT: i64 = 2;
const NEAR: i64 = 10;

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

/// Those of RFC 822, and of western Europe, with their hours from UTC.
const NAMED_ZONES: [(&str, i64); 11] = [
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("CET", 1),
    ("CEST", 2),
    ("BST", 1),
];

/// Shifts of a quarter of an hour, half an hour, half a day and a day.
const FAR: [i64; 4] = [900, 1800, 43200, 86400];

const ZONES: [(Mistake, &str); 5] = [
    (Mistake::DateGmt, "GMT"),
    (Mistake::DateP0000, "+0000"),
    (Mistake::DateM0000, "-0000"),
    (Mistake::DateZone, "UTC"),
    (Mistake::DateZone, "Z"),
];

/// How languages and standards write a time in UTC; `%` and a letter stand for what `strftime` of C
/// puts there, `%I` with minutes and seconds, `%t` for the time without colons, and `%N`, `%D` and `%i` for
/// `%m`, `%d` and `%I` without a zero.
const USUAL_FORMS: usize = 34;
const FORMS: [&str; 53] = [
    "%Y-%m-%dT%TZ",
    "%Y-%m-%dT%T.000Z",
    "%Y-%m-%dT%T+00:00",
    "%Y-%m-%dT%T+0000",
    "%Y-%m-%dT%T",
    "%Y%m%dT%tZ",
    "%Y-%m-%d %T",
    "%Y-%m-%d %TZ",
    "%Y-%m-%d %T UTC",
    "%Y-%m-%d %T+00:00",
    "%Y-%m-%d %T +0000",
    "%Y-%m-%d %T +0000 UTC",
    "%s",
    "%s000",
    "%s.0",
    "%a %b %e %T %Y",
    "%a %b %e %T UTC %Y",
    "%a %b %d %T UTC %Y",
    "%a %b %d %T GMT %Y",
    "%a %b %d %T +0000 %Y",
    "%a %b %d %Y %T GMT+0000 (Coordinated Universal Time)",
    "%a %b %d %Y %T GMT+0000 (UTC)",
    "%a %b %d %Y %T GMT+0000",
    "%A, %d-%b-%y %T GMT",
    "%A, %d-%b-%y %T UTC",
    "%A, %d-%b-%Y %T UTC",
    "%a, %d %b %y %T +0000",
    "%d %b %y %R UTC",
    "%d %b %y %R +0000",
    "%d %b %Y %T GMT",
    "%d %b %Y %T +0000",
    "%d %b %Y %T -0000",
    "%a, %d %b %Y %T",
    "%a, %d %b %Y %T +00:00",
    "%a, %d %b %Y %T -00:00",
    "%a, %d %b %Y %T GMT+0000",
    "%a, %d %b %Y %R -0000",
    "%a, %d %b %Y %R GMT",
    "%a, %d %b %y %T -0000",
    "%a %d %b %Y %T -0000",
    "%A, %d %b %Y %T -0000",
    "%A, %d %b %Y %T GMT",
    "%a, %d %b %Y %I -0000",
    "%a, %d %b %Y %I GMT",
    "%m/%d/%Y %T",
    "%d/%m/%Y %T",
    "%Y-%m-%dT%T.000000",
    "%Y/%m/%d %T",
    // Of a clock face; the month in place of the minutes.
    "%a, %d %b %Y %I %p -0000",
    "%a, %d %b %Y %I %p GMT",
    "%N/%D/%Y %i %p",
    "%a, %d %b %Y %H:%m:%S -0000",
    "%a, %d %b %Y %H:%m:%S GMT",
];

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A date of [`date::format`], such as `Tue, 21 Aug 2012 17:29:18 -0000`, in another form.
fn in_form(text: &str, instant: i64, form: &str) -> String {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let [weekday, day, month, year, time] =
        core::array::from_fn(|_| words.next().unwrap_or_default());
    let number = date::MONTHS.iter().position(|it| *it == month).map_or(0, |i| i + 1);
    let hour = time.get(..2).and_then(|it| it.parse::<u8>().ok()).unwrap_or_default();
    let mut parts = form.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (letter, rest) = part.split_at_checked(1).unwrap_or_default();
        let piece = match letter {
            "a" => weekday.to_owned(),
            "A" => {
                DAYS.into_iter().find(|it| it.starts_with(weekday)).unwrap_or_default().to_owned()
            }
            "d" => day.to_owned(),
            "e" => format!("{:>2}", day.trim_start_matches('0')),
            "b" => month.to_owned(),
            "m" => format!("{number:02}"),
            "Y" => year.to_owned(),
            "y" => year.get(2..).unwrap_or_default().to_owned(),
            "T" => time.to_owned(),
            "R" => time.rsplit_once(':').unwrap_or_default().0.to_owned(),
            "t" => time.replace(':', ""),
            "H" => time.get(..2).unwrap_or_default().to_owned(),
            "S" => time.get(6..).unwrap_or_default().to_owned(),
            "N" => format!("{number}"),
            "D" => day.trim_start_matches('0').to_owned(),
            // The hour of a clock face, also without a zero before it.
            "I" | "i" => {
                let width = if letter == "I" { 2 } else { 1 };
                let rest = time.get(2..).unwrap_or_default();
                format!("{:0width$}{rest}", (hour + 11) % 12 + 1)
            }
            "p" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            _ => format!("{instant}"),
        };
        text.extend([&piece, rest]);
    }
    text
}

fn spelled(instant: i64, zone: &str) -> Option<String> {
    let text = date::format(instant).ok()?;
    Some(text.replace("-0000", zone))
}
