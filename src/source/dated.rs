//! What a date a text states comes to: the understood instant, or the raw words with a warning; of an update the
//! instant, or nothing.

use super::{DateReading, Entry, Updates};
use crate::domain::{
    article::{Article, Certainty, Origin, Published},
    fault::Fault,
};

/// Where a date stood.
pub(super) struct Place<'a> {
    /// What it was taken from: `date line`, ``feed `pubDate` ``.
    pub from: &'a str,
    /// The line in the file, counted from 1.
    pub line: Option<usize>,
}

/// Writes a stated date of publication into an article: the raw words are kept whatever becomes of their reading. Gives
/// what is wrong with it.
pub(super) fn publish(
    article: &mut Article,
    entry: &Entry<'_>,
    raw: String,
    reading: &DateReading,
    place: &Place<'_>,
) -> Option<Fault> {
    let doubt = match reading {
        DateReading::Known(when, certainty) => {
            known(article, raw, *when, *certainty, place);
            return None;
        }
        DateReading::Ambiguous(_) => {
            format!("the date `{raw}` can be read in two ways and is left open")
        }
        DateReading::OutOfRange(year) => {
            format!("the date `{raw}` is in the year {year:04}, which cannot be; it is left open")
        }
        DateReading::Unread => format!("the date `{raw}` cannot be read and is left open"),
    };
    let remedy = match reading {
        DateReading::OutOfRange(_) => "write the real date, or remove the line",
        _ => "declare the source's `date_formats`, such as `[\"%d/%m/%y %H:%M\"]`",
    };
    article.published = Published {
        at: None,
        raw: Some(raw),
        certainty: None,
    };
    let mut fault = Fault::warning(doubt)
        .in_file(entry.path.clone())
        .for_key("published")
        .remedy(remedy);
    fault.line = place.line;
    Some(fault)
}

/// Writes into an article when it was updated, where its source's word counts in that. What cannot be read says nothing.
pub(super) fn update(article: &mut Article, entry: &Entry<'_>, raw: &str, place: &Place<'_>) {
    if entry.settings.updates == Updates::Ignore {
        return;
    }
    if let DateReading::Known(when, certainty) = entry.dates().read(raw) {
        article.changed = Some(when);
        article.provenance.insert(
            "changed",
            Origin {
                certainty,
                from: place.from.to_owned(),
                line: place.line,
            },
        );
    }
}

fn known(
    article: &mut Article,
    raw: String,
    when: crate::domain::article::When,
    certainty: Certainty,
    place: &Place<'_>,
) {
    article.published = Published {
        at: Some(when),
        raw: Some(raw),
        certainty: Some(certainty),
    };
    article.provenance.insert(
        "published",
        Origin {
            certainty,
            from: place.from.to_owned(),
            line: place.line,
        },
    );
}
