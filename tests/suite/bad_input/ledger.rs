//! A ledger that is not this program's to write: refused with a remedy, and left as it is to the byte.

use std::fs;

use super::{SEND, World, check, contents, one_each};

/// A newsletter that has sent its issue to two readers.
fn sent() -> World {
    let world = World::with(1, 2);
    check(&world.send(), 0, &[]);
    world
}

/// What reads or writes the ledger.
const COMMANDS: &[&[&str]] = &[
    SEND,
    &["send", "--date", "2026-11-23", "--dry-run"],
    &["status"],
    &["preview", "--date", "2026-11-23"],
    &["issues", "list"],
    &["issues", "cancel", "2026-11-23"],
    &["why", "artikel-0", "--date", "2026-11-23"],
    &["articles"],
    &["collect"],
];

/// Every command is refused with the words, and the ledger put back, all is as it was.
#[track_caller]
fn check_refused(world: &World, ledger: &[u8], words: &[&str]) {
    let sound = fs::read(world.path("state/ledger.db")).unwrap();
    let outbox = contents(&world.path("outbox"));
    fs::write(world.path("state/ledger.db"), ledger).unwrap();
    for command in COMMANDS {
        check(&world.run(command), 1, words);
        let after = fs::read(world.path("state/ledger.db")).unwrap();
        assert!(after == ledger, "{command:?} changed it");
        assert!(!world.path("preview").exists(), "{command:?}");
    }
    assert_eq!(contents(&world.path("outbox")), outbox);
    fs::write(world.path("state/ledger.db"), &sound).unwrap();
    check(&world.send(), 0, &["already published"]);
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn a_ledger_from_the_future_is_refused_and_left_alone() {
    let world = sent();
    let mut newer = fs::read(world.path("state/ledger.db")).unwrap();
    // The user version stands at octet 60 of an SQLite file (its file format, §1.3), the way of journalling at 18.
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    newer[18..20].copy_from_slice(&[1, 1]);
    check_refused(
        &world,
        &newer,
        &[
            "state/ledger.db: ",
            "the ledger has version 99, this program knows up to ",
            "hint: use the newer program, or a copy of the state folder from before it",
        ],
    );
}

#[test]
fn a_ledger_of_garbage_is_refused_and_left_alone() {
    check_refused(
        &sent(),
        &b"slemt ".repeat(5000),
        &[
            "state/ledger.db: ",
            "the ledger is damaged",
            "hint: put the state folder back from a copy",
        ],
    );
}

#[test]
fn a_ledger_damaged_in_the_middle_sends_nothing() {
    let world = sent();
    let sound = fs::read(world.path("state/ledger.db")).unwrap();
    let mut torn = sound.clone();
    // All pages but the first: the file opens, and what is in it cannot be read.
    torn[4096..].fill(0xff);
    fs::write(world.path("state/ledger.db"), &torn).unwrap();
    for command in [SEND, &["status"]] {
        check(
            &world.run(command),
            1,
            &[
                "the ledger is damaged",
                "hint: put the state folder back from a copy",
            ],
        );
    }
    assert_eq!(world.got(), one_each(2));
    // As a restore does it: the folder as it was.
    let _ = fs::remove_file(world.path("state/ledger.db-wal"));
    let _ = fs::remove_file(world.path("state/ledger.db-shm"));
    fs::write(world.path("state/ledger.db"), &sound).unwrap();
    check(&world.send(), 0, &["already published"]);
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn a_run_that_died_before_noting_that_it_was_done_is_done_by_the_next() {
    let world = sent();
    rusqlite::Connection::open(world.path("state/ledger.db"))
        .unwrap()
        .execute("UPDATE issue SET done_at = NULL", [])
        .unwrap();
    for _ in 0..2 {
        check(&world.send(), 0, &["already published"]);
    }
    let table = world.run(&["send", "--date", "2026-11-23", "--json"]);
    assert!(
        table.json()["issues"].as_array().unwrap().is_empty(),
        "still resumed"
    );
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn a_ledger_that_was_begun_and_has_nothing_in_it_is_none_yet() {
    let world = World::with(1, 2);
    world.write("state/ledger.db", "");
    check(
        &world.run(&["status"]),
        0,
        &["nothing has been published yet"],
    );
    check(&world.run(&["preview", "--date", "2026-11-23"]), 0, &[]);
    assert_eq!(contents(&world.path("state")).len(), 1);
}
