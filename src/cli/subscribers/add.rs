//! `overblik subscribers add`

use chrono::SubsecRound as _;
use clap::Args;

use super::{Place, edited};
use crate::{
    cli::{Exit, Failure, Session},
    domain::address::mask,
    roster::edit::{Draft, DraftConsent, plan_add},
};

/// Add a reader at the end of a subscriber file; all else in it stays to the byte
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
    /// The whole name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The first name, for the greeting
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// A topic wanted; may be repeated, and none means all
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<String>,
    /// A section wanted; may be repeated, and none means all
    #[arg(long = "section", value_name = "SECTION")]
    sections: Vec<String>,
    /// `daily` or `weekly`
    #[arg(long, value_name = "FREQUENCY")]
    frequency: Option<String>,
    /// `html` or `text`
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// `da` or `en`
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// From where the reader's consent came; records it as given now
    #[arg(long, value_name = "SOURCE")]
    consent_source: Option<String>,
    /// The version of the text the reader consented to; records it as given now
    #[arg(long, value_name = "VERSION")]
    consent_text: Option<String>,
    /// The file of the subscribers folder to add to [default: the first, or readers.toml]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Show the change and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &Session, place: &Place, arguments: Arguments) -> Result<Exit, Failure> {
    let masked = mask(&arguments.email);
    let (file, dry_run) = (arguments.file.clone(), arguments.dry_run);
    let draft = draft(arguments, place);
    let plan = || {
        plan_add(&place.folder, &place.known, &draft, file.as_deref()).map(|change| vec![change])
    };
    if dry_run {
        return Ok(edited::show(session, &plan().map_err(edited::failure)?));
    }
    let changes = edited::write(place, plan)?;
    Ok(edited::report(session, "added", &masked, &changes))
}

fn draft(arguments: Arguments, place: &Place) -> Draft {
    let has_consent = arguments.consent_source.is_some() || arguments.consent_text.is_some();
    let now = place.now.with_timezone(&place.zone).trunc_subsecs(0);
    Draft {
        email: arguments.email,
        name: arguments.name,
        first_name: arguments.first_name,
        topics: arguments.topics,
        sections: arguments.sections,
        frequency: arguments.frequency,
        format: arguments.format,
        language: arguments.language,
        consent: has_consent.then(|| DraftConsent {
            at: now.fixed_offset(),
            source: arguments.consent_source,
            text: arguments.consent_text,
        }),
    }
}
