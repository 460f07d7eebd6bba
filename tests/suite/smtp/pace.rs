//! A relay that asks for fewer letters gets fewer, and one that takes none at all ends the run or is passed over.

use std::time::{Duration, Instant};

use overblik::{
    dispatch::{Halt, Sent},
    transport::smtp::{Patience, settings::Pipelining},
};

use super::{
    MODES, always, once, patient, settings,
    sink::{Act, Rule, Script, Sink, Step, Tls},
    states,
    world::{World, address},
};

fn sink(rules: Vec<Rule>) -> Sink {
    let script = Script {
        rules,
        ..Script::default()
    };
    Sink::start(script, Tls::None)
}

fn words(sent: &Sent) -> &str {
    match &sent.halted {
        Some(Halt::Transport(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_answer_slows_every_connection() {
    let pause = Duration::from_millis(300);
    for (step, act, pause) in [
        (Step::Rcpt, "450 4.7.1 slow down", pause),
        (Step::Body, "451 4.7.28 slow down", pause),
        // The mailbox's own: nobody is slowed, or the run would not end in time.
        (Step::Rcpt, "450 4.2.1 later", 2000 * pause),
    ] {
        let mut world = World::new(8);
        world.connections = 2;
        let sink = sink(vec![once(step, 0, Act::Say(act))]);
        let patience = Patience {
            pause,
            ..Patience::default()
        };
        let transport = world.relays(&[settings(&sink, Pipelining::Off)], patience);
        let began = Instant::now();
        let sent = world.run(&transport).await;
        assert_eq!(states(&sent), [7, 1, 0, 0, 0], "{act}");
        world.check(&sink.taken());
        // Were it the one connection's alone, the other would have carried the rest at once.
        let slowed = began.elapsed() >= pause;
        assert_eq!(slowed, act.contains(" 4.7"), "{act}");
    }
}

#[tokio::test]
async fn a_relay_that_always_asks_for_fewer_ends_the_run_and_the_letters_wait() {
    let cases = [
        (Step::Rcpt, Act::Say("450 4.7.1 slow down")),
        (Step::Body, Act::Say("451 4.7.1 slow down")),
        (Step::Body, Act::SayAndClose("421 4.7.0 slow down")),
    ];
    for (step, act) in cases {
        for mode in MODES {
            for connections in [1, 4] {
                let mut world = World::new(60);
                world.connections = connections;
                let sink = sink(vec![always(step, act)]);
                let transport = world.relays(&[settings(&sink, mode)], patient());
                let sent = world.run(&transport).await;
                let [accepted, deferred, failed, doubtful, waiting] = states(&sent);
                let case = format!("{step:?} {act:?} {mode:?} {connections}: {sent:?}");
                assert_eq!((accepted, failed, doubtful), (0, 0, 0), "{case}");
                // Ten answers, and what was under way beside the last.
                assert!((10..=20).contains(&deferred), "{case}");
                assert_eq!(deferred + waiting, 60, "{case}");
                assert!(words(&sent).contains("slow down"), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn letters_to_a_relay_that_always_asks_for_fewer_go_to_the_next() {
    for connections in [1, 4] {
        let mut world = World::new(60);
        world.connections = connections;
        let first = sink(vec![always(Step::Rcpt, Act::Say("450 4.7.1 slow down"))]);
        let second = sink(vec![]);
        let each = [&first, &second].map(|sink| settings(sink, Pipelining::Auto));
        let sent = world.run(&world.relays(&each, patient())).await;
        let [accepted, deferred, failed, doubtful, waiting] = states(&sent);
        assert_eq!((failed, doubtful, waiting), (0, 0, 0), "{sent:?}");
        assert_eq!(accepted + deferred, 60, "{sent:?}");
        assert!((10..=20).contains(&deferred), "{sent:?}");
        assert_eq!(sent.halted, None);
        world.check(&second.taken());
    }
}

#[tokio::test]
async fn a_relay_that_asks_for_fewer_now_and_then_gets_all_letters_in_the_end() {
    let mut world = World::new(200);
    world.connections = 4;
    let rules = (0..10)
        .map(|place| {
            once(
                Step::Mail,
                5 + 17 * place,
                Act::SayAndClose("421 4.7.0 slow down"),
            )
        })
        .collect();
    let sink = sink(rules);
    let transport = world.relays(&[settings(&sink, Pipelining::Auto)], patient());
    let sent = world.run(&transport).await;
    assert_eq!(states(&sent)[0], 200, "{sent:?}");
    world.check(&sink.taken());
}

#[tokio::test]
async fn a_relay_that_cuts_every_letter_ends_the_run_after_three() {
    let cases = [
        (Step::Rcpt, [0, 1, 0, 0, 0]),
        (Step::Data, [0, 1, 0, 0, 0]),
        // The kernel had taken the whole letter.
        (Step::Inside, [0, 0, 0, 1, 0]),
        (Step::Body, [0, 0, 0, 1, 0]),
    ];
    for (step, kind) in cases {
        for mode in MODES {
            for connections in [1, 4] {
                let mut world = World::new(40);
                world.connections = connections;
                let sink = sink(vec![always(step, Act::Cut)]);
                let transport = world.relays(&[settings(&sink, mode)], patient());
                let sent = world.run(&transport).await;
                let case = format!("{step:?} {mode:?} {connections}: {sent:?}");
                let [_, deferred, _, doubtful, waiting] = states(&sent);
                // Three times in a row, and what was under way beside the first.
                let most = 2 + connections as u64;
                assert!(deferred <= most * kind[1], "{case}");
                assert!(doubtful <= most * kind[3], "{case}");
                assert_eq!(deferred + doubtful + waiting, 40, "{case}");
                assert!(waiting >= 30, "{case}");
                assert!(words(&sent).contains("cut off"), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_relay_that_cuts_every_letter_in_mid_body_ends_the_run() {
    // More than the kernels of both ends take at once.
    let long = format!("{}\n", "x".repeat(70)).repeat(170_000);
    let world = World::of((0..8).map(address).collect(), &long);
    let script = Script {
        rules: vec![always(Step::Inside, Act::Cut)],
        small_buffers: true,
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let transport = world.relays(&[settings(&sink, Pipelining::Auto)], patient());
    let sent = world.run(&transport).await;
    assert_eq!(states(&sent), [0, 3, 0, 0, 5], "{sent:?}");
    assert!(words(&sent).contains("cut off"), "{sent:?}");
    assert_eq!(sink.connections(), 3);
}

#[tokio::test]
async fn cuts_with_letters_accepted_between_do_not_end_the_run() {
    for mode in MODES {
        let world = World::new(40);
        let rules = (0..8)
            .map(|place| once(Step::Rcpt, 4 * place, Act::Cut))
            .collect();
        let sink = sink(rules);
        let transport = world.relays(&[settings(&sink, mode)], patient());
        let sent = world.run(&transport).await;
        assert_eq!(sent.halted, None, "{mode:?}");
        assert_eq!(
            states(&sent)[..2].iter().sum::<u64>(),
            40,
            "{mode:?} {sent:?}"
        );
        world.check(&sink.taken());
    }
}
