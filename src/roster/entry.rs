//! One entry's text read as a subscriber, or as every fault it has.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    cut::Header,
    fields,
    known::Known,
    notes::{MAX_FAULTS, Notes, shown, unknown_keys},
    quick,
};
use crate::domain::{
    address::Address,
    fault::Fault,
    subscriber::{Choices, Subscriber},
};

/// The keys of an entry, in the order they are written.
pub(super) const KEYS: [&str; 10] = [
    "email",
    "name",
    "first_name",
    "topics",
    "sections",
    "frequency",
    "format",
    "language",
    "consent",
    "paused_until",
];

/// No entry that one reader needs is longer; it bounds the work a slip can make.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whom it speaks of, also when the rest of it is faulty.
    pub address: Option<Address>,
    /// The reader, or every fault with its line and key, in the order of the lines. The file is the
    /// caller's to name.
    pub reader: Result<Subscriber, Vec<Fault>>,
}

impl Entry {
    /// Reads an entry that begins with its header on line `first_line` of its file.
    pub fn read(text: &str, header: Header, first_line: usize, known: &Known) -> Self {
        if header == Header::Subscriber
            && text.len() <= MAX_BYTES
            && let Some(subscriber) = quick::read(text, known)
        {
            return Self {
                address: Some(subscriber.address.clone()),
                reader: Ok(subscriber),
            };
        }
        Self::parse(text, header, first_line, known)
    }

    /// The same, whatever shape it has.
    pub(super) fn parse(text: &str, header: Header, first_line: usize, known: &Known) -> Self {
        let mut notes = Notes::new(text, first_line);
        if header == Header::Other {
            let line = text.lines().next().unwrap_or_default();
            notes.note(
                0,
                None,
                format!("`{}` begins no entry", shown(line.trim())),
                "write `[[subscriber]]`",
            );
            return Self {
                address: None,
                reader: Err(notes.finish()),
            };
        }
        if text.len() > MAX_BYTES {
            notes.note(
                0,
                None,
                "the entry is over 64 KiB".into(),
                "see whether a `[[subscriber]]` line is missing below it",
            );
            return Self {
                address: None,
                reader: Err(notes.finish()),
            };
        }
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors.iter().take(MAX_FAULTS) {
            let at = error.span().map_or(0, |span| span.start);
            notes.syntax(at, error.message());
        }
        let table = the_entry(document.get_ref(), &mut notes);
        let (address, subscriber) = match table {
            Some(table) => read_table(table, known, &mut notes),
            None => (None, None),
        };
        Self {
            address,
            reader: match (notes.finish(), subscriber) {
                (faults, Some(subscriber)) if faults.is_empty() => Ok(subscriber),
                (faults, _) => Err(faults),
            },
        }
    }
}

/// The one table under `subscriber`; whatever else the entry's lines hold is a fault.
fn the_entry<'a, 'i>(
    document: &'a DeTable<'i>,
    notes: &mut Notes<'_>,
) -> Option<&'a Spanned<DeValue<'i>>> {
    for key in document.keys().filter(|key| key.get_ref() != "subscriber") {
        notes.note(
            key.span().start,
            Some(shown(key.get_ref())),
            "a table that is no part of the entry".into(),
            "take it away; a subscriber file has nothing but `[[subscriber]]` entries",
        );
    }
    let entry = document
        .get("subscriber")
        .and_then(|value| value.get_ref().as_array())
        .and_then(|entries| entries.iter().next());
    if entry.is_none() {
        notes.note(0, None, "the entry does not read".into(), "write it anew");
    }
    entry
}

fn read_table(
    entry: &Spanned<DeValue<'_>>,
    known: &Known,
    notes: &mut Notes<'_>,
) -> (Option<Address>, Option<Subscriber>) {
    let Some(table) = entry.get_ref().as_table() else {
        return (None, None);
    };
    unknown_keys(table, "", &KEYS, notes);
    let value = |key: &str| table.get(key);
    let address = value("email").map(|email| fields::address(email, notes));
    if address.is_none() {
        notes.missing("email", "add `email = \"name@domain\"`");
    }
    let address = address.flatten();
    // Every field is read, also when the address is not: all faults together.
    let name = value("name").and_then(|name| fields::name("name", name, notes));
    let first_name = value("first_name").and_then(|name| fields::name("first_name", name, notes));
    let topics = value("topics")
        .map(|topics| fields::ids("topics", "topic", topics, |id| known.topic(id), notes));
    let sections = value("sections")
        .map(|ids| fields::ids("sections", "section", ids, |id| known.section(id), notes));
    let format =
        value("format").and_then(|word| fields::word("format", word, &fields::FORMATS, notes));
    let language = value("language")
        .and_then(|word| fields::word("language", word, &fields::LANGUAGES, notes));
    let frequency = value("frequency")
        .and_then(|word| fields::word("frequency", word, &fields::FREQUENCIES, notes));
    let consent = value("consent").and_then(|consent| fields::consent(consent, notes));
    let paused_until =
        value("paused_until").and_then(|day| fields::date("paused_until", day, notes));
    let subscriber = address.clone().map(|address| Subscriber {
        address,
        name,
        first_name,
        choices: Choices {
            topics: topics.unwrap_or_else(|| known.default_topics.clone()),
            sections: sections.unwrap_or_default(),
            format: format.unwrap_or_default(),
            language: language.unwrap_or(known.language),
        },
        frequency: frequency.unwrap_or_default(),
        consent,
        paused_until,
    });
    (address, subscriber)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        issue::Frequency, language::Language, section::SectionId, subscriber::Format,
        topic::TopicId,
    };

    fn known() -> Known {
        Known {
            topics: Some(vec![
                TopicId("ledelse".into()),
                TopicId("digitalisering".into()),
            ]),
            sections: Some(vec![SectionId("nyheder".into()), SectionId("debat".into())]),
            language: Language::Da,
            ..Known::default()
        }
    }

    fn read(keys: &str) -> Entry {
        Entry::read(
            &format!("[[subscriber]]\n{keys}"),
            Header::Subscriber,
            10,
            &known(),
        )
    }

    /// The faults of an entry that begins on line 10, as `line key: reason; remedy`.
    fn faults(keys: &str) -> Vec<String> {
        let faults = read(keys).reader.expect_err(keys);
        faults
            .into_iter()
            .map(|fault| {
                format!(
                    "{} {}: {}; {}",
                    fault.line.unwrap_or(0),
                    fault.key.unwrap_or_default(),
                    fault.reason,
                    fault.remedy.unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn a_whole_entry_reads() {
        let entry = read(
            r#"email = "anna@kommune.example"
name = " Anna Sørensen "
first_name = "Anna"
topics = ["ledelse", "ledelse"]
sections = ["debat"]
frequency = "weekly"
format = "text"
language = "en"
consent = { at = 2026-11-01T09:30:00+01:00, source = "web form", text = "2026-01" }
paused_until = 2026-12-01
"#,
        );
        let reader = entry.reader.unwrap();
        assert_eq!(entry.address, Some(reader.address.clone()));
        assert_eq!(reader.name.as_deref(), Some("Anna Sørensen"));
        assert_eq!(reader.choices.topics, [TopicId("ledelse".into())]);
        assert_eq!(reader.choices.sections, [SectionId("debat".into())]);
        assert_eq!(reader.choices.format, Format::Text);
        assert_eq!(reader.choices.language, Language::En);
        assert_eq!(reader.frequency, Frequency::Weekly);
        let consent = reader.consent.unwrap();
        assert_eq!(consent.at.to_rfc3339(), "2026-11-01T09:30:00+01:00");
        assert_eq!(consent.source.as_deref(), Some("web form"));
        assert_eq!(reader.paused_until.unwrap().to_string(), "2026-12-01");
    }

    #[test]
    fn an_entry_with_an_address_alone_takes_everything_daily_in_html() {
        let reader = read("email = \"anna@kommune.example\"").reader.unwrap();
        assert_eq!(reader.choices, Choices::default());
        assert_eq!(reader.frequency, Frequency::Daily);
        assert_eq!(reader.greeting_name(), None);
    }

    #[test]
    fn every_fault_is_named_with_line_key_and_remedy() {
        let check = |keys: &str, expected: &[&str]| assert_eq!(faults(keys), expected, "{keys}");
        check("", &["10 email: missing; add `email = \"name@domain\"`"]);
        check(
            "emial = \"a@k.example\"",
            &[
                "10 email: missing; add `email = \"name@domain\"`",
                "11 emial: unknown key; did you mean `email`?",
            ],
        );
        check(
            "email = \"anna.kommune.example\"",
            &[
                "11 email: `a…`: the address is not of the form name@domain; write it as `name@domain`",
            ],
        );
        check(
            "email = \" anna@kommune.example\"",
            &[
                "11 email: ` …@kommune.example`: the part before `@` is not allowed in a mail address; take the blanks around it away",
            ],
        );
        check(
            "email = \"a@k.example\"\nfrequency = \"dayly\"\nformat = \"pdf\"\nlanguage = \"dk\"",
            &[
                "12 frequency: `dayly` is no frequency; did you mean `daily`?",
                "13 format: `pdf` is no format; write one of `html`, `text`",
                "14 language: `dk` is no language; did you mean `da`?",
            ],
        );
        check(
            "email = \"a@k.example\"\ntopics = [\n  \"ledelse\",\n  \"digitalisring\",\n  4,\n]\nsections = [\"sport\"]",
            &[
                "14 topics: unknown topic `digitalisring`; did you mean `digitalisering`?",
                "15 topics: an integer where another kind of value is wanted; write a list: `topics = [\"topic\"]`",
                "17 sections: unknown section `sport`; use a section that stands in the config, or add it there",
            ],
        );
        check(
            "email = 7\ntopics = \"ledelse\"",
            &[
                "11 email: an integer where another kind of value is wanted; write it in quotes: `\"name@domain\"`",
                "12 topics: a string where another kind of value is wanted; write a list: `topics = [\"topic\"]`",
            ],
        );
    }

    #[test]
    fn consent_and_pause_are_dates_that_exist() {
        let check = |line: &str, key: &str, reason: &str| {
            let all = faults(&format!("email = \"a@k.example\"\n{line}"));
            assert_eq!(all.len(), 1, "{all:?}");
            assert!(
                all[0].starts_with(&format!("12 {key}: {reason};")),
                "{all:?}"
            );
        };
        check(
            "consent = { at = 2026-11-01T09:30:00 }",
            "consent.at",
            "the time has no offset",
        );
        check(
            "consent = { at = 2026-11-01 }",
            "consent.at",
            "no date with a time",
        );
        check(
            "consent = { at = \"2026-11-01T09:30:00Z\" }",
            "consent.at",
            "a string where another kind of value is wanted",
        );
        check("consent = { source = \"web\" }", "consent.at", "missing");
        check(
            "consent = { at = 2026-11-01T09:30:00Z, sorce = \"x\" }",
            "consent.sorce",
            "unknown key",
        );
        check(
            "consent = true",
            "consent",
            "a boolean where another kind of value is wanted",
        );
        check(
            "paused_until = 2026-12-01T00:00:00",
            "paused_until",
            "a time where a day is wanted",
        );
        check(
            "paused_until = \"2026-12-01\"",
            "paused_until",
            "a string where another kind of value is wanted",
        );
    }

    #[test]
    fn nothing_that_could_end_a_header_line_gets_through() {
        let check = |line: &str, key: &str| {
            let all = faults(&format!("email = \"a@k.example\"\n{line}"));
            assert!(
                all.len() == 1 && all[0].starts_with(&format!("12 {key}: ")),
                "{all:?}"
            );
        };
        check(r#"name = "Anna\r\nBcc: x@y.example""#, "name");
        check(r#"first_name = "Anna\u0000""#, "first_name");
        check(r#"name = "Anna\u2028""#, "name");
        check(r#"name = "\u202Eanna""#, "name");
        check(&format!("name = \"{}\"", "å".repeat(201)), "name");
        assert!(
            read(&format!(
                "email = \"a@k.example\"\nname = \"{}\"",
                "å".repeat(200)
            ))
            .reader
            .is_ok()
        );
        let all = faults(r#"email = "anna@k.example\r\nBcc: bo@y.example""#);
        assert_eq!(
            all,
            [
                "11 email: `a…@y.example`: the address has a line break or control character; write the address alone, on one line"
            ]
        );
    }

    #[test]
    fn no_message_repeats_an_address() {
        for keys in [
            "email = \"anna,@kommune.example\"",
            "\"anna@kommune.example\" = 1",
            "email = \"a@k.example\"\nfrequency = \"anna@kommune.example\"",
            "email = \"a@k.example\"\ntopics = [\"anna@kommune.example\"]",
            "email = anna@kommune.example",
            "[[subscriber]]x\nanna@kommune.example\nanna@kommune.example = \"",
        ] {
            let all = faults(keys).join("\n");
            assert!(!all.contains("anna"), "{all}");
        }
    }

    #[test]
    fn a_line_that_is_not_toml_is_named_and_the_others_are_still_checked() {
        let all = faults("email = \"a@k.example\"\nname = \"Anna\nformat = \"pdf\"");
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all[0].starts_with("12 : not valid TOML: "), "{all:?}");
        assert!(all[1].starts_with("13 format: "), "{all:?}");
        assert_eq!(
            read("email = \"a@k.example\"\nname = \"Anna")
                .address
                .unwrap()
                .to_string(),
            "a@k.example"
        );
    }

    #[test]
    fn a_table_of_its_own_may_hold_the_consent_and_no_other_may_stand_there() {
        assert!(
            read("email = \"a@k.example\"\n[subscriber.consent]\nat = 2026-11-01T09:30:00Z")
                .reader
                .unwrap()
                .consent
                .is_some()
        );
        let all = faults("email = \"a@k.example\"\n[newsletter]\nname = \"x\"");
        assert_eq!(
            all,
            [
                "12 newsletter: a table that is no part of the entry; take it away; a subscriber file has nothing but `[[subscriber]]` entries"
            ]
        );
        let typo = Entry::read("[[subscribers]]\nemail = 1", Header::Other, 3, &known());
        let fault = &typo.reader.unwrap_err()[0];
        assert_eq!(
            (fault.line, fault.reason.as_str()),
            (Some(3), "`[[subscribers]]` begins no entry")
        );
    }
}
