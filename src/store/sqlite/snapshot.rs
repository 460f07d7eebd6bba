//! The ledger as a whole: copied while it is written to, and how far it has come.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};
use serde::{Deserialize, Serialize};

use super::{SqliteStore, StoreError};

/// How far a ledger has come. Each number only grows, so of two states of one ledger the later has one that is larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// How many issues are frozen.
    pub issues: i64,
    /// The number of the newest run.
    pub runs: i64,
    /// The number of the newest claim.
    pub claims: i64,
    /// The newest instant at which an issue was frozen, cancelled or done, in milliseconds since 1970.
    pub changed: i64,
}

impl Progress {
    /// Whether a ledger knows something that the other does not.
    pub fn is_beyond(&self, other: &Self) -> bool {
        self.issues > other.issues
            || self.runs > other.runs
            || self.claims > other.claims
            || self.changed > other.changed
    }
}

impl SqliteStore {
    /// Copies a ledger to a new file, as it stood at one instant; a run may write to it meanwhile.
    ///
    /// # Errors
    /// The engine's words; a file that stands there already.
    pub fn snapshot(ledger: &Path, copy: &Path) -> Result<(), StoreError> {
        let connection = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        // One read transaction from beginning to end; rows that were erased are in no page of the copy.
        connection.execute("VACUUM INTO ?1", [copy.display().to_string()])?;
        Ok(())
    }

    /// How far the ledger has come.
    ///
    /// # Errors
    /// The engine's words.
    pub fn progress(&self) -> Result<Progress, StoreError> {
        let asked = |connection: &Connection| {
            Ok(connection.query_row(
            "SELECT (SELECT count(*) FROM issue), (SELECT coalesce(max(number), 0) FROM run), \
             (SELECT coalesce(max(number), 0) FROM claim), \
             (SELECT coalesce(max(max(frozen_at, coalesce(cancelled_at, 0), coalesce(done_at, 0))), 0) FROM issue)",
            [],
            |row| {
                Ok(Progress {
                    issues: row.get(0)?,
                    runs: row.get(1)?,
                    claims: row.get(2)?,
                    changed: row.get(3)?,
                })
            },
        )?)
        };
        self.steadily(asked)
    }

    /// Checks a ledger that came from a copy, and makes its runs those of another boot: what they sent after the copy was
    /// made is marked in no file here, so a claimed row without a mark is doubtful, not waiting.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the engine finds it so, [`StoreError::Newer`], or the engine's words.
    pub fn take_over(ledger: &Path) -> Result<(), StoreError> {
        let connection = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if said != "ok" {
            return Err(StoreError::Damaged(said));
        }
        drop(connection);
        let store = Self::open(ledger)?;
        store
            .connection
            .execute("UPDATE run SET boot_id = ?1", params!["restored"])?;
        // One file again, with no log beside it.
        store
            .connection
            .pragma_update(None, "journal_mode", "DELETE")?;
        Ok(())
    }
}
