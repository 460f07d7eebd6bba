//! The canonical layout of a subscriber file: a difference in one value is a difference in one line.
//!
//! Entries are parted by one blank line and keep their order; their keys stand in one order, one a line, written one
//! way. Comments stay with what they stand above or behind. What does not read stays as it is.

use toml_edit::{Array, InlineTable, Value};

use super::{
    Draft,
    keys::{self, Place},
    text,
};
use crate::{
    domain::subscriber::Subscriber,
    roster::{
        cut::{BYTE_ORDER_MARK, Chunk},
        entry::KEYS,
    },
};

/// A text laid out, given its entries and what each reads as, which is asked once for each, in their order.
///
/// # Errors
/// What was said when it was asked.
pub(super) fn laid_out<E>(
    text: &str,
    chunks: &[Chunk],
    mut reader_of: impl FnMut(&Chunk) -> Result<Option<Subscriber>, E>,
) -> Result<String, E> {
    let (mark, start) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(_) => (BYTE_ORDER_MARK, BYTE_ORDER_MARK.len()),
        None => ("", 0),
    };
    let mut sheet = Sheet {
        text: String::with_capacity(text.len() + text.len() / 16),
        newline: text::newline_of(text),
        is_begun: false,
    };
    sheet.text.push_str(mark);
    let mut at = start;
    for chunk in chunks {
        sheet.paragraphs(&text[at..chunk.own.start]);
        let mut block = lines_of(&text[chunk.own.start..chunk.start]);
        let entry = chunk.of(text);
        let laid = reader_of(chunk)?.and_then(|reader| entry_laid_out(entry, &reader));
        block.extend(laid.unwrap_or_else(|| lines_of(entry)));
        sheet.block(&block);
        at = chunk.own.end;
    }
    sheet.paragraphs(&text[at..]);
    Ok(sheet.text)
}

/// A text that is laid out block by block.
struct Sheet {
    text: String,
    newline: &'static str,
    is_begun: bool,
}

impl Sheet {
    /// Lines that stand together, parted from those before by a blank one.
    fn block(&mut self, lines: &[String]) {
        if self.is_begun {
            self.text.push_str(self.newline);
        }
        self.is_begun = true;
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                self.text.push_str(self.newline);
            }
            self.text.push_str(line);
        }
        self.text.push_str(self.newline);
    }

    /// What stands between entries, parted at blank lines.
    fn paragraphs(&mut self, text: &str) {
        let mut block = Vec::new();
        for line in lines_of(text).into_iter().chain([String::new()]) {
            if !line.is_empty() {
                block.push(line);
            } else if !block.is_empty() {
                self.block(&std::mem::take(&mut block));
            }
        }
    }
}

/// The lines of a text, without blank ones at its ends and without blanks at theirs; in a multi-line string, blanks at a
/// line's end are the string's.
fn lines_of(text: &str) -> Vec<String> {
    let has_long_string = text.contains("\"\"\"") || text.contains("'''");
    let trim = |line: &str| match has_long_string {
        true => line.to_owned(),
        false => line.trim_end_matches([' ', '\t']).to_owned(),
    };
    let blank = [' ', '\t', '\r', '\n'];
    text.trim_end_matches(blank)
        .split('\n')
        .map(|line| trim(line.strip_suffix('\r').unwrap_or(line)))
        .skip_while(String::is_empty)
        .collect()
}

/// The lines of a sound entry; `None` for one that is better left as it is.
fn entry_laid_out(entry: &str, reader: &Subscriber) -> Option<Vec<String>> {
    let (places, tables) = keys::places(entry).ok()?;
    if !tables.is_empty() {
        return without_tables(entry, &places, &tables, reader);
    }
    let header_end = keys::line_end(entry, 0);
    let mut lines = vec![with_comment("[[subscriber]]", &entry[..header_end])];
    let (mut at, mut keyed) = (header_end, Vec::new());
    for place in &places {
        let end = keys::line_end(entry, place.value.end);
        let mut group = comments(entry.get(at..place.line)?)?;
        let value = &entry[place.value.clone()];
        let pair = format!("{} = {}", place.key, canonical(value)?);
        group.push(with_comment(&pair, &entry[place.value.end..end]));
        keyed.push((KEYS.iter().position(|key| *key == place.key)?, group));
        at = end;
    }
    keyed.sort_by_key(|(rank, _)| *rank);
    lines.extend(keyed.into_iter().flat_map(|(_, group)| group));
    lines.extend(comments(&entry[at..])?);
    Some(lines)
}

/// An entry whose consent is a table of its own, written as one line; comments in it would lose their place.
fn without_tables(
    entry: &str,
    places: &[Place],
    tables: &[String],
    reader: &Subscriber,
) -> Option<Vec<String>> {
    if entry.contains('#') {
        return None;
    }
    let named = |key: &str| {
        tables.iter().any(|table| table == key) || places.iter().any(|place| place.key == key)
    };
    let draft = Draft::of(reader);
    let pairs = draft.pairs().filter(|(key, _)| named(key));
    let lines = pairs.map(|(key, value)| format!("{key} = {value}"));
    Some(
        [String::from("[[subscriber]]")]
            .into_iter()
            .chain(lines)
            .collect(),
    )
}

/// The comment lines of a text that has nothing else.
fn comments(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(|line| line.trim_matches([' ', '\t']));
    let lines: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    lines
        .iter()
        .all(|line| line.starts_with('#'))
        .then_some(lines)
}

/// A line with the comment that ends another.
fn with_comment(line: &str, other: &str) -> String {
    match other.find('#') {
        Some(at) => format!(
            "{line} {}",
            other[at..].trim_end_matches([' ', '\t', '\r', '\n'])
        ),
        None => line.to_owned(),
    }
}

/// A value written the one way. `None` for a list with comments in it.
fn canonical(value: &str) -> Option<String> {
    if value.contains('#') && value.contains('\n') {
        return None;
    }
    let read: Value = value.parse().ok()?;
    Some(plain(&read).to_string())
}

fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(text.value().as_str()),
        Value::Array(values) => values.iter().map(plain).collect::<Array>().into(),
        Value::InlineTable(table) => {
            let mut ordered = InlineTable::new();
            let known = ["at", "source", "text", "frequency"];
            let others = table
                .iter()
                .map(|(key, _)| key)
                .filter(|key| !known.contains(key));
            for key in known.into_iter().chain(others) {
                if let Some(value) = table.get(key) {
                    ordered.insert(key, plain(value));
                }
            }
            ordered.into()
        }
        Value::Datetime(day) => Value::from(*day.value()),
        Value::Integer(number) => Value::from(*number.value()),
        Value::Float(number) => Value::from(*number.value()),
        Value::Boolean(is_true) => Value::from(*is_true.value()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::roster::{Known, cut::cut, entry::Entry};

    fn read(text: &str) -> (Vec<Chunk>, Vec<Option<Subscriber>>) {
        let chunks = cut(text).unwrap().chunks;
        let known = Known::default();
        let readers = chunks
            .iter()
            .map(|chunk| {
                Entry::read(chunk.of(text), chunk.header, chunk.line, &known)
                    .reader
                    .ok()
            })
            .collect();
        (chunks, readers)
    }

    fn format(text: &str) -> String {
        let (chunks, readers) = read(text);
        let mut readers = readers.into_iter();
        let next = |_: &Chunk| Ok::<_, std::convert::Infallible>(readers.next().flatten());
        laid_out(text, &chunks, next).unwrap()
    }

    #[test]
    fn keys_stand_in_one_order_one_a_line_and_comments_go_with_them() {
        let text = "# the list\n\n\n# Anna\n[[subscriber]]   # first\n\n# how often\nfrequency='weekly'\nemail   =  \"a@k.example\" # work\n\
                    topics = [ \"ledelse\",\n  'skole', ]\nconsent={text=\"1\",at=2026-11-01T09:30:00+01:00}\n# below\n[[subscriber]]\nemail = 1\n\n\n\n# end";
        assert_eq!(
            format(text),
            "# the list\n\n# Anna\n[[subscriber]] # first\nemail = \"a@k.example\" # work\ntopics = [\"ledelse\", \"skole\"]\n\
             # how often\nfrequency = \"weekly\"\nconsent = { at = 2026-11-01T09:30:00+01:00, text = \"1\" }\n\n# below\n[[subscriber]]\nemail = 1\n\n# end\n"
        );
    }

    #[test]
    fn a_consent_in_a_table_of_its_own_becomes_one_line() {
        let text = "[[subscriber]]\nemail = \"a@k.example\"\n[subscriber.consent]\nat = 2026-11-01T09:30:00Z\nsource = 'web'\n";
        assert_eq!(
            format(text),
            "[[subscriber]]\nemail = \"a@k.example\"\nconsent = { at = 2026-11-01T09:30:00+00:00, source = \"web\" }\n"
        );
    }

    #[test]
    fn what_add_writes_is_laid_out_already() {
        let text = Draft {
            email: "a@k.example".into(),
            name: Some("O'Hara \"Bo\" \\".into()),
            topics: vec!["a".into(), "b".into()],
            ..Draft::default()
        }
        .to_toml();
        assert_eq!(format(&text), text);
        assert_eq!(format(""), "");
    }

    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => Just(String::new()),
            1 => Just("  \t".to_owned()),
            2 => "# [a-zæøå\"']{0,9}",
            4 => Just("[[subscriber]]".to_owned()),
            4 => Just("[[subscriber]]\nemail = \"a@k.example\" # c".to_owned()),
            1 => Just(" [[ subscriber ]]  # \"\"\"".to_owned()),
            1 => Just("[subscriber.consent]\nat = 2026-11-01T09:30:00Z".to_owned()),
            2 => "email *= *\"[a-z]{1,5}@[a-z]{1,5}\\.example\"( # x)?",
            1 => "name = '[a-z\"]{0,5}'",
            1 => "first_name = \"[a-zæ']{0,5}\"",
            1 => Just("topics = [ \"a\",\n  'b' ]".to_owned()),
            1 => Just("sections = [ \"a\", # a\n  # b\n 'b' ]".to_owned()),
            1 => Just("consent = { text=\"\"\"\n# two  \n\n[[subscriber]]\nthree\"\"\", at = 2026-11-01T09:30:00+01:00,  source=\"web\" }".to_owned()),
            1 => Just("paused_until = 2026-12-01 # soon".to_owned()),
            1 => Just("frequency = \"weekly\"".to_owned()),
            1 => Just("frequency = \"dayly\"".to_owned()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

        #[test]
        fn nobody_and_no_comment_is_lost_and_twice_is_as_once(
            lines in prop::collection::vec(line(), 0..14), crlf in any::<bool>(), mark in any::<bool>(),
        ) {
            let mut text = lines.join("\n");
            if crlf { text = text.replace('\n', "\r\n"); }
            if mark { text = format!("{BYTE_ORDER_MARK}{text}"); }
            prop_assume!(cut(&text).is_ok());
            let once = format(&text);
            prop_assert!(cut(&once).is_ok(), "{}", once);
            prop_assert_eq!(read(&once).1, read(&text).1);
            let hashes = |text: &str| {
                let mut all: Vec<String> = text.split_inclusive('#').skip(1).map(|rest| rest.chars().take(3).collect::<String>().trim().to_owned()).collect();
                all.sort();
                all
            };
            prop_assert_eq!(hashes(&once).len(), hashes(&text).len());
            prop_assert_eq!(format(&once), once);
        }
    }
}
