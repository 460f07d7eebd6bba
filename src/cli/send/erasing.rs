//! Who got an old issue is forgotten; how many did stays.

use std::time::{Duration, Instant};

use chrono::TimeDelta;

use super::Sender;
use crate::{
    cli::{Failure, newsroom::name_faults},
    domain::fault::Fault,
    publish,
    store::{Read as _, Store as _, StoreError, sqlite::SqliteStore},
};

/// The longest a run spends on it; the next goes on.
const AT_MOST: Duration = Duration::from_secs(2);

/// The rows of one transaction.
const ROWS: u64 = 2_000;

/// Erases who got the issues that are older than `[state] keep_days`. A ledger that cannot be written now is tidied by a
/// later run.
pub(super) fn erase(sender: &Sender<'_>, store: &mut SqliteStore) -> Result<(), Failure> {
    match erase_old(sender, store) {
        Ok(0) => {}
        Ok(letters) => sender.session.say(&format!(
            "{letters} rows older than {} days turned into counts",
            sender.room.config.state.keep_days
        )),
        Err(error) => name_faults(
            sender.session,
            [Fault::warning(format!("old rows stay: {error}"))
                .for_key("state.keep_days")
                .remedy(error.remedy())],
        ),
    }
    Ok(())
}

fn erase_old(sender: &Sender<'_>, store: &mut SqliteStore) -> Result<u64, StoreError> {
    let began = Instant::now();
    let now = sender.session.clock.now();
    let days = TimeDelta::days(i64::from(sender.room.config.state.keep_days));
    let mut erased = 0;
    for issue in store.issues()? {
        let is_old =
            issue.frozen_at < now - days && issue.done_at.is_some_and(|at| at < now - days);
        if !is_old {
            continue;
        }
        if issue.erased_at.is_none()
            && let Some(record) = publish::shortened(&store.record(issue.number)?)
        {
            store.replace_record(issue.number, &record)?;
        }
        loop {
            if began.elapsed() >= AT_MOST || sender.stop.is_asked() {
                return Ok(erased);
            }
            let more = store.erase(issue.number, ROWS, now)?;
            erased += more;
            if more == 0 {
                break;
            }
        }
    }
    Ok(erased)
}
