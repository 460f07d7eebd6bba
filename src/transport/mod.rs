//! Hands letters over.
//!
//! The seam is an envelope and bytes. A transport says what happened and nothing more; whose fault it is and what
//! becomes of the delivery is judged by [`SendError::consequence`].

pub mod file;
pub mod memory;

use std::{future::Future, io, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    domain::delivery::{Consequence, Reply, Stage, consequence_of},
    letter::Letter,
};

/// What a transport does with the same letter handed over twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redelivery {
    /// The reader gets it once: a letter whose fate is unknown may simply be handed over again.
    Harmless,
    /// The reader gets it twice: a letter whose fate is unknown is doubtful.
    Doubles,
}

/// The transport answered for the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its words.
    pub reply: String,
}

/// Why a letter was not answered for.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A readable refusal.
    #[error("{reply}")]
    Refused {
        /// What it answered.
        stage: Stage,
        /// The refusal.
        reply: Reply,
    },
    /// Cut, timed out, or nonsense came back.
    #[error("{what}")]
    Cut {
        /// Whether the letter's last octet may have left.
        handed_over: bool,
        /// What happened.
        what: String,
    },
    /// Our own disk or machine.
    #[error("{doing}")]
    Local {
        /// What was being done.
        doing: String,
        /// What the machine said.
        #[source]
        source: io::Error,
    },
}

impl SendError {
    /// What it means for the delivery.
    pub fn consequence(&self) -> Consequence {
        match self {
            Self::Refused { stage, reply } => consequence_of(*stage, reply),
            Self::Cut {
                handed_over: false, ..
            } => Consequence::Defer,
            Self::Cut {
                handed_over: true, ..
            } => Consequence::Doubt,
            Self::Local { .. } => Consequence::Wait,
        }
    }
}

/// The seam to whatever carries letters.
pub trait Transport: Sync {
    /// What happens to a letter handed over twice.
    fn redelivery(&self) -> Redelivery;

    /// Hands one letter over. `handing_over` is called before its last octet may leave; when that fails, the letter
    /// must not be finished.
    ///
    /// # Errors
    /// As [`SendError`] says; anything but `Ok` is no success.
    fn send(
        &self,
        letter: &Letter,
        handing_over: &(dyn Fn() -> io::Result<()> + Sync),
    ) -> impl Future<Output = Result<Receipt, SendError>> + Send;
}

/// The `[transport]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransportSettings {
    /// Which transport carries the letters.
    pub kind: TransportKind,
    /// The `[transport.file]` table.
    pub file: FileSettings,
}

/// The transports there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportKind {
    /// One `.eml` file a letter.
    #[default]
    File,
}

/// The `[transport.file]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileSettings {
    /// The folder the letters are written to, relative to the newsletter's folder.
    pub path: PathBuf,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            path: "outbox".into(),
        }
    }
}
