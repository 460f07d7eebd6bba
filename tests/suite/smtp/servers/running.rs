//! A mail server at work in a folder of its own, in namespaces of its own: it sees users that the machine does not have,
//! and one blow ends all its processes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// What every server greets with.
pub const HOST: &str = "relay.example";

/// A letter that lies in a server's queue: its envelope sender and its recipient.
pub type Queued = (String, String);

/// A mail server of Debian's.
pub trait Product: Sync {
    /// The folder it is unpacked in.
    fn name(&self) -> &'static str;

    /// The users it wants, each with an id nobody has on a machine that runs tests and a group of the same name.
    fn users(&self) -> &'static [(&'static str, u32)];

    /// Makes the folders it works in.
    fn furnish(&self, ground: &Ground);

    /// Writes its configuration: it takes every letter into its queue, where it stays, but none to a local part that
    /// begins with `reject`.
    fn configure(&self, ground: &Ground);

    /// Folders of the ground, and the places where it looks for them.
    fn mounts(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The command that runs it in the foreground.
    fn command(&self, ground: &Ground) -> String;

    /// Its words to a recipient it refuses.
    fn refusal(&self, address: &str) -> String;

    /// The letters it has taken.
    fn queue(&self, ground: &Ground) -> Vec<Queued>;
}

/// Where a server works.
pub struct Ground {
    folder: tempfile::TempDir,
    /// Where its package is unpacked.
    pub root: PathBuf,
    pub port: u16,
}

impl Ground {
    pub fn at(&self, place: &str) -> PathBuf {
        self.folder.path().join(place)
    }

    pub fn write(&self, place: &str, text: &str) {
        fs::write(self.at(place), text).unwrap();
    }

    /// Makes a folder, and says whose it is.
    pub fn folder(&self, place: &str, mode: u32, owner: u32, group: u32) {
        let path = self.at(place);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        chown(&path, Some(owner), Some(group)).unwrap();
    }

    pub fn read(&self, place: &str) -> String {
        let bytes = fs::read(self.at(place)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The files under a folder, at any depth.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // A folder that is gone meanwhile has no files.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            _ => found.push(entry.path()),
        }
    }
    found
}

/// Waits for something that another program does.
pub fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A running server.
pub struct Server {
    pub product: &'static dyn Product,
    pub ground: Ground,
    /// What holds its namespaces.
    holder: Option<Child>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.holder.is_some() {
            self.kill();
        }
    }
}

impl Server {
    /// Runs a server that has taken no letter yet.
    pub fn start(product: &'static dyn Product) -> Self {
        let unpacked = std::env::var_os("OVERBLIK_TEST_SERVERS").expect(
            "`tests/servers` unpacks the mail servers; `OVERBLIK_TEST_SERVERS` names its folder",
        );
        let ground = Ground {
            folder: tempfile::tempdir().unwrap(),
            root: PathBuf::from(unpacked).join(product.name()),
            port: 0,
        };
        ground.folder("", 0o755, 0, 0);
        let known = |file: &str| fs::read_to_string(file).unwrap();
        let (mut users, mut groups) = (known("/etc/passwd"), known("/etc/group"));
        for (name, id) in product.users() {
            users.push_str(&format!("{name}:x:{id}:{id}::/nonexistent:/bin/false\n"));
            groups.push_str(&format!("{name}:x:{id}:\n"));
        }
        ground.write("passwd", &users);
        ground.write("group", &groups);
        product.furnish(&ground);
        let mut server = Self {
            product,
            ground,
            holder: None,
        };
        server.boot();
        server
    }

    /// Runs it, or runs it again, on a port that was free a moment ago.
    pub fn boot(&mut self) {
        for _ in 0..5 {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            self.ground.port = listener.local_addr().unwrap().port();
            drop(listener);
            self.product.configure(&self.ground);
            self.holder = Some(self.spawn());
            if self.answers() {
                return;
            }
        }
        panic!(
            "{} does not answer:\n{}",
            self.product.name(),
            self.ground.read("words")
        );
    }

    fn spawn(&self) -> Child {
        let folder = self.ground.folder.path().display();
        let places = [("passwd", "/etc/passwd"), ("group", "/etc/group")];
        let mounts: String = places
            .iter()
            .chain(self.product.mounts())
            .map(|(from, to)| format!("mount --bind '{folder}/{from}' {to} && "))
            .collect();
        let command = self.product.command(&self.ground);
        let words = fs::File::options()
            .create(true)
            .append(true)
            .open(self.ground.at("words"))
            .unwrap();
        let root = &self.ground.root;
        let libraries = [root.join("libraries"), root.join("usr/lib/postfix")];
        Command::new("unshare")
            .args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c"])
            // The shell stays: the first process of its namespace is no place for a mail server.
            .arg(format!("{mounts}{command}; exit $?"))
            .env("LD_LIBRARY_PATH", std::env::join_paths(libraries).unwrap())
            .env("MAIL_CONFIG", self.ground.at("conf"))
            .stdin(Stdio::null())
            .stdout(words.try_clone().unwrap())
            .stderr(words)
            .spawn()
            .unwrap()
    }

    /// Whether it greets; it does not when another program has taken its port.
    fn answers(&mut self) -> bool {
        let holder = self.holder.as_mut().unwrap();
        let mut ended = false;
        wait_for("a mail server neither answers nor ends", || {
            ended = holder.try_wait().unwrap().is_some();
            ended || greets(self.ground.port)
        });
        !ended
    }

    /// Ends all of its processes as `kill -9` does, and waits until none is left.
    pub fn kill(&mut self) {
        let mut holder = self.holder.take().unwrap();
        let id = holder.id();
        let children = format!("/proc/{id}/task/{id}/children");
        let first = fs::read_to_string(children).unwrap_or_default();
        if first.trim().is_empty() {
            // It has not begun; what it begins ends with it.
            let _ = holder.kill();
        } else {
            // With the first process of a namespace the kernel kills all others, and only then reports its end.
            let blow = format!("kill -9 {first}");
            let _ = Command::new("sh").args(["-c", &blow]).status();
        }
        let _ = holder.wait();
    }

    pub fn queue(&self) -> Vec<Queued> {
        self.product.queue(&self.ground)
    }
}

fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let soon = Some(Duration::from_secs(5));
    stream.set_read_timeout(soon).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).is_ok() && line.starts_with(&format!("220 {HOST}"))
}
