//! Lays subscriber files out the one way.

use super::{
    Change, EditError,
    change::Stands,
    files::{file_name, read_all},
    layout, refused,
};
use crate::{
    domain::fault::Fault,
    roster::{folder::Folder, known::Known},
};

/// The changes that lay files out: of those named, or of all; none where they are laid out already.
///
/// # Errors
/// [`EditError::Refused`] when a file is not there or cannot be cut.
pub fn plan_format(
    folder: &Folder,
    known: &Known,
    named: &[String],
) -> Result<Vec<Change>, EditError> {
    let files = read_all(folder, known)?;
    let mut wanted = Vec::new();
    for name in named {
        let file = file_name(folder, name)?;
        if !files.iter().any(|(listed, _)| *listed == file) {
            return Err(refused(
                Fault::error("there is no such file").in_file(folder.shown(&file)),
            ));
        }
        wanted.push(file);
    }
    let mut changes = Vec::new();
    for (name, file) in files {
        if !named.is_empty() && !wanted.contains(&name) {
            continue;
        }
        // One entry after the other: of a long list no reader is held.
        let after = layout::laid_out(&file.text, &file.cut.chunks, |chunk| {
            file.entry(chunk, known).map(|entry| entry.reader.ok())
        })
        .map_err(refused)?;
        if after == file.text {
            continue;
        }
        let lines = file.cut.chunks.iter().map(|chunk| chunk.line).collect();
        let change = Change {
            shown: file.shown,
            lines,
            path: folder.path.join(name),
            stamp: Some(file.stamp),
            above: None,
            before: file.text,
            after,
        };
        let expected = file.cut.chunks.into_iter();
        let expected =
            expected.map(|chunk| Stands::AsItReads(chunk.start..chunk.own.end, chunk.header));
        changes.push(change.proven(expected, known)?);
    }
    Ok(changes)
}
