//! JSON Feed 1.0 and 1.1 (jsonfeed.org): what the wire says. A value of a wrong type is passed over, not the feed.

mod adapt;
mod parse;

use serde_json::Value;

pub(super) use adapt::adapt;
pub(super) use parse::parse;

/// A feed.
#[derive(Debug, Default)]
pub(super) struct JsonFeed {
    /// `feed_url`, which relative addresses start at; else `home_page_url`.
    base: Option<String>,
    /// Those who wrote the entries that name nobody.
    authors: Vec<String>,
    items: Vec<JsonItem>,
}

/// One of `items`.
#[derive(Debug, Default)]
pub(super) struct JsonItem {
    id: Option<String>,
    url: Option<String>,
    title: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    summary: Option<String>,
    image: Option<String>,
    published: Option<String>,
    changed: Option<String>,
    authors: Vec<String>,
    tags: Vec<String>,
    attachments: Vec<JsonAttachment>,
}

/// One of `attachments`.
#[derive(Debug)]
struct JsonAttachment {
    url: String,
    kind: Option<String>,
    title: Option<String>,
}

/// A text under a key.
fn text(value: &Value, key: &str) -> Option<String> {
    value
        .get(key)?
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// The entries of a list under a key.
fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
