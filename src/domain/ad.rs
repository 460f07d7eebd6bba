//! Advertisements and house ads, always labelled (markedsføringsloven § 6(4)).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One advertisement: a table in config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ad {
    /// A name for messages and order.
    pub id: String,
    /// Who pays; absent for the newsletter's own.
    #[serde(default)]
    pub advertiser: Option<String>,
    /// The headline.
    pub title: String,
    /// The text under it.
    #[serde(default)]
    pub text: Option<String>,
    /// Where it leads, absolute https.
    pub link: String,
    /// The words of the link.
    pub link_text: String,
    /// A still picture beside it: a file's path from the newsletter's folder. Never an address: whoever opened the
    /// letter would ask the advertiser's server for it.
    #[serde(default)]
    pub image: Option<String>,
    /// What the picture shows, in words.
    #[serde(default)]
    pub image_alt: Option<String>,
    /// The first day it is shown.
    #[serde(default)]
    pub starts: Option<NaiveDate>,
    /// The last day it is shown.
    #[serde(default)]
    pub expires: Option<NaiveDate>,
    /// The newsletter's own: fills slots that are left, and carries no Annonce label.
    #[serde(default)]
    pub house: bool,
    /// What stands over the newsletter's own, where it is not the texts' word. A paid one is labelled by law.
    #[serde(default)]
    pub label: Option<String>,
    /// Whether the newsletter's own may stand on the dark panel; of several the first does.
    #[serde(default = "Ad::default_loud")]
    pub loud: bool,
    /// The one place it is sold for; any where it is absent.
    #[serde(default)]
    pub slot: Option<AdSlot>,
    /// What it is for: a letter has one ad of a category.
    #[serde(default)]
    pub category: Option<String>,
    /// Ads of more weight come first; those of equal weight take turns by the day.
    #[serde(default = "Ad::default_weight")]
    pub weight: u32,
}

/// A place for an ad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdSlot {
    /// After the first item.
    #[serde(rename = "after-1")]
    AfterFirst,
    /// After the fifth item.
    #[serde(rename = "after-5")]
    AfterFifth,
    /// After the ninth item.
    #[serde(rename = "after-9")]
    AfterNinth,
    /// After all items.
    #[serde(rename = "end")]
    End,
}

impl AdSlot {
    /// The number of items it stands after; `None` at the letter's end.
    pub fn items(self) -> Option<usize> {
        match self {
            Self::AfterFirst => Some(1),
            Self::AfterFifth => Some(5),
            Self::AfterNinth => Some(9),
            Self::End => None,
        }
    }
}

impl Ad {
    fn default_weight() -> u32 {
        1
    }

    fn default_loud() -> bool {
        true
    }

    /// Whether the ad may be shown on a day.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.starts.is_none_or(|first| first <= day) && self.expires.is_none_or(|last| day <= last)
    }
}
