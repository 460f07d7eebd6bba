//! The rules of time: drafts, embargoes, expiry and the window of the issue.

use chrono::{DateTime, Duration, Utc};

use super::{
    Selection,
    renewal::{self, Renewal, Standing},
    twins::{self, Traces},
};
use crate::domain::{
    article::{Article, Kind, When},
    issue::{Frequency, Reason},
};

/// What is said of what was there before the newsletter began.
const OLD: &str = "it counts as printed, by `overblik articles mark-printed`";

/// What the rules of time say of an article that is a candidate.
#[derive(Debug)]
pub(super) struct Admitted {
    /// The instant it counts from.
    pub(super) dated: DateTime<Utc>,
    /// That it was printed before and updated since.
    pub(super) renewal: Option<Renewal>,
}

/// What an article comes to when it is a candidate; the reasons say which rule let it in or kept it out.
pub(super) fn examine(
    article: &Article,
    traces: &Traces,
    selection: &Selection<'_>,
    reasons: &mut Vec<Reason>,
) -> Option<Admitted> {
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
    let renewal = match renewal::standing_of(article, traces, selection) {
        Standing::New => None,
        Standing::Renewed(renewal) => Some(renewal),
        Standing::Printed(finding) => return out(reasons, "printed", finding),
    };
    if let Some(renewal) = &renewal {
        reasons.push(renewal.reason.clone());
    } else if history.baseline.contains(&article.id) || twins::is_old(traces, history) {
        return out(reasons, "printed", OLD.into());
    }

    let seen = selection.history.first_seen.get(&article.id).copied();
    // What nobody has seen before is first seen by this issue.
    let first_seen = seen.unwrap_or(cut_off);
    let stated = article.published.at.map(|at| at.instant(zone));
    let lifted = article.embargo.map(|embargo| embargo.instant(zone));
    let marked = article.updated.map(|updated| updated.instant(zone));
    let renewed = renewal.as_ref().map(|renewal| renewal.at).or(marked);
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
        return Some(Admitted {
            dated: dated.min(cut_off),
            renewal,
        });
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
    let let_in = |rule, finding| {
        reasons.push(Reason {
            rule,
            passed: true,
            finding,
        });
        Some(Admitted { dated, renewal })
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

/// Whether nothing like the article's text was printed before, or it was updated since; the reasons say where it was.
pub(super) fn is_new_text(
    article: &Article,
    traces: &Traces,
    admitted: &mut Admitted,
    selection: &Selection<'_>,
    reasons: &mut Vec<Reason>,
) -> bool {
    let by_name = admitted.renewal.as_ref();
    let finding = match renewal::standing_by_text(article, traces, by_name, selection) {
        Standing::New if twins::is_old_text(traces, selection.history) => OLD.into(),
        Standing::New => return true,
        Standing::Renewed(renewal) => {
            // Its names may have said so already.
            if admitted.renewal.is_none() {
                reasons.push(renewal.reason.clone());
                admitted.renewal = Some(renewal);
            }
            return true;
        }
        Standing::Printed(finding) => finding,
    };
    reasons.push(Reason {
        rule: "printed",
        passed: false,
        finding,
    });
    false
}

/// Keeps the article out.
fn out(reasons: &mut Vec<Reason>, rule: &'static str, finding: String) -> Option<Admitted> {
    reasons.push(Reason {
        rule,
        passed: false,
        finding,
    });
    None
}
