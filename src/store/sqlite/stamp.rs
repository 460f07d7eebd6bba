//! How a ledger's files are seen to have changed.

use std::{
    fs, io,
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
    /// An empty one is none: whoever opens the ledger to write makes it before there is anything to write.
    log: Option<Stamp>,
}

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
            log: Stamp::of(&log_of(path))?.filter(|log| log.length > 0),
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

    /// Whether the files are as they were.
    pub(super) fn are_unchanged(&self) -> bool {
        Self::of(&self.path).is_ok_and(|now| now == *self)
    }
}

/// The write-ahead log beside a ledger.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
