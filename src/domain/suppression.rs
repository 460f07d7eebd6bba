//! A reader's word that beats every file: one line of `state/suppressions.log`.
//!
//! A line is `TIME KEY-ID SUBSCRIBER-ID REASON`, parted by single blanks; the last line about a reader holds.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{
    delivery::{Reply, Stage},
    enhanced_code::EnhancedCode,
    key::SubscriberId,
};

/// Why mail stops, or that it may go again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressionReason {
    /// The reader left by a link, a mail or by asking a person.
    Left,
    /// The mailbox or its host does not exist.
    Bounced,
    /// The reader marked a letter as spam.
    Complained,
    /// A person suppressed the address.
    Manual,
    /// A person lifted what was said before.
    Lifted,
}

impl SuppressionReason {
    const ALL: [Self; 5] = [
        Self::Left,
        Self::Bounced,
        Self::Complained,
        Self::Manual,
        Self::Lifted,
    ];

    /// What a refusal says of the reader beyond the one letter: that there is no such mailbox, for which only an answer
    /// to RCPT is taken that says so by its enhanced code (RFC 3463 §3.2; RFC 7505 §4.2 for `5.1.10`). `5.1.7`, `5.1.8`
    /// and `5.7.x` speak of the sender, a bare 5xx and an answer to the body of anything.
    pub fn of_refusal(stage: Stage, reply: &Reply) -> Option<Self> {
        let code = EnhancedCode::of(reply).filter(|_| stage == Stage::Recipient)?;
        matches!(code.parts(), (5, 1, 1 | 3 | 6 | 10)).then_some(Self::Bounced)
    }

    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Manual => "manual",
            Self::Lifted => "lifted",
        }
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// When it was said.
    pub at: DateTime<Utc>,
    /// The id of the key the reader's id was made with.
    pub key_id: String,
    /// Who.
    pub subscriber: SubscriberId,
    /// What.
    pub reason: SuppressionReason,
}

impl Suppression {
    /// The line, without its end.
    pub fn to_line(&self) -> String {
        format!(
            "{} {} {} {}",
            self.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            self.key_id,
            self.subscriber.hex(),
            self.reason.word()
        )
    }

    /// Reads a line; `None` when it is not one.
    pub fn from_line(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (at, key_id, subscriber, reason) =
            (words.next()?, words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        Some(Self {
            at: DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc),
            key_id: key_id.to_owned(),
            subscriber: SubscriberId::from_hex(subscriber)?,
            reason: SuppressionReason::ALL
                .into_iter()
                .find(|r| r.word() == reason)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_to_rcpt_that_says_so_means_that_there_is_no_mailbox() {
        let check = |stage, code, text: &str, expected| {
            let text = text.to_owned();
            let found = SuppressionReason::of_refusal(stage, &Reply { code, text });
            assert_eq!(found.is_some(), expected, "{stage:?} {code} {found:?}");
        };
        for text in [
            "5.1.1 no such user",
            "5.1.3 bad syntax",
            "5.1.6 moved",
            "5.1.10 null MX",
        ] {
            check(Stage::Recipient, 550, text, true);
            check(Stage::Recipient, 450, text, false);
            for stage in [Stage::Session, Stage::Mail, Stage::Data, Stage::Body] {
                check(stage, 550, text, false);
            }
        }
        for text in [
            "",
            "no such user",
            "5.1.0 bad address",
            "5.1.2 no such host",
            "5.1.7 bad sender",
            "5.1.8 no such sender domain",
            "5.2.1 disabled",
            "5.2.2 full",
            "5.7.1 not you: 5.1.1",
            "4.1.1 perhaps",
        ] {
            check(Stage::Recipient, 550, text, false);
        }
    }

    #[test]
    fn a_line_reads_back_and_half_a_line_does_not() {
        let suppression = Suppression {
            at: DateTime::parse_from_rfc3339("2026-11-23T06:00:00Z")
                .unwrap()
                .with_timezone(&Utc),
            key_id: "0a1b2c3d".into(),
            subscriber: SubscriberId([9; 32]),
            reason: SuppressionReason::Left,
        };
        let line = suppression.to_line();
        assert_eq!(Suppression::from_line(&line), Some(suppression));
        for end in 0..line.len() {
            assert_eq!(
                Suppression::from_line(&line[..end]),
                None,
                "{}",
                &line[..end]
            );
        }
    }
}
