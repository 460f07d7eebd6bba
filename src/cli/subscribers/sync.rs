//! `overblik subscribers sync`

use clap::Args;
use serde::Serialize;

use super::{Place, edited};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{address::Address, delivery::Skip},
    roster::edit::plan_sweep,
};

/// Takes the readers who have left out of the subscriber files
///
/// They get no mail either way; what keeps it from them stays, so that no import brings them back.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers sync --dry-run\n  overblik subscribers sync --suppressed"
)]
pub(super) struct Arguments {
    /// Also those who bounced, complained or were suppressed by a person
    #[arg(long)]
    suppressed: bool,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

const NOBODY: &str = "nobody who has left stands in the subscriber files";

#[derive(Serialize)]
struct Document {
    removed: usize,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let is_gone = |address: &Address| match place.says(address) {
        Some(Skip::Left) => true,
        Some(_) => arguments.suppressed,
        None => false,
    };
    let plan = || plan_sweep(&place.folder, &place.known, &is_gone);
    if arguments.dry_run {
        let changes = plan().map_err(edited::failure)?;
        if changes.is_empty() {
            session.say(NOBODY);
        }
        return Ok(edited::show(session, &changes));
    }
    let changes = edited::write(place, "sync", plan)?;
    let removed = changes.iter().map(|change| change.lines.len()).sum();
    if session.global.json {
        session.json(&Document { removed });
        return Ok(Exit::Done);
    }
    for change in &changes {
        session.say(&format!(
            "took {} out of {}",
            readers(change.lines.len()),
            change.shown
        ));
    }
    if removed == 0 {
        session.say(NOBODY);
    }
    Ok(Exit::Done)
}

fn readers(count: usize) -> String {
    match count {
        1 => "1 reader".into(),
        count => format!("{count} readers"),
    }
}
