//! The `[public]` table.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The folder of what everybody may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicSettings {
    /// The folder that any web server may serve under `base_url`, relative to the newsletter's folder.
    pub path: PathBuf,
}

impl Default for PublicSettings {
    fn default() -> Self {
        Self {
            path: "public".into(),
        }
    }
}
