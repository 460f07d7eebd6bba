//! The ledger's own thread: it claims ranges ahead of the letters and settles outcomes in groups, so that no letter
//! waits for a commit.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use super::{Pace, Suppressed, Suppressor, lanes::Lanes, outcomes::Receiver, queue::Queue};
use crate::{
    domain::{clock::Clock, delivery::Tally},
    ledger::{Ledger, LedgerError},
    store::{Claim, ClaimedLetter, Outcome, Settled, Store},
};

/// The longest an outcome waits for its group.
const GROUP_PAUSE: Duration = Duration::from_millis(5);

/// How many ranges may be claimed and not settled.
const AHEAD: u64 = 2;

/// What the thread works with.
pub(super) struct Writer<S: Store> {
    pub(super) ledger: Ledger<S>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) pace: Pace,
    pub(super) suppressor: Option<Suppressor>,
    pub(super) queue: Arc<Queue>,
    pub(super) outcomes: Receiver,
    /// Gone when nothing more is claimed: the makers then come to their end.
    pub(super) batches: Option<Sender<Vec<ClaimedLetter>>>,
    pub(super) lanes: Lanes,
    /// The same for the rows of lanes.
    pub(super) lane_batches: Option<Sender<Vec<ClaimedLetter>>>,
}

/// A run that was written to its end.
pub(super) struct Written<S> {
    pub(super) store: S,
    /// Where the issue stands now.
    pub(super) issue: Tally,
    /// How many readers were suppressed.
    pub(super) suppressed: u64,
}

/// A claim some of whose rows have no outcome yet.
struct Open {
    claim: Claim,
    left: u64,
    /// The lane it was claimed for.
    lane: Option<usize>,
}

/// What is claimed, and what is to be written with the next commit.
#[derive(Default)]
struct Book {
    open: BTreeMap<u64, Open>,
    left: u64,
    group: Vec<Outcome>,
    closed: Vec<Claim>,
    since: Option<Instant>,
}

impl Book {
    fn note(&mut self, outcome: Outcome, lanes: &mut Lanes) {
        if let Some((from, open)) = self.open.range_mut(..=outcome.seq).next_back() {
            open.left -= 1;
            self.left -= 1;
            if let Some(lane) = open.lane {
                lanes.get(lane).settled();
            }
            if open.left == 0 {
                let from = *from;
                self.closed
                    .extend(self.open.remove(&from).map(|open| open.claim));
            }
        }
        self.since.get_or_insert_with(Instant::now);
        self.group.push(outcome);
    }

    /// Whether nothing is left for the next commit.
    fn is_written(&self) -> bool {
        self.group.is_empty() && self.closed.is_empty()
    }

    /// Notes a claim whose rows have no outcome yet.
    fn claimed(&mut self, claim: Claim, letters: &[ClaimedLetter], lane: Option<usize>) {
        let left = letters.len() as u64;
        if left == 0 {
            // All its readers were skipped when planned.
            self.closed.push(claim);
            return;
        }
        self.left += left;
        self.open.insert(claim.from, Open { claim, left, lane });
    }
}

impl<S: Store> Writer<S> {
    /// Claims and settles until nothing is left to claim and every claimed row has its outcome. `None` when the run
    /// was cut off, or the readers' own words could not be written: nothing more is written then, as if the process
    /// had died.
    ///
    /// # Errors
    /// The ledger's own words. No letter is begun after that.
    pub(super) fn work(mut self) -> Result<Option<Written<S>>, LedgerError> {
        let result = self.look_back().and_then(|()| self.write());
        if result.is_err() {
            self.queue.halt(None);
        }
        if !result? {
            return Ok(None);
        }
        // Before the issue is done: the next run looks at no issue that is.
        let Some(suppressed) = self.suppress()? else {
            return Ok(None);
        };
        let (store, issue) = self.ledger.end(self.clock.now())?;
        Ok(Some(Written {
            store,
            issue,
            suppressed,
        }))
    }

    /// Counts the readers whom earlier runs found without a mailbox and did not write down.
    fn look_back(&self) -> Result<(), LedgerError> {
        if let Some(suppressor) = &self.suppressor {
            match suppressor.told(&self.ledger.without_mailbox()?) {
                Ok(told) => self.queue.note_without_mailbox(told),
                Err(fault) => self.queue.fail(fault),
            }
        }
        Ok(())
    }

    /// Writes down the readers without a mailbox, unless they are more than can be believed; `None` when it cannot be
    /// done.
    fn suppress(&self) -> Result<Option<u64>, LedgerError> {
        let Some(suppressor) = &self.suppressor else {
            return Ok(Some(0));
        };
        if self.queue.disbelieves() {
            return Ok(Some(0));
        }
        Ok(match suppressor.suppress(&self.ledger.without_mailbox()?) {
            Ok(Suppressed::Written(readers)) => Some(readers),
            Ok(Suppressed::TooMany(_)) => Some(0),
            Err(fault) => {
                self.queue.fail(fault);
                None
            }
        })
    }

    /// Whether it came to its end.
    fn write(&mut self) -> Result<bool, LedgerError> {
        let mut book = Book::default();
        let mut exhausted = false;
        self.take_over_lanes()?;
        loop {
            let goes_on = self.queue.goes_on();
            if !goes_on {
                exhausted = true;
                self.leave_lanes();
            }
            let claims = !exhausted && book.left - self.lanes.claimed() < self.pace.range * AHEAD;
            if claims {
                exhausted = !self.commit(&mut book, true)?;
            }
            if goes_on {
                self.serve_lanes(&mut book)?;
            }
            if claims {
                // A lane must not wait until all of the plan is claimed.
                while !self.lanes.is_empty()
                    && let Ok(outcome) = self.outcomes.try_recv()
                {
                    book.note(outcome, &mut self.lanes);
                }
                continue;
            }
            if exhausted {
                self.batches = None;
            }
            let spent = !goes_on || self.lanes.are_spent();
            if exhausted && spent {
                self.lane_batches = None;
            }
            if book.left == 0 && (spent || book.is_written()) {
                self.commit(&mut book, false)?;
                return Ok(true);
            }
            let wait = book.since.map_or(Duration::from_secs(1), |since| {
                GROUP_PAUSE.saturating_sub(since.elapsed())
            });
            let enough = match book.since {
                Some(_) => self.pace.group.saturating_sub(book.group.len()).max(1),
                None => 1,
            };
            match self.outcomes.recv_timeout(wait, enough) {
                Ok(outcome) => {
                    book.note(outcome, &mut self.lanes);
                    while book.group.len() < self.pace.group
                        && let Ok(outcome) = self.outcomes.try_recv()
                    {
                        book.note(outcome, &mut self.lanes);
                    }
                    if book.group.len() >= self.pace.group {
                        self.commit(&mut book, false)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.commit(&mut book, false)?;
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            }
        }
    }

    /// Learns what stands in the ledger's lanes; a lane that nobody keeps any more is emptied.
    fn take_over_lanes(&mut self) -> Result<(), LedgerError> {
        for (name, rows) in self.ledger.lanes()? {
            match self.lanes.by_name(&name) {
                Some(lane) => lane.in_ledger = rows,
                None => self.ledger.empty_lane(&name)?,
            }
        }
        Ok(())
    }

    /// No more letters are begun: the rows at hand wait again.
    fn leave_lanes(&mut self) {
        let until = self.clock.now();
        for row in self.lanes.give_up() {
            self.queue.settle_unsent(row.seq, Settled::Waits { until });
        }
    }

    /// Claims rows for lanes that run low, and has letters made of those whose turn comes.
    fn serve_lanes(&mut self, book: &mut Book) -> Result<(), LedgerError> {
        for number in self.lanes.numbers() {
            if self.lanes.get(number).wants() > 0 {
                // What has just been held, or whose range has just ended, is claimed only when that is written.
                self.commit(book, false)?;
                let lane = self.lanes.get(number);
                let ranges = self.ledger.claim_lane(&lane.name, lane.wants())?;
                let mut rows = Vec::new();
                for range in ranges {
                    book.claimed(range.claim, &range.letters, Some(number));
                    rows.extend(range.letters);
                }
                lane.take_in(rows);
            }
            let batch = self.lanes.get(number).give_out();
            if let Some(batches) = self.lane_batches.as_ref().filter(|_| !batch.is_empty()) {
                // Makers end only when this hangs up.
                let _ = batches.send(batch);
            }
        }
        Ok(())
    }

    /// Writes the group, and claims more when asked; whether more was there.
    fn commit(&mut self, book: &mut Book, claim: bool) -> Result<bool, LedgerError> {
        if !claim && book.is_written() {
            return Ok(false);
        }
        let limit = claim.then_some(self.pace.range);
        let ranges = self.ledger.turn(&book.group, &book.closed, limit)?;
        if !book.closed.is_empty() {
            self.lanes.unbar();
        }
        book.group.clear();
        book.closed.clear();
        book.since = None;
        let more = !ranges.is_empty();
        let mut batch = Vec::new();
        for range in ranges {
            book.claimed(range.claim, &range.letters, None);
            batch.extend(range.letters);
        }
        self.hold(&mut batch, book);
        if let Some(batches) = self.batches.as_ref().filter(|_| !batch.is_empty()) {
            // Makers end only when this hangs up.
            let _ = batches.send(batch);
        }
        Ok(more)
    }

    /// Takes the rows of lanes out of a batch: they go to the ledger's lanes, and their ranges need not wait for them.
    fn hold(&mut self, batch: &mut Vec<ClaimedLetter>, book: &mut Book) {
        if self.lanes.is_empty() {
            return;
        }
        let at = self.clock.now();
        for row in std::mem::take(batch) {
            let Some(number) = self.lanes.of(&row) else {
                batch.push(row);
                continue;
            };
            let lane = self.lanes.get(number);
            lane.in_ledger += 1;
            let state = Settled::Held {
                lane: Arc::clone(&lane.name),
            };
            let outcome = Outcome {
                seq: row.seq,
                state,
                at,
                relay: None,
            };
            book.note(outcome, &mut self.lanes);
        }
    }
}
