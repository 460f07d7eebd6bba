//! The newest issues as feeds: RSS 2.0 and JSON Feed 1.1.

use askama::Template;
use serde_json::json;

use super::{Archive, Told};

#[derive(Template)]
#[template(path = "archive/feed.xml")]
struct Rss<'a> {
    name: String,
    home: String,
    itself: String,
    lang: &'a str,
    about: String,
    /// When the newest was made; no clock, so that the same ledger gives the same file.
    built: Option<String>,
    items: Vec<Entry>,
}

struct Entry {
    title: String,
    address: String,
    at: String,
    /// HTML, as text.
    description: String,
}

#[derive(Template)]
#[template(path = "archive/entry.html")]
struct Summary<'a> {
    preheader: &'a str,
    titles: &'a [String],
}

/// The feed as RSS 2.0.
pub(super) fn rss(archive: &Archive<'_>, newest: &[Told]) -> Result<String, askama::Error> {
    let zone = archive.newsletter.timezone;
    let rfc_2822 = |told: &Told| told.frozen_at.with_timezone(&zone).to_rfc2822();
    let items = newest
        .iter()
        .map(|told| {
            Ok(Entry {
                title: in_xml(&told.subject),
                address: told.address.clone(),
                at: rfc_2822(told),
                description: in_xml(&summary(told)?),
            })
        })
        .collect::<Result<_, askama::Error>>()?;
    let feed = Rss {
        name: in_xml(&archive.newsletter.name),
        home: format!("{}/", archive.base),
        itself: format!("{}/feed.xml", archive.base),
        lang: archive.newsletter.language.tag(),
        about: in_xml(about(archive)),
        built: newest.first().map(rfc_2822),
        items,
    };
    feed.render()
}

/// The feed as JSON Feed 1.1.
pub(super) fn json(archive: &Archive<'_>, newest: &[Told]) -> Result<String, askama::Error> {
    let language = archive.newsletter.language.tag();
    let zone = archive.newsletter.timezone;
    let items = newest
        .iter()
        .map(|told| {
            Ok(json!({
                "id": told.address,
                "url": told.address,
                "title": told.subject,
                "summary": told.preheader,
                "content_html": summary(told)?,
                "date_published": told.frozen_at.with_timezone(&zone).to_rfc3339(),
                "language": language,
            }))
        })
        .collect::<Result<Vec<_>, askama::Error>>()?;
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": archive.newsletter.name,
        "description": about(archive),
        "home_page_url": format!("{}/", archive.base),
        "feed_url": format!("{}/feed.json", archive.base),
        "language": language,
        "items": items,
    });
    // Texts and lists of them: serialising them cannot fail.
    Ok(serde_json::to_string_pretty(&feed).unwrap_or_default() + "\n")
}

fn summary(told: &Told) -> Result<String, askama::Error> {
    let summary = Summary {
        preheader: &told.preheader,
        titles: &told.titles,
    };
    summary.render()
}

/// What the newsletter is, where it says so.
fn about<'a>(archive: &'a Archive<'_>) -> &'a str {
    let newsletter = archive.newsletter;
    newsletter.intro.as_deref().unwrap_or(&newsletter.name)
}

/// Without the characters that no XML document may have (XML 1.0 §2.2).
fn in_xml(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
        .collect()
}
