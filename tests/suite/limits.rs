//! Letters to a domain with a limit go at its rate, and nobody else waits for them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use overblik::{
    dispatch::{Limits, Sent, Stop},
    store::Read as _,
    transport::{Feed, Receipt, Redelivery, Transport},
};
use tokio::time::Instant;

use crate::{model, once::World};

/// Takes every letter and notes when.
struct Stopwatch {
    began: Instant,
    taken: Mutex<Vec<(String, Duration)>>,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            began: Instant::now(),
            taken: Mutex::default(),
        }
    }

    /// When the letters to a domain were taken.
    fn at(&self, domain: &str) -> Vec<Duration> {
        let taken = self.taken.lock().unwrap();
        let there = taken.iter().filter(|(to, _)| to.ends_with(domain));
        there.map(|(_, when)| *when).collect()
    }
}

impl Transport for Stopwatch {
    fn redelivery(&self) -> Redelivery {
        Redelivery::Doubles
    }

    async fn carry<F: Feed>(&self, feed: &F) {
        while let Some(job) = feed.next().await {
            feed.handing_over(&job).unwrap();
            let to = job.letter.envelope.recipient.to_string();
            self.taken.lock().unwrap().push((to, self.began.elapsed()));
            feed.settle(
                job,
                Ok(Receipt {
                    reply: "250 ok".into(),
                }),
            );
        }
    }
}

fn limits(table: &str) -> Limits {
    Limits::of(&toml::from_str(table).unwrap())
}

/// So many readers of a domain, then so many others, and again, in the order of the plan.
fn readers(rounds: usize, domain: &str, there: usize, others: usize) -> Vec<String> {
    let round = |round| {
        let there = (0..there).map(move |number| format!("r{round}x{number}@{domain}"));
        let others = (0..others).map(move |number| format!("o{round}x{number}@kommune.example"));
        there.chain(others)
    };
    (0..rounds).flat_map(round).collect()
}

/// Everybody who is planned got one letter, and the issue is done.
fn check(world: &World, stopwatch: &Stopwatch, sent: &Sent) {
    let mut letters: BTreeMap<String, usize> = BTreeMap::new();
    for (to, _) in stopwatch.taken.lock().unwrap().iter() {
        *letters.entry(to.clone()).or_default() += 1;
    }
    assert!(
        letters.values().all(|count| *count == 1),
        "somebody got two"
    );
    assert_eq!(
        letters.len() as u64,
        sent.issue.planned - sent.issue.skipped
    );
    assert_eq!(
        (sent.issue.accepted, sent.halted.clone()),
        (letters.len() as u64, None)
    );
    let store = world.open();
    let issue = store.issue(world.key).unwrap().unwrap();
    assert!(issue.done_at.is_some());
    assert_eq!(store.lanes(issue.number).unwrap(), []);
    assert_eq!(store.open_claims(issue.number).unwrap(), []);
}

/// The letters to a domain took as long as its rate says, and no second saw more than two seconds' worth.
fn check_rate(taken: &[Duration], per_second: usize, slack: f64) {
    let last = taken.last().unwrap().as_secs_f64();
    let expected = (taken.len() - 1) as f64 / per_second as f64;
    assert!(
        (expected * 0.98 - 1.0..expected * slack + 0.1).contains(&last),
        "{} letters at {per_second}/s took {last} s, not {expected}",
        taken.len()
    );
    for (first, when) in taken.iter().enumerate() {
        let second = taken[first..]
            .iter()
            .take_while(|other| **other < *when + Duration::from_secs(1));
        let count = second.count();
        assert!(
            count <= 2 * per_second,
            "{count} in the second after {when:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_one_domain_goes_at_its_rate_and_no_faster() {
    for (rate, per_second) in [("10/s", 10), ("100/s", 100), ("600/min", 10)] {
        let mut world = World::of(&readers(1, "gmail.com", 700, 0));
        world.limits = limits(&format!("[\"gmail.com\"]\nrate = \"{rate}\"\n"));
        world.pace.range = 64;
        let stopwatch = Stopwatch::start();
        let sent = world.run_through(&stopwatch).await;
        check(&world, &stopwatch, &sent);
        check_rate(&stopwatch.at("gmail.com"), per_second, 1.03);
    }
}

#[tokio::test(start_paused = true)]
async fn nine_in_ten_readers_at_a_limited_domain_go_at_its_rate_and_the_ranges_close() {
    // A hundred thousand in a long run.
    let rounds = if model::cases(0) < 300 { 40 } else { 5000 };
    for per_second in [10, 100] {
        let mut world = World::of(&readers(rounds, "gmail.com", 18, 2));
        world.limits = limits(&format!("[\"gmail.com\"]\nrate = \"{per_second}/s\"\n"));
        world.pace.range = 512;
        let stopwatch = Stopwatch::start();
        let sent = world.run_through(&stopwatch).await;
        check(&world, &stopwatch, &sent);
        check_rate(&stopwatch.at("gmail.com"), per_second, 1.03);
    }
}

// Not under a paused clock, which would run ahead for one lane while rows are claimed for the other.
#[tokio::test]
async fn each_limit_is_kept_and_domains_that_share_one_share_it() {
    let mut list = readers(50, "gmail.com", 5, 1);
    list.extend(readers(50, "googlemail.com", 5, 0));
    list.extend(readers(50, "xn--rdgrd-vuad.dk", 1, 0));
    let mut world = World::of(&list);
    world.limits = limits(
        "[\"gmail.com\"]\nrate = \"200/s\"\nalso = [\"googlemail.com\"]\n[\"rødgrød.dk\"]\nrate = \"20/s\"\n",
    );
    world.pace.range = 32;
    let stopwatch = Stopwatch::start();
    let sent = world.run_through(&stopwatch).await;
    check(&world, &stopwatch, &sent);
    // A busy machine may be slow; the limit holds all the same.
    check_rate(&stopwatch.at("mail.com"), 200, 1.5);
    check_rate(&stopwatch.at("xn--rdgrd-vuad.dk"), 20, 1.5);
}

#[tokio::test]
async fn others_do_not_wait_for_a_domain_of_one_letter_an_hour() {
    let mut world = World::of(&readers(30, "gmail.com", 8, 1));
    world.limits = limits("[\"gmail.com\"]\nrate = \"1/hour\"\n");
    world.pace.range = 16;
    let stop: Arc<Stop> = Arc::default();
    let stopwatch = Stopwatch::start();
    let run = world.run(
        world.open(),
        &stopwatch,
        overblik::roster::OpenGate,
        |_| {},
        Arc::clone(&stop),
    );
    let others = async {
        while stopwatch.at("kommune.example").len() < 24 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // The run would go on for a week; asked to, it stops.
        stop.ask();
    };
    let both = async { tokio::join!(run, others) };
    let (sent, ()) = tokio::time::timeout(Duration::from_secs(30), both)
        .await
        .unwrap();
    let issue = sent.unwrap().1.issue;
    assert_eq!(stopwatch.at("gmail.com").len(), 1);
    assert_eq!((issue.accepted, issue.deferred, issue.doubtful), (25, 0, 0));
    assert_eq!(issue.waiting, issue.planned - issue.skipped - 25);
    // Without the limit the rest goes at once.
    world.limits = Limits::default();
    let sent = world.run_through(&stopwatch).await;
    check(&world, &stopwatch, &sent);
}
