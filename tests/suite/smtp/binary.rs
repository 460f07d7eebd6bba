//! `send` to a relay, as cron runs it.

use super::{
    always,
    sink::{Act, Rule, Script, Sink, Step, Tls},
};
use crate::world::World;

const SEND: &[&str] = &["send", "--date", "2026-11-23"];

fn folder(sink: &Sink, more: &str) -> World {
    let world = World::with(2, 3);
    let port = sink.address.port();
    let text = std::fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!(
            "{text}\n[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n\
             tls = \"none\"\n{more}"
        ),
    );
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn send_hands_each_letter_to_the_relay_once() {
    let sink = Sink::start(Script::default(), Tls::None);
    let world = folder(&sink, "");
    let said = world.run(SEND);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert_eq!(sink.taken().len(), 3);
    assert!(
        said.err.contains("3 letters handed to 127.0.0.1"),
        "{}",
        said.err
    );
    assert_eq!(world.run(SEND).code, 0);
    assert_eq!(sink.taken().len(), 3);
    assert!(!world.path("outbox").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn send_says_by_its_exit_code_whose_fault_it_was() {
    for (step, reply, code) in [
        (Step::Mail, "550 5.7.1 not you", 1),
        (Step::Rcpt, "550 5.1.1 no such user", 3),
        (Step::Rcpt, "450 4.2.0 later", 75),
    ] {
        let script = Script {
            rules: vec![always(step, Act::Say(reply))],
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let said = folder(&sink, "").run(SEND);
        assert_eq!(said.code, code, "{reply}: {}{}", said.out, said.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_in_no_log_and_its_file_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let script = Script {
        rules: Vec::<Rule>::new(),
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let world = folder(&sink, "username = \"anna\"\npassword_file = \"password\"\n");
    world.write("password", "hemmelig\n");
    let allow = |mode| {
        let allowed = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(world.path("password"), allowed).unwrap();
    };
    allow(0o644);
    for command in [SEND, &["check"]] {
        let said = world.run(command);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains("can be read by others"), "{}", said.err);
    }
    assert!(sink.taken().is_empty());
    allow(0o600);
    let output = world
        .command(&[SEND, &["-v"]].concat())
        .env("OVERBLIK_LOG", "trace,lettre=trace")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(sink.taken().len(), 3);
    // As it is said: PLAIN's base64, and plainly.
    assert!(
        sink.lines()
            .iter()
            .any(|line| line == "AUTH PLAIN AGFubmEAaGVtbWVsaWc=")
    );
    assert!(
        !told.contains("AGFubmEAaGVtbWVsaWc") && !told.contains("hemmelig"),
        "{told}"
    );
}
