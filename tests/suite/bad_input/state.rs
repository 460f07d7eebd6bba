//! The key and the readers' own words: without them nothing is sent.

use std::{fs, os::unix::fs::PermissionsExt as _};

use chrono::Utc;
use overblik::domain::{
    address::Address,
    key::{SigningKey, unhex},
    suppression::{Suppression, SuppressionReason},
};

use super::{SEND, World, check, one_each};

fn set_mode(world: &World, place: &str, mode: u32) {
    fs::set_permissions(world.path(place), fs::Permissions::from_mode(mode)).unwrap();
}

/// A newsletter whose issue of Friday has been sent to two readers and whose issue of Monday has not.
fn sent() -> World {
    let world = World::with(0, 2);
    world.article("fredag", "Nyt om skole fredag", "2026-11-19");
    check(&world.run(&["send", "--date", "2026-11-20"]), 0, &[]);
    world.article("mandag", "Nyt om skole mandag", "2026-11-22");
    fs::rename(world.path("outbox"), world.path("friday")).unwrap();
    world
}

#[test]
fn a_key_that_is_gone_is_not_made_anew() {
    let world = sent();
    fs::rename(world.path("state/key"), world.path("key")).unwrap();
    let words = [
        "error: state/key: the signing key is gone",
        "hint: put the key back from a copy",
    ];
    check(&world.send(), 2, &words);
    check(&world.run(&["collect"]), 2, &words);
    assert!(!world.path("state/key").exists());
    assert!(world.letters().is_empty());
    fs::rename(world.path("key"), world.path("state/key")).unwrap();
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn a_key_that_others_can_read_is_not_used() {
    let world = sent();
    for mode in [0o644, 0o640, 0o604] {
        set_mode(&world, "state/key", mode);
        check(
            &world.send(),
            2,
            &[
                "error: state/key: ",
                "can be read by others",
                "hint: let its owner alone read it: `chmod 600 state/key`",
            ],
        );
    }
    assert!(world.letters().is_empty());
    set_mode(&world, "state/key", 0o600);
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn what_is_no_key_is_not_used() {
    let world = sent();
    let key = fs::read(world.path("state/key")).unwrap();
    for bad in [&b""[..], b"kort", &key[..40], b"\xff\xfe"] {
        fs::write(world.path("state/key"), bad).unwrap();
        check(
            &world.send(),
            2,
            &[
                "error: state/key: ",
                "no signing key",
                "hint: put the key back from a copy",
            ],
        );
        assert_eq!(fs::read(world.path("state/key")).unwrap(), bad);
    }
    assert!(world.letters().is_empty());
    fs::write(world.path("state/key"), key).unwrap();
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn garbage_in_the_middle_of_the_readers_own_words_stops_the_send() {
    let world = sent();
    let text = fs::read_to_string(world.path("state/key")).unwrap();
    let key = SigningKey::new(unhex(text.trim()).unwrap().try_into().unwrap());
    let left = |number: usize| {
        let address = Address::parse(&format!("reader{number}@kommune.example")).unwrap();
        let word = Suppression {
            at: Utc::now(),
            key_id: key.id(),
            subscriber: key.subscriber_id(&address.folded()),
            reason: SuppressionReason::Left,
        };
        word.to_line()
    };
    let log = format!("{}\n\0slemt\u{fffd}\n{}\n", left(7), left(0));
    world.write("state/suppressions.log", &log);
    for command in [SEND, &["send", "--date", "2026-11-23", "--dry-run"]] {
        check(
            &world.run(command),
            2,
            &[
                "error: state/suppressions.log:2: ",
                "hint: put the file back from a copy; who has left must not be mailed again",
            ],
        );
    }
    assert!(world.letters().is_empty());
    let after = fs::read_to_string(world.path("state/suppressions.log")).unwrap();
    assert_eq!(after, log);
    // Put right, the words hold.
    world.write(
        "state/suppressions.log",
        format!("{}\n{}\n", left(7), left(0)),
    );
    check(&world.send(), 0, &[]);
    assert_eq!(
        world.got(),
        [("reader1@kommune.example".to_owned(), 1)].into()
    );
    assert_eq!(world.status()["skipped"], 1);
}
