//! A source's profile: what its table declares for pieces that state it not themselves.

use super::{Refusal, SourceSettings, Undated};
use crate::domain::article::{Article, Certainty, Origin};

/// Fills publisher, kind and section where the text states none.
pub(super) fn apply(article: &mut Article, settings: &SourceSettings) {
    let declared = |key: &str| Origin {
        certainty: Certainty::Declared,
        from: format!("source `{}`: `{key}`", settings.name),
        line: None,
    };
    if let Some(publisher) = &settings.publisher
        && article.publishers.is_empty()
    {
        article.publishers.push(publisher.clone());
        article
            .provenance
            .insert("publishers", declared("publisher"));
    }
    if let Some(kind) = settings.article_kind
        && !article.provenance.contains_key("kind")
    {
        article.kind = kind;
        article.provenance.insert("kind", declared("article_kind"));
    }
    if let Some(section) = &settings.section
        && article.section.is_none()
    {
        article.section = Some(section.clone());
        article.provenance.insert("section", declared("section"));
    }
}

/// Why an undated piece is refused, where the source says that such pieces are.
pub(super) fn undated(article: &Article, settings: &SourceSettings) -> Option<Refusal> {
    if article.published.at.is_some() || settings.undated == Undated::FirstSeen {
        return None;
    }
    let reason = match &article.published.raw {
        Some(raw) => format!(
            "the date `{raw}` cannot be told and the source `{}` refuses pieces without one; write it as `2026-11-21` or declare `date_formats`",
            settings.name
        ),
        None => format!(
            "has no date and the source `{}` refuses such pieces; add a date or set `undated = \"first-seen\"`",
            settings.name
        ),
    };
    Some(Refusal {
        path: article.path.clone(),
        line: None,
        reason,
    })
}
