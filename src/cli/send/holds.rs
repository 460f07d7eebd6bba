//! What the guards hold, and how it is said.

use super::{Send, approve, late, said::is_to_be_said};
use crate::{
    cli::{
        Exit, Failure, Session,
        alerts::Alert,
        edited::Edited,
        held::HeldReport,
        newsroom::{Newsroom, name_faults},
        report::Report,
    },
    domain::{fault::Fault, issue::IssueKey, key::hex},
    lint::Finding,
    publish::{self, Draft, Event, Guard, MaxChange, Switch},
    store::{IssueNumber, Read},
};

/// A guard that holds an issue, and what it found.
pub(super) type Held = (Guard, Vec<Fault>);

/// What holds an issue whatever it prints.
pub(super) fn beforehand(
    request: &Send,
    room: &Newsroom,
    key: IssueKey,
    uncuttable: &[Fault],
    edited: &Edited,
) -> Option<Held> {
    let config = &room.config;
    let overridden = |guard| request.overrides.contains(&guard);
    if let Some((guard, why)) = config
        .guards
        .time_holds(key.date, room.now, config.newsletter.timezone)
        .filter(|(guard, _)| !overridden(*guard))
    {
        let fault = Fault::error(why)
            .for_key(match guard {
                Guard::Early => "guards.not_before",
                _ => "guards.not_after",
            })
            .remedy(format!(
                "run again with `--{guard}` to send it all the same"
            ));
        return Some((guard, vec![fault]));
    }
    let by_people = edited.holds();
    if !by_people.is_empty() && !overridden(Guard::Hold) {
        return Some((Guard::Hold, by_people));
    }
    if !uncuttable.is_empty() && !overridden(Guard::List) {
        return Some((Guard::List, uncuttable.to_vec()));
    }
    None
}

/// What holds an issue that has so many items.
pub(super) fn for_items(request: &Send, room: &Newsroom, items: usize) -> Option<Held> {
    let least = room.config.guards.min_articles.0;
    if items >= least || request.overrides.contains(&Guard::Few) {
        return None;
    }
    let articles = if items == 1 { "article" } else { "articles" };
    let fault = Fault::error(format!(
        "it has {items} {articles}, and {least} are the fewest"
    ))
    .for_key("guards.min_articles")
    .remedy("run again with `--override few` to send it all the same, or wait for more");
    Some((Guard::Few, vec![fault]))
}

/// What holds an issue of a hash: it waits for a person's word, or has changed since.
pub(super) fn for_approval(
    request: &Send,
    room: &Newsroom,
    key: IssueKey,
    hash: &[u8; 32],
) -> Result<Option<Held>, Failure> {
    let is_off = room.config.guards.approve == Switch::Off;
    // Somebody who has just approved an issue wants that one, whether others are waited for or not.
    if is_off && request.approve.is_none() || request.overrides.contains(&Guard::Approve) {
        return Ok(None);
    }
    let hash = hex(hash);
    let date = key.date;
    let remedy = format!(
        "look at it with `overblik preview --date {date}`, then run `overblik send --date {date} --approve {}`",
        &hash[..12]
    );
    let fault = match approve::of(room, key)? {
        Some(approval) if approval.hash == hash => return Ok(None),
        Some(approval) => Fault::error(format!(
            "it has changed since it was approved on {} as {}",
            approval
                .at
                .with_timezone(&room.config.newsletter.timezone)
                .format("%Y-%m-%d %H:%M"),
            approval.hash.chars().take(12).collect::<String>()
        )),
        None if is_off => return Ok(None),
        None => Fault::error("nobody has approved it"),
    };
    let fault = fault.for_key("guards.approve").remedy(remedy);
    Ok(Some((Guard::Approve, vec![fault])))
}

/// What holds an issue that has paid ads and nothing else, where somebody waits for them.
pub(super) fn for_ads_alone(request: &Send, draft: &Draft) -> Option<Held> {
    let ads = draft.ads_alone()?;
    (!request.overrides.contains(&Guard::Lint)).then(|| (Guard::Lint, vec![ads]))
}

/// What holds an issue in which this was found: what is an error.
pub(super) fn for_findings(request: &Send, findings: &[Finding]) -> Option<Held> {
    let errors: Vec<Fault> = findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(Finding::told)
        .collect();
    (!errors.is_empty() && !request.overrides.contains(&Guard::Lint))
        .then_some((Guard::Lint, errors))
}

/// What holds an issue that goes to so many readers.
pub(super) fn for_recipients(
    request: &Send,
    room: &Newsroom,
    store: &impl Read,
    key: IssueKey,
    recipients: u64,
) -> Result<Option<Held>, Failure> {
    let allowed = room.config.guards.max_change;
    if allowed == MaxChange::Off || request.overrides.contains(&Guard::Count) {
        return Ok(None);
    }
    let Some((last, had)) = last_recipients(store, key)? else {
        return Ok(None);
    };
    if !allowed.is_broken(had, recipients) {
        return Ok(None);
    }
    let fault = Fault::error(format!(
        "it would go to {recipients} readers, and {last} went to {had}: more than {allowed} apart"
    ))
    .for_key("guards.max_change")
    .remedy("look at the subscriber files; run again with `--override count` when they are right");
    Ok(Some((Guard::Count, vec![fault])))
}

/// The last issue of the frequency before this one, and how many readers it was for.
fn last_recipients(store: &impl Read, key: IssueKey) -> Result<Option<(IssueKey, u64)>, Failure> {
    let last: Option<(IssueKey, IssueNumber)> = store
        .issues()?
        .into_iter()
        .rfind(|issue| issue.key.frequency == key.frequency && issue.cancelled_at.is_none())
        .map(|issue| (issue.key, issue.number));
    let Some((last, number)) = last else {
        return Ok(None);
    };
    Ok(Some((last, publish::recipients_of(store, number)?)))
}

/// Says that an issue is held and why, also in the report, and records as missed what is held because its time is over.
/// Gives how the run ends for it.
pub(super) fn hold(
    session: &Session,
    room: &Newsroom,
    store: &impl Read,
    key: IssueKey,
    edited: &Edited,
    (guard, faults): Held,
    report: &mut Report,
) -> Result<Exit, Failure> {
    let told = HeldReport::issue(key, guard, &faults);
    if guard == Guard::Late {
        if !late::was_due(room, store, key, edited)? {
            session.say(&format!(
                "{key}: its time is over, and there was nothing to send"
            ));
            return Ok(Exit::Done);
        }
        say(session, room, key, guard, faults);
        late::record(room, key)?;
        let words =
            "its time was over before it could be sent; its articles are taken by the next issue";
        room.alert(Alert::of(Event::Missed, key, "", words));
        session.warn(&format!(
            "{key}: recorded as missed; its articles are taken by the next issue"
        ));
    } else {
        // What is wrong with a list may name readers.
        let why = faults.first().filter(|_| guard != Guard::List);
        let why = why.map_or_else(String::new, |fault| {
            let remedy = fault.remedy.iter().map(|remedy| format!("\n{remedy}"));
            format!(": {}{}", fault.reason, remedy.collect::<String>())
        });
        let words = format!("held by the guard `{guard}`{why}");
        room.alert(Alert::of(Event::Held, key, guard.name(), &words));
        say(session, room, key, guard, faults);
    }
    report.hold(told);
    Ok(Exit::Held)
}

/// Says that an issue is held and why; with `-q` once for each issue and guard, for cron asks every minute.
fn say(session: &Session, room: &Newsroom, key: IssueKey, guard: Guard, faults: Vec<Fault>) {
    let words = line(key, guard);
    // An issue that has changed since it was approved is another matter than one that nobody has looked at.
    let matter = match (guard, faults.first()) {
        (Guard::Approve, Some(fault)) => format!("{words}: {}", fault.reason),
        _ => words.clone(),
    };
    if is_to_be_said(session, room, &matter) {
        session.warn(&words);
        // An issue of ads alone is sent in no case.
        let may_be_sent = faults.iter().any(Fault::is_error);
        name_faults(session, faults);
        if guard == Guard::Lint && may_be_sent {
            session.warn(
                "mend what is named, or run again with `--override lint` to send it all the same",
            );
        }
    }
}

/// The line that says an issue is held.
pub(super) fn line(key: IssueKey, guard: Guard) -> String {
    format!("{key}: held by the guard `{guard}`; nothing is published")
}
