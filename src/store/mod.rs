//! Keeps what must outlive a run.

pub mod atomic;
pub mod lock;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The `[state]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StateSettings {
    /// The folder of the ledger, the key and the readers' own words, relative to the newsletter's folder.
    pub path: PathBuf,
}

impl Default for StateSettings {
    fn default() -> Self {
        Self {
            path: "state".into(),
        }
    }
}
