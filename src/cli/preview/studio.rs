//! Makes an issue to look at: as it would be frozen, or as it is. Nothing is written but what sources leave in `cache/`.

use std::{cell::OnceCell, collections::BTreeMap};

use crate::{
    cli::{
        Failure,
        edited::Edited,
        newsroom::{Newsroom, doubts},
    },
    domain::{
        fault::Fault,
        issue::IssueKey,
        key::SigningKey,
        piece::Edition,
        subscriber::{Choices, Subscriber},
    },
    letter::{Letterhead, Stamp, encode::EncodedPiece},
    lint::Finding,
    publish::{self, Manuscript, Press, Record, encoded, unprinted_pins},
    roster::{Roster, Suppressions},
    source::Collected,
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// What issues to look at are made of, each part read once.
pub(in crate::cli) struct Studio<'a> {
    pub(in crate::cli) room: &'a Newsroom,
    pub(in crate::cli) store: Option<SqliteStore>,
    collected: OnceCell<Collected>,
    roster: OnceCell<Roster>,
}

/// Whose edition is asked for besides those there are.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) enum Asked<'a> {
    /// Nobody's.
    Nobody,
    /// That of one reader, with the frequency the reader has.
    Reader(&'a Subscriber),
    /// That of whoever would choose so.
    Choices(&'a Choices),
}

/// An issue to look at, frozen or not.
pub(in crate::cli) struct Made {
    pub(in crate::cli) key: IssueKey,
    pub(in crate::cli) stamp: Stamp,
    pub(in crate::cli) record: String,
    pub(in crate::cli) editions: Vec<Edition>,
    pub(in crate::cli) pieces: Vec<EncodedPiece>,
    /// How many readers get each edition.
    pub(in crate::cli) counts: BTreeMap<u32, u64>,
    /// How many readers of the frequency get no letter.
    pub(in crate::cli) without: u64,
    /// The edition that was asked for; `None` where nothing of the issue is in it.
    pub(in crate::cli) asked: Option<u32>,
    /// The letterhead it was frozen with.
    pub(in crate::cli) head: Option<Letterhead>,
    pub(in crate::cli) frozen: bool,
}

/// What came of making an issue.
pub(in crate::cli) struct Look {
    /// The issue; `None` when it would be empty.
    pub(in crate::cli) made: Option<Made>,
    /// What is doubtful in the sources, the day's file and the lists.
    pub(in crate::cli) faults: Vec<Fault>,
    /// Why the date's issues must not leave.
    pub(in crate::cli) held: Vec<Fault>,
}

impl<'a> Studio<'a> {
    /// Opens the ledger, where there is one.
    pub(in crate::cli) fn open(room: &'a Newsroom) -> Result<Self, Failure> {
        Ok(Self {
            room,
            store: room.peek()?,
            collected: OnceCell::new(),
            roster: OnceCell::new(),
        })
    }

    /// Makes the issue of a key.
    pub(in crate::cli) fn issue(&self, key: IssueKey, asked: Asked<'_>) -> Result<Look, Failure> {
        if let Some(store) = &self.store
            && let Some(issue) = store.issue(key)?
        {
            return Ok(Look {
                made: Some(self.of_frozen(store, &issue, asked)?),
                faults: Vec::new(),
                held: Vec::new(),
            });
        }
        self.of_articles(key, asked)
    }

    fn of_articles(&self, key: IssueKey, asked: Asked<'_>) -> Result<Look, Failure> {
        let config = &self.room.config;
        let edited = Edited::of(config, key.date)?;
        let brief = edited.brief(config);
        let collected = self
            .collected
            .get_or_init(|| publish::collect(&brief, self.room.now));
        edited.check(collected)?;
        let mut faults: Vec<Fault> = doubts(collected).collect();
        let past = self.room.past(self.store.as_ref(), key.frequency)?;
        let cut_off = config.schedule.cut_off(key, config.newsletter.timezone);
        let draft = publish::draft(
            &brief.filled(collected),
            key,
            cut_off,
            &collected.articles,
            &past,
        )?;
        let held = edited.holds();
        if draft.digest.items.is_empty() {
            faults.extend(draft.ads_alone());
            return Ok(Look {
                made: None,
                faults,
                held,
            });
        }
        faults.extend(unprinted_pins(&draft.digest, brief.overlay));
        if let Some(shortened) = draft.shortened() {
            faults.push(Fault::warning(shortened));
        }
        let roster = self
            .roster
            .get_or_init(|| Roster::read(&config.subscribers_folder(), &config.known()));
        faults.extend(roster.uncuttable.iter().chain(&roster.faults).cloned());
        let mut press = Press::new(&draft.digest, &brief)?;
        // Which editions there are does not depend on the key.
        let throwaway = SigningKey::new([0; 32]);
        let suppressions = Suppressions::default();
        let plan = publish::plan(&brief, key, &mut press, roster, &suppressions, &throwaway)?;
        let mut counts = BTreeMap::new();
        for number in plan.rows.iter().filter_map(|row| row.edition.ok()) {
            *counts.entry(number).or_default() += 1;
        }
        let without = plan.rows.iter().filter(|row| row.edition.is_err()).count();
        let asked = match asked {
            Asked::Nobody => None,
            Asked::Reader(reader) if reader.frequency != key.frequency => None,
            Asked::Reader(reader) => press.edition(&reader.choices)?,
            Asked::Choices(choices) => press.edition(choices)?,
        };
        let before = match &self.store {
            Some(store) => publish::before(store, key)?,
            None => None,
        };
        let findings = publish::inspect(&brief, &draft.digest, &press, before.as_ref(), &[]);
        faults.extend(findings.iter().map(Finding::told));
        let hash = press.hash();
        let made = Made {
            key,
            // Not sent yet: the letters are dated to the cut-off.
            stamp: Stamp {
                key,
                frozen_at: cut_off,
                hash,
            },
            record: Record::new(&draft.digest, hash, press.subject()).to_json(),
            editions: press.editions().to_vec(),
            pieces: encoded(&press.into_pieces())?,
            counts,
            without: without as u64,
            asked,
            head: None,
            frozen: false,
        };
        Ok(Look {
            made: Some(made),
            faults,
            held,
        })
    }

    /// The frozen issue, as it was or will be mailed.
    fn of_frozen(
        &self,
        store: &SqliteStore,
        issue: &IssueRow,
        asked: Asked<'_>,
    ) -> Result<Made, Failure> {
        let mut editions = store.editions(issue.number)?;
        let mut pieces = store.pieces(issue.number)?;
        let asked = match asked {
            Asked::Nobody => None,
            Asked::Reader(reader) => match self.room.state.key()? {
                Some(key) => store
                    .row_of(issue.number, key.subscriber_id(&reader.address.folded()))?
                    .and_then(|row| row.edition),
                None => None,
            },
            Asked::Choices(choices) => match store.manuscript(issue.number)? {
                Some(kept) if !kept.is_empty() => {
                    let manuscript = Manuscript::from_json(&kept)
                        .map_err(|error| Failure::ours("reading the issue's manuscript", &error))?;
                    let mut press =
                        Press::again(&manuscript, issue.hash, editions.clone(), pieces.clone());
                    let number = press.edition(choices)?;
                    let (further, theirs) = press.into_parts();
                    editions.extend(further);
                    pieces.extend(theirs);
                    number
                }
                // Frozen before manuscripts were kept: the whole issue is all there is.
                _ => editions
                    .iter()
                    .position(|edition| {
                        edition.language == choices.language && edition.format == choices.format
                    })
                    .and_then(|number| u32::try_from(number).ok()),
            },
        };
        Ok(Made {
            key: issue.key,
            stamp: Stamp {
                key: issue.key,
                frozen_at: issue.frozen_at,
                hash: issue.hash,
            },
            record: store.record(issue.number)?,
            editions,
            pieces: encoded(&pieces)?,
            counts: store.edition_counts(issue.number)?.into_iter().collect(),
            without: store.tally(issue.number)?.skipped,
            asked,
            head: self.room.letterhead_of(store, issue)?,
            frozen: true,
        })
    }
}
