//! What edits took away, kept so that the last of them can be taken back: `state/undo`, one file an edit.
//!
//! A copy is durable before its edit is made. One whose edit was never made, because the process was killed in
//! between, is passed over.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Change, EditError,
    adding::{self, NOTE},
    refused,
    splice::{Mark, Splice},
};
use crate::{
    domain::fault::Fault,
    roster::{file::ListFile, folder::Folder, known::Known},
    store::atomic::prepare,
};

/// How many edits can be taken back.
const KEPT: usize = 20;

/// Where edits are kept, and what the next one is.
#[derive(Debug, Clone)]
pub struct Keeping {
    /// The folder, `state/undo`.
    pub folder: PathBuf,
    /// The command's verb, for people.
    pub act: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An edit that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The command's verb.
    pub act: String,
    files: Vec<Taken>,
}

/// What it did to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Taken {
    file: PathBuf,
    at: usize,
    removed: String,
    put: usize,
    above: usize,
    below: usize,
    length: usize,
    hash: String,
    /// The text, of an edit that put it at the end of a file which stayed in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    added: Option<String>,
}

/// What was put at the end of a file too long to be held.
#[derive(Debug, Clone)]
pub(crate) struct Appended {
    /// The file's name in its folder.
    pub(crate) file: PathBuf,
    /// The old length in octets.
    pub(crate) at: usize,
    /// How many octets were put there.
    pub(crate) put: usize,
    /// How many octets above them the hash takes in, at most `AROUND`.
    pub(crate) above: usize,
    /// SHA-256 of both.
    pub(crate) hash: String,
}

/// The edit to be taken back, and how.
#[derive(Debug)]
pub struct Undoing {
    /// The edit.
    pub step: Step,
    /// What takes it back.
    pub changes: Vec<Change>,
    kept: PathBuf,
}

impl Keeping {
    /// Keeps what changes take away; gives the copy's file. Of many, the oldest go.
    pub(super) fn keep(&self, changes: &[Change]) -> Result<PathBuf, EditError> {
        self.keep_taken(changes.iter().map(Taken::of).collect())
    }

    /// An edit is made: from now on it can be taken back.
    pub(super) fn made(&self, kept: &Path) -> Result<(), EditError> {
        match kept.ends_with(NOTE) {
            true => number(&self.folder, kept).map_err(|source| self.unkept(source)),
            false => Ok(()),
        }
    }

    /// An edit failed midway.
    pub(super) fn failed(&self, folder: &Folder, kept: &Path) {
        // What cannot be cleared up now is by the next command, and passed over until then.
        match kept.ends_with(NOTE) {
            true => {
                let _ = adding::settle(folder, &self.folder);
            }
            false => Self::drop(kept),
        }
    }

    /// The same for what was put at the end of a file.
    pub(crate) fn keep_appended(&self, appended: &Appended) -> Result<PathBuf, EditError> {
        self.keep_taken(vec![Taken {
            file: appended.file.clone(),
            at: appended.at,
            removed: String::new(),
            put: appended.put,
            above: appended.above,
            below: 0,
            length: appended.at + appended.put,
            hash: appended.hash.clone(),
            added: None,
        }])
    }

    fn keep_taken(&self, files: Vec<Taken>) -> Result<PathBuf, EditError> {
        let is_note = files.iter().any(|taken| taken.added.is_some());
        let step = Step {
            at: self.at,
            act: self.act.clone(),
            files,
        };
        let write = || -> io::Result<PathBuf> {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&self.folder)?;
            let copies = copies(&self.folder)?;
            for (_, old) in copies.iter().rev().skip(KEPT - 1) {
                fs::remove_file(old)?;
            }
            let path = match is_note {
                true => self.folder.join(NOTE),
                false => next(&self.folder)?,
            };
            prepare_private(&path, &serde_json::to_vec(&step)?)?;
            Ok(path)
        };
        write().map_err(|source| self.unkept(source))
    }

    fn unkept(&self, source: io::Error) -> EditError {
        EditError::Write {
            path: self.folder.display().to_string(),
            source,
        }
    }

    /// Drops a copy whose edit was not made.
    pub(crate) fn drop(path: &Path) {
        // A copy left behind is passed over.
        let _ = fs::remove_file(path);
    }
}

/// Makes the note of an edit that is made the newest copy.
pub(super) fn number(folder: &Path, note: &Path) -> io::Result<()> {
    fs::rename(note, next(folder)?)
}

/// The file of the next copy.
fn next(folder: &Path) -> io::Result<PathBuf> {
    let copies = copies(folder)?;
    let number = copies.last().map_or(1, |(number, _)| number + 1);
    Ok(folder.join(format!("{number:06}.json")))
}

/// How the last edit is taken back. What a hand changed since in other places of its files stays.
///
/// # Errors
/// There is none, or what it wrote has been changed since.
pub fn plan_undo(folder: &Folder, known: &Known, kept: &Path) -> Result<Undoing, EditError> {
    let unreadable = |source| EditError::Write {
        path: kept.display().to_string(),
        source,
    };
    for (_, path) in copies(kept).map_err(unreadable)?.into_iter().rev() {
        let bytes = fs::read(&path).map_err(unreadable)?;
        let step: Step =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(error.into()))?;
        let mut changes = Vec::new();
        for taken in &step.files {
            changes.extend(taken.change(folder, known, &step)?);
        }
        if !changes.is_empty() {
            return Ok(Undoing {
                step,
                changes,
                kept: path,
            });
        }
    }
    Err(refused(
        Fault::error("no edit is kept that could be taken back").remedy(
            "look into the history of the subscriber files, where they are under version control",
        ),
    ))
}

impl Undoing {
    /// Takes the edit back, and forgets it.
    ///
    /// # Errors
    /// A file that changed just now, or that cannot be written.
    pub fn apply(self) -> Result<Vec<Change>, EditError> {
        for change in &self.changes {
            if !change.apply()? {
                return Err(EditError::Restless(change.shown.clone()));
            }
        }
        Keeping::drop(&self.kept);
        Ok(self.changes)
    }
}

/// Erases every copy.
///
/// # Errors
/// What the file system says; some copies may be left.
pub fn erase_copies(kept: &Path) -> io::Result<usize> {
    let copies = copies(kept)?;
    for (_, path) in &copies {
        fs::remove_file(path)?;
    }
    Ok(copies.len())
}

/// The copies that are kept, oldest first, as text: each may name readers.
///
/// # Errors
/// What the file system says.
pub fn copies_text(kept: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    copies(kept)?
        .into_iter()
        .map(|(_, path)| Ok((path.clone(), fs::read_to_string(path)?)))
        .collect()
}

impl Taken {
    fn of(change: &Change) -> Self {
        let splice = Splice::between(&change.before, &change.after);
        let mark = splice.mark(&change.after);
        let unread = change.above.unwrap_or_default().octets;
        Self {
            file: change.path.file_name().unwrap_or_default().into(),
            at: unread + splice.at,
            removed: splice.removed,
            put: splice.put,
            above: mark.above,
            below: mark.below,
            length: unread + mark.length,
            hash: mark.hash,
            added: change.added().map(str::to_owned),
        }
    }

    /// What takes it back; `None` when it was never made.
    fn change(
        &self,
        folder: &Folder,
        known: &Known,
        step: &Step,
    ) -> Result<Option<Change>, EditError> {
        let path = folder.path.join(&self.file);
        if !path.exists() {
            return Ok(None);
        }
        let file = ListFile::read(folder, &self.file, known).map_err(refused)?;
        let splice = Splice {
            at: self.at,
            removed: self.removed.clone(),
            put: self.put,
        };
        let mark = Mark {
            above: self.above,
            below: self.below,
            length: self.length,
            hash: self.hash.clone(),
        };
        let Some(at) = splice.found(&mark, &file.text) else {
            let before = self.length - self.put + self.removed.len();
            let stands = file.text.get(self.at..self.at + self.removed.len());
            if file.text.len() == before && stands == Some(&self.removed) {
                return Ok(None);
            }
            let when = step.at.to_rfc3339_opts(SecondsFormat::Secs, true);
            return Err(refused(
                Fault::error(format!(
                    "what `{}` wrote here at {when} has been changed since",
                    step.act
                ))
                .in_file(file.shown)
                .remedy("change it back by hand; nothing was taken back"),
            ));
        };
        let after = splice.undone(at, &file.text);
        let line = 1 + after[..at].bytes().filter(|byte| *byte == b'\n').count();
        Ok(Some(Change {
            shown: file.shown,
            lines: vec![line],
            path,
            stamp: Some(file.stamp),
            above: None,
            before: file.text,
            after,
        }))
    }
}

/// The copies, oldest first.
fn copies(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut copies = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let is_copy = path
            .extension()
            .is_some_and(|extension| extension == "json");
        let number = path
            .file_stem()
            .and_then(|stem| stem.to_str()?.parse().ok());
        if let (true, Some(number)) = (is_copy, number) {
            copies.push((number, path));
        }
    }
    copies.sort();
    Ok(copies)
}

/// Writes a file that only its owner may read.
fn prepare_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let prepared = prepare(path, bytes)?;
    prepared.restrict(Permissions::from_mode(0o600))?;
    prepared.commit()
}
