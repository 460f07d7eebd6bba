//! What an issue knows of those before it that stands in their own papers: for a weekly one where each article stood in the
//! week's daily ones, for its best come first.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{ItemRecord, earlier};
use crate::{
    domain::{
        article::ArticleId,
        issue::{Frequency, IssueKey},
    },
    store::{Past, Read, StoreError},
};

/// The most daily issues that are looked into.
const ISSUES: usize = 31;

/// What earlier issues of a frequency left behind, and what they printed; for a weekly issue with the places its articles
/// had in the daily issues since the last.
///
/// # Errors
/// The store's own words; a record that no version of this program writes.
pub fn past(store: &impl Read, frequency: Frequency) -> Result<Past, StoreError> {
    let mut past = store.past(frequency)?;
    past.pieces = earlier::pieces(store, &past.printed)?;
    if frequency == Frequency::Weekly {
        past.places = places(store, past.last_cut_off)?;
    }
    Ok(past)
}

#[derive(Deserialize)]
struct Items {
    items: Vec<ItemRecord>,
}

fn places(
    store: &impl Read,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<(ArticleId, IssueKey, usize)>, StoreError> {
    let mut places = Vec::new();
    let daily = store.issues()?.into_iter().rev().filter(|issue| {
        issue.key.frequency == Frequency::Daily
            && issue.cancelled_at.is_none()
            && since.is_none_or(|since| issue.cut_off > since)
    });
    for issue in daily.take(ISSUES) {
        let record: Items = serde_json::from_str(&store.record(issue.number)?)
            .map_err(|_| StoreError::Damaged(format!("the record of {}", issue.key)))?;
        let items = record.items.into_iter();
        places.extend(items.map(|item| (ArticleId(item.id), issue.key, item.rank)));
    }
    Ok(places)
}
