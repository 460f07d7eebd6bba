//! OpenSMTPD: it takes one command at a time, and a hundred letters a connection.

use std::fs;

use overblik::transport::smtp::settings::Pipelining;

use super::{
    CONNECTIONS, a_thousand, check, connect, killed_midway, letters,
    pretender::Pretender,
    running::{Ground, HOST, Product, Queued, Server, files},
};

const USER: u32 = 60_004;
const QUEUE: u32 = 60_005;

/// Debian's `opensmtpd`.
pub struct OpenSmtpd;

impl Product for OpenSmtpd {
    fn name(&self) -> &'static str {
        "opensmtpd"
    }

    fn users(&self) -> &'static [(&'static str, u32)] {
        &[("opensmtpd", USER), ("opensmtpq", QUEUE)]
    }

    fn furnish(&self, ground: &Ground) {
        for place in [
            "run",
            "lib",
            "lib/opensmtpd",
            "lib/opensmtpd/empty",
            "spool",
        ] {
            ground.folder(place, 0o755, 0, 0);
        }
        ground.folder("spool/smtpd", 0o711, 0, 0);
    }

    fn configure(&self, ground: &Ground) {
        ground.write(
            "smtpd.conf",
            &format!(
                "listen on 127.0.0.1 port {} hostname {HOST}
action \"keep\" relay
match from any for rcpt-to regex \"^reject\" reject
match from any for any action \"keep\"
",
                ground.port
            ),
        );
    }

    /// Where it looks is built into it.
    fn mounts(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("spool", "/var/spool"),
            ("lib", "/var/lib"),
            ("run", "/run"),
        ]
    }

    fn command(&self, ground: &Ground) -> String {
        format!(
            "'{}' -d -P mta -P mda -f '{}'",
            ground.root.join("usr/sbin/smtpd").display(),
            ground.at("smtpd.conf").display()
        )
    }

    fn refusal(&self, address: &str) -> String {
        format!("550 Invalid recipient: <{address}>")
    }

    /// A folder for each letter, with a file for each of its envelopes.
    fn queue(&self, ground: &Ground) -> Vec<Queued> {
        let mut queued = Vec::new();
        for path in files(&ground.at("spool/smtpd/queue")) {
            if path.ends_with("message") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let stated = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
            if let (Some(from), Some(to)) = (stated("sender: "), stated("rcpt: ")) {
                queued.push((from.to_owned(), to.to_owned()));
            }
        }
        queued
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's OpenSMTPD, which `tests/run` unpacks"]
async fn a_thousand_letters_pass_opensmtpd_each_under_its_own_sender() {
    a_thousand(&OpenSmtpd, Pipelining::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's OpenSMTPD, which `tests/run` unpacks"]
async fn opensmtpd_killed_midway_costs_no_letter_and_doubles_none() {
    killed_midway(&OpenSmtpd).await;
}

/// It does not offer PIPELINING, and ends the connection of whoever pipelines all the same.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's OpenSMTPD, which `tests/run` unpacks"]
async fn an_opensmtpd_that_seems_to_offer_pipelining_still_gets_each_letter_once() {
    for mode in [Pipelining::OneTurn, Pipelining::Group] {
        let server = Server::start(&OpenSmtpd);
        let pretender = Pretender::start(server.ground.port).await;
        let world = letters();
        let settings = connect(pretender.port, mode);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        check(&world, &server, &sent);
        // Each connection at most once.
        assert!(
            (1..=CONNECTIONS).contains(&pretender.objections()),
            "{mode:?}"
        );
    }
}
