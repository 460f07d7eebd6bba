//! The state folder in one file and back, told through the program.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use crate::{
    killed::kill_midway,
    world::{Said, World, names},
};

const DATE: &str = "2026-11-23";
const SEND: [&str; 3] = ["send", "--date", DATE];

/// Runs `backup` to a file outside the newsletter.
fn backup(world: &World, to: &Path) -> Said {
    world.run(&["backup", to.to_str().unwrap()])
}

fn restore(world: &World, from: &Path, more: &[&str]) -> Said {
    world.run(&[&["restore", from.to_str().unwrap()], more].concat())
}

#[test]
fn a_restored_state_is_held_until_a_person_says_that_it_is_the_real_one() {
    let world = World::with(2, 5);
    assert_eq!(world.run(&[&SEND[..], &["-q"]].concat()).code, 0);
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    let said = backup(&world, &file);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("daily-2026-11-23"), "{}", said.err);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let before = world.run(&["status", "--json"]).json();
    fs::remove_dir_all(world.path("state")).unwrap();

    let dry = restore(&world, &file, &["--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(!world.path("state").exists(), "a dry run writes nothing");
    assert_eq!(restore(&world, &file, &[]).code, 0);
    assert_eq!(world.run(&["status", "--json"]).json(), before);

    world.article("ny", "Et nyt stykke", "2026-11-24");
    let next = |more: &[&str]| world.run(&[&["send", "--date", "2026-11-25"], more].concat());
    let letters = world.letters().len();
    let held = next(&[]);
    assert_eq!(held.code, 4, "{}", held.err);
    assert!(
        held.err.contains("held by the guard `copy`"),
        "{}",
        held.err
    );
    assert_eq!(next(&["--dry-run"]).code, 4);
    assert_eq!(next(&["-q"]).code, 4);
    assert_eq!(next(&["-q"]).err, "", "said once");
    assert_eq!(world.letters().len(), letters);
    assert_eq!(next(&["--override", "copy", "--dry-run"]).code, 0);
    assert_eq!(next(&[]).code, 4, "a dry run lifts nothing");
    let sent = next(&["--override", "copy"]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(world.letters().len(), letters + 5);
    assert_eq!(next(&[]).code, 0, "lifted once and for all");
}

#[test]
fn a_backup_is_a_tar_that_a_person_can_open() {
    let world = World::with(2, 2);
    assert_eq!(world.run(&[&SEND[..], &["-q"]].concat()).code, 0);
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    assert_eq!(backup(&world, &file).code, 0);
    let listed = Command::new("tar").arg("tf").arg(&file).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let list: Vec<&str> = listed.lines().collect();
    assert_eq!(list[..2], ["overblik-backup.json", "ledger.db"]);
    assert!(list.contains(&"key"), "{list:?}");
    assert!(!list.iter().any(|name| name.ends_with(".lock")), "{list:?}");
    assert_eq!(names(aside.path()), ["a.tar"], "nothing else is left");
}

#[test]
fn a_backup_is_written_over_nothing_and_not_into_what_it_copies() {
    let world = World::with(2, 2);
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    let nothing = backup(&world, &file);
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.err.contains("nothing to back up"),
        "{}",
        nothing.err
    );
    assert_eq!(world.run(&[&SEND[..], &["-q"]].concat()).code, 0);
    fs::write(&file, "theirs").unwrap();
    assert_eq!(backup(&world, &file).code, 2);
    assert_eq!(fs::read(&file).unwrap(), b"theirs");
    let inside = world.path("state/a.tar");
    let said = backup(&world, &inside);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("in the state folder"), "{}", said.err);
    assert!(!inside.exists());
}

#[test]
fn an_older_backup_takes_a_newer_states_place_only_when_told_and_who_left_stays_away() {
    let world = World::with(2, 3);
    assert_eq!(world.run(&[&SEND[..], &["-q"]].concat()).code, 0);
    world.write("state/suppressions.log", "one\n");
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    assert_eq!(backup(&world, &file).code, 0);
    world.write("state/suppressions.log", "one\ntwo\n");
    world.article("ny", "Et nyt stykke", "2026-11-24");
    fs::rename(world.path("state/suppressions.log"), world.path("log")).unwrap();
    assert_eq!(world.run(&["send", "--date", "2026-11-25", "-q"]).code, 0);
    fs::rename(world.path("log"), world.path("state/suppressions.log")).unwrap();

    let refused = restore(&world, &file, &[]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("1 issues more"), "{}", refused.err);
    assert!(refused.err.contains("--over-newer"), "{}", refused.err);
    assert_eq!(
        world.run(&["status", "--json"]).json()["date"],
        "2026-11-25"
    );

    let told = restore(&world, &file, &["--over-newer"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(world.run(&["status", "--json"]).json()["date"], DATE);
    let log = fs::read_to_string(world.path("state/suppressions.log")).unwrap();
    assert_eq!(log, "one\ntwo\n");
    let kept = names(&world.path("state"));
    let kept = kept
        .iter()
        .find(|name| name.starts_with("before-restore-"))
        .unwrap();
    assert!(world.path("state").join(kept).join("ledger.db").exists());
    let again = aside.path().join("b.tar");
    assert_eq!(backup(&world, &again).code, 0);
    let listed = Command::new("tar").arg("tf").arg(&again).output().unwrap();
    assert!(!String::from_utf8(listed.stdout).unwrap().contains("before"));
}

#[test]
fn a_damaged_backup_changes_nothing() {
    let world = World::with(2, 3);
    assert_eq!(world.run(&[&SEND[..], &["-q"]].concat()).code, 0);
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    assert_eq!(backup(&world, &file).code, 0);
    let whole = fs::read(&file).unwrap();
    let state = names(&world.path("state"));
    let check = |bytes: &[u8], words: &str| {
        let damaged = aside.path().join("damaged.tar");
        fs::write(&damaged, bytes).unwrap();
        let said = restore(&world, &damaged, &["--over-newer"]);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains(words), "{words}: {}", said.err);
        assert_eq!(names(&world.path("state")), state);
    };
    check(b"", "no whole backup");
    check(b"rubbish", "no whole backup");
    check(&vec![b'x'; 4096], "no whole backup");
    for length in [512, 1024, whole.len() / 2, whole.len() - 1024] {
        check(&whole[..length], "it ends before its end");
    }
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    check(&flipped, "other octets than the list says");
    let other = String::from_utf8_lossy(&whole[..1024]).into_owned();
    assert!(other.contains("nyt.bladet.example"));
    let path = world.path("config/default.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        config.replace("nyt.bladet.example", "andet.bladet.example"),
    )
    .unwrap();
    check(&whole, "backup of the newsletter `nyt.bladet.example`");
}

#[test]
fn a_backup_of_a_killed_run_leaves_its_claimed_letters_to_a_person() {
    let world = World::with(2, 30);
    kill_midway(&world, 4);
    let path = world.path("config/default.toml");
    let config = fs::read_to_string(&path).unwrap();
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    assert_eq!(backup(&world, &file).code, 0);
    assert_eq!(restore(&world, &file, &[]).code, 0);
    // By a relay a letter under way is not one to be repeated.
    let smtp =
        "[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\n";
    fs::write(&path, format!("{config}\n{smtp}")).unwrap();
    let status = world.run(&["status", "--json"]).json();
    assert_eq!(status["accepted"], 4, "{status:#}");
    assert_eq!(status["doubtful"], 6, "{status:#}");
    assert_eq!(status["waiting"], 20, "{status:#}");
}

#[test]
fn a_restore_that_was_cut_off_holds_everything_and_is_made_again() {
    let world = World::with(2, 3);
    assert_eq!(world.run(&[&SEND[..], &["-q"]].concat()).code, 0);
    let aside = tempfile::tempdir().unwrap();
    let file = aside.path().join("a.tar");
    assert_eq!(backup(&world, &file).code, 0);
    // As a kill leaves it after the old state was set aside and before the new one came.
    let set_aside = world.path("state/before-restore-1");
    fs::create_dir(&set_aside).unwrap();
    for name in ["ledger.db", "key"] {
        fs::rename(world.path("state").join(name), set_aside.join(name)).unwrap();
    }
    fs::write(set_aside.join("suppressions.log"), "two\n").unwrap();
    world.write("state/restoring", "");
    let said = world.run(&[&SEND[..], &["-q"]].concat());
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("a restore was cut off"), "{}", said.err);
    assert!(!world.path("state/key").exists());
    assert_eq!(restore(&world, &file, &[]).code, 0);
    assert_eq!(world.run(&SEND).code, 4);
    let log = fs::read_to_string(world.path("state/suppressions.log")).unwrap();
    assert_eq!(log, "two\n");
}
