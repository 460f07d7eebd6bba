//! Maps and lists in memory: the model that every other store is held against, and a ledger for what need not outlive
//! its process.
//!
//! Each change is made to a copy that takes the place of what was there when all of it has succeeded. That is slow and
//! plainly right.

mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{
    Claim, IssueNumber, IssueRow, Measured, PlanRow, Published, RunNumber, RunRow, StoreError,
    StoredPiece, home::Home,
};
use crate::domain::{
    article::ArticleId,
    delivery::{DeliveryState, StateName},
    issue::Frequency,
    piece::Edition,
};

/// A ledger in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    book: Book,
}

/// All that is kept.
#[derive(Debug, Clone, Default)]
struct Book {
    issues: BTreeMap<IssueNumber, Issue>,
    runs: BTreeMap<RunNumber, RunRow>,
    claims: BTreeMap<i64, Claimed>,
    printed: BTreeSet<(Frequency, ArticleId, IssueNumber)>,
    published: BTreeSet<(Published, IssueNumber)>,
    printed_twins: BTreeSet<(Frequency, String, IssueNumber)>,
    left_over: BTreeSet<(Frequency, ArticleId)>,
    judged: BTreeMap<(Frequency, ArticleId), IssueNumber>,
    seen: BTreeMap<ArticleId, DateTime<Utc>>,
    /// How many letters each relay took, by when.
    taken: BTreeMap<(String, DateTime<Utc>), u64>,
    home: Option<Home>,
    measured: BTreeMap<RunNumber, Measured>,
}

#[derive(Debug, Clone)]
struct Issue {
    row: IssueRow,
    record: String,
    letterhead: String,
    manuscript: String,
    pieces: Vec<StoredPiece>,
    editions: Vec<Edition>,
    /// By seq.
    deliveries: Vec<Delivery>,
    /// The first seq no range has claimed.
    claimed_to: u64,
}

#[derive(Debug, Clone)]
struct Delivery {
    planned: PlanRow,
    state: DeliveryState,
    /// When a waiting row is due outside the first pass.
    waits_until: Option<DateTime<Utc>>,
    attempts: u32,
    at: Option<DateTime<Utc>>,
    /// Failed, and its server said that there is no such mailbox.
    no_mailbox: bool,
    lane: Option<String>,
    /// Only a count of it is left.
    is_erased: bool,
}

#[derive(Debug, Clone)]
struct Claimed {
    issue: IssueNumber,
    claim: Claim,
    is_open: bool,
}

impl MemoryStore {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Book {
    fn issue(&self, number: IssueNumber) -> Result<&Issue, StoreError> {
        self.issues.get(&number).ok_or_else(|| no_issue(number))
    }

    fn open_claims(&self, issue: IssueNumber) -> impl Iterator<Item = Claim> {
        self.claims
            .values()
            .filter(move |claimed| claimed.is_open && claimed.issue == issue)
            .map(|claimed| claimed.claim)
    }
}

impl Issue {
    /// Whether somebody has got it, or may have.
    fn has_left(&self) -> bool {
        self.deliveries
            .iter()
            .any(|row| matches!(row.state.name(), StateName::Accepted | StateName::Doubtful))
    }
}

impl Delivery {
    fn is_unsettled(&self) -> bool {
        matches!(self.state.name(), StateName::Waiting | StateName::Deferred)
    }

    /// From when it may be claimed again; `None` in the first pass, in a lane, and when it is settled.
    fn due(&self) -> Option<DateTime<Utc>> {
        match &self.state {
            _ if self.lane.is_some() => None,
            DeliveryState::Deferred { until, .. } => Some(*until),
            DeliveryState::Queued | DeliveryState::Sending => self.waits_until,
            _ => None,
        }
    }
}

fn no_issue(number: IssueNumber) -> StoreError {
    StoreError::Engine(format!("there is no issue {}", number.0).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract;

    #[test]
    fn memory_keeps_the_contract_of_every_store() {
        contract::check(&mut MemoryStore::new);
    }
}
