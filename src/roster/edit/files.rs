//! The subscriber files as an edit needs them: all of them, each cut.

use std::path::{Path, PathBuf};

use super::{EditError, refused};
use crate::{
    domain::{address::Address, fault::Fault},
    roster::{cut::Chunk, file::ListFile, folder::Folder, known::Known, no_folder, quick},
};

/// Every file, or every reason why one cannot be edited: the reader may stand in any of them.
pub(super) fn read_all(
    folder: &Folder,
    known: &Known,
) -> Result<Vec<(PathBuf, ListFile)>, EditError> {
    let names = folder
        .files()
        .map_err(|error| refused(no_folder(folder, &error)))?;
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for name in names {
        match ListFile::read(folder, &name, known) {
            Ok(file) => files.push((name, file)),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(files)
    } else {
        Err(EditError::Refused(faults))
    }
}

/// The lines on which entries of an address begin, faulty ones too.
pub(super) fn lines_of(
    file: &ListFile,
    address: &Address,
    known: &Known,
) -> Result<Vec<usize>, EditError> {
    let folded = address.folded();
    let is_wanted = |chunk: &&Chunk| quick::is_of(chunk.of(&file.text), &folded) != Some(false);
    let mut lines = Vec::new();
    for chunk in &file.cut.chunks {
        // A multi-line string that may have taken other entries with it is the whole file's fault.
        if chunk.swallowed.is_some() || is_wanted(&chunk) {
            let entry = file.entry(chunk, known).map_err(refused)?;
            if entry.address.is_some_and(|found| found.folded() == folded) {
                lines.push(chunk.line);
            }
        }
    }
    Ok(lines)
}

/// That a reader stands in no file.
pub(super) fn nowhere(address: &Address) -> EditError {
    refused(
        Fault::error(format!(
            "`{}` stands in no subscriber file",
            address.masked()
        ))
        .remedy("see who does with `overblik subscribers list`"),
    )
}

/// A file of the folder by its name, with or without the folder's before it.
pub(crate) fn file_name(folder: &Folder, name: &str) -> Result<PathBuf, EditError> {
    let shown = Path::new(name);
    let bare = shown
        .strip_prefix(&folder.shown)
        .or_else(|_| shown.strip_prefix(&folder.path))
        .unwrap_or(shown);
    let is_listed = bare
        .extension()
        .is_some_and(|extension| extension == "toml")
        && bare.parent() == Some(Path::new(""))
        && !bare.as_os_str().as_encoded_bytes().starts_with(b".");
    if is_listed {
        Ok(bare.to_owned())
    } else {
        Err(refused(
            Fault::error(format!("`{name}` is no file that is read for subscribers"))
                .for_key("--file")
                .remedy(format!("name a `.toml` file of `{}`", folder.shown)),
        ))
    }
}
