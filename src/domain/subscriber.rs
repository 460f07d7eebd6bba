//! A reader and what the reader has chosen.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{
    address::Address, consent::Consent, issue::Frequency, language::Language, section::SectionId,
    topic::TopicId,
};

/// Whether the letter has an HTML part.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `multipart/alternative`: text and HTML.
    #[default]
    Html,
    /// A single `text/plain` part.
    Text,
}

impl Format {
    /// The word in files and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text => "text",
        }
    }
}

/// What decides which edition a reader gets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Choices {
    /// The topics wanted; empty means all.
    pub topics: Vec<TopicId>,
    /// The sections wanted; empty means all.
    pub sections: Vec<SectionId>,
    /// HTML or text.
    pub format: Format,
    /// The language of the letter.
    pub language: Language,
}

/// The same, borrowed: what choices come to is asked for a hundred thousand readers.
#[derive(Debug, Clone)]
pub struct ChoicesRef<'a> {
    /// As [`Choices::topics`].
    pub topics: Vec<&'a str>,
    /// As [`Choices::sections`].
    pub sections: Vec<&'a str>,
    /// As [`Choices::format`].
    pub format: Format,
    /// As [`Choices::language`].
    pub language: Language,
}

impl<'a> From<&'a Choices> for ChoicesRef<'a> {
    fn from(choices: &'a Choices) -> Self {
        Self {
            topics: choices.topics.iter().map(|id| id.0.as_str()).collect(),
            sections: choices.sections.iter().map(|id| id.0.as_str()).collect(),
            format: choices.format,
            language: choices.language,
        }
    }
}

/// One reader, as a sound entry of a subscriber file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Where the letters go.
    pub address: Address,
    /// The whole name, when stated.
    pub name: Option<String>,
    /// The first name, when stated. Names are never split.
    pub first_name: Option<String>,
    /// What the reader chose to read.
    pub choices: Choices,
    /// Daily or weekly.
    pub frequency: Frequency,
    /// The consent on record.
    pub consent: Option<Consent>,
    /// No mail before this day.
    pub paused_until: Option<NaiveDate>,
}

impl Subscriber {
    /// The name the greeting uses: the first name, else the name as it stands.
    pub fn greeting_name(&self) -> Option<&str> {
        self.first_name.as_deref().or(self.name.as_deref())
    }

    /// The day of the consent on record, in a zone.
    pub fn signed_up(&self, zone: Tz) -> Option<NaiveDate> {
        let consent = self.consent.as_ref()?;
        Some(consent.at.with_timezone(&zone).date_naive())
    }
}
