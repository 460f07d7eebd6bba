//! What earlier issues printed, as they kept it: sources forget their articles, readers may still want to read them.

use std::collections::HashSet;

use serde::Deserialize;

use crate::{
    domain::{
        article::{Article, ArticleId},
        issue::IssueKey,
    },
    store::{Read, StoreError},
};

/// From how many pieces on no further issue is looked into.
const ENOUGH: usize = 500;

/// The part of a manuscript that is read.
#[derive(Deserialize)]
struct Kept {
    digest: KeptDigest,
}

#[derive(Deserialize)]
struct KeptDigest {
    items: Vec<KeptItem>,
}

#[derive(Deserialize)]
struct KeptItem {
    article: Article,
}

/// The pieces of the newest issues that count as printed, each as it was printed last, the newest issue first.
///
/// # Errors
/// The store's own words. A manuscript of another version of this program is passed over: it costs its pieces a link.
pub(super) fn pieces(
    store: &impl Read,
    printed: &[(ArticleId, IssueKey)],
) -> Result<Vec<(Article, IssueKey)>, StoreError> {
    let issues: HashSet<IssueKey> = printed.iter().map(|(_, issue)| *issue).collect();
    let mut pieces = Vec::new();
    let mut met = HashSet::new();
    for issue in store.issues()?.into_iter().rev() {
        if pieces.len() >= ENOUGH {
            break;
        }
        if !issues.contains(&issue.key) {
            continue;
        }
        let manuscript = store.manuscript(issue.number)?.unwrap_or_default();
        let Ok(kept) = serde_json::from_str::<Kept>(&manuscript) else {
            continue;
        };
        let articles = kept.digest.items.into_iter().map(|item| item.article);
        pieces.extend(
            articles
                .filter(|article| met.insert(article.id.clone()))
                .map(|article| (article, issue.key)),
        );
    }
    Ok(pieces)
}
