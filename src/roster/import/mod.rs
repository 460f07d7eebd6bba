//! Takes readers over from another program's export, one at a time: twelve octets of each are kept, whether it comes or
//! stands in the files, and nothing else grows with either.
//!
//! Nobody who stands in the files already, or who is suppressed, is added or changed; who stopped the mail there is told
//! to the caller, so that it stops here too.

mod candidate;
mod columns;
mod csv;
mod encoding;
mod json;
mod met;
mod plain;
mod write;

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
};

use chrono_tz::Tz;

pub use candidate::{Assumed, CreatedIs};
pub use csv::csv_record;
pub use encoding::Encoding;
pub use write::{Faulty, write};

use candidate::{Candidate, Row, Slip, Standing};
use columns::Column;
use encoding::NoText;
use met::{Coming, Met};

use super::{Folder, Known, Roster, Visit, cut::Header, edit::EditError, entry::Entry};
use crate::domain::{
    address::Address, delivery::Skip, fault::Fault, suppression::SuppressionReason,
};

/// How many faults are told; the others are counted.
const TOLD: usize = 20;

/// What an import needs to know.
pub struct Import<'a> {
    /// The subscriber files.
    pub folder: &'a Folder,
    /// What entries may name.
    pub known: &'a Known,
    /// The zone of times that name none.
    pub zone: Tz,
    /// What rows are given that say nothing of it.
    pub assumed: &'a Assumed,
    /// What a reader said here.
    pub says: &'a dyn Fn(&Address) -> Option<Skip>,
    /// Told who stopped the mail in the other program.
    pub stopped: &'a dyn Fn(&Address, SuppressionReason),
    /// Told how many rows of how many are read; the latter is 0 when it cannot be known.
    pub progress: &'a dyn Fn(u64, u64),
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Columns under a header.
    Csv,
    /// JSON.
    Json,
    /// An address a line.
    Plain,
}

impl Shape {
    /// The word for people and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Plain => "plain",
        }
    }
}

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the file is.
    pub shape: Shape,
    /// How its bytes were read.
    pub encoding: Encoding,
    /// Columns that say nothing an entry could keep.
    pub not_taken: Vec<String>,
    /// Rows read.
    pub rows: u64,
    /// Readers who are new.
    pub added: u64,
    /// Readers who stand in the subscriber files already; nothing of them changes.
    pub already: u64,
    /// Second rows of a reader.
    pub twice: u64,
    /// Readers who are suppressed here.
    pub suppressed: u64,
    /// Readers who never confirmed there.
    pub unconfirmed: u64,
    /// Readers who stopped the mail there.
    pub stopped: u64,
    /// Rows that cannot be taken over.
    pub faulty: u64,
    /// The first faults.
    pub faults: Vec<Fault>,
}

/// Reads an export and gives each new reader's entry.
///
/// # Errors
/// [`EditError::Refused`] when the export is no text or has no addresses, or when a subscriber file cannot be read.
pub fn read(
    import: &Import<'_>,
    path: &Path,
    take: &mut dyn FnMut(&str) -> Result<(), EditError>,
) -> Result<Report, EditError> {
    let shown = path.display().to_string();
    let look = encoding::look(path).map_err(|error| no_text(&error, &shown))?;
    let mut sieve = Sieve {
        import,
        shown: &shown,
        met: standing(import)?,
        take,
        failed: None,
        report: Report {
            shape: Shape::Csv,
            encoding: look.encoding,
            not_taken: Vec::new(),
            rows: 0,
            added: 0,
            already: 0,
            twice: 0,
            suppressed: 0,
            unconfirmed: 0,
            stopped: 0,
            faulty: 0,
            faults: Vec::new(),
        },
    };
    let io = |source| EditError::Write {
        path: shown.clone(),
        source,
    };
    let mut file = File::open(path).map_err(io)?;
    let start = if look.has_mark { 3 } else { 0 };
    let is_json = first_sign(&mut file, start)
        .map_err(io)?
        .is_some_and(|sign| matches!(sign, b'{' | b'['));
    file.seek(SeekFrom::Start(start)).map_err(io)?;
    let from = BufReader::with_capacity(128 * 1024, file);
    if is_json {
        sieve.report.shape = Shape::Json;
        let read = json::rows(from, &mut |number, row| {
            sieve.row(&row, &Stand::Number(number));
            (sieve.import.progress)(sieve.report.rows, 0);
        });
        read.map_err(|reason| {
            EditError::Refused(vec![
                Fault::error(reason)
                    .in_file(&shown)
                    .remedy("export it again as CSV or JSON"),
            ])
        })?;
    } else {
        sieve
            .records(csv::Records::new(from, look.encoding), look.lines)
            .map_err(io)?;
    }
    let report = sieve.report;
    if let Some(error) = sieve.failed {
        return Err(error);
    }
    if report.rows == 0 {
        return Err(EditError::Refused(vec![
            Fault::error("there is no reader in it")
                .in_file(&shown)
                .remedy(
                    "export the list as CSV with a header line, as JSON, or as one address a line",
                ),
        ]));
    }
    Ok(report)
}

/// Where a row stands, for its faults.
enum Stand {
    Line(usize),
    Number(usize),
}

struct Sieve<'a, 'b> {
    import: &'a Import<'a>,
    shown: &'a str,
    met: Met,
    take: &'b mut dyn FnMut(&str) -> Result<(), EditError>,
    failed: Option<EditError>,
    report: Report,
}

impl Sieve<'_, '_> {
    fn records<R: io::BufRead>(
        &mut self,
        mut records: csv::Records<R>,
        lines: u64,
    ) -> io::Result<()> {
        let Some(first) = records.next()? else {
            return Ok(());
        };
        let sign = csv::delimiter(&first.text);
        let names = csv::fields(&first.text, sign);
        let columns: Vec<Option<Column>> = names.iter().map(|name| Column::of(name)).collect();
        if columns.contains(&Some(Column::Email)) {
            let unknown = names
                .iter()
                .zip(&columns)
                .filter(|(_, column)| column.is_none());
            self.report.not_taken = unknown.map(|(name, _)| name.clone()).collect();
            while let Some(record) = records.next()? {
                let mut row = Row::new();
                for (column, field) in columns.iter().zip(csv::fields(&record.text, sign)) {
                    if let Some(column) = column {
                        row.entry(*column).or_insert(field);
                    }
                }
                self.row(&row, &Stand::Line(record.line));
                (self.import.progress)(record.line as u64, lines);
            }
        } else {
            self.report.shape = Shape::Plain;
            let mut next = Some(first);
            while let Some(record) = next {
                if let Some(row) = plain::row(&record.text) {
                    self.row(&row, &Stand::Line(record.line));
                }
                (self.import.progress)(record.line as u64, lines);
                next = records.next()?;
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, stand: &Stand) {
        if self.failed.is_some() {
            return;
        }
        self.report.rows += 1;
        let candidate = match Candidate::of(row, self.import.assumed, self.import.zone) {
            Ok(candidate) => candidate,
            Err(slip) => return self.slip(slip, stand),
        };
        let entry = candidate.draft.to_toml();
        let read = Entry::read(&entry, Header::Subscriber, 1, self.import.known);
        let Some(address) = read.address.clone() else {
            return self.faults(read.reader.err().unwrap_or_default(), stand);
        };
        let coming = self.met.comes(&address.folded());
        if coming == Coming::Again {
            self.report.twice += 1;
            return;
        }
        if let Standing::Stopped(reason) = candidate.standing {
            self.report.stopped += 1;
            (self.import.stopped)(&address, reason);
        } else if (self.import.says)(&address).is_some() {
            self.report.suppressed += 1;
        } else if coming == Coming::Stands {
            self.report.already += 1;
        } else if candidate.standing == Standing::Unconfirmed {
            self.report.unconfirmed += 1;
        } else if let Err(faults) = read.reader {
            self.faults(faults, stand);
        } else {
            self.report.added += 1;
            self.failed = (self.take)(&entry).err();
        }
    }

    fn slip(&mut self, (key, reason): Slip, stand: &Stand) {
        let fault = Fault::error(reason)
            .for_key(key)
            .remedy("mend the row, or take it out of the file");
        self.faults(vec![fault], stand);
    }

    fn faults(&mut self, faults: Vec<Fault>, stand: &Stand) {
        self.report.faulty += 1;
        for fault in faults {
            if self.report.faults.len() < TOLD {
                let fault = Fault {
                    line: None,
                    ..fault
                }
                .in_file(self.shown);
                self.report.faults.push(match stand {
                    Stand::Line(line) => fault.at_line(*line),
                    Stand::Number(number) => {
                        let key = fault.key.clone().unwrap_or_default();
                        fault.for_key(format!("[{number}].{key}"))
                    }
                });
            }
        }
    }
}

/// Everybody who stands in the files, faulty entries too.
fn standing(import: &Import<'_>) -> Result<Met, EditError> {
    let mut standing = Met::nobody();
    let roster = Roster::visit(import.folder, import.known, &mut |visit| match visit {
        Visit::Anew => standing = Met::nobody(),
        Visit::Reader(listed) => {
            standing.stands(&listed.subscriber.address.folded());
        }
    });
    if !roster.uncuttable.is_empty() {
        return Err(EditError::Refused(roster.uncuttable));
    }
    for address in &roster.faulty {
        standing.stands(address);
    }
    Ok(standing)
}

fn first_sign(file: &mut File, start: u64) -> io::Result<Option<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(1024).read_to_end(&mut bytes)?;
    Ok(bytes.into_iter().find(|byte| !byte.is_ascii_whitespace()))
}

fn no_text(error: &NoText, shown: &str) -> EditError {
    let fault = match error {
        NoText::Io(error) => Fault::error(format!("the file cannot be read: {error}"))
            .remedy("name a file that can be read"),
        NoText::Utf16 => Fault::error("the file is UTF-16").remedy("save it as CSV in UTF-8"),
        NoText::Binary => Fault::error("the file is no text")
            .remedy("save the sheet as CSV, or unpack the archive first"),
    };
    EditError::Refused(vec![fault.in_file(shown)])
}
