//! Promise 4: what only looks changes nothing, not so much as the time a folder was last written to.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    killed::kill_midway,
    world::{World, names},
};

const READERS: usize = 40;
/// How many letters of a killed run were answered.
const ANSWERED: u64 = 4;
/// Who runs a command in a folder that cannot be written, when the tests run as root, who can write anywhere.
const NOBODY: u32 = 65534;

/// All that is known of a file or folder but when it was last read.
#[derive(Debug, PartialEq)]
struct Trace {
    mode: u32,
    owner: (u32, u32),
    inode: u64,
    written: (i64, i64),
    changed: (i64, i64),
    bytes: Option<Vec<u8>>,
}

/// Everything in a folder, itself included, but what lies under `but`.
fn traces(folder: &Path, but: &Path) -> BTreeMap<PathBuf, Trace> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path == but {
            continue;
        }
        let about = fs::symlink_metadata(&path).unwrap();
        if about.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|one| one.unwrap().path()));
        }
        let trace = Trace {
            mode: about.mode(),
            owner: (about.uid(), about.gid()),
            inode: about.ino(),
            written: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
            bytes: about.is_file().then(|| fs::read(&path).unwrap()),
        };
        found.insert(path, trace);
    }
    found
}

/// Every command that only looks, and whether it needs an issue that was published.
fn looks(out: &str) -> Vec<(bool, Vec<&str>)> {
    const DATE: &str = "2026-11-23";
    let id = "artikler/artikel-1";
    let reader = "reader3@kommune.example";
    let any = |arguments: &[&'static str]| (false, arguments.to_vec());
    let published = |arguments: &[&'static str]| (true, arguments.to_vec());
    let mut looks = vec![
        any(&["status"]),
        any(&["status", "--json"]),
        any(&["status", "--list", "waiting"]),
        any(&["status", "--list", "accepted", "--json"]),
        any(&["send", "--dry-run"]),
        any(&["send", "--dry-run", "--date", DATE, "--json"]),
        any(&["issues", "list"]),
        any(&["articles", "mark-printed", "--before", DATE, "--dry-run"]),
        any(&["schedule"]),
        any(&["schedule", "--from", DATE, "--days", "40", "--ical"]),
        any(&["articles"]),
        any(&["articles", "--date", DATE, "--json"]),
        any(&["check"]),
        any(&["subscribers", "list"]),
        any(&["subscribers", "check"]),
        any(&["subscribers", "show", reader]),
        any(&["why", id, "--date", DATE]),
        any(&["why", id, "--date", DATE, "--subscriber", reader, "--json"]),
        published(&["status", "--date", DATE]),
        published(&["issues", "show", DATE]),
        published(&["issues", "show", DATE, "--json"]),
        published(&["issues", "cancel", DATE, "--dry-run"]),
    ];
    for arguments in [vec![], vec!["--date", DATE, "--subscriber", reader]] {
        let preview = ["preview", "--out", out];
        looks.push((false, [preview.as_slice(), &arguments].concat()));
    }
    looks
}

/// Runs every looking command and compares the newsletter's folder before and after each.
fn nothing_changes(world: &World, published: bool) {
    let elsewhere = tempfile::tempdir().unwrap();
    let out = elsewhere.path().to_str().unwrap();
    for (needs_issue, arguments) in looks(out) {
        let before = traces(&world.path(""), Path::new("none"));
        let said = world.run(&arguments);
        let expected = if needs_issue && !published { 2 } else { 0 };
        assert_eq!(said.code, expected, "{arguments:?}: {}", said.err);
        let after = traces(&world.path(""), Path::new("none"));
        assert!(before == after, "{arguments:?} left a trace");
    }
}

#[test]
fn looking_changes_nothing_before_the_first_issue() {
    nothing_changes(&World::with(5, READERS), false);
}

#[test]
fn looking_changes_nothing_after_an_issue() {
    let world = World::with(5, READERS);
    assert_eq!(world.run(&["send", "--date", "2026-11-23", "-q"]).code, 0);
    nothing_changes(&world, true);
}

#[test]
fn looking_changes_nothing_after_a_run_was_killed_and_tells_the_truth() {
    let world = World::with(5, READERS);
    kill_midway(&world, ANSWERED);
    nothing_changes(&world, true);
    let status = world.run(&["status", "--json"]).json();
    let count = |name: &str| status[name].as_u64().unwrap();
    assert_eq!(count("planned"), READERS as u64);
    assert_eq!(count("accepted"), ANSWERED);
    assert_eq!(count("waiting"), READERS as u64 - ANSWERED);
    let listed = world
        .run(&["status", "--list", "accepted", "--json"])
        .json();
    assert_eq!(
        listed["deliveries"].as_array().unwrap().len() as u64,
        ANSWERED
    );
}

#[test]
fn a_preview_writes_nothing_but_its_own_folder() {
    let world = World::with(5, READERS);
    let own = world.path("preview");
    fs::create_dir(&own).unwrap();
    let before = traces(&world.path(""), &own);
    assert_eq!(world.run(&["preview", "--date", "2026-11-23"]).code, 0);
    assert!(before == traces(&world.path(""), &own));
    assert_eq!(names(&own), ["2026-11-23"], "nothing is left half-made");
}

/// A newsletter nobody may write in; made writable again when dropped, so that it can be taken away.
struct Sealed(World);

impl Sealed {
    fn new(world: World) -> Self {
        let sealed = Self(world);
        sealed.each(|path, mode| {
            if is_root() {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            fs::set_permissions(path, fs::Permissions::from_mode(mode & !0o222)).unwrap();
        });
        sealed
    }

    fn each(&self, act: impl Fn(&Path, u32)) {
        let root = self.0.path("");
        for (path, trace) in traces(&root, Path::new("none")) {
            act(&path, trace.mode);
        }
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.each(|path, mode| {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o200));
        });
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

#[test]
fn a_folder_that_cannot_be_written_can_be_looked_at() {
    for situation in ["new", "sent", "killed"] {
        let world = World::with(5, READERS);
        match situation {
            "sent" => assert_eq!(world.run(&["send", "--date", "2026-11-23", "-q"]).code, 0),
            "killed" => kill_midway(&world, ANSWERED),
            _ => {}
        }
        let elsewhere = tempfile::tempdir().unwrap();
        let out = elsewhere.path().join("out");
        fs::create_dir(&out).unwrap();
        // Another user must be able to reach the program and the place for the preview.
        let program = elsewhere.path().join("overblik");
        fs::copy(env!("CARGO_BIN_EXE_overblik"), &program).unwrap();
        fs::set_permissions(elsewhere.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&out, fs::Permissions::from_mode(0o777)).unwrap();
        let sealed = Sealed::new(world);
        let run = |arguments: &[&str]| {
            let mut command = Command::new(&program);
            command
                .current_dir(sealed.0.path(""))
                .env_clear()
                .args(arguments)
                .stdin(Stdio::null());
            if is_root() {
                command.uid(NOBODY).gid(NOBODY);
            }
            command.output().unwrap()
        };
        for (needs_issue, arguments) in looks(out.to_str().unwrap()) {
            let output = run(&arguments);
            let expected = if needs_issue && situation == "new" {
                2
            } else {
                0
            };
            let words = String::from_utf8_lossy(&output.stderr);
            assert_eq!(
                output.status.code(),
                Some(expected),
                "{situation}, {arguments:?}: {words}"
            );
        }
        let output = run(&["send", "--date", "2026-11-24"]);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{situation}: the folder is not sealed"
        );
    }
}
