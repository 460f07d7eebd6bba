//! RSS: from the channel to items.

use super::{
    super::item::{Html, Item, Said, said_line},
    Channel, RssItem,
};
use crate::source::markup::{is_adrift, web_address};

/// The items of a channel.
pub(in crate::source::feed) fn adapt(channel: Channel) -> Vec<Item> {
    let publisher = channel.publisher;
    channel
        .items
        .into_iter()
        .map(|item| adapted(item, publisher.as_deref()))
        .collect()
}

fn adapted(said: RssItem, publisher: Option<&str>) -> Item {
    let base = said.base.as_ref();
    let mut item = Item {
        line: Some(said.line),
        ..said.media.clone()
    };
    item.link = link(&said);
    item.adrift = said
        .link
        .clone()
        .filter(|link| item.link.is_none() && is_adrift(link, base));
    item.guid = said.guid.or(said.about);
    // Titles are plain by the letter and HTML by custom.
    item.title = said_line(said.title.as_deref(), "title");
    let html = |text: String, by| Html::of_either(&text, base.cloned(), by);
    item.content = said.encoded.map(|text| html(text, "content:encoded"));
    item.summary = said.description.map(|text| html(text, "description"));
    item.published = said.published;
    item.changed = said.changed;
    item.add_writers(&said.authors, &[]);
    for category in &said.categories {
        item.add_category(category);
    }
    for enclosure in &said.enclosures {
        item.add_enclosure(&enclosure.url, base, enclosure.kind.as_deref(), None);
    }
    item.publisher = said_line(said.publisher.as_deref().or(publisher), "dc:publisher");
    item.source = said_line(said.source.as_deref(), "source");
    item
}

/// The item's page: `<link>`, else a guid that is one.
fn link(said: &RssItem) -> Option<Said> {
    let base = said.base.as_ref();
    let of = |text: &str, by| web_address(text, base).map(|url| Said::new(url, by));
    said.link
        .as_deref()
        .and_then(|link| of(link, "link"))
        .or_else(|| {
            let guid = said.guid.as_deref().filter(|_| said.guid_is_link)?;
            // A guid is no relative address.
            web_address(guid, None).map(|url| Said::new(url, "guid"))
        })
        .or_else(|| {
            said.about
                .as_deref()
                .and_then(|about| web_address(about, None))
                .map(|url| Said::new(url, "rdf:about"))
        })
}
