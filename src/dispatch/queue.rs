//! The letters between those who make them and the connections that carry them, and the outcomes on their way back.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use super::{
    Halt, Limits, OUR_FAULTS, OUR_PAUSE, Stop, Watcher,
    maker::{Making, Unmade},
    outcomes::Sender,
};
use crate::{
    domain::{
        address::mask_all,
        clock::Clock,
        delivery::{Consequence, DeliveryState, StateName, Tally},
        rate::Bucket,
    },
    ledger::pause_after,
    roster::{SuppressionError, Words},
    store::{
        ClaimedLetter, Outcome, Settled,
        marks::{Mark, MarksFile},
    },
    transport::{Feed, Job, Receipt, SendError},
};

/// The most letters that are made ahead and not yet taken.
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
    limits: Limits,
    /// The readers' own words, asked as a letter is begun.
    words: Option<Arc<Words>>,
    making: Arc<Making>,
    began: Instant,
}

/// What stands in line.
pub(super) enum Next {
    /// A letter.
    Letter(Job),
    /// What a letter is made of when its turn comes.
    Row(ClaimedLetter),
}

impl Next {
    fn seq(&self) -> u64 {
        match self {
            Self::Letter(job) => job.seq,
            Self::Row(row) => row.seq,
        }
    }

    fn address(&self) -> &str {
        match self {
            Self::Letter(job) => job.letter.envelope.recipient.as_str(),
            Self::Row(row) => &row.address,
        }
    }
}

/// What there was to take.
enum Taken {
    Next(Next),
    NotYet,
    /// The first letter that is ready may go after this time.
    After(Duration),
    NoMore,
}

struct Inner {
    ready: VecDeque<Next>,
    lanes: Vec<LaneReady>,
    /// Whose turn it is: a lane's, or after the last lane's the others'.
    turn: usize,
    /// To the writer; gone when the run was cut off.
    outcomes: Option<Sender>,
    watcher: Box<dyn Watcher + Send>,
    this_run: Tally,
    our_faults: u32,
    /// Readers without a mailbox who are not written down.
    without_mailbox: u64,
    /// Somebody waits for room.
    makers_wait: bool,
    /// No letter comes any more.
    closed: bool,
    /// No letter is begun any more.
    halted: bool,
    why: Option<Halt>,
    fault: Option<SuppressionError>,
}

/// The letters of a lane.
struct LaneReady {
    ready: VecDeque<Next>,
    bucket: Bucket,
}

impl LaneReady {
    /// Its first letter, when its bucket has a token.
    fn pick(&mut self, now: Duration) -> Option<Next> {
        if self.ready.is_empty() || self.bucket.take(now).is_err() {
            return None;
        }
        self.ready.pop_front()
    }
}

impl Queue {
    pub(super) fn new(
        making: Arc<Making>,
        clock: Arc<dyn Clock>,
        marks: Arc<MarksFile>,
        outcomes: Sender,
        watcher: Box<dyn Watcher + Send>,
        stop: Arc<Stop>,
        limits: Limits,
    ) -> Self {
        let lanes = limits.lanes().iter();
        let lanes = lanes.map(|(_, rate)| LaneReady {
            ready: VecDeque::new(),
            bucket: Bucket::new(*rate, Duration::ZERO),
        });
        Self {
            inner: Mutex::new(Inner {
                ready: VecDeque::new(),
                lanes: lanes.collect(),
                turn: 0,
                outcomes: Some(outcomes),
                watcher,
                this_run: Tally::default(),
                our_faults: 0,
                without_mailbox: 0,
                makers_wait: false,
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
            most_without_mailbox: u64::MAX,
            limits,
            words: None,
            making,
            began: Instant::now(),
        }
    }

    /// With so many readers without a mailbox that are believed at the most.
    pub(super) fn believing(self, most_without_mailbox: u64) -> Self {
        Self {
            most_without_mailbox,
            ..self
        }
    }

    /// With the readers' own words, to be asked as each letter is begun.
    pub(super) fn hearing(self, words: Option<Arc<Words>>) -> Self {
        Self { words, ..self }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a made letter in line, waiting for room; one that is not to be begun any more waits again. A lane has room:
    /// the writer gives it no more rows than it sends in a moment.
    pub(super) fn put(&self, next: Next) {
        let lane = self.limits.lane_of(next.address());
        let mut inner = self.lock();
        while lane.is_none() && inner.ready.len() >= READY && !inner.halted {
            inner.makers_wait = true;
            inner = self
                .room
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if inner.halted {
            let now = self.clock.now();
            inner.waits(next.seq(), now, now);
            return;
        }
        inner.line(lane).push_back(next);
        drop(inner);
        self.letter.notify_one();
    }

    /// Puts rows in line, whose letters are made when their turn comes. There is room: the writer claims no more than a
    /// range or two ahead.
    pub(super) fn put_rows(&self, rows: Vec<ClaimedLetter>) {
        let mut inner = self.lock();
        let now = self.clock.now();
        for row in rows {
            if inner.halted {
                inner.waits(row.seq, now, now);
                continue;
            }
            let lane = self.limits.lane_of(&row.address);
            inner.line(lane).push_back(Next::Row(row));
        }
        drop(inner);
        self.letter.notify_one();
    }

    /// No letter could be made of a row.
    pub(super) fn unmade(&self, seq: u64, why: Unmade) {
        match why {
            Unmade::Settled(state) => self.settle_unsent(seq, Settled::To(state)),
            Unmade::OurFault(words) => self.our_fault(seq, &words),
        }
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
        let lanes = inner.lanes.iter_mut();
        let mut left: Vec<Next> = lanes.flat_map(|lane| lane.ready.drain(..)).collect();
        left.extend(inner.ready.drain(..));
        for next in left {
            inner.waits(next.seq(), now, now);
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

    /// Waits until the run is cut off.
    pub(super) async fn is_cut_off(&self) {
        loop {
            let rung = self.end.notified();
            if self.lock().outcomes.is_none() {
                return;
            }
            rung.await;
        }
    }

    fn take(&self) -> Taken {
        if !self.goes_on() {
            return Taken::NoMore;
        }
        let mut inner = self.lock();
        let next = inner.pick(self.began);
        let (more, closed) = (inner.has_more(), inner.closed);
        let wait = match next {
            Some(_) => None,
            None => inner.wait(self.began),
        };
        drop(inner);
        if !more && closed {
            self.end.notify_waiters();
        }
        if (more && next.is_some()) || (closed && !more) {
            // The next one who waits has something to take or to wait for, or is to end too.
            self.letter.notify_one();
        }
        match (next, wait) {
            (Some(next), _) => {
                self.make_room();
                Taken::Next(next)
            }
            (None, Some(wait)) => Taken::After(wait),
            (None, None) if closed => Taken::NoMore,
            (None, None) => Taken::NotYet,
        }
    }

    /// The letter whose turn it is, looked at once more; `None` where there is none after all.
    fn letter(&self, next: Next) -> Option<Job> {
        let row = match next {
            Next::Letter(job) => return self.last_look(job),
            Next::Row(row) => row,
        };
        match self.making.job(&row) {
            Ok(job) => self.last_look(job),
            Err(unmade) => {
                self.give_turn_back(&row.address);
                self.unmade(row.seq, unmade);
                None
            }
        }
    }

    /// A lane's letter does not go: its domain may have another now.
    fn give_turn_back(&self, address: &str) {
        if let Some(lane) = self.limits.lane_of(address) {
            self.lock().lanes[lane].bucket.give_back();
        }
    }

    /// The last look at a letter that is about to be begun: `None` when its reader has said meanwhile not to get it, or the
    /// words cannot be read.
    fn last_look(&self, job: Job) -> Option<Job> {
        let Some(words) = &self.words else {
            return Some(job);
        };
        let said = words.now_say(&job.reader, job.letter.envelope.recipient.as_str());
        if let Ok(None) = said {
            return Some(job);
        }
        self.give_turn_back(job.letter.envelope.recipient.as_str());
        let state = match said {
            Ok(Some(why)) => Settled::To(DeliveryState::Skipped { why }),
            _ => Settled::Waits {
                until: self.clock.now(),
            },
        };
        self.settle_unsent(job.seq, state);
        if let Err(fault) = said {
            self.fail(fault);
        }
        None
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
        self.lock().tell(Outcome {
            seq,
            state,
            at,
            relay: None,
        });
    }

    /// A letter that our own or the relay's fault held up waits for the next run; three in a row stop this one.
    pub(super) fn our_fault(&self, seq: u64, words: &str) {
        // They end in a log, on a screen or in a mail.
        let words = mask_all(words);
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
    /// The line a letter stands in.
    fn line(&mut self, lane: Option<usize>) -> &mut VecDeque<Next> {
        match lane {
            Some(lane) => &mut self.lanes[lane].ready,
            None => &mut self.ready,
        }
    }

    /// The next letter that may go: the lanes and the others take turns.
    fn pick(&mut self, began: Instant) -> Option<Next> {
        if self.lanes.is_empty() {
            return self.ready.pop_front();
        }
        let now = began.elapsed();
        let others = self.lanes.len();
        for step in 0..=others {
            let turn = (self.turn + step) % (others + 1);
            let next = match self.lanes.get_mut(turn) {
                None => self.ready.pop_front(),
                Some(lane) => lane.pick(now),
            };
            if next.is_some() {
                self.turn = turn + 1;
                return next;
            }
        }
        None
    }

    /// Whether no letter is left, and none comes any more.
    fn is_over(&self) -> bool {
        self.closed && !self.has_more()
    }

    fn has_more(&self) -> bool {
        !self.ready.is_empty() || self.lanes.iter().any(|lane| !lane.ready.is_empty())
    }

    /// How long until the first letter of a lane may go; `None` when there is none.
    fn wait(&self, began: Instant) -> Option<Duration> {
        let lanes = self.lanes.iter().filter(|lane| !lane.ready.is_empty());
        lanes.map(|lane| lane.bucket.wait(began.elapsed())).min()
    }

    fn tell(&mut self, outcome: Outcome) {
        let name = match &outcome.state {
            Settled::To(state) => Some(state.name()),
            Settled::NoMailbox { .. } | Settled::GivesUp { .. } => Some(StateName::Failed),
            // The writer holds rows, and tells nobody.
            Settled::Held { .. } => None,
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
            // After a writer that failed nobody reads it; its fault is what the run reports, and the marks say the rest.
            outcomes.send(outcome);
        }
    }

    fn waits(&mut self, seq: u64, until: DateTime<Utc>, at: DateTime<Utc>) {
        self.tell(Outcome {
            seq,
            state: Settled::Waits { until },
            at,
            relay: None,
        });
    }
}

impl Feed for Queue {
    async fn next(&self) -> Option<Job> {
        loop {
            let notified = self.letter.notified();
            match self.take() {
                Taken::Next(next) => {
                    if let Some(job) = self.letter(next) {
                        return Some(job);
                    }
                }
                Taken::NoMore => return None,
                Taken::NotYet => notified.await,
                Taken::After(wait) => {
                    // Woken earlier, there is another letter, or none any more.
                    let _ = timeout(wait, notified).await;
                }
            }
        }
    }

    fn ready(&self) -> Option<Job> {
        loop {
            if !self.goes_on() {
                return None;
            }
            let mut inner = self.lock();
            let next = inner.pick(self.began);
            let none_left = inner.is_over();
            drop(inner);
            if next.is_some() {
                self.make_room();
            }
            if none_left {
                self.end.notify_waiters();
            }
            if let Some(job) = self.letter(next?) {
                return Some(job);
            }
        }
    }

    fn still(&self, job: Job) -> Option<Job> {
        self.last_look(job)
    }

    async fn halted(&self) {
        self.ends(|_| false).await;
    }

    async fn over(&self) {
        self.ends(Inner::is_over).await;
    }

    fn handing_over(&self, job: &Job) -> io::Result<()> {
        self.marks.mark(job.seq, Mark::HandedOver)
    }

    fn settle(&self, job: Job, result: Result<Receipt, SendError>) {
        let (seq, attempts) = (job.seq, job.attempts);
        let no_mailbox = result.as_ref().is_err_and(SendError::says_no_mailbox);
        let left = result
            .as_ref()
            .map_or_else(SendError::may_have_left, |_| true);
        let relay = job.relay.filter(|_| left);
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
                    Consequence::Wait => return self.our_fault(seq, &reply),
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
        inner.tell(Outcome {
            seq,
            state,
            at,
            relay,
        });
        drop(inner);
        if no_mailbox {
            self.note_without_mailbox(1);
        }
    }

    fn give_back(&self, job: Job) {
        let now = self.clock.now();
        let lane = self.limits.lane_of(job.letter.envelope.recipient.as_str());
        let mut inner = self.lock();
        if inner.halted {
            inner.waits(job.seq, now, now);
            return;
        }
        if let Some(lane) = lane {
            inner.lanes[lane].bucket.give_back();
        }
        inner.line(lane).push_front(Next::Letter(job));
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
