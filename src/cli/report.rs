//! Where issues stand: the document `send` and `status` print, as JSON and in words.

use std::time::Duration;

use serde::Serialize;

use super::held::HeldReport;
use crate::{
    domain::{delivery::Tally, issue::Frequency, key::hex},
    store::IssueRow,
};

/// Totals at the top, each issue's own below; issue, date and hash at the top are the newest's.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Report {
    issue: Option<String>,
    frequency: Option<Frequency>,
    date: Option<String>,
    hash: Option<String>,
    #[serde(flatten)]
    tally: Tally,
    refused: u64,
    duration_s: Option<f64>,
    rate_per_s: Option<f64>,
    issues: Vec<IssueReport>,
    /// What a run found held by guards; `None` where none was asked.
    held: Option<Vec<HeldReport>>,
}

#[derive(Debug, Clone, Serialize)]
struct IssueReport {
    issue: String,
    frequency: Frequency,
    date: String,
    hash: String,
    #[serde(flatten)]
    tally: Tally,
    refused: u64,
    cancelled: bool,
    done: bool,
    /// How long a run was at its letters, and how many of them were accepted each second; `None` outside of a run.
    duration_s: Option<f64>,
    rate_per_s: Option<f64>,
}

/// Seconds to the millisecond, and letters a second to a tenth.
fn pace(time: Duration, accepted: u64) -> (Option<f64>, Option<f64>) {
    let seconds = time.as_secs_f64();
    let rate = (seconds > 0.0).then(|| (accepted as f64 / seconds * 10.0).round() / 10.0);
    (Some((seconds * 1000.0).round() / 1000.0), rate)
}

/// So many readers, in words.
pub(super) fn readers(count: u64) -> String {
    so_many(count, "reader")
}

/// So many items, in words.
pub(super) fn items(count: usize) -> String {
    so_many(count as u64, "item")
}

fn so_many(count: u64, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}

impl Report {
    /// What a run that asks the guards begins with.
    pub(super) fn of_a_run() -> Self {
        Self {
            held: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Adds an issue; they come oldest first.
    pub(super) fn add(&mut self, row: &IssueRow, tally: Tally) {
        let issue = IssueReport {
            issue: row.key.to_string(),
            frequency: row.key.frequency,
            date: row.key.date.to_string(),
            hash: hex(&row.hash),
            tally,
            refused: row.refused,
            cancelled: row.cancelled_at.is_some(),
            done: tally.waiting + tally.deferred == 0,
            duration_s: None,
            rate_per_s: None,
        };
        self.issue = Some(issue.issue.clone());
        self.frequency = Some(issue.frequency);
        self.date = Some(issue.date.clone());
        self.hash = Some(issue.hash.clone());
        self.tally.add(&tally);
        self.refused += row.refused;
        self.issues.push(issue);
    }

    /// Says of the issue that was added last how long a run was at its letters, and how many were accepted meanwhile.
    pub(super) fn last_took(&mut self, time: Duration, accepted: u64) {
        if let Some(issue) = self.issues.last_mut() {
            (issue.duration_s, issue.rate_per_s) = pace(time, accepted);
        }
    }

    /// Says how long it all took and how many letters were accepted meanwhile.
    pub(super) fn took(&mut self, time: Duration, accepted: u64) {
        (self.duration_s, self.rate_per_s) = pace(time, accepted);
    }

    /// Adds what a guard holds.
    pub(super) fn hold(&mut self, held: HeldReport) {
        self.held.get_or_insert_default().push(held);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.issues.is_empty()
    }

    /// Each issue, and in a few words where it stands.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let words = |tally: &Tally| {
            let numbers = [
                ("accepted", tally.accepted),
                ("deferred", tally.deferred),
                ("failed", tally.failed),
                ("skipped", tally.skipped),
                ("doubtful", tally.doubtful),
                ("waiting", tally.waiting),
            ];
            let shown = numbers
                .into_iter()
                .filter(|(name, number)| *number > 0 || *name == "accepted")
                .map(|(name, number)| format!("{number} {name}"));
            shown.collect::<Vec<_>>().join(", ")
        };
        let issues = self.issues.iter();
        issues
            .map(|issue| (issue.issue.clone(), words(&issue.tally)))
            .collect()
    }

    /// A table a person reads.
    pub(super) fn to_words(&self) -> String {
        let mut words = String::new();
        for issue in &self.issues {
            let tally = &issue.tally;
            words.push_str(&format!("{}  {}", issue.issue, &issue.hash[..12]));
            if issue.cancelled {
                words.push_str("  cancelled");
            }
            words.push_str(&format!("\n  planned   {:>7}\n", tally.planned));
            for (name, number) in [
                ("accepted", tally.accepted),
                ("deferred", tally.deferred),
                ("failed", tally.failed),
                ("skipped", tally.skipped),
                ("doubtful", tally.doubtful),
                ("waiting", tally.waiting),
            ] {
                if number > 0 || name == "accepted" {
                    words.push_str(&format!("  {name:<9} {number:>7}\n"));
                }
            }
            if issue.refused > 0 {
                words.push_str(&format!(
                    "  refused   {:>7}  entries of the subscriber files, not planned\n",
                    issue.refused
                ));
            }
        }
        words
    }
}
