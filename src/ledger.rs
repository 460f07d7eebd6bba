//! Plan, claim, settle, recover, tally: the rules by which every reader gets exactly one letter.
//!
//! **Invariant.** No letter's body leaves before the range its row lies in is claimed on stable storage, and no row
//! gets a second outcome. After a run that died, every row of its open claims gets its outcome from the run's marks:
//! untouched rows go back to waiting, answered ones are settled, handed-over ones are doubtful (or wait again where
//! a second copy is harmless).

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    domain::{
        delivery::{DeliveryState, StateName, Tally},
        schedule::Schedule,
    },
    store::{
        Claim, ClaimedLetter, DeliveryRow, IssueNumber, IssueRow, Outcome, Read, RunNumber,
        Settled, Store, StoreError, Want,
        marks::{self, LeftMarks, Mark, MarksFile},
    },
    transport::Redelivery,
};

/// The `[retry]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetrySettings {
    /// When a deferred letter is given up: `next-issue` of its frequency, or some hours after its issue was frozen.
    pub give_up_after: GiveUpAfter,
}

/// When a deferred letter is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GiveUpAfter {
    /// When the next issue of its frequency is due.
    #[default]
    NextIssue,
    /// So many hours after its issue was frozen, written `36h`.
    Hours(u32),
}

impl<'de> Deserialize<'de> for GiveUpAfter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "next-issue" {
            return Ok(Self::NextIssue);
        }
        let hours = text
            .strip_suffix('h')
            .and_then(|hours| hours.parse().ok())
            .filter(|hours| *hours > 0);
        hours.map(Self::Hours).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no time to give up; write `next-issue` or hours such as `36h`"
            ))
        })
    }
}

impl Serialize for GiveUpAfter {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NextIssue => to.serialize_str("next-issue"),
            Self::Hours(hours) => to.collect_str(&format_args!("{hours}h")),
        }
    }
}

impl RetrySettings {
    /// The instant from which an issue's deferred letters are given up; `None` when there is no next issue.
    pub fn give_up_at(
        &self,
        issue: &IssueRow,
        schedule: &Schedule,
        zone: Tz,
    ) -> Option<DateTime<Utc>> {
        match self.give_up_after {
            GiveUpAfter::Hours(hours) => Some(issue.frozen_at + Duration::hours(i64::from(hours))),
            GiveUpAfter::NextIssue => {
                let after = issue.key.date.succ_opt()?;
                let next = schedule.next_day(issue.key.frequency, after)?;
                Some(schedule.cut_off(next, zone))
            }
        }
    }
}

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

/// What is known of the machine since it started; it tells whether a dead run's marks can be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boot(String);

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
            if let Settled::To(state) = &row.outcome.state {
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
        let owed: HashMap<u64, &DeliveryState> = self
            .rows
            .iter()
            .filter_map(|row| match &row.outcome.state {
                Settled::To(state) => Some((row.outcome.seq, state)),
                Settled::Waits { .. } | Settled::GivesUp { .. } => None,
            })
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
                                state: (*now).clone(),
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
            marks: Arc::new(marks),
        })
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
        });
        let claims = self
            .store
            .settle_and_claim(self.issue, outcomes, closed, want)?;
        claims
            .into_iter()
            .map(|claim| {
                let letters = self.store.letters(self.issue, &claim)?;
                Ok(Range { claim, letters })
            })
            .collect()
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

/// How long a deferred delivery waits: a quarter of an hour, doubled with each try, at most four hours, and up to a
/// quarter more by its place in the plan, so that a full mailbox server is not asked by all at once.
pub fn pause_after(attempts: u32, seq: u64) -> Duration {
    let minutes = 15 << attempts.min(4);
    // Knuth's multiplicative hash spreads neighbours; the bytes of a letter do not depend on it.
    let spread = i64::try_from(seq.wrapping_mul(2_654_435_761) % 256).unwrap_or(0);
    Duration::minutes(minutes) + Duration::seconds(minutes * 15 * spread / 256)
}

/// Gives up what is deferred when its issue's time is over: it fails, with the last words it was told. Gives how many.
///
/// # Errors
/// The store's own words.
pub fn give_up(
    store: &mut impl Store,
    issue: IssueNumber,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let outcomes: Vec<Outcome> = store
        .rows(issue, StateName::Deferred, u64::MAX)?
        .into_iter()
        .map(|row| Outcome {
            seq: row.seq,
            state: Settled::GivesUp {
                reply: format!("gave up: {}", reason_of(&row.state)),
            },
            at: now,
        })
        .collect();
    store.settle_and_claim(issue, &outcomes, &[], None)?;
    Ok(outcomes.len() as u64)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_neighbours_do_not_come_back_together() {
        for attempts in 0..8 {
            let least = Duration::minutes(15 << attempts.min(4));
            for seq in 0..500 {
                let pause = pause_after(attempts, seq);
                assert!(pause >= least && pause < least + least / 4);
            }
        }
        assert_ne!(pause_after(0, 1), pause_after(0, 2));
    }

    #[test]
    fn a_time_to_give_up_is_the_next_issue_or_some_hours() {
        let read = |text: &str| serde_json::from_value::<GiveUpAfter>(text.into());
        assert_eq!(read("next-issue").unwrap(), GiveUpAfter::NextIssue);
        assert_eq!(read("36h").unwrap(), GiveUpAfter::Hours(36));
        for bad in ["", "36", "0h", "-1h", "h", "2d"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
