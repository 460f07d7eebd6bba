//! What the program tells scripts, and what becomes of an issue that a person cancels.

use std::{collections::BTreeSet, process::Command};

use chrono::Utc;
use overblik::store::lock::Lock;
use serde_json::Value;

use crate::{killed::kill_midway, world::World};

const DATE: &str = "2026-11-23";
const READERS: usize = 40;
const COUNTS: [&str; 7] = [
    "planned", "accepted", "deferred", "failed", "skipped", "doubtful", "waiting",
];

/// Every key that is promised is there; more may be.
fn has(document: &Value, promised: &str) {
    let keys: BTreeSet<&str> = document
        .as_object()
        .unwrap_or_else(|| panic!("no object: {document}"))
        .keys()
        .map(String::as_str)
        .collect();
    let missing: Vec<&str> = promised
        .split_whitespace()
        .filter(|key| !keys.contains(key))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "{document:#}");
}

/// The document of `send` and `status`, whole: the sums hold, and the totals are the issues' own.
fn counts(document: &Value) -> [u64; 7] {
    const ISSUE: &str = "issue frequency date hash planned accepted deferred failed skipped doubtful waiting refused";
    has(document, ISSUE);
    has(document, "duration_s rate_per_s issues");
    let of = |document: &Value| COUNTS.map(|name| document[name].as_u64().unwrap());
    let sums =
        |counts: [u64; 7]| assert_eq!(counts[0], counts[1..].iter().sum::<u64>(), "{document:#}");
    let mut total = [0; 7];
    for issue in document["issues"].as_array().unwrap() {
        has(issue, ISSUE);
        sums(of(issue));
        for (total, own) in total.iter_mut().zip(of(issue)) {
            *total += own;
        }
    }
    sums(of(document));
    assert_eq!(of(document), total);
    total
}

fn json(world: &World, arguments: &[&str]) -> Value {
    world.run(&[arguments, &["--json"]].concat()).json()
}

fn status(world: &World) -> [u64; 7] {
    counts(&json(world, &["status"]))
}

#[test]
fn send_and_status_speak_of_each_issue_and_of_all() {
    let world = World::with(5, READERS);
    let nothing = json(&world, &["status"]);
    assert_eq!(counts(&nothing), [0; 7]);
    assert!(nothing["issue"].is_null() && nothing["hash"].is_null());

    let all = READERS as u64;
    let sent = json(&world, &["send", "--date", DATE]);
    assert_eq!(counts(&sent), [all, all, 0, 0, 0, 0, 0]);
    assert!(sent["duration_s"].as_f64().unwrap() > 0.0 && sent["rate_per_s"].is_number());
    assert_eq!(sent["date"], DATE);
    assert_eq!(sent["frequency"], "daily");
    assert_eq!(status(&world), counts(&sent));
    assert_eq!(json(&world, &["status"])["hash"], sent["hash"]);
    assert_eq!(counts(&json(&world, &["issues", "list"])), counts(&sent));

    let again = json(&world, &["send", "--date", DATE]);
    assert_eq!(counts(&again), [0; 7]);
    for key in [
        "issue",
        "frequency",
        "date",
        "hash",
        "duration_s",
        "rate_per_s",
    ] {
        assert!(again[key].is_null(), "nothing was done: {again:#}");
    }
    let dry = json(&world, &["send", "--dry-run", "--date", "2026-11-24"]);
    assert_eq!(counts(&dry), [0; 7]);
}

#[test]
fn a_failed_command_prints_one_document() {
    let world = World::with(5, 2);
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    for arguments in [
        ["send", "--date", "2026-11-20"].as_slice(),
        &["status", "--date", "2026-11-20"],
        &["why", "no-such", "--date", DATE],
        &["issues", "show", "2026-11-20"],
        &["issues", "cancel", "2026-11-20"],
        &["preview", "--subscriber", "no-one@kommune.example"],
        &["subscribers", "show", "no-one@kommune.example"],
    ] {
        let said = world.run(&[arguments, &["--json"]].concat());
        assert_eq!(said.code, 2, "{arguments:?}");
        let document = said.json();
        assert_eq!(document["error"]["code"], 2);
        has(
            &document["error"]["faults"][0],
            "severity path line key reason remedy",
        );
    }
}

#[test]
fn articles_why_and_check_have_their_keys() {
    let world = World::demo();
    world.write("articles/tom.md", "+++\ntitle = \"\"\n+++\n");
    let articles = json(&world, &["articles"]);
    has(&articles, "articles refused warnings");
    has(&articles["refused"][0], "path line reason");
    let articles = articles["articles"].as_array().unwrap();
    assert!(articles.len() > 40);
    for article in articles {
        has(
            article,
            "id title lede kicker kind section theme publishers authors published published_precision published_raw \
             published_provenance first_seen event_date keywords image previously_published source_credit \
             publisher_box attachments link body path source",
        );
        for block in article["body"].as_array().unwrap() {
            has(block, "type text items");
        }
        for author in article["authors"].as_array().unwrap() {
            has(author, "name role");
        }
        if !article["image"].is_null() {
            has(&article["image"], "url caption credit alt");
        }
        if !article["previously_published"].is_null() {
            has(&article["previously_published"], "in date");
        }
        if !article["publisher_box"].is_null() {
            has(&article["publisher_box"], "name blurb counters");
        }
    }
    has(&json(&world, &["check"]), "ok faults config");
}

#[test]
fn why_says_the_same_of_an_issue_before_and_after_it_is_frozen() {
    let world = World::demo();
    let reader = "kommunaldirektoer@egemose.example";
    let why = |id: &str| json(&world, &["why", id, "--date", DATE, "--subscriber", reader]);
    let ids = [
        "vikarpengene-er-brugt",
        "bogbussen-har-en-sagsbehandler-med",
        "luk-ikke-kantinen",
    ];
    let before = ids.map(why);
    assert_eq!(world.run(&["send", "--date", DATE, "-q"]).code, 0);
    // The files may say what they like now.
    std::fs::remove_dir_all(world.path("articles")).unwrap();
    for (before, after) in before.iter().zip(ids.map(why)) {
        for document in [before, &after] {
            has(
                document,
                "issue article title section path printed reasons subscriber",
            );
            has(&document["reasons"][0], "rule passed finding");
        }
        for key in ["issue", "article", "title", "section", "printed", "reasons"] {
            assert_eq!(before[key], after[key], "{key}");
        }
        assert_eq!(before["subscriber"]["gets"], after["subscriber"]["gets"]);
    }
    let gets = before.map(|why| why["subscriber"]["gets"].as_bool().unwrap());
    assert_eq!(gets, [true, false, false]);
    let unnamed = json(&world, &["why", ids[0], "--date", DATE]);
    assert!(unnamed["subscriber"].is_null());
    let paused = "sanne.ulrikholm@egemose.example";
    let paused = json(
        &world,
        &["why", ids[0], "--date", DATE, "--subscriber", paused],
    );
    assert_eq!(paused["subscriber"]["gets"], false);
}

#[test]
fn what_is_cancelled_midway_stays_where_it_is() {
    let world = World::with(5, READERS);
    kill_midway(&world, 4);
    let (all, left) = (READERS as u64, READERS as u64 - 4);
    let cancel = ["issues", "cancel", DATE];

    let dry = world.run(&[&cancel[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 0);
    assert_eq!(
        dry.out,
        format!("daily-{DATE}: {left} letters would be skipped; 4 have left\n")
    );
    let dry = json(&world, &[&cancel[..], &["--dry-run"]].concat());
    assert_eq!(counts(&dry), [all, 4, 0, 0, 0, 0, left]);
    assert_eq!(dry["dry_run"], true);
    assert_eq!(status(&world), counts(&dry), "nothing has been written");

    let cancelled = json(&world, &cancel);
    assert_eq!(counts(&cancelled), [all, 4, 0, 0, left, 0, 0]);
    assert_eq!(cancelled["issues"][0]["cancelled"], true);
    assert_eq!(status(&world), counts(&cancelled));
    let skipped = json(&world, &["status", "--list", "skipped"]);
    let skipped = skipped["deliveries"].as_array().unwrap();
    assert_eq!(skipped.len() as u64, left);
    assert!(
        skipped
            .iter()
            .all(|row| row["reason"].as_str().unwrap().contains("cancelled"))
    );

    let send = world.run(&["send", "--date", DATE]);
    assert_eq!(send.code, 0, "{}", send.err);
    assert_eq!(world.letters(), Vec::<String>::new());
    assert_eq!(status(&world), counts(&cancelled));
    // Some have read it: the next issue does not print it again.
    let next = json(&world, &["send", "--dry-run", "--date", "2026-11-24"]);
    assert_eq!(next["would_send"][0]["empty"], true);
    assert_eq!(
        json(&world, &cancel)["skipped"],
        left,
        "cancelling twice is cancelling once"
    );
}

#[test]
fn the_articles_of_an_issue_cancelled_whole_are_printed_by_the_next() {
    let world = World::with(4, READERS);
    kill_midway(&world, 0);
    let cancelled = json(&world, &["issues", "cancel", DATE]);
    let all = READERS as u64;
    assert_eq!(counts(&cancelled), [all, 0, 0, 0, all, 0, 0]);
    world.article("i-dag", "Nyt om skole fra i dag", "2026-11-24");
    assert_eq!(world.run(&["send", "--date", "2026-11-24"]).code, 0);
    let shown = json(&world, &["issues", "show", "2026-11-24"]);
    assert_eq!(shown["issues"][0]["items"].as_array().unwrap().len(), 5);
    assert_eq!(world.letters().len(), READERS);
    assert_eq!(status(&world), [all, all, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&json(&world, &["issues", "list"]))[0], 2 * all);
}

#[test]
fn an_issue_stopped_by_sigterm_can_be_cancelled_and_nobody_is_lost_count_of() {
    let world = World::with(5, 3000);
    let mut send = world
        .command(&["send", "--date", DATE, "-q"])
        .spawn()
        .unwrap();
    while world.letters().is_empty() {
        assert!(send.try_wait().unwrap().is_none(), "the run ended at once");
        std::thread::yield_now();
    }
    let pid = send.id().to_string();
    let killed = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(killed.success());
    assert_eq!(send.wait().unwrap().code(), Some(75), "run again");

    let [planned, accepted, .., waiting] = status(&world);
    assert_eq!((planned, accepted + waiting), (3000, 3000));
    assert!(
        accepted > 0 && waiting > 0,
        "{accepted} sent, {waiting} waiting"
    );
    assert_eq!(world.letters().len() as u64, accepted);
    let cancelled = counts(&json(&world, &["issues", "cancel", DATE]));
    assert_eq!(cancelled, [3000, accepted, 0, 0, waiting, 0, 0]);
    assert_eq!(world.run(&["send", "--date", DATE]).code, 0);
    assert_eq!(world.letters().len() as u64, accepted);
    assert_eq!(status(&world), cancelled);
}

#[test]
fn a_run_at_work_keeps_others_out_and_can_be_watched() {
    let world = World::with(5, READERS);
    kill_midway(&world, 4);
    let lock = Lock::take(&world.path("state/send.lock"), Utc::now()).unwrap();
    for arguments in [
        ["issues", "cancel", DATE].as_slice(),
        &["send", "--date", DATE],
    ] {
        let said = world.run(&[arguments, &["--json"]].concat());
        assert_eq!(said.code, 5, "{arguments:?}");
        assert_eq!(said.json()["error"]["code"], 5);
    }
    assert!(world.run(&["send", "-q"]).err.is_empty(), "silent for cron");
    // Of a run at work only what it has written down counts.
    assert_eq!(
        status(&world),
        [READERS as u64, 0, 0, 0, 0, 0, READERS as u64]
    );
    drop(lock);
    assert_eq!(status(&world)[1], 4);
}
