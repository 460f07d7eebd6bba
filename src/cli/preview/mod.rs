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
    edited::Edited,
    newsroom::{Newsroom, doubts, key, name_faults},
    report,
    why::reader,
};
use crate::{
    domain::{
        fault::Fault,
        issue::{Frequency, IssueKey},
        key::{SigningKey, SubscriberId, hex},
        piece::{Edition, PieceId, Slot},
        subscriber::{Format, Subscriber},
    },
    letter::{Letterhead, Links, Reader, Stamp, encode::EncodedPiece},
    publish::{self, Press, Record, encoded, unprinted_pins},
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
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
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
    /// The edition of the reader asked for.
    reader: Option<u32>,
    /// The letterhead it was frozen with.
    head: Option<Letterhead>,
    frozen: bool,
}

impl Preview {
    /// Writes the files; changes nothing else.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let date = room.date_or_next(self.date, Frequency::Daily)?;
        let store = room.peek()?;
        let reader = self
            .subscriber
            .as_deref()
            .map(|email| reader(&room, email))
            .transpose()?;
        let make = |frequency| {
            make(
                session,
                &room,
                store.as_ref(),
                key(frequency, date),
                reader.as_ref(),
            )
        };
        let daily = make(Frequency::Daily)?;
        let weekly = make(Frequency::Weekly)?;
        let mut shown = Vec::new();
        if let Some(daily) = &daily {
            shown.extend(whole(&room, daily)?);
        }
        if let Some(weekly) = &weekly {
            shown.push(show(
                &room,
                weekly,
                &weekly.editions[0],
                "weekly",
                "weekly edition, all topics".into(),
                None,
            )?);
        }
        if let Some(reader) = &reader {
            let made = match reader.frequency {
                Frequency::Daily => daily.as_ref(),
                Frequency::Weekly => weekly.as_ref(),
            };
            if let Some(made) = made {
                shown.push(one_reader(&room, reader, made)?);
            }
        }
        let Some(made) = daily.as_ref().or(weekly.as_ref()) else {
            session.say(&format!(
                "{date}: no article is due; there is nothing to show"
            ));
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
            let state = if made.frozen {
                "frozen"
            } else {
                "not sent yet"
            };
            session.data(&format!(
                "{}  {}  {state}\n",
                made.key,
                &hex(&made.stamp.hash)[..12]
            ));
            for shown in &shown {
                session.data(&format!(
                    "  {:<8} {:<44} {}\n",
                    shown.name, shown.about, shown.subject
                ));
            }
            let index = self.out.join(date.to_string()).join("index.html");
            session.say(&format!("open {}", index.display()));
        }
        Ok(Exit::Done)
    }
}

/// The whole issue in each language and format, and the readers' own editions, the most common first.
fn whole(room: &Newsroom, made: &Made) -> Result<Vec<Shown>, Failure> {
    let mut shown = Vec::new();
    for (number, name, about) in [
        (0, "all", "all topics, Danish"),
        (2, "all-en", "all topics, English"),
        (1, "text", "all topics, text alone"),
    ] {
        if let Some(edition) = made.editions.get(number) {
            shown.push(show(room, made, edition, name, about.into(), None)?);
        }
    }
    let mut common: Vec<(u32, u64)> = made
        .counts
        .iter()
        .map(|(number, count)| (*number, *count))
        .collect();
    common.sort_by_key(|(number, count)| (std::cmp::Reverse(*count), *number));
    for (index, (number, count)) in common.into_iter().take(COMMON).enumerate() {
        let Some(edition) = made.editions.get(number as usize) else {
            continue;
        };
        let readers = report::readers(count);
        let form = match edition.format {
            Format::Html => "",
            Format::Text => ", text",
        };
        let language = edition.language.tag();
        let about = format!("{readers}: {} items, {language}{form}", edition.items.len());
        shown.push(show(
            room,
            made,
            edition,
            &format!("e{:02}", index + 1),
            about,
            None,
        )?);
    }
    Ok(shown)
}

/// The letter of one reader.
fn one_reader(room: &Newsroom, reader: &Subscriber, made: &Made) -> Result<Shown, Failure> {
    let edition = made
        .reader
        .and_then(|number| made.editions.get(number as usize));
    let Some(edition) = edition else {
        return Err(super::newsroom::refused(
            "the reader gets no letter of this issue",
            "`overblik why ID --subscriber EMAIL` tells for an article",
        ));
    };
    let about = format!("{}, {}", reader.address.masked(), reader.frequency);
    show(room, made, edition, "reader", about, Some(reader))
}

/// Makes an issue to look at; `None` when it would be empty.
fn make(
    session: &Session,
    room: &Newsroom,
    store: Option<&SqliteStore>,
    key: IssueKey,
    reader: Option<&Subscriber>,
) -> Result<Option<Made>, Failure> {
    if let Some(store) = store
        && let Some(issue) = store.issue(key)?
    {
        return of_frozen(room, store, &issue, reader).map(Some);
    }
    let config = &room.config;
    let edited = Edited::of(config, key.date)?;
    let brief = edited.brief(config);
    let collected = publish::collect(&brief, room.now);
    edited.check(&collected)?;
    if key.frequency == Frequency::Daily {
        name_faults(session, doubts(&collected));
    }
    let past = room.past(store, key.frequency)?;
    let cut_off = config.schedule.cut_off(key, config.newsletter.timezone);
    let draft = publish::draft(
        &brief.filled(&collected),
        key,
        cut_off,
        &collected.articles,
        &past,
    )?;
    if draft.digest.items.is_empty() {
        return Ok(None);
    }
    name_faults(session, unprinted_pins(&draft.digest, brief.overlay));
    if key.frequency == Frequency::Daily {
        for hold in edited.holds() {
            session.say(&format!("{}: held: {}", key.date, hold.reason));
        }
    }
    let roster = Roster::read(&config.subscribers_folder(), &config.known());
    if key.frequency == Frequency::Daily {
        name_faults(
            session,
            roster.uncuttable.iter().chain(&roster.faults).cloned(),
        );
    }
    let mut press = Press::new(&draft.digest, &brief)?;
    // Which editions there are does not depend on the key.
    let throwaway = SigningKey::new([0; 32]);
    let plan = publish::plan(
        &brief,
        key,
        &mut press,
        &roster,
        &Suppressions::default(),
        &throwaway,
    )?;
    let mut counts = BTreeMap::new();
    for number in plan.rows.iter().filter_map(|row| row.edition.ok()) {
        *counts.entry(number).or_default() += 1;
    }
    let own = match reader.filter(|reader| reader.frequency == key.frequency) {
        Some(reader) => press.edition(&reader.choices)?,
        None => None,
    };
    let hash = press.hash();
    Ok(Some(Made {
        key,
        // Not sent yet: the letters are dated to the cut-off.
        stamp: Stamp {
            key,
            frozen_at: cut_off,
            hash,
        },
        record: Record::new(&draft.digest, hash).to_json(),
        editions: press.editions().to_vec(),
        pieces: encoded(&press.into_pieces())?,
        counts,
        reader: own,
        head: None,
        frozen: false,
    }))
}

/// The frozen issue, as it was or will be mailed.
fn of_frozen(
    room: &Newsroom,
    store: &SqliteStore,
    issue: &IssueRow,
    reader: Option<&Subscriber>,
) -> Result<Made, Failure> {
    let key = room.state.key()?;
    let row = match (reader, key) {
        (Some(reader), Some(key)) => {
            store.row_of(issue.number, key.subscriber_id(&reader.address.folded()))?
        }
        _ => None,
    };
    Ok(Made {
        key: issue.key,
        stamp: Stamp {
            key: issue.key,
            frozen_at: issue.frozen_at,
            hash: issue.hash,
        },
        record: store.record(issue.number)?,
        editions: store.editions(issue.number)?,
        pieces: encoded(&store.pieces(issue.number)?)?,
        counts: store.edition_counts(issue.number)?.into_iter().collect(),
        reader: row.and_then(|row| row.edition),
        head: room.letterhead_of(store, issue)?,
        frozen: true,
    })
}

/// One edition as a reader sees it; without a reader, as one without a name.
fn show(
    room: &Newsroom,
    made: &Made,
    edition: &Edition,
    name: &str,
    about: String,
    reader: Option<&Subscriber>,
) -> Result<Shown, Failure> {
    let nobody = room.config.newsletter.from.address.clone();
    let address = reader.map_or(&nobody, |reader| &reader.address);
    let greeted = reader.and_then(Subscriber::greeting_name);
    let splicer = room.splicer(
        made.stamp,
        made.head.clone(),
        Links::Trial,
        made.pieces.clone(),
    );
    let letter = splicer
        .letter(
            edition,
            &Reader {
                id: SubscriberId([0; 32]),
                address,
                name: greeted,
            },
        )
        .map_err(|error| Failure::ours("making the letter", &error))?;
    let greeting = edition.language.greeting(greeted);
    let part = |numbers: &[PieceId]| -> String {
        numbers
            .iter()
            .filter_map(|number| made.pieces.get(number.0 as usize))
            .map(|piece| {
                piece.decoded(|slot| match slot {
                    Slot::Greeting => greeting.as_str(),
                    Slot::Unsubscribe | Slot::Preferences => TRIAL_LINK,
                })
            })
            .collect()
    };
    Ok(Shown {
        name: name.to_owned(),
        about,
        subject: edition.subject.clone(),
        html: (edition.format == Format::Html).then(|| part(&edition.html)),
        text: part(&edition.text),
        letter: letter.message.text().into_owned().into_bytes(),
    })
}

/// Where the personal links of a preview lead: nowhere.
const TRIAL_LINK: &str = "#pr\u{f8}velink";

/// Writes the files beside where they belong, then takes the old ones' place: a preview is never half-written.
fn write(folder: &Path, made: &Made, shown: &[Shown]) -> std::io::Result<Vec<String>> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let fresh = tempfile::Builder::new()
        .prefix(".preview-")
        .tempdir_in(parent)?;
    let mut files = Vec::new();
    let mut put = |name: String, bytes: &[u8]| {
        fs::write(fresh.path().join(&name), bytes)?;
        files.push(name);
        Ok::<(), std::io::Error>(())
    };
    for shown in shown {
        if let Some(html) = &shown.html {
            put(format!("{}.html", shown.name), html.as_bytes())?;
        }
        put(format!("{}.txt", shown.name), shown.text.as_bytes())?;
        put(format!("{}.eml", shown.name), &shown.letter)?;
    }
    put("issue.json".into(), made.record.as_bytes())?;
    put("index.html".into(), page::index(made, shown)?.as_bytes())?;
    let old = tempfile::Builder::new()
        .prefix(".preview-")
        .tempdir_in(parent)?;
    if folder.exists() {
        fs::rename(folder, old.path().join("old"))?;
    }
    fs::rename(fresh.keep(), folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    }
    Ok(files)
}
