//! What a year has met with: a rule that no day asks for is not tried by it.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Utc};

use super::{
    almanac::{due_again, is_skipped, publishes},
    reckoning::Issued,
    story::Settings,
    world::World,
};
use crate::domain::issue::{Frequency, IssueKey};

/// What tries a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Met {
    /// A piece that was printed stood there under a new date.
    PrintedUnderANewDate,
    /// A piece found no room, and was printed later.
    LeftOver,
    /// An issue came on a day that has one by `[[schedule.extra]]` alone.
    ExtraDay,
    /// A weekly issue came on another day than its own.
    WeeklyElsewhere,
    /// An issue fell due at a time that the clock skips.
    HourSkipped,
    /// An issue fell due at a time that the clock shows twice.
    HourTwice,
    /// At the second of the two, or after it, somebody came again, and there was something new.
    HourAgain,
    /// An issue that one run left unfinished was finished by another.
    Resumed,
    /// A run came when an issue's time was over, and recorded it as missed.
    CameTooLate,
    /// Nobody came on a day, and a later run recorded it as missed.
    LookedBack,
}

impl Met {
    /// All there is to meet.
    pub(super) const ALL: [Self; 10] = [
        Self::PrintedUnderANewDate,
        Self::LeftOver,
        Self::ExtraDay,
        Self::WeeklyElsewhere,
        Self::HourSkipped,
        Self::HourTwice,
        Self::HourAgain,
        Self::Resumed,
        Self::CameTooLate,
        Self::LookedBack,
    ];
}

impl World {
    /// What the year did not bring.
    pub(super) fn not_met(&self) -> Vec<Met> {
        let mut met = self.met.clone();
        if self.refuses_what_was_moved() {
            met.insert(Met::PrintedUnderANewDate);
        }
        for frequency in Frequency::ALL {
            if self.prints_what_had_no_room(frequency) {
                met.insert(Met::LeftOver);
            }
        }
        let all = Met::ALL.into_iter();
        all.filter(|it| !met.contains(it)).collect()
    }

    fn refuses_what_was_moved(&self) -> bool {
        self.moved.iter().any(|(piece, since)| {
            let after = |issue: &&Issued| issue.looked > *since;
            let says =
                |issue: &Issued| issue.verdicts.get(piece).map(|(rule, _)| rule == "printed");
            self.counted(Frequency::Daily)
                .filter(after)
                .any(|issue| says(issue) == Some(true))
        })
    }

    fn prints_what_had_no_room(&self, frequency: Frequency) -> bool {
        let mut had_none = BTreeSet::new();
        self.counted(frequency).any(|issue| {
            let is_met = !had_none.is_disjoint(&issue.items);
            let verdicts = issue.verdicts.iter();
            had_none.extend(
                verdicts.filter_map(|(piece, (rule, _))| (rule == "quota").then_some(*piece)),
            );
            is_met
        })
    }

    /// Notes what an issue meets with that has something to print for sure, when a run comes for it in its time.
    pub(super) fn meets(&mut self, key: IssueKey, settings: &Settings, now: DateTime<Utc>) {
        let IssueKey { date, frequency } = key;
        let without_extra = Settings {
            extra: Vec::new(),
            ..settings.clone()
        };
        let of_week = date.weekday().num_days_from_monday() as usize;
        let again = due_again(settings, frequency, date);
        let met = [
            (Met::ExtraDay, !publishes(&without_extra, frequency, date)),
            (
                Met::WeeklyElsewhere,
                frequency == Frequency::Weekly && of_week != settings.weekly_day,
            ),
            (Met::HourSkipped, is_skipped(settings, frequency, date)),
            (Met::HourTwice, again.is_some_and(|again| now < again)),
        ];
        let met = met.into_iter().filter_map(|(met, is)| is.then_some(met));
        self.met.extend(met);
    }
}
