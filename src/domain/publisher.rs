//! Publishers: the organisations that answer for what they publish.

use serde::{Deserialize, Serialize};

/// A publisher's profile: a table in config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// The name as articles give it.
    pub name: String,
    /// Who it is, in a sentence or two; cut on a word where it is shown.
    #[serde(default)]
    pub blurb: Option<String>,
    /// The publisher's own page.
    #[serde(default)]
    pub url: Option<String>,
    /// Its logo: a picture file's path from the newsletter's folder.
    #[serde(default)]
    pub logo: Option<String>,
    /// Whether this is the newsletter's own desk: its items, and those that name no publisher, are marked ours.
    #[serde(default)]
    pub desk: bool,
    /// What it knows about: its areas of competence.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Counters in the order shown, `[["Artikler", 84], ["Events", 3]]`; counted from what is stored where none is stated.
    #[serde(default)]
    pub counters: Vec<(String, u64)>,
}
