//! Readers without a mailbox: written down when they are few, a reason to stop when they are many.

use super::{Sender, said::is_to_be_said};
use crate::{
    cli::{Exit, Failure, alerts::Alert, paused, report},
    dispatch::Suppressed,
    publish::Event,
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// What a run found that died before it wrote its readers down, of an issue of which nothing can be sent now.
pub(super) fn look_back(
    sender: &mut Sender<'_>,
    store: &SqliteStore,
    issue: &IssueRow,
) -> Result<(), Failure> {
    let rows = store.without_mailbox(issue.number)?;
    let suppressed = paused::suppressor(sender.room, &sender.key, issue)
        .suppress(&rows)
        .map_err(|error| Failure::usage(error.fault()))?;
    match suppressed {
        Suppressed::Written(readers) => say_suppressed(sender, issue, readers),
        Suppressed::TooMany(readers) => pause(sender, issue, readers),
    }
    Ok(())
}

/// Says how many readers get no further letter.
pub(super) fn say_suppressed(sender: &Sender<'_>, issue: &IssueRow, readers: u64) {
    if readers > 0 {
        sender.session.say(&format!(
            "{}: {} suppressed: by their servers' word there is no such mailbox",
            issue.key,
            report::readers(readers),
        ));
    }
}

/// So many readers are said to have no mailbox that the relay is not believed: nothing more is sent by it.
pub(super) fn pause(sender: &mut Sender<'_>, issue: &IssueRow, readers: u64) {
    sender.exit = Exit::Ours;
    let paused = paused::words(sender.room, issue, readers);
    let words = format!("error: {paused}");
    sender
        .room
        .alert(Alert::of(Event::Held, issue.key, "max_suppress", &paused));
    if is_to_be_said(sender.session, sender.room, &words) {
        let date = issue.key.date;
        sender.session.warn(&format!(
            "{words}\n  hint: nobody was suppressed and nothing is lost; most likely the relay is wrong, its list of \
             recipients gone, say: mend it and run `overblik send --date {date} --retry-failed`. Where the mailboxes \
             are gone indeed (`overblik status --date {date} --list failed`), allow more with `[guards] max_suppress` \
             and run `overblik send` again"
        ));
    }
}
