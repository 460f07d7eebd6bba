//! Day one: what was there before the newsletter counts as printed.

use crate::world::World;

const DATE: &str = "2026-11-23";

fn world() -> World {
    let world = World::with(0, 2);
    world.article("gammel", "Et gammelt stykke", "2026-11-18");
    world.article("nyere", "Et nyere stykke", "2026-11-21");
    world.article("ny", "Et nyt stykke", "2026-11-22");
    world
}

fn mark(world: &World, more: &[&str]) -> serde_json::Value {
    let said = world.run(&[&["articles", "mark-printed", "--json"], more].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    said.json()
}

#[test]
fn what_is_dated_before_the_day_counts_as_printed() {
    let world = world();
    let before = ["--before", "2026-11-22"];
    let dry = mark(&world, &[&before[..], &["--dry-run"]].concat());
    assert_eq!((&dry["marked"], &dry["already"]), (&2.into(), &0.into()));
    assert!(!world.path("state").exists(), "a dry run writes nothing");
    assert_eq!(mark(&world, &before)["marked"], 2);
    let again = mark(&world, &before);
    assert_eq!(
        (&again["marked"], &again["already"]),
        (&0.into(), &2.into())
    );
    let why = world.run(&["why", "gammel", "--date", DATE]);
    assert!(why.out.contains("it counts as printed"), "{}", why.out);
    // What comes later with an old date was not there.
    world.article("sen", "Et sent stykke", "2026-11-19");
    let items = world
        .run(&["send", "--date", DATE, "--dry-run", "--json"])
        .json();
    assert_eq!(
        items["would_send"][0]["items"],
        serde_json::json!(["artikler/ny", "artikler/sen"])
    );
}

#[test]
fn a_baseline_can_be_widened_and_undone() {
    let world = world();
    assert_eq!(mark(&world, &["--before", "2026-11-19"])["marked"], 1);
    let wider = mark(&world, &["--before", "2026-11-22"]);
    assert_eq!(
        (&wider["marked"], &wider["already"]),
        (&1.into(), &1.into())
    );
    assert_eq!(mark(&world, &["--undo", "--dry-run"])["unmarked"], 2);
    assert_eq!(mark(&world, &["--undo"])["unmarked"], 2);
    assert_eq!(mark(&world, &["--undo"])["unmarked"], 0);
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    let shown = world.run(&["issues", "show", DATE, "--json"]).json();
    assert_eq!(shown["issues"][0]["items"].as_array().unwrap().len(), 3);
}

#[test]
fn a_wrong_request_is_told() {
    let world = world();
    for arguments in [
        vec!["articles", "mark-printed"],
        vec!["articles", "mark-printed", "--before", "i går"],
        vec!["articles", "mark-printed", "--before", DATE, "--undo"],
        vec![
            "articles",
            "--from",
            "articles",
            "mark-printed",
            "--before",
            DATE,
        ],
    ] {
        let said = world.run(&arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
    }
}
