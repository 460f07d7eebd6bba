//! The rows of a plan, and where each reader stands in it.
//!
//! **Invariant.** No reader has two rows in one plan. Rows come in the order of sending, ids in none: an index filled row
//! by row would be rewritten page by page. So the rows are written first, then the table `reader` in its own order, in
//! the same transaction, and whoever shares the first octets of an id is compared with it whole. Both are written many
//! rows at a time ([`BatchInsert`]).

use chrono::{DateTime, Datelike as _, Utc};
use rusqlite::{Transaction, params};

use super::{
    batch_insert::BatchInsert,
    row::{self, signed},
};
use crate::{
    domain::key::SubscriberId,
    store::{PlanRow, StoreError},
};

/// Writes rows behind the plan's last, seq `from` being the first free one; gives the seq after the last written.
///
/// # Errors
/// A reader who stands in the plan already, rows that end before their `size_hint`, or the engine's words: the
/// transaction must then not be committed.
pub(super) fn write(
    transaction: &Transaction<'_>,
    issue: i64,
    from: u64,
    at: DateTime<Utc>,
    plan: &mut dyn Iterator<Item = PlanRow>,
) -> Result<u64, StoreError> {
    let promised = plan.size_hint().0;
    let mut readers = Vec::with_capacity(promised);
    let mut seq = from;
    let mut rows = BatchInsert::new(
        transaction,
        "INSERT INTO delivery (issue, seq, subscriber, address, name, edition, state, words, at, signed_up)",
        promised,
    );
    for reader in plan {
        let (edition, state, words, at) = match reader.edition {
            Ok(edition) => (Some(edition), row::WAITING, None, None),
            Err(skip) => (
                None,
                row::SKIPPED,
                Some(skip.word()),
                Some(at.timestamp_millis()),
            ),
        };
        readers.push((short(&reader.subscriber), seq));
        rows.push(params![
            issue,
            signed(seq),
            reader.subscriber.0,
            reader.address,
            reader.name,
            edition,
            state,
            words,
            at,
            reader.signed_up.map(|day| day.num_days_from_ce())
        ])?;
        seq += 1;
    }
    if !rows.end() {
        return Err(StoreError::Engine("the plan ended before its end".into()));
    }
    readers.sort_unstable();
    // Among rows that stand already each goes alone: of many to a statement nearly every one would change a page of its
    // own, and the engine keeps what those were.
    let together = if from == 0 { readers.len() } else { 0 };
    let mut rows = BatchInsert::new(
        transaction,
        "INSERT INTO reader (issue, short, seq)",
        together,
    );
    for (short, seq) in &readers {
        rows.push(params![issue, short, signed(*seq)])?;
    }
    stands_once(transaction, issue, from, &readers)?;
    Ok(seq)
}

/// Refuses a plan in which one of the readers just written stands twice.
fn stands_once(
    transaction: &Transaction<'_>,
    issue: i64,
    from: u64,
    readers: &[([u8; 8], u64)],
) -> Result<(), StoreError> {
    let mut namesakes = transaction.prepare_cached(
        "SELECT count(*) - count(DISTINCT subscriber) FROM reader \
         JOIN delivery ON delivery.issue = reader.issue AND delivery.seq = reader.seq \
         WHERE reader.issue = ?1 AND reader.short = ?2",
    )?;
    let mut before = None;
    for (short, _) in readers {
        // Behind rows that stand already every reader is looked up; in a new plan those who are like the one before.
        if from > 0 || before == Some(short) {
            let twice: i64 = namesakes.query_row(params![issue, short], |row| row.get(0))?;
            if twice > 0 {
                return Err(StoreError::Engine(
                    "a reader stands in the plan twice".into(),
                ));
            }
        }
        before = Some(short);
    }
    Ok(())
}

/// The first octets of an id, as the table `reader` has them.
pub(super) fn short(reader: &SubscriberId) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = reader.0;
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Read as _, contract, sqlite::SqliteStore};

    #[test]
    fn rows_behind_a_plan_are_found_and_nobody_of_it_gets_a_second() {
        let mut store = SqliteStore::in_memory().unwrap();
        let issue = contract::freeze(&mut store, 3);
        let mut add = |from, readers: &[u8]| {
            let transaction = store.connection.transaction().unwrap();
            let mut rows = readers.iter().map(|number| contract::reader(*number));
            let end = write(&transaction, issue.0, from, contract::now(), &mut rows)?;
            transaction.commit()?;
            Ok::<_, StoreError>(end)
        };
        assert_eq!(add(3, &[9, 5]).unwrap(), 5);
        for twice in [&[7, 1][..], &[9], &[6, 6]] {
            assert!(add(5, twice).is_err(), "{twice:?}");
        }
        assert_eq!(contract::planned(&store, issue), 5);
        for (seq, number) in [(0, 0), (2, 2), (3, 9), (4, 5)] {
            let reader = contract::reader(number).subscriber;
            let found = store.row_of(issue, reader).unwrap().unwrap();
            assert_eq!(found.seq, seq);
        }
    }
}
