//! What is sound and yet to be looked at: doubtful addresses, and consents that do not carry the mail.

use chrono::{DateTime, Days, Utc};

use super::Place;
use crate::{
    cli::{Failure, newsroom},
    domain::{address::Address, delivery::StateName, doubt, fault::Fault, subscriber::Subscriber},
    roster::Listed,
    store::{IssueRow, Read as _, sqlite::SqliteStore},
};

/// After so many days without a letter a consent may have lapsed.
const UNUSED_DAYS: u64 = 365;

/// What is doubtful about an address, as warnings.
pub(super) fn of_address(address: &Address) -> impl Iterator<Item = Fault> {
    let masked = address.masked();
    doubt::doubts(address).into_iter().map(move |doubt| {
        Fault::warning(format!("`{masked}`: {doubt}"))
            .for_key("email")
            .remedy(doubt.remedy())
    })
}

/// What the letters sent say of old consents.
pub(super) struct Used {
    store: Option<SqliteStore>,
    /// The issues of the last year, the newest first.
    issues: Vec<IssueRow>,
    since: DateTime<Utc>,
}

impl Used {
    /// Looks which issues there were.
    pub(super) fn of(place: &Place) -> Result<Self, Failure> {
        let since = place.now - Days::new(UNUSED_DAYS);
        let store = newsroom::peek(&place.state)?;
        let mut issues = match &store {
            Some(store) => store.issues()?,
            None => Vec::new(),
        };
        issues.retain(|issue| issue.frozen_at >= since);
        issues.reverse();
        Ok(Self {
            store,
            issues,
            since,
        })
    }

    /// Whether the reader got a letter within the year.
    fn has_letter(&self, reader: &Subscriber, place: &Place) -> Result<bool, Failure> {
        let (Some(store), Some(key)) = (&self.store, &place.key) else {
            return Ok(false);
        };
        let id = key.subscriber_id(&reader.address.folded());
        for issue in &self.issues {
            let row = store.row_of(issue.number, id)?;
            if row.is_some_and(|row| row.state.name() == StateName::Accepted) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What is doubtful about a reader, as warnings with their place.
pub(super) fn of_reader(
    listed: &Listed,
    place: &Place,
    used: &Used,
) -> Result<Vec<Fault>, Failure> {
    let reader = &listed.subscriber;
    let mut faults: Vec<Fault> = of_address(&reader.address).collect();
    let masked = reader.address.masked();
    let consent = |reason: &str, remedy: &str| {
        Fault::warning(format!("`{masked}`: {reason}"))
            .for_key("consent")
            .remedy(remedy)
    };
    match &reader.consent {
        None if place.require_consent => faults.push(consent(
            "no consent on record, and no mail goes",
            "ask for one, or take the reader out",
        )),
        Some(given) if !given.covers(reader.frequency, &place.known.consent_texts) => {
            faults.push(consent(
                "the consent on record does not cover the mail chosen, and none goes",
                "ask for one that does",
            ));
        }
        Some(given) if given.at < used.since && !used.has_letter(reader, place)? => {
            faults.push(consent(
                "the consent has not been used for a year, and may have lapsed",
                "ask for it anew before mail goes",
            ));
        }
        _ => {}
    }
    for fault in &mut faults {
        fault.path = Some(listed.path.to_string());
        fault.line = Some(listed.line);
    }
    Ok(faults)
}
