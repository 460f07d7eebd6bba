//! How a run is seen to go on: a bar on a terminal, a line now and then elsewhere, nothing when quiet.

use std::{
    fmt,
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::forecast::in_words;
use crate::{
    dispatch::Watcher,
    domain::{delivery::StateName, issue::IssueKey},
};

const EVERY: Duration = Duration::from_secs(10);

/// Shows one issue's progress.
pub(super) enum Progress {
    Bar(ProgressBar),
    Lines {
        issue: IssueKey,
        work: Work,
        settled: u64,
        began: Instant,
        last: Instant,
    },
    Silent,
}

/// What a run has before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    /// How many readers are planned.
    pub(super) planned: u64,
    /// How many of them had their outcome before it.
    pub(super) settled: u64,
    /// How long the rest takes at the least, by the limits of config.
    pub(super) at_least: Duration,
}

impl Work {
    /// How long it still takes, when so many have got their outcome in a time: as fast as so far, but no faster than the
    /// limits allow.
    fn time_left(&self, settled: u64, took: Duration) -> Duration {
        let left = self.planned.saturating_sub(self.settled + settled);
        if left == 0 {
            return Duration::ZERO;
        }
        let as_so_far = took.as_secs_f64() / settled.max(1) as f64 * left as f64;
        let as_so_far = Duration::try_from_secs_f64(as_so_far).unwrap_or(Duration::MAX);
        as_so_far.max(self.at_least.saturating_sub(took))
    }
}

impl Progress {
    pub(super) fn new(issue: IssueKey, work: Work) -> Self {
        if std::io::stderr().is_terminal() {
            let left = move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let settled = state.pos().saturating_sub(work.settled);
                let left = work.time_left(settled, state.elapsed());
                // A bar that cannot be drawn is not worth a word.
                let _ = out.write_str(&in_words(left));
            };
            let style =
                ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {per_sec} {left}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .with_key("left", left);
            Self::Bar(
                ProgressBar::new(work.planned)
                    .with_style(style)
                    .with_message(issue.to_string())
                    .with_position(work.settled),
            )
        } else {
            Self::Lines {
                issue,
                work,
                settled: 0,
                began: Instant::now(),
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
                work,
                settled,
                began,
                last,
            } => {
                *settled += 1;
                if last.elapsed() >= EVERY {
                    *last = Instant::now();
                    let left = in_words(work.time_left(*settled, began.elapsed()));
                    let (done, planned) = (work.settled + *settled, work.planned);
                    let mut stderr = std::io::stderr().lock();
                    let _ = writeln!(stderr, "{issue}: {done} of {planned}, {left} left");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_as_so_far_and_never_less_than_the_limits_allow() {
        let work = Work {
            planned: 1100,
            settled: 100,
            at_least: Duration::from_secs(90),
        };
        let check = |settled, took, left| {
            let found = work.time_left(settled, Duration::from_secs(took));
            assert_eq!(found, Duration::from_secs(left), "{settled} in {took} s");
        };
        // A hundred went at once; the rest is limited.
        check(100, 1, 89);
        check(500, 45, 45);
        check(500, 60, 60);
        check(1000, 200, 0);
        check(0, 0, 90);
    }
}
