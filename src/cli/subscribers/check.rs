//! `overblik subscribers check`

use std::net::SocketAddr;

use clap::Args;
use serde::Serialize;

use super::{
    Place,
    doubts::{self, Used},
    exchangers::Domains,
};
use crate::{
    cli::{Exit, Failure, Session, newsroom},
    domain::fault::Fault,
    roster::{Roster, Visit},
    transport::exchangers::NameServers,
};

/// Checks every subscriber file: each fault with file, line, reason and remedy
///
/// Doubtful addresses and consents that do not carry the mail are warned about, and change no exit code.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers check\n  overblik subscribers check --mx      # asks the DNS too"
)]
pub(super) struct Arguments {
    /// Ask the DNS too, once a domain, whether anybody takes its mail
    #[arg(long)]
    mx: bool,
    /// The name server to ask, in place of the system's
    #[arg(long, value_name = "ADDRESS:PORT", requires = "mx")]
    name_server: Option<SocketAddr>,
}

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
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let used = Used::of(place)?;
    let (mut doubts, mut subscribers, mut failed) = (Vec::new(), 0, None);
    let mut domains = arguments.mx.then(Domains::default);
    let roster = Roster::visit(&place.folder, &place.known, &mut |visit| match visit {
        Visit::Anew => {
            doubts.clear();
            subscribers = 0;
            domains = arguments.mx.then(Domains::default);
        }
        Visit::Reader(listed) => {
            subscribers += 1;
            if let Some(domains) = &mut domains {
                domains.note(&listed);
            }
            match doubts::of_reader(&listed, place, &used) {
                Ok(found) => doubts.extend(found),
                Err(failure) => failed = Some(failure),
            }
        }
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    if let Some(domains) = domains {
        let servers = arguments
            .name_server
            .map_or(NameServers::System, NameServers::At);
        doubts.extend(domains.ask(servers));
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
