//! Who got an old issue is forgotten, told through the program.

use rusqlite::Connection;

use crate::world::World;

/// Makes the issue of the ledger older.
fn age(world: &World, days: i64) {
    let ledger = Connection::open(world.path("state/ledger.db")).unwrap();
    let millis = days * 24 * 60 * 60 * 1000;
    ledger
        .execute(
            "UPDATE issue SET frozen_at = frozen_at - ?1, done_at = done_at - ?1",
            [millis],
        )
        .unwrap();
}

#[test]
fn after_keep_days_counts_are_left_and_no_address() {
    let world = World::with(2, 1500);
    world.article("gammel", "En gammel artikel", "2026-01-02");
    let send = || world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(send().code, 0);
    let status = || world.run(&["status", "--json"]).json();
    let show = || {
        world
            .run(&["issues", "show", "2026-11-23", "--json"])
            .json()
    };
    let (before, articles) = (status(), show()["issues"][0]["articles"].clone());
    assert_eq!(articles.as_array().unwrap().len(), 3);
    let ledger = || std::fs::read(world.path("state/ledger.db")).unwrap();
    let names_a_reader = |ledger: &[u8]| {
        let address = b"@kommune.example";
        ledger.windows(address.len()).any(|part| part == address)
    };
    assert!(names_a_reader(&ledger()));

    age(&world, 399);
    assert_eq!(send().code, 0);
    assert!(names_a_reader(&ledger()), "it is not old enough");
    age(&world, 2);
    let said = send();
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err
            .contains("1500 rows older than 400 days turned into counts"),
        "{}",
        said.err
    );
    assert!(!names_a_reader(&ledger()));
    assert_eq!(status(), before, "the counts stay");
    let kept = show()["issues"][0]["articles"].clone();
    assert_eq!(kept.as_array().unwrap().len(), 2);
    let listed = world.run(&["status", "--list", "accepted"]);
    assert_eq!(listed.out, "");
    assert!(
        listed.err.contains("nobody knows any more"),
        "{}",
        listed.err
    );
    let said = send();
    assert!(!said.err.contains("counts"), "once: {}", said.err);
    assert_eq!(world.letters().len(), 1500, "nobody gets it again");
    let late = world.run(&["send", "--date", "2026-11-23", "--top-up"]);
    assert_ne!(late.code, 0, "{}", late.err);
    assert_eq!(world.letters().len(), 1500);
}
