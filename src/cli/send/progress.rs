//! How a run is seen to go on: a bar on a terminal, a line now and then elsewhere, nothing when quiet.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    cli::Session,
    dispatch::Watcher,
    domain::{delivery::StateName, issue::IssueKey},
};

const EVERY: Duration = Duration::from_secs(10);

/// Shows one issue's progress.
pub(super) enum Progress<'a> {
    Bar(ProgressBar),
    Lines {
        session: &'a Session,
        issue: IssueKey,
        settled: u64,
        planned: u64,
        last: Instant,
    },
    Silent,
}

impl<'a> Progress<'a> {
    pub(super) fn new(session: &'a Session, issue: IssueKey, planned: u64) -> Self {
        if session.global.quiet {
            Self::Silent
        } else if std::io::stderr().is_terminal() {
            let style =
                ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {per_sec} {eta}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
            Self::Bar(
                ProgressBar::new(planned)
                    .with_style(style)
                    .with_message(issue.to_string()),
            )
        } else {
            Self::Lines {
                session,
                issue,
                settled: 0,
                planned,
                last: Instant::now(),
            }
        }
    }
}

impl Watcher for Progress<'_> {
    fn settled(&mut self, _: StateName) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines {
                session,
                issue,
                settled,
                planned,
                last,
            } => {
                *settled += 1;
                if last.elapsed() >= EVERY {
                    *last = Instant::now();
                    session.say(&format!("{issue}: {settled} of {planned}"));
                }
            }
            Self::Silent => {}
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
