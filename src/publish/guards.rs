//! What holds an issue back before it is frozen, each with its name, its reason and its override; and what stops it
//! on its way.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::{article::local_instant, schedule::TimeOfDay};

/// The `[guards]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuardSettings {
    /// How early on its date an issue may be sent: `05:00`, or `off`.
    pub not_before: GuardTime,
    /// How late on its date an issue may be sent: `12:00`, or `off`.
    pub not_after: GuardTime,
    /// The most readers an issue may suppress at a time because there is no such mailbox; the larger of 20 and 1 % of
    /// the planned where it is absent.
    pub max_suppress: Option<u32>,
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
            max_suppress: None,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Guard {
    /// The issue's time has not come.
    Early,
    /// The issue's time is over.
    Late,
    /// A subscriber file cannot be read.
    List,
}

impl Guard {
    /// All guards, in the order they are asked.
    pub const ALL: [Self; 3] = [Self::Early, Self::Late, Self::List];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::Late => "late",
            Self::List => "list",
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
        let instant = |time: GuardTime| match time {
            GuardTime::Off => None,
            GuardTime::At(time) => Some(local_instant(date, time.0, zone)),
        };
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
