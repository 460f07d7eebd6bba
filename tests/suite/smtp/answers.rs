//! Answers in every shape they may come in: late, in many lines, in pieces, several at once.

use super::{
    ALL_WELL, DEFERRED, DOUBTFUL, FAILED, MODES, WAITING, always, check, once,
    sink::{Act, BABBLE, Rule, Script, Sink, Step, Tls},
    states,
    world::{World, address, settings},
};
use overblik::{domain::delivery::StateName, transport::smtp::settings::Pipelining};

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Body] {
        check(step, Act::Late(20), ALL_WELL, ALL_WELL).await;
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_taken_for_another() {
    let late = Act::Late(1000);
    check(Step::Mail, late, ALL_WELL, ALL_WELL).await;
    check(Step::Rcpt, late, DEFERRED, ALL_WELL).await;
    check(Step::Data, late, DEFERRED, ALL_WELL).await;
    check(Step::Body, late, DOUBTFUL, DOUBTFUL).await;
}

#[tokio::test]
async fn an_answer_of_many_lines_is_one() {
    let said = |step, reply, expected| check(step, Act::Say(reply), expected, expected);
    said(Step::Mail, "250-2.1.0 yes\r\n250 2.1.0 sender", ALL_WELL).await;
    said(Step::Rcpt, "250-2.1.5 yes\r\n250-\r\n250 ", ALL_WELL).await;
    said(Step::Data, "354-please\r\n354 go ahead", ALL_WELL).await;
    said(Step::Body, "250-2.0.0 well\r\n250 2.0.0 taken", ALL_WELL).await;
    said(Step::Rcpt, "550-5.1.1 no\r\n550 5.1.1 such user", FAILED).await;
    said(Step::Body, "452-4.3.1 it is\r\n452 4.3.1 full", DEFERRED).await;
    said(Step::Data, "451-4.3.0 not\r\n451 4.3.0 now", WAITING).await;
    // Lines that contradict each other are no answer.
    said(Step::Body, "250-2.0.0 taken\r\n554 5.6.0 or not", DOUBTFUL).await;
}

#[tokio::test]
async fn an_answer_without_end_fills_no_memory() {
    for (step, skip, expected) in [
        (Step::Greeting, 0, WAITING),
        (Step::Mail, 2, ALL_WELL),
        (Step::Body, 2, DOUBTFUL),
    ] {
        let world = World::new(5);
        let script = Script {
            rules: vec![once(step, skip, Act::Babble)],
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let settings = settings(&sink, Pipelining::OneTurn);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        assert_eq!(states(&sent), expected, "{step:?}");
        // What the sockets hold was said, and no more.
        assert!(sink.babbled() < BABBLE / 2, "{step:?}: all of it was read");
        world.check(&sink.taken());
    }
}

#[tokio::test]
async fn the_words_of_a_refusal_are_kept_whole_however_they_came() {
    for mode in MODES {
        for split in [false, true] {
            let world = World::new(3);
            let script = Script {
                rules: vec![Rule {
                    about: "0001@",
                    ..always(Step::Rcpt, Act::Say("550-5.1.1 no\r\n550 5.1.1 such user"))
                }],
                split,
                ..Script::default()
            };
            let sink = Sink::start(script, Tls::None);
            let settings = settings(&sink, mode);
            let sent = world.run(&world.transport(&settings, None, None)).await;
            assert_eq!(states(&sent), [2, 0, 1, 0, 0]);
            let failed = world.standing(StateName::Failed);
            assert_eq!(failed[&address(1)], "550 5.1.1 no such user", "{mode:?}");
        }
    }
}
