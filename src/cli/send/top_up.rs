//! Readers who joined after an issue was planned.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use super::{Due, Send, Sender, knows_the_readers, ledger_failure, said::is_to_be_said};
use crate::{
    cli::{
        Exit, Failure, Session,
        held::HeldReport,
        journal::{self, About},
        newsroom::{Newsroom, key, name_faults, refused},
        report::{Report, readers},
    },
    domain::{
        issue::{Frequency, IssueKey},
        key::SigningKey,
    },
    publish::{self, Guard, LongPlan, Manuscript, PlanError, Press},
    render::RenderError,
    roster::{Listing, Suppressions},
    store::{IssueRow, Read, journal::Act, sqlite::SqliteStore},
};

/// Plans them, in the issues that are meant.
pub(super) fn add(
    request: &Send,
    sender: &mut Sender<'_>,
    store: &mut SqliteStore,
    due: &[Due],
) -> Result<(), Failure> {
    if !request.top_up {
        return Ok(());
    }
    let (session, room) = (sender.session, sender.room);
    // All are looked at before any is changed.
    for (issue, manuscript) in frozen(request, store, &sender.key, due)? {
        let aside = room.state.path();
        let further = further(
            session,
            room,
            store,
            &issue,
            &manuscript,
            &sender.key,
            aside,
        )?;
        if let Some(held) = further.held(request) {
            if is_to_be_said(session, room, &held) {
                session.warn(&held);
                name_faults(session, further.uncuttable.iter().cloned());
            }
            sender.report.hold(further.told());
            sender.exit = Exit::Held;
            continue;
        }
        if further.plan.is_empty() {
            session.say(&format!(
                "{}: nobody has joined since it was planned",
                issue.key
            ));
            continue;
        }
        let rows = further
            .plan
            .rows()
            .map_err(|error| not_added(error.into()))?;
        let added = publish::top_up(store, issue.number, further.press, rows, room.now)
            .map_err(|error| ledger_failure(&error.into()))?;
        session.say(&format!("{}: {} added", issue.key, readers(added)));
        journal::note(
            session,
            room,
            Act::ToppedUp,
            About::Issue(issue.key),
            &readers(added),
        );
        sender.listing = Some(further.listing);
    }
    Ok(())
}

/// Says what [`add`] would do: in words, and as JSON for each issue; what holds it also in the report.
pub(super) fn would_add(
    request: &Send,
    session: &Session,
    room: &Newsroom,
    store: &SqliteStore,
    due: &[Due],
    report: &mut Report,
) -> Result<(String, Vec<Value>), Failure> {
    let (mut words, mut shown) = (String::new(), Vec::new());
    if !request.top_up {
        return Ok((words, shown));
    }
    let Some(signing_key) = room.state.key()? else {
        // Nothing is frozen without one.
        targets(request, store, due)?;
        return Ok((words, shown));
    };
    for (issue, manuscript) in frozen(request, store, &signing_key, due)? {
        // Not in the state folder: a dry run writes nothing there.
        let aside = std::env::temp_dir();
        let further = further(
            session,
            room,
            store,
            &issue,
            &manuscript,
            &signing_key,
            &aside,
        )?;
        let held = further.held(request);
        if let Some(held) = &held {
            words.push_str(&format!("{held}\n"));
            report.hold(further.told());
        }
        let mut letters = 0;
        let mut skipped: BTreeMap<&str, u64> = BTreeMap::new();
        for row in further
            .plan
            .rows()
            .map_err(|error| not_added(error.into()))?
        {
            match row.edition {
                Ok(_) => letters += 1,
                Err(why) => *skipped.entry(why.word()).or_default() += 1,
            }
        }
        let added = letters + skipped.values().sum::<u64>();
        words.push_str(&format!(
            "{}: {} would be added\n  letters   {letters:>7}\n",
            issue.key,
            readers(added)
        ));
        for (why, count) in &skipped {
            words.push_str(&format!("  skipped   {count:>7}  {why}\n"));
        }
        shown.push(json!({
            "issue": issue.key.to_string(),
            "frequency": issue.key.frequency,
            "date": issue.key.date.to_string(),
            "added": added,
            "letters": letters,
            "skipped": skipped,
            "held": held.map(|_| Guard::List),
        }));
    }
    Ok((words, shown))
}

/// The issues that are meant: of the date asked for, else the newest of each frequency. An issue that this run publishes
/// has everybody in it.
///
/// # Errors
/// There is none, or one is cancelled.
pub(super) fn targets(
    request: &Send,
    store: &impl Read,
    due: &[Due],
) -> Result<Vec<IssueRow>, Failure> {
    let mut targets = Vec::new();
    let mut is_published_now = false;
    for frequency in Frequency::ALL {
        if request.frequency.is_some_and(|wanted| wanted != frequency) {
            continue;
        }
        if due.iter().any(|due| due.is_now(frequency)) {
            is_published_now = true;
            continue;
        }
        let issue = match request.date {
            Some(date) => store.issue(key(frequency, date))?,
            None => {
                let mut issues = store.issues()?.into_iter();
                issues.rfind(|issue| issue.key.frequency == frequency)
            }
        };
        let Some(issue) = issue else { continue };
        if issue.cancelled_at.is_some() {
            return Err(refused(
                format!("{} is cancelled, so nobody can be added to it", issue.key),
                "name another with `--date` or `--frequency`; `overblik issues list` shows them",
            ));
        }
        targets.push(issue);
    }
    if targets.is_empty() && !is_published_now {
        let frequency = request
            .frequency
            .map_or_else(String::new, |frequency| format!(" {frequency}"));
        let date = request
            .date
            .map_or_else(String::new, |date| format!(" of {date}"));
        return Err(refused(
            format!("no{frequency} issue{date} has been published, so nobody can be added to one"),
            "`overblik issues list` shows those that have",
        ));
    }
    Ok(targets)
}

/// The same, each with what its pieces are made from.
///
/// # Errors
/// An issue that was frozen without it, or planned under another key: everybody in the files would look new.
fn frozen(
    request: &Send,
    store: &SqliteStore,
    signing_key: &SigningKey,
    due: &[Due],
) -> Result<Vec<(IssueRow, Manuscript)>, Failure> {
    let targets = targets(request, store, due)?.into_iter();
    targets
        .map(|issue| {
            knows_the_readers(signing_key, store, &issue)?;
            let kept = store.manuscript(issue.number)?;
            let manuscript = kept.and_then(|kept| Manuscript::from_json(&kept).ok());
            let manuscript = manuscript.ok_or_else(|| frozen_otherwise(issue.key))?;
            Ok((issue, manuscript))
        })
        .collect()
}

fn frozen_otherwise(issue: IssueKey) -> Failure {
    refused(
        format!("{issue} was frozen by another version of this program; nobody can be added to it"),
        "who has joined since gets the next issue",
    )
}

/// Who would be added to an issue.
struct Further<'m> {
    issue: IssueKey,
    press: Press<'m>,
    plan: LongPlan,
    /// Everybody who stands in the files.
    listing: Listing,
    /// What is wrong with whole files.
    uncuttable: Vec<crate::domain::fault::Fault>,
}

impl Further<'_> {
    /// The line that says that nobody is added, for a subscriber file cannot be read.
    fn held(&self, request: &Send) -> Option<String> {
        let guard = Guard::List;
        let holds = !self.uncuttable.is_empty() && !request.overrides.contains(&guard);
        holds.then(|| {
            format!(
                "{}: held by the guard `{guard}`; nobody is added",
                self.issue
            )
        })
    }

    /// The same to scripts.
    fn told(&self) -> HeldReport {
        HeldReport::issue(self.issue, Guard::List, &self.uncuttable)
    }
}

fn further<'m>(
    session: &Session,
    room: &Newsroom,
    store: &SqliteStore,
    issue: &IssueRow,
    manuscript: &'m Manuscript,
    signing_key: &SigningKey,
    aside: &Path,
) -> Result<Further<'m>, Failure> {
    let config = &room.config;
    let mut enrolment = publish::enrol(
        &config.subscribers_folder(),
        &config.known(),
        signing_key,
        issue.key.frequency,
        config.newsletter.timezone,
        aside,
        None,
    )
    .map_err(|error| not_added(error.into()))?;
    name_faults(session, enrolment.roster.faults.iter().cloned());
    let suppressions = Suppressions::read(&room.state.suppressions(), &room.keys()?.names())
        .map_err(|error| Failure::usage(error.fault()))?;
    let (listing, uncuttable) = (
        std::mem::take(&mut enrolment.listing),
        std::mem::take(&mut enrolment.roster.uncuttable),
    );
    let mut press = Press::again(
        manuscript,
        issue.hash,
        store.editions(issue.number)?,
        store.pieces(issue.number)?,
    );
    let plan = LongPlan::without(
        &config.brief(),
        issue.key,
        &mut press,
        enrolment,
        &suppressions,
        aside,
        &|reader| Ok(store.row_of(issue.number, *reader)?.is_some()),
    )
    .map_err(|error| match error {
        PlanError::Render(RenderError::NotAsFrozen) => frozen_otherwise(issue.key),
        error => not_added(error),
    })?;
    Ok(Further {
        issue: issue.key,
        press,
        plan,
        listing,
        uncuttable,
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "what a failed step gives is given on"
)]
fn not_added(error: PlanError) -> Failure {
    Failure::ours("adding readers to the issue", &error).with_remedy(
        "nobody was added; make room in the state folder and run `overblik send` again",
    )
}
