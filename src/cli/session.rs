//! What every command shares: where the newsletter is, how to speak, how to end.

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Global, heard::Heard};
use crate::{
    config::{self, Config},
    domain::{clock::Clock, fault::Fault},
    letter::{Letterhead, links::BOUNCE_LOCAL},
};

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// How a command ended; the numbers are the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Our own fault, or a ledger that cannot be written.
    Ours = 1,
    /// The request, a file or the config is wrong.
    Usage = 2,
    /// This run made failed or doubtful deliveries.
    Deliveries = 3,
    /// Held by a guard.
    Held = 4,
    /// Another run holds the lock.
    Locked = 5,
    /// Some are deferred: run again.
    Deferred = 75,
}

/// Why a command could not do its work.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What is wrong, each with file, line and remedy where it has them.
    pub faults: Vec<Fault>,
}

impl Failure {
    /// A wrong request, file or config.
    pub fn usage(fault: Fault) -> Self {
        Self {
            exit: Exit::Usage,
            faults: vec![fault],
        }
    }

    /// Our own fault: what was being done, and the chain of what went wrong.
    pub fn ours(doing: &str, error: &dyn std::error::Error) -> Self {
        Self {
            exit: Exit::Ours,
            faults: vec![Fault::error(format!("{doing}: {}", chain(error)))],
        }
    }

    /// Says what to do about each of its faults.
    #[must_use]
    pub fn with_remedy(mut self, remedy: &str) -> Self {
        for fault in &mut self.faults {
            fault.remedy = Some(remedy.to_owned());
        }
        self
    }
}

/// Prints the document of a command line that could not be read.
pub(super) fn print_refusal(words: &str) {
    let reason = words.trim().trim_start_matches("error: ");
    let text = document_of(Exit::Usage, &[Fault::error(reason)]);
    let _ = writeln!(std::io::stdout().lock(), "{text:#}");
}

fn document_of(exit: Exit, faults: &[Fault]) -> serde_json::Value {
    serde_json::json!({ "error": { "code": exit as u8, "faults": faults } })
}

/// An error and its sources on one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = inner.source();
    }
    text
}

/// One command line at work.
pub struct Session {
    /// What every command takes.
    pub global: Global,
    /// The clock, handed down: the system's.
    pub clock: Arc<dyn Clock>,
    /// What was said before, where nothing is to be said twice in a row.
    pub heard: Option<Heard>,
}

impl Session {
    /// Begins.
    pub fn new(global: Global) -> Self {
        Self {
            global,
            clock: Arc::new(SystemClock),
            heard: None,
        }
    }

    /// The newsletter's folder: the one that holds the config folder.
    pub fn folder(&self) -> PathBuf {
        config::folder_of(&self.global.config)
    }

    /// The config in force.
    ///
    /// # Errors
    /// Every fault of every layer; exit code 2.
    pub fn config(&self) -> Result<Config, Failure> {
        // A scheduler's `OVERBLIK_ENV=` names no environment.
        let env = self.global.env.as_deref().filter(|name| !name.is_empty());
        let variables = std::env::vars_os().map(|(name, text)| {
            let read = |os: std::ffi::OsString| os.to_string_lossy().into_owned();
            (read(name), read(text))
        });
        let config =
            config::load(&self.global.config, env, variables).map_err(|faults| Failure {
                exit: Exit::Usage,
                faults,
            })?;
        let head = Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce);
        if head.takes_bounces() {
            Ok(config)
        } else {
            Err(Failure::usage(
                Fault::error(format!(
                    "the bounce address, or `newsletter.from` where there is none, has more than {BOUNCE_LOCAL} octets \
                     before the `@`: with each letter's signed token after it, no mail server takes it"
                ))
                .for_key("bounce.address")
                .remedy("write a short one, such as `retur@avis.example`"),
            ))
        }
    }

    /// Prints data to stdout. A reader that went away (`| head`) is no fault.
    pub fn data(&self, text: &str) {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }

    /// Prints one JSON document to stdout.
    pub fn json(&self, document: &impl Serialize) {
        // Documents are our own structs with string keys: serialising them cannot fail.
        let text = serde_json::to_string_pretty(document).unwrap_or_default();
        self.data(&format!("{text}\n"));
    }

    /// Says something to stderr, unless quiet.
    pub fn say(&self, words: &str) {
        if !self.global.quiet {
            let _ = writeln!(std::io::stderr().lock(), "{words}");
        }
    }

    /// Says something to stderr even when quiet: what a person must act on.
    pub fn warn(&self, words: &str) {
        if self
            .heard
            .as_ref()
            .is_some_and(|heard| !heard.is_new(words))
        {
            return;
        }
        let _ = writeln!(std::io::stderr().lock(), "{words}");
    }

    /// Reports a failure once, in words or JSON, and gives the exit code.
    pub fn finish(&self, result: Result<Exit, Failure>) -> ExitCode {
        let exit = match result {
            Ok(exit) => exit,
            Err(failure) => {
                if self.global.json {
                    self.json(&document_of(failure.exit, &failure.faults));
                }
                for fault in &failure.faults {
                    self.warn(&fault.to_string());
                }
                failure.exit
            }
        };
        ExitCode::from(exit as u8)
    }
}
