//! What reading sources gives: articles, refusals and warnings, in a fixed order.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use super::{
    Entry, Outcome, Reader, Reading, SourceSettings, bounds,
    file::{self, FileText},
    profile,
};
use crate::domain::{article::Article, block::IssueBlock, fault::Fault, picture::OwnPictures};

/// A file or entry that gave no article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The file.
    pub path: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// Why, and what to do.
    pub reason: String,
}

/// What reading a source gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// The articles, in the order of their ids.
    pub articles: Vec<Article>,
    /// What was refused, each with file, line and reason.
    pub refused: Vec<Refusal>,
    /// What was taken but is doubtful.
    pub warnings: Vec<Fault>,
    /// The pictures of ads and publishers, by the path that config names; those that can be shown.
    pub pictures: OwnPictures,
    /// The blocks, in the order of config; one of which nothing can be shown has no entries.
    pub blocks: Vec<IssueBlock>,
}

impl Collected {
    pub(super) fn add(&mut self, other: Self) {
        self.articles.extend(other.articles);
        self.refused.extend(other.refused);
        self.warnings.extend(other.warnings);
        self.pictures.extend(other.pictures);
        self.blocks.extend(other.blocks);
    }

    pub(super) fn doubt(&mut self, listing: &file::Listing, shown: impl Fn(&Path) -> String) {
        for (path, reason) in &listing.unread {
            self.warnings
                .push(Fault::warning(reason.clone()).in_file(shown(path)));
        }
    }

    /// Reads a file by its reader.
    pub(super) fn read(
        &mut self,
        path: &Path,
        shown: String,
        stem: String,
        settings: &SourceSettings,
        reading: &Reading<'_>,
        reader: Reader,
    ) {
        let bytes = file::read(path);
        let bytes = bytes.as_deref().map_err(Clone::clone);
        self.read_octets(bytes, shown, stem, settings, reading, reader);
    }

    /// Reads a file's octets by its reader, or says why there are none.
    pub(super) fn read_octets(
        &mut self,
        bytes: Result<&[u8], String>,
        shown: String,
        stem: String,
        settings: &SourceSettings,
        reading: &Reading<'_>,
        reader: Reader,
    ) {
        let file = bytes.and_then(|bytes| match reader {
            Reader::Text(_) => file::decode(bytes),
            Reader::Document(_) => FileText::of_document(bytes, None),
        });
        match file {
            Ok(file) => self.take(
                &Entry {
                    path: shown,
                    stem,
                    file: &file,
                    address: None,
                    settings,
                    reading,
                },
                reader,
            ),
            Err(reason) => self.refused.push(Refusal {
                path: shown,
                line: None,
                reason,
            }),
        }
    }

    fn take(&mut self, entry: &Entry<'_>, reader: Reader) {
        for doubt in &entry.file.doubts {
            self.warnings
                .push(Fault::warning(doubt.clone()).in_file(entry.path.clone()));
        }
        match reader {
            Reader::Text(read) => self.judge(read(entry), entry.settings),
            Reader::Document(read) => match read(entry) {
                Ok(outcomes) => {
                    for outcome in outcomes {
                        self.judge_entry(outcome, entry.settings);
                    }
                }
                Err(refused) => self.refused.extend(refused),
            },
        }
    }

    /// Takes an entry of a document in, or says on which line the one stands that is refused.
    pub(super) fn judge_entry(&mut self, outcome: Outcome, settings: &SourceSettings) {
        let title = outcome
            .as_ref()
            .ok()
            .and_then(|taken| taken.article.provenance.get("title"));
        let line = title.and_then(|origin| origin.line);
        let before = self.refused.len();
        self.judge(outcome, settings);
        for refusal in &mut self.refused[before..] {
            refusal.line = refusal.line.or(line);
        }
    }

    /// Takes an article in, unless it is too much or lacks the date it must have.
    fn judge(&mut self, outcome: Outcome, settings: &SourceSettings) {
        match outcome {
            Ok(taken) => {
                self.warnings.extend(taken.warnings);
                let too_much = bounds::oversize(&taken.article).map(|reason| Refusal {
                    path: taken.article.path.clone(),
                    line: None,
                    reason,
                });
                match too_much.or_else(|| profile::undated(&taken.article, settings)) {
                    Some(refusal) => self.refused.push(refusal),
                    None => self.articles.push(taken.article),
                }
            }
            Err(refused) => self.refused.extend(refused),
        }
    }

    /// Keeps the first, by path, of each id and refuses the others; sorts everything.
    pub(super) fn in_order(mut self) -> Self {
        self.articles
            .sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let mut kept = Vec::with_capacity(self.articles.len());
        for article in self.articles {
            match first.get(&article.id.0) {
                Some(other) => self.refused.push(Refusal {
                    reason: format!(
                        "has the id `{}` that {other} has too; give it an `id` of its own or remove one",
                        article.id
                    ),
                    path: article.path,
                    line: article.provenance.get("id").and_then(|origin| origin.line),
                }),
                None => {
                    first.insert(article.id.0.clone(), article.path.clone());
                    kept.push(article);
                }
            }
        }
        self.articles = kept;
        self.refused
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self.warnings
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self
    }
}
