//! The sections of the digest, in the order they are printed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{article::Kind, theme::Colour};

/// A section's id in config: `nyheder`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SectionId(pub String);

impl fmt::Display for SectionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// How a section sets its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Label in the left column, text in the right.
    #[default]
    Row,
    /// Two items side by side, with picture.
    Pair,
    /// As rows; a piece of advice shows its picture and its list, and one quote stands out.
    Advice,
    /// The writer as label, the title in italic: the writer's own view.
    Opinion,
    /// Coming events by date; never in Overblik, never the lead.
    Calendar,
}

/// One section: a table in config, no code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The id that articles and readers name.
    pub id: SectionId,
    /// The heading in Danish.
    pub name: String,
    /// The heading in English; the Danish one where it is absent.
    #[serde(default)]
    pub name_en: Option<String>,
    /// What the section is, in a few words under the heading.
    #[serde(default)]
    pub standfirst: Option<String>,
    /// The same in English; where it is absent an English letter has none.
    #[serde(default)]
    pub standfirst_en: Option<String>,
    /// What stands there in a weekly letter.
    #[serde(default)]
    pub standfirst_weekly: Option<String>,
    /// The kinds of article that belong here unless the article names its section.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// The sources whose articles belong here.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The themes that belong here, as articles label themselves.
    #[serde(default)]
    pub themes: Vec<String>,
    /// The words that put an article here, weighed as a topic's are.
    #[serde(default)]
    pub words: Vec<String>,
    /// The most items an issue prints of it.
    #[serde(default = "Section::default_max")]
    pub max: usize,
    /// How its items are set.
    #[serde(default)]
    pub layout: Layout,
    /// The colour of its name, kickers and links; the built-in one of its place where it is absent.
    #[serde(default)]
    pub text_light: Option<Colour>,
    /// The colour of its cell in the band.
    #[serde(default)]
    pub tab_light: Option<Colour>,
    /// As `text_light`, in the dark.
    #[serde(default)]
    pub text_dark: Option<Colour>,
    /// As `tab_light`, in the dark.
    #[serde(default)]
    pub tab_dark: Option<Colour>,
}

impl Section {
    fn default_max() -> usize {
        5
    }

    /// Whether it has a cell in the band: all have but the calendar.
    pub fn has_cell(&self) -> bool {
        self.layout != Layout::Calendar
    }

    /// The sections of the paper Overblik is modelled on. Overblik itself is a block, made from the issue.
    pub fn defaults() -> Vec<Self> {
        let section =
            |id: &str, names: [&str; 2], standfirsts: [&str; 2], kinds: &[Kind], max, layout| {
                Self {
                    id: SectionId(id.to_owned()),
                    name: names[0].to_owned(),
                    name_en: Some(names[1].to_owned()),
                    standfirst: Some(standfirsts[0].to_owned()),
                    standfirst_en: Some(standfirsts[1].to_owned()),
                    standfirst_weekly: None,
                    kinds: kinds.to_vec(),
                    sources: Vec::new(),
                    themes: Vec::new(),
                    words: Vec::new(),
                    max,
                    layout,
                    text_light: None,
                    tab_light: None,
                    text_dark: None,
                    tab_dark: None,
                }
            };
        vec![
            section(
                "videndeling",
                ["Videndeling", "Shared knowledge"],
                [
                    "Erfaringer fra dem, der har prøvet",
                    "Experience from those who have tried it",
                ],
                &[Kind::Article, Kind::Case, Kind::Slides],
                4,
                Layout::Pair,
            ),
            section(
                "nyheder",
                ["Nyheder", "News"],
                [
                    "Besluttet, målt og meldt ud",
                    "Decided, measured and announced",
                ],
                &[Kind::News, Kind::PressRelease],
                5,
                Layout::Row,
            ),
            section(
                "inspiration",
                ["Inspiration", "Inspiration"],
                [
                    "Greb, du kan tage med på arbejde",
                    "Things to take along to work",
                ],
                &[Kind::Interview],
                3,
                Layout::Advice,
            ),
            section(
                "kalender",
                ["Kalender", "Calendar"],
                ["Det sker", "What is on"],
                &[Kind::Event],
                4,
                Layout::Calendar,
            ),
            section(
                "debat",
                ["Debat", "Debate"],
                ["Skribenternes egne holdninger", "The writers’ own views"],
                &[Kind::Opinion],
                3,
                Layout::Opinion,
            ),
        ]
    }
}
