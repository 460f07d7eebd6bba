//! What people have said of a date's issues: the editor's day file, holds, and what counts as printed.

use std::{collections::BTreeMap, fs, path::Path};

use chrono::NaiveDate;

use super::{Exit, Failure, session::chain};
use crate::{
    config::{self, Config},
    domain::{article::ArticleId, fault::Fault, overlay::Overlay},
    publish::Brief,
    source::Collected,
    store::{
        baseline::Baseline,
        decisions::Hold,
        kept::{self, KeptError},
        state::StateFolder,
    },
};

/// All of it, for one date.
#[derive(Debug)]
pub(super) struct Edited {
    pub(super) overlay: Option<Overlay>,
    pub(super) baseline: Baseline,
    hold: Option<Hold>,
    date: NaiveDate,
}

impl Edited {
    /// Reads what there is.
    ///
    /// # Errors
    /// Every fault of the day file; a file of the state folder that cannot be read.
    pub(super) fn of(config: &Config, date: NaiveDate) -> Result<Self, Failure> {
        let overlay = config::overlay(config, date).map_err(|faults| Failure {
            exit: Exit::Usage,
            faults,
        })?;
        let state = config.state_folder();
        Ok(Self {
            overlay,
            baseline: baseline(&state)?,
            hold: hold(&state, date)?,
            date,
        })
    }

    /// What config and these say of the date's issues together.
    pub(super) fn brief<'a>(&'a self, config: &'a Config) -> Brief<'a> {
        Brief {
            overlay: self.overlay.as_ref(),
            baseline: Some(&self.baseline),
            ..config.brief()
        }
    }

    /// Holds the day file against the articles there are.
    ///
    /// # Errors
    /// Every id that names none of them, or several.
    pub(super) fn check(&self, collected: &Collected) -> Result<(), Failure> {
        let faults = self.unknown(collected);
        if faults.is_empty() {
            return Ok(());
        }
        Err(Failure {
            exit: Exit::Usage,
            faults,
        })
    }

    /// The ids of the day file that name no article, or several.
    pub(super) fn unknown(&self, collected: &Collected) -> Vec<Fault> {
        let ids: Vec<&ArticleId> = collected
            .articles
            .iter()
            .map(|article| &article.id)
            .collect();
        let overlay = self.overlay.as_ref();
        overlay.map_or_else(Vec::new, |overlay| overlay.faults(&ids))
    }

    /// Why the date's issues must not leave, each with how it is let go; none when they may.
    pub(super) fn holds(&self) -> Vec<Fault> {
        let date = self.date;
        let by_file = self.overlay.as_ref().and_then(|overlay| {
            let reason = overlay.hold.as_ref()?;
            Some(
                Fault::error(reason)
                    .in_file(overlay.path.clone())
                    .for_key("hold")
                    .remedy("take the line out, or run again with `--override hold`"),
            )
        });
        let by_command = self.hold.as_ref().map(|hold| {
            Fault::error(&hold.reason).remedy(format!(
                "`overblik issues release {date}` lets it go; `--override hold` sends it all the same"
            ))
        });
        by_file.into_iter().chain(by_command).collect()
    }
}

/// What counts as printed without having been.
pub(super) fn baseline(state: &StateFolder) -> Result<Baseline, Failure> {
    let path = state.baseline();
    kept::read(&path).map_err(|error| about(&path, &error))
}

/// The hold of a date, where a person holds it.
fn hold(state: &StateFolder, date: NaiveDate) -> Result<Option<Hold>, Failure> {
    let path = state.hold(date);
    kept::read(&path).map_err(|error| about(&path, &error))
}

/// The dates a person holds.
pub(super) fn holds(state: &StateFolder) -> Result<BTreeMap<NaiveDate, Hold>, Failure> {
    let mut holds = BTreeMap::new();
    for entry in fs::read_dir(state.holds()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let day = name.to_str().and_then(|name| name.strip_suffix(".json"));
        if let Some(date) = day.and_then(|day| day.parse().ok())
            && let Some(hold) = hold(state, date)?
        {
            holds.insert(date, hold);
        }
    }
    Ok(holds)
}

/// A small file of the state folder that cannot be read or written.
pub(super) fn about(path: &Path, error: &KeptError) -> Failure {
    Failure {
        exit: Exit::Ours,
        faults: vec![
            Fault::error(chain(error))
                .in_file(path.display().to_string())
                .remedy(error.remedy()),
        ],
    }
}
