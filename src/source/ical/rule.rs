//! Events that come again (RFC 5545 § 3.3.10): on which days a rule falls, within bounds.

use chrono::{Datelike, Duration, NaiveDate, Weekday};

/// How far after the day asked about an occurrence is looked for.
const HORIZON_DAYS: i64 = 800;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A day of the week, and which one of its month or year: `-1FR` is the last Friday.
type NthWeekday = (i32, Weekday);

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: i32,
    count: Option<usize>,
    until: Option<NaiveDate>,
    months: Vec<u32>,
    days_of_month: Vec<i32>,
    weekdays: Vec<NthWeekday>,
    positions: Vec<i32>,
    week_start: Weekday,
}

/// Reads a rule.
///
/// # Errors
/// The part of it that is not understood.
pub(super) fn parse(text: &str) -> Result<Rule, String> {
    let mut rule = Rule {
        frequency: Frequency::Daily,
        interval: 1,
        count: None,
        until: None,
        months: Vec::new(),
        days_of_month: Vec::new(),
        weekdays: Vec::new(),
        positions: Vec::new(),
        week_start: Weekday::Mon,
    };
    let mut stated = false;
    for part in text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let unknown = || part.to_owned();
        let (key, value) = part.split_once('=').ok_or_else(unknown)?;
        match key.to_ascii_uppercase().as_str() {
            "FREQ" => {
                stated = true;
                rule.frequency = match value.to_ascii_uppercase().as_str() {
                    "DAILY" => Frequency::Daily,
                    "WEEKLY" => Frequency::Weekly,
                    "MONTHLY" => Frequency::Monthly,
                    "YEARLY" => Frequency::Yearly,
                    _ => return Err(unknown()),
                };
            }
            "INTERVAL" => {
                rule.interval = value
                    .parse()
                    .ok()
                    .filter(|interval| (1..=1000).contains(interval))
                    .ok_or_else(unknown)?;
            }
            "COUNT" => rule.count = Some(value.parse().map_err(|_| unknown())?),
            "UNTIL" => {
                let day = value.get(..8).ok_or_else(unknown)?;
                rule.until = Some(NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| unknown())?);
            }
            "BYMONTH" => rule.months = numbers(value).ok_or_else(unknown)?,
            "BYMONTHDAY" => rule.days_of_month = numbers(value).ok_or_else(unknown)?,
            "BYSETPOS" => rule.positions = numbers(value).ok_or_else(unknown)?,
            "BYDAY" => {
                rule.weekdays = value
                    .split(',')
                    .map(nth_weekday)
                    .collect::<Option<_>>()
                    .ok_or_else(unknown)?;
            }
            "WKST" => rule.week_start = weekday(value).ok_or_else(unknown)?,
            _ => return Err(unknown()),
        }
    }
    if stated {
        Ok(rule)
    } else {
        Err(text.to_owned())
    }
}

fn numbers<T: std::str::FromStr>(text: &str) -> Option<Vec<T>> {
    text.split(',')
        .map(|number| number.trim().parse().ok())
        .collect()
}

fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let text = text.trim();
    let cut = text.len().checked_sub(2)?;
    let (nth, day) = (text.get(..cut)?, text.get(cut..)?);
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok()? };
    Some((nth, weekday(day)?))
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.trim().to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

impl Rule {
    /// The days of a series that begins on a day, that one first, until some time after `near`.
    pub(super) fn days(
        &self,
        start: NaiveDate,
        near: NaiveDate,
    ) -> impl Iterator<Item = NaiveDate> {
        let horizon = near.max(start) + Duration::days(HORIZON_DAYS);
        let last = self.until.map_or(horizon, |until| until.min(horizon));
        start
            .iter_days()
            .take_while(move |day| *day <= last)
            // The first day is of the series even when the rule would not fall on it.
            .filter(move |day| *day == start || self.falls_on(*day, start))
            .take(self.count.unwrap_or(usize::MAX))
    }

    fn falls_on(&self, day: NaiveDate, start: NaiveDate) -> bool {
        self.is_in_turn(day, start)
            && self.fits(day, start)
            && (self.positions.is_empty() || self.is_at_position(day, start))
    }

    /// Whether the day's week, month or year is one of those the interval takes.
    fn is_in_turn(&self, day: NaiveDate, start: NaiveDate) -> bool {
        let interval = i64::from(self.interval);
        let passed = match self.frequency {
            Frequency::Daily => (day - start).num_days(),
            Frequency::Weekly => {
                let first = |day: NaiveDate| day.week(self.week_start).first_day();
                (first(day) - first(start)).num_days() / 7
            }
            Frequency::Monthly => {
                let month = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
                month(day) - month(start)
            }
            Frequency::Yearly => i64::from(day.year()) - i64::from(start.year()),
        };
        passed % interval == 0
    }

    /// Whether the day is one of those the parts of the rule name, or like the first where they name none.
    fn fits(&self, day: NaiveDate, start: NaiveDate) -> bool {
        let month = self.months.is_empty() || self.months.contains(&day.month());
        let by_date = || {
            let left = i32::try_from(days_in_month(day)).unwrap_or(31);
            let date = i32::try_from(day.day()).unwrap_or(0);
            self.days_of_month
                .iter()
                .any(|wanted| *wanted == date || *wanted < 0 && left + wanted + 1 == date)
        };
        let by_weekday = || self.weekdays.iter().any(|wanted| self.is_nth(day, *wanted));
        let named = match (self.days_of_month.is_empty(), self.weekdays.is_empty()) {
            (false, false) => by_date() && by_weekday(),
            (false, true) => by_date(),
            (true, false) => by_weekday(),
            (true, true) => match self.frequency {
                Frequency::Daily => true,
                Frequency::Weekly => day.weekday() == start.weekday(),
                Frequency::Monthly => day.day() == start.day(),
                Frequency::Yearly => {
                    day.day() == start.day()
                        && (!self.months.is_empty() || day.month() == start.month())
                }
            },
        };
        month && named
    }

    fn is_nth(&self, day: NaiveDate, (nth, weekday): NthWeekday) -> bool {
        if day.weekday() != weekday {
            return false;
        }
        if nth == 0 || matches!(self.frequency, Frequency::Daily | Frequency::Weekly) {
            return true;
        }
        let of_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (at, days) = if of_year {
            let days = if day.leap_year() { 366 } else { 365 };
            (day.ordinal(), days)
        } else {
            (day.day(), days_in_month(day))
        };
        let from_begin = at.div_ceil(7);
        let from_end = (days - at) / 7 + 1;
        i32::try_from(from_begin) == Ok(nth) || i32::try_from(from_end) == Ok(-nth)
    }

    /// Whether the day is at a wanted place among those of its week, month or year.
    fn is_at_position(&self, day: NaiveDate, start: NaiveDate) -> bool {
        let of_period = |other: &NaiveDate| match self.frequency {
            Frequency::Daily => *other == day,
            Frequency::Weekly => {
                other.week(self.week_start).first_day() == day.week(self.week_start).first_day()
            }
            Frequency::Monthly => (other.year(), other.month()) == (day.year(), day.month()),
            Frequency::Yearly => other.year() == day.year(),
        };
        let first = day - Duration::days(366);
        let set: Vec<NaiveDate> = first
            .iter_days()
            .take(733)
            .filter(|other| of_period(other) && self.fits(*other, start))
            .collect();
        let Some(at) = set.iter().position(|other| *other == day) else {
            return false;
        };
        let from_begin = i32::try_from(at + 1).unwrap_or(i32::MAX);
        let from_end = -i32::try_from(set.len() - at).unwrap_or(i32::MAX);
        self.positions
            .iter()
            .any(|position| *position == from_begin || *position == from_end)
    }
}

fn days_in_month(day: NaiveDate) -> u32 {
    u32::from(day.num_days_in_month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn rules_fall_on_the_days_they_name() {
        let check = |rule: &str, start: &str, expected: &[&str]| {
            let rule = parse(rule).unwrap();
            let days: Vec<String> = rule
                .days(day(start), day(start))
                .take(expected.len())
                .map(|day| day.to_string())
                .collect();
            assert_eq!(days, expected, "{rule:?}");
        };
        check(
            "FREQ=DAILY;INTERVAL=3",
            "2026-11-26",
            &["2026-11-26", "2026-11-29", "2026-12-02"],
        );
        check(
            "FREQ=DAILY;COUNT=2",
            "2026-11-26",
            &["2026-11-26", "2026-11-27"],
        );
        check(
            "FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2",
            "2026-11-26",
            &["2026-11-26", "2026-12-08", "2026-12-10"],
        );
        check(
            "FREQ=MONTHLY;BYDAY=-1FR",
            "2026-11-27",
            &["2026-11-27", "2026-12-25", "2027-01-29"],
        );
        check(
            "FREQ=MONTHLY;BYDAY=2TU",
            "2026-11-10",
            &["2026-11-10", "2026-12-08"],
        );
        check(
            "FREQ=MONTHLY",
            "2026-12-31",
            &["2026-12-31", "2027-01-31", "2027-03-31"],
        );
        check(
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2026-11-30",
            &["2026-11-30", "2026-12-31", "2027-01-31"],
        );
        check(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-11-30",
            &["2026-11-30", "2026-12-31", "2027-01-29"],
        );
        check("FREQ=YEARLY", "2024-02-29", &["2024-02-29"]);
        check(
            "FREQ=YEARLY;BYMONTH=6;BYDAY=1SA",
            "2026-06-06",
            &["2026-06-06", "2027-06-05"],
        );
        check(
            "FREQ=YEARLY;BYDAY=20MO",
            "2026-05-18",
            &["2026-05-18", "2027-05-17"],
        );
        let few = parse("FREQ=WEEKLY;UNTIL=20261210T000000Z").unwrap();
        assert_eq!(few.days(day("2026-11-26"), day("2026-11-26")).count(), 3);
    }

    #[test]
    fn a_rule_that_never_falls_ends_all_the_same() {
        let never = parse("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2").unwrap();
        assert_eq!(never.days(day("2026-11-26"), day("2026-11-26")).count(), 1);
        let long = parse("FREQ=DAILY").unwrap();
        assert!(long.days(day("1990-01-01"), day("2026-11-26")).count() < 20_000);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for text in [
            "FREQ=HOURLY",
            "FREQ=YEARLY;BYWEEKNO=3",
            "INTERVAL=2",
            "FREQ=DAILY;INTERVAL=0",
            "x",
            "FREQ=WEEKLY;BYDAY=XX",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
