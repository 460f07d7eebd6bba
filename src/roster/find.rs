//! Looks one reader up.

use super::{ListFile, entry::Entry, folder::Folder, known::Known, no_folder};
use crate::domain::{address::Address, fault::Fault};

/// An entry of the reader looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The entry, sound or faulty.
    pub entry: Entry,
    /// The file, as messages show it.
    pub path: String,
    /// The line the entry begins on.
    pub line: usize,
}

/// Every entry of an address, in the order of the roster; the first sound one gets the mail.
///
/// # Errors
/// Every file that cannot be cut: the reader may stand in it.
pub fn find(folder: &Folder, known: &Known, address: &Address) -> Result<Vec<Found>, Vec<Fault>> {
    let names = folder
        .files()
        .map_err(|error| vec![no_folder(folder, &error)])?;
    let folded = address.folded();
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for name in names {
        let file = ListFile::read(folder, &name, known);
        match file.and_then(|file| Ok((file.entries(known)?, file))) {
            Ok((entries, file)) => {
                for (entry, chunk) in entries.into_iter().zip(&file.cut.chunks) {
                    if entry.address.as_ref().is_some_and(|a| a.folded() == folded) {
                        found.push(Found {
                            entry,
                            path: file.shown.clone(),
                            line: chunk.line,
                        });
                    }
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}
