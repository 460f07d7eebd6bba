//! Exim: it takes letters in groups, and its queue has a file for each envelope.

use std::fs;

use overblik::transport::smtp::settings::Pipelining;

use super::{
    MODES, a_thousand, killed_midway,
    running::{Ground, HOST, Product, Queued, files},
};

const USER: u32 = 60_003;

/// Debian's `exim4-daemon-light`.
pub struct Exim;

impl Product for Exim {
    fn name(&self) -> &'static str {
        "exim"
    }

    fn users(&self) -> &'static [(&'static str, u32)] {
        &[("Debian-exim", USER)]
    }

    fn furnish(&self, ground: &Ground) {
        for place in ["spool", "log"] {
            ground.folder(place, 0o750, USER, USER);
        }
    }

    fn configure(&self, ground: &Ground) {
        let folder = ground.at("");
        let folder = folder.display();
        ground.write(
            "exim.conf",
            &format!(
                "primary_hostname = {HOST}
spool_directory = {folder}spool
log_file_path = {folder}log/%slog
pid_file_path = {folder}pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {}
log_selector = +received_recipients +pipelining
queue_only = true
keep_environment =
tls_advertise_hosts =
pipelining_connect_advertise_hosts =
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny local_parts = ^reject
       message = 5.1.1 no such user
  accept
",
                ground.port
            ),
        );
    }

    fn command(&self, ground: &Ground) -> String {
        format!(
            "'{}' -C '{}' -bdf",
            ground.root.join("usr/sbin/exim4").display(),
            ground.at("exim.conf").display()
        )
    }

    fn refusal(&self, _address: &str) -> String {
        "550 5.1.1 no such user".into()
    }

    /// The envelope's file has the sender in its third line, and the recipients at the end of its first part.
    fn queue(&self, ground: &Ground) -> Vec<Queued> {
        let mut queued = Vec::new();
        for path in files(&ground.at("spool/input")) {
            let Some(text) = path
                .to_string_lossy()
                .ends_with("-H")
                .then(|| fs::read_to_string(&path).unwrap_or_default())
            else {
                continue;
            };
            let envelope = text.split("\n\n").next().unwrap_or_default();
            let mut lines = envelope.lines();
            let (from, to) = (lines.nth(2), lines.next_back());
            if let (Some(from), Some(to)) = (from, to) {
                queued.push((from.trim_matches(['<', '>']).to_owned(), to.to_owned()));
            }
        }
        queued
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's Exim, which `tests/run` unpacks"]
async fn a_thousand_letters_pass_exim_each_under_its_own_sender() {
    for mode in MODES {
        let server = a_thousand(&Exim, mode).await;
        // Its log marks a letter that came pipelined with an L.
        let log = server.ground.read("log/mainlog");
        let pipelined = log.lines().filter(|line| line.contains(" L ")).count();
        assert_eq!(
            pipelined,
            if mode == Pipelining::Off { 0 } else { 980 },
            "{mode:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's Exim, which `tests/run` unpacks"]
async fn exim_killed_midway_costs_no_letter_and_doubles_none() {
    killed_midway(&Exim).await;
}
