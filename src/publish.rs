//! Makes an issue of what the sources give, once, and freezes it with its plan.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::schedule::TimeOfDay;

/// The `[guards]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuardSettings {
    /// How early on its date an issue may be sent: `05:00`, or `off`.
    pub not_before: GuardTime,
    /// How late on its date an issue may be sent: `12:00`, or `off`.
    pub not_after: GuardTime,
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
        }
    }
}

/// A local time a guard watches, or that it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardTime {
    /// The guard does not watch.
    Off,
    /// The local time on the date.
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
