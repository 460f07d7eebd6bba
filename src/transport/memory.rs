//! A transport that keeps letters in memory and fails as it is told to: the double for tests.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Mutex, MutexGuard},
};

use super::{Feed, Job, Receipt, Redelivery, SendError, Transport};
use crate::{
    domain::delivery::{Reply, Stage},
    letter::Letter,
};

/// What the transport does with one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Takes it and says so.
    Accept,
    /// Refuses it.
    Refuse(Stage, Reply),
    /// Cuts the line before the letter's last octet.
    CutBefore,
    /// Takes the letter, then cuts the line without a word.
    CutAfter,
    /// Is cut off before the letter by our own machine.
    Local,
    /// Takes it, then never answers: what a killed process sees.
    HangAfter,
}

/// Keeps letters in memory.
#[derive(Debug, Default)]
pub struct MemoryTransport {
    inner: Mutex<Inner>,
    still: tokio::sync::Notify,
}

#[derive(Debug, Default)]
struct Inner {
    taken: Vec<Letter>,
    by_address: HashMap<String, VecDeque<Act>>,
    next: VecDeque<Act>,
    /// Connections that have begun, not ended, and do not hang.
    moving: usize,
    /// Connections that hang.
    hanging: usize,
}

impl MemoryTransport {
    /// A transport that accepts everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does this with the next letter to an address; later calls queue up.
    pub fn when(&self, address: &str, act: Act) {
        self.lock()
            .by_address
            .entry(address.to_owned())
            .or_default()
            .push_back(act);
    }

    /// Does this with the next letter, whoever gets it; later calls queue up.
    pub fn next(&self, act: Act) {
        self.lock().next.push_back(act);
    }

    /// The letters that were taken, whatever was said of them, in order.
    pub fn taken(&self) -> Vec<Letter> {
        self.lock().taken.clone()
    }

    /// Waits until a connection hangs.
    pub async fn hangs(&self) {
        self.comes_to(|inner| inner.hanging > 0).await;
    }

    /// Waits until every connection has ended or hangs: the moment to kill a run.
    pub async fn stands_still(&self) {
        self.comes_to(|inner| inner.hanging > 0 && inner.moving == 0)
            .await;
    }

    async fn comes_to(&self, this: impl Fn(&Inner) -> bool) {
        loop {
            let stirred = self.still.notified();
            if this(&self.lock()) {
                return;
            }
            stirred.await;
        }
    }

    fn stir(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.lock());
        self.still.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Transport for MemoryTransport {
    fn redelivery(&self) -> Redelivery {
        Redelivery::Doubles
    }

    async fn carry<F: Feed>(&self, feed: &F) {
        self.stir(|inner| inner.moving += 1);
        while let Some(job) = feed.next().await {
            let result = self.send(feed, &job).await;
            feed.settle(job, result);
        }
        self.stir(|inner| inner.moving -= 1);
    }
}

impl MemoryTransport {
    async fn send(&self, feed: &impl Feed, job: &Job) -> Result<Receipt, SendError> {
        let letter = &job.letter;
        let address = letter.envelope.recipient.to_string();
        let act = {
            let mut inner = self.lock();
            let own = inner
                .by_address
                .get_mut(&address)
                .and_then(VecDeque::pop_front);
            own.or_else(|| inner.next.pop_front())
                .unwrap_or(Act::Accept)
        };
        let hand_over = || {
            feed.handing_over(job).map_err(|source| SendError::Local {
                doing: "marking a letter".into(),
                source,
            })
        };
        let take = || {
            hand_over()?;
            self.lock().taken.push(letter.clone());
            Ok::<(), SendError>(())
        };
        match act {
            Act::Accept => {
                take()?;
                Ok(Receipt {
                    reply: format!("250 2.0.0 taken {}", letter.id),
                })
            }
            Act::Refuse(stage, reply) => {
                if stage == Stage::Body {
                    hand_over()?;
                }
                Err(SendError::Refused { stage, reply })
            }
            Act::CutBefore => Err(SendError::Cut {
                handed_over: false,
                what: "the line was cut".into(),
            }),
            Act::CutAfter => {
                take()?;
                Err(SendError::Cut {
                    handed_over: true,
                    what: "the line was cut".into(),
                })
            }
            Act::Local => Err(SendError::Local {
                doing: "writing a letter".into(),
                source: io::ErrorKind::StorageFull.into(),
            }),
            Act::HangAfter => {
                take()?;
                self.stir(|inner| {
                    inner.moving -= 1;
                    inner.hanging += 1;
                });
                std::future::pending().await
            }
        }
    }
}
