//! Sources on the web as their shelves hold them. Asking and reading are two acts: what was fetched stays, so a source
//! that is dead today costs no more than what it would have said today.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use url::Url;

use super::{
    Asker, Collected, DocumentReader, Entry, Outcome, Reader, Reading, Refusal, Source,
    SourceSettings,
    file::FileText,
    reader_of,
    web::{Answer, Asked, Copy, Label, Note, Past, Sent, Shelf, Wanted},
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
            all.warnings.extend(said_of(
                &note,
                newest.as_ref(),
                &self.url,
                &self.settings.name,
            ));
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
}

/// What is said of how the last asking of an address went; `name` is whose address it is.
pub(super) fn said_of(note: &Note, newest: Option<&Copy>, url: &Url, name: &str) -> Vec<Fault> {
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
        faults.push(fault.in_file(shown(url)).for_key(name));
    }
    if let Some(moved) = &note.moved {
        faults.push(
            Fault::warning("has moved for good")
                .in_file(shown(url))
                .for_key(name)
                .remedy(format!("write `url = \"{}\"`", shown(moved))),
        );
    }
    faults
}

/// What is asked of a source on the web; `None` for one on disk.
pub(super) fn asked<'a>(
    settings: &'a SourceSettings,
    reading: &Reading<'_>,
) -> Option<Asked<'a, Asker<'a>>> {
    let url = settings.url.as_ref()?;
    Some(Asked {
        whose: Asker::Source(settings),
        url,
        shelf: Shelf::of(reading.web.cache, &settings.name, url),
        allow_private: settings.allow_private,
        seconds: settings.timeout_seconds,
        wanted: Wanted::Document,
    })
}

/// Keeps what a source on the web answered, when it is sound.
///
/// # Errors
/// What the file system says.
pub(super) fn keep(
    settings: &SourceSettings,
    answer: Answer,
    reading: &Reading<'_>,
) -> std::io::Result<()> {
    match (settings.url.clone(), reader_of(settings.kind)) {
        (Some(url), Reader::Document(reader)) => Fetched {
            settings: settings.clone(),
            url,
            reader,
        }
        .keep(answer, reading),
        _ => Ok(()),
    }
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
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}
