//! Several relays: letters go to the first that is in order, each once.

use overblik::{
    dispatch::{Halt, Sent},
    transport::smtp::settings::{Pipelining, SmtpSettings},
};

use super::{
    MODES, always, impatient, once, patient, settings,
    sink::{Act, Rule, Script, Sink, Step, Tls},
    states,
    world::World,
};

const BUSY: Act = Act::SayAndClose("421 4.3.2 too busy");

fn sink(rules: Vec<Rule>) -> Sink {
    let script = Script {
        rules,
        ..Script::default()
    };
    Sink::start(script, Tls::None)
}

fn both(sinks: [&Sink; 2], mode: Pipelining) -> [SmtpSettings; 2] {
    sinks.map(|sink| settings(sink, mode))
}

/// Each reader's letter lies in one of the sinks, once, under its own sender; gives how many lie in each.
fn check(world: &World, sinks: [&Sink; 2]) -> [usize; 2] {
    let taken = sinks.map(Sink::taken);
    world.check(&taken.concat());
    taken.map(|taken| taken.len())
}

fn total(sent: &Sent) -> u64 {
    assert_eq!(states(sent).iter().sum::<u64>(), sent.issue.planned);
    sent.issue.planned
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_passed_over() {
    for connections in [1, 4] {
        let mut world = World::new(40);
        world.connections = connections;
        let (first, second) = (sink(vec![]), sink(vec![]));
        let each = both([&first, &second], Pipelining::Auto);
        drop(first);
        tokio::task::yield_now().await;
        let transport = world.relays(&each, patient());
        let sent = world.run(&transport).await;
        assert_eq!(states(&sent), [40, 0, 0, 0, 0]);
        assert_eq!(sent.halted, None);
        world.check(&second.taken());
        let accepted = transport.accepted();
        let port = second.address.port();
        assert_eq!(accepted[0].1, 0);
        assert_eq!(accepted[1], (format!("localhost:{port}"), 40));
    }
}

#[tokio::test]
async fn a_relay_that_refuses_every_session_or_letter_costs_no_letter_and_no_wait() {
    let cases = [
        (Step::Greeting, Act::Say("554 5.3.2 no service")),
        (Step::Greeting, BUSY),
        (Step::Greeting, Act::Stall),
        (Step::Greeting, Act::Cut),
        (Step::Ehlo, Act::Say("550 5.7.1 not you")),
        (Step::Mail, Act::Say("530 5.7.0 log in first")),
        (Step::Mail, Act::Say("451 4.3.0 later")),
        (Step::Mail, BUSY),
        (Step::Mail, Act::Cut),
        (Step::Rcpt, BUSY),
        (Step::Data, Act::Say("554 5.3.0 no")),
        // Nothing was handed over.
        (Step::Rcpt, Act::Cut),
        (Step::Data, Act::Cut),
    ];
    for (step, act) in cases {
        for mode in [Pipelining::Off, Pipelining::OneTurn] {
            for connections in [1, 4] {
                let mut world = World::new(30);
                world.connections = connections;
                let (first, second) = (sink(vec![always(step, act)]), sink(vec![]));
                let each = both([&first, &second], mode);
                let sent = world.run(&world.relays(&each, impatient())).await;
                let case = format!("{step:?} {act:?} {mode:?} {connections}: {sent:?}");
                assert_eq!(states(&sent), [30, 0, 0, 0, 0], "{case}");
                assert_eq!(sent.halted, None, "{case}");
                assert_eq!(check(&world, [&first, &second]), [0, 30], "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_login_is_passed_over() {
    let world = World::new(10);
    let (first, second) = (sink(vec![]), sink(vec![]));
    let [mut stranger, known] = both([&first, &second], Pipelining::Auto);
    stranger.username = Some("anna".into());
    let transport = world
        .transport(&stranger, Some("forkert"), None)
        .or(world.relay(&known), &known);
    let sent = world.run(&transport).await;
    assert_eq!(states(&sent), [10, 0, 0, 0, 0]);
    assert_eq!(check(&world, [&first, &second]), [0, 10]);
}

#[tokio::test]
async fn after_some_letters_a_relay_that_closes_is_followed_by_the_next() {
    for mode in MODES {
        for connections in [1, 4] {
            for step in [Step::Mail, Step::Rcpt, Step::Data] {
                let mut world = World::new(60);
                world.connections = connections;
                let closing = Rule {
                    skip: 20,
                    ..always(step, BUSY)
                };
                let (first, second) = (sink(vec![closing]), sink(vec![]));
                let each = both([&first, &second], mode);
                let sent = world.run(&world.relays(&each, patient())).await;
                let case = format!("{step:?} {mode:?} {connections}: {sent:?}");
                assert_eq!(states(&sent), [60, 0, 0, 0, 0], "{case}");
                let lie = check(&world, [&first, &second]);
                assert_eq!(lie, [20, 40], "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_relay_that_dies_midway_leaves_what_it_was_handed_doubtful_and_no_more() {
    for connections in [1, 4] {
        let mut world = World::new(400);
        world.connections = connections;
        let (first, second) = (sink(vec![]), sink(vec![]));
        let each = both([&first, &second], Pipelining::Auto);
        let dying = async {
            while first.taken().len() < 50 {
                tokio::task::yield_now().await;
            }
            first.die();
            std::future::pending::<()>().await;
        };
        let transport = world.relays(&each, patient());
        let sent = tokio::select! {
            sent = world.run(&transport) => sent,
            () = dying => unreachable!(),
        };
        let [accepted, deferred, failed, doubtful, waiting] = states(&sent);
        let case = format!("{connections}: {sent:?}");
        assert_eq!((deferred, failed, waiting), (0, 0, 0), "{case}");
        assert!(doubtful <= connections as u64, "{case}");
        assert_eq!(sent.halted, None, "{case}");
        let lie = check(&world, [&first, &second]);
        assert!(lie[0] >= 50 && lie[1] > 0, "{case} {lie:?}");
        let taken = (lie[0] + lie[1]) as u64;
        assert!((accepted..=accepted + doubtful).contains(&taken), "{case}");
    }
}

#[tokio::test]
async fn a_letter_handed_over_without_a_reply_is_never_given_to_another_relay() {
    for mode in MODES {
        for connections in [1, 4] {
            let mut world = World::new(40);
            world.connections = connections;
            let (first, second) = (sink(vec![always(Step::Body, Act::Cut)]), sink(vec![]));
            let each = both([&first, &second], mode);
            let sent = world.run(&world.relays(&each, patient())).await;
            let [accepted, _, _, doubtful, _] = states(&sent);
            let case = format!("{mode:?} {connections}: {sent:?}");
            assert_eq!(accepted + doubtful, total(&sent), "{case}");
            // Three times in a row, and what was under way beside the first.
            assert!((1..=2 + connections as u64).contains(&doubtful), "{case}");
            let lie = check(&world, [&first, &second]).map(|letters| letters as u64);
            assert_eq!(lie, [doubtful, accepted], "{case}");
        }
    }
}

#[tokio::test]
async fn when_a_relay_works_again_the_connections_come_back_to_it() {
    for connections in [1, 4] {
        let mut world = World::new(600);
        world.connections = connections;
        let refusing = Rule {
            times: 3,
            ..once(Step::Greeting, 0, Act::Say("554 5.3.2 no service"))
        };
        let (first, second) = (sink(vec![refusing]), sink(vec![]));
        let each = both([&first, &second], Pipelining::Auto);
        let sent = world.run(&world.relays(&each, patient())).await;
        assert_eq!(states(&sent), [600, 0, 0, 0, 0]);
        let lie = check(&world, [&first, &second]);
        assert!(lie[0] > 0 && lie[1] > 0, "{lie:?}");
        // Each that held the second came back, and one tried before.
        assert!(first.connections() <= 3 + connections, "{lie:?}");
    }
}

#[tokio::test]
async fn one_connection_tries_a_relay_in_trouble_ever_more_seldom() {
    let mut world = World::new(600);
    world.connections = 8;
    let no = Act::Say("554 5.3.2 no service");
    let (first, second) = (sink(vec![always(Step::Greeting, no)]), sink(vec![]));
    let each = both([&first, &second], Pipelining::Off);
    let began = std::time::Instant::now();
    let sent = world.run(&world.relays(&each, patient())).await;
    assert_eq!(states(&sent), [600, 0, 0, 0, 0]);
    // After pauses of 1, 2, 4 ... 256 ms.
    let most = (began.elapsed().as_millis() + 2).ilog2() as usize + 2;
    assert!(
        first.connections() <= most,
        "{} {most}",
        first.connections()
    );
    assert_eq!(second.taken().len(), 600);
}

#[tokio::test]
async fn when_no_relay_is_in_order_three_letters_wait_and_the_run_ends_in_the_words_of_all() {
    for connections in [1, 4] {
        let mut world = World::new(20);
        world.connections = connections;
        let first = sink(vec![always(
            Step::Greeting,
            Act::Say("554 5.3.2 closed for repair"),
        )]);
        let second = sink(vec![always(
            Step::Mail,
            Act::Say("550 5.7.1 you are a stranger"),
        )]);
        let each = both([&first, &second], Pipelining::Auto);
        let sent = world.run(&world.relays(&each, patient())).await;
        assert_eq!(states(&sent), [0, 0, 0, 0, 20], "{sent:?}");
        let Some(Halt::Transport(words)) = sent.halted else {
            panic!("{:?}", sent.halted)
        };
        for (sink, said) in [(&first, "closed for repair"), (&second, "a stranger")] {
            let name = format!("localhost:{}: 55", sink.address.port());
            assert!(words.contains(&name) && words.contains(said), "{words}");
        }
    }
}

#[tokio::test]
async fn a_relay_that_takes_two_connections_and_no_more_holds_up_no_letter() {
    let mut world = World::new(300);
    world.connections = 4;
    let greeting = Rule {
        skip: 2,
        ..always(
            Step::Greeting,
            Act::SayAndClose("421 4.7.0 too many connections"),
        )
    };
    // Alone: the two go on, and the others do without.
    let alone = sink(vec![greeting.clone()]);
    let each = [settings(&alone, Pipelining::Auto)];
    let sent = world.run(&world.relays(&each, patient())).await;
    assert_eq!(states(&sent), [300, 0, 0, 0, 0], "{sent:?}");
    world.check(&alone.taken());
    assert_eq!(sent.halted, None);
}

#[tokio::test]
async fn a_letter_every_relay_cuts_is_deferred_and_the_rest_go_on() {
    for connections in [1, 2] {
        let mut world = World::new(60);
        world.connections = connections;
        let poison = Rule {
            about: "reader0000",
            ..always(Step::Rcpt, Act::Cut)
        };
        let (first, second) = (sink(vec![poison.clone()]), sink(vec![poison]));
        let each = both([&first, &second], Pipelining::Auto);
        let sent = world.run(&world.relays(&each, patient())).await;
        assert_eq!(states(&sent), [59, 1, 0, 0, 0], "{sent:?}");
        assert_eq!(check(&world, [&first, &second]).iter().sum::<usize>(), 59);
    }
}
