//! `overblik run`

mod daemon;
mod newsletter;
mod word;

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use self::{daemon::Daemon, newsletter::AtWork, word::Signals};
use super::{
    Exit, Failure, Session,
    newsroom::{Newsroom, lock_failure},
};
use crate::{
    dispatch::Stop,
    store::lock::{Lock, LockError},
};

/// Stays up: collects, publishes, sends, and tries again what is deferred
#[derive(Debug, Args)]
#[command(
    after_help = "When it looks is said by `[run]` and `[schedule]`. SIGHUP makes it read its config again; a config with \
faults is told, and the old one stays. SIGTERM lets it finish what is in flight. `overblik status` shows how it is; `overblik \
send` may be run beside it.\n\nExamples:\n  overblik run\n  overblik run -q        # says only what a person must act on"
)]
pub(super) struct Run {}

impl Run {
    /// Works until it is asked to end.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let path = room.state.run_lock();
        let lock = Lock::take(&path, room.now).map_err(|error| match error {
            LockError::Held { .. } if session.global.quiet => Failure {
                exit: Exit::Locked,
                faults: vec![],
            },
            error => lock_failure(&error, "one is enough; `overblik status` shows how it is"),
        })?;
        let stop = Arc::new(Stop::default());
        let signals =
            Signals::heed(Arc::clone(&stop)).map_err(|error| Failure::ours("starting", &error))?;
        let since = room.now;
        let work = AtWork::new(session, room, lock, stop);
        let mut daemon = Daemon::new(work, signals, Arc::clone(&session.clock));
        let exit = daemon.run();
        drop(daemon);
        session.say("stopped");
        if session.global.json {
            session.json(&json!({ "since": since, "stopped": session.clock.now() }));
        }
        Ok(exit)
    }
}

#[cfg(test)]
mod tests;
