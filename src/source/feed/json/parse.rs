//! JSON Feed: from JSON to the feed as it was written.

use serde_json::Value;

use super::{super::item::Line, JsonAttachment, JsonFeed, JsonItem, list, text};

/// Reads a feed. serde_json bounds how deep it nests.
///
/// # Errors
/// Line and reason where it is no JSON Feed.
pub(in crate::source::feed) fn parse(json: &str) -> Result<JsonFeed, (Line, String)> {
    let value: Value = serde_json::from_str(json).map_err(|error| {
        let reason = if error.is_eof() {
            "breaks off: it was not sent whole; fetch it again".to_owned()
        } else {
            format!("is not well-formed JSON ({error}); its publisher must mend it")
        };
        (Some(error.line()), reason)
    })?;
    if value.get("rss").is_some() || value.get("channel").is_some() {
        return Err((
            None,
            "is RSS written as JSON, which is not read; ask for the feed as RSS, Atom or JSON Feed"
                .into(),
        ));
    }
    let is_feed = text(&value, "version").is_some_and(|version| version.contains("jsonfeed.org"))
        || value.get("items").is_some_and(Value::is_array) && value.get("title").is_some();
    if !is_feed {
        return Err((
            None,
            "is JSON, but no JSON Feed (it has no `version` of jsonfeed.org); look on the site for its feed"
                .into(),
        ));
    }
    Ok(JsonFeed {
        base: text(&value, "feed_url").or_else(|| text(&value, "home_page_url")),
        authors: authors(&value),
        items: list(&value, "items").map(item).collect(),
    })
}

fn item(value: &Value) -> JsonItem {
    let id = value.get("id").and_then(|id| match id {
        // The specification wants a string and lets a number pass for one.
        Value::Number(number) => Some(number.to_string()),
        _ => text(value, "id"),
    });
    JsonItem {
        id,
        url: text(value, "url").or_else(|| text(value, "external_url")),
        title: text(value, "title"),
        content_html: text(value, "content_html"),
        content_text: text(value, "content_text"),
        summary: text(value, "summary"),
        image: text(value, "image").or_else(|| text(value, "banner_image")),
        published: text(value, "date_published"),
        changed: text(value, "date_modified"),
        authors: authors(value),
        tags: list(value, "tags")
            .filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect(),
        attachments: list(value, "attachments")
            .filter_map(|value| {
                Some(JsonAttachment {
                    url: text(value, "url")?,
                    kind: text(value, "mime_type"),
                    title: text(value, "title"),
                })
            })
            .collect(),
    }
}

/// `authors` of 1.1, else `author` of 1.0.
fn authors(value: &Value) -> Vec<String> {
    let names: Vec<String> = list(value, "authors")
        .filter_map(|author| text(author, "name"))
        .collect();
    if names.is_empty() {
        let one = value.get("author").and_then(|author| text(author, "name"));
        return one.into_iter().collect();
    }
    names
}
