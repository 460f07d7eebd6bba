//! `overblik send`

mod again;
mod approve;
mod begin;
pub(super) mod canary;
mod copy;
mod dry_run;
pub(super) mod due;
mod erasing;
mod forecast;
mod holds;
pub(super) mod late;
mod outlook;
mod progress;
pub(super) mod proof;
mod publishing;
mod report;
mod said;
mod sender;
mod signals;
mod suppressing;
mod top_up;
mod warm_up;

pub(super) use begin::outbox;
pub(super) use said::is_to_be_said;
pub(super) use signals::heed;

use std::{collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;
use clap::Args;

use self::{
    begin::take_lock,
    due::Due,
    forecast::Forecast,
    sender::{Fresh, Sender, knows_the_readers, ledger_failure},
};
use super::{Exit, Failure, Session, alerts, newsroom::Newsroom, report::Report};
use crate::{
    dispatch::Stop,
    domain::{address::Address, issue::Frequency, language::Language, subscriber::Format},
    publish::Guard,
};

/// Publishes what is due, once, and sends it; run again it resumes, and when nothing is left it does nothing
#[derive(Debug, Args)]
#[command(
    after_help = "Safe to run every minute. First every unfinished issue is resumed, oldest first; then what is due is \
published.\n\nExamples:\n  overblik send -q                      # the cron line\n  overblik send --dry-run               # what \
would happen, nothing written\n  overblik send --date 2026-11-23       # the issue of a date\n  overblik send --override \
late       # past its time, on purpose\n  overblik send --to mig@avis.example   # a proof\n  overblik send --top-up                # today's issue to readers who have just joined\n  overblik send --approve issue.json      # as it was looked at; it leaves at its time"
)]
pub(super) struct Send {
    /// The issue's date; today without it
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
    date: Option<NaiveDate>,
    /// Say what would be sent to how many, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Only the issue of this frequency: daily or weekly
    #[arg(long, value_name = "F")]
    frequency: Option<Frequency>,
    /// Send although this guard would hold the issue: copy, early, late, hold, list, few, lint, approve, count or canary
    #[arg(long = "override", value_name = "GUARD", value_parser = guard)]
    overrides: Vec<Guard>,
    /// Send doubtful letters again: the same bytes under the same Message-ID; a reader may get a second copy
    #[arg(long)]
    resend_doubtful: bool,
    /// Try failed letters again
    #[arg(long)]
    retry_failed: bool,
    /// Add readers who joined after planning to the newest issue, or that of the date, and send to them
    #[arg(long)]
    top_up: bool,
    /// Say that an issue may leave as it is: by its hash, or by the file that `preview` or `--dry-run --json` wrote; it leaves at
    /// its time
    #[arg(long, value_name = "HASH|ISSUE.JSON", conflicts_with = "dry_run")]
    approve: Option<String>,
    /// Mail proofs to these addresses, or to those of `issues.proof_to`: nothing is published, personal links say `prøvelink`
    #[arg(long, value_name = "EMAIL", num_args = 0.., value_parser = email, conflicts_with_all = ["dry_run", "overrides", "resend_doubtful", "retry_failed", "top_up", "late", "early"])]
    to: Option<Vec<Address>>,
    /// Of a proof: html (with its text) or text alone
    #[arg(long, value_name = "F", value_parser = format, requires = "to")]
    format: Option<Format>,
    /// Of a proof: da or en; the newsletter's own without it
    #[arg(long, value_name = "L", value_parser = language, requires = "to")]
    language: Option<Language>,
    /// Short for `--override late`
    #[arg(long)]
    late: bool,
    /// Short for `--override early`
    #[arg(long)]
    early: bool,
}

fn guard(name: &str) -> Result<Guard, String> {
    Guard::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Guard::ALL.into_iter().map(Guard::name).collect();
        format!("the guards are {}", names.join(", "))
    })
}

fn email(text: &str) -> Result<Address, String> {
    Address::parse(text).map_err(|error| error.to_string())
}

fn format(word: &str) -> Result<Format, String> {
    [Format::Html, Format::Text]
        .into_iter()
        .find(|format| format.word() == word)
        .ok_or_else(|| format!("`{word}` is no format; write `html` or `text`"))
}

fn language(tag: &str) -> Result<Language, String> {
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == tag)
        .ok_or_else(|| format!("`{tag}` is no language; write `da` or `en`"))
}

impl Send {
    /// Sends; the exit code speaks of this run only.
    pub(super) fn run(mut self, session: &Session) -> Result<Exit, Failure> {
        if self.late {
            self.overrides.push(Guard::Late);
        }
        if self.early {
            self.overrides.push(Guard::Early);
        }
        let room = Newsroom::open(session)?;
        if let Some(to) = &self.to {
            return proof::send(&self, proof::addressed(to, &room)?, session, &room);
        }
        if self.dry_run {
            if let Some(exit) = copy::is_held(&self, session, &room)? {
                return Ok(exit);
            }
            return dry_run::show(&self, session, &room);
        }
        let stop = Arc::new(Stop::default());
        signals::heed(Arc::clone(&stop)).map_err(|error| Failure::ours("starting", &error))?;
        self.once(session, &room, &stop).map(|(exit, _)| exit)
    }

    /// The guards that an issue is published against, each once.
    fn going_past(&self) -> BTreeSet<Guard> {
        let guards = self.overrides.iter().copied();
        // These two are gone past whatever is published, and written down then.
        let elsewhere = [Guard::Copy, Guard::Canary];
        guards.filter(|guard| !elsewhere.contains(guard)).collect()
    }

    /// What is asked for by a bare `overblik send`.
    pub(super) fn what_is_due() -> Self {
        Self {
            date: None,
            dry_run: false,
            frequency: None,
            overrides: Vec::new(),
            resend_doubtful: false,
            retry_failed: false,
            top_up: false,
            approve: None,
            to: None,
            format: None,
            language: None,
            late: false,
            early: false,
        }
    }

    /// Whether it is about every issue that is due by now.
    fn is_for_all_today(&self) -> bool {
        self.date.is_none() && self.frequency.is_none()
    }

    /// Sends while it has the lock, until a stop is asked for; how that ended, and where the issues stand.
    pub(super) fn once(
        &self,
        session: &Session,
        room: &Newsroom,
        stop: &Arc<Stop>,
    ) -> Result<(Exit, Report), Failure> {
        let lock = take_lock(session, room)?;
        let result = self.locked(session, room, stop);
        alerts::tell(session, room);
        drop(lock);
        result
    }
}

#[cfg(test)]
mod any_day;
#[cfg(test)]
mod year;
