//! From what the sources give to a frozen issue.

use chrono::{DateTime, Utc};

use super::{
    Fresh, Send, Sender, canary,
    due::{self, Due},
    holds, top_up,
};
use crate::{
    cli::{
        Exit, Failure, Session, alerts,
        edited::Edited,
        journal::{self, About},
        newsroom::{Newsroom, doubts, name_faults},
        report::Report,
    },
    domain::{address::Address, fault::Fault, issue::IssueKey},
    lint::Finding,
    publish::{self, LongPlan, PlanError, Press, unprinted_pins},
    roster::{Suppressions, Surveyed},
    store::{IssueRow, Read as _, journal::Act, sqlite::SqliteStore},
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
    let edited = Edited::of(config, key.date)?;
    let aside = room.state.path();
    let mut enrolment = publish::enrol(
        &config.subscribers_folder(),
        &config.known(),
        &sender.key,
        key.frequency,
        config.newsletter.timezone,
        aside,
        sender.surveyed.take().map(|surveyed| *surveyed),
    )
    .map_err(|error| not_planned(&error.into()))?;
    let roster = &enrolment.roster;
    if let Some(held) = holds::beforehand(request, room, key, &roster.uncuttable, &edited) {
        return sender.held(store, key, &edited, held);
    }
    let suppressions = Suppressions::read(&room.state.suppressions(), &sender.keys.names())
        .map_err(|error| Failure::usage(error.fault()))?;
    let brief = edited.brief(config);
    let collected = sender.collected();
    edited.check(&collected)?;
    alerts::note_sources(room, &collected);
    let tell_doubts = || {
        let lists = roster.uncuttable.iter().chain(&roster.faults).cloned();
        name_faults(session, doubts(&collected).chain(lists));
    };
    let past = publish::past(store, key.frequency)?;
    let draft = publish::draft(
        &brief.filled(&collected),
        key,
        cut_off,
        &collected.articles,
        &past,
    )?;
    if draft.digest.items.is_empty() {
        // Nothing due, and a whole source missing: that is no quiet day.
        let missing = collected.warnings.iter().any(Fault::is_error);
        if let Some(held) = holds::for_ads_alone(request, &draft).filter(|_| !missing) {
            return sender.held(store, key, &edited, held);
        }
        if missing {
            sender.exit = Exit::Usage;
        }
        // On a quiet day cron comes again in a minute; what is wrong is said with the issue it matters to.
        if missing || !session.global.quiet {
            tell_doubts();
            name_faults(session, draft.ads_alone());
        }
        session.say(&format!(
            "{key}: no article is due; an empty issue is not sent"
        ));
        return Ok(None);
    }
    if let Some(held) = holds::for_items(request, room, draft.digest.items.len()) {
        return sender.held(store, key, &edited, held);
    }
    let mut press = Press::new(&draft.digest, &brief)?;
    if let Some(held) = holds::for_approval(request, room, key, &press.hash())? {
        return sender.held(store, key, &edited, held);
    }
    tell_doubts();
    name_faults(session, unprinted_pins(&draft.digest, brief.overlay));
    if let Some(shortened) = draft.shortened() {
        session.say(&format!("{key}: {shortened}"));
    }
    enrolment.first = canary::first(room, &sender.key);
    let listing = std::mem::take(&mut enrolment.listing);
    let stands_there = |seed: &Address| listing.may_have(&sender.key.subscriber_id(&seed.folded()));
    name_faults(session, canary::strangers(&config.guards, stands_there));
    let plan = LongPlan::new(&brief, key, &mut press, enrolment, &suppressions, aside)
        .map_err(|error| not_planned(&error))?;
    if plan.is_empty() {
        session.say(&format!(
            "{key}: no {} reader; nothing is published",
            key.frequency
        ));
        return Ok(None);
    }
    let before = publish::before(store, key)?;
    let findings = publish::inspect(&brief, &draft.digest, &press, before.as_ref(), &[]);
    if let Some(held) = holds::for_findings(request, &findings) {
        return sender.held(store, key, &edited, held);
    }
    if let Some(held) = holds::for_recipients(request, room, store, key, plan.recipients)? {
        return sender.held(store, key, &edited, held);
    }
    // Nobody is mailed about a missing alt text every morning: for cron, what holds nothing is not said.
    if !session.global.quiet {
        name_faults(session, findings.iter().map(Finding::told));
    }
    canary::plan(room, key, plan.canary, plan.len())?;
    let (refused, letters) = (plan.refused, plan.letters);
    let mut rows = plan.rows().map_err(|error| not_planned(&error.into()))?;
    publish::lay_out_pictures(&draft.digest, &brief).map_err(|error| {
        Failure::ours("writing the issue's pictures", &error).with_remedy(
            "nothing was published; make room in the folder of `pictures.path`, or name one that can be written to",
        )
    })?;
    let head = room.letterhead();
    let issue = publish::freeze_rows(store, &draft, press, refused, &mut rows, &head, room.now)
        .map_err(|error| super::ledger_failure(&error.into()))?;
    sender.fresh = Some(Fresh { issue, letters });
    for guard in request.going_past() {
        journal::note(
            session,
            room,
            Act::Overrode,
            About::Issue(key),
            guard.name(),
        );
    }
    sender.listing = Some(listing);
    Ok(store.issue(key)?)
}

fn not_planned(error: &PlanError) -> Failure {
    Failure::ours("planning the issue", error).with_remedy(
        "nothing was published; make room in the state folder and run `overblik send` again",
    )
}

/// What a first send comes to.
pub(super) enum FirstSend {
    /// Nothing is due, or all that is due is held: it ends so.
    Ends(Exit),
    /// There is something to publish; the subscriber files were looked over.
    Begins(Option<Box<Surveyed>>),
}

/// Looks whether a first send has anything to begin. Where not, that is said, also in the report, and neither key nor
/// ledger is made.
pub(super) fn first_send(
    request: &Send,
    session: &Session,
    room: &Newsroom,
    report: &mut Report,
) -> Result<FirstSend, Failure> {
    let store = SqliteStore::in_memory()?;
    let due = due::due(request, room, &store)?;
    if request.top_up {
        top_up::targets(request, &store, &due)?;
    }
    let config = &room.config;
    let surveyed = due
        .iter()
        .any(|due| matches!(due, Due::Now { .. }))
        .then(|| Box::new(Surveyed::new(&config.subscribers_folder(), &config.known())));
    let mut kept = Vec::new();
    for due in due {
        match due {
            Due::Not { key, why } => kept.push((key, Err(why))),
            Due::Now { key, .. } => {
                let edited = Edited::of(config, key.date)?;
                let uncuttable = surveyed.as_deref().map_or(&[][..], Surveyed::uncuttable);
                match holds::beforehand(request, room, key, uncuttable, &edited) {
                    Some(held) => kept.push((key, Ok((held, edited)))),
                    None => return Ok(FirstSend::Begins(surveyed)),
                }
            }
        }
    }
    let mut exit = Exit::Done;
    for (key, why) in kept {
        match why {
            Err(why) => session.say(&format!("{key}: {why}")),
            Ok((held, edited)) => {
                let ended = holds::hold(session, room, &store, key, &edited, held, report)?;
                if ended == Exit::Held {
                    exit = Exit::Held;
                }
            }
        }
    }
    Ok(FirstSend::Ends(exit))
}
