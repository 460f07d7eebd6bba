//! The letters between those who make them and the connections that carry them, and the outcomes on their way back.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use super::{Halt, OUR_FAULTS, OUR_PAUSE, Watcher, outcomes::Sender, spares::Spares};
use crate::{
    domain::{
        clock::Clock,
        delivery::{Consequence, DeliveryState, StateName, Tally},
    },
    ledger::pause_after,
    roster::SuppressionError,
    store::{
        Outcome, Settled,
        marks::{Mark, MarksFile},
    },
    transport::{Feed, Job, Receipt, SendError},
};

/// The most letters that are made and not yet taken.
const READY: usize = 64;

/// Holds made letters until a connection takes them, and turns what became of them into outcomes.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    /// Rung when there is room for another letter.
    room: Condvar,
    /// Rung when there is a letter, or will be none any more.
    letter: Notify,
    clock: Arc<dyn Clock>,
    marks: Arc<MarksFile>,
    stop: Arc<AtomicBool>,
    /// What letters were written in.
    pub(super) spares: Spares,
}

/// What there was to take.
enum Taken {
    Letter(Job),
    NotYet,
    NoMore,
}

struct Inner {
    ready: VecDeque<Job>,
    /// To the writer; gone when the run was cut off.
    outcomes: Option<Sender>,
    watcher: Box<dyn Watcher + Send>,
    this_run: Tally,
    our_faults: u32,
    /// Somebody waits for room.
    makers_wait: bool,
    /// No letter comes any more.
    closed: bool,
    /// No letter is begun any more.
    halted: bool,
    why: Option<Halt>,
    fault: Option<SuppressionError>,
}

impl Queue {
    pub(super) fn new(
        clock: Arc<dyn Clock>,
        marks: Arc<MarksFile>,
        outcomes: Sender,
        watcher: Box<dyn Watcher + Send>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        Self {
            inner: Mutex::new(Inner {
                ready: VecDeque::new(),
                outcomes: Some(outcomes),
                watcher,
                this_run: Tally::default(),
                our_faults: 0,
                makers_wait: false,
                closed: false,
                halted: false,
                why: None,
                fault: None,
            }),
            room: Condvar::new(),
            letter: Notify::new(),
            clock,
            marks,
            stop,
            spares: Spares::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a made letter in line, waiting for room; one that is not to be begun any more waits again.
    pub(super) fn put(&self, job: Job) {
        let mut inner = self.lock();
        while inner.ready.len() >= READY && !inner.halted {
            inner.makers_wait = true;
            inner = self
                .room
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if inner.halted {
            let now = self.clock.now();
            inner.waits(job.seq, now, now);
            return;
        }
        inner.ready.push_back(job);
        drop(inner);
        self.letter.notify_one();
    }

    /// No more letters come: what is in line is still sent.
    pub(super) fn no_more(&self) {
        self.lock().closed = true;
        self.wake_all();
    }

    /// No more letters are begun; what is in line waits again.
    pub(super) fn halt(&self, why: Option<Halt>) {
        let now = self.clock.now();
        let mut inner = self.lock();
        inner.closed = true;
        inner.halted = true;
        if inner.why.is_none() {
            inner.why = why;
        }
        for job in std::mem::take(&mut inner.ready) {
            inner.waits(job.seq, now, now);
        }
        drop(inner);
        self.wake_all();
    }

    /// The readers' own words cannot be read: nobody may be mailed.
    pub(super) fn fail(&self, fault: SuppressionError) {
        self.lock().fault.get_or_insert(fault);
        self.halt(None);
    }

    /// Ends it as a crash would: no outcome reaches the ledger any more.
    pub(super) fn cut_off(&self) {
        self.lock().outcomes = None;
        self.halt(None);
    }

    fn take(&self) -> Taken {
        if !self.goes_on() {
            return Taken::NoMore;
        }
        let mut inner = self.lock();
        let job = inner.ready.pop_front();
        let (more, closed) = (!inner.ready.is_empty(), inner.closed);
        drop(inner);
        if more || closed {
            // The next one who waits has something to take, or is to end too.
            self.letter.notify_one();
        }
        match job {
            Some(job) => {
                self.make_room();
                Taken::Letter(job)
            }
            None if closed => Taken::NoMore,
            None => Taken::NotYet,
        }
    }

    /// Wakes makers that wait for room once half of it is free: woken for each letter taken, they would go back to
    /// sleep after each.
    fn make_room(&self) {
        let mut inner = self.lock();
        if inner.ready.len() <= READY / 2 && std::mem::take(&mut inner.makers_wait) {
            drop(inner);
            self.room.notify_all();
        }
    }

    fn wake_all(&self) {
        self.room.notify_all();
        self.letter.notify_waiters();
        // One who is about to wait finds this permit.
        self.letter.notify_one();
    }

    /// Whether letters may still be begun.
    pub(super) fn goes_on(&self) -> bool {
        if self.stop.load(Ordering::Relaxed) {
            self.halt(Some(Halt::Stopped));
        }
        !self.lock().halted
    }

    /// An outcome that needs no transport: a reader who is skipped, a row that goes back to waiting.
    pub(super) fn settle_unsent(&self, seq: u64, state: Settled) {
        let at = self.clock.now();
        self.lock().tell(Outcome { seq, state, at });
    }

    /// A letter that our own or the relay's fault held up waits for the next run; three in a row stop this one.
    pub(super) fn our_fault(&self, seq: u64, words: String) {
        tracing::warn!(delivery = seq, fault = %words, "not handed over, by our own or the relay's fault");
        let now = self.clock.now();
        let mut inner = self.lock();
        inner.our_faults += 1;
        inner.waits(seq, now + OUR_PAUSE, now);
        let stops = inner.our_faults >= OUR_FAULTS;
        drop(inner);
        if stops {
            self.halt(Some(Halt::Transport(words)));
        }
    }

    /// What this run did, and why it ended early if it did.
    pub(super) fn summary(&self) -> (Tally, Option<Halt>, Option<SuppressionError>) {
        let mut inner = self.lock();
        (inner.this_run, inner.why.take(), inner.fault.take())
    }
}

impl Inner {
    fn tell(&mut self, outcome: Outcome) {
        match &outcome.state {
            Settled::To(state) => {
                tracing::debug!(
                    delivery = outcome.seq,
                    state = state.name().word(),
                    "settled"
                );
                self.this_run.count(state.name(), 1);
                self.watcher.settled(state.name());
            }
            Settled::GivesUp { .. } => {
                self.this_run.count(StateName::Failed, 1);
                self.watcher.settled(StateName::Failed);
            }
            Settled::Waits { until } => {
                tracing::debug!(delivery = outcome.seq, %until, "waits again");
            }
        }
        if let Some(outcomes) = &self.outcomes {
            // After a writer that failed nobody reads it; its fault is what the run reports, and the marks say the rest.
            outcomes.send(outcome);
        }
    }

    fn waits(&mut self, seq: u64, until: DateTime<Utc>, at: DateTime<Utc>) {
        self.tell(Outcome {
            seq,
            state: Settled::Waits { until },
            at,
        });
    }
}

impl Feed for Queue {
    async fn next(&self) -> Option<Job> {
        loop {
            let notified = self.letter.notified();
            match self.take() {
                Taken::Letter(job) => return Some(job),
                Taken::NoMore => return None,
                Taken::NotYet => notified.await,
            }
        }
    }

    fn ready(&self) -> Option<Job> {
        if !self.goes_on() {
            return None;
        }
        let job = self.lock().ready.pop_front();
        if job.is_some() {
            self.make_room();
        }
        job
    }

    fn handing_over(&self, job: &Job) -> io::Result<()> {
        self.marks.mark(job.seq, Mark::HandedOver)
    }

    fn settle(&self, job: Job, result: Result<Receipt, SendError>) {
        let (seq, attempts) = (job.seq, job.attempts);
        self.spares.keep(job.letter.bytes);
        let mark = match &result {
            Ok(_) => Some(Mark::Accepted),
            Err(error) => match error.consequence() {
                Consequence::Fail => Some(Mark::Failed),
                Consequence::Defer => Some(Mark::Deferred),
                Consequence::Wait => Some(Mark::Untouched),
                Consequence::Doubt => None,
            },
        };
        if let Some(mark) = mark {
            // The outcome is on its way to the ledger; the mark only matters if we die before it is there.
            let _ = self.marks.mark(seq, mark);
        }
        let state = match result {
            Ok(receipt) => DeliveryState::Accepted {
                reply: receipt.reply,
            },
            Err(error) => {
                let reply = words(&error);
                match error.consequence() {
                    Consequence::Wait => return self.our_fault(seq, reply),
                    Consequence::Fail => DeliveryState::Failed { reply },
                    Consequence::Defer => {
                        let until = self.clock.now() + pause_after(attempts, seq);
                        DeliveryState::Deferred { until, reply }
                    }
                    Consequence::Doubt => DeliveryState::Doubtful { reply },
                }
            }
        };
        let at = self.clock.now();
        let mut inner = self.lock();
        inner.our_faults = 0;
        inner.tell(Outcome {
            seq,
            state: Settled::To(state),
            at,
        });
    }

    fn give_back(&self, job: Job) {
        let now = self.clock.now();
        let mut inner = self.lock();
        if inner.halted {
            inner.waits(job.seq, now, now);
            return;
        }
        inner.ready.push_front(job);
        drop(inner);
        self.letter.notify_one();
    }
}

/// A transport's fault in one line, control characters dropped (they come from outside), at most 500 characters.
fn words(error: &SendError) -> String {
    let mut text = error.to_string();
    if let SendError::Local { source, .. } = error {
        text = format!("{text}: {source}");
    }
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}
