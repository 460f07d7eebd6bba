//! A state folder that may be a copy of another is held, told through the program.

use std::{fs, path::Path, process::Command};

use rusqlite::Connection;
use serde_json::{Value, json};

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

fn ledger(world: &World) -> Connection {
    Connection::open(world.path("state/ledger.db")).unwrap()
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
    for more in [&["--json"][..], &["--json", "--dry-run"]] {
        let told = next(&other, more);
        assert_eq!(told.code, 4);
        let held = &told.json()["held"];
        assert_eq!(
            (&held[0]["guard"], &held[0]["issue"]),
            (&json!("copy"), &Value::Null)
        );
        assert_eq!(held[0]["override"], "--override copy");
        let why = held[0]["message"].as_str().unwrap();
        assert!(why.contains("it was last sent from in `"), "{why}");
    }
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
    let ledger = ledger(&world);
    let machine: Option<String> = ledger
        .query_row("SELECT machine FROM home", [], |row| row.get(0))
        .unwrap();
    let id = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let Some(machine) = machine else {
        assert!(id.trim().len() != 32, "{id}");
        return;
    };
    assert!(!machine.contains(id.trim()));
    let settle = |machine: Option<String>| {
        ledger
            .execute("UPDATE home SET machine = ?1", [machine])
            .unwrap()
    };
    settle(None);
    assert_eq!(
        next(&world, &["-q"]).code,
        0,
        "a machine that was not known is no other"
    );
    settle(Some("0f".repeat(32)));
    is_held(&next(&world, &[]), "on another machine");
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", "[guards]\ncopy = false"),
    );
    assert_eq!(next(&world, &["-q"]).code, 0, "the guard is off");
}

#[test]
fn a_folder_that_is_held_is_not_changed() {
    let world = sent("");
    let other = World::with(2, 3);
    other.article("ny", "Et nyt stykke", "2026-11-24");
    let ledger = ledger(&world);
    // As a run that was cut down leaves it: what is newest stands in the log.
    ledger.pragma_update(None, "journal_mode", "WAL").unwrap();
    ledger
        .execute("UPDATE home SET counter = counter + 6", [])
        .unwrap();
    copy(&world.path("state"), &other.path("state"));
    let kept = || {
        ["ledger.db", "ledger.db-wal", "sentinel.json", "key"]
            .map(|name| fs::read(other.path("state").join(name)).unwrap_or_default())
    };
    let before = kept();
    assert!(!before[1].is_empty());
    for more in [&[][..], &["--dry-run"], &["-q"]] {
        assert_eq!(next(&other, more).code, 4);
        assert!(kept() == before, "{more:?}");
    }
    assert_eq!(next(&other, &["-q", "--override", "copy"]).code, 0);
    let said: Value = serde_json::from_slice(&kept()[2]).unwrap();
    assert_eq!(said["counter"], 9, "1 + 6, taken over, sent");
}

#[test]
fn a_home_that_an_older_program_wrote_is_taken_over() {
    let world = sent("");
    let file = world.path("state/home.json");
    let before = |run: u32| {
        let ledger = ledger(&world);
        let (salt, path): (String, String) = ledger
            .query_row("SELECT salt, path FROM home", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        ledger
            .execute_batch(
                "DROP TABLE home; ALTER TABLE run DROP COLUMN letters; ALTER TABLE run DROP COLUMN took; \
                 ALTER TABLE delivery DROP COLUMN signed_up; ALTER TABLE edition DROP COLUMN topics; \
                 PRAGMA user_version = 9",
            )
            .unwrap();
        let home = json!({
            "machine": null, "salt": salt, "path": path, "counter": 41, "run": run, "sentinel": null
        });
        fs::write(&file, home.to_string()).unwrap();
        fs::remove_file(world.path("state/sentinel.json")).unwrap();
    };
    before(1);
    let moved = World::with(2, 3);
    copy(&world.path("state"), &moved.path("state"));
    let ledger_there = fs::read(moved.path("state/ledger.db")).unwrap();
    is_held(&next(&moved, &[]), "it was last sent from in `");
    assert!(moved.path("state/home.json").exists());
    assert!(fs::read(moved.path("state/ledger.db")).unwrap() == ledger_there);
    assert_eq!(next(&world, &["-q"]).code, 0);
    assert!(!file.exists());
    let counter: i64 = ledger(&world)
        .query_row("SELECT counter FROM home", [], |row| row.get(0))
        .unwrap();
    assert_eq!(counter, 42);
    before(5);
    is_held(&next(&world, &[]), "it knows of 2 runs, and there were 5");
    fs::write(&file, "{").unwrap();
    assert_eq!(next(&world, &[]).code, 1);
    assert_eq!(world.letters().len(), 6);
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
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("vagt.json");
    let aside = elsewhere.path().join("old.db");
    let sentinel = format!("sentinel = \"{}\"", file.display());
    for (guards, why) in [
        (
            "",
            "the ledger is older than its folder: it knows of 1 runs, and there were 2",
        ),
        (
            sentinel.as_str(),
            "the state folder is behind: it has seen 1 runs",
        ),
    ] {
        let world = sent(guards);
        fs::copy(world.path("state/ledger.db"), &aside).unwrap();
        assert_eq!(next(&world, &["-q"]).code, 0);
        fs::copy(&aside, world.path("state/ledger.db")).unwrap();
        if !guards.is_empty() {
            fs::remove_file(world.path("state/sentinel.json")).unwrap();
        }
        is_held(&next(&world, &[]), why);
        assert_eq!(next(&world, &["--dry-run"]).code, 4);
        assert_eq!(world.letters().len(), 6);
        assert_eq!(next(&world, &["-q", "--override", "copy"]).code, 0);
        assert_eq!(next(&world, &["-q"]).code, 0);
    }
}
