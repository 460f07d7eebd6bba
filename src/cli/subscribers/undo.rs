//! `overblik subscribers undo`

use chrono::SecondsFormat;
use clap::Args;

use super::{Place, edited};
use crate::{
    cli::{Exit, Failure, Session},
    roster::edit::plan_undo,
};

/// Takes the last edit of the subscriber files back; run again, the one before it
///
/// What was changed by hand in other places of the files since stays. Suppressions are not edits of the files, and
/// `forget` leaves nothing to take back.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers undo --dry-run\n  overblik subscribers undo"
)]
pub(super) struct Arguments {
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let plan =
        || plan_undo(&place.folder, &place.known, &place.state.undo()).map_err(edited::failure);
    if arguments.dry_run {
        return Ok(edited::show(session, &plan()?.changes));
    }
    let _lock = edited::lock(place)?;
    let undoing = plan()?;
    let when = undoing
        .step
        .at
        .with_timezone(&place.zone)
        .to_rfc3339_opts(SecondsFormat::Secs, false);
    let verb = format!("took back the `{}` of {when} in", undoing.step.act);
    let changes = undoing.apply().map_err(edited::failure)?;
    if session.global.json {
        return Ok(edited::report(session, &verb, "", &changes));
    }
    for change in &changes {
        session.say(&format!("{verb} {}", change.shown));
    }
    Ok(Exit::Done)
}
