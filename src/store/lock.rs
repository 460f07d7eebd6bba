//! Keeps a second run out while one is at work.

use std::{
    fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, SecondsFormat, Utc};

/// A lock held by this process: `state/send.lock`, `state/run.lock`, `state/subscribers.lock`. Released when dropped, and by the
/// kernel when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it (exit 5).
    #[error("another run holds `{}`: {holder}", path.display())]
    Held {
        /// The lock's file.
        path: PathBuf,
        /// Who, as it wrote: `process 4711 since 2026-11-23T06:00:00Z`.
        holder: String,
    },
    /// The lock's file cannot be made or locked.
    #[error("cannot lock `{}`", path.display())]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Lock {
    /// Takes the lock without waiting, and writes who has it since when. A missing folder is made, for its owner alone.
    ///
    /// # Errors
    /// [`LockError::Held`] names the holder.
    pub fn take(path: &Path, now: DateTime<Utc>) -> Result<Self, LockError> {
        let io = |source| LockError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = open(path).map_err(io)?;
        match try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Held {
                    path: path.to_owned(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let since = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        file.set_len(0).map_err(io)?;
        file.write_all(format!("process {} since {since}\n", std::process::id()).as_bytes())
            .map_err(io)?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Whether the file it holds still lies where it was made. Where it does not, the folder was taken away, or another
    /// stands in its place.
    pub fn is_in_place(&self) -> bool {
        let place = |about: std::io::Result<Metadata>| {
            let about = about.ok()?;
            Some((about.dev(), about.ino()))
        };
        let there = place(std::fs::metadata(&self.path));
        there.is_some() && there == place(self.file.metadata())
    }

    /// Whether a process holds the lock now. Looks only; nothing is made or written.
    pub fn is_held(path: &Path) -> bool {
        File::open(path)
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// Somebody who only looks holds the file for a moment: a lock is held when it is held for longer.
fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..5 {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            settled => return settled,
        }
    }
    file.try_lock()
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    // Not truncated: until the lock is ours, the words in it are the holder's.
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

/// What the holder wrote. Between its taking the lock and its writing there is a moment without words.
fn holder(file: &mut File) -> String {
    let mut words = String::new();
    match file.take(200).read_to_string(&mut words) {
        Ok(_) if !words.trim().is_empty() => words.trim().to_owned(),
        _ => "a process that has just begun".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_413_600, 0).unwrap()
    }

    #[test]
    fn the_second_is_told_who_holds_the_lock_and_since_when() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/send.lock");
        let lock = Lock::take(&path, now()).unwrap();
        let Err(LockError::Held { holder, .. }) = Lock::take(&path, now()) else {
            panic!("taken twice");
        };
        let expected = format!("process {} since 2026-11-23T06:00:00Z", std::process::id());
        assert_eq!(holder, expected);
        drop(lock);
        assert!(Lock::take(&path, now()).is_ok());
    }

    #[test]
    fn the_state_folder_and_the_lock_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let _lock = Lock::take(&state.join("send.lock"), now()).unwrap();
        assert_eq!(std::fs::metadata(&state).unwrap().mode() & 0o777, 0o700);
        let mode = std::fs::metadata(state.join("send.lock")).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_lock_knows_when_its_folder_is_gone_and_when_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let (state, aside) = (folder.path().join("state"), folder.path().join("aside"));
        let lock = Lock::take(&state.join("run.lock"), now()).unwrap();
        assert!(lock.is_in_place());
        std::fs::rename(&state, &aside).unwrap();
        assert!(!lock.is_in_place());
        let other = Lock::take(&state.join("run.lock"), now()).unwrap();
        assert!(!lock.is_in_place() && other.is_in_place());
        std::fs::remove_dir_all(&state).unwrap();
        std::fs::rename(&aside, &state).unwrap();
        assert!(lock.is_in_place());
    }

    #[test]
    fn words_of_a_longer_past_do_not_shine_through() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("send.lock");
        std::fs::write(&path, "process 1 since ".repeat(9)).unwrap();
        let _lock = Lock::take(&path, now()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    }
}
