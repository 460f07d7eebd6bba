//! `overblik subscribers export`

use std::{
    fs::Permissions,
    io::{self, BufWriter, Seek as _, Write},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Place, reader::Reader, select::Select, sheet};
use crate::{
    cli::{Exit, Failure, Session},
    roster::{Roster, Visit},
    store::atomic::prepare_with,
};

/// Write the readers as CSV, or as JSON with --json, in a shape that `subscribers import` reads
///
/// Readers are written one by one: memory does not grow with the list. The file is its owner's alone.
#[derive(Debug, Args)]
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
    file: &mut std::fs::File,
) -> io::Result<(Roster, u64)> {
    let mut to = BufWriter::new(file);
    let (mut count, mut failed) = (0, Ok(()));
    let roster = Roster::visit(&place.folder, &place.known, &mut |visit| {
        if failed.is_err() {
            return;
        }
        failed = match visit {
            Visit::Anew => {
                count = 0;
                begin(session, &mut to)
            }
            Visit::Reader(listed) => {
                let reader = Reader::new(&listed.subscriber, &listed.path, listed.line, place);
                if !select.takes(&reader) {
                    return;
                }
                count += 1;
                one(session, &mut to, &reader, count)
            }
        };
    });
    failed?;
    if session.global.json {
        to.write_all(if count == 0 { b"]}\n" } else { b"\n]}\n" })?;
    }
    to.flush()?;
    Ok((roster, count))
}

fn begin(session: &Session, to: &mut BufWriter<&mut std::fs::File>) -> io::Result<()> {
    to.flush()?;
    to.get_mut().set_len(0)?;
    to.rewind()?;
    match session.global.json {
        true => to.write_all(b"{\"subscribers\":["),
        false => to.write_all(sheet::header().as_bytes()),
    }
}

fn one(session: &Session, to: &mut impl Write, reader: &Reader<'_>, count: u64) -> io::Result<()> {
    if !session.global.json {
        return to.write_all(sheet::record(reader).as_bytes());
    }
    to.write_all(if count == 1 { b"\n" } else { b",\n" })?;
    serde_json::to_writer(to, reader).map_err(io::Error::other)
}
