//! Planning for lists of any length: [`enrol`] reads the subscriber files once and keeps what planning needs of each
//! reader aside, and the [`Enrolment`] becomes a [`LongPlan`] whose rows go to the store one by one.
//!
//! The list is copied as it is read, so a file that is changed meanwhile changes nothing between one step and the next.

use std::{
    io, mem,
    path::Path,
    sync::mpsc::{self, Receiver},
    thread,
};

use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;

use super::{
    Brief, First, Press,
    plan::{OnRecord, is_recipient, left_out},
    spool::{Fields, Reading, Record, Spool, torn},
};
use crate::{
    domain::{
        delivery::Skip,
        issue::{Frequency, IssueKey},
        key::{SigningKey, SubscriberId},
        language::Language,
        section::SectionId,
        subscriber::{Choices, Format, Subscriber},
        topic::TopicId,
    },
    render::RenderError,
    roster::{Folder, Known, Listing, Roster, Suppressions, Visit},
    store::{PlanRow, StoreError},
};

/// Why a long list could not be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// What was kept aside cannot be written or read.
    #[error("the readers cannot be kept aside in the state folder")]
    Aside(#[from] io::Error),
    /// A template that cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The ledger's own words.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The readers of one frequency as the subscriber files have them at one moment, kept aside.
#[derive(Debug)]
pub struct Enrolment {
    /// What the files say besides; it has no entries.
    pub roster: Roster,
    /// Everybody who stands in the files, of any frequency.
    pub listing: Listing,
    /// Who is to go first.
    pub first: First,
    readers: Spool,
}

/// Reads the subscriber files for an issue of a frequency. `aside` is the folder where a long list is kept meanwhile,
/// in a file without a name.
///
/// One thread reads the files and finds who stands in them twice; another makes the ids and keeps aside, for that costs
/// a third of the whole.
///
/// # Errors
/// That file cannot be written.
pub fn enrol(
    folder: &Folder,
    known: &Known,
    key: &SigningKey,
    frequency: Frequency,
    zone: Tz,
    aside: &Path,
) -> io::Result<Enrolment> {
    let (told, telling) = mpsc::sync_channel(AHEAD);
    let keeper = Keeper {
        key: key.clone(),
        frequency,
        listing: Listing::default(),
        readers: Spool::new(aside),
        record: Record::default(),
        consent_texts: known.consent_texts.clone(),
        zone,
    };
    thread::scope(|scope| {
        let keeping = thread::Builder::new()
            .name("keep readers aside".into())
            .spawn_scoped(scope, move || keeper.keep(&telling))?;
        let mut batch = Vec::new();
        let roster = Roster::visit(folder, known, &mut |visit| {
            // A keeper that failed has hung up, and says why when it is asked.
            match visit {
                Visit::Anew => {
                    batch.clear();
                    let _ = told.send(Told::Anew(Listing::begun()));
                }
                Visit::Reader(listed) => {
                    batch.push(listed.subscriber);
                    if batch.len() == BATCH {
                        let full = mem::replace(&mut batch, Vec::with_capacity(BATCH));
                        let _ = told.send(Told::Readers(full));
                    }
                }
            }
        });
        let _ = told.send(Told::Readers(batch));
        drop(told);
        let keeper = keeping
            .join()
            .map_err(|_| io::Error::other("the thread that kept readers aside died"))??;
        let mut listing = keeper.listing;
        listing.finish(&roster, key);
        Ok(Enrolment {
            roster,
            listing,
            first: First::default(),
            readers: keeper.readers,
        })
    })
}

/// Readers told at a time, and how many times ahead of what is kept.
const BATCH: usize = 256;
const AHEAD: usize = 8;

/// What the thread that reads tells the one that keeps.
enum Told {
    /// What was told before is void.
    Anew(Listing),
    Readers(Vec<Subscriber>),
}

/// Makes the readers' ids, lists everybody, and keeps those of one frequency aside.
struct Keeper {
    key: SigningKey,
    frequency: Frequency,
    listing: Listing,
    readers: Spool,
    record: Record,
    consent_texts: Vec<String>,
    zone: Tz,
}

impl Keeper {
    /// Keeps until nothing more is told.
    fn keep(mut self, telling: &Receiver<Told>) -> io::Result<Self> {
        for told in telling {
            match told {
                Told::Anew(listing) => {
                    self.listing = listing;
                    self.readers.clear()?;
                }
                Told::Readers(readers) => {
                    for reader in &readers {
                        self.reader(reader)?;
                    }
                }
            }
        }
        Ok(self)
    }

    fn reader(&mut self, reader: &Subscriber) -> io::Result<()> {
        let id = self.key.subscriber_id(&reader.address.folded());
        self.listing.note(&id);
        if reader.frequency == self.frequency {
            let zone = self.zone;
            write_reader(&mut self.record, reader, id, &self.consent_texts, zone);
            self.readers.push(&self.record)?;
        }
        Ok(())
    }
}

/// The plan of an issue, kept aside.
#[derive(Debug)]
pub struct LongPlan {
    /// Entries of the subscriber files that were refused.
    pub refused: u64,
    /// Readers whom nothing keeps from a letter but, perhaps, their choices.
    pub recipients: u64,
    /// Readers who get a letter.
    pub letters: u64,
    /// How many rows go first.
    pub canary: u64,
    /// The rows of readers who are named to go first.
    named: Spool,
    rows: Spool,
}

impl LongPlan {
    /// Plans an issue, as [`super::plan`] does.
    ///
    /// # Errors
    /// A template that cannot be rendered; the file kept aside cannot be read or written.
    pub fn new(
        brief: &Brief<'_>,
        issue: IssueKey,
        press: &mut Press<'_>,
        enrolment: Enrolment,
        suppressions: &Suppressions,
        aside: &Path,
    ) -> Result<Self, PlanError> {
        let everybody = &|_: &SubscriberId| Ok(false);
        Self::without(
            brief,
            issue,
            press,
            enrolment,
            suppressions,
            aside,
            everybody,
        )
    }

    /// Plans those whom an issue that is frozen does not have yet.
    ///
    /// # Errors
    /// As [`LongPlan::new`]; and what was said when asked who is planned.
    pub fn without(
        brief: &Brief<'_>,
        issue: IssueKey,
        press: &mut Press<'_>,
        enrolment: Enrolment,
        suppressions: &Suppressions,
        aside: &Path,
        is_planned: &dyn Fn(&SubscriberId) -> Result<bool, StoreError>,
    ) -> Result<Self, PlanError> {
        let (mut named, mut rows) = (Spool::new(aside), Spool::new(aside));
        let mut record = Record::default();
        let (mut recipients, mut letters, mut canary) = (0, 0, 0);
        // Letters among the rows that go first.
        let mut leading = 0;
        let first = &enrolment.first;
        let mut readers = enrolment.readers.read()?;
        while let Some(fields) = readers.next()? {
            let reader = Enrolled::read(fields)?;
            if is_planned(&reader.id)? {
                continue;
            }
            let edition = match left_out(brief, issue, reader.paused_until, reader.consent)
                .or_else(|| suppressions.says(&reader.id))
            {
                Some(why) => Err(why),
                None => press.edition(&reader.choices)?.ok_or(Skip::NothingChosen),
            };
            recipients += u64::from(is_recipient(&edition));
            letters += u64::from(edition.is_ok());
            write_row(&mut record, &reader, edition);
            if first.readers.contains(&reader.id) {
                named.push(&record)?;
                continue;
            }
            rows.push(&record)?;
            if leading < first.letters {
                leading += u64::from(edition.is_ok());
                canary = rows.len();
            }
        }
        Ok(Self {
            recipients,
            letters,
            canary: named.len() + canary,
            named,
            refused: enrolment.roster.refused as u64,
            rows,
        })
    }

    /// Whether no reader is planned.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many readers are planned.
    pub fn len(&self) -> u64 {
        self.named.len() + self.rows.len()
    }

    /// Begins to read the rows, in the order of sending.
    ///
    /// # Errors
    /// The file kept aside cannot be read.
    pub fn rows(self) -> io::Result<Rows> {
        Ok(Rows {
            named: self.named.read()?,
            rows: self.rows.read()?,
        })
    }
}

/// The rows of a [`LongPlan`]. Its `size_hint` is exact: a store that is given fewer rows must refuse the plan, for
/// then the file kept aside could not be read to its end.
#[derive(Debug)]
pub struct Rows {
    named: Reading,
    rows: Reading,
}

impl Iterator for Rows {
    type Item = PlanRow;

    fn next(&mut self) -> Option<PlanRow> {
        let read = |rows: &mut Reading| rows.next()?.map(read_row).transpose();
        let rows = match self.named.left() {
            0 => &mut self.rows,
            _ => &mut self.named,
        };
        read(rows).unwrap_or_else(|error| {
            tracing::error!(%error, "the plan kept aside cannot be read");
            None
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.named.left() + self.rows.left();
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

/// What planning needs of a reader.
struct Enrolled<'a> {
    id: SubscriberId,
    address: &'a str,
    name: Option<&'a str>,
    choices: Choices,
    consent: OnRecord,
    signed_up: Option<NaiveDate>,
    paused_until: Option<NaiveDate>,
}

const TEXT: u8 = 1;
const ENGLISH: u8 = 2;
const CONSENT: u8 = 4;
const PAUSED: u8 = 8;
const NAMED: u8 = 16;
const NOT_COVERING: u8 = 32;
const SIGNED_UP: u8 = 64;

fn write_reader(
    record: &mut Record,
    reader: &Subscriber,
    id: SubscriberId,
    texts: &[String],
    zone: Tz,
) {
    let name = reader.greeting_name();
    let signed_up = reader.signed_up(zone);
    let consent = OnRecord::of(reader, texts);
    let flags = [
        (reader.choices.format == Format::Text, TEXT),
        (reader.choices.language == Language::En, ENGLISH),
        (consent == OnRecord::Consent, CONSENT),
        (consent == OnRecord::NotCovering, NOT_COVERING),
        (reader.paused_until.is_some(), PAUSED),
        (name.is_some(), NAMED),
        (signed_up.is_some(), SIGNED_UP),
    ];
    record.clear();
    record.octets(id.0);
    record.octets([flags
        .iter()
        .filter(|(is_set, _)| *is_set)
        .fold(0, |all, (_, flag)| all | flag)]);
    record.text(&reader.address.to_string());
    if let Some(name) = name {
        record.text(name);
    }
    if let Some(day) = signed_up {
        write_day(record, day);
    }
    if let Some(day) = reader.paused_until {
        write_day(record, day);
    }
    record.number(u32::try_from(reader.choices.topics.len()).unwrap_or(u32::MAX));
    for topic in &reader.choices.topics {
        record.text(&topic.0);
    }
    record.number(u32::try_from(reader.choices.sections.len()).unwrap_or(u32::MAX));
    for section in &reader.choices.sections {
        record.text(&section.0);
    }
}

impl<'a> Enrolled<'a> {
    fn read(mut fields: Fields<'a>) -> io::Result<Self> {
        let id = SubscriberId(fields.octets()?);
        let [flags] = fields.octets()?;
        let has = |flag: u8| flags & flag != 0;
        Ok(Self {
            id,
            address: fields.text()?,
            name: has(NAMED).then(|| fields.text()).transpose()?,
            consent: match (has(CONSENT), has(NOT_COVERING)) {
                (true, _) => OnRecord::Consent,
                (_, true) => OnRecord::NotCovering,
                _ => OnRecord::None,
            },
            signed_up: has(SIGNED_UP).then(|| read_day(&mut fields)).transpose()?,
            paused_until: has(PAUSED).then(|| read_day(&mut fields)).transpose()?,
            choices: Choices {
                topics: words(&mut fields, TopicId)?,
                sections: words(&mut fields, SectionId)?,
                format: if has(TEXT) {
                    Format::Text
                } else {
                    Format::Html
                },
                language: if has(ENGLISH) {
                    Language::En
                } else {
                    Language::Da
                },
            },
        })
    }
}

fn write_day(record: &mut Record, day: NaiveDate) {
    record.octets(day.num_days_from_ce().to_be_bytes());
}

fn read_day(fields: &mut Fields<'_>) -> io::Result<NaiveDate> {
    let day = i32::from_be_bytes(fields.octets()?);
    NaiveDate::from_num_days_from_ce_opt(day).ok_or_else(torn)
}

fn words<Id>(fields: &mut Fields<'_>, id: impl Fn(String) -> Id) -> io::Result<Vec<Id>> {
    let count = fields.number()?;
    (0..count)
        .map(|_| Ok(id(fields.text()?.to_owned())))
        .collect()
}

fn write_row(record: &mut Record, reader: &Enrolled<'_>, edition: Result<u32, Skip>) {
    record.clear();
    record.octets(reader.id.0);
    record.text(reader.address);
    match edition {
        Ok(number) => {
            record.text("");
            record.number(number);
        }
        Err(why) => record.text(why.word()),
    }
    // No consent is of the day before the first.
    let signed_up = reader.signed_up.map_or(0, |day| day.num_days_from_ce());
    record.octets(signed_up.to_be_bytes());
    if let Some(name) = reader.name {
        record.text(name);
    }
}

fn read_row(mut fields: Fields<'_>) -> io::Result<PlanRow> {
    Ok(PlanRow {
        subscriber: SubscriberId(fields.octets()?),
        address: fields.text()?.to_owned(),
        edition: match fields.text()? {
            "" => Ok(fields.number()?),
            why => Err(Skip::from_word(why).ok_or_else(torn)?),
        },
        signed_up: match i32::from_be_bytes(fields.octets()?) {
            0 => None,
            day => Some(NaiveDate::from_num_days_from_ce_opt(day).ok_or_else(torn)?),
        },
        name: match fields.is_empty() {
            true => None,
            false => Some(fields.text()?.to_owned()),
        },
    })
}
