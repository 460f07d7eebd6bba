//! What was decided about issues that are not frozen: held or approved by a person, missed by the clock.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::issue::IssueKey;

/// A hold on the issues of a date, as `state/holds/2026-11-23.json` keeps it: a file of its own, so that of two people
/// who hold two dates at once neither undoes the other's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// That an issue may leave as it is, as `state/approvals/daily-2026-11-23.json` keeps it. It counts for the issue of that hash
/// and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The hash of the issue, in hex.
    pub hash: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// That the first rows of an issue go before the rest, as `state/canaries/daily-2026-11-23.json` keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// How many.
    pub rows: u64,
    /// Since when the rest may go; `None` while it waits.
    pub passed: Option<DateTime<Utc>>,
}

/// The issues whose time was over before they could be sent, as `state/missed.json` keeps them: by key, since when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Missed(BTreeMap<String, DateTime<Utc>>);

impl Missed {
    /// Whether an issue is recorded as missed.
    pub fn has(&self, issue: IssueKey) -> bool {
        self.0.contains_key(&issue.to_string())
    }

    /// Records an issue as missed; one that is recorded stays as it was.
    pub fn record(&mut self, issue: IssueKey, at: DateTime<Utc>) {
        self.0.entry(issue.to_string()).or_insert(at);
    }
}
