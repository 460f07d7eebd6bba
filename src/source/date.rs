//! Dates as sources write them, read only where they can be told.
//!
//! A source declares its formats; undeclared, only unambiguous forms are taken: ISO 8601, RFC 822 and 2822, month
//! names, a field above 12. Of an ambiguous one both readings are built, those that cannot be are dropped, and one
//! that is left is taken as inferred. Month-first is never taken merely because it is customary somewhere.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::{
    article::{Certainty, When, local_instant},
    language::{MONTHS_DA, MONTHS_EN},
};

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

/// What the tokens of a date state; two dates where day and month may be the other way round.
#[derive(Debug, Clone, Default)]
struct Shape {
    dates: Vec<NaiveDate>,
    month_alone: bool,
    time: Option<NaiveTime>,
    offset: Option<FixedOffset>,
}

struct Token<'a> {
    text: &'a str,
    start: usize,
    /// Whether a comma stands right behind it.
    comma: bool,
}

/// Cuts at blanks and commas, at the `T` of ISO 8601, and after the stop in `15.nov.2018` and `kl.7.00`.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut cuts = Vec::new();
    let (mut before, mut last) = (None::<char>, None::<char>);
    let mut rest = text.char_indices().peekable();
    let mut start = None;
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map(|(_, next)| *next);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let parts = c.is_whitespace() || c == ',' || c == 'T' && digit(last) && digit(next);
        let breaks = last == Some('.')
            && (letter(Some(c)) && digit(before) || c.is_ascii_digit() && letter(before));
        if let Some(from) = start
            && (parts || breaks)
        {
            cuts.push(Token {
                text: &text[from..at],
                start: from,
                comma: c == ',',
            });
            start = None;
        }
        if !parts && start.is_none() {
            start = Some(at);
        }
        (before, last) = (last, Some(c));
    }
    if let Some(from) = start {
        cuts.push(Token {
            text: &text[from..],
            start: from,
            comma: false,
        });
    }
    cuts
}

/// Reads a date off the front of the tokens, and tells how many it took.
fn parse(tokens: &[Token<'_>]) -> Option<(Shape, usize)> {
    let at = |i: usize| tokens.get(i).map(|token| token.text);
    let mut used = 0;
    if at(used).is_some_and(is_weekday) {
        used += 1;
    }
    if at(used)
        .is_some_and(|word| matches!(word.to_lowercase().as_str(), "den" | "d." | "d" | "the"))
    {
        used += 1;
    }
    let first = at(used)?;
    // `nr. 4, maj 2016` has no day in it.
    let day = day_of(first).filter(|_| !tokens[used].comma);
    let mut shape = if let Some(shape) = numeric(first) {
        used += 1;
        shape
    } else if let (Some(day), Some(month)) = (day, at(used + 1).and_then(month_of)) {
        let year = year_of(at(used + 2)?)?;
        used += 3;
        of_dates([NaiveDate::from_ymd_opt(year, month, day)?])
    } else {
        let month = month_of(first)?;
        let day_then_year = at(used + 1)
            .and_then(day_of)
            .zip(at(used + 2).and_then(full_year));
        if let Some((day, year)) = day_then_year {
            used += 3;
            of_dates([NaiveDate::from_ymd_opt(year, month, day)?])
        } else {
            let year = full_year(at(used + 1)?)?;
            used += 2;
            Shape {
                month_alone: true,
                ..of_dates([NaiveDate::from_ymd_opt(year, month, 1)?])
            }
        }
    };
    if !shape.month_alone {
        used += read_time(&mut shape, &tokens[used..]);
    }
    Some((shape, used))
}

fn of_dates(dates: impl IntoIterator<Item = NaiveDate>) -> Shape {
    Shape {
        dates: dates.into_iter().collect(),
        ..Shape::default()
    }
}

/// `2026-11-21`, `21.11.2026`, `21/11/26`, `21-nov-2026`, `2026-11`.
fn numeric(token: &str) -> Option<Shape> {
    let token = token.trim_end_matches('.');
    let separator = token.chars().find(|c| "-/.".contains(*c))?;
    let fields: Vec<&str> = token.split(separator).collect();
    let number = |text: &str| -> Option<u32> {
        (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    match fields[..] {
        [year, month] if year.len() == 4 && month.len() == 2 && separator == '-' => {
            let year = i32::try_from(number(year)?).ok()?;
            Some(Shape {
                month_alone: true,
                ..of_dates([NaiveDate::from_ymd_opt(year, number(month)?, 1)?])
            })
        }
        [year, month, day] if year.len() == 4 => {
            let year = i32::try_from(number(year)?).ok()?;
            Some(of_dates([NaiveDate::from_ymd_opt(
                year,
                number(month)?,
                number(day)?,
            )?]))
        }
        [day, month, year] if month.chars().all(char::is_alphabetic) && !month.is_empty() => {
            let date = NaiveDate::from_ymd_opt(year_of(year)?, month_of(month)?, number(day)?)?;
            Some(of_dates([date]))
        }
        [first, second, year] if first.len() <= 2 && second.len() <= 2 => {
            let (year, first, second) = (year_of(year)?, number(first)?, number(second)?);
            let day_first = NaiveDate::from_ymd_opt(year, second, first);
            let month_first = NaiveDate::from_ymd_opt(year, first, second);
            let mut dates: Vec<NaiveDate> = day_first.into_iter().chain(month_first).collect();
            dates.dedup();
            (!dates.is_empty()).then(|| of_dates(dates))
        }
        _ => None,
    }
}

/// Reads a time off the front of the tokens into the shape, and tells how many it took.
fn read_time(shape: &mut Shape, tokens: &[Token<'_>]) -> usize {
    let word = |i: usize| tokens.get(i).map(|token| token.text.to_lowercase());
    let mut used = 0;
    let mut clock = false;
    while let Some(filler) = word(used)
        && matches!(filler.as_str(), "kl" | "kl." | "at" | "-" | "–" | "|")
    {
        clock |= filler.starts_with("kl");
        used += 1;
    }
    let Some(token) = tokens.get(used) else {
        return 0;
    };
    let zone_at = token
        .text
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '+' | '-' | 'Z' | 'z'))
        .map_or(token.text.len(), |(at, _)| at);
    let (time, zone) = token.text.split_at(zone_at);
    let Some(time) = time_of(time, clock) else {
        return 0;
    };
    shape.time = Some(time);
    used += 1;
    if zone.is_empty() {
        if let Some(offset) = tokens.get(used).and_then(|token| offset_of(token.text)) {
            shape.offset = Some(offset);
            used += 1;
        }
    } else if let Some(offset) = offset_of(zone) {
        shape.offset = Some(offset);
    } else {
        shape.time = None;
        return 0;
    }
    used
}

/// `07:00`, `7.00`, `07:00:30.5`; after `kl.` also `7`.
fn time_of(text: &str, clock: bool) -> Option<NaiveTime> {
    let text = text.trim_end_matches('.');
    let mut fields = text.split([':', '.']);
    let number = |text: &str| -> Option<u32> {
        (matches!(text.len(), 1..=2) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let hour = number(fields.next()?)?;
    let minute = match fields.next() {
        Some(minute) if minute.len() == 2 => number(minute)?,
        Some(_) => return None,
        None if clock => 0,
        None => return None,
    };
    // Seconds are read to see that it is a time, and a fraction may follow them.
    let second = fields.next().map_or(Some(0), number)?;
    NaiveTime::from_hms_opt(hour, minute, second.min(59))
}

/// `Z`, `+0100`, `+01:00`, and the names of RFC 822 § 5.1 and of Danish time.
fn offset_of(text: &str) -> Option<FixedOffset> {
    let hours = match text.to_ascii_uppercase().trim_matches(['(', ')']) {
        "Z" | "UT" | "UTC" | "GMT" => 0,
        "CET" => 1,
        "CEST" => 2,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => {
            let sign = match text.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
            if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let (hours, minutes): (i32, i32) =
                (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
            return FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60));
        }
    };
    FixedOffset::east_opt(hours * 3600)
}

fn is_weekday(word: &str) -> bool {
    const NAMES: [&str; 14] = [
        "mandag",
        "tirsdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lørdag",
        "søndag",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let word = word.trim_end_matches('.').to_lowercase();
    word.chars().count() >= 3 && NAMES.iter().any(|name| name.starts_with(&word))
}

/// A month's number from its name or its first three letters or more, in Danish or English.
fn month_of(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    (1..=12u32).find(|number| {
        let index = *number as usize - 1;
        MONTHS_DA[index].starts_with(&word) || MONTHS_EN[index].to_lowercase().starts_with(&word)
    })
}

/// `15`, `15.`, `15th`.
fn day_of(word: &str) -> Option<u32> {
    let digits = word
        .trim_end_matches('.')
        .trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    let day: u32 = (matches!(digits.len(), 1..=2) && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())??;
    (matches!(suffix, "" | "." | "st" | "nd" | "rd" | "th") && (1..=31).contains(&day))
        .then_some(day)
}

/// Four digits.
fn full_year(word: &str) -> Option<i32> {
    let digits = word.trim_end_matches(['.', ')', ';']);
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

/// Four digits or two; two are of 1969 to 2068, as POSIX reads `%y`.
fn year_of(word: &str) -> Option<i32> {
    if let Some(year) = full_year(word) {
        return Some(year);
    }
    let digits = word.trim_end_matches('.');
    let short: i32 = (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())??;
    Some(if short < 69 {
        2000 + short
    } else {
        1900 + short
    })
}

/// The text with its month named in English.
fn in_english(text: &str) -> String {
    text.split(' ')
        .map(|word| match month_of(word) {
            Some(month) => MONTHS_EN[month as usize - 1],
            None => word,
        })
        .collect::<Vec<_>>()
        .join(" ")
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
