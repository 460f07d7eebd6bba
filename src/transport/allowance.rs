//! How many letters a relay may still have today.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::domain::{article::local_instant, clock::Clock, warm_up::WarmUp};

/// Keeps one relay to its warm-up plan. Days are the newsletter's.
pub struct Allowance {
    relay: Arc<str>,
    plan: WarmUp,
    zone: Tz,
    clock: Arc<dyn Clock>,
    /// The day, and how many letters it has had or is being given on it.
    used: Mutex<(NaiveDate, u64)>,
}

impl fmt::Debug for Allowance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Allowance")
            .field("relay", &self.relay)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl Allowance {
    /// The allowance of a relay that has had nothing today.
    pub fn new(relay: &str, plan: WarmUp, zone: Tz, clock: Arc<dyn Clock>) -> Self {
        let today = clock.now().with_timezone(&zone).date_naive();
        Self {
            relay: relay.into(),
            plan,
            zone,
            clock,
            used: Mutex::new((today, 0)),
        }
    }

    /// The relay, by name and port.
    pub fn relay(&self) -> &Arc<str> {
        &self.relay
    }

    /// When today began.
    pub fn midnight(&self) -> DateTime<Utc> {
        local_instant(self.today(), NaiveTime::MIN, self.zone)
    }

    /// Takes what the ledger says: the relay has had so many letters today.
    pub fn recount(&self, taken: u64) {
        *self.used() = (self.today(), taken);
    }

    /// How many more it may have today; `None` when its plan is over.
    pub fn left(&self) -> Option<u64> {
        let used = self.used();
        let most = self.plan.most_on(used.0)?;
        Some(most.saturating_sub(used.1))
    }

    /// Takes one letter's worth; whether there was any.
    pub(super) fn take(&self) -> bool {
        let mut used = self.used();
        let most = self.plan.most_on(used.0);
        if most.is_some_and(|most| used.1 >= most) {
            return false;
        }
        used.1 += 1;
        true
    }

    /// A letter did not go to the relay after all.
    pub(super) fn give_back(&self) {
        let mut used = self.used();
        used.1 = used.1.saturating_sub(1);
    }

    fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.zone).date_naive()
    }

    fn used(&self) -> MutexGuard<'_, (NaiveDate, u64)> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let today = self.today();
        // A clock that is set back gives no day twice.
        if today > used.0 {
            *used = (today, 0);
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    /// A clock that is set by hand.
    struct HandClock(Mutex<DateTime<Utc>>);

    impl Clock for HandClock {
        fn now(&self) -> DateTime<Utc> {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn a_day_has_its_letters_and_the_next_begins_at_local_midnight() {
        let at = |day, hour, minute| {
            Utc.with_ymd_and_hms(2026, 11, day, hour, minute, 0)
                .unwrap()
        };
        let clock = Arc::new(HandClock(Mutex::new(at(23, 22, 50))));
        let plan = WarmUp {
            days: vec![2, 3],
            from: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        };
        let zone = chrono_tz::Europe::Copenhagen;
        let allowance = Allowance::new("post.example:25", plan, zone, clock.clone());
        let takes = || (0..9).take_while(|_| allowance.take()).count();
        assert_eq!(allowance.midnight(), at(22, 23, 0));
        assert_eq!((takes(), allowance.left()), (2, Some(0)));
        allowance.give_back();
        assert_eq!((allowance.left(), takes()), (Some(1), 1));
        *clock.0.lock().unwrap() = at(23, 23, 0);
        assert_eq!(allowance.left(), Some(3));
        allowance.recount(2);
        assert_eq!((takes(), allowance.left()), (1, Some(0)));
        allowance.recount(99);
        assert_eq!(allowance.left(), Some(0), "more than planned is no debt");
        *clock.0.lock().unwrap() = at(23, 22, 0);
        assert_eq!(allowance.left(), Some(0), "a clock set back gives nothing");
        *clock.0.lock().unwrap() = at(24, 23, 0);
        assert_eq!((allowance.left(), takes()), (None, 9), "the plan is over");
    }
}
