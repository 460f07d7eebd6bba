//! A run of `send` from the lock to its end.

use std::{io::ErrorKind, sync::Arc, time::Instant};

use tokio::runtime::{self, Runtime};

use super::{
    Send, Sender, approve, copy,
    publishing::{self, FirstSend},
};
use crate::{
    cli::{
        Exit, Failure, Session,
        newsroom::{Newsroom, lock_failure},
        report::Report,
    },
    dispatch::Stop,
    domain::{delivery::Tally, fault::Fault},
    store::{
        lock::{Lock, LockError},
        sqlite::SqliteStore,
    },
    transport::{TransportKind, file::FileTransport},
};

impl Send {
    /// Sends, by whoever holds the lock.
    pub(super) fn locked(
        &self,
        session: &Session,
        room: &Newsroom,
        stop: &Arc<Stop>,
    ) -> Result<(Exit, Report), Failure> {
        let Begun {
            mut sender,
            store,
            runtime,
        } = match self.begin(session, room, stop)? {
            Ok(begun) => begun,
            Err(exit) => return Ok((exit, Report::default())),
        };
        let started = Instant::now();
        let result = match room.config.transport.kind {
            TransportKind::File => {
                let outbox = outbox(room)?;
                outbox.sweep();
                let transport = Arc::new(outbox);
                runtime.block_on(sender.work(self, store, &transport))
            }
            TransportKind::Smtp => {
                let transport = room.config.relays().map_err(|faults| Failure {
                    exit: Exit::Usage,
                    faults,
                })?;
                let zone = room.config.newsletter.timezone;
                let transport = Arc::new(transport.warming_up(zone, &session.clock));
                sender.allowances = transport.allowances();
                let result = runtime.block_on(sender.work(self, store, &transport));
                sender.relays = transport.accepted();
                result
            }
        };
        // In JSON a failure is the one document; what was sent all the same, `status` tells.
        if result.is_ok() || !session.global.json {
            sender.tell(started);
        }
        result.map(|()| (sender.exit, sender.report))
    }

    /// Opens what a run that has the lock works with; how the run ends where there is nothing to begin.
    pub(super) fn begin<'a>(
        &'a self,
        session: &'a Session,
        room: &'a Newsroom,
        stop: &Arc<Stop>,
    ) -> Result<Result<Begun<'a>, Exit>, Failure> {
        if let Some(exit) = copy::is_held(self, session, room)? {
            return Ok(Err(exit));
        }
        approve::take(self, session, room)?;
        let mut report = Report::of_a_run();
        let mut surveyed = None;
        if !room.state.ledger().exists() {
            match publishing::first_send(self, session, room, &mut report)? {
                FirstSend::Begins(found) => surveyed = found,
                FirstSend::Ends(exit) => {
                    if session.global.json {
                        session.json(&report);
                    }
                    return Ok(Err(exit));
                }
            }
        }
        let signer = room.signer()?;
        let keys = room.keys()?;
        // After the key: a ledger whose key is gone is refused before anything is opened.
        let mut store = room.ledger()?;
        copy::settle_in(room, &mut store)?;
        // A thread for each few connections: with one pool for all, each reply wakes a thread other than the one that
        // reads it.
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::ours("starting", &error))?;
        let sender = Sender {
            request: self,
            session,
            room,
            key: keys.current.clone(),
            keys,
            signer,
            stop: Arc::clone(stop),
            allowances: vec![],
            surveyed,
            listing: None,
            fresh: None,
            collected: None,
            report,
            relays: Vec::new(),
            this_run: Tally::default(),
            holds: false,
            exit: Exit::Done,
        };
        Ok(Ok(Begun {
            sender,
            store,
            runtime,
        }))
    }
}

/// A run that has begun.
pub(super) struct Begun<'a> {
    pub(super) sender: Sender<'a>,
    pub(super) store: SqliteStore,
    pub(super) runtime: Runtime,
}

/// Takes the lock of whoever sends.
pub(super) fn take_lock(session: &Session, room: &Newsroom) -> Result<Lock, Failure> {
    Lock::take(&room.state.send_lock(), room.now).map_err(|error| match error {
        // Another run is at work: for cron, nothing to say.
        LockError::Held { .. } if session.global.quiet => Failure {
            exit: Exit::Locked,
            faults: vec![],
        },
        error => lock_failure(
            &error,
            "wait for it to end; `overblik status` shows how far it is",
        ),
    })
}

/// Where letters are written as files.
pub(in crate::cli) fn outbox(room: &Newsroom) -> Result<FileTransport, Failure> {
    let outbox = room.config.path(&room.config.transport.file.path);
    FileTransport::open(&outbox).map_err(|error| Failure {
        // Where something else stands in the folder's place, the config names the wrong one.
        exit: match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => Exit::Usage,
            _ => Exit::Ours,
        },
        faults: vec![
            Fault::error(format!("the outbox cannot be made: {error}"))
                .in_file(outbox.display().to_string())
                .for_key("transport.file.path")
                .remedy("name a folder that can be written to"),
        ],
    })
}
