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
        clock::Clock as _,
        delivery::Skip,
        fault::Fault,
    },
    roster::{Folder, Known, SubscribersSettings},
    store::StateSettings,
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

/// Where config meets these commands. Until it does: the default folders, any topic and section, and no word
/// from readers.
fn place(session: &Session) -> Result<Place, Failure> {
    let newsletter = session.folder();
    Ok(Place {
        folder: Folder::of(&newsletter, &SubscribersSettings::default()),
        state: newsletter.join(StateSettings::default().path),
        known: Known::default(),
        zone: chrono_tz::Europe::Copenhagen,
        now: session.clock.now(),
        says: Box::new(|_| None),
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
