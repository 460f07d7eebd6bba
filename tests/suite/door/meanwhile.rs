//! Leaves that come while a send is at work.

use std::{process::Stdio, time::Duration};

use super::{Served, link};
use crate::{
    smtp::sink::{Act, Rule, Script, Sink, Step, Tls},
    world::World,
};

const READERS: usize = 10_000;
const CONNECTIONS: usize = 4;
/// Letters that a connection may have begun when a leave is answered: the one whose body goes, and the one that goes
/// with it.
const BEGUN: usize = 2 * CONNECTIONS;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_readers_who_leave_during_a_send_no_letter_is_begun_after_the_answer() {
    let late = Rule {
        step: Step::Body,
        about: "",
        skip: 0,
        times: usize::MAX,
        act: Act::Late(2),
    };
    let script = Script {
        rules: vec![late],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let world = World::with(1, READERS);
    let config = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!(
            "{config}\n[transport]\nkind = \"smtp\"\n\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {}\n\
             tls = \"none\"\nconnections = {CONNECTIONS}\n",
            sink.address.port()
        ),
    );
    let served = Served::at(&world);
    let mut child = world
        .command(&["send", "--date", "2026-11-23", "-q"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Each leaves while its letter is made and stands in line, or soon will be.
    let mut left = Vec::new();
    while let Ok(None) = child.try_wait() {
        let taken = sink.many_taken();
        let ahead = taken + 20 + 10 * (left.len() % 6);
        let is_new = left.last().is_none_or(|(last, _)| *last < ahead);
        if taken == 0 || !is_new || ahead >= READERS {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        }
        let path = link(
            &world,
            "state/key",
            &format!("reader{ahead}@kommune.example"),
        );
        let answered = tokio::task::block_in_place(|| {
            served.leave(&path);
            sink.many_lines()
        });
        left.push((ahead, answered));
    }
    assert!(child.wait().unwrap().success());
    let lines = sink.lines();
    let recipient = |line: &str| {
        let number = line.strip_prefix("RCPT TO:<reader")?.split('@').next()?;
        number.parse::<usize>().ok()
    };
    let begun: Vec<(usize, usize)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, recipient(line)?)))
        .collect();
    let mut kept_away = 0;
    for (reader, answered) in &left {
        let Some((at, _)) = begun.iter().find(|(_, number)| number == reader) else {
            kept_away += 1;
            continue;
        };
        // Begun before the answer, and told by the relay a moment later.
        let since = begun
            .iter()
            .filter(|(other, _)| other >= answered && other <= at);
        assert!(
            since.count() <= BEGUN,
            "reader{reader} of {} leaves",
            left.len()
        );
    }
    assert!(kept_away >= 20, "{kept_away} of {} leaves", left.len());
    let status = world
        .run(&["status", "--date", "2026-11-23", "--json"])
        .json();
    assert_eq!(status["skipped"], kept_away, "{status}");
    assert_eq!(status["accepted"], READERS - kept_away, "{status}");
    assert_eq!(sink.many_taken(), READERS - kept_away);
}
