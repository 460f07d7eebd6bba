//! One pass over all subscriber files, entry by entry, with nothing kept.

use std::{borrow::Cow, sync::Arc};

use super::{
    Folder, Known,
    defaults::{self, Defaults},
    entry::Entry,
    file::{astray, unreadable},
    folder::Extent,
    no_folder,
    stream::{self, Sound, Unread},
};
use crate::domain::fault::Fault;

/// A file that can be cut safely, and where it begins when all are laid end to end.
#[derive(Debug)]
struct SoundFile {
    extent: Extent,
    shown: Arc<str>,
    sound: Sound,
    start: usize,
    /// What its entries mean by saying nothing; `None` where it has no `[defaults]`.
    defaults: Option<Defaults>,
}

/// The files of a folder, each surveyed.
#[derive(Debug, Default)]
pub(super) struct Survey {
    files: Vec<SoundFile>,
    /// The files, or the folder, that hold the send.
    pub(super) uncuttable: Vec<Fault>,
}

/// An entry and where it stands.
#[derive(Debug)]
pub(super) struct Walked<'a> {
    pub(super) entry: Entry,
    /// The file, as messages show it.
    pub(super) path: &'a Arc<str>,
    pub(super) line: usize,
    /// Its first octet when all files are laid end to end.
    pub(super) octet: usize,
}

/// What a walk comes by.
#[derive(Debug)]
pub(super) enum Step<'a> {
    /// A fault of a file that costs nobody.
    Fault(Fault),
    Entry(Walked<'a>),
}

impl Survey {
    /// Looks whether every file of a folder can be cut.
    pub(super) fn of(folder: &Folder, known: &Known) -> Self {
        let mut survey = Self::default();
        let names = match folder.files() {
            Ok(names) => names,
            Err(error) => {
                survey.uncuttable.push(no_folder(folder, &error));
                return survey;
            }
        };
        let mut start = 0;
        for name in names {
            let (extent, shown) = (folder.extent(&name), folder.shown(&name));
            match stream::survey(&extent, known) {
                Ok(sound) => {
                    let defaults = match sound.astray {
                        Some(_) => Defaults::read(&defaults::preamble(&extent), known),
                        None => Ok(None),
                    };
                    match defaults {
                        Ok(defaults) => survey.files.push(SoundFile {
                            extent,
                            shown: shown.into(),
                            sound,
                            start,
                            defaults,
                        }),
                        Err(faults) => {
                            let named = faults.into_iter().map(|fault| fault.in_file(&shown));
                            survey.uncuttable.extend(named);
                        }
                    }
                    start += sound.length;
                }
                Err(unread) => survey.uncuttable.push(fault(&unread, &shown)),
            }
        }
        survey
    }

    /// How many entries the files have.
    pub(super) fn entries(&self) -> usize {
        self.files.iter().map(|file| file.sound.entries).sum()
    }

    /// Gives every entry, by file name, then as they stand. A file that has changed since may turn out not to be
    /// readable after all: its fault is given back.
    pub(super) fn walk(&self, known: &Known, take: &mut dyn FnMut(Step<'_>)) -> Vec<Fault> {
        let mut faults = Vec::new();
        for file in &self.files {
            let known = match &file.defaults {
                Some(defaults) => defaults.over(known),
                None => Cow::Borrowed(known),
            };
            if let Some(before) = file.sound.astray.filter(|_| file.defaults.is_none()) {
                take(Step::Fault(astray(before, &file.shown)));
            }
            let read = stream::entries(&file.extent, |passed| {
                let mut entry = passed.read(&known);
                if let Err(faults) = &mut entry.reader {
                    for fault in faults {
                        fault.path = Some(file.shown.to_string());
                    }
                }
                take(Step::Entry(Walked {
                    entry,
                    path: &file.shown,
                    line: passed.line,
                    octet: file.start + passed.start,
                }));
            });
            faults.extend(read.err().map(|unread| fault(&unread, &file.shown)));
        }
        faults
    }

    /// Reads the entry whose header stands at an octet of the files laid end to end, on a line of its file.
    pub(super) fn entry_at(
        &self,
        octet: usize,
        line: usize,
        known: &Known,
    ) -> Option<(Entry, &Arc<str>)> {
        let after = self.files.partition_point(|file| file.start <= octet);
        // Empty files begin where the next does; the last that begins there has the entry.
        let file = self.files.get(after.checked_sub(1)?)?;
        let entry = stream::entry_at(&file.extent, octet - file.start, line, known)?;
        Some((entry, &file.shown))
    }
}

fn fault(unread: &Unread, shown: &str) -> Fault {
    match unread {
        Unread::Io(error) => unreadable(shown, error),
        Unread::Uncuttable(error) => error.fault().in_file(shown),
    }
}
