//! One item once: the same piece from two places is printed in its best copy, and never again in a later issue.
//!
//! Two articles are one piece when they have one address, one name that is unique in the world (a guid), the same title
//! and lede, or texts of which one holds half of the other; and when one says that it was brought by the other's
//! publisher under that title. Pieces made by one form (numbers in the title, the day of an event) are told apart.

use std::collections::HashMap;

use super::{Candidate, History, Selection};
use crate::domain::{
    article::{Article, Kind},
    fingerprint::{Fingerprint, TextIndex},
    issue::{FurtherSource, IssueKey, Reason, Verdict},
    words::plainly,
};

/// Query parameters that say where a reader came from and nothing of the page.
const TRACKING: &[&str] = &[
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "cmpid",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "igshid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "wbraid",
    "wt_mc",
    "yclid",
];
const TRACKING_PREFIXES: &[&str] = &["utm_", "mc_", "pk_", "mtm_", "matomo_", "piwik_", "hsa_"];

/// What a kept fingerprint begins with among the other keys.
const NEAR: &str = "near ";

/// What an article is recognised by.
#[derive(Debug, Clone, Default)]
pub(super) struct Traces {
    /// What it is.
    own: Vec<String>,
    /// What another is that is the same piece, besides these.
    sought: Vec<String>,
    /// The likeness of its text.
    print: Option<Fingerprint>,
}

impl Traces {
    /// Reads an article's traces, but for the likeness of its text.
    pub(super) fn of(article: &Article) -> Self {
        let mut traces = Self::default();
        let day = match (article.kind, article.event_date) {
            // One page and one text serve every date of a series.
            (Kind::Event, Some(day)) => format!(" on {day}"),
            _ => String::new(),
        };
        let title = plainly(&article.title);
        let link = article.link.as_deref().and_then(page);
        if let Some((whole, page)) = &link {
            traces.own.push(format!("link {whole}{day}"));
            traces.own.push(format!("page {page}{day}"));
        }
        if let Some(guid) = article.guid.as_deref().filter(|guid| is_unique(guid)) {
            traces.own.push(format!("guid {guid}{day}"));
        }
        // A bare title such as "Nyt fra udvalget" may come back every week; with its lede it does not.
        if let Some(lede) = &article.lede {
            let text = format!("text {title} | {}{day}", plainly(lede));
            traces.own.push(text);
        }
        let host = link.iter().filter_map(|(_, page)| page.split('/').next());
        let names = article.publishers.iter().map(String::as_str).chain(host);
        for name in names {
            let name = plainly(name);
            traces.own.push(format!("in {name} | {title}{day}"));
            traces.sought.push(format!("was in {name} | {title}{day}"));
        }
        if let Some(reprint) = &article.previously_published {
            let medium = plainly(&reprint.medium);
            traces.own.push(format!("was in {medium} | {title}{day}"));
            traces.sought.push(format!("in {medium} | {title}{day}"));
        }
        traces
    }

    /// Takes the likeness of the text in.
    pub(super) fn with_text(mut self, article: &Article) -> Self {
        self.print = Fingerprint::of(article);
        self
    }

    /// Whether the words are much the same as some that were printed. Of a text too short to have a likeness title and
    /// lede must be the same; where it has no lede nothing tells.
    pub(super) fn are_as_printed(&self, history: &History) -> bool {
        match &self.print {
            Some(print) => history.printed_texts.has_much_the_same(print),
            None => {
                let mut texts = self.own.iter().filter(|key| key.starts_with("text "));
                texts.all(|text| history.printed_twins.contains_key(text))
            }
        }
    }

    /// The keys under which another copy of it may be known, with what each says.
    fn known_by(&self) -> impl Iterator<Item = (&String, &'static str)> {
        let own = self.own.iter().filter_map(|key| {
            let how = match key.split_once(' ')?.0 {
                "link" | "page" => "the same address",
                "guid" => "the same guid",
                "text" => "the same title and lede",
                _ => return None,
            };
            Some((key, how))
        });
        own.chain(self.sought.iter().map(|key| (key, "a reprint note")))
    }
}

/// What a printed article is known by from then on: addresses, names, words of title and lede, and the likeness of its
/// text.
pub fn twin_keys(article: &Article) -> Vec<String> {
    let traces = Traces::of(article).with_text(article);
    let print = traces
        .print
        .map(|print| format!("{NEAR}{}", print.to_text()));
    traces.own.into_iter().chain(print).collect()
}

/// The likenesses among kept keys.
pub fn texts_of<'a, T>(keys: impl Iterator<Item = (&'a str, T)>) -> TextIndex<T> {
    keys.filter_map(|(key, what)| Some((Fingerprint::from_text(key.strip_prefix(NEAR)?)?, what)))
        .collect()
}

/// Where a copy of the piece was printed last, and what says that it is one; by everything but the text.
pub(super) fn printed_by_name(
    traces: &Traces,
    history: &History,
) -> Option<(IssueKey, &'static str)> {
    traces
        .known_by()
        .filter_map(|(key, how)| Some((*history.printed_twins.get(key)?, how)))
        .max_by_key(|(issue, _)| *issue)
}

/// Where a near copy of the text was printed last, and how much of the shorter it holds.
pub(super) fn printed_by_text(traces: &Traces, history: &History) -> Option<(IssueKey, f64)> {
    let copies = history.printed_texts.copies_of(traces.print.as_ref()?);
    let last = copies.into_iter().max_by_key(|(issue, _)| **issue);
    last.map(|(issue, share)| (*issue, share))
}

/// Whether a copy of the piece counts as printed without having been.
pub(super) fn is_old(traces: &Traces, history: &History) -> bool {
    traces
        .known_by()
        .any(|(key, _)| history.baseline_twins.contains(key))
}

/// Whether a near copy of the text counts so.
pub(super) fn is_old_text(traces: &Traces, history: &History) -> bool {
    let print = traces.print.as_ref();
    print.is_some_and(|print| !history.baseline_texts.copies_of(print).is_empty())
}

/// Keeps the best copy of each piece: the one the editor pins, the original before a reprint, the heavier, one with a text
/// of its own, the earlier, then by id. The others stand with it as further sources.
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
                c.traces.print.is_none(),
                c.dated,
            )
        };
        grade(a)
            .cmp(&grade(b))
            .then_with(|| a.article.id.cmp(&b.article.id))
    });
    let prints = candidates.iter().enumerate();
    let texts: TextIndex<usize> = prints
        .filter_map(|(place, candidate)| Some((candidate.traces.print.clone()?, place)))
        .collect();
    // Where the kept copy of each candidate stands among the kept.
    let mut kept_as: Vec<Option<usize>> = Vec::with_capacity(candidates.len());
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
    for mut candidate in candidates {
        let by_name = candidate
            .traces
            .known_by()
            .find_map(|(key, how)| Some((*taken.get(key)?, how.to_owned())));
        // A copy of a copy may have drifted: only what is kept is compared with.
        let near = || {
            let copies = texts.copies_of(candidate.traces.print.as_ref()?);
            let mut better = copies
                .into_iter()
                .filter_map(|(place, share)| Some(((*kept_as.get(*place)?)?, in_words(share))));
            better.next()
        };
        let twin = by_name.or_else(near);
        kept_as.push(twin.is_none().then_some(kept.len()));
        let best = twin.as_ref().map_or(kept.len(), |(best, _)| *best);
        for key in &candidate.traces.own {
            taken.entry(key.clone()).or_insert(best);
        }
        let Some((_, how)) = twin else {
            kept.push(candidate);
            continue;
        };
        let printed = &mut kept[best];
        candidate.reasons.push(Reason {
            rule: "twin",
            passed: false,
            finding: format!("the same piece as `{}`, by {how}", printed.article.id),
        });
        printed.reasons.push(Reason {
            rule: "twin",
            passed: true,
            finding: format!("the best copy; also `{}`, by {how}", candidate.article.id),
        });
        printed.sources.push(FurtherSource {
            id: candidate.article.id.clone(),
            title: candidate.article.title.clone(),
            publishers: candidate.article.publishers.clone(),
            link: candidate.article.link.clone(),
            source: candidate.article.source.clone(),
            by: how,
        });
        verdicts.push(candidate.left_out());
    }
    kept
}

/// How much two texts have in common.
pub(super) fn in_words(share: f64) -> String {
    format!("some {:.0} % of the shorter text", share * 100.0)
}

/// An address without what tracks or points within it, whole and as a page: without scheme and `www.`, its parameters in
/// order. `None` for a bare host, which is no piece's own.
fn page(link: &str) -> Option<(String, String)> {
    let mut url = url::Url::parse(link).ok()?;
    url.set_fragment(None);
    let is_tracking = |key: &str| {
        let key = key.to_lowercase();
        TRACKING.contains(&key.as_str())
            || TRACKING_PREFIXES
                .iter()
                .any(|prefix| key.starts_with(prefix))
    };
    let mut kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !is_tracking(key))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if kept.is_empty() && url.path().trim_matches('/').is_empty() {
        return None;
    }
    let whole = address(&url, &kept);
    kept.sort();
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    let ordered = address(&url, &kept);
    let page = ordered
        .split_once("://")
        .map_or(ordered.as_str(), |(_, rest)| rest);
    let page = page.strip_prefix("www.").unwrap_or(page);
    Some((whole, page.to_owned()))
}

fn address(url: &url::Url, parameters: &[(String, String)]) -> String {
    let mut url = url.clone();
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether a guid names one thing in the world: an address, a `tag:` or `urn:`, a UUID; not `4711`.
fn is_unique(guid: &str) -> bool {
    let is_uuid = || {
        guid.len() == 36
            && guid.bytes().enumerate().all(|(at, octet)| match at {
                8 | 13 | 18 | 23 => octet == b'-',
                _ => octet.is_ascii_hexdigit(),
            })
    };
    match guid.split_once(':') {
        Some(("http" | "https", rest)) => rest
            .trim_matches('/')
            .split_once('/')
            .is_some_and(|(_, path)| !path.is_empty()),
        Some((scheme, rest)) => matches!(scheme, "tag" | "urn") && !rest.is_empty(),
        None => is_uuid(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_one_without_what_tracks() {
        let check = |one: &str, other: &str, expected: bool| {
            let pages = (page(one).map(|it| it.1), page(other).map(|it| it.1));
            assert_eq!(
                pages.0.is_some() && pages.0 == pages.1,
                expected,
                "{one} {other}"
            );
        };
        let plain = "https://avis.example/a?id=7&b=2";
        check(
            plain,
            "http://www.avis.example/a/?b=2&id=7&utm_source=brev#top",
            true,
        );
        check(
            plain,
            "https://AVIS.example/a?b=2&fbclid=x&id=7&mc_cid=1&gclid=3",
            true,
        );
        check(plain, "https://avis.example/a?id=8&b=2", false);
        check(plain, "https://anden.example/a?id=7&b=2", false);
        check("https://avis.example/", "https://avis.example", false);
        check("ingen", "ingen", false);
    }

    #[test]
    fn a_guid_counts_where_it_is_the_worlds_only_one() {
        for guid in [
            "https://avis.example/a",
            "tag:avis.example,2026:7",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        ] {
            assert!(is_unique(guid), "{guid}");
        }
        for guid in ["4711", "artikel-7", "https://avis.example/", "id:7", ""] {
            assert!(!is_unique(guid), "{guid}");
        }
    }
}
