//! What the rules find, each with its place, and how it is gathered.

use std::fmt;

use serde::Serialize;

use super::{Level, LintSettings, Rule};
use crate::domain::{
    ad::Ad,
    article::Article,
    fault::{Fault, Severity},
};

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// The article's id.
    pub article: Option<String>,
    /// The edition, as a preview names its files: `all`, `all-en`.
    pub edition: Option<&'static str>,
    #[serde(skip)]
    path: Option<String>,
    #[serde(skip)]
    line: Option<usize>,
    #[serde(skip)]
    field: Option<String>,
}

impl Place {
    /// A field of an article.
    pub(super) fn article(article: &Article, field: &str) -> Self {
        Self {
            article: Some(article.id.0.clone()),
            path: Some(article.path.clone()),
            // `image.alt` was found where the image was.
            line: field
                .split('.')
                .next()
                .and_then(|field| article.provenance.get(field))
                .and_then(|origin| origin.line),
            field: Some(field.to_owned()),
            edition: None,
        }
    }

    /// A key of an ad.
    pub(super) fn ad(ad: &Ad, key: &str) -> Self {
        Self::key(&format!("ad.{}.{key}", ad.id))
    }

    /// A key of the config or of the issue.
    pub(super) fn key(key: &str) -> Self {
        Self {
            field: Some(key.to_owned()),
            ..Self::default()
        }
    }

    /// A part of an edition: `html`, `text`.
    pub(super) fn edition(name: &'static str, part: &str) -> Self {
        Self {
            edition: Some(name),
            ..Self::key(part)
        }
    }
}

/// One thing found: a fault with the rule that found it. In JSON a fault with a few keys more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// How bad, what and what to do.
    #[serde(flatten)]
    pub fault: Fault,
}

impl Finding {
    /// Whether it holds the issue.
    pub fn is_error(&self) -> bool {
        self.fault.is_error()
    }

    /// The fault as it is said to a person: with the article, the edition and the rule by name.
    pub fn told(&self) -> Fault {
        let of = self
            .place
            .article
            .iter()
            .map(|article| format!("`{article}`: "))
            .chain(self.place.edition.map(|edition| format!("`{edition}`: ")))
            .collect::<String>();
        Fault {
            reason: format!("{of}{} (`lint.{}`)", self.fault.reason, self.rule),
            ..self.fault.clone()
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told().fmt(out)
    }
}

/// What is found, as it is found.
#[derive(Debug)]
pub(super) struct Report<'a> {
    settings: &'a LintSettings,
    found: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(super) fn new(settings: &'a LintSettings) -> Self {
        Self {
            settings,
            found: Vec::new(),
        }
    }

    /// Whether a rule is asked at all.
    pub(super) fn asks(&self, rule: Rule) -> bool {
        self.settings.level(rule) != Level::Off
    }

    /// Notes what a rule found, unless the rule is off or found the same in an edition before.
    pub(super) fn find(
        &mut self,
        rule: Rule,
        place: Place,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let severity = match self.settings.level(rule) {
            Level::Off => return,
            Level::Warn => Severity::Warning,
            Level::Error => Severity::Error,
        };
        let fault = Fault {
            severity,
            path: place.path.clone(),
            line: place.line,
            key: place.field.clone(),
            reason: reason.into(),
            remedy: Some(remedy.into()),
        };
        let again = |found: &Finding| {
            found.rule == rule && found.fault == fault && found.place.article == place.article
        };
        if !self.found.iter().any(again) {
            self.found.push(Finding { rule, place, fault });
        }
    }

    /// All of it: what holds the issue first, else in the order it was found.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|finding| finding.fault.severity);
        self.found
    }
}

/// The beginning of a text, for a message.
pub(super) fn shown(text: &str) -> String {
    const SHOWN: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    let begin: String = line.chars().take(SHOWN).collect();
    format!("{} …", begin.trim_end())
}

/// An address for a message: without its query, which may say more of somebody than a log should.
pub(super) fn place_of(address: &str) -> String {
    shown(address.split(['?', '#']).next().unwrap_or_default())
}
