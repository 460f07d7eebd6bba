//! Sends an issue's letters: claim, letter, transport, settle, until nothing is left or somebody says stop.

use chrono::Duration;
use futures_util::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    domain::{
        address::Address,
        clock::Clock,
        delivery::{Consequence, DeliveryState, StateName, Tally},
        piece::Edition,
    },
    ledger::{Ledger, LedgerError, pause_after},
    letter::{Letter, LetterError, Reader, Splicer},
    roster::{Gate, SuppressionError},
    store::{
        ClaimedLetter, Outcome, Settled, Store,
        marks::{Mark, MarksFile},
    },
    transport::{Receipt, SendError, Transport},
};

/// Is told how a run goes.
pub trait Watcher {
    /// One delivery got an outcome.
    fn settled(&mut self, state: StateName);
}

impl<F: FnMut(StateName)> Watcher for F {
    fn settled(&mut self, state: StateName) {
        self(state);
    }
}

/// Asked between letters whether to stop.
pub trait Stop {
    /// Whether to begin no more letters.
    fn asked(&self) -> bool;
}

impl Stop for std::sync::atomic::AtomicBool {
    fn asked(&self) -> bool {
        self.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The ledger's own words.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The readers' own words cannot be read: nobody may be mailed.
    #[error(transparent)]
    Suppressions(#[from] SuppressionError),
}

/// How hard a run works.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Letters in flight at a time.
    pub connections: usize,
    /// Rows claimed at a time.
    pub range: u64,
    /// Outcomes written at a time, at the most.
    pub group: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connections: 4,
            range: 256,
            group: 100,
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// How many deliveries this run gave which outcome; its `planned` is their sum.
    pub this_run: Tally,
    /// Where the whole issue stands now.
    pub issue: Tally,
    /// Why it ended before its work was done.
    pub halted: Option<Halt>,
}

/// Why a run ended before its work was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// Somebody said stop.
    Stopped,
    /// Three letters in a row could not be sent by our own or the relay's fault; its last words.
    Transport(String),
}

/// How many letters in a row may fail by our own or the relay's fault before the run stops.
const OUR_FAULTS: u32 = 3;

/// How long a letter waits that our own or the relay's fault held up.
const OUR_PAUSE: Duration = Duration::minutes(1);

/// Everything a run works with.
pub struct Dispatch<'a, T, G, W> {
    /// Makes the letters.
    pub splicer: &'a Splicer,
    /// The issue's editions, by number.
    pub editions: &'a [Edition],
    /// Carries them.
    pub transport: &'a T,
    /// Says who is no longer to be mailed.
    pub gate: G,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// How hard to work.
    pub pace: Pace,
    /// Is told how it goes.
    pub watcher: W,
}

impl<T: Transport, G: Gate, W: Watcher> Dispatch<'_, T, G, W> {
    /// Sends until nothing is left to claim, the transport fails three times in a row, or stop is asked.
    ///
    /// # Errors
    /// The readers' own words cannot be read, or the ledger's: no letter is begun after an outcome or claim could not be written; letters in flight
    /// are waited for, and their replies marked.
    pub async fn run<S: Store>(
        mut self,
        mut ledger: Ledger<'_, S>,
        stop: &(dyn Stop + Sync),
    ) -> Result<Sent, DispatchError> {
        let mut progress = Progress::default();
        let mut outcomes = Vec::new();
        while progress.halted.is_none() {
            if stop.asked() {
                progress.halted = Some(Halt::Stopped);
                break;
            }
            if let Err(error) = self.gate.refresh() {
                ledger.end(&outcomes, self.clock.now())?;
                return Err(error.into());
            }
            let letters = ledger.claim(&outcomes, self.clock.now(), self.pace.range)?;
            outcomes.clear();
            if letters.is_empty() {
                break;
            }
            outcomes = self
                .send_range(letters, &mut ledger, &mut progress, stop)
                .await?;
        }
        let issue = ledger.end(&outcomes, self.clock.now())?;
        Ok(Sent {
            this_run: progress.this_run,
            issue,
            halted: progress.halted,
        })
    }

    /// Sends the letters of one claim and gives the outcomes not yet settled: every row has one.
    async fn send_range<S: Store>(
        &mut self,
        letters: Vec<ClaimedLetter>,
        ledger: &mut Ledger<'_, S>,
        progress: &mut Progress,
        stop: &(dyn Stop + Sync),
    ) -> Result<Vec<Outcome>, DispatchError> {
        let marks = ledger.marks();
        let mut rows = letters.into_iter();
        let mut outcomes: Vec<Outcome> = Vec::new();
        let mut in_flight = FuturesUnordered::new();
        let mut fault = None;
        loop {
            while progress.halted.is_none()
                && fault.is_none()
                && in_flight.len() < self.pace.connections
            {
                if stop.asked() {
                    progress.halted = Some(Halt::Stopped);
                    break;
                }
                let Some(row) = rows.next() else { break };
                match self.letter(&row) {
                    Ok(letter) => in_flight.push(send(self.transport, row, letter, &marks)),
                    Err(Unmade::Settled(state)) => {
                        outcomes.push(self.settled(&row, Settled::To(*state), progress));
                    }
                    Err(Unmade::OurFault(words)) => {
                        let waits = self.our_fault(&row, words, progress);
                        outcomes.push(self.settled(&row, waits, progress));
                    }
                }
            }
            let Some((row, result)) = in_flight.next().await else {
                break;
            };
            let settled = self.judge(&row, result, progress);
            outcomes.push(self.settled(&row, settled, progress));
            if outcomes.len() >= self.pace.group && fault.is_none() && progress.our_faults == 0 {
                match ledger.settle(&outcomes) {
                    Ok(()) => outcomes.clear(),
                    Err(error) => fault = Some(error),
                }
            }
        }
        if let Some(fault) = fault {
            return Err(fault.into());
        }
        // What was claimed and not begun goes back to waiting.
        let now = self.clock.now();
        if matches!(progress.halted, Some(Halt::Transport(_))) {
            // Who mends the cause and runs again waits no minute for the letters it held up.
            for outcome in &mut outcomes {
                if let Settled::Waits { until } = &mut outcome.state {
                    *until = now;
                }
            }
        }
        outcomes.extend(rows.map(|row| Outcome {
            seq: row.seq,
            state: Settled::Waits { until: now },
            at: now,
        }));
        Ok(outcomes)
    }

    /// Makes one letter, or says why there is none.
    fn letter(&self, row: &ClaimedLetter) -> Result<Letter, Unmade> {
        if let Some(why) = self.gate.skip(&row.subscriber) {
            return Err(Unmade::Settled(Box::new(DeliveryState::Skipped { why })));
        }
        let failed = |reply: String| Unmade::Settled(Box::new(DeliveryState::Failed { reply }));
        let address = Address::parse(&row.address).map_err(|error| failed(error.to_string()))?;
        let edition = self
            .editions
            .get(row.edition as usize)
            .ok_or_else(|| Unmade::OurFault("the issue has no such edition".into()))?;
        let reader = Reader {
            id: row.subscriber,
            address: &address,
            name: row.name.as_deref(),
        };
        self.splicer
            .letter(edition, &reader)
            .map_err(|error| match error {
                LetterError::Address(_) => failed(error.to_string()),
                _ => Unmade::OurFault(error.to_string()),
            })
    }

    /// A letter that our own or the relay's fault held up waits; three in a row stop the run.
    fn our_fault(&self, row: &ClaimedLetter, words: String, progress: &mut Progress) -> Settled {
        progress.our_faults += 1;
        tracing::warn!(delivery = row.seq, fault = %words, "not handed over, by our own or the relay's fault");
        if progress.our_faults >= OUR_FAULTS && progress.halted.is_none() {
            progress.halted = Some(Halt::Transport(words));
        }
        Settled::Waits {
            until: self.clock.now() + OUR_PAUSE,
        }
    }

    /// What a result means for the delivery, and for the run.
    fn judge(
        &self,
        row: &ClaimedLetter,
        result: Result<Receipt, SendError>,
        progress: &mut Progress,
    ) -> Settled {
        let error = match result {
            Ok(receipt) => {
                progress.our_faults = 0;
                return Settled::To(DeliveryState::Accepted {
                    reply: receipt.reply,
                });
            }
            Err(error) => error,
        };
        let consequence = error.consequence();
        let reply = words(&error);
        if consequence == Consequence::Wait {
            return self.our_fault(row, reply, progress);
        }
        progress.our_faults = 0;
        Settled::To(match consequence {
            Consequence::Fail => DeliveryState::Failed { reply },
            Consequence::Defer => {
                let until = self.clock.now() + pause_after(row.attempts);
                DeliveryState::Deferred { until, reply }
            }
            Consequence::Doubt | Consequence::Wait => DeliveryState::Doubtful { reply },
        })
    }

    fn settled(&mut self, row: &ClaimedLetter, state: Settled, progress: &mut Progress) -> Outcome {
        match &state {
            Settled::To(to) => tracing::debug!(
                delivery = row.seq,
                attempt = row.attempts + 1,
                state = to.name().word(),
                "settled"
            ),
            Settled::Waits { until } => {
                tracing::debug!(delivery = row.seq, %until, "waits again");
            }
        }
        if let Settled::To(state) = &state {
            progress.this_run.count(state.name(), 1);
            self.watcher.settled(state.name());
        }
        Outcome {
            seq: row.seq,
            state,
            at: self.clock.now(),
        }
    }
}

/// Why there is no letter for a row.
enum Unmade {
    /// The reader is not to be mailed, or cannot be.
    Settled(Box<DeliveryState>),
    /// The fault is ours: it would meet every reader alike.
    OurFault(String),
}

/// How far a run has come.
#[derive(Debug, Default)]
struct Progress {
    this_run: Tally,
    our_faults: u32,
    halted: Option<Halt>,
}

/// Sends one letter and marks what became of it the moment that is known.
async fn send<T: Transport>(
    transport: &T,
    row: ClaimedLetter,
    letter: Letter,
    marks: &MarksFile,
) -> (ClaimedLetter, Result<Receipt, SendError>) {
    let seq = row.seq;
    let result = transport
        .send(&letter, &|| marks.mark(seq, Mark::HandedOver))
        .await;
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
        let _ = marks.mark(seq, mark);
    }
    (row, result)
}

/// A transport's fault in one line, control characters dropped (they come from outside), at most 500 characters.
fn words(error: &SendError) -> String {
    let mut text = error.to_string();
    if let SendError::Local { source, .. } = error {
        text = format!("{text}: {source}");
    }
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}
