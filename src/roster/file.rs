//! One subscriber file, read and cut.

use std::{
    borrow::Cow,
    io::{self, Read as _},
    path::Path,
};

use super::{
    cut::{Chunk, Cut, cut},
    defaults::Defaults,
    entry::Entry,
    folder::{Extent, FileStamp, Folder},
    known::Known,
    uncuttable::{Uncuttable, text_of},
};
use crate::domain::fault::Fault;

/// A subscriber file that can be cut into entries.
#[derive(Debug, Clone)]
pub struct ListFile {
    /// The file as messages show it.
    pub shown: String,
    /// What tells whether it changed since it was read.
    pub stamp: FileStamp,
    /// Its text, byte order mark and line ends included.
    pub text: String,
    /// Its entries.
    pub cut: Cut,
    /// What they mean by saying nothing.
    defaults: Defaults,
}

impl ListFile {
    /// Reads a file of the folder.
    ///
    /// # Errors
    /// The fault for which the send is held: the file cannot be read, or not be cut safely.
    pub fn read(folder: &Folder, name: &Path, known: &Known) -> Result<Self, Fault> {
        let shown = folder.shown(name);
        let uncuttable = |error: Uncuttable| error.fault().in_file(&shown);
        let (stamp, bytes) =
            read_whole(&folder.extent(name)).map_err(|error| match error.kind() {
                io::ErrorKind::FileTooLarge => uncuttable(Uncuttable::TooLarge),
                _ => unreadable(&shown, &error),
            })?;
        let text = text_of(bytes).map_err(uncuttable)?;
        let cut = cut(&text).map_err(uncuttable)?;
        let defaults = match Defaults::read(cut.preamble(&text), known) {
            Ok(defaults) => defaults.unwrap_or_default(),
            Err(faults) => {
                let first = faults.into_iter().next();
                return Err(first
                    .unwrap_or_else(|| Fault::error("`[defaults]` does not read"))
                    .in_file(shown));
            }
        };
        Ok(Self {
            shown,
            stamp,
            text,
            cut,
            defaults,
        })
    }

    /// What its entries may name and mean.
    pub fn known<'a>(&self, known: &'a Known) -> Cow<'a, Known> {
        self.defaults.over(known)
    }

    /// Reads every entry.
    ///
    /// # Errors
    /// A multi-line string has taken other entries with it.
    pub fn entries(&self, known: &Known) -> Result<Vec<Entry>, Fault> {
        let known = self.known(known);
        let read = |chunk| self.entry_under(chunk, &known);
        self.cut.chunks.iter().map(read).collect()
    }

    /// Reads one of its entries.
    ///
    /// # Errors
    /// A multi-line string in it has taken other entries with it.
    pub fn entry(&self, chunk: &Chunk, known: &Known) -> Result<Entry, Fault> {
        self.entry_under(chunk, &self.known(known))
    }

    fn entry_under(&self, chunk: &Chunk, known: &Known) -> Result<Entry, Fault> {
        let text = chunk.of(&self.text);
        let mut entry = Entry::read(text, chunk.header, chunk.line, known);
        match (&mut entry.reader, chunk.swallowed) {
            (Err(_), Some(line)) => {
                return Err(Uncuttable::Swallowed { line }.fault().in_file(&self.shown));
            }
            (Err(faults), None) => {
                for fault in faults {
                    fault.path = Some(self.shown.clone());
                }
            }
            (Ok(_), _) => {}
        }
        Ok(entry)
    }
}

/// A regular file's stamp, taken before its bytes, so that a change while reading shows as one.
fn read_whole(extent: &Extent) -> io::Result<(FileStamp, Vec<u8>)> {
    let stamp = FileStamp::of(&extent.path)?;
    let mut bytes = Vec::new();
    extent.open()?.read_to_end(&mut bytes)?;
    Ok((stamp, bytes))
}

/// The fault of lines before the first entry: the first such line, and how many.
pub(super) fn astray((line, lines): (usize, usize), shown: &str) -> Fault {
    let reason = match lines {
        1 => "a line before the first `[[subscriber]]` is nobody's".to_owned(),
        _ => format!("{lines} lines before the first `[[subscriber]]` are nobody's"),
    };
    Fault::error(reason)
        .in_file(shown)
        .at_line(line)
        .remedy("write `[[subscriber]]` above them, or take them away")
}

/// The fault of a file that cannot be read.
pub(super) fn unreadable(shown: &str, error: &io::Error) -> Fault {
    Fault::error(format!("the file cannot be read: {error}"))
        .in_file(shown)
        .remedy("let the user that sends read it, or take it away")
}
