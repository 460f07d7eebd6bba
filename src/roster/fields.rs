//! The values of an entry's keys: each read into its domain type, or noted.

use std::ops::Range;

use chrono::{DateTime, FixedOffset, NaiveDate};
use toml::{Spanned, de::DeValue, value::Datetime, value::Offset};

use super::notes::{Notes, listed, shown, unknown_keys};
use crate::domain::{
    address::{Address, AddressError, mask},
    consent::Consent,
    fault::nearest,
    issue::Frequency,
    language::Language,
    subscriber::Format,
};

type Value<'i> = Spanned<DeValue<'i>>;

/// The words of `frequency`.
pub(super) const FREQUENCIES: [(&str, Frequency); 2] =
    [("daily", Frequency::Daily), ("weekly", Frequency::Weekly)];
/// The words of `format`.
pub(super) const FORMATS: [(&str, Format); 2] = [("html", Format::Html), ("text", Format::Text)];
/// The words of `language`.
pub(super) const LANGUAGES: [(&str, Language); 2] = [("da", Language::Da), ("en", Language::En)];

const MAX_NAME: usize = 200;

/// `email`: never repeated in a message.
pub(super) fn address(value: &Value<'_>, notes: &mut Notes<'_>) -> Option<Address> {
    let (text, span) = string(
        "email",
        value,
        "write it in quotes: `\"name@domain\"`",
        notes,
    )?;
    match Address::parse(text) {
        Ok(address) => Some(address),
        Err(error) => {
            let remedy = match error {
                AddressError::Empty | AddressError::Form => "write it as `name@domain`",
                _ if text.trim() != text => "take the blanks around it away",
                AddressError::Control => "write the address alone, on one line",
                AddressError::Local => "write the address alone, without name, quotes or `<>`",
                AddressError::Domain => "write the whole domain, such as `kommune.example`",
                AddressError::TooLong => "ask the reader for a shorter address",
            };
            let masked = mask(text);
            notes.value("email", span, format!("`{masked}`: {error}"), remedy);
            None
        }
    }
}

/// `name`, `first_name`: they stand in greetings and headers, so nothing in them may end or turn a line.
pub(super) fn name(key: &str, value: &Value<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let (text, span) = string(key, value, "write the name in quotes", notes)?;
    match sound_name(text) {
        Ok(name) => name,
        Err(BadName::Line) => {
            notes.value(
                key,
                span,
                "the name has a line break, control or direction character",
                "write the name on one line",
            );
            None
        }
        Err(BadName::Long) => {
            notes.value(
                key,
                span,
                format!("the name is over {MAX_NAME} characters"),
                "write a shorter one, or leave it out",
            );
            None
        }
    }
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy)]
pub(super) enum BadName {
    /// Something in it ends or turns a line.
    Line,
    /// It is too long.
    Long,
}

/// A name without the blanks around it; `None` when nothing else stands there.
pub(super) fn sound_name(text: &str) -> Result<Option<String>, BadName> {
    if text.chars().any(|c| c.is_control() || turns_a_line(c)) {
        return Err(BadName::Line);
    }
    let text = text.trim();
    // No text has more characters than octets.
    if text.len() > MAX_NAME && text.chars().count() > MAX_NAME {
        return Err(BadName::Long);
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Line and paragraph separators, and the marks that turn the direction of what follows (UAX #9).
fn turns_a_line(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `topics`, `sections`: known ids, each counted once.
pub(super) fn ids<'k, Id: PartialEq>(
    key: &str,
    noun: &str,
    value: &Value<'_>,
    known: impl Fn(&str) -> Result<Id, Option<&'k str>>,
    notes: &mut Notes<'_>,
) -> Vec<Id> {
    let remedy = format!("write a list: `{key} = [\"{noun}\"]`");
    let Some(items) = value.get_ref().as_array() else {
        wrong_type(key, value, &remedy, notes);
        return Vec::new();
    };
    let mut ids = Vec::new();
    for item in items {
        let Some((word, span)) = string(key, item, &remedy, notes) else {
            continue;
        };
        match known(word) {
            Ok(id) if ids.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(meant) => notes.value(
                key,
                span,
                format!("unknown {noun} `{}`", shown(word)),
                match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("use a {noun} that stands in the config, or add it there"),
                },
            ),
        }
    }
    ids
}

/// `frequency`, `format`, `language`: one of a few words.
pub(super) fn word<T: Copy>(
    key: &str,
    value: &Value<'_>,
    words: &[(&str, T)],
    notes: &mut Notes<'_>,
) -> Option<T> {
    let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let (text, span) = string(key, value, &format!("write one of {}", listed(&all)), notes)?;
    let found = words.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        notes.value(
            key,
            span,
            format!("`{}` is no {key}", shown(text)),
            match nearest(text, all.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("write one of {}", listed(&all)),
            },
        );
    }
    found.map(|(_, value)| *value)
}

/// `consent`: when, from where, to which text.
pub(super) fn consent(value: &Value<'_>, notes: &mut Notes<'_>) -> Option<Consent> {
    const SHAPE: &str =
        "write `{ at = 2026-11-01T09:30:00+01:00, source = \"web form\", text = \"2026-01\" }`";
    let Some(table) = value.get_ref().as_table() else {
        wrong_type("consent", value, SHAPE, notes);
        return None;
    };
    unknown_keys(
        table,
        "consent.",
        &["at", "source", "text", "frequency"],
        notes,
    );
    let mut words = |key: &str, name: &str| {
        let value = table.get(name)?;
        string(key, value, "write it in quotes", notes).map(|(text, _)| text.to_owned())
    };
    let source = words("consent.source", "source");
    let text = words("consent.text", "text");
    let frequency = table
        .get("frequency")
        .and_then(|value| word("consent.frequency", value, &FREQUENCIES, notes));
    let Some(at) = table.get("at") else {
        notes.value(
            "consent.at",
            value.span(),
            "missing",
            "say when it was given: `at = 2026-11-01T09:30:00+01:00`",
        );
        return None;
    };
    Some(Consent {
        at: instant("consent.at", at, notes)?,
        source,
        text,
        frequency,
    })
}

fn instant(key: &str, value: &Value<'_>, notes: &mut Notes<'_>) -> Option<DateTime<FixedOffset>> {
    const SHAPE: &str = "write date, time and offset without quotes: `2026-11-01T09:30:00+01:00`";
    let datetime = datetime(key, value, SHAPE, notes)?;
    let (Some(date), Some(time)) = (calendar_day(datetime), datetime.time) else {
        notes.value(key, value.span(), "no date with a time", SHAPE);
        return None;
    };
    let offset = match datetime.offset {
        None => {
            notes.value(key, value.span(), "the time has no offset", SHAPE);
            return None;
        }
        Some(Offset::Z) => FixedOffset::east_opt(0),
        Some(Offset::Custom { minutes }) => FixedOffset::east_opt(i32::from(minutes) * 60),
    };
    let local = date.and_hms_nano_opt(
        time.hour.into(),
        time.minute.into(),
        time.second.unwrap_or(0).into(),
        time.nanosecond.unwrap_or(0),
    );
    let instant = local
        .zip(offset)
        .and_then(|(local, offset)| local.and_local_timezone(offset).single());
    if instant.is_none() {
        notes.value(key, value.span(), "no such time", SHAPE);
    }
    instant
}

/// A date alone.
pub(super) fn date(key: &str, value: &Value<'_>, notes: &mut Notes<'_>) -> Option<NaiveDate> {
    const SHAPE: &str = "write the day alone, without quotes: `2026-12-01`";
    let datetime = datetime(key, value, SHAPE, notes)?;
    if datetime.time.is_some() {
        notes.value(key, value.span(), "a time where a day is wanted", SHAPE);
        return None;
    }
    let day = calendar_day(datetime);
    if day.is_none() {
        notes.value(key, value.span(), "no such day", SHAPE);
    }
    day
}

fn calendar_day(datetime: &Datetime) -> Option<NaiveDate> {
    let date = datetime.date?;
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}

fn datetime<'a>(
    key: &str,
    value: &'a Value<'_>,
    remedy: &str,
    notes: &mut Notes<'_>,
) -> Option<&'a Datetime> {
    let datetime = value.get_ref().as_datetime();
    if datetime.is_none() {
        wrong_type(key, value, remedy, notes);
    }
    datetime
}

fn string<'a>(
    key: &str,
    value: &'a Value<'_>,
    remedy: &str,
    notes: &mut Notes<'_>,
) -> Option<(&'a str, Range<usize>)> {
    let text = value.get_ref().as_str();
    if text.is_none() {
        wrong_type(key, value, remedy, notes);
    }
    text.map(|text| (text, value.span()))
}

fn wrong_type(key: &str, value: &Value<'_>, remedy: &str, notes: &mut Notes<'_>) {
    let kind = value.get_ref().type_str();
    let article = if kind.starts_with(['a', 'i']) {
        "an"
    } else {
        "a"
    };
    notes.value(
        key,
        value.span(),
        format!("{article} {kind} where another kind of value is wanted"),
        remedy,
    );
}
