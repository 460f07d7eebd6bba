//! What a list of a thousand, a hundred thousand and a million readers costs: reading it whole, checking it, the way to a
//! durable plan, and the `subscribers` commands. Every figure comes from a process of its own. `benches/list.md` has the
//! figures.

mod crowd {
    pub(crate) mod demo;
    pub(crate) mod issue;
    pub(crate) mod list;
    pub(crate) mod many;
    pub(crate) mod pick;
}
mod program {
    pub(crate) mod newsletter;
}

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs,
    hint::black_box,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
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

use crowd::demo::Failure;
use program::newsletter::Newsletter;

const SIZES: [usize; 4] = [1_000, 5_000, 100_000, 1_000_000];

/// What is measured, each in a process of its own.
const ACTS: [(&str, &str); 5] = [
    ("toml", "the `toml` crate, entry by entry"),
    ("read", "read, every reader kept"),
    ("check", "check, duplicates found"),
    ("plan", "plan durable"),
    ("gate", "a resumed run's first look"),
];

/// The commands that are measured: each as a person gives it. Who is removed was added before; the first is added to
/// files that nobody has read since they were changed.
const COMMANDS: [(&str, &str); 6] = [
    ("subscribers list", "`subscribers list`"),
    ("subscribers check", "`subscribers check`"),
    (
        "subscribers add ny@k.example",
        "`subscribers add`, files read",
    ),
    (
        "subscribers add nyere@k.example",
        "`subscribers add`, the next",
    ),
    ("subscribers remove ny@k.example", "`subscribers remove`"),
    ("subscribers remove nyere@k.example", "`subscribers remove`"),
];

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().collect();
    if let [_, act, home] = arguments.as_slice()
        && let home = Path::new(home)
        && home.is_dir()
    {
        return measure(act, home);
    }
    // `cargo bench --bench list -- 5000` measures one size.
    let asked: Vec<usize> = arguments
        .iter()
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if asked.is_empty() { &SIZES[..] } else { &asked };
    let mut out = std::io::stdout().lock();
    let mut smaller: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
    let config = crowd::demo::config()?;
    for &readers in sizes {
        let newsletter = Newsletter::new(&config, |file| {
            crowd::list::write(file, crowd::many::choices(&config, readers))
        })?;
        let (_, file) = folder(newsletter.home());
        let octets = fs::metadata(&file)?.len();
        writeln!(out, "{readers} readers, {:.1} MB", octets as f64 / 1e6)?;
        let rounds = if readers < 1_000_000 { 5 } else { 3 };
        // Adding and removing take turns, so that each finds what it wants.
        let mut runs: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
        for _ in 0..rounds {
            for (act, words) in ACTS.iter().chain(&COMMANDS) {
                let ran = ran(act, newsletter.home())?;
                runs.entry(words).or_default().push(ran);
            }
        }
        for (_, words) in ACTS.iter().chain(&COMMANDS) {
            let Some(mut all) = runs.remove(words) else {
                continue;
            };
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (seconds, megabytes) = all[all.len() / 2];
            let growth = smaller
                .insert(words, (readers, seconds))
                .map(|(before, took)| {
                    let more = readers as f64 / before as f64;
                    format!(
                        ", {:.1} times for {more:.0} times the readers",
                        seconds / took
                    )
                })
                .unwrap_or_default();
            writeln!(
                out,
                "  {words:<36} {:>9.1} ms {megabytes:>8.1} MB{growth}",
                seconds * 1e3
            )?;
        }
    }
    Ok(())
}

/// Runs one act in a process of its own: its seconds, and the most megabytes it needed.
fn ran(act: &str, home: &Path) -> Result<(f64, f64), Failure> {
    let ran = Command::new(env::current_exe()?)
        .arg(act)
        .arg(home)
        .current_dir(home)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    let said = String::from_utf8(ran.stderr)?;
    let last = said.lines().next_back().unwrap_or_default();
    let figures: Vec<f64> = last
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    match figures[..] {
        [seconds, megabytes] => Ok((seconds, megabytes)),
        _ => Err(format!("{act}: {said}").into()),
    }
}

/// The newsletter's folder of readers, and what an entry may name.
fn folder(home: &Path) -> (Folder, PathBuf) {
    let folder = Folder::of(home, &SubscribersSettings::default());
    let file = folder.path.join("readers.toml");
    (folder, file)
}

/// Does one act and says how long it took and what memory it needed at most.
fn measure(act: &str, home: &Path) -> Result<(), Failure> {
    let config = crowd::demo::config()?;
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
        "plan" => before = plan(&config, &folder, &known)?,
        command => {
            let words = ["overblik", "--env", "bench", "-q"].into_iter();
            let words = words.chain(command.split(' ')).map(OsString::from);
            if overblik::cli::main(words) != ExitCode::SUCCESS {
                return Err(format!("`{command}` did not succeed").into());
            }
        }
    }
    let took = started.elapsed().as_secs_f64() - before;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|words| words.split_whitespace().next())
        .and_then(|kilobytes| kilobytes.parse().ok())
        .ok_or("no peak")?;
    // After whatever the act has said, and with stdout left to it.
    writeln!(std::io::stderr(), "{took} {}", peak * 1024.0 / 1e6)?;
    Ok(())
}

/// Plans an issue into a ledger on disk; gives the seconds that went into the issue itself.
fn plan(config: &Config, folder: &Folder, known: &Known) -> Result<f64, Failure> {
    let aside = tempfile::tempdir_in(env::temp_dir())?;
    let mut store = SqliteStore::open(&aside.path().join("ledger.db"))?;
    let started = Instant::now();
    let draft = crowd::issue::draft(config)?;
    let composing = started.elapsed().as_secs_f64();
    let (brief, issue) = (config.brief(), draft.digest.key);
    let clock = Clock(Instant::now(), busy()?);
    let enrolment = publish::enrol(
        folder,
        known,
        &key(),
        issue.frequency,
        config.newsletter.timezone,
        aside.path(),
        None,
    )?;
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
