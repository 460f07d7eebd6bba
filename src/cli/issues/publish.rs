//! `overblik issues publish`

use serde_json::json;

use crate::{
    cli::{
        Exit, Failure, Session,
        newsroom::{Newsroom, lock_failure, refused},
    },
    store::{lock::Lock, sqlite::SqliteStore},
};

/// Writes the archive anew from the ledger; changes nothing else.
pub(super) fn publish(session: &Session, room: &Newsroom) -> Result<Exit, Failure> {
    let Some(archive) = room.config.archive() else {
        return Err(refused(
            "the newsletter has no archive",
            "write where it is served as `newsletter.archive_url`",
        ));
    };
    // Nobody else writes the lists meanwhile; a newsletter that never sent has no state folder to lock.
    let store = room.peek()?;
    let lock = store
        .as_ref()
        .map(|_| Lock::take(&room.state.send_lock(), room.now))
        .transpose()
        .map_err(|error| {
            lock_failure(
                &error,
                "wait for it to end; it writes the page of its own issue",
            )
        })?;
    let store = match lock {
        // What was read before the lock may be old.
        Some(_) => room.peek()?,
        None => store,
    };
    let store = match store {
        Some(store) => store,
        None => SqliteStore::in_memory()?,
    };
    let issues = archive.renew(&store)?;
    let folder = archive.folder().display().to_string();
    if session.global.json {
        session.json(&json!({ "folder": folder, "issues": issues }));
    } else {
        session.data(&format!("{folder}  {issues} issues\n"));
    }
    Ok(Exit::Done)
}
