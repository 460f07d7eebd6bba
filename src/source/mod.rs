//! Where articles come from: each source turns its own wire shape into [`Article`]s.

use std::path::PathBuf;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::{
    article::{Article, Kind},
    fault::Fault,
    section::SectionId,
};

/// One `[[source]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// The name; part of each article's id.
    pub name: String,
    /// The shape its files have.
    pub kind: SourceKind,
    /// The file or folder, relative to the newsletter's folder.
    pub path: PathBuf,
    /// The date formats its pages use (strptime), first match taken: `%d/%m/%y %H:%M`.
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// The zone its times are in; the newsletter's where it is absent.
    #[serde(default)]
    pub timezone: Option<Tz>,
    /// The publisher of pieces that state none.
    #[serde(default)]
    pub publisher: Option<String>,
    /// The kind of pieces that state none.
    #[serde(default)]
    pub article_kind: Option<Kind>,
    /// The section of pieces that state none.
    #[serde(default)]
    pub section: Option<SectionId>,
    /// Lines of page chrome to drop, besides those known.
    #[serde(default)]
    pub chrome: Vec<String>,
    /// What becomes of a piece without a date.
    #[serde(default)]
    pub undated: Undated,
}

/// The shape of a source's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Markdown with front matter.
    Markdown,
    /// Plain text, scraped or typed.
    Text,
}

/// What becomes of a piece without a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undated {
    /// It counts from the instant it is first seen.
    #[default]
    FirstSeen,
    /// It is refused, with the reason.
    Refuse,
}

/// A file or entry that gave no article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The file.
    pub path: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// Why, and what to do.
    pub reason: String,
}

/// What reading a source gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// The articles, in the order of their ids.
    pub articles: Vec<Article>,
    /// What was refused, each with file, line and reason.
    pub refused: Vec<Refusal>,
    /// What was taken but is doubtful.
    pub warnings: Vec<Fault>,
}
