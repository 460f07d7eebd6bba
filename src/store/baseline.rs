//! What counts as printed without having been: the articles that were there before the newsletter began.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::article::ArticleId;

/// The baseline, as `state/baseline.json` keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The day before which articles were marked; the latest where there were several.
    pub before: Option<NaiveDate>,
    /// The articles, by id.
    pub articles: BTreeSet<String>,
    /// The keys of their twins.
    pub twins: BTreeSet<String>,
}

impl Baseline {
    /// Whether an article counts as printed.
    pub fn has(&self, article: &ArticleId) -> bool {
        self.articles.contains(&article.0)
    }

    /// Adds an article with the keys of its twins.
    pub fn add(&mut self, article: &ArticleId, twins: Vec<String>) {
        self.articles.insert(article.0.clone());
        self.twins.extend(twins);
    }
}
