//! One item once: the same piece from two places is printed in its best copy.

use std::collections::HashMap;

use super::{Candidate, Selection};
use crate::domain::{
    article::Article,
    issue::{Reason, Verdict},
};

/// What two copies of one piece have in common: the address without what tracks or points within it, and the
/// words of title and lede.
pub fn twin_keys(article: &Article) -> Vec<String> {
    let words = |text: &str| {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let link = article
        .link
        .as_deref()
        .and_then(|link| url::Url::parse(link).ok())
        .map(|mut url| {
            url.set_fragment(None);
            let kept: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(key, _)| !key.starts_with("utm_") && key != "fbclid" && key != "gclid")
                .map(|(key, value)| (key.into_owned(), value.into_owned()))
                .collect();
            url.set_query(None);
            if !kept.is_empty() {
                url.query_pairs_mut().extend_pairs(kept);
            }
            format!("link {}", url.as_str().trim_end_matches('/'))
        });
    // A bare title such as "Nyt fra udvalget" may come back every week; with its lede it does not.
    let text = article
        .lede
        .as_deref()
        .map(|lede| format!("text {} | {}", words(&article.title), words(lede)));
    link.into_iter().chain(text).collect()
}

/// Keeps the best copy of each piece: the one the editor pins, the original before a reprint, the heavier, the earlier, then by id.
pub(super) fn keep_the_best(
    mut candidates: Vec<Candidate>,
    selection: &Selection<'_>,
    verdicts: &mut Vec<Verdict>,
) -> Vec<Candidate> {
    candidates.sort_by(|a, b| {
        let grade = |c: &Candidate| {
            (
                !c.is_pinned(selection),
                c.article.previously_published.is_some(),
                std::cmp::Reverse(c.article.priority),
                c.dated,
            )
        };
        grade(a)
            .cmp(&grade(b))
            .then_with(|| a.article.id.cmp(&b.article.id))
    });
    let mut taken: HashMap<String, String> = HashMap::new();
    let mut kept = Vec::with_capacity(candidates.len());
    for mut candidate in candidates {
        let keys = twin_keys(&candidate.article);
        if let Some(first) = keys.iter().find_map(|key| taken.get(key)) {
            candidate.reasons.push(Reason {
                rule: "twin",
                passed: false,
                finding: format!("the same piece as `{first}`"),
            });
            verdicts.push(candidate.left_out());
            continue;
        }
        for key in keys {
            taken.insert(key, candidate.article.id.0.clone());
        }
        kept.push(candidate);
    }
    kept
}
