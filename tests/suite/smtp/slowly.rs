//! The program itself under limits: what it says, what it keeps to, and what a kill leaves.

use std::{collections::BTreeMap, process::Stdio, time::Duration};

use chrono::{Days, Utc};
use chrono_tz::Europe::Copenhagen;

use super::sink::{Script, Sink, Tls};
use crate::world::{Said, World};

/// A newsletter that mails to a sink; a third of its readers at a limited domain.
fn world(sink: &Sink, readers: usize, smtp: &str, limits: &str) -> World {
    let world = World::with(3, 0);
    let list: String = (0..readers)
        .map(|number| {
            let domain = ["gmail.com", "kommune.example", "googlemail.com"][number % 3];
            format!("[[subscriber]]\nemail = \"reader{number}@{domain}\"\n\n")
        })
        .collect();
    world.write("subscribers/readers.toml", list);
    config(&world, sink, smtp, limits);
    world
}

fn config(world: &World, sink: &Sink, smtp: &str, limits: &str) {
    world.write(
        "config/slow.toml",
        format!(
            "[transport]\nkind = \"smtp\"\n\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n{smtp}\n{limits}",
            sink.address.port()
        ),
    );
}

const SEND: [&str; 5] = ["--env", "slow", "send", "--date", "2026-11-23"];

fn send(world: &World) -> Said {
    world.run(&SEND)
}

/// A run that is killed when so many letters have been taken.
async fn killed_at(world: &World, sink: &Sink, letters: usize) {
    let mut command = world.command(&SEND);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while sink.taken().len() < letters {
        assert!(child.try_wait().unwrap().is_none(), "it ended before");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Nobody got two; gives how many got one.
fn once_each(sink: &Sink) -> usize {
    let mut letters: BTreeMap<String, usize> = BTreeMap::new();
    for taken in sink.taken() {
        *letters.entry(taken.to[0].clone()).or_default() += 1;
    }
    assert!(
        letters.values().all(|count| *count == 1),
        "somebody got two"
    );
    letters.len()
}

fn status(world: &World, state: &str) -> usize {
    let said = world.run(&["--env", "slow", "status", "--json"]).json();
    let sum: u64 = [
        "accepted", "deferred", "failed", "skipped", "doubtful", "waiting",
    ]
    .iter()
    .map(|state| said[state].as_u64().unwrap())
    .sum();
    assert_eq!(said["planned"], sum);
    usize::try_from(said[state].as_u64().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_letters_wait_for_their_domain_nobody_gets_two_and_nobody_is_forgotten() {
    let sink = Sink::start(Script::default(), Tls::None);
    let limits =
        |rate| format!("[limits.\"gmail.com\"]\nrate = \"{rate}\"\nalso = [\"googlemail.com\"]\n");
    let world = world(&sink, 600, "connections = 3", &limits("30/s"));
    let mut doubtful = 0;
    for letters in [40, 120, 200, 230, 260] {
        killed_at(&world, &sink, letters).await;
        once_each(&sink);
        doubtful = status(&world, "doubtful");
        assert!(doubtful <= 5 * 3);
    }
    // Not killed, it goes on until all are through; the limit may have changed meanwhile, or be gone.
    config(&world, &sink, "connections = 3", &limits("400/s"));
    killed_at(&world, &sink, 400).await;
    config(&world, &sink, "connections = 3", "");
    let said = send(&world);
    assert!(matches!(said.code, 0 | 3), "{}", said.err);
    doubtful = status(&world, "doubtful").max(doubtful);
    assert_eq!(status(&world, "waiting") + status(&world, "deferred"), 0);
    let got = once_each(&sink);
    assert!(got >= 600 - doubtful, "{got}, {doubtful} doubtful");
    assert_eq!(status(&world, "accepted") + doubtful, 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_has_its_letters_however_often_it_is_run_and_killed() {
    let sink = Sink::start(Script::default(), Tls::None);
    let begun = |days_ago: u64| {
        let today = Utc::now().with_timezone(&Copenhagen).date_naive();
        let from = today - Days::new(days_ago);
        format!("connections = 2\nwarm_up = [10, 25, 60]\nwarm_up_from = {from}")
    };
    let world = world(&sink, 90, &begun(0), "");
    let dry = world.run(&[&SEND[..], &["--dry-run"]].concat());
    let pace = "  pace      10 letters, done about ";
    assert!(dry.out.contains(pace), "{}", dry.out);
    assert!(
        dry.out
            .contains("; 80 wait for tomorrow by the warm-up plan\n"),
        "{}",
        dry.out
    );
    killed_at(&world, &sink, 4).await;
    for _ in 0..2 {
        let said = send(&world);
        assert_eq!(said.code, 75, "{}", said.err);
        let waits = "daily-2026-11-23: 80 letters wait for tomorrow by the warm-up plan\n";
        assert!(said.err.contains(waits), "{}", said.err);
        // Those on their way at the kill have been given to the relay, or may have been.
        assert_eq!(status(&world, "accepted") + status(&world, "doubtful"), 10);
        assert!(sink.taken().len() <= 10);
    }
    // The plan's second day and its third, as if the first had been yesterday; each holds what went today.
    for (days_ago, letters) in [(1, 25), (2, 60)] {
        config(&world, &sink, &begun(days_ago), "");
        killed_at(&world, &sink, letters - 12).await;
        assert_eq!(send(&world).code, 75);
        assert_eq!(
            status(&world, "accepted") + status(&world, "doubtful"),
            letters
        );
        assert_eq!(send(&world).code, 75);
        assert!(sink.taken().len() <= letters);
    }
    config(&world, &sink, &begun(3), "");
    let said = send(&world);
    assert!(matches!(said.code, 0 | 3), "{}", said.err);
    let got = once_each(&sink);
    assert!(got + status(&world, "doubtful") >= 90);
    assert_eq!(status(&world, "accepted") + status(&world, "doubtful"), 90);
}
