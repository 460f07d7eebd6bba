//! Times of day and sets of weekdays, as config writes them.

use std::fmt;

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A local time of day, written `06:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay(pub NaiveTime);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.format("%H:%M"))
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, "%H:%M")
            .map(Self)
            .map_err(|_| {
                D::Error::custom(format!("`{text}` is no time of day; write it as `06:00`"))
            })
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A set of weekdays, Monday first, written `mon-fri` or `mon,wed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekdaySet(pub [bool; 7]);

const DAY_NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl WeekdaySet {
    /// Reads days and ranges of days parted by commas.
    pub fn parse(text: &str) -> Option<Self> {
        let index = |name: &str| DAY_NAMES.iter().position(|day| *day == name.trim());
        let mut days = [false; 7];
        for part in text.split(',') {
            let (first, last) = match part.split_once('-') {
                Some((first, last)) => (index(first)?, index(last)?),
                None => (index(part)?, index(part)?),
            };
            // `fri-mon` runs over the week's end.
            let mut day = first;
            loop {
                days[day] = true;
                if day == last {
                    break;
                }
                day = (day + 1) % 7;
            }
        }
        Some(Self(days))
    }

    /// Whether the day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.0[day.num_days_from_monday() as usize]
    }
}

impl<'de> Deserialize<'de> for WeekdaySet {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no list of days; write `mon-fri` or `mon,wed,fri`"
            ))
        })
    }
}

impl Serialize for WeekdaySet {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let names: Vec<&str> = DAY_NAMES
            .iter()
            .zip(self.0)
            .filter_map(|(name, on)| on.then_some(*name))
            .collect();
        to.serialize_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_lists_and_ranges() {
        let check = |text: &str, expected: Option<&str>| {
            let read = WeekdaySet::parse(text).map(|set| serde_json::to_value(set).unwrap());
            assert_eq!(read, expected.map(Into::into), "{text}");
        };
        check("mon-fri", Some("mon,tue,wed,thu,fri"));
        check("mon, wed", Some("mon,wed"));
        check("sat-mon", Some("mon,sat,sun"));
        check("man-fre", None);
        check("", None);
    }
}
