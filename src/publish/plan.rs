//! Decides for every reader of the frequency: which edition, or why none.

use chrono::NaiveDate;

use super::{Brief, Press};
use crate::{
    domain::{
        delivery::{DeliveryState, Skip, StateName},
        issue::IssueKey,
        key::SigningKey,
        subscriber::Subscriber,
    },
    render::RenderError,
    roster::{Roster, Suppressions},
    store::{IssueNumber, PlanRow, Read, StoreError},
};

/// The plan of an issue: every sound, distinct reader of its frequency, in the order of sending.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The readers.
    pub rows: Vec<PlanRow>,
    /// Entries of the subscriber files that were refused.
    pub refused: u64,
}

/// Plans an issue.
///
/// # Errors
/// A template that cannot be rendered.
pub fn plan(
    brief: &Brief<'_>,
    issue: IssueKey,
    press: &mut Press<'_>,
    roster: &Roster,
    suppressions: &Suppressions,
    key: &SigningKey,
) -> Result<Plan, RenderError> {
    let mut rows = Vec::new();
    for listed in &roster.entries {
        let reader = &listed.subscriber;
        if reader.frequency != issue.frequency {
            continue;
        }
        let subscriber = key.subscriber_id(&reader.address.folded());
        let left_out = left_out(
            brief,
            issue,
            reader.paused_until,
            OnRecord::of(reader, brief.consent_texts),
        );
        rows.push(PlanRow {
            subscriber,
            address: reader.address.to_string(),
            name: reader.greeting_name().map(str::to_owned),
            signed_up: reader.signed_up(brief.newsletter.timezone),
            edition: match left_out.or_else(|| suppressions.says(&subscriber)) {
                Some(why) => Err(why),
                None => press.edition(&reader.choices)?.ok_or(Skip::NothingChosen),
            },
        });
    }
    Ok(Plan {
        rows,
        refused: roster.refused as u64,
    })
}

impl Plan {
    /// How many readers nothing keeps from a letter but, perhaps, their choices.
    pub fn recipients(&self) -> u64 {
        let rows = self.rows.iter();
        rows.filter(|row| is_recipient(&row.edition)).count() as u64
    }
}

/// Whether a reader gets a letter, or would by other choices: what the issue happens to print does not count.
pub(super) fn is_recipient(edition: &Result<u32, Skip>) -> bool {
    matches!(edition, Ok(_) | Err(Skip::NothingChosen))
}

/// How many recipients a frozen issue had, counted likewise. Who left before the letter did was one.
///
/// # Errors
/// The store's own words.
pub fn recipients_of(store: &impl Read, issue: IssueNumber) -> Result<u64, StoreError> {
    let chosen: u64 = store
        .edition_counts(issue)?
        .into_iter()
        .map(|(_, readers)| readers)
        .sum();
    let skipped = store.rows(issue, StateName::Skipped, u64::MAX)?;
    let unmoved = skipped.iter().filter(|row| {
        let why = Skip::NothingChosen;
        row.state == DeliveryState::Skipped { why }
    });
    Ok(chosen + unmoved.count() as u64)
}

/// Whether a reader's consent is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnRecord {
    /// One that covers the mail.
    Consent,
    /// One that does not.
    NotCovering,
    None,
}

impl OnRecord {
    /// What is on record of a reader for the mail of the reader's frequency.
    pub(super) fn of(reader: &Subscriber, texts: &[String]) -> Self {
        match &reader.consent {
            Some(consent) if consent.covers(reader.frequency, texts) => Self::Consent,
            Some(_) => Self::NotCovering,
            None => Self::None,
        }
    }
}

/// Why a reader is left out whatever the issue prints.
pub(super) fn left_out(
    brief: &Brief<'_>,
    issue: IssueKey,
    paused_until: Option<NaiveDate>,
    consent: OnRecord,
) -> Option<Skip> {
    if paused_until.is_some_and(|until| issue.date < until) {
        Some(Skip::Paused)
    } else if consent == OnRecord::NotCovering {
        Some(Skip::NotCovered)
    } else if brief.require_consent && consent == OnRecord::None {
        Some(Skip::NoConsent)
    } else {
        None
    }
}
