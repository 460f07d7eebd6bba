//! What an issue's pieces are made from, kept with the issue: so that a reader who joins after planning gets an edition
//! of the frozen issue, whatever has become of articles and config.

use serde::{Deserialize, Serialize};

use super::{Brief, named::Named};
use crate::{
    compose::WhenEmpty,
    domain::{issue::Digest, newsletter::Newsletter, publisher::Publisher},
    render::Look,
};

/// All that pieces and editions depend on, besides the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manuscript {
    pub(super) digest: Digest,
    pub(super) newsletter: Newsletter,
    pub(super) publishers: Vec<Publisher>,
    pub(super) look: Look,
    pub(super) overview_lines: usize,
    pub(super) when_empty: WhenEmpty,
    /// Absent in issues that were frozen before letters named topics.
    #[serde(default)]
    pub(super) topics: Named,
}

impl Manuscript {
    /// What a digest is set from under a config. The newsletter's secrets stay out.
    pub(super) fn of(digest: &Digest, brief: &Brief<'_>) -> Self {
        Self {
            digest: digest.clone(),
            newsletter: Newsletter {
                key: None,
                key_file: None,
                ..brief.newsletter.clone()
            },
            publishers: brief.publishers.to_vec(),
            look: brief.look.clone(),
            overview_lines: brief.selection.overview_lines,
            when_empty: brief.selection.when_empty,
            topics: Named::new(brief.topics),
        }
    }

    /// The text that is kept.
    pub(super) fn to_json(&self) -> String {
        // Texts, numbers, dates and lists of them: serialising them cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// What another version of this program wrote, and this one cannot read.
    pub fn from_json(kept: &str) -> serde_json::Result<Self> {
        serde_json::from_str(kept)
    }
}
