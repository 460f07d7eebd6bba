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

use super::{Pace, outcomes::Receiver, queue::Queue};
use crate::{
    domain::{clock::Clock, delivery::Tally},
    ledger::{Ledger, LedgerError},
    store::{Claim, ClaimedLetter, Outcome, Store},
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
    pub(super) queue: Arc<Queue>,
    pub(super) outcomes: Receiver,
    /// Gone when nothing more is claimed: the makers then come to their end.
    pub(super) batches: Option<Sender<Vec<ClaimedLetter>>>,
}

/// A claim some of whose rows have no outcome yet.
struct Open {
    claim: Claim,
    left: u64,
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
    fn note(&mut self, outcome: Outcome) {
        if let Some((from, open)) = self.open.range_mut(..=outcome.seq).next_back() {
            open.left -= 1;
            self.left -= 1;
            if open.left == 0 {
                let from = *from;
                self.closed
                    .extend(self.open.remove(&from).map(|open| open.claim));
            }
        }
        self.since.get_or_insert_with(Instant::now);
        self.group.push(outcome);
    }
}

impl<S: Store> Writer<S> {
    /// Claims and settles until nothing is left to claim and every claimed row has its outcome. `None` when the run
    /// was cut off: nothing more is written then, as if the process had died.
    ///
    /// # Errors
    /// The ledger's own words. No letter is begun after that.
    pub(super) fn work(mut self) -> Result<Option<(S, Tally)>, LedgerError> {
        let result = self.write();
        if result.is_err() {
            self.queue.halt(None);
        }
        match result? {
            true => self.ledger.end(self.clock.now()).map(Some),
            false => Ok(None),
        }
    }

    /// Whether it came to its end.
    fn write(&mut self) -> Result<bool, LedgerError> {
        let mut book = Book::default();
        let mut exhausted = false;
        loop {
            if !self.queue.goes_on() {
                exhausted = true;
            }
            if !exhausted && book.left < self.pace.range * AHEAD {
                exhausted = !self.commit(&mut book, true)?;
                continue;
            }
            if exhausted {
                self.batches = None;
            }
            if book.left == 0 {
                self.commit(&mut book, false)?;
                return Ok(true);
            }
            let wait = book.since.map_or(Duration::from_secs(1), |since| {
                GROUP_PAUSE.saturating_sub(since.elapsed())
            });
            let enough = match book.since {
                Some(_) => self.pace.group - book.group.len(),
                None => 1,
            };
            match self.outcomes.recv_timeout(wait, enough) {
                Ok(outcome) => {
                    book.note(outcome);
                    while book.group.len() < self.pace.group
                        && let Ok(outcome) = self.outcomes.try_recv()
                    {
                        book.note(outcome);
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

    /// Writes the group, and claims more when asked; whether more was there.
    fn commit(&mut self, book: &mut Book, claim: bool) -> Result<bool, LedgerError> {
        if !claim && book.group.is_empty() && book.closed.is_empty() {
            return Ok(false);
        }
        let limit = claim.then_some(self.pace.range);
        let ranges = self.ledger.turn(&book.group, &book.closed, limit)?;
        book.group.clear();
        book.closed.clear();
        book.since = None;
        let more = !ranges.is_empty();
        let mut batch = Vec::new();
        for range in ranges {
            let left = range.letters.len() as u64;
            if left == 0 {
                // All its readers were skipped when planned.
                book.closed.push(range.claim);
                continue;
            }
            book.left += left;
            book.open.insert(
                range.claim.from,
                Open {
                    claim: range.claim,
                    left,
                },
            );
            batch.extend(range.letters);
        }
        if let Some(batches) = self.batches.as_ref().filter(|_| !batch.is_empty()) {
            // Makers end only when this hangs up.
            let _ = batches.send(batch);
        }
        Ok(more)
    }
}
