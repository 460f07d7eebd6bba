//! `overblik subscribers fmt`

use clap::Args;

use super::{Place, edited};
use crate::{
    cli::{Exit, Failure, Session},
    domain::fault::Fault,
    roster::edit::plan_format,
};

/// Lays the subscriber files out the one way, so that a change of one value is a change of one line
///
/// Entries keep their order and their comments; the keys of each stand in one order, one a line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers fmt --dry-run\n  overblik subscribers fmt --check      # before a commit"
)]
pub(super) struct Arguments {
    /// Files of the subscribers folder [default: all]
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// Write nothing, and exit with 2 when a file is not laid out so
    #[arg(long)]
    check: bool,
    /// Show the change and write nothing
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let plan = || plan_format(&place.folder, &place.known, &arguments.files);
    if arguments.dry_run {
        return Ok(edited::show(session, &plan().map_err(edited::failure)?));
    }
    if arguments.check {
        let faults: Vec<Fault> = plan()
            .map_err(edited::failure)?
            .iter()
            .map(|change| {
                Fault::error("the file is not laid out the one way")
                    .in_file(&change.shown)
                    .remedy("run `overblik subscribers fmt`")
            })
            .collect();
        return match faults.is_empty() {
            true => Ok(edited::show(session, &[])),
            false => Err(Failure {
                exit: Exit::Usage,
                faults,
            }),
        };
    }
    let changes = edited::write(place, "fmt", plan)?;
    if session.global.json {
        return Ok(edited::report(session, "", "", &changes));
    }
    for change in &changes {
        session.say(&format!("laid out {}", change.shown));
    }
    Ok(Exit::Done)
}
