//! The letters between those who make them and the connections that carry them, and the outcomes on their way back.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use super::{Halt, OUR_FAULTS, OUR_PAUSE, Stop, Watcher};
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
    /// Rung when no letter is to be begun any more, or none is left.
    end: Notify,
    clock: Arc<dyn Clock>,
    marks: Arc<MarksFile>,
    stop: Arc<Stop>,
    /// The most readers without a mailbox that are believed.
    most_without_mailbox: u64,
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
    outcomes: Option<mpsc::Sender<Outcome>>,
    watcher: Box<dyn Watcher + Send>,
    this_run: Tally,
    our_faults: u32,
    /// Readers without a mailbox who are not written down.
    without_mailbox: u64,
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
        outcomes: mpsc::Sender<Outcome>,
        watcher: Box<dyn Watcher + Send>,
        stop: Arc<Stop>,
        most_without_mailbox: u64,
    ) -> Self {
        Self {
            inner: Mutex::new(Inner {
                ready: VecDeque::new(),
                outcomes: Some(outcomes),
                watcher,
                this_run: Tally::default(),
                our_faults: 0,
                without_mailbox: 0,
                closed: false,
                halted: false,
                why: None,
                fault: None,
            }),
            room: Condvar::new(),
            letter: Notify::new(),
            end: Notify::new(),
            clock,
            marks,
            stop,
            most_without_mailbox,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a made letter in line, waiting for room; one that is not to be begun any more waits again.
    pub(super) fn put(&self, job: Job) {
        let mut inner = self.lock();
        while inner.ready.len() >= READY && !inner.halted {
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

    /// So many readers more have no mailbox; where they are more than can be believed, no letter is begun any more.
    pub(super) fn note_without_mailbox(&self, readers: u64) {
        let mut inner = self.lock();
        inner.without_mailbox += readers;
        let told = inner.without_mailbox;
        drop(inner);
        if told > self.most_without_mailbox {
            self.halt(Some(Halt::NoMailboxes(told)));
        }
    }

    /// Whether more readers have no mailbox than can be believed.
    pub(super) fn disbelieves(&self) -> bool {
        self.lock().without_mailbox > self.most_without_mailbox
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
        if !more && closed {
            self.end.notify_waiters();
        }
        if more || closed {
            // The next one who waits has something to take, or is to end too.
            self.letter.notify_one();
        }
        match job {
            Some(job) => {
                self.room.notify_one();
                Taken::Letter(job)
            }
            None if closed => Taken::NoMore,
            None => Taken::NotYet,
        }
    }

    fn wake_all(&self) {
        self.room.notify_all();
        self.letter.notify_waiters();
        self.end.notify_waiters();
        // One who is about to wait finds this permit.
        self.letter.notify_one();
    }

    /// Whether letters may still be begun.
    pub(super) fn goes_on(&self) -> bool {
        if self.stop.is_asked() {
            self.halt(Some(Halt::Stopped));
        }
        !self.lock().halted
    }

    /// Waits until no letter is to be begun any more, or this holds.
    async fn ends(&self, or: impl Fn(&Inner) -> bool + Send) {
        loop {
            // Rung between the look and the wait, it is heard all the same: `rung` stands before the look.
            let rung = self.end.notified();
            if !self.goes_on() || or(&self.lock()) {
                return;
            }
            rung.await;
        }
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
        let why = match inner.why.take() {
            // Letters in flight may have come to the same.
            Some(Halt::NoMailboxes(_)) => Some(Halt::NoMailboxes(inner.without_mailbox)),
            why => why,
        };
        (inner.this_run, why, inner.fault.take())
    }
}

impl Inner {
    fn tell(&mut self, outcome: Outcome) {
        let name = match &outcome.state {
            Settled::To(state) => Some(state.name()),
            Settled::NoMailbox { .. } | Settled::GivesUp { .. } => Some(StateName::Failed),
            Settled::Waits { until } => {
                tracing::debug!(delivery = outcome.seq, %until, "waits again");
                None
            }
        };
        if let Some(name) = name {
            tracing::debug!(delivery = outcome.seq, state = name.word(), "settled");
            self.this_run.count(name, 1);
            self.watcher.settled(name);
        }
        if let Some(outcomes) = &self.outcomes {
            // A writer that failed has hung up; its fault is what the run reports, and the marks say the rest.
            let _ = outcomes.send(outcome);
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
        let mut inner = self.lock();
        let job = inner.ready.pop_front();
        let none_left = inner.closed && inner.ready.is_empty();
        drop(inner);
        if job.is_some() {
            self.room.notify_one();
        }
        if none_left {
            self.end.notify_waiters();
        }
        job
    }

    async fn halted(&self) {
        self.ends(|_| false).await;
    }

    async fn over(&self) {
        self.ends(|inner| inner.closed && inner.ready.is_empty())
            .await;
    }

    fn handing_over(&self, job: &Job) -> io::Result<()> {
        self.marks.mark(job.seq, Mark::HandedOver)
    }

    fn settle(&self, job: Job, result: Result<Receipt, SendError>) {
        let (seq, attempts) = (job.seq, job.attempts);
        let no_mailbox = result.as_ref().is_err_and(SendError::says_no_mailbox);
        let mark = match &result {
            Ok(_) => Some(Mark::Accepted),
            Err(_) if no_mailbox => Some(Mark::NoMailbox),
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
            Ok(receipt) => Settled::To(DeliveryState::Accepted {
                reply: receipt.reply,
            }),
            Err(error) => {
                let reply = words(&error);
                match error.consequence() {
                    Consequence::Wait => return self.our_fault(seq, reply),
                    Consequence::Fail if no_mailbox => Settled::NoMailbox { reply },
                    Consequence::Fail => Settled::To(DeliveryState::Failed { reply }),
                    Consequence::Defer => {
                        let until = self.clock.now() + pause_after(attempts, seq);
                        Settled::To(DeliveryState::Deferred { until, reply })
                    }
                    Consequence::Doubt => Settled::To(DeliveryState::Doubtful { reply }),
                }
            }
        };
        let at = self.clock.now();
        let mut inner = self.lock();
        inner.our_faults = 0;
        inner.tell(Outcome { seq, state, at });
        drop(inner);
        if no_mailbox {
            self.note_without_mailbox(1);
        }
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
