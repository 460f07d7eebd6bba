//! What may be asked of a store, in any order.

use chrono::{DateTime, Duration, Utc};
use overblik::{
    domain::{
        delivery::{DeliveryState, Skip, StateName},
        issue::Frequency,
    },
    store::Settled,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// What may be asked. Numbers choose among what is there, and one that is not.
#[derive(Debug, Clone)]
pub enum Ask {
    Freeze {
        day: u32,
        frequency: Frequency,
        readers: Vec<Option<Skip>>,
        somebody_twice: bool,
        articles: Vec<(u8, u8)>,
    },
    /// Readers from a number on, who may be planned already.
    TopUp {
        issue: usize,
        from: usize,
        readers: Vec<Option<Skip>>,
    },
    NoteSeen(u8),
    BeginRun(usize),
    /// Outcomes for letters of open claims, then claims that have none left closed, then more claimed.
    Turn {
        issue: usize,
        outcomes: Vec<(usize, Outcomes)>,
        limit: Option<u64>,
        by_a_run: bool,
    },
    /// One sound outcome, and one for a row that has its own or is none.
    SettleAgain {
        issue: usize,
        seq: u64,
    },
    Reopen(usize, StateName),
    Cancel(usize),
    Finish(usize),
    Later(i64),
    OpenAgain,
}

#[derive(Debug, Clone, Copy)]
pub enum Outcomes {
    Accepted,
    Deferred(i64),
    Failed,
    Doubtful,
    Skipped(Skip),
    Waits(i64),
    NoMailbox,
    GivesUp,
}

fn outcomes() -> impl Strategy<Value = Outcomes> {
    prop_oneof![
        6 => Just(Outcomes::Accepted),
        2 => (0..40i64).prop_map(Outcomes::Deferred),
        1 => Just(Outcomes::Failed),
        1 => Just(Outcomes::NoMailbox),
        1 => Just(Outcomes::Doubtful),
        1 => select(&Skip::ALL[..]).prop_map(Outcomes::Skipped),
        2 => (-5..40i64).prop_map(Outcomes::Waits),
        1 => Just(Outcomes::GivesUp),
    ]
}

fn readers(most: usize) -> impl Strategy<Value = Vec<Option<Skip>>> {
    let reader = prop_oneof![4 => Just(None), 1 => select(&Skip::ALL[..]).prop_map(Some)];
    vec(reader, 0..most)
}

fn freeze() -> impl Strategy<Value = Ask> {
    let frequency = select(&[Frequency::Daily, Frequency::Daily, Frequency::Weekly][..]);
    let articles = vec((0..6u8, 0..4u8), 0..5);
    let twice = proptest::bool::weighted(0.1);
    (1..4u32, frequency, readers(12), twice, articles).prop_map(
        |(day, frequency, readers, somebody_twice, articles)| Ask::Freeze {
            day,
            frequency,
            readers,
            somebody_twice,
            articles,
        },
    )
}

pub fn ask() -> impl Strategy<Value = Ask> {
    let turn = (
        0..9usize,
        vec((0..12usize, outcomes()), 0..7),
        proptest::option::weighted(0.8, 0..5u64),
        proptest::bool::weighted(0.95),
    );
    prop_oneof![
        3 => freeze(),
        3 => (0..9usize, 4..14usize, readers(4)).prop_map(|(issue, from, readers)| Ask::TopUp { issue, from, readers }),
        1 => (0..8u8).prop_map(Ask::NoteSeen),
        4 => (0..9usize).prop_map(Ask::BeginRun),
        14 => turn.prop_map(|(issue, outcomes, limit, by_a_run)| Ask::Turn { issue, outcomes, limit, by_a_run }),
        2 => (0..9usize, 0..14u64).prop_map(|(issue, seq)| Ask::SettleAgain { issue, seq }),
        2 => (0..9usize, select(&StateName::ALL[..])).prop_map(|(issue, state)| Ask::Reopen(issue, state)),
        1 => (0..9usize).prop_map(Ask::Cancel),
        1 => (0..9usize).prop_map(Ask::Finish),
        3 => (1..30i64).prop_map(Ask::Later),
        1 => Just(Ask::OpenAgain),
    ]
}

pub fn settled(outcome: Outcomes, now: DateTime<Utc>) -> Settled {
    let until = |minutes| now + Duration::minutes(minutes);
    let reply = || "250 så".to_owned();
    Settled::To(match outcome {
        Outcomes::Accepted => DeliveryState::Accepted { reply: reply() },
        Outcomes::Deferred(minutes) => DeliveryState::Deferred {
            until: until(minutes),
            reply: reply(),
        },
        Outcomes::Failed => DeliveryState::Failed { reply: reply() },
        Outcomes::Doubtful => DeliveryState::Doubtful { reply: reply() },
        Outcomes::Skipped(why) => DeliveryState::Skipped { why },
        Outcomes::Waits(minutes) => {
            return Settled::Waits {
                until: until(minutes),
            };
        }
        Outcomes::NoMailbox => return Settled::NoMailbox { reply: reply() },
        Outcomes::GivesUp => return Settled::GivesUp { reply: reply() },
    })
}
