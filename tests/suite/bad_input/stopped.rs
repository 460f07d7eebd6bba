//! Runs that are stopped midway: by request, and by force.

use std::{
    fs,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use super::{SEND, World, check, one_each};

const READERS: usize = 2000;

/// Starts a run, waits until it has written some letters, signals it, and gives how it ended.
fn signalled(world: &World, signal: &str, letters: usize) -> ExitStatus {
    let mut child = world
        .command(SEND)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until_written(world, &mut child, letters);
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    child.wait().unwrap()
}

/// Waits until the outbox holds a number of whole letters.
fn until_written(world: &World, child: &mut Child, letters: usize) {
    let begun = Instant::now();
    while written(world) < letters {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it was signalled"
        );
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "nothing is written"
        );
        // Between two looks the run has the processor to itself.
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn written(world: &World) -> usize {
    let Ok(entries) = fs::read_dir(world.path("outbox")) else {
        return 0;
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "eml"))
        .count()
}

/// What every stop leaves: the count holds, what is accepted is there, and nobody is in doubt.
fn check_midway(world: &World) {
    let status = world.status();
    assert_eq!(status["planned"], READERS);
    assert_eq!(
        (&status["doubtful"], &status["failed"], &status["skipped"]),
        (&0.into(), &0.into(), &0.into())
    );
    let accepted = usize::try_from(status["accepted"].as_u64().unwrap()).unwrap();
    assert!(accepted < READERS, "{status}");
    // A letter may be there that is not yet counted; none is counted that is not there.
    assert!(accepted <= written(world), "{status}");
}

#[test]
fn asked_to_stop_a_run_ends_in_order_and_the_next_goes_on() {
    let world = World::with(1, READERS);
    let mut before = 0;
    for round in 1..=2 {
        let end = signalled(&world, "-TERM", before + 10);
        assert_eq!(end.code(), Some(75), "{round}");
        check_midway(&world);
        // All that was in flight was finished and written down.
        let status = world.status();
        assert_eq!(status["accepted"], written(&world), "{status}");
        assert!(!world.path("state/runs").exists());
        before = world.got().len();
    }
    check(&world.send(), 0, &["resuming daily-2026-11-23"]);
    assert_eq!(world.got(), one_each(READERS));
    assert_eq!(world.status()["accepted"], READERS);
}

#[test]
fn killed_again_and_again_each_reader_still_gets_one_letter() {
    let world = World::with(1, READERS);
    let mut before = 0;
    for part in [1, 40, 300, 700] {
        let end = signalled(&world, "-KILL", before + part);
        assert_eq!(end.code(), None, "killed");
        check_midway(&world);
        before = written(&world);
    }
    check(&world.send(), 0, &["resuming daily-2026-11-23"]);
    assert_eq!(world.got(), one_each(READERS));
    let status = world.status();
    assert_eq!(status["accepted"], READERS);
    check(&world.send(), 0, &["already published"]);
    assert_eq!(world.got(), one_each(READERS));
}

#[test]
fn killed_before_the_first_letter_a_run_leaves_nothing_in_the_way() {
    let world = World::with(1, 200);
    for wait in ["state/send.lock", "state/key", "state/ledger.db", "outbox"] {
        let mut child = world
            .command(SEND)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !world.path(wait).exists() && child.try_wait().unwrap().is_none() {
            // Between two looks the run has the processor to itself.
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(world.run(&["status"]).code, 0);
    }
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(200));
    assert_eq!(world.status()["accepted"], 200);
}
