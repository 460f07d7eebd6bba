//! The rules of time: drafts, embargoes, expiry and the window of the issue.

use chrono::{DateTime, Duration, Utc};

use super::Selection;
use crate::domain::{
    article::{Article, Kind, When},
    issue::{Frequency, Reason},
};

/// The instant the article counts from when it is a candidate; the reasons say which rule let it in or kept it out.
pub(super) fn examine(
    article: &Article,
    selection: &Selection<'_>,
    reasons: &mut Vec<Reason>,
) -> Option<DateTime<Utc>> {
    let zone = selection.zone;
    let cut_off = selection.cut_off;
    let day = selection.key.date;
    let mut out = |rule, finding: String| {
        reasons.push(Reason {
            rule,
            passed: false,
            finding,
        });
        None
    };
    let overlay = selection.overlay;
    if let Some((overlay, ban)) = overlay.and_then(|it| Some((it, it.ban_of(&article.id)?))) {
        return out("ban", format!("banned in {}:{}", overlay.path, ban.line));
    }
    if article.draft {
        return out("draft", "it is a draft".into());
    }
    if let Some(embargo) = article
        .embargo
        .filter(|embargo| embargo.instant(zone) > cut_off)
    {
        return out(
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
            return out("expiry", format!("expired {}", expires.to_text(zone)));
        }
    }
    if article.kind == Kind::Event && article.event_date.is_some_and(|date| date < day) {
        return out("event", "the event is over".into());
    }
    if let Some(issue) = selection.history.printed.get(&article.id) {
        return out("printed", format!("printed in {issue}"));
    }
    let history = selection.history;
    let twins = super::twin_keys(article);
    let twin = twins.iter().find_map(|key| history.printed_twins.get(key));
    if let Some(issue) = twin {
        return out("printed", format!("the same piece was printed in {issue}"));
    }
    let is_old = |key: &String| history.baseline_twins.contains(key);
    if history.baseline.contains(&article.id) || twins.iter().any(is_old) {
        return out(
            "printed",
            "it counts as printed, by `overblik articles mark-printed`".into(),
        );
    }

    let seen = selection.history.first_seen.get(&article.id).copied();
    // What nobody has seen before is first seen by this issue.
    let first_seen = seen.unwrap_or(cut_off);
    let stated = article.published.at.map(|at| at.instant(zone));
    let lifted = article.embargo.map(|embargo| embargo.instant(zone));
    let dated = stated
        .unwrap_or(first_seen)
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
            "future",
            format!(
                "dated {}, after the cut-off {}",
                stamp(dated),
                stamp(cut_off)
            ),
        );
    }
    let how = match (stated, lifted) {
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
