//! What a word weighs by where it stands.

use serde::{Deserialize, Serialize};

use super::Field;

/// The `[matching]` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MatchingSettings {
    /// What a word weighs in the keywords or the theme.
    pub keywords: u32,
    /// What it weighs in the title or the kicker.
    pub title: u32,
    /// What it weighs in the lede.
    pub lede: u32,
    /// What it weighs each time it stands in the body.
    pub body: u32,
    /// How many times it counts there.
    pub body_times: u32,
    /// The weight from which an article is under a topic or in a section.
    pub threshold: u32,
}

impl Default for MatchingSettings {
    fn default() -> Self {
        Self {
            keywords: 4,
            title: 4,
            lede: 3,
            body: 1,
            body_times: 2,
            threshold: 3,
        }
    }
}

impl MatchingSettings {
    /// What a word weighs that stands in a field so many times.
    pub fn weight(&self, field: Field, times: u32) -> u32 {
        match field {
            Field::Keywords | Field::Theme => self.keywords,
            Field::Title | Field::Kicker => self.title,
            Field::Lede => self.lede,
            Field::Body => self.body.saturating_mul(times.min(self.body_times)),
        }
    }
}
