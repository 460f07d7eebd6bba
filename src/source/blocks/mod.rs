//! What stands in the blocks of an issue: a JSON list of titled links in a file or at an address, which is kept on a
//! shelf as a source is. A block that cannot be read costs only itself.

mod entries;
mod titles;

use std::{fs, io};

use chrono::{DateTime, Duration, Utc};
use url::Url;

use super::{
    Asker, Reading, encoding,
    fetched::{said_of, shown},
    file,
    web::{Answer, Asked, Copy, Label, Note, Past, Shelf, Wanted},
};
use crate::domain::{
    block::{BlockEntry, BlockKind, BlockSettings, IssueBlock},
    fault::{Fault, Severity},
};

pub(super) use titles::fill as fill_titles;

/// Reads the JSON of a block.
///
/// # Errors
/// Why it is no list of links.
pub fn read_list(text: &str, kind: BlockKind) -> Result<Vec<BlockEntry>, String> {
    Ok(entries::read(text, kind, None)?.entries)
}

/// The block with what stands in it now, and what is doubtful or wrong about that.
pub(super) fn read(settings: &BlockSettings, reading: &Reading<'_>) -> (IssueBlock, Vec<Fault>) {
    let mut block = settings.empty();
    let mut faults = Vec::new();
    if settings.kind != BlockKind::Events {
        match found(settings, reading, &mut faults) {
            Ok(Some(found)) => block.entries = found.entries(settings, reading, &mut faults),
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    // The letter is whole without the block.
    for fault in &mut faults {
        fault.severity = Severity::Warning;
        fault.key.get_or_insert_with(|| settings.id.clone());
    }
    (block, faults)
}

/// The octets of a list, and how old they are.
struct FoundList {
    place: String,
    bytes: Vec<u8>,
    charset: Option<String>,
    /// Where it was fetched; relative addresses start there.
    address: Option<Url>,
    /// When it was written, or last said to be the newest.
    as_of: Option<DateTime<Utc>>,
}

/// The list in a block's file or on its shelf; `None` where nothing was fetched yet, which is said.
fn found(
    settings: &BlockSettings,
    reading: &Reading<'_>,
    faults: &mut Vec<Fault>,
) -> Result<Option<FoundList>, Fault> {
    let Some(url) = &settings.url else {
        let path = reading.folder.join(&settings.path);
        let place = settings.path.display().to_string();
        let bytes = file::read(&path).map_err(|reason| left_out(&place, &reason))?;
        let written = fs::metadata(&path).and_then(|data| data.modified()).ok();
        return Ok(Some(FoundList {
            place,
            bytes,
            charset: None,
            address: None,
            as_of: written.map(DateTime::from),
        }));
    };
    let shelf = shelf(settings, url, reading);
    let newest = shelf.newest();
    if let Some(note) = shelf.note() {
        faults.extend(said_of(&note, newest.as_ref(), url, &settings.id));
    }
    Ok(newest.map(|copy| FoundList {
        place: shown(url),
        bytes: copy.bytes,
        charset: copy.label.charset,
        address: Some(copy.label.address),
        as_of: Some(copy.label.fetched),
    }))
}

impl FoundList {
    /// The entries, unless they are too old to be shown.
    fn entries(
        &self,
        settings: &BlockSettings,
        reading: &Reading<'_>,
        faults: &mut Vec<Fault>,
    ) -> Vec<BlockEntry> {
        if let (Some(as_of), Some(oldest)) = (self.as_of, settings.oldest_hours())
            && reading.now - as_of > Duration::hours(i64::from(oldest))
        {
            let reason = format!(
                "is of {} and older than {oldest} hours",
                as_of.format("%Y-%m-%d %H:%M UTC")
            );
            faults.push(
                left_out(&self.place, &reason)
                    .remedy("see why it is not made anew, or raise `stale_hours`"),
            );
            return Vec::new();
        }
        match self.list(settings.kind) {
            Ok(list) => {
                faults.extend(
                    list.doubts
                        .into_iter()
                        .map(|doubt| Fault::warning(doubt).in_file(self.place.clone())),
                );
                list.entries
            }
            Err(reason) => {
                faults.push(left_out(&self.place, &reason));
                Vec::new()
            }
        }
    }

    fn list(&self, kind: BlockKind) -> Result<entries::List, String> {
        let text = encoding::decode(&self.bytes, self.charset.as_deref())?.text;
        entries::read(&text, kind, self.address.as_ref())
    }
}

fn left_out(place: &str, reason: &str) -> Fault {
    let (why, remedy) = reason
        .split_once("; ")
        .map_or((reason, None), |(why, remedy)| (why, Some(remedy)));
    let mut fault = Fault::warning(format!("{why}; the block is left out")).in_file(place);
    fault.remedy = remedy.map(str::to_owned);
    fault
}

fn shelf(settings: &BlockSettings, url: &Url, reading: &Reading<'_>) -> Shelf {
    Shelf::at(reading.web.cache.join("blocks").join(&settings.id), url)
}

/// What is asked of a block on the web; `None` for one on disk.
pub(super) fn asked<'a>(
    settings: &'a BlockSettings,
    reading: &Reading<'_>,
) -> Option<Asked<'a, Asker<'a>>> {
    let url = settings.url.as_ref()?;
    Some(Asked {
        whose: Asker::Block(settings),
        url,
        shelf: shelf(settings, url, reading),
        allow_private: settings.allow_private,
        seconds: settings.timeout_seconds,
        wanted: Wanted::List,
    })
}

/// Keeps what a block's address answered, when it is sound, and writes down how asking went.
///
/// # Errors
/// What the file system says.
pub(super) fn keep(
    settings: &BlockSettings,
    answer: Answer,
    reading: &Reading<'_>,
) -> io::Result<()> {
    let Some(url) = &settings.url else {
        return Ok(());
    };
    let at = reading.web.at;
    let shelf = shelf(settings, url, reading);
    let mut note = Note {
        url: url.clone(),
        asked: at,
        not_before: None,
        failure: None,
        moved: None,
    };
    match answer {
        Answer::Sent(sent) => {
            let label = Label {
                url: url.clone(),
                address: sent.address,
                charset: sent.charset,
                validators: sent.validators,
                fetched: at,
            };
            note.moved = sent.moved;
            let found = FoundList {
                place: String::new(),
                bytes: sent.bytes,
                charset: label.charset.clone(),
                address: Some(label.address.clone()),
                as_of: None,
            };
            match found.list(settings.kind) {
                Ok(_) => shelf.put(
                    &Copy {
                        label,
                        bytes: found.bytes,
                    },
                    Past::Dropped,
                )?,
                Err(reason) => note.failure = Some(reason),
            }
        }
        Answer::Same => {
            // Said to be the newest today, it is as fresh as if it had been sent.
            if let Some(mut copy) = shelf.newest() {
                copy.label.fetched = at;
                shelf.put(&copy, Past::Dropped)?;
            }
        }
        Answer::Failed { reason, not_before } => {
            note.failure = Some(reason);
            note.not_before = not_before;
        }
    }
    shelf.write_note(&note)
}
