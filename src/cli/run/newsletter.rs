//! The newsletter at work: what the loop has done, and what is said of it.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Duration, Utc};

use super::daemon::{Looked, Next, Work};
use crate::{
    cli::{
        Exit, Failure, Session, alerts, collect,
        heard::Heard,
        newsroom::{Newsroom, doubts, name_faults},
        report::Report,
        send::{Send, canary, due},
    },
    config::Config,
    dispatch::Stop,
    domain::fault::Fault,
    ledger, publish,
    store::{
        Read as _,
        beat::{Beat, Job, Trouble},
        kept,
        lock::Lock,
        sqlite::SqliteStore,
    },
};

/// How soon it looks again for what is held, not yet written, or sent by another run.
const SOON: Duration = Duration::minutes(5);
/// How soon it looks again after another run had the lock.
const LOCKED: Duration = Duration::minutes(1);
/// The least time between two tries of deferred letters.
const BREATH: Duration = Duration::seconds(10);
/// How soon it tries again what went wrong; then twice as long each time, up to [`SOON`].
const FIRST_PATIENCE: Duration = Duration::minutes(1);

/// A newsletter that is up.
pub(super) struct AtWork<'a> {
    session: &'a Session,
    /// A run of `send` says no more than it would to cron.
    quietly: Session,
    config: Config,
    lock: Lock,
    stop: Arc<Stop>,
    since: DateTime<Utc>,
    patience: Duration,
    trouble: BTreeMap<&'static str, Trouble>,
    /// What was last said of each matter: nothing is said twice in a row.
    said: BTreeMap<String, String>,
}

impl<'a> AtWork<'a> {
    /// Begins, with the lock of the one that stays up.
    pub(super) fn new(session: &'a Session, room: Newsroom, lock: Lock, stop: Arc<Stop>) -> Self {
        let mut global = session.global.clone();
        (global.quiet, global.json) = (true, false);
        let quietly = Session {
            global,
            clock: Arc::clone(&session.clock),
            heard: Some(Heard::default()),
        };
        Self {
            session,
            quietly,
            since: room.now,
            config: room.config,
            lock,
            stop,
            patience: FIRST_PATIENCE,
            trouble: BTreeMap::new(),
            said: BTreeMap::new(),
        }
    }

    fn room(&self) -> Newsroom {
        Newsroom {
            config: self.config.clone(),
            state: self.config.state_folder(),
            now: self.session.clock.now(),
            alerts: RefCell::default(),
        }
    }

    /// A state folder that is gone must not be made anew: an empty ledger would send everything again.
    fn is_there(&self) -> Result<(), Failure> {
        if self.lock.is_in_place() {
            return Ok(());
        }
        let state = self.config.state_folder();
        Err(Failure {
            exit: Exit::Ours,
            faults: vec![
                Fault::error("the state folder this began with is not there")
                    .in_file(state.path().display().to_string())
                    .remedy("put it back and it goes on; where the folder is another on purpose, start `overblik run` anew"),
            ],
        })
    }

    fn collected(&self) -> Result<(usize, Vec<Fault>), Failure> {
        self.is_there()?;
        let room = self.room();
        let collected = publish::collect_outright(&room.config.brief(), room.now);
        let doubts: Vec<Fault> = doubts(&collected).collect();
        collect::note(&room, &collected)?;
        alerts::note_sources(&room, &collected);
        alerts::tell(&self.quietly, &room);
        Ok((collected.articles.len(), doubts))
    }

    fn sent(&self) -> Result<(Exit, Report, Option<DateTime<Utc>>), Failure> {
        self.is_there()?;
        let room = self.room();
        let (exit, report) = Send::what_is_due().once(&self.quietly, &room, &self.stop)?;
        // What was done is told whatever becomes of this; another run may be at work in the ledger.
        let again = self
            .again()
            .unwrap_or_else(|_| Some(self.room().now + SOON));
        Ok((exit, report, again))
    }

    /// When to look again for what this look left: deferred letters, or an issue that is held or has no article yet.
    fn again(&self) -> Result<Option<DateTime<Utc>>, Failure> {
        let room = self.room();
        let mut instants = Vec::new();
        let store = match room.peek()? {
            Some(store) => store,
            None => SqliteStore::in_memory()?,
        };
        for issue in store
            .issues()?
            .iter()
            .filter(|issue| ledger::is_unfinished(issue))
        {
            let due = store.next_due(issue.number)?;
            if let Some(at) = canary::goes_on_at(&room, &store, issue)? {
                instants.push(at.max(room.now + BREATH));
            }
            instants.push(match due {
                Some(due) => due.max(room.now + BREATH),
                // Held back by an allowance of the day, or cut short.
                None => room.now + SOON,
            });
        }
        if due::has_more(&room, &store)? {
            instants.push(room.now + SOON);
        }
        Ok(instants.into_iter().min())
    }

    /// Says what keeps it from a job, once.
    fn troubled(&mut self, job: Job, failure: Failure) {
        let reason = failure.faults.first().map(|fault| fault.reason.clone());
        let since = self.session.clock.now();
        let reason = reason.unwrap_or_default();
        let known = self.trouble.get(job.word());
        if known.is_none_or(|known| known.reason != reason) {
            name_faults(self.session, failure.faults);
            self.session
                .warn(&format!("{}: tries again until it works", job.word()));
        }
        let since = known.map_or(since, |known| known.since);
        self.trouble.insert(job.word(), Trouble { since, reason });
    }

    fn works(&mut self, job: Job) {
        if self.trouble.remove(job.word()).is_some() {
            self.session.warn(&format!("{}: works again", job.word()));
        }
    }

    /// Whether words about a matter are new.
    fn is_new(&mut self, matter: &str, words: &str) -> bool {
        let before = self.said.insert(matter.to_owned(), words.to_owned());
        before.as_deref() != Some(words)
    }

    fn longer_patience(&mut self) -> Duration {
        let patience = self.patience;
        self.patience = (patience * 2).min(SOON);
        patience
    }
}

impl Work for AtWork<'_> {
    fn next(&self, job: Job, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let config = &self.config;
        let zone = config.newsletter.timezone;
        match job {
            Job::Collect => config.run.next_collect(zone, after),
            Job::Send => config.run.next_send(&config.schedule, zone, after),
        }
    }

    fn collect(&mut self) {
        match self.collected() {
            Ok((articles, doubts)) => {
                self.works(Job::Collect);
                let words: Vec<String> = doubts.iter().map(Fault::to_string).collect();
                if self.is_new("doubts", &words.concat()) {
                    name_faults(self.session, doubts);
                }
                let words = format!("collect: {articles} articles read");
                if self.is_new("articles", &words) {
                    self.session.say(&words);
                }
            }
            Err(failure) => self.troubled(Job::Collect, failure),
        }
    }

    fn send(&mut self) -> Looked {
        let (exit, again) = match self.sent() {
            Ok((exit, report, again)) => {
                self.works(Job::Send);
                for (issue, words) in report.lines() {
                    if self.is_new(&issue, &words) {
                        self.session.say(&format!("{issue}: {words}"));
                    }
                }
                (exit, again)
            }
            Err(failure) => {
                let exit = failure.exit;
                if exit != Exit::Locked {
                    self.troubled(Job::Send, failure);
                }
                (exit, None)
            }
        };
        // Where another run was at work, this look has seen nothing.
        if exit != Exit::Locked
            && let Some(heard) = &self.quietly.heard
        {
            heard.end_look();
        }
        let now = self.session.clock.now();
        let again = match exit {
            Exit::Locked => Some(now + LOCKED),
            Exit::Ours | Exit::Usage => Some(now + self.longer_patience()),
            _ => {
                self.patience = FIRST_PATIENCE;
                again
            }
        };
        Looked { exit, again }
    }

    fn reload(&mut self) {
        match self.session.config() {
            Ok(config) if config.state_folder().path() != self.config.state_folder().path() => {
                self.session.warn(
                    "SIGHUP: `state.path` is another; the old config stays\n  hint: start `overblik run` anew to change it",
                );
            }
            Ok(config) => {
                self.config = config;
                self.session.say("SIGHUP: the config is read again");
            }
            Err(failure) => {
                name_faults(self.session, failure.faults);
                self.session
                    .warn("SIGHUP: the config has faults; the old one stays");
            }
        }
    }

    fn beat(&mut self, now: DateTime<Utc>, doing: Option<Job>, next: Next) {
        let zone = self.config.newsletter.timezone;
        let local = |instant: Option<DateTime<Utc>>| {
            instant.map_or("never".to_owned(), |instant| {
                let local = instant.with_timezone(&zone);
                local.format("%Y-%m-%d %H:%M").to_string()
            })
        };
        let (collect, send) = (local(next.collect), local(next.send));
        let words = format!("next: collect {collect}, send {send}");
        if doing.is_none() && self.is_new("next", &words) {
            self.session.say(&words);
        }
        let doing_word = doing.map_or("wait", Job::word);
        tracing::debug!(doing = doing_word, collect, send, "up");
        let beat = Beat {
            process: std::process::id(),
            since: self.since,
            at: now,
            doing,
            next_collect: next.collect,
            next_send: next.send,
            trouble: self.trouble.values().next().cloned(),
        };
        // Where the folder is gone, there is nowhere to say it; the work says that it is gone.
        if self.lock.is_in_place() {
            let _ = kept::note(&self.config.state_folder().beat(), &Some(beat));
        }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        // Ended in order, there is nothing to say of it; killed, its last word stays.
        if self.lock.is_in_place() {
            let _ = std::fs::remove_file(self.config.state_folder().beat());
        }
    }
}
