//! RSS: from XML to the channel as it was written.

use super::{
    super::{
        item::Said,
        media,
        xml::{Element, Space},
    },
    Channel, Enclosure, RssItem,
};

/// Reads `<rss>` or `<rdf:RDF>`. In RSS 1.0 the items stand beside the channel, in the others within it.
pub(in crate::source::feed) fn parse(root: &Element) -> Channel {
    let channel = root.first(Space::Plain, "channel").unwrap_or(root);
    let text = |space, name: &str| channel.first(space, name).and_then(Element::text);
    let items = channel.all(Space::Plain, "item");
    let beside = root
        .all(Space::Plain, "item")
        .filter(|_| !std::ptr::eq(channel, root));
    Channel {
        publisher: text(Space::Dc, "publisher"),
        items: items.chain(beside).map(item).collect(),
    }
}

fn item(element: &Element) -> RssItem {
    let mut item = RssItem {
        line: element.line,
        base: element.base.as_deref().cloned(),
        about: element.attribute("rdf:about").map(str::to_owned),
        ..RssItem::default()
    };
    for child in element.children() {
        field(&mut item, child);
    }
    media::add(&mut item.media, element);
    item
}

/// What one element of an item says. `dcterms:modified` and `atom:updated` say when the page was changed, which is no
/// date of publication.
fn field(item: &mut RssItem, child: &Element) {
    let text = || child.text();
    let first = |field: &mut Option<String>| *field = field.take().or_else(text);
    let date = |field: &mut Option<Said>, by| {
        *field = field
            .take()
            .or_else(|| text().map(|raw| Said::new(raw, by)));
    };
    match (child.space, child.name.as_str()) {
        (Space::Plain, "title") => first(&mut item.title),
        (Space::Plain, "link") => first(&mut item.link),
        (Space::Plain, "guid") => {
            first(&mut item.guid);
            item.guid_is_link = child
                .attribute("isPermaLink")
                .is_none_or(|word| !word.eq_ignore_ascii_case("false"));
        }
        (Space::Plain, "description") => first(&mut item.description),
        (Space::Content, "encoded") => first(&mut item.encoded),
        (Space::Plain, "pubDate") => date(&mut item.published, "pubDate"),
        (Space::Dc, "issued" | "available") => date(&mut item.published, "dcterms:issued"),
        (Space::Dc, "date") => date(&mut item.published, "dc:date"),
        (Space::Dc, "created") => date(&mut item.published, "dcterms:created"),
        (Space::Atom, "published") => date(&mut item.published, "atom:published"),
        (Space::Plain, "author") | (Space::Dc, "creator" | "author") => {
            item.authors.extend(text());
        }
        (Space::Dc, "modified") => date(&mut item.changed, "dcterms:modified"),
        (Space::Atom, "updated") => date(&mut item.changed, "atom:updated"),
        (Space::Atom, "author") => {
            let name = child.first(Space::Atom, "name").and_then(Element::text);
            item.authors.extend(name);
        }
        (Space::Plain, "category") | (Space::Dc, "subject") => item.categories.extend(text()),
        (Space::Plain, "enclosure") => {
            item.enclosures
                .extend(child.attribute("url").map(|url| Enclosure {
                    url: url.to_owned(),
                    kind: child.attribute("type").map(str::to_owned),
                }));
        }
        (Space::Dc, "publisher") => first(&mut item.publisher),
        (Space::Plain | Space::Dc, "source") => first(&mut item.source),
        _ => {}
    }
}
