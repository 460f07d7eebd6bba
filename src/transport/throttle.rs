//! What one relay may be given: so many letters at a time, and so many a day.

use std::{
    io,
    sync::{Arc, Mutex as Lock, MutexGuard, PoisonError},
};

use tokio::{
    select,
    sync::Mutex,
    time::{Instant, sleep},
};

use super::{Allowance, Feed, Job, Receipt, SendError};
use crate::domain::rate::{Bucket, Rate};

/// Keeps one relay to its rate and its plan; all its connections share it.
#[derive(Debug)]
pub(super) struct Throttle {
    tokens: Option<Tokens>,
    pub(super) allowance: Option<Arc<Allowance>>,
}

#[derive(Debug)]
struct Tokens {
    began: Instant,
    bucket: Lock<Bucket>,
    /// Held by the one connection that waits for the next token and its letter; the others come after it in line.
    turnstile: Mutex<()>,
}

impl Tokens {
    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Throttle {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        let tokens = rate.map(|rate| {
            let began = Instant::now();
            Tokens {
                began,
                bucket: Lock::new(Bucket::new(rate, began.elapsed())),
                turnstile: Mutex::new(()),
            }
        });
        Self {
            tokens,
            allowance: None,
        }
    }

    /// Whether the relay gets no more letters today.
    pub(super) fn is_spent(&self) -> bool {
        self.allowance
            .as_ref()
            .is_some_and(|allowance| allowance.left() == Some(0))
    }

    /// A feed that gives letters no faster, and no more of them, than the relay may have.
    pub(super) fn around<'f, F: Feed>(&'f self, feed: &'f F) -> Throttled<'f, F> {
        Throttled {
            feed,
            throttle: self,
        }
    }
}

/// A feed for one relay.
pub(super) struct Throttled<'f, F> {
    feed: &'f F,
    throttle: &'f Throttle,
}

impl<F: Feed> Throttled<'_, F> {
    /// A letter the relay was to get is not begun.
    fn untake(&self) {
        if let Some(tokens) = &self.throttle.tokens {
            tokens.bucket().give_back();
        }
        if let Some(allowance) = &self.throttle.allowance {
            allowance.give_back();
        }
    }

    /// The letter, as one that the relay may have today; `None` when it may not.
    fn admit(&self, mut job: Job) -> Option<Job> {
        let Some(allowance) = &self.throttle.allowance else {
            return Some(job);
        };
        if !allowance.take() {
            self.feed.give_back(job);
            return None;
        }
        job.relay = Some(Arc::clone(allowance.relay()));
        Some(job)
    }
}

impl<F: Feed> Feed for Throttled<'_, F> {
    async fn next(&self) -> Option<Job> {
        if self.throttle.is_spent() {
            return None;
        }
        let Some(tokens) = &self.throttle.tokens else {
            return self.admit(self.feed.next().await?);
        };
        let _turn = select! {
            turn = tokens.turnstile.lock() => turn,
            () = self.feed.over() => return None,
        };
        loop {
            let wait = tokens.bucket().wait(tokens.began.elapsed());
            if wait.is_zero() {
                break;
            }
            select! {
                () = sleep(wait) => {}
                () = self.feed.over() => return None,
            }
        }
        let job = self.admit(self.feed.next().await?)?;
        // Whoever has the turnstile is the only one to take tokens, so it is there still.
        let _ = tokens.bucket().take(tokens.began.elapsed());
        Some(job)
    }

    fn ready(&self) -> Option<Job> {
        if self.throttle.is_spent() {
            return None;
        }
        let Some(tokens) = &self.throttle.tokens else {
            return self.admit(self.feed.ready()?);
        };
        let _turn = tokens.turnstile.try_lock().ok()?;
        let mut bucket = tokens.bucket();
        let now = tokens.began.elapsed();
        if !bucket.wait(now).is_zero() {
            return None;
        }
        let job = self.admit(self.feed.ready()?)?;
        let _ = bucket.take(now);
        Some(job)
    }

    fn still(&self, job: Job) -> Option<Job> {
        let still = self.feed.still(job);
        if still.is_none() {
            self.untake();
        }
        still
    }

    async fn halted(&self) {
        self.feed.halted().await;
    }

    async fn over(&self) {
        self.feed.over().await;
    }

    fn handing_over(&self, job: &Job) -> io::Result<()> {
        self.feed.handing_over(job)
    }

    fn settle(&self, job: Job, result: Result<Receipt, SendError>) {
        if let (Some(allowance), Err(error)) = (&self.throttle.allowance, &result)
            && !error.may_have_left()
        {
            allowance.give_back();
        }
        self.feed.settle(job, result);
    }

    fn give_back(&self, mut job: Job) {
        self.untake();
        // The next to take it may be another relay.
        job.relay = None;
        self.feed.give_back(job);
    }
}
