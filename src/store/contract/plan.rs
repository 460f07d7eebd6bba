//! What is frozen and planned.

use chrono::Duration;

use super::sample::{
    accepted, claim_all, freeze, issue, key, namesake, nothing, now, planned, ranges, reader,
    top_up,
};
use crate::{
    domain::{
        article::ArticleId,
        delivery::{DeliveryState, Skip, StateName},
        issue::Frequency,
        key::SubscriberId,
        piece::PieceId,
    },
    store::{IssueNumber, Outcome, PlanRow, Published, Store, StoreError, TopUp},
};

pub(super) fn an_issue_reads_back<S: Store>(store: &mut S) {
    let written = issue(23);
    let skipped = PlanRow {
        edition: Err(Skip::Paused),
        ..reader(9)
    };
    let number = store
        .freeze(&written, &mut [reader(0), reader(1), skipped].into_iter())
        .unwrap();
    let row = store.issue(key(23)).unwrap().unwrap();
    assert_eq!(
        (row.number, row.hash, row.planned, row.refused),
        (number, [7; 32], 3, 2)
    );
    assert_eq!(
        (row.frozen_at, row.cut_off, row.done_at),
        (now(), now(), None)
    );
    assert_eq!(store.issues().unwrap(), [row]);
    assert_eq!(store.issue(key(24)).unwrap(), None);
    assert_eq!(store.pieces(number).unwrap(), written.pieces);
    assert_eq!(store.editions(number).unwrap(), written.editions);
    assert_eq!(store.first_editions(number, 0).unwrap(), []);
    assert_eq!(
        store.first_editions(number, 1).unwrap(),
        written.editions[..1]
    );
    assert_eq!(store.edition_counts(number).unwrap(), [(0, 2)]);
    assert_eq!(store.record(number).unwrap(), "{}");
    assert_eq!(store.letterhead(number).unwrap(), Some(written.letterhead));
    assert_eq!(store.manuscript(number).unwrap(), Some(written.manuscript));
    let found = store
        .row_of(number, SubscriberId([9; 32]))
        .unwrap()
        .unwrap();
    assert_eq!(found.state, DeliveryState::Skipped { why: Skip::Paused });
    assert_eq!(store.row_at(number, 2).unwrap(), Some(found));
    assert_eq!(store.row_at(number, 3).unwrap(), None);
    assert_eq!(store.row_of(number, SubscriberId([8; 32])).unwrap(), None);
    assert_eq!(store.rows(number, StateName::Waiting, 10).unwrap().len(), 2);
    let past = store.past(Frequency::Daily).unwrap();
    assert_eq!(past.last_cut_off, Some(now()));
    assert_eq!(past.newest, Some(key(23).date));
    assert_eq!(past.printed, [(ArticleId("a".into()), key(23))]);
    assert_eq!(past.printed_twins, [("link a".into(), key(23))]);
    let published = Published {
        publisher: "Ravnsø Kommune".into(),
        article: ArticleId("a".into()),
        is_event: false,
    };
    assert_eq!(past.published, [published]);
    assert_eq!(past.left_over, [ArticleId("b".into())]);
    assert_eq!(past.first_seen.len(), 3);
    assert_eq!(past.judged.len(), 3);
    assert!(
        store
            .past(Frequency::Weekly)
            .unwrap()
            .last_cut_off
            .is_none()
    );
}

pub(super) fn an_issue_is_frozen_once<S: Store>(store: &mut S) {
    let number = freeze(store, 2);
    let again = store.freeze(&issue(23), &mut (0..5).map(reader));
    assert!(matches!(again, Err(StoreError::AlreadyFrozen(_))));
    assert_eq!(planned(store, number), 2);
}

pub(super) fn a_plan_with_the_same_reader_twice_freezes_nothing<S: Store>(store: &mut S) {
    for plan in [
        vec![reader(1), reader(1)],
        vec![reader(1), reader(2), reader(3), reader(1)],
        vec![reader(1), namesake(1), reader(1)],
    ] {
        let twice = store.freeze(&issue(23), &mut plan.into_iter());
        assert!(twice.is_err());
        assert_eq!(store.issues().unwrap(), []);
        assert!(store.past(Frequency::Daily).unwrap().printed.is_empty());
    }
}

pub(super) fn a_plan_of_fewer_rows_than_it_promised_is_not_written<S: Store>(store: &mut S) {
    /// Rows that end before their end.
    struct Torn(std::ops::Range<u8>, usize);
    impl Iterator for Torn {
        type Item = PlanRow;

        fn next(&mut self) -> Option<PlanRow> {
            self.0.next().map(reader)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.1, None)
        }
    }
    for (come, promised) in [(0, 1), (31, 32), (32, 33), (100, 101), (64, 200)] {
        let torn = store.freeze(&issue(23), &mut Torn(0..come, promised));
        assert!(torn.is_err(), "{come} of {promised}");
        assert_eq!(store.issue(key(23)).unwrap(), None);
        assert_eq!(store.past(Frequency::Daily).unwrap().printed, []);
    }
    let number = store.freeze(&issue(23), &mut Torn(0..70, 70)).unwrap();
    let frozen = issue(23);
    let added = TopUp {
        pieces: frozen.pieces.clone(),
        editions: frozen.editions.clone(),
        at: now(),
    };
    let more = store.top_up(number, &added, &mut Torn(70..110, 41));
    assert!(more.is_err());
    assert_eq!(planned(store, number), 70);
    assert_eq!(store.issue(key(23)).unwrap().unwrap().planned, 70);
    assert_eq!(store.pieces(number).unwrap(), frozen.pieces);
    assert_eq!(store.editions(number).unwrap(), frozen.editions);
    for seq in 0..70 {
        let row = store.row_at(number, seq).unwrap().unwrap();
        let expected = reader(u8::try_from(seq).unwrap());
        assert_eq!(
            (row.subscriber, row.address),
            (expected.subscriber, expected.address)
        );
        assert_eq!(
            store
                .row_of(number, expected.subscriber)
                .unwrap()
                .unwrap()
                .seq,
            seq
        );
    }
}

pub(super) fn readers_whose_ids_begin_alike_are_two<S: Store>(store: &mut S) {
    let plan = [reader(1), namesake(1), reader(0)];
    let number = store
        .freeze(&issue(23), &mut plan.clone().into_iter())
        .unwrap();
    for (seq, row) in plan.iter().enumerate() {
        let found = store.row_of(number, row.subscriber).unwrap().unwrap();
        assert_eq!((found.seq, found.subscriber), (seq as u64, row.subscriber));
    }
    let mut another = issue(24);
    another.articles.clear();
    let next = store
        .freeze(&another, &mut plan[1..].iter().cloned())
        .unwrap();
    let found = store.row_of(next, plan[1].subscriber).unwrap().unwrap();
    assert_eq!(found.seq, 0, "each issue has its own plan");
    assert_eq!(store.row_of(next, plan[0].subscriber).unwrap(), None);
}

pub(super) fn further_readers_are_planned_after_the_last<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let (want, claims) = claim_all(store, number);
    let outcomes = [accepted(0), accepted(1), accepted(2)];
    store
        .settle_and_claim(number, &outcomes, &claims, None)
        .unwrap();
    store.finish(number, now()).unwrap();
    let before = store.rows(number, StateName::Accepted, 9).unwrap();
    let further = [
        reader(7),
        PlanRow {
            edition: Err(Skip::Suppressed),
            ..reader(8)
        },
        PlanRow {
            edition: Ok(1),
            ..reader(9)
        },
    ];
    assert_eq!(top_up(store, number, &further).unwrap(), 3);
    let row = store.issue(key(23)).unwrap().unwrap();
    assert_eq!((row.planned, row.done_at), (6, None));
    assert_eq!((row.hash, row.frozen_at), ([7; 32], now()));
    assert_eq!(planned(store, number), 6);
    assert_eq!(
        store.rows(number, StateName::Accepted, 9).unwrap(),
        before,
        "who was planned is untouched"
    );
    let skipped = store.rows(number, StateName::Skipped, 9).unwrap();
    assert_eq!(
        (skipped[0].seq, skipped[0].at),
        (4, Some(now() + Duration::hours(1)))
    );
    let (pieces, editions) = (
        store.pieces(number).unwrap(),
        store.editions(number).unwrap(),
    );
    assert_eq!(pieces[..1], issue(23).pieces);
    assert_eq!(editions[..1], issue(23).editions);
    assert_eq!((pieces[1].name.as_str(), editions.len()), ("q", 2));
    assert_eq!(editions[1].html, [PieceId(1)]);
    assert_eq!(store.edition_counts(number).unwrap(), [(0, 4), (1, 1)]);
    assert!(store.is_due(number, now()).unwrap());
    let claims = store.settle_and_claim(number, &[], &[], want).unwrap();
    assert_eq!(ranges(store, number, &claims), [3, 5]);
    store
        .settle_and_claim(number, &[accepted(3), accepted(5)], &claims, None)
        .unwrap();
    // Nobody more: nothing is left to do, and it stays so.
    store.finish(number, now()).unwrap();
    assert_eq!(
        store
            .top_up(number, &nothing(), &mut [].into_iter())
            .unwrap(),
        0
    );
    assert_eq!(store.issue(key(23)).unwrap().unwrap().done_at, Some(now()));
}

pub(super) fn who_is_planned_is_not_planned_again<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let (_, claims) = claim_all(store, number);
    for plan in [
        vec![reader(7), reader(2)],
        vec![reader(7), reader(8), reader(7)],
    ] {
        assert!(top_up(store, number, &plan).is_err());
        assert_eq!(planned(store, number), 3);
        assert_eq!(store.issue(key(23)).unwrap().unwrap().planned, 3);
        assert_eq!(store.pieces(number).unwrap().len(), 1, "all or nothing");
        assert_eq!(store.editions(number).unwrap().len(), 1);
    }
    // While a range is claimed, the plan may grow.
    assert_eq!(top_up(store, number, &[reader(7)]).unwrap(), 1);
    assert_eq!(store.open_claims(number).unwrap(), claims);
    assert_eq!(ranges(store, number, &claims), [0, 1, 2]);
    store.cancel(number, now()).unwrap();
    assert!(top_up(store, number, &[reader(8)]).is_err());
    assert!(top_up(store, IssueNumber(99), &[reader(8)]).is_err());
    assert_eq!(planned(store, number), 4);
}

pub(super) fn who_got_a_done_issue_is_forgotten_and_how_many_is_not<S: Store>(store: &mut S) {
    let number = freeze(store, 5);
    let before = (
        store.tally(number).unwrap(),
        store.edition_counts(number).unwrap(),
    );
    assert_eq!(store.erase(number, 9, now()).unwrap(), 0, "it is not done");
    let (want, claims) = claim_all(store, number);
    let run = want.unwrap().run;
    let letters = store.letters(number, &claims[0]).unwrap();
    for (letter, number) in letters.iter().zip(0..) {
        assert_eq!(letter.signed_up, reader(number).signed_up);
    }
    assert!(store.run(run).unwrap().is_some());
    let outcomes: Vec<Outcome> = letters.iter().map(|row| accepted(row.seq)).collect();
    store
        .settle_and_claim(number, &outcomes, &claims, None)
        .unwrap();
    assert_eq!(store.issues().unwrap()[0].erased_at, None);
    store.finish(number, now()).unwrap();
    let told = |store: &S| {
        (
            store.tally(number).unwrap(),
            store.edition_counts(number).unwrap(),
        )
    };
    let done = told(store);
    assert_ne!(done.0, before.0);
    assert_eq!(done.1, before.1);
    let known = reader(1).subscriber;
    assert!(store.row_of(number, known).unwrap().is_some());
    for erased in [2, 2, 1, 0] {
        assert_eq!(store.erase(number, 2, now()).unwrap(), erased);
        assert_eq!(told(store), done, "at every step");
    }
    assert_eq!(store.row_of(number, known).unwrap(), None);
    assert_eq!(store.row_at(number, 4).unwrap(), None);
    assert_eq!(store.rows(number, StateName::Accepted, 9).unwrap(), []);
    assert_eq!(store.issues().unwrap()[0].erased_at, Some(now()));
    assert_eq!(store.issues().unwrap()[0].planned, 5);
    // Who has got it would get it again.
    assert!(top_up(store, number, &[reader(1)]).is_err());
    store.cancel(number, now()).unwrap();
    let past = store.past(Frequency::Daily).unwrap();
    assert!(past.newest.is_some(), "it was sent all the same");
    store.replace_record(number, "[]").unwrap();
    assert_eq!(store.record(number).unwrap(), "[]");
}
