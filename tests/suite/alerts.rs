//! Telling whoever runs the newsletter, told through the program.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::Value;

use crate::{
    calendar::configure,
    world::{Said, World},
};

const DATE: &str = "2026-11-23";

/// A newsletter that tells a command, which writes down what it is told.
fn telling(articles: usize, readers: usize, alerts: &str, guards: &str) -> World {
    let world = World::with(articles, readers);
    world.write("tell", "#!/bin/sh\ncat >> told\n");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(world.path("tell"), mode).unwrap();
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("[guards]", &format!("[guards]\n{guards}")),
    );
    configure(
        &world,
        &format!("[alerts]\ncommand = [\"./tell\"]\n{alerts}\n"),
    );
    world
}

fn send(world: &World, more: &[&str]) -> Said {
    world.run(&[&["send", "--date", DATE, "-q"], more].concat())
}

/// What was told, as `event issue reason`.
fn told(world: &World) -> Vec<String> {
    let text = fs::read_to_string(world.path("told")).unwrap_or_default();
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["newsletter"], "Prøvebladet");
            assert!(line["at"].is_string() && line["words"].is_string());
            let word = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", word("event"), word("issue"), word("reason"))
                .trim()
                .to_owned()
        })
        .collect()
}

#[test]
fn what_needs_a_person_is_told_once_for_each_issue_and_reason() {
    let world = telling(2, 3, "done = true", "min_articles = 3");
    for _ in 0..3 {
        assert_eq!(send(&world, &[]).code, 4);
    }
    assert_eq!(told(&world), ["held daily-2026-11-23 few"]);
    assert_eq!(send(&world, &["--override", "few"]).code, 0);
    assert_eq!(send(&world, &[]).code, 0);
    assert_eq!(told(&world)[1..], ["done daily-2026-11-23"]);
    let text = fs::read_to_string(world.path("told")).unwrap();
    assert!(text.contains("3 accepted"), "{text}");
    assert!(!text.contains("@kommune"), "no reader is told of: {text}");
}

#[test]
fn what_is_off_is_not_told_and_a_dry_run_tells_nothing() {
    let world = telling(2, 3, "", "");
    let reason = "vent på reader1@kommune.example";
    assert_eq!(
        world
            .run(&["issues", "hold", DATE, "--reason", reason, "-q"])
            .code,
        0
    );
    assert_eq!(send(&world, &[]).code, 4);
    let text = fs::read_to_string(world.path("told")).unwrap();
    assert!(text.contains("vent på …") && !text.contains('@'), "{text}");

    let world = telling(2, 3, "held = false", "min_articles = 3");
    assert_eq!(send(&world, &[]).code, 4);
    assert_eq!(send(&world, &["--override", "few"]).code, 0);
    let dry = telling(2, 3, "", "min_articles = 3");
    assert_eq!(send(&dry, &["--dry-run"]).code, 0);
    assert!(told(&world).is_empty() && told(&dry).is_empty());
    assert!(!world.path("state/alerts.json").exists());
}

#[test]
fn a_missed_day_and_a_dead_source_are_told() {
    let world = telling(0, 2, "", "");
    world.article("a", "Et stykke", "2020-11-22");
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("not_after = \"off\"\n", ""),
    );
    let late = world.run(&["send", "--date", "2020-11-23", "-q"]);
    assert_eq!(late.code, 4, "{}", late.err);
    assert_eq!(told(&world), ["missed daily-2020-11-23"]);

    let world = telling(2, 2, "", "");
    let dead = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    configure(
        &world,
        &format!(
            "[[source]]\nname = \"fjern\"\nkind = \"feed\"\nurl = \"http://{dead}/rss\"\nallow_private = true\n"
        ),
    );
    assert_eq!(send(&world, &[]).code, 0);
    let told = told(&world);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("source - fjern "), "{told:?}");
}

#[test]
fn a_failure_to_tell_fails_nothing_and_is_said_once() {
    for (command, why) in [
        ("[\"./missing\"]", "the command cannot be run"),
        ("[\"false\"]", "the command ended with"),
        ("[\"sleep\", \"30\"]", "the command took longer than 1 s"),
    ] {
        let world = telling(2, 2, "done = true\ntimeout_seconds = 1", "");
        let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
        world.write(
            "config/default.toml",
            config.replace("[\"./tell\"]", command),
        );
        let mut run = world.command(&["send", "--date", DATE, "-q"]);
        run.env("PATH", "/usr/bin:/bin");
        let output = run.output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{words}");
        assert!(words.contains(why), "{command}: {words}");
        assert_eq!(world.letters().len(), 2);
        assert!(!world.path("state/alerts.json").exists());
    }
}

#[test]
fn a_notice_goes_by_mail_through_the_configured_transport() {
    let world = telling(2, 2, "to = [\"vagt@bladet.example\"]\ndone = true", "");
    assert_eq!(send(&world, &[]).code, 0);
    let letters = world.letters();
    assert_eq!(letters.len(), 3);
    let notice = letters
        .iter()
        .find(|name| name.starts_with("notice."))
        .unwrap();
    let text = fs::read_to_string(world.path("outbox").join(notice)).unwrap();
    assert!(text.contains("To: vagt@bladet.example\r\n"), "{text}");
    assert!(text.contains("daily-2026-11-23: done"), "{text}");
    assert_eq!(told(&world).len(), 1);
    assert_eq!(send(&world, &[]).code, 0);
    assert_eq!(world.letters().len(), 3, "told once");
    let status = world.run(&["status", "--json"]).json();
    assert_eq!(status["planned"], 2, "no row of the ledger");
}
