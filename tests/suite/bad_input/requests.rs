//! Requests that make no sense, and requests there is nothing to do for.

use std::fs;

use super::{SEND, World, check, one_each};
use crate::world::names;

#[test]
fn a_command_line_that_makes_no_sense_ends_with_2_and_does_nothing() {
    let world = World::with(1, 1);
    let lines: &[&[&str]] = &[
        &[],
        &["sned"],
        &["send", "--nope"],
        &["send", "now"],
        &["send", "--date"],
        &["send", "--date", "i morgen"],
        &["send", "--date", "2026-11-31"],
        &["send", "--date", "0000-01-01"],
        &["send", "--date=-262143-01-01"],
        &["send", "--date", "+262142-12-31"],
        &["send", "--frequency", "hourly"],
        &["send", "--override", "everything"],
        &["send", "-q", "-v"],
        &["preview", "--date=-262143-01-01"],
        &[
            "preview",
            "--date",
            "2026-11-23",
            "--subscriber",
            "nobody@x.example",
        ],
        &[
            "preview",
            "--date",
            "2026-11-23",
            "--subscriber",
            "no address",
        ],
        &["why", "no-such-article", "--date", "2026-11-23"],
        &["why", "artikel-0", "--date=-262143-01-01"],
        &["articles", "--date=-262143-01-01"],
        &["articles", "--from", "no/such/folder"],
        &["articles", "--timezone", "Europe/Atlantis"],
        &["status", "--list", "lost"],
        &["status", "--date", "2026-11-23"],
        &["issues", "show", "2026-11-23"],
        &["issues", "cancel", "2026-11-23"],
        &["issues", "cancel"],
        &["subscribers", "add", "no address"],
        &["--config", "nowhere", "send"],
    ];
    for line in lines {
        let said = world.run(line);
        check(&said, 2, &[]);
        assert!(
            !said.err.is_empty() && said.out.is_empty(),
            "{line:?}: {}",
            said.out
        );
    }
    let left = names(&world.path("state"));
    assert!(
        left.iter().all(|name| name == "subscribers.lock"),
        "{left:?}"
    );
    assert!(!world.path("outbox").exists());
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(1));
}

#[test]
fn an_argument_that_is_no_text_is_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let world = World::with(1, 1);
    let output = world
        .command(&["send", "--date"])
        .arg(OsStr::from_bytes(b"\xff\xfe"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn with_json_a_refused_command_line_is_a_document_too() {
    let world = World::with(1, 1);
    let said = world.run(&["--json", "send", "--date", "i morgen"]);
    assert_eq!(said.code, 2);
    let error = &said.json()["error"];
    assert_eq!(error["code"], 2);
    assert!(
        error["faults"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("i morgen"),
        "{error}"
    );
}

#[test]
fn a_closed_day_publishes_nothing_and_is_no_fault() {
    let world = World::with(1, 1);
    check(
        &world.run(&["send", "--date", "2026-11-22"]),
        0,
        &["daily-2026-11-22: no publishing day"],
    );
    assert!(world.letters().is_empty());
    assert_eq!(world.run(&["send", "-q", "--date", "2026-11-22"]).err, "");
}

#[test]
fn a_date_before_the_newest_issue_is_refused() {
    let world = World::with(2, 2);
    check(&world.send(), 0, &[]);
    world.article("ny", "Nyt om skole igen", "2026-11-19");
    check(
        &world.run(&["send", "--date", "2026-11-20"]),
        2,
        &[
            "daily-2026-11-20 comes before daily-2026-11-23, which is already published",
            "hint: ",
        ],
    );
    assert_eq!(world.got(), one_each(2));
    check(
        &world.send(),
        0,
        &["already published; nothing is sent twice"],
    );
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn an_issue_of_ads_alone_is_held_and_the_ads_are_named() {
    const ADS: &str = r#"
        [[ad]]
        id = "kursus"
        advertiser = "Kursushuset"
        title = "Skriv, så det bliver læst"
        link = "https://kursushuset.example/"
        link_text = "Se programmet hos Kursushuset"

        [[ad]]
        id = "udgiver"
        title = "Skriv om det, I har prøvet"
        link = "https://bladet.example/udgiver"
        link_text = "Bliv udgiver"
        house = true
    "#;
    let world = World::with(0, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write("config/default.toml", config + ADS);
    let named = "has ads and no article, and is not sent for their sake: `kursus`\n";
    let preview: &[&str] = &["preview", "--date", "2026-11-23"];
    let dry_run = [SEND, &["--dry-run"]].concat();
    let past_lint = [SEND, &["--override", "lint"]].concat();
    let held = "daily-2026-11-23: held by the guard `lint`; nothing is published";
    let empty = "no article is due; an empty issue is not sent";
    let nothing = "no article is due; there is nothing to show";
    for (command, code, said) in [
        (&dry_run[..], 0, held),
        (SEND, 4, held),
        (&past_lint, 0, empty),
        (preview, 0, nothing),
    ] {
        let mut told = world.run(command);
        told.err += &told.out;
        check(&told, code, &[said, named]);
    }
    // Cron is told once.
    let quiet = || world.run(&[SEND, &["-q"]].concat());
    check(&quiet(), 4, &[held, named]);
    let again = quiet();
    assert_eq!((again.code, again.out + &again.err), (4, String::new()));
    assert!(world.letters().is_empty());
    assert!(!world.path("preview").exists());
    // Nothing was frozen: with an article the day has its issue, and the ad stands in it.
    world.article("nu", "Nyt om skole", "2026-11-22");
    let sent = world.send();
    check(&sent, 0, &[]);
    assert!(!sent.err.contains("no article"), "{}", sent.err);
    let letter = fs::read_to_string(world.path("outbox").join(&world.letters()[0])).unwrap();
    assert!(letter.contains("Kursushuset"), "{letter}");
}

#[test]
fn an_empty_issue_and_an_empty_list_are_said_and_freeze_nothing() {
    let world = World::with(0, 1);
    check(
        &world.send(),
        0,
        &["no article is due; an empty issue is not sent"],
    );
    assert!(world.letters().is_empty());
    world.article("nu", "Nyt om skole", "2026-11-22");
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(1));

    let world = World::with(1, 0);
    check(&world.send(), 0, &["no daily reader; nothing is published"]);
    world.write(
        "subscribers/readers.toml",
        "[[subscriber]]\nemail = \"reader0@kommune.example\"\n",
    );
    let said = world.run(&[SEND, &["--json"]].concat());
    assert_eq!(said.json()["accepted"], 1);
    assert_eq!(world.got(), one_each(1));
}
