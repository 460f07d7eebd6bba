//! The table of a source in config.

use std::path::PathBuf;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::{article::Kind, section::SectionId};

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

impl SourceSettings {
    /// A source that declares nothing but its name, kind and place.
    pub fn bare(name: impl Into<String>, kind: SourceKind, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            kind,
            path: path.into(),
            date_formats: Vec::new(),
            timezone: None,
            publisher: None,
            article_kind: None,
            section: None,
            chrome: Vec::new(),
            undated: Undated::default(),
        }
    }
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
