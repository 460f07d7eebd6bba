//! `overblik run`: the process that stays up, from outside.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{calendar::configure, world::World};

/// A newsletter that has an issue on every day, from midnight on.
pub fn daily(readers: usize) -> World {
    let world = World::with(0, readers);
    configure(
        &world,
        "[schedule]\nat = \"00:00\"\ndays = \"mon-sun\"\nholidays = \"none\"\ncustoms = []\n",
    );
    world.write(
        "articles/i-dag.md",
        "+++\ntitle = \"Nyt om skole\"\nlede = \"Kort.\"\nkind = \"news\"\n+++\n\nTekst.\n",
    );
    world
}

/// A process that is up; ended with the test.
pub struct Up(pub Child);

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Up {
    pub fn start(world: &World) -> Self {
        let said = fs::File::create(world.path("said")).unwrap();
        let mut command = world.command(&["run"]);
        command.stdout(Stdio::null()).stderr(said);
        Self(command.spawn().unwrap())
    }

    pub fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }
}

/// What it has said.
pub fn said(world: &World) -> String {
    fs::read_to_string(world.path("said")).unwrap()
}

/// Waits for something to be so.
pub fn until(what: &str, world: &World, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{what}: {}",
            said(world)
        );
        // Between two looks the other process has the processor.
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn it_sends_what_is_due_tells_how_it_is_and_ends_in_order() {
    let world = daily(3);
    let mut up = Up::start(&world);
    until("three letters", &world, || world.letters().len() == 3);
    until("what is next", &world, || said(&world).contains("next: "));
    let status = world.run(&["status", "--json"]).json();
    assert_eq!(status["accepted"], 3);
    assert_eq!(status["run"]["up"], true);
    assert_eq!(status["run"]["process"], up.0.id());
    assert!(status["run"]["next_send"].is_string(), "{status}");
    let words = world.run(&["status"]).out;
    assert!(words.contains(", up since "), "{words}");
    // A second one is not needed; a `send` beside it is no harm.
    let second = world.run(&["run"]);
    assert_eq!(second.code, 5, "{}", second.err);
    assert!(second.err.contains("another run is at work"));
    assert_eq!(world.run(&["run", "-q"]).err, "");
    assert_eq!(world.run(&["send", "-q"]).code, 0);
    up.signal("-TERM");
    assert_eq!(up.0.wait().unwrap().code(), Some(0));
    assert!(said(&world).ends_with("stopped\n"), "{}", said(&world));
    assert_eq!(world.letters().len(), 3);
    let status = world.run(&["status", "--json"]).json();
    assert!(status["run"].is_null(), "{status}");
}

#[test]
fn a_config_with_faults_is_told_and_the_old_one_stays() {
    let world = daily(3);
    let up = Up::start(&world);
    until("three letters", &world, || world.letters().len() == 3);
    until("what is next", &world, || said(&world).contains("next: "));
    let good = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        good.replace("at = \"00:00\"", "at = \"nat\""),
    );
    up.signal("-HUP");
    until("the fault", &world, || {
        said(&world).contains("the old one stays")
    });
    assert!(said(&world).contains("config/default.toml:2: `schedule.at`: `nat` is no time of day"));
    world.write("config/default.toml", good);
    up.signal("-HUP");
    until("the good config", &world, || {
        said(&world).contains("the config is read again")
    });
}

#[test]
fn a_state_folder_that_is_away_is_told_once_and_not_made_anew() {
    let world = daily(3);
    let up = Up::start(&world);
    until("what is next", &world, || said(&world).contains("next: "));
    let (state, aside) = (world.path("state"), world.path("aside"));
    fs::rename(&state, &aside).unwrap();
    // A look at the config is a look for something to send as well.
    for round in 1..=2 {
        up.signal("-HUP");
        until("another look", &world, || {
            said(&world).matches("is read again").count() == round
                && said(&world).contains("is not there")
        });
    }
    assert!(!state.exists());
    fs::rename(&aside, &state).unwrap();
    up.signal("-HUP");
    until("the work", &world, || {
        said(&world).contains("send: works again")
    });
    assert_eq!(said(&world).matches("is not there").count(), 1);
    assert_eq!(world.letters().len(), 3);
}

#[test]
fn killed_its_last_word_stays_and_the_next_goes_on() {
    let world = daily(3);
    let mut up = Up::start(&world);
    until("what is next", &world, || said(&world).contains("next: "));
    up.signal("-KILL");
    up.0.wait().unwrap();
    let words = world.run(&["status"]).out;
    assert!(words.contains(" is gone; last heard of "), "{words}");
    world.write("state/run.json", "{\"process\"");
    assert_eq!(world.run(&["status"]).code, 0, "a torn word is no fault");
    let next = Up::start(&world);
    until("what is next", &world, || said(&world).contains("next: "));
    assert_eq!(world.letters().len(), 3);
    drop(next);
}

#[test]
fn an_expression_that_is_none_or_strikes_in_vain_is_a_fault_with_its_line() {
    let check = |line: &str, expected: &str| {
        let world = daily(3);
        configure(&world, &format!("[run]\n{line}\n"));
        let refused = world.run(&["run"]);
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(refused.err.contains(expected), "{}", refused.err);
    };
    check(
        "collect = \"hver time\"",
        "config/default.toml:2: `run.collect`: `hver time` is no cron expression",
    );
    check(
        "send = \"0 6 31 2 *\"",
        "config/default.toml:2: `run.send`: `0 6 31 2 *` never strikes",
    );
}

#[test]
fn of_a_hundred_runs_ten_a_second_together_one_sends_and_none_says_a_word() {
    let world = daily(3);
    let begun = Instant::now();
    let mut children = Vec::new();
    for number in 0..100 {
        // Ten seconds of cron gone mad; the pace is what is tested.
        let at = Duration::from_millis(100) * number;
        std::thread::sleep(at.saturating_sub(begun.elapsed()));
        let mut command = world.command(&["send", "-q", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        children.push(command.spawn().unwrap());
    }
    let mut sent = 0;
    for child in children {
        let end = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&end.stderr);
        assert!(words.is_empty(), "{words}");
        let document: serde_json::Value = serde_json::from_slice(&end.stdout).unwrap();
        match end.status.code() {
            Some(0) if document["accepted"] == 3 => sent += 1,
            Some(0) => assert_eq!(document["accepted"], 0, "{document}"),
            Some(5) => {}
            code => panic!("{code:?}: {document}"),
        }
    }
    assert_eq!(sent, 1);
    assert_eq!(world.letters().len(), 3);
    assert_eq!(world.run(&["status", "--json"]).json()["accepted"], 3);
}
