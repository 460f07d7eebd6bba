//! Readers as a file holds them.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use overblik::domain::{
    language::Language,
    subscriber::{Choices, Format},
};

use super::demo::Failure;

/// Writes a list with a reader for each set of choices, as `subscribers add` writes them.
pub(crate) fn write(file: &Path, all: impl Iterator<Item = Choices>) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(file)?);
    for (number, choices) in all.enumerate() {
        write_entry(&mut out, number, &choices)?;
    }
    Ok(out.flush()?)
}

fn write_entry(
    out: &mut impl std::io::Write,
    number: usize,
    choices: &Choices,
) -> std::io::Result<()> {
    let topics: Vec<&str> = choices.topics.iter().map(|id| id.0.as_str()).collect();
    let sections: Vec<&str> = choices.sections.iter().map(|id| id.0.as_str()).collect();
    write!(
        out,
        "[[subscriber]]\nemail = \"reader.number{number}@kommune{}.example\"\nname = \"Læser {number}\"\n\
         topics = {topics:?}\n",
        number % 98,
    )?;
    if !sections.is_empty() {
        writeln!(out, "sections = {sections:?}")?;
    }
    if choices.format == Format::Text {
        writeln!(out, "format = \"text\"")?;
    }
    if choices.language == Language::En {
        writeln!(out, "language = \"en\"")?;
    }
    writeln!(
        out,
        "frequency = \"daily\"\n\
         consent = {{ at = 2026-11-01T09:30:00+01:00, source = \"web form\", text = \"2026-01\" }}\n",
    )
}
