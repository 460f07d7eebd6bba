//! Takes a reader away.

use std::path::PathBuf;

use super::{
    Change, EditError,
    change::Stands,
    files::{lines_of, nowhere, read_all},
    refused, text,
};
use crate::{
    domain::address::Address,
    roster::{file::ListFile, folder::Folder, known::Known},
};

/// The changes that take a reader away: every entry of the address, for a second one would come alive when
/// only the first went.
///
/// # Errors
/// [`EditError::Refused`] when the reader stands nowhere, or a file cannot be cut.
pub fn plan_remove(
    folder: &Folder,
    known: &Known,
    address: &Address,
) -> Result<Vec<Change>, EditError> {
    let mut changes = Vec::new();
    for (name, file) in read_all(folder, known)? {
        let lines = lines_of(&file, address, known)?;
        if !lines.is_empty() {
            changes.push(without(folder, name, file, lines, known)?);
        }
    }
    if changes.is_empty() {
        return Err(nowhere(address));
    }
    Ok(changes)
}

/// The changes that take away every entry whose reader is gone; none, when nobody is.
///
/// # Errors
/// [`EditError::Refused`] when a file cannot be cut.
pub fn plan_sweep(
    folder: &Folder,
    known: &Known,
    is_gone: &dyn Fn(&Address) -> bool,
) -> Result<Vec<Change>, EditError> {
    let mut changes = Vec::new();
    for (name, file) in read_all(folder, known)? {
        let entries = file.entries(known).map_err(refused)?;
        let lines: Vec<usize> = entries
            .iter()
            .zip(&file.cut.chunks)
            .filter(|(entry, _)| entry.address.as_ref().is_some_and(is_gone))
            .map(|(_, chunk)| chunk.line)
            .collect();
        if !lines.is_empty() {
            changes.push(without(folder, name, file, lines, known)?);
        }
    }
    Ok(changes)
}

fn without(
    folder: &Folder,
    name: PathBuf,
    file: ListFile,
    lines: Vec<usize>,
    known: &Known,
) -> Result<Change, EditError> {
    let (gone, kept): (Vec<_>, Vec<_>) = file
        .cut
        .chunks
        .iter()
        .partition(|chunk| lines.binary_search(&chunk.line).is_ok());
    let change = Change {
        after: text::without_entries(&file.text, gone.into_iter()),
        shown: file.shown,
        lines,
        path: folder.path.join(name),
        stamp: Some(file.stamp),
        above: None,
        before: file.text,
    };
    change.proven(kept.into_iter().map(Stands::kept), known)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::roster::edit::trial::{folder, remove};

    #[test]
    fn a_reader_who_stands_twice_goes_from_both_places() {
        let a = "[[subscriber]]\nemail = \"anna@k.example\"\n";
        let b = "[[subscriber]]\nemail = \"bo@k.example\"\n";
        let twice = a.replace("anna", "ANNA");
        let (_newsletter, folder) = folder(&[
            ("a.toml", &format!("{a}\n{b}\n{twice}")),
            ("b.toml", &format!("# x\n\n{a}")),
        ]);
        let made = remove(&folder, "anna@k.example").unwrap();
        let places: Vec<_> = made
            .iter()
            .map(|c| (c.shown.as_str(), c.lines.clone()))
            .collect();
        assert_eq!(
            places,
            [
                ("subscribers/a.toml", vec![1, 7]),
                ("subscribers/b.toml", vec![3])
            ]
        );
        assert_eq!(fs::read_to_string(folder.path.join("a.toml")).unwrap(), b);
        assert_eq!(
            fs::read_to_string(folder.path.join("b.toml")).unwrap(),
            "# x\n"
        );
    }
}
