//! A person's word that an issue may leave as it is; kept, so that it leaves at its time.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::Send;
use crate::{
    cli::{
        Exit, Failure, Session,
        edited::{Edited, about},
        journal::{self, About},
        newsroom::{Newsroom, key, refused},
    },
    domain::{
        fault::Fault,
        issue::{Frequency, IssueKey},
        key::hex,
        schedule::Says,
    },
    publish::{self, Press, Printed, Switch, differences},
    source::Collected,
    store::{
        Read as _,
        decisions::Approval,
        journal::Act,
        kept::{self, KeptError},
        sqlite::SqliteStore,
    },
};

/// The fewest digits of a hash that tell which is meant: as many as are shown.
const SHORTEST: usize = 12;

/// What a person gives to say which issue may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Given {
    /// The hash in hex, or how it begins.
    hash: String,
    /// The rest of what a file says of it.
    file: Option<FromFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FromFile {
    path: String,
    key: IssueKey,
    cut_off: Option<String>,
    items: Option<Vec<Printed>>,
}

/// An issue as it would be frozen at its own cut-off.
struct Composed {
    key: IssueKey,
    hash: String,
    cut_off: String,
    items: Vec<Printed>,
}

/// Keeps the approvals that the request gives. Whoever calls it holds the lock.
///
/// # Errors
/// An issue that would not leave as it was seen (exit 4), with every difference where a file tells them; one that cannot
/// be approved at all, and a file that is none (exit 2).
pub(super) fn take(request: &Send, session: &Session, room: &Newsroom) -> Result<(), Failure> {
    let Some(argument) = &request.approve else {
        return Ok(());
    };
    let store = match room.peek()? {
        Some(store) => store,
        None => SqliteStore::in_memory()?,
    };
    let given = read(argument)?;
    let collected = publish::collect(&room.config.brief(), room.now);
    // All are looked at before any is kept.
    let approved: Vec<Composed> = given
        .iter()
        .map(|given| meant(request, room, &store, &collected, given))
        .collect::<Result<_, _>>()?;
    for issue in approved {
        let approval = Approval {
            hash: issue.hash.clone(),
            at: room.now,
        };
        keep(room, issue.key, &approval)?;
        let short = &issue.hash[..SHORTEST];
        journal::note(session, room, Act::Approved, About::Issue(issue.key), short);
        session.say(&format!("{}: approved as {short}", issue.key));
        if room.config.guards.approve == Switch::Off {
            session.say("`guards.approve` is off: an issue that nobody approves leaves as well");
        }
    }
    Ok(())
}

/// The approval of an issue, where a person has approved it.
pub(super) fn of(room: &Newsroom, key: IssueKey) -> Result<Option<Approval>, Failure> {
    let path = room.state.approval(key);
    kept::read(&path).map_err(|error| about(&path, &error))
}

fn keep(room: &Newsroom, key: IssueKey, approval: &Approval) -> Result<(), Failure> {
    let folder = room.state.approvals();
    fs::create_dir_all(&folder).map_err(|error| about(&folder, &KeptError::Io(error)))?;
    let path = room.state.approval(key);
    kept::write(&path, approval).map_err(|error| about(&path, &error))
}

/// Reads a hash, or the file of one issue or several.
fn read(argument: &str) -> Result<Vec<Given>, Failure> {
    if argument.bytes().all(|byte| byte.is_ascii_hexdigit()) && !argument.contains('.') {
        if !(SHORTEST..=64).contains(&argument.len()) {
            return Err(refused(
                format!("`{argument}` is no hash of an issue"),
                format!(
                    "give the first {SHORTEST} digits or more, as `overblik send --dry-run` shows them"
                ),
            ));
        }
        let hash = argument.to_ascii_lowercase();
        return Ok(vec![Given { hash, file: None }]);
    }
    let no_issue = |reason: String| {
        Failure::usage(Fault::error(reason).in_file(argument).remedy(
            "give the hash, the `issue.json` that `overblik preview` wrote, or what `overblik send --dry-run --json` printed",
        ))
    };
    let bytes = fs::read(argument).map_err(|error| no_issue(format!("cannot be read: {error}")))?;
    let document: Value = serde_json::from_slice(&bytes)
        .map_err(|error| no_issue(format!("is no JSON document: {error}")))?;
    let documents = match &document["would_send"] {
        Value::Array(issues) => issues.iter().collect(),
        _ => vec![&document],
    };
    let given: Vec<Given> = documents
        .into_iter()
        .filter_map(|document| issue_of(argument, document))
        .collect();
    match given.is_empty() {
        true => Err(no_issue("names no issue with a hash".to_owned())),
        false => Ok(given),
    }
}

fn issue_of(path: &str, document: &Value) -> Option<Given> {
    let text = |name: &str| document[name].as_str().map(str::to_owned);
    let hash = text("hash")
        .filter(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let items = ["contents", "items"].into_iter().find_map(|name| {
        let items = document.get(name)?.clone();
        serde_json::from_value(items).ok()
    });
    let issue = text("issue")?;
    let (frequency, date) = issue.split_once('-')?;
    Some(Given {
        hash: hash.to_ascii_lowercase(),
        file: Some(FromFile {
            path: path.to_owned(),
            key: key(frequency.parse().ok()?, date.parse().ok()?),
            cut_off: text("cut_off"),
            items,
        }),
    })
}

/// The issue that is meant, as it would be frozen now.
fn meant(
    request: &Send,
    room: &Newsroom,
    store: &SqliteStore,
    collected: &Collected,
    given: &Given,
) -> Result<Composed, Failure> {
    let mut others = Vec::new();
    for key in keys(request, room, store, given)? {
        let Some(composed) = compose(room, store, collected, key)? else {
            continue;
        };
        if composed.hash.starts_with(&given.hash) {
            return Ok(composed);
        }
        others.push(composed);
    }
    if others.is_empty() {
        return Err(refused(
            "no article is due for the issue, and an empty one is not sent",
            "`overblik why ID` tells what keeps an article out",
        ));
    }
    Err(Failure {
        exit: Exit::Held,
        faults: others
            .iter()
            .flat_map(|issue| how_it_differs(issue, given))
            .collect(),
    })
}

/// The issues that may be meant: the one a file names, else those of the date asked for, else today's and those of the next
/// day that has one.
fn keys(
    request: &Send,
    room: &Newsroom,
    store: &SqliteStore,
    given: &Given,
) -> Result<Vec<IssueKey>, Failure> {
    let schedule = &room.config.schedule;
    if let Some(file) = &given.file {
        let is_another = request.date.is_some_and(|date| date != file.key.date)
            || request
                .frequency
                .is_some_and(|wanted| wanted != file.key.frequency);
        let cannot = |why: String, remedy: &str| {
            Failure::usage(Fault::error(why).in_file(&file.path).remedy(remedy))
        };
        let (key, language) = (file.key, room.config.newsletter.language);
        if is_another {
            return Err(cannot(
                format!("is the issue {key}, not the one asked for"),
                "leave `--date` and `--frequency` out, or give that issue's file",
            ));
        }
        if store.issue(key)?.is_some() {
            return Err(cannot(
                format!("{key} is already published"),
                "`overblik issues cancel` stops what has not left",
            ));
        }
        if let Says::Rests(why) = schedule.says(key.frequency, key.date, language) {
            return Err(cannot(
                format!("{key} is never sent: no publishing day ({why})"),
                "`overblik schedule` shows the days to come",
            ));
        }
        return Ok(vec![key]);
    }
    let mut keys = BTreeSet::new();
    for frequency in Frequency::ALL {
        if request.frequency.is_some_and(|wanted| wanted != frequency) {
            continue;
        }
        let today = room.today();
        let dates = match request.date {
            Some(date) => vec![date],
            None => {
                let tomorrow = today.succ_opt();
                let next = tomorrow.and_then(|day| schedule.next_day(frequency, day));
                [today].into_iter().chain(next).collect()
            }
        };
        for date in dates {
            let key = key(frequency, date);
            if schedule.publishes(frequency, date) && store.issue(key)?.is_none() {
                keys.insert(key);
            }
        }
    }
    if keys.is_empty() {
        return Err(refused(
            "there is no issue to come that could be approved: it is published already, or its day has none",
            "`overblik schedule` shows the days to come",
        ));
    }
    Ok(keys.into_iter().collect())
}

/// An issue as it would be frozen now; `None` when it would be empty.
fn compose(
    room: &Newsroom,
    store: &SqliteStore,
    collected: &Collected,
    key: IssueKey,
) -> Result<Option<Composed>, Failure> {
    let config = &room.config;
    let edited = Edited::of(config, key.date)?;
    edited.check(collected)?;
    let brief = edited.brief(config);
    let past = publish::past(store, key.frequency)?;
    let cut_off = config.schedule.cut_off(key, config.newsletter.timezone);
    let draft = publish::draft(
        &brief.filled(collected),
        key,
        cut_off,
        &collected.articles,
        &past,
    )?;
    if draft.digest.items.is_empty() {
        return Ok(None);
    }
    Ok(Some(Composed {
        key,
        hash: hex(&Press::new(&draft.digest, &brief)?.hash()),
        cut_off: cut_off.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        items: Printed::of(&draft.digest),
    }))
}

/// Why an issue is not the one that was given; item by item, where a file names them.
fn how_it_differs(issue: &Composed, given: &Given) -> Vec<Fault> {
    let key = issue.key;
    let short = |hash: &str| hash.chars().take(SHORTEST).collect::<String>();
    let in_file = |fault: Fault| match &given.file {
        Some(file) => fault.in_file(&file.path),
        None => fault,
    };
    let mut faults = vec![in_file(
        Fault::error(format!(
            "{key} would leave as {}, and {} was to be approved: nothing is",
            short(&issue.hash),
            short(&given.hash)
        ))
        .for_key("guards.approve")
        .remedy(format!(
            "look at it anew with `overblik preview --date {}`, and approve it as it is",
            key.date
        )),
    )];
    let Some(file) = &given.file else {
        return faults;
    };
    if let Some(cut_off) = file
        .cut_off
        .as_ref()
        .filter(|other| **other != issue.cut_off)
    {
        faults.push(in_file(Fault::warning(format!(
            "it counts articles up to {cut_off}, the issue up to {}",
            issue.cut_off
        ))));
    }
    let Some(items) = &file.items else {
        return faults;
    };
    let found = differences(items, &issue.items);
    if found.is_empty() {
        faults.push(in_file(Fault::warning(
            "its items are the same; what differs is the subject, the intro, an advertisement, or a setting",
        )));
    }
    faults.extend(found.into_iter().map(|found| {
        let (became, item) = (found.became.word(), found.item);
        in_file(Fault::warning(format!(
            "{became}: {} ({})",
            item.title, item.section
        )))
        .for_key(item.id)
    }));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_and_rubbish_is_refused() {
        let check = |argument: &str, expected: Option<&str>| {
            let read = read(argument).map(|given| given[0].hash.clone()).ok();
            assert_eq!(read.as_deref(), expected, "{argument}");
        };
        check("0123456789AB", Some("0123456789ab"));
        check(&"ab".repeat(32), Some(&"ab".repeat(32)));
        check("abc", None);
        check(&"ab".repeat(33), None);
        check("", None);
        check("/", None);
        check("no-such-file.json", None);
    }

    #[test]
    fn an_issue_is_found_in_what_preview_and_dry_run_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json").display().to_string();
        let check = |text: &str, expected: &[&str]| {
            fs::write(&path, text).unwrap();
            let given = read(&path).unwrap_or_default();
            let found: Vec<String> = given
                .iter()
                .filter_map(|given| Some(given.file.as_ref()?.key.to_string()))
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        let issue = |key: &str| format!("{{\"issue\":\"{key}\",\"hash\":\"{}\"}}", "0f".repeat(32));
        let (daily, weekly) = (issue("daily-2026-11-23"), issue("weekly-2026-11-27"));
        check(&daily, &["daily-2026-11-23"]);
        check(
            &format!(
                "{{\"would_send\":[{daily},{weekly},{{\"issue\":\"daily-2026-11-24\",\"empty\":true}}]}}"
            ),
            &["daily-2026-11-23", "weekly-2026-11-27"],
        );
        for rubbish in [
            "",
            "[]",
            "{}",
            "3",
            "{\"would_send\":[]}",
            "{\"would_send\":3}",
            &daily.replace("daily", "dagligt"),
            &daily.replace("0f0f", "0g0f"),
            &daily.replace("2026-11-23", "2026-13-23"),
        ] {
            check(rubbish, &[]);
        }
    }
}
