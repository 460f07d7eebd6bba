//! What later issues know of earlier ones.

use chrono::Duration;

use super::sample::{accepted, freeze, issue, key, mark, now, reader};
use crate::{
    domain::{article::ArticleId, issue::Frequency},
    store::{ArticleFate, FrozenIssue, Store, Want},
};

pub(super) fn cancelling_skips_what_has_not_left<S: Store>(store: &mut S) {
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

pub(super) fn a_cancelled_issue_nobody_got_leaves_its_articles_free<S: Store>(store: &mut S) {
    let number = freeze(store, 2);
    store.cancel(number, now()).unwrap();
    let past = store.past(Frequency::Daily).unwrap();
    assert!(past.printed.is_empty() && past.printed_twins.is_empty());
    assert_eq!(past.published, []);
    assert_eq!(past.last_cut_off, None);
    assert_eq!(past.judged, [], "they have their chance yet");
    assert_eq!(past.newest, None, "it stands in no other issue's way");
}

pub(super) fn what_is_printed_again_was_printed_in_both_issues<S: Store>(store: &mut S) {
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

pub(super) fn what_found_no_room_stays_until_it_is_printed<S: Store>(store: &mut S) {
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

pub(super) fn an_issue_frozen_before_its_cut_off_saw_no_more_than_it_could<S: Store>(
    store: &mut S,
) {
    let early = FrozenIssue {
        cut_off: now() + Duration::hours(30),
        ..issue(24)
    };
    store.freeze(&early, &mut [reader(0)].into_iter()).unwrap();
    let past = store.past(Frequency::Daily).unwrap();
    assert_eq!(past.last_cut_off, Some(early.cut_off));
    assert!(past.first_seen.iter().all(|(_, seen)| *seen == now()));
}
