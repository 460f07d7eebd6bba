//! The rules of time: drafts, embargoes, expiry and the window of the issue.

use chrono::{DateTime, Duration, Utc};

use super::{
    Selection,
    twins::{self, Traces},
};
use crate::domain::{
    article::{Article, Kind, When, local_instant},
    issue::{Frequency, IssueKey, Reason},
};

/// What is said of what was there before the newsletter began.
const OLD: &str = "it counts as printed, by `overblik articles mark-printed`";

/// The instant the article counts from when it is a candidate; the reasons say which rule let it in or kept it out.
pub(super) fn examine(
    article: &Article,
    traces: &Traces,
    selection: &Selection<'_>,
    reasons: &mut Vec<Reason>,
) -> Option<DateTime<Utc>> {
    let zone = selection.zone;
    let cut_off = selection.cut_off;
    let day = selection.key.date;
    let overlay = selection.overlay;
    if let Some((overlay, ban)) = overlay.and_then(|it| Some((it, it.ban_of(&article.id)?))) {
        return out(
            reasons,
            "ban",
            format!("banned in {}:{}", overlay.path, ban.line),
        );
    }
    if article.draft {
        return out(reasons, "draft", "it is a draft".into());
    }
    if let Some(embargo) = article
        .embargo
        .filter(|embargo| embargo.instant(zone) > cut_off)
    {
        return out(
            reasons,
            "embargo",
            format!("under embargo until {}", embargo.to_text(zone)),
        );
    }
    if let Some(expires) = article.expires {
        let over = match expires {
            When::Minute(instant) => instant <= cut_off,
            When::Day(last) | When::Month(last) => last < day,
        };
        if over {
            return out(
                reasons,
                "expiry",
                format!("expired {}", expires.to_text(zone)),
            );
        }
    }
    if article.kind == Kind::Event && article.event_date.is_some_and(|date| date < day) {
        return out(reasons, "event", "the event is over".into());
    }
    let history = selection.history;
    let renewal = match printed(article, traces, selection) {
        Some((issue, finding)) if is_updated_since(issue, article, selection) => Some(finding),
        Some((_, finding)) => return out(reasons, "printed", finding),
        None => None,
    };
    if let Some(finding) = renewal {
        reasons.push(updated(&finding));
    } else if history.baseline.contains(&article.id) || twins::is_old(traces, history) {
        return out(reasons, "printed", OLD.into());
    }

    let seen = selection.history.first_seen.get(&article.id).copied();
    // What nobody has seen before is first seen by this issue.
    let first_seen = seen.unwrap_or(cut_off);
    let stated = article.published.at.map(|at| at.instant(zone));
    let lifted = article.embargo.map(|embargo| embargo.instant(zone));
    let renewed = article.updated.map(|updated| updated.instant(zone));
    let dated = stated
        .unwrap_or(first_seen)
        .max(renewed.unwrap_or(DateTime::<Utc>::MIN_UTC))
        .max(lifted.unwrap_or(DateTime::<Utc>::MIN_UTC));
    let stamp = |instant: DateTime<Utc>| {
        instant
            .with_timezone(&zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    };
    let (from, rules) = (selection.covers_from(), selection.rules);

    if let Some((overlay, pin)) = overlay.and_then(|it| Some((it, it.pin_of(&article.id)?))) {
        reasons.push(Reason {
            rule: "pin",
            passed: true,
            finding: format!("pinned in {}:{}", overlay.path, pin.line),
        });
        return Some(dated.min(cut_off));
    }
    if dated > cut_off {
        return out(
            reasons,
            "future",
            format!(
                "dated {}, after the cut-off {}",
                stamp(dated),
                stamp(cut_off)
            ),
        );
    }
    let how = match (stated, lifted) {
        _ if renewed == Some(dated) => "updated",
        (None, _) => "undated, first seen",
        (Some(stated), Some(lifted)) if lifted > stated => "embargo lifted",
        _ => "dated",
    };
    let mut let_in = |rule, finding| {
        reasons.push(Reason {
            rule,
            passed: true,
            finding,
        });
        Some(dated)
    };
    if dated > from {
        return let_in(
            "window",
            format!("{how} {}, after {}", stamp(dated), stamp(from)),
        );
    }
    // Days without an issue cost nothing: the days of grace are counted from the day after the last one. A week's issue
    // covers what would be all of them: there they are counted from its window's opening.
    let end = match selection.key.frequency {
        Frequency::Daily => cut_off.min(from + Duration::days(1)),
        Frequency::Weekly => from,
    };
    let days = |count: u32| end - Duration::days(i64::from(count));
    let is_late = history.last_cut_off.is_some() && !history.judged.contains(&article.id);
    let found_no_room = history.left_over.contains(&article.id);
    if is_late && dated >= days(rules.late_days) {
        return let_in(
            "late",
            format!("dated {}, first seen after the last issue", stamp(dated)),
        );
    }
    if found_no_room && dated >= days(rules.life_days) {
        return let_in(
            "left over",
            format!("dated {}, found no room before", stamp(dated)),
        );
    }
    let more = match (is_late, found_no_room) {
        (true, _) => format!(
            "; first seen since, but more than {} days after its date",
            rules.late_days
        ),
        (_, true) => format!("; it found no room in its {} days", rules.life_days),
        _ => String::new(),
    };
    reasons.push(Reason {
        rule: "window",
        passed: false,
        finding: format!("dated {}, not after {}{more}", stamp(dated), stamp(from)),
    });
    None
}

/// Whether nothing like the article's text was printed before; the reasons say where it was.
pub(super) fn is_new_text(
    article: &Article,
    traces: &Traces,
    selection: &Selection<'_>,
    reasons: &mut Vec<Reason>,
) -> bool {
    let history = selection.history;
    let mut refused = |finding: String| {
        reasons.push(Reason {
            rule: "printed",
            passed: false,
            finding,
        });
        false
    };
    if let Some((issue, share)) = twins::printed_by_text(traces, history) {
        let share = twins::in_words(share);
        let finding = format!("the same piece, by {share}, was printed in {issue}");
        if !is_updated_since(issue, article, selection) {
            return refused(finding);
        }
        // Its own id may have said so already.
        if !reasons.iter().any(|reason| reason.rule == "updated") {
            reasons.push(updated(&finding));
        }
    } else if twins::is_old_text(traces, history) {
        return refused(OLD.into());
    }
    true
}

/// Keeps the article out.
fn out(reasons: &mut Vec<Reason>, rule: &'static str, finding: String) -> Option<DateTime<Utc>> {
    reasons.push(Reason {
        rule,
        passed: false,
        finding,
    });
    None
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

fn updated(finding: &str) -> Reason {
    Reason {
        rule: "updated",
        passed: true,
        finding: format!("{finding}, and marked as updated since"),
    }
}

/// Whether the editor marked the article as updated after an issue. An issue takes what is dated up to its hour; a
/// day without an hour must be a later one.
fn is_updated_since(issue: IssueKey, article: &Article, selection: &Selection<'_>) -> bool {
    let (zone, cut_off) = (selection.zone, selection.cut_off);
    match article.updated {
        None => false,
        Some(When::Minute(instant)) => {
            let hour = cut_off.with_timezone(&zone).time();
            instant > local_instant(issue.date, hour, zone)
        }
        Some(When::Day(day) | When::Month(day)) => day > issue.date,
    }
}
