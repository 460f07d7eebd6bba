//! `overblik subscribers list`

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write},
};

use clap::Args;

use super::{
    Place,
    reader::{Reader, ids},
    select::Select,
    told::{self, Csv, Json, Shape},
};
use crate::{
    cli::{Exit, Failure, Session},
    domain::fault::Fault,
    roster::Roster,
};

/// Lists every reader whose entry is sound
///
/// What is wrong with the others is said on stderr, or under `faults` with --json.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers list\n  overblik subscribers list --topic ledelse --state active --csv"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    select: Select,
    /// Print CSV, in the shape of `subscribers export`
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    arguments.select.check()?;
    let way = match (session.global.json, arguments.csv) {
        (true, _) => in_json,
        (false, true) => in_csv,
        (false, false) => in_columns,
    };
    let roster = tempfile::tempfile()
        .and_then(|mut file| way(place, &arguments.select, &mut file))
        .map_err(|error| Failure::ours("keeping the list aside", &error))?;
    if !session.global.json {
        for fault in faults(&roster) {
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

fn faults(roster: &Roster) -> impl Iterator<Item = &Fault> {
    roster.uncuttable.iter().chain(&roster.faults)
}

fn in_json(place: &Place, select: &Select, file: &mut File) -> io::Result<Roster> {
    let (roster, _) = told::tell(place, select, &mut Json, file)?;
    let faults: Vec<&Fault> = faults(&roster).collect();
    let faults = serde_json::to_string(&faults).map_err(io::Error::other)?;
    write!(file, "\n],\n\"faults\":{faults}}}\n")?;
    print(file);
    Ok(roster)
}

fn in_csv(place: &Place, select: &Select, file: &mut File) -> io::Result<Roster> {
    let (roster, _) = told::tell(place, select, &mut Csv, file)?;
    print(file);
    Ok(roster)
}

/// To stdout. A reader that went away (`| head`) is no fault.
fn print(file: &mut File) {
    if file.rewind().is_ok() {
        let _ = io::copy(file, &mut io::stdout().lock());
    }
}

/// Columns as wide as their widest word; the last is not filled up.
fn in_columns(place: &Place, select: &Select, file: &mut File) -> io::Result<Roster> {
    let mut cells = Cells { widths: [0; 8] };
    let (roster, _) = told::tell(place, select, &mut cells, file)?;
    file.rewind()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for line in BufReader::new(file).lines() {
        let line = line?;
        let mut text = String::new();
        for (cell, width) in line.split(BETWEEN).zip(cells.widths) {
            text.push_str(&format!("{cell:width$}  "));
        }
        if writeln!(out, "{}", text.trim_end()).is_err() {
            break;
        }
    }
    let _ = out.flush();
    Ok(roster)
}

/// Between two cells kept aside: no name or address has a control character.
const BETWEEN: char = '\u{1f}';

/// Rows of cells, and how wide each column is.
struct Cells {
    widths: [usize; 8],
}

impl Cells {
    fn row(&mut self, to: &mut dyn Write, cells: &[String; 8]) -> io::Result<()> {
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = cell.chars().count().max(*width);
        }
        writeln!(to, "{}", cells.join(&BETWEEN.to_string()))
    }
}

impl Shape for Cells {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        self.widths = [0; 8];
        self.row(to, &HEAD.map(str::to_owned))
    }

    fn one(&mut self, to: &mut dyn Write, reader: &Reader<'_>, _: u64) -> io::Result<()> {
        self.row(to, &row(reader))
    }
}

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
