//! Sources on the web: asked politely, kept on disk, read from there.
//!
//! [`round`] asks all that are due side by side; what is sound goes on its source's [`Shelf`], and the readers read the
//! shelves. A source that does not answer is read from its last good copy.
//!
//! Hosts are asked side by side, the sources of one host in turn. One asking is one conditional GET, bounded in time,
//! octets and redirects. Names are looked up by our own resolver, which gives only public addresses, and the connection
//! goes to one of those: a second look-up that answers differently gains nothing.
//!
//! The copy before the newest is kept when it holds entries that the newest does not: those at its end were pushed out
//! and still count; one that is gone from among the others was taken back. How asking went is a note on the shelf: a
//! failure is said with the date of the copy that stands in, and `Retry-After` holds for all sources of the host and
//! for later runs.

mod address;
mod get;
mod round;
mod shelf;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

pub(super) use address::Reach;
pub(super) use get::{Answer, Question, Sent, Validators, Wanted, client, knock};
pub(super) use round::{Asked, round};
pub(super) use shelf::{Copy, Label, Note, Past, Shelf};

/// When and how sources on the web are asked.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The folder the copies are kept in.
    pub cache: &'a Path,
    /// The instant of asking, by the clock.
    pub at: DateTime<Utc>,
    /// When it began: sources, lists and pictures are asked in rounds, and the time there is is theirs together.
    pub begun: Instant,
    /// How long all answers of all rounds may take together.
    pub within: Duration,
    /// What was asked less long ago is not asked again.
    pub fresh_for: Duration,
}

impl<'a> Asking<'a> {
    /// The asking of one who waits for an issue: briefly, and not twice in ten minutes, so that what is previewed,
    /// explained and sent at one sitting is the same.
    pub fn in_passing(cache: &'a Path, at: DateTime<Utc>) -> Self {
        Self {
            cache,
            at,
            begun: Instant::now(),
            within: Duration::from_secs(30),
            fresh_for: Duration::from_secs(600),
        }
    }

    /// The asking of one who has come to fetch: every source, at leisure.
    pub fn outright(cache: &'a Path, at: DateTime<Utc>) -> Self {
        Self {
            within: Duration::from_secs(300),
            fresh_for: Duration::ZERO,
            ..Self::in_passing(cache, at)
        }
    }
}
