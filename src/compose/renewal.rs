//! What was printed is printed once more only where it was updated since: by the editor's mark, or by its feed or its
//! page, where the source's own dates are believed and its text is no longer the one that was printed.

use chrono::{DateTime, Utc};

use super::{
    Selection,
    twins::{self, Traces},
};
use crate::domain::{
    article::{Article, When, local_instant},
    issue::{IssueKey, Reason},
};

/// What earlier issues say of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Neither it nor a copy of it was printed.
    New,
    /// It was printed, as the words say, and was not updated since.
    Printed(String),
    /// It was printed, and updated since.
    Renewed(Renewal),
}

/// That an article may be printed once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Renewal {
    /// The issue that printed it last.
    pub(super) issue: IssueKey,
    /// When it was updated.
    pub(super) at: DateTime<Utc>,
    /// The rule's word on it.
    pub(super) reason: Reason,
}

/// What the names of an article say of earlier issues: its id, and what its copies are known by.
pub(super) fn standing_of(
    article: &Article,
    traces: &Traces,
    selection: &Selection<'_>,
) -> Standing {
    let Some((issue, finding)) = printed(article, traces, selection) else {
        return Standing::New;
    };
    if let Some(at) = marked_since(issue, article, selection) {
        return Standing::Renewed(Renewal::marked(issue, at, &finding));
    }
    match changed_since(issue, article, selection) {
        Some(_) if is_as_printed(article, traces, selection) => Standing::Printed(format!(
            "{finding}; its source says that it was updated since, but the text is much the same"
        )),
        Some(at) => Standing::Renewed(Renewal::changed(issue, at, &finding)),
        None => Standing::Printed(finding),
    }
}

/// What the text of an article says of earlier issues; `by_name` is what its names said.
pub(super) fn standing_by_text(
    article: &Article,
    traces: &Traces,
    by_name: Option<&Renewal>,
    selection: &Selection<'_>,
) -> Standing {
    let Some((issue, share)) = twins::printed_by_text(traces, selection.history) else {
        return Standing::New;
    };
    let share = twins::in_words(share);
    let finding = format!("the same piece, by {share}, was printed in {issue}");
    // What it printed itself is like it, of course; a copy of it may have been printed since.
    let changed = by_name.and_then(|_| changed_since(issue, article, selection));
    match (marked_since(issue, article, selection), changed) {
        (Some(at), _) => Standing::Renewed(Renewal::marked(issue, at, &finding)),
        (None, Some(at)) => Standing::Renewed(Renewal::changed(issue, at, &finding)),
        (None, None) => Standing::Printed(finding),
    }
}

impl Renewal {
    fn marked(issue: IssueKey, at: DateTime<Utc>, finding: &str) -> Self {
        Self::new(issue, at, format!("{finding}, and marked as updated since"))
    }

    fn changed(issue: IssueKey, at: DateTime<Utc>, finding: &str) -> Self {
        let finding = format!("{finding}, and updated since by its source, with another text");
        Self::new(issue, at, finding)
    }

    fn new(issue: IssueKey, at: DateTime<Utc>, finding: String) -> Self {
        Self {
            issue,
            at,
            reason: Reason {
                rule: "updated",
                passed: true,
                finding,
            },
        }
    }
}

/// Where the article, or another that is known to be the same piece, was printed last, in words too.
fn printed(
    article: &Article,
    traces: &Traces,
    selection: &Selection<'_>,
) -> Option<(IssueKey, String)> {
    let history = selection.history;
    let by_id = history.printed.get(&article.id);
    let by_id = by_id.map(|issue| (*issue, format!("printed in {issue}")));
    let by_name = twins::printed_by_name(traces, history).map(|(issue, how)| {
        let finding = format!("the same piece, by {how}, was printed in {issue}");
        (issue, finding)
    });
    // Where both say the same, the id says it.
    by_name
        .into_iter()
        .chain(by_id)
        .max_by_key(|(issue, _)| *issue)
}

/// When the editor marked it as updated, where that was after an issue.
fn marked_since(
    issue: IssueKey,
    article: &Article,
    selection: &Selection<'_>,
) -> Option<DateTime<Utc>> {
    after(issue, article.updated?, selection)
}

/// When its source says that it was updated, where that was after an issue and is not to come. Only of what was printed
/// itself: copies of it elsewhere are touched for reasons of their own.
fn changed_since(
    issue: IssueKey,
    article: &Article,
    selection: &Selection<'_>,
) -> Option<DateTime<Utc>> {
    selection.history.printed.get(&article.id)?;
    after(issue, article.changed?, selection).filter(|at| *at <= selection.cut_off)
}

/// The instant it counts from, where it lies after an issue. An issue takes what is dated up to its hour; a day without
/// an hour must be a later one.
fn after(issue: IssueKey, when: When, selection: &Selection<'_>) -> Option<DateTime<Utc>> {
    let (zone, cut_off) = (selection.zone, selection.cut_off);
    let is_after = match when {
        When::Minute(instant) => {
            let hour = cut_off.with_timezone(&zone).time();
            instant > local_instant(issue.date, hour, zone)
        }
        When::Day(day) | When::Month(day) => day > issue.date,
    };
    is_after.then(|| when.instant(zone))
}

/// Whether the words of an article are much the same as some that were printed.
fn is_as_printed(article: &Article, traces: &Traces, selection: &Selection<'_>) -> bool {
    let traces = traces.clone().with_text(article);
    traces.are_as_printed(selection.history)
}
