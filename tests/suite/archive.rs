//! The archive: what was mailed, for everybody, and nothing of anybody's.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    axe::Axe,
    browser::Browser,
    world::{Said, World, names},
};

const DATE: &str = "2026-11-23";
const FOLDER: &str = "public/arkiv";
const PAGE: &str = "public/arkiv/2026-11-23-daily";

fn with_archive(articles: usize, readers: usize) -> World {
    let world = World::with(articles, readers);
    world.write(
        "config/test.toml",
        "[newsletter]\narchive_url = \"https://bladet.example/breve\"\n",
    );
    world
}

fn run(world: &World, arguments: &[&str]) -> Said {
    world.run(&[&["--env", "test"], arguments].concat())
}

fn sent(world: &World, date: &str) {
    let said = run(world, &["send", "--date", date]);
    assert_eq!(said.code, 0, "{}", said.err);
}

fn read(world: &World, place: &str) -> String {
    fs::read_to_string(world.path(place)).unwrap()
}

/// Every file of the archive with its bytes.
fn whole(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in names(&world.path(FOLDER)) {
        let path = format!("{FOLDER}/{name}");
        if world.path(&path).is_dir() {
            for file in names(&world.path(&path)) {
                let path = format!("{path}/{file}");
                files.push((path.clone(), fs::read(world.path(&path)).unwrap()));
            }
        } else {
            files.push((path.clone(), fs::read(world.path(&path)).unwrap()));
        }
    }
    files
}

#[test]
fn a_letter_leads_to_its_page_and_the_page_says_what_the_letter_says() {
    let world = with_archive(3, 2);
    sent(&world, DATE);
    assert_eq!(names(&world.path(PAGE)), ["en.html", "index.html"]);
    let preview = run(&world, &["preview", "--date", DATE]);
    assert_eq!(preview.code, 0, "{}", preview.err);
    let letter = read(&world, "preview/2026-11-23/all.txt");
    let address = "https://bladet.example/breve/2026-11-23-daily/\n";
    assert!(letter.contains(address), "{letter}");
    let english = read(&world, "preview/2026-11-23/all-en.html");
    assert!(english.contains("/breve/2026-11-23-daily/en.html\""));

    let mut browser = Browser::open_file(&world.path(PAGE).join("index.html"));
    // Titles have spaces that do not break.
    let text = browser.eval("document.querySelector('main').innerText.replaceAll('\\u00a0', ' ')");
    for number in 0..3 {
        let title = format!("Nyt om skole nummer {number}");
        assert!(text.as_str().unwrap().contains(&title), "{text}");
    }
    assert_eq!(
        browser.eval("document.querySelectorAll('main, [role=main]').length"),
        1
    );
    assert_eq!(browser.eval("document.querySelectorAll('h1').length"), 1);
    assert_eq!(
        browser.eval("document.body.scrollWidth <= innerWidth"),
        true
    );
    // The mail's own parts are nested as they were, although lines of it are gone.
    let counted = "[...document.querySelectorAll('main > div > div[role=article] h1, main > div > div[role=article] a')].length > 2";
    assert_eq!(browser.eval(counted), true);
    browser.click("nav a[hreflang=en]");
    browser.until("document.documentElement.lang == 'en'");
    browser.click("nav a");
    browser.until("document.querySelector('.issues a')");
    browser.click(".issues a");
    browser.until("document.querySelector('[role=article]')");
    assert_eq!(browser.complaints, [""; 0]);
}

#[test]
fn no_page_and_no_feed_has_anything_of_a_reader() {
    let world = with_archive(3, 2);
    sent(&world, DATE);
    let letters = world.letters();
    assert_eq!(letters.len(), 2);
    for (path, bytes) in whole(&world) {
        let text = String::from_utf8(bytes).unwrap();
        for word in [
            "reader0",
            "reader1",
            "kommune.example",
            "/u/",
            "/p/",
            "velink",
        ] {
            assert!(!text.contains(word), "{path}: {word}");
        }
        assert!(
            !text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)),
            "{path} has a mark"
        );
    }
}

#[test]
fn the_feeds_are_read_by_other_programs_and_by_our_own() {
    let world = with_archive(3, 1);
    sent(&world, DATE);
    world.article("ny", "Tirsdagens <skole> & »mere«", "2026-11-23");
    sent(&world, "2026-11-24");
    let feed: Value = serde_json::from_str(&read(&world, "public/arkiv/feed.json")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], "https://bladet.example/breve/feed.json");
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(
        items[0]["url"],
        "https://bladet.example/breve/2026-11-24-daily/"
    );
    let html = items[0]["content_html"].as_str().unwrap();
    assert!(
        html.contains("Tirsdagens &#60;skole&#62; &#38; »mere«"),
        "{html}"
    );

    let program = "import sys, email.utils, xml.etree.ElementTree as x\n\
        c = x.parse(sys.argv[1]).getroot().find('channel')\n\
        for i in c.findall('item'):\n    email.utils.parsedate_to_datetime(i.findtext('pubDate'))\n    \
        assert i.findtext('guid') == i.findtext('link')\n    print(i.findtext('title'), i.findtext('link'))\n    \
        x.fromstring('<d>' + i.findtext('description') + '</d>')\n\
        print(c.findtext('title'), c.findtext('language'), bool(c.findtext('description')))";
    let read = Command::new("python3")
        .args(["-c", program])
        .arg(world.path("public/arkiv/feed.xml"))
        .output()
        .unwrap();
    let said = String::from_utf8(read.stdout).unwrap();
    let wrong = String::from_utf8(read.stderr).unwrap();
    assert_eq!(said.lines().count(), 3, "{said}{wrong}");
    assert!(
        said.contains("Tirsdagens <skole> & »mere« https://bladet.example/breve/2026-11-24-daily/"),
        "{said}"
    );
    assert!(said.ends_with("Prøvebladet da True\n"), "{said}");

    for feed in ["feed.xml", "feed.json"] {
        let read = run(
            &world,
            &["articles", "--json", "--from", &format!("{FOLDER}/{feed}")],
        );
        assert_eq!(read.code, 0, "{}", read.err);
        let document = read.json();
        let titles: Vec<&str> = document["articles"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|article| article["link"].as_str())
            .collect();
        assert_eq!(titles.len(), 2, "{feed}: {}", read.out);
    }
}

#[test]
fn the_archive_is_made_anew_from_the_ledger_byte_for_byte() {
    let world = with_archive(3, 1);
    sent(&world, DATE);
    let before = whole(&world);
    assert_eq!(before.len(), 5);
    fs::remove_dir_all(world.path("public")).unwrap();
    fs::remove_dir_all(world.path("articles")).unwrap();
    let said = run(&world, &["issues", "publish", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.json()["issues"], 1);
    assert!(whole(&world) == before);
}

#[test]
fn no_letter_leaves_before_its_page_is_there() {
    let world = with_archive(2, 2);
    world.write("public", "a file in the folder's place");
    let said = run(&world, &["send", "--date", DATE]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("public.path"), "{}", said.err);
    assert_eq!(world.letters(), [""; 0]);
    fs::remove_file(world.path("public")).unwrap();
    // The issue is frozen; the next run makes the page and sends.
    sent(&world, DATE);
    assert_eq!(world.letters().len(), 2);
    assert!(world.path(PAGE).join("index.html").exists());
}

#[test]
fn a_run_killed_before_the_lists_were_written_is_mended_by_the_next() {
    let world = with_archive(2, 2);
    // Something stands where the list is to be: the run ends there.
    fs::create_dir_all(world.path("public/arkiv/index.html")).unwrap();
    let said = run(&world, &["send", "--date", DATE]);
    assert_ne!(said.code, 0, "{}", said.err);
    assert_eq!(world.letters(), [""; 0]);
    fs::remove_dir(world.path("public/arkiv/index.html")).unwrap();
    sent(&world, DATE);
    assert!(read(&world, "public/arkiv/index.html").contains("2026-11-23-daily"));
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn an_issue_cancelled_before_any_letter_left_has_no_page() {
    let world = with_archive(2, 2);
    // Nobody listens there: the issue is frozen, and no letter leaves.
    world.write(
        "config/test.toml",
        "[newsletter]\narchive_url = \"https://bladet.example/breve\"\n[transport]\nkind = \"smtp\"\n\
         [transport.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\n",
    );
    let said = run(&world, &["send", "--date", DATE]);
    assert_ne!(said.code, 0, "{}", said.err);
    assert!(read(&world, "public/arkiv/feed.xml").contains(DATE));
    let cancelled = run(&world, &["issues", "cancel", DATE]);
    assert_eq!(cancelled.code, 0, "{}", cancelled.err);
    assert!(!world.path(PAGE).exists());
    assert!(!read(&world, "public/arkiv/feed.xml").contains(DATE));
    let again = run(&world, &["issues", "publish", "--json"]);
    assert_eq!(again.json()["issues"], 0);
}

#[test]
fn without_a_place_to_serve_it_there_is_no_archive() {
    let world = World::with(2, 1);
    sent_without(&world);
    assert!(!world.path("public").exists());
    let said = world.run(&["issues", "publish"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("newsletter.archive_url"), "{}", said.err);
}

fn sent_without(world: &World) {
    let said = world.run(&["send", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn what_is_not_for_everybody_does_not_lie_in_the_public_folder() {
    let world = World::with(1, 1);
    world.write("config/test.toml", "[state]\npath = \"public/state\"\n");
    let said = run(&world, &["check", "-q"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("everybody may see"), "{}", said.err);
}

#[test]
#[ignore = "wants axe-core: `tests/axe FOLDER` puts it there, and `OVERBLIK_TEST_AXE` names the file"]
fn axe_finds_nothing_to_say_about_the_archive() {
    let axe = Axe::there();
    let world = with_archive(6, 2);
    sent(&world, DATE);
    let mut browser = Browser::open("about:blank");
    browser.without_policy();
    for width in [320, 700] {
        browser.resize(width, 800);
        for page in [FOLDER, PAGE] {
            for file in ["index.html", "en.html"] {
                let path = world.path(page).join(file);
                if path.is_file() {
                    browser.go(&format!("file://{}", path.display()));
                    axe.finds_nothing(&mut browser, &format!("{page}/{file} at {width}"));
                }
            }
        }
    }
}
