//! One reader as these commands show it.

use chrono::NaiveDate;
use serde::Serialize;

use super::Place;
use crate::domain::{
    consent::Consent,
    delivery::Skip,
    issue::Frequency,
    language::Language,
    section::SectionId,
    subscriber::{Format, Subscriber},
    topic::TopicId,
};

/// A reader's JSON. Unknown values are `null` or `[]`; an empty list of topics or sections means all.
#[derive(Debug, Serialize)]
pub(super) struct Reader<'a> {
    pub(super) email: String,
    pub(super) name: Option<&'a str>,
    pub(super) first_name: Option<&'a str>,
    pub(super) topics: &'a [TopicId],
    pub(super) sections: &'a [SectionId],
    pub(super) frequency: Frequency,
    pub(super) format: Format,
    pub(super) language: Language,
    pub(super) consent: Option<&'a Consent>,
    pub(super) paused_until: Option<NaiveDate>,
    /// `active`, or why no mail goes: `paused`, `left`, `suppressed`.
    pub(super) state: &'static str,
    pub(super) path: &'a str,
    pub(super) line: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the present instant.
    pub(super) fn new(
        subscriber: &'a Subscriber,
        path: &'a str,
        line: usize,
        place: &Place,
    ) -> Self {
        Self {
            email: subscriber.address.to_string(),
            name: subscriber.name.as_deref(),
            first_name: subscriber.first_name.as_deref(),
            topics: &subscriber.choices.topics,
            sections: &subscriber.choices.sections,
            frequency: subscriber.frequency,
            format: subscriber.choices.format,
            language: subscriber.choices.language,
            consent: subscriber.consent.as_ref(),
            paused_until: subscriber.paused_until,
            state: state(subscriber, place),
            path,
            line,
        }
    }

    /// The format's word.
    pub(super) fn format_word(&self) -> &'static str {
        self.format.word()
    }

    /// The reader as a page of lines.
    pub(super) fn page(&self) -> String {
        let consent = self
            .consent
            .map_or_else(|| "none on record".into(), consent);
        let paused = self.paused_until.map(|day| day.to_string());
        let lines = [
            ("email", self.email.clone()),
            ("name", self.name.unwrap_or("-").into()),
            ("first name", self.first_name.unwrap_or("-").into()),
            ("topics", ids(self.topics)),
            ("sections", ids(self.sections)),
            ("frequency", self.frequency.to_string()),
            ("format", self.format_word().into()),
            ("language", self.language.tag().into()),
            ("consent", consent),
            ("paused until", paused.unwrap_or_else(|| "-".into())),
            ("state", self.state.into()),
            ("stands at", format!("{}:{}", self.path, self.line)),
        ];
        lines
            .iter()
            .map(|(label, words)| format!("{label:13} {words}\n"))
            .collect()
    }
}

fn consent(consent: &Consent) -> String {
    let source = consent.source.iter().map(|source| format!(", {source}"));
    let text = consent.text.iter().map(|text| format!(", text {text}"));
    let given = consent
        .frequency
        .iter()
        .map(|given| format!(", for {given} mail"));
    // Words of a file may hold line breaks here; on a page of lines they are blanks.
    std::iter::once(consent.at.to_rfc3339())
        .chain(source)
        .chain(text)
        .chain(given)
        .collect::<String>()
        .replace(char::is_control, " ")
}

/// The reader's own word comes before the file's.
fn state(subscriber: &Subscriber, place: &Place) -> &'static str {
    if let Some(skip) = place.says(&subscriber.address) {
        return skip.word();
    }
    let today = place.now.with_timezone(&place.zone).date_naive();
    match subscriber.paused_until {
        Some(day) if today < day => Skip::Paused.word(),
        _ => "active",
    }
}

/// Ids as a person reads them; none means all.
pub(super) fn ids<Id: ToString>(ids: &[Id]) -> String {
    if ids.is_empty() {
        return "all".to_owned();
    }
    let words: Vec<String> = ids.iter().map(ToString::to_string).collect();
    words.join(", ")
}
