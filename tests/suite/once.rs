//! Promise 1 and 2: each reader gets exactly one letter, and nobody is lost count of, wherever a run is stopped.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, Duration, Utc};
use overblik::{
    dispatch::{Dispatch, DispatchError, Halt, Limits, Pace, Sent, Stop, Suppressor, Watcher},
    domain::{
        address::Address,
        article::ArticleId,
        clock::FixedClock,
        delivery::{Reply, Skip, Stage, StateName, Tally},
        issue::{Frequency, IssueKey},
        key::SubscriberId,
        piece::{Edition, Slot},
    },
    ledger::{Boot, Ledger, Owed},
    letter::{Editions, Splicer},
    roster::{Gate, OpenGate, SuppressionError},
    store::{
        Claim, ClaimedLetter, DeliveryRow, FrozenIssue, IssueNumber, IssueRow, Measured, Outcome,
        Past, PlanRow, Read, RunNumber, RunRow, Store, StoreError, StoredPiece, TopUp, Want,
        home::Home, sqlite::SqliteStore,
    },
    transport::{
        Redelivery, Transport,
        file::FileTransport,
        memory::{Act, MemoryTransport},
    },
};

use crate::small_issue::{self, KEY, signing_key, start};

pub fn address(number: usize) -> String {
    let domain = ["kommune.example", "gmail.example", "googlemail.example"][number % 3];
    format!("reader{number}@{domain}")
}

pub fn id(number: usize) -> SubscriberId {
    id_of(&address(number))
}

fn id_of(address: &str) -> SubscriberId {
    signing_key().subscriber_id(&Address::parse(address).unwrap().folded())
}

pub fn never() -> Arc<Stop> {
    Arc::default()
}

fn planned(number: usize, address: &str) -> PlanRow {
    PlanRow {
        subscriber: id_of(address),
        address: address.to_owned(),
        name: Some(format!("Læser {number}")),
        signed_up: None,
        // Every fifth reader has chosen nothing that is in the issue.
        edition: if number % 5 == 4 {
            Err(Skip::NothingChosen)
        } else {
            Ok(0)
        },
    }
}

/// A folder with a frozen issue, and all that a run needs.
pub struct World {
    folder: tempfile::TempDir,
    pub key: IssueKey,
    edition: Edition,
    splicer: Arc<Splicer>,
    pub now: Cell<DateTime<Utc>>,
    pub boot: Boot,
    pub pace: Pace,
    /// Nobody is suppressed without one.
    pub suppressor: Option<Suppressor>,
    pub limits: Limits,
}

impl World {
    /// Freezes an issue for so many readers; every fifth is skipped.
    pub fn new(readers: usize) -> Self {
        let readers: Vec<String> = (0..readers).map(address).collect();
        Self::of(&readers)
    }

    /// The same for readers by their addresses.
    pub fn of(readers: &[String]) -> Self {
        let text = format!("{}\n{}\n", Slot::Greeting.mark(), Slot::Unsubscribe.mark());
        let (frozen, splicer) = small_issue::of(text);
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            key: KEY,
            edition: frozen.editions[0].clone(),
            splicer,
            now: Cell::new(start()),
            boot: Boot::named("first boot"),
            pace: Pace {
                connections: 2,
                range: 3,
                group: 2,
                makers: 1,
            },
            suppressor: None,
            limits: Limits::default(),
        };
        let rows = readers.iter().enumerate();
        let mut plan = rows.map(|(number, address)| planned(number, address));
        world.open().freeze(&frozen, &mut plan).unwrap();
        world
    }

    /// Plans further readers; every fifth is skipped.
    pub fn top_up(&self, readers: std::ops::Range<usize>) {
        let mut store = self.open();
        let issue = store.issue(self.key).unwrap().unwrap().number;
        let added = TopUp {
            pieces: vec![],
            editions: vec![],
            at: self.now.get(),
        };
        store
            .top_up(
                issue,
                &added,
                &mut readers.map(|number| planned(number, &address(number))),
            )
            .unwrap();
    }

    /// Suppresses readers without a mailbox, so many at the most.
    pub fn suppressing(self, most: u64) -> Self {
        let suppressor = Suppressor {
            log: self.state().join("suppressions.log"),
            keys: signing_key().into(),
            most,
        };
        Self {
            suppressor: Some(suppressor),
            ..self
        }
    }

    /// What makes the letters.
    pub fn splicer(&self) -> Arc<Splicer> {
        Arc::clone(&self.splicer)
    }

    /// The issue's editions.
    pub fn editions(&self) -> Arc<Editions> {
        Arc::new(vec![self.edition.clone()].into())
    }

    /// The state folder.
    pub fn state(&self) -> &Path {
        self.folder.path()
    }

    /// Its ledger.
    pub fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.state().join("ledger.db")).unwrap()
    }

    /// One run, as `send` makes it.
    pub async fn run<S: Store + Send + 'static, T: Transport>(
        &self,
        store: S,
        transport: &T,
        gate: impl Gate + Send + 'static,
        watcher: impl Watcher + Send + 'static,
        stop: Arc<Stop>,
    ) -> Result<(S, Sent), DispatchError> {
        let issue = store.issue(self.key).unwrap().expect("frozen");
        let now = self.now.get();
        let redelivery = transport.redelivery();
        let ledger = Ledger::begin(store, self.state(), &issue, &self.boot, redelivery, now)?;
        Dispatch {
            splicer: self.splicer(),
            editions: self.editions(),
            gate: Box::new(gate),
            suppressor: self.suppressor.clone(),
            clock: Arc::new(FixedClock(now)),
            pace: self.pace,
            watcher: Box::new(watcher),
            limits: self.limits.clone(),
            stop,
        }
        .run(ledger, transport)
        .await
    }

    /// One run to its end.
    pub async fn run_through<T: Transport>(&self, transport: &T) -> Sent {
        let run = self.run(self.open(), transport, OpenGate, |_: StateName| {}, never());
        run.await.unwrap().1
    }

    /// A run that is killed when every connection has ended or hangs.
    async fn run_and_kill(&self, transport: &MemoryTransport) {
        let killed = async {
            tokio::select! {
                biased;
                () = transport.stands_still() => {}
                _ = self.run_through(transport) => panic!("the run came to its end"),
            }
        };
        let patience = std::time::Duration::from_secs(60);
        tokio::time::timeout(patience, killed)
            .await
            .expect("the run neither ends nor hangs");
    }

    /// What `status` would say: nothing written, outcomes owed by dead runs included. The sum must hold.
    pub fn status(&self, redelivery: Redelivery) -> Tally {
        let store = SqliteStore::peek(&self.state().join("ledger.db"))
            .unwrap()
            .unwrap();
        let issue = store.issue(self.key).unwrap().unwrap();
        let now = self.now.get();
        let owed = Owed::of(
            &store,
            self.state(),
            issue.number,
            &self.boot,
            redelivery,
            now,
        )
        .unwrap();
        let tally = owed.tally(&store, issue.number).unwrap();
        assert_eq!(
            tally.planned,
            tally.accepted
                + tally.deferred
                + tally.failed
                + tally.skipped
                + tally.doubtful
                + tally.waiting
        );
        assert_eq!(tally.planned, issue.planned);
        tally
    }

    pub fn later(&self, pause: Duration) {
        self.now.set(self.now.get() + pause);
    }
}

/// How many letters each address got.
fn letters(transport: &MemoryTransport) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for letter in transport.taken() {
        *counts
            .entry(letter.envelope.recipient.to_string())
            .or_default() += 1;
    }
    counts
}

fn due(readers: usize) -> BTreeMap<String, usize> {
    (0..readers)
        .filter(|number| number % 5 != 4)
        .map(|number| (address(number), 1))
        .collect()
}

#[tokio::test]
async fn sending_twice_sends_once() {
    let world = World::new(11);
    let transport = MemoryTransport::new();
    let first = world.run_through(&transport).await;
    assert_eq!(
        (first.this_run.accepted, first.issue.skipped, first.halted),
        (9, 2, None)
    );
    let second = world.run_through(&transport).await;
    assert_eq!(second.this_run, Tally::default());
    assert_eq!(second.issue, first.issue);
    assert_eq!(letters(&transport), due(11));
    let store = world.open();
    assert!(store.issue(world.key).unwrap().unwrap().done_at.is_some());
    assert!(
        !world.state().join("runs").exists(),
        "a finished run leaves no marks"
    );
}

/// A store whose Nth change fails, before or after it took effect: a full disk, or a process that dies there.
pub struct FaultyStore {
    inner: SqliteStore,
    calls: Arc<AtomicUsize>,
    fails_at: usize,
    takes_effect: bool,
}

impl FaultyStore {
    pub fn new(inner: SqliteStore, fails_at: usize, takes_effect: bool) -> Self {
        Self {
            inner,
            calls: Arc::default(),
            fails_at,
            takes_effect,
        }
    }

    fn change<R>(
        &mut self,
        act: impl FnOnce(&mut SqliteStore) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let fails = self.calls.fetch_add(1, Ordering::Relaxed) == self.fails_at;
        let fault = || StoreError::Engine("the disk is full".into());
        if fails && !self.takes_effect {
            return Err(fault());
        }
        let result = act(&mut self.inner);
        if fails { Err(fault()) } else { result }
    }
}

impl Read for FaultyStore {
    fn issues(&self) -> Result<Vec<IssueRow>, StoreError> {
        self.inner.issues()
    }
    fn issue(&self, key: IssueKey) -> Result<Option<IssueRow>, StoreError> {
        self.inner.issue(key)
    }
    fn record(&self, issue: IssueNumber) -> Result<String, StoreError> {
        self.inner.record(issue)
    }
    fn letterhead(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        self.inner.letterhead(issue)
    }
    fn manuscript(&self, issue: IssueNumber) -> Result<Option<String>, StoreError> {
        self.inner.manuscript(issue)
    }
    fn pieces(&self, issue: IssueNumber) -> Result<Vec<StoredPiece>, StoreError> {
        self.inner.pieces(issue)
    }
    fn first_editions(&self, issue: IssueNumber, count: u32) -> Result<Vec<Edition>, StoreError> {
        self.inner.first_editions(issue, count)
    }
    fn edition_counts(&self, issue: IssueNumber) -> Result<Vec<(u32, u64)>, StoreError> {
        self.inner.edition_counts(issue)
    }
    fn past(&self, frequency: Frequency) -> Result<Past, StoreError> {
        self.inner.past(frequency)
    }
    fn tally(&self, issue: IssueNumber) -> Result<Tally, StoreError> {
        self.inner.tally(issue)
    }
    fn rows(
        &self,
        issue: IssueNumber,
        state: StateName,
        limit: u64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.inner.rows(issue, state, limit)
    }
    fn row_of(
        &self,
        issue: IssueNumber,
        reader: SubscriberId,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        self.inner.row_of(issue, reader)
    }
    fn without_mailbox(&self, issue: IssueNumber) -> Result<Vec<DeliveryRow>, StoreError> {
        self.inner.without_mailbox(issue)
    }
    fn row_at(&self, issue: IssueNumber, seq: u64) -> Result<Option<DeliveryRow>, StoreError> {
        self.inner.row_at(issue, seq)
    }

    fn is_due(&self, issue: IssueNumber, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.inner.is_due(issue, now)
    }
    fn next_due(&self, issue: IssueNumber) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.inner.next_due(issue)
    }
    fn open_claims(&self, issue: IssueNumber) -> Result<Vec<Claim>, StoreError> {
        self.inner.open_claims(issue)
    }
    fn letters(&self, issue: IssueNumber, claim: &Claim) -> Result<Vec<ClaimedLetter>, StoreError> {
        self.inner.letters(issue, claim)
    }
    fn run(&self, run: RunNumber) -> Result<Option<RunRow>, StoreError> {
        self.inner.run(run)
    }
    fn lanes(&self, issue: IssueNumber) -> Result<Vec<(String, u64)>, StoreError> {
        self.inner.lanes(issue)
    }
    fn waiting_at(&self, issue: IssueNumber, domain: &str) -> Result<u64, StoreError> {
        self.inner.waiting_at(issue, domain)
    }
    fn taken_since(&self, relay: &str, since: DateTime<Utc>) -> Result<u64, StoreError> {
        self.inner.taken_since(relay, since)
    }
    fn measured(&self) -> Result<Option<Measured>, StoreError> {
        self.inner.measured()
    }
    fn home(&self) -> Result<Option<Home>, StoreError> {
        self.inner.home()
    }
}

impl Store for FaultyStore {
    fn freeze(
        &mut self,
        issue: &FrozenIssue,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<IssueNumber, StoreError> {
        self.change(|store| store.freeze(issue, plan))
    }
    fn top_up(
        &mut self,
        issue: IssueNumber,
        added: &TopUp,
        plan: &mut dyn Iterator<Item = PlanRow>,
    ) -> Result<u64, StoreError> {
        self.change(|store| store.top_up(issue, added, plan))
    }
    fn note_seen(&mut self, articles: &[ArticleId], at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(|store| store.note_seen(articles, at))
    }
    fn settle_home(&mut self, home: &Home) -> Result<(), StoreError> {
        self.change(|store| store.settle_home(home))
    }
    fn begin_run(
        &mut self,
        issue: IssueNumber,
        boot: &str,
        at: DateTime<Utc>,
    ) -> Result<RunNumber, StoreError> {
        self.change(|store| store.begin_run(issue, boot, at))
    }
    fn note_measured(&mut self, run: RunNumber, measured: Measured) -> Result<(), StoreError> {
        self.change(|store| store.note_measured(run, measured))
    }
    fn settle_and_claim(
        &mut self,
        issue: IssueNumber,
        outcomes: &[Outcome],
        closed: &[Claim],
        want: Option<Want>,
    ) -> Result<Vec<Claim>, StoreError> {
        self.change(|store| store.settle_and_claim(issue, outcomes, closed, want))
    }
    fn claim_lane(
        &mut self,
        issue: IssueNumber,
        run: RunNumber,
        lane: &str,
        limit: u64,
    ) -> Result<Vec<Claim>, StoreError> {
        self.change(|store| store.claim_lane(issue, run, lane, limit))
    }
    fn empty_lane(
        &mut self,
        issue: IssueNumber,
        lane: &str,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(|store| store.empty_lane(issue, lane, due))
    }
    fn reopen(
        &mut self,
        issue: IssueNumber,
        state: StateName,
        due: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.change(|store| store.reopen(issue, state, due))
    }
    fn cancel(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<u64, StoreError> {
        self.change(|store| store.cancel(issue, at))
    }
    fn erase(
        &mut self,
        issue: IssueNumber,
        limit: u64,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.change(|store| store.erase(issue, limit, at))
    }
    fn replace_record(&mut self, issue: IssueNumber, record: &str) -> Result<(), StoreError> {
        self.change(|store| store.replace_record(issue, record))
    }
    fn finish(&mut self, issue: IssueNumber, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(|store| store.finish(issue, at))
    }
}

#[tokio::test]
async fn stopped_at_every_step_of_the_ledger_each_reader_still_gets_one_letter() {
    let mut steps = 0;
    for fails_at in 0.. {
        let mut failed = false;
        for takes_effect in [false, true] {
            let mut world = World::new(11);
            // Each outcome is a step of its own.
            world.pace.group = 1;
            let transport = MemoryTransport::new();
            let store = FaultyStore::new(world.open(), fails_at, takes_effect);
            let calls = Arc::clone(&store.calls);
            let run = world.run(store, &transport, OpenGate, |_: StateName| {}, never());
            let is_err = run.await.is_err();
            failed = calls.load(Ordering::Relaxed) > fails_at;
            assert_eq!(is_err, failed, "step {fails_at}");
            let taken = letters(&transport).len() as u64;
            let between = world.status(Redelivery::Doubles);
            assert_eq!(between.doubtful, 0, "every reply was read and marked");
            assert_eq!(
                between.accepted, taken,
                "step {fails_at}, effect {takes_effect}"
            );
            let end = world.run_through(&transport).await.issue;
            assert_eq!((end.accepted, end.skipped, end.waiting), (9, 2, 0));
            assert_eq!(
                letters(&transport),
                due(11),
                "step {fails_at}, effect {takes_effect}"
            );
        }
        steps = fails_at;
        if !failed {
            break;
        }
    }
    assert!(steps >= 12, "only {steps} steps were tried");
}

#[tokio::test]
async fn killed_at_every_letter_leaves_at_most_one_doubtful_a_connection() {
    for kill_at in 0..9 {
        let world = World::new(11);
        let transport = MemoryTransport::new();
        let readers: Vec<usize> = (0..11).filter(|number| number % 5 != 4).collect();
        transport.when(&address(readers[kill_at]), Act::HangAfter);
        // The other connection goes on while there is anything claimed; then all stands still, and the process dies.
        world.run_and_kill(&transport).await;
        let between = world.status(Redelivery::Doubles);
        assert_eq!(between.doubtful, 1, "killed at {kill_at}");
        assert_eq!(
            between.accepted + between.doubtful,
            letters(&transport).len() as u64
        );
        let end = world.run_through(&transport).await.issue;
        assert_eq!((end.accepted, end.doubtful, end.waiting), (8, 1, 0));
        assert_eq!(letters(&transport), due(11), "nobody twice, nobody skipped");
        let doubtful = world
            .open()
            .rows(IssueNumber(1), StateName::Doubtful, 9)
            .unwrap();
        assert_eq!(
            doubtful[0].address,
            address(readers[kill_at]),
            "it is named"
        );
    }
}

#[tokio::test]
async fn after_a_power_cut_only_the_open_range_is_doubtful() {
    let mut world = World::new(11);
    let transport = MemoryTransport::new();
    transport.when(&address(5), Act::HangAfter);
    world.run_and_kill(&transport).await;
    let before = world.status(Redelivery::Doubles);
    // The machine comes up again: what the marks do not say positively is not known.
    world.boot = Boot::named("second boot");
    let after = world.status(Redelivery::Doubles);
    assert!(after.doubtful >= before.doubtful && after.doubtful <= world.pace.range);
    let end = world.run_through(&transport).await.issue;
    assert_eq!(end.waiting, 0);
    assert_eq!(end.accepted + end.doubtful + end.skipped, 11);
    for (address, count) in letters(&transport) {
        assert_eq!(count, 1, "{address} got two letters");
    }
}

#[tokio::test]
async fn a_lost_marks_file_makes_the_open_range_doubtful_never_resent() {
    let world = World::new(11);
    let transport = MemoryTransport::new();
    transport.when(&address(5), Act::HangAfter);
    world.run_and_kill(&transport).await;
    std::fs::remove_dir_all(world.state().join("runs")).unwrap();
    let end = world.run_through(&transport).await.issue;
    assert!(end.doubtful >= 1 && end.doubtful <= world.pace.range);
    assert!(letters(&transport).values().all(|count| *count == 1));
}

#[tokio::test]
async fn a_second_try_that_dies_is_counted_away_from_the_deferred() {
    let world = World::new(11);
    let transport = MemoryTransport::new();
    let refuse = |stage, code| {
        Act::Refuse(
            stage,
            Reply {
                code,
                text: "later".into(),
            },
        )
    };
    transport.when(&address(0), refuse(Stage::Recipient, 450));
    transport.when(&address(0), Act::HangAfter);
    for _ in 0..3 {
        transport.when(&address(6), refuse(Stage::Mail, 451));
    }
    assert_eq!(world.run_through(&transport).await.issue.deferred, 1);
    world.later(Duration::seconds(14 * 60 + 30));
    assert_eq!(world.run_through(&transport).await.issue.waiting, 1);
    world.later(Duration::seconds(30));
    world.run_and_kill(&transport).await;
    // The reader who waits is not the one whose letter is doubtful.
    let between = world.status(Redelivery::Doubles);
    assert_eq!(
        (between.doubtful, between.deferred, between.waiting),
        (1, 0, 1)
    );
}

#[tokio::test]
async fn each_fault_gives_its_state_and_stays_within_its_reader() {
    let world = World::new(11);
    let transport = MemoryTransport::new();
    let refuse = |stage, code, text: &str| {
        Act::Refuse(
            stage,
            Reply {
                code,
                text: text.into(),
            },
        )
    };
    transport.when(
        &address(0),
        refuse(Stage::Recipient, 550, "5.1.1 no such user"),
    );
    transport.when(&address(1), refuse(Stage::Recipient, 450, "4.2.1 later"));
    transport.when(&address(2), refuse(Stage::Body, 554, "5.7.1 spam"));
    transport.when(&address(3), Act::CutBefore);
    transport.when(&address(5), Act::CutAfter);
    transport.when(&address(6), refuse(Stage::Mail, 550, "5.7.1 not you"));
    let sent = world.run_through(&transport).await;
    let expected = |accepted, deferred, waiting| Tally {
        planned: 11,
        accepted,
        deferred,
        failed: 2,
        skipped: 2,
        doubtful: 1,
        waiting,
    };
    assert_eq!(sent.issue, expected(3, 2, 1));
    assert_eq!(world.status(Redelivery::Doubles), sent.issue);
    // Nothing is due yet.
    assert_eq!(
        world.run_through(&transport).await.this_run,
        Tally::default()
    );
    world.later(Duration::minutes(1));
    assert_eq!(world.run_through(&transport).await.issue, expected(4, 2, 0));
    world.later(Duration::minutes(19));
    let end = world.run_through(&transport).await;
    assert_eq!(end.issue, expected(6, 0, 0));
    let counts = letters(&transport);
    assert!(
        counts.values().all(|count| *count == 1),
        "the doubtful one is not resent"
    );
    assert_eq!(counts.len(), 7);
}

#[tokio::test]
async fn three_faults_of_our_own_in_a_row_stop_the_run_and_lose_nobody() {
    let world = World::new(20);
    let transport = MemoryTransport::new();
    for _ in 0..3 {
        transport.next(Act::Local);
    }
    let sent = world.run_through(&transport).await;
    assert!(
        matches!(&sent.halted, Some(Halt::Transport(words)) if words.contains("writing a letter"))
    );
    assert_eq!(sent.issue.failed + sent.issue.doubtful, 0);
    world.later(Duration::minutes(1));
    assert_eq!(world.run_through(&transport).await.issue.accepted, 16);
    assert_eq!(letters(&transport), due(20));
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_the_rest_waits() {
    let world = World::new(11);
    let transport = MemoryTransport::new();
    let stop = never();
    let asked = Arc::clone(&stop);
    let watcher = move |_: StateName| {
        asked.ask();
    };
    let run = world.run(world.open(), &transport, OpenGate, watcher, stop);
    let (_, sent) = run.await.unwrap();
    assert_eq!(sent.halted, Some(Halt::Stopped));
    assert!(
        sent.this_run.accepted >= 1 && sent.this_run.accepted <= 3,
        "{sent:?}"
    );
    assert_eq!(sent.issue.doubtful, 0);
    assert_eq!(world.run_through(&transport).await.issue.accepted, 9);
    assert_eq!(letters(&transport), due(11));
}

/// A gate that a reader leaves by.
struct Leavers(BTreeSet<SubscriberId>);

impl Gate for Leavers {
    fn refresh(&mut self) -> Result<(), SuppressionError> {
        Ok(())
    }
    fn skip(&self, reader: &SubscriberId, _: &str) -> Option<Skip> {
        self.0.contains(reader).then_some(Skip::Left)
    }
}

#[tokio::test]
async fn who_leaves_between_planning_and_sending_gets_nothing() {
    let world = World::new(11);
    let transport = MemoryTransport::new();
    let gate = Leavers([id(3), id(4)].into());
    let run = world.run(world.open(), &transport, gate, |_: StateName| {}, never());
    let (_, sent) = run.await.unwrap();
    assert_eq!((sent.issue.accepted, sent.issue.skipped), (8, 3));
    assert!(!letters(&transport).contains_key(&address(3)));
}

#[tokio::test]
async fn a_resumed_run_mails_the_same_bytes_as_the_first() {
    let bytes = |world: &World, name: &str| -> BTreeMap<String, Vec<u8>> {
        std::fs::read_dir(world.folder.path().join(name))
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                (
                    path.file_name().unwrap().to_str().unwrap().to_owned(),
                    std::fs::read(path).unwrap(),
                )
            })
            .collect()
    };
    let (whole, cut) = (World::new(11), World::new(11));
    let outbox = |world: &World| FileTransport::open(&world.folder.path().join("outbox")).unwrap();
    whole.run_through(&outbox(&whole)).await;
    for fails_at in [3, 5] {
        let store = FaultyStore::new(cut.open(), fails_at, true);
        let transport = outbox(&cut);
        let run = cut.run(store, &transport, OpenGate, |_: StateName| {}, never());
        assert!(run.await.is_err());
    }
    cut.later(Duration::hours(3));
    let end = cut.run_through(&outbox(&cut)).await.issue;
    assert_eq!((end.accepted, end.doubtful), (9, 0));
    assert_eq!(bytes(&whole, "outbox"), bytes(&cut, "outbox"));
    assert_eq!(bytes(&whole, "outbox").len(), 9);
}
