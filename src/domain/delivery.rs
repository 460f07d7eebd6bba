//! One letter to one reader: its states, and whose fault it is when it does not arrive.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Where a delivery stands. `Queued -> Sending -> Accepted | Deferred | Failed | Doubtful`, or
/// `Queued -> Skipped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// Planned, not begun.
    Queued,
    /// Claimed by a run; no outcome yet.
    Sending,
    /// The transport answered for it.
    Accepted {
        /// Its words.
        reply: String,
    },
    /// Not delivered this time; tried again from an instant on.
    Deferred {
        /// Not before this instant.
        until: DateTime<Utc>,
        /// The transport's words, or what happened.
        reply: String,
    },
    /// Refused for good.
    Failed {
        /// The transport's words.
        reply: String,
    },
    /// Handed over, and no word whether it arrived. Never resent unasked.
    Doubtful {
        /// What is known.
        reply: String,
    },
    /// Not sent, and not to be sent.
    Skipped {
        /// Why not.
        why: Skip,
    },
}

/// The word for a delivery's state in JSON, `--list` and the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StateName {
    /// Queued or in flight.
    Waiting,
    /// Accepted.
    Accepted,
    /// Deferred.
    Deferred,
    /// Failed.
    Failed,
    /// Skipped.
    Skipped,
    /// Doubtful.
    Doubtful,
}

impl StateName {
    /// All, in the order `status` prints them.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Deferred,
        Self::Failed,
        Self::Skipped,
        Self::Doubtful,
        Self::Waiting,
    ];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Doubtful => "doubtful",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }
}

impl DeliveryState {
    /// The word it is counted under.
    pub fn name(&self) -> StateName {
        match self {
            Self::Queued | Self::Sending => StateName::Waiting,
            Self::Accepted { .. } => StateName::Accepted,
            Self::Deferred { .. } => StateName::Deferred,
            Self::Failed { .. } => StateName::Failed,
            Self::Doubtful { .. } => StateName::Doubtful,
            Self::Skipped { .. } => StateName::Skipped,
        }
    }
}

/// Why a planned reader gets no letter of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Asked for a pause that has not ended.
    Paused,
    /// No consent on record where config requires one.
    NoConsent,
    /// The consent on record was given for other mail, or to a text that does not count.
    NotCovered,
    /// Nothing in the issue is among the reader's topics and sections.
    NothingChosen,
    /// Left by an unsubscribe link or mail.
    Left,
    /// Suppressed: the mailbox does not exist, or the reader complained.
    Suppressed,
    /// No longer stands in the subscriber files.
    Removed,
    /// The issue was cancelled before the letter left.
    Cancelled,
}

impl Skip {
    /// All reasons.
    pub const ALL: [Self; 8] = [
        Self::Paused,
        Self::NoConsent,
        Self::NotCovered,
        Self::NothingChosen,
        Self::Left,
        Self::Suppressed,
        Self::Removed,
        Self::Cancelled,
    ];

    /// The word in the ledger and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::NoConsent => "no-consent",
            Self::NotCovered => "consent-does-not-cover",
            Self::NothingChosen => "nothing-chosen",
            Self::Left => "left",
            Self::Suppressed => "suppressed",
            Self::Removed => "removed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Paused => "paused by the reader",
            Self::NoConsent => "no consent on record",
            Self::NotCovered => "the consent on record does not cover this mail",
            Self::NothingChosen => "nothing in the issue is among the reader's choices",
            Self::Left => "the reader has left",
            Self::Suppressed => "the address is suppressed",
            Self::Removed => "no longer in the subscriber files",
            Self::Cancelled => "the issue was cancelled",
        })
    }
}

/// How many deliveries of an issue stand where. `planned` is always the sum of the other six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Every sound, distinct reader of the frequency.
    pub planned: u64,
    /// Accepted by the transport.
    pub accepted: u64,
    /// To be tried again.
    pub deferred: u64,
    /// Refused for good.
    pub failed: u64,
    /// Not sent, with a reason.
    pub skipped: u64,
    /// Handed over without a word back.
    pub doubtful: u64,
    /// Queued and in flight.
    pub waiting: u64,
}

impl Tally {
    /// Counts one delivery.
    pub fn count(&mut self, state: StateName, number: u64) {
        self.planned += number;
        *self.of(state) += number;
    }

    /// Counts one delivery under another state than before.
    pub fn shift(&mut self, from: StateName, to: StateName) {
        let from = self.of(from);
        *from = from.saturating_sub(1);
        *self.of(to) += 1;
    }

    fn of(&mut self, state: StateName) -> &mut u64 {
        match state {
            StateName::Waiting => &mut self.waiting,
            StateName::Accepted => &mut self.accepted,
            StateName::Deferred => &mut self.deferred,
            StateName::Failed => &mut self.failed,
            StateName::Skipped => &mut self.skipped,
            StateName::Doubtful => &mut self.doubtful,
        }
    }

    /// Adds another issue's counts.
    pub fn add(&mut self, other: &Self) {
        for (state, number) in [
            (StateName::Waiting, other.waiting),
            (StateName::Accepted, other.accepted),
            (StateName::Deferred, other.deferred),
            (StateName::Failed, other.failed),
            (StateName::Skipped, other.skipped),
            (StateName::Doubtful, other.doubtful),
        ] {
            self.count(state, number);
        }
    }
}

/// The step of a conversation a reply answers (RFC 5321 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Connecting, greeting, EHLO, STARTTLS, AUTH: nothing of a reader's yet.
    Session,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Recipient,
    /// `DATA` before its 354.
    Data,
    /// After the body's last dot.
    Body,
}

/// What a transport heard back about one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The reply code (RFC 5321 §4.2).
    pub code: u16,
    /// The words, enhanced code included, control characters dropped.
    pub text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.code, self.text)
    }
}

/// What a refusal or a cut means for the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// Try again after a pause: the reader's side said not now, or the line was cut in time.
    Defer,
    /// Give up: the reader's side said no.
    Fail,
    /// Wait again: it is our fault or the relay's, and three in a row stop the run.
    Wait,
    /// Handed over, no readable reply: nobody knows.
    Doubt,
}

/// Judges a refusal by where it was said.
///
/// A 5xx is the reader's only in answer to RCPT or after the body; to anything before, it is ours or the
/// relay's. 421 before the body is the relay's wherever it is said (RFC 5321 §3.8); after it, it speaks of the letter.
pub fn consequence_of(stage: Stage, reply: &Reply) -> Consequence {
    match (stage, reply.code) {
        (Stage::Recipient, 421) => Consequence::Wait,
        (Stage::Recipient | Stage::Body, 500..=599) => Consequence::Fail,
        (Stage::Recipient | Stage::Body, 400..=499) => Consequence::Defer,
        (Stage::Session | Stage::Mail | Stage::Data, 400..=599) => Consequence::Wait,
        (Stage::Body, _) => Consequence::Doubt,
        _ => Consequence::Defer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_the_readers_only_after_rcpt_or_the_body() {
        let check = |stage, code, expected| {
            let reply = Reply {
                code,
                text: String::new(),
            };
            assert_eq!(consequence_of(stage, &reply), expected, "{stage:?} {code}");
        };
        check(Stage::Recipient, 550, Consequence::Fail);
        check(Stage::Recipient, 450, Consequence::Defer);
        check(Stage::Body, 554, Consequence::Fail);
        check(Stage::Body, 451, Consequence::Defer);
        check(Stage::Body, 354, Consequence::Doubt);
        check(Stage::Mail, 550, Consequence::Wait);
        check(Stage::Session, 535, Consequence::Wait);
        check(Stage::Data, 554, Consequence::Wait);
        check(Stage::Recipient, 421, Consequence::Wait);
        check(Stage::Body, 421, Consequence::Defer);
    }

    #[test]
    fn every_state_and_reason_reads_back() {
        for name in StateName::ALL {
            assert_eq!(StateName::from_word(name.word()), Some(name));
        }
        for why in Skip::ALL {
            assert_eq!(Skip::from_word(why.word()), Some(why));
        }
    }

    #[test]
    fn planned_is_the_sum_of_the_others() {
        let mut tally = Tally::default();
        for (number, state) in StateName::ALL.into_iter().enumerate() {
            tally.count(state, number as u64);
        }
        let sum = tally.accepted
            + tally.deferred
            + tally.failed
            + tally.skipped
            + tally.doubtful
            + tally.waiting;
        assert_eq!(tally.planned, sum);
        assert_eq!(sum, 15);
    }
}
