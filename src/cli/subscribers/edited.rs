//! What the editing commands share: the lock, the dry run, the report.

use std::{fs, io, path::Path};

use clap::Args;
use serde::Serialize;

use super::Place;
use crate::{
    cli::{Exit, Failure, Session},
    domain::{address::Address, fault::Fault},
    roster::edit::{Change, EditError, Keeping, make, settle},
    store::lock::{Lock, LockError},
};

#[derive(Serialize)]
struct Document<'a> {
    dry_run: bool,
    changes: Vec<ChangedFile<'a>>,
}

#[derive(Serialize)]
struct ChangedFile<'a> {
    path: &'a str,
    lines: &'a [usize],
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

/// An edit of one reader's entry, in words.
pub(super) struct Act<'a> {
    /// What `undo` calls it.
    pub(super) name: &'static str,
    /// What is said of it, before the address.
    pub(super) verb: &'static str,
    /// Whose entry.
    pub(super) address: &'a Address,
}

/// Whether an edit is shown or made.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Trial {
    /// Show the change and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl Act<'_> {
    /// Does what the plan says, or shows it.
    ///
    /// # Errors
    /// As [`write`].
    pub(super) fn carry_out(
        &self,
        session: &Session,
        place: &Place,
        trial: Trial,
        mut plan: impl FnMut() -> Result<Vec<Change>, EditError>,
    ) -> Result<Exit, Failure> {
        if trial.dry_run {
            return Ok(show(session, &plan().map_err(failure)?));
        }
        let changes = write(place, self.name, plan)?;
        Ok(report(session, self.verb, &self.address.masked(), &changes))
    }
}

/// Writes what the plan says, under the lock that keeps other commands out.
///
/// # Errors
/// Another command holds the lock (exit 5), or the plan is refused.
pub(super) fn write(
    place: &Place,
    act: &str,
    plan: impl FnMut() -> Result<Vec<Change>, EditError>,
) -> Result<Vec<Change>, Failure> {
    let _lock = lock(place)?;
    write_locked(place, act, plan)
}

/// The same by whoever holds the lock.
///
/// # Errors
/// The plan is refused.
pub(super) fn write_locked(
    place: &Place,
    act: &str,
    plan: impl FnMut() -> Result<Vec<Change>, EditError>,
) -> Result<Vec<Change>, Failure> {
    let keeping = Keeping {
        folder: place.state.undo(),
        act: act.to_owned(),
        at: place.now,
    };
    make(&place.folder, &keeping, plan).map_err(failure)
}

/// Keeps other commands out while it is held, and clears up after those that were killed.
///
/// # Errors
/// Another command holds the lock (exit 5), or it cannot be taken.
pub(super) fn lock(place: &Place) -> Result<Lock, Failure> {
    let lock =
        Lock::take(&place.state.subscribers_lock(), place.now).map_err(|error| locked(&error))?;
    let copies = place.state.undo();
    // What is half written names readers, and nobody would ever look for it.
    erase_leftovers(&place.folder.path)
        .and_then(|()| erase_leftovers(&copies))
        .and_then(|()| settle(&place.folder, &copies))
        .map_err(|error| Failure::ours("clearing up after a killed command", &error))?;
    Ok(lock)
}

/// Takes away what killed commands left half written; under the lock nobody is writing.
fn erase_leftovers(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(".overblik-") && name.ends_with(".tmp") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Tells what was written: in words that begin with the verb, or as JSON.
pub(super) fn report(session: &Session, verb: &str, masked: &str, changes: &[Change]) -> Exit {
    if session.global.json {
        print(session, changes, false);
    } else if changes.is_empty() {
        session.say(&format!("`{masked}`: nothing to change"));
    } else {
        for change in changes {
            for line in &change.lines {
                session.say(&format!("{verb} `{masked}`: {}:{line}", change.shown));
            }
        }
    }
    Exit::Done
}

/// Shows what would be written, and writes nothing.
pub(super) fn show(session: &Session, changes: &[Change]) -> Exit {
    if session.global.json {
        print(session, changes, true);
    } else {
        for change in changes {
            session.data(&change.diff());
        }
    }
    Exit::Done
}

fn print(session: &Session, changes: &[Change], dry_run: bool) {
    let changes = changes
        .iter()
        .map(|change| ChangedFile {
            path: &change.shown,
            lines: &change.lines,
            diff: dry_run.then(|| change.diff()),
        })
        .collect();
    session.json(&Document { dry_run, changes });
}

/// An edit's error as the command's.
pub(super) fn failure(error: EditError) -> Failure {
    match error {
        EditError::Refused(faults) => Failure {
            exit: Exit::Usage,
            faults,
        },
        EditError::Restless(_) => Failure {
            exit: Exit::Ours,
            faults: vec![
                Fault::error(error.to_string()).remedy("run it again when the file is at rest"),
            ],
        },
        EditError::Unproven(_) | EditError::Write { .. } => {
            Failure::ours("nothing was written", &error)
        }
    }
}

fn locked(error: &LockError) -> Failure {
    match error {
        LockError::Held { holder, .. } => Failure {
            exit: Exit::Locked,
            faults: vec![
                Fault::error(format!(
                    "another command is editing the subscriber files: {holder}"
                ))
                .remedy("run it again when that one is done"),
            ],
        },
        LockError::Io { .. } => Failure::ours("nothing was written", error),
    }
}
