//! Chooses what an issue prints: articles, window, sections and what was printed before give a
//! [`Digest`](crate::domain::issue::Digest) in which every choice is explained.

use serde::{Deserialize, Serialize};

/// The `[selection]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectionSettings {
    /// The most items an issue prints.
    pub max_items: usize,
    /// The most items of one publisher in an issue.
    pub max_per_publisher: usize,
    /// How many days back the first issue looks.
    pub first_window_days: u32,
    /// How many days back an article may be dated that is first seen after the last issue.
    pub late_days: u32,
    /// How many days after its date an article that found no room may still be printed.
    pub life_days: u32,
    /// The most lines of the Overblik block; it is left out below three items.
    pub overview_lines: usize,
    /// What a reader gets whose choices match nothing: nothing, or the top items.
    pub when_empty: WhenEmpty,
}

/// What a reader gets whose choices match nothing in an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhenEmpty {
    /// No letter that day.
    #[default]
    Skip,
    /// The top items of the issue.
    Highlights,
}

impl Default for SelectionSettings {
    fn default() -> Self {
        Self {
            max_items: 15,
            max_per_publisher: 4,
            first_window_days: 7,
            late_days: 7,
            life_days: 7,
            overview_lines: 5,
            when_empty: WhenEmpty::Skip,
        }
    }
}
