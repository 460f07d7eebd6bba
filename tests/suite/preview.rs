//! A preview is what will be mailed, as files; and of a frozen issue what was.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use crate::world::{World, names};

const DATE: &str = "2026-11-23";

/// Makes a preview and gives what it says of itself.
fn preview(world: &World, more: &[&str]) -> Value {
    let said = world.run(&[&["preview", "--date", DATE, "--json"], more].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    said.json()
}

/// The files of the preview, by name.
fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    let folder = world.path("preview").join(DATE);
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).unwrap());
    let pictures = names(&folder.join("img"));
    let pictures = pictures.iter().map(|name| format!("img/{name}"));
    let pages = names(&folder).into_iter().filter(|name| name != "img");
    pages.chain(pictures).map(read).collect()
}

/// The names of the files of the preview but its pictures; these are the ones that its letters show.
fn pages(world: &World) -> BTreeSet<String> {
    let (pictures, pages): (BTreeSet<String>, BTreeSet<String>) = files(world)
        .into_keys()
        .partition(|name| name.starts_with("img/"));
    let letters = pages
        .iter()
        .filter(|name| name.ends_with(".html") && *name != "index.html");
    let letters: String = letters.map(|name| text(world, name)).collect();
    let shown = letters.split(" src=\"").skip(1);
    let shown = shown.map(|rest| rest.split('"').next().unwrap().to_owned());
    assert_eq!(shown.collect::<BTreeSet<String>>(), pictures);
    assert!(!pictures.is_empty(), "the demo has pictures");
    pages
}

fn text(world: &World, name: &str) -> String {
    fs::read_to_string(world.path("preview").join(DATE).join(name)).unwrap()
}

/// The files that are promised: with this many of the readers' own editions, those in `texts` text alone.
fn promised(editions: usize, reader: &[&str], texts: &BTreeSet<String>) -> BTreeSet<String> {
    let common = (1..=editions).map(|number| format!("e{number:02}"));
    let whole = ["all", "all-en", "text", "weekly"].map(str::to_owned);
    let mut files = BTreeSet::from(["index.html", "issue.json"].map(str::to_owned));
    for name in whole.into_iter().chain(common) {
        let html = name != "text" && !texts.contains(&name);
        files.extend(html.then(|| format!("{name}.html")));
        files.extend(["txt", "eml"].map(|ending| format!("{name}.{ending}")));
    }
    files.extend(reader.iter().map(|ending| format!("reader.{ending}")));
    files
}

/// The readers' own editions that are text alone, by what their mail says it is.
fn texts(world: &World) -> BTreeSet<String> {
    let folder = world.path("preview").join(DATE);
    names(&folder)
        .iter()
        .filter_map(|name| name.strip_suffix(".eml"))
        .filter(|name| name.starts_with('e'))
        .filter(|name| !text(world, &format!("{name}.eml")).contains("multipart/alternative"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_preview_is_the_files_it_promises_and_no_others() {
    let world = World::demo();
    let dry = world
        .run(&["send", "--dry-run", "--date", DATE, "--json"])
        .json();
    let editions = dry["would_send"][0]["editions"].as_u64().unwrap() as usize;
    assert!(editions > 10);
    let editions = editions.min(20);
    let said = preview(
        &world,
        &["--subscriber", "kommunaldirektoer@egemose.example"],
    );
    let texts = texts(&world);
    assert!(!texts.is_empty(), "the demo has readers of text");
    assert_eq!(
        pages(&world),
        promised(editions, &["html", "txt", "eml"], &texts)
    );
    let listed: BTreeSet<String> = serde_json::from_value(said["files"].clone()).unwrap();
    assert_eq!(files(&world).into_keys().collect::<BTreeSet<_>>(), listed);

    let record: Value = serde_json::from_str(&text(&world, "issue.json")).unwrap();
    assert_eq!(record["hash"], said["hash"]);
    for article in record["articles"].as_array().unwrap() {
        assert!(article["reasons"][0]["finding"].is_string(), "{article}");
    }

    // Without the reader, the reader's files go; and so does whatever else lay there.
    world.write(&format!("preview/{DATE}/e99.html"), "of another time");
    preview(&world, &[]);
    assert_eq!(pages(&world), promised(editions, &[], &texts));
}

#[test]
fn the_twenty_most_common_editions_are_shown_the_most_common_first() {
    let world = World::demo();
    let topics = ["aeldre", "klima", "oekonomi", "sundhed", "ledelse"];
    let mut list = String::new();
    // Five topics, alone and together: more than twenty editions, and one that many share.
    for set in 1..32_u32 {
        let chosen: Vec<String> = (0..5)
            .filter(|at| set & (1 << at) != 0)
            .map(|at| format!("\"{}\"", topics[at]))
            .collect();
        for copy in 0..=u32::from(set == 19) * 9 {
            list.push_str(&format!(
                "[[subscriber]]\nemail = \"r{set}-{copy}@oerum.example\"\ntopics = [{}]\n\n",
                chosen.join(", ")
            ));
        }
    }
    for name in names(&world.path("subscribers")) {
        fs::remove_file(world.path("subscribers").join(name)).unwrap();
    }
    world.write("subscribers/readers.toml", list);
    let said = preview(&world, &["--subscriber", "r19-2@oerum.example"]);
    assert_eq!(
        pages(&world),
        promised(20, &["html", "txt", "eml"], &BTreeSet::new())
    );
    assert_eq!(text(&world, "e01.html"), text(&world, "reader.html"));
    let page = text(&world, "index.html");
    let counts: Vec<usize> = (1..=20)
        .map(|number| {
            let from = page.find(&format!("<b>e{number:02}</b>")).unwrap();
            let words = page[from..].split("<span>").nth(1).unwrap();
            words.split(' ').next().unwrap().parse().unwrap()
        })
        .collect();
    assert!(
        counts[0] >= 10 && counts.is_sorted_by(|a, b| a >= b),
        "{counts:?}"
    );
    assert_eq!(said["frozen"], false);
}

#[test]
fn the_hash_is_of_the_issue_and_not_of_its_readers() {
    let world = World::demo();
    let hash = preview(&world, &[])["hash"].clone();
    let dry = |world: &World| {
        let said = world.run(&["send", "--dry-run", "--date", DATE, "--json"]);
        said.json()["would_send"][0]["hash"].clone()
    };
    assert_eq!(dry(&world), hash);
    for name in names(&world.path("subscribers")) {
        fs::remove_file(world.path("subscribers").join(name)).unwrap();
    }
    let one =
        "[[subscriber]]\nemail = \"en@oerum.example\"\ntopics = [\"klima\"]\nformat = \"text\"\n";
    world.write("subscribers/en.toml", one);
    assert_eq!(dry(&world), hash);
    assert_eq!(preview(&world, &[])["hash"], hash);
    let sent = world.run(&["send", "--date", DATE, "--json"]).json();
    assert_eq!(sent["hash"], hash);
    assert_eq!(sent["accepted"], 1);
    assert_eq!(preview(&world, &[])["hash"], hash);

    let other = World::demo();
    let article = other.path("articles/vikarpengene-er-brugt.md");
    let changed = fs::read_to_string(&article)
        .unwrap()
        .replacen("14 af 41", "15 af 41", 1);
    fs::write(&article, changed).unwrap();
    assert_ne!(dry(&other), hash, "another text is another issue");
}

/// The text part of a mail, its quoted-printable undone, personal links marked as a preview marks them.
fn text_part(mail: &str) -> String {
    let from = mail.find("Content-Type: text/plain").unwrap();
    let body = mail[from..].split_once("\r\n\r\n").unwrap().1;
    let body = body.split("\r\n--=_").next().unwrap().replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut left = body.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        if *first == b'=' {
            let code = std::str::from_utf8(&rest[..2]).unwrap();
            bytes.push(u8::from_str_radix(code, 16).unwrap());
            left = &rest[2..];
        } else {
            bytes.push(*first);
            left = rest;
        }
    }
    let personal = [
        "https://faellesbladet.example/u/",
        "https://faellesbladet.example/p/",
    ];
    String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(
            |line| match personal.iter().any(|link| line.starts_with(link)) {
                true => "#prøvelink\n".to_owned(),
                false => format!("{line}\n"),
            },
        )
        .collect()
}

#[test]
fn a_frozen_issue_is_shown_as_it_was_mailed_whatever_became_of_its_articles() {
    let world = World::demo();
    let reader = ["--subscriber", "kommunaldirektoer@egemose.example"];
    let before = preview(&world, &reader);
    assert_eq!(before["frozen"], false);
    let shown = files(&world);
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    fs::remove_dir_all(world.path("articles")).unwrap();
    fs::create_dir(world.path("articles")).unwrap();

    let after = preview(&world, &reader);
    assert_eq!(after["frozen"], true);
    assert_eq!(after["hash"], before["hash"]);
    let frozen = files(&world);
    for name in [
        "all.html",
        "all.txt",
        "all-en.html",
        "text.txt",
        "e01.html",
        "reader.html",
        "reader.txt",
        "issue.json",
    ] {
        assert!(frozen[name] == shown[name], "{name} is another");
    }
    let letters = world.letters();
    let mailed = letters
        .iter()
        .map(|name| fs::read_to_string(world.path("outbox").join(name)).unwrap())
        .find(|letter| letter.contains(reader[1]))
        .unwrap();
    let shown = text(&world, "reader.txt");
    assert_eq!(text_part(&mailed).trim_end(), shown.trim_end());
    assert_eq!(
        text_part(&text(&world, "reader.eml")).trim_end(),
        shown.trim_end()
    );
}

#[test]
fn a_readers_preview_has_the_readers_name_and_choices_and_no_working_link() {
    let world = World::demo();
    let greeted = |reader: &str, greeting: &str| {
        preview(&world, &["--subscriber", reader]);
        let plain = text(&world, "reader.txt");
        assert!(plain.lines().any(|line| line == greeting), "{reader}");
        assert!(plain.contains("prøvelink"));
        let mail = text(&world, "reader.eml");
        assert!(mail.contains(&format!("<{reader}>")) || mail.contains(&format!("To: {reader}")));
        assert!(
            !mail.contains("List-Unsubscribe"),
            "a link that leads nowhere is no link to leave by"
        );
        plain
    };
    let chosen = greeted("kommunaldirektoer@egemose.example", "Kære Bente Hørdum");
    assert!(chosen.contains("Vikarpengene er brugt"));
    assert!(
        !chosen.contains("Hun ringer til alle"),
        "a section not chosen"
    );
    let html = text(&world, "reader.html");
    assert!(html.contains("Kære Bente Hørdum") && html.contains("href=\"#prøvelink\""));
    assert!(
        !html.contains("/u/") && !html.contains("/p/"),
        "a personal link"
    );

    greeted("j.macaulay@havnenshus.example", "Dear Jean Macaulay");
    greeted("indkoeb@birkemark.example", "Kære læser");
    greeted("villads.ringkjaer@strandvig.example", "Kære Villads");
    assert!(
        !files(&world).contains_key("reader.html"),
        "this one reads text"
    );
    greeted("aase@faerch-hjemmepleje.example", "Kære Aase");
    assert!(text(&world, "reader.eml").contains("<trial.weekly-"));

    let nobody = world.run(&[
        "preview",
        "--date",
        DATE,
        "--subscriber",
        "nobody@oerum.example",
    ]);
    assert_eq!(nobody.code, 2);
    let nothing = world.run(&[
        "preview",
        "--date",
        DATE,
        "--subscriber",
        "ulrik@beredskabet.example",
    ]);
    assert_eq!(
        nothing.code, 2,
        "nothing in the issue is among this reader's choices"
    );
}

#[test]
fn a_preview_made_twice_is_the_same_bytes() {
    let world = World::demo();
    let reader = ["--subscriber", "j.macaulay@havnenshus.example"];
    preview(&world, &reader);
    let first = files(&world);
    preview(&world, &reader);
    assert!(first == files(&world));
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    preview(&world, &reader);
    let frozen = files(&world);
    preview(&world, &reader);
    assert!(frozen == files(&world));
}

#[test]
fn the_page_to_choose_from_leads_to_every_file_and_to_none_that_is_not_there() {
    let world = World::demo();
    preview(
        &world,
        &["--subscriber", "villads.ringkjaer@strandvig.example"],
    );
    let page = text(&world, "index.html");
    let targets = |attribute: &str| -> BTreeSet<String> {
        page.split(&format!("{attribute}=\""))
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let ids = targets(" id");
    let mut linked = BTreeSet::from(["index.html".to_owned()]);
    for target in targets("href").into_iter().chain(targets("src")) {
        match target.strip_prefix('#') {
            Some(id) => assert!(ids.contains(id), "{target}"),
            None => drop(linked.insert(target)),
        }
    }
    assert_eq!(linked, pages(&world));
}
