//! How values stand in rows.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Row;

use crate::{
    domain::{
        delivery::{DeliveryState, Skip, StateName},
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        language::Language,
        subscriber::Format,
    },
    store::{IssueNumber, IssueRow, StoreError},
};

pub(super) const WAITING: i64 = 0;
pub(super) const ACCEPTED: i64 = 1;
pub(super) const DEFERRED: i64 = 2;
pub(super) const FAILED: i64 = 3;
pub(super) const SKIPPED: i64 = 4;
pub(super) const DOUBTFUL: i64 = 5;

/// The number of a state in the column `state`.
pub(super) fn number_of(state: StateName) -> i64 {
    match state {
        StateName::Waiting => WAITING,
        StateName::Accepted => ACCEPTED,
        StateName::Deferred => DEFERRED,
        StateName::Failed => FAILED,
        StateName::Skipped => SKIPPED,
        StateName::Doubtful => DOUBTFUL,
    }
}

pub(super) fn name_of(number: i64) -> Result<StateName, StoreError> {
    StateName::ALL
        .into_iter()
        .find(|state| number_of(*state) == number)
        .ok_or_else(|| StoreError::Damaged(format!("delivery state {number}")))
}

/// The state behind the columns `state`, `until`, `words`.
pub(super) fn state(
    number: i64,
    until: Option<i64>,
    words: Option<String>,
) -> Result<DeliveryState, StoreError> {
    let reply = words.unwrap_or_default();
    Ok(match name_of(number)? {
        StateName::Waiting => DeliveryState::Queued,
        StateName::Accepted => DeliveryState::Accepted { reply },
        StateName::Deferred => DeliveryState::Deferred {
            until: instant(until.unwrap_or(0))?,
            reply,
        },
        StateName::Failed => DeliveryState::Failed { reply },
        StateName::Doubtful => DeliveryState::Doubtful { reply },
        StateName::Skipped => DeliveryState::Skipped {
            why: Skip::from_word(&reply)
                .ok_or_else(|| StoreError::Damaged(format!("skip reason `{reply}`")))?,
        },
    })
}

pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(millis)
        .ok_or_else(|| StoreError::Damaged(format!("instant {millis}")))
}

/// A day counted from the first of year 1.
pub(super) fn day(number: i32) -> Result<NaiveDate, StoreError> {
    NaiveDate::from_num_days_from_ce_opt(number)
        .ok_or_else(|| StoreError::Damaged(format!("day {number}")))
}

pub(super) fn key(frequency: &str, date: &str) -> Result<IssueKey, StoreError> {
    Ok(IssueKey {
        frequency: frequency
            .parse::<Frequency>()
            .map_err(StoreError::Damaged)?,
        date: date
            .parse()
            .map_err(|_| StoreError::Damaged(format!("date `{date}`")))?,
    })
}

pub(super) fn subscriber(bytes: Vec<u8>) -> Result<SubscriberId, StoreError> {
    bytes
        .try_into()
        .map(SubscriberId)
        .map_err(|_| StoreError::Damaged("a subscriber id that is not 32 octets".into()))
}

pub(super) fn format_word(format: Format) -> &'static str {
    match format {
        Format::Html => "html",
        Format::Text => "text",
    }
}

pub(super) fn format(word: &str) -> Result<Format, StoreError> {
    match word {
        "html" => Ok(Format::Html),
        "text" => Ok(Format::Text),
        other => Err(StoreError::Damaged(format!("format `{other}`"))),
    }
}

pub(super) fn language(word: &str) -> Result<Language, StoreError> {
    match word {
        "da" => Ok(Language::Da),
        "en" => Ok(Language::En),
        other => Err(StoreError::Damaged(format!("language `{other}`"))),
    }
}

/// Numbers as 4 octets each, big-endian.
pub(super) fn pack(numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    numbers.flat_map(u32::to_be_bytes).collect()
}

pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .copied()
        .map(u32::from_be_bytes)
}

/// The columns [`issue`] reads, in its order.
pub(super) const ISSUE_COLUMNS: &str = "number, frequency, date, cut_off, frozen_at, hash, planned, refused, cancelled_at, done_at, \
     erased_at";

pub(super) fn issue(row: &Row<'_>) -> Result<IssueRow, StoreError> {
    let hash: Vec<u8> = row.get(5)?;
    let optional = |column| -> Result<Option<DateTime<Utc>>, StoreError> {
        row.get::<_, Option<i64>>(column)?.map(instant).transpose()
    };
    Ok(IssueRow {
        number: IssueNumber(row.get(0)?),
        key: key(&row.get::<_, String>(1)?, &row.get::<_, String>(2)?)?,
        cut_off: instant(row.get(3)?)?,
        frozen_at: instant(row.get(4)?)?,
        hash: hash
            .try_into()
            .map_err(|_| StoreError::Damaged("an issue hash".into()))?,
        planned: count(row.get(6)?),
        refused: count(row.get(7)?),
        cancelled_at: optional(8)?,
        done_at: optional(9)?,
        erased_at: optional(10)?,
    })
}

/// The quarter of an hour of an instant, counted from 1970.
pub(super) fn quarter(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis().div_euclid(900_000)
}

/// SQLite's integers are signed; ours that count are not.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The way back; the counts here stay far below 2^63.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
