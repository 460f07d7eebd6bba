//! Writes down whose mailbox there is no more, so that they get no further letter.
//!
//! The ledger keeps which rows failed so; the log gets its lines when the run ends, all of them or none. A run that
//! died in between has lost nothing: what the ledger has and the log has not is counted by the next run and written
//! at its end.

use std::path::PathBuf;

use crate::{
    domain::{
        address::Address,
        key::KeyRing,
        suppression::{Suppression, SuppressionReason},
    },
    roster::{SuppressionError, Suppressions},
    store::DeliveryRow,
};

/// Knows where such readers are written down, and how many of an issue are believed.
#[derive(Debug, Clone)]
pub struct Suppressor {
    /// The log of the readers' own words.
    pub log: PathBuf,
    /// The key that makes the readers' ids, and those before it, which the log may name.
    pub keys: KeyRing,
    /// The most readers that an issue may suppress at a time: where there are more, the relay is wrong sooner than they.
    pub most: u64,
}

/// What became of an issue's readers whose mailbox there is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppressed {
    /// So many were written down; they get no further letter.
    Written(u64),
    /// There are so many that none was.
    TooMany(u64),
}

impl Suppressor {
    /// Writes down the readers of such rows who are not written down yet.
    ///
    /// # Errors
    /// The log cannot be read or written; nobody counts as written down then.
    pub fn suppress(&self, rows: &[DeliveryRow]) -> Result<Suppressed, SuppressionError> {
        let told = self.told(rows)?;
        if told > self.most {
            return Ok(Suppressed::TooMany(told));
        }
        if told == 0 {
            return Ok(Suppressed::Written(0));
        }
        let written =
            Suppressions::append_news(&self.log, &self.bounces(rows), &self.keys.names())?;
        tracing::info!(readers = written, "suppressed: no such mailbox");
        Ok(Suppressed::Written(written as u64))
    }

    /// How many readers of such rows are not written down yet.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn told(&self, rows: &[DeliveryRow]) -> Result<u64, SuppressionError> {
        if rows.is_empty() {
            return Ok(0);
        }
        let known = Suppressions::read(&self.log, &self.keys.names())?;
        let bounces = self.bounces(rows);
        Ok(bounces.iter().filter(|one| known.is_news(one)).count() as u64)
    }

    fn bounces(&self, rows: &[DeliveryRow]) -> Vec<Suppression> {
        let key = &self.keys.current;
        let bounce = |row: &DeliveryRow| {
            Some(Suppression {
                at: row.at?,
                key_id: key.id(),
                // Not the row's own id: the issue may have been planned under another key.
                subscriber: key.subscriber_id(&Address::parse(&row.address).ok()?.folded()),
                reason: SuppressionReason::Bounced,
            })
        };
        rows.iter().filter_map(bounce).collect()
    }
}
