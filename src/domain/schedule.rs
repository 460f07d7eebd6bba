//! On which days an issue is due, and up to which instant its articles count.

use std::fmt;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{article::local_instant, issue::Frequency};

/// The `[schedule]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    /// The local time an issue of a named date counts articles up to: `06:00`.
    pub at: TimeOfDay,
    /// The days of the daily issue: `mon-fri`, `mon,wed,fri`.
    pub days: WeekdaySet,
    /// The day of the weekly issue: `fri`.
    pub weekly_day: WeekdaySet,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            at: TimeOfDay(NaiveTime::from_hms_opt(6, 0, 0).unwrap_or(NaiveTime::MIN)),
            days: WeekdaySet([true, true, true, true, true, false, false]),
            weekly_day: WeekdaySet([false, false, false, false, true, false, false]),
        }
    }
}

impl Schedule {
    /// The cut-off of the issue of a date, in the newsletter's zone.
    pub fn cut_off(&self, date: NaiveDate, zone: Tz) -> DateTime<Utc> {
        local_instant(date, self.at.0, zone)
    }

    /// Whether an issue of that frequency is due on a day.
    pub fn publishes(&self, frequency: Frequency, date: NaiveDate) -> bool {
        match frequency {
            Frequency::Daily => self.days.contains(date.weekday()),
            Frequency::Weekly => self.weekly_day.contains(date.weekday()),
        }
    }

    /// The first publishing day on or after a day; `None` when no day of the week is one.
    pub fn next_day(&self, frequency: Frequency, from: NaiveDate) -> Option<NaiveDate> {
        (0..7)
            .filter_map(|ahead| from.checked_add_days(Days::new(ahead)))
            .find(|day| self.publishes(frequency, *day))
    }
}

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

    #[test]
    fn the_next_publishing_day_skips_the_weekend() {
        let schedule = Schedule::default();
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        assert_eq!(schedule.next_day(Frequency::Daily, day(21)), Some(day(23)));
        assert_eq!(schedule.next_day(Frequency::Daily, day(23)), Some(day(23)));
        assert_eq!(schedule.next_day(Frequency::Weekly, day(21)), Some(day(27)));
    }
}
