//! Where a feed is at home by its own word: relative addresses in a feed that was read from a file start there. One that
//! was fetched has the address it was fetched at (RFC 3986 § 5.1.3).

use url::Url;

use super::xml::{Element, Space};
use crate::source::markup::web_address;

/// The site's address, which RSS states as the channel's `<link>` and Atom as its `alternate` (RFC 4287 § 4.2.7.2); else
/// the feed's own, its `self`.
pub(super) fn of(root: &Element) -> Option<Url> {
    let channel = root.first(Space::Plain, "channel").unwrap_or(root);
    let stated = || {
        let links = channel.all(Space::Plain, "link");
        links
            .filter_map(Element::text)
            .find_map(|link| web_address(&link, channel.base.as_deref()))
    };
    stated()
        .or_else(|| linked(channel, "alternate"))
        .or_else(|| linked(channel, "self"))
}

/// The address of a channel's first link that has a relation and leads to the web.
fn linked(channel: &Element, relation: &str) -> Option<Url> {
    let links = channel
        .children()
        .filter(|child| child.is(Space::Atom, "link") || child.is(Space::Plain, "link"));
    links
        .filter(|link| {
            let own = link.attribute("rel").unwrap_or("alternate");
            own.eq_ignore_ascii_case(relation)
        })
        .find_map(|link| web_address(link.attribute("href")?, link.base.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::{super::xml::parse, *};

    #[test]
    fn a_feed_is_at_home_at_its_site_else_at_its_own_address() {
        let check = |xml: &str, expected: Option<&str>| {
            let home = of(&parse(xml, None).unwrap());
            assert_eq!(home.as_ref().map(Url::as_str), expected, "{xml}");
        };
        let own = "<link rel='self' href='https://a.example/feed/atom.xml'/>";
        let site = "<link href='https://a.example/nyt/'/>";
        check(
            &format!("<feed xmlns='http://www.w3.org/2005/Atom'>{own}{site}</feed>"),
            Some("https://a.example/nyt/"),
        );
        check(
            &format!("<feed>{own}<link href='nyt/'/></feed>"),
            Some("https://a.example/feed/atom.xml"),
        );
        check(
            "<feed xml:base='https://a.example/x/'><link href='nyt/'/></feed>",
            Some("https://a.example/x/nyt/"),
        );
        check(
            "<rss><channel><atom:link rel='self' href='https://a.example/rss'/><link>https://a.example/</link></channel></rss>",
            Some("https://a.example/"),
        );
        check(
            "<rss><channel><link>/</link><atom:link rel='SELF' href='https://a.example/rss'/></channel></rss>",
            Some("https://a.example/rss"),
        );
        check(
            "<feed><link rel='hub' href='https://hub.example/'/></feed>",
            None,
        );
        check("<feed><link href='mailto:a@a.example'/></feed>", None);
        check("<feed/>", None);
    }
}
