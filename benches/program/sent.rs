//! The program itself at work in a newsletter's folder, and a relay on loopback that takes letters and keeps none.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    ops::ControlFlow,
    process::{Child, Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use memchr::memmem;

use super::newsletter::Newsletter;
use crate::crowd::demo::Failure;

/// A run of `overblik send`, looked at while it goes.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) drain: Drain,
    pub(crate) started: Instant,
    /// The most memory it needed, in megabytes, as far as was seen.
    pub(crate) peak: f64,
}

/// Forgets all that was sent.
pub(crate) fn forget(newsletter: &Newsletter) -> io::Result<()> {
    match fs::remove_dir_all(newsletter.home().join("state")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Sends the demo's issue of 23 November 2026 to a drain of its own, and looks at that every few milliseconds until it
/// has ended, or has been ended.
pub(crate) fn send(
    newsletter: &Newsletter,
    mut look: impl FnMut(&mut Running) -> Result<ControlFlow<()>, Failure>,
) -> Result<Running, Failure> {
    let drain = Drain::open()?;
    let started = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_overblik"))
        .current_dir(newsletter.home())
        .args(["--env", "bench", "-q", "send", "--date", "2026-11-23"])
        .env("OVERBLIK__TRANSPORT__KIND", "smtp")
        .env("OVERBLIK__TRANSPORT__SMTP__HOST", "localhost")
        .env("OVERBLIK__TRANSPORT__SMTP__PORT", drain.port.to_string())
        .env("OVERBLIK__TRANSPORT__SMTP__TLS", "none")
        .stdout(Stdio::null())
        .spawn()?;
    let mut running = Running {
        child,
        drain,
        started,
        peak: 0.0,
    };
    loop {
        if let Some(memory) = peak_of(&running.child) {
            running.peak = memory;
        }
        if look(&mut running)?.is_break() {
            running.child.wait()?;
            return Ok(running);
        }
        if let Some(status) = running.child.try_wait()? {
            return match status.success() {
                true => Ok(running),
                false => Err(format!("`overblik send` ended with {status}").into()),
            };
        }
        let is_begun = running.drain.seen.first.get().is_some();
        thread::sleep(Duration::from_millis(if is_begun { 5 } else { 1 }));
    }
}

/// The relay: SMTP with pipelining (RFC 2920), everything accepted, nothing kept.
pub(crate) struct Drain {
    port: u16,
    pub(crate) seen: Arc<Seen>,
}

/// What came.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) letters: AtomicU64,
    pub(crate) octets: AtomicU64,
    pub(crate) first: OnceLock<Instant>,
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

/// The most memory a process has needed (`VmHWM`, proc(5)), in megabytes.
fn peak_of(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

/// Two fields of a process's `stat` (proc(5)), the first of them counted from 1: hundredths of a second of its own and
/// of the system's for it.
pub(crate) fn ticks(path: &str, field: usize) -> Result<Duration, Failure> {
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
