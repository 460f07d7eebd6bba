//! `overblik schedule`

mod days;
mod ical;

use std::fmt::Write as _;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use clap::Args;
use serde_json::{Value, json};

use self::{
    days::{Course, State, Turn},
    ical::{Calendar, Event, When},
};
use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, refused},
    send::late::missed,
};
use crate::{
    domain::{
        issue::{Frequency, IssueKey},
        language::Language,
    },
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// Shows the coming days: which have an issue and what it covers, which have none and why; changes nothing
#[derive(Debug, Args)]
#[command(
    after_help = "A day to come covers what follows the one before it, as if each is sent.\n\nExamples:\n  overblik \
schedule --days 30\n  overblik schedule --from 2026-12-20 --json\n  overblik schedule --days 365 --ical > udgivelser.ics"
)]
pub(super) struct Schedule {
    /// The first day; today without it
    #[arg(long, value_name = "D", value_parser = crate::cli::day)]
    from: Option<NaiveDate>,
    /// How many days, 1 to 3660
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// Print an iCalendar (RFC 5545), for calendars to subscribe to
    #[arg(long)]
    ical: bool,
}

impl Schedule {
    /// Shows the days.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        if self.ical && session.global.json {
            return Err(refused(
                "an iCalendar is no JSON",
                "leave out `--ical` or `--json`",
            ));
        }
        let room = Newsroom::open(session)?;
        let store = room.peek()?;
        let from = self.from.unwrap_or_else(|| room.today());
        let turns = |frequency| -> Result<Vec<Turn>, Failure> {
            let course = course(&room, store.as_ref(), frequency)?;
            Ok(course.days(from, self.days))
        };
        let (daily, weekly) = (turns(Frequency::Daily)?, turns(Frequency::Weekly)?);
        if self.ical {
            session.data(&calendar(&room, &daily, &weekly));
        } else if session.global.json {
            session.json(&document(&room, &daily, &weekly));
        } else {
            session.data(&table(&room, &daily, &weekly));
        }
        Ok(Exit::Done)
    }
}

/// What the days of a frequency depend on.
fn course<'a>(
    room: &'a Newsroom,
    store: Option<&SqliteStore>,
    frequency: Frequency,
) -> Result<Course<'a>, Failure> {
    let config = &room.config;
    Ok(Course {
        schedule: &config.schedule,
        frequency,
        zone: config.newsletter.timezone,
        language: config.newsletter.language,
        first_window: Duration::days(i64::from(config.selection.first_window_days)),
        sent: match store {
            Some(store) => sent(store, frequency)?,
            None => Vec::new(),
        },
        missed: missed(room)?,
        today: room.today(),
    })
}

/// The issues of a frequency but those that were cancelled before any letter left.
fn sent(store: &SqliteStore, frequency: Frequency) -> Result<Vec<IssueRow>, Failure> {
    let mut sent = Vec::new();
    for issue in store.issues()? {
        if issue.key.frequency != frequency {
            continue;
        }
        let tally = store.tally(issue.number)?;
        if issue.cancelled_at.is_none() || tally.accepted + tally.doubtful > 0 {
            sent.push(issue);
        }
    }
    Ok(sent)
}

fn document(room: &Newsroom, daily: &[Turn], weekly: &[Turn]) -> Value {
    let days: Vec<Value> = daily
        .iter()
        .zip(weekly)
        .map(|(daily, weekly)| {
            let mut day = turn_json(room, daily);
            day["date"] = json!(daily.date.to_string());
            day["weekly"] = turn_json(room, weekly);
            day
        })
        .collect();
    json!({ "days": days })
}

fn turn_json(room: &Newsroom, turn: &Turn) -> Value {
    let instant = |at: DateTime<Utc>| {
        let local = at.with_timezone(&room.config.newsletter.timezone);
        local.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    };
    json!({
        "publishes": turn.state.publishes(),
        "state": turn.state.word(),
        "reason": turn.reason,
        "covers_from": turn.covers.map(|(from, _)| instant(from)),
        "covers_to": turn.covers.map(|(_, to)| instant(to)),
    })
}

fn table(room: &Newsroom, daily: &[Turn], weekly: &[Turn]) -> String {
    let language = room.config.newsletter.language;
    let mut text = String::new();
    for (daily, weekly) in daily.iter().zip(weekly) {
        let day = format!("{}  {:<9}", daily.date, language.weekday(daily.date));
        let mut line = |issue: &str, turn: &Turn| {
            let words = told(room, turn);
            let _ = writeln!(text, "{day}  {issue:<6}  {words}");
        };
        if weekly.state == State::Closed || daily.state != State::Closed {
            let issue = match daily.state {
                State::Closed => "-",
                State::Sent | State::Due | State::Missed => "daily",
            };
            line(issue, daily);
        }
        if weekly.state != State::Closed {
            line("weekly", weekly);
        }
    }
    text
}

/// What a line of the table says of a day.
fn told(room: &Newsroom, turn: &Turn) -> String {
    let shown = |at: DateTime<Utc>| {
        let local = at.with_timezone(&room.config.newsletter.timezone);
        local.format("%Y-%m-%d %H:%M").to_string()
    };
    let reason = turn.reason.as_deref().unwrap_or_default();
    let Some((from, to)) = turn.covers else {
        return reason.to_owned();
    };
    let state = match turn.state {
        State::Sent => "sent, ",
        State::Due | State::Missed | State::Closed => "",
    };
    let why = if reason.is_empty() {
        String::new()
    } else {
        format!("  ({reason})")
    };
    format!("{state}covers {} to {}{why}", shown(from), shown(to))
}

/// The issues, and the days that would have a daily one were they not closed.
fn calendar(room: &Newsroom, daily: &[Turn], weekly: &[Turn]) -> String {
    let newsletter = &room.config.newsletter;
    let name = &newsletter.name;
    let (day, week, closed) = match newsletter.language {
        Language::Da => ("daglig udgave", "ugentlig udgave", "udkommer ikke"),
        Language::En => ("daily issue", "weekly issue", "no issue"),
    };
    let mut calendar = Calendar::new(name, newsletter.list_id.as_str(), room.now);
    for (daily, weekly) in daily.iter().zip(weekly) {
        for (frequency, turn, what) in [
            (Frequency::Daily, daily, day),
            (Frequency::Weekly, weekly, week),
        ] {
            if let Some((_, cut_off)) = turn.covers {
                let key = IssueKey {
                    date: turn.date,
                    frequency,
                };
                calendar.add(&Event {
                    name: key.to_string(),
                    when: When::At(cut_off),
                    summary: &format!("{name}: {what}"),
                    description: turn.reason.as_deref().unwrap_or_default(),
                });
            }
        }
        let schedule = &room.config.schedule;
        let is_weekday = schedule
            .days
            .contains(chrono::Datelike::weekday(&daily.date));
        if let (State::Closed, true, Some(why)) = (daily.state, is_weekday, &daily.reason) {
            calendar.add(&Event {
                name: format!("closed-{}", daily.date),
                when: When::Day(daily.date),
                summary: &format!("{name} {closed}: {why}"),
                description: "",
            });
        }
    }
    calendar.finish()
}
