//! A planned edit of one file: shown, proven, written.

use std::{io, ops::Range, path::PathBuf};

use super::{EditError, diff};
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
    pub(super) before: String,
    pub(super) after: String,
}

impl Change {
    /// The change as a unified diff. It shows the address: it is data, not a message.
    pub fn diff(&self) -> String {
        diff::unified(&self.shown, &self.before, &self.after)
    }

    /// Replaces the file, unless it is no longer the one that was read: then says `false`.
    pub(super) fn apply(&self) -> Result<bool, EditError> {
        let write = |source| EditError::Write {
            path: self.shown.clone(),
            source,
        };
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
