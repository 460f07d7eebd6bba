//! A planned edit of one file: shown, proven, written.

use std::{fs, io, ops::Range, path::PathBuf};

use super::{EditError, adding, diff, end::Above};
use crate::{
    domain::subscriber::Subscriber,
    roster::{
        cut::{Chunk, Header, cut},
        defaults::Defaults,
        entry::Entry,
        folder::FileStamp,
        known::Known,
    },
    store::atomic::prepare,
};

/// One file before and after an edit.
#[derive(Debug, Clone)]
pub struct Change {
    /// The file, as messages show it.
    pub shown: String,
    /// The lines on which the entries begin that come (in the new text) or go (in the old).
    pub lines: Vec<usize>,
    pub(super) path: PathBuf,
    pub(super) stamp: Option<FileStamp>,
    /// Of a file that is added to: what stands above both texts in it, unread. `None` of one that is written anew.
    pub(super) above: Option<Above>,
    pub(super) before: String,
    pub(super) after: String,
}

impl Change {
    /// The change as a unified diff. It shows the address: it is data, not a message.
    pub fn diff(&self) -> String {
        let lines = self.above.unwrap_or_default().lines;
        diff::unified(&self.shown, lines, &self.before, &self.after)
    }

    /// What is put at the end of a file that is added to.
    pub(super) fn added(&self) -> Option<&str> {
        self.above?;
        self.after.strip_prefix(self.before.as_str())
    }

    /// Whether what was to be added stands somewhere in the file.
    pub(super) fn was_taken_over(&self) -> bool {
        let text = fs::read(&self.path);
        let finds = |text: Vec<u8>| {
            let added = self.added().map(|added| added.trim_ascii().as_bytes());
            added.is_some_and(|added| memchr::memmem::find(&text, added).is_some())
        };
        text.is_ok_and(finds)
    }

    /// Whether it is a change of the file that was looked at.
    pub(super) fn is_of(&self, stamp: &FileStamp) -> bool {
        self.path.file_name() == Some(&stamp.name)
    }

    /// Whether it may have left the file as it is now: of one that was added to, whether it is the same and grew by no
    /// more.
    pub(super) fn leaves(&self, now: &FileStamp) -> bool {
        let place = |stamp: &FileStamp| (stamp.device, stamp.inode);
        let grew = (self.stamp.as_ref()).zip(self.added());
        grew.is_some_and(|(before, added)| {
            place(before) == place(now) && before.size + added.len() as u64 == now.size
        })
    }

    /// Replaces the file, or adds to it, unless it is no longer the one that was read: then says `false`.
    pub(super) fn apply(&self) -> Result<bool, EditError> {
        let write = |source| EditError::Write {
            path: self.shown.clone(),
            source,
        };
        if let (Some(stamp), Some(text)) = (&self.stamp, self.added()) {
            return adding::append(&self.path, stamp, text).map_err(write);
        }
        let prepared = prepare(&self.path, self.after.as_bytes()).map_err(write)?;
        let Some(stamp) = &self.stamp else {
            return match prepared.commit_new() {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(write(error)),
            };
        };
        prepared
            .commit_over(|path| stamp.is_of(path))
            .map_err(write)
    }

    /// Proves that what is added to a file that can be cut is one entry, and that it reads as it should. What stands
    /// above it ends no line and opens nothing that could take it in.
    pub(super) fn proven_added(
        self,
        reader: &Subscriber,
        known: &Known,
    ) -> Result<Self, EditError> {
        let is_proven = self.added().is_some_and(|text| {
            let chunks = cut(text).map(|cut| cut.chunks);
            chunks.is_ok_and(|chunks| match chunks.as_slice() {
                [chunk] => reads_as(chunk, chunk.of(text), known, reader),
                _ => false,
            })
        });
        match is_proven {
            true => Ok(self),
            false => Err(EditError::Unproven(self.shown)),
        }
    }

    /// Proves that the new text, cut anew, has the entries it should have, each as it should be.
    pub(super) fn proven(
        self,
        expected: impl IntoIterator<Item = Stands>,
        known: &Known,
    ) -> Result<Self, EditError> {
        let cut = cut(&self.after).map_err(|_| EditError::Unproven(self.shown.clone()))?;
        let defaults = Defaults::read(cut.preamble(&self.after), known);
        let Ok(defaults) = defaults.map(Option::unwrap_or_default) else {
            return Err(EditError::Unproven(self.shown));
        };
        let known = defaults.over(known);
        let mut chunks = cut.chunks.iter();
        let all = expected.into_iter().all(|stands| {
            chunks.next().is_some_and(|chunk| {
                let text = chunk.of(&self.after);
                match stands {
                    Stands::Kept(old) => text.trim_end() == self.before[old].trim_end(),
                    Stands::AsItReads(old, header) => {
                        let old = &self.before[old];
                        match Entry::read(old, header, 1, &known).reader {
                            Ok(reader) => reads_as(chunk, text, &known, &reader),
                            Err(_) => words(text).eq(words(old)),
                        }
                    }
                    Stands::Reads(reader) => reads_as(chunk, text, &known, &reader),
                }
            })
        });
        if all && chunks.next().is_none() {
            Ok(self)
        } else {
            Err(EditError::Unproven(self.shown))
        }
    }
}

fn reads_as(chunk: &Chunk, text: &str, known: &Known, reader: &Subscriber) -> bool {
    let entry = Entry::read(text, chunk.header, chunk.line, known);
    entry.reader.is_ok_and(|read| read == *reader)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_ascii_whitespace()
}

/// What an entry of the new text should be.
#[derive(Debug, Clone)]
pub(super) enum Stands {
    /// An old one, to the byte: its place in the old text.
    Kept(Range<usize>),
    /// An old one, as it reads; one that does not, to the byte but for blanks and line ends.
    AsItReads(Range<usize>, Header),
    /// A reader.
    Reads(Box<Subscriber>),
}

impl Stands {
    /// An entry that stays as it is.
    pub(super) fn kept(chunk: &Chunk) -> Self {
        Self::Kept(chunk.start..chunk.own.end)
    }
}
