//! Two runs at the same second: one works, the others do not.

use std::process::{Child, Output, Stdio};

use super::{SEND, World, one_each};

fn start(world: &World, arguments: &[&str]) -> Child {
    world
        .command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn of_five_runs_started_together_one_sends() {
    const READERS: usize = 300;
    let world = World::with(1, READERS);
    let quiet = [SEND, &["-q"]].concat();
    for round in 0..3 {
        let children: Vec<Child> = (0..5).map(|_| start(&world, &quiet)).collect();
        let ends: Vec<Output> = children
            .into_iter()
            .map(|child| child.wait_with_output().unwrap())
            .collect();
        for end in &ends {
            let words = String::from_utf8_lossy(&end.stderr);
            assert!(
                matches!(end.status.code(), Some(0 | 5)),
                "{round}: {:?} {words}",
                end.status
            );
            assert!(
                end.stdout.is_empty() && words.is_empty(),
                "{round}: {words}"
            );
        }
        assert!(
            ends.iter().any(|end| end.status.success()),
            "{round}: nobody sent"
        );
        assert_eq!(world.got(), one_each(READERS));
    }
    assert_eq!(world.status()["accepted"], READERS);
}

#[test]
fn the_run_that_came_second_says_who_came_first() {
    let world = World::with(1, 1);
    // A lock as a run holds it, held by this test.
    world.write(
        "state/send.lock",
        "process 4711 since 2026-11-23T05:00:00Z\n",
    );
    let lock = std::fs::File::open(world.path("state/send.lock")).unwrap();
    lock.lock().unwrap();
    let said = world.send();
    super::check(
        &said,
        5,
        &[
            "error: state/send.lock: another run is at work: process 4711 since",
            "hint: wait for it to end",
        ],
    );
    assert_eq!(world.run(&[SEND, &["-q"]].concat()).err, "");
    assert!(world.letters().is_empty());
    drop(lock);
    super::check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(1));
}
