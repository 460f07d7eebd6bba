//! `overblik subscribers show`

use clap::Args;

use super::{
    Place, address,
    reader::{Reader, ids},
};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{address::Address, consent::Consent, fault::Fault},
    roster::{Found, find},
};

/// Show one reader: every choice, the consent on record, and where the entry stands
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let usage = |faults| Failure {
        exit: Exit::Usage,
        faults,
    };
    let found = find(&place.folder, &place.known, &address).map_err(usage)?;
    let mut sound = found.iter().filter_map(|entry| {
        let subscriber = entry.entry.reader.as_ref().ok()?;
        Some(Reader::new(subscriber, &entry.path, entry.line, place))
    });
    let Some(reader) = sound.next() else {
        return Err(usage(faults_of(&address, &found)));
    };
    if session.global.json {
        session.json(&reader);
    } else {
        session.data(&page(&reader));
    }
    for entry in sound {
        session.warn(&format!(
            "the address stands again at {}:{}; that entry gets no mail",
            entry.path, entry.line
        ));
    }
    Ok(Exit::Done)
}

/// Why there is nobody to show.
fn faults_of(address: &Address, found: &[Found]) -> Vec<Fault> {
    if found.is_empty() {
        let masked = address.masked();
        return vec![
            Fault::error(format!("`{masked}` stands in no subscriber file"))
                .remedy("see who does with `overblik subscribers list`"),
        ];
    }
    found
        .iter()
        .filter_map(|entry| entry.entry.reader.as_ref().err())
        .flatten()
        .cloned()
        .collect()
}

fn page(reader: &Reader<'_>) -> String {
    let consent = reader
        .consent
        .map_or_else(|| "none on record".into(), consent);
    let paused = reader.paused_until.map(|day| day.to_string());
    let lines = [
        ("email", reader.email.clone()),
        ("name", reader.name.unwrap_or("-").into()),
        ("first name", reader.first_name.unwrap_or("-").into()),
        ("topics", ids(reader.topics)),
        ("sections", ids(reader.sections)),
        ("frequency", reader.frequency.to_string()),
        ("format", reader.format_word().into()),
        ("language", reader.language.tag().into()),
        ("consent", consent),
        ("paused until", paused.unwrap_or_else(|| "-".into())),
        ("state", reader.state.into()),
        ("stands at", format!("{}:{}", reader.path, reader.line)),
    ];
    lines
        .iter()
        .map(|(label, words)| format!("{label:13} {words}\n"))
        .collect()
}

fn consent(consent: &Consent) -> String {
    let source = consent.source.iter().map(|source| format!(", {source}"));
    let text = consent.text.iter().map(|text| format!(", text {text}"));
    // Words of a file may hold line breaks here; on a page of lines they are blanks.
    std::iter::once(consent.at.to_rfc3339())
        .chain(source)
        .chain(text)
        .collect::<String>()
        .replace(char::is_control, " ")
}
