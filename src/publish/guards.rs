//! What holds an issue back before it is frozen, each with its name, its reason and its override; and what stops it
//! on its way.

use std::{fmt, path::PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    bounds::{MaxChange, MinArticles, Switch},
    canary::{CanaryLetters, CanaryWait, Percent},
};
use crate::domain::{address::Address, article::local_instant, schedule::TimeOfDay};

/// The `[guards]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuardSettings {
    /// How early on its date an issue may be sent: `05:00`, or `off`.
    pub not_before: GuardTime,
    /// How late on its date an issue may be sent: `12:00`, or `off`.
    pub not_after: GuardTime,
    /// The fewest articles an issue may have.
    pub min_articles: MinArticles,
    /// How far the number of recipients may be from the last issue's of its frequency.
    pub max_change: MaxChange,
    /// The most readers an issue may suppress at a time because there is no such mailbox; the larger of 20 and 1 % of
    /// the planned where it is absent.
    pub max_suppress: Option<u32>,
    /// Whether an issue waits until a person has approved it.
    pub approve: Switch,
    /// How many letters of an issue leave before the rest.
    pub canary: CanaryLetters,
    /// Readers whose letters leave before all others.
    pub canary_seeds: Vec<Address>,
    /// How long the rest waits after the first letters were answered.
    pub canary_wait: CanaryWait,
    /// The share of the first letters that may be refused.
    pub canary_refused: Percent,
    /// Whether a state folder that may be a copy is held.
    pub copy: Switch,
    /// A file elsewhere that repeats how many runs the state folder has seen.
    pub sentinel: Option<PathBuf>,
}

impl Default for GuardSettings {
    fn default() -> Self {
        let at = |hour| {
            GuardTime::At(TimeOfDay(
                chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default(),
            ))
        };
        Self {
            not_before: at(5),
            not_after: at(12),
            min_articles: MinArticles(1),
            max_change: MaxChange::Share {
                percent: 20,
                readers: 25,
            },
            max_suppress: None,
            approve: Switch::Off,
            canary: CanaryLetters(0),
            canary_seeds: Vec::new(),
            canary_wait: CanaryWait(chrono::Duration::minutes(15)),
            canary_refused: Percent(5),
            copy: Switch::On,
            sentinel: None,
        }
    }
}

/// A local time a guard watches, or that it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardTime {
    /// The guard does not watch.
    Off,
    /// The local time on the issue's date.
    At(TimeOfDay),
}

impl GuardTime {
    /// The instant it is on a date; `None` when it is off.
    pub fn on(self, date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Off => None,
            Self::At(time) => Some(local_instant(date, time.0, zone)),
        }
    }
}

impl<'de> Deserialize<'de> for GuardTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "off" {
            return Ok(Self::Off);
        }
        TimeOfDay::deserialize(serde::de::value::StringDeserializer::new(text)).map(Self::At)
    }
}

impl Serialize for GuardTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => to.serialize_str("off"),
            Self::At(time) => time.serialize(to),
        }
    }
}

/// A guard, by the name `--override` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Guard {
    /// The state folder is a copy: another may have sent since.
    Copy,
    /// The issue's time has not come.
    Early,
    /// The issue's time is over.
    Late,
    /// The editor holds it.
    Hold,
    /// A subscriber file cannot be read.
    List,
    /// It has too few articles.
    Few,
    /// Nobody has approved it as it is.
    Approve,
    /// Its recipients are many more or fewer than the last issue's.
    Count,
    /// Too many of its first letters were refused.
    Canary,
}

impl Guard {
    /// All guards, in the order they are asked.
    pub const ALL: [Self; 9] = [
        Self::Copy,
        Self::Early,
        Self::Late,
        Self::Hold,
        Self::List,
        Self::Few,
        Self::Approve,
        Self::Count,
        Self::Canary,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Early => "early",
            Self::Late => "late",
            Self::Hold => "hold",
            Self::List => "list",
            Self::Few => "few",
            Self::Approve => "approve",
            Self::Count => "count",
            Self::Canary => "canary",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.name() == name)
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl GuardSettings {
    /// The most readers that an issue with so many planned may suppress at a time.
    pub fn most_suppressed(&self, planned: u64) -> u64 {
        self.max_suppress
            .map_or_else(|| (planned / 100).max(20), u64::from)
    }

    /// The guard of time that holds the issue of a date now, if one does, and why.
    pub fn time_holds(
        &self,
        date: NaiveDate,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Option<(Guard, String)> {
        let instant = |time: GuardTime| time.on(date, zone);
        let shown = |instant: DateTime<Utc>| {
            instant
                .with_timezone(&zone)
                .format("%Y-%m-%d %H:%M")
                .to_string()
        };
        if let Some(first) = instant(self.not_before).filter(|first| now < *first) {
            return Some((
                Guard::Early,
                format!("it is not to be sent before {}", shown(first)),
            ));
        }
        if let Some(last) = instant(self.not_after).filter(|last| now > *last) {
            return Some((
                Guard::Late,
                format!("it was not to be sent after {}", shown(last)),
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use chrono_tz::Europe::Copenhagen;

    use super::*;

    #[test]
    fn an_issue_goes_out_between_its_times() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let guards = GuardSettings::default();
        let check = |day, hour, expected: Option<Guard>| {
            let now = Copenhagen
                .with_ymd_and_hms(2026, 11, day, hour, 0, 0)
                .unwrap()
                .with_timezone(&Utc);
            let held = guards.time_holds(date, now, Copenhagen);
            assert_eq!(held.map(|(guard, _)| guard), expected, "{day} {hour}");
        };
        check(22, 23, Some(Guard::Early));
        check(23, 4, Some(Guard::Early));
        check(23, 5, None);
        check(23, 12, None);
        check(23, 13, Some(Guard::Late));
        check(24, 6, Some(Guard::Late));
        let off = GuardSettings {
            not_before: GuardTime::Off,
            not_after: GuardTime::Off,
            ..guards
        };
        assert_eq!(off.time_holds(date, Utc::now(), Copenhagen), None);
    }

    #[test]
    fn times_that_the_clock_skips_or_repeats_are_one_instant() {
        let at = |hour, minute| {
            GuardTime::At(TimeOfDay(
                chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap(),
            ))
        };
        let guards = GuardSettings {
            not_before: at(2, 30),
            not_after: at(2, 59),
            ..GuardSettings::default()
        };
        let check = |month, day, hour, minute, expected: Option<Guard>| {
            let date = NaiveDate::from_ymd_opt(2026, month, day).unwrap();
            let now = Utc
                .with_ymd_and_hms(2026, month, day, hour, minute, 0)
                .unwrap();
            let held = guards.time_holds(date, now, Copenhagen);
            assert_eq!(held.map(|(guard, _)| guard), expected, "{now}");
        };
        // Both times are skipped on 29 March: they are the instant after the gap, and the issue has that instant.
        check(3, 29, 0, 59, Some(Guard::Early));
        check(3, 29, 1, 0, None);
        check(3, 29, 1, 1, Some(Guard::Late));
        // On 25 October they come twice: the first counts.
        check(10, 25, 0, 29, Some(Guard::Early));
        check(10, 25, 0, 30, None);
        check(10, 25, 1, 30, Some(Guard::Late));
    }

    #[test]
    fn an_issue_suppresses_twenty_or_one_in_a_hundred_at_most() {
        let guards = GuardSettings::default();
        let check = |planned, most| assert_eq!(guards.most_suppressed(planned), most, "{planned}");
        check(0, 20);
        check(30, 20);
        check(2_099, 20);
        check(2_100, 21);
        check(1_000_000, 10_000);
        let stated = GuardSettings {
            max_suppress: Some(7),
            ..guards
        };
        assert_eq!(stated.most_suppressed(1_000_000), 7);
    }

    #[test]
    fn every_guard_has_one_name() {
        for guard in Guard::ALL {
            assert_eq!(Guard::from_name(guard.name()), Some(guard));
        }
    }
}
