//! `overblik subscribers show`

use clap::Args;

use super::{Place, address, reader::Reader};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{address::Address, fault::Fault},
    roster::{Found, find},
};

/// Shows one reader: every choice, the consent on record, and where the entry stands
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overblik subscribers show anna@kommune.example")]
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
        session.data(&reader.page());
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
