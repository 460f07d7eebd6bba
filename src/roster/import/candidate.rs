//! One row of an export, read as a reader to be.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;

use super::columns::Column;
use crate::{
    domain::suppression::SuppressionReason,
    roster::edit::{Draft, DraftConsent},
};

/// What a row says, by column.
pub(super) type Row = BTreeMap<Column, String>;

/// How a reader stands with the program that wrote the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Gets mail.
    Wanted,
    /// Never confirmed, or never asked for mail.
    Unconfirmed,
    /// Gets none any more.
    Stopped(SuppressionReason),
}

/// What is taken for a consent, and for what every reader is given.
#[derive(Debug, Clone, Default)]
pub struct Assumed {
    /// Whether the time a row was made is the consent's.
    pub created: CreatedIs,
    /// From where consents came that say nothing of it.
    pub source: Option<String>,
    /// The version of the text consents were given to that say nothing of it.
    pub text: Option<String>,
    /// The topics of readers whose row names none.
    pub topics: Vec<String>,
    /// The frequency of readers whose row names none.
    pub frequency: Option<String>,
    /// The language of readers whose row names none.
    pub language: Option<String>,
}

/// What the time a row was made means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CreatedIs {
    /// When an editor or a program wrote the row.
    #[default]
    Nothing,
    /// When the reader consented.
    Consent,
}

/// A row's reader, as far as the row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) draft: Draft,
    pub(super) standing: Standing,
}

/// What is wrong with a row: the column and the reason.
pub(super) type Slip = (&'static str, String);

impl Candidate {
    pub(super) fn of(row: &Row, assumed: &Assumed, zone: Tz) -> Result<Self, Slip> {
        let word = |column: Column| {
            row.get(&column)
                .map(|text| text.trim())
                .filter(|text| !text.is_empty())
        };
        let own = |column: Column| word(column).map(str::to_owned);
        let standing = standing(row)?;
        let (first, last) = (own(Column::FirstName), own(Column::LastName));
        let joined = match (&first, &last) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (None, Some(last)) => Some(last.clone()),
            _ => None,
        };
        let list = |column: Column| -> Vec<String> {
            let words = word(column).unwrap_or_default().split([',', ';', '|']);
            words
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let topics = list(Column::Topics);
        Ok(Self {
            standing,
            draft: Draft {
                email: own(Column::Email).unwrap_or_default(),
                name: own(Column::Name).or(joined),
                first_name: first,
                topics: if topics.is_empty() {
                    assumed.topics.clone()
                } else {
                    topics
                },
                sections: list(Column::Sections),
                frequency: own(Column::Frequency).or_else(|| assumed.frequency.clone()),
                format: own(Column::Format),
                language: own(Column::Language).or_else(|| assumed.language.clone()),
                consent: consent(row, assumed, zone)?,
                paused_until: word(Column::PausedUntil)
                    .map(|day| {
                        day.parse()
                            .map_err(|_| ("paused_until", "no such day".to_owned()))
                    })
                    .transpose()?,
            },
        })
    }
}

fn standing(row: &Row) -> Result<Standing, Slip> {
    let plain = |text: &String| text.trim().to_lowercase();
    let is_no = |word: &str| matches!(word, "false" | "0" | "no" | "nej");
    // A time, `true`, or how often.
    let has = |column: Column| {
        let word = row.get(&column).map(plain);
        word.is_some_and(|word| !word.is_empty() && !is_no(&word))
    };
    if has(Column::Cleaned) {
        return Ok(Standing::Stopped(SuppressionReason::Bounced));
    }
    if has(Column::Left) || has(Column::Deleted) {
        return Ok(Standing::Stopped(SuppressionReason::Left));
    }
    if let Some(subscribed) = row.get(&Column::Subscribed).map(plain) {
        match subscribed.as_str() {
            "" | "true" | "1" | "yes" | "ja" => {}
            word if is_no(word) => return Ok(Standing::Stopped(SuppressionReason::Left)),
            _ => return Err(("subscribed", "neither `true` nor `false`".into())),
        }
    }
    let status = row.get(&Column::Status).map(plain).unwrap_or_default();
    Ok(match status.as_str() {
        "" | "active" | "enabled" | "subscribed" | "confirmed" | "member" | "paused" => {
            Standing::Wanted
        }
        "unsubscribed" | "left" => Standing::Stopped(SuppressionReason::Left),
        "disabled" | "blocklisted" | "blacklisted" | "archived" | "suppressed" | "deleted" => {
            Standing::Stopped(SuppressionReason::Manual)
        }
        "cleaned" | "bounced" => Standing::Stopped(SuppressionReason::Bounced),
        "complained" | "abuse" | "spam" => Standing::Stopped(SuppressionReason::Complained),
        "unconfirmed" | "pending" | "transactional" | "nonsubscribed" | "non-subscribed" => {
            Standing::Unconfirmed
        }
        _ => return Err(("status", "a status that is not known".into())),
    })
}

fn consent(row: &Row, assumed: &Assumed, zone: Tz) -> Result<Option<DraftConsent>, Slip> {
    let created = match assumed.created {
        CreatedIs::Consent => Some(Column::Created),
        CreatedIs::Nothing => None,
    };
    let at = [Some(Column::Confirmed), Some(Column::OptedIn), created]
        .into_iter()
        .flatten()
        .filter_map(|column| row.get(&column))
        .find(|text| !text.trim().is_empty());
    let Some(at) = at else {
        return Ok(None);
    };
    let own = |column: Column| {
        row.get(&column)
            .filter(|text| !text.trim().is_empty())
            .cloned()
    };
    Ok(Some(DraftConsent {
        at: instant(at.trim(), zone)
            .ok_or(("consent", "no date and time that can be told".to_owned()))?,
        source: own(Column::ConsentSource).or_else(|| assumed.source.clone()),
        text: own(Column::ConsentText).or_else(|| assumed.text.clone()),
        frequency: own(Column::ConsentFrequency),
    }))
}

/// A time as exports write it; without a zone it is the newsletter's.
fn instant(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at);
    }
    let local = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%d-%m-%Y %H:%M",
        "%d/%m/%Y %H:%M",
    ]
    .into_iter()
    .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok())
    .or_else(|| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))?;
    let at = zone.from_local_datetime(&local).earliest()?;
    Some(at.fixed_offset())
}
