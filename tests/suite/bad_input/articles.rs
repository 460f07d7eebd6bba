//! Bad articles: each is named and left out, and the issue goes out with the others.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use super::{World, check, one_each};

/// One bad article beside two sound ones: the issue goes out with the two, and the words name the bad one.
#[track_caller]
fn check_left_out(place: &str, write: impl FnOnce(&World), words: &[&str]) {
    let world = World::with(2, 2);
    write(&world);
    let said = world.send();
    let start = format!("warning: {place}");
    check(&said, 0, &[start.as_str()]);
    check(&said, 0, words);
    assert_eq!(world.got(), one_each(2));
    let letter = fs::read_to_string(world.path("outbox").join(&world.letters()[0])).unwrap();
    assert!(letter.contains("Nyt om skole nummer 1"));
    assert!(!letter.contains("Slemt"), "{letter}");
    assert_eq!(world.status()["accepted"], 2);
}

/// A sound article but for one line of its front matter.
fn article(line: &str) -> String {
    format!(
        "+++\ntitle = \"Slemt skolestof\"\nlede = \"Slemt.\"\nkind = \"news\"\n{line}\n+++\n\nSlemt.\n"
    )
}

#[test]
fn what_is_no_text_is_left_out() {
    let check = |bytes: &[u8], words: &[&str]| {
        check_left_out(
            "articles/bad.md: left out: ",
            |world| world.write("articles/bad.md", bytes),
            words,
        );
    };
    check(b"", &["is empty; write the article or remove the file"]);
    check(
        b"\x7fELF\0\x01\x02",
        &["is binary (it has a NUL byte); give a text file"],
    );
    check(
        &b"Slemt skolestof. ".repeat(400_000),
        &["is larger than 5 MiB; split it"],
    );
}

#[test]
fn what_cannot_be_opened_is_left_out() {
    check_left_out(
        "articles/bad.md: left out: cannot be read",
        |world| symlink("nowhere.md", world.path("articles/bad.md")).unwrap(),
        &["check that it is there and its permissions"],
    );
    // Root reads everything: to root the file is as sound as any, and the case is that of a link to nowhere above.
    let probe = World::new();
    probe.write("probe", "x");
    fs::set_permissions(probe.path("probe"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(probe.path("probe")).is_err() {
        check_left_out(
            "articles/bad.md: left out: cannot be read",
            |world| {
                world.write("articles/bad.md", article("date = 2026-11-22"));
                let closed = fs::Permissions::from_mode(0o000);
                fs::set_permissions(world.path("articles/bad.md"), closed).unwrap();
            },
            &["check that it is there and its permissions"],
        );
    }
}

#[test]
fn a_folder_named_like_an_article_is_a_folder_of_articles() {
    let world = World::with(1, 1);
    world.article("mappe.md/inde", "Skole i en mappe", "2026-11-22");
    check(&world.send(), 0, &[]);
    let letter = fs::read_to_string(world.path("outbox").join(&world.letters()[0])).unwrap();
    assert!(letter.contains("Skole i en mappe"));
}

#[test]
fn a_half_written_article_is_left_out_until_it_is_whole() {
    let whole = article("date = 2026-11-22");
    let half = whole.split_once("+++\n\n").unwrap().0.to_owned();
    check_left_out(
        "articles/bad.md:1: left out: ",
        |world| world.write("articles/bad.md", &half),
        &["begun with `+++` and not closed; close it"],
    );
    let world = World::new();
    world.write("articles/bad.md", &half);
    world.write(
        "subscribers/a.toml",
        "[[subscriber]]\nemail = \"a@k.example\"\n",
    );
    check(
        &world.send(),
        0,
        &["articles/bad.md:1", "no article is due"],
    );
    assert!(world.letters().is_empty());
    world.write("articles/bad.md", &whole);
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), [("a@k.example".to_owned(), 1)].into());
}

#[test]
fn a_date_that_cannot_be_is_left_out() {
    for year in ["0001", "2999"] {
        check_left_out(
            "articles/bad.md:5: left out: ",
            |world| {
                world.write("articles/bad.md", article(&format!("date = {year}-12-31")));
            },
            &[year, "which cannot be; write the real date or remove it"],
        );
    }
}

#[test]
fn of_two_articles_with_one_id_the_first_is_printed() {
    check_left_out(
        "articles/bad.md:5: left out: ",
        |world| {
            world.write(
                "articles/artikel-1.md",
                article("date = 2026-11-22\nid = \"x\"")
                    .replace("Slemt skolestof", "Nyt om skole nummer 1")
                    .replace("Slemt", "Godt"),
            );
            world.write("articles/bad.md", article("id = \"x\"\ndate = 2026-11-22"));
        },
        &[
            "artikler/x",
            "articles/artikel-1.md",
            "give it an `id` of its own or remove one",
        ],
    );
}

#[test]
fn a_front_page_is_no_article() {
    const LISTING: &str = include_str!("../../fixtures/text/front-page-listing.txt");
    check_left_out(
        "web/forside.txt: left out: ",
        |world| {
            let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
            let source = "\n[[source]]\nname = \"web\"\nkind = \"text\"\npath = \"web\"\n";
            world.write("config/default.toml", config + source);
            world.write("web/forside.txt", LISTING);
        },
        &["is a listing of other pieces, not an article; name the pieces themselves"],
    );
}

#[test]
fn every_bad_article_is_named_and_none_stops_the_others() {
    let world = World::with(1, 1);
    for number in 0..40 {
        world.write(&format!("articles/bad-{number:02}.md"), "");
    }
    let said = world.send();
    check(
        &said,
        0,
        &["articles/bad-00.md", "articles/bad-29.md", "and 10 more"],
    );
    assert_eq!(world.got(), one_each(1));
}
