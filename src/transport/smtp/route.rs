//! One relay of the list, and what this run knows of it.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono_tz::Tz;

use super::{
    Patience, SmtpTransport,
    brake::Brake,
    connect::Relay,
    line::Line,
    settings::{Pipelining, SmtpSettings},
    standing::{Entry, Kind, Standing},
};
use crate::{
    domain::{address::mask_all, clock::Clock, warm_up::WarmUp},
    transport::{Allowance, throttle::Throttle},
};

/// A relay, with all that was learnt of it on any connection.
pub(super) struct Route {
    pub(super) relay: Relay,
    pub(super) per_connection: usize,
    pub(super) brake: Brake,
    pub(super) throttle: Throttle,
    warm_up: Option<WarmUp>,
    pipelining: Pipelining,
    /// The relay answered a group as no group can be answered: one command at a time for the rest of the run.
    fallen_back: AtomicBool,
    standing: Mutex<Standing>,
    accepted: AtomicU64,
}

impl Route {
    pub(super) fn new(relay: Relay, settings: &SmtpSettings, patience: &Patience) -> Self {
        Self {
            relay,
            per_connection: settings.per_connection.max(1),
            brake: Brake::new(patience.pause),
            throttle: Throttle::new(settings.rate),
            warm_up: settings.warm_up(),
            pipelining: settings.pipelining,
            fallen_back: AtomicBool::new(false),
            standing: Mutex::default(),
            accepted: AtomicU64::new(0),
        }
    }

    /// The same with the first pause of other deadlines.
    pub(super) fn with_patience(self, patience: &Patience) -> Self {
        Self {
            brake: Brake::new(patience.pause),
            ..self
        }
    }

    /// The same, kept to its warm-up plan where it has one.
    pub(super) fn warming_up(mut self, zone: Tz, clock: &Arc<dyn Clock>) -> Self {
        self.throttle.allowance = self.warm_up.clone().map(|plan| {
            let relay = self.relay.to_string();
            Arc::new(Allowance::new(&relay, plan, zone, Arc::clone(clock)))
        });
        self
    }

    pub(super) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many letters it has accepted.
    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// How letters go out on a connection.
    pub(super) fn mode(&self, line: &Line) -> Pipelining {
        if !line.offers.pipelining || self.fallen_back.load(Ordering::Relaxed) {
            return Pipelining::Off;
        }
        match self.pipelining {
            Pipelining::Auto => Pipelining::OneTurn,
            stated => stated,
        }
    }

    /// One command at a time from now on.
    pub(super) fn fall_back(&self, why: &str) {
        if !self.fallen_back.swap(true, Ordering::Relaxed) {
            tracing::warn!(relay = %self.relay, why = mask_all(why), "the relay cannot be pipelined to; one command at a time from now on");
        }
    }
}

/// Leave to hold one connection to a relay; given back when it is dropped.
pub(super) struct Pass<'t> {
    transport: &'t SmtpTransport,
    place: usize,
    number: u64,
}

impl<'t> Pass<'t> {
    /// Asks the relay at this place of the list for leave, or what stands against it.
    pub(super) fn ask(
        transport: &'t SmtpTransport,
        place: usize,
        now: Instant,
        others_in_order: bool,
    ) -> Result<Self, Entry> {
        let number = transport.numbers.fetch_add(1, Ordering::Relaxed);
        let rest = |faults| transport.rest_after(faults, others_in_order);
        let mut standing = transport.routes[place].standing();
        match standing.enter(number, now, others_in_order, rest) {
            Entry::Open | Entry::Try => Ok(Self {
                transport,
                place,
                number,
            }),
            entry => Err(entry),
        }
    }

    pub(super) fn route(&self) -> &'t Route {
        &self.transport.routes[self.place]
    }

    /// Whether it is for trying a relay that was in trouble.
    pub(super) fn is_retrial(&self) -> bool {
        self.route().standing().is_retried_by(self.number)
    }

    /// Whether a relay before this one in the list is in order again, or to be tried.
    pub(super) fn is_outdone(&self) -> bool {
        if self.place == 0 {
            return false;
        }
        let now = Instant::now();
        let rest = |faults| self.transport.rest_after(faults, true);
        self.transport.routes[..self.place].iter().any(|route| {
            let entry = route.standing().look(now, true, rest);
            !route.throttle.is_spent() && matches!(entry, Entry::Open | Entry::Try)
        })
    }

    /// A session stands.
    pub(super) fn reached(&self) {
        self.route().standing().reached(self.number);
        self.transport.changed.notify_waiters();
    }

    /// The relay answered for a letter.
    pub(super) fn works(&self) {
        self.route().brake.hold();
        if self.route().standing().works(self.number) {
            tracing::info!(relay = %self.route().relay, "the relay works again");
            self.transport.changed.notify_waiters();
        }
    }

    /// The relay accepted a letter that was begun after it had asked for fewer so many times.
    pub(super) fn accepted(&self, seq: u64, presses: u32) {
        let route = self.route();
        tracing::debug!(delivery = seq, relay = %route.relay, "handed over");
        route.accepted.fetch_add(1, Ordering::Relaxed);
        route.brake.ease(presses);
    }

    /// The relay is in trouble; its words are kept. Whether it is a new trouble.
    pub(super) fn fails(&self, kind: Kind, words: &str) -> bool {
        let said = match kind {
            Kind::Refuses => words.to_owned(),
            Kind::Cuts => format!("letter after letter is cut off: {words}"),
            Kind::Overrun => format!("it takes too few letters, however slowly they come: {words}"),
        };
        let mut standing = self.route().standing();
        standing.fails(self.number, kind, said, Instant::now())
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.route().standing().leave(self.number);
        self.transport.changed.notify_waiters();
    }
}

impl SmtpTransport {
    /// How long a relay is left alone after so many troubles in a row; longer where another takes its letters.
    fn rest_after(&self, faults: u32, others_in_order: bool) -> Duration {
        if others_in_order {
            self.patience.rest_after(faults)
        } else {
            self.patience.pause_after(faults)
        }
    }
}
