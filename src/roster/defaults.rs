//! What a file's entries mean by saying nothing: the table `[defaults]` above the first entry.

use std::{borrow::Cow, io::Read as _};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    entry::MAX_BYTES,
    fields,
    folder::Extent,
    known::Known,
    notes::{Notes, unknown_keys},
};
use crate::domain::{fault::Fault, language::Language, topic::TopicId};

/// The defaults of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Defaults {
    topics: Option<Vec<TopicId>>,
    language: Option<Language>,
}

impl Defaults {
    /// Reads what stands above a file's first entry; `None` when no `[defaults]` stands there.
    ///
    /// # Errors
    /// Everything wrong with the table. It holds the send: all who say nothing themselves would get other mail than
    /// was meant.
    pub(super) fn read(preamble: &str, known: &Known) -> Result<Option<Self>, Vec<Fault>> {
        let has_table = |line: &str| line.trim_start().starts_with("[defaults]");
        if preamble.len() > MAX_BYTES || !preamble.lines().any(has_table) {
            return Ok(None);
        }
        let text = preamble.trim_start_matches('\u{feff}');
        let mut notes = Notes::new(text, 1);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            notes.syntax(error.span().map_or(0, |span| span.start), error.message());
        }
        unknown_keys(document.get_ref(), "", &["defaults"], &mut notes);
        let table = document.get_ref().get("defaults").and_then(as_table);
        let mut defaults = Self::default();
        if let Some(table) = table {
            unknown_keys(table, "defaults.", &["topics", "language"], &mut notes);
            defaults.topics = table.get("topics").map(|topics| {
                let known = |word: &str| known.topic(word);
                fields::ids("defaults.topics", "topic", topics, known, &mut notes)
            });
            defaults.language = table.get("language").and_then(|word| {
                fields::word("defaults.language", word, &fields::LANGUAGES, &mut notes)
            });
        }
        let faults = notes.finish();
        if faults.is_empty() {
            Ok(Some(defaults))
        } else {
            Err(faults)
        }
    }

    /// What entries of the file may name and mean.
    pub(super) fn over<'a>(&self, known: &'a Known) -> Cow<'a, Known> {
        if *self == Self::default() {
            return Cow::Borrowed(known);
        }
        let mut known = known.clone();
        known.default_topics = self.topics.clone().unwrap_or_default();
        known.language = self.language.unwrap_or(known.language);
        Cow::Owned(known)
    }
}

fn as_table<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Option<&'a DeTable<'i>> {
    value.get_ref().as_table()
}

/// What stands above the first entry of a file that has lines there; nothing, where that is too much or cannot be read.
pub(super) fn preamble(extent: &Extent) -> String {
    let mut bytes = Vec::new();
    let read = extent
        .open()
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    let text = match (read, std::str::from_utf8(&bytes)) {
        (Ok(_), Ok(text)) => text,
        (Ok(_), Err(error)) => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        (Err(_), _) => return String::new(),
    };
    above_first_entry(text).to_owned()
}

/// The text above the first line that begins an entry.
fn above_first_entry(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line
            .trim_start_matches(['\u{feff}', ' ', '\t'])
            .starts_with("[[")
        {
            return &text[..end];
        }
        end += line.len();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            topics: Some(vec![TopicId("ledelse".into()), TopicId("skole".into())]),
            ..Known::default()
        }
    }

    #[test]
    fn a_table_above_the_first_entry_is_read_and_its_slips_are_named() {
        let read = |text: &str| Defaults::read(text, &known());
        assert_eq!(read("# the list\n"), Ok(None));
        assert_eq!(read("list = 1\n"), Ok(None));
        let defaults = read("# x\n[defaults]\nlanguage = \"en\"\ntopics = [\"skole\"]\n")
            .unwrap()
            .unwrap();
        assert_eq!(defaults.topics, Some(vec![TopicId("skole".into())]));
        assert_eq!(defaults.over(&known()).language, Language::En);
        let check = |text: &str, line: usize, key: &str| {
            let faults = read(text).unwrap_err();
            assert_eq!(
                (faults[0].line, faults[0].key.as_deref()),
                (Some(line), Some(key)),
                "{text}"
            );
        };
        check("[defaults]\ntopics = [\"skloe\"]\n", 2, "defaults.topics");
        check("[defaults]\nlangauge = \"en\"\n", 2, "defaults.langauge");
        check("list = 1\n[defaults]\n", 1, "list");
    }
}
