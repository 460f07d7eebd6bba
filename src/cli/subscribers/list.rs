//! `overblik subscribers list`

use clap::Args;
use serde::Serialize;

use super::{
    Place,
    reader::{Reader, ids},
    select::Select,
    sheet,
};
use crate::{
    cli::{Exit, Failure, Session},
    domain::fault::Fault,
    roster::Roster,
};

/// List every reader whose entry is sound
///
/// What is wrong with the others is said on stderr, or under `faults` with --json.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    select: Select,
    /// Print CSV, in the shape of `subscribers export`
    #[arg(long)]
    csv: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    subscribers: Vec<Reader<'a>>,
    faults: Vec<&'a Fault>,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    arguments.select.check()?;
    let roster = Roster::read(&place.folder, &place.known);
    let readers: Vec<Reader<'_>> = roster
        .entries
        .iter()
        .map(|listed| Reader::new(&listed.subscriber, &listed.path, listed.line, place))
        .filter(|reader| arguments.select.takes(reader))
        .collect();
    let faults: Vec<&Fault> = roster.uncuttable.iter().chain(&roster.faults).collect();
    if session.global.json {
        session.json(&Document {
            subscribers: readers,
            faults,
        });
    } else {
        session.data(&match arguments.csv {
            true => sheet::header() + &readers.iter().map(sheet::record).collect::<String>(),
            false => table(&readers),
        });
        for fault in faults {
            session.warn(&fault.to_string());
        }
    }
    // A list that leaves a whole file out is not the list.
    Ok(if roster.uncuttable.is_empty() {
        Exit::Done
    } else {
        Exit::Usage
    })
}

/// Columns as wide as their widest word; the last is not filled up.
fn table(readers: &[Reader<'_>]) -> String {
    const HEAD: [&str; 8] = [
        "email",
        "name",
        "frequency",
        "format",
        "language",
        "topics",
        "sections",
        "state",
    ];
    let rows: Vec<[String; 8]> = std::iter::once(HEAD.map(str::to_owned))
        .chain(readers.iter().map(row))
        .collect();
    let mut widths = [0; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn row(reader: &Reader<'_>) -> [String; 8] {
    [
        reader.email.clone(),
        reader.name.or(reader.first_name).unwrap_or_default().into(),
        reader.frequency.to_string(),
        reader.format_word().into(),
        reader.language.tag().into(),
        ids(reader.topics),
        ids(reader.sections),
        match reader.paused_until {
            Some(day) if reader.state == "paused" => format!("paused until {day}"),
            _ => reader.state.into(),
        },
    ]
}
