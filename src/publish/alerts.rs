//! What whoever runs the newsletter is told of, and how.

use serde::{Deserialize, Serialize};

use super::Percent;
use crate::domain::address::Address;

/// The `[alerts]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertSettings {
    /// Who is told by mail.
    pub to: Vec<Address>,
    /// The program that is told, and its arguments.
    pub command: Vec<String>,
    /// How many seconds telling may take.
    pub timeout_seconds: u32,
    /// Whether an issue that a guard holds is told.
    pub held: bool,
    /// Whether an issue that was missed is.
    pub missed: bool,
    /// Whether too many refused letters are.
    pub refused: bool,
    /// The share of an issue's letters that may be refused for good without a word.
    pub refused_share: Percent,
    /// Whether doubtful letters are told.
    pub doubtful: bool,
    /// Whether a source that does not answer is.
    pub source: bool,
    /// Whether an issue that is done is.
    pub done: bool,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self {
            to: Vec::new(),
            command: Vec::new(),
            timeout_seconds: 10,
            held: true,
            missed: true,
            refused: true,
            refused_share: Percent(5),
            doubtful: true,
            source: true,
            done: false,
        }
    }
}

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// An issue is held by a guard.
    Held,
    /// An issue's time is over.
    Missed,
    /// Too many of an issue's letters were refused.
    Refused,
    /// Of some of an issue's letters nobody knows whether they arrived.
    Doubtful,
    /// A source does not answer.
    Source,
    /// Nothing of an issue is left to do.
    Done,
}

impl Event {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Missed => "missed",
            Self::Refused => "refused",
            Self::Doubtful => "doubtful",
            Self::Source => "source",
            Self::Done => "done",
        }
    }
}

impl AlertSettings {
    /// Whether anybody is to be told of an event.
    pub fn tells(&self, event: Event) -> bool {
        let is_on = match event {
            Event::Held => self.held,
            Event::Missed => self.missed,
            Event::Refused => self.refused,
            Event::Doubtful => self.doubtful,
            Event::Source => self.source,
            Event::Done => self.done,
        };
        is_on && !(self.to.is_empty() && self.command.is_empty())
    }
}
