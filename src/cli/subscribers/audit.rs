//! `overblik subscribers audit`

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use clap::Args;
use serde::Serialize;

use super::{Place, address, reader::Reader};
use crate::{
    cli::{Exit, Failure, Session, newsroom},
    domain::{address::Address, delivery::DeliveryState, key::SubscriberId},
    roster::{Found, Move, Suppressions, edit::copies_text, find},
    store::Read as _,
};

/// Shows all that is kept of a reader and every letter sent: what a person may ask for (GDPR art. 15)
///
/// As words for the person, or with --json as data.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik subscribers audit anna@kommune.example\n  overblik subscribers audit anna@kommune.example --json > anna.json"
)]
pub(super) struct Arguments {
    /// The reader's address
    email: String,
}

#[derive(Serialize)]
struct Document<'a> {
    email: String,
    /// The entries that stand in the subscriber files.
    entries: Vec<Reader<'a>>,
    /// Entries that do not read, by place.
    faulty: Vec<String>,
    /// How many addresses the reader had before.
    earlier_addresses: usize,
    suppressions: Vec<Word>,
    letters: Vec<Sent>,
    /// Copies of earlier edits that name the address.
    undo_copies: usize,
}

#[derive(Serialize)]
struct Word {
    at: DateTime<FixedOffset>,
    reason: &'static str,
}

/// One letter.
#[derive(Serialize)]
pub(super) struct Sent {
    issue: String,
    state: &'static str,
    at: Option<DateTime<FixedOffset>>,
    attempts: u32,
    subject: Option<String>,
    reply: Option<String>,
}

pub(super) fn run(
    session: &Session,
    place: &Place,
    arguments: &Arguments,
) -> Result<Exit, Failure> {
    let address = address(&arguments.email)?;
    let found = find(&place.folder, &place.known, &address).map_err(|faults| Failure {
        exit: Exit::Usage,
        faults,
    })?;
    let ids = ids(place, &address)?;
    // Under an older key the same reader has other ids.
    let older = place.ids_of(&address).into_iter().skip(1);
    let named: Vec<SubscriberId> = ids.iter().copied().chain(older).collect();
    let document = Document {
        email: address.to_string(),
        entries: found
            .iter()
            .filter_map(|found| entry(found, place))
            .collect(),
        faulty: found
            .iter()
            .filter(|found| found.entry.reader.is_err())
            .map(|found| format!("{}:{}", found.path, found.line))
            .collect(),
        earlier_addresses: ids.len().saturating_sub(1),
        suppressions: words(place, &named)?,
        letters: letters(place, &ids)?,
        undo_copies: undo_copies(place, &address)?,
    };
    if session.global.json {
        session.json(&document);
    } else {
        session.data(&page(&document));
    }
    Ok(Exit::Done)
}

/// Every id the reader has had; none, when nothing was ever sent.
pub(super) fn ids(place: &Place, address: &Address) -> Result<Vec<SubscriberId>, Failure> {
    let Some(key) = &place.key else {
        return Ok(Vec::new());
    };
    Move::ids(&place.state.moves(), key.subscriber_id(&address.folded()))
        .map_err(|error| Failure::ours("reading which addresses were changed", &error))
}

/// How many copies of earlier edits name an address, however it is typed.
pub(super) fn undo_copies(place: &Place, address: &Address) -> Result<usize, Failure> {
    let copies = copies_text(&place.state.undo())
        .map_err(|error| Failure::ours("reading the copies of earlier edits", &error))?;
    let (plain, folded) = (address.to_string().to_lowercase(), address.folded());
    let names = |text: &str| {
        let text = text.to_lowercase();
        text.contains(&plain) || text.contains(folded.as_str())
    };
    Ok(copies.iter().filter(|(_, text)| names(text)).count())
}

fn entry<'a>(found: &'a Found, place: &Place) -> Option<Reader<'a>> {
    let subscriber = found.entry.reader.as_ref().ok()?;
    Some(Reader::new(subscriber, &found.path, found.line, place))
}

fn words(place: &Place, ids: &[SubscriberId]) -> Result<Vec<Word>, Failure> {
    let mut words = Vec::new();
    for id in ids {
        let said = Suppressions::history(&place.state.suppressions(), id)
            .map_err(|error| Failure::usage(error.fault()))?;
        words.extend(said.iter().map(|said| Word {
            at: local(said.at, place),
            reason: said.reason.word(),
        }));
    }
    words.sort_by_key(|word| word.at);
    Ok(words)
}

pub(super) fn letters(place: &Place, ids: &[SubscriberId]) -> Result<Vec<Sent>, Failure> {
    let Some(store) = newsroom::peek(&place.state)? else {
        return Ok(Vec::new());
    };
    let mut letters = Vec::new();
    for issue in store.issues()? {
        for id in ids {
            let Some(row) = store.row_of(issue.number, *id)? else {
                continue;
            };
            let subject = match row.edition {
                Some(edition) => store
                    .editions(issue.number)?
                    .get(edition as usize)
                    .map(|edition| edition.subject.clone()),
                None => None,
            };
            letters.push(Sent {
                issue: issue.key.to_string(),
                state: row.state.name().word(),
                at: row.at.map(|at| local(at, place)),
                attempts: row.attempts,
                subject,
                reply: reply(&row.state),
            });
        }
    }
    Ok(letters)
}

/// An instant as clocks of the newsletter show it.
fn local(at: DateTime<Utc>, place: &Place) -> DateTime<FixedOffset> {
    at.with_timezone(&place.zone).fixed_offset()
}

/// What the mail server said, or why nothing was sent.
fn reply(state: &DeliveryState) -> Option<String> {
    let words = match state {
        DeliveryState::Queued | DeliveryState::Sending => return None,
        DeliveryState::Accepted { reply }
        | DeliveryState::Deferred { reply, .. }
        | DeliveryState::Failed { reply }
        | DeliveryState::Doubtful { reply } => reply.clone(),
        DeliveryState::Skipped { why } => why.to_string(),
    };
    (!words.is_empty()).then_some(words)
}

fn page(document: &Document<'_>) -> String {
    let mut page = format!("What is kept of {}\n\n", document.email);
    if document.entries.is_empty() && document.faulty.is_empty() {
        page.push_str("In the subscriber files: nothing\n");
    }
    for entry in &document.entries {
        page.push_str(&format!(
            "In the subscriber files, {}:{}\n{}",
            entry.path,
            entry.line,
            entry.page()
        ));
    }
    for stand in &document.faulty {
        page.push_str(&format!(
            "In the subscriber files, {stand}: an entry that does not read\n"
        ));
    }
    let instant = |at: &DateTime<FixedOffset>| at.to_rfc3339_opts(SecondsFormat::Secs, false);
    page.push_str(&format!(
        "\nEarlier addresses (by number alone): {}\n",
        document.earlier_addresses
    ));
    page.push_str(&format!(
        "Copies of earlier edits that name the address: {}\n",
        document.undo_copies
    ));
    page.push_str(
        "\nWhat was said of the mail (kept as a number made of the address, not as the address)\n",
    );
    for word in &document.suppressions {
        page.push_str(&format!("  {} {}\n", instant(&word.at), word.reason));
    }
    if document.suppressions.is_empty() {
        page.push_str("  nothing\n");
    }
    page.push_str("\nLetters\n");
    for sent in &document.letters {
        let at = sent.at.as_ref().map(instant).unwrap_or_default();
        let subject = sent.subject.as_deref().unwrap_or("-");
        let reply = sent
            .reply
            .as_deref()
            .unwrap_or_default()
            .replace(char::is_control, " ");
        let line = format!("  {} {} {at} \"{subject}\" {reply}", sent.issue, sent.state);
        page.push_str(line.trim_end());
        page.push('\n');
    }
    if document.letters.is_empty() {
        page.push_str("  none\n");
    }
    page
}
