//! Hands letters over.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The `[transport]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransportSettings {
    /// Which transport carries the letters.
    pub kind: TransportKind,
    /// The `[transport.file]` table.
    pub file: FileSettings,
}

/// The transports there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportKind {
    /// One `.eml` file a letter.
    #[default]
    File,
}

/// The `[transport.file]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileSettings {
    /// The folder the letters are written to, relative to the newsletter's folder.
    pub path: PathBuf,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            path: "outbox".into(),
        }
    }
}
