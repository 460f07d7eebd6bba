//! A reader leaves by the token of a letter, or takes it back: one line of the suppression log.

use chrono::{DateTime, Duration, Utc};

use super::{SuppressionError, Suppressions, Words};
use crate::{
    domain::{
        newsletter::ListId,
        suppression::{Suppression, SuppressionReason},
    },
    letter::links::{LeaveToken, find_leave_token, read_leave_token},
};

/// How long a reader can take a leave back. Later, a link in a letter passed on would bring mail to one who left for good.
const SECOND_THOUGHTS: Duration = Duration::hours(24);

/// Where readers leave one list.
#[derive(Debug)]
pub struct Leaving {
    list: ListId,
    words: Words,
}

/// How a reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing keeps the mail away.
    Gets,
    /// The reader has left, and may take it back.
    JustLeft,
    /// The reader has left, or a person stopped the mail.
    Gone,
}

/// What a leave changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It was written down.
    Now,
    /// No mail went there anyway.
    Before,
}

impl Leaving {
    /// Leaving a list by its log and its keys.
    pub fn new(list: ListId, words: Words) -> Self {
        Self { list, words }
    }

    /// Who a token names; `None` when nobody signed it.
    pub fn read(&self, token: &str) -> Option<LeaveToken> {
        read_leave_token(&self.words.keys().all(), &self.list, token)
    }

    /// Who the first genuine token in a link or a mail names.
    pub fn find(&self, text: &str) -> Option<LeaveToken> {
        find_leave_token(&self.words.keys().all(), &self.list, text)
    }

    /// How the reader of a token stands.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn standing(
        &self,
        token: &LeaveToken,
        now: DateTime<Utc>,
    ) -> Result<Standing, SuppressionError> {
        self.words.ask(|words| {
            if !words.has_left_for_good(&token.reader) {
                Standing::Gets
            } else if is_fresh(words, token, now) {
                Standing::JustLeft
            } else {
                Standing::Gone
            }
        })
    }

    /// The reader of a token leaves; durable when this returns. Said again, it changes nothing.
    ///
    /// # Errors
    /// The log cannot be written: the reader has not left.
    pub fn leave(&self, token: &LeaveToken, now: DateTime<Utc>) -> Result<Left, SuppressionError> {
        // A log that cannot be read holds every send, but keeps nobody from leaving.
        let is_known = self
            .words
            .ask(|words| words.has_left_for_good(&token.reader))
            .unwrap_or(false);
        if is_known {
            return Ok(Left::Before);
        }
        Suppressions::append(self.words.log(), &word(token, SuppressionReason::Left, now))?;
        Ok(Left::Now)
    }

    /// The reader of a token takes a leave back, within a day; durable when this returns. Says whether mail goes again:
    /// what a mail server or a person said stays.
    ///
    /// # Errors
    /// The log cannot be read or written: nothing has changed.
    pub fn take_back(
        &self,
        token: &LeaveToken,
        now: DateTime<Utc>,
    ) -> Result<bool, SuppressionError> {
        let lift = word(token, SuppressionReason::Lifted, now);
        let known = self.words.keys().names();
        Suppressions::append_where(self.words.log(), &lift, &known, |words| {
            is_fresh(words, token, now)
        })
    }
}

fn is_fresh(words: &Suppressions, token: &LeaveToken, now: DateTime<Utc>) -> bool {
    let left_at = words.left_at(&token.reader);
    left_at.is_some_and(|at| now.signed_duration_since(at) < SECOND_THOUGHTS)
}

fn word(token: &LeaveToken, reason: SuppressionReason, at: DateTime<Utc>) -> Suppression {
    Suppression {
        at,
        key_id: token.key_id.clone(),
        subscriber: token.reader,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;
    use crate::domain::{
        address::Address,
        delivery::Skip,
        key::{KeyRing, SigningKey, SubscriberId},
    };

    struct World {
        _home: tempfile::TempDir,
        log: PathBuf,
        leaving: Leaving,
    }

    fn key(byte: u8) -> SigningKey {
        SigningKey::new([byte; 32])
    }

    fn keys() -> KeyRing {
        KeyRing {
            current: key(1),
            old: vec![key(2)],
        }
    }

    fn anna(key: &SigningKey) -> SubscriberId {
        key.subscriber_id(&Address::parse("anna@x.example").unwrap().folded())
    }

    fn token(key: &SigningKey) -> LeaveToken {
        LeaveToken {
            key_id: key.id(),
            reader: anna(key),
        }
    }

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::hours(hour)
    }

    fn world() -> World {
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("state/suppressions.log");
        let list = ListId::parse("nyt.avis.example").unwrap();
        World {
            leaving: Leaving::new(list, Words::new(log.clone(), keys())),
            log,
            _home: home,
        }
    }

    impl World {
        fn lines(&self) -> usize {
            fs::read_to_string(&self.log).map_or(0, |text| text.lines().count())
        }

        fn says(&self) -> Option<Skip> {
            let words = Words::new(self.log.clone(), keys());
            words.now_say(&anna(&key(1)), "anna@x.example").unwrap()
        }

        fn said(&self, key: &SigningKey, reason: SuppressionReason) {
            Suppressions::append(&self.log, &word(&token(key), reason, at(0))).unwrap();
        }
    }

    #[test]
    fn leaving_twice_is_leaving_once() {
        let world = world();
        let token = token(&key(1));
        assert_eq!(
            world.leaving.standing(&token, at(0)).unwrap(),
            Standing::Gets
        );
        assert_eq!(world.leaving.leave(&token, at(0)).unwrap(), Left::Now);
        assert_eq!(world.leaving.leave(&token, at(1)).unwrap(), Left::Before);
        assert_eq!((world.lines(), world.says()), (1, Some(Skip::Left)));
        assert_eq!(
            world.leaving.standing(&token, at(1)).unwrap(),
            Standing::JustLeft
        );
        assert_eq!(
            world.leaving.standing(&token, at(24)).unwrap(),
            Standing::Gone
        );
    }

    #[test]
    fn a_leave_is_taken_back_within_a_day_and_what_others_said_is_not() {
        let check = |reasons: &[SuppressionReason], hour, expected: bool| {
            let world = world();
            for reason in reasons {
                world.said(&key(1), *reason);
            }
            let before = world.says();
            let came_back = world.leaving.take_back(&token(&key(1)), at(hour)).unwrap();
            assert_eq!(came_back, expected, "{reasons:?} {hour}");
            let after = if expected { None } else { before };
            assert_eq!(world.says(), after, "{reasons:?} {hour}");
        };
        use SuppressionReason::{Bounced, Complained, Left, Lifted, Manual};
        check(&[Left], 23, true);
        check(&[Left], 24, false);
        check(&[], 0, false);
        check(&[Bounced], 0, false);
        check(&[Complained], 0, false);
        check(&[Manual], 0, false);
        check(&[Left, Manual], 0, false);
        check(&[Left, Lifted], 0, false);
    }

    #[test]
    fn a_leave_never_weakens_a_complaint_and_is_kept_beside_a_bounce() {
        let check = |reason, written| {
            let world = world();
            world.said(&key(1), reason);
            let left = world.leaving.leave(&token(&key(1)), at(1)).unwrap();
            assert_eq!(left == Left::Now, written, "{reason:?}");
            assert!(world.says().is_some());
        };
        check(SuppressionReason::Complained, false);
        check(SuppressionReason::Manual, false);
        check(SuppressionReason::Bounced, true);
        check(SuppressionReason::Lifted, true);
    }

    #[test]
    fn a_link_under_an_old_key_works_again_after_a_person_lifted_the_first_leave() {
        let world = world();
        let old = token(&key(2));
        assert_eq!(world.leaving.leave(&old, at(0)).unwrap(), Left::Now);
        assert_eq!(world.says(), Some(Skip::Left));
        world.said(&key(1), SuppressionReason::Lifted);
        assert_eq!(world.says(), None);
        assert_eq!(world.leaving.leave(&old, at(1)).unwrap(), Left::Now);
        assert_eq!(world.says(), Some(Skip::Left));
        assert_eq!(world.leaving.leave(&old, at(2)).unwrap(), Left::Before);
    }

    #[test]
    fn a_log_that_cannot_be_read_keeps_nobody_from_leaving() {
        let world = world();
        world.said(&key(1), SuppressionReason::Lifted);
        fs::write(&world.log, "noget andet\n").unwrap();
        assert_eq!(
            world.leaving.leave(&token(&key(1)), at(1)).unwrap(),
            Left::Now
        );
        assert!(fs::read_to_string(&world.log).unwrap().ends_with("left\n"));
        assert!(world.leaving.take_back(&token(&key(1)), at(1)).is_err());
    }
}
