//! How a ledger's files are seen to have changed.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What tells that a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

/// A ledger and the log beside it, as they were looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamps {
    path: PathBuf,
    ledger: Option<Stamp>,
    /// The log's head; an empty log is none: whoever opens the ledger to write makes it before there is anything to write.
    log: Option<Head>,
}

/// What a log begins with, and what changes when it begins anew: its salts stand there (SQLite's file format, 4.1).
type Head = [u8; 32];

impl Stamp {
    /// Looks at a file; `None` where there is none.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(about) => Ok(Some(Self {
                length: about.len(),
                modified: about.modified().ok(),
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Stamps {
    /// Looks at a ledger and its log.
    ///
    /// # Errors
    /// What the file system says of either.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            ledger: Stamp::of(path)?,
            log: head_of(&log_of(path))?,
        })
    }

    /// Whether there is a ledger at all.
    pub(super) fn is_there(&self) -> bool {
        self.ledger.is_some()
    }

    /// Whether a writer has, or had, something in the log that the ledger may not have yet.
    pub(super) fn has_log(&self) -> bool {
        self.log.is_some()
    }

    /// Whether the files still tell of the same moment, or of a later one: the ledger is as it was, and the log has at most
    /// grown. A copy of a log that grew meanwhile ends with the last commit that is whole in it.
    pub(super) fn still_hold(&self) -> bool {
        Self::of(&self.path).is_ok_and(|now| now == *self)
    }

    /// Whether the ledger is as it was, whatever there is of a log.
    pub(super) fn ledger_is_unchanged(&self) -> bool {
        Stamp::of(&self.path).is_ok_and(|now| now == self.ledger)
    }
}

fn head_of(log: &Path) -> io::Result<Option<Head>> {
    let mut head = [0; 32];
    let file = match File::open(log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut read = Vec::with_capacity(head.len());
    file.take(head.len() as u64).read_to_end(&mut read)?;
    head[..read.len()].copy_from_slice(&read);
    Ok((!read.is_empty()).then_some(head))
}

/// The write-ahead log beside a ledger.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_log_may_grow_but_neither_begin_anew_nor_go_into_the_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let writer = Connection::open(&path).unwrap();
        let write = |sql: &str| writer.execute_batch(sql).unwrap();
        write("PRAGMA journal_mode = WAL; CREATE TABLE t (x);");
        let before = Stamps::of(&path).unwrap();
        assert!(before.has_log());
        write("INSERT INTO t VALUES (1);");
        assert!(before.still_hold() && before.ledger_is_unchanged());
        write("PRAGMA wal_checkpoint(RESTART);");
        assert!(!before.still_hold() && !before.ledger_is_unchanged());
        let restarted = Stamps::of(&path).unwrap();
        write("INSERT INTO t VALUES (2);");
        assert!(!restarted.still_hold(), "another log stands there");
        assert!(restarted.ledger_is_unchanged());
        drop(writer);
        assert!(!Stamps::of(&path).unwrap().has_log());
    }
}
