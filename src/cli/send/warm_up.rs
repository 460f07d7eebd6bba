//! What relays that are being made known may still have today, by the ledger.

use std::sync::Arc;

use super::Sender;
use crate::{
    cli::{Exit, Failure, newsroom::Newsroom, status::owed_by_the_dead},
    domain::clock::Clock,
    store::{IssueRow, Read, StoreError, sqlite::SqliteStore},
    transport::{Allowance, TransportKind},
};

/// The relays of a config, `None` for one without a plan; none at all when no relay is asked.
pub(super) fn allowances(room: &Newsroom, clock: &Arc<dyn Clock>) -> Vec<Option<Arc<Allowance>>> {
    let (transport, zone) = (&room.config.transport, room.config.newsletter.timezone);
    let relays = match transport.kind {
        TransportKind::File => vec![],
        TransportKind::Smtp => transport.smtp.each(),
    };
    let allowances = relays.into_iter().map(|relay| {
        let plan = relay.warm_up()?;
        let clock = Arc::clone(clock);
        Some(Arc::new(Allowance::new(&relay.name(), plan, zone, clock)))
    });
    allowances.collect()
}

/// Takes from the ledger what each relay has had today.
pub(super) fn recount(
    allowances: &[Option<Arc<Allowance>>],
    store: &impl Read,
) -> Result<(), StoreError> {
    for allowance in allowances.iter().flatten() {
        allowance.recount(store.taken_since(allowance.relay(), allowance.midnight())?);
    }
    Ok(())
}

/// How many letters may go today; `None` when a relay takes as many as there are.
pub(super) fn left_today(allowances: &[Option<Arc<Allowance>>]) -> Option<u64> {
    if allowances.is_empty() {
        return None;
    }
    let left = allowances.iter();
    left.map(|allowance| allowance.as_ref()?.left()).sum()
}

impl Sender<'_> {
    /// Whether the plan lets no letter of an issue leave today; it is then told and counted.
    pub(super) fn waits_for_tomorrow(
        &mut self,
        store: &mut SqliteStore,
        issue: &IssueRow,
    ) -> Result<bool, Failure> {
        if self.allowances.iter().all(Option::is_none) {
            return Ok(false);
        }
        // What a run that died is owed counts too.
        owed_by_the_dead(store, self.room, issue)?.settle(
            store,
            self.room.state.path(),
            issue.number,
        )?;
        recount(&self.allowances, store)?;
        if left_today(&self.allowances) != Some(0) {
            return Ok(false);
        }
        let tally = store.tally(issue.number)?;
        if tally.waiting + tally.deferred == 0 {
            // Nothing is left to send: the run notes it as done.
            return Ok(false);
        }
        self.report.add(issue, tally);
        self.tell_what_waits(issue, tally.waiting + tally.deferred);
        if self.exit == Exit::Done {
            self.exit = Exit::Deferred;
        }
        Ok(true)
    }

    /// Says how many letters of an issue the plan holds back, when it does.
    pub(super) fn tell_what_waits(&self, issue: &IssueRow, letters: u64) {
        if letters > 0 && left_today(&self.allowances) == Some(0) {
            self.session.say(&format!(
                "{}: {letters} letters wait for tomorrow by the warm-up plan",
                issue.key
            ));
        }
    }
}
