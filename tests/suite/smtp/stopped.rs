//! A stop is heard at once, whatever a connection waits for.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use overblik::{
    dispatch::Halt,
    transport::smtp::{Patience, settings::Pipelining},
};

use super::{
    always, settings,
    sink::{Act, Rule, Script, Sink, Step, Tls},
    states,
    world::World,
};

/// Pauses and deadlines nobody waits out.
fn long() -> Patience {
    Patience {
        pause: Duration::from_secs(600),
        ..Patience::default()
    }
}

#[tokio::test]
async fn a_stop_ends_every_pause_and_every_wait_for_a_session() {
    let cases = [
        // Waits before it tries the relay again; the first letter was held up by it.
        (
            Step::Greeting,
            Act::Say("554 5.3.2 no service"),
            [0, 0, 0, 0, 6],
        ),
        // Waits for a greeting that does not come.
        (Step::Greeting, Act::Stall, [0, 0, 0, 0, 6]),
        // Waits as the relay asked.
        (Step::Rcpt, Act::Say("450 4.7.1 slow down"), [0, 1, 0, 0, 5]),
    ];
    for (step, act, expected) in cases {
        for relays in [1, 2] {
            let mut world = World::new(6);
            world.connections = 1;
            let script = Script {
                rules: vec![always(step, act)],
                ..Script::default()
            };
            let sinks: Vec<Sink> = (0..relays)
                .map(|_| Sink::start(script.clone(), Tls::None))
                .collect();
            let each: Vec<_> = sinks
                .iter()
                .map(|sink| settings(sink, Pipelining::Auto))
                .collect();
            let transport = world.relays(&each, long());
            let began = Instant::now();
            let stop = Arc::clone(&world.stop);
            let asking = async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                stop.ask();
            };
            let (sent, ()) = tokio::join!(world.run(&transport), asking);
            let case = format!("{step:?} {act:?} {relays}: {sent:?}");
            assert_eq!(sent.halted, Some(Halt::Stopped), "{case}");
            assert_eq!(states(&sent), expected, "{case}");
            assert!(began.elapsed() < Duration::from_secs(10), "{case}");
        }
    }
}

#[tokio::test]
async fn nobody_waits_out_a_pause_for_which_no_letter_is_left() {
    let mut world = World::new(8);
    world.connections = 4;
    let refusing = Rule {
        times: 1,
        ..always(Step::Rcpt, Act::Say("450 4.7.1 slow down"))
    };
    let script = Script {
        rules: vec![Rule {
            about: "reader0007",
            ..refusing
        }],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let transport = world.relays(&[settings(&sink, Pipelining::Off)], long());
    let sent = world.run(&transport).await;
    assert_eq!(states(&sent), [7, 1, 0, 0, 0], "{sent:?}");
    assert_eq!(sent.halted, None);
    world.check(&sink.taken());
}
