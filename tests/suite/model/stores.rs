//! The ledger on disk and the one in memory, asked the same: they answer the same and show the same, whatever the order.

use std::path::PathBuf;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use overblik::{
    domain::{
        article::ArticleId,
        delivery::{DeliveryState, Skip, StateName},
        issue::{Frequency, IssueKey},
        language::Language,
        piece::{Edition, PieceId},
        subscriber::Format,
    },
    store::{
        ArticleFate, ArticleMark, Claim, FrozenIssue, IssueNumber, Outcome, PlanRow, Read,
        RunNumber, Settled, Store, StoreError, StoredPiece, TopUp, Want, memory::MemoryStore,
        sqlite::SqliteStore,
    },
};
use proptest::{collection::vec, prelude::*};

use super::{
    ask::{Ask, LANES, Outcomes, ask, settled},
    shown::{id, show_all, show_past},
};

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
                publishers: vec![format!("publisher {}", article % 2)],
                is_event: *fate > 2,
            },
        },
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
        manuscript: "{}".into(),
        pieces: frozen_pieces(),
        editions: vec![edition("en"), edition("to")],
        articles: articles.iter().map(mark).collect(),
    }
}

fn frozen_pieces() -> Vec<StoredPiece> {
    vec![StoredPiece {
        name: "p".into(),
        format: Format::Text,
        bytes: vec![0, 255],
    }]
}

fn edition(subject: &str) -> Edition {
    Edition {
        format: Format::Html,
        language: Language::Da,
        subject: subject.into(),
        preheader: String::new(),
        html: vec![PieceId(0)],
        text: vec![PieceId(1), PieceId(0)],
        items: vec![7],
        topics: vec![],
    }
}
/// One known, and what is written when nobody knows.
const RELAYS: [&str; 2] = ["post.example:25", ""];

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
            Ask::TopUp {
                issue,
                from,
                readers,
            } => {
                let issue = self.issue(*issue);
                let plan: Vec<PlanRow> = (*from..).zip(readers).map(planned).collect();
                let added = TopUp {
                    pieces: frozen_pieces(),
                    editions: vec![edition("tre")],
                    at: now,
                };
                self.both(|store| store.top_up(issue, &added, &mut plan.iter().cloned()));
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
            Ask::ClaimLane(issue, lane, limit) => {
                let issue = self.issue(*issue);
                let run = self.run_of(issue);
                self.both(|store| store.claim_lane(issue, run, LANES[*lane], *limit));
            }
            Ask::EmptyLane(issue, lane) => {
                let issue = self.issue(*issue);
                self.both(|store| store.empty_lane(issue, LANES[*lane], now));
            }
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
                    relay: (choice % 3 > 0).then(|| RELAYS[choice % 2].into()),
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
        let want = limit.map(|limit| Want {
            run,
            now,
            limit,
            up_to: u64::MAX,
        });
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
            relay: Some(RELAYS[0].into()),
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
        let midnight = Utc.from_utc_datetime(&self.now.date_naive().into());
        for relay in RELAYS {
            for since in [midnight, midnight + Duration::hours(6)] {
                let taken = disk.taken_since(relay, since).unwrap();
                assert_eq!(taken, self.memory.taken_since(relay, since).unwrap());
            }
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
        signed_up: None,
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
