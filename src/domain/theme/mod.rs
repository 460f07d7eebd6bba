//! How the letter looks: what a newsletter may change without touching a template.

mod colour;
mod fonts;
mod palette;

use serde::{Deserialize, Serialize};
use url::Url;

pub use self::{
    colour::Colour,
    fonts::{FontStack, Fonts},
    palette::{Colors, Legibility, Palette, SectionColours},
};

/// `[theme]`: what is not stated is as designed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Theme {
    /// The folder with the newsletter's own words, `da.toml` and `en.toml`.
    pub texts: String,
    /// The width of the letter, in CSS px.
    pub frame_px: usize,
    /// The width of the label column, in CSS px.
    pub rail_px: usize,
    /// The padding at both sides of the letter, and the gap between two columns, in CSS px.
    pub gutter_px: usize,
    /// How round buttons are, in CSS px.
    pub radius_px: usize,
    /// Where the lines of Overblik lead.
    pub overview_links: OverviewLinks,
    /// The fewest items of a letter that has Overblik.
    pub overview_from: usize,
    /// The masthead.
    pub brand: Brand,
    /// The faces.
    pub fonts: Fonts,
    /// The colours.
    pub colors: Colors,
    /// Which blocks there are, and in what order.
    pub blocks: Blocks,
    /// The titles of items.
    pub titles: Titles,
    /// The signs before who answers for an item.
    pub marks: Marks,
    /// How long texts may be.
    pub limits: Limits,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            texts: "texts".into(),
            frame_px: 640,
            rail_px: 128,
            gutter_px: 24,
            radius_px: 2,
            overview_links: OverviewLinks::default(),
            overview_from: 5,
            brand: Brand::default(),
            fonts: Fonts::default(),
            colors: Colors::default(),
            blocks: Blocks::default(),
            titles: Titles::default(),
            marks: Marks::default(),
            limits: Limits::default(),
        }
    }
}

/// Where the lines of Overblik lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OverviewLinks {
    /// Down to the item in the letter.
    #[default]
    Down,
    /// To the article itself: some apps do not follow links within a letter.
    Article,
}

/// `[theme.brand]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// The name in the masthead, where it is not the newsletter's.
    pub name: Option<String>,
    /// What a weekly letter adds to it, where it is not the texts' word.
    pub name_suffix_weekly: Option<String>,
    /// The address of a picture in place of the name.
    pub logo: Option<String>,
    /// Its width as shown, in CSS px.
    pub logo_width: usize,
    /// Its height as shown, in CSS px.
    pub logo_height: usize,
    /// Where the masthead leads, where it is not `base_url`.
    pub home: Option<Url>,
    /// What stands on the card of the newsletter's own desk in place of a logo, where it is not the initials of its name.
    pub initials: Option<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            name: None,
            name_suffix_weekly: None,
            logo: None,
            logo_width: 240,
            logo_height: 60,
            home: None,
            initials: None,
        }
    }
}

/// `[theme.blocks]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Blocks {
    /// The blocks between masthead and footer, from the top.
    pub order: Vec<Block>,
    /// What is left out.
    pub off: Vec<Part>,
}

impl Default for Blocks {
    fn default() -> Self {
        Self {
            order: Block::ALL.to_vec(),
            off: Vec::new(),
        }
    }
}

/// A block between masthead and footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Greeting and intro.
    Intro,
    /// The issue in a few lines.
    Overview,
    /// The lead and the sections, with the ads between them.
    Items,
    /// The publisher's card.
    Card,
    /// The ad at the end.
    Ad,
}

impl Block {
    /// All of them, in the order as designed.
    pub const ALL: [Self; 5] = [
        Self::Intro,
        Self::Overview,
        Self::Items,
        Self::Card,
        Self::Ad,
    ];
}

/// What a letter can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The issue in a few lines.
    Overview,
    /// The lead's facts.
    Facts,
    /// The lead's further reading.
    Further,
    /// The words that stand out.
    Quote,
    /// The number of the week.
    Number,
    /// The publisher's card.
    Card,
}

/// `[theme.titles]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Titles {
    /// How bold the titles of items are: 400 to 900, by hundreds.
    pub weight: usize,
}

impl Default for Titles {
    fn default() -> Self {
        Self { weight: 700 }
    }
}

/// `[theme.marks]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Marks {
    /// Before what the newsletter's own desk answers for.
    pub desk: String,
    /// Before what a publisher answers for.
    pub publisher: String,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            desk: "●".into(),
            publisher: "○".into(),
        }
    }
}

/// `[theme.limits]`, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// A title; a longer one is found by the lint, and printed whole.
    pub title: usize,
    /// A line of Overblik.
    pub overview: usize,
    /// The intro.
    pub intro: usize,
    /// The lede of the lead.
    pub lede_lead: usize,
    /// A lede in a pair, and in an opinion.
    pub lede_pair: usize,
    /// A lede in a row.
    pub lede_row: usize,
    /// A quote that stands out; a longer one is not shown.
    pub quote: usize,
    /// What a publisher's card says of it.
    pub blurb: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            title: 75,
            overview: 75,
            intro: 220,
            lede_lead: 300,
            lede_pair: 160,
            lede_row: 130,
            quote: 140,
            blurb: 160,
        }
    }
}
