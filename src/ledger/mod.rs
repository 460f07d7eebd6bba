//! Plan, claim, settle, recover, tally: the rules by which every reader gets exactly one letter.
//!
//! **Invariant.** No letter's body leaves before the range its row lies in is claimed on stable storage, and no row
//! gets a second outcome. After a run that died, every row of its open claims gets its outcome from the run's marks:
//! untouched rows go back to waiting, answered ones are settled, handed-over ones are doubtful (or wait again where
//! a second copy is harmless).

mod owed;
mod retry;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};

pub use self::{
    owed::{Boot, Owed},
    retry::{GiveUpAfter, RetrySettings, give_up, pause_after},
};
use crate::{
    domain::delivery::{DeliveryState, Tally},
    store::{
        Claim, ClaimedLetter, DeliveryRow, IssueNumber, IssueRow, Outcome, RunNumber, Store,
        StoreError, Want, home::Home, marks::MarksFile,
    },
    transport::Redelivery,
};

/// Why the ledger could not go on.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store's own words.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run's marks could not be written.
    #[error("the marks of the run cannot be written")]
    Marks(#[source] std::io::Error),
}

/// A claimed range and the letters of it that have no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The claim.
    pub claim: Claim,
    /// Its letters, by seq.
    pub letters: Vec<ClaimedLetter>,
}

/// One run of one issue: the ledger open for writing, and the run's marks.
#[derive(Debug)]
pub struct Ledger<S: Store> {
    store: S,
    state: PathBuf,
    issue: IssueNumber,
    run: RunNumber,
    /// Rows that wait for a later instant are another run's: no letter is tried twice in one.
    began: DateTime<Utc>,
    /// The place in the plan where this run's first pass ends.
    up_to: u64,
    marks: Arc<MarksFile>,
}

impl<S: Store> Ledger<S> {
    /// Begins a run: what dead runs are owed is written first.
    ///
    /// # Errors
    /// The store's own words, or that the marks cannot be written.
    pub fn begin(
        mut store: S,
        state: &Path,
        issue: &IssueRow,
        boot: &Boot,
        redelivery: Redelivery,
        now: DateTime<Utc>,
    ) -> Result<Self, LedgerError> {
        let owed = Owed::of(&store, state, issue.number, boot, redelivery, now)?;
        owed.settle(&mut store, state, issue.number)?;
        let run = store.begin_run(issue.number, &boot.0, now)?;
        tracing::info!(issue = %issue.key, run = run.0, "run begins");
        let marks = MarksFile::create(state, run, issue.number, issue.planned)
            .map_err(LedgerError::Marks)?;
        Ok(Self {
            store,
            state: state.to_owned(),
            issue: issue.number,
            run,
            began: now,
            up_to: u64::MAX,
            marks: Arc::new(marks),
        })
    }

    /// The run's number.
    pub fn run(&self) -> RunNumber {
        self.run
    }

    /// Where the state folder is at home, this run counted.
    ///
    /// # Errors
    /// The store's own words.
    pub fn home(&self) -> Result<Option<Home>, LedgerError> {
        Ok(self.store.home()?)
    }

    /// Claims no more than the first rows of the plan, so many, and of them what is due.
    #[must_use]
    pub fn first(self, rows: u64) -> Self {
        Self {
            up_to: rows,
            ..self
        }
    }

    /// In one commit: settles outcomes, closes claims all of whose rows have one, and claims at most `limit` rows
    /// more. The letters of the ranges may leave when this returns. No ranges when nothing can be claimed now.
    ///
    /// # Errors
    /// The store's own words; nothing was settled, closed or claimed then.
    pub fn turn(
        &mut self,
        outcomes: &[Outcome],
        closed: &[Claim],
        limit: Option<u64>,
    ) -> Result<Vec<Range>, LedgerError> {
        let want = limit.map(|limit| Want {
            run: self.run,
            now: self.began,
            limit,
            up_to: self.up_to,
        });
        let claims = self
            .store
            .settle_and_claim(self.issue, outcomes, closed, want)?;
        self.ranges(claims)
    }

    /// Claims at most `limit` rows of a lane, in a commit of its own. The letters may leave when this returns.
    ///
    /// # Errors
    /// The store's own words; nothing was claimed then.
    pub fn claim_lane(&mut self, lane: &str, limit: u64) -> Result<Vec<Range>, LedgerError> {
        let claims = self.store.claim_lane(self.issue, self.run, lane, limit)?;
        self.ranges(claims)
    }

    fn ranges(&self, claims: Vec<Claim>) -> Result<Vec<Range>, LedgerError> {
        let claims = claims.into_iter();
        claims
            .map(|claim| {
                let letters = self.store.letters(self.issue, &claim)?;
                Ok(Range { claim, letters })
            })
            .collect()
    }

    /// The issue's rows that failed because there is no such mailbox, of this run and of earlier ones.
    ///
    /// # Errors
    /// The store's own words.
    pub fn without_mailbox(&self) -> Result<Vec<DeliveryRow>, LedgerError> {
        Ok(self.store.without_mailbox(self.issue)?)
    }

    /// The lanes rows stand in, and how many in each.
    ///
    /// # Errors
    /// The store's own words.
    pub fn lanes(&self) -> Result<Vec<(String, u64)>, LedgerError> {
        Ok(self.store.lanes(self.issue)?)
    }

    /// Takes all rows out of a lane nobody keeps any more: this run claims them like others that are due.
    ///
    /// # Errors
    /// The store's own words.
    pub fn empty_lane(&mut self, lane: &str) -> Result<(), LedgerError> {
        Ok(self.store.empty_lane(self.issue, lane, self.began)?)
    }

    /// The run's marks, to be written as letters go.
    pub fn marks(&self) -> Arc<MarksFile> {
        Arc::clone(&self.marks)
    }

    /// Ends the run, all of whose claims are closed: the issue is done when nothing waits or is deferred. Gives the
    /// store back.
    ///
    /// # Errors
    /// The store's own words.
    pub fn end(mut self, now: DateTime<Utc>) -> Result<(S, Tally), LedgerError> {
        let tally = self.store.tally(self.issue)?;
        if tally.waiting + tally.deferred == 0 {
            self.store.finish(self.issue, now)?;
        }
        // What it said is written; a file that stays behind is harmless.
        let _ = self.marks.remove();
        let _ = std::fs::remove_dir(self.state.join("runs"));
        Ok((self.store, tally))
    }
}

/// The words of a state for `--list`.
pub fn reason_of(state: &DeliveryState) -> String {
    match state {
        DeliveryState::Queued | DeliveryState::Sending => String::new(),
        DeliveryState::Accepted { reply }
        | DeliveryState::Failed { reply }
        | DeliveryState::Doubtful { reply }
        | DeliveryState::Deferred { reply, .. } => reply.clone(),
        DeliveryState::Skipped { why } => why.to_string(),
    }
}

/// Whether an issue still has something to do.
pub fn is_unfinished(issue: &IssueRow) -> bool {
    issue.done_at.is_none() && issue.cancelled_at.is_none()
}
