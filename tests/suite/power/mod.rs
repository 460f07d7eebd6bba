//! The power goes while letters leave: the state folder is put back as of any moment, what was not synced lost in
//! part, and the next run goes on from there.

mod disk;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use chrono::Utc;
use overblik::{
    domain::delivery::StateName,
    ledger::{Boot, Owed},
    store::{Read as _, sqlite::SqliteStore},
    transport::Redelivery,
};
use rusqlite::Connection;

use crate::{
    model::cases,
    world::{World, names},
};
use disk::{Act, Chance, Disk};

const READERS: usize = 40;
const SEND: [&str; 4] = ["send", "--date", "2026-11-23", "-q"];

/// A newsletter that has its key already: what is lost is the ledger's.
fn newsletter() -> World {
    let world = World::with(5, READERS);
    world.write("state/key", "07".repeat(32));
    private(&world.path("state"), 0o700);
    private(&world.path("state/key"), 0o600);
    world
}

fn private(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A whole run, and all it did to the disk.
struct Recorded {
    world: World,
    root: PathBuf,
    acts: Vec<(PathBuf, Act)>,
    letters: Vec<Letter>,
}

/// A letter, and when it left.
struct Letter {
    reader: String,
    /// Its first octet was written.
    begun: usize,
    /// It was whole and synced.
    whole: usize,
}

impl Recorded {
    fn run() -> Self {
        let world = newsletter();
        let aside = tempfile::tempdir().unwrap();
        let (shim, log) = (aside.path().join("record.so"), aside.path().join("log"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/record.c");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&shim, &source])
            .status()
            .expect("`cc` is there");
        assert!(made.success());
        let root = fs::canonicalize(world.path(".")).unwrap();
        let run = world
            .command(&SEND)
            .env("LD_PRELOAD", &shim)
            .env("POWER_ROOT", &root)
            .env("POWER_LOG", &log)
            .status();
        assert!(run.unwrap().success());
        let acts = disk::read(&log);
        Self {
            letters: letters(&acts, &root.join("outbox")),
            world,
            root,
            acts,
        }
    }

    /// The moments to try: after each of some syncs of the state folder, and some anywhere.
    fn cuts(&self, each: usize, chance: &mut Chance) -> BTreeSet<usize> {
        let state = self.root.join("state");
        let syncs: Vec<usize> = (1..)
            .zip(&self.acts)
            .filter(|(_, (path, act))| path.starts_with(&state) && *act == Act::Sync)
            .map(|(after, _)| after)
            .collect();
        let end = self.acts.len() as u64;
        let mut anywhere = || chance.below(end) as usize;
        let mut cuts: BTreeSet<usize> = (0..each).map(|_| anywhere()).collect();
        cuts.extend((0..each).map(|nth| syncs[nth * syncs.len() / each]));
        cuts
    }

    /// The power goes after so many acts.
    fn cut(&self, cut: usize) {
        let mut disk = Disk::default();
        for (path, act) in &self.acts[..cut] {
            disk.act(path, act);
        }
        let world = newsletter();
        let mut chance = Chance(cut as u64 + 1);
        for (name, bytes) in disk.after_the_cut(&self.root.join("state"), &mut chance) {
            // SQLite makes it anew after a crash of the machine, from the log.
            if !name.to_string_lossy().ends_with("-shm") {
                world.write(&format!("state/{}", name.display()), bytes);
            }
        }
        self.nothing_left_unclaimed(&world, cut);
        self.the_next_run_goes_on(&world, cut);
    }

    /// Judged as letters that must not go twice, in another boot: what has left is accepted or doubtful, and what is
    /// accepted has left.
    fn nothing_left_unclaimed(&self, world: &World, cut: usize) {
        let store = SqliteStore::peek(&world.path("state/ledger.db")).unwrap();
        let issue = store
            .as_ref()
            .and_then(|store| Some((store, store.issues().unwrap().pop()?)));
        let left = |letter: &&Letter| letter.begun < cut;
        let Some((store, issue)) = issue else {
            assert_eq!(
                self.letters.iter().filter(left).count(),
                0,
                "letters left, and the ledger has lost their issue; cut {cut}"
            );
            return;
        };
        let boot = Boot::named("after the power came back");
        let (state, now) = (world.path("state"), Utc::now());
        let owed = Owed::of(store, &state, issue.number, &boot, Redelivery::Doubles, now);
        let owed = owed.unwrap();
        let mut stands = BTreeMap::new();
        for name in StateName::ALL {
            for row in owed.rows(store, issue.number, name).unwrap() {
                stands.insert(row.address, name);
            }
        }
        assert_eq!((stands.len(), issue.planned), (READERS, READERS as u64));
        let tally = owed.tally(store, issue.number).unwrap();
        assert_eq!(
            tally.planned,
            tally.accepted + tally.doubtful + tally.waiting
        );
        let open = store.open_claims(issue.number).unwrap();
        let open: u64 = open.iter().map(|claim| claim.to - claim.from).sum();
        assert!(tally.doubtful <= open, "{tally:?}, {open} in open ranges");
        for letter in &self.letters {
            match stands[&letter.reader] {
                StateName::Accepted => assert!(
                    letter.whole < cut,
                    "{} is accepted and never left; cut {cut}",
                    letter.reader
                ),
                StateName::Doubtful => {}
                other => assert!(
                    letter.begun >= cut,
                    "{} has left and stands as {other:?}; cut {cut}",
                    letter.reader
                ),
            }
        }
    }

    fn the_next_run_goes_on(&self, world: &World, cut: usize) {
        let resumes = SqliteStore::peek(&world.path("state/ledger.db")).unwrap();
        let resumes = resumes.is_some_and(|store| !store.issues().unwrap().is_empty());
        at_home(world);
        let said = world.run(&SEND);
        assert_eq!(said.code, 0, "cut {cut}: {}", said.err);
        let status = world.run(&["status", "--json"]).json();
        assert_eq!(
            (&status["planned"], &status["accepted"]),
            (&READERS.into(), &READERS.into()),
            "cut {cut}"
        );
        let mut got: BTreeSet<String> = BTreeSet::new();
        for name in world.letters() {
            let bytes = fs::read(world.path("outbox").join(&name)).unwrap();
            got.extend(reader_of(&bytes));
            if resumes {
                let first = fs::read(self.world.path("outbox").join(&name)).unwrap();
                assert!(bytes == first, "other bytes; cut {cut}");
            }
        }
        let left = self.letters.iter().filter(|letter| letter.whole < cut);
        got.extend(left.map(|letter| letter.reader.clone()));
        assert_eq!(got.len(), READERS, "somebody is skipped; cut {cut}");
    }
}

/// Lets the ledger take the folder that the disk was put back in for its own; what it says besides stays.
fn at_home(world: &World) {
    let ledger = world.path("state/ledger.db");
    if ledger.exists() {
        let here = fs::canonicalize(world.path("state")).unwrap();
        let connection = Connection::open(ledger).unwrap();
        // One that was cut off before it had its tables says nothing of a home.
        let _ = connection.execute("UPDATE home SET path = ?1", [here.display().to_string()]);
    }
}

/// The letters written into a folder; each is one file, written beside its name.
fn letters(acts: &[(PathBuf, Act)], outbox: &Path) -> Vec<Letter> {
    let mut files: BTreeMap<&Path, (usize, Vec<u8>)> = BTreeMap::new();
    let mut letters = Vec::new();
    for (now, (path, act)) in acts.iter().enumerate() {
        if path.parent() != Some(outbox) {
            continue;
        }
        match act {
            Act::Write { bytes, .. } => {
                let (_, written) = files.entry(path).or_insert((now, Vec::new()));
                written.extend(bytes);
            }
            Act::Sync => {
                let (begun, bytes) = files.remove(path.as_path()).unwrap();
                letters.push(Letter {
                    reader: reader_of(&bytes).unwrap(),
                    begun,
                    whole: now,
                });
            }
            _ => {}
        }
    }
    letters
}

fn reader_of(letter: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(letter);
    let to = text.lines().find(|line| line.starts_with("To: "))?;
    let address = to.trim_start_matches("To: ").rsplit('<').next()?;
    Some(address.trim_end_matches('>').to_owned())
}

#[test]
fn whenever_the_power_goes_no_letter_had_left_unclaimed_and_nobody_is_skipped() {
    let recorded = Recorded::run();
    assert_eq!(recorded.letters.len(), READERS);
    assert_eq!(names(&recorded.world.path("outbox")).len(), READERS);
    let cuts: Vec<usize> = recorded
        .cuts(cases(12) as usize, &mut Chance(7))
        .into_iter()
        .collect();
    thread::scope(|scope| {
        for some in cuts.chunks(cuts.len().div_ceil(4)) {
            let recorded = &recorded;
            scope.spawn(move || some.iter().for_each(|cut| recorded.cut(*cut)));
        }
    });
}
