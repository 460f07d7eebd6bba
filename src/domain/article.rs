//! An article: what a source stated, and where each value was found.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{section::SectionId, topic::TopicId};

/// Stable across edits of title and text: the source's name and the front matter's `id`, else the path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub String);

impl fmt::Display for ArticleId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What sort of text it is; maps to a section.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A plain article, when nothing more is stated.
    #[default]
    Article,
    /// A piece of news.
    News,
    /// The writer's own view: debate, comment, blog.
    Opinion,
    /// A press release: the publisher's own words.
    PressRelease,
    /// An account of something tried.
    Case,
    /// An interview or portrait.
    Interview,
    /// A coming event.
    Event,
    /// The text of a slide deck.
    Slides,
}

impl Kind {
    /// All kinds, in the order of the contract.
    pub const ALL: [Self; 8] = [
        Self::Article,
        Self::News,
        Self::Opinion,
        Self::PressRelease,
        Self::Case,
        Self::Interview,
        Self::Event,
        Self::Slides,
    ];

    /// The word in files and JSON: `press-release`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::News => "news",
            Self::Opinion => "opinion",
            Self::PressRelease => "press-release",
            Self::Case => "case",
            Self::Interview => "interview",
            Self::Event => "event",
            Self::Slides => "slides",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How sure a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The text says so itself.
    Stated,
    /// The source's profile says so, or says how to read it.
    Declared,
    /// Reasoned from the text; the only reading left.
    Inferred,
}

/// Where a field's value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// How sure it is.
    pub certainty: Certainty,
    /// What it was taken from: ``front matter `title` ``, `first paragraph`, `caption line`.
    pub from: String,
    /// The line in the file, counted from 1, where it has one.
    pub line: Option<usize>,
}

/// An instant as precise as it was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// To the minute (or finer).
    Minute(DateTime<Utc>),
    /// A date alone: that day in the newsletter's zone.
    Day(NaiveDate),
    /// A month alone, as its first day.
    Month(NaiveDate),
}

impl When {
    /// The instant it counts from: the start of the day or month in the zone. A midnight that the zone skips
    /// counts from the first instant after it.
    pub fn instant(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Minute(instant) => instant,
            Self::Day(date) | Self::Month(date) => start_of_day(date, zone),
        }
    }

    /// The local date.
    pub fn date(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Minute(instant) => instant.with_timezone(&zone).date_naive(),
            Self::Day(date) | Self::Month(date) => date,
        }
    }

    /// The word for its precision: `minute`, `day`, `month`.
    pub fn precision(self) -> &'static str {
        match self {
            Self::Minute(_) => "minute",
            Self::Day(_) => "day",
            Self::Month(_) => "month",
        }
    }

    /// RFC 3339 in the zone, or the date (`2026-11-23`) or month (`2014-05`) alone.
    pub fn to_text(self, zone: Tz) -> String {
        match self {
            Self::Minute(instant) => instant
                .with_timezone(&zone)
                .to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
            Self::Day(date) => date.format("%Y-%m-%d").to_string(),
            Self::Month(date) => date.format("%Y-%m").to_string(),
        }
    }
}

/// The first instant of a local day.
pub fn start_of_day(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    local_instant(date, NaiveTime::MIN, zone)
}

/// A local wall-clock time as an instant. A time that comes twice is its first; one that is skipped is the first
/// instant after the gap.
pub fn local_instant(date: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let mut local = date.and_time(time);
    // No zone skips more than a day; a step of a minute finds the end of the gap.
    for _ in 0..=24 * 60 {
        if let Some(instant) = zone.from_local_datetime(&local).earliest() {
            return instant.with_timezone(&Utc);
        }
        local += chrono::Duration::minutes(1);
    }
    date.and_time(time).and_utc()
}

/// When an article was published, as stated and as understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Published {
    /// The understood instant; `None` when the text states none or it cannot be told.
    pub at: Option<When>,
    /// The text as it stood.
    pub raw: Option<String>,
    /// How sure the reading is.
    pub certainty: Option<Certainty>,
}

/// Somebody who wrote or presented the piece. A quoted person is not one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The role or title stated beside it.
    pub role: Option<String>,
}

/// A picture and what is stated of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Image {
    /// Where it lies; `None` when only its caption is left in the text.
    pub url: Option<String>,
    /// The caption without the credit.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// What is seen, for those who do not see it.
    pub alt: Option<String>,
    /// How wide it is, in pixels, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// How high it is, in pixels, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// Where the piece was brought before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprint {
    /// The medium: `danskekommuner.example`.
    #[serde(rename = "in")]
    pub medium: String,
    /// The date, when stated.
    pub date: Option<NaiveDate>,
}

/// The box about the publisher that stood on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublisherBox {
    /// The publisher's name.
    pub name: String,
    /// The blurb, as clipped as it stood.
    pub blurb: Option<String>,
    /// Counters: `Artikler` -> 136.
    pub counters: BTreeMap<String, u64>,
}

/// A document that goes with the piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its title.
    pub title: String,
    /// Its address, when stated.
    pub url: Option<String>,
    /// Its format, when stated: `pdf`.
    pub format: Option<String>,
    /// The rest of what is stated: publisher, month.
    pub note: Option<String>,
}

/// What a stretch of the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockType {
    /// Running text.
    Paragraph,
    /// A sub-head.
    Heading,
    /// Spoken or quoted words.
    Quote,
    /// A list; `items` holds its entries.
    List,
    /// A fact box; `text` is its title or text, `items` its entries.
    Fact,
    /// A picture; `text` is its caption.
    Image,
    /// A table; `items` holds its rows, cells parted by ` | `.
    Table,
    /// Further reading; `items` holds the references.
    Further,
}

/// One stretch of the body, as plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: BlockType,
    /// Its text; empty for a list.
    pub text: String,
    /// Its entries, where it has any.
    pub items: Vec<String>,
}

impl Block {
    /// A block of text.
    pub fn text(kind: BlockType, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            items: Vec::new(),
        }
    }

    /// A block of entries.
    pub fn items(kind: BlockType, items: Vec<String>) -> Self {
        Self {
            kind,
            text: String::new(),
            items,
        }
    }
}

/// One article as a source gave it. What the text does not state stays empty. Its serialised form is kept with frozen
/// issues, without where its fields came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// The stable id.
    pub id: ArticleId,
    /// The title, plain text, one line.
    pub title: String,
    /// The lede, plain text, one paragraph.
    pub lede: Option<String>,
    /// The label over the title: a series or sponsor.
    pub kicker: Option<String>,
    /// The kind.
    pub kind: Kind,
    /// The section the editor named, before the rules have their say.
    pub section: Option<SectionId>,
    /// The subject label: `Velfærd`.
    pub theme: Option<String>,
    /// The topics the editor named.
    pub topics: Vec<TopicId>,
    /// The keywords stated: subjects, persons, organisations.
    pub keywords: Vec<String>,
    /// The publishers' names.
    pub publishers: Vec<String>,
    /// Writers and presenters.
    pub authors: Vec<Author>,
    /// When it was published.
    pub published: Published,
    /// The day the event it tells of takes place.
    pub event_date: Option<NaiveDate>,
    /// Its picture.
    pub image: Option<Image>,
    /// Where it was brought before.
    pub previously_published: Option<Reprint>,
    /// The source it credits: `Kilde: …`.
    pub source_credit: Option<String>,
    /// The publisher's box on its page.
    pub publisher_box: Option<PublisherBox>,
    /// Documents that go with it.
    pub attachments: Vec<Attachment>,
    /// Its own address, absolute http or https.
    pub link: Option<String>,
    /// What its feed knows it by.
    #[serde(default)]
    pub guid: Option<String>,
    /// When the editor marked it as updated: what was printed before that may be printed once more.
    #[serde(default)]
    pub updated: Option<When>,
    /// When its feed or its page says that it was updated, where the source's own dates are believed in that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<When>,
    /// The body, without what stands in the other fields.
    pub body: Vec<Block>,
    /// The editor's weight: higher is printed first; 0 when nothing is said.
    pub priority: i32,
    /// Not a word of it before this instant.
    pub embargo: Option<When>,
    /// Not worth printing after this instant.
    pub expires: Option<When>,
    /// Unfinished: never printed.
    pub draft: bool,
    /// The file it came from, relative to the newsletter's folder where it lies in it.
    pub path: String,
    /// The source's name in config.
    pub source: String,
    /// Where each field came from, by the field's JSON name.
    #[serde(skip)]
    pub provenance: BTreeMap<&'static str, Origin>,
}

impl Article {
    /// An article of which nothing but id, title and place is known.
    pub fn new(
        id: ArticleId,
        title: impl Into<String>,
        path: impl Into<String>,
        source: impl Into<String>,
    ) -> Self {
        Self {
            id,
            title: title.into(),
            lede: None,
            kicker: None,
            kind: Kind::Article,
            section: None,
            theme: None,
            topics: Vec::new(),
            keywords: Vec::new(),
            publishers: Vec::new(),
            authors: Vec::new(),
            published: Published::default(),
            event_date: None,
            image: None,
            previously_published: None,
            source_credit: None,
            publisher_box: None,
            attachments: Vec::new(),
            link: None,
            guid: None,
            updated: None,
            changed: None,
            body: Vec::new(),
            priority: 0,
            embargo: None,
            expires: None,
            draft: false,
            path: path.into(),
            source: source.into(),
            provenance: BTreeMap::new(),
        }
    }

    /// How long it takes to read, in whole minutes, at least one: 200 words a minute.
    pub fn reading_minutes(&self) -> usize {
        let words = |text: &str| text.split_whitespace().count();
        let total = self.lede.as_deref().map_or(0, words)
            + self
                .body
                .iter()
                .map(|block| {
                    words(&block.text) + block.items.iter().map(|i| words(i)).sum::<usize>()
                })
                .sum::<usize>();
        total.div_ceil(200).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Copenhagen;

    #[test]
    fn a_local_time_is_taken_once_in_the_overlap_and_after_the_gap() {
        let instant = |month, day| {
            local_instant(
                NaiveDate::from_ymd_opt(2026, month, day).unwrap(),
                NaiveTime::from_hms_opt(2, 30, 0).unwrap(),
                Copenhagen,
            )
            .to_rfc3339()
        };
        assert_eq!(instant(3, 29), "2026-03-29T01:00:00+00:00");
        assert_eq!(instant(10, 25), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn a_date_alone_is_danish_midnight() {
        let day = When::Day(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        assert_eq!(
            day.instant(Copenhagen).to_rfc3339(),
            "2026-11-22T23:00:00+00:00"
        );
        assert_eq!(day.to_text(Copenhagen), "2026-11-23");
    }

    #[test]
    fn every_kind_has_one_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(Kind::from_word("andet"), None);
    }
}
