//! With `--json` every command prints one document on stdout, whatever becomes of it, and the keys scripts rely on are in it.

use serde_json::Value;

use crate::world::World;

const FAULT: &str = "severity path line key reason remedy";
const COUNTS: &str = "planned accepted deferred failed skipped doubtful waiting";
const ISSUE: &str =
    "issue frequency date hash planned accepted deferred failed skipped doubtful waiting refused";
const HELD: &str = "issue frequency date guard message override faults";
const ARTICLE: &str = "id title lede kicker kind section theme publishers authors published published_precision \
    published_raw published_provenance first_seen event_date keywords image previously_published source_credit \
    publisher_box attachments link body path source";

/// What is asked of one newsletter, in this order, each behind the exit code it must have.
const LINES: &str = "
0 check
0 articles
0 articles show artikler/artikel-0
2 articles show artikler/ingen
0 articles mark-printed --before 2020-01-01 --dry-run
0 articles mark-printed --before 2020-01-01
0 collect
0 why artikel-0 --date 2026-11-23
2 why ingen
0 preview --date 2026-11-23
2 preview --date 2026-11-23 --subscriber ingen@kommune.example
0 status
0 send --date 2026-11-23 --dry-run
0 send --date 2026-11-21
0 send --to redaktion@bladet.example --date 2026-11-23
0 issues hold 2026-11-23 --reason svar
4 send --date 2026-11-23
0 issues list
0 issues release 2026-11-23
0 send --date 2026-11-23
0 send --date 2026-11-23
2 send --date 2026-11-20
2 send --date aldrig
2 send --override alt
0 status
0 status --date 2026-11-23 --list accepted
2 status --date 2020-01-01
0 issues list
0 issues show 2026-11-23
2 issues show 2020-01-01
0 issues cancel 2026-11-23 --dry-run
0 issues cancel 2026-11-23
2 issues publish
0 schedule --from 2026-11-23 --days 2
2 schedule --ical
0 subscribers list
0 subscribers add ny@kommune.example --first-name Ny
2 subscribers add ny@kommune.example
0 subscribers show ny@kommune.example
2 subscribers show ingen@kommune.example
0 subscribers edit ny@kommune.example --frequency weekly
0 subscribers pause ny@kommune.example --until 2999-01-01
0 subscribers remove ny@kommune.example --dry-run
0 subscribers remove ny@kommune.example
0 subscribers undo
0 subscribers export
0 subscribers export --out liste.json
0 subscribers import liste.json --dry-run
0 subscribers import liste.json
0 subscribers fmt
0 subscribers fmt --check
0 subscribers check
0 subscribers audit ny@kommune.example
0 subscribers suppress ny@kommune.example
0 subscribers unsuppress ny@kommune.example
2 subscribers leave intet
0 subscribers sync
0 subscribers forget ny@kommune.example --dry-run
0 subscribers forget ny@kommune.example
0 dkim new --selector s1
0 backup kopi.tar
2 backup kopi.tar
0 restore kopi.tar --dry-run
0 init ny
2 init ny
2 completions bash
2 man
0 man --out sider
2 intet
2 serve --listen intet
";

#[test]
fn every_command_prints_one_document_and_ends_as_it_says() {
    let world = World::with(2, 3);
    for line in LINES.lines().skip(1) {
        let (code, words) = line.split_once(' ').unwrap();
        let mut words: Vec<&str> = words.split(' ').collect();
        words.push("--json");
        let said = world.run(&words);
        assert_eq!(said.code.to_string(), code, "{line}: {}", said.err);
        let document: Value = serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{line}: {error}: {}", said.out));
        if code == "2" {
            has(line, &document["error"], "code faults");
            assert_eq!(document["error"]["code"], said.code, "{line}");
            each(line, &document["error"]["faults"], FAULT);
        }
        keys_of(line, &document);
    }
}

#[test]
fn a_config_that_is_not_sound_is_told_as_check_and_as_others_tell_it() {
    let world = World::with(1, 1);
    world.write("config/default.toml", "[newsletter]\nname = 5\n");
    let said = world.run(&["check", "--json"]);
    assert_eq!(said.code, 2);
    has("check", &said.json(), "ok faults config");
    each("check", &said.json()["faults"], FAULT);
    let said = world.run(&["send", "--json"]);
    assert_eq!(said.code, 2);
    each("send", &said.json()["error"]["faults"], FAULT);
}

/// The keys that scripts rely on, by command.
fn keys_of(line: &str, document: &Value) {
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["2", ..] => {}
        [_, "check", ..] => has(line, document, "ok faults config"),
        [_, "articles" | "collect"] => {
            has(line, document, "articles refused warnings");
            if words[1] == "articles" {
                each(line, &document["articles"], ARTICLE);
                each(line, &document["articles"][0]["body"], "type text items");
            }
        }
        [_, "articles", "show", ..] => has(line, document, ARTICLE),
        [_, "send", "--to", ..] => has(line, document, "proofs"),
        [_, "send" | "status", ..] => {
            has(line, document, ISSUE);
            has(line, document, "duration_s rate_per_s issues held");
            assert_eq!(document["held"].is_null(), words[1] == "status", "{line}");
            if words[0] == "4" {
                each(line, &document["held"], HELD);
            }
            for issue in document["issues"].as_array().unwrap() {
                has(line, issue, ISSUE);
                has(line, issue, "duration_s rate_per_s");
                adds_up(line, issue);
            }
            adds_up(line, document);
        }
        [_, "schedule", ..] => each(
            line,
            &document["days"],
            "date publishes reason covers_from covers_to",
        ),
        _ => {}
    }
}

fn has(line: &str, document: &Value, keys: &str) {
    let object = document
        .as_object()
        .unwrap_or_else(|| panic!("{line}: {document}"));
    for key in keys.split_whitespace() {
        assert!(object.contains_key(key), "{line}: no `{key}`: {document}");
    }
}

/// The same of each of a list, of which there are some.
fn each(line: &str, list: &Value, keys: &str) {
    let list = list.as_array().unwrap();
    assert!(!list.is_empty(), "{line}");
    for one in list {
        has(line, one, keys);
    }
}

fn adds_up(line: &str, counts: &Value) {
    let numbers: Vec<u64> = COUNTS
        .split(' ')
        .map(|key| counts[key].as_u64().unwrap())
        .collect();
    let sum: u64 = numbers[1..].iter().sum();
    assert_eq!(numbers[0], sum, "{line}: {counts}");
}
