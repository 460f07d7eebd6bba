//! What became of a run: told to a person, to scripts and to whoever runs the newsletter.

use std::time::{Duration, Instant};

use super::{Sender, suppressing};
use crate::{
    cli::{Exit, alerts::Alert},
    dispatch::{Halt, Sent},
    domain::delivery::Tally,
    publish::Event,
    store::IssueRow,
    transport::TransportKind,
};

impl Sender<'_> {
    /// Notes what whoever runs the newsletter is to be told of an issue.
    fn note_what_became(&self, issue: &IssueRow, tally: &Tally) {
        let note = |event, words: String| self.room.alert(Alert::of(event, issue.key, "", &words));
        let tried = tally.accepted + tally.deferred + tally.failed + tally.doubtful;
        let most = self.room.config.alerts.refused_share;
        if most.is_exceeded(tally.failed, tried) {
            let failed = tally.failed;
            note(
                Event::Refused,
                format!(
                    "{failed} of {tried} letters were refused for good; `overblik status --list failed` tells why"
                ),
            );
        }
        if tally.doubtful > 0 {
            let doubtful = tally.doubtful;
            note(
                Event::Doubtful,
                format!(
                    "of {doubtful} letters nobody knows whether they arrived; `overblik status --list doubtful` names them"
                ),
            );
        }
        if tally.waiting + tally.deferred == 0 {
            let (accepted, failed, skipped) = (tally.accepted, tally.failed, tally.skipped);
            note(
                Event::Done,
                format!(
                    "nothing is left to send: {accepted} accepted, {failed} failed, {skipped} skipped, {} doubtful",
                    tally.doubtful
                ),
            );
        }
    }

    /// What a run of one issue means for the exit code and the report.
    pub(super) fn take(&mut self, issue: &IssueRow, sent: &Sent, time: Duration) {
        self.report.add(issue, sent.issue);
        self.report.last_took(time, sent.this_run.accepted);
        self.this_run.add(&sent.this_run);
        self.note_what_became(issue, &sent.issue);
        suppressing::say_suppressed(self, issue, sent.suppressed);
        match &sent.halted {
            Some(Halt::NoMailboxes(readers)) => suppressing::pause(self, issue, *readers),
            Some(Halt::Transport(words)) => {
                self.session.warn(&format!(
                    "error: {}: three letters in a row could not be handed over: {words}\n  hint: nothing is lost; \
                     mend the cause and run `overblik send` again",
                    issue.key
                ));
                self.exit = Exit::Ours;
            }
            Some(Halt::Stopped) => {
                self.session
                    .say("stopped; run `overblik send` again to go on");
                self.exit = Exit::Deferred;
            }
            None if sent.this_run.failed + sent.this_run.doubtful > 0 => {
                self.exit = Exit::Deliveries;
            }
            None if sent.issue.deferred + sent.issue.waiting > 0 && self.exit == Exit::Done => {
                self.exit = Exit::Deferred;
            }
            None => {}
        }
    }

    /// Tells what was done: the document, or the table and where to look.
    pub(super) fn tell(&mut self, started: Instant) {
        if !self.report.is_empty() {
            self.report.took(started.elapsed(), self.this_run.accepted);
        }
        if self.session.global.json {
            self.session.json(&self.report);
        } else if !self.session.global.quiet && !self.report.is_empty() {
            self.session.data(&self.report.to_words());
            let transport = &self.room.config.transport;
            let accepted = self.this_run.accepted;
            match (transport.kind, &transport.smtp.host) {
                _ if accepted == 0 => {}
                (TransportKind::Smtp, _) if self.relays.len() > 1 => {
                    for (relay, letters) in &self.relays {
                        self.session
                            .say(&format!("{letters} letters handed to {relay}"));
                    }
                }
                (TransportKind::Smtp, Some(host)) => {
                    self.session
                        .say(&format!("{accepted} letters handed to {host}"));
                }
                _ => {
                    let outbox = self.room.config.path(&transport.file.path);
                    self.session.say(&format!(
                        "{accepted} letters written to {}/",
                        outbox.strip_prefix(".").unwrap_or(&outbox).display()
                    ));
                }
            }
        }
    }
}
