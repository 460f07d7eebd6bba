//! The transport without the rest: one letter's bytes handed over again and again, nothing planned, nothing settled.

use std::{
    error::Error,
    future::{Ready, ready},
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use overblik::{
    domain::{address::Address, newsletter::Newsletter},
    letter::{Envelope, Letter, Message},
    transport::{
        Feed, Job, Receipt, SendError, Transport as _,
        smtp::{
            Relay, SmtpTransport,
            settings::{SmtpSettings, TlsMode},
        },
    },
};

/// So many letters, all the same.
struct Same {
    letter: Letter,
    letters: u64,
    begun: AtomicU64,
    accepted: Arc<AtomicU64>,
}

impl Feed for Same {
    fn next(&self) -> impl Future<Output = Option<Job>> + Send {
        let next: Ready<Option<Job>> = ready(self.ready());
        next
    }

    fn ready(&self) -> Option<Job> {
        let seq = self.begun.fetch_add(1, Ordering::Relaxed);
        (seq < self.letters).then(|| Job {
            seq,
            attempts: 0,
            letter: self.letter.clone(),
            relay: None,
        })
    }

    fn handing_over(&self, _: &Job) -> io::Result<()> {
        Ok(())
    }

    fn settle(&self, _: Job, result: Result<Receipt, SendError>) {
        if result.is_ok() {
            self.accepted.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn give_back(&self, _: Job) {}

    async fn halted(&self) {
        std::future::pending::<()>().await;
    }

    async fn over(&self) {
        std::future::pending::<()>().await;
    }
}

/// `transport FILE PORT LETTERS CONNECTIONS`
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [file, port, letters, connections] = arguments else {
        return Err("transport FILE PORT LETTERS CONNECTIONS".into());
    };
    let letters = letters.parse()?;
    let envelope = Envelope {
        sender: Address::parse("bounce@bladet.example")?,
        recipient: Address::parse("reader@by.example")?,
    };
    let feed = Same {
        letter: Letter {
            envelope,
            id: "same".into(),
            message: Message::new(std::fs::read_to_string(file)?),
        },
        letters,
        begun: AtomicU64::new(0),
        accepted: Arc::default(),
    };
    let settings = SmtpSettings {
        host: Some("127.0.0.1".into()),
        port: Some(port.parse()?),
        tls: TlsMode::None,
        ..SmtpSettings::default()
    };
    let newsletter: Newsletter = toml::from_str(
        "name = \"Prøvebladet\"\nlist_id = \"nyt.bladet.example\"\nfrom = \"nyt@bladet.example\"\n\
         base_url = \"https://bladet.example/\"\n",
    )?;
    let relay = Relay::new(&settings, &newsletter, None, None)?;
    let transport = SmtpTransport::new(relay, &settings);
    let connections: usize = connections.parse()?;
    let mut carried: FuturesUnordered<_> =
        (0..connections).map(|_| transport.carry(&feed)).collect();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async { while carried.next().await.is_some() {} });
    match feed.accepted.load(Ordering::Relaxed) == letters {
        true => Ok(()),
        false => Err("not all letters were accepted".into()),
    }
}
