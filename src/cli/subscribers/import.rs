//! `overblik subscribers import`

use std::{
    cell::RefCell,
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{Place, edited};
use crate::{
    cli::{Exit, Failure, Session},
    domain::{
        address::Address,
        fault::Fault,
        suppression::{Suppression, SuppressionReason},
    },
    roster::{
        Suppressions,
        edit::{EditError, Keeping},
        import::{Assumed, CreatedIs, Faulty, Import, Report, read, write},
    },
};

/// Takes readers over from another program's export: CSV, JSON, or an address a line
///
/// The exports of listmonk, Mailchimp, Ghost and Mailman are recognised, and that of `subscribers export`. Nobody who
/// stands in the files or is suppressed is added or changed. Who left, bounced or complained there is suppressed here.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers import liste.csv --dry-run\n  overblik subscribers import liste.csv --consent-source \"Mailchimp\" --consent-text 2026-01"
)]
pub(super) struct Arguments {
    /// The export
    path: PathBuf,
    /// The file of the subscribers folder to add to
    #[arg(long, value_name = "FILE", default_value = "imported.toml")]
    file: String,
    /// Leave out the rows that cannot be taken over, instead of taking none
    #[arg(long)]
    skip_faulty: bool,
    /// A topic for readers whose row names none; may be repeated
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<String>,
    /// The frequency of readers whose row names none
    #[arg(long, value_name = "FREQUENCY")]
    frequency: Option<String>,
    /// The language of readers whose row names none
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// From where consents came whose row does not say
    #[arg(long, value_name = "SOURCE")]
    consent_source: Option<String>,
    /// The version of the text of consents whose row does not say
    #[arg(long, value_name = "VERSION")]
    consent_text: Option<String>,
    /// The time a row was made is when its reader consented (Ghost and listmonk with double opt-in)
    #[arg(long)]
    created_is_consent: bool,
    /// Count, show the first faults, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    dry_run: bool,
    shape: &'static str,
    encoding: &'static str,
    rows: u64,
    added: u64,
    already: u64,
    twice: u64,
    suppressed: u64,
    unconfirmed: u64,
    stopped: u64,
    faulty: u64,
    not_taken: &'a [String],
    faults: &'a [Fault],
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let assumed = Assumed {
        created: match arguments.created_is_consent {
            true => CreatedIs::Consent,
            false => CreatedIs::Nothing,
        },
        source: arguments.consent_source.clone(),
        text: arguments.consent_text.clone(),
        topics: arguments.topics.clone(),
        frequency: arguments.frequency.clone(),
        language: arguments.language.clone(),
    };
    let progress = Progress::new(session);
    let stopped = RefCell::new(Vec::new());
    let note = |address: &Address, reason| {
        // In a dry run nobody needs to know who.
        if !arguments.dry_run && place.says(address).is_none() {
            stopped.borrow_mut().push((address.clone(), reason));
        }
    };
    let import = Import {
        folder: &place.folder,
        known: &place.known,
        zone: place.zone,
        assumed: &assumed,
        says: &|address| place.says(address),
        stopped: &note,
        progress: &|done, of| progress.show(done, of),
    };
    if arguments.dry_run {
        let report = read(&import, &arguments.path, &mut |_| Ok(())).map_err(edited::failure)?;
        progress.end();
        tell(session, &report, true);
        return Ok(match report.faulty {
            0 => Exit::Done,
            _ => Exit::Usage,
        });
    }
    let _lock = edited::lock(place)?;
    let keeping = Keeping {
        folder: place.state.undo(),
        act: "import".into(),
        at: place.now,
    };
    let faulty = match arguments.skip_faulty {
        true => Faulty::IsLeftOut,
        false => Faulty::Stops,
    };
    let mut unsaid = Ok(());
    let report = write(
        &import,
        &arguments.path,
        &arguments.file,
        faulty,
        &keeping,
        &mut || {
            unsaid = suppress(place, &stopped.borrow());
            match unsaid {
                Ok(()) => Ok(()),
                Err(_) => Err(EditError::Refused(Vec::new())),
            }
        },
    );
    progress.end();
    unsaid?;
    let report = report.map_err(edited::failure)?;
    tell(session, &report, false);
    Ok(Exit::Done)
}

/// Who stopped the mail there gets none here, before anybody is added.
fn suppress(place: &Place, stopped: &[(Address, SuppressionReason)]) -> Result<(), Failure> {
    if stopped.is_empty() {
        return Ok(());
    }
    let key = place.key_or_make()?;
    let lines: Vec<Suppression> = stopped
        .iter()
        .map(|(address, reason)| Suppression {
            at: place.now,
            key_id: key.id(),
            subscriber: key.subscriber_id(&address.folded()),
            reason: *reason,
        })
        .collect();
    Suppressions::append_all(&place.state.suppressions(), &lines)
        .map_err(|error| Failure::ours("nothing was imported", &error))
}

fn tell(session: &Session, report: &Report, dry_run: bool) {
    if session.global.json {
        session.json(&Document {
            dry_run,
            shape: report.shape.word(),
            encoding: report.encoding.word(),
            rows: report.rows,
            added: report.added,
            already: report.already,
            twice: report.twice,
            suppressed: report.suppressed,
            unconfirmed: report.unconfirmed,
            stopped: report.stopped,
            faulty: report.faulty,
            not_taken: &report.not_taken,
            faults: &report.faults,
        });
        return;
    }
    for fault in &report.faults {
        session.warn(&fault.to_string());
    }
    if !report.not_taken.is_empty() {
        session.say(&format!("not taken over: {}", report.not_taken.join(", ")));
    }
    let (shape, encoding) = (report.shape.word(), report.encoding.word());
    session.say(&format!(
        "{} rows read as {shape} in {encoding}",
        report.rows
    ));
    let would = if dry_run { "would be added" } else { "added" };
    for (count, words) in [
        (report.added, would),
        (
            report.already,
            "stand in the files already; nothing of them changes",
        ),
        (report.twice, "are second rows of a reader"),
        (report.suppressed, "are suppressed here and not added"),
        (report.stopped, "stopped the mail there and get none here"),
        (
            report.unconfirmed,
            "never confirmed there and are not added",
        ),
        (report.faulty, "cannot be taken over"),
    ] {
        if count > 0 || words == would {
            session.say(&format!("{count:>9} {words}"));
        }
    }
}

/// How far an import is: a bar on a terminal, nothing elsewhere.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn new(session: &Session) -> Self {
        let shows = !session.global.quiet && std::io::stderr().is_terminal();
        Self(shows.then(|| {
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec} {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(0).with_style(style)
        }))
    }

    fn show(&self, done: u64, of: u64) {
        // Drawing costs more than a row.
        if let Some(bar) = self.0.as_ref().filter(|_| done.is_multiple_of(1000)) {
            bar.set_length(of.max(done));
            bar.set_position(done);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
            let _ = std::io::stderr().lock().flush();
        }
    }
}
