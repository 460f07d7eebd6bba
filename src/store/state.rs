//! The state folder: where the ledger, the key, the locks and the readers' own words lie.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use chrono::NaiveDate;

use super::atomic::sync_folder;
use crate::domain::{
    issue::IssueKey,
    key::{KeyRing, SigningKey, hex, unhex},
    secret::Secret,
};

/// The state folder of a newsletter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFolder {
    path: PathBuf,
    key_file: PathBuf,
    /// The key, where config gives it.
    given: Option<Secret>,
    /// The files of keys that signed before.
    old: Vec<PathBuf>,
}

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the signing key cannot be read or written")]
    Io {
        /// The file.
        path: String,
        /// What the file system says.
        source: io::Error,
    },
    /// The file is no key.
    #[error("is no signing key: 64 hex characters are expected")]
    NoKey {
        /// The file.
        path: String,
    },
    /// Others can read it.
    #[error("the signing key can be read by others (mode {mode:o})")]
    Open {
        /// The file.
        path: String,
        /// Its permissions.
        mode: u32,
    },
    /// The key that config gives is none.
    #[error("is no signing key: 64 hex characters are expected")]
    Given,
    /// The ledger knows letters signed with a key that is gone.
    #[error("the signing key is gone, but the ledger is not")]
    Gone {
        /// The file.
        path: String,
    },
}

impl KeyError {
    /// The file; `None` where config gives the key itself.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Given => None,
            Self::Io { path, .. }
            | Self::NoKey { path }
            | Self::Open { path, .. }
            | Self::Gone { path } => Some(path),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        let from_a_copy =
            "put the key back from a copy: a new one would break every link sent so far".to_owned();
        match self {
            Self::Io { .. } => {
                "make room, and let the user that sends read and write it".to_owned()
            }
            Self::Open { path, .. } => format!("let its owner alone read it: `chmod 600 {path}`"),
            Self::NoKey { .. } | Self::Gone { .. } | Self::Given => from_a_copy,
        }
    }
}

impl StateFolder {
    /// The state folder, and the key file where config names one of its own.
    pub fn new(path: PathBuf, key_file: Option<PathBuf>) -> Self {
        let key_file = key_file.unwrap_or_else(|| path.join("key"));
        Self {
            path,
            key_file,
            given: None,
            old: Vec::new(),
        }
    }

    /// With a key that config gives; no file is then read or made.
    #[must_use]
    pub fn with_key(self, given: Option<Secret>) -> Self {
        Self { given, ..self }
    }

    /// With the files of keys that signed before.
    #[must_use]
    pub fn with_old_keys(self, old: Vec<PathBuf>) -> Self {
        Self { old, ..self }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ledger.
    pub fn ledger(&self) -> PathBuf {
        self.path.join("ledger.db")
    }

    /// The lock of whoever sends.
    pub fn send_lock(&self) -> PathBuf {
        self.path.join("send.lock")
    }

    /// The lock of the one that stays up.
    pub fn run_lock(&self) -> PathBuf {
        self.path.join("run.lock")
    }

    /// What the one that stays up says of itself.
    pub fn beat(&self) -> PathBuf {
        self.path.join("run.json")
    }

    /// The lock of whoever edits the subscriber files.
    pub fn subscribers_lock(&self) -> PathBuf {
        self.path.join("subscribers.lock")
    }

    /// What counts as printed without having been.
    pub fn baseline(&self) -> PathBuf {
        self.path.join("baseline.json")
    }

    /// The folder of the holds, a file a date.
    pub fn holds(&self) -> PathBuf {
        self.path.join("holds")
    }

    /// The hold of a date, where a person holds it.
    pub fn hold(&self, date: NaiveDate) -> PathBuf {
        self.holds().join(format!("{date}.json"))
    }

    /// The folder of the approvals, a file an issue.
    pub fn approvals(&self) -> PathBuf {
        self.path.join("approvals")
    }

    /// The approval of an issue, where a person has approved it.
    pub fn approval(&self, issue: IssueKey) -> PathBuf {
        self.approvals().join(format!("{issue}.json"))
    }

    /// What whoever runs the newsletter was told, and when.
    pub fn alerts(&self) -> PathBuf {
        self.path.join("alerts.json")
    }

    /// Where the folder was at home, as programs wrote it that did not yet keep it in the ledger.
    pub fn former_home(&self) -> PathBuf {
        self.path.join("home.json")
    }

    /// What repeats beside the ledger how many runs it has begun.
    pub fn sentinel(&self) -> PathBuf {
        self.path.join("sentinel.json")
    }

    /// The folder that says which rows of issues go first, a file an issue.
    pub fn canaries(&self) -> PathBuf {
        self.path.join("canaries")
    }

    /// Which rows of an issue go first, where some do.
    pub fn canary(&self, issue: IssueKey) -> PathBuf {
        self.canaries().join(format!("{issue}.json"))
    }

    /// Who decided what about issues, and when.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.log")
    }

    /// The issues recorded as missed.
    pub fn missed(&self) -> PathBuf {
        self.path.join("missed.json")
    }

    /// When a run last came to its end with nothing held back.
    pub fn looked(&self) -> PathBuf {
        self.path.join("looked.json")
    }

    /// What edits of the subscriber files took away.
    pub fn undo(&self) -> PathBuf {
        self.path.join("undo")
    }

    /// Which address was changed to which.
    pub fn moves(&self) -> PathBuf {
        self.path.join("moves.log")
    }

    /// The readers' own words.
    pub fn suppressions(&self) -> PathBuf {
        self.path.join("suppressions.log")
    }

    /// Who stands in the subscriber files, kept from one run to the next; without it they are read again.
    pub fn listing(&self) -> PathBuf {
        self.path.join("listing")
    }

    /// What a restore left behind, until a person says that this copy is the real one.
    pub fn restored(&self) -> PathBuf {
        self.path.join("restored.json")
    }

    /// There while a restore is at work, and after one that was cut off.
    pub fn restoring(&self) -> PathBuf {
        self.path.join("restoring")
    }

    /// The file of the signing key; `None` where config gives the key itself.
    pub fn key_file(&self) -> Option<&Path> {
        match self.given {
            Some(_) => None,
            None => Some(&self.key_file),
        }
    }

    /// The signing key; `None` when none has been made.
    ///
    /// # Errors
    /// A file that cannot be read, that others can read, or that is no key.
    pub fn key(&self) -> Result<Option<SigningKey>, KeyError> {
        if let Some(given) = &self.given {
            return parse(given.expose()).map(Some).ok_or(KeyError::Given);
        }
        read_key(&self.key_file)
    }

    /// The keys that signed before.
    ///
    /// # Errors
    /// As [`StateFolder::key`]; and one that is not there.
    pub fn old_keys(&self) -> Result<Vec<SigningKey>, KeyError> {
        let keys = self.old.iter().map(|file| {
            read_key(file)?.ok_or_else(|| KeyError::Io {
                path: file.display().to_string(),
                source: io::ErrorKind::NotFound.into(),
            })
        });
        keys.collect()
    }

    /// A key that signs, with those that did before.
    ///
    /// # Errors
    /// As [`StateFolder::old_keys`].
    pub fn ring(&self, current: SigningKey) -> Result<KeyRing, KeyError> {
        Ok(KeyRing {
            current,
            old: self.old_keys()?,
        })
    }

    /// The signing key, made of `fresh` random bytes when there is none yet and no ledger either.
    ///
    /// # Errors
    /// As [`StateFolder::key`]; and a key that is gone while the ledger is there.
    pub fn key_or_make(&self, fresh: [u8; 32]) -> Result<SigningKey, KeyError> {
        if let Some(key) = self.key()? {
            return Ok(key);
        }
        let path = self.key_file.display().to_string();
        if self.ledger().exists() {
            return Err(KeyError::Gone { path });
        }
        let key = SigningKey::new(fresh);
        match self.write(&key) {
            Ok(()) => Ok(key),
            // Another process made one meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.key()?.ok_or(KeyError::Gone { path })
            }
            Err(source) => Err(KeyError::Io { path, source }),
        }
    }

    /// Makes the folder where it is not there, for its owner alone: what lies in it names readers.
    ///
    /// # Errors
    /// What the file system says.
    pub fn make(&self) -> io::Result<()> {
        private_folder(&self.path)
    }

    fn write(&self, key: &SigningKey) -> io::Result<()> {
        let folder = self.key_file.parent().unwrap_or(&self.path);
        private_folder(folder)?;
        // Whole or not there: half a key would be found by the next run and refused. Its owner's alone from the start.
        let mut file = tempfile::Builder::new()
            .prefix(".overblik-")
            .suffix(".tmp")
            .tempfile_in(folder)?;
        file.write_all(format!("{}\n", hex(key.bytes())).as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(&self.key_file)?;
        sync_folder(folder)
    }
}

/// The key of a file; `None` where there is none.
fn read_key(file: &Path) -> Result<Option<SigningKey>, KeyError> {
    let path = file.display().to_string();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(KeyError::NoKey { path });
        }
        Err(source) => return Err(KeyError::Io { path, source }),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(file).map_or(0, |about| about.permissions().mode());
        if mode & 0o077 != 0 {
            return Err(KeyError::Open {
                path,
                mode: mode & 0o777,
            });
        }
    }
    parse(&text).map(Some).ok_or(KeyError::NoKey { path })
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

fn parse(text: &str) -> Option<SigningKey> {
    let bytes = unhex(text.trim())?;
    Some(SigningKey::new(<[u8; 32]>::try_from(bytes).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().join("state"), None);
        assert!(state.key().unwrap().is_none());
        let made = state.key_or_make([4; 32]).unwrap();
        assert_eq!(state.key_or_make([5; 32]).unwrap().id(), made.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let file = folder.path().join("state/key");
            assert_eq!(
                fs::metadata(&file).unwrap().permissions().mode() & 0o777,
                0o600
            );
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(
                state.key(),
                Err(KeyError::Open { mode: 0o644, .. })
            ));
        }
    }

    #[test]
    fn a_key_is_never_seen_half_written_and_of_two_makers_the_first_wins() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().to_owned(), None);
        state.write(&SigningKey::new([4; 32])).unwrap();
        let late = state.write(&SigningKey::new([5; 32])).unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(state.key_or_make([6; 32]).unwrap().bytes(), &[4; 32]);
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[test]
    fn a_key_that_is_gone_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().to_owned(), None);
        fs::write(state.ledger(), "").unwrap();
        assert!(matches!(
            state.key_or_make([4; 32]),
            Err(KeyError::Gone { .. })
        ));
        fs::write(folder.path().join("key"), "kort").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(folder.path().join("key"), fs::Permissions::from_mode(0o600))
                .unwrap();
        }
        assert!(matches!(state.key(), Err(KeyError::NoKey { .. })));
    }

    #[test]
    fn a_key_from_the_environment_needs_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let state = |key: &str| {
            StateFolder::new(folder.path().to_owned(), None).with_key(Some(Secret::new(key)))
        };
        let key = hex(&[6; 32]);
        assert_eq!(state(&key).key_or_make([1; 32]).unwrap().bytes(), &[6; 32]);
        assert!(!folder.path().join("key").exists());
        assert!(matches!(
            state("kort").key_or_make([1; 32]),
            Err(KeyError::Given)
        ));
    }
}
