//! Planning for lists of any length: [`enrol`] reads the subscriber files once and keeps what planning needs of each
//! reader aside, and the [`Enrolment`] becomes a [`LongPlan`] whose rows go to the store one by one.
//!
//! The list is copied as it is read, so a file that is changed meanwhile changes nothing between one step and the next.

use std::{
    collections::HashMap,
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
        address::FoldedAddress,
        delivery::Skip,
        issue::{Frequency, IssueKey},
        key::{SigningKey, SubscriberId},
        language::Language,
        subscriber::{Choices, ChoicesRef, Format, Subscriber},
    },
    render::RenderError,
    roster::{Folder, Known, Listing, Roster, Suppressions, Surveyed, Visit},
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
/// in a file without a name; `surveyed` is what was found where the files were looked over just before.
///
/// One thread reads the files and finds who stands in them twice; another makes the ids and keeps aside, for that costs
/// a third of the whole. Between them readers go as octets, many in one: strings that one thread makes and another lets
/// go make both wait for the allocator.
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
    surveyed: Option<Surveyed>,
) -> io::Result<Enrolment> {
    let (told, telling) = mpsc::sync_channel(AHEAD);
    let keeper = Keeper {
        key: key.clone(),
        listing: Listing::default(),
        readers: Spool::new(aside),
        record: Record::default(),
    };
    thread::scope(|scope| {
        let keeping = thread::Builder::new()
            .name("keep readers aside".into())
            .spawn_scoped(scope, move || keeper.keep(&telling))?;
        let mut batch = Batch::default();
        let mut record = Record::default();
        let roster = Roster::visit_surveyed(folder, known, surveyed, &mut |visit| {
            // A keeper that failed has hung up, and says why when it is asked.
            match visit {
                Visit::Anew => {
                    batch = Batch::default();
                    let _ = told.send(Told::Anew(Listing::begun()));
                }
                Visit::Reader(listed) => {
                    let reader = &listed.subscriber;
                    record.clear();
                    if reader.frequency == frequency {
                        write_reader(&mut record, reader, &known.consent_texts, zone);
                    }
                    batch.push(reader, &record);
                    if batch.readers == BATCH {
                        let _ = told.send(Told::Readers(mem::take(&mut batch)));
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

/// Readers laid end to end, each with what is kept aside: nothing of a reader of another frequency.
#[derive(Default)]
struct Batch {
    readers: usize,
    octets: Record,
}

impl Batch {
    fn push(&mut self, reader: &Subscriber, kept: &Record) {
        self.octets.text(reader.address.folded().as_str());
        self.octets.record(kept);
        self.readers += 1;
    }
}

/// What the thread that reads tells the one that keeps.
enum Told {
    /// What was told before is void.
    Anew(Listing),
    Readers(Batch),
}

/// Makes the readers' ids, lists everybody, and keeps those of one frequency aside.
struct Keeper {
    key: SigningKey,
    listing: Listing,
    readers: Spool,
    record: Record,
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
                Told::Readers(batch) => {
                    let mut octets = batch.octets.fields();
                    for _ in 0..batch.readers {
                        let address = FoldedAddress::again(octets.text()?);
                        self.reader(&address, octets.record()?)?;
                    }
                }
            }
        }
        Ok(self)
    }

    fn reader(&mut self, address: &FoldedAddress, kept: Fields<'_>) -> io::Result<()> {
        let id = self.key.subscriber_id(address);
        self.listing.note(&id);
        if !kept.is_empty() {
            self.record.clear();
            self.record.octets(id.0);
            self.record.append(kept);
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
        let mut editions = Editions::default();
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
                None => editions
                    .chosen(press, reader.choices)?
                    .ok_or(Skip::NothingChosen),
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

/// Which edition choices come to, by the choices as they are kept aside: most readers choose as another did.
#[derive(Debug, Default)]
struct Editions(HashMap<Box<[u8]>, Option<u32>>);

impl Editions {
    /// So many sets of choices are remembered; further ones are asked for each time.
    const REMEMBERED: usize = 4096;

    fn chosen(
        &mut self,
        press: &mut Press<'_>,
        choices: Fields<'_>,
    ) -> Result<Option<u32>, PlanError> {
        if let Some(edition) = self.0.get(choices.rest()) {
            return Ok(*edition);
        }
        let edition = press.edition(read_choices(choices)?)?;
        if self.0.len() < Self::REMEMBERED {
            self.0.insert(choices.rest().into(), edition);
        }
        Ok(edition)
    }
}

/// What planning needs of a reader.
struct Enrolled<'a> {
    id: SubscriberId,
    address: &'a str,
    name: Option<&'a str>,
    consent: OnRecord,
    signed_up: Option<NaiveDate>,
    paused_until: Option<NaiveDate>,
    /// Not read yet.
    choices: Fields<'a>,
}

const CONSENT: u8 = 1;
const NOT_COVERING: u8 = 2;
const PAUSED: u8 = 4;
const NAMED: u8 = 8;
const SIGNED_UP: u8 = 16;
/// Of the choices.
const TEXT: u8 = 1;
const ENGLISH: u8 = 2;

/// Writes what planning needs of a reader besides the id.
fn write_reader(record: &mut Record, reader: &Subscriber, texts: &[String], zone: Tz) {
    let name = reader.greeting_name();
    let signed_up = reader.signed_up(zone);
    let consent = OnRecord::of(reader, texts);
    record.octets(flags([
        (consent == OnRecord::Consent, CONSENT),
        (consent == OnRecord::NotCovering, NOT_COVERING),
        (reader.paused_until.is_some(), PAUSED),
        (name.is_some(), NAMED),
        (signed_up.is_some(), SIGNED_UP),
    ]));
    record.text(reader.address.as_str());
    if let Some(name) = name {
        record.text(name);
    }
    for day in [signed_up, reader.paused_until].into_iter().flatten() {
        record.octets(day.num_days_from_ce().to_be_bytes());
    }
    write_choices(record, &reader.choices);
}

fn write_choices(record: &mut Record, choices: &Choices) {
    record.octets(flags([
        (choices.format == Format::Text, TEXT),
        (choices.language == Language::En, ENGLISH),
    ]));
    record.number(u32::try_from(choices.topics.len()).unwrap_or(u32::MAX));
    for topic in &choices.topics {
        record.text(&topic.0);
    }
    record.number(u32::try_from(choices.sections.len()).unwrap_or(u32::MAX));
    for section in &choices.sections {
        record.text(&section.0);
    }
}

fn flags<const N: usize>(flags: [(bool, u8); N]) -> [u8; 1] {
    let set = flags.into_iter().filter(|(is_set, _)| *is_set);
    [set.fold(0, |all, (_, flag)| all | flag)]
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
            choices: fields,
        })
    }
}

fn read_day(fields: &mut Fields<'_>) -> io::Result<NaiveDate> {
    let day = i32::from_be_bytes(fields.octets()?);
    NaiveDate::from_num_days_from_ce_opt(day).ok_or_else(torn)
}

fn read_choices(mut fields: Fields<'_>) -> io::Result<ChoicesRef<'_>> {
    let [flags] = fields.octets()?;
    Ok(ChoicesRef {
        topics: words(&mut fields)?,
        sections: words(&mut fields)?,
        format: match flags & TEXT {
            0 => Format::Html,
            _ => Format::Text,
        },
        language: match flags & ENGLISH {
            0 => Language::Da,
            _ => Language::En,
        },
    })
}

fn words<'a>(fields: &mut Fields<'a>) -> io::Result<Vec<&'a str>> {
    let count = fields.number()?;
    (0..count).map(|_| fields.text()).collect()
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
