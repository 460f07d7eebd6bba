//! The common shapes of a sound entry, read line by line at a twentieth of the parser's cost.
//!
//! What is accepted here means to the parser what it means here, and has no fault. Everything else is the parser's:
//! escapes, literal and multi-line strings, lists over several lines, tables, and every slip.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{
    fields::{FORMATS, FREQUENCIES, LANGUAGES, sound_name},
    known::Known,
};
use crate::domain::{
    address::{Address, FoldedAddress},
    consent::Consent,
    subscriber::{Choices, Subscriber},
};

/// Reads a sound entry of a common shape, header line included; `None` says nothing about it.
pub(super) fn read(text: &str, known: &Known) -> Option<Subscriber> {
    let mut lines = text.split_inclusive('\n').map(without_end);
    if lines.next()?.trim_end_matches([' ', '\t']) != "[[subscriber]]" {
        return None;
    }
    let mut found = Found::default();
    for line in lines {
        let mut rest = Rest(line);
        rest.blanks();
        if !rest.is_at_end()? {
            found.key(&mut rest, known)?;
            rest.blanks();
            rest.is_at_end()?.then_some(())?;
        }
    }
    found.subscriber(known)
}

/// Whether an entry of any kind is of a folded address, where that can be told from one line; `None` says nothing.
pub(super) fn is_of(text: &str, folded: &FoldedAddress) -> Option<bool> {
    // Folding changes nothing of ASCII but the case; a domain that IDNA would change otherwise is no address.
    Some(written(text)?.eq_ignore_ascii_case(folded.as_str()))
}

/// The address of an entry of any kind as it is written, where that can be told from one line and is plain ASCII.
pub(super) fn written(text: &str) -> Option<&str> {
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    let mut lines = text.split_inclusive('\n').map(without_end);
    let line = lines.find(|line| line.trim_start_matches([' ', '\t']).starts_with("email"))?;
    let mut rest = Rest(line);
    rest.blanks();
    if rest.key()? != "email" {
        return None;
    }
    rest.string().filter(|text| text.is_ascii())
}

/// A line without its end. A carriage return of its own stays, and is no blank.
fn without_end(line: &str) -> &str {
    match line.strip_suffix('\n') {
        Some(line) => line.strip_suffix('\r').unwrap_or(line),
        None => line,
    }
}

/// The keys found so far; `Some(None)` is a name of blanks.
#[derive(Default)]
struct Found {
    address: Option<Address>,
    name: Option<Option<String>>,
    first_name: Option<Option<String>>,
    topics: Option<Vec<crate::domain::topic::TopicId>>,
    sections: Option<Vec<crate::domain::section::SectionId>>,
    frequency: Option<crate::domain::issue::Frequency>,
    format: Option<crate::domain::subscriber::Format>,
    language: Option<crate::domain::language::Language>,
    consent: Option<Consent>,
    paused_until: Option<NaiveDate>,
}

impl Found {
    fn key(&mut self, rest: &mut Rest<'_>, known: &Known) -> Option<()> {
        let key = rest.key()?;
        match key {
            "email" => once(&mut self.address, Address::parse(rest.string()?).ok()?),
            "name" => once(&mut self.name, sound_name(rest.string()?).ok()?),
            "first_name" => once(&mut self.first_name, sound_name(rest.string()?).ok()?),
            "topics" => once(&mut self.topics, rest.ids(|word| known.topic(word).ok())?),
            "sections" => once(
                &mut self.sections,
                rest.ids(|word| known.section(word).ok())?,
            ),
            "frequency" => once(&mut self.frequency, rest.word(&FREQUENCIES)?),
            "format" => once(&mut self.format, rest.word(&FORMATS)?),
            "language" => once(&mut self.language, rest.word(&LANGUAGES)?),
            "consent" => once(&mut self.consent, rest.consent()?),
            "paused_until" => once(&mut self.paused_until, rest.date()?),
            _ => None,
        }
    }

    fn subscriber(self, known: &Known) -> Option<Subscriber> {
        Some(Subscriber {
            address: self.address?,
            name: self.name.flatten(),
            first_name: self.first_name.flatten(),
            choices: Choices {
                topics: self.topics.unwrap_or_else(|| known.default_topics.clone()),
                sections: self.sections.unwrap_or_default(),
                format: self.format.unwrap_or_default(),
                language: self.language.unwrap_or(known.language),
            },
            frequency: self.frequency.unwrap_or_default(),
            consent: self.consent,
            paused_until: self.paused_until,
        })
    }
}

/// A key twice is a fault.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// What is left of a line.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, mark: char) -> Option<()> {
        self.0 = self.0.strip_prefix(mark)?;
        Some(())
    }

    /// Whether nothing but a comment is left; `None` for a comment TOML does not allow.
    fn is_at_end(&self) -> Option<bool> {
        match self.0.strip_prefix('#') {
            Some(comment) => comment
                .bytes()
                .all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
                .then_some(true),
            None => Some(self.0.is_empty()),
        }
    }

    /// A bare key and its equal sign, with the blanks around it.
    fn key(&mut self) -> Option<&'a str> {
        let end = self
            .0
            .bytes()
            .position(|byte| !(byte.is_ascii_lowercase() || byte == b'_'))?;
        let (key, rest) = self.0.split_at(end);
        self.0 = rest;
        self.blanks();
        self.take('=')?;
        self.blanks();
        Some(key)
    }

    /// `"text"` without escapes and control characters.
    fn string(&mut self) -> Option<&'a str> {
        self.take('"')?;
        let end = self
            .0
            .bytes()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ' | 0x7f))?;
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        self.take('"')?;
        Some(text)
    }

    fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        let text = self.string()?;
        let (_, value) = words.iter().find(|(word, _)| *word == text)?;
        Some(*value)
    }

    /// `["one", "two"]`, each counted once.
    fn ids<Id: PartialEq>(&mut self, known: impl Fn(&str) -> Option<Id>) -> Option<Vec<Id>> {
        let mut ids = Vec::new();
        self.take('[')?;
        self.blanks();
        while self.take(']').is_none() {
            let id = known(self.string()?)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
            self.blanks();
            if self.take(',').is_some() {
                self.blanks();
            } else if !self.0.starts_with(']') {
                return None;
            }
        }
        Some(ids)
    }

    /// `{ at = 2026-11-01T09:30:00+01:00, source = "web form", text = "2026-01" }`.
    fn consent(&mut self) -> Option<Consent> {
        let (mut at, mut source, mut text, mut frequency) = (None, None, None, None);
        self.take('{')?;
        loop {
            self.blanks();
            match self.key()? {
                "at" => once(&mut at, self.instant()?)?,
                "source" => once(&mut source, self.string()?.to_owned())?,
                "text" => once(&mut text, self.string()?.to_owned())?,
                "frequency" => once(&mut frequency, self.word(&FREQUENCIES)?)?,
                _ => return None,
            }
            self.blanks();
            if self.take(',').is_none() {
                break;
            }
        }
        self.take('}')?;
        Some(Consent {
            at: at?,
            source,
            text,
            frequency,
        })
    }

    fn instant(&mut self) -> Option<DateTime<FixedOffset>> {
        let date = self.date()?;
        self.take('T')?;
        let hour = self.number(2)?;
        self.take(':')?;
        let minute = self.number(2)?;
        self.take(':')?;
        let second = self.number(2)?;
        let local = date.and_hms_opt(hour, minute, second)?;
        let offset = if self.take('Z').is_some() {
            0
        } else {
            let sign = match self.take('+') {
                Some(()) => 1,
                None => {
                    self.take('-')?;
                    -1
                }
            };
            let hours = self.number(2).filter(|hours| *hours < 24)?;
            self.take(':')?;
            let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
            sign * i32::try_from(hours * 60 + minutes).ok()?
        };
        let offset = FixedOffset::east_opt(offset * 60)?;
        local.and_local_timezone(offset).single()
    }

    fn date(&mut self) -> Option<NaiveDate> {
        let year = self.number(4)?;
        self.take('-')?;
        let month = self.number(2)?;
        self.take('-')?;
        let day = self.number(2)?;
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }

    /// So many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = rest;
        number.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::{
        domain::{language::Language, section::SectionId, topic::TopicId},
        roster::{Entry, Header, entry::KEYS},
    };

    fn known() -> Known {
        Known {
            topics: Some(vec![TopicId("ledelse".into()), TopicId("it".into())]),
            sections: Some(vec![SectionId("debat".into())]),
            language: Language::En,
            ..Known::default()
        }
    }

    const WHOLE: &str = "[[subscriber]]\nemail = \"anna@k.example\"\nname = \"Anna Sørensen\" # x\n\
                         first_name=\"Anna\"\r\ntopics = [ \"it\", \"ledelse\", \"it\", ]\nsections = []\n\n\
                         frequency = \"weekly\"\n\tformat = \"text\"\nlanguage = \"da\"\n\
                         consent = { at = 2026-11-01T09:30:00+01:00, source = \"web form\", text = \"2026-01\" }\n\
                         # c\npaused_until = 2026-12-01";

    #[test]
    fn every_key_in_its_common_shape_is_read_without_the_parser() {
        let quick = read(WHOLE, &known()).unwrap();
        assert_eq!(
            Entry::parse(WHOLE, Header::Subscriber, 1, &known()).reader,
            Ok(quick)
        );
        // As `subscribers add` writes it.
        assert!(read("[[subscriber]]\nemail = \"a@k.example\"\n", &known()).is_some());
    }

    #[test]
    fn what_is_faulty_or_uncommon_is_left_to_the_parser() {
        let left = |keys: &str| {
            let text = format!("[[subscriber]]\n{keys}");
            assert_eq!(read(&text, &known()), None, "{keys:?}");
        };
        left("");
        left("name = \"Anna\"");
        left("email = \"anna\"");
        for more in [
            "email = \"b@k.example\"",
            "name = \"A\\u00e5\"",
            "name = 'A'",
            "name = \"\"\"A\"\"\"",
            "name = \"A\tB\"",
            "name = \"A\u{2028}B\"",
            "name = \"A\" x",
            "name = \"A\"\r",
            "# \u{7f}",
            "topics = [\"sport\"]",
            "topics = [\"it\" \"it\"]",
            "topics = [,]",
            "topics = [\n\"it\"]",
            "topic = [\"it\"]",
            "frequency = \"dayly\"",
            "consent = { at = 2026-02-30T09:30:00Z }",
            "consent = { at = 2026-02-20T09:30:00Z, }",
            "consent = { source = \"x\" }",
            "consent = {}",
            "[subscriber.consent]",
            "paused_until = 2026-13-01",
            "paused_until = 2026-12-01T09:30:00",
            "\u{a0}",
        ] {
            left(&format!("email = \"a@k.example\"\n{more}"));
        }
        assert_eq!(
            read("[subscriber]\nemail = \"a@k.example\"", &known()),
            None
        );
    }

    /// A line of an entry, whole or with slips.
    fn line() -> impl Strategy<Value = String> {
        let blank = select(vec!["", " ", "  ", "\t", " \t"]);
        let odd = ["Email", "name.x", "\"name\"", ""];
        let key = select([&KEYS[..], &odd].concat());
        let value = prop_oneof![
            select(vec![
                "\"anna@k.example\"",
                "\"Anna@K.example\"",
                "\"å@k.example\"",
                "\"a@b@c.example\"",
                "\"anna\"",
                "\"Anna\"",
                "\"Anna Ø\"",
                "\" \"",
                "\"\"",
                "\"\"\"x\"\"\"",
                "'x'",
                "\"a\\tb\"",
                "\"a\tb\"",
                "\"a#b\"",
                "\"a\u{7f}b\"",
                "\"a\u{2028}\"",
                "\"x",
                "[]",
                "[\"it\"]",
                "[ \"it\" , \"ledelse\" ]",
                "[\"it\",\"it\",]",
                "[\"it\",,]",
                "[\"sport\"]",
                "[\"debat\"]",
                "[1]",
                "[\"it\"",
                "\"daily\"",
                "\"weekly\"",
                "\"html\"",
                "\"text\"",
                "\"da\"",
                "\"en\"",
                "2026-12-01",
                "2026-02-29",
                "0000-01-01",
                "{ at = 2026-11-01T09:30:00+01:00, source = \"web form\", text = \"2026-01\" }",
                "{at=2026-11-01T09:30:00Z}",
                "{ at = 2026-11-01T09:30:00Z, frequency = \"weekly\" }",
                "{ at = 2026-11-01T09:30:00Z, frequency = \"montly\" }",
                "{ at = 2026-11-01T23:59:60Z }",
                "{ at = 2026-11-01T09:30:00-12:00 }",
                "{ at = 2026-11-01T09:30:00+24:00 }",
                "{ at = 2026-11-01 09:30:00Z }",
                "{ at = 2026-11-01T09:30Z }",
                "{ at = 2026-11-01T09:30:00 }",
                "{ at = 2026-11-01T09:30:00Z, at = 2026-11-01T09:30:00Z }",
                "{ source = \"x\" }",
                "{}",
                "{ at = 2026-11-01T09:30:00Z, }",
                "1",
                "true",
                "",
            ])
            .prop_map(str::to_owned),
            "[\"\\[\\]{},=# a-zæøå0-9@.\\\\'-]{0,12}",
        ];
        let after = select(vec!["", " # c", "#", " # \u{7}", " x", "\r"]);
        let end = select(vec!["\n", "\r\n", "\n\n"]);
        (
            blank.clone(),
            key,
            blank.clone(),
            blank.clone(),
            value,
            blank,
            after,
            end,
        )
            .prop_map(|(a, key, b, c, value, d, after, end)| {
                format!("{a}{key}{b}={c}{value}{d}{after}{end}")
            })
    }

    fn agree(text: &str) -> Result<(), TestCaseError> {
        if let Some(quick) = read(text, &known()) {
            let parsed = Entry::parse(text, Header::Subscriber, 1, &known());
            prop_assert_eq!(parsed.address.as_ref(), Some(&quick.address));
            prop_assert_eq!(parsed.reader, Ok(quick));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn whose_entry_it_is_is_told_as_the_parser_tells_it(
            lines in vec(line(), 0..4), email in "(\tE|e)mail *= *(\"[Bb]o@k.example\"|'bo@k.example'|\"b\\\\u006f@k.example\") *(# x)?\n",
        ) {
            let text = format!("[[subscriber]]\n{email}{}", lines.concat());
            let folded = Address::parse("bo@k.example").unwrap().folded();
            let parsed = Entry::parse(&text, Header::Subscriber, 1, &known());
            let is_bo = parsed.address.is_some_and(|address| address.folded() == folded);
            // A key that stands twice is a fault; which of the two the parser keeps does not matter.
            prop_assume!(!lines.concat().contains("mail"));
            if let Some(told) = is_of(&text, &folded) {
                prop_assert_eq!(told, is_bo);
            }
        }

        #[test]
        fn what_is_read_without_the_parser_is_what_the_parser_reads(
            lines in vec(line(), 0..4),
        ) {
            agree(&format!("[[subscriber]]\nemail = \"bo@k.example\"\n{}", lines.concat()))?;
            agree(&format!("[[subscriber]] \r\n{}", lines.concat()))?;
        }

        #[test]
        fn nor_does_a_slip_anywhere_in_a_sound_entry_part_them(
            at in 0..WHOLE.len(),
            gone in 0..3_usize,
            slip in "[\"\\[\\]{},=#\\\\' \t\r\n\u{7f}\u{a0}0-9a-z:+.-]{0,2}",
        ) {
            let mut text = WHOLE.to_owned();
            let end = (at + gone).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, &slip);
                agree(&text)?;
            }
        }
    }
}
