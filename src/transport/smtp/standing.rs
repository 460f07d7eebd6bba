//! Whether a relay is in order, and who may try it when it was not.

use std::time::{Duration, Instant};

/// How many times in a row letters may be cut with no answer to any, before the relay is given none for the rest of
/// the run: each may have been taken, and nobody would know.
const CUTS: u32 = 3;

/// What went wrong with a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It was not reached, or refuses.
    Refuses,
    /// A connection ended under its first letter, with no answer to it.
    Cuts,
    /// It asks for fewer letters and nothing else, however few it gets.
    Overrun,
}

/// What may be done with a relay now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// It is in order: a connection may be opened.
    Open,
    /// This one tries it; until it knows more, nobody else does.
    Try,
    /// It is being tried for the first time: what comes of it is worth waiting for.
    Awaited,
    /// It is in trouble, and being tried again.
    Retried,
    /// It is in trouble, and left alone for so long.
    Rests(Duration),
    /// It is given no more letters, or none while there is no other to fall back on.
    Lost,
}

/// What this run knows of a relay. Instants are handed in.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// It was reached, now or before.
    reached: bool,
    /// Who tries it.
    trying: Option<u64>,
    /// How many connections to it are held or being opened, but for the one that tries.
    at_work: usize,
    /// Since when it is in trouble.
    since: Option<(Instant, Kind)>,
    /// How often in a row it was in trouble.
    faults: u32,
    /// How often in a row by a cut.
    cuts: u32,
    /// What it said last.
    words: String,
}

impl Standing {
    /// What may be done with the relay by a connection of this number, which then has begun to do it. A relay in
    /// trouble is tried again after a rest; where no other is in order, one that is overrun is not.
    pub(super) fn enter(
        &mut self,
        number: u64,
        now: Instant,
        others_in_order: bool,
        rest: impl Fn(u32) -> Duration,
    ) -> Entry {
        let entry = self.look(now, others_in_order, rest);
        match entry {
            Entry::Open => self.at_work += 1,
            Entry::Try => self.trying = Some(number),
            _ => {}
        }
        entry
    }

    /// What may be done with the relay.
    pub(super) fn look(
        &self,
        now: Instant,
        others_in_order: bool,
        rest: impl Fn(u32) -> Duration,
    ) -> Entry {
        match self.since {
            _ if self.cuts >= CUTS => Entry::Lost,
            None if self.reached => Entry::Open,
            None if self.trying.is_some() => Entry::Awaited,
            None => Entry::Try,
            Some(_) if self.trying.is_some() => Entry::Retried,
            Some((_, Kind::Overrun)) if !others_in_order => Entry::Lost,
            Some((since, _)) => {
                let rested = now.saturating_duration_since(since);
                match rest(self.faults).checked_sub(rested) {
                    Some(left) if !left.is_zero() => Entry::Rests(left),
                    _ => Entry::Try,
                }
            }
        }
    }

    /// Nothing is known against it.
    pub(super) fn is_in_order(&self) -> bool {
        self.since.is_none()
    }

    /// Letters go to it: nothing is known against it, or there are connections that nothing was said on.
    pub(super) fn takes_letters(&self) -> bool {
        self.is_in_order() || self.at_work > 0
    }

    /// Whether connections to it are held or being opened, but for the one that tries.
    pub(super) fn is_at_work(&self) -> bool {
        self.at_work > 0
    }

    /// Whether this one tries it after a trouble.
    pub(super) fn is_retried_by(&self, number: u64) -> bool {
        self.since.is_some() && self.trying == Some(number)
    }

    /// What it said last.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// A session with it stands. After a trouble that alone does not say that it is over.
    pub(super) fn reached(&mut self, number: u64) {
        self.reached = true;
        if self.since.is_none() && self.trying == Some(number) {
            self.trying = None;
            self.at_work += 1;
        }
    }

    /// It answered for a letter on this connection. Whether that ended a trouble.
    pub(super) fn works(&mut self, number: u64) -> bool {
        let Some((_, kind)) = self.since else {
            return false;
        };
        let tried = self.trying == Some(number);
        // On a connection held since before the trouble an answer says nothing of new ones.
        if !tried && kind != Kind::Overrun {
            return false;
        }
        if tried {
            self.trying = None;
            self.at_work += 1;
        }
        self.since = None;
        self.faults = 0;
        self.cuts = 0;
        true
    }

    /// It is in trouble. Further connections that tell of the same trouble make it no worse. Whether it is a new one.
    pub(super) fn fails(&mut self, number: u64, kind: Kind, words: String, now: Instant) -> bool {
        self.words = words;
        let fresh = self.since.is_none() || self.trying == Some(number);
        if fresh {
            self.faults = self.faults.saturating_add(1);
            self.since = Some((now, kind));
            if kind == Kind::Cuts {
                self.cuts += 1;
            }
        }
        fresh
    }

    /// The connection of this number is no more.
    pub(super) fn leave(&mut self, number: u64) {
        if self.trying == Some(number) {
            self.trying = None;
        } else {
            self.at_work = self.at_work.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn enter(standing: &mut Standing, number: u64, now: Instant) -> Entry {
        standing.enter(number, now, true, |faults| SECOND * faults)
    }

    #[test]
    fn one_tries_a_relay_first_and_the_others_follow_when_it_is_reached() {
        let (mut standing, now) = (Standing::default(), Instant::now());
        assert_eq!(enter(&mut standing, 1, now), Entry::Try);
        assert_eq!(enter(&mut standing, 2, now), Entry::Awaited);
        standing.reached(1);
        assert_eq!(enter(&mut standing, 2, now), Entry::Open);
        standing.leave(1);
        assert!(standing.is_at_work());
        standing.leave(2);
        assert!(!standing.is_at_work());
    }

    #[test]
    fn after_a_trouble_one_tries_again_when_the_rest_is_over_and_only_an_answer_ends_it() {
        let (mut standing, now) = (Standing::default(), Instant::now());
        enter(&mut standing, 1, now);
        assert!(standing.fails(1, Kind::Refuses, "554 no".into(), now));
        standing.leave(1);
        assert_eq!(enter(&mut standing, 2, now), Entry::Rests(SECOND));
        assert_eq!(enter(&mut standing, 2, now + SECOND), Entry::Try);
        assert_eq!(enter(&mut standing, 3, now + SECOND), Entry::Retried);
        standing.reached(2);
        assert_eq!(enter(&mut standing, 3, now + SECOND), Entry::Retried);
        assert!(standing.fails(2, Kind::Refuses, "554 no".into(), now + SECOND));
        standing.leave(2);
        let later = now + SECOND;
        assert_eq!(enter(&mut standing, 3, later), Entry::Rests(SECOND * 2));
        assert_eq!(enter(&mut standing, 3, later + SECOND * 2), Entry::Try);
        standing.reached(3);
        assert!(standing.works(3));
        assert_eq!(enter(&mut standing, 4, later), Entry::Open);
    }

    #[test]
    fn connections_that_break_together_are_one_trouble_and_held_ones_do_not_end_it() {
        let (mut standing, now) = (Standing::default(), Instant::now());
        enter(&mut standing, 1, now);
        standing.reached(1);
        for number in 2..=4 {
            assert_eq!(enter(&mut standing, number, now), Entry::Open);
        }
        assert!(standing.fails(1, Kind::Cuts, "cut".into(), now));
        assert!(!standing.fails(2, Kind::Cuts, "cut".into(), now));
        assert!(!standing.works(3));
        assert_eq!(enter(&mut standing, 5, now), Entry::Rests(SECOND));
    }

    #[test]
    fn a_relay_that_cuts_three_times_in_a_row_is_lost_and_an_answer_between_saves_it() {
        for answered in [false, true] {
            let (mut standing, now) = (Standing::default(), Instant::now());
            for number in 0..3 {
                let later = now + SECOND * 100 * number;
                let number = u64::from(number);
                assert_eq!(enter(&mut standing, number, later), Entry::Try);
                standing.reached(number);
                if answered {
                    standing.works(number);
                }
                standing.fails(number, Kind::Cuts, "cut".into(), later);
                standing.leave(number);
            }
            let entry = enter(&mut standing, 8, now + SECOND * 1000);
            assert_eq!(entry == Entry::Lost, !answered, "{entry:?}");
        }
    }

    #[test]
    fn an_overrun_relay_is_tried_again_only_where_another_takes_the_letters() {
        let (mut standing, now) = (Standing::default(), Instant::now());
        enter(&mut standing, 1, now);
        standing.reached(1);
        standing.fails(1, Kind::Overrun, "451 4.7.1 slow".into(), now);
        let later = now + SECOND;
        let look = |others| standing.look(later, others, |_| SECOND);
        assert_eq!(look(true), Entry::Try);
        assert_eq!(look(false), Entry::Lost);
    }
}
