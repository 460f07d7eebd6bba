//! The seam through which time enters: a trait, never a call to the system.

use chrono::{DateTime, Utc};

/// Tells the present instant. The command line hands down the system's clock; tests hand down a value.
pub trait Clock: Send + Sync {
    /// The present instant, in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// A clock that stands still: previews of a given day and tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}
