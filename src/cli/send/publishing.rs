//! From what the sources give to a frozen issue.

use chrono::{DateTime, Utc};

use super::{
    Send, Sender,
    due::{self, Due},
    said::is_to_be_said,
    top_up,
};
use crate::{
    cli::{
        Exit, Failure, Session,
        newsroom::{Newsroom, doubts, name_faults},
    },
    domain::{fault::Fault, issue::IssueKey},
    publish::{self, Guard, LongPlan, PlanError, Press},
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
    let aside = room.state.path();
    let mut enrolment = publish::enrol(
        &config.subscribers_folder(),
        &config.known(),
        &sender.key,
        key.frequency,
        aside,
    )
    .map_err(|error| not_planned(&error.into()))?;
    let roster = &enrolment.roster;
    if let Some((guard, faults)) = holds(request, room, key, roster) {
        say_held(session, room, key, guard, faults);
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
    let tell_doubts = || {
        let lists = roster.uncuttable.iter().chain(&roster.faults).cloned();
        name_faults(session, doubts(&collected).chain(lists));
    };
    let past = store.past(key.frequency)?;
    let draft = publish::draft(&brief, key, cut_off, &collected.articles, &past)?;
    if draft.digest.items.is_empty() {
        // Nothing due, and a whole source missing: that is no quiet day.
        let missing = collected.warnings.iter().any(Fault::is_error);
        if missing {
            sender.exit = Exit::Usage;
        }
        // On a quiet day cron comes again in a minute; what is wrong is said with the issue it matters to.
        if missing || !session.global.quiet {
            tell_doubts();
        }
        session.say(&format!(
            "{key}: no article is due; an empty issue is not sent"
        ));
        return Ok(None);
    }
    tell_doubts();
    if let Some(room) = draft.shortened_from {
        session.say(&format!(
            "{key}: {} items instead of {room}, so that mailboxes show the letter whole",
            draft.digest.items.len()
        ));
    }
    let mut press = Press::new(&draft.digest, &brief)?;
    let listing = std::mem::take(&mut enrolment.listing);
    let plan = LongPlan::new(&brief, key, &mut press, enrolment, &suppressions, aside)
        .map_err(|error| not_planned(&error))?;
    if plan.is_empty() {
        session.say(&format!(
            "{key}: no {} reader; nothing is published",
            key.frequency
        ));
        return Ok(None);
    }
    let refused = plan.refused;
    let mut rows = plan.rows().map_err(|error| not_planned(&error.into()))?;
    let head = room.letterhead();
    publish::freeze_rows(store, &draft, press, refused, &mut rows, &head, room.now)
        .map_err(|error| super::ledger_failure(&error.into()))?;
    sender.listing = Some(listing);
    Ok(store.issue(key)?)
}

fn not_planned(error: &PlanError) -> Failure {
    Failure::ours("planning the issue", error).with_remedy(
        "nothing was published; make room in the state folder and run `overblik send` again",
    )
}

/// What a first send ends with when it has nothing to begin: nothing is due, or all that is due is held. It is said,
/// and neither key nor ledger is made. `None` when there is something to publish.
pub(super) fn nothing_to_begin(
    request: &Send,
    session: &Session,
    room: &Newsroom,
) -> Result<Option<Exit>, Failure> {
    let nothing = SqliteStore::in_memory()?;
    let due = due::due(request, room, &nothing)?;
    if request.top_up {
        top_up::targets(request, &nothing, &due)?;
    }
    let config = &room.config;
    let roster = if due.iter().any(|due| matches!(due, Due::Now { .. })) {
        Roster::survey(&config.subscribers_folder(), &config.known())
    } else {
        Roster::default()
    };
    let mut kept = Vec::new();
    for due in due {
        match due {
            Due::Not { key, why } => kept.push((key, Err(why))),
            Due::Now { key, .. } => match holds(request, room, key, &roster) {
                Some(hold) => kept.push((key, Ok(hold))),
                None => return Ok(None),
            },
        }
    }
    let mut exit = Exit::Done;
    for (key, why) in kept {
        match why {
            Err(why) => session.say(&format!("{key}: {why}")),
            Ok((guard, faults)) => {
                say_held(session, room, key, guard, faults);
                exit = Exit::Held;
            }
        }
    }
    Ok(Some(exit))
}

/// The guard that holds an issue, with what it found.
pub(super) fn holds(
    request: &Send,
    room: &Newsroom,
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

/// Says that an issue is held and why; with `-q` once for each issue and guard, for cron asks every minute.
fn say_held(session: &Session, room: &Newsroom, key: IssueKey, guard: Guard, faults: Vec<Fault>) {
    let words = held(key, guard);
    if is_to_be_said(session, room, &words) {
        session.warn(&words);
        name_faults(session, faults);
    }
}

/// The line that says an issue is held.
pub(super) fn held(key: IssueKey, guard: Guard) -> String {
    format!("{key}: held by the guard `{guard}`; nothing is published")
}
