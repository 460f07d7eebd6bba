//! Tells whoever runs the newsletter what needs a person: by mail, or to a command. Once for each issue and reason, and
//! whatever becomes of telling, sending goes on.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Write as _},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{
    Failure, Session,
    newsroom::Newsroom,
    send::{is_to_be_said, outbox},
};
use crate::{
    domain::{fault::Fault, issue::IssueKey},
    letter::notice::Notice,
    publish::Event,
    source::Collected,
    store::kept,
    transport::{TransportKind, post::post},
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

/// What a command is given on its standard input.
#[derive(Serialize)]
struct Document<'a> {
    newsletter: &'a str,
    at: DateTime<Utc>,
    #[serde(flatten)]
    alert: &'a Alert,
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
            let result = match way {
                Way::Mail => mail(room, alert),
                Way::Command => run(room, alert),
            };
            match result {
                Ok(()) => {
                    told.insert(key, room.now);
                }
                Err(why) => {
                    let words = format!("{issue}: `{event}` could not be told: {why}");
                    if is_to_be_said(session, room, &words) {
                        session.warn(&format!(
                            "warning: {words}\n  hint: mend `[alerts]`; sending does not wait for it"
                        ));
                    }
                }
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

/// Mails an alert by the configured transport.
fn mail(room: &Newsroom, alert: &Alert) -> Result<(), String> {
    let config = &room.config;
    let said = |failure: Failure| {
        let reasons = failure.faults.into_iter().map(|fault| fault.reason);
        reasons.collect::<Vec<_>>().join("; ")
    };
    let signer = room.signer().map_err(said)?;
    let subject = alert.subject(room);
    let text = format!("{}\n\n{}\n", subject, alert.words);
    let notice = Notice {
        from: &config.newsletter.from,
        subject: &subject,
        text: &text,
        at: room.now,
        zone: config.newsletter.timezone,
    };
    let letters = config.alerts.to.iter();
    let letters = letters
        .map(|to| notice.letter(to, signer.as_deref()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    let wanted = letters.len();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let within = Duration::from_secs(u64::from(config.alerts.timeout_seconds));
    let results = match config.transport.kind {
        TransportKind::File => {
            let transport = outbox(room).map_err(said)?;
            runtime
                .block_on(async { tokio::time::timeout(within, post(&transport, letters)).await })
        }
        TransportKind::Smtp => {
            let faults = |faults| {
                said(Failure {
                    exit: super::Exit::Usage,
                    faults,
                })
            };
            let transport = config.relays().map_err(faults)?;
            runtime
                .block_on(async { tokio::time::timeout(within, post(&transport, letters)).await })
        }
    };
    let results = results.map_err(|_| "the relay did not answer in time".to_owned())?;
    if let Some(error) = results.iter().find_map(|result| result.as_ref().err()) {
        // A relay's words may name an address.
        tracing::debug!(%error, "an alert was not taken");
        return Err("the relay did not take it".to_owned());
    }
    match results.len() == wanted {
        true => Ok(()),
        false => Err("the relay could not be reached".to_owned()),
    }
}

/// Gives an alert to the command, which has so much time.
fn run(room: &Newsroom, alert: &Alert) -> Result<(), String> {
    let settings = &room.config.alerts;
    let [program, arguments @ ..] = settings.command.as_slice() else {
        return Ok(());
    };
    let document = Document {
        newsletter: &room.config.newsletter.name,
        at: room.now,
        alert,
    };
    let mut text = serde_json::to_vec(&document).map_err(|error| error.to_string())?;
    text.push(b'\n');
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(room.config.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the command cannot be run: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // A pipe holds more than this. A command that does not read is no failure.
        match input.write_all(&text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(error.to_string()),
            _ => {}
        }
    }
    let within = Duration::from_secs(u64::from(settings.timeout_seconds));
    end_of(&mut child, within)
}

fn end_of(child: &mut Child, within: Duration) -> Result<(), String> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("the command ended with {status}")),
            Ok(None) if began.elapsed() < within => thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                // One that is gone meanwhile need not be ended.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!(
                    "the command took longer than {} s",
                    within.as_secs()
                ));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
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
