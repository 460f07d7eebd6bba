//! How the work on a connection ended, and what that tells of the relay.

use super::standing::Kind;
use crate::transport::{Job, SendError};

/// How the work on a connection ended.
pub(super) struct End {
    pub(super) leave: Leave,
    /// What it tells of the relay.
    pub(super) trouble: Option<Trouble>,
}

/// How a connection is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// No more letters come, or none for this relay.
    NoMore,
    /// With a goodbye: it has carried as many as it should, or another is better now.
    Quits,
    /// Without a word: it is not to be used any more.
    Drops,
}

/// What went wrong with the relay.
pub(super) struct Trouble {
    pub(super) kind: Kind,
    /// In the relay's words, where it has said any.
    pub(super) words: String,
    /// The letter it was told about, of which nothing was handed over, and what became of it if no other relay takes
    /// it.
    pub(super) held: Option<(Job, SendError)>,
}

impl Leave {
    /// Nothing is wrong with the relay.
    pub(super) fn at_ease(self) -> End {
        End {
            leave: self,
            trouble: None,
        }
    }

    /// The relay is in trouble; its letter is settled.
    pub(super) fn in_trouble(self, kind: Kind, words: String) -> End {
        let held = None;
        End {
            leave: self,
            trouble: Some(Trouble { kind, words, held }),
        }
    }

    /// The relay is in trouble, and the letter may go elsewhere.
    pub(super) fn holding(self, kind: Kind, job: Job, error: SendError) -> End {
        let words = error.to_string();
        let held = Some((job, error));
        End {
            leave: self,
            trouble: Some(Trouble { kind, words, held }),
        }
    }
}
