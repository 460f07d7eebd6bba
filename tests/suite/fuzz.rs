//! What the fuzzer begins with, and all it ever found, is read by every target without a panic.

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The files under a folder of the repository, however deep.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) if path.is_file() => files.push(path),
            Err(_) => {}
        }
    }
    files
}

#[test]
fn no_seed_and_no_finding_is_too_odd_for_any_reader() {
    let mut read = 0;
    for folder in ["fuzz/seeds", "fuzz/found", "tests/fixtures", "subscribers"] {
        for path in files(folder) {
            let bytes = fs::read(&path).unwrap();
            for (name, target) in targets::TARGETS {
                let whole = std::panic::catch_unwind(|| target(&bytes));
                assert!(whole.is_ok(), "{name}: {}", path.display());
            }
            read += 1;
        }
    }
    assert!(read > 50, "{read} files are too few: are the seeds gone?");
}
