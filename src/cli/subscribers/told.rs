//! Readers told one by one into a file without a name: memory does not grow with the list, and subscriber files that
//! change meanwhile are told anew.

use std::{
    fs::File,
    io::{self, BufWriter, Seek as _, Write},
};

use super::{Place, reader::Reader, select::Select, sheet};
use crate::roster::{Roster, Visit};

/// How readers are written.
pub(super) trait Shape {
    /// What stands before the first of them.
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()>;
    /// One of them, the first with number 1.
    fn one(&mut self, to: &mut dyn Write, reader: &Reader<'_>, number: u64) -> io::Result<()>;
}

/// Writes every reader that is selected; gives what the files say besides, and how many were written.
///
/// # Errors
/// The file cannot be written.
pub(super) fn tell(
    place: &Place,
    select: &Select,
    shape: &mut dyn Shape,
    file: &mut File,
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
                empty(&mut to).and_then(|()| shape.begin(&mut to))
            }
            Visit::Reader(listed) => {
                let reader = Reader::new(&listed.subscriber, &listed.path, listed.line, place);
                if !select.takes(&reader) {
                    return;
                }
                count += 1;
                shape.one(&mut to, &reader, count)
            }
        };
    });
    failed?;
    to.flush()?;
    Ok((roster, count))
}

fn empty(to: &mut BufWriter<&mut File>) -> io::Result<()> {
    to.flush()?;
    to.get_mut().set_len(0)?;
    to.rewind()
}

/// Comma-separated values, in the shape that `import` reads.
pub(super) struct Csv;

impl Shape for Csv {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(sheet::header().as_bytes())
    }

    fn one(&mut self, to: &mut dyn Write, reader: &Reader<'_>, _: u64) -> io::Result<()> {
        to.write_all(sheet::record(reader).as_bytes())
    }
}

/// The beginning of a JSON document, up to where its list of subscribers ends with `]`.
pub(super) struct Json;

impl Shape for Json {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(b"{\"subscribers\":[")
    }

    fn one(&mut self, to: &mut dyn Write, reader: &Reader<'_>, number: u64) -> io::Result<()> {
        to.write_all(if number == 1 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(to, reader).map_err(io::Error::other)
    }
}
