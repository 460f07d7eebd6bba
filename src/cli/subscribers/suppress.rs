//! `overblik subscribers suppress`

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Place, address};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{
        address::Address,
        key::SigningKey,
        suppression::{Suppression, SuppressionReason},
    },
    roster::Suppressions,
};

/// Sends an address nothing from now on, whatever the subscriber files say
///
/// What is written is a line of state/suppressions.log that names nobody; the subscriber files stay as they are. See
/// `subscribers sync` for taking who has left out of them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers suppress anna@kommune.example --reason left"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// Why
    #[arg(long, value_enum, default_value = "manual")]
    reason: Reason,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reason {
    /// A person decided so
    Manual,
    /// The reader asked a person to be taken off
    Left,
    /// The mailbox does not exist
    Bounced,
    /// The reader called a letter spam
    Complained,
}

/// What was said, as JSON.
#[derive(Debug, Serialize)]
pub(super) struct Document {
    pub(super) email: String,
    pub(super) reason: &'static str,
    /// Whether that is new.
    pub(super) written: bool,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let reason = match arguments.reason {
        Reason::Manual => SuppressionReason::Manual,
        Reason::Left => SuppressionReason::Left,
        Reason::Bounced => SuppressionReason::Bounced,
        Reason::Complained => SuppressionReason::Complained,
    };
    let key = place.key_or_make()?;
    let written = place.last_of(&address) != Some(reason);
    if written {
        write(place, &key, &address, reason)?;
    }
    tell(session, &address, reason, written);
    Ok(Exit::Done)
}

/// Writes a person's word about a reader, durably.
///
/// # Errors
/// The log cannot be written.
pub(super) fn write(
    place: &Place,
    key: &SigningKey,
    address: &Address,
    reason: SuppressionReason,
) -> Result<(), Failure> {
    let said = Suppression {
        at: place.now,
        key_id: key.id(),
        subscriber: key.subscriber_id(&address.folded()),
        reason,
    };
    Suppressions::append(&place.state.suppressions(), &said)
        .map_err(|error| Failure::ours("nothing was written", &error))
}

fn tell(session: &Session, address: &Address, reason: SuppressionReason, written: bool) {
    if session.global.json {
        session.json(&Document {
            email: address.to_string(),
            reason: reason.word(),
            written,
        });
    } else if written {
        let masked = address.masked();
        session.say(&format!("suppressed `{masked}`: no mail from now on"));
    } else {
        let masked = address.masked();
        session.say(&format!("`{masked}` is suppressed already"));
    }
}
