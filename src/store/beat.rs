//! What the process that stays up says of itself, for whoever asks how it is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The last word of `overblik run`, as `state/run.json` keeps it. Whether it is still up, `state/run.lock` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// The process.
    pub process: u32,
    /// Since when it is up.
    pub since: DateTime<Utc>,
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// What it is at: `collect`, `send`, or nothing but waiting.
    pub doing: Option<Job>,
    /// When it asks the sources next.
    pub next_collect: Option<DateTime<Utc>>,
    /// When it looks next for something to send.
    pub next_send: Option<DateTime<Utc>>,
    /// What keeps it from its work, and since when.
    pub trouble: Option<Trouble>,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Job {
    /// Asking the sources.
    Collect,
    /// Publishing and sending what is due.
    Send,
}

impl Job {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Send => "send",
        }
    }
}

/// What keeps the work from being done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub since: DateTime<Utc>,
    /// What was found.
    pub reason: String,
}
