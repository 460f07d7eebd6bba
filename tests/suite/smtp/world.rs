//! A frozen issue and a run of it to a relay.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use overblik::{
    dispatch::{Dispatch, Limits, Pace, Sent, Stop},
    domain::{
        address::Address,
        clock::FixedClock,
        delivery::{DeliveryState, StateName},
        newsletter::Newsletter,
        piece::{Edition, Slot},
        secret::Secret,
    },
    ledger::{Boot, Ledger, Owed},
    letter::{Reader, Splicer},
    roster::OpenGate,
    store::{PlanRow, Read as _, Store as _, sqlite::SqliteStore},
    transport::{
        Job, Redelivery, Transport as _,
        smtp::{
            Patience, Relay, SmtpTransport,
            settings::{Pipelining, SmtpSettings, TlsMode},
        },
    },
};

use super::sink::{Sink, Taken};
use crate::small_issue::{self, KEY, signing_key, start};

pub fn address(number: usize) -> String {
    format!("reader{number:04}@kommune.example")
}

/// Deadlines no honest answer on this machine misses.
pub fn patient() -> Patience {
    Patience {
        pause: Duration::from_millis(1),
        ..Patience::default()
    }
}

/// Deadlines a test can wait for.
pub fn impatient() -> Patience {
    let soon = Duration::from_millis(400);
    Patience {
        connect: soon,
        session: soon,
        mail: soon,
        recipient: soon,
        data: soon,
        block: soon,
        body: soon,
        quit: soon,
        pause: Duration::from_millis(1),
    }
}

/// How a test reaches a sink.
pub fn settings(sink: &Sink, pipelining: Pipelining) -> SmtpSettings {
    SmtpSettings {
        host: Some("localhost".into()),
        port: Some(sink.address.port()),
        tls: TlsMode::None,
        pipelining,
        ..SmtpSettings::default()
    }
}

pub struct World {
    folder: tempfile::TempDir,
    splicer: Arc<Splicer>,
    newsletter: Newsletter,
    edition: Edition,
    readers: Vec<String>,
    pub connections: usize,
    pub limits: Limits,
    pub stop: Arc<Stop>,
    /// What the clock of the next run says.
    pub now: DateTime<Utc>,
}

impl World {
    pub fn new(readers: usize) -> Self {
        Self::of((0..readers).map(address).collect(), "")
    }

    pub fn of(readers: Vec<String>, text: &str) -> Self {
        let text = format!(
            "{}\n.en linje med punktum\n{text}\n{}\n",
            Slot::Greeting.mark(),
            Slot::Unsubscribe.mark()
        );
        let (frozen, splicer) = small_issue::of(text);
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            splicer,
            newsletter: small_issue::newsletter(),
            edition: frozen.editions[0].clone(),
            readers,
            connections: 1,
            limits: Limits::default(),
            stop: Arc::default(),
            now: start(),
        };
        let mut plan = world.readers.iter().map(|address| PlanRow {
            subscriber: signing_key().subscriber_id(&Address::parse(address).unwrap().folded()),
            address: address.clone(),
            name: None,
            signed_up: None,
            edition: Ok(0),
        });
        world.open().freeze(&frozen, &mut plan).unwrap();
        world
    }

    pub fn newsletter(&self) -> &Newsletter {
        &self.newsletter
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Takes from the ledger what the relays have had today, what a dead run is owed included, as `send` does.
    pub fn recount(&self, transport: &SmtpTransport) {
        let mut store = self.open();
        let issue = store.issue(KEY).unwrap().unwrap().number;
        let (state, boot) = (self.folder.path(), Boot::named("boot"));
        let owed = Owed::of(&store, state, issue, &boot, Redelivery::Doubles, self.now).unwrap();
        owed.settle(&mut store, state, issue).unwrap();
        for allowance in transport.allowances().iter().flatten() {
            let taken = store.taken_since(allowance.relay(), allowance.midnight());
            allowance.recount(taken.unwrap());
        }
    }

    pub fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.folder.path().join("ledger.db")).unwrap()
    }

    /// The envelope sender and the bytes of each reader's letter, by address.
    pub fn expected(&self) -> BTreeMap<String, (String, Vec<u8>)> {
        let letters = self.readers.iter().zip(self.jobs());
        letters
            .map(|(address, job)| {
                let from = job.letter.envelope.sender.to_string();
                (
                    address.clone(),
                    (from, job.letter.message.text().into_owned().into_bytes()),
                )
            })
            .collect()
    }

    /// The readers whose deliveries stand in a state, each with what was said of theirs.
    pub fn standing(&self, state: StateName) -> BTreeMap<String, String> {
        let store = self.open();
        let issue = store.issue(KEY).unwrap().unwrap().number;
        let rows = store.rows(issue, state, self.readers.len() as u64).unwrap();
        let words = |state| match state {
            DeliveryState::Accepted { reply }
            | DeliveryState::Deferred { reply, .. }
            | DeliveryState::Failed { reply }
            | DeliveryState::Doubtful { reply } => reply,
            DeliveryState::Queued | DeliveryState::Sending | DeliveryState::Skipped { .. } => {
                String::new()
            }
        };
        rows.into_iter()
            .map(|row| (row.address, words(row.state)))
            .collect()
    }

    /// The letters, outside any run.
    pub fn jobs(&self) -> Vec<Job> {
        let letters = self.readers.iter().enumerate().map(|(number, text)| {
            let address = Address::parse(text).unwrap();
            let reader = Reader {
                id: signing_key().subscriber_id(&address.folded()),
                address: &address,
                name: None,
                signed_up: None,
            };
            Job {
                seq: number as u64,
                attempts: 0,
                reader: reader.id,
                letter: self.splicer.letter(&self.edition, &reader).unwrap(),
                relay: None,
            }
        });
        letters.collect()
    }

    /// Every letter stands under its own reader's sender, whole, and none was taken twice.
    pub fn check(&self, taken: &[Taken]) {
        let mut expected = self.expected();
        for letter in taken {
            let [to] = letter.to.as_slice() else {
                panic!("{:?}", letter.to)
            };
            let (from, bytes) = expected.remove(to).unwrap_or_else(|| panic!("{to} twice"));
            assert_eq!(letter.from, from, "{to}");
            assert!(letter.bytes == bytes, "{to}'s letter is another");
        }
    }

    /// A relay's transport.
    pub fn transport(
        &self,
        settings: &SmtpSettings,
        password: Option<&str>,
        authorities: Option<&[u8]>,
    ) -> SmtpTransport {
        let password = password.map(Secret::new);
        let relay = Relay::new(settings, &self.newsletter, password.as_ref(), authorities).unwrap();
        SmtpTransport::new(relay, settings).with_patience(patient())
    }

    /// A relay that asks for no login.
    pub fn relay(&self, settings: &SmtpSettings) -> Relay {
        Relay::new(settings, &self.newsletter, None, None).unwrap()
    }

    /// The transport of relays that ask for no login, first to last.
    pub fn relays(&self, each: &[SmtpSettings], patience: Patience) -> SmtpTransport {
        let first = SmtpTransport::new(self.relay(&each[0]), &each[0]).with_patience(patience);
        each[1..].iter().fold(first, |transport, settings| {
            transport.or(self.relay(settings), settings)
        })
    }

    /// One run, as `send` makes it; it must end.
    pub async fn run(&self, transport: &SmtpTransport) -> Sent {
        let store = self.open();
        let issue = store.issue(KEY).unwrap().unwrap();
        let boot = Boot::named("boot");
        let redelivery = transport.redelivery();
        let ledger = Ledger::begin(
            store,
            self.folder.path(),
            &issue,
            &boot,
            redelivery,
            self.now,
        )
        .unwrap();
        let run = Dispatch {
            splicer: Arc::clone(&self.splicer),
            editions: Arc::new(vec![self.edition.clone()].into()),
            gate: Box::new(OpenGate),
            suppressor: None,
            clock: Arc::new(FixedClock(self.now)),
            pace: Pace {
                connections: self.connections,
                ..Pace::default()
            },
            watcher: Box::new(|_: StateName| {}),
            limits: self.limits.clone(),
            stop: Arc::clone(&self.stop),
        }
        .run(ledger, transport);
        let (_, sent) = tokio::time::timeout(Duration::from_secs(60), run)
            .await
            .expect("the run does not end")
            .unwrap();
        sent
    }
}
