//! `overblik status`

use std::{collections::HashMap, time::Duration};

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, refused},
    report::Report,
};
use crate::{
    domain::{
        clock::Clock as _,
        delivery::{DeliveryState, StateName, Tally},
    },
    ledger::{self, Boot},
    store::{
        DeliveryRow, IssueRow, Outcome, Read as _, Settled, StoreError, lock::Lock,
        sqlite::SqliteStore,
    },
    transport::Redelivery,
};

/// How many letters stand where, and by name on request; changes nothing
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
        let Some(store) = room.peek()? else {
            if let Some(date) = self.date {
                return Err(no_issue(date));
            }
            session.say("nothing has been published yet");
            if session.global.json {
                session.json(&Report::default());
            }
            return Ok(0);
        };
        let issues = issues_of(&store, self.date)?;
        let mut report = Report::default();
        let mut listed = Vec::new();
        let mut waiting = 0;
        for issue in &issues {
            let now = Now::of(&store, room, issue)?;
            waiting += now.tally.waiting;
            report.add(issue, now.tally);
            if let Some(state) = self.list {
                listed.extend(
                    now.list(&store, issue, state)?
                        .into_iter()
                        .map(|row| (issue, row)),
                );
            }
        }
        match (self.list, session.global.json) {
            (None, true) => session.json(&report),
            (None, false) => session.data(&report.to_words()),
            (Some(_), true) => {
                let mut document = serde_json::to_value(&report).unwrap_or_default();
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

/// Where an issue stands now, the outcomes that dead runs are owed included while no run is at work.
pub(super) struct Now {
    pub(super) tally: Tally,
    owed: Vec<Outcome>,
}

impl Now {
    pub(super) fn of(
        store: &SqliteStore,
        room: &Newsroom,
        issue: &IssueRow,
    ) -> Result<Self, StoreError> {
        let owed = if Lock::is_held(&room.state.send_lock()) {
            Vec::new()
        } else {
            // The embedded transport hands a letter over twice without harm.
            let boot = Boot::current();
            ledger::owed(
                store,
                room.state.path(),
                issue.number,
                &boot,
                Redelivery::Harmless,
                room.now,
            )?
            .1
        };
        Ok(Self {
            tally: ledger::tally(store, issue.number, &owed)?,
            owed,
        })
    }

    /// The rows in a state, those owed an outcome under the state it gives.
    fn list(
        &self,
        store: &SqliteStore,
        issue: &IssueRow,
        state: StateName,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let owed: HashMap<u64, &DeliveryState> = self
            .owed
            .iter()
            .filter_map(|outcome| match &outcome.state {
                Settled::To(state) => Some((outcome.seq, state)),
                Settled::Waits { .. } => None,
            })
            .collect();
        let mut rows = store.rows(issue.number, state, u64::MAX)?;
        rows.retain(|row| !owed.contains_key(&row.seq));
        if !owed.is_empty() {
            for from in [StateName::Waiting, StateName::Deferred] {
                rows.extend(
                    store
                        .rows(issue.number, from, u64::MAX)?
                        .into_iter()
                        .filter_map(|row| {
                            let state_now = owed.get(&row.seq).filter(|now| now.name() == state)?;
                            Some(DeliveryRow {
                                state: (*state_now).clone(),
                                ..row
                            })
                        }),
                );
            }
            rows.sort_by_key(|row| row.seq);
        }
        Ok(rows)
    }
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
