//! Atom: from XML to the feed as it was written.

use super::{
    super::{
        item::Said,
        media,
        xml::{Element, Space},
    },
    AtomEntry, AtomFeed, Link, Text, TextKind,
};

/// Reads `<feed>`.
pub(in crate::source::feed) fn parse(root: &Element) -> AtomFeed {
    AtomFeed {
        authors: people(root),
        publisher: root.first(Space::Dc, "publisher").and_then(Element::text),
        entries: root
            .children()
            .filter(|child| is(child, "entry"))
            .map(entry)
            .collect(),
    }
}

/// Whether an element is Atom's; some feeds declare no vocabulary at all.
fn is(element: &Element, name: &str) -> bool {
    element.is(Space::Atom, name) || element.is(Space::Plain, name)
}

fn people(around: &Element) -> Vec<String> {
    around
        .children()
        .filter(|child| is(child, "author"))
        .filter_map(|author| author.children().find(|child| is(child, "name"))?.text())
        .collect()
}

fn entry(element: &Element) -> AtomEntry {
    let mut entry = AtomEntry {
        line: element.line,
        authors: people(element),
        ..AtomEntry::default()
    };
    for child in element.children() {
        if matches!(child.space, Space::Atom | Space::Plain) {
            field(&mut entry, child);
        } else if child.space == Space::Dc {
            dublin_core(&mut entry, child);
        }
    }
    media::add(&mut entry.media, element);
    entry
}

fn field(entry: &mut AtomEntry, child: &Element) {
    let date = |by| child.text().map(|raw| Said::new(raw, by));
    match child.name.as_str() {
        "id" => entry.id = entry.id.take().or_else(|| child.text()),
        "title" => entry.title = entry.title.take().or_else(|| text(child)),
        "summary" => entry.summary = entry.summary.take().or_else(|| text(child)),
        "content" => entry.content = entry.content.take().or_else(|| text(child)),
        "link" => entry.links.extend(link(child)),
        "published" => entry.published = date("published"),
        "issued" => entry.published = entry.published.take().or_else(|| date("issued")),
        "updated" => entry.updated = date("updated"),
        "modified" => entry.updated = entry.updated.take().or_else(|| date("modified")),
        "category" => {
            let word = child.attribute("label").or_else(|| child.attribute("term"));
            entry.categories.extend(word.map(str::to_owned));
        }
        "source" => {
            let title = child.children().find(|child| is(child, "title"));
            entry.source = title.and_then(Element::text);
        }
        _ => {}
    }
}

fn dublin_core(entry: &mut AtomEntry, child: &Element) {
    match child.name.as_str() {
        "creator" => entry.authors.extend(child.text()),
        "subject" => entry.categories.extend(child.text()),
        "publisher" => entry.publisher = child.text(),
        _ => {}
    }
}

/// A text construct. Its type says whether its words are plain, HTML that was escaped, or XHTML in the feed's own XML.
fn text(element: &Element) -> Option<Text> {
    let stated = element.attribute("type").unwrap_or("text");
    // Atom 0.3 states how it is written in `mode`, and its types are media types.
    let escaped = element.attribute("mode") == Some("escaped");
    let (kind, text) = match stated.to_ascii_lowercase().as_str() {
        "xhtml" | "application/xhtml+xml" if !escaped => (TextKind::Html, element.inner_html()),
        "html" | "text/html" | "application/xhtml+xml" => (TextKind::Html, element.text()?),
        "text" | "text/plain" => (TextKind::Plain, element.text()?),
        // Anything else is no text to be read: a picture in base64.
        _ => return None,
    };
    (!text.trim().is_empty()).then(|| Text {
        kind,
        text,
        base: element.base.as_deref().cloned(),
    })
}

fn link(element: &Element) -> Option<Link> {
    Some(Link {
        address: element.attribute("href")?.to_owned(),
        base: element.base.as_deref().cloned(),
        relation: element
            .attribute("rel")
            .unwrap_or("alternate")
            .to_lowercase(),
        kind: element.attribute("type").map(str::to_owned),
        title: element.attribute("title").map(str::to_owned),
    })
}
