//! Sources on the web as their shelves hold them. Asking and reading are two acts: what was fetched stays, so a source
//! that is dead today costs no more than what it would have said today.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use url::Url;

use super::{
    Collected, DocumentReader, Entry, Outcome, Reader, Reading, Refusal, Source, SourceSettings,
    file::FileText,
    reader_of,
    web::{self, Answer, Copy, Label, Note, Past, Sent, Shelf},
};
use crate::domain::fault::Fault;

/// A source on the web.
pub(super) struct Fetched {
    pub(super) settings: SourceSettings,
    pub(super) url: Url,
    pub(super) reader: DocumentReader,
}

impl Source for Fetched {
    fn collect(&self, reading: &Reading<'_>) -> Collected {
        let mut all = Collected::default();
        let shelf = Shelf::of(reading.web.cache, &self.settings.name, &self.url);
        let newest = shelf.newest();
        if let Some(note) = shelf.note() {
            all.warnings.extend(self.said_of(&note, newest.as_ref()));
        }
        let Some(newest) = newest else {
            return all;
        };
        let copy = match self.read(&newest, reading) {
            Ok(copy) => copy,
            Err(refused) => {
                all.refused.extend(refused);
                return all;
            }
        };
        all.warnings.extend(copy.doubts);
        let mut ids = ids_of(&copy.outcomes);
        let mut met = ids.clone();
        for outcome in copy.outcomes {
            all.judge_entry(outcome, &self.settings);
        }
        for earlier in shelf.earlier() {
            let Ok(copy) = self.read(&earlier, reading) else {
                continue;
            };
            let now = ids_of(&copy.outcomes);
            for outcome in left_behind(copy.outcomes, &ids) {
                if id_of(&outcome).is_some_and(|id| met.insert(id.to_owned())) {
                    all.judge_entry(outcome, &self.settings);
                }
            }
            ids = now;
        }
        all
    }
}

/// A copy as its reader reads it.
struct Read {
    outcomes: Vec<Outcome>,
    doubts: Vec<Fault>,
}

impl Fetched {
    fn read(&self, copy: &Copy, reading: &Reading<'_>) -> Result<Read, Vec<Refusal>> {
        let place = shown(&self.url);
        let refusal = |reason| {
            vec![Refusal {
                path: place.clone(),
                line: None,
                reason,
            }]
        };
        let file =
            FileText::of_document(&copy.bytes, copy.label.charset.as_deref()).map_err(refusal)?;
        let outcomes = (self.reader)(&Entry {
            path: place.clone(),
            stem: String::new(),
            file: &file,
            address: Some(&copy.label.address),
            settings: &self.settings,
            reading,
        })?;
        let doubts = file.doubts.iter();
        Ok(Read {
            outcomes,
            doubts: doubts
                .map(|doubt| Fault::warning(doubt.clone()).in_file(place.clone()))
                .collect(),
        })
    }

    /// What is said of how the last asking went.
    fn said_of(&self, note: &Note, newest: Option<&Copy>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(failure) = &note.failure {
            let (why, remedy) = failure
                .split_once("; ")
                .map_or((failure.as_str(), None), |(why, remedy)| {
                    (why, Some(remedy))
                });
            let mut fault = match newest {
                Some(copy) => Fault::warning(format!(
                    "{why}; its copy of {} is used",
                    copy.label.fetched.format("%Y-%m-%d %H:%M UTC")
                )),
                None => Fault::error(format!("{why}; no copy of it is kept")),
            };
            fault.remedy = remedy.map(str::to_owned);
            faults.push(fault.in_file(shown(&self.url)).for_key(&self.settings.name));
        }
        if let Some(moved) = &note.moved {
            faults.push(
                Fault::warning("has moved for good")
                    .in_file(shown(&self.url))
                    .for_key(&self.settings.name)
                    .remedy(format!("write `url = \"{}\"`", shown(moved))),
            );
        }
        faults
    }
}

/// Asks the sources on the web that are due, and keeps what is sound. Gives what could not be kept.
pub(super) fn fetch(sources: &[SourceSettings], reading: &Reading<'_>) -> Vec<Fault> {
    let on_the_web: Vec<&SourceSettings> = sources
        .iter()
        .filter(|source| source.url.is_some())
        .collect();
    let mut faults = Vec::new();
    for (settings, answer) in web::round(&on_the_web, &reading.web) {
        let (Some(url), Reader::Document(reader)) =
            (settings.url.clone(), reader_of(settings.kind))
        else {
            continue;
        };
        let source = Fetched {
            settings: settings.clone(),
            url,
            reader,
        };
        if let Err(error) = source.keep(answer, reading) {
            faults.push(
                Fault::error(format!("what was fetched cannot be kept ({error})"))
                    .in_file(reading.web.cache.display().to_string())
                    .remedy("make room, and let the user that runs this write there"),
            );
        }
    }
    faults
}

impl Fetched {
    /// Puts a sound copy on the shelf and writes down how asking went.
    fn keep(&self, answer: Answer, reading: &Reading<'_>) -> std::io::Result<()> {
        let at = reading.web.at;
        let shelf = Shelf::of(reading.web.cache, &self.settings.name, &self.url);
        let mut note = Note {
            url: self.url.clone(),
            asked: at,
            not_before: None,
            failure: None,
            moved: None,
        };
        match answer {
            Answer::Sent(sent) => {
                note.moved.clone_from(&sent.moved);
                let copy = self.copy_of(*sent, at);
                match self.read(&copy, reading) {
                    Ok(read) => {
                        let past = self.past(&shelf, &read.outcomes, reading);
                        shelf.put(&copy, past)?;
                    }
                    Err(refused) => {
                        note.failure = refused.into_iter().next().map(|refusal| refusal.reason);
                    }
                }
            }
            Answer::Same if shelf.newest().is_some() => {}
            Answer::Same => {
                note.failure =
                    Some("answered that nothing has changed, but was not asked that".into());
            }
            Answer::Failed { reason, not_before } => {
                note.failure = Some(reason);
                note.not_before = not_before;
            }
        }
        shelf.write_note(&note)
    }

    fn copy_of(&self, sent: Sent, fetched: DateTime<Utc>) -> Copy {
        Copy {
            label: Label {
                url: self.url.clone(),
                address: sent.address,
                charset: sent.charset,
                validators: sent.validators,
                fetched,
            },
            bytes: sent.bytes,
        }
    }

    /// Whether the copy that was the newest holds articles that a new one does not.
    fn past(&self, shelf: &Shelf, new: &[Outcome], reading: &Reading<'_>) -> Past {
        let new = ids_of(new);
        let before = shelf
            .newest()
            .and_then(|copy| self.read(&copy, reading).ok());
        match before {
            Some(before) if !ids_of(&before.outcomes).is_subset(&new) => Past::Kept,
            _ => Past::Dropped,
        }
    }
}

fn id_of(outcome: &Outcome) -> Option<&str> {
    outcome
        .as_ref()
        .ok()
        .map(|taken| taken.article.id.0.as_str())
}

fn ids_of(outcomes: &[Outcome]) -> HashSet<String> {
    outcomes
        .iter()
        .filter_map(id_of)
        .map(str::to_owned)
        .collect()
}

/// The articles at a copy's end that the copy after it no longer has: they were pushed out by newer ones. One that is
/// gone while those below it still stand was taken back by its publisher.
fn left_behind(outcomes: Vec<Outcome>, next: &HashSet<String>) -> Vec<Outcome> {
    let stays = |outcome: &Outcome| id_of(outcome).is_some_and(|id| next.contains(id));
    let from = outcomes.iter().rposition(stays).map_or(0, |last| last + 1);
    outcomes.into_iter().skip(from).collect()
}

/// An address as people are told it: without a name, a password or a key in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}
