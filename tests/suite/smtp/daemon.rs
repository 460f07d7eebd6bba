//! `overblik run` and a relay: one that is dead, and a word to end in the middle of an issue.

use std::{collections::BTreeSet, fs, net::TcpListener};

use super::{
    always,
    sink::{Act, Script, Sink, Step, Tls},
};
use crate::{
    calendar::configure,
    run::{Up, daily, said, until},
    world::World,
};

/// A newsletter that has an issue on every day, and a relay at a port.
fn relayed(readers: usize, port: u16) -> World {
    let world = daily(readers);
    let config = fs::read_to_string(world.path("config/default.toml")).unwrap();
    let relay = format!(
        "[transport.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nconnections = 2\n"
    );
    world.write(
        "config/default.toml",
        format!("{config}\n[transport]\nkind = \"smtp\"\n{relay}"),
    );
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_in_the_middle_of_an_issue_it_finishes_what_is_in_flight_and_the_next_goes_on()
{
    let script = Script {
        rules: vec![always(Step::Body, Act::Late(40))],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let world = relayed(60, sink.address.port());
    let mut up = Up::start(&world);
    until("some letters", &world, || sink.taken().len() >= 6);
    up.signal("-TERM");
    assert_eq!(up.0.wait().unwrap().code(), Some(75), "{}", said(&world));
    assert!(said(&world).ends_with("stopped\n"), "{}", said(&world));
    let status = world.run(&["status", "--json"]).json();
    let accepted = status["accepted"].as_u64().unwrap();
    assert!((6..60).contains(&accepted), "{status}");
    assert_eq!(
        accepted,
        sink.taken().len() as u64,
        "none was left in flight"
    );
    assert_eq!(status["doubtful"], 0);
    assert_eq!(status["waiting"], 60 - accepted);
    let mut next = Up::start(&world);
    until("the rest", &world, || sink.taken().len() >= 60);
    until("what is next", &world, || said(&world).contains("next: "));
    next.signal("-TERM");
    assert_eq!(next.0.wait().unwrap().code(), Some(0), "{}", said(&world));
    let readers: BTreeSet<Vec<String>> = sink.taken().into_iter().map(|taken| taken.to).collect();
    assert_eq!((readers.len(), sink.taken().len()), (60, 60));
    assert_eq!(world.run(&["status", "--json"]).json()["accepted"], 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_relay_and_a_dead_source_are_told_once_until_something_changes() {
    let script = Script {
        rules: vec![always(
            Step::Greeting,
            Act::SayAndClose("554 5.3.2 no service"),
        )],
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::None);
    let world = relayed(5, sink.address.port());
    // A port at which nobody listens.
    let dead = TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = dead.local_addr().unwrap();
    configure(
        &world,
        &format!(
            "[[source]]\nname = \"fjern\"\nkind = \"feed\"\nurl = \"http://{dead}/rss\"\nallow_private = true\n"
        ),
    );
    let mut up = Up::start(&world);
    until("the first try", &world, || said(&world).contains("next: "));
    // A look at the config is a try as well.
    for _ in 0..3 {
        let tried = sink.connections();
        assert!(tried > 0);
        up.signal("-HUP");
        until("another try", &world, || sink.connections() > tried);
    }
    up.signal("-TERM");
    // In the middle of a try it ends as that does.
    up.0.wait().unwrap();
    let said = said(&world);
    assert_eq!(said.matches("three letters in a row").count(), 1, "{said}");
    assert_eq!(said.matches("no copy of it is kept").count(), 1, "{said}");
    assert!(!said.contains("WARN"), "{said}");
}
