//! Rows that wait for their domain's turn.

use super::sample::{accepted, claim_all, freeze, held, now, planned, ranges};
use crate::store::Store;

pub(super) fn a_lane_gives_its_rows_in_order_and_nothing_else_claims_them<S: Store>(store: &mut S) {
    let number = freeze(store, 6);
    let (want, all) = claim_all(store, number);
    let run = want.unwrap().run;
    let outcomes = [accepted(0), held(4), held(1), held(3), accepted(5)];
    store
        .settle_and_claim(number, &outcomes, &[], None)
        .unwrap();
    let lane = |store: &mut S, limit| store.claim_lane(number, run, "gmail.com", limit).unwrap();
    assert_eq!(lane(store, 9), [], "their range is open");
    assert_eq!(store.lanes(number).unwrap(), [("gmail.com".to_owned(), 3)]);
    let none = store
        .settle_and_claim(number, &[accepted(2)], &all, want)
        .unwrap();
    assert_eq!(none, [], "no instant claims them");
    assert!(store.is_due(number, now()).unwrap());
    assert_eq!(store.next_due(number).unwrap(), None);
    let first = lane(store, 2);
    assert_eq!(ranges(store, number, &first), [1, 3]);
    assert_eq!(store.open_claims(number).unwrap(), first);
    let second = lane(store, 2);
    assert_eq!(ranges(store, number, &second), [4]);
    assert_eq!(lane(store, 2), []);
    assert_eq!(store.claim_lane(number, run, "aol.com", 9).unwrap(), []);
    let outcomes = [accepted(1), held(3), accepted(4)];
    let claims = [first, second].concat();
    store
        .settle_and_claim(number, &outcomes, &claims, None)
        .unwrap();
    let again = lane(store, 2);
    assert_eq!(ranges(store, number, &again), [3]);
    let letters = store.letters(number, &again[0]).unwrap();
    assert_eq!(letters[0].attempts, 0, "to be held is no attempt");
    store
        .settle_and_claim(number, &[accepted(3)], &again, None)
        .unwrap();
    assert_eq!(store.lanes(number).unwrap(), []);
    assert!(!store.is_due(number, now()).unwrap());
    assert_eq!(planned(store, number), 6);
}

pub(super) fn a_row_in_a_lane_is_none_of_its_old_claims<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let (_, claims) = claim_all(store, number);
    store
        .settle_and_claim(number, &[held(1)], &[], None)
        .unwrap();
    assert_eq!(
        ranges(store, number, &claims),
        [0, 2],
        "a dead run owes it nothing"
    );
    assert_eq!(store.tally(number).unwrap().waiting, 3);
    assert_eq!(store.waiting_at(number, "x.example").unwrap(), 3);
    assert_eq!(store.waiting_at(number, "example").unwrap(), 0);
    assert_eq!(store.cancel(number, now()).unwrap(), 3);
    assert_eq!(store.lanes(number).unwrap(), []);
}

pub(super) fn an_emptied_lane_leaves_its_rows_due<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let (want, claims) = claim_all(store, number);
    let outcomes = [accepted(0), held(1), held(2)];
    store
        .settle_and_claim(number, &outcomes, &claims, None)
        .unwrap();
    store.empty_lane(number, "gmail.com", now()).unwrap();
    let due = store.settle_and_claim(number, &[], &[], want).unwrap();
    assert_eq!(ranges(store, number, &due), [1, 2]);
}
