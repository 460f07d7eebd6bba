//! The loop of the process that stays up: what is due is done, then it waits, and never long.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::word::{Sleeper, Word};
use crate::{cli::Exit, domain::clock::Clock, store::beat::Job};

/// The longest it waits without a look at the clock: a step of the clock, or a sleep of the machine, is noticed then.
/// A single long wait would go by the processor's time, which stands still meanwhile.
const LONGEST_WAIT: Duration = Duration::seconds(30);

/// How often it says that it is up.
const BEAT: Duration = Duration::seconds(60);

/// What the loop has done: the newsletter, or a double.
pub(super) trait Work {
    /// When a job is next to be done, by config.
    fn next(&self, job: Job, after: DateTime<Utc>) -> Option<DateTime<Utc>>;
    /// Asks the sources.
    fn collect(&mut self);
    /// Publishes and sends what is due.
    fn send(&mut self) -> Looked;
    /// Reads the config again.
    fn reload(&mut self);
    /// Tells how it is.
    fn beat(&mut self, now: DateTime<Utc>, doing: Option<Job>, next: Next);
}

/// How a look for something to send ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looked {
    /// As `overblik send` would end.
    pub(super) exit: Exit,
    /// When to look again, whatever config says.
    pub(super) again: Option<DateTime<Utc>>,
}

/// When each job is next to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Next {
    /// When the sources are asked.
    pub(super) collect: Option<DateTime<Utc>>,
    /// When it looks for something to send.
    pub(super) send: Option<DateTime<Utc>>,
}

/// A newsletter's loop.
pub(super) struct Daemon<W, S> {
    work: W,
    sleeper: S,
    clock: Arc<dyn Clock>,
    next: Next,
    /// The latest the clock has said.
    seen: DateTime<Utc>,
    told: Option<(DateTime<Utc>, Next)>,
}

impl<W: Work, S: Sleeper> Daemon<W, S> {
    /// Begins with a look for what is left from before.
    pub(super) fn new(work: W, sleeper: S, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let next = Next {
            collect: work.next(Job::Collect, now),
            send: Some(now),
        };
        Self {
            work,
            sleeper,
            clock,
            next,
            seen: now,
            told: None,
        }
    }

    /// Works until a stop is asked for. Ends well where nothing was cut short, else as that run of sending did.
    pub(super) fn run(&mut self) -> Exit {
        let mut cut_short = Exit::Done;
        loop {
            let now = self.look_at_the_clock();
            let wait = self.wait_from(now);
            if !wait.is_zero() {
                self.tell(now);
            }
            match self.sleeper.wait(wait) {
                Word::Stop => return cut_short,
                Word::Reload => {
                    self.work.reload();
                    self.reckon(self.clock.now());
                    continue;
                }
                Word::Nothing => {}
            }
            if let Some(exit) = self.do_what_is_due() {
                cut_short = exit;
            }
        }
    }

    /// Set back, the clock comes to the same times again: what is next is reckoned anew, so that nothing waits for as
    /// long as the step was. To look once more does no harm, for nothing is sent twice.
    fn look_at_the_clock(&mut self) -> DateTime<Utc> {
        let now = self.clock.now();
        if now < self.seen {
            self.reckon(now);
        }
        self.seen = now;
        now
    }

    fn reckon(&mut self, now: DateTime<Utc>) {
        self.next = Next {
            collect: self.work.next(Job::Collect, now),
            send: Some(now),
        };
    }

    fn wait_from(&self, now: DateTime<Utc>) -> Duration {
        let next = self.next.collect.into_iter().chain(self.next.send).min();
        let wait = next.map_or(LONGEST_WAIT, |next| next - now);
        wait.clamp(Duration::zero(), LONGEST_WAIT)
    }

    /// Does each job whose time has come, once, however often its time came; the sources first, so that an issue has
    /// what they give. How sending ended, where it was cut short by a stop.
    fn do_what_is_due(&mut self) -> Option<Exit> {
        let is_due = |next: Option<DateTime<Utc>>, now| next.is_some_and(|next| next <= now);
        let now = self.look_at_the_clock();
        if is_due(self.next.collect, now) {
            self.begin(now, Job::Collect);
            self.work.collect();
            self.next.collect = self.work.next(Job::Collect, now);
        }
        let now = self.look_at_the_clock();
        if !is_due(self.next.send, now) {
            return None;
        }
        self.begin(now, Job::Send);
        let looked = self.work.send();
        // From when it began: a time that came meanwhile is kept.
        let by_config = self.work.next(Job::Send, now);
        self.next.send = by_config.into_iter().chain(looked.again).min();
        Some(looked.exit).filter(|_| self.sleeper.is_stopped())
    }

    fn begin(&mut self, now: DateTime<Utc>, job: Job) {
        self.work.beat(now, Some(job), self.next);
        self.told = None;
    }

    fn tell(&mut self, now: DateTime<Utc>) {
        let is_fresh = self
            .told
            .is_some_and(|(at, next)| next == self.next && (now - at).abs() < BEAT);
        if !is_fresh {
            self.work.beat(now, None, self.next);
            self.told = Some((now, self.next));
        }
    }
}
