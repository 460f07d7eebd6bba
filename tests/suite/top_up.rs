//! Readers who join after an issue was planned get it when a person asks, and nobody else gets it again.

use std::{collections::BTreeMap, fs, process::Stdio};

use chrono::Utc;
use overblik::{
    domain::{
        address::Address,
        key::{SigningKey, hex, unhex},
        suppression::{Suppression, SuppressionReason},
    },
    roster::Suppressions,
};
use serde_json::{Value, json};

use crate::{
    killed::kill_midway,
    world::{Said, World},
};

const SEND: [&str; 3] = ["send", "--date", "2026-11-23"];
const TOP_UP: [&str; 4] = ["send", "--date", "2026-11-23", "--top-up"];

/// A newsletter whose issue of 23 November 2026 was sent to some readers.
fn sent(readers: usize) -> World {
    let world = World::with(4, readers);
    world.article("om-ledelse", "Ny ledelse i kommunen", "2026-11-22");
    let said = world.run(&SEND);
    assert_eq!(said.code, 0, "{}", said.err);
    world
}

/// A reader's entry.
fn entry(name: &str, more: &str) -> String {
    format!("[[subscriber]]\nemail = \"{name}@kommune.example\"\n{more}\n")
}

/// Some readers join, in a file of their own.
fn join(world: &World, entries: &[String]) {
    world.write("subscribers/nye.toml", entries.concat());
}

fn counts<const N: usize>(world: &World, states: [&str; N]) -> [u64; N] {
    let said = world.run(&["status", "--json"]);
    let status: Value = said.json();
    let count = |state: &str| status[state].as_u64().unwrap();
    let sum: u64 = [
        "accepted", "deferred", "failed", "skipped", "doubtful", "waiting",
    ]
    .into_iter()
    .map(count)
    .sum();
    assert_eq!(count("planned"), sum, "{}", said.out);
    states.map(count)
}

fn hash(world: &World) -> Value {
    world.run(&["status", "--json"]).json()["hash"].take()
}

/// Each letter, by whom it is to.
fn letters(world: &World) -> BTreeMap<String, String> {
    let letters = world.letters().into_iter().map(|name| {
        let letter = fs::read_to_string(world.path("outbox").join(name)).unwrap();
        let to = letter.lines().find_map(|line| line.strip_prefix("To: "));
        let address = to.unwrap().rsplit(['<', ' ']).next().unwrap();
        (address.trim_end_matches('>').to_owned(), letter.clone())
    });
    letters.collect()
}

/// All that the ledger has of issues, editions and readers.
fn ledger(world: &World) -> Vec<String> {
    let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
    let all = [
        "SELECT concat_ws(' ', hex(hash), planned, done_at, manuscript) FROM issue",
        "SELECT concat_ws(' ', number, hex(bytes)) FROM piece",
        "SELECT concat_ws(' ', number, subject, hex(html), hex(text)) FROM edition",
        "SELECT concat_ws(' ', seq, hex(subscriber), address, edition, state, words, at) FROM delivery",
    ];
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = ledger.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    all.into_iter().flat_map(rows).collect()
}

/// All files of a folder but locks, with what they hold.
fn contents(world: &World, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let names = crate::world::names(&world.path(folder)).into_iter();
    names
        .filter(|name| !name.ends_with(".lock"))
        .map(|name| {
            let bytes = fs::read(world.path(folder).join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

fn refused(said: &Said, code: i32, words: &str) {
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    assert!(said.err.contains(words), "{}", said.err);
}

fn signing_key(world: &World) -> SigningKey {
    let key = fs::read_to_string(world.path("state/key")).unwrap();
    SigningKey::new(unhex(key.trim()).unwrap().try_into().unwrap())
}

#[test]
fn who_joins_later_gets_the_issue_and_nobody_gets_it_again() {
    let world = sent(5);
    let (before, hash_before) = (letters(&world), hash(&world));
    // A letter once written stays whatever happens to its file.
    fs::remove_dir_all(world.path("outbox")).unwrap();
    join(
        &world,
        &[
            entry("ny1", ""),
            entry("ny2", "topics = [\"ledelse\"]\nfirst_name = \"Ny\""),
        ],
    );
    assert_eq!(world.run(&SEND).code, 0);
    assert_eq!(letters(&world).len(), 0, "unasked nobody is added");

    let said = world.run(&[&TOP_UP[..], &["--json"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let report = said.json();
    assert_eq!(
        (&report["planned"], &report["accepted"]),
        (&json!(7), &json!(7))
    );
    assert_eq!(report["issues"][0]["done"], true);
    assert!(said.err.contains("2 readers added"), "{}", said.err);
    let added = letters(&world);
    let to: Vec<&String> = added.keys().collect();
    assert_eq!(to, ["ny1@kommune.example", "ny2@kommune.example"]);
    assert_eq!(hash(&world), hash_before);
    let part = |letter: &str| letter.split_once("\r\n\r\n").unwrap().1.len();
    assert!(part(&added["ny2@kommune.example"]) < part(&added["ny1@kommune.example"]));
    assert!(
        part(&added["ny1@kommune.example"]).abs_diff(part(&before["reader0@kommune.example"]))
            < 200
    );

    let again = world.run(&TOP_UP);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.err.contains("nobody has joined"), "{}", again.err);
    assert_eq!(letters(&world), added);
    assert_eq!(counts(&world, ["planned", "accepted"]), [7, 7]);
}

#[test]
fn without_a_date_the_newest_issue_of_each_frequency_is_meant() {
    let world = sent(2);
    // A Tuesday on which nothing is due.
    let weekly = "frequency = \"weekly\"";
    join(&world, &[entry("ugens", weekly)]);
    let said = world.run(&["send", "--date", "2026-11-27", "--frequency", "weekly"]);
    assert_eq!(said.code, 0, "{}", said.err);
    join(
        &world,
        &[
            entry("ugens", weekly),
            entry("ugens2", weekly),
            entry("dagens", ""),
        ],
    );
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    // Never today, whatever day it is.
    let today = Utc::now().date_naive();
    let days = if chrono::Datelike::weekday(&today) == chrono::Weekday::Mon {
        "tue"
    } else {
        "mon"
    };
    let never = format!("[schedule]\ndays = \"{days}\"\nweekly_day = \"{days}\"\nat = \"23:59\"\n");
    world.write("config/default.toml", format!("{config}\n{never}"));
    let only = world.run(&["send", "--top-up", "--frequency", "daily"]);
    assert_eq!(only.code, 0, "{}", only.err);
    assert!(
        only.err.contains("daily-2026-11-23: 1 reader added"),
        "{}",
        only.err
    );
    assert!(!only.err.contains("weekly-2026-11-27:"), "{}", only.err);
    let both = world.run(&["send", "--top-up"]);
    assert_eq!(both.code, 0, "{}", both.err);
    assert!(
        both.err.contains("daily-2026-11-23: nobody has joined"),
        "{}",
        both.err
    );
    assert!(
        both.err.contains("weekly-2026-11-27: 1 reader added"),
        "{}",
        both.err
    );
    assert_eq!(letters(&world).len(), 5);
}

#[test]
fn who_is_planned_is_not_added_by_any_other_road() {
    let world = sent(5);
    let before = (letters(&world), ledger(&world));
    let list = fs::read_to_string(world.path("subscribers/readers.toml")).unwrap();
    // In capitals, in another order, in another file, and taken out and put in again.
    let (first, rest) = list.split_at(list.len() / 2);
    let cut = first.rfind("[[").unwrap();
    let turned = format!("{}{rest}\n{}", &first[cut..], &first[..cut]);
    for text in [
        list.to_uppercase()
            .replace("[[SUBSCRIBER]]", "[[subscriber]]")
            .replace("EMAIL", "email"),
        turned,
    ] {
        world.write("subscribers/readers.toml", text);
        refused(&world.run(&TOP_UP), 0, "nobody has joined");
    }
    fs::rename(
        world.path("subscribers/readers.toml"),
        world.path("subscribers/a.toml"),
    )
    .unwrap();
    refused(&world.run(&TOP_UP), 0, "nobody has joined");
    world.write("subscribers/a.toml", "");
    refused(&world.run(&TOP_UP), 0, "nobody has joined");
    world.write("subscribers/a.toml", &list);
    refused(&world.run(&TOP_UP), 0, "nobody has joined");
    assert!((letters(&world), ledger(&world)) == before);
}

#[test]
fn who_is_to_get_nothing_is_planned_as_skipped() {
    let world = sent(2);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!("{config}\n[subscribers]\nrequire_consent = true\n"),
    );
    let consent = "consent = { at = 2026-11-01T09:30:00+01:00, source = \"web\" }\n";
    let of = |name: &str, more: &str| entry(name, &format!("{consent}{more}"));
    join(
        &world,
        &[
            of("uden-videre", ""),
            of("paa-pause", "paused_until = 2026-12-24"),
            of("pause-forbi", "paused_until = 2026-11-23"),
            entry("uden-samtykke", ""),
            of("uden-valg", "sections = [\"kalender\"]"),
            of("undertrykt", ""),
            of("forladt", ""),
            of("daarlig", "frequency = \"dayly\""),
        ],
    );
    for (name, reason) in [
        ("undertrykt", SuppressionReason::Manual),
        ("forladt", SuppressionReason::Left),
    ] {
        let address = Address::parse(&format!("{name}@kommune.example")).unwrap();
        let key = signing_key(&world);
        let word = Suppression {
            at: Utc::now(),
            key_id: key.id(),
            subscriber: key.subscriber_id(&address.folded()),
            reason,
        };
        Suppressions::append(&world.path("state/suppressions.log"), &word).unwrap();
    }
    let (state, outbox) = (contents(&world, "state"), letters(&world));
    let would = world.run(&[&TOP_UP[..], &["--dry-run", "--json"]].concat());
    assert_eq!(would.code, 0, "{}", would.err);
    let skipped =
        json!({ "paused": 1, "no-consent": 1, "nothing-chosen": 1, "suppressed": 1, "left": 1 });
    assert_eq!(
        would.json()["would_add"],
        json!([{
            "issue": "daily-2026-11-23", "frequency": "daily", "date": "2026-11-23",
            "added": 7, "letters": 2, "skipped": skipped, "held": null,
        }])
    );
    let would = world.run(&[&TOP_UP[..], &["--dry-run"]].concat()).out;
    assert!(would.contains("7 readers would be added"), "{would}");
    assert!(
        contents(&world, "state") == state && letters(&world) == outbox,
        "a dry run writes nothing"
    );

    let said = world.run(&TOP_UP);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("`dayly`"),
        "a bad entry is named: {}",
        said.err
    );
    assert_eq!(
        counts(&world, ["planned", "accepted", "skipped"]),
        [9, 4, 5]
    );
    let named = world.run(&["status", "--list", "skipped"]).out;
    for (name, why) in [
        ("paa-pause", "paused by the reader"),
        ("uden-samtykke", "no consent on record"),
        ("uden-valg", "nothing in the issue"),
        ("undertrykt", "suppressed"),
        ("forladt", "has left"),
    ] {
        let line = named.lines().find(|line| line.starts_with(name));
        assert!(line.is_some_and(|line| line.contains(why)), "{named}");
    }
    // It was decided: no word after it changes it.
    join(&world, &[of("paa-pause", "")]);
    refused(&world.run(&TOP_UP), 0, "nobody has joined");
}

#[test]
fn the_frozen_issue_is_sent_whatever_became_of_articles_and_config() {
    const SELECTION: &str = "\n[selection]\noverview_lines = 2\nwhen_empty = \"highlights\"\n";
    let mut got = Vec::new();
    for changes in [false, true] {
        let world = World::with(4, 1);
        world.article("om-ledelse", "Ny ledelse i kommunen", "2026-11-22");
        let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
        world.write("config/default.toml", config + SELECTION);
        world.write("state/key", hex(&[3; 32]));
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(world.path("state/key"), private).unwrap();
        assert_eq!(world.run(&SEND).code, 0);
        let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
        ledger
            .execute("UPDATE issue SET frozen_at = 1763870400000", [])
            .unwrap();
        drop(ledger);
        if changes {
            fs::remove_dir_all(world.path("articles")).unwrap();
            fs::create_dir(world.path("articles")).unwrap();
            let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
            let changed = config
                .replace("\"Prøvebladet\"", "\"Andet\"")
                .replace("nyt@bladet.example", "nyt@ny.example")
                .replace("https://bladet.example/", "https://ny.example/")
                .replace("nyt.bladet.example", "nyt.ny.example")
                .replace("\"ledelse*\"", "\"intet\"");
            assert_ne!(config, changed);
            let changed = changed.replace(SELECTION, "");
            world.write("config/default.toml", changed);
        }
        join(
            &world,
            &[
                entry("alt", ""),
                entry("tekst", "format = \"text\""),
                entry("ledelse", "topics = [\"ledelse\"]"),
                entry("skole", "topics = [\"skole\"]\nlanguage = \"en\""),
                entry("intet", "sections = [\"debat\"]"),
            ],
        );
        let said = world.run(&TOP_UP);
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(
            counts(&world, ["planned", "accepted", "skipped"]),
            [6, 6, 0]
        );
        let mut letters = letters(&world);
        letters.remove("reader0@kommune.example");
        got.push((letters, hash(&world)));
    }
    assert_eq!(got[0].0.len(), 5);
    assert!(got[0] == got[1], "{got:#?}");
}

#[test]
fn an_unfinished_issue_is_topped_up_too() {
    let world = World::with(2, 20);
    kill_midway(&world, 3);
    join(
        &world,
        &[
            entry("ny1", ""),
            entry("ny2", ""),
            entry("ny3", "paused_until = 2026-12-24"),
        ],
    );
    let said = world.run(&TOP_UP);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(
        counts(&world, ["planned", "accepted", "skipped"]),
        [23, 22, 1]
    );
    // Three were answered before the kill, by a transport that left no file.
    assert_eq!(letters(&world).len(), 19);
}

#[test]
fn killed_while_those_who_joined_are_sent_to_everybody_gets_one_letter() {
    const JOINED: usize = 400;
    let world = sent(5);
    let joined: Vec<String> = (0..JOINED)
        .map(|number| entry(&format!("ny{number}"), ""))
        .collect();
    join(&world, &joined);
    let mut run = world
        .command(&TOP_UP)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let written = || {
        world
            .letters()
            .iter()
            .filter(|name| name.ends_with(".eml"))
            .count()
    };
    while written() < 10 {
        assert!(run.try_wait().unwrap().is_none(), "the run ended at once");
        std::thread::yield_now();
    }
    run.kill().unwrap();
    assert!(!run.wait().unwrap().success());
    let [planned, waiting] = counts(&world, ["planned", "waiting"]);
    assert_eq!(planned, 5 + JOINED as u64);
    assert!(waiting > 0, "the run was not killed midway");
    // Asked again while it is unfinished: nobody is added, and it goes on.
    let said = world.run(&TOP_UP);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("nobody has joined"), "{}", said.err);
    assert_eq!(
        counts(&world, ["planned", "accepted"]),
        [5 + JOINED as u64; 2]
    );
    assert_eq!(letters(&world).len(), 5 + JOINED);
}

#[test]
fn an_issue_that_cannot_be_topped_up_is_refused_and_left_as_it_is() {
    let fresh = World::with(1, 1);
    refused(
        &fresh.run(&["send", "--date", "2026-11-22", "--top-up"]),
        2,
        "no issue of 2026-11-22 has been published",
    );
    assert!(!fresh.path("state/ledger.db").exists());

    let world = sent(3);
    join(&world, &[entry("ny", "")]);
    let before = ledger(&world);
    let check = |said: &Said, code: i32, words: &str| {
        refused(said, code, words);
        assert_eq!(counts(&world, ["planned", "accepted"]), [3, 3]);
        assert_eq!(letters(&world).len(), 3);
    };
    let dry = [&TOP_UP[..], &["--dry-run"]].concat();
    check(
        &world.run(&["send", "--date", "2026-11-22", "--top-up"]),
        2,
        "no issue of 2026-11-22",
    );
    check(
        &world.run(&[&TOP_UP[..], &["--frequency", "weekly"]].concat()),
        2,
        "no weekly issue of 2026-11-23",
    );
    // Under another key everybody would look new.
    let other = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        let output = command
            .env("OVERBLIK__NEWSLETTER__KEY", "11".repeat(32))
            .output()
            .unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    };
    check(&other(&TOP_UP), 2, "planned under another signing key");
    check(&other(&dry), 2, "planned under another signing key");
    // A file that cannot be read holds it, unless a person says otherwise.
    world.write("subscribers/i-stykker.toml", "<<<<<<< HEAD\n");
    check(
        &world.run(&TOP_UP),
        4,
        "held by the guard `list`; nobody is added",
    );
    let would = world.run(&dry);
    assert!(
        would.out.contains("held by the guard `list`"),
        "{}",
        would.out
    );
    fs::remove_file(world.path("subscribers/i-stykker.toml")).unwrap();
    assert!(ledger(&world) == before, "nothing was written");

    let change = |sql: &str| {
        let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
        ledger.execute_batch(sql).unwrap();
    };
    // As an older program left it; as another one that sets letters otherwise; as one whose words this one cannot read.
    for sql in [
        "UPDATE issue SET manuscript = NULL",
        "UPDATE issue SET manuscript = replace(kept, 'Nyt om skole', 'Nyt fra skole')",
        "UPDATE issue SET manuscript = replace(kept, '\"digest\"', '\"resume\"')",
    ] {
        change("ALTER TABLE issue ADD COLUMN kept TEXT; UPDATE issue SET kept = manuscript");
        change(sql);
        join(&world, &[entry("ny", "topics = [\"ledelse\"]")]);
        check(
            &world.run(&TOP_UP),
            2,
            "frozen by another version of this program",
        );
        check(
            &world.run(&dry),
            2,
            "frozen by another version of this program",
        );
        change("UPDATE issue SET manuscript = kept; ALTER TABLE issue DROP COLUMN kept");
    }
    assert_eq!(world.run(&["issues", "cancel", "2026-11-23"]).code, 0);
    check(&world.run(&TOP_UP), 2, "daily-2026-11-23 is cancelled");
    check(&world.run(&dry), 2, "daily-2026-11-23 is cancelled");
}
