//! Dates as sources write them, read only where they can be told.
//!
//! A source declares its formats; undeclared, only unambiguous forms are taken: ISO 8601, RFC 822 and 2822, month
//! names, a field above 12. Of an ambiguous one both readings are built, those that cannot be are dropped, and one
//! that is left is taken as inferred. Month-first is never taken merely because it is customary somewhere.

mod shape;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use self::shape::{Shape, in_english, parse, tokens};
use crate::domain::article::{Certainty, When, local_instant};

/// The first and last year that a newsletter's date may be in: feeds write 0001 and 2999 for "none".
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// What a reader must know to read a date.
#[derive(Debug, Clone, Copy)]
pub struct DateReader<'a> {
    /// The source's declared formats (strptime), first match taken.
    pub formats: &'a [String],
    /// The zone of times that state none.
    pub zone: Tz,
    /// The instant of reading: nothing was published after it.
    pub now: DateTime<Utc>,
    /// The day before which it cannot have been published: that of the medium that had it first.
    pub not_before: Option<NaiveDate>,
}

/// What a text says as a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateReading {
    /// It can be told, this surely.
    Known(When, Certainty),
    /// It is a date, but these readings are left.
    Ambiguous(Vec<When>),
    /// It is a date in a year no newsletter has.
    OutOfRange(i32),
    /// It is no date.
    Unread,
}

/// A date found within a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The date.
    pub when: When,
    /// Where it begins, in octets.
    pub start: usize,
}

impl DateReader<'_> {
    /// Reads a text that is a date and nothing else.
    pub fn read(&self, raw: &str) -> DateReading {
        let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || text.len() > 100 {
            return DateReading::Unread;
        }
        if let Some(when) = self
            .formats
            .iter()
            .find_map(|format| self.by_format(&text, format))
        {
            let year = when.date(self.zone).year();
            return if YEARS.contains(&year) {
                DateReading::Known(when, Certainty::Declared)
            } else {
                DateReading::OutOfRange(year)
            };
        }
        let tokens = tokens(&text);
        match parse(&tokens) {
            Some((shape, used)) if used == tokens.len() => self.judge(&shape),
            _ => DateReading::Unread,
        }
    }

    /// The first date within a text that can be told without declared formats.
    pub fn find(&self, text: &str) -> Option<Found> {
        let tokens = tokens(text);
        (0..tokens.len()).find_map(|from| {
            let (shape, _) = parse(&tokens[from..])?;
            match self.judge(&shape) {
                DateReading::Known(when, _) => Some(Found {
                    when,
                    start: tokens[from].start,
                }),
                _ => None,
            }
        })
    }

    fn by_format(&self, text: &str, format: &str) -> Option<When> {
        let local = |date: NaiveDate, time| When::Minute(local_instant(date, time, self.zone));
        if let Ok(instant) = DateTime::parse_from_str(text, format) {
            return Some(When::Minute(instant.with_timezone(&Utc)));
        }
        // chrono knows English month names only.
        let english = if format.contains("%B") || format.contains("%b") {
            in_english(text)
        } else {
            text.to_owned()
        };
        if let Ok(stated) = NaiveDateTime::parse_from_str(&english, format) {
            return Some(local(stated.date(), stated.time()));
        }
        NaiveDate::parse_from_str(&english, format)
            .ok()
            .map(When::Day)
    }

    /// Drops the readings that cannot be.
    fn judge(&self, shape: &Shape) -> DateReading {
        let Some(year) = shape.dates.first().map(Datelike::year) else {
            return DateReading::Unread;
        };
        if !YEARS.contains(&year) {
            return DateReading::OutOfRange(year);
        }
        let readings: Vec<When> = shape
            .dates
            .iter()
            .map(|date| self.when(*date, shape))
            .collect();
        if let [when] = readings[..] {
            return DateReading::Known(when, Certainty::Stated);
        }
        let possible: Vec<When> = readings
            .iter()
            .copied()
            .filter(|when| when.instant(self.zone) <= self.now)
            .filter(|when| {
                self.not_before
                    .is_none_or(|first| when.date(self.zone) >= first)
            })
            .collect();
        match possible[..] {
            [when] => DateReading::Known(when, Certainty::Inferred),
            [] => DateReading::Ambiguous(readings),
            _ => DateReading::Ambiguous(possible),
        }
    }

    fn when(&self, date: NaiveDate, shape: &Shape) -> When {
        match (shape.time, shape.offset) {
            (Some(time), Some(offset)) => offset
                .from_local_datetime(&date.and_time(time))
                .single()
                .map_or(When::Day(date), |instant| {
                    When::Minute(instant.with_timezone(&Utc))
                }),
            (Some(time), None) => When::Minute(local_instant(date, time, self.zone)),
            (None, _) if shape.month_alone => When::Month(date),
            (None, _) => When::Day(date),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Copenhagen;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn read(raw: &str, formats: &[&str], now: &str, not_before: Option<&str>) -> String {
        let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
        let reader = DateReader {
            formats: &formats,
            zone: Copenhagen,
            now: instant(now),
            not_before: not_before.map(|day| day.parse().unwrap()),
        };
        match reader.read(raw) {
            DateReading::Known(when, certainty) => {
                format!("{} {certainty:?}", when.to_text(Copenhagen))
            }
            DateReading::Ambiguous(left) => format!("ambiguous {}", left.len()),
            DateReading::OutOfRange(year) => format!("year {year}"),
            DateReading::Unread => "unread".into(),
        }
    }

    #[test]
    fn only_unambiguous_forms_are_taken_undeclared() {
        let check = |raw: &str, expected: &str| {
            assert_eq!(
                read(raw, &[], "2026-11-21T12:00:00Z", None),
                expected,
                "{raw}"
            );
        };
        check("2026-11-21", "2026-11-21 Stated");
        check(
            "2026-11-21T07:00:00+01:00",
            "2026-11-21T07:00:00+01:00 Stated",
        );
        check("2026-11-21T07:00:00Z", "2026-11-21T08:00:00+01:00 Stated");
        check(
            "2026-11-21T07:00:00.125Z",
            "2026-11-21T08:00:00+01:00 Stated",
        );
        check("2026-11-21T07:00", "2026-11-21T07:00:00+01:00 Stated");
        check("2026-08-18 06.28", "2026-08-18T06:28:00+02:00 Stated");
        check("2014-05", "2014-05 Stated");
        check(
            "Mon, 12 Sep 2016 12:36:00 +0200",
            "2016-09-12T12:36:00+02:00 Stated",
        );
        check("12 Sep 16 10:36 GMT", "2016-09-12T12:36:00+02:00 Stated");
        check("Mon, 01 Jan 0001 00:00:00 GMT", "year 1");
        check("2999-12-31", "year 2999");
        check("lørdag den 21. november 2026", "2026-11-21 Stated");
        check(
            "21. november 2026 kl. 7.00",
            "2026-11-21T07:00:00+01:00 Stated",
        );
        check(
            "21. november 2026, kl. 7",
            "2026-11-21T07:00:00+01:00 Stated",
        );
        check("15. nov. 2018", "2018-11-15 Stated");
        check("15.nov.2018", "2018-11-15 Stated");
        check("15-nov-2018", "2018-11-15 Stated");
        check("November 21st, 2026", "2026-11-21 Stated");
        check("maj 2014", "2014-05 Stated");
        check("21.11.2026", "2026-11-21 Stated");
        check("21/11/26 07:05", "2026-11-21T07:05:00+01:00 Stated");
        check("11/21/26", "2026-11-21 Stated");
        check("5/5/16", "2016-05-05 Stated");
        check("2016/9/12", "2016-09-12 Stated");
        for no_date in [
            "",
            "i dag",
            "15. november",
            "31.02.2026",
            "12.36",
            "uge 47",
            "2016",
            "12/9",
            "13/13/2016",
            "21. november 2026 i Aarhus",
            "1.2.3.4",
            "+45 12 34 56 78",
            "99999-12-12",
        ] {
            check(no_date, "unread");
        }
    }

    #[test]
    fn an_ambiguous_date_is_inferred_only_when_one_reading_can_be() {
        let check = |raw: &str, now: &str, not_before: Option<&str>, expected: &str| {
            assert_eq!(
                read(raw, &[], now, not_before),
                expected,
                "{raw} {now} {not_before:?}"
            );
        };
        let late = "2026-11-21T12:00:00Z";
        check("12/9/16 12:36", late, None, "ambiguous 2");
        check("12/9/16 12:36", late, Some("2016-09-09"), "ambiguous 2");
        check(
            "12/9/16 12:36",
            "2016-10-01T00:00:00Z",
            None,
            "2016-09-12T12:36:00+02:00 Inferred",
        );
        check(
            "12/9/16 12:36",
            late,
            Some("2016-10-01"),
            "2016-12-09T12:36:00+01:00 Inferred",
        );
        check("03.04.2026", late, None, "ambiguous 2");
        check("12/9/16", "2015-01-01T00:00:00Z", None, "ambiguous 2");
    }

    #[test]
    fn declared_formats_decide_and_the_day_is_the_zones() {
        let check = |raw: &str, format: &str, expected: &str| {
            assert_eq!(
                read(raw, &[format], "2026-11-21T12:00:00Z", None),
                expected,
                "{raw}"
            );
        };
        check(
            "12/9/16 12:36",
            "%d/%m/%y %H:%M",
            "2016-09-12T12:36:00+02:00 Declared",
        );
        check(
            "12/9/16 12:36",
            "%m/%d/%y %H:%M",
            "2016-12-09T12:36:00+01:00 Declared",
        );
        check("03.04.2026", "%d.%m.%Y", "2026-04-03 Declared");
        check("3. maj 2026", "%d. %B %Y", "2026-05-03 Declared");
        check("01/01/0001", "%d/%m/%Y", "year 1");
        // Another shape than the declared falls back to what can be told.
        check("2026-11-21", "%d/%m/%y", "2026-11-21 Stated");
        // A broken format is no match and no panic.
        check("2026-11-21", "%Q%", "2026-11-21 Stated");
    }

    #[test]
    fn a_date_is_found_within_a_sentence() {
        let reader = DateReader {
            formats: &[],
            zone: Copenhagen,
            now: instant("2026-11-21T12:00:00Z"),
            not_before: None,
        };
        let text = "bragt i Bladet den 9. september 2016.";
        let found = reader.find(text).unwrap();
        assert_eq!(found.when.to_text(Copenhagen), "2016-09-09");
        assert_eq!(&text[..found.start], "bragt i Bladet ");
        assert_eq!(reader.find("bragt på bladet.example"), None);
    }
}
