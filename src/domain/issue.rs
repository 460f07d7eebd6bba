//! An issue: its key, what it prints and why.

use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ad::Ad,
    article::{Article, ArticleId},
    block::IssueBlock,
    picture::OwnPictures,
    publisher::Publisher,
    section::{Section, SectionId},
    topic::{Judgement, TopicMatch},
    trim::Trim,
};

/// How often a reader gets mail.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// Every publishing day.
    #[default]
    Daily,
    /// Once a week.
    Weekly,
}

impl Frequency {
    /// Both, the daily first.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Weekly];

    /// The word in files and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

impl FromStr for Frequency {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|frequency| frequency.word() == word)
            .ok_or_else(|| format!("`{word}` is no frequency; write `daily` or `weekly`"))
    }
}

/// What makes an issue one and the same within a newsletter: written `daily-2026-11-23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IssueKey {
    /// Its local date.
    pub date: NaiveDate,
    /// Daily or weekly.
    pub frequency: Frequency,
}

impl IssueKey {
    /// The date first, for names that are to stand in order: `2026-11-23-daily`.
    pub fn dated(&self) -> String {
        format!("{}-{}", self.date, self.frequency)
    }
}

impl fmt::Display for IssueKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.frequency, self.date)
    }
}

/// A rule that put an article in an issue or kept it out, in words an editor can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The rule's name: `window`, `quota`, `printed`.
    pub rule: &'static str,
    /// Whether the rule speaks for the article.
    pub passed: bool,
    /// What it found.
    pub finding: String,
}

/// What became of one article in one issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The article.
    pub article: ArticleId,
    /// Its title.
    pub title: String,
    /// Its file.
    pub path: String,
    /// The section it is printed in, or would have been.
    pub section: Option<SectionId>,
    /// Whether it is printed.
    pub printed: bool,
    /// Every rule that had a say, in the order asked.
    pub reasons: Vec<Reason>,
    /// What it has to do with each topic of which anything was found; nothing is looked for in what is not a candidate.
    pub topics: Vec<Judgement>,
    /// The other copies of it, where it is the best.
    pub sources: Vec<FurtherSource>,
}

/// A piece to read besides another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The piece.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its own address.
    pub link: Option<String>,
    /// Where it was printed; `None` where it stands in the same issue.
    pub issue: Option<IssueKey>,
    /// How alike they are, in hundredths.
    pub likeness: u32,
    /// The words they share that weigh most.
    pub words: Vec<String>,
}

/// Another copy of a printed piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherSource {
    /// The copy.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its publishers.
    pub publishers: Vec<String>,
    /// Its own address.
    pub link: Option<String>,
    /// The source's name in config.
    pub source: String,
    /// What says that it is the same piece.
    pub by: String,
}

/// One article in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The article.
    pub article: Article,
    /// Where it is printed.
    pub section: SectionId,
    /// The topics it is under, with the word that put it there.
    pub topics: Vec<TopicMatch>,
    /// Its place by weight in the whole issue, 0 first: the lead and the Overblik lines go by it.
    pub rank: usize,
    /// The other copies of it that were there.
    #[serde(default)]
    pub sources: Vec<FurtherSource>,
    /// What to read besides, the likest first.
    #[serde(default)]
    pub related: Vec<Related>,
    /// The issue that printed it before it was updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<IssueKey>,
}

/// What an issue prints, in the order it is printed, and what it leaves out, each with its reasons. Its serialised form
/// is kept with frozen issues, without what became of the articles: their record tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Which issue it is.
    pub key: IssueKey,
    /// The instant its window opens: articles dated after it count.
    pub covers_from: DateTime<Utc>,
    /// The instant its window closes.
    pub cut_off: DateTime<Utc>,
    /// The sections that may be printed, in order.
    pub sections: Vec<Section>,
    /// The items, section by section; within a section by rank (events by date).
    pub items: Vec<Item>,
    /// The advertisements of the day, paid before house.
    pub ads: Vec<Ad>,
    /// The publisher shown on the card.
    pub card: Option<Publisher>,
    /// The pictures of its ads and of the card's publisher.
    #[serde(default, skip_serializing_if = "OwnPictures::is_empty")]
    pub pictures: OwnPictures,
    /// The blocks it shows, in order.
    #[serde(default)]
    pub blocks: Vec<IssueBlock>,
    /// The editor's intro of the day.
    pub intro: Option<String>,
    /// The editor's subject of the day.
    pub subject: Option<String>,
    /// What is left out so that the letter is shown whole.
    #[serde(default, skip_serializing_if = "Trim::is_nothing")]
    pub trim: Trim,
    /// The subjects of the frequency's last issue: no edition goes out under one of them again.
    #[serde(default)]
    pub last_subjects: Vec<String>,
    /// What became of every article, printed or not, in the order of their ids.
    #[serde(skip)]
    pub verdicts: Vec<Verdict>,
}

impl Digest {
    /// The section of an item.
    pub fn section_of(&self, item: &Item) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.id == item.section)
    }
}
