//! Changes the subscriber files, at a person's command.
//!
//! The new text is read back before the file is replaced: it must hold the readers it should hold, and nothing
//! else. A file that changed meanwhile is never overwritten; the edit begins again.

mod add;
mod adding;
mod amend;
mod change;
mod diff;
mod draft;
mod end;
mod files;
mod format;
mod keys;
mod layout;
mod make;
mod presence;
mod remove;
mod splice;
mod text;
#[cfg(test)]
mod trial;
mod undo;

use std::io;

pub use add::plan_add;
pub(super) use adding::part_from;
pub use adding::settle;
pub use amend::{Amendment, plan_amend};
pub use change::Change;
pub use draft::{Draft, DraftConsent};
pub(crate) use files::file_name;
pub use format::plan_format;
pub use make::make;
pub use presence::Presence;
pub use remove::{plan_remove, plan_sweep};
pub(crate) use splice::AROUND;
pub(crate) use undo::Appended;
pub use undo::{Keeping, Step, Undoing, copies_text, erase_copies, plan_undo};

use crate::domain::fault::Fault;

/// Why an edit was not made. Nothing has been written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The request or a file is wrong.
    #[error("the edit is refused")]
    Refused(Vec<Fault>),
    /// The file changed while it was edited, again and again.
    #[error("`{0}` keeps changing while it is edited")]
    Restless(String),
    /// The new text does not read back as the old readers and the one more or less.
    #[error("the edit of `{0}` does not read back and was not written")]
    Unproven(String),
    /// A file cannot be written.
    #[error("`{path}` cannot be written")]
    Write {
        /// The file, as messages show it.
        path: String,
        /// Why.
        source: io::Error,
    },
}

pub(crate) fn refused(fault: Fault) -> EditError {
    EditError::Refused(vec![fault])
}
