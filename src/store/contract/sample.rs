//! An issue, its readers and what is done with them.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};

use crate::{
    domain::{
        article::ArticleId,
        delivery::DeliveryState,
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        language::Language,
        piece::{Edition, PieceId},
        subscriber::Format,
    },
    store::{
        ArticleFate, ArticleMark, Claim, FrozenIssue, IssueNumber, Outcome, PlanRow, Read, Settled,
        Store, StoreError, StoredPiece, TopUp, Want,
    },
};

/// The instant the clock stands at.
pub(in crate::store) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap()
}

/// The daily issue of a day of November 2026.
pub(super) fn key(day: u32) -> IssueKey {
    IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
        frequency: Frequency::Daily,
    }
}

/// What became of an article.
pub(super) fn mark(id: &str, fate: ArticleFate) -> ArticleMark {
    ArticleMark {
        id: ArticleId(id.into()),
        fate,
    }
}

/// The issue of such a day.
pub(super) fn issue(day: u32) -> FrozenIssue {
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
            topics: vec!["Ledelse".into(), "Børn og unge".into()],
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
pub(in crate::store) fn reader(number: u8) -> PlanRow {
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

/// A reader whose id begins as another's does.
pub(super) fn namesake(number: u8) -> PlanRow {
    let mut row = reader(number);
    row.subscriber.0[31] ^= 1;
    row
}

/// Freezes an issue with some readers.
pub(in crate::store) fn freeze(store: &mut impl Store, readers: u8) -> IssueNumber {
    store
        .freeze(&issue(23), &mut (0..readers).map(reader))
        .unwrap()
}

/// How many are planned; the sum must hold.
pub(in crate::store) fn planned(store: &impl Read, issue: IssueNumber) -> u64 {
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
pub(super) fn claim_all(store: &mut impl Store, issue: IssueNumber) -> (Option<Want>, Vec<Claim>) {
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

/// The seqs of the letters of some claims.
pub(super) fn ranges<S: Store>(store: &S, issue: IssueNumber, claims: &[Claim]) -> Vec<u64> {
    claims
        .iter()
        .flat_map(|claim| store.letters(issue, claim).unwrap())
        .map(|l| l.seq)
        .collect()
}

/// The outcome of a letter that was taken.
pub(in crate::store) fn accepted(seq: u64) -> Outcome {
    Outcome {
        seq,
        state: Settled::To(DeliveryState::Accepted {
            reply: "250 ok".into(),
        }),
        at: now(),
        relay: None,
    }
}

/// The outcome of a row that goes to a lane.
pub(super) fn held(seq: u64) -> Outcome {
    Outcome {
        state: Settled::Held {
            lane: "gmail.com".into(),
        },
        ..accepted(seq)
    }
}

/// Plans further readers, with a piece and an edition more.
pub(super) fn top_up(
    store: &mut impl Store,
    issue: IssueNumber,
    plan: &[PlanRow],
) -> Result<u64, StoreError> {
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

/// No piece and no edition more.
pub(super) fn nothing() -> TopUp {
    TopUp {
        pieces: vec![],
        editions: vec![],
        at: now(),
    }
}
