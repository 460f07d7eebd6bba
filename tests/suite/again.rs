//! What a person asks to be sent again, and what is given up.

use chrono::{Duration, Utc};
use overblik::{
    domain::{
        delivery::DeliveryState,
        issue::{Frequency, IssueKey},
    },
    store::{Outcome, Read as _, Settled, Store as _, sqlite::SqliteStore},
};

use crate::{killed::kill_midway, world::World};

const SEND: [&str; 3] = ["send", "--date", "2026-11-23"];

/// A newsletter of ten readers: the first is doubtful, the second deferred for a day, the third failed.
fn world() -> World {
    let world = World::with(1, 10);
    kill_midway(&world, 0);
    let mut store = SqliteStore::open(&world.path("state/ledger.db")).unwrap();
    let key = IssueKey {
        date: "2026-11-23".parse().unwrap(),
        frequency: Frequency::Daily,
    };
    let issue = store.issue(key).unwrap().unwrap().number;
    let claims = store.open_claims(issue).unwrap();
    let (at, reply) = (Utc::now(), || "450 4.2.1 senere".to_owned());
    let to = |seq, state| Outcome {
        seq,
        state: Settled::To(state),
        at,
        relay: None,
    };
    let mut outcomes = vec![
        to(0, DeliveryState::Doubtful { reply: reply() }),
        to(
            1,
            DeliveryState::Deferred {
                until: at + Duration::days(1),
                reply: reply(),
            },
        ),
        to(2, DeliveryState::Failed { reply: reply() }),
    ];
    outcomes.extend((3..10).map(|seq| Outcome {
        seq,
        state: Settled::Waits { until: at },
        at,
        relay: None,
    }));
    store
        .settle_and_claim(issue, &outcomes, &claims, None)
        .unwrap();
    world
}

fn counts(world: &World) -> [u64; 4] {
    let status = world.run(&["status", "--json"]).json();
    ["accepted", "deferred", "failed", "doubtful"].map(|state| status[state].as_u64().unwrap())
}

#[test]
fn doubtful_and_failed_letters_are_sent_again_only_when_asked() {
    let world = world();
    let first = world.run(&SEND);
    assert_eq!(first.code, 75, "{}", first.err);
    assert_eq!(counts(&world), [7, 1, 1, 1]);
    let would = world.run(&[&SEND[..], &["--resend-doubtful", "--dry-run"]].concat());
    assert!(
        would.out.contains("1 doubtful letters would be sent again"),
        "{}",
        would.out
    );
    assert_eq!(counts(&world), [7, 1, 1, 1], "a dry run changes nothing");
    let again = world.run(&[&SEND[..], &["--resend-doubtful"]].concat());
    assert_eq!(again.code, 75, "{}", again.err);
    assert_eq!(counts(&world), [8, 1, 1, 0]);
    assert_eq!(
        world.run(&[&SEND[..], &["--retry-failed"]].concat()).code,
        75
    );
    assert_eq!(counts(&world), [9, 1, 0, 0]);
    assert_eq!(world.letters().len(), 9);
}

#[test]
fn a_deferred_letter_is_given_up_when_its_time_is_over_and_not_before() {
    let world = world();
    let config = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config + "\n[retry]\ngive_up_after = \"1h\"\n",
    );
    assert_eq!(world.run(&SEND).code, 75);
    assert_eq!(counts(&world), [7, 1, 1, 1]);
    let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
    ledger
        .execute("UPDATE issue SET frozen_at = frozen_at - 7200000", [])
        .unwrap();
    drop(ledger);
    let said = world.run(&[&SEND[..], &["-q"]].concat());
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(
        said.err.contains("gave up 1 deferred letters"),
        "{}",
        said.err
    );
    assert_eq!(counts(&world), [7, 0, 2, 1]);
    let failed = world.run(&["status", "--list", "failed"]);
    assert!(
        failed.out.contains("gave up: 450 4.2.1 senere"),
        "{}",
        failed.out
    );
    assert_eq!(world.run(&SEND).code, 0, "nothing is left to do");
}
