//! What the desk shows of an issue, as one document: the page reads it, whether it lies in a file or is served.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{difference::Difference, headers, pictures::Pictures, shown::Shown, studio::Made};
use crate::domain::{
    fault::Fault,
    issue::{Frequency, IssueKey},
    key::hex,
};

/// The document.
#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    issue: String,
    date: String,
    frequency: &'static str,
    hash: String,
    frozen: bool,
    letters: Vec<LetterSheet>,
    /// The pictures of the letters, by the addresses they have there.
    pictures: BTreeMap<String, String>,
    /// Every article with its rules' findings, as in `issue.json`.
    articles: Value,
    readers: Readers,
    difference: Option<Difference>,
    findings: Vec<Fault>,
    held: Vec<Fault>,
}

/// One letter.
#[derive(Debug, Serialize)]
struct LetterSheet {
    name: String,
    /// Whose it is, where it is one reader's.
    reader: Option<String>,
    frequency: &'static str,
    language: &'static str,
    subject: String,
    preheader: String,
    html: Option<String>,
    text: String,
    source: String,
    headers: Vec<(String, String)>,
    /// The octets of the mail.
    bytes: usize,
    /// How many readers get just this edition.
    readers: Option<u64>,
    /// The articles in it.
    items: Vec<String>,
}

/// Who gets the issue.
#[derive(Debug, Serialize)]
struct Readers {
    letters: u64,
    /// Readers of the frequency who get none.
    without: u64,
    editions: usize,
}

impl Sheet {
    /// What is shown of an issue; letters may be of another besides, for which it is `further`.
    pub(super) fn of(
        made: &Made,
        further: Option<&Made>,
        shown: &[Shown],
        pictures: &Pictures,
        difference: Option<Difference>,
        faults: &[Fault],
        held: &[Fault],
    ) -> Self {
        let record: Value = serde_json::from_str(&made.record).unwrap_or_default();
        let mut ids: BTreeMap<Frequency, Vec<String>> = BTreeMap::new();
        ids.insert(made.key.frequency, items_of(&record));
        if let Some(further) = further {
            let record: Value = serde_json::from_str(&further.record).unwrap_or_default();
            ids.insert(further.key.frequency, items_of(&record));
        }
        let IssueKey { date, frequency } = made.key;
        Self {
            issue: made.key.to_string(),
            date: date.to_string(),
            frequency: frequency.word(),
            hash: hex(&made.stamp.hash)[..12].to_owned(),
            frozen: made.frozen,
            letters: shown
                .iter()
                .map(|shown| LetterSheet::of(shown, &ids))
                .collect(),
            pictures: pictures
                .inline()
                .into_iter()
                .map(|(address, data)| (address.to_owned(), data))
                .collect(),
            articles: record["articles"].clone(),
            readers: Readers {
                letters: made.counts.values().sum(),
                without: made.without,
                editions: made.counts.len(),
            },
            difference,
            findings: faults.to_vec(),
            held: held.to_vec(),
        }
    }
}

impl LetterSheet {
    fn of(shown: &Shown, ids: &BTreeMap<Frequency, Vec<String>>) -> Self {
        let ids = ids.get(&shown.frequency);
        let id = |item: &usize| ids.and_then(|ids| ids.get(*item)).cloned();
        Self {
            headers: headers::decoded(&shown.letter),
            bytes: shown.letter.len(),
            source: String::from_utf8_lossy(&shown.letter).into_owned(),
            items: shown.items.iter().filter_map(id).collect(),
            name: shown.name.clone(),
            reader: shown.reader.clone(),
            frequency: shown.frequency.word(),
            language: shown.language.tag(),
            subject: shown.subject.clone(),
            preheader: shown.preheader.clone(),
            html: shown.html.clone(),
            text: shown.text.clone(),
            readers: shown.readers,
        }
    }
}

/// The ids of what a record says is printed, in order.
fn items_of(record: &Value) -> Vec<String> {
    let items = record["items"].as_array();
    items
        .into_iter()
        .flatten()
        .map(|item| item["id"].as_str().unwrap_or_default().to_owned())
        .collect()
}
