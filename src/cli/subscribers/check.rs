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
    roster::{Roster, Visit},
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
    let used = Used::of(place)?;
    let (mut doubts, mut subscribers, mut failed) = (Vec::new(), 0, None);
    let roster = Roster::visit(&place.folder, &place.known, &mut |visit| match visit {
        Visit::Anew => {
            doubts.clear();
            subscribers = 0;
        }
        Visit::Reader(listed) => {
            subscribers += 1;
            match doubts::of_reader(&listed, place, &used) {
                Ok(found) => doubts.extend(found),
                Err(failure) => failed = Some(failure),
            }
        }
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    let faults: Vec<&Fault> = roster.uncuttable.iter().chain(&roster.faults).collect();
    if session.global.json {
        session.json(&Document {
            ok: roster.is_sound(),
            faults: faults.into_iter().chain(&doubts).collect(),
            subscribers,
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
            "{subscribers} subscribers, {} entries refused",
            roster.refused
        ));
    }
    Ok(if roster.is_sound() {
        Exit::Done
    } else {
        Exit::Usage
    })
}
