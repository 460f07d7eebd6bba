//! Who gets mail: the subscriber files and the readers' own words.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The `[subscribers]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SubscribersSettings {
    /// The folder of `*.toml` files, relative to the newsletter's folder.
    pub path: PathBuf,
    /// Whether a reader without a consent on record is left out (Skipped, `no-consent`).
    pub require_consent: bool,
}

impl Default for SubscribersSettings {
    fn default() -> Self {
        Self {
            path: "subscribers".into(),
            require_consent: false,
        }
    }
}
