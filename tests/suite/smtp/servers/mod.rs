//! The mail servers of Debian, unpacked and not installed: what each has in its queue says whose letter it took under
//! whose sender.

mod exim;
mod opensmtpd;
mod postfix;
mod pretender;
mod running;

use std::collections::BTreeSet;

use overblik::{
    dispatch::{Halt, Sent},
    domain::delivery::StateName,
    transport::smtp::settings::{Pipelining, SmtpSettings, TlsMode},
};

use self::running::{Product, Server, wait_for};
use super::{
    MODES, states,
    world::{World, address},
};

const LETTERS: usize = 1000;
const CONNECTIONS: usize = 4;
const KILLS: usize = 3;

fn connect(port: u16, pipelining: Pipelining) -> SmtpSettings {
    SmtpSettings {
        host: Some("127.0.0.1".into()),
        port: Some(port),
        tls: TlsMode::None,
        pipelining,
        ..SmtpSettings::default()
    }
}

/// A thousand letters; every fiftieth reader is refused.
fn letters() -> World {
    let readers = (0..LETTERS).map(|number| match number % 50 {
        7 => format!("reject{number:04}@kommune.example"),
        _ => address(number),
    });
    let mut world = World::of(readers.collect(), "");
    world.connections = CONNECTIONS;
    world
}

fn is_refused(address: &str) -> bool {
    address.starts_with("reject")
}

/// What holds at every moment: the sum; every letter in the queue is an accepted or a doubtful one, lies there once and
/// under its own reader's sender; every accepted one lies there; whoever failed was refused in the server's words.
fn holds(world: &World, server: &Server, sent: &Sent) {
    let all = sent.issue;
    let sum = all.accepted + all.deferred + all.failed + all.skipped + all.doubtful + all.waiting;
    assert_eq!((all.planned, sum), (LETTERS as u64, LETTERS as u64));
    let mut expected = world.expected();
    let senders: BTreeSet<_> = expected.values().map(|(from, _)| from.clone()).collect();
    assert_eq!(senders.len(), LETTERS, "a sender of each reader's own");
    let accepted = world.standing(StateName::Accepted);
    let doubtful = world.standing(StateName::Doubtful);
    for (from, to) in server.queue() {
        let (own, _) = expected.remove(&to).unwrap_or_else(|| panic!("{to} twice"));
        assert_eq!(from, own, "{to}");
        assert!(
            accepted.contains_key(&to) || doubtful.contains_key(&to),
            "{to} may be sent to again"
        );
    }
    for to in accepted.keys() {
        assert!(!expected.contains_key(to), "{to}'s letter is lost");
    }
    for (to, words) in world.standing(StateName::Failed) {
        assert!(is_refused(&to), "{to}: {words}");
        let refusal = server.product.refusal(&to);
        assert!(words.starts_with(&refusal), "{words}, not {refusal}");
    }
}

/// What holds at the end of a run that nothing cut.
fn check(world: &World, server: &Server, sent: &Sent) {
    let refused = LETTERS / 50;
    let accepted = LETTERS - refused;
    assert_eq!(sent.halted, None);
    assert_eq!(states(sent), [accepted as u64, 0, refused as u64, 0, 0]);
    assert_eq!(server.queue().len(), accepted);
    holds(world, server, sent);
}

/// A thousand letters, one run.
async fn a_thousand(product: &'static dyn Product, mode: Pipelining) -> Server {
    let server = Server::start(product);
    let world = letters();
    let settings = connect(server.ground.port, mode);
    let sent = world.run(&world.transport(&settings, None, None)).await;
    check(&world, &server, &sent);
    server
}

/// A thousand letters, and a server that is killed again and again while it takes them.
async fn killed_midway(product: &'static dyn Product) {
    let mut world = letters();
    let mut server = Server::start(product);
    for kill in 1..=KILLS {
        let settings = connect(server.ground.port, Pipelining::Auto);
        let killer = tokio::task::spawn_blocking(move || {
            wait_for("the server takes no letters", || {
                // Far from the end: a slow machine counts late.
                server.queue().len() >= kill * LETTERS / 8
            });
            server.kill();
            server
        });
        let sent = world.run(&world.transport(&settings, None, None)).await;
        server = killer.await.unwrap();
        assert!(matches!(sent.halted, Some(Halt::Transport(_))), "{sent:?}");
        assert!(sent.issue.waiting > 0, "{sent:?}");
        assert!(
            sent.issue.doubtful <= (kill * CONNECTIONS) as u64,
            "{sent:?}"
        );
        holds(&world, &server, &sent);
        server.boot();
        // What was cut off is due again.
        world.now += chrono::Duration::days(1);
    }
    let settings = connect(server.ground.port, Pipelining::Auto);
    let sent = world.run(&world.transport(&settings, None, None)).await;
    holds(&world, &server, &sent);
    assert_eq!(sent.halted, None);
    let [accepted, deferred, failed, doubtful, waiting] = states(&sent);
    assert_eq!((deferred, waiting), (0, 0), "{sent:?}");
    assert_eq!(failed as usize, LETTERS / 50);
    assert_eq!((accepted + doubtful) as usize, LETTERS - LETTERS / 50);
}
