//! What the ledger costs a letter: the real store driven as a run drives it, two ranges claimed ahead and outcomes in
//! groups, against appending records to a file and syncing it as often. `benches/README.md` has the figures.

use std::{
    env,
    fs::{self, File},
    hint::black_box,
    io::Write as _,
    path::Path,
    process::Command,
    time::Instant,
};

use chrono::{DateTime, NaiveDate, Utc};
use overblik::{
    domain::{
        delivery::DeliveryState,
        issue::{Frequency, IssueKey},
        key::{SubscriberId, sha256},
    },
    ledger::{Boot, Ledger},
    store::{
        Claim, FrozenIssue, Outcome, PlanRow, Read as _, Settled, Store as _, sqlite::SqliteStore,
    },
    transport::Redelivery,
};

type Failure = Box<dyn std::error::Error>;

const READERS: u64 = 100_000;
const ROUNDS: usize = 5;
/// Rows claimed at a time, as a run does.
const RANGE: u64 = 512;
/// Outcomes written at a time; 500 is what a run at full speed comes to.
const GROUPS: [usize; 3] = [100, 250, 500];
/// Octets of a record appended to a file: run, reader, state, time, reply.
const RECORD: usize = 96;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().collect();
    if let [_, act, group] = arguments.as_slice()
        && let Ok(group) = group.parse()
    {
        return measure(act, group);
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{READERS} letters, medians of {ROUNDS} rounds\n{:<28} {:>10} {:>12} {:>8}",
        "", "us a letter", "us processor", "syncs"
    )?;
    for group in GROUPS {
        for (act, words) in [("ledger", "ledger"), ("append", "append and sync")] {
            let mut runs = Vec::new();
            for _ in 0..ROUNDS {
                runs.push(run(Command::new(env::current_exe()?), act, group)?);
            }
            let median = |at: usize| {
                let mut figures: Vec<f64> = runs.iter().map(|run| run[at]).collect();
                figures.sort_by(f64::total_cmp);
                figures[ROUNDS / 2]
            };
            let syncs = syncs(act, group).map_or("?".to_owned(), |syncs| syncs.to_string());
            writeln!(
                out,
                "{:<28} {:>10.2} {:>12.2} {syncs:>8}",
                format!("{words}, groups of {group}"),
                median(0),
                median(1),
            )?;
        }
    }
    Ok(())
}

/// Runs one act in a process of its own; gives its two figures.
fn run(mut command: Command, act: &str, group: usize) -> Result<[f64; 2], Failure> {
    let ran = command.arg(act).arg(group.to_string()).output()?;
    let said = String::from_utf8(ran.stdout)?;
    let figures: Vec<f64> = said
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    figures
        .try_into()
        .map_err(|_| format!("{act}: {}", String::from_utf8_lossy(&ran.stderr)).into())
}

/// How many times an act syncs while it settles, counted by strace; `None` where there is none.
fn syncs(act: &str, group: usize) -> Option<u64> {
    let folder = tempfile::tempdir().ok()?;
    let log = folder.path().join("syncs");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-e", "trace=fsync,fdatasync,rmdir", "-o"])
        .arg(&log)
        .arg(env::current_exe().ok()?);
    run(strace, act, group).ok()?;
    let text = fs::read_to_string(log).ok()?;
    // The folder that is taken away marks where settling begins and where it ends.
    let settling = text.split("rmdir(").nth(1)?;
    Some(settling.matches("sync(").count() as u64)
}

fn measure(act: &str, group: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let (seconds, busy) = match act {
        "append" => append(folder.path(), group)?,
        _ => ledger(folder.path(), group)?,
    };
    let letters = READERS as f64;
    writeln!(
        std::io::stdout(),
        "{} {}",
        seconds * 1e6 / letters,
        busy * 1e6 / letters
    )?;
    Ok(())
}

/// Settles a frozen issue of many readers; gives the seconds it took and the processor's share of them.
fn ledger(folder: &Path, group: usize) -> Result<(f64, f64), Failure> {
    let mut store = SqliteStore::open(&folder.join("ledger.db"))?;
    store.freeze(&issue(), &mut (0..READERS).map(reader))?;
    let issue = store.issues()?.remove(0);
    let boot = Boot::named("a boot");
    let mut ledger = Ledger::begin(store, folder, &issue, &boot, Redelivery::Doubles, now())?;
    let mut open: Vec<(Claim, u64)> = Vec::new();
    let (mut claimed, mut settled) = (0, 0);
    mark(folder)?;
    let before = (Instant::now(), busy()?);
    while settled < READERS {
        let group = (group as u64).min(claimed - settled);
        let outcomes: Vec<Outcome> = (settled..settled + group).map(accepted).collect();
        settled += group;
        let mut closed = Vec::new();
        open.retain(|(claim, _)| {
            let is_open = claim.to > settled;
            if !is_open {
                closed.push(*claim);
            }
            is_open
        });
        let wants = claimed - settled < 2 * RANGE && claimed < READERS;
        for range in ledger.turn(&outcomes, &closed, wants.then_some(RANGE))? {
            claimed += range.letters.len() as u64;
            open.push((range.claim, range.claim.to));
            black_box(range.letters);
        }
    }
    let figures = (before.0.elapsed().as_secs_f64(), busy()? - before.1);
    mark(folder)?;
    let (_, tally) = ledger.end(now())?;
    if tally.accepted != READERS {
        return Err(format!("not all were settled: {tally:?}").into());
    }
    Ok(figures)
}

/// The limit: records appended to a file that is synced after each group.
fn append(folder: &Path, group: usize) -> Result<(f64, f64), Failure> {
    let mut file = File::create(folder.join("log"))?;
    mark(folder)?;
    let before = (Instant::now(), busy()?);
    let mut record = [0; RECORD];
    for first in (0..READERS).step_by(group) {
        let mut records = Vec::with_capacity(group * RECORD);
        for seq in first..READERS.min(first + group as u64) {
            record[..8].copy_from_slice(&seq.to_be_bytes());
            records.extend_from_slice(&record);
        }
        file.write_all(&records)?;
        file.sync_data()?;
    }
    let figures = (before.0.elapsed().as_secs_f64(), busy()? - before.1);
    mark(folder)?;
    Ok(figures)
}

/// Leaves a mark that strace sees.
fn mark(folder: &Path) -> std::io::Result<()> {
    let mark = folder.join("mark");
    fs::create_dir(&mark)?;
    fs::remove_dir(mark)
}

/// The seconds this thread had a processor, its own and the system's for it.
fn busy() -> Result<f64, Failure> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().ok_or("empty")?.parse()?;
    Ok(nanoseconds / 1e9)
}

fn issue() -> FrozenIssue {
    FrozenIssue {
        key: IssueKey {
            date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default(),
            frequency: Frequency::Daily,
        },
        cut_off: now(),
        frozen_at: now(),
        hash: [7; 32],
        refused: 0,
        record: "{}".into(),
        letterhead: "{}".into(),
        manuscript: "{}".into(),
        pieces: vec![],
        editions: vec![],
        articles: vec![],
    }
}

fn reader(number: u64) -> PlanRow {
    PlanRow {
        subscriber: SubscriberId(sha256(&number.to_be_bytes())),
        address: format!("reader.number{number}@kommune{}.example", number % 98),
        name: Some(format!("Læser {number}")),
        signed_up: None,
        edition: Ok(0),
    }
}

fn accepted(seq: u64) -> Outcome {
    Outcome {
        seq,
        state: Settled::To(DeliveryState::Accepted {
            reply: "2.0.0 Ok: queued as 4cQ2Xk0JZLz9sTw".into(),
        }),
        at: now(),
        relay: None,
    }
}

/// The instant the clock stands at.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_410_000, 0).unwrap_or_default()
}
