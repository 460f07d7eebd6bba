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
    /// The first day it is shown.
    #[serde(default)]
    pub starts: Option<NaiveDate>,
    /// The last day it is shown.
    #[serde(default)]
    pub expires: Option<NaiveDate>,
    /// The newsletter's own: fills slots that are left, and carries no Annonce label.
    #[serde(default)]
    pub house: bool,
}

impl Ad {
    /// Whether the ad may be shown on a day.
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.starts.is_none_or(|first| first <= day) && self.expires.is_none_or(|last| day <= last)
    }
}
