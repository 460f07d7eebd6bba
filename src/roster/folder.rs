//! The folder of subscriber files, and how it is seen to have changed.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata},
    io::{self, Read as _},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{SubscribersSettings, edit, uncuttable};

/// Where the subscriber files lie, and how messages name the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// The folder as messages show it: relative to the newsletter's.
    pub shown: String,
    /// Where edits are kept; what a killed one left half written is noted there.
    copies: Option<PathBuf>,
}

/// A file as far as it counts.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    pub(super) path: PathBuf,
    /// The octet with which it ends, where not all of it counts.
    end: u64,
}

/// What tells that a file is no longer the one that was read: size, times or inode differ. The time of its last change
/// of any sort (`ctime`) is among them, for the other can be set back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStamp {
    pub(super) name: OsString,
    pub(super) size: u64,
    pub(super) modified: (i64, i64),
    pub(super) changed: (i64, i64),
    pub(super) device: u64,
    pub(super) inode: u64,
}

impl Folder {
    /// The folder that config names, in a newsletter's folder.
    pub fn of(newsletter: &Path, settings: &SubscribersSettings) -> Self {
        Self {
            path: newsletter.join(&settings.path),
            shown: settings.path.display().to_string(),
            copies: None,
        }
    }

    /// With the folder in which edits are kept.
    #[must_use]
    pub fn with_copies(self, copies: PathBuf) -> Self {
        Self {
            copies: Some(copies),
            ..self
        }
    }

    /// A file, without what a killed edit left at its end of an entry.
    pub(super) fn extent(&self, name: &Path) -> Extent {
        let copies = self.copies.as_deref();
        let part = copies.and_then(|copies| edit::part_from(copies, &self.path, name));
        Extent {
            path: self.path.join(name),
            end: part.unwrap_or(u64::MAX),
        }
    }

    /// A file of the folder as messages show it: `subscribers/readers.toml`.
    pub fn shown(&self, name: &Path) -> String {
        format!("{}/{}", self.shown.trim_end_matches('/'), name.display())
    }

    /// The names of its `*.toml` files, sorted, hidden ones left out.
    ///
    /// # Errors
    /// The folder is missing or cannot be read.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let name = PathBuf::from(entry?.file_name());
            let hidden = name.as_os_str().as_encoded_bytes().starts_with(b".");
            if !hidden
                && name
                    .extension()
                    .is_some_and(|extension| extension == "toml")
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The stamps of all its files; equal stamps, equal lists. A folder or file that cannot be looked at has
    /// none, so that its going is a change too, and its coming where it can be looked at.
    pub fn stamps(&self) -> Vec<FileStamp> {
        self.files()
            .unwrap_or_default()
            .iter()
            .filter_map(|name| FileStamp::of(&self.path.join(name)).ok())
            .collect()
    }
}

impl Extent {
    /// All of a file.
    pub(super) fn whole(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            end: u64::MAX,
        }
    }

    /// A regular file, opened; opening a pipe would wait for its writer.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] over 512 MiB.
    pub(super) fn open(&self) -> io::Result<io::Take<File>> {
        let metadata = fs::metadata(&self.path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        if metadata.len() > uncuttable::MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(File::open(&self.path)?.take(self.end))
    }
}

impl FileStamp {
    /// Looks at a file; a link is followed.
    ///
    /// # Errors
    /// The file is missing or cannot be looked at.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self::new(path, &fs::metadata(path)?))
    }

    /// Whether a file, whatever its name, is the one that was looked at, unchanged. A new name counts as a change of the
    /// file's place, not of its text.
    pub fn is_of(&self, path: &Path) -> bool {
        Self::of(path).is_ok_and(|found| {
            let named = Self {
                name: self.name.clone(),
                changed: self.changed,
                ..found
            };
            named == *self
        })
    }

    /// Whether what was looked at is the same file, whatever is written in it by now.
    pub(super) fn is_place_of(&self, metadata: &Metadata) -> bool {
        (self.device, self.inode) == (metadata.dev(), metadata.ino())
    }

    fn new(path: &Path, metadata: &Metadata) -> Self {
        Self {
            name: path.file_name().unwrap_or_default().to_owned(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }
}

/// How long before it was read a file must have been left alone. One changed in the same tick of its file system's clock
/// in which it was read looks the same before and after; the coarsest clocks in use tick every two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// Whether a change of any of the files after they were begun to be read is bound to show in its stamp.
pub(super) fn are_settled(stamps: &[FileStamp], begun: SystemTime) -> bool {
    let Some(before) = begun.checked_sub(SETTLED) else {
        return false;
    };
    let before = before.duration_since(SystemTime::UNIX_EPOCH);
    before.is_ok_and(|before| {
        let before = (
            i64::try_from(before.as_secs()).unwrap_or(i64::MAX),
            i64::from(before.subsec_nanos()),
        );
        stamps
            .iter()
            .all(|stamp| stamp.modified.max(stamp.changed) < before)
    })
}
