//! `kill -9` of the program itself, again and again while it sends, with a relay that keeps every letter it takes.

use std::{
    collections::BTreeMap,
    process::{Child, Stdio},
    time::Duration,
};

use super::{
    once,
    sink::{Act, Script, Sink, Step, Tls},
};
use crate::world::World;

/// Readers for each kill; at most half of them get their letter between two, and those in flight.
const READERS: usize = 200;
const CONNECTIONS: usize = 4;

/// How often the program is killed: more in a long run.
fn kills() -> usize {
    let cases = std::env::var("PROPTEST_CASES").ok();
    if cases.is_some_and(|cases| cases.parse().unwrap_or(0) >= 300) {
        100
    } else {
        20
    }
}

fn send(world: &World, more: &[&str]) -> Child {
    let mut command = world.command(&[&["send", "--date", "2026-11-23", "-q"], more].concat());
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A newsletter with so many readers, sent by some relays.
fn relayed(readers: usize, sinks: &[Sink]) -> World {
    let world = World::with(3, readers);
    let relay = |sink: &Sink| format!("host = \"127.0.0.1\"\nport = {}\n", sink.address.port());
    let further = sinks[1..]
        .iter()
        .map(|sink| format!("[[transport.smtp.relay]]\n{}", relay(sink)));
    let config = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!(
            "{config}\n[transport]\nkind = \"smtp\"\n\n[transport.smtp]\n{}tls = \"none\"\nconnections = \
             {CONNECTIONS}\n{}",
            relay(&sinks[0]),
            further.collect::<String>()
        ),
    );
    world
}

fn counts(world: &World) -> BTreeMap<String, u64> {
    let said = world.run(&["status", "--json"]);
    let status = said.json();
    let counts: BTreeMap<String, u64> = [
        "planned", "accepted", "deferred", "failed", "skipped", "doubtful", "waiting",
    ]
    .into_iter()
    .map(|state| (state.to_owned(), status[state].as_u64().unwrap_or(0)))
    .collect();
    let sum: u64 = counts
        .iter()
        .filter(|(state, _)| *state != "planned")
        .map(|(_, count)| count)
        .sum();
    assert_eq!(counts["planned"], sum, "{}", said.out);
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_nobody_gets_two_letters_and_nobody_is_forgotten() {
    story(&[Sink::start(Script::default(), Tls::None)], kills()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_two_relays_nobody_gets_a_letter_from_each() {
    // The first closes every now and then, so that letters are on both when the program is killed.
    let closes = |place| {
        once(
            Step::Mail,
            25 * place,
            Act::SayAndClose("421 4.3.2 too busy"),
        )
    };
    let script = Script {
        rules: (1..READERS * kills() / 25).map(closes).collect(),
        ..Script::default()
    };
    let first = Sink::start(script, Tls::None);
    let second = Sink::start(Script::default(), Tls::None);
    let sinks = [first, second];
    story(&sinks, kills() / 2).await;
    for sink in &sinks {
        assert!(
            sink.taken().len() > READERS / 2,
            "one of them was not needed"
        );
    }
}

async fn story(sinks: &[Sink], kills: usize) {
    let readers = READERS * kills;
    let taken = || -> usize { sinks.iter().map(|sink| sink.taken().len()).sum() };
    let world = relayed(readers, sinks);
    let mut chance: usize = 20_261_123;
    let mut killed = 0;
    while killed < kills {
        // Somewhere in the next letters; far enough from the end that all kills find work.
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let target = taken() + 1 + (chance >> 33) % (READERS / 2);
        let mut child = send(&world, &[]);
        let ended = loop {
            if taken() >= target {
                break false;
            }
            if child.try_wait().unwrap().is_some() {
                break true;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        let doubtful = counts(&world)["doubtful"];
        assert!(
            doubtful <= (killed * CONNECTIONS) as u64,
            "{doubtful} after {killed} kills"
        );
        if ended {
            break;
        }
    }
    assert!(
        killed == kills,
        "the list was too short: killed {killed} times"
    );
    let last = send(&world, &[]).wait().unwrap();
    assert!(matches!(last.code(), Some(0 | 3)), "{last}");

    let counts = counts(&world);
    assert_eq!(
        (counts["waiting"], counts["deferred"], counts["failed"]),
        (0, 0, 0)
    );
    check_taken(&world, sinks, readers, &counts);
}

/// Nobody got two letters, nobody another's, and whoever got none is doubtful by name.
fn check_taken(world: &World, sinks: &[Sink], readers: usize, counts: &BTreeMap<String, u64>) {
    let mut letters: BTreeMap<String, usize> = BTreeMap::new();
    for taken in sinks.iter().flat_map(Sink::taken) {
        *letters.entry(taken.to[0].clone()).or_default() += 1;
        let to = format!("To: {}\r\n", taken.to[0].trim_matches(['<', '>']));
        assert!(
            String::from_utf8(taken.bytes).unwrap().contains(&to),
            "another reader's letter"
        );
    }
    assert!(
        letters.values().all(|count| *count == 1),
        "somebody got two"
    );
    // Whoever got none is doubtful, by name.
    let doubtful = world.run(&["status", "--list", "doubtful"]).out;
    let unreached = readers - letters.len();
    assert!(
        unreached <= doubtful.lines().count(),
        "{unreached} got none, but only these are doubtful:\n{doubtful}"
    );
    assert_eq!(
        counts["accepted"] as usize + doubtful.lines().count(),
        readers
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_more_and_more_readers_join_nobody_gets_two_letters_and_nobody_is_forgotten() {
    const JOIN: usize = 60;
    let sinks = [Sink::start(Script::default(), Tls::None)];
    let sink = &sinks[0];
    let world = relayed(JOIN, &sinks);
    assert_eq!(send(&world, &[]).wait().unwrap().code(), Some(0));
    let mut readers = JOIN;
    for round in 0..8 {
        let list: String = (0..readers + JOIN)
            .rev()
            .map(|number| format!("[[subscriber]]\nemail = \"reader{number}@kommune.example\"\n\n"))
            .collect();
        world.write("subscribers/readers.toml", list);
        readers += JOIN;
        // Before the first of them is written down, among the first letters, among the last.
        let target = sink.taken().len() + [0, 1, JOIN / 2, JOIN - 1][round % 4];
        let mut child = send(&world, &["--top-up"]);
        while sink.taken().len() < target {
            assert!(
                child.try_wait().unwrap().is_none(),
                "round {round}: the run ended"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let counts = counts(&world);
        assert!(counts["planned"] <= readers as u64, "{counts:?}");
        assert!(
            counts["doubtful"] <= ((round + 1) * CONNECTIONS) as u64,
            "{counts:?}"
        );
    }
    let last = send(&world, &["--top-up"]).wait().unwrap();
    assert!(matches!(last.code(), Some(0 | 3)), "{last}");
    let counts = counts(&world);
    assert_eq!((counts["planned"], counts["waiting"]), (readers as u64, 0));
    check_taken(&world, &sinks, readers, &counts);
}
