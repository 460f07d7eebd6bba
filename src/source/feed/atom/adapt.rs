//! Atom: from the feed to items.

use url::Url;

use super::{
    super::item::{Html, Item, Said, said_line},
    AtomEntry, AtomFeed, Link, Text, TextKind,
};
use crate::source::{
    markup::{self, is_adrift, web_address},
    prose::label_line,
};

/// The items of a feed.
pub(in crate::source::feed) fn adapt(feed: AtomFeed) -> Vec<Item> {
    let AtomFeed {
        authors,
        publisher,
        entries,
    } = feed;
    entries
        .into_iter()
        .map(|entry| adapted(entry, &authors, publisher.as_deref()))
        .collect()
}

fn adapted(said: AtomEntry, authors: &[String], publisher: Option<&str>) -> Item {
    let mut item = Item {
        line: Some(said.line),
        ..said.media.clone()
    };
    item.link = page(&said.links).map(|url| Said::new(url, "link"));
    item.adrift = alternates(&said.links)
        .find(|link| item.link.is_none() && is_adrift(&link.address, link.base.as_ref()))
        .map(|link| link.address.clone());
    for link in said
        .links
        .iter()
        .filter(|link| link.relation == "enclosure")
    {
        let base = link.base.as_ref();
        item.add_enclosure(
            &link.address,
            base,
            link.kind.as_deref(),
            link.title.as_deref(),
        );
    }
    item.guid = said.id;
    item.title = said
        .title
        .map(|title| match title.kind {
            TextKind::Plain => label_line(&title.text),
            TextKind::Html => label_line(&markup::words(&title.text)),
        })
        .filter(|title| !title.is_empty())
        .map(|title| Said::new(title, "title"));
    item.summary = said.summary.map(|text| html(text, "summary"));
    item.content = said.content.map(|text| html(text, "content"));
    item.published = said.published;
    item.changed.clone_from(&said.updated);
    item.updated = said.updated;
    item.add_writers(&said.authors, authors);
    for category in &said.categories {
        item.add_category(category);
    }
    item.publisher = said_line(said.publisher.as_deref().or(publisher), "dc:publisher");
    item.source = said_line(said.source.as_deref(), "source");
    item
}

/// The entry's page: of its alternates the one in HTML.
fn page(links: &[Link]) -> Option<Url> {
    let is_html = |link: &&Link| {
        link.kind
            .as_deref()
            .is_none_or(|kind| kind.contains("html"))
    };
    let url = |link: &Link| web_address(&link.address, link.base.as_ref());
    alternates(links)
        .filter(is_html)
        .find_map(url)
        .or_else(|| alternates(links).find_map(url))
}

fn alternates(links: &[Link]) -> impl Iterator<Item = &Link> {
    links.iter().filter(|link| link.relation == "alternate")
}

fn html(text: Text, by: &'static str) -> Html {
    match text.kind {
        TextKind::Plain => Html::of_plain(&text.text, by),
        TextKind::Html => Html {
            text: text.text,
            base: text.base,
            by,
        },
    }
}
