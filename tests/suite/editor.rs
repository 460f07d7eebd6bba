//! What the editor says of a day, in its file or by command, goes before what the rules choose.

use std::fs;

use crate::world::World;

const DATE: &str = "2026-11-23";

/// The ids that would be printed, in the order of print.
fn items(world: &World) -> Vec<String> {
    let said = world.run(&["send", "--date", DATE, "--dry-run", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let items = &said.json()["would_send"][0]["items"];
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_day_file_gives_intro_subject_pins_bans_and_order() {
    let world = World::with(4, 2);
    world.article("gammel", "Et gammelt stykke", "2026-10-01");
    world.write(
        "issues/2026-11-23.toml",
        "intro = \"Godmorgen fra havnen.\"\nsubject = \"Broen åbner i dag\"\npins = [\"gammel\"]\n\
         bans = [\"artikler/artikel-0\"]\norder = [\"artikel-3\"]\n",
    );
    assert_eq!(
        items(&world),
        [
            "artikler/artikel-3",
            "artikler/artikel-1",
            "artikler/artikel-2",
            "artikler/gammel"
        ]
    );
    let why = |id: &str| world.run(&["why", id, "--date", DATE]).out;
    assert!(why("gammel").contains("+ pin       pinned in issues/2026-11-23.toml:3"));
    assert!(
        why("artikel-3").contains("+ order     place 1 in the order of issues/2026-11-23.toml")
    );
    assert!(why("artikel-0").contains("- ban       banned in issues/2026-11-23.toml:4"));
    let articles = world.run(&["articles", "--date", DATE, "--json"]).json();
    let overlay = |title: &str| {
        let articles = articles["articles"].as_array().unwrap();
        let of = articles.iter().find(|article| article["title"] == title);
        of.unwrap()["overlay"].clone()
    };
    assert_eq!(overlay("Et gammelt stykke"), "pinned");
    assert_eq!(overlay("Nyt om skole nummer 0"), "banned");
    assert_eq!(overlay("Nyt om skole nummer 1"), serde_json::Value::Null);
    assert_eq!(world.run(&["preview", "--date", DATE]).code, 0);
    let text = fs::read_to_string(world.path("preview/2026-11-23/text.txt")).unwrap();
    assert!(text.contains("Godmorgen fra havnen."), "{text}");
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    let letter = &world.letters()[0];
    let letter = fs::read_to_string(world.path(&format!("outbox/{letter}"))).unwrap();
    // `Broen åbner i dag` as an encoded word.
    assert!(letter.contains("Subject: =?utf-8?"), "{letter}");
    // The next day is chosen by the rules again, and what was pinned is printed once.
    let next = world.run(&["why", "gammel", "--date", "2026-11-24"]);
    assert!(
        next.out.contains("printed in daily-2026-11-23"),
        "{}",
        next.out
    );
}

#[test]
fn a_pin_that_cannot_be_kept_is_told() {
    let world = World::with(2, 1);
    world.write(
        "articles/kladde.md",
        "+++\ntitle = \"En kladde\"\ndate = 2026-11-22\ndraft = true\n+++\n\nTekst.\n",
    );
    world.write("issues/2026-11-23.toml", "pins = [\n  \"kladde\",\n]\n");
    let said = world.run(&["send", "--date", DATE, "--dry-run"]);
    assert_eq!(said.code, 0);
    assert!(
        said.err.contains(
            "warning: issues/2026-11-23.toml:2: `pins`: `kladde` is pinned and daily-2026-11-23 does not print it: it is a draft"
        ),
        "{}",
        said.err
    );
}

#[test]
fn a_faulty_day_file_stops_its_day_and_no_other() {
    let world = World::with(3, 2);
    let check = |text: &str, expected: &str| {
        world.write("issues/2026-11-23.toml", text);
        for arguments in [
            vec!["send", "--date", DATE],
            vec!["send", "--date", DATE, "--dry-run"],
            vec!["preview", "--date", DATE],
            vec!["why", "artikel-1", "--date", DATE],
        ] {
            let said = world.run(&arguments);
            assert_eq!(said.code, 2, "{arguments:?}: {}{}", said.out, said.err);
            assert!(said.err.contains(expected), "{arguments:?}: {}", said.err);
        }
    };
    check(
        "hlod = \"vent\"\n",
        "issues/2026-11-23.toml:1: `hlod`: unknown key\n  hint: did you mean `hold`?",
    );
    check(
        "intro = \"a\"\nbans = [\"artikel-l\"]\n",
        "issues/2026-11-23.toml:2: `bans`: `artikel-l` is no article's id\n  hint: did you mean `artikel-",
    );
    check("pins = \"artikel-1\"\n", "issues/2026-11-23.toml:1: `pins`");
    check(&"#".repeat(100_001), "the file has more than 100000 octets");
    let file = world.path("issues/2026-11-23.toml");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("intetsteds", &file).unwrap();
    let said = world.run(&["send", "--date", DATE]);
    assert_eq!(said.code, 2, "a link that leads nowhere: {}", said.err);
    fs::remove_file(&file).unwrap();
    world.write("issues/2026-11-23.toml", [0xff, 0xfe, 0x00]);
    assert_eq!(world.run(&["send", "--date", DATE]).code, 2);
    assert!(world.letters().is_empty());
    let articles = world.run(&["articles", "--date", DATE]);
    assert_eq!(articles.code, 0, "looking goes on");
    assert!(articles.err.contains("not UTF-8"), "{}", articles.err);
    assert_eq!(world.run(&["send", "--date", "2026-11-24", "-q"]).code, 0);
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn check_looks_into_the_day_files_to_come() {
    let world = World::with(3, 2);
    world.write(
        "issues/2099-11-23.toml",
        "pins = [\"artikel-l\"]\ncolour = 1\n",
    );
    world.write("issues/2099-11-24.toml", "pins = [\"artikel-l\"]\n");
    world.write("issues/2099-11-25.toml", "hold = \"afventer\"\n");
    world.write("issues/2099-12-25.toml", "intro = \"Glædelig jul\"\n");
    world.write("issues/2000-11-23.toml", "colour = 1\n");
    world.write("issues/mandag.toml", "");
    let said = world.run(&["check", "-q"]);
    assert_eq!(said.code, 2, "{}", said.err);
    for expected in [
        "error: issues/2099-11-23.toml:2: `colour`: unknown key",
        "error: issues/2099-11-24.toml:1: `pins`: `artikel-l` is no article's id",
        "warning: issues/2099-11-25.toml: `hold`: the day's issues are held: afventer",
        "warning: issues/2099-12-25.toml: no issue is due that day (juledag)",
        "warning: issues/mandag.toml: the file is no day's: it is not read",
    ] {
        assert!(said.err.contains(expected), "{expected}\n{}", said.err);
    }
    assert!(!said.err.contains("2000-11-23"), "what is over is over");
}

#[test]
fn a_held_issue_waits_until_it_is_released() {
    let world = World::with(2, 2);
    let send = |more: &[&str]| world.run(&[&["send", "--date", DATE], more].concat());
    let hold = world.run(&["issues", "hold", DATE, "--reason", "afventer et svar"]);
    assert_eq!(hold.code, 0, "{}", hold.err);
    let said = send(&[]);
    assert_eq!(said.code, 4);
    assert!(
        said.err.contains("held by the guard `hold`"),
        "{}",
        said.err
    );
    assert!(said.err.contains("afventer et svar"), "{}", said.err);
    assert!(said.err.contains("overblik issues release 2026-11-23"));
    assert!(!world.path("state/ledger.db").exists());
    assert!(
        send(&["--dry-run"])
            .out
            .contains("held by the guard `hold`")
    );
    // With -q once.
    let first = send(&["-q"]);
    assert_eq!((first.code, first.err.is_empty()), (4, false));
    let second = send(&["-q"]);
    assert_eq!((second.code, second.err.as_str()), (4, ""));
    let listed = world.run(&["issues", "list", "--json"]).json();
    assert_eq!(listed["holds"][DATE]["reason"], "afventer et svar");
    assert_eq!(world.run(&["issues", "release", DATE]).code, 0);
    let again = world.run(&["issues", "release", DATE]);
    assert_eq!(again.code, 0);
    assert!(again.err.contains("were not held here"));
    assert_eq!(send(&[]).code, 0);
    assert_eq!(world.letters().len(), 2);
    let late = world.run(&["issues", "hold", DATE, "--reason", "x"]);
    assert_eq!(late.code, 2, "what is published cannot be held");
    let empty = world.run(&["issues", "hold", "2026-11-24", "--reason", " "]);
    assert_eq!(empty.code, 2);
}

#[test]
fn the_day_file_holds_too_and_can_be_overridden() {
    let world = World::with(2, 2);
    world.write("issues/2026-11-23.toml", "hold = \"juridisk tjek\"\n");
    let said = world.run(&["send", "--date", DATE]);
    assert_eq!(said.code, 4);
    assert!(said.err.contains("issues/2026-11-23.toml"), "{}", said.err);
    assert!(said.err.contains("juridisk tjek"), "{}", said.err);
    let release = world.run(&["issues", "release", DATE]);
    assert_eq!(release.code, 0);
    assert!(release.err.contains("the day file still holds them"));
    assert!(
        world.path("issues/2026-11-23.toml").exists(),
        "the editor's file is the editor's"
    );
    assert_eq!(
        world
            .run(&["send", "--date", DATE, "--override", "hold", "-q"])
            .code,
        0
    );
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn a_damaged_hold_is_no_hold_lifted() {
    let world = World::with(2, 2);
    world.write("state/holds/2026-11-23.json", "{\"reason\":");
    let said = world.run(&["send", "--date", DATE]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.err.contains("state/holds/2026-11-23.json"),
        "{}",
        said.err
    );
    assert!(world.letters().is_empty());
}
