//! When a deferred letter is tried again, and when it is given up.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::reason_of;
use crate::{
    domain::{delivery::StateName, issue::IssueKey, schedule::Schedule},
    store::{IssueNumber, IssueRow, Outcome, Settled, Store, StoreError},
};

/// The `[retry]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetrySettings {
    /// When a deferred letter is given up: `next-issue` of its frequency, or some hours after its issue was frozen.
    pub give_up_after: GiveUpAfter,
}

/// When a deferred letter is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GiveUpAfter {
    /// When the next issue of its frequency is due.
    #[default]
    NextIssue,
    /// So many hours after its issue was frozen, written `36h`.
    Hours(u32),
}

impl<'de> Deserialize<'de> for GiveUpAfter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "next-issue" {
            return Ok(Self::NextIssue);
        }
        let hours = text
            .strip_suffix('h')
            .and_then(|hours| hours.parse().ok())
            .filter(|hours| *hours > 0);
        hours.map(Self::Hours).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no time to give up; write `next-issue` or hours such as `36h`"
            ))
        })
    }
}

impl Serialize for GiveUpAfter {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NextIssue => to.serialize_str("next-issue"),
            Self::Hours(hours) => to.collect_str(&format_args!("{hours}h")),
        }
    }
}

impl RetrySettings {
    /// The instant from which an issue's deferred letters are given up; `None` when there is no next issue.
    pub fn give_up_at(
        &self,
        issue: &IssueRow,
        schedule: &Schedule,
        zone: Tz,
    ) -> Option<DateTime<Utc>> {
        match self.give_up_after {
            GiveUpAfter::Hours(hours) => Some(issue.frozen_at + Duration::hours(i64::from(hours))),
            GiveUpAfter::NextIssue => {
                let after = issue.key.date.succ_opt()?;
                let date = schedule.next_day(issue.key.frequency, after)?;
                let next = IssueKey { date, ..issue.key };
                Some(schedule.cut_off(next, zone))
            }
        }
    }
}

/// How long a deferred delivery waits: a quarter of an hour, doubled with each try, at most four hours, and up to a
/// quarter more by its place in the plan, so that a full mailbox server is not asked by all at once.
pub fn pause_after(attempts: u32, seq: u64) -> Duration {
    let minutes = 15 << attempts.min(4);
    // Knuth's multiplicative hash spreads neighbours; the bytes of a letter do not depend on it.
    let spread = i64::try_from(seq.wrapping_mul(2_654_435_761) % 256).unwrap_or(0);
    Duration::minutes(minutes) + Duration::seconds(minutes * 15 * spread / 256)
}

/// Gives up what is deferred when its issue's time is over: it fails, with the last words it was told. Gives how many.
///
/// # Errors
/// The store's own words.
pub fn give_up(
    store: &mut impl Store,
    issue: IssueNumber,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let outcomes: Vec<Outcome> = store
        .rows(issue, StateName::Deferred, u64::MAX)?
        .into_iter()
        .map(|row| Outcome {
            seq: row.seq,
            state: Settled::GivesUp {
                reply: format!("gave up: {}", reason_of(&row.state)),
            },
            at: now,
            relay: None,
        })
        .collect();
    store.settle_and_claim(issue, &outcomes, &[], None)?;
    Ok(outcomes.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_neighbours_do_not_come_back_together() {
        for attempts in 0..8 {
            let least = Duration::minutes(15 << attempts.min(4));
            for seq in 0..500 {
                let pause = pause_after(attempts, seq);
                assert!(pause >= least && pause < least + least / 4);
            }
        }
        assert_ne!(pause_after(0, 1), pause_after(0, 2));
    }

    #[test]
    fn a_time_to_give_up_is_the_next_issue_or_some_hours() {
        let read = |text: &str| serde_json::from_value::<GiveUpAfter>(text.into());
        assert_eq!(read("next-issue").unwrap(), GiveUpAfter::NextIssue);
        assert_eq!(read("36h").unwrap(), GiveUpAfter::Hours(36));
        for bad in ["", "36", "0h", "-1h", "h", "2d"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
