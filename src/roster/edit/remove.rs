//! Takes a reader away.

use super::{
    Change, EditError,
    files::{lines_of, read_all},
    refused, text,
};
use crate::{
    domain::{address::Address, fault::Fault},
    roster::{cut::cut, folder::Folder, known::Known},
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
    for (name, file) in read_all(folder)? {
        let lines = lines_of(&file, address, known)?;
        if lines.is_empty() {
            continue;
        }
        let mut after = file.text.clone();
        for index in (0..file.cut.chunks.len()).rev() {
            if lines.contains(&file.cut.chunks[index].line) {
                // Cut anew: the entry taken before may have ended its predecessor's last line.
                let chunks = cut(&after).map_or_else(|_| Vec::new(), |cut| cut.chunks);
                if let Some(chunk) = chunks.get(index) {
                    after = text::without_entry(&after, chunk);
                }
            }
        }
        let change = Change {
            shown: file.shown,
            lines,
            path: folder.path.join(name),
            stamp: Some(file.stamp),
            before: file.text,
            after,
        };
        let kept = file
            .cut
            .chunks
            .iter()
            .map(|chunk| !change.lines.contains(&chunk.line));
        let expected: Vec<_> = change
            .readers(&change.before, known)?
            .into_iter()
            .zip(kept)
            .filter_map(|(reader, kept)| kept.then_some(reader))
            .collect();
        changes.push(change.proven(&expected, known)?);
    }
    if changes.is_empty() {
        return Err(refused(
            Fault::error(format!(
                "`{}` stands in no subscriber file",
                address.masked()
            ))
            .remedy("see who does with `overblik subscribers list`"),
        ));
    }
    Ok(changes)
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
