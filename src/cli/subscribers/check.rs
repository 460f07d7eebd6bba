//! `overblik subscribers check`

use clap::Args;
use serde::Serialize;

use super::{
    Place,
    doubts::{self, Used},
};
use crate::{
    cli::{Exit, Failure, Session, newsroom},
    domain::fault::Fault,
    roster::Roster,
};

/// Check every subscriber file: each fault with file, line, reason and remedy
///
/// Doubtful addresses and consents that do not carry the mail are warned about, and change no exit code.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    faults: Vec<&'a Fault>,
    subscribers: usize,
    refused: usize,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    _arguments: &Arguments,
) -> Result<Exit, Failure> {
    let roster = Roster::read(&place.folder, &place.known);
    let used = Used::of(place)?;
    let mut doubts = Vec::new();
    for listed in &roster.entries {
        doubts.extend(doubts::of_reader(listed, place, &used)?);
    }
    let faults: Vec<&Fault> = roster.uncuttable.iter().chain(&roster.faults).collect();
    if session.global.json {
        session.json(&Document {
            ok: roster.is_sound(),
            faults: faults.into_iter().chain(&doubts).collect(),
            subscribers: roster.entries.len(),
            refused: roster.refused,
        });
    } else {
        for fault in faults {
            session.warn(&fault.to_string());
        }
        newsroom::name_faults(session, doubts);
        for fault in &roster.uncuttable {
            let path = fault.path.as_deref().unwrap_or_default();
            session.warn(&format!("nothing is sent before `{path}` is mended"));
        }
        session.say(&format!(
            "{} subscribers, {} entries refused",
            roster.entries.len(),
            roster.refused
        ));
    }
    Ok(if roster.is_sound() {
        Exit::Done
    } else {
        Exit::Usage
    })
}
