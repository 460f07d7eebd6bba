//! What runs that died are owed: for every row they claimed and did not settle, the outcome their marks tell of.

use std::{collections::HashMap, path::Path};

use chrono::{DateTime, Utc};

use crate::{
    domain::delivery::{DeliveryState, StateName, Tally},
    store::{
        Claim, DeliveryRow, IssueNumber, Outcome, Read, RunNumber, Settled, Store, StoreError,
        marks::{self, LeftMarks, Mark},
    },
    transport::Redelivery,
};

/// What is known of the machine since it started; it tells whether a dead run's marks can be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boot(pub(super) String);

impl Boot {
    /// The boot this process runs in; a value that equals no other where the system does not tell.
    pub fn current() -> Self {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            .unwrap_or_default();
        Self(id)
    }

    /// A boot by name, for tests.
    pub fn named(id: &str) -> Self {
        Self(id.to_owned())
    }

    fn is(&self, id: &str) -> bool {
        !self.0.is_empty() && self.0 == id
    }
}

/// How a row of a dead run's claim ends.
fn judge(
    mark: Option<Mark>,
    same_boot: bool,
    redelivery: Redelivery,
    now: DateTime<Utc>,
) -> Settled {
    let waits = Settled::Waits { until: now };
    let unknown = || match redelivery {
        Redelivery::Harmless => waits.clone(),
        Redelivery::Doubles => Settled::To(DeliveryState::Doubtful {
            reply: "the run ended before the reply was read".into(),
        }),
    };
    let recovered = || "the reply was read by a run that ended before writing it down".to_owned();
    match mark {
        Some(Mark::Accepted) => Settled::To(DeliveryState::Accepted { reply: recovered() }),
        Some(Mark::Failed) => Settled::To(DeliveryState::Failed { reply: recovered() }),
        Some(Mark::NoMailbox) => Settled::NoMailbox { reply: recovered() },
        Some(Mark::Deferred) => Settled::To(DeliveryState::Deferred {
            until: now,
            reply: recovered(),
        }),
        Some(Mark::HandedOver) => unknown(),
        // Only within one boot does the file hold all that was written to it.
        Some(Mark::Untouched) if same_boot => waits,
        Some(Mark::Untouched) | None => unknown(),
    }
}

/// The outcomes that the open claims of dead runs are owed, and not yet written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owed {
    claims: Vec<Claim>,
    rows: Vec<OwedRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OwedRow {
    /// Where the row stands in the store.
    from: StateName,
    outcome: Outcome,
}

impl Owed {
    /// Looks at the open claims of an issue and the marks of the runs that died on them. Reads only; nothing is owed
    /// while a run is at work.
    ///
    /// # Errors
    /// The store's own words.
    pub fn of(
        store: &impl Read,
        state: &Path,
        issue: IssueNumber,
        boot: &Boot,
        redelivery: Redelivery,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let claims = store.open_claims(issue)?;
        let mut rows = Vec::new();
        let mut run: Option<(RunNumber, bool, Option<LeftMarks>)> = None;
        for claim in &claims {
            if run.as_ref().is_none_or(|(number, ..)| *number != claim.run) {
                let same_boot = store
                    .run(claim.run)?
                    .is_some_and(|run| boot.is(&run.boot_id));
                run = Some((
                    claim.run,
                    same_boot,
                    LeftMarks::read(state, claim.run, issue),
                ));
            }
            let Some((_, same_boot, marks)) = &run else {
                continue;
            };
            for letter in store.letters(issue, claim)? {
                let mark = marks.as_ref().and_then(|marks| marks.of(letter.seq));
                let state = judge(mark, *same_boot, redelivery, now);
                let outcome = Outcome {
                    seq: letter.seq,
                    state,
                    at: now,
                };
                rows.push(OwedRow {
                    from: letter.state,
                    outcome,
                });
            }
        }
        Ok(Self { claims, rows })
    }

    /// The counts as they are, what is owed included. Reads only.
    ///
    /// # Errors
    /// The store's own words.
    pub fn tally(&self, store: &impl Read, issue: IssueNumber) -> Result<Tally, StoreError> {
        let mut tally = store.tally(issue)?;
        for row in &self.rows {
            if let Some(state) = row.outcome.state.state() {
                tally.shift(row.from, state.name());
            }
        }
        Ok(tally)
    }

    /// The rows that stand in a state, those owed an outcome under the state it gives. Reads only.
    ///
    /// # Errors
    /// The store's own words.
    pub fn rows(
        &self,
        store: &impl Read,
        issue: IssueNumber,
        state: StateName,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let owed: HashMap<u64, DeliveryState> = self
            .rows
            .iter()
            .filter_map(|row| Some((row.outcome.seq, row.outcome.state.state()?)))
            .collect();
        let mut rows = store.rows(issue, state, u64::MAX)?;
        rows.retain(|row| !owed.contains_key(&row.seq));
        if owed.values().any(|now| now.name() == state) {
            for from in [StateName::Waiting, StateName::Deferred] {
                rows.extend(
                    store
                        .rows(issue, from, u64::MAX)?
                        .into_iter()
                        .filter_map(|row| {
                            let now = owed.get(&row.seq).filter(|now| now.name() == state)?;
                            Some(DeliveryRow {
                                state: now.clone(),
                                ..row
                            })
                        }),
                );
            }
            rows.sort_by_key(|row| row.seq);
        }
        Ok(rows)
    }

    /// Writes what is owed and closes the claims; the marks have then said all they know.
    ///
    /// # Errors
    /// The store's own words; nothing is written then.
    pub fn settle(
        self,
        store: &mut impl Store,
        state: &Path,
        issue: IssueNumber,
    ) -> Result<(), StoreError> {
        if self.claims.is_empty() {
            return Ok(());
        }
        tracing::info!(
            issue = issue.0,
            claims = self.claims.len(),
            owed = self.rows.len(),
            "a run died here"
        );
        let outcomes: Vec<Outcome> = self.rows.into_iter().map(|row| row.outcome).collect();
        store.settle_and_claim(issue, &outcomes, &self.claims, None)?;
        for claim in &self.claims {
            // A file that stays behind is harmless: its run has no open claim.
            let _ = std::fs::remove_file(marks::path_of(state, claim.run));
        }
        Ok(())
    }
}
