//! The faults of one entry, gathered so that all are said together.

use std::ops::Range;

use toml::de::DeTable;

use crate::domain::{
    address::mask,
    fault::{Fault, nearest},
};

/// The most faults told of one entry: with so many, it is to be written anew.
pub(super) const MAX_FAULTS: usize = 20;

/// The faults of one entry as they are found.
#[derive(Debug)]
pub(super) struct Notes<'a> {
    text: &'a str,
    first_line: usize,
    syntax_lines: Vec<usize>,
    faults: Vec<Fault>,
}

impl<'a> Notes<'a> {
    /// None yet, of an entry that begins on line `first_line`.
    pub(super) fn new(text: &'a str, first_line: usize) -> Self {
        Self {
            text,
            first_line,
            syntax_lines: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Notes a fault at a byte of the entry.
    pub(super) fn note(
        &mut self,
        at: usize,
        key: Option<String>,
        reason: String,
        remedy: impl Into<String>,
    ) {
        if self.faults.len() == MAX_FAULTS {
            return;
        }
        let fault = Fault::error(reason)
            .at_line(self.line_of(at))
            .remedy(remedy);
        self.faults.push(match key {
            Some(key) => fault.for_key(key),
            None => fault,
        });
    }

    /// Notes a fault of a value.
    pub(super) fn value(
        &mut self,
        key: &str,
        span: Range<usize>,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.note(span.start, Some(key.to_owned()), reason.into(), remedy);
    }

    /// Notes that a key is absent.
    pub(super) fn missing(&mut self, key: &str, remedy: &str) {
        // Where the entry does not parse, the key may well stand in what was lost.
        if self.syntax_lines.is_empty() {
            self.note(0, Some(key.to_owned()), "missing".into(), remedy);
        }
    }

    /// Notes where the text is not TOML, once a line: the parser finds more slips in one slip's wake.
    pub(super) fn syntax(&mut self, at: usize, message: &str) {
        let line = self.line_of(at);
        if !self.syntax_lines.contains(&line) {
            self.syntax_lines.push(line);
            self.note(
                at,
                None,
                format!("not valid TOML: {message}"),
                "write `key = \"value\"`, one a line",
            );
        }
    }

    fn line_of(&self, at: usize) -> usize {
        // A fault at the end of the text is a fault of the last line that has any.
        let before = self
            .text
            .as_bytes()
            .get(..at)
            .unwrap_or(self.text.trim_end().as_bytes());
        self.first_line + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// The faults by line. On a line that does not parse, only that is said.
    pub(super) fn finish(mut self) -> Vec<Fault> {
        let syntax_lines = self.syntax_lines;
        self.faults.retain(|fault| {
            fault.reason.starts_with("not valid TOML")
                || !fault.line.is_some_and(|line| syntax_lines.contains(&line))
        });
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }
}

/// Notes every key of a table that is not among the known, with the nearest that is.
pub(super) fn unknown_keys(
    table: &DeTable<'_>,
    prefix: &str,
    known: &[&'static str],
    notes: &mut Notes<'_>,
) {
    for key in table.keys() {
        let word: &str = key.get_ref();
        if known.contains(&word) {
            continue;
        }
        let remedy = match nearest(word, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("take it away; the keys are {}", listed(known)),
        };
        notes.note(
            key.span().start,
            Some(format!("{prefix}{}", shown(word))),
            "unknown key".into(),
            remedy,
        );
    }
}

/// Words in backticks, parted by commas.
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// A word of the file as a message may show it: short, without control characters, addresses masked.
pub(super) fn shown(word: &str) -> String {
    if word.contains('@') {
        return mask(word);
    }
    let clean = word.chars().filter(|c| !c.is_control());
    let short: String = clean.clone().take(40).collect();
    if clean.count() > 40 {
        format!("{short}…")
    } else {
        short
    }
}
