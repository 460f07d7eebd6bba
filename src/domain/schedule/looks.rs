//! When a newsletter that stays up looks for something to do.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Cron, Schedule, next_run};
use crate::domain::{
    article::start_of_day,
    issue::{Frequency, IssueKey},
};

/// The `[run]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunSettings {
    /// When the sources are asked: a cron expression in the newsletter's zone, or `off`.
    pub collect: CollectTimes,
    /// When it looks for an issue to send, on days that have one: a cron expression in the newsletter's zone. The issues'
    /// own times where it is absent.
    pub send: Option<Cron>,
}

/// When the sources are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectTimes {
    /// By sending alone.
    Off,
    /// When the expression strikes.
    At(Cron),
}

/// Every quarter of an hour by day.
const BY_DAY: &str = "*/15 5-18 * * *";

impl Default for CollectTimes {
    fn default() -> Self {
        BY_DAY.parse().map_or(Self::Off, Self::At)
    }
}

impl<'de> Deserialize<'de> for CollectTimes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "off" {
            return Ok(Self::Off);
        }
        Cron::deserialize(serde::de::value::StringDeserializer::new(text)).map(Self::At)
    }
}

impl Serialize for CollectTimes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => to.serialize_str("off"),
            Self::At(cron) => cron.serialize(to),
        }
    }
}

impl RunSettings {
    /// When the sources are asked next.
    pub fn next_collect(&self, zone: Tz, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match &self.collect {
            CollectTimes::Off => None,
            CollectTimes::At(cron) => next_run(cron, zone, |_| true, after),
        }
    }

    /// When it looks next for an issue to send; `None` when no day to come has one.
    pub fn next_send(
        &self,
        schedule: &Schedule,
        zone: Tz,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match &self.send {
            Some(cron) => next_run(cron, zone, |day| has_an_issue(schedule, day), after),
            None => Frequency::ALL
                .into_iter()
                .filter_map(|frequency| schedule.next_issue(frequency, zone, after))
                .min(),
        }
    }
}

fn has_an_issue(schedule: &Schedule, day: NaiveDate) -> bool {
    let publishes = |frequency| schedule.publishes(frequency, day);
    Frequency::ALL.into_iter().any(publishes)
}

impl Schedule {
    /// When an issue falls due: the instant its day's expression strikes, which is its cut-off.
    pub fn falls_due(&self, key: IssueKey, zone: Tz) -> DateTime<Utc> {
        let cut_off = self.cut_off(key, zone);
        let before = start_of_day(key.date, zone) - Duration::seconds(1);
        Cron::daily(self.time_of(key.frequency))
            .and_then(|cron| next_run(&cron, zone, |day| day == key.date, before))
            .unwrap_or(cut_off)
    }

    /// When the next issue of a frequency falls due.
    pub fn next_issue(
        &self,
        frequency: Frequency,
        zone: Tz,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let cron = Cron::daily(self.time_of(frequency))?;
        next_run(&cron, zone, |day| self.publishes(frequency, day), after)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use chrono_tz::Europe::Copenhagen;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::schedule::TimeOfDay;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn without_a_word_it_looks_at_the_issues_times() {
        let schedule = Schedule {
            weekly_at: Some(TimeOfDay(NaiveTime::from_hms_opt(15, 0, 0).unwrap())),
            ..Schedule::default()
        };
        let next = |after| RunSettings::default().next_send(&schedule, Copenhagen, at(after));
        // Friday morning, Friday afternoon, Monday; over Easter 2026 to the Tuesday.
        assert_eq!(
            next("2026-11-20T04:00:00Z"),
            Some(at("2026-11-20T05:00:00Z"))
        );
        assert_eq!(
            next("2026-11-20T05:00:00Z"),
            Some(at("2026-11-20T14:00:00Z"))
        );
        assert_eq!(
            next("2026-11-20T14:00:00Z"),
            Some(at("2026-11-23T05:00:00Z"))
        );
        assert_eq!(
            next("2026-04-02T12:00:00Z"),
            Some(at("2026-04-07T04:00:00Z"))
        );
    }

    #[test]
    fn an_expression_of_its_own_keeps_to_the_days_that_publish() {
        let run = RunSettings {
            send: Some("*/10 6-11 * * *".parse().unwrap()),
            ..RunSettings::default()
        };
        let next = run.next_send(&Schedule::default(), Copenhagen, at("2026-11-20T10:50:00Z"));
        assert_eq!(next, Some(at("2026-11-23T05:00:00Z")));
    }

    #[test]
    fn sources_are_asked_by_day_unless_told_otherwise() {
        let run = RunSettings::default();
        let next = |run: &RunSettings, after| run.next_collect(Copenhagen, at(after));
        assert_eq!(
            next(&run, "2026-11-22T17:40:00Z"),
            Some(at("2026-11-22T17:45:00Z"))
        );
        assert_eq!(
            next(&run, "2026-11-22T17:45:00Z"),
            Some(at("2026-11-23T04:00:00Z"))
        );
        let off: RunSettings = toml::from_str("collect = \"off\"").unwrap();
        assert_eq!(next(&off, "2026-11-22T17:40:00Z"), None);
    }

    proptest! {
        // The run that is asked once and the one that stays up have one idea of an issue's time.
        #[test]
        fn an_issue_falls_due_at_its_cut_off(day in 0u64..3000, hour in 0u32..24, minute in 0u32..60) {
            let schedule = Schedule {
                at: TimeOfDay(NaiveTime::from_hms_opt(hour, minute, 0).unwrap()),
                days: crate::domain::schedule::WeekdaySet([true; 7]),
                ..Schedule::default()
            };
            let first: NaiveDate = "2024-01-01".parse().unwrap();
            let date = schedule
                .next_day(Frequency::Daily, first + chrono::Days::new(day))
                .unwrap();
            let key = IssueKey { date, frequency: Frequency::Daily };
            let due = schedule.cut_off(key, Copenhagen);
            prop_assert_eq!(schedule.falls_due(key, Copenhagen), due);
            let next = |after| schedule.next_issue(Frequency::Daily, Copenhagen, after);
            prop_assert_eq!(next(due - chrono::Duration::seconds(1)), Some(due));
            prop_assert!(next(due).is_some_and(|later| later.with_timezone(&Copenhagen).date_naive() > date));
        }
    }
}
