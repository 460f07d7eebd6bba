//! The first readers of an issue: their letters leave, and the rest waits for what becomes of them.
//!
//! Nothing is slept: a run sends the first letters and ends, and a later one, when the wait is over, looks at what became
//! of them. How many rows go first is written before the issue is frozen, and stands until it is done.

use std::{collections::BTreeSet, fs, io::ErrorKind};

use chrono::{DateTime, Utc};

use super::{Sender, said::is_to_be_said};
use crate::{
    cli::{
        Exit, Failure,
        alerts::Alert,
        edited::about,
        held::HeldReport,
        journal::{self, About},
        newsroom::{Newsroom, name_faults},
        status::owed_by_the_dead,
    },
    domain::{
        address::{Address, FoldedAddress},
        delivery::{DeliveryState, StateName, Tally},
        fault::Fault,
        issue::IssueKey,
    },
    ledger::is_unfinished,
    publish::{Event, First, Guard, GuardSettings},
    roster::Roster,
    store::{
        IssueRow, Read, StoreError,
        decisions::Canary,
        journal::Act,
        kept::{self, KeptError},
        sqlite::SqliteStore,
    },
};

/// What may leave of an issue now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All of it.
    Open,
    /// The first rows, so many.
    First(u64),
    /// Nothing.
    Closed,
}

/// What became of the first letters so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    tally: Tally,
    /// Whether one of them is to be tried again now.
    is_due: bool,
    /// When the last of them was answered for the first time.
    answered: Option<DateTime<Utc>>,
}

/// What the first letters say of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Not all have been tried.
    NotYet,
    /// The rest waits until an instant; without one until a letter is answered for good.
    Wait(Option<DateTime<Utc>>),
    /// So many were refused of so many.
    Refused(u64, u64),
    /// The rest may leave.
    GoesOn,
}

/// Who goes first by config, of the readers the newsletter has.
pub(super) fn first(room: &Newsroom, key: &crate::domain::key::SigningKey) -> First {
    let guards = &room.config.guards;
    let readers = guards.canary_seeds.iter();
    First {
        readers: readers
            .map(|address| key.subscriber_id(&address.folded()))
            .collect(),
        letters: guards.canary.0,
    }
}

/// The seeds that are nobody's who stands in the files: no letter goes to them. `None` where all are readers.
pub(super) fn strangers(
    guards: &GuardSettings,
    is_reader: impl Fn(&Address) -> bool,
) -> Option<Fault> {
    let seeds = &guards.canary_seeds;
    let strangers: Vec<String> = seeds
        .iter()
        .filter(|seed| !is_reader(seed))
        .map(Address::masked)
        .collect();
    (!strangers.is_empty()).then(|| {
        let (some, all) = (strangers.len(), seeds.len());
        Fault::warning(format!(
            "{some} of {all} who should get an issue first {} in no subscriber file, and get none: {}",
            if some == 1 { "stands" } else { "stand" },
            strangers.join(", ")
        ))
        .for_key("guards.canary_seeds")
        .remedy("add them by `overblik subscribers add`, or take them out")
    })
}

/// The same, of a roster that was read whole.
pub(in crate::cli) fn unread(guards: &GuardSettings, roster: &Roster) -> Option<Fault> {
    if guards.canary_seeds.is_empty() || !roster.uncuttable.is_empty() {
        return None;
    }
    let entries = roster.entries.iter();
    let readers: BTreeSet<FoldedAddress> = entries
        .map(|entry| entry.subscriber.address.folded())
        .chain(roster.faulty.iter().cloned())
        .collect();
    strangers(guards, |seed| readers.contains(&seed.folded()))
}

/// Writes down how many rows of an issue that is about to be frozen go first. Where that is none, or all, nobody waits.
pub(super) fn plan(room: &Newsroom, key: IssueKey, rows: u64, planned: u64) -> Result<(), Failure> {
    let path = room.state.canary(key);
    if rows == 0 || rows >= planned {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(about(&path, &KeptError::Io(error)))
            }
            _ => Ok(()),
        };
    }
    let folder = room.state.canaries();
    fs::create_dir_all(&folder).map_err(|error| about(&folder, &KeptError::Io(error)))?;
    let canary = Canary { rows, passed: None };
    kept::write(&path, &canary).map_err(|error| about(&path, &error))
}

/// The first rows of an issue for which the rest waits; `None` when it does not.
fn waiting_for(room: &Newsroom, issue: &IssueRow) -> Result<Option<u64>, Failure> {
    let path = room.state.canary(issue.key);
    let kept: Option<Canary> = kept::read(&path).map_err(|error| about(&path, &error))?;
    let waits = kept.filter(|canary| canary.passed.is_none() && is_unfinished(issue));
    Ok(waits.map(|canary| canary.rows))
}

fn look(
    store: &impl Read,
    issue: &IssueRow,
    rows: u64,
    now: DateTime<Utc>,
) -> Result<Seen, StoreError> {
    let mut seen = Seen::default();
    let (mut first, mut last) = (None, None);
    for seq in 0..rows.min(issue.planned) {
        let Some(row) = store.row_at(issue.number, seq)? else {
            continue;
        };
        seen.tally.count(row.state.name(), 1);
        seen.is_due |= matches!(row.state, DeliveryState::Deferred { until, .. } if until <= now);
        if row.state.name() != StateName::Skipped {
            last = last.max(row.at);
            if row.attempts <= 1 {
                first = first.max(row.at);
            }
        }
    }
    seen.answered = first.or(last);
    Ok(seen)
}

impl Seen {
    fn says(&self, room: &Newsroom) -> Says {
        let tally = &self.tally;
        let guards = &room.config.guards;
        let answered = tally.accepted + tally.failed + tally.doubtful;
        let tried = answered + tally.deferred;
        if tally.waiting > 0 {
            Says::NotYet
        } else if guards.canary_refused.is_exceeded(tally.failed, tried) {
            Says::Refused(tally.failed, tried)
        } else if tried > 0 && answered == 0 {
            Says::Wait(None)
        } else {
            match self.answered.map(|at| at + guards.canary_wait.0) {
                Some(until) if room.now < until => Says::Wait(Some(until)),
                _ => Says::GoesOn,
            }
        }
    }
}

/// When the rest of an issue may leave; `None` when that is not known, or it does not wait.
pub(in crate::cli) fn goes_on_at(
    room: &Newsroom,
    store: &impl Read,
    issue: &IssueRow,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let Some(rows) = waiting_for(room, issue)? else {
        return Ok(None);
    };
    Ok(match look(store, issue, rows, room.now)?.says(room) {
        Says::Wait(until) => until,
        _ => None,
    })
}

/// What is to be said of an issue whose rest waits for its first letters; `None` when it does not.
pub(in crate::cli) fn words(
    room: &Newsroom,
    store: &impl Read,
    issue: &IssueRow,
) -> Result<Option<String>, Failure> {
    let Some(rows) = waiting_for(room, issue)? else {
        return Ok(None);
    };
    let seen = look(store, issue, rows, room.now)?;
    let first = seen.tally.planned - seen.tally.skipped;
    Ok(match seen.says(room) {
        Says::NotYet => Some(format!(
            "{}: the first {first} letters leave alone, the rest waits",
            issue.key
        )),
        Says::Wait(Some(until)) => Some(format!(
            "{}: the first {first} letters have left; the rest waits until {}",
            issue.key,
            until
                .with_timezone(&room.config.newsletter.timezone)
                .format("%Y-%m-%d %H:%M:%S")
        )),
        Says::Wait(None) => Some(format!(
            "{}: the first {first} letters are all deferred; the rest waits for their answers",
            issue.key
        )),
        Says::Refused(..) => Some(held(issue.key)),
        Says::GoesOn => None,
    })
}

fn held(key: IssueKey) -> String {
    let guard = Guard::Canary;
    format!("{key}: held by the guard `{guard}`; the rest of its letters waits")
}

impl Sender<'_> {
    /// What may leave of an issue now. What it waits for is said and counted.
    pub(super) fn way(
        &mut self,
        store: &mut SqliteStore,
        issue: &IssueRow,
    ) -> Result<Way, Failure> {
        let Some(rows) = waiting_for(self.room, issue)? else {
            return Ok(Way::Open);
        };
        if self.request.overrides.contains(&Guard::Canary) {
            self.pass(issue.key, rows)?;
            let guard = Guard::Canary.name();
            journal::note(
                self.session,
                self.room,
                Act::Overrode,
                About::Issue(issue.key),
                guard,
            );
            return Ok(Way::Open);
        }
        // What a run that died is owed is an answer too.
        owed_by_the_dead(store, self.room, issue)?.settle(
            store,
            self.room.state.path(),
            issue.number,
        )?;
        let seen = look(store, issue, rows, self.session.clock.now())?;
        match seen.says(self.room) {
            Says::NotYet => return Ok(Way::First(rows)),
            Says::GoesOn => {
                self.pass(issue.key, rows)?;
                self.session.say(&format!(
                    "{}: the first letters are well; the rest goes on",
                    issue.key
                ));
                return Ok(Way::Open);
            }
            Says::Wait(_) if seen.is_due => return Ok(Way::First(rows)),
            Says::Wait(_) => {
                self.tell_of_the_first(store, issue)?;
                if self.exit == Exit::Done {
                    self.exit = Exit::Deferred;
                }
            }
            Says::Refused(failed, tried) => self.hold_the_rest(issue.key, failed, tried),
        }
        self.report.add(issue, store.tally(issue.number)?);
        Ok(Way::Closed)
    }

    /// Says what the rest of an issue waits for, if it waits.
    pub(super) fn tell_of_the_first(
        &self,
        store: &SqliteStore,
        issue: &IssueRow,
    ) -> Result<(), Failure> {
        if let Some(words) = words(self.room, store, issue)? {
            self.session.say(&words);
        }
        Ok(())
    }

    fn pass(&self, key: IssueKey, rows: u64) -> Result<(), Failure> {
        let path = self.room.state.canary(key);
        let passed = Some(self.room.now);
        kept::write(&path, &Canary { rows, passed }).map_err(|error| about(&path, &error))
    }

    fn hold_the_rest(&mut self, key: IssueKey, failed: u64, tried: u64) {
        if self.exit != Exit::Deliveries {
            self.exit = Exit::Held;
        }
        let words = held(key);
        let (guard, most) = (Guard::Canary, self.room.config.guards.canary_refused);
        let why =
            format!("of the first {tried} letters {failed} were refused, and {most} are the most");
        let told = format!("held by the guard `{guard}`: {why}; the rest of its letters waits");
        self.room
            .alert(Alert::of(Event::Held, key, guard.name(), &told));
        let date = key.date;
        let fault = Fault::error(why)
            .for_key("guards.canary_refused")
            .remedy(format!(
                "`overblik status --date {date} --list failed` tells why; mended, `overblik send --date {date} --retry-failed` \
                 tries them again, `--override canary` sends the rest all the same, and `overblik issues cancel {date}` ends it"
            ));
        let faults = [fault];
        self.report.hold(HeldReport::issue(key, guard, &faults));
        if is_to_be_said(self.session, self.room, &words) {
            self.session.warn(&words);
            name_faults(self.session, faults);
        }
    }
}
