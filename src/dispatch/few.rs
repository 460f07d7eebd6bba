//! Carries a few letters that stand in no ledger: proofs and notices. Each is tried once.

use std::{
    collections::VecDeque,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    domain::delivery::Consequence,
    letter::Letter,
    transport::{Feed, Job, Receipt, SendError, Transport},
};

/// How long all of them may take together.
const PATIENCE: Duration = Duration::from_secs(120);

/// Carries letters over one connection, and says what became of each, in their order. The first that has to wait by the
/// relay's fault or ours ends it: the rest is not begun.
pub async fn carry_few<T: Transport>(
    transport: &T,
    letters: Vec<Letter>,
) -> Vec<Result<Receipt, SendError>> {
    let few = Few::of(letters);
    // A relay that says nothing for so long has said all it will.
    let _ = tokio::time::timeout(PATIENCE, transport.carry(&few)).await;
    few.into_results()
}

/// The letters and what became of them.
struct Few {
    inner: Mutex<Inner>,
    /// Rung when none is to be begun any more.
    end: Notify,
}

struct Inner {
    waiting: VecDeque<Job>,
    fates: Vec<Fate>,
    is_halted: bool,
}

enum Fate {
    NotBegun,
    HandedOver,
    Settled(Result<Receipt, SendError>),
}

impl Few {
    fn of(letters: Vec<Letter>) -> Self {
        let fates = letters.iter().map(|_| Fate::NotBegun).collect();
        let jobs = (0..).zip(letters).map(|(seq, letter)| Job {
            seq,
            attempts: 0,
            reader: crate::domain::key::SubscriberId::NOBODY,
            letter,
            relay: None,
        });
        Self {
            inner: Mutex::new(Inner {
                waiting: jobs.collect(),
                fates,
                is_halted: false,
            }),
            end: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, job: &Job, fate: Fate) {
        let place = usize::try_from(job.seq).unwrap_or(usize::MAX);
        if let Some(kept) = self.lock().fates.get_mut(place) {
            *kept = fate;
        }
    }

    async fn until(&self, is_so: impl Fn(&Inner) -> bool) {
        loop {
            let rung = self.end.notified();
            if is_so(&self.lock()) {
                return;
            }
            rung.await;
        }
    }

    fn into_results(self) -> Vec<Result<Receipt, SendError>> {
        let inner = self.inner.into_inner();
        let fates = inner.unwrap_or_else(PoisonError::into_inner).fates;
        let cut = |handed_over, what: &str| {
            Err(SendError::Cut {
                handed_over,
                what: what.to_owned(),
            })
        };
        fates
            .into_iter()
            .map(|fate| match fate {
                Fate::NotBegun => cut(false, "not begun"),
                Fate::HandedOver => cut(true, "handed over, and no answer came"),
                Fate::Settled(result) => result,
            })
            .collect()
    }
}

impl Feed for Few {
    async fn next(&self) -> Option<Job> {
        self.ready()
    }

    fn ready(&self) -> Option<Job> {
        let mut inner = self.lock();
        if inner.is_halted {
            return None;
        }
        inner.waiting.pop_front()
    }

    async fn halted(&self) {
        self.until(|inner| inner.is_halted).await;
    }

    async fn over(&self) {
        self.until(|inner| inner.is_halted || inner.waiting.is_empty())
            .await;
    }

    fn handing_over(&self, job: &Job) -> io::Result<()> {
        self.set(job, Fate::HandedOver);
        Ok(())
    }

    fn settle(&self, job: Job, result: Result<Receipt, SendError>) {
        let waits = matches!(&result, Err(error) if error.consequence() == Consequence::Wait);
        self.set(&job, Fate::Settled(result));
        if waits {
            self.lock().is_halted = true;
        }
        self.end.notify_waiters();
    }

    fn give_back(&self, job: Job) {
        self.lock().waiting.push_front(job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::address::Address,
        letter::{Envelope, Message},
        transport::memory::{Act, MemoryTransport},
    };

    fn letters(addresses: &[&str]) -> Vec<Letter> {
        addresses
            .iter()
            .map(|address| Letter {
                envelope: Envelope {
                    sender: Address::parse("retur@x.example").unwrap(),
                    recipient: Address::parse(address).unwrap(),
                },
                id: format!("trial.{address}"),
                message: Message::new("Subject: x\r\n\r\nx\r\n".into()),
            })
            .collect()
    }

    #[tokio::test]
    async fn each_letter_has_its_own_answer() {
        let transport = MemoryTransport::new();
        transport.when("b@x.example", Act::CutAfter);
        let said = carry_few(&transport, letters(&["a@x.example", "b@x.example"])).await;
        assert!(said[0].is_ok());
        assert_eq!(
            said[1].as_ref().unwrap_err().consequence(),
            Consequence::Doubt
        );
        assert_eq!(transport.taken().len(), 2);
    }

    #[tokio::test]
    async fn after_a_fault_that_is_nobodys_of_the_readers_no_further_letter_is_begun() {
        let transport = MemoryTransport::new();
        transport.next(Act::Local);
        let said = carry_few(&transport, letters(&["a@x.example", "b@x.example"])).await;
        let consequence = |at: usize| said[at].as_ref().unwrap_err().consequence();
        assert_eq!(
            (consequence(0), consequence(1)),
            (Consequence::Wait, Consequence::Defer)
        );
        assert_eq!(transport.taken().len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_relay_that_never_answers_leaves_a_doubt_and_is_not_waited_for_for_ever() {
        let transport = MemoryTransport::new();
        transport.next(Act::HangAfter);
        let said = carry_few(&transport, letters(&["a@x.example"])).await;
        assert_eq!(
            said[0].as_ref().unwrap_err().consequence(),
            Consequence::Doubt
        );
    }
}
