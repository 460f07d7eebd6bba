//! Adds a reader at the end of a file.

use super::{
    Change, Draft, EditError,
    change::Stands,
    files::{file_name, lines_of, read_all},
    refused, text,
};
use crate::{
    domain::fault::Fault,
    roster::{cut::Header, entry::Entry, folder::Folder, known::Known},
};

/// The file a first reader is written to.
const FIRST_FILE: &str = "readers.toml";

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
    let files = read_all(folder, known)?;
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
    let found = files.into_iter().find(|(listed, _)| *listed == name);
    let reader = match &found {
        // The file's own defaults say what the entry leaves unsaid.
        Some((_, file)) => Entry::read(&entry, Header::Subscriber, 1, &file.known(known))
            .reader
            .map_err(EditError::Refused)?,
        None => reader,
    };
    let (stamp, before, chunks) = match found {
        Some((_, file)) => (Some(file.stamp), file.text, file.cut.chunks),
        None => (None, String::new(), Vec::new()),
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
    let new = Stands::Reads(Box::new(reader));
    change.proven(chunks.iter().map(Stands::kept).chain([new]), known)
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
    use crate::{
        domain::topic::TopicId,
        roster::edit::{
            DraftConsent, make,
            trial::{add, draft, folder, keeping, refusals, remove},
        },
    };

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
                frequency: None,
            }),
            paused_until: None,
        };
        make(&keeping(&folder), || {
            Ok(vec![plan_add(&folder, &Known::default(), &draft, None)?])
        })
        .unwrap();
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
    fn a_text_that_does_not_hold_the_old_readers_and_the_one_more_is_not_written() {
        let (_newsletter, folder) = folder(&[("a.toml", "")]);
        let mut change =
            plan_add(&folder, &Known::default(), &draft("anna@k.example"), None).unwrap();
        let known = Known::default();
        let reader = Entry::read(&change.after, Header::Subscriber, 1, &known).reader;
        let expected = [Stands::Reads(Box::new(reader.unwrap()))];
        assert!(change.clone().proven(expected.clone(), &known).is_ok());
        change.after.push_str("[[subscriber]]\n");
        assert!(matches!(
            change.proven(expected, &known),
            Err(EditError::Unproven(_))
        ));
    }
}
