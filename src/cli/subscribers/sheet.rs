//! Readers as comma-separated values: what `list --csv` and `export` write, and `import` reads.

use super::reader::Reader;
use crate::roster::import::csv_record;

/// The header.
pub(super) fn header() -> String {
    csv_record([
        "email",
        "name",
        "first_name",
        "topics",
        "sections",
        "frequency",
        "format",
        "language",
        "consent_at",
        "consent_source",
        "consent_text",
        "consent_frequency",
        "paused_until",
        "state",
    ])
}

/// One reader.
pub(super) fn record(reader: &Reader<'_>) -> String {
    let join = |words: Vec<&str>| words.join(",");
    let topics = join(reader.topics.iter().map(|id| id.0.as_str()).collect());
    let sections = join(reader.sections.iter().map(|id| id.0.as_str()).collect());
    let consent = reader.consent;
    let at = consent
        .map(|consent| consent.at.to_rfc3339())
        .unwrap_or_default();
    let paused = reader
        .paused_until
        .map(|day| day.to_string())
        .unwrap_or_default();
    csv_record([
        reader.email.as_str(),
        reader.name.unwrap_or_default(),
        reader.first_name.unwrap_or_default(),
        &topics,
        &sections,
        reader.frequency.word(),
        reader.format_word(),
        reader.language.tag(),
        &at,
        consent
            .and_then(|consent| consent.source.as_deref())
            .unwrap_or_default(),
        consent
            .and_then(|consent| consent.text.as_deref())
            .unwrap_or_default(),
        consent
            .and_then(|consent| consent.frequency)
            .map_or("", |given| given.word()),
        &paused,
        reader.state,
    ])
}
