//! What is written, each in one transaction.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::{
    SqliteStore, claims, erase, plan,
    row::{self, signed},
};
use crate::{
    domain::{
        article::ArticleId,
        delivery::{Skip, StateName},
        piece::Edition,
    },
    store::{
        ArticleFate, Claim, FrozenIssue, IssueNumber, Measured, NOT_OPEN, Outcome, PlanRow,
        RunNumber, Store, StoreError, StoredPiece, TopUp, Want, home::Home, look, millis,
    },
};

impl SqliteStore {
    pub(super) fn begin(&mut self) -> Result<Transaction<'_>, StoreError> {
        Ok(self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

impl Store for SqliteStore {
    fn freeze(
        &mut self,
        issue: &FrozenIssue,
        rows: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<IssueNumber, StoreError> {
        let transaction = self.begin()?;
        let frequency = issue.key.frequency.word();
        let there: bool = transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM issue WHERE frequency = ?1 AND date = ?2)",
            params![frequency, issue.key.date.to_string()],
            |row| row.get(0),
        )?;
        if there {
            return Err(StoreError::AlreadyFrozen(issue.key));
        }
        transaction.execute(
            "INSERT INTO issue (frequency, date, cut_off, frozen_at, hash, planned, refused, record, letterhead, \
             manuscript) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9)",
            params![
                frequency,
                issue.key.date.to_string(),
                issue.cut_off.timestamp_millis(),
                issue.frozen_at.timestamp_millis(),
                issue.hash,
                signed(issue.refused),
                issue.record,
                issue.letterhead,
                issue.manuscript,
            ],
        )?;
        let number = transaction.last_insert_rowid();
        write_pieces(&transaction, number, &issue.pieces, &issue.editions)?;
        write_articles(&transaction, number, issue)?;
        let planned = plan::write(&transaction, number, 0, issue.frozen_at, rows)?;
        transaction.execute(
            "UPDATE issue SET planned = ?2 WHERE number = ?1",
            params![number, signed(planned)],
        )?;
        transaction.commit()?;
        Ok(IssueNumber(number))
    }

    fn top_up(
        &mut self,
        issue: IssueNumber,
        added: &TopUp,
        rows: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<u64, StoreError> {
        let transaction = self.begin()?;
        let planned: Option<i64> = transaction
            .query_row(
                "SELECT planned FROM issue WHERE number = ?1 AND cancelled_at IS NULL AND erased_at IS NULL",
                [issue.0],
                |row| row.get(0),
            )
            .optional()?;
        let Some(planned) = planned else {
            return Err(StoreError::Engine(NOT_OPEN.into()));
        };
        let before = row::count(planned);
        write_pieces(&transaction, issue.0, &added.pieces, &added.editions)?;
        let planned = plan::write(&transaction, issue.0, before, added.at, rows)?;
        if planned > before {
            transaction.execute(
                "UPDATE issue SET planned = ?2, done_at = NULL WHERE number = ?1",
                params![issue.0, signed(planned)],
            )?;
        }
        transaction.commit()?;
        Ok(planned - before)
    }

    fn note_seen(&mut self, articles: &[ArticleId], at: DateTime<Utc>) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        note_seen(&transaction, articles.iter(), at)?;
        Ok(transaction.commit()?)
    }

    fn settle_home(&mut self, home: &Home) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT OR REPLACE INTO home (only, machine, salt, path, counter, sentinel) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            params![
                home.machine,
                home.salt,
                home.path,
                signed(home.counter),
                home.sentinel
            ],
        )?;
        Ok(())
    }

    fn begin_run(
        &mut self,
        issue: IssueNumber,
        boot_id: &str,
        at: DateTime<Utc>,
    ) -> Result<RunNumber, StoreError> {
        let transaction = self.begin()?;
        transaction.execute(
            "INSERT INTO run (issue, boot_id, began_at) VALUES (?1, ?2, ?3)",
            params![issue.0, boot_id, at.timestamp_millis()],
        )?;
        let number = transaction.last_insert_rowid();
        transaction.execute("UPDATE home SET counter = counter + 1", [])?;
        transaction.commit()?;
        Ok(RunNumber(number))
    }

    fn note_measured(&mut self, run: RunNumber, measured: Measured) -> Result<(), StoreError> {
        let took = millis(measured.took);
        if measured.letters > 0 && took > 0 {
            self.connection.execute(
                "UPDATE run SET letters = ?2, took = ?3 WHERE number = ?1",
                params![run.0, signed(measured.letters), signed(took)],
            )?;
        }
        Ok(())
    }

    fn settle_and_claim(
        &mut self,
        issue: IssueNumber,
        outcomes: &[Outcome],
        closed: &[Claim],
        want: Option<Want>,
    ) -> Result<Vec<Claim>, StoreError> {
        let transaction = self.begin()?;
        claims::settle(&transaction, issue, outcomes)?;
        {
            let mut close =
                transaction.prepare_cached("UPDATE claim SET open = 0 WHERE number = ?1")?;
            for claim in closed {
                close.execute([claim.number])?;
            }
        }
        let claims = match want {
            Some(want) => claims::claim(&transaction, issue, want)?,
            None => Vec::new(),
        };
        transaction.commit()?;
        Ok(claims)
    }

    fn claim_lane(
        &mut self,
        issue: IssueNumber,
        run: RunNumber,
        lane: &str,
        limit: u64,
    ) -> Result<Vec<Claim>, StoreError> {
        let transaction = self.begin()?;
        let claims = claims::claim_lane(&transaction, issue, run, lane, limit)?;
        transaction.commit()?;
        Ok(claims)
    }

    fn empty_lane(
        &mut self,
        issue: IssueNumber,
        lane: &str,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE delivery SET lane = NULL, until = ?3 WHERE issue = ?1 AND lane = ?2",
            params![issue.0, lane, due.timestamp_millis()],
        )?;
        Ok(())
    }

    fn reopen(
        &mut self,
        issue: IssueNumber,
        state: StateName,
        due: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let transaction = self.begin()?;
        let reopened = transaction.execute(
            "UPDATE delivery SET state = ?3, until = ?4, words = NULL, at = NULL, no_mailbox = NULL, lane = NULL \
             WHERE issue = ?1 AND state = ?2 AND edition IS NOT NULL",
            params![
                issue.0,
                row::number_of(state),
                row::WAITING,
                due.timestamp_millis()
            ],
        )?;
        if reopened > 0 {
            transaction.execute(
                "UPDATE issue SET done_at = NULL WHERE number = ?1",
                [issue.0],
            )?;
        }
        transaction.commit()?;
        Ok(reopened as u64)
    }

    fn cancel(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let transaction = self.begin()?;
        let millis = at.timestamp_millis();
        let skipped = transaction.execute(
            "UPDATE delivery SET state = ?2, words = ?3, until = NULL, at = ?4, lane = NULL \
             WHERE issue = ?1 AND state IN (?5, ?6)",
            params![
                issue.0,
                row::SKIPPED,
                Skip::Cancelled.word(),
                millis,
                row::WAITING,
                row::DEFERRED
            ],
        )?;
        transaction.execute(
            "UPDATE issue SET cancelled_at = ?2, done_at = coalesce(done_at, ?2) WHERE number = ?1",
            params![issue.0, millis],
        )?;
        transaction.execute("UPDATE claim SET open = 0 WHERE issue = ?1", [issue.0])?;
        let left: bool = transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM delivery WHERE issue = ?1 AND state IN (?2, ?3)) \
             OR EXISTS (SELECT 1 FROM erased WHERE issue = ?1 AND state IN (?2, ?3))",
            params![issue.0, row::ACCEPTED, row::DOUBTFUL],
            |row| row.get(0),
        )?;
        if !left {
            // Nobody has read it: its articles may be printed another day, those that had waited for room too.
            transaction.execute(
                "INSERT OR IGNORE INTO left_over (frequency, article) \
                 SELECT frequency, article FROM printed WHERE issue = ?1",
                [issue.0],
            )?;
            transaction.execute("DELETE FROM printed WHERE issue = ?1", [issue.0])?;
            transaction.execute("DELETE FROM printed_twin WHERE issue = ?1", [issue.0])?;
            transaction.execute("DELETE FROM published WHERE issue = ?1", [issue.0])?;
            transaction.execute("DELETE FROM judged WHERE issue = ?1", [issue.0])?;
        }
        transaction.commit()?;
        Ok(skipped as u64)
    }

    fn erase(
        &mut self,
        issue: IssueNumber,
        limit: u64,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        erase::erase(self, issue, limit, at)
    }

    fn replace_record(&mut self, issue: IssueNumber, record: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE issue SET record = ?2 WHERE number = ?1",
            params![issue.0, record],
        )?;
        Ok(())
    }

    fn finish(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE issue SET done_at = ?2 WHERE number = ?1 AND done_at IS NULL",
            params![issue.0, at.timestamp_millis()],
        )?;
        Ok(())
    }
}

/// Writes pieces and editions, numbered on from those the issue has.
fn write_pieces(
    transaction: &Transaction<'_>,
    number: i64,
    pieces: &[StoredPiece],
    editions: &[Edition],
) -> Result<(), StoreError> {
    let first = |sql| transaction.query_row(sql, [number], |row| row.get::<_, i64>(0));
    let first_piece = first("SELECT count(*) FROM piece WHERE issue = ?1")?;
    let first_edition = first("SELECT count(*) FROM edition WHERE issue = ?1")?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO piece (issue, number, name, format, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (index, piece) in (first_piece..).zip(pieces) {
        insert.execute(params![
            number,
            index,
            piece.name,
            row::format_word(piece.format),
            piece.bytes
        ])?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO edition (issue, number, format, language, subject, preheader, html, text, items, topics) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (index, edition) in (first_edition..).zip(editions) {
        insert.execute(params![
            number,
            index,
            row::format_word(edition.format),
            edition.language.tag(),
            edition.subject,
            edition.preheader,
            row::pack(edition.html.iter().map(|piece| piece.0)),
            row::pack(edition.text.iter().map(|piece| piece.0)),
            row::pack(
                edition
                    .items
                    .iter()
                    .map(|item| u32::try_from(*item).unwrap_or(u32::MAX))
            ),
            edition.topics.join("\n"),
        ])?;
    }
    Ok(())
}

fn write_articles(
    transaction: &Transaction<'_>,
    number: i64,
    issue: &FrozenIssue,
) -> Result<(), StoreError> {
    let frequency = issue.key.frequency.word();
    note_seen(
        transaction,
        issue.articles.iter().map(|mark| &mark.id),
        look(issue.cut_off, issue.frozen_at),
    )?;
    let mut judged = transaction.prepare_cached(
        "INSERT OR IGNORE INTO judged (frequency, article, issue) VALUES (?1, ?2, ?3)",
    )?;
    let mut printed = transaction.prepare_cached(
        "INSERT OR IGNORE INTO printed (frequency, article, issue) VALUES (?1, ?2, ?3)",
    )?;
    let mut twin = transaction.prepare_cached(
        "INSERT OR IGNORE INTO printed_twin (frequency, twin, issue) VALUES (?1, ?2, ?3)",
    )?;
    let mut published = transaction.prepare_cached(
        "INSERT OR IGNORE INTO published (publisher, article, is_event, issue) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut left_over = transaction
        .prepare_cached("INSERT OR IGNORE INTO left_over (frequency, article) VALUES (?1, ?2)")?;
    // Only print takes an article off: one that could not be read for a day has not had its turn.
    let mut had_its_turn = transaction
        .prepare_cached("DELETE FROM left_over WHERE frequency = ?1 AND article = ?2")?;
    for mark in &issue.articles {
        judged.execute(params![frequency, mark.id.0, number])?;
        match &mark.fate {
            ArticleFate::Printed {
                twins,
                publishers,
                is_event,
            } => {
                for publisher in publishers {
                    published.execute(params![publisher, mark.id.0, is_event, number])?;
                }
                printed.execute(params![frequency, mark.id.0, number])?;
                had_its_turn.execute(params![frequency, mark.id.0])?;
                for key in twins {
                    twin.execute(params![frequency, key, number])?;
                }
            }
            ArticleFate::LeftOver => {
                left_over.execute(params![frequency, mark.id.0])?;
            }
            ArticleFate::Seen => {}
        }
    }
    Ok(())
}

fn note_seen<'a>(
    transaction: &Transaction<'_>,
    articles: impl Iterator<Item = &'a ArticleId>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut insert = transaction
        .prepare_cached("INSERT OR IGNORE INTO seen (article, first_seen) VALUES (?1, ?2)")?;
    for article in articles {
        insert.execute(params![article.0, at.timestamp_millis()])?;
    }
    Ok(())
}
