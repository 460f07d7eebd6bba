//! What is kept of a source on the web: its newest sound copy, earlier ones that hold what has left it since, and how
//! the last asking went. Every file is written aside and put in place at once, so a cut leaves the one before.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::get::Validators;

/// The most earlier copies, and the most octets of them.
const MAX_EARLIER: usize = 60;
const MAX_EARLIER_BYTES: u64 = 50 * 1024 * 1024;
/// How long an earlier copy is kept: longer than any article is late.
const KEPT_DAYS: i64 = 61;
const NEWEST: &str = "newest";
const NOTE: &str = "asked.json";

/// One sound copy of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Copy {
    /// What is known of it.
    pub label: Label,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// What stands on a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::source) struct Label {
    /// The source's `url` when it was fetched.
    pub url: Url,
    /// Where it came from in the end.
    pub address: Url,
    /// What the server called its encoding.
    pub charset: Option<String>,
    /// What it is known by.
    pub validators: Validators,
    /// When it was fetched.
    pub fetched: DateTime<Utc>,
}

/// How the last asking went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::source) struct Note {
    /// The source's `url` when it was asked.
    pub url: Url,
    /// When it was asked.
    pub asked: DateTime<Utc>,
    /// Before when its host does not want to be asked again.
    pub not_before: Option<DateTime<Utc>>,
    /// Why nothing came of it.
    pub failure: Option<String>,
    /// Where the source has moved for good.
    pub moved: Option<Url>,
}

/// What becomes of the copy that was the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Past {
    /// It holds what the new one does not.
    Kept,
    /// All of it is in the new one.
    Dropped,
}

/// The shelf of one source.
#[derive(Debug, Clone)]
pub(in crate::source) struct Shelf {
    folder: PathBuf,
    url: Url,
}

impl Shelf {
    /// The shelf of a source's name and present address, whether anything is on it or not.
    pub(in crate::source) fn of(cache: &Path, name: &str, url: &Url) -> Self {
        Self::at(cache.join("sources").join(name), url)
    }

    /// The shelf of what lies at an address, in a folder of its own under the cache.
    pub(in crate::source) fn at(folder: PathBuf, url: &Url) -> Self {
        Self {
            folder,
            url: url.clone(),
        }
    }

    /// The newest sound copy. One of another address is none, nor is one that was damaged.
    pub(in crate::source) fn newest(&self) -> Option<Copy> {
        self.copy(&self.folder.join(NEWEST))
    }

    /// Earlier copies, the newest first.
    pub(in crate::source) fn earlier(&self) -> Vec<Copy> {
        self.earlier_files()
            .iter()
            .filter_map(|path| self.copy(path))
            .collect()
    }

    /// How the last asking went.
    pub(in crate::source) fn note(&self) -> Option<Note> {
        let text = fs::read_to_string(self.folder.join(NOTE)).ok()?;
        serde_json::from_str(&text)
            .ok()
            .filter(|note: &Note| note.url == self.url)
    }

    /// Writes down how asking went.
    ///
    /// # Errors
    /// What the file system says.
    pub(in crate::source) fn write_note(&self, note: &Note) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(note)?;
        self.write(NOTE, &[&text])
    }

    /// Puts a new copy in the place of the newest.
    ///
    /// # Errors
    /// What the file system says; the copies that were there stay.
    pub(in crate::source) fn put(&self, copy: &Copy, past: Past) -> io::Result<()> {
        let newest = self.folder.join(NEWEST);
        if past == Past::Kept
            && let Some(before) = self.newest()
        {
            let name = format!(
                "earlier-{:013}",
                before.label.fetched.timestamp_millis().max(0)
            );
            // A link: at no moment is there no newest copy. Where links are not to be had it is copied.
            let earlier = self.folder.join(name);
            if fs::hard_link(&newest, &earlier).is_err() && !earlier.exists() {
                fs::copy(&newest, earlier)?;
            }
        }
        let label = serde_json::to_vec(&copy.label)?;
        self.write(NEWEST, &[&label, b"\n", &copy.bytes])?;
        self.clear(copy.label.fetched);
        Ok(())
    }

    /// Takes away earlier copies that are too old, too many or too much. What cannot be taken away stays.
    fn clear(&self, now: DateTime<Utc>) {
        let oldest = (now - Duration::days(KEPT_DAYS)).timestamp_millis();
        let mut bytes = 0;
        for (index, path) in self.earlier_files().iter().enumerate() {
            bytes += fs::metadata(path).map_or(0, |data| data.len());
            let old = instant_of(path).is_none_or(|instant| instant < oldest);
            if old || index >= MAX_EARLIER || bytes > MAX_EARLIER_BYTES {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn earlier_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| instant_of(path).is_some())
            .collect();
        files.sort_by_key(|path| std::cmp::Reverse(instant_of(path)));
        files
    }

    fn copy(&self, path: &Path) -> Option<Copy> {
        let mut bytes = fs::read(path).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let label: Label = serde_json::from_slice(&bytes[..end]).ok()?;
        bytes.drain(..=end);
        (label.url == self.url).then_some(Copy { label, bytes })
    }

    fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.as_file().sync_all()?;
        file.persist(self.folder.join(name))?;
        Ok(())
    }
}

/// The instant in an earlier copy's name, in milliseconds since 1970.
fn instant_of(path: &Path) -> Option<i64> {
    path.file_name()?
        .to_str()?
        .strip_prefix("earlier-")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(text: &str, fetched: &str) -> Copy {
        let url: Url = "https://a.example/feed".parse().unwrap();
        Copy {
            label: Label {
                address: url.clone(),
                url,
                charset: None,
                validators: Validators::default(),
                fetched: fetched.parse().unwrap(),
            },
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_newest_copy_is_given_back_with_the_earlier_ones_that_are_to_be_kept() {
        let cache = tempfile::tempdir().unwrap();
        let first = copy("en\n\0\n", "2026-11-20T12:00:00Z");
        let shelf = Shelf::of(cache.path(), "a", &first.label.url);
        assert_eq!((shelf.newest(), shelf.note()), (None, None));
        shelf.put(&first, Past::Kept).unwrap();
        assert_eq!(shelf.newest(), Some(first.clone()));
        let second = copy("to", "2026-11-21T12:00:00Z");
        shelf.put(&second, Past::Kept).unwrap();
        let third = copy("tre", "2026-11-22T12:00:00Z");
        shelf.put(&third, Past::Dropped).unwrap();
        assert_eq!(shelf.newest(), Some(third));
        assert_eq!(shelf.earlier(), [first]);
        shelf
            .put(&copy("fire", "2027-03-01T12:00:00Z"), Past::Dropped)
            .unwrap();
        assert_eq!(shelf.earlier(), []);
    }

    #[test]
    fn a_copy_of_another_address_or_cut_in_two_is_none() {
        let cache = tempfile::tempdir().unwrap();
        let kept = copy("en", "2026-11-20T12:00:00Z");
        let shelf = Shelf::of(cache.path(), "a", &kept.label.url);
        shelf.put(&kept, Past::Kept).unwrap();
        let elsewhere: Url = "https://b.example/feed".parse().unwrap();
        assert_eq!(Shelf::of(cache.path(), "a", &elsewhere).newest(), None);
        fs::write(cache.path().join("sources/a/newest"), b"{\"url\":").unwrap();
        assert_eq!(shelf.newest(), None);
        shelf.put(&kept, Past::Kept).unwrap();
        assert_eq!(shelf.newest(), Some(kept));
    }

    #[test]
    fn copies_are_bounded_in_number() {
        let cache = tempfile::tempdir().unwrap();
        let url = copy("", "2026-11-20T12:00:00Z").label.url;
        let shelf = Shelf::of(cache.path(), "a", &url);
        for minute in 0..MAX_EARLIER + 9 {
            let mut next = copy("x", "2026-11-20T12:00:00Z");
            next.label.fetched += Duration::minutes(i64::try_from(minute).unwrap());
            shelf.put(&next, Past::Kept).unwrap();
        }
        assert_eq!(shelf.earlier().len(), MAX_EARLIER);
    }
}
