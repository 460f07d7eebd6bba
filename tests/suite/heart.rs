//! Short stories of an issue: under another key or frequency, cancelled, early, with a damaged ledger, an article mended.

use std::fs;

use chrono::DateTime;
use overblik::store::{Outcome, Read as _, Settled, Store as _, sqlite::SqliteStore};

use crate::world::World;

#[test]
fn a_bounce_address_without_room_for_the_token_is_refused_before_anything_is_sent() {
    let world = World::with(1, 2);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        config.replace("<nyt@", "<nyhedsbrev-redaktionen@"),
    );
    for command in [&["check"][..], &["send", "--date", "2026-11-23"]] {
        let said = world.run(command);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains("bounce.address"), "{}", said.err);
    }
    assert!(world.letters().is_empty());
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    world.write(
        "config/default.toml",
        format!("{config}\n[bounce]\naddress = \"retur@bladet.example\"\n"),
    );
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn a_failed_send_prints_one_document() {
    let world = World::with(1, 1);
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    let said = world.run(&["send", "--json", "--date", "2026-11-20"]);
    assert_eq!(said.code, 2);
    assert_eq!(said.json()["error"]["code"], 2);
}

/// Freezes an issue of which no letter leaves: nothing can be written where its outbox leads. All of it is then due
/// again at once.
fn stop_before_the_letters(world: &World, send: impl FnOnce() -> Option<i32>) {
    std::os::unix::fs::symlink("/proc/self", world.path("outbox")).unwrap();
    let code = send();
    assert!(code == Some(1) || code == Some(75), "{code:?}");
    fs::remove_file(world.path("outbox")).unwrap();
    let mut store = SqliteStore::open(&world.path("state/ledger.db")).unwrap();
    let issue = store.issues().unwrap().remove(0);
    let epoch = DateTime::UNIX_EPOCH;
    let due: Vec<Outcome> = (0..issue.planned)
        .map(|seq| Outcome {
            seq,
            state: Settled::Waits { until: epoch },
            at: epoch,
            relay: None,
        })
        .collect();
    store
        .settle_and_claim(issue.number, &due, &[], None)
        .unwrap();
}

#[test]
fn an_issue_planned_under_another_key_is_not_resumed() {
    let world = World::with(1, 3);
    let send = |key: char| {
        let mut command = world.command(&["send", "--date", "2026-11-23"]);
        command.env("OVERBLIK__NEWSLETTER__KEY", key.to_string().repeat(64));
        command.output().unwrap()
    };
    stop_before_the_letters(&world, || send('1').status.code());
    let said = send('2');
    assert_eq!(said.status.code(), Some(2));
    let words = String::from_utf8(said.stderr).unwrap();
    assert!(words.contains("another signing key"), "{words}");
    assert!(world.letters().is_empty());
    assert_eq!(send('1').status.code(), Some(0));
    assert_eq!(world.letters().len(), 3);
}

#[test]
fn collecting_first_makes_a_state_folder_of_its_owners_alone() {
    use std::os::unix::fs::MetadataExt as _;
    for key in [None, Some("ab".repeat(32))] {
        let world = World::with(1, 1);
        let mut command = world.command(&["collect"]);
        command.envs(key.map(|key| ("OVERBLIK__NEWSLETTER__KEY", key)));
        let said = command.output().unwrap();
        assert_eq!(said.status.code(), Some(0), "{said:?}");
        assert_eq!(
            fs::metadata(world.path("state")).unwrap().mode() & 0o777,
            0o700
        );
    }
}

#[test]
fn why_tells_of_a_frozen_issue_what_a_reader_got() {
    let world = World::with(1, 1);
    world.article("anden", "Helt andre nyheder", "2026-11-22");
    let list = fs::read_to_string(world.path("subscribers/readers.toml")).unwrap();
    world.write(
        "subscribers/readers.toml",
        list.trim_end().to_owned() + "\ntopics = [\"skole\"]\n",
    );
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    let gets = |article: &str, reader: &str| {
        let said = world.run(&[
            "why",
            article,
            "--date",
            "2026-11-23",
            "--subscriber",
            reader,
            "--json",
        ]);
        said.json()["subscriber"]["gets"].clone()
    };
    assert_eq!(gets("artikel-0", "reader0@kommune.example"), true);
    assert_eq!(gets("anden", "reader0@kommune.example"), false);
    assert_eq!(gets("artikel-0", "nobody@kommune.example"), false);
}

#[test]
fn an_issue_of_a_frequency_there_is_not_is_neither_shown_nor_cancelled() {
    let world = World::with(1, 1);
    assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
    for verb in ["show", "cancel"] {
        let said = world.run(&["issues", verb, "2026-11-23", "--frequency", "weekly"]);
        assert_eq!(said.code, 2, "{verb}: {}", said.out);
        assert!(said.err.contains("no weekly issue"), "{}", said.err);
    }
}

#[test]
fn a_cancelled_issue_gives_its_articles_to_the_next() {
    let world = World::with(1, 2);
    stop_before_the_letters(&world, || {
        Some(world.run(&["send", "--date", "2026-11-23"]).code)
    });
    assert_eq!(world.run(&["issues", "cancel", "2026-11-23"]).code, 0);
    let said = world.run(&["send", "--date", "2026-11-23"]);
    assert_eq!(said.code, 0);
    assert!(said.err.contains("cancelled"), "{}", said.err);
    assert_eq!(world.run(&["send", "--date", "2026-11-24"]).code, 0);
    assert_eq!(world.letters().len(), 2);
}

#[test]
fn early_sends_before_the_time_of_day_without_a_date_too() {
    let world = World::with(0, 1);
    world.write(
        "articles/nu.md",
        "+++\ntitle = \"Lige nu\"\nlede = \"Kort.\"\nkind = \"news\"\n+++\n\nBrødtekst.\n",
    );
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let never = "[schedule]\nat = \"23:59\"\ndays = \"mon-sun\"\n";
    world.write("config/default.toml", format!("{config}\n{never}"));
    assert_eq!(world.run(&["send"]).code, 0);
    assert_eq!(world.run(&["send", "--early"]).code, 0);
    assert_eq!(world.letters().len(), 1);
}

#[test]
fn a_damaged_ledger_is_named_with_a_remedy() {
    let world = World::with(1, 1);
    world.write(
        "state/ledger.db",
        "ikke en database, men lang nok til at ligne en".repeat(99),
    );
    let said = world.run(&["status"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("state/ledger.db"), "{}", said.err);
    assert!(said.err.contains("hint: "), "{}", said.err);
}

#[test]
fn what_kept_an_article_out_is_mended_and_it_is_printed_in_the_next_issue() {
    let world = World::with(1, 1);
    let place = "articles/sen.md";
    let write = |date: &str, more: &str, kind: &str| {
        let head =
            format!("title = \"Sen\"\nlede = \"Kort.\"\ndate = {date}\nkind = \"{kind}\"\n{more}");
        world.write(place, format!("+++\n{head}\n+++\n\nBrødtekst.\n"));
    };
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let sections = "[[section]]\nid = \"nyt\"\nname = \"Nyt\"\nkinds = [\"news\"]\n";
    world.write("config/default.toml", format!("{config}\n{sections}"));
    for (day, fault) in [
        (23, "date"),
        (24, "embargo"),
        (25, "section"),
        (26, "draft"),
    ] {
        let dated = format!("2026-11-{}T10:00:00+01:00", day - 1);
        let sound = || write(&dated, "", "news");
        match fault {
            "date" => write("2027-11-22T10:00:00+01:00", "", "news"),
            "embargo" => write(&dated, "embargo = 2026-12-24T06:00:00+01:00", "news"),
            "section" => write(&dated, "", "slides"),
            _ => write(&dated, "draft = true", "news"),
        }
        fs::rename(
            world.path(place),
            world.path(&format!("articles/{fault}.md")),
        )
        .unwrap();
        world.article(&format!("andet-{day}"), &format!("Andet {day}"), &dated);
        let date = format!("2026-11-{day}");
        assert_eq!(world.run(&["send", "--date", &date]).code, 0, "{fault}");
        sound();
        fs::rename(
            world.path(place),
            world.path(&format!("articles/{fault}.md")),
        )
        .unwrap();
        let next = format!("2026-11-{}", day + 1);
        let said = world.run(&["why", fault, "--date", &next, "--json"]);
        let last = said.json()["reasons"].as_array().unwrap().last().cloned();
        assert_eq!(last.unwrap()["rule"], "quota", "{fault}: {}", said.out);
        fs::remove_file(world.path(&format!("articles/{fault}.md"))).unwrap();
    }
}
