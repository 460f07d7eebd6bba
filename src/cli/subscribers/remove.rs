//! `overblik subscribers remove`

use clap::Args;

use super::{Place, address, edited};
use crate::{
    cli::{Exit, Failure, Session},
    roster::edit::plan_remove,
};

/// Take a reader's entry away, with the comments directly above it; all else stays to the byte
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let plan = || plan_remove(&place.folder, &place.known, &address);
    if arguments.dry_run {
        return Ok(edited::show(session, &plan().map_err(edited::failure)?));
    }
    let changes = edited::write(place, "remove", plan)?;
    Ok(edited::report(
        session,
        "removed",
        &address.masked(),
        &changes,
    ))
}
