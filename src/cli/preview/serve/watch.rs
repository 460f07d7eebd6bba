//! Sees when something that an issue is made of has changed.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash as _, Hasher as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::watch::{self, Receiver, Sender};

use crate::cli::{Session, newsroom::Newsroom};

/// How often it looks, while somebody wants to know.
const PAUSE: Duration = Duration::from_millis(300);

/// The deepest folders it looks into, and the most files.
const DEPTH: usize = 6;
const MOST: usize = 50_000;

/// Begins to look; what is received is a number that grows with every change.
pub(super) fn changes(session: Session) -> Receiver<u64> {
    let (tell, hear) = watch::channel(0);
    std::thread::spawn(move || look(&session, &tell));
    hear
}

fn look(session: &Session, tell: &Sender<u64>) {
    let mut places = places(session);
    let mut seen = fingerprint(&places);
    while !tell.is_closed() {
        std::thread::sleep(PAUSE);
        // The desk's own is one; the others are pages that are open.
        if tell.receiver_count() < 2 {
            continue;
        }
        let now = fingerprint(&places);
        if now != seen {
            places = self::places(session);
            seen = fingerprint(&places);
            tell.send_modify(|number| *number += 1);
        }
    }
}

/// The files and folders an issue is made of. Of a config that cannot be read, the config alone.
fn places(session: &Session) -> Vec<PathBuf> {
    let mut places = vec![session.global.config.clone()];
    if let Ok(room) = Newsroom::open(session) {
        let config = &room.config;
        places.push(config.path(&config.issues.path));
        places.push(config.path(&config.subscribers.path));
        places.push(config.path("texts"));
        places.push(room.state.holds());
        let sources = config.sources.iter();
        places.extend(
            sources
                .filter(|source| !source.path.as_os_str().is_empty())
                .map(|source| config.path(&source.path)),
        );
    }
    places
}

/// A number that is another when a file has come, gone or changed.
fn fingerprint(places: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut left = MOST;
    for place in places {
        add(place, DEPTH, &mut left, &mut hasher);
    }
    hasher.finish()
}

fn add(path: &Path, depth: usize, left: &mut usize, hasher: &mut DefaultHasher) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if *left == 0 {
        return;
    }
    *left -= 1;
    path.hash(hasher);
    if !metadata.is_dir() {
        let changed = (metadata.mtime(), metadata.mtime_nsec());
        (changed, metadata.size(), metadata.ino()).hash(hasher);
        return;
    }
    if depth == 0 {
        return;
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut inside: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    inside.sort();
    for path in inside {
        add(&path, depth - 1, left, hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_seen_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let places = [folder.path().to_owned(), folder.path().join("gone")];
        let file = folder.path().join("a/b.md");
        fs::create_dir(folder.path().join("a")).unwrap();
        let mut seen = vec![fingerprint(&places)];
        let mut is_another = || {
            let now = fingerprint(&places);
            assert_eq!(now, fingerprint(&places));
            let is_another = !seen.contains(&now);
            seen.push(now);
            is_another
        };
        fs::write(&file, "one").unwrap();
        assert!(is_another());
        fs::write(&file, "three").unwrap();
        assert!(is_another());
        fs::rename(&file, folder.path().join("a/c.md")).unwrap();
        assert!(is_another());
        assert!(!is_another());
    }
}
