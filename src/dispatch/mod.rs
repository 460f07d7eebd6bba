//! Sends an issue's letters: claim, letter, transport, settle, until nothing is left or somebody says stop.
//!
//! Four sorts of workers: the *writer* has the ledger, claims ranges ahead and settles outcomes in groups; *makers* ask
//! who may still be mailed and make letters that are signed; the *connections* carry letters, and make those that are
//! not; the *queue* stands between. No letter waits for a commit, and none is begun before its claim is durable.
//!
//! Letters to domains with a limit of their own wait in *lanes*: their rows in the ledger, a few made ones in the queue,
//! which gives each out as its domain's bucket allows. They have makers of their own, so that neither waits for the other.

mod carriers;
mod few;
mod lanes;
mod limits;
mod maker;
mod outcomes;
mod queue;
mod stop;
mod suppressor;
mod writer;

use std::{
    pin::pin,
    sync::{Arc, Mutex, atomic::AtomicUsize, mpsc},
    thread::{self, JoinHandle},
};

use chrono::Duration;
use tokio::sync::oneshot;

pub use self::{
    few::carry_few,
    limits::{DomainLimit, LimitSettings, Limits},
    stop::Stop,
    suppressor::{Suppressed, Suppressor},
};
use self::{
    lanes::Lanes,
    maker::{Makers, Making},
    queue::Queue,
    writer::{Writer, Written},
};
use crate::{
    domain::{
        clock::Clock,
        delivery::{StateName, Tally},
    },
    ledger::{Ledger, LedgerError},
    letter::{Editions, Splicer},
    roster::{Gate, SuppressionError},
    store::Store,
    transport::Transport,
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

/// Why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// A thread could not be started, or died.
    #[error("a thread of the run could not be started or died")]
    Thread,
    /// The ledger's own words.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The readers' own words cannot be read or written: nobody may be mailed.
    #[error(transparent)]
    Suppressions(#[from] SuppressionError),
}

/// How hard a run works.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Letters in flight at a time.
    pub connections: usize,
    /// Rows claimed at a time; two ranges are claimed ahead.
    pub range: u64,
    /// Outcomes written at a time, at the most; they wait no longer than 5 ms.
    pub group: usize,
    /// Threads that sign letters; unsigned ones are made where they are taken.
    pub makers: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connections: 4,
            range: 512,
            group: 500,
            makers: 1,
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
    /// How many readers were suppressed, for there is no such mailbox.
    pub suppressed: u64,
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
    /// More readers than can be believed are said to have no mailbox, so many: none was suppressed, and no letter is
    /// begun until a person has looked.
    NoMailboxes(u64),
}

/// How many letters in a row may fail by our own or the relay's fault before the run stops.
const OUR_FAULTS: u32 = 3;

/// How long a letter waits that our own or the relay's fault held up: until the next run, which may be made at once.
const OUR_PAUSE: Duration = Duration::milliseconds(1);

/// Everything a run works with.
pub struct Dispatch {
    /// Makes the letters.
    pub splicer: Arc<Splicer>,
    /// The issue's editions, by number.
    pub editions: Arc<Editions>,
    /// Says who is no longer to be mailed.
    pub gate: Box<dyn Gate + Send>,
    /// Writes down whose mailbox there is no more; `None` where nobody is to be.
    pub suppressor: Option<Suppressor>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How hard to work.
    pub pace: Pace,
    /// How fast the readers of some domains are written to.
    pub limits: Limits,
    /// Is told how it goes.
    pub watcher: Box<dyn Watcher + Send>,
    /// Asked to begin no more letters.
    pub stop: Arc<Stop>,
}

impl Dispatch {
    /// Sends until nothing is left to claim, the transport fails three times in a row, too many readers have no
    /// mailbox, or stop is asked; gives the store back. Dropped before its end, it leaves what a crash would leave.
    /// All connections work in the caller's task.
    ///
    /// # Errors
    /// The readers' own words cannot be read or written, or the ledger's: no letter is begun after an outcome or claim could not
    /// be written; letters in flight are waited for, and their replies marked.
    pub async fn run<S: Store + Send + 'static, T: Transport>(
        self,
        ledger: Ledger<S>,
        transport: &T,
    ) -> Result<(S, Sent), DispatchError> {
        let connections = self.pace.connections.max(1);
        let running = self.begin(ledger)?;
        let queue = Arc::clone(&running.queue);
        running
            .until(carriers::carry(transport, &queue, connections))
            .await
    }

    /// The same with many connections on several threads, which the processors share.
    ///
    /// # Errors
    /// As [`Dispatch::run`]; a thread cannot be started.
    pub async fn run_on_threads<S, T>(
        self,
        ledger: Ledger<S>,
        transport: Arc<T>,
    ) -> Result<(S, Sent), DispatchError>
    where
        S: Store + Send + 'static,
        T: Transport + Send + 'static,
    {
        let connections = self.pace.connections.max(1);
        let mut running = self.begin(ledger)?;
        let mut shares = carriers::shares(connections, carriers::threads(connections));
        let own = shares.next().unwrap_or(connections);
        let mut ends = Vec::new();
        for share in shares {
            let queue = Arc::clone(&running.queue);
            let (thread, end) = carriers::start_carrier(Arc::clone(&transport), queue, share)?;
            running.cut_off.threads.push(thread);
            ends.push(end);
        }
        let queue = Arc::clone(&running.queue);
        let carried = async {
            carriers::carry(&*transport, &queue, own).await;
            for end in ends {
                if end.await.is_err() {
                    // It died, and nobody will say what became of its letters: they are as after a crash.
                    queue.cut_off();
                }
            }
        };
        running.until(carried).await
    }

    /// Starts the makers and the writer.
    fn begin<S: Store + Send + 'static>(
        self,
        ledger: Ledger<S>,
    ) -> Result<Running<S>, DispatchError> {
        let (outcomes, outcomes_in) = outcomes::way();
        let making = Arc::new(Making {
            splicer: self.splicer,
            editions: self.editions,
        });
        let queue = Queue::new(
            Arc::clone(&making),
            Arc::clone(&self.clock),
            ledger.marks(),
            outcomes,
            self.watcher,
            Arc::clone(&self.stop),
            self.limits.clone(),
        );
        let most = self.suppressor.as_ref().map_or(u64::MAX, |to| to.most);
        let queue = Arc::new(queue.believing(most).hearing(self.gate.words()));
        let mut cut_off = CutOff {
            queue: Arc::clone(&queue),
            threads: Vec::new(),
        };
        // After `cut_off`: where a thread cannot be started these hang up first, and the makers it waits for end.
        let (batches, batches_in) = mpsc::channel();
        let (lane_batches, lane_batches_in) = mpsc::channel();
        let lanes = Lanes::new(self.limits, self.pace);
        let of_lanes = if lanes.is_empty() { 0 } else { 1 };
        let many = self.pace.makers.max(1);
        let gate = Arc::new(Mutex::new(self.gate));
        let at_work = Arc::new(AtomicUsize::new(many + of_lanes));
        for (many, batches) in [(many, batches_in), (of_lanes, lane_batches_in)] {
            let makers = Arc::new(Makers {
                making: Arc::clone(&making),
                gate: Arc::clone(&gate),
                clock: Arc::clone(&self.clock),
                queue: Arc::clone(&queue),
                batches: Mutex::new(batches),
                at_work: Arc::clone(&at_work),
            });
            for _ in 0..many {
                let makers = Arc::clone(&makers);
                cut_off
                    .threads
                    .push(start("make letters", move || makers.work())?);
            }
        }
        let writer = Writer {
            ledger,
            clock: self.clock,
            pace: self.pace,
            suppressor: self.suppressor,
            queue: Arc::clone(&queue),
            outcomes: outcomes_in,
            batches: Some(batches),
            lanes,
            lane_batches: Some(lane_batches),
        };
        let (ended, end) = oneshot::channel();
        cut_off.threads.push(start("write the ledger", move || {
            // Nobody waits for the end of a run that was cut off.
            let _ = ended.send(writer.work());
        })?);
        Ok(Running {
            queue,
            cut_off,
            stop: self.stop,
            end,
        })
    }
}

/// A run whose makers and writer are at work.
struct Running<S> {
    queue: Arc<Queue>,
    cut_off: CutOff,
    stop: Arc<Stop>,
    end: oneshot::Receiver<Result<Option<Written<S>>, LedgerError>>,
}

impl<S> Running<S> {
    /// Waits until its connections have carried what there is, then for the writer.
    async fn until(self, carried: impl Future<Output = ()>) -> Result<(S, Sent), DispatchError> {
        let Self {
            queue,
            mut cut_off,
            stop,
            end,
        } = self;
        let mut carried = pin!(carried);
        let mut stopping = pin!(async {
            stop.asked().await;
            queue.halt(Some(Halt::Stopped));
        });
        let mut stops = false;
        loop {
            tokio::select! {
                () = &mut stopping, if !stops => stops = true,
                () = &mut carried => break,
            }
        }
        // A transport that gave up leaves letters in line: they wait.
        queue.halt(None);
        let written = end.await.map_err(|_| DispatchError::Thread)?;
        cut_off.threads.clear();
        drop(cut_off);
        let (this_run, halted, fault) = queue.summary();
        let written = written?;
        if let Some(fault) = fault {
            return Err(fault.into());
        }
        let Written {
            store,
            issue,
            suppressed,
        } = written.ok_or(DispatchError::Thread)?;
        let sent = Sent {
            this_run,
            issue,
            suppressed,
            halted,
        };
        Ok((store, sent))
    }
}

/// Cuts a run off when its future is dropped before its end: nothing more is written, and no thread outlives it.
struct CutOff {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for CutOff {
    fn drop(&mut self) {
        if self.threads.is_empty() {
            return;
        }
        self.queue.cut_off();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn start(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, DispatchError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|_| DispatchError::Thread)
}
