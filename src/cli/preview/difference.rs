//! What is another than in the issue before, of the same frequency.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::studio::Made;
use crate::{
    cli::Failure,
    domain::{language::Language, piece::Edition, section::Section, subscriber::Format},
    store::{Read as _, sqlite::SqliteStore},
};

/// Two issues side by side.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    /// The issue before.
    since: String,
    rows: Vec<Row>,
    /// The titles it had.
    titles: Vec<String>,
}

/// One line: what it is, now and before. `what` is a word of ours, or a section's name.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    now: String,
    before: String,
}

/// What is compared of an issue.
struct Measured {
    subject: String,
    preheader: String,
    bytes: usize,
    letters: u64,
    /// How many items a section has.
    sections: BTreeMap<String, usize>,
    titles: Vec<String>,
}

impl Difference {
    /// Against the newest issue before, in the newsletter's own language; `None` where there is none.
    pub(super) fn of(
        store: Option<&SqliteStore>,
        made: &Made,
        language: Language,
        sections: &[Section],
    ) -> Result<Option<Self>, Failure> {
        let Some(store) = store else {
            return Ok(None);
        };
        let before = store.issues()?.into_iter().rfind(|issue| {
            issue.key.frequency == made.key.frequency && issue.key.date < made.key.date
        });
        let Some(issue) = before else {
            return Ok(None);
        };
        let lengths: Vec<usize> = made
            .pieces
            .iter()
            .map(|piece| piece.to_stored().len())
            .collect();
        let now = Measured::of(
            &made.record,
            &made.editions,
            &lengths,
            made.counts.values().sum(),
            language,
        );
        let pieces = store.pieces(issue.number)?;
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece.bytes.len()).collect();
        let counts = store.edition_counts(issue.number)?;
        let before = Measured::of(
            &store.record(issue.number)?,
            &store.first_editions(issue.number, 4)?,
            &lengths,
            counts.iter().map(|(_, count)| count).sum(),
            language,
        );
        Ok(Some(Self {
            since: issue.key.to_string(),
            rows: rows(&now, &before, sections),
            titles: before.titles,
        }))
    }
}

impl Measured {
    fn of(
        record: &str,
        editions: &[Edition],
        lengths: &[usize],
        letters: u64,
        language: Language,
    ) -> Self {
        let record: Value = serde_json::from_str(record).unwrap_or_default();
        let items = record["items"].as_array().map_or(&[][..], Vec::as_slice);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut sections = BTreeMap::new();
        for item in items {
            *sections.entry(text(&item["section"])).or_default() += 1;
        }
        let whole = editions
            .iter()
            .find(|edition| edition.language == language && edition.format == Format::Html);
        let length = |whole: &Edition| {
            let numbers = whole.html.iter();
            numbers
                .filter_map(|number| lengths.get(number.0 as usize))
                .sum()
        };
        Self {
            subject: whole.map_or_else(String::new, |whole| whole.subject.clone()),
            preheader: whole.map_or_else(String::new, |whole| whole.preheader.clone()),
            bytes: whole.map_or(0, length),
            letters,
            sections,
            titles: items.iter().map(|item| text(&item["title"])).collect(),
        }
    }
}

fn rows(now: &Measured, before: &Measured, sections: &[Section]) -> Vec<Row> {
    let row = |what: &str, now: String, before: String| Row {
        what: what.to_owned(),
        now,
        before,
    };
    let mut rows = vec![
        row("subject", now.subject.clone(), before.subject.clone()),
        row("preheader", now.preheader.clone(), before.preheader.clone()),
        row(
            "letters",
            now.letters.to_string(),
            before.letters.to_string(),
        ),
        row("bytes", now.bytes.to_string(), before.bytes.to_string()),
        row(
            "items",
            now.titles.len().to_string(),
            before.titles.len().to_string(),
        ),
    ];
    for section in sections {
        let of = |measured: &Measured| measured.sections.get(&section.id.0).copied().unwrap_or(0);
        if of(now) + of(before) > 0 {
            let (now, before) = (of(now).to_string(), of(before).to_string());
            rows.push(row(&section.name, now, before));
        }
    }
    rows
}
