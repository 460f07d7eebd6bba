//! TLS and login: neither a letter nor a password leaves where somebody on the way could read it.

use overblik::{
    dispatch::Halt,
    transport::smtp::settings::{AuthKind, Pipelining, SmtpSettings, TlsMode},
};

use super::{
    impatient, settings,
    sink::{Script, Sink, Tls, certificate},
    states,
    world::World,
};

fn authorities(world: &World) -> Vec<u8> {
    std::fs::read(world.folder().join("ca.pem")).unwrap()
}

fn encrypted(sink: &Sink, tls: TlsMode) -> SmtpSettings {
    SmtpSettings {
        tls,
        ..settings(sink, Pipelining::Auto)
    }
}

#[tokio::test]
async fn letters_leave_encrypted_to_a_relay_the_authorities_vouch_for() {
    for tls in [TlsMode::Starttls, TlsMode::Implicit] {
        let world = World::new(20);
        let acceptor = certificate(world.folder());
        let served = match tls {
            TlsMode::Implicit => Tls::Implicit(acceptor),
            _ => Tls::Starttls(acceptor),
        };
        let sink = Sink::start(Script::default(), served);
        let settings = encrypted(&sink, tls);
        let transport = world.transport(&settings, None, Some(&authorities(&world)));
        let sent = world.run(&transport).await;
        assert_eq!(states(&sent), [20, 0, 0, 0, 0], "{tls:?} {sent:?}");
        world.check(&sink.taken());
        for line in sink.lines() {
            assert!(!line.starts_with("MAIL"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_certificate_of_another_authority_or_name_is_refused() {
    for tls in [TlsMode::Starttls, TlsMode::Implicit] {
        for host in ["localhost", "127.0.0.1"] {
            let world = World::new(4);
            let acceptor = certificate(world.folder());
            let served = match tls {
                TlsMode::Implicit => Tls::Implicit(acceptor),
                _ => Tls::Starttls(acceptor),
            };
            let sink = Sink::start(Script::default(), served);
            let mut authorities = authorities(&world);
            if host == "localhost" {
                let other = tempfile::tempdir().unwrap();
                let _ = certificate(other.path());
                authorities = std::fs::read(other.path().join("ca.pem")).unwrap();
            }
            let settings = SmtpSettings {
                host: Some(host.into()),
                ..encrypted(&sink, tls)
            };
            let transport = world.transport(&settings, None, Some(&authorities));
            let sent = world.run(&transport).await;
            assert_eq!(states(&sent), [0, 0, 0, 0, 4], "{tls:?} {host}");
            let Some(Halt::Transport(words)) = sent.halted else {
                panic!("{sent:?}")
            };
            assert!(words.contains("certificate"), "{words}");
        }
    }
}

#[tokio::test]
async fn what_is_slipped_in_before_starttls_ends_the_session() {
    let world = World::new(4);
    let script = Script {
        injected: "250-sink\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n",
        ..Script::default()
    };
    let sink = Sink::start(script, Tls::Starttls(certificate(world.folder())));
    let settings = encrypted(&sink, TlsMode::Starttls);
    let transport = world.transport(&settings, None, Some(&authorities(&world)));
    let sent = world.run(&transport.with_patience(impatient())).await;
    assert_eq!(states(&sent), [0, 0, 0, 0, 4]);
    assert!(sink.lines().iter().all(|line| !line.contains("MAIL")));
}

#[tokio::test]
async fn what_was_offered_before_starttls_and_not_after_it_is_not_used() {
    for (before, after) in [(true, false), (false, true)] {
        let offers = |pipelining| match pipelining {
            true => &["PIPELINING", "8BITMIME"] as &[&str],
            false => &["8BITMIME"],
        };
        let world = World::new(5);
        let script = Script {
            offers: [offers(before); 2],
            offers_encrypted: Some(offers(after)),
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::Starttls(certificate(world.folder())));
        let settings = encrypted(&sink, TlsMode::Starttls);
        let transport = world.transport(&settings, None, Some(&authorities(&world)));
        let sent = world.run(&transport).await;
        assert_eq!(states(&sent), [5, 0, 0, 0, 0]);
        assert_eq!(sink.joined(1) > 0, after, "{:#?}", sink.lines());
        world.check(&sink.taken());
    }
}

#[tokio::test]
async fn without_an_offer_of_starttls_nobody_logs_in_and_no_letter_leaves() {
    let world = World::new(4);
    let sink = Sink::start(Script::default(), Tls::None);
    let settings = SmtpSettings {
        username: Some("anna".into()),
        ..encrypted(&sink, TlsMode::Starttls)
    };
    let transport = world.transport(&settings, Some("hemmelig"), None);
    let sent = world.run(&transport).await;
    assert_eq!(states(&sent), [0, 0, 0, 0, 4]);
    for line in sink.lines() {
        assert!(line.starts_with("EHLO"), "{line}");
    }
}

#[tokio::test]
async fn a_login_is_said_under_tls_and_a_refused_one_stops_the_run() {
    for auth in [AuthKind::Plain, AuthKind::Login, AuthKind::Xoauth2] {
        for (password, expected) in [("hemmelig", [3, 0, 0, 0, 0]), ("gættet", [0, 0, 0, 0, 3])] {
            let world = World::new(3);
            let sink = Sink::start(
                Script::default(),
                Tls::Starttls(certificate(world.folder())),
            );
            let settings = SmtpSettings {
                username: Some("anna".into()),
                auth,
                ..encrypted(&sink, TlsMode::Starttls)
            };
            let transport = world.transport(&settings, Some(password), Some(&authorities(&world)));
            let sent = world.run(&transport).await;
            assert_eq!(states(&sent), expected, "{auth:?} {password}");
            if let Some(Halt::Transport(words)) = sent.halted {
                assert!(words.starts_with("535 5.7.8"), "{words}");
            }
            let said = sink.lines();
            assert!(said.iter().any(|line| line.starts_with("*AUTH")));
            assert!(!said.iter().any(|line| line.starts_with("AUTH")));
        }
    }
}
