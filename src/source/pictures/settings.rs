//! The `[pictures]` table.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

/// Where the pictures of an issue lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PictureSettings {
    /// The folder they are written to, relative to the newsletter's folder, for a web server to serve.
    pub path: PathBuf,
    /// The address that folder is served at; the newsletter's `base_url` followed by `img/` where it is absent.
    pub url: Option<Url>,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self {
            path: "public/img".into(),
            url: None,
        }
    }
}

impl PictureSettings {
    /// The address the pictures lie under, ended by a slash.
    pub fn address(&self, base_url: &Url) -> String {
        match &self.url {
            Some(url) => format!("{}/", url.as_str().trim_end_matches('/')),
            None => format!("{}/img/", base_url.as_str().trim_end_matches('/')),
        }
    }
}
