//! A relay nobody knows is given a few letters a day, whatever is killed and run again.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::NaiveDate;
use chrono_tz::Europe::Copenhagen;
use overblik::{
    domain::clock::{Clock, FixedClock},
    ledger,
    store::Read as _,
    transport::smtp::{
        Relay, SmtpTransport,
        settings::{Pipelining, SmtpSettings},
    },
};

use super::{
    once, settings,
    sink::{Act, Script, Sink, Step, Tls},
    states,
    world::World,
};

/// Five letters on 23 November, eight on the 24th, ten on the 25th.
fn warming(sink: &Sink) -> SmtpSettings {
    SmtpSettings {
        warm_up: vec![5, 8, 10],
        warm_up_from: NaiveDate::from_ymd_opt(2026, 11, 23),
        ..settings(sink, Pipelining::Auto)
    }
}

/// A process's own transport, which has read in the ledger what the relay has had.
fn transport(world: &World, settings: &SmtpSettings) -> SmtpTransport {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock(world.now));
    let transport = world
        .transport(settings, None, None)
        .warming_up(Copenhagen, &clock);
    world.recount(&transport);
    transport
}

#[tokio::test]
async fn over_three_days_with_restarts_and_a_kill_no_day_has_more_than_its_letters() {
    let mut world = World::new(40);
    world.connections = 2;
    let script = Script {
        // The letter after the ninth is never answered for: the process is killed there.
        rules: vec![once(Step::Body, 8, Act::Stall)],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let relay = warming(&sink);
    for expected in [5, 0, 0] {
        let before = sink.taken().len();
        let sent = world.run(&transport(&world, &relay)).await;
        assert_eq!(sent.halted, None, "nobody is at fault");
        assert_eq!(sink.taken().len() - before, expected);
        assert_eq!(states(&sent), [5, 0, 0, 0, 35]);
    }

    // Who waits for a first try is not given up, however late it is.
    let mut store = world.open();
    let issue = store.issues().unwrap()[0].number;
    let years_later = world.now + chrono::Duration::days(1000);
    assert_eq!(ledger::give_up(&mut store, issue, years_later).unwrap(), 0);
    drop(store);

    world.now += chrono::Duration::days(1);
    let second_day = transport(&world, &relay);
    // Two letters are on their way at a time: when the other has come as far as it can, the process is killed.
    let killed = async {
        let mut last = (0, 0);
        while sink.taken().len() < 8 || last.1 < 40 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let taken = sink.taken().len();
            last = if taken == last.0 {
                (taken, last.1 + 1)
            } else {
                (taken, 0)
            };
        }
    };
    tokio::select! {
        _ = world.run(&second_day) => panic!("the run came to its end"),
        () = killed => {}
    }
    for _ in 0..2 {
        let sent = world.run(&transport(&world, &relay)).await;
        // The one that was never answered for is doubtful, and one of the day's eight.
        assert_eq!(states(&sent), [12, 0, 0, 1, 27]);
    }
    assert_eq!(sink.taken().len(), 5 + 8);

    world.now += chrono::Duration::days(1);
    let sent = world.run(&transport(&world, &relay)).await;
    assert_eq!(states(&sent), [22, 0, 0, 1, 17]);

    world.now += chrono::Duration::days(1);
    let sent = world.run(&transport(&world, &relay)).await;
    assert_eq!(states(&sent), [39, 0, 0, 1, 0], "the plan is over");
    world.check(&sink.taken());
}

#[tokio::test]
async fn what_a_plan_holds_back_goes_to_the_next_relay() {
    let mut world = World::new(30);
    world.connections = 3;
    let (new, known) = (
        Sink::start(Script::default(), Tls::None),
        Sink::start(Script::default(), Tls::None),
    );
    let clock: Arc<dyn Clock> = Arc::new(FixedClock(world.now));
    let second = settings(&known, Pipelining::Auto);
    let relay = Relay::new(&second, world.newsletter(), None, None).unwrap();
    let transport = world
        .transport(&warming(&new), None, None)
        .or(relay, &second)
        .warming_up(Copenhagen, &clock);
    let sent = world.run(&transport).await;
    assert_eq!(states(&sent), [30, 0, 0, 0, 0]);
    assert_eq!((new.taken().len(), known.taken().len()), (5, 25));
    assert!(
        known.connections() <= 3,
        "none is left for a relay that gets no more"
    );
    world.check(&[new.taken(), known.taken()].concat());
}

#[tokio::test]
async fn a_letter_refused_before_its_body_is_none_of_the_days_letters() {
    let world = World::new(20);
    let script = Script {
        rules: vec![
            once(Step::Rcpt, 1, Act::Say("550 5.1.1 no such user")),
            once(Step::Rcpt, 1, Act::Say("450 4.2.0 later")),
            once(Step::Body, 2, Act::Say("554 5.6.0 no")),
        ],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let relay = warming(&sink);
    for _ in 0..2 {
        let sent = world.run(&transport(&world, &relay)).await;
        // Four were taken and one refused with its body.
        assert_eq!(states(&sent), [4, 1, 2, 0, 13]);
    }
    let taken: BTreeSet<_> = sink.taken().into_iter().map(|letter| letter.to).collect();
    assert_eq!(taken.len(), 4);
}
