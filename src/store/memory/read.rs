//! What is read.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Delivery, MemoryStore};
use crate::{
    domain::{
        delivery::{StateName, Tally},
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        piece::Edition,
    },
    store::{
        Claim, ClaimedLetter, DeliveryRow, IssueNumber, IssueRow, Measured, Past, Read, RunNumber,
        RunRow, StoreError, StoredPiece, home::Home,
    },
};

impl MemoryStore {
    fn deliveries(&self, issue: IssueNumber) -> impl Iterator<Item = (u64, &Delivery)> {
        self.counted(issue).filter(|(_, row)| !row.is_erased)
    }

    /// The same with those of which only a count is left.
    fn counted(&self, issue: IssueNumber) -> impl Iterator<Item = (u64, &Delivery)> {
        let rows = self.book.issues.get(&issue).map(|issue| &issue.deliveries);
        (0..).zip(rows.into_iter().flatten())
    }
}

impl Read for MemoryStore {
    fn issues(&self) -> Result<Vec<IssueRow>, StoreError> {
        let rows = self.book.issues.values().map(|issue| issue.row.clone());
        let mut rows: Vec<IssueRow> = rows.collect();
        rows.sort_by_key(|row| (row.key.date, row.key.frequency.word()));
        Ok(rows)
    }

    fn issue(&self, key: IssueKey) -> Result<Option<IssueRow>, StoreError> {
        let mut issues = self.book.issues.values();
        Ok(issues
            .find(|issue| issue.row.key == key)
            .map(|issue| issue.row.clone()))
    }

    fn record(&self, issue: IssueNumber) -> Result<String, StoreError> {
        Ok(self.book.issue(issue)?.record.clone())
    }

    fn letterhead(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        Ok(Some(self.book.issue(issue)?.letterhead.clone()))
    }

    fn manuscript(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        Ok(Some(self.book.issue(issue)?.manuscript.clone()))
    }

    fn pieces(&self, issue: IssueNumber) -> Result<Vec<StoredPiece>, StoreError> {
        let issue = self.book.issues.get(&issue);
        Ok(issue.map_or_else(Vec::new, |issue| issue.pieces.clone()))
    }

    fn first_editions(&self, issue: IssueNumber, count: u32) -> Result<Vec<Edition>, StoreError> {
        let issue = self.book.issues.get(&issue);
        let editions = issue.into_iter().flat_map(|issue| &issue.editions);
        Ok(editions.take(count as usize).cloned().collect())
    }

    fn edition_counts(&self, issue: IssueNumber) -> Result<Vec<(u32, u64)>, StoreError> {
        let mut counts = std::collections::BTreeMap::new();
        for (_, row) in self.counted(issue) {
            if let Ok(edition) = row.planned.edition {
                *counts.entry(edition).or_default() += 1;
            }
        }
        Ok(counts.into_iter().collect())
    }

    fn past(&self, frequency: Frequency) -> Result<Past, StoreError> {
        let book = &self.book;
        // An issue that was cancelled before any letter left was not sent: what it covered is open again.
        let sent = || {
            book.issues.values().filter(|issue| {
                issue.row.key.frequency == frequency
                    && (issue.row.cancelled_at.is_none() || issue.has_left())
            })
        };
        let last = sent().max_by_key(|issue| issue.row.cut_off);
        let key_of = |number| Ok::<_, StoreError>(book.issue(number)?.row.key);
        let printed = book.printed.iter().filter(|(of, ..)| *of == frequency);
        let twins = book.printed_twins.iter();
        let left_over = book.left_over.iter().filter(|(of, _)| *of == frequency);
        let judged = book.judged.keys().filter(|(of, _)| *of == frequency);
        Ok(Past {
            last_cut_off: last.map(|issue| issue.row.cut_off),
            newest: sent().map(|issue| issue.row.key.date).max(),
            printed: printed
                .map(|(_, article, issue)| Ok((article.clone(), key_of(*issue)?)))
                .collect::<Result<_, StoreError>>()?,
            published: book
                .published
                .iter()
                .map(|(published, _)| published.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            printed_twins: twins
                .filter(|(of, ..)| *of == frequency)
                .map(|(_, twin, issue)| Ok((twin.clone(), key_of(*issue)?)))
                .collect::<Result<_, StoreError>>()?,
            first_seen: book.seen.iter().map(|(id, at)| (id.clone(), *at)).collect(),
            left_over: left_over.map(|(_, article)| article.clone()).collect(),
            judged: judged.map(|(_, article)| article.clone()).collect(),
            subjects: {
                let editions = last.into_iter().flat_map(|issue| &issue.editions);
                let subjects: std::collections::BTreeSet<String> =
                    editions.map(|edition| edition.subject.clone()).collect();
                subjects.into_iter().collect()
            },
            places: Vec::new(),
        })
    }

    fn tally(&self, issue: IssueNumber) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        for (_, row) in self.counted(issue) {
            tally.count(row.state.name(), 1);
        }
        Ok(tally)
    }

    fn rows(
        &self,
        issue: IssueNumber,
        state: StateName,
        limit: u64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self
            .deliveries(issue)
            .filter(|(_, row)| row.state.name() == state)
            .take(limit)
            .map(|(seq, row)| shown(seq, row))
            .collect())
    }

    fn row_of(
        &self,
        issue: IssueNumber,
        reader: SubscriberId,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        Ok(self
            .deliveries(issue)
            .find(|(_, row)| row.planned.subscriber == reader)
            .map(|(seq, row)| shown(seq, row)))
    }

    fn without_mailbox(&self, issue: IssueNumber) -> Result<Vec<DeliveryRow>, StoreError> {
        Ok(self
            .deliveries(issue)
            .filter(|(_, row)| row.no_mailbox)
            .map(|(seq, row)| shown(seq, row))
            .collect())
    }

    fn row_at(&self, issue: IssueNumber, seq: u64) -> Result<Option<DeliveryRow>, StoreError> {
        Ok(self
            .deliveries(issue)
            .find(|(at, _)| *at == seq)
            .map(|(seq, row)| shown(seq, row)))
    }

    fn is_due(&self, issue: IssueNumber, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let found = self.book.issue(issue)?;
        Ok(found.claimed_to < found.row.planned
            || self.book.open_claims(issue).next().is_some()
            || found
                .deliveries
                .iter()
                .any(|row| row.lane.is_some() || row.due().is_some_and(|due| due <= now)))
    }

    fn next_due(&self, issue: IssueNumber) -> Result<Option<DateTime<Utc>>, StoreError> {
        let found = self.book.issue(issue)?;
        Ok(found
            .deliveries
            .iter()
            .filter_map(super::Delivery::due)
            .min())
    }

    fn open_claims(&self, issue: IssueNumber) -> Result<Vec<Claim>, StoreError> {
        Ok(self.book.open_claims(issue).collect())
    }

    fn letters(&self, issue: IssueNumber, claim: &Claim) -> Result<Vec<ClaimedLetter>, StoreError> {
        Ok(self
            .deliveries(issue)
            .filter(|(seq, row)| (claim.from..claim.to).contains(seq) && row.is_unsettled())
            .filter(|(_, row)| row.lane.is_none())
            .filter_map(|(seq, row)| {
                Some(ClaimedLetter {
                    seq,
                    subscriber: row.planned.subscriber,
                    address: row.planned.address.clone(),
                    name: row.planned.name.clone(),
                    signed_up: row.planned.signed_up,
                    edition: row.planned.edition.ok()?,
                    attempts: row.attempts,
                    state: row.state.name(),
                })
            })
            .collect())
    }

    fn run(&self, run: RunNumber) -> Result<Option<RunRow>, StoreError> {
        Ok(self.book.runs.get(&run).cloned())
    }

    fn lanes(&self, issue: IssueNumber) -> Result<Vec<(String, u64)>, StoreError> {
        let mut lanes = std::collections::BTreeMap::new();
        for lane in self
            .deliveries(issue)
            .filter_map(|(_, row)| row.lane.clone())
        {
            *lanes.entry(lane).or_default() += 1;
        }
        Ok(lanes.into_iter().collect())
    }

    fn waiting_at(&self, issue: IssueNumber, domain: &str) -> Result<u64, StoreError> {
        let is_there = |row: &Delivery| {
            row.is_unsettled()
                && row
                    .planned
                    .address
                    .rsplit_once('@')
                    .is_some_and(|(_, of)| of == domain)
        };
        let there = self.deliveries(issue).filter(|(_, row)| is_there(row));
        Ok(there.count() as u64)
    }

    fn taken_since(&self, relay: &str, since: DateTime<Utc>) -> Result<u64, StoreError> {
        let taken = self.book.taken.iter();
        let counted = taken.filter(|((by, at), _)| (by.is_empty() || by == relay) && *at >= since);
        Ok(counted.map(|(_, letters)| letters).sum())
    }

    fn measured(&self) -> Result<Option<Measured>, StoreError> {
        let measured = self
            .book
            .measured
            .iter()
            .filter_map(|(run, measured)| Some((self.book.runs.get(run)?.issue, measured)));
        let best = measured.max_by_key(|(issue, measured)| (*issue, measured.letters));
        Ok(best.map(|(_, measured)| *measured))
    }

    fn home(&self) -> Result<Option<Home>, StoreError> {
        Ok(self.book.home.clone())
    }
}

fn shown(seq: u64, row: &Delivery) -> DeliveryRow {
    DeliveryRow {
        seq,
        subscriber: row.planned.subscriber,
        address: row.planned.address.clone(),
        state: row.state.clone(),
        attempts: row.attempts,
        edition: row.planned.edition.ok(),
        at: row.at,
    }
}
