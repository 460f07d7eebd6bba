//! `overblik subscribers`: sees and edits the subscriber files.

mod add;
mod audit;
mod check;
mod doubts;
mod edit;
mod edited;
mod exchangers;
mod export;
mod fields;
mod forget;
mod format;
mod import;
mod leave;
mod list;
mod pause;
mod reader;
mod remove;
mod select;
mod sheet;
mod show;
mod suppress;
mod sync;
mod told;
mod undo;
mod unsuppress;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use super::{Exit, Failure, Session};
use crate::{
    domain::{
        address::{Address, mask},
        delivery::Skip,
        fault::Fault,
        key::{KeyRing, SigningKey, SubscriberId},
        newsletter::ListId,
        suppression::SuppressionReason,
    },
    roster::{Folder, Known, Suppressions, edit::Presence},
    store::state::StateFolder,
};

/// Shows and edits the subscriber files
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers list --topic ledelse\n  overblik subscribers add anna@kommune.example --first-name Anna\n  overblik subscribers check\n  overblik subscribers undo"
)]
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
    Edit(Box<edit::Arguments>),
    Remove(remove::Arguments),
    Pause(pause::Arguments),
    Import(Box<import::Arguments>),
    Export(export::Arguments),
    Suppress(suppress::Arguments),
    Unsuppress(unsuppress::Arguments),
    Leave(leave::Arguments),
    #[command(name = "fmt")]
    Format(format::Arguments),
    Sync(sync::Arguments),
    Audit(audit::Arguments),
    Forget(forget::Arguments),
    Undo(undo::Arguments),
}

/// Runs one of the verbs.
pub(super) fn run(session: &Session, arguments: Arguments) -> Result<Exit, Failure> {
    let place = place(session)?;
    match arguments.verb {
        Verb::List(arguments) => list::run(session, &place, &arguments),
        Verb::Show(arguments) => show::run(session, &place, &arguments),
        Verb::Check(arguments) => check::run(session, &place, &arguments),
        Verb::Add(arguments) => add::run(session, &place, *arguments),
        Verb::Edit(arguments) => edit::run(session, &place, *arguments),
        Verb::Remove(arguments) => remove::run(session, &place, &arguments),
        Verb::Pause(arguments) => pause::run(session, &place, &arguments),
        Verb::Import(arguments) => import::run(session, &place, &arguments),
        Verb::Export(arguments) => export::run(session, &place, &arguments),
        Verb::Suppress(arguments) => suppress::run(session, &place, &arguments),
        Verb::Unsuppress(arguments) => unsuppress::run(session, &place, &arguments),
        Verb::Leave(arguments) => leave::run(session, &place, &arguments),
        Verb::Format(arguments) => format::run(session, &place, &arguments),
        Verb::Sync(arguments) => sync::run(session, &place, &arguments),
        Verb::Audit(arguments) => audit::run(session, &place, &arguments),
        Verb::Forget(arguments) => forget::run(session, &place, &arguments),
        Verb::Undo(arguments) => undo::run(session, &place, &arguments),
    }
}

/// All that these commands need to know of the newsletter.
struct Place {
    /// The subscriber files.
    folder: Folder,
    /// The state folder.
    state: StateFolder,
    /// What entries may name.
    known: Known,
    /// Whether a reader without a consent on record gets no mail.
    require_consent: bool,
    /// The zone of local dates and times.
    zone: Tz,
    /// The present instant.
    now: DateTime<Utc>,
    /// The key that readers' ids are made with, once there is one.
    key: Option<SigningKey>,
    /// The keys before it.
    old_keys: Vec<SigningKey>,
    /// The list's id.
    list: ListId,
    /// What readers said since the files were written.
    words: Suppressions,
}

impl Place {
    /// What a reader said since the files were written: why no mail goes, if so.
    fn says(&self, address: &Address) -> Option<Skip> {
        self.words.says_of(&self.ids_of(address))
    }

    /// A reader's ids, one for each key, that of the key that signs first.
    fn ids_of(&self, address: &Address) -> Vec<SubscriberId> {
        let folded = address.folded();
        let keys = self.key.iter().chain(&self.old_keys);
        keys.map(|key| key.subscriber_id(&folded)).collect()
    }

    /// The last word about a reader, under any key; `None` when nothing was ever said.
    fn last_of(&self, address: &Address) -> Option<SuppressionReason> {
        self.words.last_of(&self.ids_of(address))
    }

    /// The keys, once there is one.
    fn keys(&self) -> Result<Option<KeyRing>, Failure> {
        let key = self.key.clone();
        Ok(key.map(|key| self.state.ring(key)).transpose()?)
    }

    /// Who stands in the files as it is kept under a key, for whoever adds a reader.
    fn presence(&self, key: Option<&SigningKey>) -> Presence {
        match key {
            Some(key) => Presence::kept(
                key,
                &self.known,
                self.state.listing(),
                self.state.presence(),
            ),
            None => Presence::unread(),
        }
    }

    /// The key, made now when there is none and nothing was ever sent.
    fn key_or_make(&self) -> Result<SigningKey, Failure> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|_| Failure {
            exit: Exit::Ours,
            faults: vec![Fault::error("the system gives no random numbers")],
        })?;
        Ok(self.state.key_or_make(fresh)?)
    }
}

/// The newsletter's own place, as config says.
fn place(session: &Session) -> Result<Place, Failure> {
    let config = session.config()?;
    let state = config.state_folder();
    let key = state
        .key()
        .map_err(|error| Failure::ours("reading the signing key", &error))?;
    let old_keys = state.old_keys()?;
    let known_keys: Vec<String> = key.iter().chain(&old_keys).map(SigningKey::id).collect();
    let words = Suppressions::read(&state.suppressions(), &known_keys)
        .map_err(|error| Failure::usage(error.fault()))?;
    Ok(Place {
        folder: config.subscribers_folder(),
        state,
        known: config.known(),
        require_consent: config.subscribers.require_consent,
        zone: config.newsletter.timezone,
        now: session.clock.now(),
        key,
        old_keys,
        list: config.newsletter.list_id.clone(),
        words,
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
