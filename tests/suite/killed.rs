//! Runs killed midway: one made without a race, by copying the state folder while the ledger is open in it, for the
//! stories that need to know how far it came; and a real one.

use std::{fs, path::Path};

use chrono::{NaiveDate, Utc};
use overblik::{
    config,
    domain::issue::{Frequency, IssueKey},
    ledger::{Boot, Ledger},
    letter::Letterhead,
    publish::{self, Press},
    roster::{Roster, Suppressions},
    store::{Past, Read as _, marks::Mark, sqlite::SqliteStore},
    transport::Redelivery,
};

use crate::world::{World, names};

/// How many it had claimed.
const CLAIMED: u64 = 10;

/// Leaves the newsletter as a process leaves it that is killed while it sends the issue of 23 November 2026:
/// `answered` letters answered, one in flight, some claimed and not begun, the write-ahead log not folded in.
pub fn kill_midway(world: &World, answered: u64) {
    let config = config::load(&world.path("config"), None, std::iter::empty()).unwrap();
    let state = config.state_folder();
    let signing_key = state.key_or_make([7; 32]).unwrap();
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        frequency: Frequency::Daily,
    };
    let zone = config.newsletter.timezone;
    let (brief, now) = (config.brief(), Utc::now());
    let articles = publish::collect(&brief, now).articles;
    let cut_off = config.schedule.cut_off(key, zone);
    let draft = publish::draft(&brief, key, cut_off, &articles, &Past::default()).unwrap();
    let mut press = Press::new(&draft.digest, &brief).unwrap();
    let roster = Roster::read(&config.subscribers_folder(), &config.known());
    let nobody_left = Suppressions::default();
    let plan = publish::plan(&brief, key, &mut press, &roster, &nobody_left, &signing_key).unwrap();

    let mut store = SqliteStore::open(&state.ledger()).unwrap();
    let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
    publish::freeze(&mut store, &draft, press, plan, &head, now).unwrap();
    let issue = store.issue(key).unwrap().unwrap();
    let mut ledger = Ledger::begin(
        store,
        state.path(),
        &issue,
        &Boot::current(),
        Redelivery::Harmless,
        now,
    )
    .unwrap();
    let ranges = ledger.turn(&[], &[], Some(CLAIMED)).unwrap();
    let letters: Vec<_> = ranges.into_iter().flat_map(|range| range.letters).collect();
    assert_eq!(letters.len() as u64, CLAIMED);
    for letter in &letters {
        let mark = match letter.seq {
            seq if seq < answered => Mark::Accepted,
            seq if seq == answered => Mark::HandedOver,
            _ => continue,
        };
        ledger.marks().mark(letter.seq, mark).unwrap();
    }

    copy(state.path(), &world.path("as-it-was-killed"));
    drop(ledger);
    fs::remove_dir_all(state.path()).unwrap();
    fs::rename(world.path("as-it-was-killed"), state.path()).unwrap();
    let left = names(state.path());
    assert!(left.contains(&"ledger.db-wal".to_owned()), "{left:?}");
}

/// Copies a folder with its files' modes.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

#[test]
fn a_process_killed_outright_is_finished_by_the_next_and_nobody_gets_two() {
    const READERS: u64 = 1000;
    let world = World::with(5, READERS as usize);
    let letters = || -> u64 {
        let whole = |name: &&String| name.ends_with(".eml");
        world.letters().iter().filter(whole).count() as u64
    };
    let send = ["send", "--date", "2026-11-23", "-q"];
    let mut run = world.command(&send).spawn().unwrap();
    while letters() == 0 {
        assert!(run.try_wait().unwrap().is_none(), "the run ended at once");
        std::thread::yield_now();
    }
    run.kill().unwrap();
    assert!(!run.wait().unwrap().success());

    let status = || world.run(&["status", "--json"]).json();
    let count = |status: &serde_json::Value, name: &str| status[name].as_u64().unwrap();
    let between = status();
    let (written, accepted) = (letters(), count(&between, "accepted"));
    assert_eq!(count(&between, "planned"), READERS);
    assert_eq!(
        accepted + count(&between, "waiting"),
        READERS,
        "{between:#}"
    );
    assert!(written < READERS, "the run was not killed midway");
    // A letter is written, then its mark: one a connection may be between the two.
    assert!(
        accepted <= written && written <= accepted + 4,
        "{accepted}, {written}"
    );

    assert_eq!(world.run(&send).code, 0);
    let end = status();
    assert_eq!((letters(), count(&end, "accepted")), (READERS, READERS));
}
