//! Hands letters over.
//!
//! The seam is an envelope and bytes. A transport says what happened and nothing more; whose fault it is and what
//! becomes of the delivery is judged by [`SendError::consequence`].

mod allowance;
pub mod exchangers;
pub mod file;
pub mod memory;
pub mod smtp;
mod throttle;

use std::{future::Future, io, path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

pub use self::allowance::Allowance;
use self::smtp::settings::SmtpSettings;
use crate::{
    domain::{
        delivery::{Consequence, Reply, Stage, consequence_of},
        key::SubscriberId,
        suppression::SuppressionReason,
    },
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
    /// The relay was not reached, or no session with it came about: nothing of the letter was said.
    #[error("{what}")]
    Unreached {
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
            Self::Unreached { .. } | Self::Local { .. } => Consequence::Wait,
        }
    }

    /// Whether it says that there is no such mailbox, and no further letter need be tried.
    pub fn says_no_mailbox(&self) -> bool {
        match self {
            Self::Refused { stage, reply } => {
                SuppressionReason::of_refusal(*stage, reply).is_some()
            }
            Self::Cut { .. } | Self::Unreached { .. } | Self::Local { .. } => false,
        }
    }

    /// Whether the relay has had the whole letter for good, or may have: one that it refused before the body, or asked to
    /// be given again, has not.
    pub fn may_have_left(&self) -> bool {
        match self {
            Self::Refused { stage, .. } => {
                *stage == Stage::Body && self.consequence() != Consequence::Defer
            }
            Self::Cut { handed_over, .. } => *handed_over,
            Self::Unreached { .. } | Self::Local { .. } => false,
        }
    }
}

/// One letter on its way, under the place its reader has in the plan.
#[derive(Debug)]
pub struct Job {
    /// The delivery.
    pub seq: u64,
    /// How many times it was tried before.
    pub attempts: u32,
    /// Its reader.
    pub reader: SubscriberId,
    /// The letter.
    pub letter: Letter,
    /// The relay it is given to, by name and port, where its letters are counted.
    pub relay: Option<Arc<str>>,
}

/// Where a transport takes its letters from, and where it says what became of them.
pub trait Feed: Sync {
    /// The next letter, waiting while one is being made; `None` when no more are to be begun.
    fn next(&self) -> impl Future<Output = Option<Job>> + Send;

    /// A letter that is ready now, without waiting: for a transport that can send the next with the one before.
    fn ready(&self) -> Option<Job>;

    /// Asks again about a letter that had to wait since it was taken, before it is begun; `None` when it is not to be
    /// begun any more, and has been settled.
    fn still(&self, job: Job) -> Option<Job> {
        Some(job)
    }

    /// Waits until no letter is to be begun any more: somebody said stop, or the run cannot go on. Whoever holds a
    /// letter of which nothing was begun gives it back then.
    fn halted(&self) -> impl Future<Output = ()> + Send;

    /// Waits until it is halted or no letter is left to take, so that a pause need not be waited out. A letter given
    /// back later is for whoever gave it.
    fn over(&self) -> impl Future<Output = ()> + Send;

    /// Marks a letter as handed over; called before its last octet may leave.
    ///
    /// # Errors
    /// The mark cannot be written: the letter must then not be finished.
    fn handing_over(&self, job: &Job) -> io::Result<()>;

    /// Says what became of a letter; every job taken is settled or given back, once.
    fn settle(&self, job: Job, result: Result<Receipt, SendError>);

    /// Gives back a letter of which nothing was begun; the next connection to ask gets it.
    fn give_back(&self, job: Job);
}

/// The seam to whatever carries letters.
pub trait Transport: Sync {
    /// What happens to a letter handed over twice.
    fn redelivery(&self) -> Redelivery;

    /// Carries letters over one connection until the feed has no more. A run calls it once for each connection it may
    /// hold. A connection that breaks is the transport's to replace; the letter it broke under is settled with what
    /// is known.
    fn carry<F: Feed>(&self, feed: &F) -> impl Future<Output = ()> + Send;
}

/// The `[transport]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransportSettings {
    /// Which transport carries the letters.
    pub kind: TransportKind,
    /// The `[transport.file]` table.
    pub file: FileSettings,
    /// The `[transport.smtp]` table.
    pub smtp: SmtpSettings,
}

/// The transports there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportKind {
    /// One `.eml` file a letter.
    #[default]
    File,
    /// A relay, by SMTP.
    Smtp,
}

impl TransportKind {
    /// What happens to a letter handed over twice.
    pub fn redelivery(self) -> Redelivery {
        match self {
            Self::File => Redelivery::Harmless,
            Self::Smtp => Redelivery::Doubles,
        }
    }
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
