//! What two thousand readers with two thousand sets of choices cost against two thousand with one set; and what a
//! letter costs against copying its bytes. `benches/README.md` has the figures.

mod crowd {
    pub(crate) mod demo;
    pub(crate) mod different;
    pub(crate) mod issue;
    pub(crate) mod pick;
    pub(crate) mod roster;
}

use std::{
    hint::black_box,
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use overblik::{
    config::Config,
    dispatch::{Dispatch, Limits, Pace},
    domain::{
        address::Address,
        clock::FixedClock,
        delivery::StateName,
        key::SigningKey,
        piece::Edition,
        subscriber::{Choices, Subscriber},
    },
    ledger::{Boot, Ledger},
    letter::{Letterhead, Links, Reader, Splicer, Stamp},
    publish::{self, Draft, Press, encoded},
    roster::{OpenGate, Roster, Suppressions},
    store::{IssueRow, Read as _, sqlite::SqliteStore},
    transport::{Transport as _, memory::MemoryTransport},
};

use crowd::demo::Failure;

/// How many readers there are.
const READERS: usize = 2000;

/// Each side is measured so often, by turns.
const ROUNDS: usize = 9;

fn main() -> Result<(), Failure> {
    let config = crowd::demo::config()?;
    let draft = crowd::issue::draft(&config)?;
    let many = crowd::different::choices(&config, &draft.digest, READERS);
    let one = vec![typical(&config, &draft, &many)?; many.len()];
    let sides = [crowd::roster::of(&one)?, crowd::roster::of(&many)?];

    let mut rounds: [Vec<Round>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (side, roster) in sides.iter().enumerate() {
            rounds[side].push(round(&config, &draft, roster)?);
        }
    }
    let mut out = std::io::stdout().lock();
    let columns = |name: &str, figure: &dyn Fn(&Round) -> f64| {
        let [one, many] = [&rounds[0], &rounds[1]].map(|rounds| median(rounds, figure));
        let ratio = many / one;
        format!("{name:<26} {one:>11.1} {many:>11.1} {ratio:>7.2}\n")
    };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let mut table = format!(
        "{} readers, medians of {ROUNDS} rounds\n{:<26} {:>11} {:>11} {:>7}\n",
        many.len(),
        "",
        "one set",
        "each own",
        "ratio"
    );
    table.push_str(&columns("plan, ms", &|round| milliseconds(round.plan)));
    table.push_str(&columns("freeze, ms", &|round| milliseconds(round.freeze)));
    table.push_str(&columns("read back, ms", &|round| milliseconds(round.read)));
    table.push_str(&columns("send, ms", &|round| milliseconds(round.send)));
    table.push_str(&columns("all four, ms", &|round| {
        milliseconds(round.plan + round.freeze + round.read + round.send)
    }));
    table.push_str(&columns("editions", &|round| round.editions as f64));
    table.push_str(&columns("pieces", &|round| round.pieces as f64));
    table.push_str(&columns("pieces, kB", &|round| {
        round.piece_bytes as f64 / 1e3
    }));
    table.push_str(&columns("editions, kB", &|round| {
        round.edition_bytes as f64 / 1e3
    }));
    table.push_str(&columns("letters, kB", &|round| {
        round.letter_bytes as f64 / 1e3
    }));
    out.write_all(table.as_bytes())?;
    for (roster, whose) in sides.iter().zip(["one set", "each own"]) {
        let words = splicing(&config, &draft, roster)?;
        out.write_all(format!("{whose}: {words}").as_bytes())?;
    }
    Ok(())
}

/// The middle one of the figures.
fn median<T>(of: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut figures: Vec<f64> = of.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What one round took and left.
struct Round {
    plan: Duration,
    freeze: Duration,
    read: Duration,
    send: Duration,
    editions: usize,
    pieces: usize,
    piece_bytes: usize,
    edition_bytes: usize,
    letter_bytes: usize,
}

/// Plans, freezes and sends the issue to a roster, in a ledger of its own on disk.
fn round(config: &Config, draft: &Draft, roster: &Roster) -> Result<Round, Failure> {
    let folder = tempfile::tempdir()?;
    let mut store = SqliteStore::open(&folder.path().join("ledger.db"))?;

    let started = Instant::now();
    let (press, plan) = press(config, draft, roster)?;
    let planned = started.elapsed();

    let started = Instant::now();
    let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
    publish::freeze(&mut store, draft, press, plan, &head, now())?;
    let frozen = started.elapsed();

    let started = Instant::now();
    let issue = store.issue(draft.digest.key)?.ok_or("no such issue")?;
    let editions = store.editions(issue.number)?;
    let pieces = store.pieces(issue.number)?;
    let splicer = splicer(config, &issue, encoded(&pieces)?);
    let read = started.elapsed();

    let started = Instant::now();
    let transport = MemoryTransport::new();
    let boot = Boot::named("a boot");
    let redelivery = transport.redelivery();
    let ledger = Ledger::begin(store, folder.path(), &issue, &boot, redelivery, now())?;
    let run = Dispatch {
        splicer: Arc::new(splicer),
        editions: Arc::new(editions.clone().into()),
        gate: Box::new(OpenGate),
        suppressor: None,
        clock: Arc::new(FixedClock(now())),
        pace: Pace::default(),
        watcher: Box::new(|_: StateName| {}),
        limits: Limits::default(),
        stop: Arc::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (_, sent) = runtime.block_on(run.run(ledger, &transport))?;
    let took = started.elapsed();
    if sent.issue.accepted != roster.entries.len() as u64 {
        return Err(format!("not all were sent: {sent:?}").into());
    }
    Ok(Round {
        plan: planned,
        freeze: frozen,
        read,
        send: took,
        editions: editions.len(),
        pieces: pieces.len(),
        piece_bytes: pieces.iter().map(|piece| piece.bytes.len()).sum(),
        edition_bytes: editions.iter().map(edition_bytes).sum(),
        letter_bytes: transport
            .taken()
            .iter()
            .map(|letter| letter.message.text().len())
            .sum(),
    })
}

/// What the ledger keeps of an edition: its words, and four octets for each number.
fn edition_bytes(edition: &Edition) -> usize {
    let numbers = edition.html.len() + edition.text.len() + edition.items.len();
    edition.subject.len() + edition.preheader.len() + 4 * numbers
}

fn press<'a>(
    config: &'a Config,
    draft: &'a Draft,
    roster: &Roster,
) -> Result<(Press<'a>, publish::Plan), Failure> {
    let brief = config.brief();
    let mut press = Press::new(&draft.digest, &brief)?;
    let plan = publish::plan(
        &brief,
        draft.digest.key,
        &mut press,
        roster,
        &Suppressions::default(),
        &key(),
    )?;
    Ok((press, plan))
}

fn key() -> SigningKey {
    SigningKey::new([1; 32])
}

/// The instant the clock stands at.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_410_000, 0).unwrap_or_default()
}

fn splicer(
    config: &Config,
    issue: &IssueRow,
    pieces: Vec<overblik::letter::encode::EncodedPiece>,
) -> Splicer {
    Splicer::new(
        Stamp {
            key: issue.key,
            frozen_at: issue.frozen_at,
            hash: issue.hash,
        },
        Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce),
        Links::Signed(key()),
        pieces,
    )
}

/// A frozen issue, as a run reads it.
struct Frozen {
    editions: Vec<Edition>,
    splicer: Splicer,
    /// Each reader, with the edition the reader gets.
    readers: Vec<(Subscriber, u32)>,
}

impl Frozen {
    fn new(config: &Config, draft: &Draft, roster: &Roster) -> Result<Self, Failure> {
        let mut store = SqliteStore::in_memory()?;
        let (press, plan) = press(config, draft, roster)?;
        let numbers: Vec<u32> = plan
            .rows
            .iter()
            .filter_map(|row| row.edition.ok())
            .collect();
        let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
        publish::freeze(&mut store, draft, press, plan, &head, now())?;
        let issue = store.issue(draft.digest.key)?.ok_or("no such issue")?;
        let readers = roster.entries.iter().map(|one| one.subscriber.clone());
        Ok(Self {
            editions: store.editions(issue.number)?,
            splicer: splicer(config, &issue, encoded(&store.pieces(issue.number)?)?),
            readers: readers.zip(numbers).collect(),
        })
    }

    /// Makes every reader's letter and hands its bytes on.
    fn letters(&self, mut take: impl FnMut(Vec<u8>)) -> Result<(), Failure> {
        for (subscriber, edition) in &self.readers {
            let address: &Address = &subscriber.address;
            let reader = Reader {
                id: key().subscriber_id(&address.folded()),
                address,
                name: subscriber.greeting_name(),
                signed_up: None,
            };
            let edition = &self.editions[*edition as usize];
            take(
                self.splicer
                    .letter(edition, &reader)?
                    .message
                    .text()
                    .into_owned()
                    .into_bytes(),
            );
        }
        Ok(())
    }
}

/// The set of choices whose letter is nearest in size to the mean letter of all, so that both sides mail alike many
/// bytes.
fn typical(config: &Config, draft: &Draft, many: &[Choices]) -> Result<Choices, Failure> {
    let mut sizes = Vec::new();
    Frozen::new(config, draft, &crowd::roster::of(many)?)?.letters(|letter| {
        sizes.push(letter.len());
    })?;
    let mean = sizes.iter().sum::<usize>() / sizes.len().max(1);
    let nearest = sizes
        .iter()
        .zip(many)
        .min_by_key(|(size, _)| size.abs_diff(mean));
    Ok(nearest.ok_or("nobody gets a letter")?.1.clone())
}

/// Microseconds a letter, made and merely copied.
fn splicing(config: &Config, draft: &Draft, roster: &Roster) -> Result<String, Failure> {
    let frozen = Frozen::new(config, draft, roster)?;
    let mut letters = Vec::new();
    frozen.letters(|letter| letters.push(letter))?;
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let started = Instant::now();
        frozen.letters(|letter| {
            black_box(letter);
        })?;
        times[0].push(started.elapsed());
        let started = Instant::now();
        for letter in &letters {
            black_box(letter.to_vec());
        }
        times[1].push(started.elapsed());
    }
    let [made, copied] = times.map(|times| {
        let all = median(&times, |time: &Duration| time.as_secs_f64() * 1e6);
        all / letters.len() as f64
    });
    let kilobytes = letters.iter().map(Vec::len).sum::<usize>() as f64 / letters.len() as f64 / 1e3;
    Ok(format!(
        "a letter of {kilobytes:.1} kB: {made:.1} us spliced, {copied:.1} us copied, ratio {:.2}\n",
        made / copied
    ))
}
