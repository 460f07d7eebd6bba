//! Opening the file: to write, making or migrating it; to read, leaving no trace.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig};

use super::{
    SqliteStore, StoreError,
    stamp::{Stamps, log_of},
};

/// One step from the version before it, as SQL; the last makes the version this program writes.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
    include_str!("migrations/7.sql"),
    include_str!("migrations/8.sql"),
    include_str!("migrations/9.sql"),
    include_str!("migrations/10.sql"),
    include_str!("migrations/11.sql"),
    include_str!("migrations/12.sql"),
];

/// The octets the write-ahead log is cut back to when it begins anew.
const LOG_KEPT: i64 = 8 * 1024 * 1024;

/// Why a ledger could not be read without leaving a trace.
#[derive(Debug, thiserror::Error)]
pub enum PeekError {
    /// The store's own words.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files kept changing while they were copied.
    #[error("the ledger kept changing while it was read")]
    Changing,
    /// Whether there is a ledger cannot be known.
    #[error("the ledger cannot be read")]
    Unknown(#[source] std::io::Error),
    /// The files could not be copied aside.
    #[error("the ledger could not be copied aside to be read")]
    Copy(#[from] std::io::Error),
}

impl PeekError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Store(error) => error.remedy(),
            Self::Changing => "run it again in a moment",
            Self::Unknown(_) => {
                "let the user that runs `overblik` read it; `[state] path` must name a folder"
            }
            Self::Copy(_) => "make room in the folder for temporary files (`TMPDIR`)",
        }
    }
}

impl From<rusqlite::Error> for PeekError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl SqliteStore {
    /// Opens the ledger to write, making it when it is not there and migrating it when it is older.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program wrote it; the engine's words otherwise.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        private(path);
        Self::prepare(connection)
    }

    /// A ledger in memory, for tests.
    ///
    /// # Errors
    /// The engine's words.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(Duration::from_secs(10))?;
        let known = MIGRATIONS.len() as i64;
        // Before anything is written: a newer program's file, or no ledger at all, stays as it is.
        let found = version(&connection)?;
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // NORMAL may lose the newest commits at a power cut; a lost claim is a letter sent twice.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // A long plan passes through the log once; `status` copies the log, and need not copy that.
        connection.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
        // What moves within the file leaves no copy behind: a page's root once held readers that are erased later.
        connection.pragma_update(None, "secure_delete", "FAST")?;
        connection.set_prepared_statement_cache_capacity(64);
        // Else a statement whose plan might hang on what is bound to it is planned anew whenever it comes from the cache.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if found < known {
            migrate(&mut connection)?;
        }
        Ok(Self {
            connection,
            looked_at: None,
            _copy: None,
        })
    }

    /// Opens the ledger to read, without making or changing any file beside it; `None` when there is none, or none
    /// with anything in it.
    ///
    /// With no write-ahead log the file is all there is. With one, a sender is at work or was cut down: the files are
    /// copied aside and read there, so that not even a lock file appears. Once a ledger that is read in its place is
    /// written to, every reading says [`StoreError::Changed`].
    ///
    /// # Errors
    /// As [`PeekError`] says.
    pub fn peek(path: &Path) -> Result<Option<Self>, PeekError> {
        for _ in 0..20 {
            let before = Stamps::of(path).map_err(PeekError::Unknown)?;
            if !before.is_there() {
                return Ok(None);
            }
            let mut store = if before.has_log() {
                Self::copied_aside(path)?
            } else {
                Self::immutable(path, &before)?
            };
            let found = version(&store.connection)?;
            let known = MIGRATIONS.len() as i64;
            if (1..known).contains(&found) {
                // An older program's: read through a copy in the newest shape; the file itself is the next send's.
                if !before.has_log() {
                    store = Self::copied_aside(path)?;
                }
                migrate(&mut store.connection)?;
            }
            if before.still_hold() {
                if found > known {
                    return Err(StoreError::Newer { found, known }.into());
                }
                // A first run that was cut down, or had no room, before it made the tables: nothing is in it.
                return Ok((found > 0).then_some(store));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(PeekError::Changing)
    }

    /// Opens the ledger to read, for whoever holds the lock of those who write: its files stay as they are, and are not
    /// copied, however large, unless an older program wrote them. `None` when there is none.
    ///
    /// # Errors
    /// As [`PeekError`] says.
    pub fn glance(path: &Path) -> Result<Option<Self>, PeekError> {
        let files = Stamps::of(path).map_err(PeekError::Unknown)?;
        // A run was cut down: the log is read where it lies, and folded in by whoever opens the ledger next. What cannot
        // be read so (after a power cut there may be a log and no ledger) is looked at as by anybody, and said there.
        if files.has_log()
            && let Ok(Some(store)) = Self::with_its_log(path)
        {
            return Ok(Some(store));
        }
        Self::peek(path)
    }

    /// `None` where an older program wrote it.
    fn with_its_log(path: &Path) -> Result<Option<Self>, PeekError> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let is_ours = version(&connection)? == MIGRATIONS.len() as i64;
        Ok(is_ours.then_some(Self {
            connection,
            looked_at: None,
            _copy: None,
        }))
    }

    fn immutable(path: &Path, files: &Stamps) -> Result<Self, PeekError> {
        // `immutable` promises that nothing changes: SQLite then makes no `-wal` and no `-shm`, and never looks whether the
        // pages it holds still stand in the file.
        let uri = format!("file:{}?immutable=1", percent_encode(path));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(uri, flags)?;
        Ok(Self {
            connection,
            looked_at: Some(files.clone()),
            _copy: None,
        })
    }

    fn copied_aside(path: &Path) -> Result<Self, PeekError> {
        let log = log_of(path);
        let folder = tempfile::Builder::new()
            .prefix("overblik-ledger")
            .tempdir()?;
        let copy = folder.path().join("ledger.db");
        fs::copy(path, &copy)?;
        if log.exists() {
            fs::copy(&log, log_of(&copy))?;
        }
        let connection = Connection::open_with_flags(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Self {
            connection,
            looked_at: None,
            _copy: Some(folder),
        })
    }
}

/// Brings a ledger to the newest version, in one transaction.
fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The ledger holds addresses: its owner alone reads it. Best effort: some file systems have no modes.
fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// A path as the path of a `file:` URI (RFC 3986 §2.1).
fn percent_encode(path: &Path) -> String {
    path.to_string_lossy()
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
