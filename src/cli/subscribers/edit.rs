//! `overblik subscribers edit`

use clap::Args;

use super::{Place, address, edited, fields::Fields};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{address::Address, fault::Fault},
    roster::{
        Move,
        edit::{Amendment, plan_amend},
    },
};

/// Changes what a reader's entry says; every other byte of the file stays
///
/// With --email the reader gets mail at another address from then on; consent, choices and history stay the reader's.
/// An issue already planned for the old address is not sent to either.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers edit anna@kommune.example --frequency weekly --dry-run\n  overblik subscribers edit anna@kommune.example --email anna@ny.example"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// The reader's new address
    #[arg(long = "email", value_name = "EMAIL")]
    new_email: Option<String>,
    #[command(flatten)]
    fields: Fields,
    /// A key to take out of the entry, such as `name` or `topics`; may be repeated
    #[arg(long, value_name = "KEY")]
    clear: Vec<String>,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &Session, place: &Place, arguments: Arguments) -> Result<Exit, Failure> {
    let old = address(&arguments.email)?;
    let new = arguments.new_email.as_deref().map(address).transpose()?;
    if let Some(new) = &new {
        refuse_suppressed(place, &old)?;
        refuse_suppressed(place, new)?;
    }
    let amendment = Amendment {
        set: arguments
            .fields
            .draft(arguments.new_email.unwrap_or_default(), place),
        clear: arguments.clear,
    };
    let plan = || plan_amend(&place.folder, &place.known, &old, &amendment);
    if arguments.dry_run {
        return Ok(edited::show(session, &plan().map_err(edited::failure)?));
    }
    if let Some(new) = &new {
        // Refused before anything is noted of it.
        plan().map_err(edited::failure)?;
        note_move(place, &old, new)?;
    }
    let changes = edited::write(place, "edit", plan)?;
    Ok(edited::report(session, "changed", &old.masked(), &changes))
}

/// Another address is no way around a reader's word.
fn refuse_suppressed(place: &Place, address: &Address) -> Result<(), Failure> {
    match place.says(address) {
        Some(why) => Err(Failure::usage(
            Fault::error(format!("`{}` gets no mail: {why}", address.masked()))
                .for_key("EMAIL")
                .remedy("if the reader asks for it anew, lift that with `overblik subscribers unsuppress`"),
        )),
        None => Ok(()),
    }
}

/// Notes whose history the new address's is. Without a key nothing was ever sent.
fn note_move(place: &Place, old: &Address, new: &Address) -> Result<(), Failure> {
    let (old, new) = (old.folded(), new.folded());
    let Some(key) = place.key.as_ref().filter(|_| old != new) else {
        return Ok(());
    };
    let moved = Move {
        at: place.now,
        key_id: key.id(),
        old: key.subscriber_id(&old),
        new: key.subscriber_id(&new),
    };
    moved
        .append(&place.state.moves())
        .map_err(|error| Failure::ours("noting the change of address; nothing was changed", &error))
}
