//! The issue that would go out next, made and looked over.

use super::Found;
use crate::{
    cli::{Failure, Session, edited::Edited, newsroom::peek, session::chain},
    config::Config,
    domain::{
        article::Article,
        fault::Fault,
        issue::{Frequency, IssueKey},
    },
    publish::{self, Press},
    store::{Past, StoreError, sqlite::SqliteStore},
};

/// What is wrong with the next issue of a frequency.
pub(super) fn check(
    session: &Session,
    config: &Config,
    frequency: Frequency,
    articles: &[Article],
) -> Found {
    let zone = config.newsletter.timezone;
    let today = session.clock.now().with_timezone(&zone).date_naive();
    let Some(date) = config.schedule.next_day(frequency, today) else {
        return Found::default();
    };
    let key = IssueKey { date, frequency };
    look_over(config, key, articles).unwrap_or_else(|failure| Found::of(failure.faults))
}

fn look_over(config: &Config, key: IssueKey, articles: &[Article]) -> Result<Found, Failure> {
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
    let made = publish::draft(&brief, key, cut_off, articles, &past).and_then(|draft| {
        if draft.digest.items.is_empty() {
            return Ok(None);
        }
        let press = Press::new(&draft.digest, &brief)?;
        Ok(Some(publish::inspect(
            &brief,
            &draft.digest,
            &press,
            before.as_ref(),
            &[],
        )))
    });
    match made {
        Ok(Some(findings)) => Ok(Found {
            findings,
            ..Found::default()
        }),
        Ok(None) => Ok(Found::of(vec![
            Fault::warning(format!(
                "the next issue, {key}, would be empty; an empty issue is not sent"
            ))
            .remedy("`overblik why ID` tells what keeps an article out"),
        ])),
        Err(error) => Ok(Found::of(vec![Fault::error(format!(
            "the next issue, {key}, cannot be made: {}",
            chain(&error)
        ))])),
    }
}

fn past(
    store: &SqliteStore,
    key: IssueKey,
) -> Result<(Past, Option<crate::lint::Before>), StoreError> {
    Ok((
        publish::past(store, key.frequency)?,
        publish::before(store, key)?,
    ))
}
