//! Atom 1.0 (RFC 4287) and 0.3: what the wire says.

mod adapt;
mod parse;

use url::Url;

pub(super) use adapt::adapt;
pub(super) use parse::parse;

use super::item::{Item, Said};

/// A feed.
#[derive(Debug, Default)]
pub(super) struct AtomFeed {
    /// Those who wrote the entries that name nobody (RFC 4287 § 4.2.1).
    authors: Vec<String>,
    /// `<dc:publisher>`.
    publisher: Option<String>,
    entries: Vec<AtomEntry>,
}

/// An `<entry>`.
#[derive(Debug, Default)]
pub(super) struct AtomEntry {
    line: usize,
    id: Option<String>,
    title: Option<Text>,
    summary: Option<Text>,
    content: Option<Text>,
    links: Vec<Link>,
    published: Option<Said>,
    updated: Option<Said>,
    authors: Vec<String>,
    categories: Vec<String>,
    publisher: Option<String>,
    /// The title of the feed it was taken from, `<source>`.
    source: Option<String>,
    /// What Media RSS says, read already.
    media: Item,
}

/// A text construct (RFC 4287 § 3.1).
#[derive(Debug)]
struct Text {
    kind: TextKind,
    text: String,
    base: Option<Url>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextKind {
    Plain,
    Html,
}

/// A `<link>`.
#[derive(Debug)]
struct Link {
    address: String,
    base: Option<Url>,
    relation: String,
    kind: Option<String>,
    title: Option<String>,
}
