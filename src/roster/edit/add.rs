//! Adds a reader at the end of a file.

use std::path::Path;

use super::{
    Change, Draft, EditError, Presence, change::Stands, end::end_of, files::file_name, refused,
    text,
};
use crate::{
    domain::fault::Fault,
    roster::{
        FileStamp,
        cut::Header,
        defaults::{self, Defaults},
        entry::Entry,
        file::unreadable,
        folder::Folder,
        known::Known,
    },
};

/// The file a first reader is written to.
const FIRST_FILE: &str = "readers.toml";

/// The change that adds a reader: at the end of the file named, or of the first one, or in a new `readers.toml`.
///
/// # Errors
/// [`EditError::Refused`] with everything wrong with the draft, with the reader's standing already, with a
/// file that cannot be cut.
pub fn plan_add(
    folder: &Folder,
    known: &Known,
    draft: &Draft,
    file: Option<&str>,
    presence: &mut Presence,
) -> Result<Change, EditError> {
    let entry = draft.to_toml();
    let reader = Entry::read(&entry, Header::Subscriber, 1, known)
        .reader
        .map_err(|faults| EditError::Refused(faults.into_iter().map(without_line).collect()))?;
    let stamps = presence.none_of(&reader.address, folder, known)?;
    let name = match file {
        Some(name) => file_name(folder, name)?,
        None => stamps
            .first()
            .map_or_else(|| FIRST_FILE.into(), |first| first.name.clone().into()),
    };
    match stamps.into_iter().find(|stamp| stamp.name == *name) {
        Some(stamp) => at_end(folder, known, &name, stamp, &entry),
        None => {
            let change = Change {
                shown: folder.shown(&name),
                lines: vec![1],
                path: folder.path.join(&name),
                stamp: None,
                above: None,
                before: String::new(),
                after: entry,
            };
            change.proven([Stands::Reads(Box::new(reader))], known)
        }
    }
}

/// The change that puts an entry at the end of a file that can be cut.
fn at_end(
    folder: &Folder,
    known: &Known,
    name: &Path,
    stamp: FileStamp,
    entry: &str,
) -> Result<Change, EditError> {
    let (extent, shown) = (folder.extent(name), folder.shown(name));
    // The file's own defaults say what the entry leaves unsaid.
    let defaults = Defaults::read(&defaults::preamble(&extent), known).map_err(|faults| {
        let named = faults.into_iter().map(|fault| fault.in_file(&shown));
        EditError::Refused(named.collect())
    })?;
    let defaults = defaults.unwrap_or_default();
    let known = defaults.over(known);
    let reader = Entry::read(entry, Header::Subscriber, 1, &known)
        .reader
        .map_err(EditError::Refused)?;
    let (above, before) = end_of(&extent).map_err(|error| refused(unreadable(&shown, &error)))?;
    let (after, line) = text::with_entry(&before, entry);
    let change = Change {
        shown,
        lines: vec![above.lines + line],
        path: extent.path,
        stamp: Some(stamp),
        above: Some(above),
        before,
        after,
    };
    change.proven_added(&reader, &known)
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
        make(&folder, &keeping(&folder), || {
            Ok(vec![plan_add(
                &folder,
                &Known::default(),
                &draft,
                None,
                &mut Presence::unread(),
            )?])
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
        let plan = |draft: &Draft| plan_add(&folder, &known, draft, None, &mut Presence::unread());
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
                &mut Presence::unread(),
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
            &mut Presence::unread(),
        );
        assert!(refusals(result)[0].starts_with("error: subscribers/a.toml:1: "));
        assert!(remove(&folder, "anna@k.example").is_err());
    }

    #[test]
    fn what_is_put_at_the_end_is_one_entry_and_reads_as_the_reader_or_is_not_written() {
        let (_newsletter, folder) = folder(&[("a.toml", "# the list\n")]);
        let known = Known::default();
        let change = plan_add(
            &folder,
            &known,
            &draft("anna@k.example"),
            None,
            &mut Presence::unread(),
        )
        .unwrap();
        let entry = change.added().unwrap().trim_start();
        let reader = Entry::read(entry, Header::Subscriber, 1, &known).reader;
        let reader = reader.unwrap();
        assert!(change.clone().proven_added(&reader, &known).is_ok());
        for (from, to) in [
            ("anna", "bo"),
            ("[[subscriber]]", "[[subscribers]]"),
            ("[[subscriber]]", ""),
            ("\"\n", "\"\nlanguage = \"en\"\n"),
            ("\"\n", "\"\n[[subscriber]]\n"),
            ("\"\n", "\"\nname = \"\"\"\n"),
            ("# the list", ""),
        ] {
            let mut other = change.clone();
            other.after = change.after.replacen(from, to, 1);
            let proven = other.proven_added(&reader, &known);
            assert!(matches!(proven, Err(EditError::Unproven(_))), "{to}");
        }
    }
}
