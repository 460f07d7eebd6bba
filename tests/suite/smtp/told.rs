//! What a relay says is told to whoever runs the newsletter, but not whom it names.

use std::{
    io,
    sync::{Arc, Mutex},
};

use overblik::{dispatch::Halt, transport::smtp::settings::Pipelining};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, layer::SubscriberExt as _};

use super::{
    always, once,
    sink::{Act, Script, Sink, Step, Tls},
    world::{World, settings},
};

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Told {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(octets)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Told {
    type Writer = Self;
    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_a_reader_nor_a_token_stands_in_the_log_or_the_last_words() {
    for (rule, is_the_end) in [
        (
            always(
                Step::Mail,
                Act::Say("553 5.7.1 <retur+hemmelig0@bladet.example>: sender address rejected"),
            ),
            true,
        ),
        (
            once(
                Step::Rcpt,
                1,
                Act::SayAndClose("421 4.7.0 <hemmelig1@kommune.example>: too many"),
            ),
            false,
        ),
        (
            once(Step::Rcpt, 1, Act::Say("299 hemmelig2@kommune.example?")),
            false,
        ),
    ] {
        let told = Told::default();
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(told.clone());
        let subscriber = tracing_subscriber::registry()
            .with(EnvFilter::new("overblik=trace"))
            .with(layer);
        let _told = tracing::subscriber::set_default(subscriber);
        let world = World::new(5);
        let script = Script {
            rules: vec![rule],
            ..Script::default()
        };
        let sink = Sink::start(script, Tls::None);
        let settings = settings(&sink, Pipelining::OneTurn);
        let sent = world.run(&world.transport(&settings, None, None)).await;
        let words = match &sent.halted {
            Some(Halt::Transport(words)) => words.as_str(),
            _ => "",
        };
        assert_eq!(!words.is_empty(), is_the_end, "{sent:?}");
        for said in [told.text().as_str(), words] {
            assert!(!said.contains("hemmelig"), "{said}");
        }
        assert!(told.text().contains("…@"), "{}", told.text());
    }
}
