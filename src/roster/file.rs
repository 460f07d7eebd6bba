//! One subscriber file, read and cut.

use std::{fs, io, path::Path};

use super::{
    cut::{Chunk, Cut, cut},
    entry::Entry,
    folder::{FileStamp, Folder},
    known::Known,
    uncuttable::{MAX_BYTES, Uncuttable, text_of},
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
}

impl ListFile {
    /// Reads a file of the folder.
    ///
    /// # Errors
    /// The fault for which the send is held: the file cannot be read, or not be cut safely.
    pub fn read(folder: &Folder, name: &Path) -> Result<Self, Fault> {
        let path = folder.path.join(name);
        let shown = folder.shown(name);
        let uncuttable = |error: Uncuttable| error.fault().in_file(&shown);
        let (stamp, bytes) = read_whole(&path).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => uncuttable(Uncuttable::TooLarge),
            _ => unreadable(&shown, &error),
        })?;
        let text = text_of(bytes).map_err(uncuttable)?;
        let cut = cut(&text).map_err(uncuttable)?;
        Ok(Self {
            shown,
            stamp,
            text,
            cut,
        })
    }

    /// Reads every entry.
    ///
    /// # Errors
    /// A multi-line string has taken other entries with it.
    pub fn entries(&self, known: &Known) -> Result<Vec<Entry>, Fault> {
        let read = |chunk: &Chunk| {
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
        };
        self.cut.chunks.iter().map(read).collect()
    }

    /// The fault of what stands before the first entry.
    pub fn astray(&self) -> Option<Fault> {
        let (line, lines) = self.cut.astray?;
        let reason = match lines {
            1 => "a line before the first `[[subscriber]]` is nobody's".to_owned(),
            _ => format!("{lines} lines before the first `[[subscriber]]` are nobody's"),
        };
        Some(
            Fault::error(reason)
                .in_file(&self.shown)
                .at_line(line)
                .remedy("write `[[subscriber]]` above them, or take them away"),
        )
    }
}

/// A regular file's stamp, taken before its bytes, so that a change while reading shows as one.
fn read_whole(path: &Path) -> io::Result<(FileStamp, Vec<u8>)> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        // Opening a pipe would wait for its writer.
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let stamp = FileStamp::of(path)?;
    Ok((stamp, fs::read(path)?))
}

fn unreadable(shown: &str, error: &io::Error) -> Fault {
    Fault::error(format!("the file cannot be read: {error}"))
        .in_file(shown)
        .remedy("let the user that sends read it, or take it away")
}
