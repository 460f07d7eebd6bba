//! How few articles and how great a change of readers hold an issue, as config writes them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

/// The fewest articles an issue may have, written as a number or `off`. An empty issue is never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinArticles(pub usize);

impl<'de> Deserialize<'de> for MinArticles {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        number_or_off(&value)
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| *number <= 60)
            .map(Self)
            .ok_or_else(|| {
                D::Error::custom(format!(
                    "`{}` is no number of articles; write one from 0 to 60, or `off`",
                    plain(&value)
                ))
            })
    }
}

impl Serialize for MinArticles {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// A guard that is on or off, written `true` or `false`; `on` and `off` say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Switch {
    /// The guard watches.
    On,
    /// It does not.
    #[default]
    Off,
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        match &value {
            Value::Bool(true) => Ok(Self::On),
            Value::Bool(false) => Ok(Self::Off),
            Value::String(text) if text == "on" => Ok(Self::On),
            Value::String(text) if text == "off" => Ok(Self::Off),
            _ => Err(D::Error::custom(format!(
                "`{}` is neither on nor off; write `true` or `false`",
                plain(&value)
            ))),
        }
    }
}

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(*self == Self::On)
    }
}

/// How far the number of recipients may be from the last issue's: `20%`, `20% + 25` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxChange {
    /// However far.
    Off,
    /// So many of each hundred, and so many more whatever the list's length.
    Share {
        /// Of each hundred.
        percent: u32,
        /// More, whatever the list's length: in a short list a few make a great share.
        readers: u64,
    },
}

impl MaxChange {
    /// Whether two numbers of recipients are too far from each other.
    pub fn is_broken(self, last: u64, now: u64) -> bool {
        match self {
            Self::Off => false,
            Self::Share { percent, readers } => {
                let allowed = u128::from(last) * u128::from(percent) + u128::from(readers) * 100;
                u128::from(last.abs_diff(now)) * 100 > allowed
            }
        }
    }

    fn parse(value: &Value) -> Option<Self> {
        let share = |percent| Self::Share {
            percent,
            readers: 0,
        };
        match value {
            Value::Number(number) => match number.as_u64() {
                Some(whole) => u32::try_from(whole).ok().map(share),
                // `0.2` is a fifth.
                None => number
                    .as_f64()
                    .filter(|part| (0.0..=1.0).contains(part))
                    .map(|part| share((part * 100.0).round() as u32)),
            },
            Value::String(text) if text == "off" => Some(Self::Off),
            Value::String(text) => {
                let (percent, readers) = match text.split_once('+') {
                    Some((percent, readers)) => (percent, readers.trim().parse().ok()?),
                    None => (text.as_str(), 0),
                };
                let percent = percent.trim().strip_suffix('%')?.trim_end();
                Some(Self::Share {
                    percent: percent.parse().ok()?,
                    readers,
                })
            }
            _ => None,
        }
    }
}

impl fmt::Display for MaxChange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => out.write_str("off"),
            Self::Share {
                percent,
                readers: 0,
            } => write!(out, "{percent}%"),
            Self::Share { percent, readers } => write!(out, "{percent}% + {readers}"),
        }
    }
}

impl<'de> Deserialize<'de> for MaxChange {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        Self::parse(&value).ok_or_else(|| {
            D::Error::custom(format!(
                "`{}` is no share of the readers; write `20%`, `20% + 25` or `off`",
                plain(&value)
            ))
        })
    }
}

impl Serialize for MaxChange {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A number, or `off`, which is 0.
pub(super) fn number_or_off(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text == "off" => Some(0),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A value as a person wrote it.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shares_are_read_as_people_write_them() {
        let check = |value: Value, expected: Option<&str>| {
            let read = serde_json::from_value::<MaxChange>(value.clone()).ok();
            let shown = read.map(|read| read.to_string());
            assert_eq!(shown.as_deref(), expected, "{value}");
        };
        check(json!("20%"), Some("20%"));
        check(json!("20% + 25"), Some("20% + 25"));
        check(json!(" 20 %+25"), Some("20% + 25"));
        check(json!(20), Some("20%"));
        check(json!(0.2), Some("20%"));
        check(json!("off"), Some("off"));
        check(json!("20"), None);
        check(json!(-1), None);
        check(json!(2.5), None);
        check(json!("mange"), None);
        check(json!([]), None);
        let few = |value| {
            serde_json::from_value::<MinArticles>(value)
                .ok()
                .map(|few| few.0)
        };
        assert_eq!(few(json!(3)), Some(3));
        assert_eq!(few(json!("off")), Some(0));
        assert_eq!(
            (few(json!(-1)), few(json!(61)), few(json!("tre"))),
            (None, None, None)
        );
        let switch = |value| serde_json::from_value::<Switch>(value).ok();
        assert_eq!(switch(json!(true)), Some(Switch::On));
        assert_eq!(switch(json!("on")), Some(Switch::On));
        assert_eq!(switch(json!("off")), Some(Switch::Off));
        assert_eq!((switch(json!("ja")), switch(json!(1))), (None, None));
    }

    #[test]
    fn a_change_is_broken_beyond_its_share_and_not_at_it() {
        let share = |percent, readers| MaxChange::Share { percent, readers };
        let check = |change: MaxChange, last, now, expected| {
            assert_eq!(
                change.is_broken(last, now),
                expected,
                "{change} {last} {now}"
            );
        };
        check(share(20, 0), 100, 80, false);
        check(share(20, 0), 100, 79, true);
        check(share(20, 0), 100, 120, false);
        check(share(20, 0), 100, 121, true);
        check(share(20, 25), 4, 29, false);
        check(share(20, 25), 4, 30, true);
        check(share(20, 25), 10_000, 7_974, true);
        check(share(0, 0), 5, 5, false);
        check(share(0, 0), 5, 6, true);
        check(share(u32::MAX, u64::MAX), u64::MAX, 0, false);
        check(MaxChange::Off, 10_000, 0, false);
    }
}
