//! What scripts are told of an issue that a guard holds, and of one that was sent.

use serde_json::{Value, json};

use crate::{
    calendar::configure,
    world::{Said, World},
};

const DATE: &str = "2026-11-23";

fn send(world: &World, more: &[&str]) -> Said {
    world.run(&[&["send", "--date", DATE, "--json"], more].concat())
}

/// What a run that ends as held says it found held.
#[track_caller]
fn held(said: &Said) -> Value {
    assert_eq!(said.code, 4, "{}", said.err);
    said.json()["held"].clone()
}

/// Fewer articles than the least that the newsletter sends.
fn few() -> World {
    let world = World::with(2, 3);
    let path = world.path("config/default.toml");
    let config = std::fs::read_to_string(path).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", "[guards]\nmin_articles = 3"),
    );
    world
}

#[test]
fn a_script_is_told_which_issue_is_held_by_which_guard_why_and_how_to_send_it() {
    let world = few();
    let expected = json!([{
        "issue": "daily-2026-11-23",
        "frequency": "daily",
        "date": DATE,
        "guard": "few",
        "message": "it has 2 articles, and 3 are the fewest",
        "override": "--override few",
        "faults": [{
            "severity": "error",
            "path": null,
            "line": null,
            "key": "guards.min_articles",
            "reason": "it has 2 articles, and 3 are the fewest",
            "remedy": "run again with `--override few` to send it all the same, or wait for more",
        }],
    }]);
    assert_eq!(held(&send(&world, &[])), expected);
    for _ in 0..2 {
        // People are told once, scripts each time.
        assert_eq!(held(&send(&world, &["-q"])), expected);
    }
    let dry = send(&world, &["--dry-run"]);
    assert_eq!((dry.code, &dry.json()["held"]), (0, &expected));
    let way_past = expected[0]["override"].as_str().unwrap();
    let more: Vec<&str> = way_past.split(' ').collect();
    let sent = send(&world, &more);
    assert_eq!((sent.code, &sent.json()["held"]), (0, &json!([])));
    assert_eq!(sent.json()["accepted"], 3);
}

#[test]
fn each_issue_that_is_held_before_a_first_run_is_told_and_nothing_is_begun() {
    let world = World::with(2, 1);
    world.write(
        "subscribers/weekly.toml",
        "[[subscriber]]\nemail = \"w@kommune.example\"\nfrequency = \"weekly\"\n",
    );
    configure(&world, "[schedule]\nweekly_day = \"mon\"\n");
    world.write("issues/2026-11-23.toml", "hold = \"vent\"\n");
    let told = held(&send(&world, &["-q"]));
    let told: Vec<_> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|held| (&held["issue"], &held["guard"], &held["message"]))
        .collect();
    let hold = (&json!("hold"), &json!("vent"));
    assert_eq!(
        told,
        [
            (&json!("daily-2026-11-23"), hold.0, hold.1),
            (&json!("weekly-2026-11-23"), hold.0, hold.1)
        ]
    );
    assert!(!world.path("state/ledger.db").exists());
}

#[test]
fn a_file_that_cannot_be_cut_is_told_with_its_place_and_nobody_is_added_either() {
    let world = World::with(2, 2);
    world.write("subscribers/i-stykker.toml", "<<<<<<< HEAD\n");
    let told = held(&send(&world, &[]));
    assert_eq!(told[0]["guard"], "list");
    assert_eq!(told[0]["faults"][0]["path"], "subscribers/i-stykker.toml");
    assert_eq!(send(&world, &["--override", "list"]).code, 0);
    for more in [&["--top-up"][..], &["--top-up", "--dry-run"]] {
        let said = send(&world, more);
        let told = &said.json()["held"];
        assert_eq!(told.as_array().unwrap().len(), 1, "{more:?}: {told}");
        assert_eq!(
            (&told[0]["issue"], &told[0]["guard"]),
            (&json!("daily-2026-11-23"), &json!("list"))
        );
    }
}

#[test]
fn what_is_missed_is_told_as_held_when_it_is_recorded_and_not_again() {
    let world = World::with(2, 2);
    let path = world.path("config/default.toml");
    let config = std::fs::read_to_string(path).unwrap();
    world.write(
        "config/default.toml",
        config.replace("not_after = \"off\"\n", ""),
    );
    world.article("a", "Et stykke", "2020-11-22");
    let then = || world.run(&["send", "--date", "2020-11-23", "--json"]);
    let told = held(&then());
    assert_eq!(
        (&told[0]["guard"], &told[0]["date"], &told[0]["override"]),
        (
            &json!("late"),
            &json!("2020-11-23"),
            &json!("--override late")
        )
    );
    let again = then();
    assert_eq!((again.code, &again.json()["held"]), (0, &json!([])));
}

#[test]
fn each_issue_that_is_sent_says_how_long_it_took_and_at_what_rate() {
    let world = World::with(3, 2);
    world.write(
        "subscribers/weekly.toml",
        "[[subscriber]]\nemail = \"w@kommune.example\"\nfrequency = \"weekly\"\n",
    );
    configure(&world, "[schedule]\nweekly_day = \"mon\"\n");
    let document = send(&world, &[]).json();
    let (mut seconds, issues) = (0.0, document["issues"].as_array().unwrap());
    assert_eq!(issues.len(), 2);
    for issue in issues {
        let (took, accepted) = (issue["duration_s"].as_f64(), issue["accepted"].as_f64());
        let (took, rate) = (took.unwrap(), issue["rate_per_s"].as_f64().unwrap());
        assert!(took > 0.0, "{issue}");
        // The time is told to the millisecond, the rate to a tenth.
        let (most, least) = (took + 0.0006, took - 0.0006);
        assert!(
            (accepted.unwrap() / most - 0.1..=accepted.unwrap() / least.max(1e-9) + 0.1)
                .contains(&rate),
            "{issue}"
        );
        seconds += took;
    }
    assert!(
        seconds <= document["duration_s"].as_f64().unwrap() + 0.002,
        "{document:#}"
    );
    let status = world.run(&["status", "--json"]).json();
    assert_eq!(
        (&status["held"], &status["issues"][0]["duration_s"]),
        (&Value::Null, &Value::Null),
        "only a run knows"
    );
}
