//! Makes the letters of claimed rows: on threads of its own where they are signed, else where they are taken.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::Receiver,
    },
    thread,
};

use super::queue::{Next, Queue};
use crate::{
    domain::{address::Address, clock::Clock, delivery::DeliveryState},
    letter::{Editions, Letter, Reader, Splicer},
    roster::Gate,
    store::{ClaimedLetter, Settled},
    transport::Job,
};

/// What a run's letters are made of.
pub(super) struct Making {
    pub(super) splicer: Arc<Splicer>,
    pub(super) editions: Arc<Editions>,
}

impl Making {
    /// Makes one letter, or says why there is none.
    pub(super) fn job(&self, row: &ClaimedLetter) -> Result<Job, Unmade> {
        Ok(Job {
            seq: row.seq,
            attempts: row.attempts,
            reader: row.subscriber,
            letter: self.letter(row)?,
            relay: None,
        })
    }

    fn letter(&self, row: &ClaimedLetter) -> Result<Letter, Unmade> {
        let address = Address::parse(&row.address).map_err(|error| {
            let reply = error.to_string();
            Unmade::Settled(DeliveryState::Failed { reply })
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
pub(super) enum Unmade {
    /// The reader gets none, and that is an outcome.
    Settled(DeliveryState),
    /// Our own fault: the reader waits.
    OurFault(String),
}

/// What the makers of a run share.
pub(super) struct Makers {
    pub(super) making: Arc<Making>,
    pub(super) gate: Arc<Mutex<Box<dyn Gate + Send>>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) queue: Arc<Queue>,
    pub(super) batches: Mutex<Receiver<Vec<ClaimedLetter>>>,
    /// How many are at work, those of other batches too; the last one says that no more letters come.
    pub(super) at_work: Arc<AtomicUsize>,
}

impl Makers {
    /// Brings letters into line until no more rows come.
    pub(super) fn work(&self) {
        let _life = Life(&self.queue);
        while let Some(batch) = self.next() {
            let batch = self.let_through(batch);
            if self.making.splicer.signs() {
                self.make(batch);
            } else {
                // Unsigned letters cost less to make than to take from another thread.
                self.queue.put_rows(batch);
            }
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

    /// The rows of those who may still be mailed.
    fn let_through(&self, mut batch: Vec<ClaimedLetter>) -> Vec<ClaimedLetter> {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if self.queue.goes_on()
            && let Err(fault) = gate.refresh()
        {
            self.queue.fail(fault);
        }
        batch.retain(|row| match gate.skip(&row.subscriber, &row.address) {
            Some(why) => {
                let skipped = DeliveryState::Skipped { why };
                self.queue.settle_unsent(row.seq, Settled::To(skipped));
                false
            }
            None => true,
        });
        batch
    }

    fn make(&self, batch: Vec<ClaimedLetter>) {
        for row in batch {
            if !self.queue.goes_on() {
                let until = self.clock.now();
                self.queue.settle_unsent(row.seq, Settled::Waits { until });
                continue;
            }
            match self.making.job(&row) {
                Ok(job) => self.queue.put(Next::Letter(job)),
                Err(unmade) => self.queue.unmade(row.seq, unmade),
            }
        }
    }
}

/// Cuts the run off when its maker dies: nobody would ever say what became of the rows it had.
struct Life<'q>(&'q Queue);

impl Drop for Life<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.cut_off();
        }
    }
}
