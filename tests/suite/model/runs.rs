//! Whole runs against a plain model: whatever the transport does, wherever runs are cut down, whoever asks for what.

use std::{collections::BTreeMap, sync::Mutex};

use chrono::Duration;
use overblik::{
    dispatch::{Halt, Limits, Sent},
    domain::delivery::{DeliveryState, Reply, Stage, StateName, Tally},
    ledger::{self, Boot, Owed},
    roster::OpenGate,
    store::{IssueNumber, Read as _, Store as _},
    transport::{
        Redelivery,
        memory::{Act, MemoryTransport},
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::once::{FaultyStore, World, address, never};

/// One run, and what happens around it.
#[derive(Debug, Clone)]
struct Step {
    acts: Vec<(usize, Act)>,
    cut_down: CutDown,
    then: Then,
    later: i64,
    /// How many domains are limited in this run: none, one, or two that share a limit.
    limited: usize,
}

/// What cuts a run down, if it comes so far.
#[derive(Debug, Clone)]
enum CutDown {
    Nothing,
    /// A connection hangs at a reader's letter, the others come to their end, and the process dies.
    Hanging(usize),
    /// The process dies when so many letters have an outcome.
    Settled(usize),
    /// The Nth change of the ledger fails, before or after it took effect.
    Ledger(usize, bool),
}

/// What happens before the next run.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Nothing,
    Reboot,
    MarksAreLost,
    ResendDoubtful,
    RetryFailed,
    GiveUp,
    /// So many readers join and are planned.
    TopUp(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let say = |stage, code, text: &str| {
        let text = text.to_owned();
        Act::Refuse(stage, Reply { code, text })
    };
    let refuse = |stage, code| say(stage, code, "så");
    select(vec![
        Act::Accept,
        refuse(Stage::Recipient, 550),
        say(Stage::Recipient, 550, "5.1.1 nobody"),
        say(Stage::Recipient, 550, "5.1.1 nobody"),
        refuse(Stage::Recipient, 450),
        refuse(Stage::Body, 554),
        refuse(Stage::Body, 451),
        refuse(Stage::Mail, 451),
        Act::CutBefore,
        Act::CutAfter,
        Act::Local,
    ])
}

fn step() -> impl Strategy<Value = Step> {
    let cut_down = prop_oneof![
        1 => Just(CutDown::Nothing),
        2 => (0..14usize).prop_map(CutDown::Hanging),
        2 => (1..12usize).prop_map(CutDown::Settled),
        2 => (0..14usize, any::<bool>()).prop_map(|(at, takes)| CutDown::Ledger(at, takes)),
    ];
    let then = prop_oneof![
        3 => Just(Then::Nothing),
        2 => Just(Then::Reboot),
        1 => Just(Then::MarksAreLost),
        1 => Just(Then::ResendDoubtful),
        1 => Just(Then::RetryFailed),
        1 => Just(Then::GiveUp),
        2 => (1..5usize).prop_map(Then::TopUp),
    ];
    let acts = vec((0..14usize, act()), 0..6);
    (acts, cut_down, then, 0..400i64, 0..3usize).prop_map(
        |(acts, cut_down, then, later, limited)| Step {
            acts,
            cut_down,
            then,
            later,
            limited,
        },
    )
}

/// What the model knows: the letters each reader got, and how many each may have.
struct Model {
    world: World,
    readers: usize,
    boots: u32,
    letters: BTreeMap<String, usize>,
    allowed: BTreeMap<String, usize>,
}

/// Thirty letters a second to the first domain, or to both together.
fn limits(domains: usize) -> Limits {
    let also = ["\"googlemail.example\""][..domains.saturating_sub(1)].join("");
    let table = format!("[\"gmail.example\"]\nrate = \"30/s\"\nalso = [{also}]\n");
    let table = if domains == 0 { "" } else { &table };
    Limits::of(&toml::from_str(table).unwrap())
}

const ISSUE: IssueNumber = IssueNumber(1);

/// The most readers that may be suppressed at a time.
const MOST: u64 = 2;

/// How long others go on beside a letter that hangs.
const HUNG: std::time::Duration = std::time::Duration::from_millis(200);

impl Model {
    fn new(readers: usize) -> Self {
        let allowed = (0..readers).filter(|reader| reader % 5 != 4);
        Self {
            world: World::new(readers).suppressing(MOST),
            readers,
            boots: 1,
            letters: BTreeMap::new(),
            allowed: allowed.map(|reader| (address(reader), 1)).collect(),
        }
    }

    /// One run, to its end or until it is cut down.
    async fn run(&mut self, step: &Step) {
        self.world.limits = limits(step.limited);
        let world = &self.world;
        let transport = MemoryTransport::new();
        for (reader, act) in &step.acts {
            transport.when(&address(*reader), act.clone());
        }
        let (fails_at, takes_effect) = match step.cut_down {
            CutDown::Ledger(at, takes_effect) => (at, takes_effect),
            _ => (usize::MAX, false),
        };
        let (reached, dies) = tokio::sync::oneshot::channel();
        let dies_at = match step.cut_down {
            CutDown::Hanging(reader) => {
                transport.when(&address(reader), Act::HangAfter);
                usize::MAX
            }
            CutDown::Settled(count) => count,
            _ => usize::MAX,
        };
        let watched = Mutex::new((0, Some(reached)));
        let watcher = move |_: StateName| {
            let mut watched = watched.lock().unwrap();
            watched.0 += 1;
            if watched.0 == dies_at {
                watched.1.take().map(|reached| reached.send(()));
            }
        };
        // The rows of a lane wait for their range, and that for the letter that hangs: nothing need ever stand still.
        let still = async {
            transport.hangs().await;
            let _ = tokio::time::timeout(HUNG, transport.stands_still()).await;
        };
        let store = FaultyStore::new(world.open(), fails_at, takes_effect);
        let before = self.log();
        let ended = tokio::select! {
            biased;
            () = still => None,
            Ok(()) = dies => None,
            // A ledger that cannot be written ends the run as well.
            ended = world.run(store, &transport, OpenGate, watcher, never()) => ended.ok(),
        };
        if let Some((_, sent)) = ended {
            self.check_suppressed(&sent, &before);
        }
        for letter in transport.taken() {
            let to = letter.envelope.recipient.to_string();
            *self.letters.entry(to).or_default() += 1;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.world.state().join("suppressions.log")).unwrap_or_default()
    }

    /// A run that came to its end has written down everybody without a mailbox, or, where they were too many, nobody.
    fn check_suppressed(&self, sent: &Sent, before: &str) {
        let log = self.log();
        let written = log.strip_prefix(before).unwrap().lines().count() as u64;
        assert_eq!(written, sent.suppressed);
        let rows = self.world.open().without_mailbox(ISSUE).unwrap();
        if let Some(Halt::NoMailboxes(told)) = sent.halted {
            assert!(told > MOST && written == 0, "{sent:?}, {rows:?}");
        } else {
            assert!(written <= MOST);
            for row in rows {
                let said = log.matches(&row.subscriber.hex()).count();
                assert_eq!(said, 1, "{row:?}, {log}");
            }
        }
    }

    fn owed(&self) -> Owed {
        let (world, now) = (&self.world, self.world.now.get());
        Owed::of(
            &world.open(),
            world.state(),
            ISSUE,
            &world.boot,
            Redelivery::Doubles,
            now,
        )
        .unwrap()
    }

    /// What a person or the clock does between runs.
    fn then(&mut self, then: Then) {
        let now = self.world.now.get();
        let settled = || {
            let mut store = self.world.open();
            let owed = self.owed();
            owed.settle(&mut store, self.world.state(), ISSUE).unwrap();
            store
        };
        match then {
            Then::Nothing => {}
            Then::Reboot => {
                self.boots += 1;
                self.world.boot = Boot::named(&format!("boot {}", self.boots));
            }
            Then::MarksAreLost => {
                let _ = std::fs::remove_dir_all(self.world.state().join("runs"));
            }
            Then::ResendDoubtful => {
                let mut store = settled();
                for row in store.rows(ISSUE, StateName::Doubtful, u64::MAX).unwrap() {
                    *self.allowed.get_mut(&row.address).unwrap() += 1;
                }
                store.reopen(ISSUE, StateName::Doubtful, now).unwrap();
            }
            Then::RetryFailed => {
                settled().reopen(ISSUE, StateName::Failed, now).unwrap();
            }
            Then::GiveUp => {
                ledger::give_up(&mut settled(), ISSUE, now).unwrap();
            }
            Then::TopUp(readers) => {
                // What dead runs are owed is not written first: their claims and marks know nothing of who joins.
                let joined = self.readers..self.readers + readers;
                self.world.top_up(joined.clone());
                self.readers = joined.end;
                let gets_one = joined.filter(|reader| reader % 5 != 4);
                self.allowed
                    .extend(gets_one.map(|reader| (address(reader), 1)));
            }
        }
    }

    /// What must hold at every moment; gives the counts, of which `status` has checked the sum.
    fn check(&self) -> Tally {
        let tally = self.world.status(Redelivery::Doubles);
        assert_eq!(tally.planned, self.readers as u64);
        let (store, owed) = (self.world.open(), self.owed());
        let mut seen = 0;
        for state in StateName::ALL {
            for row in owed.rows(&store, ISSUE, state).unwrap() {
                seen += 1;
                let got = self.letters.get(&row.address).copied().unwrap_or(0);
                let allowed = self.allowed.get(&row.address).copied().unwrap_or(0);
                assert!(got <= allowed, "{} got {got}: {row:?}", row.address);
                match row.state {
                    DeliveryState::Accepted { .. } => assert!(got > 0, "never left: {row:?}"),
                    DeliveryState::Doubtful { .. } => {}
                    // What has left stands as such, but for what a person asked to be sent again.
                    _ => assert!(got == 0 || allowed > 1, "left: {row:?}"),
                }
            }
        }
        assert_eq!(seen, self.readers, "each reader stands in one state");
        tally
    }

    async fn play(&mut self, steps: &[Step]) {
        let pace = self.world.pace;
        // Two ranges ahead, and one that is begun; of the lane, what is at hand and what is made.
        let open_ranges = 3 * pace.range + pace.range + pace.connections as u64 + 3;
        for step in steps {
            let before = self.check();
            self.run(step).await;
            let after = self.check();
            let cut_after = step.acts.iter().filter(|(_, act)| *act == Act::CutAfter);
            let cut_after = cut_after.count() as u64;
            let most = before.doubtful + pace.connections as u64 + cut_after;
            assert!(after.doubtful <= most, "{before:?}, {after:?}");
            self.then(step.then);
            let then = self.check();
            let more = matches!(step.then, Then::Reboot | Then::MarksAreLost);
            let most = after.doubtful + if more { open_ranges } else { 0 };
            assert!(then.doubtful <= most, "{after:?}, {then:?}");
            self.world.later(Duration::minutes(step.later));
        }
        let accepting = Step {
            acts: vec![],
            cut_down: CutDown::Nothing,
            then: Then::Nothing,
            later: 0,
            limited: 1,
        };
        self.world.later(Duration::hours(6));
        // Where too many were found without a mailbox, nothing goes on before a person has looked.
        self.then(Then::RetryFailed);
        self.run(&accepting).await;
        let end = self.check();
        assert_eq!((end.waiting, end.deferred), (0, 0), "{end:?}");
        let issue = self.world.open().issue(self.world.key).unwrap().unwrap();
        assert!(issue.done_at.is_some());
        let letters = self.letters.clone();
        self.run(&accepting).await;
        assert_eq!(self.letters, letters, "a finished issue is sent to nobody");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: super::cases(8), ..ProptestConfig::default() })]

    #[test]
    fn every_reader_gets_one_letter_or_stands_in_a_named_state_whatever_happens(
        readers in 3..14usize,
        steps in vec(step(), 1..7),
    ) {
        let mut clock = tokio::runtime::Builder::new_current_thread();
        let clock = clock.enable_time().start_paused(true).build().unwrap();
        clock.block_on(Model::new(readers).play(&steps));
    }
}
