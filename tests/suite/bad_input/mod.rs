//! Promise 6 and the exit codes: what is bad is named with its place and its remedy and costs only itself; nothing is
//! lost or left half-written, and the next good run does the job.

mod articles;
mod config;
mod disk;
mod ledger;
mod missing;
mod requests;
mod state;
mod stopped;
mod subscribers;
mod together;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::world::{Said, World};

/// The arguments that send the issue all these stories are about.
const SEND: &[&str] = &["send", "--date", "2026-11-23"];

impl World {
    /// Sends the issue of Monday 23 November 2026.
    fn send(&self) -> Said {
        self.run(SEND)
    }

    /// How many letters each address has got.
    fn got(&self) -> BTreeMap<String, usize> {
        let mut got = BTreeMap::new();
        for name in self.letters() {
            assert!(!name.starts_with('.'), "half a letter: {name}");
            let letter = fs::read_to_string(self.path("outbox").join(name)).unwrap();
            let to = letter.lines().find_map(|line| line.strip_prefix("To: "));
            *got.entry(to.unwrap().to_owned()).or_default() += 1;
        }
        got
    }

    /// Where the issue stands; the sum of the promise must hold.
    fn status(&self) -> Value {
        let said = self.run(&["status", "--json"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let status = said.json();
        let count = |state: &str| status[state].as_u64().unwrap();
        let states = [
            "accepted", "deferred", "failed", "skipped", "doubtful", "waiting",
        ];
        assert_eq!(
            count("planned"),
            states.into_iter().map(count).sum::<u64>(),
            "{status}"
        );
        status
    }
}

/// Each of `readerN@kommune.example` with one letter.
fn one_each(readers: usize) -> BTreeMap<String, usize> {
    (0..readers)
        .map(|number| (format!("reader{number}@kommune.example"), 1))
        .collect()
}

/// Every file under a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap_or_default());
        }
    }
    files
}

/// Checks a refusal: its code, all of its words, and that it is a message of ours and no panic.
#[track_caller]
fn check(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    for word in words {
        assert!(
            said.err.contains(word),
            "`{word}` is missing in: {}",
            said.err
        );
    }
}
