//! `overblik send --to`: proofs, to any addresses. Nothing is published, and no ledger knows of them.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Send, outbox};
use crate::{
    cli::{
        Exit, Failure, Session,
        newsroom::{Newsroom, key, name_faults, refused},
        preview::studio::{Asked, Made, Studio},
        session::chain,
    },
    dispatch::carry_few,
    domain::{
        address::Address, delivery::Consequence, fault::Fault, issue::Frequency, key::SubscriberId,
        piece::Edition,
    },
    letter::{Letter, Links, Reader, Stamp},
    transport::{Receipt, SendError, TransportKind},
};

/// What the subject of a proof begins with.
const PROOF: &str = "[Pr\u{f8}ve] ";

/// Mails the issue of the date, as it would be or is frozen, to whom the request names.
pub(super) fn send(
    request: &Send,
    to: &[Address],
    session: &Session,
    room: &Newsroom,
) -> Result<Exit, Failure> {
    let frequency = request.frequency.unwrap_or(Frequency::Daily);
    let date = room.date_or_next(request.date, frequency)?;
    let studio = Studio::open(room)?;
    let look = studio.issue(key(frequency, date), Asked::Nobody)?;
    name_faults(session, look.faults);
    let Some(made) = look.made else {
        return Err(refused(
            format!(
                "{}: no article is due; there is nothing to prove",
                key(frequency, date)
            ),
            "`overblik why ID` tells what keeps an article out",
        ));
    };
    let language = request.language.unwrap_or(room.config.newsletter.language);
    let format = request.format.unwrap_or_default();
    let edition = made
        .editions
        .iter()
        .find(|edition| edition.language == language && edition.format == format)
        .ok_or_else(|| {
            refused(
                "the issue has no such edition",
                "leave out `--format` and `--language`",
            )
        })?;
    let sent = mail(room, &made, edition, to, session.clock.now())?;
    Ok(tell(session, &made, edition, &sent))
}

/// Whom proofs go to: those who are named, else those of the config.
///
/// # Errors
/// Nobody is named in either.
pub(in crate::cli) fn addressed<'a>(
    named: &'a [Address],
    room: &'a Newsroom,
) -> Result<&'a [Address], Failure> {
    let to = if named.is_empty() {
        &room.config.issues.proof_to
    } else {
        named
    };
    if to.is_empty() {
        return Err(Failure::usage(
            Fault::error("nobody is named to mail a proof to")
                .for_key("issues.proof_to")
                .remedy("name an address after `--to`, or some in the config"),
        ));
    }
    Ok(to)
}

/// What became of one proof.
pub(in crate::cli) struct Proof {
    /// Where it was to go.
    pub(in crate::cli) to: Address,
    /// What the transport said.
    pub(in crate::cli) result: Result<Receipt, SendError>,
}

/// Mails an edition as a proof: a letter to each address, by the transport that config names.
pub(in crate::cli) fn mail(
    room: &Newsroom,
    made: &Made,
    edition: &Edition,
    to: &[Address],
    now: DateTime<Utc>,
) -> Result<Vec<Proof>, Failure> {
    let letters = letters(room, made, edition, to, now)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ours("starting", &error))?;
    let results = match room.config.transport.kind {
        TransportKind::File => runtime.block_on(carry_few(&outbox(room)?, letters)),
        TransportKind::Smtp => {
            let relays = room.config.relays().map_err(|faults| Failure {
                exit: Exit::Usage,
                faults,
            })?;
            runtime.block_on(carry_few(&relays, letters))
        }
    };
    Ok(to
        .iter()
        .cloned()
        .zip(results)
        .map(|(to, result)| Proof { to, result })
        .collect())
}

fn letters(
    room: &Newsroom,
    made: &Made,
    edition: &Edition,
    to: &[Address],
    now: DateTime<Utc>,
) -> Result<Vec<Letter>, Failure> {
    // A proof is mail of today, whenever its issue is due.
    let stamp = Stamp {
        frozen_at: now,
        ..made.stamp
    };
    let splicer = room
        .splicer(stamp, made.head.clone(), Links::Trial, made.pieces.clone())
        .signed_by(room.signer()?);
    let edition = Edition {
        subject: format!("{PROOF}{}", edition.subject),
        ..edition.clone()
    };
    to.iter()
        .map(|address| {
            let reader = Reader {
                id: nobody()?,
                address,
                name: None,
                signed_up: None,
            };
            splicer
                .letter(&edition, &reader)
                .map_err(|error| Failure::ours("making the proof", &error))
        })
        .collect()
}

/// An id that is no reader's: two proofs are two mails, also to one address.
fn nobody() -> Result<SubscriberId, Failure> {
    let mut id = [0; 32];
    getrandom::fill(&mut id).map_err(|_| Failure {
        exit: Exit::Ours,
        faults: vec![Fault::error("the system gives no random bytes for a proof")],
    })?;
    Ok(SubscriberId(id))
}

fn tell(session: &Session, made: &Made, edition: &Edition, sent: &[Proof]) -> Exit {
    let mut exit = Exit::Done;
    let mut words = format!("{}  {PROOF}{}\n", made.key, edition.subject);
    let mut document = Vec::new();
    for proof in sent {
        let (state, said) = proof.said();
        exit = match (state, exit) {
            ("waiting", _) => Exit::Ours,
            ("failed" | "doubtful", Exit::Done | Exit::Deferred) => Exit::Deliveries,
            ("deferred", Exit::Done) => Exit::Deferred,
            _ => exit,
        };
        let to = proof.to.masked();
        words.push_str(&format!("  {state:<9} {to}  {said}\n"));
        document.push(json!({ "to": to, "state": state, "reply": said }));
    }
    if session.global.json {
        session.json(&json!({
            "issue": made.key.to_string(),
            "date": made.key.date.to_string(),
            "subject": format!("{PROOF}{}", edition.subject),
            "proofs": document,
        }));
    } else {
        session.data(&words);
    }
    exit
}

impl Proof {
    /// The state it is in and what was said of it.
    pub(in crate::cli) fn said(&self) -> (&'static str, String) {
        match &self.result {
            Ok(receipt) => ("accepted", receipt.reply.clone()),
            Err(error) => {
                let state = match error.consequence() {
                    Consequence::Fail => "failed",
                    Consequence::Doubt => "doubtful",
                    Consequence::Defer => "deferred",
                    // The relay's fault or ours.
                    Consequence::Wait => "waiting",
                };
                (state, chain(error))
            }
        }
    }
}
