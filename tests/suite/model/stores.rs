//! The ledger on disk and the one in memory, asked the same: they answer the same and show the same, whatever the order.

use std::path::PathBuf;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use overblik::{
    domain::{
        article::ArticleId,
        delivery::{DeliveryState, Skip, StateName, Tally},
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        language::Language,
        piece::{Edition, PieceId},
        subscriber::Format,
    },
    store::{
        ArticleFate, ArticleMark, Claim, FrozenIssue, IssueNumber, IssueRow, Outcome, PlanRow,
        Read, RunNumber, Settled, Store, StoreError, StoredPiece, Want, memory::MemoryStore,
        sqlite::SqliteStore,
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

/// What may be asked. Numbers choose among what is there, and one that is not.
#[derive(Debug, Clone)]
enum Ask {
    Freeze {
        day: u32,
        frequency: Frequency,
        readers: Vec<Option<Skip>>,
        somebody_twice: bool,
        articles: Vec<(u8, u8)>,
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
enum Outcomes {
    Accepted,
    Deferred(i64),
    Failed,
    Doubtful,
    Skipped(Skip),
    Waits(i64),
    GivesUp,
}

fn outcomes() -> impl Strategy<Value = Outcomes> {
    prop_oneof![
        6 => Just(Outcomes::Accepted),
        2 => (0..40i64).prop_map(Outcomes::Deferred),
        1 => Just(Outcomes::Failed),
        1 => Just(Outcomes::Doubtful),
        1 => select(&Skip::ALL[..]).prop_map(Outcomes::Skipped),
        2 => (-5..40i64).prop_map(Outcomes::Waits),
        1 => Just(Outcomes::GivesUp),
    ]
}

fn freeze() -> impl Strategy<Value = Ask> {
    let reader = prop_oneof![4 => Just(None), 1 => select(&Skip::ALL[..]).prop_map(Some)];
    let frequency = select(&[Frequency::Daily, Frequency::Daily, Frequency::Weekly][..]);
    let articles = vec((0..6u8, 0..4u8), 0..5);
    let twice = proptest::bool::weighted(0.1);
    (1..4u32, frequency, vec(reader, 0..12), twice, articles).prop_map(
        |(day, frequency, readers, somebody_twice, articles)| Ask::Freeze {
            day,
            frequency,
            readers,
            somebody_twice,
            articles,
        },
    )
}

fn ask() -> impl Strategy<Value = Ask> {
    let turn = (
        0..9usize,
        vec((0..12usize, outcomes()), 0..7),
        proptest::option::weighted(0.8, 0..5u64),
        proptest::bool::weighted(0.95),
    );
    prop_oneof![
        3 => freeze(),
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

/// All that can be read of an issue.
#[derive(Debug, PartialEq)]
struct Shown {
    row: IssueRow,
    frozen: (String, Option<String>, Vec<StoredPiece>, Vec<Edition>),
    edition_counts: Vec<(u32, u64)>,
    tally: Tally,
    rows: Vec<overblik::store::DeliveryRow>,
    by_reader: Vec<Option<overblik::store::DeliveryRow>>,
    due: Vec<bool>,
    claims: Vec<(Claim, Vec<overblik::store::ClaimedLetter>)>,
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
            store.letterhead(number)?,
            store.pieces(number)?,
            store.editions(number)?,
        ),
        edition_counts: store.edition_counts(number)?,
        tally: store.tally(number)?,
        rows,
        by_reader: (0..13)
            .map(|reader| store.row_of(number, id(reader)))
            .collect::<Result<_, _>>()?,
        due: due.into_iter().collect::<Result<_, _>>()?,
        claims: claims
            .map(|claim| Ok((claim, store.letters(number, &claim)?)))
            .collect::<Result<_, StoreError>>()?,
        row,
    })
}

fn show_all(store: &impl Read, now: DateTime<Utc>) -> Vec<Shown> {
    let issues = store.issues().unwrap().into_iter();
    issues.map(|row| show(store, row, now).unwrap()).collect()
}

/// The past; its lists have no order of their own.
fn show_past(store: &dyn Read, frequency: Frequency) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut past = store.past(frequency).unwrap();
    past.printed.sort_by(|one, other| one.0.cmp(&other.0));
    past.printed_twins.sort_by(|one, other| one.0.cmp(&other.0));
    past.first_seen.sort();
    past.left_over.sort();
    (
        (past.last_cut_off, past.last_look, past.newest),
        (past.printed, past.printed_twins),
        (past.first_seen, past.left_over),
    )
}

fn id(reader: usize) -> SubscriberId {
    SubscriberId([u8::try_from(reader).unwrap(); 32])
}

fn frozen(key: IssueKey, now: DateTime<Utc>, articles: &[(u8, u8)]) -> FrozenIssue {
    let mark = |(article, fate): &(u8, u8)| ArticleMark {
        id: ArticleId(format!("article {article}")),
        fate: match fate {
            0 => ArticleFate::Seen,
            1 => ArticleFate::LeftOver,
            _ => ArticleFate::Printed {
                twins: (0..*fate - 1)
                    .map(|n| format!("twin {article}.{n}"))
                    .collect(),
            },
        },
    };
    let edition = |subject: &str| Edition {
        format: Format::Html,
        language: Language::Da,
        subject: subject.into(),
        preheader: String::new(),
        html: vec![PieceId(0)],
        text: vec![PieceId(1), PieceId(0)],
        items: vec![7],
    };
    let midnight = Utc.from_utc_datetime(&key.date.into());
    FrozenIssue {
        key,
        // No two issues of a frequency share a cut-off; some are frozen before theirs.
        cut_off: midnight + Duration::hours(6),
        frozen_at: now,
        hash: [9; 32],
        refused: 1,
        record: format!("{{\"{key}\":1}}"),
        letterhead: "{}".into(),
        pieces: vec![StoredPiece {
            name: "p".into(),
            format: Format::Text,
            bytes: vec![0, 255],
        }],
        editions: vec![edition("en"), edition("to")],
        articles: articles.iter().map(mark).collect(),
    }
}

/// The two, side by side.
struct Pair {
    path: PathBuf,
    disk: Option<SqliteStore>,
    memory: MemoryStore,
    now: DateTime<Utc>,
}

impl Pair {
    fn issue(&self, choice: usize) -> IssueNumber {
        let issues = self.memory.issues().unwrap();
        let number = issues.get(choice % (issues.len() + 1));
        number.map_or(IssueNumber(99), |row| row.number)
    }

    /// Both are asked; both answer the same.
    fn both<R: PartialEq + std::fmt::Debug>(
        &mut self,
        mut act: impl FnMut(&mut dyn Store) -> Result<R, StoreError>,
    ) -> Option<R> {
        let disk = act(self.disk.as_mut().unwrap());
        let memory = act(&mut self.memory);
        match (disk, memory) {
            (Ok(disk), Ok(memory)) => {
                assert_eq!(disk, memory);
                Some(disk)
            }
            (Err(disk), Err(memory)) => {
                let kind = std::mem::discriminant::<StoreError>;
                assert_eq!(kind(&disk), kind(&memory), "{disk:?}, {memory:?}");
                None
            }
            (disk, memory) => panic!("on disk {disk:?}, in memory {memory:?}"),
        }
    }

    fn run_of(&self, issue: IssueNumber) -> RunNumber {
        let runs = (1..).map(RunNumber);
        let runs = runs.map_while(|run| self.memory.run(run).unwrap());
        runs.filter(|run| run.issue == issue)
            .last()
            .map_or(RunNumber(99), |run| run.number)
    }
}

fn settled(outcome: Outcomes, now: DateTime<Utc>) -> Settled {
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
        Outcomes::GivesUp => return Settled::GivesUp { reply: reply() },
    })
}

impl Pair {
    fn ask(&mut self, ask: &Ask) {
        let now = self.now;
        match ask {
            Ask::Freeze {
                day,
                frequency,
                readers,
                somebody_twice,
                articles,
            } => {
                let key = IssueKey {
                    date: NaiveDate::from_ymd_opt(2026, 11, *day).unwrap(),
                    frequency: *frequency,
                };
                let mut plan: Vec<PlanRow> = (0..).zip(readers).map(planned).collect();
                if let Some(first) = plan.first().filter(|_| *somebody_twice) {
                    plan.push(first.clone());
                }
                let issue = frozen(key, now, articles);
                self.both(|store| store.freeze(&issue, &mut plan.iter().cloned()));
            }
            Ask::NoteSeen(article) => {
                let article = ArticleId(format!("article {article}"));
                self.both(|store| store.note_seen(std::slice::from_ref(&article), now));
            }
            Ask::BeginRun(issue) => {
                let issue = self.issue(*issue);
                self.both(|store| store.begin_run(issue, "boot", now));
            }
            Ask::Turn {
                issue,
                outcomes,
                limit,
                by_a_run,
            } => self.turn(self.issue(*issue), outcomes, *limit, *by_a_run),
            Ask::SettleAgain { issue, seq } => self.settle_again(self.issue(*issue), *seq),
            Ask::Reopen(issue, state) => {
                let issue = self.issue(*issue);
                self.both(|store| store.reopen(issue, *state, now));
            }
            Ask::Cancel(issue) => {
                let issue = self.issue(*issue);
                self.both(|store| store.cancel(issue, now));
            }
            Ask::Finish(issue) => {
                let issue = self.issue(*issue);
                self.both(|store| store.finish(issue, now));
            }
            Ask::Later(minutes) => self.now += Duration::minutes(*minutes),
            Ask::OpenAgain => {
                self.disk = None;
                self.disk = Some(SqliteStore::open(&self.path).unwrap());
            }
        }
    }

    fn turn(
        &mut self,
        issue: IssueNumber,
        outcomes: &[(usize, Outcomes)],
        limit: Option<u64>,
        by_a_run: bool,
    ) {
        let claims = self.memory.open_claims(issue).unwrap();
        let letters = |claim: &Claim| self.memory.letters(issue, claim).unwrap();
        let mut left: Vec<u64> = claims.iter().flat_map(letters).map(|l| l.seq).collect();
        let mut written = Vec::new();
        for (choice, outcome) in outcomes {
            if !left.is_empty() {
                written.push(Outcome {
                    seq: left.remove(choice % left.len()),
                    state: settled(*outcome, self.now),
                    at: self.now,
                });
            }
        }
        let is_done = |claim: &Claim| !left.iter().any(|seq| (claim.from..claim.to).contains(seq));
        let closed: Vec<Claim> = claims.into_iter().filter(is_done).collect();
        let run = if by_a_run {
            self.run_of(issue)
        } else {
            RunNumber(99)
        };
        let now = self.now;
        let want = limit.map(|limit| Want { run, now, limit });
        self.both(|store| store.settle_and_claim(issue, &written, &closed, want));
    }

    /// A sound outcome together with one for a row that may have its own, may not be there, or that is none: where
    /// the second is refused the first is not written either.
    fn settle_again(&mut self, issue: IssueNumber, seq: u64) {
        let at = self.now;
        let outcome = |seq, outcome| Outcome {
            seq,
            state: settled(outcome, at),
            at,
        };
        let sound = self.memory.rows(issue, StateName::Waiting, 1).unwrap();
        let mut both: Vec<Outcome> = sound
            .iter()
            .map(|row| outcome(row.seq, Outcomes::Skipped(Skip::Left)))
            .collect();
        let taken = self.memory.rows(issue, StateName::Accepted, 99).unwrap();
        let refused =
            taken.iter().any(|row| row.seq == seq) || sound.iter().any(|row| row.seq == seq);
        both.push(outcome(seq, Outcomes::Accepted));
        let written = self.both(|store| store.settle_and_claim(issue, &both, &[], None));
        assert!(
            !(refused && written.is_some()),
            "a second outcome was taken"
        );
        let none = [Outcome {
            state: Settled::To(DeliveryState::Sending),
            ..outcome(seq, Outcomes::Accepted)
        }];
        let written = self.both(|store| store.settle_and_claim(issue, &none, &[], None));
        assert_eq!(written, None);
    }

    /// What must hold whatever was asked.
    fn check(&self) {
        let disk = self.disk.as_ref().unwrap();
        let shown = show_all(disk, self.now);
        assert_eq!(shown, show_all(&self.memory, self.now));
        for frequency in [Frequency::Daily, Frequency::Weekly] {
            assert_eq!(
                show_past(disk, frequency),
                show_past(&self.memory, frequency)
            );
        }
        for issue in &shown {
            let tally = issue.tally;
            let sum = tally.accepted + tally.deferred + tally.failed;
            let sum = sum + tally.skipped + tally.doubtful + tally.waiting;
            assert_eq!((sum, sum), (tally.planned, issue.row.planned));
            let mut claimed = std::collections::BTreeSet::new();
            for (claim, _) in &issue.claims {
                for seq in claim.from..claim.to {
                    assert!(claimed.insert(seq), "{seq} is claimed twice at a time");
                }
            }
        }
    }
}

fn planned((reader, skip): (usize, &Option<Skip>)) -> PlanRow {
    PlanRow {
        subscriber: id(reader),
        address: format!("reader{reader}@kommune.example"),
        name: (reader % 2 == 0).then(|| format!("Læser {reader}")),
        edition: skip.map_or(Ok(u32::from(reader % 3 == 0)), Err),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: super::cases(16), ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_on_disk_does_as_the_one_in_memory_whatever_is_asked(asked in vec(ask(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut pair = Pair {
            disk: Some(SqliteStore::open(&path).unwrap()),
            path,
            memory: MemoryStore::new(),
            now: Utc.with_ymd_and_hms(2026, 11, 2, 5, 50, 0).unwrap(),
        };
        // Most stories begin with an issue and a run.
        pair.ask(&Ask::Freeze { day: 1, frequency: Frequency::Daily, readers: vec![None; 8], somebody_twice: false, articles: vec![(0, 2), (1, 1)] });
        pair.ask(&Ask::BeginRun(0));
        for ask in &asked {
            pair.ask(ask);
            pair.check();
        }
        let peek = SqliteStore::peek(&pair.path).unwrap().unwrap();
        prop_assert_eq!(show_all(&peek, pair.now), show_all(&pair.memory, pair.now));
    }
}
