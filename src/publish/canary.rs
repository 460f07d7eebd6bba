//! The readers who get an issue first, so that a relay that refuses it is noticed before all have been tried.

use std::{collections::BTreeSet, fmt};

use chrono::Duration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use super::bounds::{number_or_off, plain};
use crate::domain::key::SubscriberId;

/// The most letters that go first.
const MOST: u64 = 100_000;

/// How many letters go first, written as a number or `off`; none where it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CanaryLetters(pub u64);

impl<'de> Deserialize<'de> for CanaryLetters {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        let number = number_or_off(&value).filter(|number| *number <= MOST);
        number.map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "`{}` is no number of letters; write one from 0 to {MOST}, or `off`",
                plain(&value)
            ))
        })
    }
}

impl Serialize for CanaryLetters {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// How long the rest waits for what becomes of the first: `90s`, `15m` or `2h`, a day at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanaryWait(pub Duration);

impl CanaryWait {
    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return None,
        };
        let number: u32 = number.parse().ok()?;
        let wait = Duration::seconds(i64::from(number) * seconds);
        (wait <= Duration::days(1)).then_some(Self(wait))
    }
}

impl fmt::Display for CanaryWait {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.num_seconds();
        match (seconds % 3600, seconds % 60) {
            (0, _) if seconds > 0 => write!(out, "{}h", seconds / 3600),
            (_, 0) if seconds > 0 => write!(out, "{}m", seconds / 60),
            _ => write!(out, "{seconds}s"),
        }
    }
}

impl<'de> Deserialize<'de> for CanaryWait {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no time to wait; write `90s`, `15m` or `2h`, a day at most"
            ))
        })
    }
}

impl Serialize for CanaryWait {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// So many of each hundred, written `5%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(pub u32);

impl Percent {
    /// Whether a part of a whole is more than this.
    pub fn is_exceeded(self, part: u64, whole: u64) -> bool {
        u128::from(part) * 100 > u128::from(whole) * u128::from(self.0)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}%", self.0)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        let percent = match &value {
            Value::Number(number) => number.as_u64().and_then(|whole| u32::try_from(whole).ok()),
            Value::String(text) => text
                .strip_suffix('%')
                .and_then(|text| text.trim().parse().ok()),
            _ => None,
        };
        percent
            .filter(|percent| *percent <= 100)
            .map(Self)
            .ok_or_else(|| {
                D::Error::custom(format!(
                    "`{}` is no share; write one from `0%` to `100%`",
                    plain(&value)
                ))
            })
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Who goes first in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct First {
    /// These readers, before all others.
    pub readers: BTreeSet<SubscriberId>,
    /// After them so many letters.
    pub letters: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_config_says_of_the_first_is_read_as_people_write_it() {
        let wait = |text: &str| CanaryWait::parse(text).map(|wait| wait.to_string());
        for (text, expected) in [
            ("15m", Some("15m")),
            ("90s", Some("90s")),
            ("120m", Some("2h")),
            ("0s", Some("0s")),
            ("24h", Some("24h")),
            ("25h", None),
            ("99999999999h", None),
            ("-1m", None),
            ("15", None),
            ("m", None),
            ("", None),
            ("1å", None),
        ] {
            assert_eq!(wait(text).as_deref(), expected, "{text}");
        }
        let percent = |value| {
            serde_json::from_value::<Percent>(value)
                .ok()
                .map(|read| read.0)
        };
        assert_eq!(percent(json!("5%")), Some(5));
        assert_eq!(percent(json!(5)), Some(5));
        assert_eq!(
            (
                percent(json!("101%")),
                percent(json!(-1)),
                percent(json!("5"))
            ),
            (None, None, None)
        );
        let letters = |value| {
            serde_json::from_value::<CanaryLetters>(value)
                .ok()
                .map(|read| read.0)
        };
        assert_eq!(
            (letters(json!(50)), letters(json!("off"))),
            (Some(50), Some(0))
        );
        assert_eq!(
            (letters(json!(100_001)), letters(json!("få"))),
            (None, None)
        );
    }

    #[test]
    fn a_share_is_exceeded_beyond_it_and_not_at_it() {
        let check = |percent, part, whole, expected| {
            assert_eq!(
                Percent(percent).is_exceeded(part, whole),
                expected,
                "{percent} {part} {whole}"
            );
        };
        check(5, 0, 0, false);
        check(5, 5, 100, false);
        check(5, 6, 100, true);
        check(0, 1, 1000, true);
        check(100, 50, 50, false);
        check(5, u64::MAX, u64::MAX, true);
    }
}
