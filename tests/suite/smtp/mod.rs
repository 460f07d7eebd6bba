//! Letters to a relay: each fault ends in its delivery state, and no letter leaves under another's sender.

mod alerts;
mod answers;
mod binary;
mod canary;
mod daemon;
mod encrypted;
mod killed;
mod limits;
mod login;
mod marks;
mod meanwhile;
mod pace;
mod relays;
mod servers;
pub mod sink;
mod slowly;
mod stopped;
mod suppressed;
mod told;
mod warm_up;
mod world;

use overblik::{
    dispatch::{Halt, Sent},
    transport::smtp::settings::{Pipelining, SmtpSettings},
};

use self::{
    sink::{Act, Rule, Script, Sink, Step, Tls},
    world::{World, address, impatient, patient, settings},
};

const MODES: [Pipelining; 3] = [Pipelining::Off, Pipelining::Group, Pipelining::OneTurn];

fn once(step: Step, skip: usize, act: Act) -> Rule {
    Rule {
        step,
        about: "",
        skip,
        times: 1,
        act,
    }
}

fn always(step: Step, act: Act) -> Rule {
    Rule {
        times: usize::MAX,
        ..once(step, 0, act)
    }
}

/// accepted, deferred, failed, doubtful, waiting.
fn states(sent: &Sent) -> [u64; 5] {
    let issue = sent.issue;
    [
        issue.accepted,
        issue.deferred,
        issue.failed,
        issue.doubtful,
        issue.waiting,
    ]
}

const ALL_WELL: [u64; 5] = [5, 0, 0, 0, 0];
const DEFERRED: [u64; 5] = [4, 1, 0, 0, 0];
const FAILED: [u64; 5] = [4, 0, 1, 0, 0];
const DOUBTFUL: [u64; 5] = [4, 0, 0, 1, 0];
const WAITING: [u64; 5] = [4, 0, 0, 0, 1];

/// Five letters, one connection, a fault at the third: one command at a time, and grouped either way.
async fn check(step: Step, act: Act, alone: [u64; 5], grouped: [u64; 5]) {
    // A reply too many is noticed before the next is asked for only when it has come by then.
    let both = [false, true];
    // Where deadlines are short, a slow machine must not make an honest answer late.
    let waits = matches!(act, Act::Stall | Act::Swallow | Act::Late(1000..));
    let whole = waits || matches!(act, Act::Also(_));
    let splits = if whole { &both[..1] } else { &both };
    for &split in splits {
        for mode in MODES {
            let world = World::new(5);
            let script = Script {
                rules: vec![once(step, 2, act)],
                split,
                ..Script::default()
            };
            let sink = Sink::start(script, Tls::None);
            let patience = if waits { impatient() } else { patient() };
            let settings = settings(&sink, mode);
            let transport = world.transport(&settings, None, None);
            let sent = world.run(&transport.with_patience(patience)).await;
            let expected = if mode == Pipelining::Off {
                alone
            } else {
                grouped
            };
            let case = format!("{step:?} {act:?} {mode:?} split: {split}");
            assert_eq!(states(&sent), expected, "{case}: {:#?}", sink.lines());
            assert_eq!(sent.halted, None, "{case}");
            world.check(&sink.taken());
            // Whatever is accepted was taken; what was taken is accepted or doubtful.
            let taken = sink.taken().len() as u64;
            let [accepted, _, _, doubtful, _] = expected;
            assert!((accepted..=accepted + doubtful).contains(&taken), "{case}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_the_readers_after_rcpt_and_after_the_body_only() {
    let no = "550 5.1.1 no such user";
    check(Step::Rcpt, Act::Say(no), FAILED, FAILED).await;
    check(Step::Rcpt, Act::Say("450 4.2.0 later"), DEFERRED, DEFERRED).await;
    check(Step::Body, Act::Say("554 5.6.0 no"), FAILED, FAILED).await;
    check(Step::Body, Act::Say("452 4.3.1 full"), DEFERRED, DEFERRED).await;
    check(Step::Mail, Act::Say("550 5.7.1 no"), WAITING, WAITING).await;
    check(Step::Data, Act::Say("554 5.3.0 no"), WAITING, WAITING).await;
    check(Step::Data, Act::Say("451 4.3.0 later"), WAITING, WAITING).await;
}

#[tokio::test]
async fn a_relay_that_takes_so_many_letters_a_connection_gets_the_next_on_another() {
    let later = "452 4.5.3 too many messages sent";
    check(Step::Mail, Act::Say(later), ALL_WELL, ALL_WELL).await;
    for mode in MODES {
        let world = World::new(5);
        // The second, third and fourth letter, each on the connection of the one before.
        let script = Script {
            rules: (1..=3)
                .map(|skip| once(Step::Mail, skip, Act::Say(later)))
                .collect(),
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let settings = settings(&sink, mode);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        assert_eq!(states(&sent), ALL_WELL, "{mode:?} {:#?}", sink.lines());
        assert_eq!(sink.connections(), 4, "{mode:?}");
        world.check(&sink.taken());
    }
}

#[tokio::test]
async fn a_relay_that_takes_no_second_ehlo_gets_one_command_at_a_time() {
    let refused = once(Step::Ehlo, 1, Act::Say("503 5.5.1 already identified"));
    let world = World::of(vec![address(0), "åse@kommune.example".into()], "");
    let script = Script {
        rules: vec![refused],
        offers: [&["PIPELINING", "8BITMIME", "SMTPUTF8"]; 2],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let settings = settings(&sink, Pipelining::Auto);
    let sent = world.run(&world.transport(&settings, None, None)).await;
    assert_eq!(states(&sent), [2, 0, 0, 0, 0], "{:#?}", sink.lines());
    assert_eq!(sink.joined(1), 0);
    world.check(&sink.taken());
}

#[tokio::test]
async fn after_421_nothing_more_is_sent_and_what_was_not_handed_over_goes_on_elsewhere() {
    let act = Act::SayAndClose("421 4.3.2 going down");
    check(Step::Mail, act, ALL_WELL, ALL_WELL).await;
    check(Step::Rcpt, act, ALL_WELL, ALL_WELL).await;
    check(Step::Data, act, ALL_WELL, ALL_WELL).await;
    check(Step::Body, act, DEFERRED, DEFERRED).await;
}

#[tokio::test]
async fn a_cut_before_the_last_octet_defers_and_one_after_it_is_doubtful() {
    // Nothing was said of the third letter yet: it is the connection's end, not the letter's.
    check(Step::Mail, Act::Cut, ALL_WELL, ALL_WELL).await;
    check(Step::Rcpt, Act::Cut, DEFERRED, DEFERRED).await;
    check(Step::Data, Act::Cut, DEFERRED, DEFERRED).await;
    check(Step::Body, Act::Cut, DOUBTFUL, DOUBTFUL).await;
    // The kernel had taken the whole letter.
    check(Step::Inside, Act::Cut, DOUBTFUL, DOUBTFUL).await;
}

#[tokio::test]
async fn only_250_after_the_body_is_success() {
    for reply in ["251 ok", "354 go ahead", "200 ok", "hello", "25"] {
        check(Step::Body, Act::Say(reply), DOUBTFUL, DOUBTFUL).await;
    }
}

#[tokio::test]
async fn an_impossible_reply_ends_pipelining_and_costs_no_letter() {
    check(Step::Mail, Act::Say("hello"), ALL_WELL, ALL_WELL).await;
    check(Step::Rcpt, Act::Say("hello"), DEFERRED, ALL_WELL).await;
    check(Step::Rcpt, Act::Say("354 what"), DEFERRED, ALL_WELL).await;
    check(Step::Data, Act::Say("250 what"), DEFERRED, ALL_WELL).await;
    // A server that does not take groups: it says so, or has lost its place.
    check(
        Step::Rcpt,
        Act::Say("503 5.5.0 bad sequence"),
        FAILED,
        ALL_WELL,
    )
    .await;
    check(
        Step::Mail,
        Act::Say("554 5.5.0 Pipelining not supported"),
        WAITING,
        ALL_WELL,
    )
    .await;
}

#[tokio::test]
async fn a_reply_too_many_or_too_few_is_never_taken_for_another() {
    check(Step::Mail, Act::Also("250 ok"), DEFERRED, ALL_WELL).await;
    check(Step::Rcpt, Act::Also("250 ok"), DEFERRED, ALL_WELL).await;
    // It could have been taken for the answer to the body.
    check(Step::Data, Act::Also("250 ok"), ALL_WELL, ALL_WELL).await;
    check(Step::Body, Act::Also("250 ok"), ALL_WELL, ALL_WELL).await;
    check(Step::Rcpt, Act::Swallow, DEFERRED, ALL_WELL).await;
}

#[tokio::test]
async fn a_relay_that_falls_silent_is_left_and_not_believed_later() {
    check(Step::Mail, Act::Stall, ALL_WELL, ALL_WELL).await;
    check(Step::Rcpt, Act::Stall, DEFERRED, ALL_WELL).await;
    check(Step::Data, Act::Stall, DEFERRED, ALL_WELL).await;
    check(Step::Body, Act::Stall, DOUBTFUL, DOUBTFUL).await;
}

#[tokio::test]
async fn a_relay_that_takes_nothing_stops_the_run_after_three_letters() {
    let cases = [
        (Step::Greeting, Act::Say("554 5.3.2 no service")),
        (Step::Greeting, Act::SayAndClose("421 4.3.2 busy")),
        (Step::Greeting, Act::Stall),
        (Step::Greeting, Act::Cut),
        (Step::Greeting, Act::Say("hello")),
        (Step::Greeting, Act::Late(1000)),
        (Step::Ehlo, Act::Say("550 5.7.1 not you")),
        (Step::Ehlo, Act::Cut),
        (Step::Ehlo, Act::Stall),
        (Step::Ehlo, Act::Say("")),
        (Step::Ehlo, Act::Say("250-sink\r\n550 no")),
        (Step::Mail, Act::Say("530 5.7.0 log in first")),
        (Step::Mail, Act::SayAndClose("421 4.7.0 too many")),
        (Step::Mail, Act::Say("450 4.7.1 too much mail")),
        (Step::Data, Act::Say("451 4.3.0 later")),
    ];
    for (step, act) in cases {
        for connections in [1, 4] {
            let mut world = World::new(6);
            world.connections = connections;
            let script = Script {
                rules: vec![always(step, act)],
                ..Script::default()
            };
            let sink = Sink::start(script, Tls::None);
            let transport = world.transport(&settings(&sink, Pipelining::Auto), None, None);
            let sent = world.run(&transport.with_patience(impatient())).await;
            let case = format!("{step:?} {act:?} {connections}");
            assert_eq!(states(&sent), [0, 0, 0, 0, 6], "{case}");
            assert!(matches!(sent.halted, Some(Halt::Transport(_))), "{case}");
            assert!(sink.connections() <= 3 + connections, "{case}");
        }
    }
}

#[tokio::test]
async fn a_relay_that_is_not_there_stops_the_run_and_no_letter_is_lost() {
    let world = World::new(6);
    let sink = Sink::start(Script::default(), Tls::None);
    let settings = settings(&sink, Pipelining::Auto);
    drop(sink);
    // Its port is free again once its task has ended.
    tokio::task::yield_now().await;
    let sent = world.run(&world.transport(&settings, None, None)).await;
    assert_eq!(states(&sent), [0, 0, 0, 0, 6]);
    let Some(Halt::Transport(words)) = sent.halted else {
        panic!("{sent:?}")
    };
    assert!(words.contains("cannot be reached"), "{words}");
}

#[tokio::test]
async fn two_hundred_letters_pipelined_past_refusals_each_leave_under_their_own_sender() {
    for careless in [false, true] {
        for mode in MODES {
            for connections in [1, 4] {
                let mut world = World::new(200);
                world.connections = connections;
                let script = Script {
                    // reader0049, 0099, 0149, 0199.
                    rules: vec![
                        Rule {
                            about: "49@",
                            ..always(Step::Rcpt, Act::Say("550 5.1.1 no such user"))
                        },
                        Rule {
                            about: "99@",
                            ..always(Step::Rcpt, Act::Say("550 5.1.1 no such user"))
                        },
                    ],
                    careless,
                    ..Script::default()
                };
                let sink = Sink::start(script, Tls::None);
                let settings = settings(&sink, mode);
                let sent = world.run(&world.transport(&settings, None, None)).await;
                let case = format!("{mode:?} careless: {careless}, {connections}");
                assert_eq!(states(&sent), [196, 0, 4, 0, 0], "{case}");
                world.check(&sink.taken());
                assert_eq!(sink.taken().len(), 196, "{case}");
                assert_eq!(sink.connections(), connections, "{case}");
                let resets = sink.lines().iter().filter(|line| *line == "RSET").count();
                // A refused letter at the very end of a connection needs none.
                assert!((3..=4).contains(&resets), "{case}: {resets}");
            }
        }
    }
}

#[tokio::test]
async fn mail_refused_yet_data_taken_is_left_without_a_dot() {
    for mode in [Pipelining::Group, Pipelining::OneTurn] {
        let world = World::new(5);
        let script = Script {
            rules: vec![
                once(Step::Mail, 2, Act::Say("451 4.7.1 later")),
                once(Step::Rcpt, 2, Act::Say("250 why not")),
            ],
            careless: true,
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let settings = settings(&sink, mode);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        assert_eq!(states(&sent), ALL_WELL, "{mode:?}: {:#?}", sink.lines());
        world.check(&sink.taken());
        assert_eq!(sink.connections(), 2, "{mode:?}");
    }
}

#[tokio::test]
async fn commands_go_together_only_where_pipelining_is_offered_now() {
    let world = World::new(10);
    let script = Script {
        offers: [&["PIPELINING"], &["SIZE 1000"]],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let settings = SmtpSettings {
        per_connection: 5,
        ..settings(&sink, Pipelining::Auto)
    };
    let sent = world.run(&world.transport(&settings, None, None)).await;
    assert_eq!(states(&sent), [10, 0, 0, 0, 0]);
    world.check(&sink.taken());
    assert_eq!(sink.connections(), 2);
    assert!(sink.joined(1) >= 10, "{:#?}", sink.lines());
    assert_eq!(sink.joined(2), 0, "{:#?}", sink.lines());
    let quits = sink.lines().iter().filter(|line| *line == "QUIT").count();
    assert_eq!(quits, 2);
}

#[tokio::test]
async fn a_letter_cut_while_its_octets_still_leave_is_deferred() {
    // More than the kernels of both ends take at once.
    let long = format!("{}\n", "x".repeat(70)).repeat(170_000);
    for mode in MODES {
        let world = World::of(vec![address(0)], &long);
        let script = Script {
            rules: vec![always(Step::Inside, Act::Cut)],
            small_buffers: true,
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let settings = settings(&sink, mode);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        assert_eq!(states(&sent), [0, 1, 0, 0, 0], "{mode:?}");
    }
}

#[tokio::test]
async fn an_address_outside_ascii_goes_only_where_smtputf8_is_offered() {
    let readers = || vec![address(0), "åse@kommune.example".into(), address(2)];
    for (offers, expected) in [
        (&["PIPELINING", "8BITMIME"] as &[&str], [2, 0, 1, 0, 0]),
        (&["PIPELINING", "8BITMIME", "SMTPUTF8"], [3, 0, 0, 0, 0]),
    ] {
        let world = World::of(readers(), "");
        let script = Script {
            offers: [offers; 2],
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let settings = settings(&sink, Pipelining::Auto);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        assert_eq!(states(&sent), expected);
        world.check(&sink.taken());
        let asked = sink
            .lines()
            .iter()
            .any(|line| line.ends_with("BODY=8BITMIME SMTPUTF8"));
        assert_eq!(asked, expected[2] == 0);
    }
}
