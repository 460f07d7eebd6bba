//! The rows whose letters wait for their domain's turn: a few at hand, the rest in the ledger's lanes.
//!
//! A limited row leaves its range for its lane in the ledger as soon as it is claimed, so that ranges close and the rest
//! of the plan goes on. Each lane then claims its rows back, in the order of the plan, as they are wanted.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{Limits, Pace};
use crate::{domain::rate::Rate, store::ClaimedLetter};

/// How much of a lane is at hand: as many rows as go in this time.
const AT_HAND: Duration = Duration::from_secs(2);

/// How many letters of a lane are made ahead: as many as go while others are made or a commit is waited for.
const MADE_AHEAD: Duration = Duration::from_millis(100);

/// The lanes of a run.
pub(super) struct Lanes {
    limits: Limits,
    lanes: Vec<Lane>,
}

/// One lane: what is known of it in the ledger, and what is at hand.
pub(super) struct Lane {
    pub(super) name: Arc<str>,
    /// Rows that stand in it in the ledger.
    pub(super) in_ledger: u64,
    /// Its rows in the ledger stand in ranges that are still open.
    pub(super) barred: bool,
    held: VecDeque<ClaimedLetter>,
    /// Rows that are being made or sent.
    out: u64,
    most_held: u64,
    most_out: u64,
}

impl Lanes {
    pub(super) fn new(limits: Limits, pace: Pace) -> Self {
        let lanes = limits.lanes().iter();
        let lanes = lanes
            .map(|(name, rate)| Lane::new(Arc::clone(name), *rate, pace))
            .collect();
        Self { limits, lanes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// The lane a row's letter belongs to.
    pub(super) fn of(&self, row: &ClaimedLetter) -> Option<usize> {
        self.limits.lane_of(&row.address)
    }

    pub(super) fn get(&mut self, lane: usize) -> &mut Lane {
        &mut self.lanes[lane]
    }

    pub(super) fn numbers(&self) -> std::ops::Range<usize> {
        0..self.lanes.len()
    }

    pub(super) fn by_name(&mut self, name: &str) -> Option<&mut Lane> {
        self.lanes.iter_mut().find(|lane| *lane.name == *name)
    }

    /// Ranges were closed: what stood in them can be claimed.
    pub(super) fn unbar(&mut self) {
        for lane in &mut self.lanes {
            lane.barred = false;
        }
    }

    /// Claimed rows that have no outcome yet.
    pub(super) fn claimed(&self) -> u64 {
        let lanes = self.lanes.iter();
        lanes.map(|lane| lane.held.len() as u64 + lane.out).sum()
    }

    /// Whether nothing is left in any lane, neither at hand nor in the ledger.
    pub(super) fn are_spent(&self) -> bool {
        self.lanes
            .iter()
            .all(|lane| lane.in_ledger == 0 && lane.held.is_empty())
    }

    /// Takes out all rows at hand: no more letters are begun.
    pub(super) fn give_up(&mut self) -> Vec<ClaimedLetter> {
        let mut left = Vec::new();
        for lane in &mut self.lanes {
            lane.out += lane.held.len() as u64;
            left.extend(lane.held.drain(..));
        }
        left
    }
}

impl Lane {
    fn new(name: Arc<str>, rate: Rate, pace: Pace) -> Self {
        Self {
            name,
            in_ledger: 0,
            barred: false,
            held: VecDeque::new(),
            out: 0,
            most_held: rate.letters_in(AT_HAND).clamp(1, pace.range.max(1)),
            most_out: pace.connections as u64 + rate.letters_in(MADE_AHEAD).clamp(1, 64),
        }
    }

    /// How many rows are to be claimed from the ledger now.
    pub(super) fn wants(&self) -> u64 {
        let held = self.held.len() as u64;
        if self.in_ledger == 0 || self.barred || held > self.most_held / 2 {
            return 0;
        }
        self.most_held - held
    }

    /// Rows were claimed for it, or there were none to be had.
    pub(super) fn take_in(&mut self, rows: Vec<ClaimedLetter>) {
        self.barred = rows.is_empty();
        self.in_ledger = self.in_ledger.saturating_sub(rows.len() as u64);
        self.held.extend(rows);
    }

    /// The rows whose letters are to be made now.
    pub(super) fn give_out(&mut self) -> Vec<ClaimedLetter> {
        let room = self.most_out.saturating_sub(self.out);
        let count = self
            .held
            .len()
            .min(usize::try_from(room).unwrap_or(usize::MAX));
        self.out += count as u64;
        self.held.drain(..count).collect()
    }

    /// One of its rows that was given out has its outcome.
    pub(super) fn settled(&mut self) {
        self.out = self.out.saturating_sub(1);
    }
}
