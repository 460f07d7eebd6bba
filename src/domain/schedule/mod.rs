//! On which days an issue is due, and up to which instant its articles count.

mod cron;
mod looks;
mod times;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use cron::{Cron, next_run};
pub use looks::{CollectTimes, RunSettings};
pub use times::{TimeOfDay, WeekdaySet};

use super::{
    article::local_instant,
    calendar::{Custom, Holidays, Period, name_of},
    issue::{Frequency, IssueKey},
    language::Language,
};

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
    /// The local time a weekly issue counts articles up to; that of the daily one where it is absent.
    pub weekly_at: Option<TimeOfDay>,
    /// Whose public holidays are closed.
    pub holidays: Holidays,
    /// The days closed by custom.
    pub customs: Vec<Custom>,
    /// The days closed besides.
    pub closed: Vec<Period>,
    /// The days that publish whatever weekday or holiday they are.
    pub extra: Vec<Period>,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            at: TimeOfDay(NaiveTime::from_hms_opt(6, 0, 0).unwrap_or(NaiveTime::MIN)),
            days: WeekdaySet([true, true, true, true, true, false, false]),
            weekly_day: WeekdaySet([false, false, false, false, true, false, false]),
            weekly_at: None,
            holidays: Holidays::Denmark,
            customs: vec![
                Custom::Grundlovsdag,
                Custom::Juleaften,
                Custom::Nytaarsaften,
            ],
            closed: Vec::new(),
            extra: Vec::new(),
        }
    }
}

/// What the schedule says of a day for one frequency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// An issue is due; why, where the day is not an ordinary one.
    Publishes(Option<String>),
    /// None is, and why.
    Rests(String),
}

impl Schedule {
    /// The cut-off of an issue, in the newsletter's zone.
    pub fn cut_off(&self, key: IssueKey, zone: Tz) -> DateTime<Utc> {
        local_instant(key.date, self.time_of(key.frequency).0, zone)
    }

    /// The local time of the cut-off.
    pub fn time_of(&self, frequency: Frequency) -> TimeOfDay {
        match frequency {
            Frequency::Daily => self.at,
            Frequency::Weekly => self.weekly_at.unwrap_or(self.at),
        }
    }

    /// Whether an issue of that frequency is due on a day.
    pub fn publishes(&self, frequency: Frequency, date: NaiveDate) -> bool {
        matches!(self.says(frequency, date, Language::Da), Says::Publishes(_))
    }

    /// Whether an issue of that frequency is due on a day, and why or why not, in words of a language.
    pub fn says(&self, frequency: Frequency, date: NaiveDate, language: Language) -> Says {
        match frequency {
            Frequency::Daily => self.daily(date, language),
            Frequency::Weekly => self.weekly(date, language),
        }
    }

    /// The first publishing day on or after a day; `None` when there is none in the next thousand.
    pub fn next_day(&self, frequency: Frequency, from: NaiveDate) -> Option<NaiveDate> {
        from.iter_days()
            .take(1000)
            .find(|day| self.publishes(frequency, *day))
    }

    /// Why a day is closed whatever weekday it is: what config says of it comes before what the almanac does.
    pub fn closed(&self, date: NaiveDate, language: Language) -> Option<String> {
        let among = |periods: &[Period]| {
            let period = periods.iter().find(|period| period.contains(date));
            period.map(|period| period.reason.clone())
        };
        among(&self.closed).or_else(|| match among(&self.extra) {
            Some(_) => None,
            None => name_of(date, self.holidays, &self.customs, language),
        })
    }

    fn daily(&self, date: NaiveDate, language: Language) -> Says {
        if let Some(why) = self.closed(date, language) {
            return Says::Rests(why);
        }
        let extra = self.extra.iter().find(|period| period.contains(date));
        if let Some(period) = extra {
            Says::Publishes(Some(period.reason.clone()))
        } else if self.days.contains(date.weekday()) {
            Says::Publishes(None)
        } else {
            Says::Rests(language.weekday(date).to_owned())
        }
    }

    fn weekly(&self, date: NaiveDate, language: Language) -> Says {
        let Some(own) = self.weekly_day_of(date) else {
            return Says::Rests(language.weekday(date).to_owned());
        };
        let closed = self.closed(own, language);
        match closed {
            None if date == own => Says::Publishes(None),
            Some(why) if self.moved_from(own) == Some(date) => {
                Says::Publishes(Some(format!("{} {own}: {why}", language.weekday(own))))
            }
            Some(why) if date == own => Says::Rests(why),
            _ => Says::Rests(language.weekday(date).to_owned()),
        }
    }

    /// The day of the weekly issue in the week of a date, Monday to Sunday, closed or not.
    fn weekly_day_of(&self, date: NaiveDate) -> Option<NaiveDate> {
        let of_week = u64::from(date.weekday().num_days_from_monday());
        let monday = date.checked_sub_days(Days::new(of_week))?;
        monday
            .iter_days()
            .take(7)
            .find(|day| self.weekly_day.contains(day.weekday()))
    }

    /// Where a weekly issue goes whose day is closed: to the last daily issue of the week before it, for its readers
    /// look back on the week; else to the first after it in the same week; else nowhere, and the next one covers both.
    fn moved_from(&self, own: NaiveDate) -> Option<NaiveDate> {
        let of_week = own.weekday().num_days_from_monday();
        let is_open =
            |day: &NaiveDate| matches!(self.daily(*day, Language::Da), Says::Publishes(_));
        let before =
            (1..=of_week).filter_map(|days| own.checked_sub_days(Days::new(u64::from(days))));
        let after =
            (1..=6 - of_week).filter_map(|days| own.checked_add_days(Days::new(u64::from(days))));
        before.chain(after).find(is_open)
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod years;
