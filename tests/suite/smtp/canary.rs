//! The first letters of an issue leave alone, and the rest waits for what becomes of them.

use std::{collections::BTreeSet, process::Stdio, time::Duration};

use serde_json::Value;

use super::{
    always, once,
    sink::{Act, Rule, Script, Sink, Step, Tls},
};
use crate::world::{Said, World};

const SEND: &[&str] = &["send", "--date", "2026-11-23"];

/// A newsletter of so many readers at a relay, five letters of whose issues go first.
fn relayed(readers: usize, sink: &Sink) -> World {
    let world = World::with(2, readers);
    let text = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    let text = text.replace("[guards]", "[guards]\ncanary = 5\ncanary_wait = \"1h\"");
    let port = sink.address.port();
    world.write(
        "config/default.toml",
        format!(
            "{text}\n[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n\
             tls = \"none\"\nconnections = 1\n"
        ),
    );
    world
}

fn configure(world: &World, from: &str, to: &str) {
    let text = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    assert!(text.contains(from), "{text}");
    world.write("config/default.toml", text.replace(from, to));
}

fn sink(rules: Vec<Rule>) -> Sink {
    let script = Script {
        rules,
        ..Script::default()
    };
    Sink::start(script, Tls::None)
}

fn send(world: &World, more: &[&str]) -> Said {
    world.run(&[SEND, more].concat())
}

fn counts<const N: usize>(world: &World, states: [&str; N]) -> [u64; N] {
    let status: Value = world.run(&["status", "--json"]).json();
    states.map(|state| status[state].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_goes_on_when_the_wait_is_over_and_nobody_gets_two() {
    let sink = sink(vec![]);
    let world = relayed(20, &sink);
    let first = send(&world, &[]);
    assert_eq!(first.code, 75, "{}", first.err);
    assert!(
        first
            .err
            .contains("daily-2026-11-23: the first 5 letters have left; the rest waits until "),
        "{}",
        first.err
    );
    assert_eq!(sink.taken().len(), 5);
    for _ in 0..2 {
        let waits = send(&world, &["-q"]);
        assert_eq!((waits.code, waits.err.as_str()), (75, ""));
        assert_eq!(sink.taken().len(), 5);
    }
    assert!(world.run(&["status"]).err.contains("the rest waits until"));
    configure(&world, "canary_wait = \"1h\"", "canary_wait = \"0s\"");
    let rest = send(&world, &[]);
    assert_eq!(rest.code, 0, "{}", rest.err);
    assert_eq!(counts(&world, ["accepted", "waiting"]), [20, 0]);
    let readers: BTreeSet<Vec<String>> = sink.taken().into_iter().map(|taken| taken.to).collect();
    assert_eq!((readers.len(), sink.taken().len()), (20, 20));
    assert!(!world.run(&["status"]).err.contains("the rest"));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_refused_of_the_first_hold_the_rest_until_a_person_says_otherwise() {
    let refuses = Rule {
        about: "reader3@",
        ..always(Step::Rcpt, Act::Say("550 5.7.1 not from you"))
    };
    let sink = sink(vec![refuses]);
    let world = relayed(20, &sink);
    assert_eq!(send(&world, &["-q"]).code, 3, "a letter failed in this run");
    let held = send(&world, &["-q"]);
    assert_eq!(held.code, 4, "{}", held.err);
    assert!(
        held.err.contains("held by the guard `canary`; the rest of its letters waits")
            && held.err.contains("`guards.canary_refused`: of the first 5 letters 1 were refused, and 5% are the most"),
        "{}",
        held.err
    );
    let told = send(&world, &["-q", "--json"]);
    assert_eq!(told.err, "", "said once");
    let told = told.json();
    assert_eq!(told["held"].as_array().unwrap().len(), 1);
    assert_eq!(told["held"][0]["issue"], told["issues"][0]["issue"]);
    assert_eq!(told["held"][0]["guard"], "canary");
    assert_eq!(
        told["held"][0]["message"],
        "of the first 5 letters 1 were refused, and 5% are the most"
    );
    assert_eq!(
        counts(&world, ["accepted", "failed", "waiting"]),
        [4, 1, 15]
    );
    let over = send(&world, &["-q", "--override", "canary"]);
    assert_eq!(over.code, 0, "{}", over.err);
    assert_eq!(
        counts(&world, ["accepted", "failed", "waiting"]),
        [19, 1, 0]
    );
    assert_eq!(send(&world, &["-q"]).code, 0);
    let journal = world
        .run(&["issues", "show", "2026-11-23", "--json"])
        .json();
    assert_eq!(journal["journal"][0]["words"], "canary");
    assert_eq!(journal["journal"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_among_the_first_the_next_run_goes_no_further_than_they_do() {
    let silent = sink(vec![once(Step::Body, 2, Act::Stall)]);
    let world = relayed(20, &silent);
    let mut run = world
        .command(SEND)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The third body is taken and never answered.
    while silent.taken().len() < 3 {
        assert!(run.try_wait().unwrap().is_none(), "the run ended");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let sink = sink(vec![]);
    let old = format!("port = {}", silent.address.port());
    configure(&world, &old, &format!("port = {}", sink.address.port()));
    let next = send(&world, &[]);
    assert_eq!(next.code, 75, "{}", next.err);
    assert_eq!(
        counts(&world, ["accepted", "doubtful", "waiting"]),
        [4, 1, 15]
    );
    assert_eq!(sink.taken().len(), 2);
    configure(&world, "canary_wait = \"1h\"", "canary_wait = \"0s\"");
    assert_eq!(send(&world, &["-q"]).code, 0);
    assert_eq!(
        counts(&world, ["accepted", "doubtful", "waiting"]),
        [19, 1, 0]
    );
    let taken = silent.taken().into_iter().chain(sink.taken());
    let readers: Vec<Vec<String>> = taken.map(|taken| taken.to).collect();
    let distinct: BTreeSet<&Vec<String>> = readers.iter().collect();
    assert_eq!((distinct.len(), readers.len()), (20, 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn named_readers_go_before_all_others_and_a_short_list_needs_no_first() {
    let sink = sink(vec![]);
    let world = relayed(8, &sink);
    configure(
        &world,
        "canary = 5",
        "canary = 1\ncanary_seeds = [\"Reader7@KOMMUNE.example\", \"ukendt@kommune.example\", \"reader5@kommune.example\"]",
    );
    assert_eq!(send(&world, &["-q"]).code, 75);
    let readers: Vec<String> = sink
        .taken()
        .into_iter()
        .flat_map(|taken| taken.to)
        .collect();
    let expected = [5, 7, 0].map(|number| format!("reader{number}@kommune.example"));
    assert_eq!(readers, expected);
    assert_eq!(send(&world, &["-q", "--override", "canary"]).code, 0);
    assert_eq!(sink.taken().len(), 8);

    let world = relayed(5, &sink);
    let all = send(&world, &["-q"]);
    assert_eq!((all.code, all.err.as_str()), (0, ""));
    assert_eq!(counts(&world, ["accepted", "waiting"]), [5, 0]);
    configure(&world, "canary_wait = \"1h\"", "canary_wait = \"1 time\"");
    let refused = send(&world, &[]);
    assert_eq!(refused.code, 2);
    assert!(
        refused
            .err
            .contains("`guards.canary_wait`: `1 time` is no time to wait"),
        "{}",
        refused.err
    );
}
