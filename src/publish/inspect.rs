//! An issue looked over as it would go out: the rules of [`lint`](crate::lint) asked of what the press has set.

use serde::Deserialize;

use super::{Brief, ItemRecord, Press};
use crate::{
    domain::{
        issue::{Digest, Frequency, IssueKey},
        language::Language,
        piece::Piece,
    },
    letter::encode::EncodedPiece,
    lint::{Before, Finding, LinkAnswer, Look, Rendered, lint},
    store::{Read, StoreError},
};

/// The most octets that a reader's own takes in the HTML part, encoded: a greeting by a long name and two signed links.
pub(super) const READERS_OWN: usize = 3 * 1024;

/// Looks a digest over as the press has set it. `before` is the issue before it, `answers` what became of asking its
/// links, where they were asked.
pub fn inspect(
    brief: &Brief<'_>,
    digest: &Digest,
    press: &Press<'_>,
    before: Option<&Before>,
    answers: &[LinkAnswer],
) -> Vec<Finding> {
    let look = Look {
        digest,
        newsletter: brief.newsletter,
        publishers: brief.publishers,
        ads: brief.ads,
        editions: &rendered(digest.key, press),
        before,
        answers,
        limits: brief.look.theme.limits,
    };
    lint(&look, brief.lint)
}

/// The whole issue in each language, as its readers get it.
pub fn rendered(key: IssueKey, press: &Press<'_>) -> Vec<Rendered> {
    let languages = [Language::Da, Language::En];
    languages
        .into_iter()
        .map(|language| {
            let (edition, html, text) = press.parts(language);
            Rendered {
                name: match (key.frequency, language) {
                    (Frequency::Daily, Language::Da) => "all",
                    (Frequency::Daily, Language::En) => "all-en",
                    (Frequency::Weekly, Language::Da) => "weekly",
                    (Frequency::Weekly, Language::En) => "weekly-en",
                },
                subject: edition.subject.clone(),
                preheader: edition.preheader.clone(),
                html_bytes: encoded_size(&html),
                html: strung(&html),
                text: strung(&text),
            }
        })
        .collect()
}

/// The octets of an HTML part of these pieces, encoded, with the reader's own at its longest.
pub(super) fn encoded_size(pieces: &[&Piece]) -> usize {
    let sizes = pieces
        .iter()
        .map(|piece| EncodedPiece::encode(piece).to_stored().len());
    sizes.sum::<usize>() + READERS_OWN
}

fn strung(pieces: &[&Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    subject: Option<String>,
    items: Vec<ItemRecord>,
}

/// What is known of the issue of the same frequency before a key's.
///
/// # Errors
/// The store's own words; a record that no version of this program writes.
pub fn before(store: &impl Read, key: IssueKey) -> Result<Option<Before>, StoreError> {
    let issues = store.issues()?;
    let last = issues.into_iter().filter(|issue| {
        issue.key.frequency == key.frequency
            && issue.key.date < key.date
            && issue.cancelled_at.is_none()
    });
    let Some(last) = last.max_by_key(|issue| issue.key.date) else {
        return Ok(None);
    };
    let kept: Kept = serde_json::from_str(&store.record(last.number)?)
        .map_err(|_| StoreError::Damaged(format!("the record of {}", last.key)))?;
    Ok(Some(Before {
        issue: last.key.to_string(),
        subject: kept.subject,
        items: kept
            .items
            .into_iter()
            .map(|item| (item.id, item.title))
            .collect(),
    }))
}
