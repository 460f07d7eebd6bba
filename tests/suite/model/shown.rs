//! All that a store shows.

use std::fmt::Debug;

use chrono::{DateTime, Duration, Utc};
use overblik::{
    domain::{
        delivery::{StateName, Tally},
        issue::Frequency,
        key::SubscriberId,
        piece::Edition,
    },
    store::{Claim, ClaimedLetter, DeliveryRow, IssueRow, Read, StoreError, StoredPiece},
};

/// All that can be read of an issue.
#[derive(Debug, PartialEq)]
pub struct Shown {
    pub row: IssueRow,
    frozen: (String, [Option<String>; 2], Vec<StoredPiece>, Vec<Edition>),
    edition_counts: Vec<(u32, u64)>,
    pub tally: Tally,
    rows: Vec<DeliveryRow>,
    without_mailbox: Vec<DeliveryRow>,
    by_reader: Vec<Option<DeliveryRow>>,
    due: Vec<bool>,
    lanes: Vec<(String, u64)>,
    at_domains: Vec<u64>,
    pub claims: Vec<(Claim, Vec<ClaimedLetter>)>,
}

fn show(store: &impl Read, row: IssueRow, now: DateTime<Utc>) -> Result<Shown, StoreError> {
    let number = row.number;
    assert_eq!(store.issue(row.key)?.as_ref(), Some(&row));
    let mut rows = Vec::new();
    for state in StateName::ALL {
        rows.extend(store.rows(number, state, u64::MAX)?);
    }
    let due = [0, 10, 60].map(|minutes| store.is_due(number, now + Duration::minutes(minutes)));
    let claims = store.open_claims(number)?.into_iter();
    Ok(Shown {
        frozen: (
            store.record(number)?,
            [store.letterhead(number)?, store.manuscript(number)?],
            store.pieces(number)?,
            store.editions(number)?,
        ),
        edition_counts: store.edition_counts(number)?,
        tally: store.tally(number)?,
        rows,
        without_mailbox: store.without_mailbox(number)?,
        by_reader: (0..18)
            .map(|reader| store.row_of(number, id(reader)))
            .collect::<Result<_, _>>()?,
        due: due.into_iter().collect::<Result<_, _>>()?,
        lanes: store.lanes(number)?,
        at_domains: ["kommune.example", "example", "x.dk"]
            .into_iter()
            .map(|domain| store.waiting_at(number, domain))
            .collect::<Result<_, _>>()?,
        claims: claims
            .map(|claim| Ok((claim, store.letters(number, &claim)?)))
            .collect::<Result<_, StoreError>>()?,
        row,
    })
}

pub fn show_all(store: &impl Read, now: DateTime<Utc>) -> Vec<Shown> {
    let issues = store.issues().unwrap().into_iter();
    issues.map(|row| show(store, row, now).unwrap()).collect()
}

/// The past; its lists have no order of their own.
pub fn show_past(store: &dyn Read, frequency: Frequency) -> impl PartialEq + Debug + use<> {
    let mut past = store.past(frequency).unwrap();
    past.printed.sort();
    past.printed_twins.sort();
    past.first_seen.sort();
    past.left_over.sort();
    past.judged.sort();
    (
        (past.last_cut_off, past.newest),
        (past.printed, past.printed_twins, past.published),
        (past.first_seen, past.left_over, past.judged),
    )
}

/// A reader's id.
pub fn id(reader: usize) -> SubscriberId {
    SubscriberId([u8::try_from(reader).unwrap(); 32])
}
