//! What is written, each on a copy.

use std::{
    collections::{BTreeSet, btree_map::Entry},
    time::Duration,
};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use super::{Book, Claimed, Delivery, Issue, MemoryStore, no_issue};
use crate::{
    domain::{
        article::ArticleId,
        delivery::{DeliveryState, Skip, StateName},
    },
    store::{
        ArticleFate, Claim, FrozenIssue, IssueNumber, IssueRow, Measured, NOT_OPEN, Outcome,
        PlanRow, Published, RunNumber, RunRow, Settled, Store, StoreError, TopUp, Want, home::Home,
        look, millis,
    },
};

impl MemoryStore {
    /// Changes all of it or nothing.
    fn change<R>(
        &mut self,
        act: impl FnOnce(&mut Book) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let mut copy = self.book.clone();
        let result = act(&mut copy)?;
        self.book = copy;
        Ok(result)
    }
}

impl Store for MemoryStore {
    fn freeze(
        &mut self,
        issue: &FrozenIssue,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<IssueNumber, StoreError> {
        self.change(|book| book.freeze(issue, plan))
    }

    fn top_up(
        &mut self,
        issue: IssueNumber,
        added: &TopUp,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<u64, StoreError> {
        self.change(|book| book.top_up(issue, added, plan))
    }

    fn note_seen(&mut self, articles: &[ArticleId], at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(|book| {
            book.note_seen(articles, at);
            Ok(())
        })
    }

    fn settle_home(&mut self, home: &Home) -> Result<(), StoreError> {
        self.change(|book| {
            book.home = Some(home.clone());
            Ok(())
        })
    }

    fn begin_run(
        &mut self,
        issue: IssueNumber,
        boot_id: &str,
        _at: DateTime<Utc>,
    ) -> Result<RunNumber, StoreError> {
        self.change(|book| {
            book.issue(issue)?;
            let number = RunNumber(after_last(book.runs.keys().map(|run| run.0)));
            let run = RunRow {
                number,
                issue,
                boot_id: boot_id.to_owned(),
            };
            book.runs.insert(number, run);
            if let Some(home) = &mut book.home {
                home.counter += 1;
            }
            Ok(number)
        })
    }

    fn note_measured(&mut self, run: RunNumber, measured: Measured) -> Result<(), StoreError> {
        let took = Duration::from_millis(millis(measured.took));
        self.change(|book| {
            if measured.letters > 0 && !took.is_zero() {
                book.measured.insert(run, Measured { took, ..measured });
            }
            Ok(())
        })
    }

    fn settle_and_claim(
        &mut self,
        issue: IssueNumber,
        outcomes: &[Outcome],
        closed: &[Claim],
        want: Option<Want>,
    ) -> Result<Vec<Claim>, StoreError> {
        self.change(|book| {
            for outcome in outcomes {
                book.settle(issue, outcome)?;
                if let Some(relay) = &outcome.relay {
                    *book
                        .taken
                        .entry((relay.to_string(), outcome.at))
                        .or_default() += 1;
                }
            }
            for claim in closed {
                if let Some(claimed) = book.claims.get_mut(&claim.number) {
                    claimed.is_open = false;
                }
            }
            want.map_or(Ok(Vec::new()), |want| book.claim(issue, want))
        })
    }

    fn claim_lane(
        &mut self,
        issue: IssueNumber,
        run: RunNumber,
        lane: &str,
        limit: u64,
    ) -> Result<Vec<Claim>, StoreError> {
        self.change(|book| book.claim_lane(issue, run, lane, limit))
    }

    fn empty_lane(
        &mut self,
        issue: IssueNumber,
        lane: &str,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(|book| {
            let rows = book.issues.get_mut(&issue).into_iter();
            for row in rows.flat_map(|issue| &mut issue.deliveries) {
                if row.lane.as_deref() == Some(lane) {
                    row.waits_from(kept(due));
                }
            }
            Ok(())
        })
    }

    fn reopen(
        &mut self,
        issue: IssueNumber,
        state: StateName,
        due: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.change(|book| {
            let Some(issue) = book.issues.get_mut(&issue) else {
                return Ok(0);
            };
            let mut reopened = 0;
            for row in &mut issue.deliveries {
                if row.state.name() == state && row.planned.edition.is_ok() {
                    row.state = DeliveryState::Queued;
                    row.waits_until = Some(kept(due));
                    row.at = None;
                    row.no_mailbox = false;
                    row.lane = None;
                    reopened += 1;
                }
            }
            if reopened > 0 {
                issue.row.done_at = None;
            }
            Ok(reopened)
        })
    }

    fn cancel(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<u64, StoreError> {
        self.change(|book| Ok(book.cancel(issue, kept(at))))
    }

    fn erase(
        &mut self,
        issue: IssueNumber,
        limit: u64,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.change(|book| Ok(book.erase(issue, limit, kept(at))))
    }

    fn replace_record(&mut self, issue: IssueNumber, record: &str) -> Result<(), StoreError> {
        self.change(|book| {
            if let Some(issue) = book.issues.get_mut(&issue) {
                record.clone_into(&mut issue.record);
            }
            Ok(())
        })
    }

    fn finish(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(|book| {
            if let Some(issue) = book.issues.get_mut(&issue) {
                issue.row.done_at.get_or_insert(kept(at));
            }
            Ok(())
        })
    }
}

impl Book {
    fn erase(&mut self, number: IssueNumber, limit: u64, at: DateTime<Utc>) -> u64 {
        let is_open = self.open_claims(number).next().is_some();
        let Some(issue) = self.issues.get_mut(&number) else {
            return 0;
        };
        if issue.row.done_at.is_none() {
            return 0;
        }
        issue.row.erased_at.get_or_insert(at);
        let limit = if is_open { 0 } else { limit };
        let settled = issue.deliveries.iter_mut();
        let rows = settled
            .filter(|row| !row.is_erased && !row.is_unsettled())
            .take(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut erased = 0;
        for row in rows {
            row.is_erased = true;
            row.planned.address.clear();
            row.planned.name = None;
            row.planned.signed_up = None;
            row.planned.subscriber = crate::domain::key::SubscriberId([0; 32]);
            erased += 1;
        }
        erased
    }

    fn freeze(
        &mut self,
        issue: &FrozenIssue,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<IssueNumber, StoreError> {
        if self.issues.values().any(|there| there.row.key == issue.key) {
            return Err(StoreError::AlreadyFrozen(issue.key));
        }
        let mut deliveries = Vec::new();
        add_rows(&mut deliveries, plan, issue.frozen_at)?;
        let number = IssueNumber(after_last(self.issues.keys().map(|issue| issue.0)));
        let row = IssueRow {
            number,
            key: issue.key,
            cut_off: kept(issue.cut_off),
            frozen_at: kept(issue.frozen_at),
            hash: issue.hash,
            planned: deliveries.len() as u64,
            refused: issue.refused,
            cancelled_at: None,
            done_at: None,
            erased_at: None,
        };
        let frozen = Issue {
            row,
            record: issue.record.clone(),
            letterhead: issue.letterhead.clone(),
            manuscript: issue.manuscript.clone(),
            pieces: issue.pieces.clone(),
            editions: issue.editions.clone(),
            deliveries,
            claimed_to: 0,
        };
        self.issues.insert(number, frozen);
        self.note_articles(number, issue);
        Ok(number)
    }

    fn top_up(
        &mut self,
        number: IssueNumber,
        added: &TopUp,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<u64, StoreError> {
        let issue = self.issues.get_mut(&number);
        let Some(issue) =
            issue.filter(|issue| issue.row.cancelled_at.is_none() && issue.row.erased_at.is_none())
        else {
            return Err(StoreError::Engine(NOT_OPEN.into()));
        };
        issue.pieces.extend_from_slice(&added.pieces);
        issue.editions.extend_from_slice(&added.editions);
        add_rows(&mut issue.deliveries, plan, added.at)?;
        let planned = issue.deliveries.len() as u64;
        let further = planned - issue.row.planned;
        if further > 0 {
            issue.row.planned = planned;
            issue.row.done_at = None;
        }
        Ok(further)
    }

    fn note_articles(&mut self, number: IssueNumber, issue: &FrozenIssue) {
        let frequency = issue.key.frequency;
        let looked_at = look(issue.cut_off, issue.frozen_at);
        self.note_seen(issue.articles.iter().map(|mark| &mark.id), looked_at);
        for mark in &issue.articles {
            let article = (frequency, mark.id.clone());
            self.judged.entry(article.clone()).or_insert(number);
            match &mark.fate {
                ArticleFate::Printed {
                    twins,
                    publishers,
                    is_event,
                } => {
                    self.published.extend(publishers.iter().map(|publisher| {
                        let published = Published {
                            publisher: publisher.clone(),
                            article: mark.id.clone(),
                            is_event: *is_event,
                        };
                        (published, number)
                    }));
                    self.left_over.remove(&article);
                    self.printed.insert((article.0, article.1, number));
                    for twin in twins {
                        let twin = (frequency, twin.clone(), number);
                        self.printed_twins.insert(twin);
                    }
                }
                ArticleFate::LeftOver => {
                    self.left_over.insert(article);
                }
                ArticleFate::Seen => {}
            }
        }
    }

    fn note_seen<'a>(
        &mut self,
        articles: impl IntoIterator<Item = &'a ArticleId>,
        at: DateTime<Utc>,
    ) {
        for article in articles {
            if let Entry::Vacant(unseen) = self.seen.entry(article.clone()) {
                unseen.insert(kept(at));
            }
        }
    }

    fn settle(&mut self, issue: IssueNumber, outcome: &Outcome) -> Result<(), StoreError> {
        let row = self.issues.get_mut(&issue).and_then(|issue| {
            let row = issue
                .deliveries
                .get_mut(usize::try_from(outcome.seq).ok()?)?;
            row.is_unsettled().then_some(row)
        });
        let (state, tried) = match &outcome.state {
            Settled::Held { lane } => {
                if let Some(row) = row {
                    row.lane = Some(lane.to_string());
                }
                return Ok(());
            }
            Settled::Waits { until } => {
                // A row that has its outcome waits for nothing.
                if let Some(row) = row {
                    row.waits_from(kept(*until));
                }
                return Ok(());
            }
            Settled::GivesUp { reply } => {
                let reply = reply.clone();
                (DeliveryState::Failed { reply }, 0)
            }
            Settled::NoMailbox { reply } => {
                let reply = reply.clone();
                (DeliveryState::Failed { reply }, 1)
            }
            Settled::To(DeliveryState::Queued | DeliveryState::Sending) => {
                return Err(StoreError::Damaged("an outcome that is none".into()));
            }
            Settled::To(DeliveryState::Deferred { until, reply }) => {
                let (until, reply) = (kept(*until), reply.clone());
                (DeliveryState::Deferred { until, reply }, 1)
            }
            Settled::To(skipped @ DeliveryState::Skipped { .. }) => (skipped.clone(), 0),
            Settled::To(state) => (state.clone(), 1),
        };
        let row = row.ok_or_else(|| {
            StoreError::Damaged(format!("a second outcome for delivery {}", outcome.seq))
        })?;
        row.state = state;
        row.lane = None;
        row.attempts += tried;
        row.at = Some(kept(outcome.at));
        row.no_mailbox = matches!(outcome.state, Settled::NoMailbox { .. });
        Ok(())
    }

    fn claim(&mut self, number: IssueNumber, want: Want) -> Result<Vec<Claim>, StoreError> {
        let issue = self
            .issues
            .get_mut(&number)
            .ok_or_else(|| no_issue(number))?;
        let (from, end) = (issue.claimed_to, issue.row.planned.min(want.up_to));
        if from < end {
            let to = end.min(from.saturating_add(want.limit));
            issue.claimed_to = to;
            return Ok(vec![self.note_claim(number, want.run, from, to)?]);
        }
        let mut due: Vec<(DateTime<Utc>, u64)> = (0..)
            .zip(&issue.deliveries)
            .filter_map(|(seq, row)| Some((row.due()?, seq)))
            .filter(|(due, _)| *due <= want.now)
            .collect();
        due.sort_unstable();
        due.retain(|(_, seq)| !self.is_claimed(number, *seq));
        due.truncate(usize::try_from(want.limit).unwrap_or(usize::MAX));
        due.into_iter()
            .map(|(_, seq)| self.note_claim(number, want.run, seq, seq + 1))
            .collect()
    }

    fn claim_lane(
        &mut self,
        number: IssueNumber,
        run: RunNumber,
        lane: &str,
        limit: u64,
    ) -> Result<Vec<Claim>, StoreError> {
        let rows = self.issues.get(&number).into_iter();
        let mut seqs: Vec<u64> = (0..)
            .zip(rows.flat_map(|issue| &issue.deliveries))
            .filter(|(_, row)| row.lane.as_deref() == Some(lane))
            .map(|(seq, _)| seq)
            .collect();
        seqs.retain(|seq| !self.is_claimed(number, *seq));
        seqs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        for seq in &seqs {
            let place = usize::try_from(*seq).unwrap_or(usize::MAX);
            let row = self.issues.get_mut(&number);
            if let Some(row) = row.and_then(|issue| issue.deliveries.get_mut(place)) {
                row.lane = None;
            }
        }
        let claims = seqs.into_iter();
        claims
            .map(|seq| self.note_claim(number, run, seq, seq + 1))
            .collect()
    }

    fn is_claimed(&self, issue: IssueNumber, seq: u64) -> bool {
        self.open_claims(issue)
            .any(|claim| (claim.from..claim.to).contains(&seq))
    }

    fn note_claim(
        &mut self,
        issue: IssueNumber,
        run: RunNumber,
        from: u64,
        to: u64,
    ) -> Result<Claim, StoreError> {
        if !self.runs.contains_key(&run) {
            return Err(StoreError::Engine(
                format!("there is no run {}", run.0).into(),
            ));
        }
        let number = after_last(self.claims.keys().copied());
        let claim = Claim {
            number,
            run,
            from,
            to,
        };
        let claimed = Claimed {
            issue,
            claim,
            is_open: true,
        };
        self.claims.insert(number, claimed);
        Ok(claim)
    }

    fn cancel(&mut self, number: IssueNumber, at: DateTime<Utc>) -> u64 {
        let Some(issue) = self.issues.get_mut(&number) else {
            return 0;
        };
        let mut skipped = 0;
        for row in issue.deliveries.iter_mut().filter(|row| row.is_unsettled()) {
            row.state = DeliveryState::Skipped {
                why: Skip::Cancelled,
            };
            row.at = Some(at);
            row.lane = None;
            skipped += 1;
        }
        issue.row.cancelled_at = Some(at);
        issue.row.done_at.get_or_insert(at);
        for claimed in self.claims.values_mut().filter(|of| of.issue == number) {
            claimed.is_open = false;
        }
        if !issue.has_left() {
            // Nobody has read it: its articles may be printed another day, those that had waited for room too.
            let freed = self.printed.extract_if(.., |(.., issue)| *issue == number);
            let articles = freed.map(|(frequency, article, _)| (frequency, article));
            self.left_over.extend(articles);
            self.published.retain(|(_, issue)| *issue != number);
            self.printed_twins.retain(|(.., issue)| *issue != number);
            self.judged.retain(|_, issue| *issue != number);
        }
        skipped
    }
}

/// Adds readers to a plan; none may stand in it twice.
fn add_rows(
    deliveries: &mut Vec<Delivery>,
    plan: &mut dyn Iterator<Item = PlanRow>,
    skipped_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let promised = deliveries.len().saturating_add(plan.size_hint().0);
    let mut readers: BTreeSet<[u8; 32]> = deliveries
        .iter()
        .map(|row| row.planned.subscriber.0)
        .collect();
    for planned in plan {
        if !readers.insert(planned.subscriber.0) {
            return Err(StoreError::Engine("a reader is planned twice".into()));
        }
        let (state, at) = match planned.edition {
            Ok(_) => (DeliveryState::Queued, None),
            Err(why) => (DeliveryState::Skipped { why }, Some(kept(skipped_at))),
        };
        deliveries.push(Delivery {
            planned,
            state,
            waits_until: None,
            attempts: 0,
            at,
            lane: None,
            is_erased: false,
            no_mailbox: false,
        });
    }
    if deliveries.len() < promised {
        return Err(StoreError::Engine("the plan ended before its end".into()));
    }
    Ok(())
}

impl Delivery {
    /// Waits until an instant, in no lane.
    fn waits_from(&mut self, instant: DateTime<Utc>) {
        self.lane = None;
        match &mut self.state {
            // Claimed and not tried, it stays deferred, with its words.
            DeliveryState::Deferred { until, .. } => *until = instant,
            _ => self.waits_until = Some(instant),
        }
    }
}

/// Instants are kept to the millisecond.
fn kept(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::milliseconds(1)).unwrap_or(at)
}

fn after_last(numbers: impl DoubleEndedIterator<Item = i64>) -> i64 {
    numbers.max().unwrap_or(0) + 1
}
