//! The way of outcomes to the ledger's thread. Unlike a channel it wakes the thread for a group, not for each outcome: a
//! thread woken for every letter costs more than the letter's row.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, TryRecvError},
    },
    time::{Duration, Instant},
};

use crate::store::Outcome;

/// Makes a way.
pub(super) fn way() -> (Sender, Receiver) {
    let way = Arc::new(Way::default());
    (Sender(Arc::clone(&way)), Receiver(way))
}

/// Where outcomes are put in. Dropped, it ends the way.
pub(super) struct Sender(Arc<Way>);

/// Where the ledger's thread takes them out.
pub(super) struct Receiver(Arc<Way>);

#[derive(Default)]
struct Way {
    state: Mutex<State>,
    rung: Condvar,
}

#[derive(Default)]
struct State {
    outcomes: VecDeque<Outcome>,
    /// How many the receiver sleeps for; `None` while it is awake.
    awaited: Option<usize>,
    is_over: bool,
}

impl Way {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sender {
    /// Puts an outcome in. Nobody hears of it when the receiver is gone.
    pub(super) fn send(&self, outcome: Outcome) {
        let mut state = self.0.lock();
        state.outcomes.push_back(outcome);
        let suffices = state
            .awaited
            .is_some_and(|awaited| state.outcomes.len() >= awaited);
        if suffices {
            state.awaited = None;
            drop(state);
            self.0.rung.notify_one();
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.rung.notify_one();
    }
}

impl Receiver {
    /// The next outcome, if there is one.
    pub(super) fn try_recv(&self) -> Result<Outcome, TryRecvError> {
        let mut state = self.0.lock();
        match state.outcomes.pop_front() {
            Some(outcome) => Ok(outcome),
            None if state.is_over => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }

    /// The next outcome: at once where there is one, else when there are `enough` or, after `patience`, any.
    pub(super) fn recv_timeout(
        &self,
        patience: Duration,
        enough: usize,
    ) -> Result<Outcome, RecvTimeoutError> {
        let until = Instant::now() + patience;
        let mut state = self.0.lock();
        if state.outcomes.is_empty() {
            state.awaited = Some(enough);
            while state.awaited.is_some() && !state.is_over {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                (state, _) = self
                    .0
                    .rung
                    .wait_timeout(state, left)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            state.awaited = None;
        }
        match state.outcomes.pop_front() {
            Some(outcome) => Ok(outcome),
            None if state.is_over => Err(RecvTimeoutError::Disconnected),
            None => Err(RecvTimeoutError::Timeout),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use chrono::Utc;

    use super::*;
    use crate::store::Settled;

    const LONG: Duration = Duration::from_secs(3600);

    fn outcome(seq: u64) -> Outcome {
        let at = Utc::now();
        Outcome {
            seq,
            state: Settled::Waits { until: at },
            at,
            relay: None,
        }
    }

    #[test]
    fn outcomes_come_out_in_order_and_at_once_where_there_are_any() {
        let (sender, receiver) = way();
        for seq in 0..3 {
            sender.send(outcome(seq));
        }
        let seqs: Vec<u64> = (0..3)
            .filter_map(|_| receiver.recv_timeout(LONG, 500).ok())
            .map(|outcome| outcome.seq)
            .collect();
        assert_eq!(seqs, [0, 1, 2]);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let nothing = receiver.recv_timeout(Duration::ZERO, 1);
        assert_eq!(nothing, Err(RecvTimeoutError::Timeout));
    }

    #[test]
    fn whoever_waits_for_three_sleeps_until_there_are_three() {
        let (sender, receiver) = way();
        let waiting = thread::spawn(move || {
            let first = receiver.recv_timeout(LONG, 3);
            (first, receiver.try_recv(), receiver.try_recv())
        });
        while sender.0.lock().awaited.is_none() {
            thread::yield_now();
        }
        for seq in 0..2 {
            sender.send(outcome(seq));
            assert_eq!(sender.0.lock().awaited, Some(3));
        }
        sender.send(outcome(2));
        let (first, second, third) = waiting.join().unwrap();
        let seqs = [first.ok(), second.ok(), third.ok()].map(|one| one.map(|one| one.seq));
        assert_eq!(seqs, [Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn an_ended_way_gives_what_is_left_and_then_says_so() {
        let (sender, receiver) = way();
        sender.send(outcome(4));
        drop(sender);
        assert!(receiver.recv_timeout(LONG, 500).is_ok());
        let end = receiver.recv_timeout(LONG, 500);
        assert_eq!(end, Err(RecvTimeoutError::Disconnected));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    }
}
