//! From what the sources give to a frozen issue.

use chrono::{DateTime, Utc};

use super::{Send, Sender};
use crate::{
    cli::{
        Exit, Failure,
        newsroom::{doubts, name_faults},
    },
    domain::{fault::Fault, issue::IssueKey},
    publish::{self, Guard, Press},
    roster::{Roster, Suppressions},
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// Publishes the issue of a key; `None` when it is empty or held.
pub(super) fn publish(
    request: &Send,
    sender: &mut Sender<'_>,
    store: &mut SqliteStore,
    key: IssueKey,
    cut_off: DateTime<Utc>,
) -> Result<Option<IssueRow>, Failure> {
    let (session, room) = (sender.session, sender.room);
    let config = &room.config;
    let roster = Roster::read(&config.subscribers_folder(), &config.known());
    if let Some((guard, faults)) = holds(request, room, key, &roster) {
        session.warn(&held(key, guard));
        name_faults(session, faults);
        // What this run made of an earlier issue's deliveries weighs more.
        if sender.exit != Exit::Deliveries {
            sender.exit = Exit::Held;
        }
        return Ok(None);
    }
    let suppressions = Suppressions::read(&room.state.suppressions(), &[sender.key.id()])
        .map_err(|error| Failure::usage(error.fault()))?;
    let brief = config.brief();
    let collected = publish::collect(&brief, room.now);
    name_faults(
        session,
        doubts(&collected).chain(roster.faults.iter().cloned()),
    );
    let past = store.past(key.frequency)?;
    let draft = publish::draft(&brief, key, cut_off, &collected.articles, &past)?;
    if draft.digest.items.is_empty() {
        session.say(&format!(
            "{key}: no article is due; an empty issue is not sent"
        ));
        return Ok(None);
    }
    if let Some(room) = draft.shortened_from {
        session.say(&format!(
            "{key}: {} items instead of {room}, so that mailboxes show the letter whole",
            draft.digest.items.len()
        ));
    }
    let mut press = Press::new(&draft.digest, &brief)?;
    let plan = publish::plan(&brief, key, &mut press, &roster, &suppressions, &sender.key)?;
    if plan.rows.is_empty() {
        session.say(&format!(
            "{key}: no {} reader; nothing is published",
            key.frequency
        ));
        return Ok(None);
    }
    publish::freeze(store, &draft, press, plan, room.now)
        .map_err(|error| super::ledger_failure(&error.into()))?;
    Ok(store.issue(key)?)
}

/// The guard that holds an issue, with what it found.
pub(super) fn holds(
    request: &Send,
    room: &super::Newsroom,
    key: IssueKey,
    roster: &Roster,
) -> Option<(Guard, Vec<Fault>)> {
    let config = &room.config;
    let overridden = |guard| request.overrides.contains(&guard);
    if let Some((guard, why)) = config
        .guards
        .time_holds(key.date, room.now, config.newsletter.timezone)
        .filter(|(guard, _)| !overridden(*guard))
    {
        let table = match guard {
            Guard::Early => "guards.not_before",
            Guard::Late | Guard::List => "guards.not_after",
        };
        let fault = Fault::error(why).for_key(table).remedy(format!(
            "run again with `--{guard}` to send it all the same"
        ));
        return Some((guard, vec![fault]));
    }
    if !roster.uncuttable.is_empty() && !overridden(Guard::List) {
        return Some((Guard::List, roster.uncuttable.clone()));
    }
    None
}

/// The line that says an issue is held.
pub(super) fn held(key: IssueKey, guard: Guard) -> String {
    format!("{key}: held by the guard `{guard}`; nothing is published")
}
