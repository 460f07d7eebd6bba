//! What is not there, or is something else: named with its remedy; put right, the next run does the job.

use std::fs;

use super::{World, check, one_each};

/// Takes something away, checks the refusal, puts it back and checks that the next run sends.
#[track_caller]
fn check_missing(place: &str, code: i32, words: &[&str]) {
    let world = World::with(1, 2);
    fs::rename(world.path(place), world.path("aside")).unwrap();
    check(&world.send(), code, words);
    assert!(world.letters().is_empty());
    fs::rename(world.path("aside"), world.path(place)).unwrap();
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(2));
}

#[test]
fn a_missing_folder_is_named_and_put_back_it_is_used() {
    check_missing(
        "articles",
        2,
        &[
            "error: articles: `source.path`: no such file or folder",
            "hint: make it, or correct `path` of the source `artikler`",
            "no article is due",
        ],
    );
    check_missing(
        "subscribers",
        4,
        &[
            "held by the guard `list`",
            "error: subscribers: ",
            "hint: make the folder",
        ],
    );
    check_missing(
        "config",
        2,
        &[
            "there is no config folder `config`",
            "hint: run `overblik init DIR`",
        ],
    );
    check_missing(
        "config/default.toml",
        2,
        &["config/default.toml: ", "hint: "],
    );
}

#[test]
fn a_file_in_a_folders_place_stays_as_it_is() {
    let check_file = |place: &str, words: &[&str]| {
        let world = World::with(1, 2);
        world.write(place, "mine");
        check(&world.send(), 2, words);
        assert_eq!(fs::read_to_string(world.path(place)).unwrap(), "mine");
        fs::remove_file(world.path(place)).unwrap();
        check(&world.send(), 0, &[]);
        assert_eq!(world.got(), one_each(2));
    };
    check_file(
        "outbox",
        &[
            "error: outbox: `transport.file.path`: ",
            "hint: name a folder that can be written to",
        ],
    );
    check_file(
        "state",
        &["error: state/send.lock: `state.path`: ", "hint: "],
    );
    let world = World::with(1, 1);
    world.write("state", "mine");
    for command in [
        &["status"][..],
        &["issues", "list"],
        &["preview", "--date", "2026-11-23"],
    ] {
        check(&world.run(command), 1, &["state/ledger.db: ", "hint: "]);
    }
}
