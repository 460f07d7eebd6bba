//! What was found of a topic in an article: which word, where, in which form, of what weight.

use std::fmt;

use serde::Serialize;

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Among the keywords.
    Keywords,
    /// In the subject label.
    Theme,
    /// In the label over the title.
    Kicker,
    /// In the title.
    Title,
    /// In the lede.
    Lede,
    /// In the body.
    Body,
}

impl Field {
    /// The word in explanations.
    pub fn word(self) -> &'static str {
        match self {
            Self::Keywords => "keywords",
            Self::Theme => "theme",
            Self::Kicker => "kicker",
            Self::Title => "title",
            Self::Lede => "lede",
            Self::Body => "body",
        }
    }
}

/// In which manner a word was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// As an organisation's name.
    Organisation,
    /// As a group of words.
    Phrase,
    /// As a word in one of its forms.
    Word,
    /// By its beginning, `digital*`.
    Beginning,
    /// As part of a compound.
    Compound,
}

/// One term found in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The term as the config has it.
    pub word: String,
    /// The words of the article that met it first, in lower case.
    pub found: String,
    /// Where.
    pub field: Field,
    /// In which manner.
    pub manner: Manner,
    /// How many times.
    pub times: u32,
    /// What it weighs.
    pub weight: u32,
}

impl fmt::Display for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` in {}", self.word, self.field.word())?;
        if self.times > 1 {
            write!(out, " {} times", self.times)?;
        }
        let bare = self.word.trim_end_matches('*').to_lowercase();
        if self.found != bare {
            write!(out, " as {}", self.found)?;
        }
        write!(out, " ({})", self.weight)
    }
}

/// An excluded term that stands where it keeps the article out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// The term as the config has it.
    pub word: String,
    /// Where.
    pub field: Field,
}

/// All that was found of one entry of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Finding {
    /// The findings, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// The sum of their weights.
    pub weight: u32,
    /// The excluded words that stand outside the body, where any do.
    pub excluded: Option<Excluded>,
}

impl Finding {
    /// The findings in a line; at most six are named.
    pub fn in_words(&self) -> String {
        const NAMED: usize = 6;
        let named: Vec<String> = self
            .evidence
            .iter()
            .take(NAMED)
            .map(ToString::to_string)
            .collect();
        let more = match self.evidence.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more}", named.join(", "))
    }
}
