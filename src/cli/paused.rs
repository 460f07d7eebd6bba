//! Whether an issue is paused: the relay knows fewer of its readers than can be believed.

use super::{Failure, newsroom::Newsroom};
use crate::{
    dispatch::Suppressor,
    domain::key::KeyRing,
    ledger::is_unfinished,
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// Writes down the readers of an issue who have no mailbox.
pub(super) fn suppressor(room: &Newsroom, keys: &KeyRing, issue: &IssueRow) -> Suppressor {
    Suppressor {
        log: room.state.suppressions(),
        keys: keys.clone(),
        most: room.config.guards.most_suppressed(issue.planned),
    }
}

/// The line that says an issue is paused, for so many readers without a mailbox.
pub(super) fn words(room: &Newsroom, issue: &IssueRow, readers: u64) -> String {
    let most = room.config.guards.most_suppressed(issue.planned);
    format!(
        "{}: paused: of {readers} readers the relay says that there is no such mailbox, and at most {most} are believed",
        issue.key
    )
}

/// The same where an issue is paused; `None` where it is not, or has nothing left to send.
pub(super) fn is_paused(
    room: &Newsroom,
    store: &SqliteStore,
    issue: &IssueRow,
) -> Result<Option<String>, Failure> {
    let Some(key) = room.state.key()?.filter(|_| is_unfinished(issue)) else {
        return Ok(None);
    };
    let suppressor = suppressor(room, &room.state.ring(key)?, issue);
    let told = suppressor
        .told(&store.without_mailbox(issue.number)?)
        .map_err(|error| Failure::usage(error.fault()))?;
    Ok((told > suppressor.most).then(|| words(room, issue, told)))
}
