//! What sending costs, as ratios to other senders and to limits of the same run.
//!
//! `cargo bench --bench sending [-- SECTION... letters=N rounds=N]` prints the tables of `benches/sending.md`. The
//! sections: `build`, `pipelining`, `one-at-a-time`, `turns`, `signed`, `peers`; all where none is named.

mod alone;
mod building;
mod newsletter;
mod process;
mod senders;
mod sink;
mod tables;

use std::{
    env,
    error::Error,
    time::{Duration, Instant},
};

use self::{
    newsletter::{CONNECTIONS, Newsletter},
    process::Cost,
    senders::{Sender, World},
    sink::{Manner, Sink, Taken},
};

/// Which way round a table's ratios are.
#[derive(Clone, Copy)]
enum Measured {
    /// Each sender by the first.
    ByFirst,
    /// The first by each.
    First,
}

/// One table: senders that send by turns into the same kind of sink.
struct Section {
    name: &'static str,
    title: &'static str,
    measured: Measured,
    manner: Manner,
    /// Who sends, and how many letters.
    senders: Vec<(Sender, u64)>,
}

/// What was asked for.
struct Request {
    sections: Vec<String>,
    letters: u64,
    rounds: usize,
}

impl Request {
    fn read(arguments: Vec<String>) -> Result<Self, Box<dyn Error>> {
        let mut request = Self {
            sections: Vec::new(),
            letters: 100_000,
            rounds: 5,
        };
        for argument in arguments {
            match argument.split_once('=') {
                Some(("letters", number)) => request.letters = number.parse()?,
                Some(("rounds", number)) => request.rounds = number.parse()?,
                // cargo's own word.
                None if argument == "--bench" => {}
                None if SECTIONS.contains(&argument.as_str()) => request.sections.push(argument),
                _ => {
                    let words = format!(
                        "`{argument}` is none of: {}, letters=N, rounds=N",
                        SECTIONS.join(", ")
                    );
                    return Err(words.into());
                }
            }
        }
        Ok(request)
    }

    fn wants(&self, section: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|name| name == section)
    }
}

const SECTIONS: [&str; 6] = [
    "build",
    "pipelining",
    "one-at-a-time",
    "turns",
    "signed",
    "peers",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((act, rest)) if act == "sink" => return sink::run(rest),
        Some((act, rest)) if act == "transport" => return alone::run(rest),
        _ => {}
    }
    let request = Request::read(arguments)?;
    let began = Instant::now();
    let world = prepared()?;
    if request.wants("build") {
        tables::building(&world, request.rounds)?;
    }
    for section in sections(request.letters) {
        if request.wants(section.name) {
            section.measure(&world, request.rounds)?;
        }
    }
    if request.wants("signed") {
        tables::signing(&world, request.letters / 10, request.rounds)?;
    }
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    tables::say(&format!(
        "\n{} rounds, {minutes:.1} minutes\n",
        request.rounds
    ))
}

/// The newsletter, one of its letters, and the parts of that letter for those who make their own of them.
fn prepared() -> Result<World, Box<dyn Error>> {
    let newsletter = Newsletter::new()?;
    let letter = newsletter.path("letter");
    let manner = Manner {
        keep: Some(letter.clone()),
        ..Manner::default()
    };
    let sink = Sink::start(&manner)?;
    let world = World::new(newsletter);
    let readers = 1000;
    Sender::Whole.send(&world, sink.port, readers)?;
    let taken = sink.end()?;
    let mean = taken.octets as f64 / readers as f64;
    world.newsletter.write_parts()?;
    tables::say(&format!(
        "Letters of {:.1} kB in the mean, {CONNECTIONS} connections.\n",
        mean / 1e3
    ))?;
    Ok(world)
}

fn sections(letters: u64) -> [Section; 4] {
    let few = (letters / 50).max(10);
    let some = (letters / 5).max(10);
    let fixed = [Sender::SmtpSource, Sender::Whole, Sender::Transport];
    [
        Section {
            name: "pipelining",
            title: "A relay that offers PIPELINING",
            measured: Measured::ByFirst,
            manner: Manner::default(),
            senders: fixed.map(|sender| (sender, letters)).into(),
        },
        Section {
            name: "one-at-a-time",
            title: "A relay without PIPELINING",
            measured: Measured::ByFirst,
            manner: Manner {
                one_at_a_time: true,
                ..Manner::default()
            },
            senders: fixed.map(|sender| (sender, letters)).into(),
        },
        Section {
            name: "turns",
            title: "A relay whose every answer comes 10 ms late",
            measured: Measured::ByFirst,
            manner: Manner {
                turn: Duration::from_millis(10),
                ..Manner::default()
            },
            senders: vec![(Sender::SmtpSource, few), (Sender::Whole, few)],
        },
        Section {
            name: "peers",
            title: "Others who make and send personal letters: the first measured by each",
            measured: Measured::First,
            manner: Manner::default(),
            senders: vec![
                (Sender::Whole, some),
                (Sender::Nodemailer, few / 2),
                (Sender::Smtplib, few / 2),
                (Sender::Lettre, few / 2),
            ],
        },
    ]
}

impl Section {
    /// Lets each send in every round, and prints the table.
    fn measure(&self, world: &World, rounds: usize) -> Result<(), Box<dyn Error>> {
        for (sender, _) in &self.senders {
            sender.prepare(world)?;
        }
        let mut runs = vec![Vec::new(); self.senders.len()];
        for _ in 0..rounds {
            for ((sender, letters), runs) in self.senders.iter().zip(&mut runs) {
                let sink = Sink::start(&self.manner)?;
                let cost = sender.send(world, sink.port, *letters)?;
                let taken = sink.end()?;
                if taken.letters != *letters {
                    let words = format!("{sender:?} sent {} letters of {letters}", taken.letters);
                    return Err(words.into());
                }
                runs.push(Run::of(*letters, cost, &taken));
            }
        }
        tables::senders(self, &runs)
    }
}

/// What one sender did in one round.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Letters a second.
    rate: f64,
    /// Microseconds of processor time a letter.
    cpu: f64,
    /// The same of the sink.
    sink: f64,
}

impl Run {
    fn of(letters: u64, cost: Cost, taken: &Taken) -> Self {
        let letters = letters as f64;
        Self {
            rate: letters / cost.wall.as_secs_f64(),
            cpu: cost.cpu.as_secs_f64() * 1e6 / letters,
            sink: taken.cost.cpu.as_secs_f64() * 1e6 / letters,
        }
    }
}
