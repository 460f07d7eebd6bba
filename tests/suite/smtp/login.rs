//! Logging in, as cron runs it: the credentials are right or the run stops, and nowhere but on the encrypted line can
//! they be read.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::sink::{Script, Sink, Tls, certificate};
use crate::world::{World, names};

const SEND: [&str; 3] = ["send", "--date", "2026-11-23"];
const RIGHT: &str = "hemmelig";
const WRONG: &str = "gætværk";

fn folder(sink: &Sink, authorities: &Path, auth: &str, password: &str) -> World {
    let world = World::with(2, 3);
    let port = sink.address.port();
    let text = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!(
            "{text}\n[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"localhost\"\nport = {port}\n\
             ca_file = \"ca.pem\"\nusername = \"anna\"\npassword_file = \"password\"\nauth = \"{auth}\"\n"
        ),
    );
    world.write("ca.pem", fs::read(authorities.join("ca.pem")).unwrap());
    world.write("password", password);
    let owners = fs::Permissions::from_mode(0o600);
    fs::set_permissions(world.path("password"), owners).unwrap();
    world
}

/// A password as it is kept, and as each mechanism says it.
fn shapes(password: &str) -> Vec<Vec<u8>> {
    let said = |text: String| {
        BASE64_STANDARD
            .encode(text)
            .trim_end_matches('=')
            .to_owned()
    };
    [
        password.to_owned(),
        said(password.to_owned()),
        said(format!("\0anna\0{password}")),
        said(format!("user=anna\u{1}auth=Bearer {password}\u{1}\u{1}")),
    ]
    .map(String::into_bytes)
    .into()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// One run; the exit code and all that it said.
fn send(world: &World, verbosity: &[&str], log: &str) -> (Option<i32>, String) {
    let output = world
        .command(&[&SEND, verbosity].concat())
        .env("OVERBLIK_LOG", log)
        .env("RUST_LOG", log)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(told).unwrap())
}

/// How much a run may tell: nothing, what it likes, and all there is.
const TELLING: [(&[&str], &str); 4] = [
    (&["-v"], "trace,lettre=trace,rustls=trace,tokio=trace"),
    (&["-q"], ""),
    (&[], "debug"),
    (&["--json", "-v"], ""),
];

async fn check(auth: &str) {
    let keys = tempfile::tempdir().unwrap();
    let acceptor = certificate(keys.path());
    // A refused login waits a little between its tries, so it is looked at least and most closely only.
    let right = TELLING.map(|telling| (RIGHT, 0, telling));
    let wrong = TELLING[..2].iter().map(|telling| (WRONG, 1, *telling));
    for (password, code, (verbosity, log)) in right.into_iter().chain(wrong) {
        let sink = Sink::start(Script::default(), Tls::Starttls(acceptor.clone()));
        let world = folder(&sink, keys.path(), auth, password);
        let (ended, told) = send(&world, verbosity, log);
        let case = format!("{auth} {password} {verbosity:?} {log}");
        assert_eq!(ended, Some(code), "{case}: {told}");
        assert_eq!(sink.taken().len(), if code == 0 { 3 } else { 0 }, "{case}");
        // It was said, under TLS.
        let said = format!("*AUTH {}", auth.to_uppercase());
        assert!(
            sink.lines().iter().any(|line| line.starts_with(&said)),
            "{case}"
        );
        if code != 0 {
            // The relay's words, however quiet the run is to be.
            assert!(
                told.contains("535 5.7.8 credentials invalid"),
                "{case}: {told}"
            );
        }
        let kept = names(&world.path("state"));
        let kept = kept.iter().map(|name| world.path("state").join(name));
        let mut texts: Vec<Vec<u8>> = kept.filter_map(|path| fs::read(path).ok()).collect();
        texts.push(told.into_bytes());
        for shape in shapes(password) {
            assert!(
                !texts.iter().any(|text| contains(text, &shape)),
                "{case}: {}",
                String::from_utf8_lossy(&shape)
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_logs_in_or_stops_the_run_and_no_log_has_the_password() {
    check("plain").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn login_logs_in_or_stops_the_run_and_no_log_has_the_password() {
    check("login").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn xoauth2_logs_in_or_stops_the_run_and_no_log_has_the_token() {
    check("xoauth2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_refused_login_a_run_with_the_right_password_sends_to_everyone() {
    let keys = tempfile::tempdir().unwrap();
    let sink = Sink::start(Script::default(), Tls::Starttls(certificate(keys.path())));
    let world = folder(&sink, keys.path(), "plain", WRONG);
    assert_eq!(send(&world, &[], "").0, Some(1));
    // A wrong password costs no letter, and is not tried for each of them.
    let status = world.run(&["status", "--json"]).json();
    assert_eq!(
        (&status["planned"], &status["waiting"]),
        (&3.into(), &3.into())
    );
    let tries = sink
        .lines()
        .iter()
        .filter(|line| line.contains("AUTH PLAIN"))
        .count();
    assert!((1..=3).contains(&tries), "{tries}");
    world.write("password", RIGHT);
    assert_eq!(send(&world, &[], "").0, Some(0));
    assert_eq!(sink.taken().len(), 3);
}
