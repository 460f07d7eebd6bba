//! What is claimed, and what became of it.

use chrono::Duration;

use super::sample::{accepted, claim_all, freeze, key, now, ranges};
use crate::{
    domain::delivery::{DeliveryState, StateName},
    store::{Outcome, Settled, Store, Want},
};

pub(super) fn ranges_are_claimed_in_order_then_what_is_due<S: Store>(store: &mut S) {
    let number = freeze(store, 5);
    assert!(store.is_due(number, now()).unwrap());
    let run = store.begin_run(number, "boot", now()).unwrap();
    assert_eq!(store.run(run).unwrap().unwrap().boot_id, "boot");
    let want = |minutes| {
        Some(Want {
            run,
            now: now() + Duration::minutes(minutes),
            limit: 3,
            up_to: u64::MAX,
        })
    };
    let first = store.settle_and_claim(number, &[], &[], want(0)).unwrap();
    assert_eq!(ranges(store, number, &first), [0, 1, 2]);
    let until = now() + Duration::minutes(15);
    let outcomes = [
        accepted(0),
        Outcome {
            seq: 1,
            state: Settled::To(DeliveryState::Deferred {
                until,
                reply: "450 later".into(),
            }),
            at: now(),
            relay: None,
        },
        Outcome {
            seq: 2,
            state: Settled::Waits { until: now() },
            at: now(),
            relay: None,
        },
    ];
    let second = store
        .settle_and_claim(number, &outcomes, &first, want(0))
        .unwrap();
    assert_eq!(ranges(store, number, &second), [3, 4]);
    assert_eq!(store.open_claims(number).unwrap(), second);
    let settle = [accepted(3), accepted(4)];
    let third = store
        .settle_and_claim(number, &settle, &second, want(0))
        .unwrap();
    assert_eq!(ranges(store, number, &third), [2], "waiting and due");
    let fourth = store
        .settle_and_claim(number, &[accepted(2)], &third, want(0))
        .unwrap();
    assert_eq!(fourth, [], "deferred and not due");
    assert!(!store.is_due(number, now()).unwrap());
    assert!(store.is_due(number, until).unwrap());
    assert_eq!(store.next_due(number).unwrap(), Some(until));
    let fifth = store.settle_and_claim(number, &[], &[], want(15)).unwrap();
    let letters = store.letters(number, &fifth[0]).unwrap();
    assert_eq!((letters[0].seq, letters[0].attempts), (1, 1));
    // Claimed again by nobody while its claim is open.
    assert_eq!(
        store.settle_and_claim(number, &[], &[], want(15)).unwrap(),
        []
    );
    store
        .settle_and_claim(number, &[accepted(1)], &fifth, None)
        .unwrap();
    let tally = store.tally(number).unwrap();
    assert_eq!((tally.accepted, tally.planned), (5, 5));
    store.finish(number, now()).unwrap();
    assert_eq!(store.issue(key(23)).unwrap().unwrap().done_at, Some(now()));
}

pub(super) fn a_first_pass_ends_where_it_is_told_to<S: Store>(store: &mut S) {
    let number = freeze(store, 5);
    let run = store.begin_run(number, "boot", now()).unwrap();
    let want = |up_to| {
        Some(Want {
            run,
            now: now(),
            limit: 2,
            up_to,
        })
    };
    let claims = |store: &mut S, up_to| {
        let claims = store
            .settle_and_claim(number, &[], &[], want(up_to))
            .unwrap();
        let ranges: Vec<_> = claims.iter().map(|claim| (claim.from, claim.to)).collect();
        ranges
    };
    assert_eq!(claims(store, 0), []);
    assert_eq!(claims(store, 3), [(0, 2)]);
    assert_eq!(claims(store, 3), [(2, 3)]);
    assert_eq!(claims(store, 3), []);
    assert!(store.is_due(number, now()).unwrap(), "the rest waits");
    assert_eq!(claims(store, u64::MAX), [(3, 5)]);
    assert_eq!(claims(store, u64::MAX), []);
}

pub(super) fn an_outcome_is_written_once_and_all_or_nothing<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let (_, claims) = claim_all(store, number);
    store
        .settle_and_claim(number, &[accepted(0)], &[], None)
        .unwrap();
    assert!(
        store
            .settle_and_claim(number, &[accepted(1), accepted(0)], &claims, None)
            .is_err()
    );
    let tally = store.tally(number).unwrap();
    assert_eq!((tally.accepted, tally.waiting), (1, 2));
    assert_eq!(store.open_claims(number).unwrap(), claims);
}

pub(super) fn what_failed_can_be_sent_again_when_asked<S: Store>(store: &mut S) {
    let number = freeze(store, 2);
    let (want, claims) = claim_all(store, number);
    let gave_up = Outcome {
        seq: 0,
        state: Settled::GivesUp {
            reply: "gave up: 450 later".into(),
        },
        at: now(),
        relay: None,
    };
    store
        .settle_and_claim(number, &[gave_up, accepted(1)], &claims, None)
        .unwrap();
    store.finish(number, now()).unwrap();
    let failed = store.rows(number, StateName::Failed, 9).unwrap();
    assert_eq!(
        (failed.len(), failed[0].attempts),
        (1, 0),
        "giving up is no attempt"
    );
    assert_eq!(store.reopen(number, StateName::Doubtful, now()).unwrap(), 0);
    assert!(store.issue(key(23)).unwrap().unwrap().done_at.is_some());
    assert_eq!(store.reopen(number, StateName::Failed, now()).unwrap(), 1);
    assert_eq!(store.issue(key(23)).unwrap().unwrap().done_at, None);
    let claims = store.settle_and_claim(number, &[], &[], want).unwrap();
    assert_eq!(ranges(store, number, &claims), [0]);
}

pub(super) fn who_has_no_mailbox_is_known_until_it_is_tried_again<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let (want, claims) = claim_all(store, number);
    let reply = || "550 5.1.1 no such user".to_owned();
    let outcome = |seq, state| Outcome {
        seq,
        state,
        at: now(),
        relay: None,
    };
    let failed = Settled::To(DeliveryState::Failed { reply: reply() });
    let outcomes = [
        outcome(0, failed),
        outcome(1, Settled::NoMailbox { reply: reply() }),
        accepted(2),
    ];
    store
        .settle_and_claim(number, &outcomes, &claims, None)
        .unwrap();
    assert_eq!(store.tally(number).unwrap().failed, 2);
    let found = store.without_mailbox(number).unwrap();
    let failed = store.rows(number, StateName::Failed, 9).unwrap();
    assert_eq!(found, failed[1..], "a failed row as any other");
    assert_eq!(
        (found[0].seq, found[0].attempts, found[0].at),
        (1, 1, Some(now()))
    );
    store.reopen(number, StateName::Failed, now()).unwrap();
    assert_eq!(store.without_mailbox(number).unwrap(), []);
    let claims = store.settle_and_claim(number, &[], &[], want).unwrap();
    store
        .settle_and_claim(number, &[accepted(0), accepted(1)], &claims, None)
        .unwrap();
    assert_eq!(store.without_mailbox(number).unwrap(), []);
}

pub(super) fn what_relays_took_is_counted_by_relay_and_time<S: Store>(store: &mut S) {
    let number = freeze(store, 5);
    let later = now() + Duration::minutes(15);
    let by = |relay: &str, seq, at| Outcome {
        at,
        relay: Some(relay.into()),
        ..accepted(seq)
    };
    let outcomes = [
        by("a", 0, now()),
        by("a", 1, later),
        by("b", 2, later),
        by("", 3, later),
        accepted(4),
    ];
    store
        .settle_and_claim(number, &outcomes, &[], None)
        .unwrap();
    let taken = |relay, since| store.taken_since(relay, since).unwrap();
    assert_eq!((taken("a", now()), taken("b", now())), (3, 2));
    assert_eq!(taken("a", later), 2);
    assert_eq!(taken("c", later), 1, "nobody knows who took the fourth");
    assert_eq!(taken("a", later + Duration::minutes(15)), 0);
}
