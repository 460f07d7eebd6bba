//! Takes a reader's address and name out of the ledger for good.

use rusqlite::params;

use super::{SqliteStore, row};
use crate::{
    domain::key::SubscriberId,
    store::{Read as _, StoreError},
};

impl SqliteStore {
    /// Empties address, name and the servers' words in every row of a reader, and overwrites the places on disk where
    /// they stood. The rows themselves stay, so that every count still holds; they name the reader by id alone. Gives
    /// how many rows there are.
    ///
    /// # Errors
    /// The engine's words, or that somebody was reading all the while; some of it may then still be there, and doing it
    /// again does the rest.
    pub fn forget(&mut self, reader: &SubscriberId) -> Result<usize, StoreError> {
        let issues = self.issues()?;
        self.connection.pragma_update(None, "secure_delete", true)?;
        let transaction = self.connection.transaction()?;
        let mut rows = 0;
        for issue in issues {
            // A skip's reason is ours and says nothing of the reader.
            rows += transaction.execute(
                "UPDATE delivery SET address = '', name = NULL, words = CASE state WHEN ?3 THEN words END \
                 WHERE issue = ?1 AND subscriber = ?2",
                params![issue.number.0, reader.0, row::SKIPPED],
            )?;
        }
        transaction.commit()?;
        if rows > 0 {
            // What the engine moved while it copied a ledger, for a backup say, it left behind in the gaps of its pages.
            self.connection.execute_batch("VACUUM")?;
        }
        // The log has the old pages until it is emptied, which whoever reads them keeps it from.
        let is_kept: bool =
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if is_kept {
            return Err(StoreError::Engine("another process is reading it".into()));
        }
        Ok(rows)
    }
}
