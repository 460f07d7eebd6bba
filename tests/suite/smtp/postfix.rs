//! Debian's Postfix, unpacked and not installed: it takes letters in groups, and its log says under whose sender.

use std::{
    collections::HashMap,
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use overblik::transport::smtp::settings::{Pipelining, SmtpSettings, TlsMode};

use super::{
    states,
    world::{World, address},
};

/// Ids nobody has on a machine that runs tests.
const USER: u32 = 60_001;
const GROUP: u32 = 60_002;

struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
    master: Child,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Its daemons end when it does.
        let _ = self.master.kill();
        let _ = self.master.wait();
    }
}

/// What is unpacked, by `tests/run`.
fn unpacked() -> PathBuf {
    std::env::var_os("OVERBLIK_TEST_POSTFIX")
        .expect("`tests/run` unpacks Postfix and names its folder in `OVERBLIK_TEST_POSTFIX`")
        .into()
}

/// Waits for something that another program does.
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

impl Postfix {
    fn start(refused: &[String]) -> Self {
        let root = unpacked();
        let folder = tempfile::tempdir().unwrap();
        let at = |place: &str| folder.path().join(place);
        let open = |path: &Path| {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        };
        open(folder.path());
        for place in ["conf", "queue", "data", "log"] {
            fs::create_dir(at(place)).unwrap();
            open(&at(place));
        }
        for name in [
            "incoming", "active", "deferred", "bounce", "defer", "corrupt", "flush", "hold",
            "saved", "trace", "private", "public", "maildrop", "pid",
        ] {
            let path = at("queue").join(name);
            fs::create_dir(&path).unwrap();
            match name {
                "pid" => {}
                "public" | "maildrop" => chown(&path, Some(USER), Some(GROUP)).unwrap(),
                _ => chown(&path, Some(USER), None).unwrap(),
            }
        }
        chown(at("data"), Some(USER), None).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let lines: String = refused
            .iter()
            .map(|address| format!("{address} REJECT\n"))
            .collect();
        fs::write(at("conf/refused"), lines).unwrap();
        fs::write(at("conf/main.cf"), main(folder.path(), &root)).unwrap();
        fs::write(at("conf/master.cf"), master(port)).unwrap();
        let with = |file: &str, more: &str| fs::read_to_string(file).unwrap() + more;
        fs::write(
            at("passwd"),
            with(
                "/etc/passwd",
                &format!("postfix:x:{USER}:{USER}::/nonexistent:/bin/false\n"),
            ),
        )
        .unwrap();
        fs::write(
            at("group"),
            with(
                "/etc/group",
                &format!("postfix:x:{USER}:\npostdrop:x:{GROUP}:\n"),
            ),
        )
        .unwrap();
        // Its users stand in files that only it sees.
        let script = "mount --bind \"$1/passwd\" /etc/passwd && mount --bind \"$1/group\" /etc/group && \
                      exec \"$2/usr/lib/postfix/sbin/master\" -c \"$1/conf\" -d";
        let master = Command::new("unshare")
            .args(["-m", "sh", "-c", script, "sh"])
            .arg(folder.path())
            .arg(&root)
            .env("LD_LIBRARY_PATH", root.join("usr/lib/postfix"))
            .env("MAIL_CONFIG", at("conf"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        wait_for("Postfix does not listen", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self {
            folder,
            port,
            master,
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/mail.log")).unwrap_or_default()
    }
}

fn main(folder: &Path, root: &Path) -> String {
    let (folder, root) = (folder.display(), root.display());
    format!(
        "compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {folder}/conf
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
relay_transport = discard:
default_transport = discard:
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/conf/refused, permit_mynetworks, reject
import_environment = LD_LIBRARY_PATH MAIL_CONFIG
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
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

/// What stands between the angle brackets after a word of a line.
fn bracketed<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    line.split_once(word)?
        .1
        .split_once('>')
        .map(|found| found.0)
}

/// The sender and the recipient of each letter that left, in the order they left.
fn left(log: &str) -> Vec<(String, String)> {
    let mut senders = HashMap::new();
    let mut left = Vec::new();
    for line in log.lines() {
        let Some(queued) = line
            .split("]: ")
            .nth(1)
            .and_then(|rest| rest.split(':').next())
        else {
            continue;
        };
        if let Some(from) = bracketed(line, ": from=<") {
            senders.insert(queued, from.to_owned());
        } else if line.contains("status=sent")
            && let Some(to) = bracketed(line, ": to=<")
        {
            left.push((senders[queued].clone(), to.to_owned()));
        }
    }
    left
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Debian's Postfix, which `tests/run` unpacks"]
async fn a_thousand_letters_pass_postfix_each_under_its_own_sender() {
    for mode in [Pipelining::OneTurn, Pipelining::Group, Pipelining::Off] {
        let refused: Vec<String> = (0..1000).step_by(50).map(address).collect();
        let postfix = Postfix::start(&refused);
        let mut world = World::new(1000);
        world.connections = 4;
        let settings = SmtpSettings {
            host: Some("127.0.0.1".into()),
            port: Some(postfix.port),
            tls: TlsMode::None,
            pipelining: mode,
            ..SmtpSettings::default()
        };
        let sent = world.run(&world.transport(&settings, None, None)).await;
        assert_eq!(
            states(&sent),
            [980, 0, 20, 0, 0],
            "{mode:?} {:?}",
            sent.halted
        );
        wait_for("not all letters leave", || {
            left(&postfix.log()).len() >= 980
        });
        let mut expected = world.expected();
        for (from, to) in left(&postfix.log()) {
            let (own, _) = expected.remove(&to).unwrap_or_else(|| panic!("{to} twice"));
            assert_eq!(from, own, "{to}");
        }
        let rest: Vec<String> = expected.into_keys().collect();
        assert_eq!(rest, refused, "{mode:?}");
    }
}
