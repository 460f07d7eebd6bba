//! The page to choose from: each edition at desktop and phone width, light and dark.

use askama::Template;

use super::{Made, Shown};
use crate::domain::key::hex;

#[derive(Template)]
#[template(path = "preview/index.html")]
struct Index<'a> {
    issue: String,
    hash: String,
    frozen: bool,
    shown: &'a [Shown],
}

/// The page as HTML.
pub(super) fn index(made: &Made, shown: &[Shown]) -> std::io::Result<String> {
    let page = Index {
        issue: made.key.to_string(),
        hash: hex(&made.stamp.hash)[..12].to_owned(),
        frozen: made.frozen,
        shown,
    };
    page.render().map_err(std::io::Error::other)
}
