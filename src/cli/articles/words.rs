//! The same in words for people.

use super::view::View;
use crate::{
    domain::article::{Certainty, Origin},
    source::Refusal,
};

pub(super) fn certainty_word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Stated => "stated",
        Certainty::Declared => "declared",
        Certainty::Inferred => "inferred",
    }
}

/// The block a listing has of an article.
pub(super) fn summary(view: &View<'_>) -> String {
    let section = view.section.as_deref().unwrap_or("no section");
    let publishers = if view.publishers.is_empty() {
        "no publisher".to_owned()
    } else {
        view.publishers.join(", ")
    };
    let overlay = view
        .overlay
        .map_or_else(String::new, |word| format!(" · {word}"));
    let draft = if view.draft { " · draft" } else { "" };
    format!(
        "{}\n  {} · {}\n  {} · {section}/{} · {publishers}{draft}{overlay}\n\n",
        view.title,
        view.id,
        view.path,
        view.date_words(),
        view.kind
    )
}

/// Every field of one article, each with where it came from.
pub(super) fn all_fields(view: &View<'_>) -> String {
    let mut text = format!("{}\n", view.title);
    let value = serde_json::to_value(view).unwrap_or_default();
    let fields = value.as_object().cloned().unwrap_or_default();
    for (key, value) in &fields {
        if matches!(key.as_str(), "body" | "provenance") || key.starts_with("published_") {
            continue;
        }
        let words = match value {
            serde_json::Value::Null => "–".to_owned(),
            serde_json::Value::String(words) => words.clone(),
            serde_json::Value::Array(items) if items.is_empty() => "–".to_owned(),
            other => other.to_string(),
        };
        let words = if key == "published" {
            view.date_words()
        } else {
            words
        };
        text.push_str(&format!(
            "  {key}: {words}{}\n",
            origin_words(view.provenance.get(key.as_str()))
        ));
    }
    text.push_str("  body:\n");
    for block in view.body {
        let kind = serde_json::to_value(block.kind).unwrap_or_default();
        text.push_str(&format!(
            "    {}: {}\n",
            kind.as_str().unwrap_or_default(),
            block.text
        ));
        for item in &block.items {
            text.push_str(&format!("      - {item}\n"));
        }
    }
    text
}

fn origin_words(origin: Option<&Origin>) -> String {
    origin.map_or_else(String::new, |origin| {
        let line = origin
            .line
            .map_or_else(String::new, |line| format!(", line {line}"));
        format!(
            "  [{}: {}{line}]",
            certainty_word(origin.certainty),
            origin.from
        )
    })
}

pub(super) fn refused(refusal: &Refusal) -> String {
    let line = refusal
        .line
        .map_or_else(String::new, |line| format!("{line}:"));
    format!("refused: {}:{line} {}", refusal.path, refusal.reason)
}
