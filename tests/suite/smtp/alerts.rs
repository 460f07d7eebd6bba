//! Whoever runs the newsletter is told by mail through the relay, and by a command, each once.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{
    always, once,
    sink::{Act, Rule, Script, Sink, Step, Tls},
};
use crate::world::{Said, World};

const SEND: &[&str] = &["send", "--date", "2026-11-23", "-q"];

/// A newsletter of three readers at a relay, which tells a command and an address.
fn telling(port: u16, guards: &str, alerts: &str, more: &str) -> World {
    let world = World::with(2, 3);
    world.write("tell", "#!/bin/sh\ncat >> told\n");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(world.path("tell"), mode).unwrap();
    let text = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let text = text.replace("[guards]", &format!("[guards]\n{guards}"));
    world.write(
        "config/default.toml",
        format!(
            "{text}\n[alerts]\ncommand = [\"./tell\"]\nto = [\"vagt@bladet.example\"]\n{alerts}\n\
             [transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n\
             connections = 1\n{more}"
        ),
    );
    world
}

fn sink(rules: Vec<Rule>) -> Sink {
    let script = Script {
        rules,
        ..Script::default()
    };
    Sink::start(script, Tls::None)
}

fn refused(about: &'static str) -> Rule {
    Rule {
        about,
        ..always(Step::Rcpt, Act::Say("550 5.7.1 not from you"))
    }
}

/// The notices a relay took, decoded as far as their words are plain.
fn notices(sink: &Sink) -> Vec<String> {
    let taken = sink.taken().into_iter();
    let notices = taken.filter(|taken| taken.to == ["vagt@bladet.example"]);
    notices
        .map(|taken| String::from_utf8(taken.bytes).unwrap().replace("=\r\n", ""))
        .collect()
}

fn count(texts: &[String], part: &str) -> usize {
    texts.iter().filter(|text| text.contains(part)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_arrives_once_by_mail_and_once_by_the_command() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let source = format!(
        "[[source]]\nname = \"fjern\"\nkind = \"feed\"\nurl = \"http://{dead}/rss\"\nallow_private = true\n"
    );
    let send: fn(&str) -> &[&str] = |event| match event {
        "missed" => &["send", "--date", "2020-11-23", "-q"],
        _ => SEND,
    };
    for (event, rules, guards, more, code) in [
        ("held", vec![], "min_articles = 9", "", 4),
        ("missed", vec![], "", "", 4),
        ("refused", vec![refused("reader1@")], "", "", 3),
        ("doubtful", vec![once(Step::Body, 0, Act::Cut)], "", "", 3),
        ("source", vec![], "", source.as_str(), 0),
        ("done", vec![], "", "", 0),
    ] {
        let sink = sink(rules);
        let world = telling(sink.address.port(), guards, "done = true", more);
        if event == "missed" {
            world.article("a", "Et stykke", "2020-11-22");
            let text = fs::read_to_string(world.path("config/default.toml")).unwrap();
            let text = text.replace("not_after = \"off\"\n", "");
            world.write("config/default.toml", text);
        }
        let first = world.run(send(event));
        assert_eq!(first.code, code, "{event}: {}{}", first.out, first.err);
        world.run(send(event));
        let told = fs::read_to_string(world.path("told")).unwrap();
        let told: Vec<String> = told.lines().map(str::to_owned).collect();
        let by_command = format!("\"event\":\"{event}\"");
        assert_eq!(count(&told, &by_command), 1, "{event}: {told:?}");
        let mailed = notices(&sink);
        assert_eq!(
            count(&mailed, &format!(": {event}\r\n")),
            1,
            "{event}: {mailed:?}"
        );
        for text in mailed.iter().chain(&told) {
            assert!(!text.contains("@kommune.example"), "no reader: {text}");
        }
    }
}

/// Sends, and the relay's refusal of the notice fails nothing.
fn sends(world: &World, code: i32, why: &str) -> Said {
    let said = world.run(SEND);
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    assert!(said.err.contains(why), "{why}: {}", said.err);
    assert!(!said.err.contains('@'), "{}", said.err);
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_takes_no_notice_fails_nothing_and_is_said_once() {
    for (rule, why) in [
        (
            refused("vagt@"),
            "could not be told: the relay refused it (550)",
        ),
        (
            Rule {
                about: "vagt@",
                ..always(Step::Rcpt, Act::Cut)
            },
            "could not be told: the relay could not be reached",
        ),
        (
            Rule {
                about: "vagt@",
                ..always(Step::Rcpt, Act::Stall)
            },
            "could not be told: the relay did not answer in time",
        ),
    ] {
        let sink = sink(vec![rule]);
        let world = telling(
            sink.address.port(),
            "",
            "done = true\ntimeout_seconds = 1",
            "",
        );
        sends(&world, 0, why);
        assert_eq!(sink.taken().len(), 3, "every reader has a letter");
        let again = world.run(SEND);
        assert_eq!((again.code, again.err.as_str()), (0, ""));
    }
    // Nothing is to be sent, and no relay is there.
    let dead = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let world = telling(dead.port(), "min_articles = 9", "timeout_seconds = 2", "");
    sends(
        &world,
        4,
        "could not be told: the relay could not be reached",
    );
    let again = world.run(SEND);
    assert_eq!((again.code, again.err.as_str()), (4, ""), "said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_are_told_the_one_who_can_be_is_told_once() {
    let sink = sink(vec![refused("borte@")]);
    let world = telling(sink.address.port(), "min_articles = 9", "", "");
    let text = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        text.replace("to = [", "to = [\"borte@bladet.example\", "),
    );
    sends(
        &world,
        4,
        "the relay refused it (550), for 1 of 2 who are told",
    );
    let again = world.run(SEND);
    assert_eq!((again.code, again.err.as_str()), (4, ""));
    assert_eq!(notices(&sink).len(), 1);
}
