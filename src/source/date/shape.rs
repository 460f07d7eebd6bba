//! What a date looks like: the words and numbers of a text, read as the dates they may be.

use chrono::{FixedOffset, NaiveDate, NaiveTime};

use crate::domain::language::{MONTHS_DA, MONTHS_EN};

/// What the tokens of a date state; two dates where day and month may be the other way round.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// The dates it may be.
    pub(super) dates: Vec<NaiveDate>,
    /// Whether only a month is stated; its first day stands for it.
    pub(super) month_alone: bool,
    pub(super) time: Option<NaiveTime>,
    pub(super) offset: Option<FixedOffset>,
}

/// A word or number of a text that may be part of a date.
pub(super) struct Token<'a> {
    text: &'a str,
    /// Where it begins, in octets.
    pub(super) start: usize,
    /// Whether a comma stands right behind it.
    comma: bool,
}

/// Cuts at blanks and commas, at the `T` of ISO 8601, and after the stop in `15.nov.2018` and `kl.7.00`.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
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
pub(super) fn parse(tokens: &[Token<'_>]) -> Option<(Shape, usize)> {
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
pub(super) fn in_english(text: &str) -> String {
    text.split(' ')
        .map(|word| match month_of(word) {
            Some(month) => MONTHS_EN[month as usize - 1],
            None => word,
        })
        .collect::<Vec<_>>()
        .join(" ")
}
