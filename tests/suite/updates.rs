//! What was printed is printed once more only where it was updated since, and then the reader is told.

use std::fs;

use crate::world::World;

const FIRST: &str = "Broen er lukket for al kørsel fra på mandag, fordi rusten har ædt sig ind i lejerne under kørebanen. \
    Cyklister og gående kan stadig komme over, og bussen kører en omvej ad havnen, så længe arbejdet varer. Borgmesteren beklager.";
const SECOND: &str = "Broen er åben igen for alle, tre uger før nogen havde ventet det. Lejerne er skiftet om natten af et hold fra \
    værftet, og regningen er blevet mindre end frygtet. Bussen er tilbage på sin gamle rute fra i morgen tidlig, siger vejchefen.";

/// A newsletter of one feed or page in a file, of which its source believes updates or not.
fn world(ending: &str, updates: &str) -> World {
    let kind = if ending == "html" { "html" } else { "feed" };
    let world = World::with(0, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!(
            "{config}\n[[source]]\nname = \"kommune\"\nkind = \"{kind}\"\npath = \"nyt.{ending}\"\npublisher = \"Nordby\"\n{updates}\n"
        ),
    );
    world
}

fn rss(text: &str, updated: &str) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Nyt</title><item><title>Nyt om broen</title>\
         <link>https://nordby.example/broen</link><guid>bro-1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate>\
         <atom:updated>{updated}</atom:updated><description>{text}</description></item></channel></rss>"
    )
}

fn atom(text: &str, updated: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Nyt</title><id>tag:nordby.example,2026:nyt</id><updated>{updated}</updated>\
         <entry><title>Nyt om broen</title><link href=\"https://nordby.example/broen\"/><id>tag:nordby.example,2026:bro</id>\
         <published>2026-11-20T10:00:00+01:00</published><updated>{updated}</updated><content>{text}</content></entry></feed>"
    )
}

fn json(text: &str, updated: &str) -> String {
    format!(
        "{{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Nyt\", \"items\": [{{\"id\": \"bro\", \
         \"url\": \"https://nordby.example/broen\", \"title\": \"Nyt om broen\", \"date_published\": \"2026-11-20T10:00:00+01:00\", \
         \"date_modified\": \"{updated}\", \"content_text\": \"{text}\"}}]}}"
    )
}

/// The letter of a day as text, or what was said where none was sent.
fn sent(world: &World, date: &str) -> Result<String, String> {
    let before = world.letters();
    let said = world.run(&["send", "--date", date]);
    assert_eq!(said.code, 0, "{}", said.err);
    let mut new = world.letters();
    new.retain(|name| !before.contains(name));
    if new.is_empty() {
        return Err(format!("{}{}", said.out, said.err));
    }
    assert_eq!(world.run(&["preview", "--date", date]).code, 0);
    let both = ["txt", "html"].map(|ending| {
        fs::read_to_string(world.path(&format!("preview/{date}/all.{ending}"))).unwrap()
    });
    let [text, html] = both;
    let word = ", opdateret";
    assert_eq!(text.contains(word), html.contains(word), "{text}\n{html}");
    Ok(text)
}

fn why(world: &World, id: &str, date: &str) -> String {
    world.run(&["why", id, "--date", date]).out
}

#[test]
fn an_update_that_its_feed_dates_is_printed_where_its_source_is_believed() {
    let (old, new) = ("2026-11-20T10:00:00+01:00", "2026-11-23T15:00:00+01:00");
    for (ending, feed, id) in [
        ("rss", rss as fn(&str, &str) -> String, "kommune/bro-1"),
        ("atom", atom, "kommune/tag:nordby.example,2026:bro"),
        ("json", json, "kommune/bro"),
    ] {
        let file = format!("nyt.{ending}");
        let world = world(ending, "updates = \"dated\"");
        world.write(&file, feed(FIRST, old));
        let first = sent(&world, "2026-11-23").unwrap();
        assert!(
            first.contains("Nyt om broen") && !first.contains("opdateret"),
            "{first}"
        );
        // Touched, and no more.
        world.write(&file, feed(FIRST, new));
        let said = why(&world, id, "2026-11-24");
        assert!(said.contains("the text is much the same"), "{said}");
        sent(&world, "2026-11-24").unwrap_err();
        world.write(&file, feed(SECOND, new));
        let said = why(&world, id, "2026-11-24");
        assert!(
            said.contains("+ updated") && said.contains("by its source"),
            "{said}"
        );
        let second = sent(&world, "2026-11-24").unwrap();
        assert!(
            second.contains("Broen er åben igen") && second.contains(", opdateret"),
            "{second}"
        );
        // Once: the next issue does not have it again.
        sent(&world, "2026-11-25").unwrap_err();
    }
}

fn page(head: &str, text: &str) -> String {
    format!(
        "<html><head><link rel=\"canonical\" href=\"https://nordby.example/broen\"><meta property=\"og:type\" content=\"article\">\
         <meta property=\"article:published_time\" content=\"2026-11-20T10:00:00+01:00\">{head}</head>\
         <body><article><h1>Nyt om broen</h1><p>Kort fortalt er der nyt om den gamle bro.</p><p>{text}</p></article></body></html>"
    )
}

#[test]
fn an_update_that_its_page_dates_is_printed_where_its_source_is_believed() {
    let id = "kommune/https://nordby.example/broen";
    let linked = |at: &str| {
        format!(
            "<script type=\"application/ld+json\">{{\"@type\": \"NewsArticle\", \"headline\": \"Nyt om broen\", \
             \"datePublished\": \"2026-11-20T10:00:00+01:00\", \"dateModified\": \"{at}\"}}</script>"
        )
    };
    let meta = |at: &str| format!("<meta property=\"article:modified_time\" content=\"{at}\">");
    let (old, new) = ("2026-11-20T10:00:00+01:00", "2026-11-23T15:00:00+01:00");
    for (from, head) in [
        ("JSON-LD `dateModified`", linked as fn(&str) -> String),
        ("meta `article:modified_time`", meta),
    ] {
        let world = world("html", "updates = \"dated\"");
        world.write("nyt.html", page(&head(old), FIRST));
        let first = sent(&world, "2026-11-23").unwrap();
        assert!(
            first.contains("Nyt om broen") && !first.contains("opdateret"),
            "{first}"
        );
        // Another text without a word of an update, and an update without another text, are none.
        world.write("nyt.html", page(&head(old), SECOND));
        sent(&world, "2026-11-24").unwrap_err();
        world.write("nyt.html", page(&head(new), FIRST));
        let said = why(&world, id, "2026-11-24");
        assert!(said.contains("the text is much the same"), "{said}");
        world.write("nyt.html", page(&head(new), SECOND));
        let told = world
            .run(&["articles", "--json", "--date", "2026-11-24"])
            .json();
        let articles = told["articles"].as_array().unwrap();
        let article = articles
            .iter()
            .find(|article| article["source"] == "kommune")
            .unwrap();
        assert_eq!(article["changed"], new, "{article}");
        assert_eq!(article["provenance"]["changed"]["from"], from, "{article}");
        let second = sent(&world, "2026-11-24").unwrap();
        assert!(
            second.contains("Broen er åben igen") && second.contains(", opdateret"),
            "{second}"
        );
        sent(&world, "2026-11-25").unwrap_err();
    }
    let world = world("html", "");
    world.write("nyt.html", page(&meta(old), FIRST));
    sent(&world, "2026-11-23").unwrap();
    world.write("nyt.html", page(&meta(new), SECOND));
    sent(&world, "2026-11-24").unwrap_err();
}

#[test]
fn of_a_source_that_is_not_believed_no_update_counts() {
    let world = world("rss", "");
    world.write("nyt.rss", rss(FIRST, "2026-11-20T10:00:00+01:00"));
    sent(&world, "2026-11-23").unwrap();
    world.write("nyt.rss", rss(SECOND, "2026-11-23T15:00:00+01:00"));
    sent(&world, "2026-11-24").unwrap_err();
}

#[test]
fn what_the_editor_marks_is_printed_as_updated() {
    let world = World::with(0, 1);
    let piece = |more: &str| {
        format!(
            "+++\ntitle = \"Nyt om broen\"\nlede = \"Kort.\"\ndate = 2026-11-20\n{more}\n+++\n\n{FIRST}\n"
        )
    };
    world.write("articles/bro.md", piece(""));
    sent(&world, "2026-11-23").unwrap();
    world.write("articles/bro.md", piece("updated = 2026-11-24"));
    let said = why(&world, "artikler/bro", "2026-11-24");
    assert!(said.contains("marked as updated since"), "{said}");
    let second = sent(&world, "2026-11-24").unwrap();
    assert!(second.contains(", opdateret"), "{second}");
}

#[test]
fn only_feeds_and_pages_are_asked_for_updates() {
    let world = World::with(1, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let config = config.replace(
        "kind = \"markdown\"",
        "kind = \"markdown\"\nupdates = \"dated\"",
    );
    world.write("config/default.toml", config);
    let said = world.run(&["check"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err
            .contains("only feeds and pages say when a piece was updated"),
        "{}",
        said.err
    );
}
