//! Which topics an article is under, and what was found of the others.

use serde::Serialize;

use super::{
    Finding, MatchingSettings, ReadArticle, Terms, Topic, TopicId, TopicMatch, Vocabulary,
};
use crate::domain::article::Article;

/// The topics of a config, prepared once.
#[derive(Debug)]
pub struct TopicMatcher {
    ids: Vec<TopicId>,
    vocabulary: Vocabulary,
}

/// What an article has to do with one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The topic.
    pub topic: TopicId,
    /// Whether it is under it, and if not why.
    pub standing: Standing,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// The weight it takes.
    pub threshold: u32,
}

/// Whether an article is under a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It names the topic itself.
    Stated,
    /// Its words weigh enough.
    Under,
    /// They weigh too little.
    TooLittle,
    /// A word that excludes it stands outside the body.
    Excluded,
}

impl TopicMatcher {
    /// Prepares the topics.
    pub fn new(topics: &[Topic], settings: &MatchingSettings) -> Self {
        let terms: Vec<Terms<'_>> = topics.iter().map(Terms::of_topic).collect();
        Self {
            ids: topics.iter().map(|topic| topic.id.clone()).collect(),
            vocabulary: Vocabulary::new(&terms, settings),
        }
    }

    /// What an article has to do with each topic of which anything was found, in their order.
    pub fn judge(&self, article: &Article, read: &ReadArticle) -> Vec<Judgement> {
        let findings = self.vocabulary.find(read).into_iter().enumerate();
        findings
            .filter_map(|(place, finding)| {
                let topic = self.ids[place].clone();
                let threshold = self.vocabulary.threshold(place);
                let standing = if article.topics.contains(&topic) {
                    Standing::Stated
                } else if finding.excluded.is_some() {
                    Standing::Excluded
                } else if finding.evidence.is_empty() {
                    return None;
                } else if finding.weight >= threshold {
                    Standing::Under
                } else {
                    Standing::TooLittle
                };
                Some(Judgement {
                    topic,
                    standing,
                    finding,
                    threshold,
                })
            })
            .collect()
    }

    /// The topics an article is under.
    pub fn topics_of(&self, article: &Article) -> Vec<TopicMatch> {
        let judged = self.judge(article, &ReadArticle::of(article));
        judged.iter().filter_map(Judgement::as_match).collect()
    }
}

impl Judgement {
    /// What is kept of it where the article is under the topic.
    pub fn as_match(&self) -> Option<TopicMatch> {
        let word = match self.standing {
            Standing::Stated => self.topic.0.clone(),
            Standing::Under => self.finding.evidence.first()?.word.clone(),
            Standing::TooLittle | Standing::Excluded => return None,
        };
        Some(TopicMatch {
            topic: self.topic.clone(),
            word,
        })
    }

    /// Whether the article is under the topic.
    pub fn is_under(&self) -> bool {
        matches!(self.standing, Standing::Stated | Standing::Under)
    }

    /// The judgement in a line for people.
    pub fn in_words(&self) -> String {
        let Self { topic, finding, .. } = self;
        let found = finding.in_words();
        match (self.standing, &finding.excluded) {
            (Standing::Stated, _) => format!("`{topic}`, as the article says"),
            (Standing::Excluded, Some(excluded)) => {
                let field = excluded.field.word();
                format!("not `{topic}`: `{}` in {field} excludes it", excluded.word)
            }
            (Standing::TooLittle, _) => {
                format!(
                    "not `{topic}`, {} of {}: {found}",
                    finding.weight, self.threshold
                )
            }
            _ => format!(
                "`{topic}`, {} of {}: {found}",
                finding.weight, self.threshold
            ),
        }
    }
}
