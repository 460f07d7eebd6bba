//! Feeds that lie in files: each fixture beside what must be read from it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::world::World;

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/feed"))
}

/// The fixtures of a kind, each with what is expected of it.
fn expected(kind: &str) -> Vec<(String, PathBuf, Value)> {
    let folder = fixtures().with_file_name(kind);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".md") || name.ends_with(".expected.json") {
            continue;
        }
        let (stem, _) = name.split_once('.').unwrap();
        let text = fs::read_to_string(folder.join(format!("{stem}.expected.json"))).unwrap();
        found.push((name, path, serde_json::from_str(&text).unwrap()));
    }
    found
}

#[test]
fn every_feed_gives_the_fields_it_states_and_no_others() {
    compare("feed", 100);
}

#[test]
fn every_calendar_gives_the_fields_it_states_and_no_others() {
    compare("ical", 40);
}

#[test]
fn every_page_gives_the_fields_it_states_and_no_others() {
    compare("html", 40);
}

/// Reads every fixture of a kind as on 21 November 2026 and compares it with what is expected, at least so many values.
fn compare(kind: &str, at_least: usize) {
    let world = World::new();
    let mut compared = 0;
    for (name, path, expected) in expected(kind) {
        let path = path.to_str().unwrap();
        let said = world.run(&["articles", "--json", "--date", "2026-11-21", "--from", path]);
        assert_eq!(said.code, 0, "{}", said.err);
        let found = said.json();
        let articles = expected["articles"].as_array().unwrap();
        assert_eq!(
            found["articles"].as_array().unwrap().len(),
            articles.len(),
            "{name}"
        );
        for (found, article) in found["articles"].as_array().unwrap().iter().zip(articles) {
            for (key, value) in article.as_object().unwrap() {
                assert_eq!(found[key], *value, "{name}: {key}");
                compared += 1;
            }
            for (key, value) in found.as_object().unwrap() {
                let told = article.get(key).is_some();
                let empty = value.is_null() || *value == Value::Array(vec![]);
                let ours = matches!(
                    key.as_str(),
                    "path" | "source" | "section" | "topics" | "priority" | "draft" | "provenance"
                );
                assert!(told || empty || ours, "{name}: {key} was made up: {value}");
            }
        }
        for list in ["refused", "warnings"] {
            let told: Vec<(Value, String)> =
                serde_json::from_value(expected[list].clone()).unwrap();
            let found = found[list].as_array().unwrap();
            assert_eq!(found.len(), told.len(), "{name}: {found:#?}");
            for (found, (line, words)) in found.iter().zip(told) {
                assert_eq!(found["line"], line, "{name}: {found}");
                assert!(
                    found["reason"].as_str().unwrap().contains(&words),
                    "{name}: {found}"
                );
            }
        }
    }
    assert!(compared >= at_least, "only {compared} values were compared");
}

#[test]
fn what_is_no_feed_is_named_for_what_it_is() {
    let whole = fs::read(fixtures().join("kommune.rss")).unwrap();
    let check = |name: &str, bytes: &[u8], words: &str| {
        let world = World::new();
        world.write(name, bytes);
        let said = world.run(&["articles", "--json", "--from", name]);
        let found = said.json();
        assert_eq!(found["articles"], Value::Array(vec![]), "{name}");
        let reason = found["refused"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{name}: {reason}");
        assert!(reason.contains(';'), "says what to do: {reason}");
        assert_eq!(found["refused"].as_array().unwrap().len(), 1);
    };
    check(
        "side.xml",
        b"<!DOCTYPE html>\n<html><p>Siden findes ikke",
        "an HTML page",
    );
    check(
        "side.rss",
        b"\n<html xmlns='http://www.w3.org/1999/xhtml'>",
        "an HTML page",
    );
    check("halv.rss", &whole[..whole.len() / 2], "breaks off");
    check(
        "halv.json",
        br#"{"version": "https://jsonfeed.org/version/1"#,
        "breaks off",
    );
    check(
        "rss.json",
        br#"{"rss": {"channel": {"item": []}}}"#,
        "RSS written as JSON",
    );
    check("andet.json", br#"{"a": 1}"#, "no JSON Feed");
    check("liste.xml", b"<opml><body/></opml>", "list of feeds");
    check("kort.xml", b"<urlset/>", "map of a site");
    check("tom.xml", b" \n", "empty");
    check("ord.xml", b"Hej", "no XML element");
    check("dyb.xml", "<a>".repeat(100_000).as_bytes(), "deep");
    check("dyb.json", "[".repeat(100_000).as_bytes(), "JSON");
    check("skaev.xml", b"<rss><channel></rss>", "not well-formed");
    check("side.ics", b"<html>", "no calendar");
    check(
        "halv.ics",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x",
        "breaks off within `VEVENT`",
    );
    check("billede.xml", b"GIF89a\0\0", "binary");
}

#[test]
fn a_folder_of_feeds_is_a_source_like_any_other() {
    let world = World::new();
    for name in ["museum.rdf", "region.atom"] {
        world.write(
            &format!("feeds/{name}"),
            fs::read(fixtures().join(name)).unwrap(),
        );
    }
    world.write("feeds/note.txt", "ikke et feed");
    world.source(
        "kilder",
        "feed",
        "path = \"feeds\"\npublisher = \"Avisen\"\narticle_kind = \"news\"",
    );
    let said = world.run(&["articles", "--json"]);
    let articles = said.json()["articles"].clone();
    assert_eq!(articles.as_array().unwrap().len(), 4, "{}", said.err);
    assert_eq!(articles[0]["publishers"], serde_json::json!(["Avisen"]));
    assert_eq!(articles[0]["kind"], "news");
    assert!(!world.path("cache").exists(), "nothing was fetched");
}

#[test]
fn an_entry_that_is_too_much_is_refused_by_its_line_and_the_others_are_not() {
    let world = World::new();
    let long = "æ".repeat(401);
    let item = |id: &str, title: &str| {
        format!("<item>\n<guid isPermaLink='false'>{id}</guid>\n<title>{title}</title></item>\n")
    };
    let feed = [item("a", "Bro"), item("b", &long), item("c", "Vej")].concat();
    world.write("nyt.rss", format!("<rss><channel>\n{feed}</channel></rss>"));
    let found = world
        .run(&["articles", "--json", "--from", "nyt.rss"])
        .json();
    assert_eq!(found["articles"].as_array().unwrap().len(), 2);
    assert_eq!(found["refused"][0]["line"], 5, "{found:#}");
}

#[test]
fn what_is_left_out_of_a_feed_that_is_too_long_is_told() {
    let world = World::new();
    let items: String = (0..2_005)
        .map(|number| {
            format!("<item><guid isPermaLink='false'>{number}</guid><title>Nyt</title></item>\n")
        })
        .collect();
    world.write(
        "langt.rss",
        format!("<rss><channel>\n{items}</channel></rss>"),
    );
    let found = world
        .run(&["articles", "--json", "--from", "langt.rss"])
        .json();
    assert_eq!(found["articles"].as_array().unwrap().len(), 2_000);
    assert_eq!(found["refused"][0]["line"], 2_002);
    assert!(
        found["refused"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("more than 2000 entries")
    );
}

#[test]
fn what_is_relative_in_a_file_starts_at_the_site_that_the_feed_names() {
    let entry = "<title>Nyt om broen</title><link href='/nyt/broen'/><id>tag:nordby.example,2026:bro</id>\
        <link rel='enclosure' type='application/pdf' href='plan.pdf'/>\
        <content type='html'>&lt;p>Broen er lukket.&lt;/p>&lt;img src='billeder/bro.jpg'></content>";
    let atom = |head: &str| {
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Nyt</title>{head}<entry>{entry}</entry></feed>"
        )
    };
    let rss = |head: &str| {
        format!(
            "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel>{head}<item><title>Nyt om broen</title><guid>bro</guid>\
             <link>/nyt/broen</link><media:content medium='image' url='billeder/bro.jpg'/>\
             <enclosure url='plan.pdf' type='application/pdf'/></item></channel></rss>"
        )
    };
    let json = |head: &str| {
        format!(
            "{{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Nyt\", {head} \"items\": [{{\"id\": \"bro\", \
             \"url\": \"/nyt/broen\", \"title\": \"Nyt om broen\", \"image\": \"billeder/bro.jpg\", \
             \"attachments\": [{{\"url\": \"plan.pdf\", \"mime_type\": \"application/pdf\"}}]}}]}}"
        )
    };
    let read = |name: &str, feed: &str| {
        let world = World::new();
        world.write(name, feed);
        let said = world.run(&["articles", "--json", "--from", name]).json();
        let article = &said["articles"][0];
        let of = |value: &Value| value.as_str().map(str::to_owned);
        let warnings = said["warnings"].as_array().unwrap();
        let told: Vec<String> = warnings
            .iter()
            .map(|warning| warning["reason"].as_str().unwrap().to_owned())
            .filter(|reason| reason.contains("relative"))
            .collect();
        (
            of(&article["link"]),
            of(&article["image"]["url"]),
            of(&article["attachments"][0]["url"]),
            told,
        )
    };
    let in_full = |folder: &str| {
        let of = |place: &str| Some(format!("https://nordby.example{place}"));
        (
            of("/nyt/broen"),
            of(&format!("{folder}billeder/bro.jpg")),
            of(&format!("{folder}plan.pdf")),
            Vec::<String>::new(),
        )
    };
    for (name, feed) in [
        (
            "a.atom",
            atom(
                "<link href='https://nordby.example/'/><link rel='self' href='https://feed.example/x'/>",
            ),
        ),
        (
            "b.atom",
            atom("<link rel='self' href='https://nordby.example/feed'/>"),
        ),
        ("c.rss", rss("<link>https://nordby.example/</link>")),
        (
            "d.json",
            json("\"home_page_url\": \"https://nordby.example/\","),
        ),
    ] {
        assert_eq!(read(name, &feed), in_full("/"), "{name}");
    }
    let based = atom("<link href='https://nordby.example/'/>").replace(
        "<content",
        "<content xml:base='https://nordby.example/under/'",
    );
    let found = read("e.atom", &based);
    let picture = "https://nordby.example/under/billeder/bro.jpg";
    assert_eq!(found.1.as_deref(), Some(picture), "the nearest base wins");
    // Without an address of its own nobody knows where its pages are, and it is said. A picture may lie beside it.
    for (name, feed) in [
        ("f.atom", atom("")),
        ("g.rss", rss("")),
        ("h.json", json("")),
    ] {
        let (link, picture, document, told) = read(name, &feed);
        assert_eq!((link, document), (None, None), "{name}");
        assert_eq!(picture.as_deref(), Some("billeder/bro.jpg"), "{name}");
        assert_eq!(told.len(), 1, "{name}: {told:?}");
        assert!(told[0].contains("`/nyt/broen`"), "{name}: {told:?}");
    }
}
