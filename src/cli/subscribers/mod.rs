//! `overblik subscribers`: sees and edits the subscriber files.

mod add;
mod check;
mod edited;
mod list;
mod reader;
mod remove;
mod show;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use super::{Exit, Failure, Session};
use crate::{
    domain::{
        address::{Address, mask},
        delivery::Skip,
        fault::Fault,
        key::SigningKey,
    },
    roster::{Folder, Known, Suppressions},
};

/// See and edit the subscriber files
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::Arguments),
    Show(show::Arguments),
    Check(check::Arguments),
    Add(Box<add::Arguments>),
    Remove(remove::Arguments),
}

/// Runs one of the verbs.
pub(super) fn run(session: &Session, arguments: Arguments) -> Result<Exit, Failure> {
    let place = place(session)?;
    match arguments.verb {
        Verb::List(arguments) => list::run(session, &place, &arguments),
        Verb::Show(arguments) => show::run(session, &place, &arguments),
        Verb::Check(arguments) => check::run(session, &place, &arguments),
        Verb::Add(arguments) => add::run(session, &place, *arguments),
        Verb::Remove(arguments) => remove::run(session, &place, &arguments),
    }
}

/// What a reader said since the files were written: why no mail goes, if so.
type ReadersWord = Box<dyn Fn(&Address) -> Option<Skip>>;

/// All that these commands need to know of the newsletter.
struct Place {
    /// The subscriber files.
    folder: Folder,
    /// The state folder, for the lock.
    state: PathBuf,
    /// What entries may name.
    known: Known,
    /// The zone of local dates and times.
    zone: Tz,
    /// The present instant.
    now: DateTime<Utc>,
    /// What a reader said since the files were written.
    says: ReadersWord,
}

/// The newsletter's own place, as config says.
fn place(session: &Session) -> Result<Place, Failure> {
    let config = session.config()?;
    let state = config.state_folder();
    let key = state
        .key()
        .map_err(|error| Failure::ours("reading the signing key", &error))?;
    let known_keys: Vec<String> = key.iter().map(SigningKey::id).collect();
    let words = Suppressions::read(&state.suppressions(), &known_keys)
        .map_err(|error| Failure::usage(error.fault()))?;
    Ok(Place {
        folder: config.subscribers_folder(),
        state: state.path().to_owned(),
        known: config.known(),
        zone: config.newsletter.timezone,
        now: session.clock.now(),
        says: Box::new(move |address| {
            let key = key.as_ref()?;
            words.says(&key.subscriber_id(&address.folded()))
        }),
    })
}

/// An address given as an argument.
fn address(text: &str) -> Result<Address, Failure> {
    Address::parse(text).map_err(|error| {
        Failure::usage(
            Fault::error(format!("`{}`: {error}", mask(text)))
                .for_key("EMAIL")
                .remedy("write the address alone: `name@domain`"),
        )
    })
}
