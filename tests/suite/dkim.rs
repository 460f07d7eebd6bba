//! Signatures are judged by two verifiers that share nothing with the signer (`tests/verify_dkim.py`), with the DNS
//! records that `dkim new` prints. `tests/run` installs both.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::json;

use crate::world::{Said, World};

/// What a verifier says of each selector's signature: `None` when it is sound.
type Verdicts = BTreeMap<String, Option<String>>;

/// The two verifiers.
const VERIFIERS: [&str; 2] = ["dkimpy", "opendkim"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Python that has the verifiers.
fn python() -> &'static str {
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .find(|python| {
            Command::new(python)
                .args(["-c", "import dkim, nacl"])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        })
        .expect("dkimpy and PyNaCl: run `tests/run`, which installs them")
}

/// What each verifier says of each letter.
fn verdicts(
    records: &BTreeMap<String, String>,
    letters: &BTreeMap<String, PathBuf>,
) -> BTreeMap<String, BTreeMap<String, Verdicts>> {
    let mut child = Command::new(python())
        .arg(root().join("tests/verify_dkim.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "records": records, "letters": letters }).to_string();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(asked.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "the verifiers: run `tests/run`, which installs them"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A small newsletter, or the demo, with two fresh keys.
struct Signed {
    world: World,
    records: BTreeMap<String, String>,
}

impl Signed {
    fn new(world: World) -> Self {
        let said = world.run(&["dkim", "new", "--selector", "2026", "--json"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let made = said.json();
        let records = made["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| {
                let record = &key["record"];
                let strings: String = record["strings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|string| string.as_str().unwrap())
                    .collect();
                assert_eq!(record["value"], strings);
                (record["name"].as_str().unwrap().to_owned(), strings)
            })
            .collect();
        let config = world.path("config/default.toml");
        let text = fs::read_to_string(&config).unwrap();
        // A table is said once: the demo's is empty.
        let text = text.replace("[dkim]\n", "");
        fs::write(
            config,
            format!("{text}\n{}", made["config"].as_str().unwrap()),
        )
        .unwrap();
        Self { world, records }
    }

    fn send(&self) -> BTreeMap<String, PathBuf> {
        let said = self.world.run(&["send", "--date", "2026-11-23"]);
        assert_eq!(said.code, 0, "{}", said.err);
        self.world
            .letters()
            .into_iter()
            .map(|name| (name.clone(), self.world.path("outbox").join(name)))
            .collect()
    }

    fn first_letter(&self) -> String {
        let (_, path) = self.send().into_iter().next().unwrap();
        fs::read_to_string(path).unwrap()
    }
}

#[test]
fn both_verifiers_accept_both_signatures_of_every_letter_of_the_demo() {
    let signed = Signed::new(World::demo());
    let letters = signed.send();
    assert!(letters.len() > 20, "{} letters", letters.len());
    let texts: Vec<String> = letters
        .values()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let single = |text: &&String| text.contains("\r\nContent-Type: text/plain");
    assert!(texts.iter().any(|text| text.contains("multipart")));
    assert!(texts.iter().filter(single).count() > 0);
    let found = verdicts(&signed.records, &letters);
    assert_eq!(found.len(), letters.len());
    let sound: Verdicts = [("2026-rsa".into(), None), ("2026-ed25519".into(), None)].into();
    for (letter, by) in &found {
        for verifier in VERIFIERS {
            assert_eq!(by[verifier], sound, "{verifier} of {letter}");
        }
    }
}

#[test]
fn a_letter_altered_on_its_way_is_refused_by_both_verifiers() {
    let signed = Signed::new(World::with(3, 1));
    let letter = signed.first_letter();
    let (header, body) = letter.split_once("\r\n\r\n").unwrap();
    let (signatures, header) = header.split_once("\r\nDate: ").unwrap();
    let added = |field: &str| format!("{signatures}\r\nDate: {header}\r\n{field}\r\n\r\n{body}");
    let before = |field: &str| format!("{field}\r\n{letter}");
    let altered = [
        ("a body byte", letter.replacen("Kort om", "Langt om", 1)),
        ("a line more", format!("{letter}Mere.\r\n")),
        (
            "the subject",
            letter.replacen("\r\nSubject: ", "\r\nSubject: Re ", 1),
        ),
        ("a To gone", letter.replacen("\r\nTo: ", "\r\nX-To: ", 1)),
        ("a From before", before("From: tyv@andet.example")),
        ("a From behind", added("From: tyv@andet.example")),
        ("a Subject before", before("Subject: Vundet!")),
        ("a Subject behind", added("Subject: Vundet!")),
        (
            "a way to leave before",
            before("List-Unsubscribe: <https://andet.example/>"),
        ),
        (
            "a way to leave behind",
            added("List-Unsubscribe: <https://andet.example/>"),
        ),
        (
            "one click more",
            added("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
        ),
        (
            "a Reply-To where none was",
            added("Reply-To: tyv@andet.example"),
        ),
        ("a Content-Type more", added("Content-Type: text/html")),
        (
            "a Date more",
            before("Date: Mon, 23 Nov 2026 07:00:00 +0100"),
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut letters = BTreeMap::new();
    for (index, (name, text)) in altered
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        // As relays may leave it (RFC 6376 §3.4): other blanks, other case, empty lines at the end.
        .chain([(
            "harmless",
            format!("{letter}\r\n\r\n")
                .replacen("\r\nSubject: ", "\r\nSUBJECT:\t ", 1)
                .as_str(),
        )])
        .enumerate()
    {
        assert!(text != letter, "{name}");
        let path = folder.path().join(index.to_string());
        fs::write(&path, text).unwrap();
        letters.insert(name.to_owned(), path);
    }
    for (name, by) in verdicts(&signed.records, &letters) {
        for verifier in VERIFIERS {
            let verdicts = &by[verifier];
            assert_eq!(verdicts.len(), 2, "{verifier} of {name}");
            for (selector, why) in verdicts {
                let refused = name != "harmless";
                assert_eq!(
                    why.is_some(),
                    refused,
                    "{verifier} of {name}, {selector}: {why:?}"
                );
            }
        }
    }
}

#[test]
fn another_record_is_refused_by_both_verifiers() {
    let mut signed = Signed::new(World::with(3, 1));
    let letters = signed.send();
    let other = Signed::new(World::with(3, 1));
    signed.records = other.records;
    for by in verdicts(&signed.records, &letters).values() {
        for verifier in VERIFIERS {
            assert!(by[verifier].values().all(Option::is_some), "{by:?}");
        }
    }
}

#[test]
fn what_leaving_with_one_click_needs_is_signed_and_cannot_be_added_to() {
    let letter = Signed::new(World::with(3, 1)).first_letter();
    let unfolded = letter.replace("\r\n ", "");
    let signatures: Vec<&str> = unfolded
        .lines()
        .filter(|line| line.starts_with("DKIM-Signature:"))
        .collect();
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        let names = signature.split("h=").nth(1).unwrap();
        let names: Vec<&str> = names.split(';').next().unwrap().split(':').collect();
        // RFC 8058 §4 names these two.
        for name in [
            "list-unsubscribe",
            "list-unsubscribe-post",
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "list-id",
            "content-type",
            "mime-version",
        ] {
            let times = names.iter().filter(|known| **known == name).count();
            assert_eq!(times, 2, "{name}");
        }
        let unique: BTreeSet<&&str> = names.iter().collect();
        for field in ["auto-submitted", "precedence", "content-language"] {
            assert!(unique.contains(&field), "{field}");
        }
        assert!(signature.contains("d=bladet.example;"));
    }
}

#[test]
fn without_a_key_letters_go_unsigned() {
    let world = World::with(3, 1);
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    let letter = fs::read_to_string(world.path("outbox").join(&world.letters()[0])).unwrap();
    assert!(!letter.contains("DKIM-Signature"));
}

#[test]
fn new_keys_are_their_owners_alone_and_never_written_over() {
    let world = World::new();
    let said = world.run(&["dkim", "new", "--selector", "nyt", "--out", "keys"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out
            .contains("nyt-rsa._domainkey.bladet.example. IN TXT (")
    );
    assert!(said.out.contains("file = \"keys/dkim-nyt-ed25519.pem\""));
    assert!(!format!("{}{}", said.out, said.err).contains("PRIVATE"));
    let file = world.path("keys/dkim-nyt-rsa.pem");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(&file).unwrap();
    // The first of the two is free, the second not: neither is made.
    fs::remove_file(&file).unwrap();
    let said = world.run(&["dkim", "new", "--selector", "nyt", "--out", "keys"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("is there already"), "{}", said.err);
    assert!(!file.exists());
    fs::write(&file, before).unwrap();
    let said = world.run(&[
        "dkim",
        "new",
        "--selector",
        "nyt",
        "--out",
        "keys",
        "--kind",
        "rsa",
    ]);
    assert_eq!(
        said.code, 0,
        "one kind has the selector alone: {}",
        said.err
    );
    assert!(world.path("keys/dkim-nyt.pem").exists());
    let said = world.run(&[
        "dkim",
        "new",
        "--selector",
        "x",
        "--domain",
        "andet.example",
    ]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("does not speak for `From`"),
        "{}",
        said.err
    );
}

/// `check` and `send` on a newsletter with one key of that text and mode.
fn with_key(text: &str, mode: u32) -> [Said; 2] {
    let world = World::with(3, 1);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!("{config}\n[[dkim.key]]\nselector = \"s\"\nfile = \"dkim.pem\"\n"),
    );
    if !text.is_empty() {
        world.write("dkim.pem", text);
        fs::set_permissions(world.path("dkim.pem"), fs::Permissions::from_mode(mode)).unwrap();
    }
    let said = [
        world.run(&["check", "-q"]),
        world.run(&["send", "--date", "2026-11-23"]),
    ];
    assert!(said[0].code == 0 || world.letters().is_empty());
    said
}

/// A private key made by another program.
fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl")
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .expect("openssl: run `tests/run`, which installs it");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn keys_of_another_program_sign_and_weak_or_open_ones_stop_before_anything_is_sent() {
    let ed25519 = openssl(&["genpkey", "-algorithm", "ed25519"]);
    for key in [
        openssl(&["genrsa", "2048"]),
        openssl(&["genrsa", "-traditional", "2048"]),
        ed25519.clone(),
    ] {
        let said = with_key(&key, 0o600);
        assert!(said.iter().all(|said| said.code == 0), "{}", said[0].err);
    }
    let short = openssl(&["genrsa", "1024"]);
    let short_traditional = openssl(&["genrsa", "-traditional", "1024"]);
    let long = openssl(&["genrsa", "4104"]);
    let other = openssl(&["genpkey", "-algorithm", "x25519"]);
    for (text, mode, expected) in [
        ("", 0o600, "there is no such DKIM key"),
        (short.as_str(), 0o600, "shorter than 2048 bits"),
        (short_traditional.as_str(), 0o600, "shorter than 2048 bits"),
        (long.as_str(), 0o600, "longer than 4096 bits"),
        (other.as_str(), 0o600, "not an RSA or Ed25519 private key"),
        ("hemmelig", 0o600, "holds no PEM private key"),
        (ed25519.as_str(), 0o640, "can be read by others (mode 640)"),
    ] {
        for said in with_key(text, mode) {
            assert_eq!(said.code, 2, "{expected}: {}", said.err);
            let start = "error: dkim.pem: `dkim.key[0].file`: ";
            assert!(said.err.contains(start), "{}", said.err);
            assert!(said.err.contains(expected), "{}", said.err);
            assert!(said.err.contains("\n  hint: "), "{}", said.err);
        }
    }
}

#[test]
fn a_domain_that_does_not_speak_for_the_sender_is_a_fault_with_its_line() {
    let check = |lines: &str, expected: &str| {
        let world = World::new();
        let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
        let before = config.lines().count();
        world.write("config/default.toml", format!("{config}{lines}"));
        let said = world.run(&["check", "-q"]);
        assert_eq!(said.code, 2, "{lines}");
        let place = expected.split_once(' ').unwrap();
        let line = before + place.0.parse::<usize>().unwrap();
        let expected = format!("error: config/default.toml:{line}: {}", place.1);
        assert!(said.err.contains(&expected), "{}", said.err);
    };
    let key = "[[dkim.key]]\nselector = \"s\"\nfile = \"s.pem\"\n";
    check(
        &format!("[dkim]\ndomain = \"andet.example\"\n{key}"),
        "2 `dkim.domain`: `andet.example` does not speak for `From`, whose domain is `bladet.example`",
    );
    check(
        "[dkim]\ndomain = \"bladet.example\"\n",
        "2 `dkim.domain`: there is no `[[dkim.key]]`: the letters would go unsigned",
    );
    check(
        &format!("{key}{key}"),
        "5 `dkim.key[1].selector`: there is another `[[dkim.key]]` with selector `s`",
    );
    check(
        "[[dkim.key]]\nselector = \"a b\"\nfile = \"s.pem\"\n",
        "2 `dkim.key[0].selector`: `a b` is no selector",
    );
    check(
        "[dkim.key]\nselector = \"a\"\nfile = \"s.pem\"\n",
        "1 `dkim.key`: `key` must be a list of tables\n  hint: write each as `[[dkim.key]]`, with two brackets",
    );
}
