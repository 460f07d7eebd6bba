//! Whether a page is an article at all.

use super::{linked::Linked, meta::Meta, text_of};
use crate::{
    domain::article::Kind,
    source::{
        Entry,
        markup::Passage,
        text::{lines, verdict},
    },
};

/// Why a page of other pieces is none.
pub(super) const LISTING: &str =
    "is a listing of other pieces, not an article; name the pieces themselves";

/// Why a page is no article, by what it says of itself.
pub(super) fn of_statements(
    linked: &Linked,
    meta: &Meta,
    kind: Option<Kind>,
) -> Option<&'static str> {
    let event = linked.is_event || meta.is_type("event");
    if event && !linked.is_article && kind != Some(Kind::Event) {
        return Some(
            "is an event's page, not an article; remove it or declare `article_kind = \"event\"` for its source",
        );
    }
    if linked.is_listing && !linked.is_article {
        return Some(LISTING);
    }
    None
}

/// Why a page is none, by its words: an error page, a pay wall, an event's page.
pub(super) fn of_page(passages: &[Passage], entry: &Entry<'_>) -> Option<&'static str> {
    let lines = lines::split(&text_of(passages, "• "));
    verdict::of_page(&lines, entry.settings.article_kind == Some(Kind::Event))
}

/// Why what is left of a page is a listing.
pub(super) fn of_listing(passages: &[Passage], entry: &Entry<'_>) -> Option<&'static str> {
    let lines = lines::split(&text_of(passages, "• "));
    let links = verdict::further_links(&lines);
    verdict::of_listing(&lines, &entry.dates(), links)
}
