//! What is tried again and what is given up.

use super::{Send, Sender};
use crate::{
    cli::{
        Failure,
        newsroom::{Newsroom, refused},
        status::{issues_of, owed_by_the_dead},
    },
    domain::delivery::StateName,
    ledger,
    store::{IssueRow, Read, Store as _, StoreError, sqlite::SqliteStore},
};

/// The states a person asked to be sent again.
fn asked(request: &Send) -> impl Iterator<Item = StateName> {
    let states = [
        (request.resend_doubtful, StateName::Doubtful),
        (request.retry_failed, StateName::Failed),
    ];
    states
        .into_iter()
        .filter_map(|(asked, state)| asked.then_some(state))
}

/// The issues of the date asked for, the newest date's without one.
fn issues(request: &Send, store: &SqliteStore) -> Result<Vec<IssueRow>, Failure> {
    let mut issues = issues_of(store, request.date)?;
    issues.retain(|issue| {
        request
            .frequency
            .is_none_or(|wanted| wanted == issue.key.frequency)
    });
    Ok(issues)
}

/// Puts back to waiting what a person asked to be sent again: the same bytes under the same Message-ID.
pub(super) fn reopen(
    request: &Send,
    sender: &Sender<'_>,
    store: &mut SqliteStore,
) -> Result<(), Failure> {
    let (session, room) = (sender.session, sender.room);
    for state in asked(request) {
        let mut found = 0;
        for issue in issues(request, store)? {
            if issue.cancelled_at.is_some() {
                continue;
            }
            // What a run that died is owed may be doubtful too.
            owed_by_the_dead(store, room, &issue)?.settle(
                store,
                room.state.path(),
                issue.number,
            )?;
            found += store.reopen(issue.number, state, room.now)?;
        }
        session.say(&format!("{found} {} letters are sent again", state.word()));
    }
    Ok(())
}

/// Says what [`reopen`] would do.
pub(super) fn would_reopen(
    request: &Send,
    room: &Newsroom,
    store: &SqliteStore,
) -> Result<String, Failure> {
    let mut words = String::new();
    for state in asked(request) {
        for issue in issues(request, store)? {
            let owed = super::super::status::owed(store, room, &issue)?;
            let found = owed.rows(store, issue.number, state)?.len();
            words.push_str(&format!(
                "{}: {found} {} letters would be sent again\n",
                issue.key,
                state.word()
            ));
        }
    }
    Ok(words)
}

/// Gives up what is deferred when the issue's time is over.
pub(super) fn give_up(
    sender: &Sender<'_>,
    store: &mut SqliteStore,
    issue: &IssueRow,
) -> Result<u64, StoreError> {
    let room = sender.room;
    let config = &room.config;
    let over = config
        .retry
        .give_up_at(issue, &config.schedule, config.newsletter.timezone)
        .is_some_and(|instant| room.now >= instant);
    if !over {
        return Ok(0);
    }
    owed_by_the_dead(store, room, issue)?.settle(store, room.state.path(), issue.number)?;
    let given_up = ledger::give_up(store, issue.number, room.now)?;
    if given_up > 0 {
        sender.session.warn(&format!(
            "{}: gave up {given_up} deferred letters",
            issue.key
        ));
    }
    Ok(given_up)
}

/// A date is needed to know which issue is meant, when nothing has been published.
pub(super) fn needs_an_issue(request: &Send, store: &impl Read) -> Result<(), Failure> {
    if asked(request).next().is_some() && store.issues()?.is_empty() {
        return Err(refused(
            "nothing has been published yet, so nothing can be sent again",
            "`overblik status` shows what has",
        ));
    }
    Ok(())
}
