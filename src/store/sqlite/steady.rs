//! Reads through an open ledger, and what keeps a look at its files from telling of two moments at once.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::SqliteStore;
use crate::{
    domain::{
        delivery::{StateName, Tally},
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        piece::Edition,
    },
    store::{
        Claim, ClaimedLetter, DeliveryRow, IssueNumber, IssueRow, Measured, Past, Read, RunNumber,
        RunRow, StoreError, StoredPiece, home::Home,
    },
};

impl SqliteStore {
    /// Reads, and believes what was read only where the files still are those that were looked at: pages from before and
    /// after a write make a ledger that never was, or none at all.
    ///
    /// # Errors
    /// [`StoreError::Changed`]; else what reading says.
    pub(super) fn steadily<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = read(&self.connection);
        match &self.looked_at {
            Some(files) if !files.ledger_is_unchanged() => Err(StoreError::Changed),
            _ => found,
        }
    }
}

impl Read for SqliteStore {
    fn issues(&self) -> Result<Vec<IssueRow>, StoreError> {
        self.steadily(Read::issues)
    }

    fn issue(&self, key: IssueKey) -> Result<Option<IssueRow>, StoreError> {
        self.steadily(|ledger| ledger.issue(key))
    }

    fn record(&self, issue: IssueNumber) -> Result<String, StoreError> {
        self.steadily(|ledger| ledger.record(issue))
    }

    fn letterhead(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        self.steadily(|ledger| ledger.letterhead(issue))
    }

    fn manuscript(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        self.steadily(|ledger| ledger.manuscript(issue))
    }

    fn pieces(&self, issue: IssueNumber) -> Result<Vec<StoredPiece>, StoreError> {
        self.steadily(|ledger| ledger.pieces(issue))
    }

    fn first_editions(&self, issue: IssueNumber, count: u32) -> Result<Vec<Edition>, StoreError> {
        self.steadily(|ledger| ledger.first_editions(issue, count))
    }

    fn edition_counts(&self, issue: IssueNumber) -> Result<Vec<(u32, u64)>, StoreError> {
        self.steadily(|ledger| ledger.edition_counts(issue))
    }

    fn past(&self, frequency: Frequency) -> Result<Past, StoreError> {
        self.steadily(|ledger| ledger.past(frequency))
    }

    fn tally(&self, issue: IssueNumber) -> Result<Tally, StoreError> {
        self.steadily(|ledger| ledger.tally(issue))
    }

    fn rows(
        &self,
        issue: IssueNumber,
        state: StateName,
        limit: u64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.steadily(|ledger| ledger.rows(issue, state, limit))
    }

    fn row_of(
        &self,
        issue: IssueNumber,
        reader: SubscriberId,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        self.steadily(|ledger| ledger.row_of(issue, reader))
    }

    fn row_at(&self, issue: IssueNumber, seq: u64) -> Result<Option<DeliveryRow>, StoreError> {
        self.steadily(|ledger| ledger.row_at(issue, seq))
    }

    fn without_mailbox(&self, issue: IssueNumber) -> Result<Vec<DeliveryRow>, StoreError> {
        self.steadily(|ledger| ledger.without_mailbox(issue))
    }

    fn is_due(&self, issue: IssueNumber, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.steadily(|ledger| ledger.is_due(issue, now))
    }

    fn next_due(&self, issue: IssueNumber) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.steadily(|ledger| ledger.next_due(issue))
    }

    fn open_claims(&self, issue: IssueNumber) -> Result<Vec<Claim>, StoreError> {
        self.steadily(|ledger| ledger.open_claims(issue))
    }

    fn letters(&self, issue: IssueNumber, claim: &Claim) -> Result<Vec<ClaimedLetter>, StoreError> {
        self.steadily(|ledger| ledger.letters(issue, claim))
    }

    fn run(&self, run: RunNumber) -> Result<Option<RunRow>, StoreError> {
        self.steadily(|ledger| ledger.run(run))
    }

    fn lanes(&self, issue: IssueNumber) -> Result<Vec<(String, u64)>, StoreError> {
        self.steadily(|ledger| ledger.lanes(issue))
    }

    fn waiting_at(&self, issue: IssueNumber, domain: &str) -> Result<u64, StoreError> {
        self.steadily(|ledger| ledger.waiting_at(issue, domain))
    }

    fn taken_since(&self, relay: &str, since: DateTime<Utc>) -> Result<u64, StoreError> {
        self.steadily(|ledger| ledger.taken_since(relay, since))
    }

    fn measured(&self) -> Result<Option<Measured>, StoreError> {
        self.steadily(Read::measured)
    }

    fn home(&self) -> Result<Option<Home>, StoreError> {
        self.steadily(Read::home)
    }
}
