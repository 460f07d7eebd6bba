//! The issue that would go out next, made and looked over.

use std::time::Duration;

use super::{Check, Found};
use crate::{
    cli::{Failure, Session, edited::Edited, newsroom::peek, session::chain},
    config::Config,
    domain::{
        fault::Fault,
        issue::{Frequency, IssueKey},
    },
    lint::{self, Before, Level, LinkAnswer, Rendered},
    publish::{self, Press},
    source::Collected,
    source::{
        self,
        links::{self, Knocking},
    },
    store::{Past, StoreError, sqlite::SqliteStore},
};

/// How long all links together may take to answer.
const TIME: Duration = Duration::from_secs(30);

/// What is wrong with the next issue of a frequency.
pub(super) fn check(
    session: &Session,
    config: &Config,
    request: &Check,
    frequency: Frequency,
    collected: &Collected,
) -> Found {
    let zone = config.newsletter.timezone;
    let today = session.clock.now().with_timezone(&zone).date_naive();
    let Some(date) = config.schedule.next_day(frequency, today) else {
        return Found::default();
    };
    let key = IssueKey { date, frequency };
    look_over(session, config, request, key, collected)
        .unwrap_or_else(|failure| Found::of(failure.faults))
}

fn look_over(
    session: &Session,
    config: &Config,
    request: &Check,
    key: IssueKey,
    collected: &Collected,
) -> Result<Found, Failure> {
    let state = config.state_folder();
    let store = peek(&state)?;
    let broken = |error: StoreError| {
        let ledger = state.ledger().display().to_string();
        Failure::usage(
            Fault::error(chain(&error))
                .in_file(ledger)
                .remedy(error.remedy()),
        )
    };
    let (past, before) = match &store {
        Some(store) => past(store, key).map_err(broken)?,
        None => (Past::default(), None),
    };
    // What is wrong with the day's file is told with the others.
    let Ok(edited) = Edited::of(config, key.date) else {
        return Ok(Found::default());
    };
    let brief = edited.brief(config);
    let cut_off = config.schedule.cut_off(key, config.newsletter.timezone);
    let made = publish::draft(
        &brief.filled(collected),
        key,
        cut_off,
        &collected.articles,
        &past,
    )
    .and_then(|draft| {
        if draft.digest.items.is_empty() {
            return Ok(Err(draft.ads_alone()));
        }
        let press = Press::new(&draft.digest, &brief)?;
        let answers = if request.links {
            knock(session, config, &publish::rendered(key, &press))
        } else {
            Vec::new()
        };
        Ok(Ok(publish::inspect(
            &brief,
            &draft.digest,
            &press,
            before.as_ref(),
            &answers,
        )))
    });
    match made {
        Ok(Ok(findings)) => Ok(Found {
            findings,
            ..Found::default()
        }),
        Ok(Err(ads_alone)) => {
            let empty = Fault::warning(format!(
                "the next issue, {key}, would be empty; an empty issue is not sent"
            ))
            .remedy("`overblik why ID` tells what keeps an article out");
            Ok(Found::of([empty].into_iter().chain(ads_alone).collect()))
        }
        Err(error) => Ok(Found::of(vec![Fault::error(format!(
            "the next issue, {key}, cannot be made: {}",
            chain(&error)
        ))])),
    }
}

/// Asks the links of an issue whether they answer.
fn knock(session: &Session, config: &Config, editions: &[Rendered]) -> Vec<LinkAnswer> {
    if config.lint.link_reach == Level::Off {
        session.say("`lint.link_reach` is off; no link is asked");
        return Vec::new();
    }
    let cache = config.path(source::CACHE);
    let knocking = Knocking {
        cache: &cache,
        at: session.clock.now(),
        within: TIME,
    };
    let knocked = links::ask(&lint::addresses(editions), &knocking);
    let (asked, known) = (knocked.asked, knocked.answers.len());
    let mut words = format!("links looked up: {known}, of which asked just now: {asked}");
    if knocked.left > 0 {
        words = format!("{words}; without time to ask: {}", knocked.left);
    }
    session.say(&words);
    knocked.answers
}

fn past(store: &SqliteStore, key: IssueKey) -> Result<(Past, Option<Before>), StoreError> {
    Ok((
        publish::past(store, key.frequency)?,
        publish::before(store, key)?,
    ))
}
