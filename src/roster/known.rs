//! What subscriber entries may name, as config says.

use crate::domain::{fault::nearest, language::Language, section::SectionId, topic::TopicId};

/// The words an entry's topics and sections are held against, and what an entry means by saying nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The topics of the newsletter; `None` takes any.
    pub topics: Option<Vec<TopicId>>,
    /// The sections of the newsletter; `None` takes any.
    pub sections: Option<Vec<SectionId>>,
    /// The language of readers who state none.
    pub language: Language,
    /// The topics of readers who state none; none means all. A file's own, under `[defaults]`.
    pub default_topics: Vec<TopicId>,
    /// The versions of the text to which a consent counts; none named means every one.
    pub consent_texts: Vec<String>,
}

impl Known {
    /// Checks a topic; `Err` carries what was probably meant.
    pub(super) fn topic(&self, word: &str) -> Result<TopicId, Option<&str>> {
        match &self.topics {
            Some(topics) => among(word, topics.iter().map(|id| id.0.as_str())),
            None => Ok(()),
        }
        .map(|()| TopicId(word.to_owned()))
    }

    /// Checks a section; `Err` carries what was probably meant.
    pub(super) fn section(&self, word: &str) -> Result<SectionId, Option<&str>> {
        match &self.sections {
            Some(sections) => among(word, sections.iter().map(|id| id.0.as_str())),
            None => Ok(()),
        }
        .map(|()| SectionId(word.to_owned()))
    }
}

fn among<'a>(
    word: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Option<&'a str>> {
    if known.clone().any(|id| id == word) {
        Ok(())
    } else {
        Err(nearest(word, known))
    }
}
