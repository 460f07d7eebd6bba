//! A planned edit of one file: shown, proven, written.

use std::{io, path::PathBuf};

use super::{EditError, diff};
use crate::{
    domain::subscriber::Subscriber,
    roster::{
        cut::{Chunk, cut},
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
        if FileStamp::of(&self.path).ok().as_ref() != Some(stamp) {
            return Ok(false);
        }
        prepared.commit().map_err(write)?;
        Ok(true)
    }

    /// The readers of a text as they stand; `None` for a faulty entry.
    pub(super) fn readers(
        &self,
        text: &str,
        known: &Known,
    ) -> Result<Vec<Option<Subscriber>>, EditError> {
        let cut = cut(text).map_err(|_| EditError::Unproven(self.shown.clone()))?;
        let read = |chunk: &Chunk| {
            let text = chunk.of(text);
            Entry::read(text, chunk.header, chunk.line, known)
                .reader
                .ok()
        };
        Ok(cut.chunks.iter().map(read).collect())
    }

    /// The change, if its new text reads as expected.
    pub(super) fn proven(
        self,
        expected: &[Option<Subscriber>],
        known: &Known,
    ) -> Result<Self, EditError> {
        if self.readers(&self.after, known)? == expected {
            Ok(self)
        } else {
            Err(EditError::Unproven(self.shown))
        }
    }
}
