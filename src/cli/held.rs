//! What a guard holds back, as scripts are told of it.

use serde::Serialize;

use crate::{
    domain::{
        fault::Fault,
        issue::{Frequency, IssueKey},
    },
    publish::Guard,
};

/// One issue that is held, or, by the guard of copies, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct HeldReport {
    /// Which; `None` where no issue leaves, whichever it is.
    issue: Option<String>,
    frequency: Option<Frequency>,
    date: Option<String>,
    guard: Guard,
    /// What the guard found.
    message: String,
    /// What to add to the command line to send it all the same.
    #[serde(rename = "override")]
    way_past: String,
    /// The same as what was found, each with its place, its key of config and its remedy.
    faults: Vec<Fault>,
}

impl HeldReport {
    /// An issue.
    pub(super) fn issue(key: IssueKey, guard: Guard, faults: &[Fault]) -> Self {
        Self {
            issue: Some(key.to_string()),
            frequency: Some(key.frequency),
            date: Some(key.date.to_string()),
            ..Self::everything(guard, faults)
        }
    }

    /// Every issue.
    pub(super) fn everything(guard: Guard, faults: &[Fault]) -> Self {
        let reasons: Vec<&str> = faults.iter().map(|fault| fault.reason.as_str()).collect();
        Self {
            issue: None,
            frequency: None,
            date: None,
            guard,
            message: reasons.join("; "),
            way_past: format!("--override {guard}"),
            faults: faults.to_vec(),
        }
    }
}
