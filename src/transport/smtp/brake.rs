//! A relay that asks to be spared is spared by all its connections.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    domain::{delivery::Reply, enhanced_code::EnhancedCode},
    transport::Feed,
};

/// How often in a row a relay may say nothing else at the greatest pause before it counts as one in trouble.
const PATIENCE: u32 = 3;

/// The greatest pause, in first ones.
const GREATEST: u32 = 64;

/// Whether a relay asks for fewer letters: 421 to anything (RFC 5321 §3.8), or a refusal for now by its policy, 4.7.x
/// (RFC 3463 §3.8), as relays with a rate or a quota answer.
pub(super) fn asks_for_less(reply: &Reply) -> bool {
    let by_policy =
        || EnhancedCode::of(reply).is_some_and(|code| matches!(code.parts(), (4, 7, _)));
    reply.code == 421 || by_policy()
}

/// The pause before each next letter to a relay, whichever connection carries it.
#[derive(Debug)]
pub(super) struct Brake {
    first: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pause: Duration,
    /// How often in a row the relay said nothing else at the greatest pause.
    at_greatest: u32,
    /// How often the relay asked for fewer.
    presses: u32,
    /// How many pauses were taken.
    taken: u32,
}

impl Brake {
    /// A brake that is off; its first pause is this long, the greatest 64 times as long.
    pub(super) fn new(first: Duration) -> Self {
        Self {
            first,
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The relay asked for fewer letters: the pause doubles. Whether it says nothing else at the greatest pause.
    pub(super) fn press(&self) -> bool {
        let greatest = self.first * GREATEST;
        let mut state = self.lock();
        state.presses = state.presses.wrapping_add(1);
        if state.pause == greatest {
            state.at_greatest += 1;
        }
        state.pause = (state.pause * 2).clamp(self.first, greatest);
        state.at_greatest >= PATIENCE
    }

    /// How often the relay has asked for fewer: noted when a letter is begun.
    pub(super) fn presses(&self) -> u32 {
        self.lock().presses
    }

    /// The relay accepted a letter that was begun after so many presses: the pause shrinks by a quarter, and ends below
    /// half the first. What was under way when it asked for fewer says nothing of the pause.
    pub(super) fn ease(&self, presses: u32) {
        let mut state = self.lock();
        if presses != state.presses {
            return;
        }
        state.pause = state.pause * 3 / 4;
        if state.pause < self.first / 2 {
            state.pause = Duration::ZERO;
        }
    }

    /// The relay answered for a letter, whatever it said of it.
    pub(super) fn hold(&self) {
        self.lock().at_greatest = 0;
    }

    /// Whether letters go without a pause.
    pub(super) fn is_off(&self) -> bool {
        self.lock().pause.is_zero()
    }

    /// The pause before a letter that is asked for now: up to a half longer than it stands, another each time, so that
    /// connections which were slowed together do not come back together.
    pub(super) fn pause(&self) -> Duration {
        let mut state = self.lock();
        if state.pause.is_zero() {
            return Duration::ZERO;
        }
        state.taken = state.taken.wrapping_add(1);
        // Multiples of the golden ratio lie evenly, however many are taken (Knuth, TAOCP 3, §6.4).
        let spread = state.taken.wrapping_mul(2_654_435_769) >> 16;
        state.pause + state.pause / 2 * spread / 65_536
    }
}

/// Waits so long, or until there is nothing to wait for any more.
pub(super) async fn rest<F: Feed>(feed: &F, pause: Duration) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = feed.over() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_less_is_421_and_a_refusal_for_now_by_policy() {
        let check = |code, text: &str, expected| {
            let text = text.to_owned();
            assert_eq!(asks_for_less(&Reply { code, text }), expected, "{code}");
        };
        check(421, "", true);
        check(421, "4.3.2 going down", true);
        check(450, "4.7.1 slow down", true);
        check(451, "4.7.650 rate", true);
        check(450, "4.2.0 later", false);
        check(451, "try 4.7.1", false);
        check(550, "5.7.1 no", false);
        check(550, "4.7.1 what", false);
    }

    #[test]
    fn the_pause_doubles_up_to_a_bound_and_shrinks_as_letters_are_accepted() {
        let brake = Brake::new(Duration::from_secs(1));
        let stands = || brake.lock().pause.as_secs();
        assert!(brake.is_off() && brake.pause().is_zero());
        let grown: Vec<(bool, u64)> = (0..11).map(|_| (brake.press(), stands())).collect();
        let seconds: Vec<u64> = grown.iter().map(|(_, pause)| *pause).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64]);
        let spent: Vec<bool> = grown.iter().map(|(spent, _)| *spent).collect();
        assert_eq!(spent[..9], [false; 9]);
        assert_eq!(spent[9..], [true; 2]);
        brake.hold();
        assert!(!brake.press());
        // One that was under way before the last press.
        brake.ease(brake.presses() - 1);
        assert_eq!(stands(), 64);
        brake.ease(brake.presses());
        assert_eq!(stands(), 48);
        for _ in 0..20 {
            brake.ease(brake.presses());
        }
        assert!(brake.is_off());
    }

    #[test]
    fn pauses_are_spread_and_at_most_a_half_longer() {
        let brake = Brake::new(Duration::from_secs(2));
        brake.press();
        let mut pauses: Vec<Duration> = (0..100).map(|_| brake.pause()).collect();
        pauses.sort_unstable();
        pauses.dedup();
        assert_eq!(pauses.len(), 100);
        assert!(pauses[0] < Duration::from_millis(2050), "{pauses:?}");
        assert!(pauses[99] > Duration::from_millis(2950), "{pauses:?}");
        assert!(pauses[99] <= Duration::from_secs(3), "{pauses:?}");
    }
}
