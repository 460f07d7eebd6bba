//! What is read.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    plan,
    row::{self, count, signed},
};
use crate::{
    domain::{
        article::ArticleId,
        delivery::{StateName, Tally},
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        piece::{Edition, PieceId},
    },
    store::{
        Claim, ClaimedLetter, DeliveryRow, IssueNumber, IssueRow, Measured, Past, Published, Read,
        RunNumber, RunRow, StoreError, StoredPiece, home::Home,
    },
};

impl Read for Connection {
    fn issues(&self) -> Result<Vec<IssueRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM issue ORDER BY date, frequency",
            row::ISSUE_COLUMNS
        );
        let mut statement = self.prepare_cached(&sql)?;
        let rows = statement.query_and_then([], row::issue)?;
        rows.collect()
    }

    fn issue(&self, key: IssueKey) -> Result<Option<IssueRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM issue WHERE frequency = ?1 AND date = ?2",
            row::ISSUE_COLUMNS
        );
        let mut statement = self.prepare_cached(&sql)?;
        let mut rows = statement.query_and_then(
            params![key.frequency.word(), key.date.to_string()],
            row::issue,
        )?;
        rows.next().transpose()
    }

    fn record(&self, issue: IssueNumber) -> Result<String, StoreError> {
        let mut statement = self.prepare_cached("SELECT record FROM issue WHERE number = ?1")?;
        Ok(statement.query_row([issue.0], |row| row.get(0))?)
    }

    fn letterhead(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        let mut statement =
            self.prepare_cached("SELECT letterhead FROM issue WHERE number = ?1")?;
        Ok(statement.query_row([issue.0], |row| row.get(0))?)
    }

    fn manuscript(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        let mut statement =
            self.prepare_cached("SELECT manuscript FROM issue WHERE number = ?1")?;
        Ok(statement.query_row([issue.0], |row| row.get(0))?)
    }

    fn pieces(&self, issue: IssueNumber) -> Result<Vec<StoredPiece>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT name, format, bytes FROM piece WHERE issue = ?1 ORDER BY number",
        )?;
        let rows = statement.query_and_then([issue.0], |row| {
            Ok(StoredPiece {
                name: row.get(0)?,
                format: row::format(&row.get::<_, String>(1)?)?,
                bytes: row.get(2)?,
            })
        })?;
        rows.collect()
    }

    fn first_editions(&self, issue: IssueNumber, count: u32) -> Result<Vec<Edition>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT format, language, subject, preheader, html, text, items, topics FROM edition \
             WHERE issue = ?1 ORDER BY number LIMIT ?2",
        )?;
        let rows = statement.query_and_then(params![issue.0, count], |row| {
            let pieces = |column| -> Result<Vec<PieceId>, StoreError> {
                Ok(row::unpack(&row.get::<_, Vec<u8>>(column)?)
                    .map(PieceId)
                    .collect())
            };
            Ok(Edition {
                format: row::format(&row.get::<_, String>(0)?)?,
                language: row::language(&row.get::<_, String>(1)?)?,
                subject: row.get(2)?,
                preheader: row.get(3)?,
                html: pieces(4)?,
                text: pieces(5)?,
                items: row::unpack(&row.get::<_, Vec<u8>>(6)?)
                    .map(|item| item as usize)
                    .collect(),
                topics: row
                    .get::<_, String>(7)?
                    .lines()
                    .map(str::to_owned)
                    .collect(),
            })
        })?;
        rows.collect()
    }

    fn edition_counts(&self, issue: IssueNumber) -> Result<Vec<(u32, u64)>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT edition, sum(letters) FROM (SELECT edition, count(*) AS letters FROM delivery \
             WHERE issue = ?1 AND edition IS NOT NULL GROUP BY edition \
             UNION ALL SELECT edition, letters FROM erased WHERE issue = ?1 AND edition >= 0) \
             GROUP BY edition ORDER BY edition",
        )?;
        let rows = statement.query_map([issue.0], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn past(&self, frequency: Frequency) -> Result<Past, StoreError> {
        let word = frequency.word();
        // An issue that was cancelled before any letter left was not sent: what it covered is open again.
        let last: Option<(i64, i64)> = self
            .query_row(
                "SELECT cut_off, number FROM issue WHERE frequency = ?1 AND (cancelled_at IS NULL OR EXISTS \
                 (SELECT 1 FROM delivery WHERE delivery.issue = issue.number AND state IN (?2, ?3)) \
                 OR EXISTS (SELECT 1 FROM erased WHERE erased.issue = issue.number AND state IN (?2, ?3))) \
                 ORDER BY cut_off DESC LIMIT 1",
                params![word, row::ACCEPTED, row::DOUBTFUL],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let mut statement = self.prepare_cached(
            "SELECT DISTINCT subject FROM edition WHERE issue = ?1 ORDER BY subject",
        )?;
        let subjects = statement
            .query_map([last.map(|(_, number)| number)], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let newest: Option<String> = self.query_row(
            "SELECT max(date) FROM issue WHERE frequency = ?1 AND (cancelled_at IS NULL OR EXISTS \
             (SELECT 1 FROM delivery WHERE delivery.issue = issue.number AND state IN (?2, ?3)) \
                 OR EXISTS (SELECT 1 FROM erased WHERE erased.issue = issue.number AND state IN (?2, ?3)))",
            params![word, row::ACCEPTED, row::DOUBTFUL],
            |row| row.get(0),
        )?;
        let printed = |sql| -> Result<Vec<(String, IssueKey)>, StoreError> {
            let mut statement = self.prepare_cached(sql)?;
            let rows = statement.query_and_then([word], |row| {
                Ok((
                    row.get(0)?,
                    row::key(&row.get::<_, String>(1)?, &row.get::<_, String>(2)?)?,
                ))
            })?;
            rows.collect()
        };
        let articles = printed(
            "SELECT article, issue.frequency, issue.date FROM printed JOIN issue ON issue = number \
             WHERE printed.frequency = ?1",
        )?;
        let printed_twins = printed(
            "SELECT twin, issue.frequency, issue.date FROM printed_twin JOIN issue ON issue = number \
             WHERE printed_twin.frequency = ?1",
        )?;
        let mut statement = self.prepare_cached(
            "SELECT DISTINCT publisher, article, is_event FROM published ORDER BY publisher, article, is_event",
        )?;
        let published = statement
            .query_map([], |row| {
                Ok(Published {
                    publisher: row.get(0)?,
                    article: ArticleId(row.get(1)?),
                    is_event: row.get(2)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        let mut statement = self.prepare_cached("SELECT article, first_seen FROM seen")?;
        let first_seen = statement
            .query_and_then([], |row| {
                Ok((ArticleId(row.get(0)?), row::instant(row.get(1)?)?))
            })?
            .collect::<Result<_, StoreError>>()?;
        let mut statement =
            self.prepare_cached("SELECT article FROM left_over WHERE frequency = ?1")?;
        let left_over = statement
            .query_map([word], |row| Ok(ArticleId(row.get(0)?)))?
            .collect::<Result<_, _>>()?;
        let mut statement =
            self.prepare_cached("SELECT article FROM judged WHERE frequency = ?1")?;
        let judged = statement
            .query_map([word], |row| Ok(ArticleId(row.get(0)?)))?
            .collect::<Result<_, _>>()?;
        Ok(Past {
            last_cut_off: last.map(|(cut_off, _)| row::instant(cut_off)).transpose()?,
            judged,
            newest: newest
                .map(|date| {
                    date.parse()
                        .map_err(|_| StoreError::Damaged(format!("date `{date}`")))
                })
                .transpose()?,
            printed: articles
                .into_iter()
                .map(|(id, key)| (ArticleId(id), key))
                .collect(),
            published,
            printed_twins,
            first_seen,
            left_over,
            subjects,
            places: Vec::new(),
            pieces: Vec::new(),
        })
    }

    fn tally(&self, issue: IssueNumber) -> Result<Tally, StoreError> {
        // Grouped by state a long plan would be sorted first. One statement, for rows go from one table to the other.
        let each = StateName::ALL.map(|state| {
            let number = row::number_of(state);
            format!(
                ", count(*) FILTER (WHERE state = {number}) \
                 + (SELECT coalesce(sum(letters), 0) FROM erased WHERE issue = ?1 AND state = {number})"
            )
        });
        let mut statement = self.prepare_cached(&format!(
            "SELECT count(*) + (SELECT coalesce(sum(letters), 0) FROM erased WHERE issue = ?1){} \
             FROM delivery WHERE issue = ?1",
            each.concat()
        ))?;
        let mut tally = Tally::default();
        let planned = statement.query_row([issue.0], |row| {
            for (place, state) in (1..).zip(StateName::ALL) {
                tally.count(state, count(row.get(place)?));
            }
            Ok(count(row.get(0)?))
        })?;
        if tally.planned == planned {
            Ok(tally)
        } else {
            Err(StoreError::Damaged("a delivery of no known state".into()))
        }
    }

    fn rows(
        &self,
        issue: IssueNumber,
        state: StateName,
        limit: u64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        // A deferred row always waits for an instant: few do, and the index over those finds them.
        let due = match state {
            StateName::Deferred => ("INDEXED BY delivery_due", "AND until IS NOT NULL"),
            _ => ("", ""),
        };
        let mut statement = self.prepare_cached(&format!(
            "{DELIVERY} {} WHERE issue = ?1 AND state = ?2 {} ORDER BY seq LIMIT ?3",
            due.0, due.1
        ))?;
        let rows = statement.query_and_then(
            params![issue.0, row::number_of(state), signed(limit)],
            delivery,
        )?;
        rows.collect()
    }

    fn row_of(
        &self,
        issue: IssueNumber,
        reader: SubscriberId,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let mut statement = self.prepare_cached(&format!(
            "{DELIVERY} WHERE issue = ?1 AND subscriber = ?2 AND seq IN \
                 (SELECT seq FROM reader WHERE issue = ?1 AND short = ?3)"
        ))?;
        let mut rows =
            statement.query_and_then(params![issue.0, reader.0, plan::short(&reader)], delivery)?;
        rows.next().transpose()
    }

    fn row_at(&self, issue: IssueNumber, seq: u64) -> Result<Option<DeliveryRow>, StoreError> {
        let mut statement =
            self.prepare_cached(&format!("{DELIVERY} WHERE issue = ?1 AND seq = ?2"))?;
        let mut rows = statement.query_and_then(params![issue.0, signed(seq)], delivery)?;
        rows.next().transpose()
    }

    fn without_mailbox(&self, issue: IssueNumber) -> Result<Vec<DeliveryRow>, StoreError> {
        let mut statement = self.prepare_cached(&format!(
"{DELIVERY} INDEXED BY delivery_no_mailbox WHERE issue = ?1 AND no_mailbox = 1 ORDER BY seq"
        ))?;
        let rows = statement.query_and_then([issue.0], delivery)?;
        rows.collect()
    }

    fn is_due(&self, issue: IssueNumber, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT (SELECT claimed_to < planned FROM issue WHERE number = ?1) \
             OR EXISTS (SELECT 1 FROM claim WHERE issue = ?1 AND open = 1) \
             OR EXISTS (SELECT 1 FROM delivery WHERE issue = ?1 AND until IS NOT NULL AND until <= ?2 \
             AND lane IS NULL) \
             OR EXISTS (SELECT 1 FROM delivery WHERE issue = ?1 AND lane IS NOT NULL)",
        )?;
        Ok(statement.query_row(params![issue.0, now.timestamp_millis()], |row| row.get(0))?)
    }

    fn next_due(&self, issue: IssueNumber) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT min(until) FROM delivery WHERE issue = ?1 AND until IS NOT NULL AND lane IS NULL",
        )?;
        let earliest: Option<i64> = statement.query_row([issue.0], |row| row.get(0))?;
        Ok(earliest.and_then(DateTime::from_timestamp_millis))
    }

    fn open_claims(&self, issue: IssueNumber) -> Result<Vec<Claim>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT number, run, lo, hi FROM claim WHERE issue = ?1 AND open = 1 ORDER BY number",
        )?;
        let rows = statement.query_map([issue.0], |row| {
            Ok(Claim {
                number: row.get(0)?,
                run: RunNumber(row.get(1)?),
                from: count(row.get(2)?),
                to: count(row.get(3)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn letters(&self, issue: IssueNumber, claim: &Claim) -> Result<Vec<ClaimedLetter>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT seq, subscriber, address, name, edition, attempts, state, signed_up FROM delivery \
             WHERE issue = ?1 AND seq >= ?2 AND seq < ?3 AND state IN (?4, ?5) AND edition IS NOT NULL AND lane IS NULL \
             ORDER BY seq",
        )?;
        let rows = statement.query_and_then(
            params![
                issue.0,
                signed(claim.from),
                signed(claim.to),
                row::WAITING,
                row::DEFERRED
            ],
            |row| {
                Ok(ClaimedLetter {
                    seq: count(row.get(0)?),
                    subscriber: row::subscriber(row.get(1)?)?,
                    address: row.get(2)?,
                    name: row.get(3)?,
                    edition: row.get(4)?,
                    attempts: row.get(5)?,
                    state: row::name_of(row.get(6)?)?,
                    signed_up: row.get::<_, Option<i32>>(7)?.map(row::day).transpose()?,
                })
            },
        )?;
        rows.collect()
    }

    fn run(&self, run: RunNumber) -> Result<Option<RunRow>, StoreError> {
        let mut statement =
            self.prepare_cached("SELECT number, issue, boot_id FROM run WHERE number = ?1")?;
        Ok(statement
            .query_row([run.0], |row| {
                Ok(RunRow {
                    number: RunNumber(row.get(0)?),
                    issue: IssueNumber(row.get(1)?),
                    boot_id: row.get(2)?,
                })
            })
            .optional()?)
    }

    fn lanes(&self, issue: IssueNumber) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT lane, count(*) FROM delivery WHERE issue = ?1 AND lane IS NOT NULL GROUP BY lane",
        )?;
        let rows = statement.query_map([issue.0], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn waiting_at(&self, issue: IssueNumber, domain: &str) -> Result<u64, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT count(*) FROM delivery WHERE issue = ?1 AND state IN (?3, ?4) \
             AND substr(address, -length(?2)) = ?2",
        )?;
        let ending = format!("@{domain}");
        let found = params![issue.0, ending, row::WAITING, row::DEFERRED];
        Ok(statement.query_row(found, |row| Ok(count(row.get(0)?)))?)
    }

    fn taken_since(&self, relay: &str, since: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT coalesce(sum(letters), 0) FROM taken WHERE relay IN (?1, '') AND quarter >= ?2",
        )?;
        Ok(
            statement.query_row(params![relay, row::quarter(since)], |row| {
                Ok(count(row.get(0)?))
            })?,
        )
    }

    fn measured(&self) -> Result<Option<Measured>, StoreError> {
        let mut statement = self.prepare_cached(
            "SELECT letters, took FROM run WHERE letters > 0 ORDER BY issue DESC, letters DESC, number LIMIT 1",
        )?;
        Ok(statement
            .query_row([], |row| {
                Ok(Measured {
                    letters: count(row.get(0)?),
                    took: Duration::from_millis(count(row.get(1)?)),
                })
            })
            .optional()?)
    }

    fn home(&self) -> Result<Option<Home>, StoreError> {
        let mut statement =
            self.prepare_cached("SELECT machine, salt, path, counter, sentinel FROM home")?;
        Ok(statement
            .query_row([], |row| {
                Ok(Home {
                    machine: row.get(0)?,
                    salt: row.get(1)?,
                    path: row.get(2)?,
                    counter: count(row.get(3)?),
                    sentinel: row.get(4)?,
                })
            })
            .optional()?)
    }
}

const DELIVERY: &str =
    "SELECT seq, subscriber, address, state, until, words, attempts, edition, at FROM delivery";

fn delivery(row: &rusqlite::Row<'_>) -> Result<DeliveryRow, StoreError> {
    Ok(DeliveryRow {
        seq: count(row.get(0)?),
        subscriber: row::subscriber(row.get(1)?)?,
        address: row.get(2)?,
        state: row::state(row.get(3)?, row.get(4)?, row.get(5)?)?,
        attempts: row.get(6)?,
        edition: row.get(7)?,
        at: row
            .get::<_, Option<i64>>(8)?
            .map(row::instant)
            .transpose()?,
    })
}
