//! The blocks of an issue that no article fills: most read, latest comments, coming events, links of the site's own.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use url::Url;

use super::section::SectionId;

/// One `[[block]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockSettings {
    /// The id that day files name: `mest-laest`.
    pub id: String,
    /// How it is set.
    pub kind: BlockKind,
    /// The heading in Danish.
    pub title: String,
    /// The heading in English; the Danish one where it is absent.
    #[serde(default)]
    pub title_en: Option<String>,
    /// The JSON file its links stand in, relative to the newsletter's folder; empty where they have an address.
    #[serde(default, skip_serializing_if = "is_unset")]
    pub path: PathBuf,
    /// The address of the JSON its links stand in.
    #[serde(default)]
    pub url: Option<Url>,
    /// Whether that address may be of this machine or its own network.
    #[serde(default)]
    pub allow_private: bool,
    /// How many seconds that address may take to answer, redirects and all.
    #[serde(default = "ten_seconds")]
    pub timeout_seconds: u16,
    /// After how many hours what stands there is too old to be shown: since the file was written, or the address last
    /// answered.
    #[serde(default)]
    pub stale_hours: Option<u32>,
    /// The most entries that are shown; as many as its kind has room for where it is absent.
    #[serde(default)]
    pub max: Option<usize>,
    /// The section it stands after; at the letter's end where it is absent.
    #[serde(default)]
    pub after: Option<SectionId>,
    /// Whether an issue shows it when its day file says nothing.
    #[serde(default = "yes")]
    pub on: bool,
}

fn is_unset(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

fn ten_seconds() -> u16 {
    10
}

fn yes() -> bool {
    true
}

impl BlockSettings {
    /// How many hours old what is shown may be. What is fetched is never shown for more than three days on end.
    pub fn oldest_hours(&self) -> Option<u32> {
        let fetched = self.url.is_some().then_some(72);
        self.stale_hours.or(fetched)
    }

    /// The block without entries.
    pub fn empty(&self) -> IssueBlock {
        IssueBlock {
            id: self.id.clone(),
            kind: self.kind,
            title: self.title.clone(),
            title_en: self.title_en.clone(),
            after: self.after.clone(),
            on: self.on,
            max: self.max.unwrap_or_else(|| self.kind.most()),
            entries: Vec::new(),
        }
    }
}

/// How a block is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// A numbered list: most read.
    Ranked,
    /// What people said, each with whose words they are and about what: latest comments.
    Quotes,
    /// A plain list of links.
    Links,
    /// Coming events, from the articles that tell of one; it has no file and no address.
    Events,
}

impl BlockKind {
    /// The most entries there is room for.
    pub fn most(self) -> usize {
        match self {
            Self::Ranked | Self::Links => 5,
            Self::Quotes => 3,
            Self::Events => 4,
        }
    }
}

/// A block as an issue has it. Its serialised form is kept with frozen issues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueBlock {
    /// Its id in config.
    pub id: String,
    /// How it is set.
    pub kind: BlockKind,
    /// The heading in Danish.
    pub title: String,
    /// The heading in English; the Danish one where it is absent.
    pub title_en: Option<String>,
    /// The section it stands after; at the letter's end where it is absent.
    pub after: Option<SectionId>,
    /// Whether an issue shows it when its day file says nothing.
    pub on: bool,
    /// The most entries that are shown.
    pub max: usize,
    /// What it shows, in order.
    pub entries: Vec<BlockEntry>,
}

/// One line of a block.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BlockEntry {
    /// What it leads to, one line; empty until the article at its address has given its title.
    pub title: String,
    /// Where it leads, absolute http or https.
    pub url: Option<String>,
    /// Whose it is: who commented, who arranges the event.
    pub by: Option<String>,
    /// What was said; of an event its time and place.
    pub text: Option<String>,
    /// How often it was read.
    pub count: Option<u64>,
    /// The day of an event.
    pub day: Option<NaiveDate>,
}
