//! A thread that dies takes its run with it, as a crash would: nobody waits for it, and no letter is lost or sent twice.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use overblik::{
    dispatch::{Dispatch, DispatchError, Sent},
    domain::{clock::FixedClock, delivery::Skip, delivery::StateName, key::SubscriberId},
    ledger::Ledger,
    roster::{Gate, OpenGate, SuppressionError},
    store::{Read as _, sqlite::SqliteStore},
    transport::{Feed, Receipt, Redelivery, Transport, memory::MemoryTransport},
};

use crate::once::{World, id, never};

/// A gate that breaks at one reader.
struct Breaks(SubscriberId);

impl Gate for Breaks {
    fn refresh(&mut self) -> Result<(), SuppressionError> {
        Ok(())
    }

    fn skip(&self, reader: &SubscriberId, _: &str) -> Option<Skip> {
        assert!(*reader != self.0, "it breaks");
        None
    }
}

/// The run must come to an end by itself.
async fn ends(
    run: impl Future<Output = Result<(SqliteStore, Sent), DispatchError>>,
) -> Result<(SqliteStore, Sent), DispatchError> {
    tokio::time::timeout(Duration::from_secs(30), run)
        .await
        .expect("the run does not end")
}

#[tokio::test]
async fn a_maker_that_dies_ends_the_run_and_the_next_one_sends_the_rest() {
    for makers in [1, 2] {
        let mut world = World::new(11);
        world.pace.makers = makers;
        let transport = MemoryTransport::new();
        let gate = Breaks(id(6));
        let run = world.run(world.open(), &transport, gate, |_: StateName| {}, never());
        let ended = ends(run).await;
        assert!(matches!(ended, Err(DispatchError::Thread)), "{makers}");
        let taken = transport.taken().len() as u64;
        let between = world.status(Redelivery::Doubles);
        assert_eq!((between.accepted, between.doubtful), (taken, 0));
        let end = world.run_through(&transport).await.issue;
        assert_eq!((end.accepted, end.skipped, end.waiting), (9, 2, 0));
        assert_eq!(transport.taken().len(), 9, "nobody twice");
    }
}

/// A transport whose further thread dies over its first letter; the others wait until it has.
#[derive(Default)]
struct Fragile {
    has_died: AtomicBool,
    taken: Mutex<Vec<u64>>,
}

impl Transport for Fragile {
    fn redelivery(&self) -> Redelivery {
        Redelivery::Doubles
    }

    async fn carry<F: Feed>(&self, feed: &F) {
        let is_further = thread::current().name() == Some("carry letters");
        while !is_further && !self.has_died.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
        while let Some(job) = feed.next().await {
            feed.handing_over(&job).unwrap();
            self.taken.lock().unwrap().push(job.seq);
            if is_further && !self.has_died.swap(true, Ordering::Relaxed) {
                panic!("it dies over delivery {}", job.seq);
            }
            let reply = "250 taken".to_owned();
            feed.settle(job, Ok(Receipt { reply }));
        }
    }
}

#[tokio::test]
async fn a_thread_of_connections_that_dies_ends_the_run_and_its_letter_is_doubtful() {
    if thread::available_parallelism().map_or(1, NonZero::get) < 2 {
        // With one processor there is no further thread.
        return;
    }
    let mut world = World::new(31);
    world.pace.connections = 8;
    let transport = Arc::new(Fragile::default());
    let store = world.open();
    let issue = store.issue(world.key).unwrap().unwrap();
    let (now, redelivery) = (world.now.get(), transport.redelivery());
    let ledger = Ledger::begin(store, world.state(), &issue, &world.boot, redelivery, now).unwrap();
    let dispatch = Dispatch {
        splicer: world.splicer(),
        editions: world.editions(),
        gate: Box::new(OpenGate),
        suppressor: None,
        clock: Arc::new(FixedClock(now)),
        pace: world.pace,
        watcher: Box::new(|_: StateName| {}),
        limits: world.limits.clone(),
        stop: never(),
    };
    let ended = ends(dispatch.run_on_threads(ledger, Arc::clone(&transport))).await;
    assert!(matches!(ended, Err(DispatchError::Thread)));
    let between = world.status(redelivery);
    assert_eq!(between.doubtful, 1, "{between:?}");
    let end = world.run_through(&MemoryTransport::new()).await.issue;
    assert_eq!((end.accepted, end.doubtful, end.waiting), (24, 1, 0));
}
