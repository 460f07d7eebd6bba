//! `overblik preview`

mod page;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, doubts, key, name_faults},
    why::reader,
};
use crate::{
    compose::Chooser,
    domain::{
        address::Address,
        fault::Fault,
        issue::{Frequency, IssueKey},
        key::{SigningKey, SubscriberId, hex},
        language::Language,
        piece::{Edition, PieceId, Slot},
        subscriber::{Choices, Format},
    },
    letter::{Links, Reader, Splicer, Stamp, encode::EncodedPiece, links::TRIAL_TOKEN},
    publish::{self, Press, Record, encoded},
    roster::{Roster, Suppressions},
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// Writes the issue as files to look at: every edition as HTML, text and mail; of a frozen date, the frozen issue
#[derive(Debug, Args)]
#[command(
    after_help = "Open DIR/DATE/index.html. Personal links in a preview lead nowhere and say `prøvelink`.\n\nExamples:\n  \
overblik preview\n  overblik preview --date 2026-11-23\n  overblik preview --subscriber anna@kommune.example"
)]
pub(super) struct Preview {
    /// The issue's date; the next publishing day without it
    #[arg(long, value_name = "DATE")]
    date: Option<NaiveDate>,
    /// Where to write; a folder of the issue's date is made in it
    #[arg(long, value_name = "DIR", default_value = "preview")]
    out: PathBuf,
    /// Write this reader's letter too, as `reader`
    #[arg(long, value_name = "EMAIL")]
    subscriber: Option<String>,
}

/// The most of the readers' own editions that are shown.
const COMMON: usize = 20;

/// One letter to look at.
struct Shown {
    name: String,
    /// What it is, for the page to choose from.
    about: String,
    subject: String,
    html: Option<String>,
    text: String,
    letter: Vec<u8>,
}

/// An issue to look at, frozen or not.
struct Made {
    key: IssueKey,
    stamp: Stamp,
    record: String,
    editions: Vec<Edition>,
    pieces: Vec<EncodedPiece>,
    /// How many readers get each edition.
    counts: BTreeMap<u32, u64>,
    frozen: bool,
}

impl Preview {
    /// Writes the files; changes nothing else.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let date = room.date_or_next(self.date, Frequency::Daily)?;
        let store = room.peek()?;
        let daily = make(session, &room, store.as_ref(), key(Frequency::Daily, date))?;
        let weekly = make(session, &room, store.as_ref(), key(Frequency::Weekly, date))?;
        let mut shown = Vec::new();
        if let Some(daily) = &daily {
            shown.extend(self.whole(&room, daily)?);
        }
        if let Some(weekly) = &weekly {
            shown.push(show(&room, weekly, &weekly.editions[0], "weekly", "weekly edition, all topics".into(), None)?);
        }
        if let Some(email) = &self.subscriber {
            shown.extend(self.one_reader(&room, email, daily.as_ref(), weekly.as_ref())?);
        }
        let Some(made) = daily.as_ref().or(weekly.as_ref()) else {
            session.say(&format!("{date}: no article is due; there is nothing to show"));
            if session.global.json {
                session.json(&json!({ "date": date.to_string(), "issue": null, "files": [] }));
            }
            return Ok(Exit::Done);
        };
        let folder = room.config.path(&self.out).join(date.to_string());
        let files = write(&folder, made, &shown).map_err(|error| Failure {
            exit: Exit::Ours,
            faults: vec![
                Fault::error(format!("the preview cannot be written: {error}"))
                    .in_file(folder.display().to_string())
                    .remedy("name a folder that can be written to with `--out`"),
            ],
        })?;
        if session.global.json {
            session.json(&json!({
                "issue": made.key.to_string(),
                "date": date.to_string(),
                "hash": hex(&made.stamp.hash),
                "frozen": made.frozen,
                "files": files,
            }));
        } else {
            let state = if made.frozen { "frozen" } else { "not sent yet" };
            session.data(&format!("{}  {}  {state}\n", made.key, &hex(&made.stamp.hash)[..12]));
            for shown in &shown {
                session.data(&format!("  {:<8} {:<44} {}\n", shown.name, shown.about, shown.subject));
            }
            let index = self.out.join(date.to_string()).join("index.html");
            session.say(&format!("open {}", index.display()));
        }
        Ok(Exit::Done)
    }

    /// The whole issue in each language and format, and the readers' own editions, the most common first.
    fn whole(&self, room: &Newsroom, made: &Made) -> Result<Vec<Shown>, Failure> {
        let mut shown = Vec::new();
        for (number, name, about) in
            [(0, "all", "all topics, Danish"), (2, "all-en", "all topics, English"), (1, "text", "all topics, text alone")]
        {
            if let Some(edition) = made.editions.get(number) {
                shown.push(show(room, made, edition, name, about.into(), None)?);
            }
        }
        let mut common: Vec<(u32, u64)> = made.counts.iter().map(|(number, count)| (*number, *count)).collect();
        common.sort_by_key(|(number, count)| (std::cmp::Reverse(*count), *number));
        for (index, (number, count)) in common.into_iter().take(COMMON).enumerate() {
            let Some(edition) = made.editions.get(number as usize) else { continue };
            let readers = if count == 1 { "1 reader".to_owned() } else { format!("{count} readers") };
            let form = match edition.format {
                Format::Html => "",
                Format::Text => ", text",
            };
            let language = edition.language.tag();
            let about = format!("{readers}: {} items, {language}{form}", edition.items.len());
            shown.push(show(room, made, edition, &format!("e{:02}", index + 1), about, None)?);
        }
        Ok(shown)
    }

    /// The letter of one reader.
    fn one_reader(
        &self,
        room: &Newsroom,
        email: &str,
        daily: Option<&Made>,
        weekly: Option<&Made>,
    ) -> Result<Option<Shown>, Failure> {
        let reader = reader(room, email)?;
        let made = match reader.frequency {
            Frequency::Daily => daily,
            Frequency::Weekly => weekly,
        };
        let Some(made) = made else { return Ok(None) };
        let number = edition_of(room, made, &reader.choices, &reader.address)?;
        let Some(edition) = number.and_then(|number| made.editions.get(number as usize)) else {
            return Err(super::newsroom::refused(
                "the reader gets no letter of this issue: nothing in it is among the reader's choices",
                "`overblik why ID --subscriber EMAIL` tells for an article",
            ));
        };
        let name = reader.greeting_name().map(str::to_owned);
        let about = format!("{} {}", reader.address.masked(), reader.frequency);
        show(room, made, edition, "reader", about, Some((&reader.address, name))).map(Some)
    }
}

/// The number of the edition a reader gets, out of the made ones.
fn edition_of(
    room: &Newsroom,
    made: &Made,
    choices: &Choices,
    address: &Address,
) -> Result<Option<u32>, Failure> {
    if made.frozen {
        let Some(store) = room.peek()? else { return Ok(None) };
        let Some(key) = room.state.key().map_err(|error| Failure::ours("reading the signing key", &error))? else {
            return Ok(None);
        };
        let issue = store.issue(made.key)?;
        let Some(issue) = issue else { return Ok(None) };
        let row = store.row_of(issue.number, key.subscriber_id(&address.folded()))?;
        return Ok(row.and_then(|row| row.edition));
    }
    let items: Vec<Vec<usize>> = made.editions.iter().map(|edition| edition.items.clone()).collect();
    let wanted = made.wanted(room, choices)?;
    Ok(items
        .iter()
        .zip(&made.editions)
        .position(|(items, edition)| {
            *items == wanted && edition.format == choices.format && edition.language == choices.language
        })
        .and_then(|number| u32::try_from(number).ok()))
}

impl Made {
    /// The items a reader's choices let through, of an issue that is not frozen.
    fn wanted(&self, room: &Newsroom, choices: &Choices) -> Result<Vec<usize>, Failure> {
        let store = room.peek()?;
        let digest = digest(room, store.as_ref(), self.key)?.digest;
        Ok(Chooser::indexes(Chooser::new(&digest, room.config.selection.when_empty).mask(choices)))
    }
}
