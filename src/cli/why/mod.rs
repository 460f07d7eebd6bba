//! `overblik why`

mod frozen;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    edited::Edited,
    newsroom::{Newsroom, key, refused},
};
use crate::{
    compose::{Chooser, WhenEmpty},
    domain::{
        address::Address,
        fault::{Fault, nearest},
        issue::{Digest, Frequency, Verdict},
        subscriber::Subscriber,
    },
    publish,
    roster::Roster,
    store::Read as _,
};

/// Tells each rule that put an article in an issue or kept it out
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overblik why vagtplan --date 2026-11-23\n  overblik why vagtplan --subscriber anna@kommune.example"
)]
pub(super) struct Why {
    /// The article's id, or its last part
    id: String,
    /// The issue's date; the next publishing day without it
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
    date: Option<NaiveDate>,
    /// Say also whether this reader gets it
    #[arg(long, value_name = "EMAIL")]
    subscriber: Option<String>,
    /// The issue's frequency
    #[arg(long, value_name = "F", default_value = "daily")]
    frequency: Frequency,
}

impl Why {
    /// Explains; changes nothing.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let date = room.date_or_next(self.date, self.frequency)?;
        let key = key(self.frequency, date);
        let store = room.peek()?;
        if let Some(store) = &store
            && let Some(issue) = store.issue(key)?
        {
            return frozen::explain(&self, session, &room, store, &issue);
        }
        let edited = Edited::of(&room.config, date)?;
        let brief = edited.brief(&room.config);
        let collected = publish::collect(&brief, room.now);
        edited.check(&collected)?;
        let past = room.past(store.as_ref(), self.frequency)?;
        let cut_off = room
            .config
            .schedule
            .cut_off(key, room.config.newsletter.timezone);
        let draft = publish::draft(
            &brief.filled(&collected),
            key,
            cut_off,
            &collected.articles,
            &past,
        )?;
        let ids: Vec<&str> = draft
            .digest
            .verdicts
            .iter()
            .map(|verdict| verdict.article.0.as_str())
            .collect();
        let id = find(&self.id, &ids)?;
        let Some(verdict) = draft
            .digest
            .verdicts
            .iter()
            .find(|verdict| verdict.article.0 == id)
        else {
            return Err(unknown(&self.id, &ids));
        };
        let reader = match &self.subscriber {
            Some(email) => Some(reader_words(
                &room,
                email,
                &draft.digest,
                verdict,
                room.config.selection.when_empty,
            )?),
            None => None,
        };
        if session.global.json {
            let mut document = serde_json::to_value(verdict).unwrap_or_default();
            document["issue"] = json!(key.to_string());
            document["subscriber"] = reader_json(reader.as_ref());
            session.json(&document);
        } else {
            let mut words = format!("{key}: {}\n", verdict.title);
            words.push_str(&format!(
                "  {}{}\n",
                if verdict.printed {
                    "printed"
                } else {
                    "not printed"
                },
                verdict
                    .section
                    .as_ref()
                    .map_or_else(String::new, |section| format!(" in `{section}`"))
            ));
            for reason in &verdict.reasons {
                let sign = if reason.passed { '+' } else { '-' };
                words.push_str(&format!("  {sign} {:<9} {}\n", reason.rule, reason.finding));
            }
            if let Some((gets, why)) = reader {
                words.push_str(&format!(
                    "  {} reader    {why}\n",
                    if gets { '+' } else { '-' }
                ));
            }
            session.data(&words);
        }
        Ok(Exit::Done)
    }
}

/// Whether the reader gets the article and why, as JSON; `null` where no reader was named.
fn reader_json(reader: Option<&(bool, String)>) -> serde_json::Value {
    json!(reader.map(|(gets, why)| json!({ "gets": gets, "reason": why })))
}

/// The id that a name means: the whole id, or the only one that ends in `/name`.
fn find<'a>(name: &str, ids: &[&'a str]) -> Result<&'a str, Failure> {
    if let Some(id) = ids.iter().find(|id| **id == name) {
        return Ok(id);
    }
    let tail = format!("/{name}");
    let ending: Vec<&&str> = ids.iter().filter(|id| id.ends_with(&tail)).collect();
    match ending.as_slice() {
        [id] => Ok(id),
        [] => Err(unknown(name, ids)),
        several => {
            let names: Vec<String> = several.iter().map(|id| format!("`{id}`")).collect();
            Err(refused(
                format!("`{name}` is the end of several ids"),
                format!("name one of {}", names.join(", ")),
            ))
        }
    }
}

fn unknown(name: &str, ids: &[&str]) -> Failure {
    let tails = ids.iter().filter_map(|id| id.rsplit('/').next());
    let remedy = nearest(name, tails).map_or_else(
        || "`overblik articles` lists them with their ids".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    refused(format!("no article has the id `{name}`"), remedy)
}

/// Whether a reader gets the article, and why.
fn reader_words(
    room: &Newsroom,
    email: &str,
    digest: &Digest,
    verdict: &Verdict,
    when_empty: WhenEmpty,
) -> Result<(bool, String), Failure> {
    let reader = reader(room, email)?;
    let Some(index) = digest
        .items
        .iter()
        .position(|item| item.article.id == verdict.article)
    else {
        return Ok((false, "the issue does not print it".into()));
    };
    if reader.frequency != digest.key.frequency {
        return Ok((
            false,
            format!("the reader gets the {} issue", reader.frequency),
        ));
    }
    let item = &digest.items[index];
    let mask = Chooser::new(digest, when_empty).mask(&reader.choices);
    if mask & (1 << index) != 0 {
        return Ok((true, "among the reader's choices".into()));
    }
    let list = |ids: Vec<&str>| {
        if ids.is_empty() {
            "all".to_owned()
        } else {
            ids.join(", ")
        }
    };
    let topics = list(
        reader
            .choices
            .topics
            .iter()
            .map(|id| id.0.as_str())
            .collect(),
    );
    let sections = list(
        reader
            .choices
            .sections
            .iter()
            .map(|id| id.0.as_str())
            .collect(),
    );
    let under = list(
        item.topics
            .iter()
            .map(|found| found.topic.0.as_str())
            .collect(),
    );
    let under = if item.topics.is_empty() {
        "no topic"
    } else {
        under.as_str()
    };
    Ok((
        false,
        format!(
            "chose topics {topics} and sections {sections}; it is under {under} in `{}`",
            item.section
        ),
    ))
}

/// The address given as `--subscriber`.
fn address(email: &str) -> Result<Address, Failure> {
    Address::parse(email)
        .map_err(|error| Failure::usage(Fault::error(error.to_string()).for_key("--subscriber")))
}

/// The reader of an address, out of the files.
pub(super) fn reader(room: &Newsroom, email: &str) -> Result<Subscriber, Failure> {
    let address = address(email)?;
    let roster = Roster::read(&room.config.subscribers_folder(), &room.config.known());
    let wanted = address.folded();
    roster
        .entries
        .into_iter()
        .map(|listed| listed.subscriber)
        .find(|subscriber| subscriber.address.folded() == wanted)
        .ok_or_else(|| {
            refused(
                format!(
                    "`{}` is no sound entry of the subscriber files",
                    address.masked()
                ),
                "`overblik subscribers check` names what is wrong with entries",
            )
        })
}
