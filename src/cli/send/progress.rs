//! How a run is seen to go on: a bar on a terminal, a line now and then elsewhere, nothing when quiet.

use std::{
    io::{IsTerminal as _, Write as _},
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
pub(super) enum Progress {
    Bar(ProgressBar),
    Lines {
        issue: IssueKey,
        settled: u64,
        planned: u64,
        last: Instant,
    },
    Silent,
}

impl Progress {
    pub(super) fn new(session: &Session, issue: IssueKey, planned: u64) -> Self {
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
                issue,
                settled: 0,
                planned,
                last: Instant::now(),
            }
        }
    }
}

impl Watcher for Progress {
    fn settled(&mut self, _: StateName) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines {
                issue,
                settled,
                planned,
                last,
            } => {
                *settled += 1;
                if last.elapsed() >= EVERY {
                    *last = Instant::now();
                    let _ = writeln!(std::io::stderr().lock(), "{issue}: {settled} of {planned}");
                }
            }
            Self::Silent => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
