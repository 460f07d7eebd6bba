//! Of a frozen issue: out of its record and its plan, whatever has become of the articles and the files since.

use serde_json::{Value, json};

use super::{Why, address, find, reader_json, unknown};
use crate::{
    cli::{Exit, Failure, Session, newsroom::Newsroom},
    domain::delivery::StateName,
    ledger::reason_of,
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// Explains; changes nothing.
pub(super) fn explain(
    request: &Why,
    session: &Session,
    room: &Newsroom,
    store: &SqliteStore,
    issue: &IssueRow,
) -> Result<Exit, Failure> {
    let record: Value = serde_json::from_str(&store.record(issue.number)?)
        .map_err(|error| Failure::ours("reading the issue's record", &error))?;
    let verdicts = list(&record["articles"]);
    let ids: Vec<&str> = verdicts
        .iter()
        .filter_map(|verdict| verdict["article"].as_str())
        .collect();
    let id = find(&request.id, &ids)?;
    let Some(verdict) = verdicts.iter().find(|verdict| verdict["article"] == id) else {
        return Err(unknown(&request.id, &ids));
    };
    let reader = match &request.subscriber {
        Some(email) => Some(planned(room, store, issue, email, &record, id)?),
        None => None,
    };
    if session.global.json {
        let mut document = verdict.clone();
        document["issue"] = json!(issue.key.to_string());
        document["subscriber"] = reader_json(reader.as_ref());
        session.json(&document);
        return Ok(Exit::Done);
    }
    let printed = if verdict["printed"] == true {
        "printed"
    } else {
        "not printed"
    };
    let mut words = format!(
        "{}, frozen: {}\n  {printed} in `{}`\n",
        issue.key,
        text(&verdict["title"]),
        text(&verdict["section"])
    );
    for reason in list(&verdict["reasons"]) {
        words.push_str(&format!(
            "  {} {:<9} {}\n",
            sign(reason["passed"] == true),
            text(&reason["rule"]),
            text(&reason["finding"])
        ));
    }
    if let Some((gets, why)) = reader {
        words.push_str(&format!("  {} reader    {why}\n", sign(gets)));
    }
    session.data(&words);
    Ok(Exit::Done)
}

/// Whether a reader's letter has the article, as it was planned, and why.
fn planned(
    room: &Newsroom,
    store: &SqliteStore,
    issue: &IssueRow,
    email: &str,
    record: &Value,
    id: &str,
) -> Result<(bool, String), Failure> {
    // Who has been taken off the list since is still in the plan.
    let folded = address(email)?.folded();
    let key = room
        .state
        .key()
        .map_err(|error| Failure::ours("reading the signing key", &error))?;
    let row = match key {
        Some(key) => store.row_of(issue.number, key.subscriber_id(&folded))?,
        None => None,
    };
    let Some(row) = row else {
        if issue.erased_at.is_some() {
            return Ok((
                false,
                "it is so old that nobody knows any more (`state.keep_days`)".into(),
            ));
        }
        return Ok((false, "the issue was planned without the reader".into()));
    };
    let (false, Some(number)) = (row.state.name() == StateName::Skipped, row.edition) else {
        return Ok((false, reason_of(&row.state)));
    };
    let printed = list(&record["items"])
        .iter()
        .position(|item| item["id"] == id);
    let Some(index) = printed else {
        return Ok((false, "the issue does not print it".into()));
    };
    let gets = store
        .editions(issue.number)?
        .get(number as usize)
        .is_some_and(|edition| edition.items.contains(&index));
    let why = if gets {
        "among the reader's choices as the issue was frozen"
    } else {
        "not among the reader's choices as the issue was frozen"
    };
    Ok((gets, why.into()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn sign(passed: bool) -> char {
    if passed { '+' } else { '-' }
}
