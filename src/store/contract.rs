//! What every store promises, as tests that run on each.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};

use super::{
    ArticleFate, ArticleMark, Claim, FrozenIssue, IssueNumber, Outcome, PlanRow, Published, Read,
    Settled, Store, StoreError, StoredPiece, TopUp, Want,
};
use crate::domain::{
    article::ArticleId,
    delivery::{DeliveryState, Skip, StateName},
    issue::{Frequency, IssueKey},
    key::SubscriberId,
    language::Language,
    piece::{Edition, PieceId},
    subscriber::Format,
};

/// The instant the clock stands at.
pub(super) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap()
}

fn key(day: u32) -> IssueKey {
    IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
        frequency: Frequency::Daily,
    }
}

fn mark(id: &str, fate: ArticleFate) -> ArticleMark {
    ArticleMark {
        id: ArticleId(id.into()),
        fate,
    }
}

fn issue(day: u32) -> FrozenIssue {
    FrozenIssue {
        key: key(day),
        cut_off: now() + Duration::days(i64::from(day) - 23),
        frozen_at: now(),
        hash: [7; 32],
        refused: 2,
        record: "{}".into(),
        letterhead: "{\"name\":\"x\"}".into(),
        manuscript: "{}".into(),
        pieces: vec![StoredPiece {
            name: "p".into(),
            format: Format::Text,
            bytes: b"a\x01\x31\r\n".to_vec(),
        }],
        editions: vec![Edition {
            format: Format::Text,
            language: Language::En,
            subject: "Æ".into(),
            preheader: "p".into(),
            html: vec![],
            text: vec![PieceId(0), PieceId(70_000)],
            items: vec![3, 1],
        }],
        articles: vec![
            mark(
                "a",
                ArticleFate::Printed {
                    twins: vec!["link a".into()],
                    publishers: vec!["Ravnsø Kommune".into()],
                    is_event: false,
                },
            ),
            mark("b", ArticleFate::LeftOver),
            mark("c", ArticleFate::Seen),
        ],
    }
}

/// A reader of a plan.
pub(super) fn reader(number: u8) -> PlanRow {
    PlanRow {
        subscriber: SubscriberId([number; 32]),
        address: format!("r{number}@x.example"),
        name: (number > 0).then(|| format!("Søren {number}")),
        signed_up: (number > 1)
            .then(|| NaiveDate::from_ymd_opt(2026, 3, u32::from(number)))
            .flatten(),
        edition: Ok(0),
    }
}

/// Freezes an issue with some readers.
pub(super) fn freeze(store: &mut impl Store, readers: u8) -> IssueNumber {
    store
        .freeze(&issue(23), &mut (0..readers).map(reader))
        .unwrap()
}

/// How many are planned; the sum must hold.
pub(super) fn planned(store: &impl Read, issue: IssueNumber) -> u64 {
    let tally = store.tally(issue).unwrap();
    let sum = tally.accepted
        + tally.deferred
        + tally.failed
        + tally.skipped
        + tally.doubtful
        + tally.waiting;
    assert_eq!(tally.planned, sum);
    tally.planned
}

/// Begins a run and claims all there is.
fn claim_all(store: &mut impl Store, issue: IssueNumber) -> (Option<Want>, Vec<Claim>) {
    let run = store.begin_run(issue, "boot", now()).unwrap();
    let want = Some(Want {
        run,
        now: now(),
        limit: 9,
        up_to: u64::MAX,
    });
    let claims = store.settle_and_claim(issue, &[], &[], want).unwrap();
    (want, claims)
}

/// The outcome of a letter that was taken.
pub(super) fn accepted(seq: u64) -> Outcome {
    Outcome {
        seq,
        state: Settled::To(DeliveryState::Accepted {
            reply: "250 ok".into(),
        }),
        at: now(),
        relay: None,
    }
}

/// Runs every promise on fresh stores.
pub(super) fn check<S: Store>(fresh: &mut dyn FnMut() -> S) {
    an_issue_reads_back(&mut fresh());
    an_issue_is_frozen_once(&mut fresh());
    a_plan_with_the_same_reader_twice_freezes_nothing(&mut fresh());
    readers_whose_ids_begin_alike_are_two(&mut fresh());
    ranges_are_claimed_in_order_then_what_is_due(&mut fresh());
    an_outcome_is_written_once_and_all_or_nothing(&mut fresh());
    what_failed_can_be_sent_again_when_asked(&mut fresh());
    who_has_no_mailbox_is_known_until_it_is_tried_again(&mut fresh());
    further_readers_are_planned_after_the_last(&mut fresh());
    who_is_planned_is_not_planned_again(&mut fresh());
    cancelling_skips_what_has_not_left(&mut fresh());
    a_cancelled_issue_nobody_got_leaves_its_articles_free(&mut fresh());
    what_is_printed_again_was_printed_in_both_issues(&mut fresh());
    what_found_no_room_stays_until_it_is_printed(&mut fresh());
    an_issue_frozen_before_its_cut_off_saw_no_more_than_it_could(&mut fresh());
    a_lane_gives_its_rows_in_order_and_nothing_else_claims_them(&mut fresh());
    a_first_pass_ends_where_it_is_told_to(&mut fresh());
    a_row_in_a_lane_is_none_of_its_old_claims(&mut fresh());
    an_emptied_lane_leaves_its_rows_due(&mut fresh());
    what_relays_took_is_counted_by_relay_and_time(&mut fresh());
    who_got_a_done_issue_is_forgotten_and_how_many_is_not(&mut fresh());
}

fn held(seq: u64) -> Outcome {
    Outcome {
        state: Settled::Held {
            lane: "gmail.com".into(),
        },
        ..accepted(seq)
    }
}

fn a_lane_gives_its_rows_in_order_and_nothing_else_claims_them<S: Store>(store: &mut S) {
    let number = freeze(store, 6);
    let run = store.begin_run(number, "boot", now()).unwrap();
    let want = Some(Want {
        run,
        now: now(),
        limit: 9,
        up_to: u64::MAX,
    });
    let all = store.settle_and_claim(number, &[], &[], want).unwrap();
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

fn who_got_a_done_issue_is_forgotten_and_how_many_is_not<S: Store>(store: &mut S) {
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

fn a_first_pass_ends_where_it_is_told_to<S: Store>(store: &mut S) {
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

fn a_row_in_a_lane_is_none_of_its_old_claims<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let run = store.begin_run(number, "boot", now()).unwrap();
    let want = Some(Want {
        run,
        now: now(),
        limit: 9,
        up_to: u64::MAX,
    });
    let claims = store.settle_and_claim(number, &[], &[], want).unwrap();
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

fn an_emptied_lane_leaves_its_rows_due<S: Store>(store: &mut S) {
    let number = freeze(store, 3);
    let run = store.begin_run(number, "boot", now()).unwrap();
    let want = Some(Want {
        run,
        now: now(),
        limit: 9,
        up_to: u64::MAX,
    });
    let claims = store.settle_and_claim(number, &[], &[], want).unwrap();
    let outcomes = [accepted(0), held(1), held(2)];
    store
        .settle_and_claim(number, &outcomes, &claims, None)
        .unwrap();
    store.empty_lane(number, "gmail.com", now()).unwrap();
    let due = store.settle_and_claim(number, &[], &[], want).unwrap();
    assert_eq!(ranges(store, number, &due), [1, 2]);
}

fn what_relays_took_is_counted_by_relay_and_time<S: Store>(store: &mut S) {
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

fn an_issue_reads_back<S: Store>(store: &mut S) {
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

fn an_issue_is_frozen_once<S: Store>(store: &mut S) {
    let number = freeze(store, 2);
    let again = store.freeze(&issue(23), &mut (0..5).map(reader));
    assert!(matches!(again, Err(StoreError::AlreadyFrozen(_))));
    assert_eq!(planned(store, number), 2);
}

fn a_plan_with_the_same_reader_twice_freezes_nothing<S: Store>(store: &mut S) {
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

/// A reader whose id begins as another's does.
fn namesake(number: u8) -> PlanRow {
    let mut row = reader(number);
    row.subscriber.0[31] ^= 1;
    row
}

fn readers_whose_ids_begin_alike_are_two<S: Store>(store: &mut S) {
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

fn ranges<S: Store>(store: &S, issue: IssueNumber, claims: &[Claim]) -> Vec<u64> {
    claims
        .iter()
        .flat_map(|claim| store.letters(issue, claim).unwrap())
        .map(|l| l.seq)
        .collect()
}

fn ranges_are_claimed_in_order_then_what_is_due<S: Store>(store: &mut S) {
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

fn an_outcome_is_written_once_and_all_or_nothing<S: Store>(store: &mut S) {
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

fn what_failed_can_be_sent_again_when_asked<S: Store>(store: &mut S) {
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

fn who_has_no_mailbox_is_known_until_it_is_tried_again<S: Store>(store: &mut S) {
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

fn top_up(store: &mut impl Store, issue: IssueNumber, plan: &[PlanRow]) -> Result<u64, StoreError> {
    let added = TopUp {
        pieces: vec![StoredPiece {
            name: "q".into(),
            format: Format::Html,
            bytes: b"b\r\n".to_vec(),
        }],
        editions: vec![Edition {
            subject: "Ø".into(),
            html: vec![PieceId(1)],
            ..self::issue(23).editions.remove(0)
        }],
        at: now() + Duration::hours(1),
    };
    store.top_up(issue, &added, &mut plan.iter().cloned())
}

fn further_readers_are_planned_after_the_last<S: Store>(store: &mut S) {
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

fn nothing() -> TopUp {
    TopUp {
        pieces: vec![],
        editions: vec![],
        at: now(),
    }
}

fn who_is_planned_is_not_planned_again<S: Store>(store: &mut S) {
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

fn cancelling_skips_what_has_not_left<S: Store>(store: &mut S) {
    let number = freeze(store, 4);
    let run = store.begin_run(number, "boot", now()).unwrap();
    let want = Some(Want {
        run,
        now: now(),
        limit: 2,
        up_to: u64::MAX,
    });
    let claims = store.settle_and_claim(number, &[], &[], want).unwrap();
    store
        .settle_and_claim(number, &[accepted(0)], &claims, None)
        .unwrap();
    assert_eq!(store.cancel(number, now()).unwrap(), 3);
    let tally = store.tally(number).unwrap();
    assert_eq!((tally.accepted, tally.skipped, tally.waiting), (1, 3, 0));
    let past = store.past(Frequency::Daily).unwrap();
    assert_eq!(past.printed.len(), 1, "somebody has read it");
    assert_eq!(past.last_cut_off, Some(now()));
}

fn a_cancelled_issue_nobody_got_leaves_its_articles_free<S: Store>(store: &mut S) {
    let number = freeze(store, 2);
    store.cancel(number, now()).unwrap();
    let past = store.past(Frequency::Daily).unwrap();
    assert!(past.printed.is_empty() && past.printed_twins.is_empty());
    assert_eq!(past.published, []);
    assert_eq!(past.last_cut_off, None);
    assert_eq!(past.judged, [], "they have their chance yet");
    assert_eq!(past.newest, None, "it stands in no other issue's way");
}

fn what_is_printed_again_was_printed_in_both_issues<S: Store>(store: &mut S) {
    freeze(store, 1);
    let number = store
        .freeze(&issue(24), &mut [reader(0)].into_iter())
        .unwrap();
    let printed = |store: &S| {
        let mut past = store.past(Frequency::Daily).unwrap();
        past.printed.sort();
        past.printed_twins.sort();
        (past.printed, past.printed_twins)
    };
    let marks = |days: &[u32]| {
        let marks = days.iter().map(|day| key(*day));
        let articles = marks.clone().map(|key| (ArticleId("a".into()), key));
        (
            articles.collect::<Vec<_>>(),
            marks
                .map(|key| ("link a".to_owned(), key))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(printed(store), marks(&[23, 24]));
    store.cancel(number, now()).unwrap();
    assert_eq!(printed(store), marks(&[23]), "the first printing stays");
}

fn what_found_no_room_stays_until_it_is_printed<S: Store>(store: &mut S) {
    let left = |store: &S| store.past(Frequency::Daily).unwrap().left_over;
    let article = |id: &str| ArticleId(id.into());
    freeze(store, 1);
    // A day on which `b` could not be read: it has had no turn.
    let unread = FrozenIssue {
        articles: vec![mark("d", ArticleFate::Seen)],
        ..issue(24)
    };
    store.freeze(&unread, &mut [reader(0)].into_iter()).unwrap();
    assert_eq!(left(store), [article("b")]);
    let printed = FrozenIssue {
        articles: vec![mark(
            "b",
            ArticleFate::Printed {
                twins: vec![],
                publishers: vec![],
                is_event: true,
            },
        )],
        ..issue(25)
    };
    let number = store
        .freeze(&printed, &mut [reader(0)].into_iter())
        .unwrap();
    assert_eq!(left(store), []);
    store.cancel(number, now()).unwrap();
    assert_eq!(left(store), [article("b")], "nobody has read it");
}

fn an_issue_frozen_before_its_cut_off_saw_no_more_than_it_could<S: Store>(store: &mut S) {
    let early = FrozenIssue {
        cut_off: now() + Duration::hours(30),
        ..issue(24)
    };
    store.freeze(&early, &mut [reader(0)].into_iter()).unwrap();
    let past = store.past(Frequency::Daily).unwrap();
    assert_eq!(past.last_cut_off, Some(early.cut_off));
    assert!(past.first_seen.iter().all(|(_, seen)| *seen == now()));
}
