//! The example of README, run on any day of the year, does the same.

use std::{fs, path::Path, sync::Arc};

use chrono::{DateTime, Utc};

use super::Send;
use crate::{
    cli::{Exit, Global, Session, newsroom::Newsroom},
    dispatch::Stop,
    domain::clock::FixedClock,
};

/// Copies the demo: config, readers and articles as they stand in the repository.
fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["config", "subscribers", "articles"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(part);
        copy(&from, &folder.path().join(part));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// What a run says of itself, without how long it took.
fn sent(now: DateTime<Utc>) -> serde_json::Value {
    let folder = demo();
    let global = Global {
        config: folder.path().join("config"),
        env: None,
        json: false,
        quiet: true,
        verbose: false,
    };
    let clock = Arc::new(FixedClock(now));
    let session = Session {
        global,
        clock,
        heard: None,
    };
    let room = Newsroom::open(&session).unwrap();
    let request = Send {
        date: "2026-11-23".parse().ok(),
        ..Send::what_is_due()
    };
    let stop = Arc::new(Stop::default());
    let (exit, report) = request.once(&session, &room, &stop).unwrap();
    assert_eq!(exit, Exit::Done, "at {now}");
    let letters = fs::read_dir(folder.path().join("outbox")).unwrap().count();
    assert_eq!(letters, 24, "at {now}");
    let mut report = serde_json::to_value(report).unwrap();
    for key in ["duration_s", "rate_per_s"] {
        report[key] = serde_json::Value::Null;
        report["issues"][0][key] = serde_json::Value::Null;
    }
    report
}

#[test]
fn the_example_sends_the_same_issue_on_any_day_at_any_hour() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let then = sent(at("2026-11-23T05:00:00Z"));
    assert_eq!(
        (&then["planned"], &then["accepted"]),
        (&26.into(), &24.into())
    );
    for now in [
        // Long before, a leap day, Easter, the hours that are skipped and repeated, Christmas, years later.
        "2024-02-29T12:00:00Z",
        "2026-04-05T22:30:00Z",
        "2027-03-28T01:00:00Z",
        "2026-10-25T00:30:00Z",
        "2026-12-24T23:59:59Z",
        "2031-01-01T00:00:00Z",
    ] {
        assert_eq!(sent(at(now)), then, "at {now}");
    }
}
