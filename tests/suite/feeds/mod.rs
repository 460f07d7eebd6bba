//! Sources on the web, by a server of the tests' own: slow, dead, moved, changed and lying ones cost only themselves.

mod files;
pub mod server;

use std::{fs, time::Instant};

use serde_json::Value;
use server::{Reply, Server};

use crate::{
    smtp::sink::certificate,
    world::{Said, World, names},
};

impl World {
    /// Adds a source to the config.
    fn source(&self, name: &str, kind: &str, more: &str) {
        let config = fs::read_to_string(self.path("config/default.toml")).unwrap();
        let table = format!("{config}\n[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\n{more}\n");
        self.write("config/default.toml", table);
    }

    /// Adds a feed of the server's.
    fn feed(&self, name: &str, url: &str) {
        let more = format!("url = \"{url}\"\nallow_private = true\ntimeout_seconds = 2");
        self.source(name, "feed", &more);
    }

    /// Fetches.
    fn collect(&self) -> Said {
        let said = self.run(&["collect"]);
        assert_eq!(said.code, 0, "{}", said.err);
        said
    }

    /// The titles of the articles there are, in order of their ids, and what was said.
    fn titles(&self) -> (Vec<String>, String) {
        let said = self.run(&["articles", "--json", "--date", "2026-11-23"]);
        let articles = said.json()["articles"].clone();
        let title = |article: &Value| article["title"].as_str().unwrap().to_owned();
        let titles = articles.as_array().unwrap().iter().map(title).collect();
        (titles, said.err)
    }

    /// Lets the time pass after which a source is asked again.
    fn let_time_pass(&self) {
        for name in names(&self.path("cache/sources")) {
            let path = format!("cache/sources/{name}/asked.json");
            let mut note: Value =
                serde_json::from_str(&fs::read_to_string(self.path(&path)).unwrap()).unwrap();
            note["asked"] = "2026-01-01T00:00:00Z".into();
            self.write(&path, note.to_string());
        }
    }
}

/// A feed of these entries, the first the newest.
fn feed(entries: &[&str]) -> String {
    let items: String = entries
        .iter()
        .map(|entry| {
            format!(
                "<item><title>Nyt om {entry}</title><guid isPermaLink=\"false\">{entry}</guid>\
                 <pubDate>Sun, 22 Nov 2026 10:00:00 +0100</pubDate><description>Kort om {entry}.\
                 &lt;script&gt;alert('{entry}')&lt;/script&gt;</description></item>"
            )
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>Nyt</title>{items}</channel></rss>")
}

/// Octets as a brotli stream of one block that is not compressed (RFC 7932 § 9.2), and an empty last one.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let head = (u32::try_from(bytes.len() - 1).unwrap() << 4) | 1 << 20;
    [&head.to_le_bytes()[..3], bytes, &[3]].concat()
}

#[test]
fn a_feed_is_fetched_once_kept_and_asked_after_only_when_it_has_changed() {
    let (world, server) = (World::with(0, 1), Server::start());
    server.tell(
        "/rss",
        [
            Reply::ok(feed(&["bro"]))
                .with("etag: \"en\"")
                .with("last-modified: Sun, 22 Nov 2026 10:00:00 GMT"),
            Reply::status("304 Not Modified"),
            Reply::ok(feed(&["vej", "bro"])),
        ],
    );
    world.feed("kommune", &server.url("/rss"));
    assert_eq!(world.titles().0, ["Nyt om bro"]);
    let first = server.requests();
    assert!(!first[0].contains("if-none-match"), "{first:?}");
    assert!(
        first[0].to_lowercase().contains("accept-encoding: gzip,br"),
        "{first:?}"
    );
    assert_eq!(world.run(&["preview", "--date", "2026-11-23"]).code, 0);
    assert_eq!(world.titles().0, ["Nyt om bro"]);
    assert_eq!(
        server.requests().len(),
        0,
        "what was asked just now is not asked again"
    );
    world.collect();
    let second = server.requests();
    assert!(second[0].contains("if-none-match: \"en\""), "{second:?}");
    assert!(
        second[0].contains("if-modified-since: Sun, 22 Nov 2026 10:00:00 GMT"),
        "{second:?}"
    );
    assert_eq!(world.titles().0, ["Nyt om bro"], "nothing has changed");
    world.let_time_pass();
    assert_eq!(world.titles().0, ["Nyt om bro", "Nyt om vej"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_dead_feed_costs_only_itself_and_its_last_good_copy_is_sent() {
    let (world, server) = (World::with(1, 1), Server::start());
    server.tell("/rss", [Reply::ok(feed(&["bro"]))]);
    world.feed("kommune", &server.url("/rss"));
    world.feed("doed", "http://127.0.0.1:1/rss");
    let said = world.collect();
    assert!(
        said.err
            .contains("127.0.0.1:1/rss: `doed`: cannot be reached"),
        "{}",
        said.err
    );
    assert!(said.err.contains("no copy of it is kept"), "{}", said.err);
    drop(server);
    world.let_time_pass();
    let said = world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("`kommune`: cannot be reached"),
        "{}",
        said.err
    );
    assert!(said.err.contains("its copy of 20"), "{}", said.err);
    let letter = fs::read_to_string(world.path("outbox").join(&world.letters()[0])).unwrap();
    assert!(
        letter.contains("Nyt om bro") && letter.contains("Nyt om skole"),
        "{letter}"
    );
    assert!(!letter.contains("alert("), "no script gets through");
}

#[test]
fn what_is_no_feed_never_takes_the_place_of_one() {
    let big = vec![b' '; 6 * 1024 * 1024];
    let check = |lie: Reply, words: &str| {
        let (world, server) = (World::new(), Server::start());
        server.tell("/rss", [Reply::ok(feed(&["bro"])), lie]);
        world.feed("kommune", &server.url("/rss"));
        world.collect();
        let begun = Instant::now();
        let said = world.collect();
        assert!(said.err.contains(words), "{words}: {}", said.err);
        assert!(said.err.contains("its copy of 20"), "{}", said.err);
        assert!(begun.elapsed().as_secs() < 20, "{words}");
        assert_eq!(world.titles().0, ["Nyt om bro"], "{words}");
    };
    check(
        Reply::ok("<!doctype html><html>Velkommen</html>"),
        "an HTML page",
    );
    check(
        Reply::ok("<rss><channel><item>"),
        "breaks off within `<item>`",
    );
    check(Reply::ok(""), "is empty");
    check(Reply::Cut(feed(&["vej"]).into()), "broke off");
    check(Reply::Endless, "no whole answer within 2 s");
    check(Reply::Silence, "no whole answer within 2 s");
    check(Reply::ok(big), "larger than 5 MiB");
    check(Reply::status("500 Internal Server Error"), "answered 500");
    check(
        Reply::status("404 Not Found"),
        "hint: correct `url`, or remove the source",
    );
    check(Reply::status("410 Gone"), "gone for good");
    check(
        Reply::ok("ikke gzip").with("content-encoding: gzip"),
        "broke off",
    );
    check(Reply::status("204 No Content"), "answered 204");
}

#[test]
fn a_packed_feed_is_unpacked_and_a_packed_bomb_is_not() {
    let (world, server) = (World::new(), Server::start());
    // Six million blanks in six thousand octets.
    let bomb = include_bytes!("../../fixtures/feed-packed/seks-mio-blanke.gz");
    server.tell(
        "/bombe",
        [Reply::ok(&bomb[..]).with("content-encoding: gzip")],
    );
    server.tell(
        "/br",
        [Reply::ok(brotli(feed(&["bro"]).as_bytes())).with("content-encoding: br")],
    );
    world.feed("bombe", &server.url("/bombe"));
    world.feed("pakket", &server.url("/br"));
    let said = world.collect();
    assert!(said.err.contains("larger than 5 MiB"), "{}", said.err);
    assert_eq!(world.titles().0, ["Nyt om bro"]);
}

#[test]
fn the_servers_word_on_letters_is_heard_when_the_feed_says_none() {
    let (world, server) = (World::new(), Server::start());
    let latin: Vec<u8> = feed(&["x"])
        .replace("Nyt om", "Blåt på")
        .chars()
        .map(|c| c as u8)
        .collect();
    server.tell(
        "/rss",
        [Reply::ok(latin).with("content-type: text/xml; charset=ISO-8859-1")],
    );
    world.feed("kommune", &server.url("/rss"));
    assert_eq!(world.titles().0, ["Blåt på x"]);
}

#[test]
fn redirects_are_followed_counted_and_told_when_for_good() {
    let (world, server) = (World::new(), Server::start());
    server.tell(
        "/en",
        [Reply::status("301 Moved Permanently").with("location: /to")],
    );
    server.tell(
        "/to",
        [Reply::status("308 Permanent Redirect").with("location: /rss?hemmelig=1")],
    );
    server.tell("/rss?hemmelig=1", [Reply::ok(feed(&["bro"]))]);
    server.tell(
        "/tre",
        [Reply::status("302 Found").with("location: /rss?hemmelig=1")],
    );
    server.tell(
        "/rundt",
        [Reply::status("302 Found").with("location: /rundt")],
    );
    server.tell(
        "/fil",
        [Reply::status("302 Found").with("location: file:///etc/hostname")],
    );
    for name in ["en", "tre", "rundt", "fil"] {
        world.feed(name, &server.url(&format!("/{name}")));
    }
    let said = world.collect();
    assert_eq!(
        said.err.matches("has moved for good").count(),
        1,
        "{}",
        said.err
    );
    assert!(
        said.err
            .contains(&format!("write `url = \"{}\"`", server.url("/rss"))),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("`rundt`: is led on more than 5 times"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("`fil`: leads to a `file:` address"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("hemmelig"), "{}", said.err);
    let (titles, _) = world.titles();
    assert_eq!(titles, ["Nyt om bro", "Nyt om bro"]);
    let round = server
        .requests()
        .iter()
        .filter(|head| head.contains("/rundt"))
        .count();
    assert_eq!(round, 6, "one request and five redirects");
}

#[test]
fn a_private_address_is_not_asked_unless_the_source_allows_it() {
    let (world, server) = (World::new(), Server::start());
    server.tell("/rss", [Reply::ok(feed(&["bro"]))]);
    for (name, url) in [
        ("tal", server.url("/rss")),
        ("navn", server.url_by_name("/rss")),
    ] {
        world.source(name, "feed", &format!("url = \"{url}\""));
    }
    let said = world.collect();
    assert_eq!(
        said.err
            .matches("an address of this machine or its own network")
            .count(),
        2,
        "{}",
        said.err
    );
    assert!(said.err.contains("allow_private = true"), "{}", said.err);
    assert_eq!(server.requests().len(), 0);
    assert_eq!(world.titles().0, Vec::<String>::new());
}

#[test]
fn a_host_that_wants_peace_gets_it_from_all_its_sources_and_from_later_runs() {
    let (world, server) = (World::new(), Server::start());
    let busy = Reply::status("429 Too Many Requests").with("retry-after: 3600");
    server.tell("/a", [busy, Reply::ok(feed(&["bro"]))]);
    server.tell("/b", [Reply::ok(feed(&["vej"]))]);
    world.feed("a", &server.url("/a"));
    world.feed("b", &server.url("/b"));
    let said = world.collect();
    assert!(said.err.contains("answered 429"), "{}", said.err);
    assert!(
        said.err
            .contains("`b`: was not asked: its host wants to be left in peace"),
        "{}",
        said.err
    );
    assert_eq!(server.requests().len(), 1);
    world.let_time_pass();
    world.collect();
    assert_eq!(server.requests().len(), 0, "the hour is not over");
    // One source alone that is due waits for the other's sake too.
    let asked = "cache/sources/b/asked.json";
    fs::remove_file(world.path(asked)).unwrap();
    assert_eq!(world.titles().0, Vec::<String>::new());
    assert_eq!(
        server.requests().len(),
        0,
        "its host is still left in peace"
    );
    for name in ["a", "b"] {
        let path = format!("cache/sources/{name}/asked.json");
        let note = fs::read_to_string(world.path(&path)).unwrap();
        let mut note: Value = serde_json::from_str(&note).unwrap();
        note["not_before"] = "2026-01-01T00:00:00Z".into();
        world.write(&path, note.to_string());
    }
    world.collect();
    assert_eq!(world.titles().0, ["Nyt om bro", "Nyt om vej"]);
}

#[test]
fn hosts_are_asked_side_by_side_and_the_sources_of_one_in_turn() {
    let (world, server) = (World::new(), Server::start());
    server.tell("/sammen", [Reply::WhenTogether(2, feed(&["bro"]).into())]);
    world.feed("tal", &server.url("/sammen"));
    world.feed("navn", &server.url_by_name("/sammen"));
    world.collect();
    assert_eq!(
        world.titles().0.len(),
        2,
        "each waited for the other to be asked"
    );
    let (world, server) = (World::new(), Server::start());
    for name in ["a", "b", "c", "d"] {
        server.tell(&format!("/{name}"), [Reply::ok(feed(&[name]))]);
        world.feed(name, &server.url(&format!("/{name}")));
    }
    world.collect();
    assert_eq!((world.titles().0.len(), server.most_at_once()), (4, 1));
}

#[test]
fn what_newer_entries_pushed_out_is_kept_and_what_was_taken_back_is_not() {
    let (world, server) = (World::new(), Server::start());
    let entries: [&[&str]; 4] = [
        &["d", "c", "b", "a"],
        &["e", "d", "c", "b"],
        // `d` is taken back: `c` below it still stands.
        &["f", "e", "c"],
        &["i", "h", "g"],
    ];
    server.tell("/rss", entries.map(|entries| Reply::ok(feed(entries))));
    world.feed("kommune", &server.url("/rss"));
    let seen = |world: &World| {
        let (titles, _) = world.titles();
        titles.join(" ").replace("Nyt om ", "")
    };
    let mut stood = Vec::new();
    for _ in 0..4 {
        world.collect();
        stood.push(seen(&world));
    }
    assert_eq!(
        stood,
        ["a b c d", "a b c d e", "a b c e f", "a b c e f g h i"]
    );
}

#[test]
fn looking_leaves_nothing_but_copies_in_the_cache() {
    let (world, server) = (World::with(1, 1), Server::start());
    server.tell("/rss", [Reply::ok(feed(&["bro"]))]);
    world.feed("kommune", &server.url("/rss"));
    let looks: [&[&str]; 6] = [
        &["articles"],
        &["check"],
        &["preview", "--date", "2026-11-23"],
        &["why", "kommune/bro", "--date", "2026-11-23"],
        &["send", "--dry-run", "--date", "2026-11-23"],
        &["status"],
    ];
    for look in looks {
        let said = world.run(look);
        assert_eq!(said.code, 0, "{look:?}: {}", said.err);
    }
    let there = names(&world.path(""));
    assert_eq!(
        there,
        ["articles", "cache", "config", "preview", "subscribers"]
    );
    assert_eq!(
        names(&world.path("cache/sources/kommune")),
        ["asked.json", "newest"]
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_named_and_costs_only_what_is_fetched() {
    let (world, server) = (World::with(1, 1), Server::start());
    server.tell("/rss", [Reply::ok(feed(&["bro"]))]);
    world.feed("kommune", &server.url("/rss"));
    world.write("cache", "en fil, hvor mappen skulle være");
    let (titles, said) = world.titles();
    assert_eq!(titles, ["Nyt om skole nummer 0"]);
    assert!(said.contains("what was fetched cannot be kept"), "{said}");
}

#[test]
fn calendars_and_pages_come_from_the_web_too() {
    let (world, server) = (World::new(), Server::start());
    let calendar = include_bytes!("../../fixtures/ical/serier.ics");
    let page = include_bytes!("../../fixtures/html/kommune.html");
    server.tell(
        "/kalender",
        [Reply::ok(&calendar[..]).with("content-type: text/calendar")],
    );
    server.tell(
        "/nyt/cykelstier",
        [
            Reply::ok(&page[..]),
            Reply::ok("<h1>Siden blev ikke fundet</h1>"),
        ],
    );
    for (name, kind, path) in [
        ("kalender", "ical", "/kalender"),
        ("side", "html", "/nyt/cykelstier"),
    ] {
        let url = server.url(path);
        world.source(
            name,
            kind,
            &format!("url = \"{url}\"\nallow_private = true"),
        );
    }
    let articles = world
        .run(&["articles", "--json", "--date", "2026-11-21"])
        .json()["articles"]
        .clone();
    let of = |id: &str| {
        let found = articles
            .as_array()
            .unwrap()
            .iter()
            .find(|article| article["id"] == id);
        found
            .unwrap_or_else(|| panic!("{id}: {articles:#}"))
            .clone()
    };
    assert_eq!(of("kalender/kor")["event_date"], "2026-12-03");
    let page = of(&format!("side/{}", server.url("/nyt/cykelstier")));
    assert_eq!(page["attachments"][0]["url"], server.url("/filer/plan.pdf"));
    assert_eq!(page["link"], server.url("/nyt/cykelstier"));
    let said = world.collect();
    assert!(said.err.contains("is an error page"), "{}", said.err);
    assert!(
        world
            .titles()
            .0
            .contains(&"Flere cykelstier langs kysten".to_owned())
    );
}

#[test]
fn a_fetch_that_is_killed_leaves_what_was_there() {
    let (world, server) = (World::new(), Server::start());
    server.tell("/rss", [Reply::ok(feed(&["bro"])), Reply::Silence]);
    world.feed("kommune", &server.url("/rss"));
    world.collect();
    let before = fs::read(world.path("cache/sources/kommune/newest")).unwrap();
    server.requests();
    let mut run = world.command(&["collect", "-q"]).spawn().unwrap();
    while server.requests().is_empty() {
        std::thread::yield_now();
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(
        fs::read(world.path("cache/sources/kommune/newest")).unwrap(),
        before
    );
    assert_eq!(
        names(&world.path("cache/sources/kommune")),
        ["asked.json", "newest"]
    );
    assert_eq!(world.titles().0, ["Nyt om bro"]);
}

#[test]
fn a_feed_is_fetched_encrypted_from_a_server_the_system_trusts_and_from_no_other() {
    let world = World::new();
    let server = Server::start_encrypted(certificate(&world.path("")));
    server.tell(
        "/rss",
        [
            Reply::ok(feed(&["bro"])),
            Reply::status("302 Found").with("location: http://localhost/rss"),
        ],
    );
    let url = server.url_by_name("/rss").replace("http:", "https:");
    world.feed("kommune", &url);
    let said = world.collect();
    assert!(said.err.contains("certificate"), "{}", said.err);
    assert_eq!(server.requests().len(), 0);
    let trusting = || {
        let mut command = world.command(&["collect"]);
        let said = command
            .env("SSL_CERT_FILE", world.path("ca.pem"))
            .output()
            .unwrap();
        String::from_utf8(said.stderr).unwrap()
    };
    trusting();
    assert_eq!(world.titles().0, ["Nyt om bro"]);
    let said = trusting();
    assert!(said.contains("is led from https to http"), "{said}");
    assert_eq!(world.titles().0, ["Nyt om bro"]);
}
