//! A full disk: the run stops before the next letter, and after making room each reader gets exactly one.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::{SEND, World, check, contents, one_each};

const READERS: usize = 60;

/// A folder on a disk of its own that can be filled. Where nothing may be mounted, a folder that nothing can be
/// written to stands for the full disk.
struct Disk {
    folder: PathBuf,
    mounted: bool,
}

impl Disk {
    fn at(folder: PathBuf, kibibytes: usize) -> Self {
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o"])
            .arg(format!("size={kibibytes}k,mode=700"))
            .arg("tmpfs")
            .arg(&folder)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            let words = "no disk can be mounted: a closed folder stands for a full one";
            let _ = writeln!(std::io::stderr(), "{words}");
        }
        Self { folder, mounted }
    }

    /// Fills it but for some kibibytes.
    fn fill(&self, left: usize) {
        if !self.mounted {
            return self.set_mode(0o500);
        }
        let ballast = |name: &str| fs::File::create(self.folder.join(name)).unwrap();
        let mut room = ballast(".room");
        room.write_all(&vec![0; left * 1024]).unwrap();
        let mut file = ballast(".ballast");
        while file.write_all(&[0; 1024]).is_ok() {}
        fs::remove_file(self.folder.join(".room")).unwrap();
    }

    /// Makes room again.
    fn clear(&self) {
        if !self.mounted {
            return self.set_mode(0o700);
        }
        let _ = fs::remove_file(self.folder.join(".ballast"));
    }

    fn set_mode(&self, mode: u32) {
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(mode)).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.clear();
        if self.mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.folder).output();
        }
    }
}

/// The letters that are there, of which none is half a letter.
fn whole_letters(outbox: &Path) -> usize {
    let letters = contents(outbox);
    let letters: Vec<_> = letters
        .iter()
        .filter(|(path, _)| !path.ends_with(".ballast"))
        .collect();
    for (path, bytes) in &letters {
        assert!(
            bytes.ends_with(b"--\r\n"),
            "half a letter: {}",
            path.display()
        );
    }
    letters.len()
}

#[test]
fn without_room_for_the_ledger_no_letter_leaves() {
    for left in [0, 4, 40, 120, 180, 240] {
        let world = World::with(1, READERS);
        let disk = Disk::at(world.path("state"), 2048);
        disk.fill(left);
        let said = world.run(&[SEND, &["--json"]].concat());
        if said.code == 0 && disk.mounted {
            // There was room enough.
            assert_eq!(whole_letters(&world.path("outbox")), READERS, "{left}");
            continue;
        }
        check(&said, 1, &["error: ", "hint: ", "make room"]);
        // One document, and it is the error.
        assert_eq!(said.json()["error"]["code"], 1, "{left}");
        let there = whole_letters(&world.path("outbox"));
        let status = world.run(&["status", "--json"]).json();
        // Every letter that left had its claim: it is counted.
        assert_eq!(status["accepted"], there, "{left}: {status}");
        if status["planned"] == READERS {
            world.status();
        }
        disk.clear();
        check(&world.send(), 0, &[]);
        assert_eq!(world.got(), one_each(READERS), "{left}");
        assert_eq!(world.status()["accepted"], READERS);
    }
}

#[test]
fn a_ledger_that_fills_up_between_two_runs_keeps_what_it_knows() {
    let world = World::with(0, READERS);
    let disk = Disk::at(world.path("state"), 2048);
    world.article("fredag", "Nyt om skole fredag", "2026-11-19");
    check(&world.run(&["send", "--date", "2026-11-20"]), 0, &[]);
    world.article("mandag", "Nyt om skole mandag", "2026-11-22");
    disk.fill(0);
    check(&world.send(), 1, &["error: ", "hint: ", "make room"]);
    assert_eq!(whole_letters(&world.path("outbox")), READERS);
    assert_eq!(world.status()["date"], "2026-11-20");
    disk.clear();
    check(&world.send(), 0, &[]);
    assert_eq!(world.status()["accepted"], READERS);
    assert!(world.got().values().all(|letters| *letters == 2));
}

#[test]
fn without_room_for_letters_three_in_a_row_stop_the_run() {
    let world = World::with(1, READERS);
    let disk = Disk::at(world.path("outbox"), 4096);
    disk.fill(500);
    let said = world.run(&[SEND, &["-q"]].concat());
    check(
        &said,
        1,
        &[
            "daily-2026-11-23: three letters in a row could not be handed over",
            "hint: nothing is lost",
        ],
    );
    let there = whole_letters(&world.path("outbox"));
    assert!(there < READERS && (there > 0 || !disk.mounted), "{there}");
    let status = world.status();
    assert_eq!(status["accepted"], there);
    assert_eq!(status["waiting"], READERS - there);

    // As full as before: again nothing is lost.
    check(&world.send(), 1, &[]);
    assert_eq!(
        world.status()["waiting"],
        READERS - whole_letters(&world.path("outbox"))
    );

    disk.clear();
    check(&world.send(), 0, &["resuming"]);
    assert_eq!(world.got(), one_each(READERS));
    assert_eq!(world.status()["accepted"], READERS);
}

#[test]
fn a_ledger_that_fills_up_midway_loses_and_doubles_nobody() {
    const MANY: usize = 700;
    let world = World::with(1, MANY);
    let outbox = Disk::at(world.path("outbox"), 40_000);
    let state = Disk::at(world.path("state"), 4096);
    outbox.fill(60);
    check(&world.send(), 1, &["three letters in a row"]);
    outbox.clear();
    let mut there = whole_letters(&outbox.folder);
    let mut stops = 0;
    for left in [0, 8, 24, 40, 56, 72, 88, 120] {
        state.fill(left);
        let said = world.send();
        state.clear();
        let now = whole_letters(&outbox.folder);
        let status = world.status();
        // Every letter that left had its claim: it is counted, and none twice.
        assert_eq!(status["accepted"], now, "{left}: {status}");
        assert_eq!(status["doubtful"], 0);
        assert!(now >= there);
        if said.code != 0 {
            check(&said, 1, &["error: ", "hint: nothing is lost; make room"]);
            assert!(left > 0 || now == there, "a letter without a claim");
            stops += 1;
        }
        there = now;
    }
    assert!(stops > 0);
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(MANY));
    assert_eq!(world.status()["accepted"], MANY);
}

#[test]
fn garbage_among_the_readers_own_words_stops_what_is_resumed_too() {
    let world = World::with(1, READERS);
    let disk = Disk::at(world.path("outbox"), 4096);
    disk.fill(200);
    check(&world.send(), 1, &["three letters in a row"]);
    disk.clear();
    let there = whole_letters(&disk.folder);
    world.write("state/suppressions.log", "slemt\nslemt\n");
    check(
        &world.send(),
        2,
        &["error: state/suppressions.log:1: ", "hint: "],
    );
    assert_eq!(whole_letters(&disk.folder), there);
    assert_eq!(world.status()["waiting"], READERS - there);
    fs::remove_file(world.path("state/suppressions.log")).unwrap();
    check(&world.send(), 0, &[]);
    assert_eq!(world.got(), one_each(READERS));
}
