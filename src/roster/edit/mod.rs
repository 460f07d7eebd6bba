//! Adds readers to the subscriber files and takes them away, at a person's command.
//!
//! The new text is read back before the file is replaced: it must hold the old readers and the one more or
//! less, and nothing else. A file that changed meanwhile is never overwritten; the edit begins again.

mod change;
mod diff;
mod draft;
mod text;

use std::{
    io,
    path::{Path, PathBuf},
};

pub use change::Change;
pub use draft::{Draft, DraftConsent};

use super::{
    cut::{Header, cut},
    entry::Entry,
    file::ListFile,
    folder::Folder,
    known::Known,
};
use crate::domain::{address::Address, fault::Fault};

/// How often an edit begins again when others write the same file.
const TRIES: usize = 5;
/// The file a first reader is written to.
const FIRST_FILE: &str = "readers.toml";

/// Why an edit was not made. Nothing has been written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The request or a file is wrong.
    #[error("the edit is refused")]
    Refused(Vec<Fault>),
    /// The file changed while it was edited, again and again.
    #[error("`{0}` keeps changing while it is edited")]
    Restless(String),
    /// The new text does not read back as the old readers and the one more or less.
    #[error("the edit of `{0}` does not read back and was not written")]
    Unproven(String),
    /// A file cannot be written.
    #[error("`{path}` cannot be written")]
    Write {
        /// The file, as messages show it.
        path: String,
        /// Why.
        source: io::Error,
    },
}

/// The change that adds a reader: to the file named, or the first one, or a new `readers.toml`.
///
/// # Errors
/// [`EditError::Refused`] with everything wrong with the draft, with the reader's standing already, with a
/// file that cannot be cut.
pub fn plan_add(
    folder: &Folder,
    known: &Known,
    draft: &Draft,
    file: Option<&str>,
) -> Result<Change, EditError> {
    let entry = draft.to_toml();
    let reader = Entry::read(&entry, Header::Subscriber, 1, known)
        .reader
        .map_err(|faults| EditError::Refused(faults.into_iter().map(without_line).collect()))?;
    let files = read_all(folder)?;
    for (_, file) in &files {
        if let Some(line) = lines_of(file, &reader.address, known)?.first() {
            let masked = reader.address.masked();
            return Err(refused(
                Fault::error(format!("`{masked}` stands already"))
                    .in_file(&file.shown)
                    .at_line(*line)
                    .for_key("email")
                    .remedy("change the entry that stands there"),
            ));
        }
    }
    let name = match file {
        Some(name) => file_name(folder, name)?,
        None => files
            .first()
            .map_or_else(|| FIRST_FILE.into(), |(name, _)| name.clone()),
    };
    let (stamp, before) = match files.into_iter().find(|(listed, _)| *listed == name) {
        Some((_, file)) => (Some(file.stamp), file.text),
        None => (None, String::new()),
    };
    let (after, line) = text::with_entry(&before, &entry);
    let change = Change {
        shown: folder.shown(&name),
        lines: vec![line],
        path: folder.path.join(&name),
        stamp,
        before,
        after,
    };
    let mut expected = change.readers(&change.before, known)?;
    expected.push(Some(reader));
    change.proven(&expected, known)
}

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

/// Plans and writes, and begins again when a file changed in between. The caller holds the lock that keeps
/// other commands out; this is against editors and version control.
///
/// # Errors
/// What the plan says, or that it cannot be written.
pub fn make(
    mut plan: impl FnMut() -> Result<Vec<Change>, EditError>,
) -> Result<Vec<Change>, EditError> {
    let mut restless = String::new();
    let mut made = Vec::new();
    for _ in 0..TRIES {
        let mut changes = match plan() {
            Ok(changes) => changes,
            // All that was to go went in an earlier try.
            Err(EditError::Refused(_)) if !made.is_empty() => return Ok(made),
            Err(error) => return Err(error),
        }
        .into_iter();
        loop {
            let Some(change) = changes.next() else {
                return Ok(made);
            };
            if change.apply()? {
                made.push(change);
            } else {
                restless = change.shown;
                break;
            }
        }
    }
    Err(EditError::Restless(restless))
}

/// Every file, or every reason why one cannot be edited: the reader may stand in any of them.
fn read_all(folder: &Folder) -> Result<Vec<(PathBuf, ListFile)>, EditError> {
    let names = folder
        .files()
        .map_err(|error| refused(super::no_folder(folder, &error)))?;
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for name in names {
        match ListFile::read(folder, &name) {
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
fn lines_of(file: &ListFile, address: &Address, known: &Known) -> Result<Vec<usize>, EditError> {
    let folded = address.folded();
    let entries = file.entries(known).map_err(refused)?;
    Ok(entries
        .iter()
        .zip(&file.cut.chunks)
        .filter(|(entry, _)| entry.address.as_ref().is_some_and(|a| a.folded() == folded))
        .map(|(_, chunk)| chunk.line)
        .collect())
}

/// A file of the folder by its name, with or without the folder's before it.
fn file_name(folder: &Folder, name: &str) -> Result<PathBuf, EditError> {
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

fn refused(fault: Fault) -> EditError {
    EditError::Refused(vec![fault])
}

/// A draft has no lines yet.
fn without_line(fault: Fault) -> Fault {
    Fault {
        line: None,
        ..fault
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{domain::topic::TopicId, roster::SubscribersSettings};

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
        let newsletter = tempfile::tempdir().unwrap();
        let folder = Folder::of(newsletter.path(), &SubscribersSettings::default());
        fs::create_dir(&folder.path).unwrap();
        for (name, text) in files {
            fs::write(folder.path.join(name), text).unwrap();
        }
        (newsletter, folder)
    }

    fn draft(email: &str) -> Draft {
        Draft {
            email: email.into(),
            ..Draft::default()
        }
    }

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn refusals(result: Result<Change, EditError>) -> Vec<String> {
        match result {
            Err(EditError::Refused(faults)) => faults.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn add(folder: &Folder, email: &str) -> Result<Vec<Change>, EditError> {
        make(|| {
            Ok(vec![plan_add(
                folder,
                &Known::default(),
                &draft(email),
                None,
            )?])
        })
    }

    fn remove(folder: &Folder, email: &str) -> Result<Vec<Change>, EditError> {
        make(|| plan_remove(folder, &Known::default(), &address(email)))
    }

    #[test]
    fn a_first_reader_makes_the_first_file() {
        let (_newsletter, folder) = folder(&[]);
        let made = add(&folder, "anna@k.example").unwrap();
        assert_eq!(
            (made[0].shown.as_str(), &made[0].lines[..]),
            ("subscribers/readers.toml", &[1][..])
        );
        assert_eq!(
            fs::read_to_string(folder.path.join("readers.toml")).unwrap(),
            "[[subscriber]]\nemail = \"anna@k.example\"\n"
        );
    }

    #[test]
    fn everything_said_of_a_reader_reads_back() {
        let (_newsletter, folder) = folder(&[]);
        let draft = Draft {
            email: "anna@k.example".into(),
            name: Some("Anna \"Ann\" O'Sørensen \\".into()),
            first_name: Some("Anna".into()),
            topics: vec!["ledelse".into(), "skole".into()],
            sections: vec!["nyheder".into()],
            frequency: Some("weekly".into()),
            format: Some("text".into()),
            language: Some("en".into()),
            consent: Some(DraftConsent {
                at: chrono::DateTime::parse_from_rfc3339("2026-11-01T09:30:00+01:00").unwrap(),
                source: Some("paper".into()),
                text: Some("2026-01".into()),
            }),
        };
        make(|| Ok(vec![plan_add(&folder, &Known::default(), &draft, None)?])).unwrap();
        let text = fs::read_to_string(folder.path.join("readers.toml")).unwrap();
        assert!(
            text.ends_with("consent = { at = 2026-11-01T09:30:00+01:00, source = \"paper\", text = \"2026-01\" }\n"),
            "{text}"
        );
        let roster = crate::roster::Roster::read(&folder, &Known::default());
        assert!(roster.is_sound());
        assert_eq!(roster.entries[0].subscriber.name, draft.name);
    }

    #[test]
    fn what_is_wrong_with_a_new_reader_is_said_together() {
        let (_newsletter, folder) = folder(&[(
            "a.toml",
            "\n[[subscriber]]\nemail = \"Anna@K.example\"\nformat = \"pdf\"\n",
        )]);
        let known = Known {
            topics: Some(vec![TopicId("ledelse".into())]),
            ..Known::default()
        };
        let plan = |draft: &Draft| plan_add(&folder, &known, draft, None);
        assert_eq!(
            refusals(plan(&Draft {
                email: "anna".into(),
                name: Some("Anna\r\nBcc: x@y.example".into()),
                topics: vec!["ledlse".into()],
                ..Draft::default()
            })),
            [
                "error: `email`: `a…`: the address is not of the form name@domain\n  hint: write it as `name@domain`",
                "error: `name`: the name has a line break, control or direction character\n  hint: write the name on one line",
                "error: `topics`: unknown topic `ledlse`\n  hint: did you mean `ledelse`?",
            ]
        );
        // An entry keeps its address even when it is faulty otherwise.
        assert_eq!(
            refusals(plan(&draft("anna@k.example"))),
            [
                "error: subscribers/a.toml:2: `email`: `a…@k.example` stands already\n  hint: change the entry that stands there"
            ]
        );
    }

    #[test]
    fn a_reader_is_written_only_to_a_file_that_is_read() {
        let (_newsletter, folder) = folder(&[("a.toml", "")]);
        let plan = |file: &str| {
            plan_add(
                &folder,
                &Known::default(),
                &draft("anna@k.example"),
                Some(file),
            )
        };
        for file in [
            "../a.toml",
            ".a.toml",
            "a.txt",
            "b/a.toml",
            "/tmp/a.toml",
            "",
        ] {
            assert_eq!(refusals(plan(file)).len(), 1, "{file}");
        }
        for file in ["a.toml", "b.toml", "subscribers/b.toml"] {
            assert!(plan(file).is_ok(), "{file}");
        }
    }

    #[test]
    fn nothing_is_edited_while_a_file_cannot_be_cut() {
        let (_newsletter, folder) = folder(&[("a.toml", "<<<<<<< ours\n"), ("b.toml", "")]);
        let result = plan_add(
            &folder,
            &Known::default(),
            &draft("anna@k.example"),
            Some("b.toml"),
        );
        assert!(refusals(result)[0].starts_with("error: subscribers/a.toml:1: "));
        assert!(remove(&folder, "anna@k.example").is_err());
    }

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

    #[test]
    fn a_file_that_changes_under_the_edit_is_never_overwritten() {
        let bo = "[[subscriber]]\nemail = \"bo@k.example\"\n";
        let (_newsletter, folder) = folder(&[("a.toml", bo)]);
        let path = folder.path.join("a.toml");
        let mut tries = 0;
        make(|| {
            let change = plan_add(&folder, &Known::default(), &draft("anna@k.example"), None)?;
            tries += 1;
            if tries == 1 {
                fs::write(&path, format!("# by hand\n{bo}")).unwrap();
            }
            Ok(vec![change])
        })
        .unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("# by hand\n{bo}\n[[subscriber]]\nemail = \"anna@k.example\"\n")
        );
        let mut length = 0;
        let result = make(|| {
            let change = plan_add(&folder, &Known::default(), &draft("carl@k.example"), None)?;
            length += 1;
            fs::write(&path, "#".repeat(length)).unwrap();
            Ok(vec![change])
        });
        assert!(matches!(result, Err(EditError::Restless(file)) if file == "subscribers/a.toml"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "#####");
    }

    #[test]
    fn a_text_that_does_not_hold_the_old_readers_and_the_one_more_is_not_written() {
        let (_newsletter, folder) = folder(&[("a.toml", "")]);
        let mut change =
            plan_add(&folder, &Known::default(), &draft("anna@k.example"), None).unwrap();
        let expected = change.readers(&change.after, &Known::default()).unwrap();
        assert!(change.clone().proven(&expected, &Known::default()).is_ok());
        change.after.push_str("[[subscriber]]\n");
        assert!(matches!(
            change.proven(&expected, &Known::default()),
            Err(EditError::Unproven(_))
        ));
    }
}
