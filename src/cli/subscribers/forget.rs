//! `overblik subscribers forget`

use std::{io, path::PathBuf};

use clap::Args;
use serde::Serialize;

use super::{Place, address, audit, edited, suppress};
use crate::{
    cli::{Exit, Failure, Session, newsroom},
    domain::{address::Address, suppression::SuppressionReason},
    roster::edit::{erase_copies, plan_sweep},
    store::{archive::set_aside_before, lock::Lock, sqlite::SqliteStore},
};

/// Erases a reader from the subscriber files, the copies of earlier edits and the ledger; cannot be undone
///
/// What stays names nobody: a number made of the address, so that no import brings the reader back, and the count of
/// letters. The copies of all earlier edits go, so none of them can be taken back. Letters in outbox/ and preview/,
/// backups, what a restore set aside, and the history of a version control system are yours to clear.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers forget anna@kommune.example --dry-run\n  overblik subscribers forget anna@kommune.example"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// Say what would be erased, and erase nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    dry_run: bool,
    entries: usize,
    undo_copies: usize,
    ledger_rows: usize,
    /// Folders that earlier restores set aside, and that may name the reader still.
    set_aside: Vec<PathBuf>,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let ids = audit::ids(place, &address)?;
    let is_gone = |other: &Address| other.folded() == address.folded();
    let plan = || plan_sweep(&place.folder, &place.known, &is_gone);
    if arguments.dry_run {
        let changes = plan().map_err(edited::failure)?;
        let document = Document {
            dry_run: true,
            entries: changes.iter().map(|change| change.lines.len()).sum(),
            undo_copies: audit::undo_copies(place, &address)?,
            ledger_rows: audit::letters(place, &ids)?.len(),
            set_aside: set_aside(place)?,
        };
        tell(session, &address, &document);
        return Ok(Exit::Done);
    }
    // A run at work has the address in hand.
    let _sending = Lock::take(&place.state.send_lock(), place.now).map_err(|error| {
        newsroom::lock_failure(
            &error,
            "run it again when that run is done; nothing was erased",
        )
    })?;
    // First what keeps mail away for good, so that a kill midway revives nobody.
    let key = place.key_or_make()?;
    if place.says(&address).is_none() {
        suppress::write(place, &key, &address, SuppressionReason::Manual)?;
    }
    let changes = edited::write(place, "forget", plan)?;
    let erased =
        |error: &io::Error| Failure::ours("erasing; run it again to erase the rest", error);
    let _lock = edited::lock(place)?;
    let undo_copies = erase_copies(&place.state.undo()).map_err(|error| erased(&error))?;
    let mut ledger_rows = 0;
    if place.state.ledger().exists() {
        let mut store = SqliteStore::open(&place.state.ledger())?;
        for id in &ids {
            ledger_rows += store.forget(id)?;
        }
    }
    let document = Document {
        dry_run: false,
        entries: changes.iter().map(|change| change.lines.len()).sum(),
        undo_copies,
        ledger_rows,
        set_aside: set_aside(place)?,
    };
    tell(session, &address, &document);
    Ok(Exit::Done)
}

fn set_aside(place: &Place) -> Result<Vec<PathBuf>, Failure> {
    if !place.state.path().exists() {
        return Ok(Vec::new());
    }
    set_aside_before(&place.state)
        .map_err(|error| Failure::ours("looking for what is left", &error))
}

fn tell(session: &Session, address: &Address, document: &Document) {
    if session.global.json {
        session.json(document);
        return;
    }
    let verb = if document.dry_run {
        "would erase"
    } else {
        "erased"
    };
    session.say(&format!(
        "{verb} `{}`: {} entries, {} rows of the ledger, the copies of {} earlier edits",
        address.masked(),
        document.entries,
        document.ledger_rows,
        document.undo_copies
    ));
    for folder in &document.set_aside {
        session.say(&format!(
            "`{}` is what stood here before a restore, and may name the reader: delete it",
            folder.display()
        ));
    }
    session.say("the history of a version control system, backups, and letters in outbox/ and preview/, are yours to clear");
}
