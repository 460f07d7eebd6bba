//! Hands letters to a relay by SMTP (RFC 5321), over lettre's connection on a socket of our own.
//!
//! | mode | turns a letter | when |
//! | --- | --- | --- |
//! | one turn | 1 | the relay offers PIPELINING (RFC 2920) |
//! | group | 2 | asked for, and offered |
//! | off | 4 | asked for, not offered, or the relay answered a group as no group can be answered |
//!
//! Only 250 after the body is success. A connection on which a reply was missed, late or nonsense is never used again:
//! the next reply on it would answer something else.

mod commands;
mod connect;
mod line;
mod login;
mod patience;
mod reply;
pub mod settings;
mod stream;
mod tls;
mod turn;
mod verdict;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use tokio::{sync::Mutex, time::sleep};

pub use self::{connect::Relay, patience::Patience, tls::TlsFault};
use self::{
    line::Line,
    settings::{AuthKind, Pipelining, SmtpSettings},
    turn::{End, Turns},
};
use super::{Feed, Job, Redelivery, Transport, TransportKind};
use crate::domain::{newsletter::Newsletter, secret::Secret};

impl Relay {
    /// The relay of a config, with the secrets its files hold.
    ///
    /// # Errors
    /// The authorities are no certificates, or the host no name a certificate can carry.
    pub fn new(
        settings: &SmtpSettings,
        newsletter: &Newsletter,
        password: Option<&Secret>,
        authorities: Option<&[u8]>,
    ) -> Result<Self, TlsFault> {
        let host = settings.host.clone().unwrap_or_default();
        let login = settings.username.as_ref().zip(password);
        Ok(Self {
            port: settings.port(),
            hello_name: settings
                .hello_name
                .clone()
                .unwrap_or_else(|| newsletter.from.address.domain().to_owned()),
            encryption: tls::encryption(settings.tls, &host, authorities)?,
            login: login.map(|(name, password)| {
                let mechanism = match settings.auth {
                    AuthKind::Plain => Mechanism::Plain,
                    AuthKind::Login => Mechanism::Login,
                    AuthKind::Xoauth2 => Mechanism::Xoauth2,
                };
                let password = password.expose().to_owned();
                (mechanism, Credentials::new(name.clone(), password))
            }),
            host,
        })
    }
}

/// Carries letters to one relay.
pub struct SmtpTransport {
    relay: Relay,
    patience: Patience,
    pipelining: Pipelining,
    per_connection: usize,
    /// The relay answered a group as no group can be answered: one command at a time for the rest of the run.
    fallen_back: AtomicBool,
    /// Whether the relay was reached the last time.
    reached: AtomicBool,
    /// Connections in a row that came to nothing.
    faults: AtomicU32,
    /// Held by the one who tries a relay that was not reached, or not yet; the others wait for what comes of it.
    trying: Mutex<()>,
}

impl SmtpTransport {
    /// Carries letters to a relay, with the deadlines of RFC 5321.
    pub fn new(relay: Relay, settings: &SmtpSettings) -> Self {
        Self {
            relay,
            patience: Patience::default(),
            pipelining: settings.pipelining,
            per_connection: settings.per_connection.max(1),
            fallen_back: AtomicBool::new(false),
            reached: AtomicBool::new(false),
            faults: AtomicU32::new(0),
            trying: Mutex::new(()),
        }
    }

    /// The same with other deadlines.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// How letters go out on a connection.
    fn mode(&self, line: &Line) -> Pipelining {
        if !line.offers.pipelining || self.fallen_back.load(Ordering::Relaxed) {
            return Pipelining::Off;
        }
        match self.pipelining {
            Pipelining::Auto => Pipelining::OneTurn,
            stated => stated,
        }
    }

    /// One command at a time from now on.
    fn fall_back(&self, why: &str) {
        if !self.fallen_back.swap(true, Ordering::Relaxed) {
            tracing::warn!(relay = %self.relay.host, %why, "the relay cannot be pipelined to; one command at a time from now on");
        }
    }

    /// The relay has answered for a letter: whatever was wrong is over.
    fn prospers(&self) {
        self.faults.store(0, Ordering::Relaxed);
    }

    /// The next letter and a connection to carry it; `None` when no more are to be begun. Whoever waits for a relay in
    /// trouble holds no letter meanwhile.
    async fn next<F: Feed>(&self, feed: &F) -> Option<(Line, Job)> {
        loop {
            let trying = self.trying.lock().await;
            let mut job = feed.next().await?;
            let faults = self.faults.load(Ordering::Relaxed);
            if faults > 0 {
                feed.give_back(job);
                sleep(self.patience.pause_after(faults)).await;
                job = feed.next().await?;
            }
            let alone = (faults > 0 || !self.reached.load(Ordering::Relaxed)).then_some(trying);
            let opened = Line::open(&self.relay, &self.patience).await;
            self.reached.store(opened.is_ok(), Ordering::Relaxed);
            match opened {
                Ok(line) => return Some((line, job)),
                Err(error) => {
                    self.faults.fetch_add(1, Ordering::Relaxed);
                    drop(alone);
                    feed.settle(job, Err(error));
                }
            }
        }
    }
}

impl Transport for SmtpTransport {
    fn redelivery(&self) -> Redelivery {
        TransportKind::Smtp.redelivery()
    }

    async fn carry<F: Feed>(&self, feed: &F) {
        while let Some((line, job)) = self.next(feed).await {
            let mut turns = Turns::new(self, line);
            match turns.work(feed, job).await {
                End::Quits => turns.into_line().quit(&self.patience).await,
                // Nothing more is said on it.
                End::Drops => {}
                End::Trouble => {
                    self.faults.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }
}
