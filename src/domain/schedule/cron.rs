//! When a clock is looked at: cron expressions, and the next instant at which one strikes.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Duration, NaiveDate, Timelike as _, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::TimeOfDay;
use crate::domain::article::start_of_day;

/// A cron expression of five fields, minute hour day month weekday, as POSIX has them (`crontab`): `*/15 5-18 * * 1-5`,
/// 1 and `mon` for Monday. It strikes at least once in some year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron(Box<croner::Cron>);

impl Cron {
    /// The expression that strikes once a day.
    pub fn daily(at: TimeOfDay) -> Option<Self> {
        format!("{} {} * * *", at.0.minute(), at.0.hour())
            .parse()
            .ok()
    }
}

impl FromStr for Cron {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser.parse(text).map_err(|error| {
            format!("`{text}` is no cron expression ({error}); write five fields such as `*/15 5-18 * * *`")
        })?;
        // From any instant: the calendar comes round.
        cron.find_next_occurrence(&DateTime::UNIX_EPOCH, true)
            .map_err(|_| format!("`{text}` never strikes; write a day that there is"))?;
        Ok(Self(Box::new(cron)))
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Cron {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Cron {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The first instant after another at which an expression strikes in a zone, on a day that `counts`; `None` when there
/// is none in the next thousand days. A time of day that the clock skips strikes once, when the clock has skipped; one
/// that comes twice strikes the first time only. What strikes every so many minutes goes on by the clock on the wall.
pub fn next_run(
    cron: &Cron,
    zone: Tz,
    counts: impl Fn(NaiveDate) -> bool,
    after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let last = after + Duration::days(1000);
    let mut from = after.with_timezone(&zone);
    let mut may_be_from = false;
    loop {
        let strikes = cron.0.find_next_occurrence(&from, may_be_from).ok()?;
        let date = strikes.date_naive();
        if strikes > last {
            return None;
        }
        if counts(date) {
            return Some(strikes.with_timezone(&Utc));
        }
        from = start_of_day(date.succ_opt()?, zone).with_timezone(&zone);
        may_be_from = true;
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::*;

    fn strikes(cron: &str, after: &str, many: usize) -> Vec<String> {
        let cron: Cron = cron.parse().unwrap();
        let mut now: DateTime<Utc> = after.parse().unwrap();
        let mut found = Vec::new();
        for _ in 0..many {
            now = next_run(&cron, Copenhagen, |_| true, now).unwrap();
            found.push(
                now.with_timezone(&Copenhagen)
                    .format("%m-%dT%H:%M%z")
                    .to_string(),
            );
        }
        found
    }

    #[test]
    fn a_time_the_clock_skips_strikes_once_and_one_that_comes_twice_strikes_first() {
        assert_eq!(
            strikes("30 2 * * *", "2026-03-27T12:00:00Z", 3),
            ["03-28T02:30+0100", "03-29T03:00+0200", "03-30T02:30+0200"]
        );
        assert_eq!(
            strikes("30 2 * * *", "2026-10-24T12:00:00Z", 2),
            ["10-25T02:30+0200", "10-26T02:30+0100"]
        );
    }

    #[test]
    fn quarters_of_an_hour_go_on_while_the_clock_is_changed() {
        assert_eq!(
            strikes("*/30 * * * *", "2026-03-29T00:15:00Z", 3),
            ["03-29T01:30+0100", "03-29T03:00+0200", "03-29T03:30+0200"]
        );
        assert_eq!(
            strikes("*/30 * * * *", "2026-10-25T00:15:00Z", 4),
            [
                "10-25T02:30+0200",
                "10-25T02:00+0100",
                "10-25T02:30+0100",
                "10-25T03:00+0100"
            ]
        );
    }

    #[test]
    fn days_that_do_not_count_are_passed_over() {
        let cron: Cron = "0 6 * * *".parse().unwrap();
        let after: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
        let monday: NaiveDate = "2026-11-23".parse().unwrap();
        let found = next_run(&cron, Copenhagen, |day| day >= monday, after);
        assert_eq!(found, Some("2026-11-23T05:00:00Z".parse().unwrap()));
        assert_eq!(next_run(&cron, Copenhagen, |_| false, after), None);
        // At midnight the day's first strike is not passed over.
        let cron: Cron = "0 0 * * *".parse().unwrap();
        let found = next_run(&cron, Copenhagen, |day| day >= monday, after);
        assert_eq!(found, Some("2026-11-22T23:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_expression_is_refused_with_a_remedy() {
        let check = |text: &str, words: &str| {
            let refused = text.parse::<Cron>().unwrap_err();
            assert!(refused.contains(words), "{text}: {refused}");
        };
        check("", "is no cron expression");
        check("hver morgen", "is no cron expression");
        check("0 0 6 * * *", "is no cron expression");
        check("61 6 * * *", "is no cron expression");
        check("0 6 30 2 *", "never strikes");
        assert!("0 6 29 2 *".parse::<Cron>().is_ok());
    }
}
