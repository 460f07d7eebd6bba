//! Chooses what an issue prints: articles, window, sections and what was printed before give a
//! [`Digest`] in which every choice is explained.
//!
//! Pure and deterministic: the same articles, rules and history give the same digest, whatever the order the
//! articles came in.

mod ads;
mod blocks;
mod choose;
mod quota;
mod related;
mod renewal;
mod sections;
mod twins;
mod window;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ad::Ad,
    article::{Article, ArticleId},
    block::IssueBlock,
    fingerprint::TextIndex,
    issue::{Digest, FurtherSource, IssueKey, Item, Reason, Verdict},
    overlay::Overlay,
    picture::OwnPictures,
    publisher::Publisher,
    section::{Layout, Section, SectionId},
    topic::{Judgement, ReadArticle, TopicMatcher},
    trim::Trim,
};

pub use choose::Chooser;
pub use sections::{Placing, Sorter};
pub use twins::{texts_of, twin_keys};

use twins::Traces;

/// The `[selection]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectionSettings {
    /// The most items an issue prints.
    pub max_items: usize,
    /// The most items of one publisher in an issue.
    pub max_per_publisher: usize,
    /// How many days back the first issue looks.
    pub first_window_days: u32,
    /// How many days back an article may be dated that is first seen after the last issue.
    pub late_days: u32,
    /// How many days after its date an article that found no room may still be printed.
    pub life_days: u32,
    /// The most lines of the Overblik block; it is left out below three items.
    pub overview_lines: usize,
    /// What a reader gets whose choices match nothing: nothing, or the top items.
    pub when_empty: WhenEmpty,
}

/// What a reader gets whose choices match nothing in an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhenEmpty {
    /// No letter that day.
    #[default]
    Skip,
    /// The top items of the issue.
    Highlights,
}

impl Default for SelectionSettings {
    fn default() -> Self {
        Self {
            max_items: 15,
            max_per_publisher: 4,
            first_window_days: 7,
            late_days: 7,
            life_days: 7,
            overview_lines: 5,
            when_empty: WhenEmpty::Skip,
        }
    }
}

/// What earlier issues of one frequency left behind.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The cut-off of the last issue; `None` before the first.
    pub last_cut_off: Option<DateTime<Utc>>,
    /// What was printed, and where last.
    pub printed: HashMap<ArticleId, IssueKey>,
    /// What was printed, as the issues kept it, the newest issue first.
    pub pieces: Vec<(Article, IssueKey)>,
    /// The [`twin_keys`] of what was printed, and where last.
    pub printed_twins: HashMap<String, IssueKey>,
    /// The likenesses among them.
    pub printed_texts: TextIndex<IssueKey>,
    /// When each article was first seen.
    pub first_seen: HashMap<ArticleId, DateTime<Utc>>,
    /// What had its chance in one of them, printed or not: by name, for instants cannot tell. Another frequency's issue,
    /// sent for a past date, may have seen an article at a cut-off before the last one here.
    pub judged: HashSet<ArticleId>,
    /// What was a candidate and found no room.
    pub left_over: HashSet<ArticleId>,
    /// For a weekly issue: the place each article had in a daily one since the last, 0 first.
    pub places: HashMap<ArticleId, (IssueKey, usize)>,
    /// The subjects of the last issue.
    pub last_subjects: Vec<String>,
    /// What counts as printed without having been: it was there before the newsletter began.
    pub baseline: HashSet<ArticleId>,
    /// The [`twin_keys`] of that.
    pub baseline_twins: HashSet<String>,
    /// The likenesses among them.
    pub baseline_texts: TextIndex<()>,
}

/// All that a choice depends on besides the articles.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    /// The issue.
    pub key: IssueKey,
    /// The instant up to which articles count.
    pub cut_off: DateTime<Utc>,
    /// The newsletter's zone.
    pub zone: Tz,
    /// The rules.
    pub rules: &'a SelectionSettings,
    /// The sections, in the order of the paper.
    pub sections: &'a [Section],
    /// The same, prepared.
    pub sorter: &'a Sorter<'a>,
    /// The topics, prepared.
    pub topics: &'a TopicMatcher,
    /// The publishers' profiles.
    pub publishers: &'a [Publisher],
    /// The advertisements.
    pub ads: &'a [Ad],
    /// The blocks there are, with what stands in them.
    pub blocks: &'a [IssueBlock],
    /// The newsletter's intro, where the editor gives the day none.
    pub intro: Option<&'a str>,
    /// What the editor says of the day.
    pub overlay: Option<&'a Overlay>,
    /// What earlier issues left behind.
    pub history: &'a History,
}

/// An article that may be printed, on its way through the rules.
#[derive(Debug)]
struct Candidate {
    article: Article,
    section: SectionId,
    topics: Vec<Judgement>,
    reasons: Vec<Reason>,
    traces: Traces,
    sources: Vec<FurtherSource>,
    /// What freshness is told by: the date it counts from.
    dated: DateTime<Utc>,
    /// The issue that printed it before it was updated.
    renews: Option<IssueKey>,
}

impl Candidate {
    /// Whether the editor has said that it must be printed.
    fn is_pinned(&self, selection: &Selection<'_>) -> bool {
        let overlay = selection.overlay;
        overlay.is_some_and(|overlay| overlay.pin_of(&self.article.id).is_some())
    }

    /// The verdict on one that is printed.
    fn printed(self) -> Verdict {
        Verdict {
            printed: true,
            ..self.left_out()
        }
    }

    /// The verdict on one that is not.
    fn left_out(self) -> Verdict {
        Verdict {
            section: Some(self.section),
            topics: self.topics,
            sources: self.sources,
            ..verdict(&self.article, self.reasons)
        }
    }
}

impl Selection<'_> {
    /// The instant the issue's window opens: the last cut-off, or as far as a first issue looks back.
    pub fn covers_from(&self) -> DateTime<Utc> {
        self.history.last_cut_off.unwrap_or_else(|| {
            self.cut_off - chrono::Duration::days(i64::from(self.rules.first_window_days))
        })
    }

    /// Makes the digest.
    pub fn compose(&self, mut articles: Vec<Article>) -> Digest {
        articles.sort_by(|a, b| a.id.cmp(&b.id));
        let earlier = related::earlier(&articles, self);
        let events = blocks::coming_events(self, &articles);
        let mut verdicts = Vec::with_capacity(articles.len());
        let mut candidates = Vec::new();
        for article in articles {
            match self.examine(article) {
                Ok(candidate) => candidates.push(candidate),
                Err(verdict) => verdicts.push(*verdict),
            }
        }
        let candidates = twins::keep_the_best(candidates, self, &mut verdicts);
        let chosen = quota::fill(candidates, self, &mut verdicts);
        let mut items = self.place(chosen, &mut verdicts);
        related::relate(&mut items, &earlier, self);
        related::explain(&items, &mut verdicts);
        verdicts.sort_by(|a, b| a.article.cmp(&b.article));
        Digest {
            key: self.key,
            covers_from: self.covers_from(),
            cut_off: self.cut_off,
            sections: self.sections.to_vec(),
            ads: ads::of_the_day(self),
            card: self.card(&items),
            pictures: OwnPictures::new(),
            blocks: blocks::of_the_day(self, &events, &items),
            intro: self
                .overlay
                .and_then(|overlay| overlay.intro.as_deref())
                .or(self.intro)
                .map(str::to_owned),
            subject: self.overlay.and_then(|overlay| overlay.subject.clone()),
            trim: Trim::Nothing,
            last_subjects: self.history.last_subjects.clone(),
            items,
            verdicts,
        }
    }

    /// Asks the rules that look at one article alone.
    fn examine(&self, article: Article) -> Result<Candidate, Box<Verdict>> {
        let mut reasons = Vec::new();
        let traces = Traces::of(&article);
        let Some(mut admitted) = window::examine(&article, &traces, self, &mut reasons) else {
            return Err(Box::new(verdict(&article, reasons)));
        };
        // Reading a whole text is dear: only what may be printed is held against what was.
        let traces = traces.with_text(&article);
        if !window::is_new_text(&article, &traces, &mut admitted, self, &mut reasons) {
            return Err(Box::new(verdict(&article, reasons)));
        }
        let read = ReadArticle::of(&article);
        let placing = self.sorter.place(&article, &read, self.overlay);
        let mut reason = |passed, finding| {
            reasons.push(Reason {
                rule: "section",
                passed,
                finding,
            });
        };
        if let Some(doubt) = placing.doubt {
            reason(false, doubt);
        }
        reason(placing.section.is_some(), placing.finding);
        let Some(section) = placing.section.cloned() else {
            return Err(Box::new(verdict(&article, reasons)));
        };
        let topics = self.topics.judge(&article, &read);
        for judged in &topics {
            reasons.push(Reason {
                rule: "topic",
                passed: judged.is_under(),
                finding: judged.in_words(),
            });
        }
        if let Some((issue, place)) = self.history.places.get(&article.id) {
            reasons.push(Reason {
                rule: "week",
                passed: true,
                finding: format!("place {} in {issue}", place + 1),
            });
        }
        let ordered =
            |overlay: &Overlay| Some((overlay.place_of(&article.id)?, overlay.path.clone()));
        if let Some((place, path)) = self.overlay.and_then(ordered) {
            reasons.push(Reason {
                rule: "order",
                passed: true,
                finding: format!("place {} in the order of {path}", place + 1),
            });
        }
        Ok(Candidate {
            article,
            section,
            topics,
            reasons,
            traces,
            sources: Vec::new(),
            dated: admitted.dated,
            renews: admitted.renewal.map(|renewal| renewal.issue),
        })
    }

    /// Puts the chosen, who come by rank, in the order they are printed.
    fn place(&self, chosen: Vec<Candidate>, verdicts: &mut Vec<Verdict>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::with_capacity(chosen.len());
        for (rank, candidate) in chosen.into_iter().enumerate() {
            items.push(Item {
                article: candidate.article.clone(),
                section: candidate.section.clone(),
                topics: candidate
                    .topics
                    .iter()
                    .filter_map(Judgement::as_match)
                    .collect(),
                rank,
                sources: candidate.sources.clone(),
                related: Vec::new(),
                renews: candidate.renews,
            });
            verdicts.push(candidate.printed());
        }
        let position = |item: &Item| {
            self.sections
                .iter()
                .position(|section| section.id == item.section)
        };
        let in_calendar = |item: &Item| {
            position(item).is_some_and(|index| self.sections[index].layout == Layout::Calendar)
        };
        items.sort_by_key(|item| {
            let event = if in_calendar(item) {
                item.article.event_date
            } else {
                None
            };
            (position(item), event, item.rank)
        });
        items
    }

    /// The publishers in the issue take turns on the card by the day; the desk has it where nobody else has anything to say.
    fn card(&self, items: &[Item]) -> Option<Publisher> {
        let printed = |publisher: &Publisher| {
            let mut articles = items.iter().map(|item| &item.article);
            articles.any(|article| article.publishers.contains(&publisher.name))
        };
        let (desks, others): (Vec<&Publisher>, Vec<&Publisher>) = self
            .publishers
            .iter()
            .filter(|publisher| publisher.blurb.is_some() && printed(publisher))
            .partition(|publisher| publisher.desk);
        let with_profile = if others.is_empty() { desks } else { others };
        let turn = self.key.date.num_days_from_ce().unsigned_abs() as usize;
        (!with_profile.is_empty()).then(|| with_profile[turn % with_profile.len()].clone())
    }
}

/// The verdict on an article that is no candidate.
fn verdict(article: &Article, reasons: Vec<Reason>) -> Verdict {
    Verdict {
        article: article.id.clone(),
        title: article.title.clone(),
        path: article.path.clone(),
        section: None,
        printed: false,
        reasons,
        topics: Vec::new(),
        sources: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
