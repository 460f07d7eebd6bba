//! What becomes of each day for one frequency, and which articles its issue covers.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    domain::{
        issue::{Frequency, IssueKey},
        language::Language,
        schedule::{Says, Schedule},
    },
    store::{IssueRow, decisions::Missed},
};

/// What the days of one frequency depend on.
pub(super) struct Course<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) frequency: Frequency,
    pub(super) zone: Tz,
    pub(super) language: Language,
    /// How far back a first issue looks.
    pub(super) first_window: Duration,
    /// The issues that were sent, or are being sent, oldest first.
    pub(super) sent: Vec<IssueRow>,
    /// The issues recorded as missed.
    pub(super) missed: Missed,
    pub(super) today: NaiveDate,
}

/// What becomes of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) date: NaiveDate,
    pub(super) state: State,
    /// Why, where the day is not an ordinary publishing day.
    pub(super) reason: Option<String>,
    /// The instants after which and up to which the issue's articles are dated.
    pub(super) covers: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// Whether a day has an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// One was sent.
    Sent,
    /// One is to come.
    Due,
    /// One was due and did not come: what it would have printed is taken by the next.
    Missed,
    /// None is due.
    Closed,
}

impl State {
    /// The word in JSON.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Due => "due",
            Self::Missed => "missed",
            Self::Closed => "closed",
        }
    }

    /// Whether the day has an issue, sent or to come.
    pub(super) fn publishes(self) -> bool {
        matches!(self, Self::Sent | Self::Due)
    }
}

impl Course<'_> {
    /// The days from one on, each to come on the assumption that those before it are sent.
    pub(super) fn days(&self, from: NaiveDate, count: u32) -> Vec<Turn> {
        let newest = self.sent.iter().map(|issue| issue.key.date).max();
        // The chain of what covers what begins after the newest issue, or today, or at a past day that is asked for.
        let begin = match newest {
            Some(newest) => newest.succ_opt().unwrap_or(newest),
            None => self.today,
        };
        let start = from.min(begin);
        let mut last_cut_off = self
            .sent
            .iter()
            .filter(|issue| issue.key.date < start)
            .map(|issue| issue.cut_off)
            .max();
        let mut turns = Vec::new();
        let mut days_left = count;
        for date in start.iter_days() {
            if days_left == 0 {
                break;
            }
            let turn = self.turn(date, newest, last_cut_off);
            last_cut_off = turn.covers.map(|(_, to)| to).or(last_cut_off);
            if date >= from {
                turns.push(turn);
                days_left -= 1;
            }
        }
        turns
    }

    fn turn(
        &self,
        date: NaiveDate,
        newest: Option<NaiveDate>,
        last_cut_off: Option<DateTime<Utc>>,
    ) -> Turn {
        let covers = |to: DateTime<Utc>| {
            let from = last_cut_off.unwrap_or_else(|| to - self.first_window);
            Some((from, to))
        };
        let turn = |state, reason, covers| Turn {
            date,
            state,
            reason,
            covers,
        };
        if let Some(issue) = self.sent.iter().find(|issue| issue.key.date == date) {
            return turn(State::Sent, None, covers(issue.cut_off));
        }
        let key = IssueKey {
            date,
            frequency: self.frequency,
        };
        let is_over = newest.is_some_and(|newest| date < newest.max(self.today));
        match self.schedule.says(self.frequency, date, self.language) {
            Says::Rests(why) => turn(State::Closed, Some(why), None),
            Says::Publishes(_) if self.missed.has(key) => {
                turn(State::Missed, Some("missed".into()), None)
            }
            Says::Publishes(_) if is_over => turn(State::Missed, Some("not sent".into()), None),
            Says::Publishes(why) => turn(
                State::Due,
                why,
                covers(self.schedule.cut_off(key, self.zone)),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use chrono_tz::Europe::Copenhagen;

    use super::*;
    use crate::store::IssueNumber;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn local(text: &str) -> DateTime<Utc> {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        Copenhagen
            .from_local_datetime(&local)
            .unwrap()
            .with_timezone(&Utc)
    }

    fn sent(day: &str, cut_off: &str) -> IssueRow {
        IssueRow {
            number: IssueNumber(1),
            key: IssueKey {
                date: date(day),
                frequency: Frequency::Daily,
            },
            cut_off: local(cut_off),
            frozen_at: local(cut_off),
            hash: [0; 32],
            planned: 1,
            refused: 0,
            cancelled_at: None,
            done_at: None,
            erased_at: None,
        }
    }

    /// The days as `date state from to`.
    fn told(
        sent: Vec<IssueRow>,
        missed: &[&str],
        today: &str,
        from: &str,
        count: u32,
    ) -> Vec<String> {
        let schedule = Schedule::default();
        let course = Course {
            schedule: &schedule,
            frequency: Frequency::Daily,
            zone: Copenhagen,
            language: Language::Da,
            first_window: Duration::days(7),
            sent,
            missed: {
                let mut all = Missed::default();
                for day in missed {
                    let frequency = Frequency::Daily;
                    let date = date(day);
                    all.record(IssueKey { date, frequency }, local("2026-01-01 12:00"));
                }
                all
            },
            today: date(today),
        };
        let stamp = |at: DateTime<Utc>| at.with_timezone(&Copenhagen).format("%m-%d %H:%M");
        let turns = course.days(date(from), count).into_iter();
        turns
            .map(|turn| {
                let covers = turn.covers.map_or_else(
                    || turn.reason.unwrap_or_default(),
                    |(from, to)| format!("{} {}", stamp(from), stamp(to)),
                );
                let day = turn.date.format("%m-%d");
                format!("{day} {} {covers}", turn.state.word())
            })
            .collect()
    }

    #[test]
    fn the_tuesday_after_easter_covers_thursday_to_monday() {
        assert_eq!(
            told(vec![], &[], "2026-04-01", "2026-04-01", 7),
            [
                // A first issue looks back seven times 24 hours, here over the skipped hour of 29 March.
                "04-01 due 03-25 05:00 04-01 06:00",
                "04-02 closed skærtorsdag",
                "04-03 closed langfredag",
                "04-04 closed lørdag",
                "04-05 closed påskedag",
                "04-06 closed 2. påskedag",
                "04-07 due 04-01 06:00 04-07 06:00",
            ]
        );
        // The hour that is skipped on 29 March falls out of no window.
        assert_eq!(
            told(vec![], &[], "2026-03-27", "2026-03-30", 1),
            ["03-30 due 03-27 06:00 03-30 06:00"]
        );
    }

    #[test]
    fn a_day_to_come_takes_those_before_it_as_sent() {
        let issue = || vec![sent("2026-11-20", "2026-11-20 06:04")];
        assert_eq!(
            told(issue(), &[], "2026-11-21", "2026-11-23", 2),
            [
                "11-23 due 11-20 06:04 11-23 06:00",
                "11-24 due 11-23 06:00 11-24 06:00"
            ]
        );
        assert_eq!(
            told(issue(), &[], "2026-11-21", "2026-11-26", 1),
            ["11-26 due 11-25 06:00 11-26 06:00"]
        );
    }

    #[test]
    fn what_did_not_come_is_covered_by_the_next() {
        let issues = vec![
            sent("2026-11-16", "2026-11-16 06:01"),
            sent("2026-11-18", "2026-11-18 06:02"),
        ];
        assert_eq!(
            told(issues, &["2026-11-19"], "2026-11-23", "2026-11-16", 8),
            [
                "11-16 sent 11-09 06:01 11-16 06:01",
                "11-17 missed not sent",
                "11-18 sent 11-16 06:01 11-18 06:02",
                "11-19 missed missed",
                "11-20 missed not sent",
                "11-21 closed lørdag",
                "11-22 closed søndag",
                "11-23 due 11-18 06:02 11-23 06:00",
            ]
        );
    }
}
