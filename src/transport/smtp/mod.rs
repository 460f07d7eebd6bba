//! Hands letters to a relay by SMTP (RFC 5321), over lettre's connection on a socket of our own.
//!
//! | mode | turns a letter | when |
//! | --- | --- | --- |
//! | one turn | 1 | the relay offers PIPELINING (RFC 2920) |
//! | group | 2 | asked for, and offered |
//! | off | 4 | asked for, not offered, or the relay answered a group as no group can be answered |
//!
//! Letters go to the first relay of the list that is in order (`way`); what is known of each is its `Route`. One in
//! trouble is passed over (`standing`), and one that asks for fewer letters gets fewer on all its connections (`brake`).
//!
//! Only 250 after the body is success. A connection on which a reply was missed, late or nonsense is never used again:
//! the next reply on it would answer something else.

mod brake;
mod commands;
mod connect;
mod end;
mod line;
mod login;
mod parcel;
mod patience;
mod reply;
mod route;
pub mod settings;
mod standing;
mod stream;
mod tls;
mod turn;
mod verdict;
mod way;

use std::sync::{Arc, atomic::AtomicU64};

use chrono_tz::Tz;
use tokio::sync::Notify;

use self::{
    brake::{asks_for_less, rest},
    end::{Leave, Trouble},
    line::Line,
    route::{Pass, Route},
    settings::SmtpSettings,
    standing::Kind,
    turn::Turns,
    way::Way,
};
pub use self::{connect::Relay, patience::Patience, tls::TlsFault};
use super::{Allowance, Feed, Job, Redelivery, SendError, Transport, TransportKind};
use crate::domain::{address::mask_all, clock::Clock, delivery::Consequence};

/// Carries letters to the first relay in a list that is in order.
pub struct SmtpTransport {
    routes: Vec<Route>,
    patience: Patience,
    /// The next connection's number.
    numbers: AtomicU64,
    /// Rung when a relay's standing has changed.
    changed: Notify,
}

/// How the work with one relay ended.
enum Ended {
    /// The feed has no more letters.
    NoMore,
    /// A connection is done with, and the relay was in order; or another is better now.
    Left,
    /// The relay is in trouble.
    Trouble(Box<Trouble>),
}

impl SmtpTransport {
    /// Carries letters to a relay, with the deadlines of RFC 5321.
    pub fn new(relay: Relay, settings: &SmtpSettings) -> Self {
        let patience = Patience::default();
        Self {
            routes: vec![Route::new(relay, settings, &patience)],
            patience,
            numbers: AtomicU64::new(0),
            changed: Notify::new(),
        }
    }

    /// The same with a further relay, for when those before it are not in order.
    #[must_use]
    pub fn or(mut self, relay: Relay, settings: &SmtpSettings) -> Self {
        let route = Route::new(relay, settings, &self.patience);
        self.routes.push(route);
        self
    }

    /// The same with other deadlines.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        let routes = self.routes.into_iter();
        self.routes = routes.map(|route| route.with_patience(&patience)).collect();
        Self { patience, ..self }
    }

    /// The same, keeping relays to their warm-up plans, whose days are those of a zone.
    #[must_use]
    pub fn warming_up(mut self, zone: Tz, clock: &Arc<dyn Clock>) -> Self {
        let routes = self.routes.into_iter();
        self.routes = routes.map(|route| route.warming_up(zone, clock)).collect();
        self
    }

    /// What each relay may have, first to last; `None` for one that has no warm-up plan.
    pub fn allowances(&self) -> Vec<Option<Arc<Allowance>>> {
        let routes = self.routes.iter();
        routes
            .map(|route| route.throttle.allowance.clone())
            .collect()
    }

    /// The relays, first to last, by name and port, and how many letters each has accepted.
    pub fn accepted(&self) -> Vec<(String, u64)> {
        let routes = self.routes.iter();
        routes
            .map(|route| (route.relay.to_string(), route.accepted()))
            .collect()
    }

    /// Carries letters to one relay over one connection, until the feed has no more, the connection has carried as many
    /// as it should, or the relay is in trouble.
    async fn work<F: Feed>(&self, pass: &Pass<'_>, feed: &F) -> Ended {
        let route = pass.route();
        let feed = &route.throttle.around(feed);
        // While others carry the letters, one who tries a relay again holds none up.
        let bare = pass.is_retrial() && self.takes_letters();
        if !bare && !route.brake.is_off() {
            rest(feed, route.brake.pause()).await;
        }
        let Some(job) = feed.next().await else {
            return Ended::NoMore;
        };
        let held = if bare {
            feed.give_back(job);
            None
        } else {
            Some(job)
        };
        let opened = {
            let idle = async {
                match &held {
                    Some(_) => feed.halted().await,
                    None => feed.over().await,
                }
            };
            tokio::select! {
                opened = Line::open(&route.relay, &self.patience) => Some(opened),
                () = idle => None,
            }
        };
        let (line, job) = match opened {
            Some(Ok(line)) => {
                pass.reached();
                // To come to a relay takes its time: the reader may have left meanwhile.
                match held.and_then(|job| feed.still(job)) {
                    Some(job) => (line, Some(job)),
                    None => (line, feed.next().await),
                }
            }
            Some(Err(error)) => return Ended::Trouble(Box::new(unopened(route, held, error))),
            None => {
                if let Some(job) = held {
                    feed.give_back(job);
                }
                return Ended::NoMore;
            }
        };
        let Some(job) = job else {
            line.quit(&self.patience).await;
            return Ended::NoMore;
        };
        let mut turns = Turns::new(pass, &self.patience, line);
        let end = turns.work(feed, job).await;
        if end.leave != Leave::Drops {
            turns.into_line().quit(&self.patience).await;
        }
        match (end.trouble, end.leave) {
            (Some(trouble), _) => Ended::Trouble(Box::new(trouble)),
            (None, Leave::NoMore) => Ended::NoMore,
            (None, _) => Ended::Left,
        }
    }

    /// Whether letters go to any relay now.
    fn takes_letters(&self) -> bool {
        let mut routes = self.routes.iter();
        routes.any(|route| !route.throttle.is_spent() && route.standing().takes_letters())
    }

    /// A relay is in trouble: a letter of which nothing was handed over goes to the next at once. Where none takes it,
    /// it is the letter's own outcome, in the words of all of them.
    fn fails<F: Feed>(&self, pass: Pass<'_>, feed: &F, trouble: Trouble) {
        let route = pass.route();
        let (relay, feed) = (&route.relay, &route.throttle.around(feed));
        let fresh = pass.fails(trouble.kind, &trouble.words);
        drop(pass);
        let elsewhere = self.takes_letters();
        let waits = |error: &SendError| error.consequence() == Consequence::Wait;
        // A letter that waits for it tells of it.
        let told = matches!(&trouble.held, Some((_, error)) if !elsewhere && waits(error));
        if fresh && !told {
            tracing::warn!(%relay, fault = mask_all(&trouble.words), "the relay is in trouble");
        }
        match trouble.held {
            None => {}
            Some((job, _)) if elsewhere => feed.give_back(job),
            Some((job, error)) if self.routes.len() > 1 && waits(&error) => {
                let what = self.words();
                feed.settle(job, Err(SendError::Unreached { what }));
            }
            Some((job, error)) => feed.settle(job, Err(error)),
        }
    }

    /// What the relays said last, each by its name where there are several.
    fn words(&self) -> String {
        let said = self.routes.iter().map(|route| {
            let standing = route.standing();
            let (name, words) = (route.relay.to_string(), standing.words());
            if self.routes.len() == 1 || words.starts_with(&name) {
                words.to_owned()
            } else {
                format!("{name}: {words}")
            }
        });
        said.collect::<Vec<_>>().join("; ")
    }

    /// No relay is given any more letters: each waits by the relays' fault, until that ends the run.
    async fn hold_up<F: Feed>(&self, feed: &F) {
        while let Some(job) = feed.next().await {
            let what = self.words();
            feed.settle(job, Err(SendError::Unreached { what }));
        }
    }
}

/// No session came about: nothing of the letter was said.
fn unopened(route: &Route, held: Option<Job>, error: SendError) -> Trouble {
    let overrun = match &error {
        SendError::Refused { reply, .. } if asks_for_less(reply) => route.brake.press(),
        _ => false,
    };
    Trouble {
        kind: if overrun {
            Kind::Overrun
        } else {
            Kind::Refuses
        },
        words: error.to_string(),
        held: held.map(|job| (job, error)),
    }
}

impl Transport for SmtpTransport {
    fn redelivery(&self) -> Redelivery {
        TransportKind::Smtp.redelivery()
    }

    async fn carry<F: Feed>(&self, feed: &F) {
        loop {
            let pass = match self.way(feed).await {
                Way::To(pass) => pass,
                Way::Over => return,
                Way::Closed => return self.hold_up(feed).await,
            };
            match self.work(&pass, feed).await {
                // There may be more, for another relay.
                Ended::NoMore if pass.route().throttle.is_spent() => {}
                Ended::NoMore => return,
                Ended::Left => {}
                Ended::Trouble(trouble) => self.fails(pass, feed, *trouble),
            }
        }
    }
}
