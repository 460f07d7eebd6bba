//! What the system, or a person, can say to the process that stays up: end, or read your config again.

use std::{
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use chrono::Duration;
use tokio::signal::unix::{SignalKind, signal};

use crate::{cli::Exit, dispatch::Stop};

/// What was said while it waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Nothing: the time is over.
    Nothing,
    /// Read the config again.
    Reload,
    /// End.
    Stop,
}

/// The seam through which waiting enters; in tests nothing is slept.
pub(super) trait Sleeper {
    /// Waits until something is said, for so long at most.
    fn wait(&self, at_most: Duration) -> Word;
    /// Whether it was asked to end.
    fn is_stopped(&self) -> bool;
}

/// Signals: SIGTERM and SIGINT ask for an end, SIGHUP for another look at the config.
#[derive(Clone)]
pub(super) struct Signals {
    said: Arc<Said>,
    stop: Arc<Stop>,
}

#[derive(Default)]
struct Said {
    reload: Mutex<bool>,
    bell: Condvar,
}

impl Signals {
    /// Listens on a thread of its own, which work never keeps busy. The first word to end lets what is in flight be
    /// finished; the second ends the process, which is as safe as a crash.
    ///
    /// # Errors
    /// No thread, or nothing to listen with.
    pub(super) fn heed(stop: Arc<Stop>) -> io::Result<Self> {
        let signals = Self {
            said: Arc::default(),
            stop,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (mut terminate, mut interrupt, mut hang_up) = {
            let _entered = runtime.enter();
            (
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::hangup())?,
            )
        };
        let heard = signals.clone();
        thread::Builder::new()
            .name("heed signals".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    loop {
                        tokio::select! {
                            _ = terminate.recv() => heard.end(),
                            _ = interrupt.recv() => heard.end(),
                            _ = hang_up.recv() => heard.reload(),
                        }
                    }
                });
            })?;
        Ok(signals)
    }

    fn end(&self) {
        if self.stop.ask() {
            std::process::exit(Exit::Deferred as i32);
        }
        // Under the lock, so that who has just looked and is about to wait hears the bell.
        let _reload = self.lock();
        self.said.bell.notify_all();
    }

    fn reload(&self) {
        *self.lock() = true;
        self.said.bell.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // A flag is whole whatever its last holder did.
        self.said
            .reload
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for Signals {
    fn wait(&self, at_most: Duration) -> Word {
        let at_most = at_most.to_std().unwrap_or_default();
        let nothing = |reload: &mut bool| !*reload && !self.stop.is_asked();
        let waited = self
            .said
            .bell
            .wait_timeout_while(self.lock(), at_most, nothing);
        let (mut reload, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if self.stop.is_asked() {
            Word::Stop
        } else if std::mem::take(&mut *reload) {
            Word::Reload
        } else {
            Word::Nothing
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_asked()
    }
}
