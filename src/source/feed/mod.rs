//! Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, each in three steps: what the wire says, parse, adapt.
//!
//! All come to [`Item`]s, and an item to an article in one place, so what is true of one format is true of all.

mod article;
mod atom;
mod home;
mod item;
mod json;
mod media;
mod rss;
mod xml;

use std::collections::BTreeMap;

use super::{Entry, Outcome, Refusal};
use item::{Item, Line};

/// The most entries that are read of one feed, the first ones.
const MAX_ITEMS: usize = 2_000;

/// Reads one feed.
pub(super) fn read(entry: &Entry<'_>) -> Result<Vec<Outcome>, Vec<Refusal>> {
    let mut items = items_of(entry).map_err(|(line, reason)| entry.refusal(line, reason))?;
    let left_out = items.get(MAX_ITEMS).map(|item| item.line);
    items.truncate(MAX_ITEMS);
    let mut met = BTreeMap::new();
    let shared = shared_guids(&items);
    let too_many = left_out.map(|line| {
        let reason = format!("has more than {MAX_ITEMS} entries; those from here on are left out");
        Err(entry.refusal(line, reason))
    });
    Ok(items
        .into_iter()
        .map(|item| {
            let id = article::id_of(&item, &shared)
                .ok_or_else(|| entry.refusal(item.line, article::NAMELESS))?;
            match met.insert(id.text.clone(), item.line) {
                Some(first) => Err(entry.refusal(item.line, stands_twice(&id.text, first))),
                None => article::article_of(&item, &id, entry),
            }
        })
        .chain(too_many)
        .collect())
}

fn stands_twice(id: &str, first: Line) -> String {
    let place = first.map_or_else(String::new, |line| format!(" (the first on line {line})"));
    format!("stands twice in the feed, as `{id}`{place}; the first is taken")
}

/// The guids that several entries of different addresses have: they name none of them.
fn shared_guids(items: &[Item]) -> Vec<String> {
    let mut links: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    let mut shared = Vec::new();
    for item in items {
        let Some(guid) = &item.guid else { continue };
        let link = item.link.as_ref().map(|link| link.text.as_str());
        match links.get(guid.as_str()) {
            Some(other) if *other != link => shared.push(guid.clone()),
            _ => {
                links.insert(guid, link);
            }
        }
    }
    shared
}

/// The entries, whatever the format.
fn items_of(entry: &Entry<'_>) -> Result<Vec<Item>, (Line, String)> {
    let text = entry.file.text.trim_start();
    if text.is_empty() {
        return Err((None, "is empty, so it is no feed; fetch it again".into()));
    }
    if text.starts_with(['{', '[']) {
        let feed = json::parse(text)?;
        return Ok(json::adapt(feed, entry.address));
    }
    if is_page(text) {
        return Err((
            None,
            "is an HTML page, not a feed; look on the page for the feed's own address".into(),
        ));
    }
    let root = xml::parse(&entry.file.text, entry.address)
        .map_err(|broken| (Some(broken.line), broken.reason))?;
    let root = match (entry.address, home::of(&root)) {
        (None, Some(home)) => xml::parse(&entry.file.text, Some(&home))
            .map_err(|broken| (Some(broken.line), broken.reason))?,
        _ => root,
    };
    let name = root.name.to_ascii_lowercase();
    match name.as_str() {
        "rss" | "rdf" => Ok(rss::adapt(rss::parse(&root))),
        "feed" => Ok(atom::adapt(atom::parse(&root))),
        other => Err((Some(root.line), no_feed(other))),
    }
}

/// Whether a text is a web page; those are seldom XML, and are told by their begin.
fn is_page(text: &str) -> bool {
    let head: String = text
        .chars()
        .take(2_000)
        .collect::<String>()
        .to_ascii_lowercase();
    let page = ["<!doctype html", "<html"]
        .iter()
        .filter_map(|tag| head.find(tag))
        .min();
    let feed = ["<rss", "<feed", "<rdf:rdf"]
        .iter()
        .filter_map(|tag| head.find(tag))
        .min();
    page.is_some_and(|page| feed.is_none_or(|feed| page < feed))
}

fn no_feed(root: &str) -> String {
    let what = match root {
        "opml" => "is a list of feeds (OPML); name each of its feeds as a source",
        "urlset" | "sitemapindex" => "is a map of a site; look for the site's feed",
        _ => "is XML, but neither RSS nor Atom; look on the site for its feed",
    };
    format!("{what} (its outermost element is `<{root}>`)")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{
        SourceKind,
        tests::{entries_of, grows_with_the_size},
    };

    fn read_bytes(bytes: &[u8]) -> usize {
        entries_of(bytes, SourceKind::Feed)
    }

    proptest! {
        #[test]
        fn no_octets_stop_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            read_bytes(&bytes);
        }

        #[test]
        fn no_mixture_of_marks_stops_the_reader(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("<rss><channel>"), Just("<item>"), Just("</item>"), Just("<title>"), Just("</title>"),
                    Just("<description>"), Just("<![CDATA["), Just("]]>"), Just("&oslash;"), Just("&#x0;"), Just("&"),
                    Just("<feed xmlns='http://www.w3.org/2005/Atom'>"), Just("<entry>"), Just("xml:base='//'"),
                    Just("<content type='xhtml'>"), Just("<p>"), Just("</p>"), Just("<table><tr><td>"), Just("<li>- "),
                    Just("<!--"), Just("<?xml"), Just("<!DOCTYPE a ["), Just("æ\u{301}ø…"), Just("{\"items\":["), Just("}"),
                    Just("<figure><img src='http://[::1'>"), Just("Foto: "), Just("Emneord: a,"), Just("guid>x</guid>"),
                ],
                0..60,
            )
        ) {
            read_bytes(parts.concat().as_bytes());
        }

        #[test]
        fn no_cut_of_a_sound_feed_is_an_empty_one(cut in 0_usize..2_800) {
            let whole: &[u8] = include_bytes!("../../../tests/fixtures/feed/kommune.rss");
            let cut = cut.min(whole.len() - 20);
            prop_assert_eq!(read_bytes(&whole[..cut]), 0);
        }
    }

    #[test]
    fn the_time_it_takes_grows_with_the_size_alone() {
        let inner = [
            "<b>",
            "<p>- x, siger hun.",
            "<ul><li>",
            "<table><tr><td>x",
            "Foto: a ",
            "<div class='fakta'>x",
            "</p>",
            "&oslash;",
        ];
        grows_with_the_size(&inner, 50_000, |html| {
            let feed = format!(
                "<rss><channel><item><guid>g</guid><title>t</title><description><![CDATA[{html}]]></description></item></channel></rss>"
            );
            read_bytes(feed.as_bytes());
        });
    }
}
