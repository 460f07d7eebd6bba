//! A proof goes to whom a person names, says what it is, and leaves no trace.

use std::fs;

use crate::{
    smtp::sink::{Act, Rule, Script, Sink, Step, Tls},
    world::{World, names},
};

const DATE: &str = "2026-11-23";

fn proofs(world: &World) -> Vec<String> {
    let read = |name: &String| fs::read_to_string(world.path("outbox").join(name)).unwrap();
    let letters = world.letters();
    let proofs = letters.iter().filter(|name| name.starts_with("trial."));
    proofs.map(read).collect()
}

#[test]
fn a_proof_says_what_it_is_and_nothing_is_published() {
    let world = World::with(3, 2);
    let said = world.run(&[
        "send",
        "--date",
        DATE,
        "--to",
        "mig@bladet.example",
        "korrektur@bladet.example",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.out.matches("accepted").count(), 2, "{}", said.out);
    assert!(said.out.contains("[Prøve] Nyt om skole"), "{}", said.out);
    let letters = proofs(&world);
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        assert!(letter.contains("\r\nSubject: =?utf-8?"), "{letter}");
        assert!(letter.contains("multipart/alternative"));
        assert!(!letter.contains("List-Unsubscribe"));
        // `prøvelink`, encoded.
        assert!(letter.contains("pr=C3=B8velink"), "{letter}");
    }
    assert!(
        letters
            .iter()
            .any(|letter| letter.contains("To: <mig@") || letter.contains("To: mig@"))
    );
    assert!(!world.path("state").exists(), "no ledger, no key");
    // The same again is another mail.
    world.run(&["send", "--date", DATE, "--to", "mig@bladet.example"]);
    assert_eq!(proofs(&world).len(), 3);
    let sent = world.run(&["send", "--date", DATE]);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert_eq!(world.letters().len(), 3 + 2, "every reader gets the letter");
}

#[test]
fn a_proof_of_a_frozen_issue_is_what_was_mailed_and_touches_no_ledger() {
    let world = World::with(3, 2);
    assert_eq!(world.run(&["send", "--date", DATE]).code, 0);
    fs::remove_dir_all(world.path("articles")).unwrap();
    let state = |world: &World| -> Vec<(String, Vec<u8>)> {
        let files = names(&world.path("state"));
        files
            .into_iter()
            .filter(|name| world.path("state").join(name).is_file())
            .map(|name| {
                (
                    name.clone(),
                    fs::read(world.path("state").join(name)).unwrap(),
                )
            })
            .collect()
    };
    let before = state(&world);
    let said = world.run(&[
        "send",
        "--date",
        DATE,
        "--json",
        "--format",
        "text",
        "--language",
        "en",
        "--to",
        "mig@bladet.example",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.json()["proofs"][0]["state"], "accepted");
    let letters = proofs(&world);
    assert!(letters[0].contains("Content-Language: en"));
    assert!(letters[0].contains("Content-Type: text/plain"));
    assert!(letters[0].contains("Nyt om skole nummer 0"));
    assert!(state(&world) == before);
}

#[test]
fn without_anybody_to_mail_to_a_proof_is_refused() {
    let world = World::with(1, 1);
    let said = world.run(&["send", "--to"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("issues.proof_to"), "{}", said.err);
    world.write(
        "config/test.toml",
        "[issues]\nproof_to = [\"red@bladet.example\"]\n",
    );
    let said = world.run(&["--env", "test", "send", "--date", DATE, "--to"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(proofs(&world).len(), 1);
    for wrong in [
        &["send", "--to", "ingen"][..],
        &["send", "--to", "a@b.example", "--dry-run"],
        &["send", "--to", "a@b.example", "--top-up"],
        &["send", "--format", "text"],
        &["send", "--to", "a@b.example", "--format", "pdf"],
    ] {
        assert_eq!(world.run(wrong).code, 2, "{wrong:?}");
    }
    let empty = World::with(0, 1);
    let said = empty.run(&["send", "--date", DATE, "--to", "mig@bladet.example"]);
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("nothing to prove"), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_relay_says_of_a_proof_is_said_by_the_exit_code() {
    for (step, reply, code, state) in [
        (Step::Mail, "550 5.7.1 not you", 1, "waiting"),
        (Step::Rcpt, "550 5.1.1 no such user", 3, "failed"),
        (Step::Rcpt, "450 4.2.0 later", 75, "deferred"),
        (Step::Greeting, "554 5.7.1 go away", 1, "waiting"),
    ] {
        let rule = Rule {
            step,
            about: "",
            skip: 0,
            times: usize::MAX,
            act: Act::Say(reply),
        };
        let script = Script {
            rules: vec![rule],
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let world = World::with(2, 1);
        world.write(
            "config/test.toml",
            format!(
                "[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
                sink.address.port()
            ),
        );
        let said = world.run(&[
            "--env",
            "test",
            "send",
            "--date",
            DATE,
            "--to",
            "mig@bladet.example",
        ]);
        assert_eq!(said.code, code, "{reply}: {}{}", said.out, said.err);
        assert!(said.out.contains(state), "{}", said.out);
        assert!(!world.path("state").exists(), "nobody is suppressed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_gets_each_proof_once() {
    let sink = Sink::start(Script::default(), Tls::None);
    let world = World::with(2, 1);
    world.write(
        "config/test.toml",
        format!(
            "[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
            sink.address.port()
        ),
    );
    let said = world.run(&[
        "--env",
        "test",
        "send",
        "--date",
        DATE,
        "--to",
        "a@bladet.example",
        "b@bladet.example",
    ]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let taken = sink.taken();
    let to: Vec<String> = taken.iter().flat_map(|letter| letter.to.clone()).collect();
    assert_eq!(to.len(), 2);
    assert!(to.iter().any(|to| to.contains("b@bladet.example")));
}
