//! What is wrong with the date, whatever is signed.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString as _};

use super::report::Cause;
use super::{Diagnoser, languages};
use crate::error::Error;
use crate::verify::Clock;
use crate::{date, http};

impl Diagnoser {
    pub(super) fn look_at_date(&mut self, request: &http::Request) {
        for name in ["X-Duo-Date", "Date"] {
            let mut values = request.header(name);
            if let (Some(first), Some(second)) = (values.next(), values.next()) {
                self.causes.push(Cause {
                    signed: first.to_owned(),
                    expected: second.to_owned(),
                    ..Cause::new(
                        "date-mismatch",
                        format!("There are two {name} headers: `{first}` and `{second}`."),
                        "Send the date that is signed, once. Often a framework adds its own: use \
                         X-Duo-Date then.",
                    )
                });
            }
        }
        let Some(date) = request.dates().next() else {
            self.causes.push(Cause::new(
                "missing-date",
                "There is no Date or X-Duo-Date header with a value. The signature may be correct, \
                 but Duo needs the same date in a header.",
                "Send the date that is signed as Date, or as X-Duo-Date where Date cannot be set.",
            ));
            return;
        };
        let (proven, reason) = match (date::instant(date), date::parse(date)) {
            (Err(error), _) => (true, error),
            (_, Err(error)) => (false, error),
            (Ok(instant), _) => return self.look_at_clock(instant, date),
        };
        let reason = match reason {
            Error::DateFormat(reason) => reason.to_string(),
            other => other.to_string(),
        };
        let fix = "Use English names and a numeric offset, in UTC, whatever the machine's language: \
                   `Tue, 21 Aug 2012 17:29:18 -0000`.";
        self.causes.push(Cause {
            signed: date.to_owned(),
            proven,
            ..Cause::new(
                "date-format",
                format!("`{date}` is not an RFC 2822 date: {reason}."),
                languages::with_hint(fix.to_string(), request, "date-format"),
            )
        });
    }

    fn look_at_clock(&mut self, instant: i64, date: &str) {
        let Some(Clock { now, skew }) = self.context.clock else { return };
        let delta = instant - now;
        if delta.unsigned_abs() <= skew.unsigned_abs() {
            return;
        }
        let quarters = (delta + 450).div_euclid(900);
        let is_zone = quarters != 0 && (delta - quarters * 900).abs() <= 60 && delta.abs() < 86_400;
        let way = if delta < 0 { "behind" } else { "ahead of" };
        let kind = if is_zone { "a wrong time zone" } else { "a wrong clock, or an old request" };
        let away = duration(delta.unsigned_abs());
        self.causes.push(Cause {
            signed: date.to_owned(),
            expected: date::format(now).unwrap_or_default(),
            ..Cause::new(
                "clock",
                format!("The date is {away} {way} the time at which Duo received it: {kind}."),
                if is_zone {
                    "Send the local time with its own UTC offset, or UTC with -0000. The \
                     signature itself may be right."
                } else {
                    "Set the clock by NTP, and create a new date for each request; /auth/v2/ping \
                     returns Duo's time. The signature itself may be right."
                },
            )
        });
    }
}

/// `2 hours`, `15 minutes`, `301 seconds`.
fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        172_800.. => (seconds / 86_400, "days"),
        7_200.. if seconds % 3_600 < 60 => (seconds / 3_600, "hours"),
        600.. => ((seconds + 30) / 60, "minutes"),
        _ => (seconds, "seconds"),
    };
    format!("{count} {unit}")
}
