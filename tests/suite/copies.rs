//! A state folder that may be a copy of another is held, told through the program.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::world::{Said, World};

const DATE: &str = "2026-11-23";

/// A newsletter that has sent its Monday issue and has something for Wednesday.
fn sent(guards: &str) -> World {
    let world = World::with(2, 3);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", &format!("[guards]\n{guards}")),
    );
    let said = world.run(&["send", "--date", DATE, "-q"]);
    assert_eq!(said.code, 0, "{}", said.err);
    world.article("ny", "Et nyt stykke", "2026-11-24");
    world
}

fn next(world: &World, more: &[&str]) -> Said {
    world.run(&[&["send", "--date", "2026-11-25"], more].concat())
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    assert!(
        Command::new("cp")
            .arg("-a")
            .args([from, to])
            .status()
            .unwrap()
            .success()
    );
}

#[track_caller]
fn is_held(said: &Said, why: &str) {
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(
        said.err.contains("held by the guard `copy`") && said.err.contains(why),
        "{}",
        said.err
    );
}

#[test]
fn a_folder_in_another_place_is_held_until_it_is_said_to_be_the_real_one() {
    let world = sent("");
    let other = World::with(2, 3);
    other.article("ny", "Et nyt stykke", "2026-11-24");
    copy(&world.path("state"), &other.path("state"));
    is_held(&next(&other, &[]), "it was last sent from in `");
    assert_eq!(next(&other, &["--dry-run"]).code, 4);
    assert_eq!(
        (next(&other, &["-q"]).code, next(&other, &["-q"]).err),
        (4, String::new())
    );
    assert_eq!(next(&other, &["--dry-run", "--override", "copy"]).code, 0);
    assert_eq!(
        next(&other, &["-q"]).code,
        4,
        "a dry run takes nothing over"
    );
    assert!(other.letters().is_empty());
    let over = next(&other, &["--override", "copy"]);
    assert_eq!(over.code, 0, "{}", over.err);
    assert!(
        over.err.contains("the real one from now on"),
        "{}",
        over.err
    );
    assert_eq!(other.letters().len(), 3);
    assert_eq!(next(&other, &["-q"]).code, 0);
    assert_eq!(next(&world, &["-q"]).code, 0, "the other is still at home");
    let journal = fs::read_to_string(other.path("state/journal.log")).unwrap();
    let line: Value = serde_json::from_str(journal.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&line["act"], &line["words"]),
        (&"overrode".into(), &"copy".into())
    );
}

#[test]
fn a_folder_of_another_machine_is_held_and_its_id_is_not_told() {
    let world = sent("");
    let path = world.path("state/home.json");
    let mut home: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let Ok(id) = fs::read_to_string("/etc/machine-id") else {
        assert!(home["machine"].is_null());
        return;
    };
    assert!(!home.to_string().contains(id.trim()) || id.trim().is_empty());
    if home["machine"].is_null() {
        return;
    }
    home["machine"] = "0f".repeat(32).into();
    fs::write(&path, home.to_string()).unwrap();
    is_held(&next(&world, &[]), "on another machine");
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", "[guards]\ncopy = false"),
    );
    assert_eq!(next(&world, &["-q"]).code, 0, "the guard is off");
}

#[test]
fn a_folder_behind_its_sentinel_is_held_and_the_one_taken_over_is_ahead() {
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("vagt.json");
    let sentinel = format!("sentinel = \"{}\"", file.display());
    let world = sent(&sentinel);
    let aside = elsewhere.path().join("state");
    copy(&world.path("state"), &aside);
    assert_eq!(next(&world, &["-q"]).code, 0);
    assert_eq!(world.letters().len(), 6);
    // Put back from a copy: Wednesday's letters would leave again.
    let ahead = elsewhere.path().join("ahead");
    copy(&world.path("state"), &ahead);
    copy(&aside, &world.path("state"));
    is_held(
        &next(&world, &[]),
        "the state folder is behind: it has seen 1 runs, and the one in `",
    );
    assert_eq!(next(&world, &["-q", "--override", "copy"]).code, 0);
    let taken_over = elsewhere.path().join("taken-over");
    copy(&world.path("state"), &taken_over);
    copy(&ahead, &world.path("state"));
    is_held(&next(&world, &[]), "is behind");
    // Lost whole, it is not begun anew.
    fs::remove_dir_all(world.path("state")).unwrap();
    is_held(&next(&world, &[]), "it has seen 0 runs");
    assert!(!world.path("state/key").exists());
    copy(&taken_over, &world.path("state"));
    assert_eq!(next(&world, &["-q"]).code, 0);
    for (text, why) in [
        ("", "cannot be known"),
        (
            "{\"newsletter\":\"x\",\"path\":\"\",\"counter\":1}",
            "it is the sentinel of the newsletter `x`",
        ),
    ] {
        fs::write(&file, text).unwrap();
        is_held(&next(&world, &[]), why);
    }
    fs::remove_file(&file).unwrap();
    is_held(&next(&world, &[]), "the sentinel is gone");
    assert_eq!(next(&world, &["-q", "--override", "copy"]).code, 0);
    assert!(file.exists());
}

#[test]
fn a_ledger_put_back_alone_is_held() {
    let world = sent("");
    let aside = world.path("old.db");
    fs::copy(world.path("state/ledger.db"), &aside).unwrap();
    assert_eq!(next(&world, &["-q"]).code, 0);
    fs::copy(&aside, world.path("state/ledger.db")).unwrap();
    is_held(&next(&world, &[]), "the ledger is older than its folder");
    assert_eq!(next(&world, &["--dry-run"]).code, 4);
    assert_eq!(world.letters().len(), 6);
    assert_eq!(next(&world, &["-q", "--override", "copy"]).code, 0);
    assert_eq!(next(&world, &["-q"]).code, 0);
}
