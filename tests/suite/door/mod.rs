//! Readers leave by the links of their letters: the built program serves, and sends.

mod looked_at;
mod meanwhile;
mod proxies;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use overblik::{
    domain::{
        address::Address,
        issue::{Frequency, IssueKey},
        key::{SigningKey, unhex},
        newsletter::ListId,
    },
    letter::links::Signatures,
};

use crate::world::World;

/// `overblik serve` at work; it ends with this.
pub struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    pub fn at(world: &World) -> Self {
        let mut child = world
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("{line}"));
        // Nobody reads further: what else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }

    /// The answer to one request, head and all.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: bladet.example\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// One click, as a mail provider makes it; it must be taken.
    pub fn leave(&self, path: &str) {
        let answer = self.ask("POST", path, "List-Unsubscribe=One-Click");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }

    /// Asks it to end, and gives its exit code.
    pub fn end(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The path of a reader's link, signed with the newsletter's key as it lies in a file.
pub fn link(world: &World, key: &str, address: &str) -> String {
    let hex = fs::read_to_string(world.path(key)).unwrap();
    let key = SigningKey::new(unhex(hex.trim()).unwrap().try_into().unwrap());
    let issue = IssueKey {
        date: chrono::NaiveDate::MIN,
        frequency: Frequency::Daily,
    };
    let list = ListId::parse("nyt.bladet.example").unwrap();
    let reader = key.subscriber_id(&Address::parse(address).unwrap().folded());
    format!(
        "/u/{}",
        Signatures::new(key, &list, issue).leave_token(&reader)
    )
}

/// The link that stands in a reader's letter, by its header.
fn link_of(world: &World, address: &str) -> String {
    let to = format!("<{address}>");
    let letter = world
        .letters()
        .iter()
        .map(|name| fs::read_to_string(world.path("outbox").join(name)).unwrap())
        .find(|letter| {
            letter.lines().any(|line| {
                line.starts_with("To: ") && line.contains(&to) || line == format!("To: {address}")
            })
        })
        .unwrap();
    let unfolded = letter.replace("\r\n ", " ");
    let header = unfolded
        .lines()
        .find_map(|line| line.strip_prefix("List-Unsubscribe: "))
        .unwrap();
    let begin = header.find("https://bladet.example").unwrap() + "https://bladet.example".len();
    let end = header[begin..].find('>').unwrap();
    header[begin..begin + end].to_owned()
}

fn state_of(world: &World, address: &str) -> String {
    let shown = world.run(&["subscribers", "show", address, "--json"]);
    shown.out
}

#[test]
fn who_clicks_gets_no_further_letter_and_who_looks_does() {
    let world = World::with(2, 3);
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    let served = Served::at(&world);
    let path = link_of(&world, "reader1@kommune.example");
    assert_eq!(path, link(&world, "state/key", "reader1@kommune.example"));
    let page = served.ask("GET", &path, "");
    assert!(page.contains("Ja, afmeld mig"), "{page}");
    served.ask("GET", &link_of(&world, "reader2@kommune.example"), "");
    let files = fs::read(world.path("subscribers/readers.toml")).unwrap();
    served.leave(&path);
    served.leave(&path);
    world.article("ny", "Endnu en nyhed om skole", "2026-11-23");
    let said = world.run(&["send", "--date", "2026-11-24", "--json"]);
    let sent = said.json();
    assert_eq!(
        (&sent["accepted"], &sent["skipped"]),
        (&2.into(), &1.into()),
        "{}",
        said.out
    );
    assert_eq!(
        fs::read(world.path("subscribers/readers.toml")).unwrap(),
        files
    );
    assert_eq!(served.end(), Some(0));
}

#[test]
fn a_leave_is_taken_by_hand_from_a_token_a_link_or_a_mail() {
    let world = World::with(1, 4);
    let nothing = world.run(&["subscribers", "leave", "x"]);
    assert_eq!(nothing.code, 2, "{}", nothing.err);
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    let path = |number| {
        link(
            &world,
            "state/key",
            &format!("reader{number}@kommune.example"),
        )
    };
    let token = path(0).replace("/u/", "");
    let said = world.run(&["subscribers", "leave", &token]);
    assert_eq!(said.code, 0, "{}", said.err);
    let url = format!("https://bladet.example{}", path(1));
    let said = world.run(&["subscribers", "leave", &url, "--json"]);
    assert_eq!(
        said.json(),
        serde_json::json!({ "left": true, "written": true })
    );
    let said = world.run(&["subscribers", "leave", &url, "--json"]);
    assert_eq!(
        said.json(),
        serde_json::json!({ "left": true, "written": false })
    );
    let mut child = world
        .command(&["subscribers", "leave", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mail = format!(
        "From: x@y.example\r\nSubject: {}\r\n\r\nafmeld\r\n",
        path(2).replace("/u/", "")
    );
    child
        .stdin
        .take()
        .unwrap()
        .write_all(mail.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    // The last letter but one, for not all of the last one is read.
    let other = if token.as_bytes()[69] == b'A' {
        "B"
    } else {
        "A"
    };
    let forged = [&token[..69], other, &token[70..]].concat();
    let forged = world.run(&["subscribers", "leave", &forged]);
    assert_eq!(forged.code, 2);
    assert!(
        forged.err.contains("hint: copy the whole link"),
        "{}",
        forged.err
    );
    assert!(!forged.err.contains(&token[..20]), "{}", forged.err);
    for number in 0..4 {
        let left =
            state_of(&world, &format!("reader{number}@kommune.example")).contains("\"left\"");
        assert_eq!(left, number < 3, "{number}");
    }
}

#[test]
fn a_link_under_the_key_before_works_and_holds_under_the_new_one() {
    let world = World::with(2, 2);
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    let path = link_of(&world, "reader0@kommune.example");
    fs::rename(world.path("state/key"), world.path("state/key-2026")).unwrap();
    fs::write(world.path("state/key"), format!("{}\n", "07".repeat(32))).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(world.path("state/key"), private).unwrap();
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let base = "base_url = \"https://bladet.example/\"\n";
    let named = config.replace(
        base,
        &format!("{base}old_key_files = [\"state/key-2026\"]\n"),
    );
    world.write("config/default.toml", named);
    let served = Served::at(&world);
    served.leave(&path);
    served.leave(&link(&world, "state/key", "reader0@kommune.example"));
    world.article("ny", "Endnu en nyhed om skole", "2026-11-23");
    let said = world.run(&["send", "--date", "2026-11-24", "--json"]);
    let sent = said.json();
    assert_eq!(
        (&sent["accepted"], &sent["skipped"]),
        (&1.into(), &1.into()),
        "{}{}",
        said.out,
        said.err
    );
    let audit = world.run(&["subscribers", "audit", "reader0@kommune.example", "--json"]);
    assert_eq!(
        audit.json()["suppressions"].as_array().unwrap().len(),
        2,
        "{}",
        audit.out
    );
}

#[test]
fn a_port_that_is_taken_is_named_and_ends_it() {
    let world = World::with(1, 1);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = world.run(&["serve", "--listen", &address]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err.contains("serve.listen") && said.err.contains(&address),
        "{}",
        said.err
    );
}
