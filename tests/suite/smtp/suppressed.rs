//! Whom a relay says to have no mailbox gets no further letter; when it says so of too many, it is not believed.

use std::process::Stdio;

use chrono::{DateTime, Duration, Utc};
use overblik::{
    domain::{
        address::Address,
        key::{SigningKey, SubscriberId, unhex},
        suppression::{Suppression, SuppressionReason},
    },
    roster::Suppressions,
    store::marks::Mark,
};
use serde_json::Value;

use super::{
    always,
    sink::{Act, Rule, Script, Sink, Step, Tls},
};
use crate::{
    killed::kill_midway,
    world::{Said, World, names},
};

const UNKNOWN: Act = Act::Say("550 5.1.1 no such user");
const SEND: &[&str] = &["send", "--date", "2026-11-23"];

/// A relay with so many connections.
fn relayed(world: &World, sink: &Sink, connections: usize) {
    let text = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    let own = text.split("\n[transport]").next().unwrap();
    let port = sink.address.port();
    world.write(
        "config/default.toml",
        format!(
            "{own}\n[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n\
             tls = \"none\"\nconnections = {connections}\n"
        ),
    );
}

fn sink(rules: Vec<Rule>) -> Sink {
    let script = Script {
        rules,
        ..Script::default()
    };
    Sink::start(script, Tls::None)
}

fn about(step: Step, about: &'static str, act: Act) -> Rule {
    Rule {
        about,
        ..always(step, act)
    }
}

fn log(world: &World) -> Vec<Suppression> {
    let text = std::fs::read_to_string(world.path("state/suppressions.log")).unwrap_or_default();
    let line = |line: &str| Suppression::from_line(line).unwrap_or_else(|| panic!("{line}"));
    text.lines().map(line).collect()
}

fn signing_key(world: &World) -> SigningKey {
    let key = std::fs::read_to_string(world.path("state/key")).unwrap();
    SigningKey::new(unhex(key.trim()).unwrap().try_into().unwrap())
}

fn id(world: &World, reader: usize) -> SubscriberId {
    let address = Address::parse(&format!("reader{reader}@kommune.example")).unwrap();
    signing_key(world).subscriber_id(&address.folded())
}

/// A person lets mail go to a reader again.
fn lift(world: &World, reader: usize, at: DateTime<Utc>) {
    let lifted = Suppression {
        at,
        key_id: signing_key(world).id(),
        subscriber: id(world, reader),
        reason: SuppressionReason::Lifted,
    };
    Suppressions::append(&world.path("state/suppressions.log"), &lifted).unwrap();
}

fn counts<const N: usize>(world: &World, states: [&str; N]) -> [u64; N] {
    let status: Value = world.run(&["status", "--json"]).json();
    states.map(|state| status[state].as_u64().unwrap())
}

fn next_issue(world: &World) -> Said {
    world.article("naeste", "Nyt om tirsdagen", "2026-11-24");
    world.run(&["send", "--date", "2026-11-24"])
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_mailbox_gets_no_further_letter() {
    let sink = sink(vec![about(Step::Rcpt, "reader2@", UNKNOWN)]);
    let world = World::with(2, 5);
    relayed(&world, &sink, 2);
    let said = world.run(SEND);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("1 reader suppressed"), "{}", said.err);
    let [line] = log(&world).try_into().unwrap();
    assert_eq!(line.subscriber, id(&world, 2));
    assert_eq!(line.reason, SuppressionReason::Bounced);
    assert_eq!(line.key_id, signing_key(&world).id());
    let shown = world.run(&["subscribers", "show", "reader2@kommune.example", "--json"]);
    assert_eq!(shown.json()["state"], "suppressed");
    // Nothing is said twice.
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(log(&world).len(), 1);

    let asked = sink.lines().len();
    assert_eq!(next_issue(&world).code, 0);
    assert_eq!(counts(&world, ["accepted", "skipped", "failed"]), [4, 1, 0]);
    let skipped = world.run(&["status", "--list", "skipped"]);
    assert!(
        skipped
            .out
            .starts_with("reader2@kommune.example\tskipped\t")
            && skipped.out.contains("suppressed"),
        "{}",
        skipped.out
    );
    assert!(
        sink.lines()[asked..]
            .iter()
            .all(|line| !line.contains("reader2@"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_refusal_suppresses_nobody() {
    let cases = [
        (Step::Rcpt, "550 5.1.3 bad syntax", 1),
        (Step::Rcpt, "551 5.1.6 moved", 1),
        (Step::Rcpt, "556 5.1.10 null MX", 1),
        (Step::Rcpt, "550 5.1.7 bad sender", 0),
        (Step::Rcpt, "550 5.1.8 bad sender", 0),
        (Step::Rcpt, "550 5.7.1 not you", 0),
        (Step::Rcpt, "550 no such user", 0),
        (Step::Rcpt, "450 4.1.1 perhaps", 0),
        (Step::Rcpt, "450 5.1.1 perhaps", 0),
        (Step::Body, "550 5.1.1 no such user", 0),
    ];
    for (step, reply, expected) in cases {
        let sink = sink(vec![Rule {
            times: 1,
            ..always(step, Act::Say(reply))
        }]);
        let world = World::with(1, 3);
        relayed(&world, &sink, 1);
        let said = world.run(SEND);
        assert!(matches!(said.code, 3 | 75), "{reply}: {}", said.err);
        assert_eq!(log(&world).len(), expected, "{reply}: {}", said.err);
    }
}

/// Of thirty readers the relay knows none of the first so many.
fn forgetful(world: &World, readers: usize) -> Sink {
    let sink = sink(vec![Rule {
        times: readers,
        ..always(Step::Rcpt, UNKNOWN)
    }]);
    relayed(world, &sink, 1);
    sink
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_knows_too_few_is_not_believed_and_sent_nothing_more() {
    let world = World::with(1, 30);
    let sink = forgetful(&world, 21);
    let said = world.run(&[SEND, &["--json"]].concat());
    assert_eq!(said.code, 1, "{}", said.err);
    assert_eq!(said.json()["failed"], 21);
    assert!(
        said.err.contains("paused: of 21 readers") && said.err.contains("at most 20"),
        "{}",
        said.err
    );
    assert!(said.err.contains("--retry-failed"), "{}", said.err);
    assert_eq!(log(&world), []);
    assert_eq!(counts(&world, ["failed", "waiting"]), [21, 9]);

    assert!(world.run(&["status"]).err.contains("paused: of 21"));
    let would = world.run(&[SEND, &["--dry-run"]].concat()).out;
    assert!(
        would.contains("paused") && !would.contains("resumed"),
        "{would}"
    );

    // It stays so until somebody has looked: to cron it is said once.
    let asked = sink.lines().len();
    for (quiet, says) in [(&["-q"][..], true), (&["-q"], false), (&[], true)] {
        let said = world.run(&[SEND, quiet].concat());
        assert_eq!(said.code, 1, "{}", said.err);
        assert_eq!(said.err.contains("paused"), says, "{}", said.err);
    }
    // No letter of the next issue goes by it either.
    assert_eq!(next_issue(&world).code, 1);
    assert_eq!(world.run(&["status", "--date", "2026-11-24"]).code, 2);
    assert_eq!(sink.lines().len(), asked);
    assert_eq!(log(&world), []);

    // The relay is mended.
    let said = world.run(&[SEND, &["--retry-failed"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(counts(&world, ["accepted", "failed"]), [30, 0]);
    assert_eq!(sink.taken().len(), 30);
    assert_eq!(log(&world), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_allows_more_is_taken_at_the_word() {
    let world = World::with(1, 30);
    let sink = forgetful(&world, 21);
    assert_eq!(world.run(SEND).code, 1);
    let allowed = |most| {
        let mut command = world.command(SEND);
        command.env("OVERBLIK__GUARDS__MAX_SUPPRESS", most);
        command.output().unwrap().status.code()
    };
    assert_eq!(allowed("20"), Some(1));
    assert_eq!(allowed("0"), Some(2));
    assert_eq!(sink.taken().len(), 0);
    assert_eq!(allowed("21"), Some(0));
    assert_eq!(sink.taken().len(), 9);
    let mut suppressed: Vec<_> = log(&world).iter().map(|line| line.subscriber).collect();
    let mut expected: Vec<_> = (0..21).map(|reader| id(&world, reader)).collect();
    suppressed.sort();
    expected.sort();
    assert_eq!(suppressed, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_are_believed() {
    let world = World::with(1, 30);
    let sink = forgetful(&world, 20);
    assert_eq!(world.run(SEND).code, 3);
    assert_eq!((log(&world).len(), sink.taken().len()), (20, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_they_are_written_down_they_are_by_the_next_run_and_once() {
    // Eleven have no mailbox: reader2, and reader20 to reader29 whom the relay falls silent before it has heard of.
    let unknown = about(Step::Rcpt, "<reader2", UNKNOWN);
    let stalls = Rule {
        skip: 10,
        ..always(Step::Body, Act::Stall)
    };
    let silent = sink(vec![unknown.clone(), stalls]);
    let world = World::with(1, 40);
    relayed(&world, &silent, 1);
    let mut run = world
        .command(SEND)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The eleventh body is taken and never answered.
    while silent.taken().len() < 11 {
        assert!(run.try_wait().unwrap().is_none(), "the run ended");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(counts(&world, ["failed", "doubtful"]), [1, 1]);
    assert_eq!(log(&world), []);

    let sink = sink(vec![unknown]);
    relayed(&world, &sink, 2);
    let said = world.run(SEND);
    assert_eq!(said.code, 3, "{}", said.err);
    assert_eq!(counts(&world, ["failed", "waiting"]), [11, 0]);
    assert_eq!(log(&world).len(), 11, "{}", said.err);
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(log(&world).len(), 11);
}

#[test]
fn a_refusal_that_only_the_marks_tell_of_is_believed_too() {
    let world = World::with(1, 12);
    kill_midway(&world, 3);
    let runs = world.path("state/runs");
    let [marks] = names(&runs).try_into().unwrap();
    let mut bytes = std::fs::read(runs.join(&marks)).unwrap();
    bytes[32 + 5] = Mark::NoMailbox as u8;
    std::fs::write(runs.join(&marks), bytes).unwrap();
    assert_eq!(counts(&world, ["failed", "accepted"]), [1, 3]);
    let named = world.run(&["status", "--list", "failed"]).out;
    assert!(named.starts_with("reader5@"), "{named}");
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(counts(&world, ["failed", "accepted"]), [1, 11]);
    let [line] = log(&world).try_into().unwrap();
    assert_eq!(line.subscriber, id(&world, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_when_all_was_sent_the_next_run_writes_them_down_all_the_same() {
    let sink = sink(vec![about(Step::Rcpt, "<reader2@", UNKNOWN)]);
    let world = World::with(1, 3);
    relayed(&world, &sink, 1);
    assert_eq!(world.run(SEND).code, 3);
    // As it was just before the line was written: the issue was not done then.
    let dies_early = || {
        std::fs::remove_file(world.path("state/suppressions.log")).unwrap();
        let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
        ledger
            .execute("UPDATE issue SET done_at = NULL", [])
            .unwrap();
    };
    dies_early();
    let said = world.run(SEND);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(log(&world).len(), 1);
    // A person lets mail go again; that is known of a reader whose line was never written too.
    dies_early();
    lift(&world, 2, Utc::now());
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(log(&world).len(), 1, "the lifting alone");
    // A lifting before the refusal says nothing of it.
    dies_early();
    lift(&world, 2, Utc::now() - Duration::hours(1));
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(log(&world).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_let_in_again_stays_until_refused_anew() {
    let sink = sink(vec![Rule {
        times: 2,
        ..about(Step::Rcpt, "<reader2@", UNKNOWN)
    }]);
    let world = World::with(1, 3);
    relayed(&world, &sink, 1);
    assert_eq!(world.run(SEND).code, 3);
    assert_eq!(log(&world).len(), 1);
    // As if it were an hour ago.
    let hour = Duration::hours(1);
    let [mut line] = log(&world).try_into().unwrap();
    line.at -= hour;
    world.write("state/suppressions.log", format!("{}\n", line.to_line()));
    let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
    ledger
        .execute_batch("UPDATE delivery SET at = at - 3600000; UPDATE issue SET done_at = NULL")
        .unwrap();
    drop(ledger);
    // Even by a clock that runs behind the one that told the time of the refusal.
    lift(&world, 2, Utc::now() - hour - hour);
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(log(&world).len(), 2, "not suppressed by the old refusal");
    // The next issue is tried, and refused: that is another word.
    assert_eq!(next_issue(&world).code, 3);
    assert_eq!(log(&world).len(), 3);
    assert_eq!(log(&world)[2].reason, SuppressionReason::Bounced);
}
