//! `overblik status`

use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, refused},
    paused::is_paused,
    report::Report,
    send::canary,
    up,
};
use crate::{
    domain::delivery::{DeliveryState, StateName},
    ledger::{self, Boot, Owed},
    store::{DeliveryRow, IssueRow, Read as _, StoreError, lock::Lock, sqlite::SqliteStore},
};

/// Tells how many letters stand where, and by name on request; changes nothing
#[derive(Debug, Args)]
#[command(
    after_help = "planned is always accepted + deferred + failed + skipped + doubtful + waiting.\n\nExamples:\n  overblik \
status\n  overblik status --list doubtful\n  overblik status --date 2026-11-23 --json"
)]
pub(super) struct Status {
    /// The issue's date; the newest without it
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
    date: Option<NaiveDate>,
    /// Name the readers in this state: accepted, deferred, failed, skipped, doubtful or waiting
    #[arg(long, value_name = "STATE", value_parser = state)]
    list: Option<StateName>,
    /// Show it again every two seconds until nothing waits
    #[arg(long, conflicts_with = "list")]
    watch: bool,
}

fn state(word: &str) -> Result<StateName, String> {
    StateName::from_word(word).ok_or_else(|| {
        let words: Vec<&str> = StateName::ALL.into_iter().map(StateName::word).collect();
        format!("the states are {}", words.join(", "))
    })
}

impl Status {
    /// Shows where the issues of a date stand.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let mut room = Newsroom::open(session)?;
        loop {
            let waiting = self.show(session, &room)?;
            if !self.watch || waiting == 0 {
                return Ok(Exit::Done);
            }
            std::thread::sleep(Duration::from_secs(2));
            room.now = session.clock.now();
        }
    }

    fn show(&self, session: &Session, room: &Newsroom) -> Result<u64, Failure> {
        let run = up::of(room);
        let Some(store) = room.peek()? else {
            if let Some(date) = self.date {
                return Err(no_issue(date));
            }
            session.say("nothing has been published yet");
            if session.global.json {
                session.json(&Document::of(&Report::default(), run.as_ref()));
            } else if let Some(run) = run {
                session.data(&run.to_words(room));
            }
            return Ok(0);
        };
        let issues = issues_of(&store, self.date)?;
        let mut report = Report::default();
        let mut listed = Vec::new();
        let mut waiting = 0;
        for issue in &issues {
            let owed = owed(&store, room, issue)?;
            let tally = owed.tally(&store, issue.number)?;
            waiting += tally.waiting;
            report.add(issue, tally);
            if let Some(paused) = is_paused(room, &store, issue)? {
                session.say(&paused);
            }
            if let Some(words) = canary::words(room, &store, issue)? {
                session.say(&words);
            }
            if let Some(state) = self.list {
                if issue.erased_at.is_some() {
                    session.say(&format!(
                        "{}: it is so old that nobody knows any more who got it (`state.keep_days`); the counts stay",
                        issue.key
                    ));
                }
                listed.extend(
                    owed.rows(&store, issue.number, state)?
                        .into_iter()
                        .map(|row| (issue, row)),
                );
            }
        }
        match (self.list, session.global.json) {
            (None, true) => session.json(&Document::of(&report, run.as_ref())),
            (None, false) => {
                session.data(&report.to_words());
                if let Some(run) = run {
                    session.data(&run.to_words(room));
                }
            }
            (Some(_), true) => {
                let document = Document::of(&report, run.as_ref());
                let mut document = serde_json::to_value(&document).unwrap_or_default();
                document["deliveries"] = listed
                    .iter()
                    .map(|(issue, row)| delivery(issue, row))
                    .collect();
                session.json(&document);
            }
            (Some(_), false) => {
                for (_, row) in &listed {
                    session.data(&line(row));
                }
            }
        }
        Ok(waiting)
    }
}

/// The report, and how the process is that stays up.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    report: &'a Report,
    run: Option<&'a up::Run>,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report, run: Option<&'a up::Run>) -> Self {
        Self { report, run }
    }
}

/// What dead runs of an issue are owed; nothing while a run is at work.
pub(super) fn owed(
    store: &SqliteStore,
    room: &Newsroom,
    issue: &IssueRow,
) -> Result<Owed, StoreError> {
    if Lock::is_held(&room.state.send_lock()) {
        return Ok(Owed::default());
    }
    owed_by_the_dead(store, room, issue)
}

/// The same for whoever holds the lock.
pub(super) fn owed_by_the_dead(
    store: &SqliteStore,
    room: &Newsroom,
    issue: &IssueRow,
) -> Result<Owed, StoreError> {
    let redelivery = room.config.transport.kind.redelivery();
    let boot = Boot::current();
    Owed::of(
        store,
        room.state.path(),
        issue.number,
        &boot,
        redelivery,
        room.now,
    )
}

/// The issues of a date; the newest date's without one.
pub(super) fn issues_of(
    store: &SqliteStore,
    date: Option<NaiveDate>,
) -> Result<Vec<IssueRow>, Failure> {
    let mut issues = store.issues()?;
    let newest = issues.last().map(|issue| issue.key.date);
    issues.retain(|issue| Some(issue.key.date) == date.or(newest));
    match date {
        Some(date) if issues.is_empty() => Err(no_issue(date)),
        _ => Ok(issues),
    }
}

fn no_issue(date: NaiveDate) -> Failure {
    refused(
        format!("no issue of {date} has been published"),
        "`overblik issues list` shows those that have",
    )
}

fn line(row: &DeliveryRow) -> String {
    let attempts = if row.attempts > 1 {
        format!(" ({} tries)", row.attempts)
    } else {
        String::new()
    };
    format!(
        "{}\t{}{attempts}\t{}\n",
        row.address,
        row.state.name().word(),
        ledger::reason_of(&row.state)
    )
    .replace("\t\n", "\n")
}

fn delivery(issue: &IssueRow, row: &DeliveryRow) -> serde_json::Value {
    json!({
        "issue": issue.key.to_string(),
        "email": row.address,
        "state": row.state.name(),
        "attempts": row.attempts,
        "reason": ledger::reason_of(&row.state),
        "until": match &row.state {
            DeliveryState::Deferred { until, .. } => Some(until.to_rfc3339()),
            _ => None,
        },
        "at": row.at.map(|at| at.to_rfc3339()),
    })
}
