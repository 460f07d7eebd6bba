//! Postfix: it takes letters in groups, and keeps each in a file of records.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{
    MODES, a_thousand, killed_midway,
    running::{Ground, HOST, Product, Queued, files},
};

const USER: u32 = 60_001;
const GROUP: u32 = 60_002;

/// Debian's `postfix`.
pub struct Postfix;

impl Product for Postfix {
    fn name(&self) -> &'static str {
        "postfix"
    }

    fn users(&self) -> &'static [(&'static str, u32)] {
        &[("postfix", USER), ("postdrop", GROUP)]
    }

    fn furnish(&self, ground: &Ground) {
        for place in ["conf", "queue", "log", "queue/pid"] {
            ground.folder(place, 0o755, 0, 0);
        }
        for name in [
            "incoming", "active", "deferred", "bounce", "defer", "corrupt", "flush", "hold",
            "saved", "trace", "private",
        ] {
            ground.folder(&format!("queue/{name}"), 0o755, USER, 0);
        }
        for name in ["public", "maildrop"] {
            ground.folder(&format!("queue/{name}"), 0o755, USER, GROUP);
        }
        ground.folder("data", 0o755, USER, 0);
    }

    fn configure(&self, ground: &Ground) {
        ground.write("conf/refused", "/^reject/ REJECT\n");
        ground.write("conf/main.cf", &main(ground));
        ground.write("conf/master.cf", &master(ground.port));
    }

    fn command(&self, ground: &Ground) -> String {
        format!(
            "'{}' -c '{}' -d",
            ground.root.join("usr/lib/postfix/sbin/master").display(),
            ground.at("conf").display()
        )
    }

    fn refusal(&self, address: &str) -> String {
        format!("554 5.7.1 <{address}>: Recipient address rejected: Access denied")
    }

    fn queue(&self, ground: &Ground) -> Vec<Queued> {
        let mut queued = Vec::new();
        for path in files(&ground.at("queue/hold")) {
            // A file that is not yet whole may not be executed.
            let is_whole =
                fs::metadata(&path).is_ok_and(|file| file.permissions().mode() & 0o100 != 0);
            let bytes = fs::read(&path).unwrap_or_default();
            let records = records(&bytes);
            let stated = |kind| records.iter().find(|record| record.0 == kind);
            if is_whole && let (Some(from), Some(to)) = (stated(b'S'), stated(b'R')) {
                queued.push((from.1.clone(), to.1.clone()));
            }
        }
        queued
    }
}

/// The records of a queue file: a letter for the kind; the length, seven bits an octet, the lowest first; the text.
fn records(mut bytes: &[u8]) -> Vec<(u8, String)> {
    let mut records = Vec::new();
    while let Some((&kind, mut rest)) = bytes.split_first() {
        let (mut length, mut shift) = (0, 0);
        while let Some((&octet, more)) = rest.split_first() {
            length |= usize::from(octet & 0x7f) << shift;
            shift += 7;
            rest = more;
            if octet & 0x80 == 0 {
                break;
            }
        }
        let Some((text, more)) = rest.split_at_checked(length) else {
            break;
        };
        records.push((kind, String::from_utf8_lossy(text).into_owned()));
        bytes = more;
    }
    records
}

fn main(ground: &Ground) -> String {
    let folder = ground.at("");
    let (folder, root) = (folder.display(), ground.root.display());
    format!(
        "compatibility_level = 3.6
queue_directory = {folder}queue
data_directory = {folder}data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {folder}conf
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {HOST}
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}conf/refused, permit_mynetworks, reject
smtpd_data_restrictions = check_client_access static:HOLD
import_environment = LD_LIBRARY_PATH MAIL_CONFIG
maillog_file = {folder}log/mail.log
maillog_file_prefixes = {folder}log
smtpd_tls_security_level = none
"
    )
}

fn master(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"
    )
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's Postfix, which `tests/run` unpacks"]
async fn a_thousand_letters_pass_postfix_each_under_its_own_sender() {
    for mode in MODES {
        a_thousand(&Postfix, mode).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's Postfix, which `tests/run` unpacks"]
async fn postfix_killed_midway_costs_no_letter_and_doubles_none() {
    killed_midway(&Postfix).await;
}
