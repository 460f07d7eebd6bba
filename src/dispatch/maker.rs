//! Makes the letters of claimed rows, on threads of its own.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
    mpsc::Receiver,
};

use super::queue::Queue;
use crate::{
    domain::{address::Address, clock::Clock, delivery::DeliveryState, piece::Edition},
    letter::{Letter, Reader, Splicer},
    roster::Gate,
    store::{ClaimedLetter, Settled},
    transport::Job,
};

/// What the makers of a run share.
pub(super) struct Makers {
    pub(super) splicer: Arc<Splicer>,
    pub(super) editions: Arc<[Edition]>,
    pub(super) gate: Arc<Mutex<Box<dyn Gate + Send>>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) queue: Arc<Queue>,
    pub(super) batches: Mutex<Receiver<Vec<ClaimedLetter>>>,
    /// How many are at work, those of other batches too; the last one says that no more letters come.
    pub(super) at_work: Arc<AtomicUsize>,
}

impl Makers {
    /// Makes letters until no more rows come.
    pub(super) fn work(&self) {
        while let Some(batch) = self.next() {
            self.make(batch);
        }
        if self.at_work.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.queue.no_more();
        }
    }

    fn next(&self) -> Option<Vec<ClaimedLetter>> {
        self.batches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv()
            .ok()
    }

    fn make(&self, batch: Vec<ClaimedLetter>) {
        if self.queue.goes_on()
            && let Err(fault) = self
                .gate
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .refresh()
        {
            self.queue.fail(fault);
        }
        for row in batch {
            if !self.queue.goes_on() {
                let until = self.clock.now();
                self.queue.settle_unsent(row.seq, Settled::Waits { until });
                continue;
            }
            match self.letter(&row) {
                Ok(letter) => {
                    self.queue.put(Job {
                        seq: row.seq,
                        attempts: row.attempts,
                        reader: row.subscriber,
                        letter,
                        relay: None,
                    });
                }
                Err(Unmade::Settled(state)) => {
                    self.queue.settle_unsent(row.seq, Settled::To(*state));
                }
                Err(Unmade::OurFault(words)) => self.queue.our_fault(row.seq, words),
            }
        }
    }

    /// Makes one letter, or says why there is none.
    fn letter(&self, row: &ClaimedLetter) -> Result<Letter, Unmade> {
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = gate.skip(&row.subscriber, &row.address) {
            return Err(Unmade::Settled(Box::new(DeliveryState::Skipped { why })));
        }
        drop(gate);
        let address = Address::parse(&row.address).map_err(|error| {
            let reply = error.to_string();
            Unmade::Settled(Box::new(DeliveryState::Failed { reply }))
        })?;
        let reader = Reader {
            id: row.subscriber,
            address: &address,
            name: row.name.as_deref(),
            signed_up: row.signed_up,
        };
        self.splicer
            .letter_in_parts(&self.editions, row.edition, &reader)
            .map_err(|error| Unmade::OurFault(error.to_string()))
    }
}

/// Why a letter was not made.
enum Unmade {
    /// The reader gets none, and that is an outcome.
    Settled(Box<DeliveryState>),
    /// Our own fault: the reader waits.
    OurFault(String),
}
