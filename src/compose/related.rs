//! What to read besides a piece: earlier and other pieces that are like it, by the words they share and their topics.

use std::collections::{HashMap, HashSet};

use super::Selection;
use crate::domain::{
    article::{Article, ArticleId},
    issue::{IssueKey, Item, Reason, Related, Verdict},
    topic::{Field, ReadArticle, TopicId},
    words::inflection::Stems,
};

/// The most that stand with one piece.
const MOST: usize = 3;
/// The likeness from which two pieces are worth it, in hundredths.
const LEAST: u32 = 12;
/// How many of what was printed last is looked through.
const EARLIER: usize = 500;
/// The fewest letters of a word that says what a text is about.
const TELLING: usize = 4;
/// How many words are named.
const NAMED: usize = 3;

/// What was printed before and can be followed, the last printed first: as its source has it now, else as its issue kept
/// it. An article that is there and has become a draft or lost its address was taken back.
pub(super) fn earlier(articles: &[Article], selection: &Selection<'_>) -> Vec<(Article, IssueKey)> {
    let history = selection.history;
    let mut earlier: Vec<(&Article, IssueKey)> = articles
        .iter()
        .filter_map(|article| Some((article, *history.printed.get(&article.id)?)))
        .collect();
    let there: HashSet<&ArticleId> = earlier.iter().map(|(article, _)| &article.id).collect();
    let gone = history
        .pieces
        .iter()
        .filter(|(article, _)| !there.contains(&article.id));
    let gone: Vec<(&Article, IssueKey)> = gone.map(|(article, issue)| (article, *issue)).collect();
    earlier.extend(gone);
    earlier.retain(|(article, _)| article.link.is_some() && !article.draft);
    earlier.sort_by(|(a, first), (b, second)| second.cmp(first).then_with(|| a.id.cmp(&b.id)));
    earlier.truncate(EARLIER);
    let owned = earlier.into_iter();
    owned
        .map(|(article, issue)| (article.clone(), issue))
        .collect()
}

/// Finds for each item the pieces most like it: printed before, or in the same issue.
pub(super) fn relate(
    items: &mut [Item],
    earlier: &[(Article, IssueKey)],
    selection: &Selection<'_>,
) {
    let stems = Stems::default();
    let of_items = items.iter().map(|item| {
        let topics = item.topics.iter().map(|found| found.topic.clone());
        Piece::of(&item.article, None, topics.collect(), &stems)
    });
    let mut pieces: Vec<Piece> = of_items.collect();
    pieces.extend(earlier.iter().map(|(article, issue)| {
        let topics = selection.topics.topics_of(article).into_iter();
        let topics = topics.map(|found| found.topic).collect();
        Piece::of(article, Some(*issue), topics, &stems)
    }));
    weigh(&mut pieces);
    for (place, item) in items.iter_mut().enumerate() {
        let mut related: Vec<Related> = pieces
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
            .filter_map(|(_, other)| pieces[place].likeness_to(other))
            .collect();
        related.sort_by(|a, b| b.likeness.cmp(&a.likeness).then_with(|| a.id.cmp(&b.id)));
        related.truncate(MOST);
        item.related = related;
    }
}

/// Lets the verdicts on the items say what stands with them, and why.
pub(super) fn explain(items: &[Item], verdicts: &mut [Verdict]) {
    for item in items {
        let of_item = verdicts.iter_mut().find(|it| it.article == item.article.id);
        let reasons = item.related.iter().map(|related| Reason {
            rule: "related",
            passed: true,
            finding: format!(
                "`{}`, {} % alike by {}",
                related.id,
                related.likeness,
                related.words.join(", ")
            ),
        });
        if let Some(verdict) = of_item {
            verdict.reasons.extend(reasons);
        }
    }
}

/// A piece by what it is about.
struct Piece {
    related: Related,
    topics: HashSet<TopicId>,
    /// How much each stem weighs, and the word it stands for.
    terms: HashMap<String, (f64, String)>,
}

impl Piece {
    fn of(
        article: &Article,
        issue: Option<IssueKey>,
        topics: HashSet<TopicId>,
        stems: &Stems,
    ) -> Self {
        let read = ReadArticle::of(article);
        let mut terms: HashMap<String, (f64, String)> = HashMap::new();
        for (field, word) in read.words() {
            let is_number = word
                .plain
                .starts_with(|letter: char| letter.is_ascii_digit());
            if word.is_person || is_number || word.plain.chars().count() < TELLING {
                continue;
            }
            let weight = match field {
                Field::Keywords | Field::Theme => 4.0,
                Field::Title | Field::Kicker => 3.0,
                Field::Lede => 2.0,
                Field::Body => 1.0,
            };
            let stem = stems.stem(&word.folded, read.language());
            let term = terms
                .entry(stem)
                .or_insert_with(|| (0.0, word.plain.clone()));
            term.0 += weight;
        }
        Self {
            related: Related {
                id: article.id.clone(),
                title: article.title.clone(),
                link: article.link.clone(),
                issue,
                likeness: 0,
                words: Vec::new(),
            },
            topics,
            terms,
        }
    }

    /// Another piece as one to read besides; `None` where it is too little alike or cannot be followed.
    fn likeness_to(&self, other: &Self) -> Option<Related> {
        // What was updated is itself among what was printed.
        if other.related.link.is_none() || other.related.id == self.related.id {
            return None;
        }
        let mut shared: Vec<(f64, &str)> = self
            .terms
            .iter()
            .filter_map(|(stem, (weight, word))| {
                let (its, _) = other.terms.get(stem)?;
                Some((weight * its, word.as_str()))
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        shared.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let cosine: f64 = shared.iter().map(|(weight, _)| weight).sum();
        let on_topic = !self.topics.is_disjoint(&other.topics);
        // Two pieces under one topic need fewer words in common.
        let likeness = (cosine * if on_topic { 150.0 } else { 100.0 })
            .min(100.0)
            .round() as u32;
        (likeness >= LEAST && shared.len() > 1).then(|| Related {
            likeness,
            words: shared
                .iter()
                .take(NAMED)
                .map(|(_, word)| (*word).to_owned())
                .collect(),
            ..other.related.clone()
        })
    }
}

/// Lets rare words weigh more than frequent ones, and every piece alike much (tf-idf, cosine).
fn weigh(pieces: &mut [Piece]) {
    let mut with: HashMap<String, f64> = HashMap::new();
    for piece in pieces.iter() {
        for stem in piece.terms.keys() {
            *with.entry(stem.clone()).or_default() += 1.0;
        }
    }
    let all = pieces.len() as f64;
    for piece in pieces {
        for (stem, (weight, _)) in &mut piece.terms {
            let rarity = (all / with.get(stem).copied().unwrap_or(1.0)).ln();
            *weight = (1.0 + *weight).ln() * rarity;
        }
        // In one order, so that the same pieces give the same sum to the last bit.
        let mut squares: Vec<f64> = piece
            .terms
            .values()
            .map(|(weight, _)| weight * weight)
            .collect();
        squares.sort_by(f64::total_cmp);
        let length = squares.iter().sum::<f64>().sqrt();
        if length > 0.0 {
            piece
                .terms
                .values_mut()
                .for_each(|(weight, _)| *weight /= length);
        }
    }
}
