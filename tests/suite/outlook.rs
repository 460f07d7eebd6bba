//! What a dry run tells of an issue that is to come, told through the program.

use std::fs;

use chrono::{DateTime, Utc};

use crate::world::World;

#[test]
fn a_dry_run_tells_what_leaves_to_whom_and_what_is_otherwise_than_last_time() {
    let world = World::with(3, 4);
    let plan = |more: &[&str]| {
        let said = world.run(&[&["send", "--date", "2026-11-25", "--dry-run"], more].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        said
    };
    let first = plan(&["--json"]).json();
    assert!(
        first["would_send"][0]["since"].is_null(),
        "nothing was sent yet"
    );
    assert!(first["would_send"][0]["until"].is_null());
    let first = plan(&[]).out;
    assert!(first.contains("  until     no estimate"), "{first}");
    assert_eq!(world.run(&["send", "--date", "2026-11-23", "-q"]).code, 0);
    world.article("ny", "Et nyt stykke", "2026-11-24");
    world.write(
        "articles/debat.md",
        "+++\ntitle = \"En mening\"\nlede = \"Kort.\"\ndate = 2026-11-24\nkind = \"opinion\"\n+++\n\nTekst.\n",
    );
    world.write(
        "subscribers/nye.toml",
        "[[subscriber]]\nemail = \"a@kommune.example\"\nformat = \"text\"\n\n[[subscriber]]\nemail = \"b@kommune.example\"\nlanguage = \"en\"\n",
    );
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace(
            "[guards]",
            "[guards]\ncanary = 2\nmax_change = \"20% + 25\"",
        ),
    );
    let words = plan(&[]).out;
    for expected in [
        "  letters         6  in 3 editions\n          4  2 of 2 items, html, da\n",
        "          1  2 of 2 items, text, da\n",
        "  first           2  leave alone; the rest waits 15m for what becomes of them\n",
        "  since     daily-2026-11-23: readers 6 (+2); items 2 new, 0 kept, 3 then; sections +debat\n",
        "  pace      no limit is set",
        "    - En mening\n",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    // Sent at 120 a minute: 6 letters take 3 s, and the wait for the first 15 min.
    let ledger = rusqlite::Connection::open(world.path("state/ledger.db")).unwrap();
    let kept = ledger
        .execute(
            "UPDATE run SET took = 2000 WHERE letters = 4 AND took > 0",
            [],
        )
        .unwrap();
    assert_eq!(kept, 1, "the run was measured");
    let words = plan(&[]).out;
    let until = ", at the last issue's 120 a minute\n";
    assert!(words.contains(until), "{words}");
    let document = plan(&["--json"]).json();
    let issue = &document["would_send"][0];
    assert_eq!(issue["by_edition"][0]["letters"], 4);
    assert_eq!(issue["by_edition"].as_array().unwrap().len(), 3);
    assert_eq!(issue["first"]["letters"], 2);
    assert_eq!(issue["until"]["per_minute"], 120);
    let about: DateTime<Utc> = issue["until"]["about"].as_str().unwrap().parse().unwrap();
    let begins: DateTime<Utc> = "2026-11-25T06:00:00+01:00".parse().unwrap();
    let lasts = about - begins.max(Utc::now());
    assert!(
        (14 * 60..=15 * 60 + 3).contains(&lasts.num_seconds()),
        "{lasts}"
    );
    assert_eq!(issue["since"]["readers"]["then"], 4);
    assert_eq!(issue["since"]["sections"]["opened"][0], "debat");
    assert_eq!(issue["contents"].as_array().unwrap().len(), 2);
    assert_eq!(world.letters().len(), 4, "nothing left");
}
