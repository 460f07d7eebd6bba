//! `overblik subscribers remove`

use clap::Args;

use super::{
    Place, address,
    edited::{Act, Trial},
};
use crate::{
    cli::{Exit, Failure, Session},
    roster::edit::plan_remove,
};

/// Takes a reader's entry away, with the comments directly above it; all else stays to the byte
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers remove anna@kommune.example --dry-run\n  overblik subscribers remove anna@kommune.example"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    #[command(flatten)]
    trial: Trial,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let act = Act {
        name: "remove",
        verb: "removed",
        address: &address,
    };
    act.carry_out(session, place, arguments.trial, || {
        plan_remove(&place.folder, &place.known, &address)
    })
}
