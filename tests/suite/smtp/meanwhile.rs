//! An article that comes while a run sends one issue and has another to make.

use std::{process::Stdio, time::Duration};

use super::sink::{Script, Sink, Tls};
use crate::world::World;

const READERS: usize = 400;

/// The titles of an issue's items.
fn titles(world: &World, date: &str, frequency: &str) -> Vec<String> {
    let shown = world.run(&["issues", "show", date, "--frequency", frequency, "--json"]);
    let shown = shown.json();
    let items = shown["issues"][0]["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_between_two_issues_of_a_run_is_in_the_next_of_each() {
    let sink = Sink::start(Script::default(), Tls::None);
    let world = World::with(0, READERS);
    world.article("foerst", "Stod der først", "2020-11-25");
    world.write(
        "subscribers/weekly.toml",
        "[[subscriber]]\nemail = \"uge@kommune.example\"\nfrequency = \"weekly\"\n",
    );
    let config = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!(
            "{config}\n[transport]\nkind = \"smtp\"\n\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {}\n\
             tls = \"none\"\nconnections = 1\n",
            sink.address.port()
        ),
    );
    // A Friday: the daily issue is sent first, then the weekly one is made.
    let mut child = world
        .command(&["send", "--date", "2020-11-27", "-q"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while sink.taken().is_empty() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before a letter was taken"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    world.article("imens", "Kom imens", "2020-11-26");
    let ended = tokio::task::spawn_blocking(move || child.wait()).await;
    assert!(ended.unwrap().unwrap().success());
    assert_eq!(sink.taken().len(), READERS + 1);
    for frequency in ["daily", "weekly"] {
        let printed = titles(&world, "2020-11-27", frequency);
        assert!(
            !printed.contains(&"Kom imens".to_owned()),
            "{frequency}: {printed:?}"
        );
    }
    let next = world.run(&["send", "--date", "2020-12-04"]);
    assert_eq!(next.code, 0, "{}", next.err);
    for frequency in ["daily", "weekly"] {
        assert_eq!(
            titles(&world, "2020-12-04", frequency),
            ["Kom imens"],
            "{frequency}"
        );
    }
}
