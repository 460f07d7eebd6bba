//! Rows written many at a time: a statement begun and ended for each row costs as much as the row.

use rusqlite::{Statement, ToSql, Transaction};

/// Rows to a statement; more gain nothing. What pages a statement of several rows changes the engine keeps as they were,
/// past 64 KiB in the system's temporary folder: short rows behind the last, in their order, come nowhere near.
const AT_ONCE: usize = 32;

/// Writes rows as they come, of which at least so many are to come.
pub(super) struct BatchInsert<'t> {
    transaction: &'t Transaction<'t>,
    /// The statement up to its `VALUES`.
    insert: &'static str,
    /// Rows that were announced and have not come.
    left: usize,
    /// The statement, and how many rows it takes.
    statement: Option<(Statement<'t>, usize)>,
    /// Rows it was given and has not written.
    bound: usize,
}

impl<'t> BatchInsert<'t> {
    pub(super) fn new(transaction: &'t Transaction<'_>, insert: &'static str, left: usize) -> Self {
        Self {
            transaction,
            insert,
            left,
            statement: None,
            bound: 0,
        }
    }

    /// Takes the next row; every row has as many values.
    pub(super) fn push(&mut self, row: &[&dyn ToSql]) -> rusqlite::Result<()> {
        let (statement, rows) = match &mut self.statement {
            Some(statement) => statement,
            None => {
                // One that was not announced goes alone: nobody knows whether another comes.
                let rows = self.left.clamp(1, AT_ONCE);
                let statement = self
                    .transaction
                    .prepare(&sql(self.insert, rows, row.len()))?;
                self.statement.insert((statement, rows))
            }
        };
        let from = 1 + self.bound * row.len();
        for (at, value) in (from..).zip(row) {
            statement.raw_bind_parameter(at, value)?;
        }
        self.bound += 1;
        self.left = self.left.saturating_sub(1);
        if self.bound == *rows {
            statement.raw_execute()?;
            self.bound = 0;
            if self.left.clamp(1, AT_ONCE) != *rows {
                self.statement = None;
            }
        }
        Ok(())
    }

    /// Whether all that were announced have come. Where not, some that came are not written: the transaction must not be
    /// committed.
    #[must_use]
    pub(super) fn end(self) -> bool {
        self.left == 0
    }
}

fn sql(insert: &str, rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("{insert} VALUES {}", vec![row.as_str(); rows].join(","))
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params};

    use super::*;

    /// The numbers written where so many are announced and so many come, and whether all that were announced came.
    fn written(announced: usize, come: usize) -> (Vec<i64>, bool) {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE t (number INTEGER PRIMARY KEY, double TEXT)")
            .unwrap();
        let transaction = connection.transaction().unwrap();
        let mut insert =
            BatchInsert::new(&transaction, "INSERT INTO t (number, double)", announced);
        for number in 0..come {
            let number = i64::try_from(number).unwrap();
            insert
                .push(params![number, format!("{}", 2 * number)])
                .unwrap();
        }
        let all = insert.end();
        let mut rows = transaction
            .prepare("SELECT number, double FROM t ORDER BY number")
            .unwrap();
        let rows = rows
            .query_map([], |row| {
                let double: String = row.get(1)?;
                Ok((row.get(0)?, double))
            })
            .unwrap();
        let numbers = rows.map(|row| {
            let (number, double): (i64, String) = row.unwrap();
            assert_eq!(double, (2 * number).to_string());
            number
        });
        (numbers.collect(), all)
    }

    #[test]
    fn every_row_that_was_announced_is_written_and_those_beyond_too() {
        for announced in [0, 1, 2, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 5] {
            for more in [0, 1, 2, AT_ONCE] {
                let come = announced + more;
                let (numbers, all) = written(announced, come);
                assert!(all, "{announced} + {more}");
                assert_eq!(numbers, (0..come as i64).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn fewer_than_were_announced_are_told() {
        for (announced, come) in [
            (1, 0),
            (5, 4),
            (AT_ONCE + 5, AT_ONCE + 4),
            (3 * AT_ONCE, AT_ONCE),
        ] {
            assert!(!written(announced, come).1, "{announced}, {come}");
        }
    }
}
