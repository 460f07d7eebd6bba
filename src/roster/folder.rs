//! The folder of subscriber files, and how it is seen to have changed.

use std::{
    ffi::OsString,
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::SubscribersSettings;

/// Where the subscriber files lie, and how messages name the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// The folder as messages show it: relative to the newsletter's.
    pub shown: String,
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
    /// none, so that its coming and going is a change too.
    pub fn stamps(&self) -> Vec<FileStamp> {
        self.files()
            .unwrap_or_default()
            .iter()
            .filter_map(|name| FileStamp::of(&self.path.join(name)).ok())
            .collect()
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
