//! `overblik subscribers export`

use std::{
    fs::{File, Permissions},
    io::{self, Seek as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;

use super::{
    Place,
    select::Select,
    told::{self, Csv, Json},
};
use crate::{
    cli::{Exit, Failure, Session},
    roster::Roster,
    store::atomic::prepare_with,
};

/// Writes the readers as CSV, or as JSON with --json, in a shape that `subscribers import` reads
///
/// Readers are written one by one: memory does not grow with the list. The file is its owner's alone.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers export --out liste.csv\n  overblik subscribers export --state left --json"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    select: Select,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    arguments.select.check()?;
    let told = match &arguments.out {
        Some(path) => to_file(session, place, &arguments.select, path),
        None => to_stdout(session, place, &arguments.select),
    };
    let (roster, count) = told.map_err(|error| Failure::ours("nothing was exported", &error))?;
    if !roster.uncuttable.is_empty() {
        // A list that leaves a whole file out is not the list.
        return Err(Failure {
            exit: Exit::Usage,
            faults: roster.uncuttable,
        });
    }
    for fault in roster.faults.iter().filter(|fault| fault.is_error()) {
        session.warn(&fault.to_string());
    }
    let left_out = match roster.refused {
        0 => String::new(),
        refused => format!(", {refused} entries left out"),
    };
    if let (true, Some(path)) = (session.global.json, &arguments.out) {
        session.json(&json!({
            "file": path.display().to_string(),
            "readers": count,
            "refused": roster.refused,
        }));
    }
    session.say(&format!("{count} readers exported{left_out}"));
    Ok(Exit::Done)
}

/// In its place when it is whole.
fn to_file(
    session: &Session,
    place: &Place,
    select: &Select,
    path: &Path,
) -> io::Result<(Roster, u64)> {
    let mut told = (Roster::default(), 0);
    let prepared = prepare_with(path, |file| -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(0o600))?;
        told = write(session, place, select, file)?;
        Ok(())
    })?;
    if told.0.uncuttable.is_empty() {
        prepared.commit()?;
    }
    Ok(told)
}

/// By way of a file without a name: subscriber files that change meanwhile are told anew.
fn to_stdout(session: &Session, place: &Place, select: &Select) -> io::Result<(Roster, u64)> {
    let mut file = tempfile::tempfile()?;
    let told = write(session, place, select, &mut file)?;
    if told.0.uncuttable.is_empty() {
        file.rewind()?;
        // A reader that went away (`| head`) is no fault.
        let _ = io::copy(&mut file, &mut io::stdout().lock());
    }
    Ok(told)
}

fn write(
    session: &Session,
    place: &Place,
    select: &Select,
    file: &mut File,
) -> io::Result<(Roster, u64)> {
    if !session.global.json {
        return told::tell(place, select, &mut Csv, file);
    }
    let (roster, count) = told::tell(place, select, &mut Json, file)?;
    file.write_all(if count == 0 { b"]}\n" } else { b"\n]}\n" })?;
    Ok((roster, count))
}
