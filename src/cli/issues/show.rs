//! What an issue prints, and what people decided about it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{asked_for, nothing};
use crate::{
    cli::{Exit, Failure, Session, edited::about, newsroom::Newsroom},
    domain::issue::Frequency,
    store::{
        Read as _,
        journal::{self, Entry},
        kept::KeptError,
    },
};

/// Shows the issues of a date. Of a date that has none yet it is told what was decided about it.
pub(super) fn show(
    session: &Session,
    room: &Newsroom,
    date: NaiveDate,
    frequency: Option<Frequency>,
) -> Result<Exit, Failure> {
    let decided = decided(room, date, frequency)?;
    let records = match records(room, date, frequency) {
        Err(failure) if failure.exit != Exit::Usage || decided.is_empty() => return Err(failure),
        records => records.unwrap_or_default(),
    };
    if session.global.json {
        session.json(&json!({ "issues": records, "journal": decided }));
        return Ok(Exit::Done);
    }
    for record in &records {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        session.data(&format!(
            "{}  {}\n",
            text(&record["issue"]),
            &text(&record["hash"])
        ));
        for item in record["items"].as_array().into_iter().flatten() {
            session.data(&format!(
                "  {:<12} {}  ({})\n",
                text(&item["section"]),
                text(&item["title"]),
                text(&item["id"])
            ));
        }
    }
    for entry in &decided {
        session.data(&line(room, entry));
    }
    Ok(Exit::Done)
}

fn records(
    room: &Newsroom,
    date: NaiveDate,
    frequency: Option<Frequency>,
) -> Result<Vec<Value>, Failure> {
    let store = room.peek()?.ok_or_else(|| nothing(date))?;
    asked_for(&store, date, frequency)?
        .iter()
        .map(|issue| {
            serde_json::from_str(&store.record(issue.number)?)
                .map_err(|error| Failure::ours("reading the issue's record", &error))
        })
        .collect()
}

/// What people decided about the issues of a date, oldest first; about one of another frequency is left out.
fn decided(
    room: &Newsroom,
    date: NaiveDate,
    frequency: Option<Frequency>,
) -> Result<Vec<Entry>, Failure> {
    let path = room.state.journal();
    let mut entries = journal::read(&path).map_err(|error| about(&path, &KeptError::Io(error)))?;
    entries.retain(|entry| {
        let is_of = |issue: &str| frequency.is_none_or(|wanted| issue.starts_with(wanted.word()));
        entry.date == Some(date) && entry.issue.as_deref().is_none_or(is_of)
    });
    Ok(entries)
}

fn line(room: &Newsroom, entry: &Entry) -> String {
    let zone = room.config.newsletter.timezone;
    let at = entry.at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
    let what = match &entry.issue {
        Some(issue) => issue.clone(),
        None => entry.date.map_or_else(String::new, |date| date.to_string()),
    };
    let (who, act, words) = (&entry.who, entry.act.word(), &entry.words);
    format!("{at}  {who} {act} {what}  {words}")
        .trim_end()
        .to_owned()
        + "\n"
}
