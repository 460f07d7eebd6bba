//! Which letter the desk is asked for.

use serde::Deserialize;

use crate::{
    cli::{Failure, newsroom::Newsroom, why::reader},
    domain::{
        issue::Frequency,
        language::Language,
        section::SectionId,
        subscriber::{Choices, Format, Subscriber},
        topic::TopicId,
    },
};

/// The query of a request; what is absent is the newsletter's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    frequency: Frequency,
    language: Option<Language>,
    format: Format,
    /// Ids, parted by commas.
    topics: String,
    sections: String,
    /// The address of a reader, whose choices are taken in place of these.
    reader: Option<String>,
}

impl Wish {
    /// The reader that is named, if one is.
    ///
    /// # Errors
    /// No sound entry has the address.
    pub(super) fn reader(&self, room: &Newsroom) -> Result<Option<Subscriber>, Failure> {
        self.reader
            .as_deref()
            .map(|email| reader(room, email))
            .transpose()
    }

    /// The frequency of the issue: a named reader's own.
    pub(super) fn frequency(&self, reader: Option<&Subscriber>) -> Frequency {
        reader.map_or(self.frequency, |reader| reader.frequency)
    }

    /// What a reader who wishes so has chosen.
    pub(super) fn choices(&self, room: &Newsroom) -> Choices {
        Choices {
            topics: ids(&self.topics).map(TopicId).collect(),
            sections: ids(&self.sections).map(SectionId).collect(),
            format: self.format,
            language: self.language.unwrap_or(room.config.newsletter.language),
        }
    }
}

fn ids(list: &str) -> impl Iterator<Item = String> {
    list.split(',')
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}
