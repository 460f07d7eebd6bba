//! Which issues are due.

use chrono::{DateTime, Utc};

use super::{Send, late};
use crate::{
    cli::{
        Failure,
        newsroom::{Newsroom, key, refused},
    },
    domain::{
        issue::{Frequency, IssueKey},
        schedule::Says,
    },
    publish::{Guard, Switch},
    store::Read,
};

/// An issue that was asked about.
pub(super) enum Due {
    /// It is to be published, with articles up to an instant.
    Now {
        /// Which.
        key: IssueKey,
        /// Up to when its articles count.
        cut_off: DateTime<Utc>,
    },
    /// It is not, and why.
    Not {
        /// Which.
        key: IssueKey,
        /// Why.
        why: String,
    },
}

impl Due {
    /// Whether it is an issue of a frequency, to be published now.
    pub(super) fn is_now(&self, frequency: Frequency) -> bool {
        matches!(self, Self::Now { key, .. } if key.frequency == frequency)
    }
}

/// Whether an issue is still to be published today.
pub(in crate::cli) fn has_more(room: &Newsroom, store: &impl Read) -> Result<bool, Failure> {
    let due = due(&Send::what_is_due(), room, store)?;
    Ok(due.iter().any(|due| matches!(due, Due::Now { .. })))
}

/// What is due by the request, the clock and what has been sent.
pub(super) fn due(request: &Send, room: &Newsroom, store: &impl Read) -> Result<Vec<Due>, Failure> {
    let date = request.date.unwrap_or_else(|| room.today());
    let schedule = &room.config.schedule;
    let language = room.config.newsletter.language;
    let missed = late::missed(room)?;
    let mut due = Vec::new();
    for frequency in Frequency::ALL {
        if request.frequency.is_some_and(|wanted| wanted != frequency) {
            continue;
        }
        let key = key(frequency, date);
        let not = |why: String| Due::Not { key, why };
        let newest = store.past(frequency)?.newest;
        if let Some(issue) = store.issue(key)? {
            due.push(not(if issue.cancelled_at.is_some() {
                "cancelled; its articles are taken by the next issue".into()
            } else {
                "already published; nothing is sent twice".into()
            }));
        } else if let Says::Rests(why) = schedule.says(frequency, date, language) {
            // A weekly issue is not missed on the other six days. A date that was asked for is no reason to send on
            // a closed day: the calendar alone says when readers are written to.
            if frequency == Frequency::Daily || request.frequency.is_some() {
                due.push(not(format!("no publishing day ({why})")));
            }
        } else if let Some(newest) = newest.filter(|newest| date < *newest) {
            // Without a date too: a clock that was once wrong must not silence the newsletter unsaid.
            let later = super::super::newsroom::key(frequency, newest);
            return Err(refused(
                format!("{key} comes before {later}, which is already published"),
                "an issue is never sent after a later one; its articles are taken by the next",
            ));
        } else if missed.has(key) && !request.overrides.contains(&Guard::Late) {
            due.push(not(
                "already recorded as missed; its articles are taken by the next issue, and `--late` sends it all the same"
                    .into(),
            ));
        } else {
            let zone = room.config.newsletter.timezone;
            match request.date {
                Some(_) => due.push(Due::Now {
                    key,
                    cut_off: schedule.cut_off(key, zone),
                }),
                None if room.now < schedule.falls_due(key, zone)
                    && !request.overrides.contains(&Guard::Early) =>
                {
                    due.push(not(format!(
                        "not due before {}",
                        schedule.time_of(frequency)
                    )));
                }
                // What a person looks at must be what leaves, at whatever moment.
                None if request.approve.is_some() || room.config.guards.approve == Switch::On => {
                    due.push(Due::Now {
                        key,
                        cut_off: schedule.cut_off(key, zone),
                    });
                }
                None => due.push(Due::Now {
                    key,
                    cut_off: room.now,
                }),
            }
        }
    }
    Ok(due)
}
