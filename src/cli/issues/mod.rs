//! `overblik issues`

mod hold;
mod publish;
mod show;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Exit, Failure, Session,
    edited::holds,
    journal::{self, About},
    newsroom::{Newsroom, lock_failure, refused},
    report::Report,
    status::{issues_of, owed, owed_by_the_dead},
};
use crate::{
    domain::issue::Frequency,
    store::{IssueRow, Read as _, Store as _, journal::Act, lock::Lock, sqlite::SqliteStore},
};

/// Shows the issues that were published; holds one that is to come; cancels what has not left
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik issues list\n  overblik issues show 2026-11-23\n  overblik issues hold 2026-11-24 --reason \"afventer et svar\"\n  overblik issues cancel 2026-11-23 --dry-run\n  overblik issues publish"
)]
pub(super) struct Issues {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Shows every issue, oldest first, and where it stands
    #[command(after_help = "Examples:\n  overblik issues list")]
    List,
    /// Shows what an issue prints, what became of every article, and who decided what about it
    #[command(
        after_help = "Examples:\n  overblik issues show 2026-11-23\n  overblik issues show 2026-11-23 --frequency weekly --json"
    )]
    Show {
        /// The issue's date
        #[arg(value_parser = crate::cli::day)]
        date: NaiveDate,
        /// Only this frequency: daily or weekly
        #[arg(long)]
        frequency: Option<Frequency>,
    },
    /// Holds the issues of a date back until they are released
    #[command(
        after_help = "Examples:\n  overblik issues hold 2026-11-24 --reason \"afventer et svar\""
    )]
    Hold {
        /// The issues' date
        #[arg(value_parser = crate::cli::day)]
        date: NaiveDate,
        /// Why, in a few words
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Lets the issues of a date go again
    #[command(after_help = "Examples:\n  overblik issues release 2026-11-24")]
    Release {
        /// The issues' date
        #[arg(value_parser = crate::cli::day)]
        date: NaiveDate,
    },
    /// Writes the archive anew: a page for each issue, the list of them and the feeds
    #[command(after_help = "Examples:\n  overblik issues publish")]
    Publish,
    /// Skips every letter of an issue that has not left; those that have cannot be called back
    #[command(
        after_help = "Examples:\n  overblik issues cancel 2026-11-23 --dry-run\n  overblik issues cancel 2026-11-23 --frequency weekly"
    )]
    Cancel {
        /// The issue's date
        #[arg(value_parser = crate::cli::day)]
        date: NaiveDate,
        /// Only this frequency: daily or weekly
        #[arg(long)]
        frequency: Option<Frequency>,
        /// Say how many letters it would skip, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
}

impl Issues {
    /// Runs one of the verbs.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        match self.verb {
            Verb::List => list(session, &room),
            Verb::Show { date, frequency } => show::show(session, &room, date, frequency),
            Verb::Hold { date, reason } => hold::hold(session, &room, date, &reason),
            Verb::Release { date } => hold::release(session, &room, date),
            Verb::Publish => publish::publish(session, &room),
            Verb::Cancel {
                date,
                frequency,
                dry_run,
            } => cancel(session, &room, date, frequency, dry_run),
        }
    }
}

fn list(session: &Session, room: &Newsroom) -> Result<Exit, Failure> {
    let mut report = Report::default();
    if let Some(store) = room.peek()? {
        for issue in store.issues()? {
            report.add(
                &issue,
                owed(&store, room, &issue)?.tally(&store, issue.number)?,
            );
        }
    }
    let holds = holds(&room.state)?;
    if session.global.json {
        let mut document = serde_json::to_value(&report).unwrap_or_default();
        document["holds"] = json!(holds);
        session.json(&document);
    } else if report.is_empty() {
        session.say("nothing has been published yet");
    } else {
        session.data(&report.to_words());
    }
    if !session.global.json {
        for (date, hold) in &holds {
            session.data(&format!("{date}  held: {}\n", hold.reason));
        }
    }
    Ok(Exit::Done)
}

/// Skips what has not left of the issues of a date.
pub(in crate::cli) fn cancel(
    session: &Session,
    room: &Newsroom,
    date: NaiveDate,
    frequency: Option<Frequency>,
    dry_run: bool,
) -> Result<Exit, Failure> {
    let store = room.peek()?.ok_or_else(|| nothing(date))?;
    let issues = asked_for(&store, date, frequency)?;
    if dry_run {
        would_cancel(session, room, &store, &issues)?;
        return Ok(Exit::Done);
    }
    drop(store);
    let _lock = Lock::take(&room.state.send_lock(), room.now).map_err(|error| {
        lock_failure(
            &error,
            "stop it with SIGTERM, then cancel: what is in flight is finished first",
        )
    })?;
    let mut store = room.ledger()?;
    let mut report = Report::default();
    for issue in issues {
        // What has left is not cancelled: the word of runs that died comes first.
        owed_by_the_dead(&store, room, &issue)?.settle(
            &mut store,
            room.state.path(),
            issue.number,
        )?;
        let skipped = store.cancel(issue.number, room.now)?;
        session.say(&format!(
            "{}: {skipped} letters will not be sent",
            issue.key
        ));
        let words = format!("{skipped} letters not sent");
        journal::note(
            session,
            room,
            Act::Cancelled,
            About::Issue(issue.key),
            &words,
        );
        if let Some(issue) = store.issue(issue.key)? {
            if let Some(archive) = room.config.archive() {
                archive.without_cancelled(&store, &issue)?;
            }
            report.add(&issue, store.tally(issue.number)?);
        }
    }
    if session.global.json {
        session.json(&report);
    }
    Ok(Exit::Done)
}

/// Says how many letters a cancel would skip.
fn would_cancel(
    session: &Session,
    room: &Newsroom,
    store: &SqliteStore,
    issues: &[IssueRow],
) -> Result<(), Failure> {
    let mut report = Report::default();
    let mut words = String::new();
    for issue in issues {
        let tally = owed(store, room, issue)?.tally(store, issue.number)?;
        words.push_str(&format!(
            "{}: {} letters would be skipped; {} have left\n",
            issue.key,
            tally.waiting + tally.deferred,
            tally.accepted + tally.doubtful
        ));
        report.add(issue, tally);
    }
    if session.global.json {
        // The shape of `cancel`, as things stand: what waits and is deferred would be skipped.
        let mut document = serde_json::to_value(&report).unwrap_or_default();
        document["dry_run"] = json!(true);
        session.json(&document);
    } else {
        session.data(&words);
    }
    Ok(())
}

/// The issues of a date, of one frequency where one is named.
fn asked_for(
    store: &SqliteStore,
    date: NaiveDate,
    frequency: Option<Frequency>,
) -> Result<Vec<IssueRow>, Failure> {
    let mut issues = issues_of(store, Some(date))?;
    issues.retain(|issue| frequency.is_none_or(|wanted| wanted == issue.key.frequency));
    match frequency {
        Some(frequency) if issues.is_empty() => Err(refused(
            format!("no {frequency} issue of {date} has been published"),
            "`overblik issues list` shows those that have",
        )),
        _ => Ok(issues),
    }
}

fn nothing(date: NaiveDate) -> Failure {
    refused(
        format!("no issue of {date} has been published"),
        "nothing has been published yet",
    )
}
