//! What a list of a thousand, a hundred thousand and a million readers costs: reading it whole, checking it, and the
//! way to a durable plan. Every figure comes from a process of its own. `benches/list.md` has the figures.

// The rosters are another bench's.
#[allow(dead_code)]
mod crowd;

use std::{
    env, fs,
    hint::black_box,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use chrono::{DateTime, Utc};
use overblik::{
    config::Config,
    domain::key::SigningKey,
    letter::Letterhead,
    publish::{self, LongPlan, Press},
    roster::{Folder, Gate as _, Known, ListGate, Roster, SubscribersSettings, Suppressions},
    store::{Read as _, sqlite::SqliteStore},
};

use crowd::Failure;

const SIZES: [usize; 4] = [1_000, 5_000, 100_000, 1_000_000];

/// What is measured, each in a process of its own.
const ACTS: [(&str, &str); 5] = [
    ("toml", "the `toml` crate, entry by entry"),
    ("read", "read, every reader kept"),
    ("check", "check, duplicates found"),
    ("plan", "plan durable"),
    ("gate", "a resumed run's first look"),
];

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().collect();
    if let [_, act, home] = arguments.as_slice()
        && ACTS.iter().any(|(name, _)| name == act)
    {
        return measure(act, Path::new(home));
    }
    let mut out = std::io::stdout().lock();
    for readers in SIZES {
        let home = tempfile::tempdir()?;
        let (folder, file) = folder(home.path());
        fs::create_dir(&folder.path)?;
        crowd::write_list(&file, readers)?;
        let octets = fs::metadata(&file)?.len();
        writeln!(out, "{readers} readers, {:.1} MB", octets as f64 / 1e6)?;
        for (act, words) in ACTS {
            let rounds = if readers < 1_000_000 { 5 } else { 3 };
            let mut runs = Vec::new();
            for _ in 0..rounds {
                let ran = Command::new(env::current_exe()?)
                    .arg(act)
                    .arg(home.path())
                    .output()?;
                let said = String::from_utf8(ran.stdout)?;
                let figures: Vec<f64> = said
                    .split_whitespace()
                    .filter_map(|word| word.parse().ok())
                    .collect();
                let [seconds, megabytes] = figures[..] else {
                    return Err(format!("{act}: {}", String::from_utf8_lossy(&ran.stderr)).into());
                };
                runs.push((seconds, megabytes));
            }
            runs.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (seconds, megabytes) = runs[rounds / 2];
            writeln!(
                out,
                "  {words:<36} {:>9.1} ms {megabytes:>8.1} MB",
                seconds * 1e3
            )?;
        }
    }
    Ok(())
}

/// The newsletter's folder of readers, and what an entry may name.
fn folder(home: &Path) -> (Folder, PathBuf) {
    let folder = Folder::of(home, &SubscribersSettings::default());
    let file = folder.path.join("readers.toml");
    (folder, file)
}

/// Does one act and says how long it took and what memory it needed at most.
fn measure(act: &str, home: &Path) -> Result<(), Failure> {
    let config = crowd::config()?;
    let known = config.known();
    let (folder, file) = folder(home);
    let mut before = 0.0;
    let started = Instant::now();
    match act {
        "toml" => with_toml(&file)?,
        "read" => {
            black_box(Roster::read(&folder, &known).entries.len());
        }
        "check" => {
            let mut readers = 0;
            let roster = Roster::visit(&folder, &known, &mut |_| readers += 1);
            black_box((readers, roster.refused));
        }
        "gate" => {
            let log = home.join("suppressions.log");
            ListGate::new(folder, known, key(), log).refresh()?;
        }
        _ => before = plan(&config, &folder, &known)?,
    }
    let took = started.elapsed().as_secs_f64() - before;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|words| words.split_whitespace().next())
        .and_then(|kilobytes| kilobytes.parse().ok())
        .ok_or("no peak")?;
    writeln!(std::io::stdout(), "{took} {}", peak * 1024.0 / 1e6)?;
    Ok(())
}

/// Plans an issue into a ledger on disk; gives the seconds that went into the issue itself.
fn plan(config: &Config, folder: &Folder, known: &Known) -> Result<f64, Failure> {
    let aside = tempfile::tempdir_in(env::temp_dir())?;
    let mut store = SqliteStore::open(&aside.path().join("ledger.db"))?;
    let started = Instant::now();
    let draft = crowd::issue(config)?;
    let composing = started.elapsed().as_secs_f64();
    let (brief, issue) = (config.brief(), draft.digest.key);
    let clock = Clock(Instant::now(), busy()?);
    let enrolment = publish::enrol(folder, known, &key(), issue.frequency, aside.path())?;
    clock.tell("enrolled");
    let mut press = Press::new(&draft.digest, &brief)?;
    let nobody_left = Suppressions::default();
    let plan = LongPlan::new(
        &brief,
        issue,
        &mut press,
        enrolment,
        &nobody_left,
        aside.path(),
    )?;
    clock.tell("planned");
    let refused = plan.refused;
    let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
    publish::freeze_rows(
        &mut store,
        &draft,
        press,
        refused,
        &mut plan.rows()?,
        &head,
        now(),
    )?;
    clock.tell("frozen");
    black_box(store.issue(issue)?);
    Ok(composing)
}

/// Tells the steps on the error stream, for who runs one act alone.
struct Clock(Instant, f64);

impl Clock {
    fn tell(&self, step: &str) {
        let took = self.0.elapsed().as_secs_f64() * 1e3;
        let busy = (busy().unwrap_or_default() - self.1) * 1e3;
        let _ = writeln!(
            std::io::stderr(),
            "{step} after {took:.1} ms, {busy:.1} ms of this thread's processor time"
        );
    }
}

/// The seconds this thread had a processor.
fn busy() -> Result<f64, Failure> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().ok_or("empty")?.parse()?;
    Ok(nanoseconds / 1e9)
}

/// The peer: the file cut at its headers, each entry read with the `toml` crate into a table.
fn with_toml(file: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(file)?;
    for entry in text.split("[[subscriber]]\n").skip(1) {
        black_box(toml::from_str::<toml::Table>(entry)?);
    }
    Ok(())
}

fn key() -> SigningKey {
    SigningKey::new([1; 32])
}

/// The instant the clock stands at.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_410_000, 0).unwrap_or_default()
}
