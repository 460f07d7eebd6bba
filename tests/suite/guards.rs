//! What holds an issue before it is frozen, told through the program.

use crate::{calendar::configure, world::World};

const DATE: &str = "2026-11-23";

fn readers(world: &World, number: usize) {
    let list: String = (0..number)
        .map(|number| format!("[[subscriber]]\nemail = \"reader{number}@kommune.example\"\n\n"))
        .collect();
    world.write("subscribers/readers.toml", list);
}

/// Sets keys of `[guards]`.
fn guard(world: &World, lines: &str) {
    let path = world.path("config/default.toml");
    let config = std::fs::read_to_string(path).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", &format!("[guards]\n{lines}")),
    );
}

#[test]
fn an_issue_with_few_articles_is_held() {
    let world = World::with(2, 2);
    guard(&world, "min_articles = 3");
    let said = world.run(&["send", "--date", DATE]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("held by the guard `few`"), "{}", said.err);
    assert!(
        said.err
            .contains("`guards.min_articles`: it has 2 articles, and 3 are the fewest"),
        "{}",
        said.err
    );
    let dry = world.run(&["send", "--date", DATE, "--dry-run", "--json"]);
    assert_eq!(dry.json()["would_send"][0]["held"], "few");
    assert!(world.letters().is_empty());
    let quiet = || world.run(&["send", "--date", DATE, "-q"]);
    assert_eq!(quiet().code, 4);
    assert_eq!(quiet().err, "", "said once");
    let sent = world.run(&["send", "--date", DATE, "--override", "few", "-q"]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn an_issue_to_many_more_or_fewer_readers_is_held() {
    let world = World::with(2, 10);
    guard(&world, "max_change = \"20%\"");
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    world.article("ny", "Et nyt stykke", "2026-11-24");
    let next = |more: &[&str]| world.run(&[&["send", "--date", "2026-11-25"], more].concat());
    for (number, held) in [(7, true), (13, true), (8, false), (12, false)] {
        readers(&world, number);
        let dry = next(&["--dry-run", "--json"]).json();
        let expected = if held {
            "count".into()
        } else {
            serde_json::Value::Null
        };
        assert_eq!(dry["would_send"][0]["held"], expected, "{number} readers");
    }
    readers(&world, 5);
    let said = next(&[]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(
        said.err.contains(
            "`guards.max_change`: it would go to 5 readers, and daily-2026-11-23 went to 10: more than 20% apart"
        ),
        "{}",
        said.err
    );
    assert_eq!(world.letters().len(), 10);
    assert_eq!(next(&["--override", "count", "-q"]).code, 0);
    assert_eq!(world.letters().len(), 15);
}

#[test]
fn what_an_issue_prints_is_no_change_of_readers() {
    let world = World::with(2, 0);
    guard(&world, "max_change = \"20%\"");
    let list: String = (0..10)
        .map(|number| {
            format!(
                "[[subscriber]]\nemail = \"r{number}@kommune.example\"\ntopics = [\"ledelse\"]\n\n"
            )
        })
        .collect();
    world.write(
        "subscribers/readers.toml",
        format!("{list}[[subscriber]]\nemail = \"x@kommune.example\"\n"),
    );
    // Monday has nothing on management; Tuesday has.
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    assert_eq!(world.letters().len(), 1);
    world.article("ny", "Nyt om ledelse", "2026-11-23T12:00:00+01:00");
    assert_eq!(world.run(&["send", "--date", "2026-11-24", "-q"]).code, 0);
    assert_eq!(world.letters().len(), 12);
    world.article("onsdag", "Nyt om veje", "2026-11-24T12:00:00+01:00");
    assert_eq!(world.run(&["send", "--date", "2026-11-25", "-q"]).code, 0);
    assert_eq!(world.letters().len(), 13);
}

/// A newsletter whose Monday, long ago, is over.
fn long_ago() -> World {
    let world = World::with(0, 2);
    let path = world.path("config/default.toml");
    let config = std::fs::read_to_string(path).unwrap();
    world.write(
        "config/default.toml",
        config.replace("not_after = \"off\"\n", ""),
    );
    world.article("a", "Et stykke", "2020-11-22");
    world
}

#[test]
fn a_day_whose_time_is_over_is_recorded_as_missed_once() {
    let world = long_ago();
    let send = |more: &[&str]| world.run(&[&["send", "--date", "2020-11-23"], more].concat());
    let first = send(&["-q"]);
    assert_eq!(first.code, 4, "{}", first.err);
    assert!(
        first.err.contains("held by the guard `late`"),
        "{}",
        first.err
    );
    assert!(
        first
            .err
            .contains("recorded as missed; its articles are taken by the next issue"),
        "{}",
        first.err
    );
    assert!(!world.path("state/ledger.db").exists(), "nothing is begun");
    let second = send(&[]);
    assert_eq!(second.code, 0, "{}", second.err);
    assert!(
        second.err.contains("already recorded as missed"),
        "{}",
        second.err
    );
    assert_eq!(send(&["-q"]).err, "", "silent from then on");
    let days = world.run(&["schedule", "--from", "2020-11-23", "--days", "2", "--json"]);
    let days = days.json();
    assert_eq!(days["days"][0]["reason"], "missed");
    assert_eq!(days["days"][0]["publishes"], false);
    // The next day takes its articles.
    let next = world.run(&["send", "--date", "2020-11-24", "--late", "-q"]);
    assert_eq!(next.code, 0, "{}", next.err);
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn a_missed_day_can_be_sent_on_purpose() {
    let world = long_ago();
    let send = |more: &[&str]| world.run(&[&["send", "--date", "2020-11-23", "-q"], more].concat());
    assert_eq!(send(&[]).code, 4);
    assert_eq!(send(&["--override", "late"]).code, 0);
    assert_eq!(world.letters().len(), 2);
    assert_eq!(send(&["--override", "late"]).code, 0);
    assert_eq!(world.letters().len(), 2, "and once");
}

#[test]
fn a_quiet_day_is_not_missed() {
    let world = long_ago();
    // Friday 4 December: nothing is dated in the week before it; and nobody reads the weekly issue.
    let said = world.run(&["send", "--date", "2020-12-04"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("there was nothing to send"),
        "{}",
        said.err
    );
    assert!(!world.path("state/missed.json").exists());
    let weekly = world.run(&["send", "--date", "2020-11-27", "--frequency", "weekly"]);
    assert_eq!(weekly.code, 0, "{}", weekly.err);
}

#[test]
fn each_held_issue_of_a_day_is_said_once() {
    let world = World::with(2, 1);
    world.write(
        "subscribers/weekly.toml",
        "[[subscriber]]\nemail = \"w@kommune.example\"\nfrequency = \"weekly\"\n",
    );
    configure(&world, "[schedule]\nweekly_day = \"mon\"\n");
    world.write("issues/2026-11-23.toml", "hold = \"vent\"\n");
    let quiet = || world.run(&["send", "--date", DATE, "-q"]);
    let first = quiet();
    assert_eq!(first.code, 4);
    assert!(
        first.err.contains("daily-2026-11-23: held")
            && first.err.contains("weekly-2026-11-23: held")
    );
    assert_eq!(quiet().err, "");
}

#[test]
fn check_tells_of_an_hour_that_is_always_too_late() {
    let world = World::with(1, 1);
    guard(&world, "");
    let path = world.path("config/default.toml");
    let config = std::fs::read_to_string(path).unwrap();
    world.write(
        "config/default.toml",
        config.replace("not_after = \"off\"", "not_after = \"12:00\"")
            + "\n[schedule]\nweekly_at = \"14:00\"\n",
    );
    let said = world.run(&["check", "-q"]);
    assert!(
        said.err.contains("`schedule.weekly_at`: the weekly issue is due at 14:00 and is not to be sent after 12:00"),
        "{}",
        said.err
    );
}

#[test]
fn who_should_go_first_and_stands_in_no_file_is_named_masked() {
    let world = World::with(2, 3);
    guard(
        &world,
        "canary_seeds = [\"Reader1@kommune.example\", \"proeve@gmail.example\", \"vagt@bladet.example\"]",
    );
    let words = "`guards.canary_seeds`: 2 of 3 who should get an issue first stand in no subscriber file, and get none: \
                 p…@gmail.example, v…@bladet.example";
    for command in [
        &["check", "-q"][..],
        &["send", "--date", DATE, "--dry-run"],
        &["send", "--date", DATE, "-q"],
    ] {
        let said = world.run(command);
        assert!(said.err.contains(words), "{command:?}: {}", said.err);
    }
    // The one who is a reader goes first, and the rest waits.
    assert_eq!(world.letters().len(), 1);
    let world = World::with(2, 3);
    guard(&world, "canary_seeds = [\"Reader1@kommune.example\"]");
    for command in [&["check", "-q"][..], &["send", "--date", DATE, "-q"]] {
        let said = world.run(command);
        assert!(!said.err.contains("canary"), "{command:?}: {}", said.err);
    }
}
