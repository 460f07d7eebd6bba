//! The topics readers choose by, and how an article is found to be under them.
//!
//! A [`Vocabulary`] is made once of all topics' words ([`TopicMatcher`] for topics, the sections have one of their own)
//! and asked about each article: it reads title, lede, keywords and body once, adds up what every field weighs, and
//! says of each finding which word, where, in which form.

mod entry;
mod evidence;
mod matcher;
mod reading;
mod settings;
mod vocabulary;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use entry::Terms;
pub use evidence::{Evidence, Excluded, Field, Finding, Manner};
pub use matcher::{Judgement, Standing, TopicMatcher};
pub use reading::ReadArticle;
pub use settings::MatchingSettings;
pub use vocabulary::Vocabulary;

/// A topic's id in config: `digitalisering`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(pub String);

impl fmt::Display for TopicId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A topic: a name and the words that put an article under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The id that readers and front matter name.
    pub id: TopicId,
    /// The name in Danish.
    pub name: String,
    /// The name in English; the Danish one where it is absent.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Words and word groups, in all their forms and as parts of compounds; a word ending in `*` stands for every word
    /// that begins so.
    #[serde(default)]
    pub words: Vec<String>,
    /// Words that count in English articles alone.
    #[serde(default)]
    pub words_en: Vec<String>,
    /// Other words for the same: read as `words` are.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Word groups that count only as they stand.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// Names of organisations: as they stand, capitals too, with or without a genitive s.
    #[serde(default)]
    pub organisations: Vec<String>,
    /// Words and word groups that speak against it: what they cover counts for nothing, and one outside the body keeps
    /// the article out.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// The weight from which an article is under it; that of `[matching]` where it is absent.
    #[serde(default)]
    pub threshold: Option<u32>,
}

impl Topic {
    /// A topic with a name and nothing else.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: TopicId(id.into()),
            name: name.into(),
            name_en: None,
            words: Vec::new(),
            words_en: Vec::new(),
            synonyms: Vec::new(),
            phrases: Vec::new(),
            organisations: Vec::new(),
            exclude: Vec::new(),
            threshold: None,
        }
    }
}

/// Why an article is under a topic, as a frozen issue keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicMatch {
    /// The topic.
    pub topic: TopicId,
    /// The weightiest word that matched, or the id where the article names the topic itself.
    pub word: String,
}

#[cfg(test)]
mod tests;
