//! A relay is given letters at its rate, and a domain's readers at theirs.

use std::time::{Duration, Instant};

use overblik::{
    dispatch::{Halt, Limits},
    transport::smtp::settings::{Pipelining, SmtpSettings},
};

use super::{
    MODES, settings,
    sink::{Script, Sink, Tls},
    states,
    world::{World, address},
};

#[tokio::test]
async fn a_relay_is_given_letters_at_its_rate_over_all_its_connections() {
    for mode in MODES {
        let mut world = World::new(61);
        world.connections = 4;
        let sink = Sink::start(Script::default(), Tls::None);
        let settings = SmtpSettings {
            rate: Some("40/s".parse().unwrap()),
            ..settings(&sink, mode)
        };
        let began = Instant::now();
        let sent = world.run(&world.transport(&settings, None, None)).await;
        let took = began.elapsed().as_secs_f64();
        assert_eq!(states(&sent), [61, 0, 0, 0, 0]);
        world.check(&sink.taken());
        assert_eq!(sink.taken().len(), 61);
        assert!((1.49..3.0).contains(&took), "{mode:?}: {took} s, not 1.5");
    }
}

#[tokio::test]
async fn a_pause_of_an_hour_ends_at_once_when_a_stop_is_asked_or_nothing_is_left() {
    let hourly = |sink: &Sink| SmtpSettings {
        rate: Some("1/hour".parse().unwrap()),
        ..settings(sink, Pipelining::Auto)
    };
    let mut world = World::new(5);
    world.connections = 3;
    let sink = Sink::start(Script::default(), Tls::None);
    let transport = world.transport(&hourly(&sink), None, None);
    let stops = async {
        while sink.taken().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.stop.ask();
        Instant::now()
    };
    let (sent, asked) = tokio::join!(world.run(&transport), stops);
    assert!(asked.elapsed() < Duration::from_secs(3));
    assert_eq!(sent.halted, Some(Halt::Stopped));
    assert_eq!(states(&sent), [1, 0, 0, 0, 4]);

    let mut world = World::new(1);
    world.connections = 3;
    let began = Instant::now();
    let sent = world
        .run(&world.transport(&hourly(&sink), None, None))
        .await;
    assert_eq!(states(&sent), [1, 0, 0, 0, 0]);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_limited_domain_does_not_hold_up_the_others_and_everybody_gets_one_letter() {
    for mode in MODES {
        let limited = |number| format!("r{number:04}@gmail.com");
        let readers: Vec<String> = (0..20).map(limited).chain((0..200).map(address)).collect();
        let mut world = World::of(readers, "");
        world.connections = 2;
        world.limits = Limits::of(&toml::from_str("[\"gmail.com\"]\nrate = \"5/s\"\n").unwrap());
        let sink = Sink::start(Script::default(), Tls::None);
        let began = Instant::now();
        let sent = world
            .run(&world.transport(&settings(&sink, mode), None, None))
            .await;
        let took = began.elapsed().as_secs_f64();
        assert_eq!(states(&sent), [220, 0, 0, 0, 0]);
        let taken = sink.taken();
        world.check(&taken);
        assert_eq!(taken.len(), 220);
        let last_other = taken
            .iter()
            .rposition(|letter| !letter.to[0].ends_with("@gmail.com"));
        let after = taken.len() - 1 - last_other.unwrap();
        assert!(after >= 8, "{mode:?}: only {after} of 20 after the others");
        assert!((3.79..6.0).contains(&took), "{mode:?}: {took} s, not 3.8");
    }
}
