//! Links: each an address that somebody can follow, under words that tell where it leads.

use std::net::IpAddr;

use url::{Host, Url};

use super::{
    Look, Place, Read, Rendered, Report, Rule,
    finding::{place_of, shown},
    folded,
    page::{Link, Page},
    plain::is_own,
};
use crate::domain::article::Article;

/// Words that tell nothing of where a link leads.
const VAGUE: [&str; 20] = [
    "klik her",
    "klik",
    "her",
    "læs mere",
    "læs her",
    "læs",
    "mere",
    "se mere",
    "se her",
    "link",
    "linket",
    "gå til",
    "click here",
    "click",
    "here",
    "read more",
    "more",
    "read",
    "see more",
    "this",
];

/// Names that are kept free for examples and tests (RFC 2606, RFC 6761).
const PLACEHOLDERS: [&str; 6] = [
    "example",
    "test",
    "invalid",
    "example.com",
    "example.org",
    "example.net",
];
/// Names of one machine or one house.
const INDOORS: [&str; 7] = [
    "localhost",
    "local",
    "localdomain",
    "lan",
    "internal",
    "intranet",
    "home.arpa",
];

/// The addresses of the web that editions link to and somebody may answer at, each once, in the order they stand.
pub fn addresses(editions: &[Rendered]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for edition in editions {
        for link in Page::read(&edition.html).links {
            let on_the_web = Url::parse(&link.address).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url
                        .host_str()
                        .is_some_and(|host| !is_under(host, &PLACEHOLDERS))
            });
            if on_the_web && !found.contains(&link.address) {
                found.push(link.address);
            }
        }
    }
    found
}

/// What is stated and cannot be printed as a link.
pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    let remedy = "write the whole address, beginning `https://`";
    for item in &look.digest.items {
        for (field, address) in stated(&item.article) {
            if let Some(why) = unprintable(address) {
                report.find(
                    Rule::LinkSyntax,
                    Place::article(&item.article, field),
                    format!("{why}: {}", place_of(address)),
                    remedy,
                );
            }
        }
    }
    for ad in &look.digest.ads {
        if let Some(why) = unprintable(&ad.link) {
            report.find(
                Rule::LinkSyntax,
                Place::ad(ad, "link"),
                format!("{why}: {}", shown(&ad.link)),
                remedy,
            );
        }
    }
}

/// What is printed: its syntax, its words, and what became of asking it.
pub(super) fn check_edition(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    let is_demo = look
        .newsletter
        .base_url
        .host_str()
        .is_some_and(|host| is_under(host, &PLACEHOLDERS));
    let pictures = read
        .page
        .pictures
        .iter()
        .map(|picture| picture.address.as_str());
    let links = read.page.links.iter().map(|link| link.address.as_str());
    for address in links.chain(pictures) {
        if let Some(why) = unfollowable(address, is_demo) {
            report.find(
                Rule::LinkSyntax,
                owner(look, read, address),
                format!("{why}: {}", place_of(address)),
                "link to a page that everybody can reach",
            );
        }
    }
    for answer in look.answers {
        if let Some(why) = &answer.broken {
            report.find(
                Rule::LinkReach,
                owner(look, read, &answer.address),
                format!("{} {why}", place_of(&answer.address)),
                "correct the address, or ask its publisher",
            );
        }
    }
    for link in &read.page.links {
        if let Some(why) = unclear(link) {
            report.find(
                Rule::LinkText,
                owner(look, read, &link.address),
                why,
                "say in the link's words what the reader finds there",
            );
        }
    }
    same_words(look, read, report);
}

/// What an address is of: the article or ad that states it, else the edition.
pub(super) fn owner(look: &Look<'_>, read: &Read<'_>, address: &str) -> Place {
    let is_it = |stated: &str| {
        stated == address || Url::parse(stated.trim()).is_ok_and(|url| url.as_str() == address)
    };
    for item in &look.digest.items {
        if let Some((field, _)) = stated(&item.article)
            .into_iter()
            .find(|(_, stated)| is_it(stated))
        {
            return Place::article(&item.article, field);
        }
    }
    match look.digest.ads.iter().find(|ad| is_it(&ad.link)) {
        Some(ad) => Place::ad(ad, "link"),
        None => Place::edition(read.rendered.name, "html"),
    }
}

/// The addresses an article states.
fn stated(article: &Article) -> Vec<(&'static str, &str)> {
    let image = article
        .image
        .as_ref()
        .and_then(|image| image.url.as_deref());
    let attachments = article
        .attachments
        .iter()
        .filter_map(|document| document.url.as_deref());
    article
        .link
        .as_deref()
        .map(|link| ("link", link))
        .into_iter()
        .chain(image.map(|url| ("image.url", url)))
        .chain(attachments.map(|url| ("attachments", url)))
        .collect()
}

/// Why an address is not printed, or only after mending.
fn unprintable(address: &str) -> Option<&'static str> {
    if address.trim().is_empty() {
        return Some("the address is empty");
    }
    if address.trim().contains(char::is_whitespace) {
        return Some("the address has a blank in it");
    }
    match Url::parse(address.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            url.host().is_none().then_some("the address names no place")
        }
        Ok(_) => Some("only http and https addresses are printed"),
        Err(_) => Some("the address is not whole"),
    }
}

/// Why nobody, or only somebody indoors, can follow what is printed.
fn unfollowable(address: &str, is_demo: bool) -> Option<&'static str> {
    if address.starts_with('#') || address.starts_with(is_own) {
        return None;
    }
    if address.trim().is_empty() {
        return Some("the link leads nowhere");
    }
    let Ok(url) = Url::parse(address) else {
        return Some("the address is not whole");
    };
    match url.scheme() {
        "http" | "https" => {}
        "mailto" => {
            return (!url.path().contains('@')).then_some("the address names no mailbox");
        }
        _ => return Some("only http, https and mailto can be followed"),
    }
    match url.host() {
        Some(Host::Ipv4(address)) => by_number(address.into()),
        Some(Host::Ipv6(address)) => by_number(address.into()),
        Some(Host::Domain(host))
            if is_under(host, &INDOORS) || !host.trim_end_matches('.').contains('.') =>
        {
            Some("the address can be reached from one machine or one house alone")
        }
        Some(Host::Domain(host)) if !is_demo && is_under(host, &PLACEHOLDERS) => {
            Some("the address is kept free for examples; nobody has it")
        }
        Some(Host::Domain(_)) => None,
        None => Some("the address names no place"),
    }
}

fn by_number(address: IpAddr) -> Option<&'static str> {
    Some(if address.is_loopback() {
        "the address can be reached from one machine or one house alone"
    } else {
        "the address is a number, which mailboxes distrust"
    })
}

/// Whether a host is one of the names or lies under one.
fn is_under(host: &str, names: &[&str]) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    names.iter().any(|name| {
        host.strip_suffix(name)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Why a link's words do not tell where it leads.
fn unclear(link: &Link) -> Option<String> {
    let words = link.said.as_deref().unwrap_or(&link.text);
    let plain = folded(words);
    let plain = plain.trim_matches(|c: char| !c.is_alphanumeric());
    if plain.is_empty() {
        return Some(format!("a link has no words: {}", place_of(&link.address)));
    }
    if VAGUE.contains(&plain) {
        return Some(format!(
            "`{}` does not tell where the link leads",
            shown(words)
        ));
    }
    let shown_host = host_of(words)?;
    match Url::parse(&link.address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
    {
        Some(host) if !same_site(&shown_host, &host) => Some(format!(
            "the words show `{shown_host}`, and the link leads to `{host}`"
        )),
        _ if link.address.starts_with("http") => Some(format!(
            "the link's words are a bare address: {}",
            shown(words)
        )),
        _ => None,
    }
}

/// The host that a link's words show, where they are an address and nothing else.
fn host_of(words: &str) -> Option<String> {
    let words = words.trim();
    if words.contains(char::is_whitespace) || words.contains('@') {
        return None;
    }
    let whole = if words.starts_with("http://") || words.starts_with("https://") {
        words.to_owned()
    } else if words.starts_with("www.") {
        format!("https://{words}")
    } else {
        return None;
    };
    Url::parse(&whole).ok()?.host_str().map(str::to_owned)
}

fn same_site(one: &str, other: &str) -> bool {
    let bare = |host: &str| {
        host.strip_prefix("www.")
            .unwrap_or(host)
            .to_ascii_lowercase()
    };
    bare(one) == bare(other)
}

/// Links said in the same words that lead to different places.
fn same_words(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for link in &read.page.links {
        if link.address.starts_with('#') {
            continue;
        }
        let words = folded(link.said.as_deref().unwrap_or(&link.text));
        match seen.iter().find(|(other, _)| *other == words) {
            Some((_, address)) if *address != link.address && !words.is_empty() => {
                report.find(
                    Rule::LinkText,
                    owner(look, read, &link.address),
                    format!(
                        "two links are called `{}` and lead to different places",
                        shown(&words)
                    ),
                    "say in the link's words what the reader finds there",
                );
            }
            Some(_) => {}
            None => seen.push((words, &link.address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{LinkAnswer, sample::Day};

    #[test]
    fn what_cannot_be_printed_is_known() {
        for sound in ["https://a.dk/b", "http://a.dk", " https://a.dk "] {
            assert_eq!(unprintable(sound), None, "{sound}");
        }
        for wrong in [
            "",
            "www.a.dk/b",
            "a.dk",
            "/b",
            "javascript:alert(1)",
            "mailto:a@b.dk",
            "https://a.dk/b c",
            "https://",
            "ftp://a.dk",
        ] {
            assert!(unprintable(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn what_nobody_can_follow_is_known() {
        for sound in [
            "https://a.dk/",
            "mailto:a@b.dk",
            "#ned",
            "\u{f8f1}",
            "https://xn--blbr-roah.dk/",
            "https://example.dk/",
        ] {
            assert_eq!(unfollowable(sound, false), None, "{sound}");
        }
        for wrong in [
            "",
            "b.html",
            "javascript:x",
            "https://localhost/a",
            "https://intranet/a",
            "http://127.0.0.1/",
            "http://192.168.1.4/",
            "http://[::1]/",
            "https://avis.local/",
            "mailto:nobody",
            "tel:112",
            "https://a.example/",
            "https://www.example.com/",
        ] {
            assert!(unfollowable(wrong, false).is_some(), "{wrong}");
        }
        // A newsletter that is itself an example may link to others.
        assert_eq!(unfollowable("https://a.example/", true), None);
        assert!(unfollowable("https://localhost/", true).is_some());
    }

    #[test]
    fn words_tell_where_a_link_leads() {
        let check = |text: &str, said: Option<&str>, expected: bool| {
            let link = Link {
                address: "https://bladet.dk/a".into(),
                text: text.into(),
                said: said.map(str::to_owned),
            };
            assert_eq!(unclear(&link).is_some(), expected, "{text}");
        };
        check("Broen ved Skovby", None, false);
        check("Læs på 4 min.", Some("Læs på 4 min.: Broen"), false);
        check("Klik her!", None, true);
        check("læs mere »", None, true);
        check("", None, true);
        check("https://bladet.dk/a", None, true);
        check("www.bladet.dk", None, true);
        check("https://bank.dk/", None, true);
        check("bladet.dk skriver om broen", None, false);
    }

    #[test]
    fn a_links_owner_is_named() {
        let mut day = Day::sound();
        day.digest.items[1].article.link = Some("www.kommune.dk/nyt".into());
        let found = day.findings();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place.article.as_deref(), Some("artikler/to"));
        assert_eq!(found[0].fault.key.as_deref(), Some("link"));
        let mut day = Day::sound();
        day.digest.items[1].article.link = Some("https://kommune.example".into());
        day.answers = vec![LinkAnswer {
            address: "https://kommune.example/".into(),
            broken: Some("answered 404 (Not Found)".into()),
        }];
        let found = day.findings();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rule, Rule::LinkReach);
        assert_eq!(found[0].place.article.as_deref(), Some("artikler/to"));
    }

    #[test]
    fn one_name_leads_to_one_place() {
        let mut day = Day::sound();
        day.settings.parity = crate::lint::Level::Off;
        let links = |two: &str| {
            format!("<a href=\"https://a.example/1\">Om broen</a><a href=\"{two}\">om  Broen</a>")
        };
        let sound = day.rendered.html.clone();
        day.rendered.html = sound.clone() + &links("https://a.example/1");
        assert_eq!(day.rules(), []);
        day.rendered.html = sound + &links("https://a.example/2");
        assert_eq!(day.rules(), [Rule::LinkText]);
    }

    #[test]
    fn the_addresses_that_somebody_may_answer_at_are_each_given_once() {
        let mut day = Day::sound();
        day.rendered.html.push_str(
            "<a href=\"https://avis.dk/a\">Om broen</a><a href=\"https://avis.dk/a\">Læs</a><a href=\"mailto:a@avis.dk\">Skriv</a>",
        );
        assert_eq!(
            addresses(&[day.rendered.clone(), day.rendered]),
            ["https://avis.dk/a"]
        );
    }
}
