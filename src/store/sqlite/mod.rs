//! The embedded default: one SQLite file, write-ahead log, every commit on stable storage before it counts.

mod batch_insert;
mod claims;
mod erase;
mod forget;
mod open;
mod plan;
mod read;
mod row;
mod snapshot;
mod stamp;
mod steady;
mod write;

use rusqlite::{Connection, ErrorCode};

pub use open::PeekError;
pub use snapshot::Progress;

use super::StoreError;
use stamp::Stamps;

/// A ledger in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    /// The files it reads as they were when it was opened, where another process may write to them meanwhile and no lock
    /// keeps it from doing so.
    looked_at: Option<Stamps>,
    /// A copy to read from, deleted when the store is dropped.
    _copy: Option<tempfile::TempDir>,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Self::Damaged(error.to_string())
            }
            // Its own words; the error beneath says the same again.
            _ => Self::Engine(error.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests;
