//! `overblik subscribers add`

use clap::Args;

use super::{Place, doubts, edited, fields::Fields};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{
        address::{Address, mask},
        fault::Fault,
    },
    roster::edit::plan_add,
};

/// Adds a reader at the end of a subscriber file; all else in it stays to the byte
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers add anna@kommune.example --first-name Anna --topic ledelse\n  overblik subscribers add bo@kommune.example --consent-source \"paper\" --consent-text 2026-01"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    #[command(flatten)]
    fields: Fields,
    /// The file of the subscribers folder to add to [default: the first, or readers.toml]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &Session, place: &Place, arguments: Arguments) -> Result<Exit, Failure> {
    let masked = mask(&arguments.email);
    let (file, dry_run) = (arguments.file, arguments.dry_run);
    let draft = arguments.fields.draft(arguments.email, place);
    let address = Address::parse(&draft.email);
    // Without a key the files are read each time; where there should be one and is not, others say so.
    let key = match dry_run || address.is_err() {
        true => place.key.clone(),
        false => place.key_or_make().ok(),
    };
    let mut presence = place.presence(key.as_ref());
    let mut plan = || {
        let file = file.as_deref();
        plan_add(&place.folder, &place.known, &draft, file, &mut presence)
            .map(|change| vec![change])
    };
    let exit = if dry_run {
        edited::show(session, &plan().map_err(edited::failure)?)
    } else {
        let _lock = edited::lock(place)?;
        let changes = edited::write_locked(place, "add", plan)?;
        if let (Ok(address), [change]) = (&address, changes.as_slice()) {
            presence.keep(address, &place.folder, change);
        }
        edited::report(session, "added", &masked, &changes)
    };
    if let Ok(address) = address {
        for doubt in doubts::of_address(&address) {
            session.warn(&doubt.to_string());
        }
        warn_if_suppressed(session, place, &address);
    }
    Ok(exit)
}

/// An entry does not bring back who has left.
fn warn_if_suppressed(session: &Session, place: &Place, address: &Address) {
    if let Some(why) = place.says(address) {
        let fault = Fault::warning(format!("`{}` gets no mail: {why}", address.masked())).remedy(
            "if the reader asks for it anew, lift that with `overblik subscribers unsuppress`",
        );
        session.warn(&fault.to_string());
    }
}
