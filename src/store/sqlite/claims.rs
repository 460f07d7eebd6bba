//! What is claimed, and what became of it.

use std::collections::BTreeMap;

use rusqlite::{Statement, Transaction, params};

use super::row::{self, signed};
use crate::{
    domain::delivery::DeliveryState,
    store::{Claim, IssueNumber, Outcome, RunNumber, Settled, StoreError, Want},
};

/// Writes a group's outcomes, each once, and counts what relays took.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    issue: IssueNumber,
    outcomes: &[Outcome],
) -> Result<(), StoreError> {
    let mut update = transaction.prepare_cached(
        "UPDATE delivery SET state = ?3, until = ?4, words = ?5, attempts = attempts + ?6, at = ?7, no_mailbox = ?10, \
         lane = NULL \
         WHERE issue = ?1 AND seq = ?2 AND state IN (?8, ?9)",
    )?;
    for outcome in outcomes {
        settle_one(transaction, &mut update, issue, outcome)?;
    }
    count_taken(transaction, outcomes)
}

fn settle_one(
    transaction: &Transaction<'_>,
    update: &mut Statement<'_>,
    issue: IssueNumber,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let no_mailbox = matches!(outcome.state, Settled::NoMailbox { .. }).then_some(1);
    let (state, until, words, tried) = match &outcome.state {
        Settled::Held { lane } => {
            let mut hold = transaction.prepare_cached(
                "UPDATE delivery SET lane = ?3 WHERE issue = ?1 AND seq = ?2 AND state IN (?4, ?5)",
            )?;
            hold.execute(params![
                issue.0,
                signed(outcome.seq),
                lane,
                row::WAITING,
                row::DEFERRED
            ])?;
            return Ok(());
        }
        Settled::Waits { until } => {
            // A deferred row that was claimed and not tried stays deferred, with its words.
            let mut wait = transaction.prepare_cached(
                "UPDATE delivery SET lane = NULL, until = ?3 WHERE issue = ?1 AND seq = ?2 AND state IN (?4, ?5)",
            )?;
            wait.execute(params![
                issue.0,
                signed(outcome.seq),
                until.timestamp_millis(),
                row::WAITING,
                row::DEFERRED
            ])?;
            return Ok(());
        }
        Settled::GivesUp { reply } => (row::FAILED, None, reply.as_str(), 0),
        Settled::NoMailbox { reply } | Settled::To(DeliveryState::Failed { reply }) => {
            (row::FAILED, None, reply.as_str(), 1)
        }
        Settled::To(DeliveryState::Accepted { reply }) => (row::ACCEPTED, None, reply.as_str(), 1),
        Settled::To(DeliveryState::Deferred { until, reply }) => (
            row::DEFERRED,
            Some(until.timestamp_millis()),
            reply.as_str(),
            1,
        ),
        Settled::To(DeliveryState::Doubtful { reply }) => (row::DOUBTFUL, None, reply.as_str(), 1),
        Settled::To(DeliveryState::Skipped { why }) => (row::SKIPPED, None, why.word(), 0),
        Settled::To(DeliveryState::Queued | DeliveryState::Sending) => {
            return Err(StoreError::Damaged("an outcome that is none".into()));
        }
    };
    let changed = update.execute(params![
        issue.0,
        signed(outcome.seq),
        state,
        until,
        words,
        tried,
        outcome.at.timestamp_millis(),
        row::WAITING,
        row::DEFERRED,
        no_mailbox
    ])?;
    if changed == 1 {
        Ok(())
    } else {
        // An outcome is written once: a second one means two runs sent the same letter.
        Err(StoreError::Damaged(format!(
            "a second outcome for delivery {}",
            outcome.seq
        )))
    }
}

/// Adds the letters of a group to what their relays have taken.
fn count_taken(transaction: &Transaction<'_>, outcomes: &[Outcome]) -> Result<(), StoreError> {
    let mut taken: BTreeMap<(&str, i64), i64> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(relay) = &outcome.relay {
            *taken.entry((relay, row::quarter(outcome.at))).or_default() += 1;
        }
    }
    for ((relay, quarter), letters) in taken {
        let mut add = transaction.prepare_cached(
            "INSERT INTO taken (relay, quarter, letters) VALUES (?1, ?2, ?3) \
             ON CONFLICT DO UPDATE SET letters = letters + excluded.letters",
        )?;
        add.execute(params![relay, quarter, letters])?;
    }
    Ok(())
}

/// Claims what a run wants.
pub(super) fn claim(
    transaction: &Transaction<'_>,
    issue: IssueNumber,
    want: Want,
) -> Result<Vec<Claim>, StoreError> {
    let mut there =
        transaction.prepare_cached("SELECT planned, claimed_to FROM issue WHERE number = ?1")?;
    let (planned, claimed_to): (i64, i64) =
        there.query_row([issue.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let end = planned.min(signed(want.up_to));
    if claimed_to < end {
        let to = end.min(claimed_to.saturating_add(signed(want.limit)));
        transaction
            .prepare_cached("UPDATE issue SET claimed_to = ?2 WHERE number = ?1")?
            .execute(params![issue.0, to])?;
        return Ok(vec![insert_claim(
            transaction,
            issue,
            want.run,
            claimed_to,
            to,
        )?]);
    }
    let mut due = transaction.prepare_cached(&format!(
        "SELECT seq FROM delivery WHERE issue = ?1 AND until IS NOT NULL AND until <= ?2 AND lane IS NULL \
         AND {UNCLAIMED} ORDER BY until, seq LIMIT ?3"
    ))?;
    let rows = due
        .query_map(
            params![issue.0, want.now.timestamp_millis(), signed(want.limit)],
            |row| row.get::<_, i64>(0),
        )?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter()
        .map(|seq| insert_claim(transaction, issue, want.run, seq, seq + 1))
        .collect()
}

/// Claims so many rows of a lane, each alone.
pub(super) fn claim_lane(
    transaction: &Transaction<'_>,
    issue: IssueNumber,
    run: RunNumber,
    lane: &str,
    limit: u64,
) -> Result<Vec<Claim>, StoreError> {
    let mut first = transaction.prepare_cached(&format!(
        "SELECT seq FROM delivery WHERE issue = ?1 AND lane = ?2 AND {UNCLAIMED} ORDER BY seq LIMIT ?3"
    ))?;
    let rows = first
        .query_map(params![issue.0, lane, signed(limit)], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    let mut leave = transaction
        .prepare_cached("UPDATE delivery SET lane = NULL WHERE issue = ?1 AND seq = ?2")?;
    rows.into_iter()
        .map(|seq| {
            leave.execute(params![issue.0, seq])?;
            insert_claim(transaction, issue, run, seq, seq + 1)
        })
        .collect()
}

/// Whether no open claim covers a row. Open claims do not overlap, so the last one that begins before it tells.
const UNCLAIMED: &str = "coalesce((SELECT hi FROM claim WHERE claim.issue = ?1 AND open = 1 AND lo <= seq ORDER BY lo DESC LIMIT 1), 0) <= seq";

fn insert_claim(
    transaction: &Transaction<'_>,
    issue: IssueNumber,
    run: RunNumber,
    lo: i64,
    hi: i64,
) -> Result<Claim, StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO claim (issue, run, lo, hi, open) VALUES (?1, ?2, ?3, ?4, 1)",
    )?;
    insert.execute(params![issue.0, run.0, lo, hi])?;
    Ok(Claim {
        number: transaction.last_insert_rowid(),
        run,
        from: row::count(lo),
        to: row::count(hi),
    })
}
