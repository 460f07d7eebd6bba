//! What would happen, with nothing written.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use serde_json::json;

use super::{
    Due, Forecast, Send, again, canary, due, forecast::Until, holds, outlook, top_up, warm_up,
};
use crate::{
    cli::{
        Exit, Failure, Session,
        edited::Edited,
        held::HeldReport,
        newsroom::{Newsroom, doubts, name_faults},
        paused::is_paused,
        report::Report,
        status::owed,
    },
    domain::{
        clock::Clock,
        issue::IssueKey,
        key::{SigningKey, hex},
    },
    ledger,
    lint::Finding,
    publish::{self, Press, Printed, unprinted_pins},
    roster::{Roster, Suppressions},
    store::{Read as _, sqlite::SqliteStore},
};

/// Shows the plan.
pub(super) fn show(request: &Send, session: &Session, room: &Newsroom) -> Result<Exit, Failure> {
    let store = match room.peek()? {
        Some(store) => store,
        None => SqliteStore::in_memory().map_err(|error| Failure::ours("starting", &error))?,
    };
    let clock: Arc<dyn Clock> = Arc::clone(&session.clock);
    let allowances = warm_up::allowances(room, &clock);
    warm_up::recount(&allowances, &store)?;
    let mut left_today = warm_up::left_today(&allowances);
    let mut shown = Vec::new();
    let mut report = Report::of_a_run();
    again::needs_an_issue(request, &store)?;
    let mut words = again::would_reopen(request, room, &store)?;
    for issue in store.issues()? {
        if ledger::is_unfinished(&issue) {
            if let Some(paused) = is_paused(room, &store, &issue)? {
                words.push_str(&format!("{paused}\n"));
                continue;
            }
            let tally = owed(&store, room, &issue)?.tally(&store, issue.number)?;
            words.push_str(&format!(
                "{} would be resumed: {} letters to send\n",
                issue.key,
                tally.waiting + tally.deferred
            ));
            left_today = left_today.map(|left| left.saturating_sub(tally.waiting + tally.deferred));
        }
    }
    let due = due::due(request, room, &store)?;
    let (would_add, added) = top_up::would_add(request, session, room, &store, &due, &mut report)?;
    words.push_str(&would_add);
    for due in due {
        match due {
            Due::Now { key, cut_off } => {
                let issue = would_send(
                    request,
                    session,
                    room,
                    &store,
                    (key, cut_off),
                    &mut left_today,
                    &mut report,
                )?;
                words.push_str(&issue.0);
                shown.push(issue.1);
            }
            Due::Not { key, why } => words.push_str(&format!("{key}: {why}\n")),
        }
    }
    if session.global.json {
        // The shape of `send`, with what would be planned beside it.
        let mut document = serde_json::to_value(report).unwrap_or_default();
        document["dry_run"] = json!(true);
        document["would_send"] = json!(shown);
        document["would_add"] = json!(added);
        session.json(&document);
    } else {
        session.data(&words);
    }
    Ok(Exit::Done)
}

/// What is known of how long an issue's letters of today take.
struct Leaving {
    key: IssueKey,
    letters: u64,
    /// The time that limits give them, where there are any.
    limits: Option<TimeDelta>,
    /// Whether most wait for what becomes of the first.
    waits: bool,
}

impl Leaving {
    /// When the last of them leaves: in words, where nothing said so far tells it, and as JSON.
    fn until(
        &self,
        room: &Newsroom,
        store: &SqliteStore,
    ) -> Result<(String, serde_json::Value), Failure> {
        let config = &room.config;
        let zone = config.newsletter.timezone;
        let Some(measured) = store.measured()? else {
            let words = match self.limits {
                None => {
                    "  until     no estimate: how fast letters are taken is known after the first issue\n"
                }
                Some(_) => "",
            };
            return Ok((words.to_owned(), serde_json::Value::Null));
        };
        let begins = room.now.max(config.schedule.cut_off(self.key, zone));
        let wait = match self.waits {
            true => config.guards.canary_wait.0,
            false => TimeDelta::zero(),
        };
        let lasting = |time: TimeDelta| time.to_std().unwrap_or_default();
        let limits = lasting(self.limits.unwrap_or_default());
        let until = Until::of(self.letters, (begins, lasting(wait)), limits, measured);
        let words = match until.is_later {
            true => format!("  until     {}\n", until.words((room.now, zone))),
            false => String::new(),
        };
        let document = json!({
            "about": until.at.with_timezone(&zone).to_rfc3339(),
            "per_minute": until.a_minute,
        });
        Ok((words, document))
    }
}

fn would_send(
    request: &Send,
    session: &Session,
    room: &Newsroom,
    store: &SqliteStore,
    (key, cut_off): (IssueKey, chrono::DateTime<chrono::Utc>),
    left_today: &mut Option<u64>,
    report: &mut Report,
) -> Result<(String, serde_json::Value), Failure> {
    let config = &room.config;
    let edited = Edited::of(config, key.date)?;
    let brief = edited.brief(config);
    let roster = Roster::read(&config.subscribers_folder(), &config.known());
    let held = holds::beforehand(request, room, key, &roster.uncuttable, &edited);
    let collected = publish::collect(&brief, room.now);
    edited.check(&collected)?;
    name_faults(
        session,
        doubts(&collected)
            .chain(roster.uncuttable.iter().cloned())
            .chain(roster.faults.iter().cloned()),
    );
    name_faults(session, canary::unread(&config.guards, &roster));
    let past = publish::past(store, key.frequency)?;
    let draft = publish::draft(
        &brief.filled(&collected),
        key,
        cut_off,
        &collected.articles,
        &past,
    )?;
    if draft.digest.items.is_empty() {
        let words = match holds::for_ads_alone(request, &draft) {
            Some((guard, faults)) => {
                report.hold(HeldReport::issue(key, guard, &faults));
                let ads: String = faults.iter().map(|ad| format!("  {ad}\n")).collect();
                format!("{}\n{ads}", holds::line(key, guard))
            }
            None => {
                name_faults(session, draft.ads_alone());
                format!("{key}: no article is due; an empty issue is not sent\n")
            }
        };
        return Ok((words, json!({ "issue": key.to_string(), "empty": true })));
    }
    name_faults(session, unprinted_pins(&draft.digest, brief.overlay));
    // Who would be planned does not depend on the key; a first send has none yet.
    let signing_key = room.state.key()?;
    let old_keys = room.state.old_keys()?;
    let known: Vec<String> = signing_key
        .iter()
        .chain(&old_keys)
        .map(SigningKey::id)
        .collect();
    let suppressions = Suppressions::read(&room.state.suppressions(), &known)
        .map_err(|error| Failure::usage(error.fault()))?;
    let throwaway = SigningKey::new([0; 32]);
    let mut press = Press::new(&draft.digest, &brief)?;
    let plan = publish::plan(
        &brief,
        key,
        &mut press,
        &roster,
        &suppressions,
        signing_key.as_ref().unwrap_or(&throwaway),
    )?;
    let before = publish::before(store, key)?;
    let findings = publish::inspect(&brief, &draft.digest, &press, before.as_ref(), &[]);
    let held = held
        .or_else(|| holds::for_items(request, room, draft.digest.items.len()))
        .or_else(|| holds::for_findings(request, &findings).filter(|_| !plan.rows.is_empty()));
    let warnings = findings.iter().filter(|finding| !finding.is_error());
    name_faults(session, warnings.map(Finding::told));
    let held = match held {
        Some(held) => Some(held),
        None => match holds::for_approval(request, room, key, &press.hash())? {
            Some(held) => Some(held),
            None => holds::for_recipients(request, room, store, key, plan.recipients())?,
        },
    };
    let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
    let mut editions: BTreeMap<u32, usize> = BTreeMap::new();
    for row in &plan.rows {
        match row.edition {
            Ok(edition) => *editions.entry(edition).or_default() += 1,
            Err(why) => *skipped.entry(why.word()).or_default() += 1,
        }
    }
    let letters: usize = editions.values().sum();
    let hash = hex(&press.hash());
    let subject = press.whole(config.newsletter.language).subject.clone();
    let mut words = format!(
        "{key}  {}\n  subject   {subject}\n  letters   {letters:>7}  in {} {}\n",
        &hash[..12],
        editions.len(),
        if editions.len() == 1 {
            "edition"
        } else {
            "editions"
        }
    );
    let printed = Printed::of(&draft.digest);
    let (said, by_edition) = outlook::editions(&draft.digest, press.editions(), &editions);
    words.push_str(&said);
    let first = outlook::first(room, signing_key.as_ref().unwrap_or(&throwaway), &plan);
    if let Some((said, _)) = &first {
        words.push_str(said);
    }
    let since = outlook::since(store, key, plan.recipients(), &printed)?;
    if let Some((said, _)) = &since {
        words.push_str(said);
    }
    let zone = config.newsletter.timezone;
    let to_send = plan.rows.iter().filter(|row| row.edition.is_ok());
    let pace = Forecast::of(config).words(
        to_send.map(|row| row.address.as_str()),
        *left_today,
        (room.now, zone),
    );
    match &pace {
        Some((said, pace)) => {
            words.push_str(&format!("  pace      {said}\n"));
            *left_today = left_today.map(|left| left.saturating_sub(pace.today));
        }
        None => words.push_str("  pace      no limit is set: as fast as they are taken\n"),
    }
    let leaving = Leaving {
        key,
        letters: pace.as_ref().map_or(letters as u64, |(_, pace)| pace.today),
        limits: pace.as_ref().map(|(_, pace)| pace.done - room.now),
        waits: first.is_some(),
    };
    let (said, until) = leaving.until(room, store)?;
    words.push_str(&said);
    if let Some(shortened) = draft.shortened() {
        words.push_str(&format!("  shorter   {shortened}\n"));
    }
    for (why, count) in &skipped {
        words.push_str(&format!("  skipped   {count:>7}  {why}\n"));
    }
    if plan.refused > 0 {
        words.push_str(&format!(
            "  refused   {:>7}  entries of the subscriber files\n",
            plan.refused
        ));
    }
    for section in &draft.digest.sections {
        let items: Vec<_> = draft
            .digest
            .items
            .iter()
            .filter(|item| item.section == section.id)
            .collect();
        if !items.is_empty() {
            words.push_str(&format!("  {}\n", section.name));
            for item in items {
                words.push_str(&format!("    - {}\n", item.article.title));
            }
        }
    }
    if let Some((guard, faults)) = &held {
        report.hold(HeldReport::issue(key, *guard, faults));
        words.push_str(&format!("  {}\n", holds::line(key, *guard)));
        for fault in faults {
            words.push_str(&format!("  {fault}\n"));
        }
    }
    let document = json!({
        "issue": key.to_string(),
        "frequency": key.frequency,
        "date": key.date.to_string(),
        "hash": hash,
        "subject": subject,
        "planned": plan.rows.len(),
        "letters": letters,
        "editions": editions.len(),
        "skipped": skipped,
        "refused": plan.refused,
        "pace": pace.map(|(_, pace)| json!({
            "today": pace.today,
            "tomorrow": pace.tomorrow,
            "done_about": pace.done.with_timezone(&zone).to_rfc3339(),
        })),
        "until": until,
        "items": draft.digest.items.iter().map(|item| &item.article.id).collect::<Vec<_>>(),
        "contents": printed,
        "by_edition": by_edition,
        "first": first.map(|(_, first)| first),
        "since": since.map(|(_, since)| since),
        "held": held.as_ref().map(|(guard, _)| guard),
        "findings": findings,
    });
    Ok((words, document))
}
