//! Keeps what must outlive a run: frozen issues, their plans, claims and outcomes.
//!
//! A store promises durability and atomicity, nothing more: every method that changes something has changed all of
//! it, on stable storage, when it returns `Ok`, and nothing of it when it returns `Err`. The rules are the ledger's.

pub mod archive;
pub mod baseline;
pub mod beat;
#[cfg(test)]
mod contract;
pub mod decisions;
pub mod home;
pub mod journal;
pub mod kept;
pub mod marks;
pub mod memory;
pub mod sqlite;
pub mod state;

pub mod atomic;
pub mod lock;

use std::{path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use self::home::Home;
use crate::domain::{
    article::{Article, ArticleId},
    delivery::{DeliveryState, Skip, StateName, Tally},
    issue::{Frequency, IssueKey},
    key::SubscriberId,
    piece::Edition,
    subscriber::Format,
};

/// The `[state]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StateSettings {
    /// The folder of the ledger, the key and the readers' own words, relative to the newsletter's folder.
    pub path: PathBuf,
    /// After how many days it is forgotten who got an issue; how many did stays.
    pub keep_days: u32,
}

impl Default for StateSettings {
    fn default() -> Self {
        Self {
            path: "state".into(),
            keep_days: 400,
        }
    }
}

/// Why a store could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine's own words: disk full, file locked, file damaged.
    #[error("the ledger cannot be read or written")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Written by a newer version of this program.
    #[error("the ledger has version {found}, this program knows up to {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// A value that no version writes, or a file that is no database.
    #[error("the ledger is damaged: it holds something no version of this program writes: {0}")]
    Damaged(String),
    /// What was read is of no one moment.
    #[error("the ledger was written to while it was read")]
    Changed,
    /// The issue is already there.
    #[error("issue {0} is already frozen")]
    AlreadyFrozen(IssueKey),
}

impl StoreError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Engine(_) => {
                "nothing is lost; make room or mend the disk, and run `overblik send` again"
            }
            Self::Newer { .. } => {
                "use the newer program, or a copy of the state folder from before it"
            }
            Self::Damaged(_) => {
                "put the state folder back from a copy; without its ledger nobody knows who has got the letter"
            }
            Self::Changed => "run it again in a moment",
            Self::AlreadyFrozen(_) => "run `overblik send` again; it goes on with the frozen issue",
        }
    }
}

/// An issue's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssueNumber(pub i64);

/// A run's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunNumber(pub i64);

/// A piece as it is kept: encoded once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPiece {
    /// What it is.
    pub name: String,
    /// Which part of a letter it belongs to.
    pub format: Format,
    /// The encoded bytes.
    pub bytes: Vec<u8>,
}

/// What freezing an issue says of one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleMark {
    /// The article.
    pub id: ArticleId,
    /// What became of it.
    pub fate: ArticleFate,
}

/// What became of an article in an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleFate {
    /// It is printed; its twins by these keys are not printed again.
    Printed {
        /// The keys of its twins.
        twins: Vec<String>,
        /// Who answers for it.
        publishers: Vec<String>,
        /// Whether it tells of an event.
        is_event: bool,
    },
    /// It was a candidate and found no room.
    LeftOver,
    /// It was seen, no more.
    Seen,
}

/// An issue at the moment of freezing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenIssue {
    /// Which issue.
    pub key: IssueKey,
    /// Up to when its articles count.
    pub cut_off: DateTime<Utc>,
    /// When it is frozen: the letters' date.
    pub frozen_at: DateTime<Utc>,
    /// SHA-256 over date, cut-off, ordered items, texts and pieces.
    pub hash: [u8; 32],
    /// Entries of the subscriber files that were refused.
    pub refused: u64,
    /// `issue.json`: the items and every article's reasons.
    pub record: String,
    /// What its letters say of their sender, as JSON.
    pub letterhead: String,
    /// What its pieces are made from, as JSON: for editions of readers planned later.
    pub manuscript: String,
    /// The pieces, by number.
    pub pieces: Vec<StoredPiece>,
    /// The editions, by number.
    pub editions: Vec<Edition>,
    /// What became of every article.
    pub articles: Vec<ArticleMark>,
}

/// What a frozen issue gets when readers are planned afterwards, besides their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUp {
    /// Further pieces, numbered on from those it has.
    pub pieces: Vec<StoredPiece>,
    /// Further editions, likewise.
    pub editions: Vec<Edition>,
    /// When it is done.
    pub at: DateTime<Utc>,
}

/// One reader in the plan; the row's place in the plan is its seq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Who.
    pub subscriber: SubscriberId,
    /// Where to.
    pub address: String,
    /// The name greeted by.
    pub name: Option<String>,
    /// The day of the consent on record.
    pub signed_up: Option<NaiveDate>,
    /// Which edition, or why none.
    pub edition: Result<u32, Skip>,
}

/// An issue as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRow {
    /// Its number.
    pub number: IssueNumber,
    /// Which issue.
    pub key: IssueKey,
    /// Up to when its articles count.
    pub cut_off: DateTime<Utc>,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
    /// Its hash.
    pub hash: [u8; 32],
    /// How many readers are planned.
    pub planned: u64,
    /// Entries refused when it was planned.
    pub refused: u64,
    /// When a person cancelled it.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When nothing of it was left to do.
    pub done_at: Option<DateTime<Utc>>,
    /// Since when it is being forgotten who it went to: rows are counts, and nobody can be planned any more.
    pub erased_at: Option<DateTime<Utc>>,
}

/// A range of seqs a run has claimed and not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Its number in the store.
    pub number: i64,
    /// The run that claimed it.
    pub run: RunNumber,
    /// The first seq.
    pub from: u64,
    /// The seq after the last.
    pub to: u64,
}

/// A letter to be sent under a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedLetter {
    /// Its place in the plan.
    pub seq: u64,
    /// Who.
    pub subscriber: SubscriberId,
    /// Where to.
    pub address: String,
    /// The name greeted by.
    pub name: Option<String>,
    /// The day of the consent on record.
    pub signed_up: Option<NaiveDate>,
    /// Which edition.
    pub edition: u32,
    /// How many times it has been tried before.
    pub attempts: u32,
    /// Where it stands: waiting or deferred.
    pub state: StateName,
}

/// What became of one claimed row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its place in the plan.
    pub seq: u64,
    /// The state it goes to.
    pub state: Settled,
    /// When.
    pub at: DateTime<Utc>,
    /// The relay that took the letter or may have, where its letters are counted; an empty name where nobody knows
    /// which it was.
    pub relay: Option<Arc<str>>,
}

/// The states a claimed row can go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// A state with an outcome (never queued or sending).
    To(DeliveryState),
    /// Failed, and with it every letter to the reader: the server says that there is no such mailbox.
    NoMailbox {
        /// The server's words.
        reply: String,
    },
    /// Failed without another try: its time is over. No attempt is counted.
    GivesUp {
        /// What the last try was told.
        reply: String,
    },
    /// Back to waiting, not before an instant; no attempt is counted.
    Waits {
        /// Not before this instant.
        until: DateTime<Utc>,
    },
    /// Back to waiting, in a lane: [`Store::claim_lane`] alone claims it. No attempt is counted.
    Held {
        /// The lane.
        lane: Arc<str>,
    },
}

impl Settled {
    /// The state it gives the row; `None` where the row stays as it stands.
    pub fn state(&self) -> Option<DeliveryState> {
        match self {
            Self::To(state) => Some(state.clone()),
            Self::NoMailbox { reply } | Self::GivesUp { reply } => Some(DeliveryState::Failed {
                reply: reply.clone(),
            }),
            Self::Waits { .. } | Self::Held { .. } => None,
        }
    }
}

/// One delivery, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its place in the plan.
    pub seq: u64,
    /// Who.
    pub subscriber: SubscriberId,
    /// Where to.
    pub address: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How many times it was tried.
    pub attempts: u32,
    /// Which edition, where it gets one.
    pub edition: Option<u32>,
    /// When it got there.
    pub at: Option<DateTime<Utc>>,
}

/// A run as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its number.
    pub number: RunNumber,
    /// The issue it sends.
    pub issue: IssueNumber,
    /// The boot of the machine it ran in.
    pub boot_id: String,
}

/// How fast a run handed letters over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// How many letters.
    pub letters: u64,
    /// In what time, kept to the millisecond.
    pub took: Duration,
}

impl Measured {
    /// How many letters a minute that is.
    pub fn a_minute(&self) -> f64 {
        self.letters as f64 / self.took.as_secs_f64() * 60.0
    }
}

/// A printed article of one publisher.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Published {
    /// The publisher.
    pub publisher: String,
    /// The article.
    pub article: ArticleId,
    /// Whether it tells of an event.
    pub is_event: bool,
}

/// What earlier issues of one frequency left behind, as the store keeps it.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The cut-off of the last sent issue.
    pub last_cut_off: Option<DateTime<Utc>>,
    /// The date of the newest issue, sent or being sent; one cancelled before any letter left does not count.
    pub newest: Option<NaiveDate>,
    /// What was printed, and where; once for each issue.
    pub printed: Vec<(ArticleId, IssueKey)>,
    /// Who answers for what was printed, in issues of either frequency.
    pub published: Vec<Published>,
    /// The twin keys of what was printed, and where; likewise.
    pub printed_twins: Vec<(String, IssueKey)>,
    /// When each article was first seen.
    pub first_seen: Vec<(ArticleId, DateTime<Utc>)>,
    /// What had its chance in an issue of the frequency, printed or not.
    pub judged: Vec<ArticleId>,
    /// What found no room, and has not been printed since.
    pub left_over: Vec<ArticleId>,
    /// The subjects of the last sent issue's editions, each once.
    pub subjects: Vec<String>,
    /// For a weekly issue: the places articles had in the daily issues since the last one, 0 first. Stores leave it
    /// empty: it stands in the issues' records, which are not theirs to read.
    pub places: Vec<(ArticleId, IssueKey, usize)>,
    /// What was printed, as the issues kept it, the newest issue first. Stores leave it empty likewise.
    pub pieces: Vec<(Article, IssueKey)>,
}

/// Why an issue cannot be planned further.
const NOT_OPEN: &str =
    "there is no such issue, it is cancelled, or it is so old that nobody knows who got it";

/// When an issue looked at the articles: at its cut-off, or at its freezing where that came first. Freezing is kept
/// to the second; a cut-off within that second is the moment of freezing itself.
fn look(cut_off: DateTime<Utc>, frozen_at: DateTime<Utc>) -> DateTime<Utc> {
    if cut_off.timestamp() <= frozen_at.timestamp() {
        cut_off
    } else {
        frozen_at
    }
}

/// A time as stores keep it.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What can be read from a store.
pub trait Read {
    /// All issues, oldest first.
    fn issues(&self) -> Result<Vec<IssueRow>, StoreError>;
    /// The issue of a key.
    fn issue(&self, key: IssueKey) -> Result<Option<IssueRow>, StoreError>;
    /// `issue.json` of an issue.
    fn record(&self, issue: IssueNumber) -> Result<String, StoreError>;
    /// What an issue's letters say of their sender, as JSON; `None` in an issue frozen before that was kept.
    fn letterhead(&self, issue: IssueNumber) -> Result<Option<String>, StoreError>;
    /// What an issue's pieces are made from, as JSON; `None` in an issue frozen before that was kept.
    fn manuscript(&self, issue: IssueNumber) -> Result<Option<String>, StoreError>;
    /// The pieces of an issue, by number.
    fn pieces(&self, issue: IssueNumber) -> Result<Vec<StoredPiece>, StoreError>;
    /// The editions of an issue, by number.
    fn editions(&self, issue: IssueNumber) -> Result<Vec<Edition>, StoreError> {
        self.first_editions(issue, u32::MAX)
    }
    /// So many of the editions of an issue, the lowest numbers: those of the whole issue are the first four.
    fn first_editions(&self, issue: IssueNumber, count: u32) -> Result<Vec<Edition>, StoreError>;
    /// How many planned readers each edition has, by number.
    fn edition_counts(&self, issue: IssueNumber) -> Result<Vec<(u32, u64)>, StoreError>;
    /// What earlier issues of a frequency left behind.
    fn past(&self, frequency: Frequency) -> Result<Past, StoreError>;
    /// How many rows stand where, by what is written: claimed rows count as waiting or deferred.
    fn tally(&self, issue: IssueNumber) -> Result<Tally, StoreError>;
    /// The rows in a state, by seq, at most `limit`.
    fn rows(
        &self,
        issue: IssueNumber,
        state: StateName,
        limit: u64,
    ) -> Result<Vec<DeliveryRow>, StoreError>;
    /// The row of a reader in an issue.
    fn row_of(
        &self,
        issue: IssueNumber,
        reader: SubscriberId,
    ) -> Result<Option<DeliveryRow>, StoreError>;
    /// The row at a place of a plan.
    fn row_at(&self, issue: IssueNumber, seq: u64) -> Result<Option<DeliveryRow>, StoreError>;
    /// The failed rows that went to [`Settled::NoMailbox`], by seq.
    fn without_mailbox(&self, issue: IssueNumber) -> Result<Vec<DeliveryRow>, StoreError>;
    /// Whether anything of an issue can be claimed at an instant, or a claim is open.
    fn is_due(&self, issue: IssueNumber, now: DateTime<Utc>) -> Result<bool, StoreError>;
    /// The earliest instant from which a row of an issue that was tried may be tried again; `None` when there is none.
    fn next_due(&self, issue: IssueNumber) -> Result<Option<DateTime<Utc>>, StoreError>;
    /// The claims not closed, by number.
    fn open_claims(&self, issue: IssueNumber) -> Result<Vec<Claim>, StoreError>;
    /// The letters of a claim that have no outcome yet and stand in no lane.
    fn letters(&self, issue: IssueNumber, claim: &Claim) -> Result<Vec<ClaimedLetter>, StoreError>;
    /// A run.
    fn run(&self, run: RunNumber) -> Result<Option<RunRow>, StoreError>;
    /// The lanes rows stand in, by name, and how many in each.
    fn lanes(&self, issue: IssueNumber) -> Result<Vec<(String, u64)>, StoreError>;
    /// How many rows that wait or are deferred have an address of a domain (an A-label in lower case).
    fn waiting_at(&self, issue: IssueNumber, domain: &str) -> Result<u64, StoreError>;
    /// How many letters a relay has taken, or may have, since an instant that lies on a quarter of an hour: those
    /// whose outcome names it, of all issues, and those of which nobody knows which relay it was.
    fn taken_since(&self, relay: &str, since: DateTime<Utc>) -> Result<u64, StoreError>;
    /// What was measured of the newest issue of which anything was: of its runs the one with the most letters.
    fn measured(&self) -> Result<Option<Measured>, StoreError>;
    /// Where the state folder is at home, and how many runs were begun in it; `None` until [`Store::settle_home`].
    fn home(&self) -> Result<Option<Home>, StoreError>;
}

/// The seam to what outlives a run.
pub trait Store: Read {
    /// Freezes an issue with its pieces, printed marks and plan, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::AlreadyFrozen`] when an issue of that key is there.
    fn freeze(
        &mut self,
        issue: &FrozenIssue,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<IssueNumber, StoreError>;
    /// Plans further readers of a frozen issue, in one transaction: their rows come after its last, further pieces and
    /// editions after those it has, and what it has stays as it is. With any reader it is no longer done. Gives how many.
    ///
    /// # Errors
    /// The engine's words where a reader is planned already, and where there is no such issue or it is cancelled.
    fn top_up(
        &mut self,
        issue: IssueNumber,
        added: &TopUp,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<u64, StoreError>;
    /// Notes when articles were first seen; what is known stays.
    fn note_seen(&mut self, articles: &[ArticleId], at: DateTime<Utc>) -> Result<(), StoreError>;
    /// Says where the state folder is at home from now on.
    fn settle_home(&mut self, home: &Home) -> Result<(), StoreError>;
    /// Begins a run, and counts it in the folder's home, where it has one.
    fn begin_run(
        &mut self,
        issue: IssueNumber,
        boot_id: &str,
        at: DateTime<Utc>,
    ) -> Result<RunNumber, StoreError>;
    /// Notes how fast a run handed its letters over; one without a letter, or that took no time, tells nothing.
    fn note_measured(&mut self, run: RunNumber, measured: Measured) -> Result<(), StoreError>;
    /// In one transaction: writes outcomes, closes claims, and claims more: the next range of the plan, or, when the
    /// plan is claimed to its end, rows that wait and are due, each as a range of its own. Gives the new claims.
    fn settle_and_claim(
        &mut self,
        issue: IssueNumber,
        outcomes: &[Outcome],
        closed: &[Claim],
        want: Option<Want>,
    ) -> Result<Vec<Claim>, StoreError>;
    /// Claims the first rows of a lane that no open claim covers, at most `limit`, each as a range of its own; they
    /// leave the lane.
    fn claim_lane(
        &mut self,
        issue: IssueNumber,
        run: RunNumber,
        lane: &str,
        limit: u64,
    ) -> Result<Vec<Claim>, StoreError>;
    /// Takes all rows out of a lane: they wait, due from an instant.
    fn empty_lane(
        &mut self,
        issue: IssueNumber,
        lane: &str,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError>;
    /// Puts rows of a state back to waiting, due from an instant: what a person asks to be sent again. Gives how many.
    fn reopen(
        &mut self,
        issue: IssueNumber,
        state: StateName,
        due: DateTime<Utc>,
    ) -> Result<u64, StoreError>;
    /// Cancels an issue: every row that waits or is deferred becomes Skipped (`cancelled`). Gives how many did.
    fn cancel(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<u64, StoreError>;
    /// Turns the first settled rows of a done issue into counts, at most `limit`: address, name and reader are gone, and
    /// [`Read::tally`] and [`Read::edition_counts`] say what they said. Gives how many; 0 where none is left, and in an
    /// issue that is not done.
    fn erase(
        &mut self,
        issue: IssueNumber,
        limit: u64,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError>;
    /// Puts another `issue.json` in the place of an issue's.
    fn replace_record(&mut self, issue: IssueNumber, record: &str) -> Result<(), StoreError>;
    /// Notes that nothing of the issue is left to do.
    fn finish(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<(), StoreError>;
}

/// What a run wants to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// The run.
    pub run: RunNumber,
    /// Rows waiting for an instant up to this one are due.
    pub now: DateTime<Utc>,
    /// The most rows.
    pub limit: u64,
    /// The place in the plan at which the first pass through it ends for now; what is due is claimed then.
    pub up_to: u64,
}
