//! RSS 0.90 to 2.0 and RDF (RSS 1.0): what the wire says.

mod adapt;
mod parse;

use url::Url;

pub(super) use adapt::adapt;
pub(super) use parse::parse;

use super::item::{Item, Said};

/// A channel.
#[derive(Debug, Default)]
pub(super) struct Channel {
    /// `<dc:publisher>`.
    publisher: Option<String>,
    /// The items, in the order they stand.
    items: Vec<RssItem>,
}

/// An `<item>`.
#[derive(Debug, Default)]
pub(super) struct RssItem {
    line: usize,
    base: Option<Url>,
    title: Option<String>,
    link: Option<String>,
    guid: Option<String>,
    /// `isPermaLink`: whether the guid is the item's address too; it is unless the item says otherwise.
    guid_is_link: bool,
    /// `rdf:about`.
    about: Option<String>,
    description: Option<String>,
    /// `<content:encoded>`.
    encoded: Option<String>,
    published: Option<Said>,
    changed: Option<Said>,
    /// `<author>`, `<dc:creator>` and others, as they stand.
    authors: Vec<String>,
    categories: Vec<String>,
    enclosures: Vec<Enclosure>,
    publisher: Option<String>,
    /// `<source>`: the channel it came from.
    source: Option<String>,
    /// What Media RSS says, read already.
    media: Item,
}

/// An `<enclosure>`.
#[derive(Debug)]
struct Enclosure {
    url: String,
    kind: Option<String>,
}
