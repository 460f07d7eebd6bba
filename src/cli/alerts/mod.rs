//! Tells whoever runs the newsletter what needs a person: by mail, or to a command. Once for each issue and reason, and
//! whatever becomes of telling, sending goes on.

mod command;
mod mail;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use self::{command::run, mail::mail};
use super::{Session, newsroom::Newsroom, send::is_to_be_said};
use crate::{
    domain::{fault::Fault, issue::IssueKey},
    publish::Event,
    source::Collected,
    store::kept,
};

/// How long it is remembered what was told.
const REMEMBERED: TimeDelta = TimeDelta::days(60);

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Alert {
    event: Event,
    issue: Option<String>,
    /// What tells it from others of its event: a guard, a source. Never a reader.
    reason: String,
    /// The same for people.
    words: String,
}

impl Alert {
    /// Of an issue.
    pub(super) fn of(event: Event, issue: IssueKey, reason: &str, words: &str) -> Self {
        Self {
            event,
            issue: Some(issue.to_string()),
            reason: reason.to_owned(),
            words: without_addresses(words),
        }
    }

    /// Of no issue.
    pub(super) fn of_all(event: Event, reason: &str, words: &str) -> Self {
        Self {
            event,
            issue: None,
            reason: reason.to_owned(),
            words: without_addresses(words),
        }
    }

    fn subject(&self, room: &Newsroom) -> String {
        let newsletter = &room.config.newsletter.name;
        match &self.issue {
            Some(issue) => format!("{newsletter}: {issue}: {}", self.event.word()),
            None => format!("{newsletter}: {}", self.event.word()),
        }
    }
}

/// The ways there are to tell somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Mail,
    Command,
}

/// When what was told, by way, issue and reason: `state/alerts.json`.
type Told = BTreeMap<String, DateTime<Utc>>;

/// Notes the sources that did not answer, each once a day.
pub(super) fn note_sources(room: &Newsroom, collected: &Collected) {
    for fault in collected
        .warnings
        .iter()
        .filter(|fault| is_dead(room, fault))
    {
        let source = fault
            .key
            .as_deref()
            .or(fault.path.as_deref())
            .unwrap_or_default();
        let reason = format!("{source} {}", room.today());
        let words = format!(
            "the source `{source}` does not answer as it should: {}",
            fault.reason
        );
        room.alert(Alert::of_all(Event::Source, &reason, &words));
    }
}

fn is_dead(room: &Newsroom, fault: &Fault) -> bool {
    let is_source = |name: &str| {
        let sources = room.config.sources.iter();
        sources
            .clone()
            .any(|source| source.url.is_some() && source.name == name)
    };
    fault.is_error()
        || fault.key.as_deref().is_some_and(is_source) && !fault.reason.starts_with("has moved")
}

/// Tells what was noted and is not yet told.
pub(super) fn tell(session: &Session, room: &Newsroom) {
    let alerts = room.take_alerts();
    if alerts.is_empty() {
        return;
    }
    let path = room.state.alerts();
    // What cannot be read is told again: better twice than not at all.
    let mut told: Told = kept::read(&path).unwrap_or_default();
    let before = told.clone();
    told.retain(|_, at| *at > room.now - REMEMBERED);
    let settings = &room.config.alerts;
    for alert in alerts.iter().filter(|alert| settings.tells(alert.event)) {
        for way in [Way::Mail, Way::Command] {
            let is_unused = match way {
                Way::Mail => settings.to.is_empty(),
                Way::Command => settings.command.is_empty(),
            };
            let issue = alert.issue.as_deref().unwrap_or("newsletter");
            let (event, reason) = (alert.event.word(), &alert.reason);
            let key = format!("{way:?} {issue} {event} {reason}").to_lowercase();
            if is_unused || told.contains_key(&key) {
                continue;
            }
            let reach = match way {
                Way::Mail => mail(room, alert),
                Way::Command => run(room, alert),
            };
            if !matches!(reach, Reach::Nobody(_)) {
                told.insert(key, room.now);
            }
            if let Reach::Some(why) | Reach::Nobody(why) = reach {
                warn(
                    session,
                    room,
                    issue,
                    &format!("`{event}` could not be told: {why}"),
                );
            }
        }
    }
    if told != before
        && let Err(error) = kept::write(&path, &told)
    {
        session.warn(&format!(
            "warning: {}: {error}; it may be told again",
            path.display()
        ));
    }
}

/// Says that telling failed. Once for an issue, and once a day for what is of none.
fn warn(session: &Session, room: &Newsroom, issue: &str, why: &str) {
    let dated = match issue {
        "newsletter" => format!("{issue}-{}: {why}", room.today()),
        issue => format!("{issue}: {why}"),
    };
    if is_to_be_said(session, room, &dated) {
        session.warn(&format!(
            "warning: {issue}: {why}\n  hint: mend `[alerts]`; sending does not wait for it"
        ));
    }
}

/// Whom an alert reached by one way, and why not all.
enum Reach {
    All,
    /// Told again, those who were reached would hear it twice.
    Some(String),
    Nobody(String),
}

/// Words of which none is an address, whoever wrote them.
fn without_addresses(words: &str) -> String {
    let masked = |word: &str| match word.contains('@') {
        true => "…".to_owned(),
        false => word.to_owned(),
    };
    let lines = words.split('\n').map(|line| {
        let words: Vec<String> = line.split(' ').map(masked).collect();
        words.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_told_whoever_wrote_it() {
        let check = |words: &str, expected: &str| assert_eq!(without_addresses(words), expected);
        check("vent på svar", "vent på svar");
        check(
            "vent på <a@b.example>, tak\nkun a@b.example",
            "vent på … tak\nkun …",
        );
        check("", "");
    }
}
