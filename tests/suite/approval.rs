//! An issue that waits for a person's word, told through the program.

use std::fs;

use serde_json::Value;

use crate::{
    calendar::configure,
    world::{Said, World, names},
};

const DATE: &str = "2026-11-23";

/// A newsletter whose issues wait for a person.
fn guarded() -> World {
    let world = World::with(3, 2);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", "[guards]\napprove = true"),
    );
    world
}

fn send(world: &World, more: &[&str]) -> Said {
    world.run(&[&["send", "--date", DATE], more].concat())
}

/// The hash of the issue as a dry run shows it.
fn hash(world: &World) -> String {
    let plan = send(world, &["--dry-run", "--json"]).json();
    plan["would_send"][0]["hash"].as_str().unwrap().to_owned()
}

fn journal(world: &World) -> Vec<Value> {
    let shown = world.run(&["issues", "show", DATE, "--json"]).json();
    shown["journal"].as_array().unwrap().clone()
}

#[test]
fn an_issue_waits_until_a_person_approves_it_and_is_then_sent_by_cron() {
    let world = guarded();
    let held = send(&world, &[]);
    assert_eq!(held.code, 4, "{}", held.err);
    assert!(
        held.err.contains("held by the guard `approve`")
            && held
                .err
                .contains("`guards.approve`: nobody has approved it"),
        "{}",
        held.err
    );
    let quiet = || send(&world, &["-q"]);
    assert_eq!((quiet().code, quiet().err), (4, String::new()), "said once");
    let plan = send(&world, &["--dry-run", "--json"]).json();
    assert_eq!(plan["would_send"][0]["held"], "approve");
    // Approved by what preview wrote; nothing leaves, for its day has not come.
    assert_eq!(world.run(&["preview", "--date", DATE, "-q"]).code, 0);
    let seen = format!("preview/{DATE}/issue.json");
    let approved = world.run(&["send", "--approve", &seen, "--frequency", "daily"]);
    assert!(
        approved.err.contains("daily-2026-11-23: approved as "),
        "{}",
        approved.err
    );
    assert_eq!(approved.code, 0, "{}", approved.err);
    assert!(world.letters().is_empty());
    let sent = quiet();
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(world.letters().len(), 2);
    let record: Value =
        serde_json::from_str(&fs::read_to_string(world.path(&seen)).unwrap()).unwrap();
    assert_eq!(
        world.run(&["status", "--json"]).json()["hash"],
        record["hash"]
    );
    let journal = journal(&world);
    assert_eq!(journal.len(), 1, "{journal:?}");
    assert_eq!(journal[0]["act"], "approved");
    assert_eq!(journal[0]["issue"], "daily-2026-11-23");
    assert!(!journal[0]["who"].as_str().unwrap().is_empty());
    let again = world.run(&["send", "--approve", &seen]);
    assert_eq!(again.code, 2, "{}", again.err);
    assert!(again.err.contains("already published"), "{}", again.err);
}

#[test]
fn an_issue_that_has_changed_is_not_the_one_that_was_approved() {
    let world = guarded();
    let hash = hash(&world);
    let plan = send(&world, &["--dry-run", "--json"]);
    world.write("plan.json", &plan.out);
    world.article("artikel-0", "Nyt om skole, rettet", "2026-11-22");
    fs::remove_file(world.path("articles/artikel-1.md")).unwrap();
    world.article("sidste", "Et sidste stykke", "2026-11-22");
    let refused = send(&world, &["--approve", "plan.json"]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    for expected in [
        "plan.json: `artikler/sidste`: in: Et sidste stykke (nyheder)",
        "plan.json: `artikler/artikel-1`: out: Nyt om skole nummer 1 (nyheder)",
        "plan.json: `artikler/artikel-0`: changed: Nyt om skole, rettet (nyheder)",
    ] {
        assert!(
            refused.err.contains(expected),
            "{expected}: {}",
            refused.err
        );
    }
    let document = send(&world, &["--approve", &hash, "--json"]).json();
    assert_eq!(document["error"]["code"], 4, "{document}");
    assert!(world.letters().is_empty());
    assert!(!world.path("state/approvals").exists());
}

#[test]
fn an_approval_does_not_count_for_what_came_after_it() {
    let world = guarded();
    let short = hash(&world)[..12].to_owned();
    configure(&world, "");
    let approve = |hash: &str| world.run(&["send", "--approve", hash, "--frequency", "daily"]);
    // Found among the issues to come; the state folder has nothing yet.
    world.write("issues/2026-11-23.toml", "intro = \"Godmorgen.\"\n");
    let refused = send(&world, &["--approve", &short]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    fs::remove_file(world.path("issues/2026-11-23.toml")).unwrap();
    let hold = send(
        &world,
        &["--approve", &short.to_uppercase(), "--override", "hold"],
    );
    assert_eq!(hold.code, 0, "{}", hold.err);
    assert_eq!(world.letters().len(), 2, "approved and sent at once");

    let world = guarded();
    let plan = send(&world, &["--dry-run", "--json"]);
    world.write("plan.json", &plan.out);
    world.write("issues/2026-11-23.toml", "hold = \"vent\"\n");
    let held = send(&world, &["--approve", "plan.json"]);
    assert_eq!(held.code, 4, "{}", held.err);
    assert!(held.err.contains("approved as"), "{}", held.err);
    fs::remove_file(world.path("issues/2026-11-23.toml")).unwrap();
    world.article("sent", "Kom bagefter", "2026-11-22");
    let quiet = send(&world, &["-q"]);
    assert_eq!(quiet.code, 4);
    assert!(
        quiet
            .err
            .contains("it has changed since it was approved on"),
        "{}",
        quiet.err
    );
    assert_eq!(send(&world, &["-q"]).err, "");
    assert!(world.letters().is_empty());
    let over = send(&world, &["--override", "approve", "-q"]);
    assert_eq!(over.code, 0, "{}", over.err);
    let acts: Vec<Value> = journal(&world)
        .iter()
        .map(|line| line["act"].clone())
        .collect();
    assert_eq!(acts, ["approved", "overrode"]);
    assert!(approve("0123456789ab").code > 0);
}

#[test]
fn what_is_no_approval_is_refused_and_nothing_is_made() {
    let world = guarded();
    world.write("rubbish.json", "{\"issue\":");
    world.write("other.json", "{\"issue\":\"daily-2026-11-23\"}");
    let saturday = format!(
        "{{\"issue\":\"daily-2026-11-28\",\"hash\":\"{}\"}}",
        "0f".repeat(32)
    );
    world.write("saturday.json", saturday);
    for (argument, expected) in [
        ("rubbish.json", "is no JSON document"),
        ("other.json", "names no issue with a hash"),
        ("saturday.json", "no publishing day"),
        ("missing.json", "cannot be read"),
        ("articles", "cannot be read"),
        ("abc", "is no hash of an issue"),
        ("", "is no hash of an issue"),
    ] {
        let said = world.run(&["send", "--approve", argument]);
        assert_eq!(said.code, 2, "{argument}: {}", said.err);
        assert!(said.err.contains(expected), "{argument}: {}", said.err);
    }
    let both = send(&world, &["--approve", "0123456789ab", "--dry-run"]);
    assert_eq!(both.code, 2);
    assert_eq!(names(&world.path("state")), ["send.lock"]);
}

#[test]
fn what_people_decide_is_written_down_with_their_names() {
    let world = World::with(2, 3);
    assert_eq!(
        world
            .run(&["issues", "hold", DATE, "--reason", "vent på svar", "-q"])
            .code,
        0
    );
    assert_eq!(world.run(&["issues", "release", DATE, "-q"]).code, 0);
    assert_eq!(world.run(&["issues", "release", DATE, "-q"]).code, 0);
    let before = world.run(&["issues", "show", DATE]);
    assert_eq!(before.code, 0, "{}", before.err);
    assert_eq!(before.out.lines().count(), 2, "{}", before.out);
    assert!(
        before.out.contains(" held 2026-11-23  vent på svar\n"),
        "{}",
        before.out
    );
    assert_eq!(world.run(&["issues", "show", "2026-11-24"]).code, 2);
    assert_eq!(
        send(&world, &["-q", "--override", "few", "--override", "few"]).code,
        0
    );
    world.write(
        "subscribers/ny.toml",
        "[[subscriber]]\nemail = \"ny@kommune.example\"\n",
    );
    assert_eq!(send(&world, &["-q", "--top-up"]).code, 0);
    assert_eq!(world.run(&["issues", "cancel", DATE, "-q"]).code, 0);
    let lines: Vec<(String, String)> = journal(&world)
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap().to_owned();
            (text("act"), text("words"))
        })
        .collect();
    let expected = [
        ("held", "vent på svar"),
        ("released", ""),
        ("overrode", "few"),
        ("topped-up", "1 reader"),
        ("cancelled", "0 letters not sent"),
    ];
    let expected = expected.map(|(act, words)| (act.to_owned(), words.to_owned()));
    assert_eq!(lines, expected);
    let weekly = world
        .run(&["issues", "show", DATE, "--frequency", "weekly", "--json"])
        .json();
    assert_eq!(weekly["journal"].as_array().unwrap().len(), 2, "{weekly}");
}
