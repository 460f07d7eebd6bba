//! One run of `send` at work: what is unfinished first, then what is due.

use std::{sync::Arc, time::Instant};

use super::{
    Send, again,
    canary::Way,
    copy,
    due::{self, Due},
    erasing,
    forecast::Forecast,
    holds::{self, Held},
    late,
    progress::{Progress, Work},
    publishing, suppressing, top_up, warm_up,
};
use crate::{
    cli::{
        Exit, Failure, Session,
        edited::Edited,
        newsroom::{Newsroom, refused},
        paused,
        report::Report,
    },
    dispatch::{Dispatch, DispatchError, Pace, Stop},
    domain::{
        address::Address,
        delivery::{StateName, Tally},
        issue::IssueKey,
        key::{KeyRing, SigningKey},
    },
    ledger::{self, Boot, Ledger, LedgerError},
    letter::{Links, Stamp, dkim::Signer},
    publish::{self, encoded},
    roster::{ListGate, Listing, Surveyed},
    source::Collected,
    store::{
        IssueNumber, IssueRow, Measured, Read as _, Store as _, StoreError, sqlite::SqliteStore,
    },
    transport::{Allowance, Transport, TransportKind},
};

/// One run of `send` at work.
pub(super) struct Sender<'a> {
    pub(super) request: &'a Send,
    pub(super) session: &'a Session,
    pub(super) room: &'a Newsroom,
    pub(super) key: SigningKey,
    /// It, and those that signed before it.
    pub(super) keys: KeyRing,
    pub(super) signer: Option<Arc<Signer>>,
    pub(super) stop: Arc<Stop>,
    /// What each relay may have today, `None` for one that is known.
    pub(super) allowances: Vec<Option<Arc<Allowance>>>,
    /// What was found in the subscriber files, where they were looked over and not read yet.
    pub(super) surveyed: Option<Box<Surveyed>>,
    /// Who stands in the files, where planning has just read them.
    pub(super) listing: Option<Listing>,
    /// The issue this run has just frozen, which need not be counted.
    pub(super) fresh: Option<Fresh>,
    /// What the sources gave. One reading serves all issues of a run, so that its frequencies choose from the same.
    pub(super) collected: Option<Arc<Collected>>,
    pub(super) report: Report,
    /// How many letters each relay accepted.
    pub(super) relays: Vec<(String, u64)>,
    pub(super) this_run: Tally,
    /// Whether a guard holds an issue.
    pub(super) holds: bool,
    pub(super) exit: Exit,
}

impl Sender<'_> {
    /// Resumes what is unfinished, then publishes and sends what is due.
    pub(super) async fn work<T: Transport + std::marker::Send + 'static>(
        &mut self,
        request: &Send,
        mut store: SqliteStore,
        transport: &Arc<T>,
    ) -> Result<(), Failure> {
        again::needs_an_issue(request, &store)?;
        if request.date.is_none() {
            late::look_back(self, &store)?;
        }
        let due = due::due(request, self.room, &store)?;
        top_up::add(request, self, &mut store, &due)?;
        again::reopen(request, self, &mut store)?;
        for issue in store.issues()? {
            if !ledger::is_unfinished(&issue) || !self.goes_on() {
                continue;
            }
            let given_up = again::give_up(self, &mut store, &issue)?;
            if given_up > 0 {
                self.this_run.count(StateName::Failed, given_up);
                self.exit = Exit::Deliveries;
            }
            if store.is_due(issue.number, self.session.clock.now())? {
                self.session.say(&format!("resuming {}", issue.key));
                store = self.send(store, transport, &issue).await?;
            } else {
                suppressing::look_back(self, &store, &issue)?;
                let tally = store.tally(issue.number)?;
                if tally.waiting + tally.deferred == 0 {
                    // A run ended between its last outcome and noting the issue as done.
                    store.finish(issue.number, self.session.clock.now())?;
                } else if self.exit == Exit::Done {
                    // Deferred, and not yet to be tried again.
                    self.exit = Exit::Deferred;
                }
                self.report.add(&issue, tally);
            }
        }
        for due in due {
            if !self.goes_on() {
                // Stopped before it was published: there is something to run again for.
                if self.exit == Exit::Done {
                    self.exit = Exit::Deferred;
                }
                break;
            }
            match due {
                Due::Now { key, cut_off } => {
                    if let Some(issue) =
                        publishing::publish(request, self, &mut store, key, cut_off)?
                    {
                        store = self.send(store, transport, &issue).await?;
                    }
                }
                Due::Not { key, why } => self.session.say(&format!("{key}: {why}")),
            }
        }
        let came_through = matches!(self.exit, Exit::Done | Exit::Deferred | Exit::Deliveries);
        if request.is_for_all_today() && came_through && !self.holds && !self.stop.is_asked() {
            late::note_look(self.room)?;
        }
        erasing::erase(self, &mut store)
    }

    /// What the sources give, read once a run.
    pub(super) fn collected(&mut self) -> Arc<Collected> {
        let room = self.room;
        let read = || Arc::new(publish::collect(&room.config.brief(), room.now));
        Arc::clone(self.collected.get_or_insert_with(read))
    }

    /// Ends an issue that a guard holds.
    pub(super) fn held(
        &mut self,
        store: &SqliteStore,
        key: IssueKey,
        edited: &Edited,
        held: Held,
    ) -> Result<Option<IssueRow>, Failure> {
        let report = &mut self.report;
        let exit = holds::hold(self.session, self.room, store, key, edited, held, report)?;
        self.holds |= exit == Exit::Held;
        // What this run made of an earlier issue's deliveries weighs more.
        if exit == Exit::Held && self.exit != Exit::Deliveries {
            self.exit = Exit::Held;
        }
        Ok(None)
    }

    fn pace(&self) -> Pace {
        let transport = &self.room.config.transport;
        let connections = match transport.kind {
            TransportKind::File => Pace::default().connections,
            TransportKind::Smtp => transport.smtp.connections,
        };
        // One core splices faster than a relay takes; a signature costs a hundred times as much.
        let makers = match &self.signer {
            None => 1,
            Some(_) => {
                std::thread::available_parallelism().map_or(1, |cores| cores.get().max(2) - 1)
            }
        };
        let usual = Pace::default().range;
        Pace {
            connections,
            makers,
            // What is claimed and may not leave today would go back to waiting.
            range: warm_up::left_today(&self.allowances).map_or(usual, |left| left.clamp(1, usual)),
            ..Pace::default()
        }
    }

    fn goes_on(&self) -> bool {
        self.exit != Exit::Ours && !self.stop.is_asked()
    }

    /// Sends one frozen issue; gives the ledger back.
    async fn send<T: Transport + std::marker::Send + 'static>(
        &mut self,
        mut store: SqliteStore,
        transport: &Arc<T>,
        issue: &IssueRow,
    ) -> Result<SqliteStore, Failure> {
        knows_the_readers(&self.key, &store, issue)?;
        if let Some(archive) = self.room.config.archive() {
            // Before the first letter leaves: each has a link to its page.
            archive.add(&store, issue)?;
        }
        if self.waits_for_tomorrow(&mut store, issue)? {
            return Ok(store);
        }
        let way = self.way(&mut store, issue)?;
        if way == Way::Closed {
            return Ok(store);
        }
        let forecast = Forecast::of(&self.room.config);
        let progress = if self.session.global.quiet {
            // Nobody looks: the plan need not be counted, which takes longer than all else before the first letter.
            Progress::Silent
        } else {
            let fresh = self
                .fresh
                .take()
                .filter(|fresh| fresh.issue == issue.number);
            let work = work_before(&store, issue, &forecast, fresh)?;
            Progress::new(issue.key, work)
        };
        let editions = store.editions(issue.number)?;
        let pieces = encoded(&store.pieces(issue.number)?)?;
        let head = self.room.letterhead_of(&store, issue)?;
        let stamp = Stamp {
            key: issue.key,
            frozen_at: issue.frozen_at,
            hash: issue.hash,
        };
        let splicer = self
            .room
            .splicer(stamp, head, Links::Signed(self.key.clone()), pieces)
            .signed_by(self.signer.clone());
        let config = &self.room.config;
        let gate = ListGate::new(
            config.subscribers_folder(),
            config.known(),
            self.keys.clone(),
            self.room.state.suppressions(),
        )
        .keeping(self.room.state.listing());
        let gate = match self.listing.take() {
            Some(listing) => gate.knowing(listing),
            None => gate,
        };
        let now = self.session.clock.now();
        let redelivery = transport.redelivery();
        let state = self.room.state.path();
        let ledger = Ledger::begin(store, state, issue, &Boot::current(), redelivery, now)
            .map_err(|error| ledger_failure(&error))?;
        let run = ledger.run();
        let home = ledger.home().map_err(|error| ledger_failure(&error))?;
        copy::repeat(self.room, home)?;
        let ledger = match way {
            Way::First(rows) => ledger.first(rows),
            Way::Open | Way::Closed => ledger,
        };
        let began = Instant::now();
        let (mut store, sent) = Dispatch {
            splicer: Arc::new(splicer),
            editions: Arc::new(editions.into()),
            gate: Box::new(gate),
            suppressor: Some(paused::suppressor(self.room, &self.keys, issue)),
            clock: Arc::clone(&self.session.clock),
            pace: self.pace(),
            limits: forecast.limits().clone(),
            watcher: Box::new(progress),
            stop: Arc::clone(&self.stop),
        }
        .run_on_threads(ledger, Arc::clone(transport))
        .await
        .map_err(|error| match error {
            DispatchError::Ledger(error) => ledger_failure(&error),
            DispatchError::Suppressions(error) => Failure::usage(error.fault()),
            error @ DispatchError::Thread => Failure::ours("sending", &error),
        })?;
        let tally = &sent.this_run;
        let measured = Measured {
            letters: tally.accepted + tally.deferred + tally.failed + tally.doubtful,
            took: began.elapsed(),
        };
        if let Err(error) = store.note_measured(run, measured) {
            // Every letter has its outcome; only the next dry run has less to go by.
            tracing::warn!(issue = %issue.key, %error, "the pace of the run is not kept");
        }
        self.take(issue, &sent, measured.took);
        if sent.halted.is_none() {
            self.tell_what_waits(issue, sent.issue.waiting);
            if way != Way::Open {
                self.tell_of_the_first(&store, issue)?;
            }
        }
        Ok(store)
    }
}

/// Under another key than the plan's every reader would be a stranger: skipped for good, or planned once more. A plan is
/// made under one key: its first row speaks for all.
pub(super) fn knows_the_readers(
    key: &SigningKey,
    store: &SqliteStore,
    issue: &IssueRow,
) -> Result<(), Failure> {
    let known = store.row_at(issue.number, 0)?.is_none_or(|row| {
        Address::parse(&row.address)
            .is_ok_and(|address| key.subscriber_id(&address.folded()) == row.subscriber)
    });
    if known {
        return Ok(());
    }
    Err(refused(
        format!("{} was planned under another signing key", issue.key),
        "put that key back, in `state/key`, `newsletter.key_file` or `OVERBLIK__NEWSLETTER__KEY`, or cancel the \
         issue with `overblik issues cancel`",
    ))
}

pub(super) fn ledger_failure(error: &LedgerError) -> Failure {
    Failure::ours("writing the ledger", error).with_remedy(match error {
        LedgerError::Store(error) => error.remedy(),
        LedgerError::Marks(_) => {
            "nothing is lost; make room or mend the disk, and run `overblik send` again"
        }
    })
}

/// An issue that was frozen in this run.
pub(super) struct Fresh {
    pub(super) issue: IssueNumber,
    /// How many letters it has.
    pub(super) letters: u64,
}

/// What a run of an issue has before it.
fn work_before(
    store: &SqliteStore,
    issue: &IssueRow,
    forecast: &Forecast,
    fresh: Option<Fresh>,
) -> Result<Work, StoreError> {
    let to_do = match fresh {
        Some(fresh) => fresh.letters,
        None => {
            let tally = store.tally(issue.number)?;
            tally.waiting + tally.deferred
        }
    };
    Ok(Work {
        planned: issue.planned,
        settled: issue.planned.saturating_sub(to_do),
        at_least: forecast.time_left(store, issue.number, to_do)?,
    })
}
