//! The door as a browser, a mail provider and a stranger find it.

use std::{fs, net::SocketAddr, path::PathBuf};

use chrono::{DateTime, TimeZone as _, Utc};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::*;
use crate::{
    domain::{
        clock::FixedClock,
        issue::{Frequency, IssueKey},
        key::{KeyRing, SigningKey, SubscriberId},
    },
    letter::{
        links::Signatures,
        settings::{BounceSettings, UnsubscribeSettings},
    },
    roster::Words,
};

const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

struct World {
    _home: tempfile::TempDir,
    log: PathBuf,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<io::Result<()>>,
    newsletter: Newsletter,
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 6, 0, 0).unwrap()
}

fn key(byte: u8) -> SigningKey {
    SigningKey::new([byte; 32])
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq)]
struct Got {
    status: u16,
    head: String,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

impl World {
    async fn new() -> Self {
        Self::with(ServeSettings {
            rate: Rate::per_second(1_000),
            ..ServeSettings::default()
        })
        .await
    }

    async fn with(settings: ServeSettings) -> Self {
        let newsletter: Newsletter = toml::from_str(
            "name = \"Bladet\"\nlist_id = \"nyt.bladet.example\"\nfrom = \"nyt@bladet.example\"\n\
             base_url = \"https://bladet.example/\"\n",
        )
        .unwrap();
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("suppressions.log");
        let keys = KeyRing {
            current: key(1),
            old: vec![key(2)],
        };
        let leaving = Leaving::new(newsletter.list_id.clone(), Words::new(log.clone(), keys));
        let head = Letterhead::of(
            &newsletter,
            &UnsubscribeSettings::default(),
            &BounceSettings::default(),
        );
        let door = Door::new(
            &newsletter,
            &head,
            &settings,
            leaving,
            Arc::new(FixedClock(now())),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(door.serve(listener, async {
            let _ = stopped.await;
        }));
        Self {
            _home: home,
            log,
            address,
            stop: Some(stop),
            served,
            newsletter,
        }
    }

    fn token(&self, key: &SigningKey) -> String {
        let issue = IssueKey {
            date: now().date_naive(),
            frequency: Frequency::Daily,
        };
        Signatures::new(key.clone(), &self.newsletter.list_id, issue)
            .leave_token(&SubscriberId([5; 32]))
    }

    /// Sends octets and reads until the connection closes.
    async fn raw(&self, request: &[u8]) -> Got {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // What is refused early may be closed before all of it is written.
        let _ = stream.write_all(request).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Got {
            status: head
                .split(' ')
                .nth(1)
                .map_or(0, |code| code.parse().unwrap()),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    async fn ask(&self, method: &str, path: &str, more: &str, body: &str) -> Got {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: bladet.example\r\nConnection: close\r\n{more}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.raw(request.as_bytes()).await
    }

    async fn get(&self, path: &str) -> Got {
        self.ask("GET", path, "", "").await
    }

    async fn post(&self, path: &str, body: &str) -> Got {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask("POST", path, kind, body).await
    }

    /// What the log says, without its times and ids.
    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let word = |line: &str| line.rsplit(' ').next().unwrap_or_default().to_owned();
        text.lines().map(word).collect()
    }
}

use crate::domain::rate::Rate;

#[tokio::test]
async fn a_post_leaves_in_either_form_and_looking_changes_nothing() {
    let world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "FOO"] {
        world.ask(method, &path, "", "").await;
        assert!(!world.log.exists(), "{method}");
    }
    let page = world.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Vil du afmelde nyhedsbrevet?"),
        "{}",
        page.body
    );
    let left = world.post(&path, ONE_CLICK).await;
    assert_eq!((left.status, world.log()), (200, vec!["left".to_owned()]));
    assert!(left.body.contains("Du er afmeldt"), "{}", left.body);
    for absent in ["Location", "Set-Cookie"] {
        assert_eq!(left.header(absent), None);
    }
    // Again, by another way, and years later: the same.
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let kind = "Content-Type: multipart/form-data; boundary=x\r\n";
    let again = world.ask("POST", &path, kind, multipart).await;
    assert_eq!((again.status, world.log().len()), (200, 1));
    let looked = world.get(&path).await;
    assert!(looked.body.contains("Du er afmeldt"), "{}", looked.body);
}

#[tokio::test]
async fn a_multipart_post_alone_leaves_and_so_does_a_link_signed_with_an_old_key() {
    let kind =
        "Content-Type: multipart/form-data; boundary=\"x\"\r\nOrigin: null\r\nCookie: a=b\r\n";
    let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    for byte in [1, 2] {
        let world = World::new().await;
        let path = format!("/u/{}", world.token(&key(byte)));
        let left = world.ask("POST", &path, kind, body).await;
        assert_eq!(
            (left.status, world.log()),
            (200, vec!["left".to_owned()]),
            "{byte}"
        );
    }
}

#[tokio::test]
async fn a_leave_is_taken_back_by_its_button_alone() {
    let world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    world.post(&path, ONE_CLICK).await;
    let back = world.post(&path, "fortryd=ja").await;
    assert!(back.body.contains("Du er med igen"), "{}", back.body);
    assert_eq!(world.log(), ["left", "lifted"]);
    world.post(&path, "fortryd=ja").await;
    assert_eq!(world.log(), ["left", "lifted"]);
    world.post(&path, ONE_CLICK).await;
    assert_eq!(world.log(), ["left", "lifted", "left"]);
}

#[tokio::test]
async fn a_forged_token_gets_the_answer_of_a_nonsensical_one() {
    let world = World::new().await;
    let genuine = world.token(&key(1));
    let mut altered = genuine.clone();
    altered.replace_range(30..31, if &genuine[30..31] == "A" { "B" } else { "A" });
    let forged = [
        world.token(&key(3)),
        altered,
        genuine[..70].to_owned(),
        format!("{genuine}A"),
        format!("{genuine}/"),
        "A".repeat(71),
        "x".to_owned(),
        String::new(),
        "%00%ff".to_owned(),
        "../../etc/passwd".to_owned(),
    ];
    let dateless = |got: Got| Got {
        head: got
            .head
            .lines()
            .filter(|line| !line.starts_with("date:"))
            .collect(),
        ..got
    };
    let nonsense = dateless(world.post("/u/nonsens", ONE_CLICK).await);
    let looked = dateless(world.get("/u/nonsens").await);
    assert_eq!((nonsense.status, looked.status), (404, 404));
    for token in &forged {
        let path = format!("/u/{token}");
        assert_eq!(
            dateless(world.post(&path, ONE_CLICK).await),
            nonsense,
            "{token}"
        );
        assert_eq!(dateless(world.get(&path).await), looked, "{token}");
    }
    assert_eq!(dateless(world.get("/").await), looked);
    assert!(!world.log.exists());
}

#[tokio::test]
async fn every_answer_is_private_and_runs_nothing() {
    let world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    for got in [
        world.get(&path).await,
        world.get("/").await,
        world.ask("OPTIONS", &path, "", "").await,
        world.ask("PUT", &path, "", "").await,
        world.post(&path, ONE_CLICK).await,
    ] {
        let policy = got.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex, nofollow"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(got.header(name), Some(value), "{name}");
        }
    }
}

#[tokio::test]
async fn what_is_too_big_is_refused_and_leaves_nobody() {
    let world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    let big = "x".repeat(20_000);
    assert_eq!(world.post(&path, &big).await.status, 413);
    assert_eq!(world.post("/u/forged", &big).await.status, 413);
    let chunked = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4e20\r\n{big}\r\n0\r\n\r\n"
    );
    assert_eq!(world.raw(chunked.as_bytes()).await.status, 413);
    let claimed = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(world.raw(claimed.as_bytes()).await.status, 413);
    let long = format!("/u/{big}");
    assert_eq!(world.get(&long).await.status, 414);
    let wide = format!("X-Much: {big}\r\n");
    assert_eq!(world.ask("GET", &path, &wide, "").await.status, 431);
    let endless = vec![b'x'; 1_000_000];
    let answer = world
        .raw(&[b"GET / HTTP/1.1\r\nX: ".as_slice(), &endless].concat())
        .await;
    assert!(answer.status == 0 || answer.status == 431, "{answer:?}");
    assert!(!world.log.exists());
    assert_eq!(world.get(&path).await.status, 200, "it is still there");
}

#[tokio::test]
async fn who_asks_too_often_waits_but_may_leave() {
    let world = World::with(ServeSettings {
        rate: Rate::per_second(2),
        ..ServeSettings::default()
    })
    .await;
    let path = format!("/u/{}", world.token(&key(1)));
    let mut refused = None;
    for _ in 0..50 {
        let got = world.post("/u/forged", ONE_CLICK).await;
        if got.status == 429 {
            refused = Some(got);
            break;
        }
        assert_eq!(got.status, 404);
    }
    let refused = refused.expect("fifty requests at once are not too many");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(world.post(&path, ONE_CLICK).await.status, 200);
    assert_eq!(world.log(), ["left"]);
    // Another address behind the same proxy does not wait.
    let other = "X-Forwarded-For: 198.51.100.7\r\n";
    assert_eq!(world.ask("GET", &path, other, "").await.status, 200);
}

#[tokio::test]
async fn the_page_speaks_english_to_who_reads_that() {
    let world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    let english = world
        .ask("GET", &path, "Accept-Language: en-GB, da;q=0.5\r\n", "")
        .await;
    assert!(
        english.body.contains("Do you want to unsubscribe?"),
        "{}",
        english.body
    );
    assert_eq!(english.header("content-language"), Some("en"));
    let left = world.post(&format!("{path}?lang=en"), ONE_CLICK).await;
    assert!(left.body.contains("You are unsubscribed"), "{}", left.body);
}

#[tokio::test]
async fn the_link_to_choices_leads_on_and_does_not_leave() {
    let world = World::new().await;
    let token = world.token(&key(1));
    let page = world.get(&format!("/p/{token}")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(&format!("href=\"/u/{token}\"")),
        "{}",
        page.body
    );
    assert_eq!(
        world.post(&format!("/p/{token}"), ONE_CLICK).await.status,
        404
    );
    assert_eq!(world.get("/p/forged").await.status, 404);
    assert!(!world.log.exists());
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_not_called_a_leave() {
    let world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    fs::create_dir(&world.log).unwrap();
    let got = world.post(&path, ONE_CLICK).await;
    assert_eq!((got.status, got.header("retry-after")), (503, Some("60")));
    assert!(got.body.contains("Intet er ændret"), "{}", got.body);
    fs::remove_dir(&world.log).unwrap();
    assert_eq!(world.post(&path, ONE_CLICK).await.status, 200);
    assert_eq!(world.log(), ["left"]);
}

#[tokio::test]
async fn a_stop_lets_what_is_begun_be_answered() {
    let mut world = World::new().await;
    let path = format!("/u/{}", world.token(&key(1)));
    let mut begun = TcpStream::connect(world.address).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\nList");
    begun.write_all(head.as_bytes()).await.unwrap();
    // Answered after it, this one shows that the first was taken up.
    assert_eq!(world.get(&path).await.status, 200);
    world.stop.take().unwrap().send(()).unwrap();
    begun.write_all(b"-Unsubscribe=One-Click").await.unwrap();
    let mut bytes = Vec::new();
    begun.read_to_end(&mut bytes).await.unwrap();
    let answer = String::from_utf8(bytes).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(world.log(), ["left"]);
    world.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(world.address).await.is_err());
}
