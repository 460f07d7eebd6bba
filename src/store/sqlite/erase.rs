//! Turning rows into counts.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{
    SqliteStore,
    row::{self, signed},
};
use crate::store::{IssueNumber, StoreError};

/// The first rows of a done issue, so many at most.
const FIRST: &str = "SELECT seq FROM delivery WHERE issue = ?1 AND state NOT IN (?2, ?3) \
    AND EXISTS (SELECT 1 FROM issue WHERE number = ?1 AND done_at IS NOT NULL) \
    AND NOT EXISTS (SELECT 1 FROM claim WHERE issue = ?1 AND open = 1) ORDER BY seq LIMIT ?4";

/// Counts and erases rows of an issue, in one transaction; gives how many.
///
/// # Errors
/// The engine's words.
pub(super) fn erase(
    store: &mut SqliteStore,
    issue: IssueNumber,
    limit: u64,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    // What is erased is written over, not only given up.
    store
        .connection
        .pragma_update(None, "secure_delete", "ON")?;
    let transaction = store.begin()?;
    let limit = signed(limit);
    let which = params![issue.0, row::WAITING, row::DEFERRED, limit];
    transaction.execute(
        &format!(
            "INSERT INTO erased (issue, state, edition, letters) \
             SELECT issue, state, coalesce(edition, -1), count(*) FROM delivery \
             WHERE issue = ?1 AND seq IN ({FIRST}) GROUP BY 1, 2, 3 \
             ON CONFLICT DO UPDATE SET letters = letters + excluded.letters"
        ),
        which,
    )?;
    transaction.execute(
        &format!(
            "DELETE FROM reader WHERE (issue, short, seq) IN (SELECT issue, substr(subscriber, 1, 8), seq \
             FROM delivery WHERE issue = ?1 AND seq IN ({FIRST}))"
        ),
        which,
    )?;
    // Blanks of the same length lie where the words lay, and one day for all; a row that is only deleted may be moved first, and leave a copy.
    transaction.execute(
        &format!(
            "UPDATE delivery SET subscriber = zeroblob(length(subscriber)), address = {}, name = {}, words = {}, \
             signed_up = signed_up - signed_up + 719163 WHERE issue = ?1 AND seq IN ({FIRST})",
            blank("address"),
            blank("name"),
            blank("words")
        ),
        which,
    )?;
    let erased = transaction.execute(
        &format!("DELETE FROM delivery WHERE issue = ?1 AND seq IN ({FIRST})"),
        which,
    )?;
    transaction.execute(
        "UPDATE issue SET erased_at = coalesce(erased_at, ?2) WHERE number = ?1 AND done_at IS NOT NULL",
        params![issue.0, at.timestamp_millis()],
    )?;
    transaction.commit()?;
    Ok(erased as u64)
}

/// As many noughts as a column has octets; nothing where it has none.
fn blank(column: &str) -> String {
    let octets = format!("length(CAST({column} AS BLOB))");
    format!("substr(hex(zeroblob({octets})), 1, {octets})")
}
