//! What a run that is resumed mails, whatever became of the newsletter's folder meanwhile.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use crate::{killed::kill_midway, world::World};

#[test]
fn who_stands_in_files_left_alone_for_a_while_is_kept_for_the_next_run() {
    let world = World::with(2, 3);
    // The repository's own readers have stood there for longer than a moment.
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("subscribers/laesere.toml");
    fs::remove_file(world.path("subscribers/readers.toml")).unwrap();
    symlink(old, world.path("subscribers/readers.toml")).unwrap();
    let said = world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let about = fs::metadata(world.path("state/listing")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_run_resumed_under_another_config_mails_what_was_frozen() {
    let world = World::with(2, 20);
    kill_midway(&world, 3);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let changed = config
        .replace(
            "Prøvebladet <nyt@bladet.example>",
            "Andet <andet@ny.example>",
        )
        .replace("https://bladet.example/", "https://ny.example/")
        .replace("nyt.bladet.example", "nyt.ny.example");
    assert_ne!(config, changed);
    world.write("config/default.toml", changed);
    fs::remove_dir_all(world.path("articles")).unwrap();
    fs::create_dir(world.path("articles")).unwrap();
    let said = world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let letters = world.letters();
    // Three were answered before the kill, by a transport that left no file.
    assert_eq!(letters.len(), 17, "{}", said.out);
    for name in letters {
        let letter = fs::read_to_string(world.path("outbox").join(&name)).unwrap();
        assert!(letter.contains("<nyt@bladet.example>"), "{name}");
        assert!(letter.contains("<nyt.bladet.example>"), "{name}");
        assert!(!letter.contains("ny.example/u/"), "{name}");
    }
}

#[test]
fn a_hold_is_said_once_to_cron_and_every_time_to_a_person() {
    let world = World::with(1, 2);
    world.write("subscribers/broken.toml", "<<<<<<< HEAD\n");
    let send = |quiet: &[&str]| world.run(&[&["send", "--date", "2026-11-23"], quiet].concat());
    for round in 0..3 {
        let said = send(&["-q"]);
        assert_eq!(said.code, 4);
        assert_eq!(
            said.err.is_empty(),
            round > 0,
            "round {round}: {}",
            said.err
        );
    }
    assert!(send(&[]).err.contains("held by the guard `list`"));
}

#[test]
fn one_monstrous_article_costs_only_itself() {
    let world = World::with(5, 2);
    world.article("monster", &"Æ".repeat(200_000), "2026-11-22");
    let said = world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("articles/monster.md")
            && said.err.contains("the title has 200000 characters"),
        "{}",
        said.err
    );
    let letter = fs::read_to_string(world.path("outbox").join(&world.letters()[0])).unwrap();
    assert!(letter.len() < 102_400);
    let shown = world
        .run(&["issues", "show", "2026-11-23", "--json"])
        .json();
    assert_eq!(shown["issues"][0]["items"].as_array().unwrap().len(), 5);
}

#[test]
fn an_issue_is_never_sent_after_a_later_one() {
    let world = World::with(2, 2);
    world.article("senere", "Nyt fra ugen efter", "2026-11-30");
    assert_eq!(world.run(&["send", "--date", "2026-12-01"]).code, 0);
    let early = world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(early.code, 2);
    assert!(
        early.err.contains("comes before daily-2026-12-01"),
        "{}",
        early.err
    );
}
