//! Daily and weekly readers: each gets the frequency they chose, and no other.

use std::{collections::BTreeMap, fs};

use crate::{calendar::configure, world::World};

/// Two daily readers, one weekly, one weekly that is paused.
fn world() -> World {
    let world = World::with(3, 2);
    world.write(
        "subscribers/weekly.toml",
        "[[subscriber]]\nemail = \"uge@kommune.example\"\nfrequency = \"weekly\"\n\n\
         [[subscriber]]\nemail = \"pause@kommune.example\"\nfrequency = \"weekly\"\npaused_until = 2026-12-01\n",
    );
    world
}

/// How many letters each address has got.
fn letters(world: &World) -> BTreeMap<String, usize> {
    let mut letters = BTreeMap::new();
    for name in world.letters() {
        let letter = fs::read_to_string(world.path(&format!("outbox/{name}"))).unwrap();
        let to = letter
            .lines()
            .find_map(|line| line.strip_prefix("To: "))
            .unwrap();
        *letters.entry(to.trim().to_owned()).or_default() += 1;
    }
    letters
}

fn counts(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs
        .iter()
        .map(|(name, count)| (format!("{name}@kommune.example"), *count))
        .collect()
}

#[test]
fn a_weekly_reader_gets_no_daily_mail_and_a_day_with_both_sends_both() {
    let world = world();
    let send = |day: &str| {
        let said = world.run(&["send", "--date", day, "-q"]);
        assert_eq!(said.code, 0, "{day}: {}", said.err);
    };
    send("2026-11-23");
    assert_eq!(letters(&world), counts(&[("reader0", 1), ("reader1", 1)]));
    world.article("ny", "Et nyt stykke", "2026-11-26");
    send("2026-11-27");
    assert_eq!(
        letters(&world),
        counts(&[("reader0", 2), ("reader1", 2), ("uge", 1)])
    );
    let shown = world
        .run(&["issues", "show", "2026-11-27", "--json"])
        .json();
    let items: Vec<usize> = shown["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["items"].as_array().unwrap().len())
        .collect();
    assert_eq!(items, [1, 4], "the day's, and the week's");
    // The pause ends; the week after is theirs too.
    world.article("nyere", "Et nyere stykke", "2026-12-03");
    send("2026-12-04");
    assert_eq!(
        letters(&world),
        counts(&[("reader0", 3), ("reader1", 3), ("uge", 2), ("pause", 1)])
    );
}

#[test]
fn a_weekly_issue_comes_earlier_in_the_week_when_its_day_is_closed() {
    let world = world();
    configure(
        &world,
        "[[schedule.closed]]\nfrom = 2026-11-27\nreason = \"flytning\"\n",
    );
    let said = world.run(&["send", "--date", "2026-11-27", "--frequency", "weekly"]);
    assert_eq!(said.code, 0);
    assert!(
        said.err.contains("no publishing day (flytning)"),
        "{}",
        said.err
    );
    let said = world.run(&[
        "send",
        "--date",
        "2026-11-26",
        "--frequency",
        "weekly",
        "-q",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(letters(&world), counts(&[("uge", 1)]));
}

#[test]
fn a_weekly_issue_has_a_cut_off_of_its_own() {
    let world = world();
    configure(&world, "[schedule]\nweekly_at = \"15:00\"\n");
    world.article("middag", "Til middag", "2026-11-27T12:00:00+01:00");
    world.article("aften", "Til aften", "2026-11-27T18:00:00+01:00");
    let why = |id: &str, frequency: &str| {
        let said = world.run(&["why", id, "--date", "2026-11-27", "--frequency", frequency]);
        said.out.contains("  printed")
    };
    assert_eq!(
        (why("middag", "daily"), why("middag", "weekly")),
        (false, true)
    );
    assert_eq!(
        (why("aften", "daily"), why("aften", "weekly")),
        (false, false)
    );
}

#[test]
fn a_weekly_issue_has_the_best_of_the_week() {
    let world = world();
    configure(&world, "[selection]\nmax_items = 3\n");
    for day in 23..27 {
        for (hour, name) in [(7, "foerst"), (8, "midt"), (9, "sidst")] {
            world.article(
                &format!("d{day}-{name}"),
                &format!("Stykke {day} {name}"),
                &format!("2026-11-{day}T0{hour}:00:00+01:00"),
            );
        }
        let next = format!("2026-11-{}", day + 1);
        let said = world.run(&["send", "--date", &next, "--frequency", "daily", "-q"]);
        assert_eq!(said.code, 0, "{}", said.err);
    }
    let dry = world.run(&[
        "send",
        "--date",
        "2026-11-27",
        "--frequency",
        "weekly",
        "--dry-run",
        "--json",
    ]);
    let items = dry.json()["would_send"][0]["items"].clone();
    // The newest of each day led it; of four that led, the freshest three.
    assert_eq!(
        items,
        serde_json::json!([
            "artikler/d26-sidst",
            "artikler/d25-sidst",
            "artikler/d24-sidst"
        ])
    );
    let why = world.run(&[
        "why",
        "d25-sidst",
        "--date",
        "2026-11-27",
        "--frequency",
        "weekly",
    ]);
    assert!(
        why.out.contains("+ week      place 1 in daily-2026-11-26"),
        "{}",
        why.out
    );
}

#[test]
fn a_weekly_issue_sent_for_a_past_date_takes_no_article_from_the_daily_one() {
    let world = world();
    let send = |day: &str, frequency: &str| {
        let said = world.run(&["send", "--date", day, "--frequency", frequency, "-q"]);
        assert_eq!(said.code, 0, "{day}: {}", said.err);
    };
    let has = |day: &str, frequency: &str, title: &str| {
        let shown = world.run(&["issues", "show", day, "--frequency", frequency]);
        shown.out.contains(title)
    };
    world.article("foer", "Fra onsdag", "2020-11-18");
    send("2020-11-20", "daily");
    world.article("i-weekenden", "Fra weekenden", "2020-11-21");
    send("2020-11-23", "daily");
    // Only now, after Monday's issue, comes a piece of Thursday's, and only now Friday's weekly issue is sent.
    world.article("sent", "Fra torsdag", "2020-11-19");
    send("2020-11-20", "weekly");
    assert!(has("2020-11-20", "weekly", "Fra torsdag"));
    world.article("nyt", "Fra mandag", "2020-11-23T12:00:00+01:00");
    send("2020-11-24", "daily");
    assert!(has("2020-11-24", "daily", "Fra torsdag"));
    assert!(
        !has("2020-11-24", "daily", "Fra onsdag"),
        "what had its chance is not taken again"
    );
}
