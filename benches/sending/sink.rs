//! The least a relay can be: it reads letters, answers and throws them away, in a process of its own, so that its
//! processor time is not the sender's. A thread a connection; replies to a group of commands go out in one write.

use std::{
    error::Error,
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use memchr::memmem;

use crate::process::{Cost, reaped};

/// What a sink is asked to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    /// Whether it leaves PIPELINING out of its EHLO.
    pub(crate) one_at_a_time: bool,
    /// How long it waits before each answer: the turn of a line that is not a loopback.
    pub(crate) turn: Duration,
    /// Where to write, at its end, the letter whose size is nearest the mean.
    pub(crate) keep: Option<PathBuf>,
}

/// A sink at work.
pub(crate) struct Sink {
    child: Child,
    said: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) port: u16,
}

/// What a sink took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) letters: u64,
    pub(crate) octets: u64,
    pub(crate) cost: Cost,
}

impl Sink {
    /// Starts one, by running this program again.
    pub(crate) fn start(manner: &Manner) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("sink");
        command.arg(if manner.one_at_a_time { "one" } else { "group" });
        command.arg(manner.turn.as_micros().to_string());
        command.args(&manner.keep);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let port = line.trim().parse()?;
        Ok(Self { child, said, port })
    }

    /// Ends it; what it took and what that cost.
    pub(crate) fn end(mut self) -> Result<Taken, Box<dyn Error>> {
        drop(self.child.stdin.take());
        let mut told = String::new();
        self.said.read_to_string(&mut told)?;
        let (_, cost) = reaped(|| self.child.wait())?;
        let numbers: Vec<u64> = told
            .split_whitespace()
            .filter_map(|number| number.parse().ok())
            .collect();
        let [letters, octets] = numbers[..] else {
            return Err(format!("the sink said `{told}`").into());
        };
        Ok(Taken {
            letters,
            octets,
            cost,
        })
    }
}

/// The other side: `sink one|group MICROSECONDS [FILE]`. Says its port, ends with its input, says what it took.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [manner, turn, keep @ ..] = arguments else {
        return Err("sink one|group MICROSECONDS [FILE]".into());
    };
    let manner = Manner {
        one_at_a_time: manner == "one",
        turn: Duration::from_micros(turn.parse()?),
        keep: keep.first().map(PathBuf::from),
    };
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let mut out = io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    let tally = Arc::new(Mutex::new(Tally::default()));
    let counted = Arc::clone(&tally);
    let keep = manner.keep.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (manner, tally) = (manner.clone(), Arc::clone(&counted));
            // A sender that hangs up ends its connection, no more.
            thread::spawn(move || Session::new(stream, &manner, &tally).serve());
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    let tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = keep {
        fs::write(path, tally.nearest_the_mean().ok_or("no letter was kept")?)?;
    }
    writeln!(out, "{} {}", tally.letters, tally.octets)?;
    Ok(())
}

/// How many letters are kept to choose from.
const KEPT: usize = 1000;

#[derive(Default)]
struct Tally {
    letters: u64,
    octets: u64,
    kept: Vec<Vec<u8>>,
}

impl Tally {
    fn nearest_the_mean(&self) -> Option<&Vec<u8>> {
        let mean = self.octets.checked_div(self.letters)?;
        self.kept
            .iter()
            .min_by_key(|letter| mean.abs_diff(letter.len() as u64))
    }
}

/// One connection.
struct Session<'a> {
    stream: TcpStream,
    manner: &'a Manner,
    tally: &'a Mutex<Tally>,
    end: memmem::Finder<'static>,
    replies: Vec<u8>,
}

impl<'a> Session<'a> {
    fn new(stream: TcpStream, manner: &'a Manner, tally: &'a Mutex<Tally>) -> Self {
        Self {
            stream,
            manner,
            tally,
            end: memmem::Finder::new(b"\r\n.\r\n"),
            replies: Vec::new(),
        }
    }

    fn serve(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        self.stream.write_all(b"220 sink ESMTP\r\n")?;
        let mut buffer = vec![0; 256 * 1024];
        let mut held = 0;
        // Octets of the letter that were let go of; `None` between letters.
        let mut body: Option<u64> = None;
        let mut letter = Vec::new();
        loop {
            let read = self.stream.read(&mut buffer[held..])?;
            if read == 0 {
                return Ok(());
            }
            held += read;
            let mut at = 0;
            loop {
                let rest = &buffer[at..held];
                if let Some(gone) = body {
                    match self.end.find(rest) {
                        Some(end) => {
                            self.keep(&mut letter, &rest[..end + 2]);
                            self.took(gone + end as u64 + 2, &mut letter);
                            self.replies
                                .extend_from_slice(b"250 2.0.0 Ok: queued as 4cKb5k2Jz\r\n");
                            body = None;
                            at += end + 5;
                        }
                        None => {
                            // The end may have begun.
                            let spent = rest.len().saturating_sub(4);
                            self.keep(&mut letter, &rest[..spent]);
                            body = Some(gone + spent as u64);
                            at += spent;
                            break;
                        }
                    }
                } else {
                    let Some(end) = memchr::memchr(b'\n', rest) else {
                        break;
                    };
                    if self.answer(end, rest[..4.min(end)].to_ascii_uppercase().as_slice()) {
                        body = Some(0);
                    }
                    at += end + 1;
                }
            }
            buffer.copy_within(at..held, 0);
            held -= at;
            if !self.replies.is_empty() {
                if !self.manner.turn.is_zero() {
                    thread::sleep(self.manner.turn);
                }
                self.stream.write_all(&self.replies)?;
                self.replies.clear();
            }
        }
    }

    /// Answers a command; whether a letter follows.
    fn answer(&mut self, length: usize, verb: &[u8]) -> bool {
        let offers: &[u8] = if self.manner.one_at_a_time {
            b"250-sink\r\n250 8BITMIME\r\n"
        } else {
            b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        };
        self.replies.extend_from_slice(match verb {
            _ if length > 1000 => b"500 5.5.2 Line too long\r\n",
            b"EHLO" => offers,
            b"DATA" => b"354 End data with <CR><LF>.<CR><LF>\r\n",
            b"RCPT" => b"250 2.1.5 Ok\r\n",
            b"QUIT" => b"221 2.0.0 Bye\r\n",
            b"HELO" | b"MAIL" | b"RSET" | b"NOOP" => b"250 2.1.0 Ok\r\n",
            _ => b"500 5.5.2 Unknown\r\n",
        });
        verb == b"DATA"
    }

    fn keep(&self, letter: &mut Vec<u8>, octets: &[u8]) {
        if self.manner.keep.is_some() {
            letter.extend_from_slice(octets);
        }
    }

    fn took(&self, octets: u64, letter: &mut Vec<u8>) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.letters += 1;
        tally.octets += octets;
        if !letter.is_empty() && tally.kept.len() < KEPT {
            tally.kept.push(std::mem::take(letter));
        }
        letter.clear();
    }
}
