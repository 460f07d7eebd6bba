//! The program itself, in a newsletter's folder of its own, and a relay on loopback that takes letters and keeps none.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use memchr::memmem;

use overblik::config::Config;

use crate::crowd::Failure;

/// The relay: SMTP with pipelining (RFC 2920), everything accepted, nothing kept.
#[derive(Clone)]
pub(crate) struct Drain {
    port: u16,
    seen: Arc<Seen>,
}

/// What came.
#[derive(Default)]
struct Seen {
    letters: AtomicU64,
    octets: AtomicU64,
    first: OnceLock<Instant>,
}

impl Drain {
    /// Opens it on a free port.
    pub(crate) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let seen = Arc::<Seen>::default();
        let drain = Self {
            port,
            seen: Arc::clone(&seen),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                // A connection that is cut has nothing more to say.
                thread::spawn(move || drop(converse(&stream, &seen)));
            }
        });
        Ok(drain)
    }

    /// How many letters were accepted.
    pub(crate) fn letters(&self) -> u64 {
        self.seen.letters.load(Ordering::Relaxed)
    }

    /// How many octets they had.
    pub(crate) fn octets(&self) -> u64 {
        self.seen.octets.load(Ordering::Relaxed)
    }

    /// When the first was accepted.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.seen.first.get().copied()
    }
}

const END: &[u8] = b"\r\n.\r\n";

/// Answers whatever has come, all answers of one read together.
fn converse(mut stream: &TcpStream, seen: &Seen) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"220 drain.example\r\n")?;
    let end = memmem::Finder::new(END);
    let (mut buffer, mut filled) = (vec![0; 256 * 1024], 0);
    let (mut in_letter, mut octets) = (false, 0);
    let mut answers = Vec::new();
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        let mut at = 0;
        loop {
            let rest = &buffer[at..filled];
            if in_letter {
                let Some(found) = end.find(rest) else {
                    // The end may lie across two reads.
                    let passed = rest.len().saturating_sub(END.len() - 1);
                    octets += passed;
                    at += passed;
                    break;
                };
                at += found + END.len();
                seen.octets
                    .fetch_add((octets + found) as u64, Ordering::Relaxed);
                seen.letters.fetch_add(1, Ordering::Relaxed);
                seen.first.get_or_init(Instant::now);
                (in_letter, octets) = (false, 0);
                answers.extend_from_slice(b"250 2.0.0 taken\r\n");
            } else {
                let Some(found) = memchr::memchr(b'\n', rest) else {
                    break;
                };
                let verb = rest.get(..4).unwrap_or_default().to_ascii_uppercase();
                at += found + 1;
                let answer: &[u8] = match verb.as_slice() {
                    b"EHLO" => {
                        b"250-drain.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
                    }
                    b"DATA" => {
                        in_letter = true;
                        b"354 go on\r\n"
                    }
                    b"QUIT" => b"221 2.0.0 bye\r\n",
                    _ => b"250 2.0.0 ok\r\n",
                };
                answers.extend_from_slice(answer);
            }
        }
        buffer.copy_within(at..filled, 0);
        filled -= at;
        stream.write_all(&answers)?;
        answers.clear();
    }
}

/// A newsletter's folder: the demo's config and articles, other topics, and readers.
pub(crate) struct Newsletter {
    home: tempfile::TempDir,
}

/// How one run of the program ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran {
    /// From its start to the first letter accepted, where there was one.
    pub(crate) first: Option<Duration>,
    /// Its own processor time up to then, to ten milliseconds.
    pub(crate) first_busy: Duration,
    /// From its start to its end.
    pub(crate) whole: Duration,
    /// Its own processor time in all, to ten milliseconds.
    pub(crate) busy: Duration,
    /// The most memory it needed, in megabytes, as far as was seen.
    pub(crate) peak: f64,
    /// The letters accepted.
    pub(crate) letters: u64,
    /// The octets they had.
    pub(crate) octets: u64,
}

/// When a run is ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Not at all.
    Itself,
    /// Killed when so many letters are accepted.
    Killed(u64),
    /// Asked to stop (SIGTERM) when so many letters are accepted.
    Stopped(u64),
}

impl Newsletter {
    /// Makes the folder, with the topics of a config; `write` writes its readers into the file it is given.
    pub(crate) fn new(
        topics: &Config,
        write: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let home = tempfile::tempdir()?;
        let demo = Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["config", "articles"] {
            copy(&demo.join(folder), &home.path().join(folder))?;
        }
        let topics: String = topics
            .topics
            .iter()
            .map(|topic| {
                let (id, words) = (&topic.id.0, &topic.words);
                format!("[[topic]]\nid = {id:?}\nname = {id:?}\nwords = {words:?}\n\n")
            })
            .collect();
        // A set of tables is replaced whole.
        fs::write(home.path().join("config/bench.toml"), topics)?;
        fs::create_dir(home.path().join("subscribers"))?;
        write(&home.path().join("subscribers/readers.toml"))?;
        Ok(Self { home })
    }

    /// Forgets all that was sent.
    pub(crate) fn forget(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.state()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Its folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// Sends the demo's issue of 23 November 2026 to a drain of its own.
    pub(crate) fn send(&self, end: End) -> Result<Ran, Failure> {
        let drain = Drain::open()?;
        let before = children_busy()?;
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_overblik"))
            .current_dir(self.home.path())
            .args(["--env", "bench", "-q", "send", "--date", "2026-11-23"])
            .env("OVERBLIK__TRANSPORT__KIND", "smtp")
            .env("OVERBLIK__TRANSPORT__SMTP__HOST", "localhost")
            .env("OVERBLIK__TRANSPORT__SMTP__PORT", drain.port.to_string())
            .env("OVERBLIK__TRANSPORT__SMTP__TLS", "none")
            .stdout(Stdio::null())
            .spawn()?;
        let (mut peak, mut first_busy) = (0.0, None);
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(memory) = peak_of(&child) {
                peak = memory;
            }
            if first_busy.is_none() && drain.first().is_some() {
                first_busy = Some(busy_of(&child)?);
                pause = Duration::from_millis(5);
            }
            let enough = |letters| drain.letters() >= letters;
            match end {
                End::Killed(letters) if enough(letters) => {
                    child.kill()?;
                    break;
                }
                End::Stopped(letters) if enough(letters) => {
                    let id = child.id().to_string();
                    Command::new("kill").args(["-TERM", &id]).status()?;
                    break;
                }
                _ => {}
            }
            if child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(pause);
        }
        let status = child.wait()?;
        if end == End::Itself && !status.success() {
            return Err(format!("`overblik send` ended with {status}").into());
        }
        Ok(Ran {
            first: drain.first().map(|first| first - started),
            first_busy: first_busy.unwrap_or_default(),
            whole: started.elapsed(),
            busy: children_busy()?.saturating_sub(before),
            peak,
            letters: drain.letters(),
            octets: drain.octets(),
        })
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// The most memory a process has needed (`VmHWM`, proc(5)), in megabytes.
fn peak_of(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

/// The processor time a process has had, its own and the system's for it, in hundredths of a second.
fn busy_of(child: &Child) -> Result<Duration, Failure> {
    ticks(&format!("/proc/{}/stat", child.id()), 14)
}

/// The same of all processes started and waited for.
fn children_busy() -> Result<Duration, Failure> {
    ticks("/proc/self/stat", 16)
}

/// Two fields of a process's `stat` (proc(5)), the first of them counted from 1: hundredths of a second of its own and
/// of the system's for it.
fn ticks(path: &str, field: usize) -> Result<Duration, Failure> {
    let stat = fs::read_to_string(path)?;
    // The name, in brackets, may hold blanks; the third field follows it.
    let (_, fields) = stat.rsplit_once(')').ok_or("no stat")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(field - 3)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(10 * ticks))
}
