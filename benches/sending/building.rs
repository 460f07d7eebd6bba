//! What a personal letter costs before anybody carries it: ours out of a real ledger, beside lettre's builder.

use std::{
    error::Error,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use overblik::{
    domain::{address::Address, delivery::StateName, piece::Edition},
    letter::{Letterhead, Links, Reader, Splicer, Stamp},
    publish::encoded,
    store::{DeliveryRow, Read as _, sqlite::SqliteStore, state::StateFolder},
};

use crate::{newsletter::Newsletter, process::run};

/// How many letters a round makes.
const LETTERS: u64 = 5000;

/// The letters of the issue that was sent last.
pub(crate) struct Ours {
    splicer: Splicer,
    editions: Vec<Edition>,
    rows: Vec<(DeliveryRow, Address)>,
}

impl Ours {
    /// Reads them back.
    pub(crate) fn of(newsletter: &Newsletter) -> Result<Self, Box<dyn Error>> {
        let state = StateFolder::new(newsletter.path("state"), None);
        let key = state.key()?.ok_or("no key was made")?;
        let store = SqliteStore::open(&state.ledger())?;
        let issue = store.issues()?.pop().ok_or("no issue was sent")?;
        let head: Letterhead =
            serde_json::from_str(&store.letterhead(issue.number)?.ok_or("no letterhead")?)?;
        let stamp = Stamp {
            key: issue.key,
            frozen_at: issue.frozen_at,
            hash: issue.hash,
        };
        let pieces = encoded(&store.pieces(issue.number)?)?;
        let rows = store
            .rows(issue.number, StateName::Accepted, LETTERS)?
            .into_iter()
            .map(|row| Ok((Address::parse(&row.address)?, row)))
            .map(|found: Result<_, Box<dyn Error>>| found.map(|(address, row)| (row, address)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            splicer: Splicer::new(stamp, head, Links::Signed(key), pieces),
            editions: store.editions(issue.number)?,
            rows,
        })
    }

    /// The time a letter takes.
    pub(crate) fn round(&self) -> Result<Duration, Box<dyn Error>> {
        let began = Instant::now();
        for (row, address) in &self.rows {
            let edition = row.edition.ok_or("a reader without an edition")?;
            let reader = Reader {
                id: row.subscriber,
                address,
                name: Some("Læser Ørsted"),
                signed_up: None,
            };
            let letter = self
                .splicer
                .letter(&self.editions[edition as usize], &reader)?;
            black_box(letter);
        }
        Ok(began.elapsed() / u32::try_from(self.rows.len())?)
    }
}

/// The time a letter takes lettre's builder, one thread, in a process of its own.
pub(crate) fn lettre(newsletter: &Newsletter) -> Result<Duration, Box<dyn Error>> {
    let program = concat!(
        env!("CARGO_TARGET_TMPDIR"),
        "/peers/lettre/release/lettre-pool"
    );
    let mut command = Command::new(program);
    command
        .arg(newsletter.path(""))
        .args(["build", &LETTERS.to_string()]);
    let (output, _) = run(&mut command)?;
    let micros: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(Duration::from_secs_f64(micros / 1e6))
}
