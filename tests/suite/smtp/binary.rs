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

#[tokio::test(flavor = "multi_thread")]
async fn with_several_relays_send_tells_how_many_letters_each_took_and_logs_name_them() {
    let script = Script {
        rules: vec![always(Step::Greeting, Act::Say("554 5.3.2 closed"))],
        ..Script::default()
    };
    let first = Sink::start(script, Tls::None);
    let second = Sink::start(Script::default(), Tls::None);
    let [one, two] = [&first, &second].map(|sink| sink.address.port());
    let further = format!("[[transport.smtp.relay]]\nhost = \"127.0.0.1\"\nport = {two}\n");
    let world = folder(&first, &further);
    let said = world.run(SEND);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for line in [
        format!("0 letters handed to 127.0.0.1:{one}"),
        format!("3 letters handed to 127.0.0.1:{two}"),
        format!("relay=127.0.0.1:{one}"),
    ] {
        assert!(said.err.contains(&line), "{line}: {}", said.err);
    }
    assert_eq!(second.taken().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_relays_password_comes_from_its_file_and_is_masked() {
    use std::os::unix::fs::PermissionsExt as _;
    let sink = Sink::start(Script::default(), Tls::None);
    let port = sink.address.port();
    let world = folder(
        &sink,
        &format!(
            "[[transport.smtp.relay]]\nhost = \"127.0.0.1\"\nport = {port}\nusername = \"anna\"\n\
             password_file = \"password\"\n"
        ),
    );
    let said = world.run(&["check"]);
    assert_eq!(said.code, 2, "{}", said.err);
    let key = "transport.smtp.relay[0].password_file";
    assert!(said.err.contains(key), "{}", said.err);
    world.write("password", "hemmelig\n");
    let allowed = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(world.path("password"), allowed).unwrap();
    let said = world.run(&["check"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!(said.out + &said.err).contains("hemmelig"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_while_a_relay_is_in_trouble_ends_the_run_at_once() {
    let script = Script {
        rules: vec![always(Step::Greeting, Act::Stall)],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let world = folder(&sink, "");
    let mut child = world.command(SEND).spawn().unwrap();
    while sink.connections() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let began = std::time::Instant::now();
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap())
        .await
        .unwrap();
    assert_eq!(ended.code(), Some(75));
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
}
