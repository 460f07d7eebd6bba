//! Pictures that lie beside the articles, in the newsletter's own folder.

use std::{
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use super::kept::{Kept, Known};
use crate::source::file;

/// The picture of a path as a file of the newsletter writes it: from that file's own folder, or else from the newsletter's.
///
/// # Errors
/// Why it cannot be shown.
pub(super) fn picture(
    place: &str,
    writer: &str,
    kept: &Kept,
    folder: &Path,
) -> Result<Known, String> {
    let path = found(place, writer, folder)?;
    let data = path
        .metadata()
        .map_err(|error| format!("cannot be read ({error})"))?;
    let changed = data
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or_default();
    let from = format!("{}\n{}\n{}", path.display(), data.len(), changed.as_nanos());
    match kept.find(&from) {
        Some(known) => Ok(known),
        None => kept.make(&from, &file::read(&path)?),
    }
}

/// The file meant, which must lie in the newsletter's folder: an article from outside must not name others.
fn found(place: &str, writer: &str, folder: &Path) -> Result<PathBuf, String> {
    let beside = Path::new(writer).parent().unwrap_or(Path::new(""));
    let candidates = [folder.join(beside).join(place), folder.join(place)];
    let Some(path) = candidates.iter().find_map(|path| path.canonicalize().ok()) else {
        let remedy = match writer {
            "" => "write its path from the newsletter's folder",
            _ => "write its path from the article's folder, or its address in full",
        };
        return Err(format!("is not there: `{place}`; {remedy}"));
    };
    let home = folder
        .canonicalize()
        .map_err(|error| format!("cannot be looked for ({error})"))?;
    if path.starts_with(&home) {
        Ok(path)
    } else {
        Err(format!(
            "lies outside of the newsletter's folder: `{place}`; copy it into the folder"
        ))
    }
}
