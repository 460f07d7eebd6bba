//! A transport that keeps letters in memory and fails as it is told to: the double for tests.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Mutex, MutexGuard},
};

use super::{Receipt, Redelivery, SendError, Transport};
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
}

#[derive(Debug, Default)]
struct Inner {
    taken: Vec<Letter>,
    by_address: HashMap<String, VecDeque<Act>>,
    next: VecDeque<Act>,
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

    async fn send(
        &self,
        letter: &Letter,
        handing_over: &(dyn Fn() -> io::Result<()> + Sync),
    ) -> Result<Receipt, SendError> {
        let address = letter.envelope.to()[0].to_string();
        let act = {
            let mut inner = self.lock();
            let own = inner
                .by_address
                .get_mut(&address)
                .and_then(VecDeque::pop_front);
            own.or_else(|| inner.next.pop_front())
                .unwrap_or(Act::Accept)
        };
        let take = || {
            handing_over().map_err(|source| SendError::Local {
                doing: "marking a letter".into(),
                source,
            })?;
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
                    handing_over().map_err(|source| SendError::Local {
                        doing: "marking a letter".into(),
                        source,
                    })?;
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
                std::future::pending().await
            }
        }
    }
}
