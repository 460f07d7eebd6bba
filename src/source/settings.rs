//! The table of a source in config.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::{article::Kind, section::SectionId};

/// One `[[source]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// The name; part of each article's id.
    pub name: String,
    /// The shape its files have.
    pub kind: SourceKind,
    /// The file or folder, relative to the newsletter's folder; empty for a source on the web.
    #[serde(default, skip_serializing_if = "is_unset")]
    pub path: PathBuf,
    /// The address of a source on the web.
    #[serde(default)]
    pub url: Option<Url>,
    /// Whether its address may be of this machine or its own network.
    #[serde(default)]
    pub allow_private: bool,
    /// How many seconds its address may take to answer, redirects and all.
    #[serde(default = "ten_seconds")]
    pub timeout_seconds: u16,
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
    /// Whether what its feed or page says of updates counts.
    #[serde(default)]
    pub updates: Updates,
    /// Whether its pictures are linked where they lie, in place of being fetched and served with the newsletter's own.
    #[serde(default)]
    pub remote: bool,
}

impl SourceSettings {
    /// A source that declares nothing but its name, kind and place.
    pub fn bare(name: impl Into<String>, kind: SourceKind, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            kind,
            path: path.into(),
            url: None,
            allow_private: false,
            timeout_seconds: ten_seconds(),
            date_formats: Vec::new(),
            timezone: None,
            publisher: None,
            article_kind: None,
            section: None,
            chrome: Vec::new(),
            undated: Undated::default(),
            updates: Updates::default(),
            remote: false,
        }
    }
}

fn is_unset(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

fn ten_seconds() -> u16 {
    10
}

/// The shape of a source's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Markdown with front matter.
    Markdown,
    /// Plain text, scraped or typed.
    Text,
    /// A web page.
    Html,
    /// RSS, RDF, Atom or JSON Feed: many articles in one document.
    Feed,
    /// A calendar (iCalendar): each of its events.
    Ical,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Markdown,
        Self::Text,
        Self::Html,
        Self::Feed,
        Self::Ical,
    ];

    /// What names of files of the kind end in, without the dot.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Markdown => &["md"],
            Self::Text => &["txt"],
            Self::Html => &["html", "htm"],
            Self::Feed => &["xml", "rss", "atom", "rdf", "json"],
            Self::Ical => &["ics"],
        }
    }

    /// Whether such a source may say when its pieces were updated.
    pub fn may_date_updates(self) -> bool {
        match self {
            Self::Html | Self::Feed => true,
            Self::Markdown | Self::Text | Self::Ical => false,
        }
    }

    /// Whether such a source may have a `url`.
    pub fn may_be_on_the_web(self) -> bool {
        match self {
            Self::Markdown | Self::Text => false,
            Self::Html | Self::Feed | Self::Ical => true,
        }
    }
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

/// Whether what a feed or a page says of its updates counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Updates {
    /// It does not: many say so whenever a page is saved.
    #[default]
    Ignore,
    /// A piece that was printed is printed once more where its source dates an update after that, and the text is
    /// another.
    Dated,
}
