//! JSON Feed: from the feed to items.

use url::Url;

use super::{
    super::item::{Html, Item, Said},
    JsonFeed, JsonItem,
};
use crate::{
    domain::article::Image,
    source::{
        markup::{is_adrift, picture_place, web_address},
        prose::label_line,
    },
};

/// The items of a feed that was fetched from `address`.
pub(in crate::source::feed) fn adapt(feed: JsonFeed, address: Option<&Url>) -> Vec<Item> {
    let base = address.cloned().or_else(|| {
        feed.base
            .as_deref()
            .and_then(|base| web_address(base, None))
    });
    let authors = feed.authors;
    feed.items
        .into_iter()
        .map(|item| adapted(item, base.as_ref(), &authors))
        .collect()
}

fn adapted(said: JsonItem, base: Option<&Url>, authors: &[String]) -> Item {
    let url = |text: &Option<String>| web_address(text.as_deref()?, base);
    let mut item = Item {
        link: url(&said.url).map(|link| Said::new(link, "url")),
        title: said
            .title
            .as_deref()
            .map(label_line)
            .filter(|title| !title.is_empty())
            .map(|title| Said::new(title, "title")),
        guid: said.id,
        published: said.published.map(|raw| Said::new(raw, "date_published")),
        changed: said.changed.map(|raw| Said::new(raw, "date_modified")),
        summary: said.summary.map(|text| Html::of_plain(&text, "summary")),
        ..Item::default()
    };
    item.adrift = said
        .url
        .filter(|url| item.link.is_none() && is_adrift(url, base));
    item.content = match (said.content_html, said.content_text) {
        (Some(text), _) => Some(Html {
            text,
            base: base.cloned(),
            by: "content_html",
        }),
        (None, text) => text.map(|text| Html::of_plain(&text, "content_text")),
    };
    if let Some(url) = said
        .image
        .as_deref()
        .and_then(|image| picture_place(image, base))
    {
        item.add_picture(Image {
            url: Some(url),
            ..Image::default()
        });
    }
    item.add_writers(&said.authors, authors);
    for tag in &said.tags {
        item.add_category(tag);
    }
    for attachment in &said.attachments {
        item.add_enclosure(
            &attachment.url,
            base,
            attachment.kind.as_deref(),
            attachment.title.as_deref(),
        );
    }
    item
}
