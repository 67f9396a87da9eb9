//! RFC 2822 dates: writing a time that the caller gives, and reading one to check it.

use alloc::string::String;

use crate::error::Error;
use crate::text::{decimal, split_at_byte};

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECONDS_PER_DAY: i64 = 86_400;

/// Writes a Unix time (seconds since 1970) the way Duo's Python client does, through
/// `email.utils.formatdate`: English names, in UTC, with the zone `-0000`.
///
/// ```
/// assert_eq!(duo_sign::date::format(1_345_570_158)?, "Tue, 21 Aug 2012 17:29:18 -0000");
/// # Ok::<(), duo_sign::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::DateRange`]: a time outside the years 1900 to 9999 (RFC 2822 section 3.3).
pub fn format(unix_time: i64) -> Result<String, Error> {
    let days = unix_time.div_euclid(SECONDS_PER_DAY);
    let second = unix_time.rem_euclid(SECONDS_PER_DAY);
    let (year, month, day) = civil_from_days(days).ok_or(Error::DateRange)?;
    let month = index(month - 1).and_then(|i| MONTHS.get(i)).ok_or(Error::DateRange)?;
    let name = DAYS.get(weekday(days)).ok_or(Error::DateRange)?;
    let mut text = String::with_capacity(31);
    text.push_str(name);
    for (before, number) in [
        (", ", day),
        (" ", year / 100),
        ("", year % 100),
        (" ", second / 3600),
        (":", second / 60 % 60),
        (":", second % 60),
    ] {
        text.push_str(before);
        push_two_digits(&mut text, number);
        if before == ", " {
            text.push(' ');
            text.push_str(month);
        }
    }
    text.push_str(" -0000");
    Ok(text)
}

fn push_two_digits(text: &mut String, number: i64) {
    for digit in [number / 10, number % 10] {
        text.extend(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)));
    }
}

/// Reads an RFC 2822 date as Unix time, in seconds.
///
/// Accepts the grammar of RFC 2822 section 3.3 with the older forms of section 4.3 (zone names
/// such as `GMT`, two-digit years), and a date without a zone, which is read as UTC, because
/// Duo's own client tests sign such dates. A day of the week that does not fit the date is
/// refused: it betrays a wrong year or a wrong locale.
///
/// ```
/// assert_eq!(duo_sign::date::parse("Tue, 21 Aug 2012 12:29:18 -0500")?, 1_345_570_158);
/// # Ok::<(), duo_sign::Error>(())
/// ```
///
/// # Errors
///
/// - [`Error::DateControlCharacter`]: a line break or another control character
/// - [`Error::DateFormat`]: `2012-08-21T17:29:18Z`, `Di, 21 Aug 2012 …`, `1345570158`
pub fn parse(text: &str) -> Result<i64, Error> {
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let is_plain = !text.chars().any(char::is_control);
        let found = Error::DateFormat("it has characters outside ASCII");
        return Err(if is_plain { found } else { Error::DateControlCharacter });
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(Error::DateFormat("it has white space around it"));
    }
    let (days, seconds) = read(text)?;
    if let Some((name, _)) = split_at_byte(text, b',') {
        let given = DAYS
            .iter()
            .position(|day| day.eq_ignore_ascii_case(name))
            .ok_or(Error::DateFormat("the day of the week is not one of Mon to Sun"))?;
        if given != weekday(days) {
            return Err(Error::DateFormat("the day of the week does not fit the date"));
        }
    }
    Ok(days * SECONDS_PER_DAY + seconds)
}

/// The same, with any day of the week: as Python's `email.utils.parsedate_tz` reads dates, and so
/// does the receiver's side.
pub(crate) fn instant(text: &str) -> Result<i64, Error> {
    read(text).map(|(days, seconds)| days * SECONDS_PER_DAY + seconds)
}

/// Days since 1970 and the seconds of the day, less the zone.
fn read(text: &str) -> Result<(i64, i64), Error> {
    let rest = split_at_byte(text, b',').map_or(text, |(_, rest)| rest);
    // A trailing comment such as `(UTC)` means nothing.
    let rest = match split_at_byte(rest, b'(') {
        Some((rest, comment)) if comment.ends_with(')') => rest,
        _ => rest,
    };
    let mut words = rest;
    let mut next = || next_word(&mut words);
    let (Some(day), Some(month), Some(year), Some(time), zone, None) =
        (next(), next(), next(), next(), next(), next())
    else {
        return Err(Error::DateFormat("it is not day, month, year, time and zone"));
    };

    let year = parse_year(year)?;
    let month = MONTHS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(month))
        .and_then(|i| i64::try_from(i + 1).ok())
        .ok_or(Error::DateFormat("the month is not one of Jan to Dec"))?;
    let day = digits(day, 1..=2).ok_or(Error::DateFormat("the day is not a number"))?;
    let days = days_from_civil(year, month, day);
    if civil_from_days(days) != Some((year, month, day)) {
        return Err(Error::DateFormat("that month has no such day"));
    }
    let second = parse_time(time).ok_or(Error::DateFormat("the time is not hh:mm:ss"))?;
    let offset = match zone {
        Some(zone) => parse_zone(zone)
            .ok_or(Error::DateFormat("the zone is not a numeric offset such as -0000"))?,
        None => 0,
    };
    Ok((days, second - offset))
}

/// Takes the first word, of what white space parts.
fn next_word<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let bytes = rest.as_bytes();
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let word = rest.get(start..)?;
    let end = word.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(word.len());
    let (word, after) = word.split_at_checked(end)?;
    *rest = after;
    Some(word)
}

fn parse_year(text: &str) -> Result<i64, Error> {
    match (text.len(), digits(text, 2..=4)) {
        // RFC 2822 section 4.3: 00 to 49 are 2000 to 2049, other short years count from 1900.
        (2, Some(year @ 0..50)) => Ok(2000 + year),
        (2 | 3, Some(year)) => Ok(1900 + year),
        (4, Some(year @ 1900..)) => Ok(year),
        _ => Err(Error::DateFormat("the year is not four digits from 1900 on")),
    }
}

fn parse_time(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(|part| digits(part, 2..=2));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = match parts.next() {
        Some(second) => second?,
        None => 0,
    };
    // 60 is a leap second.
    (hour < 24 && minute < 60 && second <= 60 && parts.next().is_none())
        .then_some(hour * 3600 + minute * 60 + second)
}

fn parse_zone(text: &str) -> Option<i64> {
    let (sign, number) = match text.split_at_checked(1)? {
        ("+", number) => (1, number),
        ("-", number) => (-1, number),
        _ => return named_zone(text),
    };
    let value = digits(number, 4..=4)?;
    (value % 100 < 60).then_some(sign * (value / 100 * 3600 + value % 100 * 60))
}

/// RFC 2822 section 4.3: the American zones, and letters, which mean "unknown", as `-0000` does.
fn named_zone(text: &str) -> Option<i64> {
    let zone = text.to_ascii_uppercase();
    let hours = match zone.as_str() {
        "UT" | "UTC" | "GMT" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        letter
            if letter != "J"
                && letter.len() == 1
                && letter.bytes().all(|it| it.is_ascii_alphabetic()) =>
        {
            0
        }
        _ => return None,
    };
    Some(hours * 3600)
}

fn digits(text: &str, length: core::ops::RangeInclusive<usize>) -> Option<i64> {
    if length.contains(&text.len()) { decimal(text) } else { None }
}

/// Days since 1970 of a date in the proleptic Gregorian calendar, in which a year is taken to
/// start in March, so that the leap day is the last of it.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// The year, month and day of a number of days since 1970, within the years 1900 to 9999.
fn civil_from_days(days: i64) -> Option<(i64, i64, i64)> {
    const FIRST: i64 = -25_567; // 1 January 1900
    const LAST: i64 = 2_932_896; // 31 December 9999
    if !(FIRST..=LAST).contains(&days) {
        return None;
    }
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Some((year, month, day))
}

/// 0 is Sunday. 1 January 1970 was a Thursday.
fn weekday(days: i64) -> usize {
    index((days + 4).rem_euclid(7)).unwrap_or_default()
}

fn index(value: i64) -> Option<usize> {
    usize::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_the_same_instant() {
        for text in [
            "Tue, 21 Aug 2012 17:29:18 -0000",
            "Tue, 21 Aug 2012 17:29:18 +0000",
            "Tue, 21 Aug 2012 17:29:18 GMT",
            "Tue, 21 Aug 2012 17:29:18",
            "Tue, 21 Aug 2012 22:59:18 +0530",
            "Tue, 21 Aug 2012 13:29:18 EDT",
            "Tue, 21 Aug 2012 12:29:18 EST",
            "Tue, 21 Aug 2012 12:29:18 CDT",
            "Tue, 21 Aug 2012 11:29:18 CST",
            "Tue, 21 Aug 2012 11:29:18 MDT",
            "Tue, 21 Aug 2012 10:29:18 MST",
            "Tue, 21 Aug 2012 10:29:18 PDT",
            "Tue, 21 Aug 2012 09:29:18 PST",
            "21 Aug 12 17:29:18 UT",
            "TUE,21 aug 112 17:29:18 z",
            "Tue, 21 Aug 2012 17:29:18 +0000 (Coordinated Universal Time)",
        ] {
            assert_eq!(parse(text), Ok(1_345_570_158), "{text}");
        }
        assert_eq!(parse("21 Aug 2012 17:29 GMT"), Ok(1_345_570_140));
    }

    #[test]
    fn refuses_what_is_not_rfc_2822() {
        for (text, reason) in [
            ("", "it is not day, month, year, time and zone"),
            ("1345570158", "it is not day, month, year, time and zone"),
            ("2012-08-21T17:29:18Z", "it is not day, month, year, time and zone"),
            ("Tue Aug 21 2012 17:29:18 GMT", "it is not day, month, year, time and zone"),
            ("Tue, 21 Aug 2012 17:29:18 -0000 x", "it is not day, month, year, time and zone"),
            ("Di, 21 Aug 2012 17:29:18 -0000", "the day of the week is not one of Mon to Sun"),
            ("Tue, 21 Aout 2012 17:29:18 -0000", "the month is not one of Jan to Dec"),
            ("Tue, 21 ao\u{fb}t 2012 17:29:18 -0000", "it has characters outside ASCII"),
            ("Tue, 21 Aug 2012 17:29:18 -0000 (\u{20ac})", "it has characters outside ASCII"),
            ("Mon, 21 Aug 2012 17:29:18 -0000", "the day of the week does not fit the date"),
            ("Sun, 31 Jun 2012 17:29:18 -0000", "that month has no such day"),
            ("Tue, 00 Aug 2012 17:29:18 -0000", "that month has no such day"),
            ("Tue, 29 Feb 2011 17:29:18 -0000", "that month has no such day"),
            ("Tue, 21 Aug 1812 17:29:18 -0000", "the year is not four digits from 1900 on"),
            ("Tue, 21 Aug 12012 17:29:18 -0000", "the year is not four digits from 1900 on"),
            ("Tue, 21 Aug 2012 5:29:18 -0000", "the time is not hh:mm:ss"),
            ("Tue, 21 Aug 2012 24:00:00 -0000", "the time is not hh:mm:ss"),
            ("Tue, 21 Aug 2012 17:29:18.5 -0000", "the time is not hh:mm:ss"),
            ("Tue, 21 Aug 2012 17:60:18 -0000", "the time is not hh:mm:ss"),
            ("Tue, 21 Aug 2012 17:29:61 -0000", "the time is not hh:mm:ss"),
            ("Tue, 21 Aug 2012 17:29:18 -0000 (x", "it is not day, month, year, time and zone"),
            ("21 Aug 2012 17:29:18 J", "the zone is not a numeric offset such as -0000"),
            ("21 Aug 2012 17:29:18 j", "the zone is not a numeric offset such as -0000"),
            ("Tue, 21 Aug 2012 17:29:18 CEST", "the zone is not a numeric offset such as -0000"),
            ("Tue, 21 Aug 2012 17:29:18 +02:00", "the zone is not a numeric offset such as -0000"),
            ("Tue, 21 Aug 2012 17:29:18 +0060", "the zone is not a numeric offset such as -0000"),
            (" Tue, 21 Aug 2012 17:29:18 -0000", "it has white space around it"),
        ] {
            assert_eq!(parse(text), Err(Error::DateFormat(reason)), "{text}");
        }
        for text in ["Tue, 21 Aug 2012 17:29:18 -0000\n", "Tue,\t21 Aug 2012 17:29:18 -0000", "\0"]
        {
            assert_eq!(parse(text), Err(Error::DateControlCharacter), "{text:?}");
        }
    }

    /// RFC 2822 section 4.3, where Python's `email.utils` has 50 to 68 in the next century.
    #[test]
    fn reads_short_years() {
        let time = |year: &str| parse(&["31 Dec ", year, " 00:00 UT"].concat());
        for (short, long) in
            [("00", "2000"), ("49", "2049"), ("50", "1950"), ("68", "1968"), ("112", "2012")]
        {
            assert_eq!(time(short), time(long), "{short}");
            assert!(time(short).is_ok());
        }
    }

    #[test]
    fn writes_and_reads_each_day_of_four_centuries() {
        let first = parse("1 Jan 1900 00:00:00 -0000").unwrap();
        let last = parse("31 Dec 9999 23:59:59 -0000").unwrap();
        for time in (first..first + 401 * 366 * SECONDS_PER_DAY).step_by(86_399) {
            assert_eq!(parse(&format(time).unwrap()), Ok(time));
        }
        assert!(format(last).is_ok());
        for time in [first - 1, last + 1, i64::MIN, i64::MAX] {
            assert_eq!(format(time), Err(Error::DateRange));
        }
    }
}
