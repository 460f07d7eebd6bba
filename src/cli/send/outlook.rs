//! What a dry run shows of an issue besides its letters: who gets which edition, what goes first, and what is otherwise than
//! last time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::canary;
use crate::{
    cli::{Failure, newsroom::Newsroom},
    domain::{
        issue::{Digest, IssueKey},
        key::SigningKey,
        piece::Edition,
        subscriber::Format,
    },
    publish::{self, Plan, Printed},
    store::Read,
};

/// How many editions are shown, the commonest first.
const COMMON: usize = 5;

/// The commonest editions: in words, and as JSON.
pub(super) fn editions(
    digest: &Digest,
    editions: &[Edition],
    letters: &BTreeMap<u32, usize>,
) -> (String, Value) {
    let mut by_letters: Vec<(usize, &Edition)> = letters
        .iter()
        .filter_map(|(number, letters)| Some((*letters, editions.get(*number as usize)?)))
        .collect();
    by_letters.sort_by_key(|(letters, _)| std::cmp::Reverse(*letters));
    let (mut words, mut shown) = (String::new(), Vec::new());
    let all = digest.items.len();
    for (letters, edition) in by_letters.iter().take(COMMON) {
        let format = match edition.format {
            Format::Html => "html",
            Format::Text => "text",
        };
        let (language, items) = (edition.language.tag(), edition.items.len());
        words.push_str(&format!(
            "    {letters:>7}  {items} of {all} items, {format}, {language}\n"
        ));
        shown.push(
            json!({ "letters": letters, "items": items, "format": format, "language": language }),
        );
    }
    let left = by_letters.iter().skip(COMMON);
    let (others, letters) = left.fold((0, 0), |(count, sum), (letters, _)| {
        (count + 1, sum + letters)
    });
    if others > 0 {
        words.push_str(&format!("    {letters:>7}  in {others} further editions\n"));
    }
    (words, json!(shown))
}

/// How many letters leave before the rest, and how long that waits; `None` where nobody goes first.
pub(super) fn first(room: &Newsroom, key: &SigningKey, plan: &Plan) -> Option<(String, Value)> {
    let first = canary::first(room, key);
    let is_named = |subscriber| first.readers.contains(subscriber);
    let gets_one = plan.rows.iter().filter(|row| row.edition.is_ok());
    let (named, others): (Vec<_>, Vec<_>) = gets_one.partition(|row| is_named(&row.subscriber));
    let others = u64::try_from(others.len()).unwrap_or(u64::MAX);
    let letters = named.len() as u64 + first.letters.min(others);
    if letters == 0 || first.letters >= others {
        return None;
    }
    let wait = room.config.guards.canary_wait;
    let words = format!(
        "  first     {letters:>7}  leave alone; the rest waits {wait} for what becomes of them\n"
    );
    Some((words, json!({ "letters": letters, "wait": wait })))
}

/// What is otherwise than in the last issue of the frequency; `None` where there is none.
pub(super) fn since(
    store: &impl Read,
    key: IssueKey,
    recipients: u64,
    printed: &[Printed],
) -> Result<Option<(String, Value)>, Failure> {
    let last = store
        .issues()?
        .into_iter()
        .rfind(|issue| issue.key.frequency == key.frequency && issue.cancelled_at.is_none());
    let Some(last) = last else {
        return Ok(None);
    };
    let had = publish::recipients_of(store, last.number)?;
    let record: Value = serde_json::from_str(&store.record(last.number)?).unwrap_or_default();
    let before: Vec<Printed> = serde_json::from_value(record["items"].clone()).unwrap_or_default();
    let known: BTreeSet<&str> = before.iter().map(|item| item.id.as_str()).collect();
    let kept = printed
        .iter()
        .filter(|item| known.contains(item.id.as_str()))
        .count();
    let new = printed.len() - kept;
    let sections = |items: &[Printed]| -> BTreeSet<String> {
        items.iter().map(|item| item.section.clone()).collect()
    };
    let (now, then) = (sections(printed), sections(&before));
    let opened: Vec<&String> = now.difference(&then).collect();
    let closed: Vec<&String> = then.difference(&now).collect();
    let change = i128::from(recipients) - i128::from(had);
    let listed = |sign: char, sections: &[&String]| -> String {
        sections
            .iter()
            .map(|section| format!(" {sign}{section}"))
            .collect()
    };
    let mut words = format!(
        "  since     {}: readers {recipients} ({change:+}); items {new} new, {kept} kept, {} then",
        last.key,
        before.len()
    );
    if !(opened.is_empty() && closed.is_empty()) {
        words.push_str(&format!(
            "; sections{}{}",
            listed('+', &opened),
            listed('-', &closed)
        ));
    }
    words.push('\n');
    let document = json!({
        "issue": last.key.to_string(),
        "readers": { "now": recipients, "then": had },
        "items": { "new": new, "kept": kept, "then": before.len() },
        "sections": { "opened": opened, "closed": closed },
    });
    Ok(Some((words, document)))
}
