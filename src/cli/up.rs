//! How the process is that stays up, as far as its last word and its lock tell.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::newsroom::Newsroom;
use crate::store::{
    beat::{Beat, Job},
    kept,
    lock::Lock,
};

/// `overblik run`, seen from outside.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    /// Whether it is up: it holds its lock.
    up: bool,
    #[serde(flatten)]
    beat: Beat,
}

/// How it is; `None` where there is none, it ended in order, or its word cannot be read: that is no reason to keep back
/// how the issues are.
pub(super) fn of(room: &Newsroom) -> Option<Run> {
    let beat: Option<Beat> = kept::read(&room.state.beat()).ok().flatten();
    let up = Lock::is_held(&room.state.run_lock());
    beat.map(|beat| Run { up, beat })
}

impl Run {
    /// A line or two that a person reads.
    pub(super) fn to_words(&self, room: &Newsroom) -> String {
        let beat = &self.beat;
        let zone = room.config.newsletter.timezone;
        let local = |instant: DateTime<Utc>| {
            let local = instant.with_timezone(&zone);
            local.format("%Y-%m-%d %H:%M").to_string()
        };
        let next = |instant: Option<DateTime<Utc>>| instant.map_or("never".to_owned(), local);
        let process = beat.process;
        let mut words = if self.up {
            format!(
                "run: process {process}, up since {}, last heard of {} s ago",
                local(beat.since),
                (room.now - beat.at).num_seconds().max(0)
            )
        } else {
            format!(
                "run: process {process} is gone; last heard of {}",
                local(beat.at)
            )
        };
        if let (true, Some(doing)) = (self.up, beat.doing) {
            words.push_str(match doing {
                Job::Collect => "; it asks the sources",
                Job::Send => "; it sends",
            });
        } else if self.up {
            words.push_str(&format!(
                "; next: collect {}, send {}",
                next(beat.next_collect),
                next(beat.next_send)
            ));
        }
        if let Some(trouble) = &beat.trouble {
            words.push_str(&format!(
                "\n  since {}: {}",
                local(trouble.since),
                trouble.reason
            ));
        }
        words.push('\n');
        words
    }
}
