//! The door behind the web servers that README and `deploy/` name: Debian's own, unpacked and not installed, run on
//! loopback with the very lines that stand there.

use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::net::TcpSocket;

use super::{Served, link, state_of};
use crate::world::World;

const READER: &str = "reader0@kommune.example";

/// A web server at work in a folder of its own.
struct Proxy {
    home: tempfile::TempDir,
    child: Child,
    address: SocketAddr,
}

/// The lines that stand in a file of the repository, passed on to where the door is.
fn lines(file: &str, served: &Served) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("127.0.0.1:8025"), "{file}");
    text.replace("127.0.0.1:8025", &served.address.to_string())
}

/// Where a package's program is unpacked.
fn unpacked(place: &str) -> PathBuf {
    let folder = env::var_os("OVERBLIK_TEST_SERVERS").expect(
        "`tests/servers FOLDER` unpacks the web servers; `OVERBLIK_TEST_SERVERS` names its folder",
    );
    PathBuf::from(folder).join(place)
}

impl Proxy {
    /// nginx, with lines in its `server`.
    fn nginx(lines: &str) -> Self {
        Self::start("nginx", |home, port| {
            let at = home.display();
            let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|what| format!("{what}_temp_path {at}/{what};\n"))
                .concat();
            let config = format!(
                "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n\
                 {temporary}access_log {at}/access.log;\nserver {{\nlisten 127.0.0.1:{port};\n{lines}\n}}\n}}\n"
            );
            fs::write(home.join("conf"), config).unwrap();
            let mut command = Command::new(unpacked("nginx/usr/sbin/nginx"));
            command.args(["-e", "stderr", "-c"]).arg(home.join("conf"));
            command
        })
    }

    /// Caddy, with a file of its own, by http and on loopback alone.
    fn caddy(lines: &str) -> Self {
        assert!(lines.contains("avis.example {\n"), "{lines}");
        Self::start("caddy", |home, port| {
            let log = home.join("access.log");
            let site = format!(
                "http://avis.example:{port} {{\nlog {{\noutput file {}\n}}\n",
                log.display()
            );
            let config = format!(
                "{{\nadmin off\ndefault_bind 127.0.0.1\n}}\n{}",
                lines.replace("avis.example {\n", &site)
            );
            fs::write(home.join("conf"), config).unwrap();
            let mut command = Command::new(unpacked("caddy/usr/bin/caddy"));
            command.args(["run", "--adapter", "caddyfile", "--config"]);
            command.arg(home.join("conf"));
            command
        })
    }

    /// Runs it on a port that was free a moment ago.
    fn start(name: &str, command: impl Fn(&Path, u16) -> Command) -> Self {
        let home = tempfile::tempdir().unwrap();
        for _ in 0..5 {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            drop(listener);
            let words = fs::File::create(home.path().join("words")).unwrap();
            let mut child = command(home.path(), address.port())
                .env("LD_LIBRARY_PATH", unpacked(name).join("libraries"))
                .env("HOME", home.path())
                .env_remove("XDG_DATA_HOME")
                .env_remove("XDG_CONFIG_HOME")
                .stdin(Stdio::null())
                .stdout(words.try_clone().unwrap())
                .stderr(words)
                .spawn()
                .unwrap();
            let mut ended = false;
            until("a web server neither answers nor ends", || {
                ended = child.try_wait().unwrap().is_some();
                ended || TcpStream::connect(address).is_ok()
            });
            if !ended {
                return Self {
                    home,
                    child,
                    address,
                };
            }
        }
        let words = fs::read_to_string(home.path().join("words"));
        panic!("{name} does not answer:\n{}", words.unwrap_or_default());
    }

    /// The answer to a request that comes from an address of this machine, and says it came from elsewhere.
    fn ask(&self, from: [u8; 4], method: &str, path: &str, body: &str) -> String {
        let mut stream = connected(from.into(), self.address);
        let (length, port) = (body.len(), self.address.port());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: avis.example:{port}\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.{}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}",
            length % 200,
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("access.log")).unwrap_or_default()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connected(from: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).unwrap();
    stream
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or(answer)
}

/// A newsletter that has sent to one reader, at whose door each address may look once a second.
fn newsletter() -> World {
    let world = World::with(1, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!("{config}\n[serve]\nrate = \"1/s\"\n"),
    );
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    world
}

/// What holds behind every one of them.
fn stands_behind(world: &World, proxy: &Proxy) {
    let path = link(world, "state/key", READER);
    let page = proxy.ask([127, 0, 0, 2], "GET", &path, "");
    assert!(page.contains("Ja, afmeld mig"), "{page}");
    let big = format!("List-Unsubscribe=One-Click&x={}", "x".repeat(20_000));
    let answer = proxy.ask([127, 0, 0, 2], "POST", &path, &big);
    assert_eq!(status(&answer), "413", "{answer}");
    assert!(!state_of(world, READER).contains("\"left\""));
    // Whoever looks too often is told to wait, whatever it says of itself; another is not held up by it.
    let mut looks = 0;
    until("nobody is told to wait", || {
        looks += 1;
        let body = "x".repeat(looks);
        status(&proxy.ask([127, 0, 0, 3], "GET", &path, &body)) == "429"
    });
    let answer = proxy.ask([127, 0, 0, 4], "GET", &path, "");
    assert_eq!(status(&answer), "200", "{answer}");
    let answer = proxy.ask([127, 0, 0, 3], "POST", &path, "List-Unsubscribe=One-Click");
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(state_of(world, READER).contains("\"left\""));
}

/// Links are signed: what could be used by whoever reads it is not written down.
fn keeps_links_to_itself(world: &World, proxy: &Proxy) {
    proxy.ask([127, 0, 0, 2], "GET", "/andet", "");
    until("nothing is logged", || proxy.log().contains("/andet"));
    let path = link(world, "state/key", READER);
    let log = proxy.log();
    assert!(!log.contains(&path), "{log}");
}

#[test]
#[ignore = "wants nginx; `tests/run` unpacks it"]
fn nginx_passes_links_on_by_the_lines_of_deploy() {
    let world = newsletter();
    let served = Served::at(&world);
    let proxy = Proxy::nginx(&lines("deploy/nginx.conf", &served));
    stands_behind(&world, &proxy);
    keeps_links_to_itself(&world, &proxy);
}

#[test]
#[ignore = "wants Caddy; `tests/run` unpacks it"]
fn caddy_passes_links_on_by_the_lines_of_deploy() {
    let world = newsletter();
    let served = Served::at(&world);
    let proxy = Proxy::caddy(&lines("deploy/Caddyfile", &served));
    stands_behind(&world, &proxy);
    keeps_links_to_itself(&world, &proxy);
}

#[test]
#[ignore = "wants Caddy; `tests/run` unpacks it"]
fn caddy_passes_links_on_by_the_lines_of_the_readme() {
    let world = newsletter();
    let served = Served::at(&world);
    let readme = lines("README.md", &served);
    let block = readme
        .split("```")
        .find(|block| block.starts_with("text\navis.example {\n"));
    let block = block.and_then(|block| block.strip_prefix("text\n"));
    stands_behind(&world, &Proxy::caddy(block.unwrap()));
}
