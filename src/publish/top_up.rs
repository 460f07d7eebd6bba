//! Plans readers who joined after an issue was frozen.

use chrono::{DateTime, Utc};

use super::{Press, Rows};
use crate::store::{IssueNumber, Store, StoreError, TopUp};

/// Adds the rows of a plan to a frozen issue, with the editions and pieces that its press has made besides those that
/// were frozen. Gives how many.
///
/// # Errors
/// The store's own words, a reader who is planned already among them; nothing is written then.
pub fn top_up(
    store: &mut impl Store,
    issue: IssueNumber,
    press: Press<'_>,
    mut rows: Rows,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let (editions, pieces) = press.into_parts();
    let added = TopUp {
        pieces,
        editions,
        at: now,
    };
    let readers = store.top_up(issue, &added, &mut rows)?;
    tracing::info!(
        issue = issue.0,
        readers,
        pieces = added.pieces.len(),
        editions = added.editions.len(),
        "topped up"
    );
    Ok(readers)
}
