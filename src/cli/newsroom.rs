//! What the commands that make or send issues share: the config, the state folder and today.

use std::{cell::RefCell, io::ErrorKind, path::Path, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use super::{Exit, Failure, Session, alerts::Alert, session::chain};
use crate::{
    config::Config,
    domain::{
        fault::Fault,
        issue::{Frequency, IssueKey},
        key::{KeyRing, SigningKey},
    },
    letter::{Letterhead, Links, Splicer, Stamp, dkim::Signer, encode::EncodedPiece},
    publish::{self, ArchiveError},
    source::Collected,
    store::{
        IssueRow, Past, Read as _, StoreError,
        lock::LockError,
        sqlite::SqliteStore,
        state::{KeyError, StateFolder},
    },
};

/// A newsletter, opened.
pub(super) struct Newsroom {
    pub(super) config: Config,
    pub(super) state: StateFolder,
    pub(super) now: DateTime<Utc>,
    /// What whoever runs the newsletter is to be told.
    pub(super) alerts: RefCell<Vec<Alert>>,
}

impl Newsroom {
    pub(super) fn open(session: &Session) -> Result<Self, Failure> {
        let config = session.config()?;
        let state = config.state_folder();
        Ok(Self {
            config,
            state,
            now: session.clock.now(),
            alerts: RefCell::default(),
        })
    }

    /// Notes something that is to be told when the work is done.
    pub(super) fn alert(&self, alert: Alert) {
        self.alerts.borrow_mut().push(alert);
    }

    /// What was noted so far; it is forgotten.
    pub(super) fn take_alerts(&self) -> Vec<Alert> {
        self.alerts.take()
    }

    /// The local date.
    pub(super) fn today(&self) -> NaiveDate {
        self.now
            .with_timezone(&self.config.newsletter.timezone)
            .date_naive()
    }

    /// The issue's date: as asked, else the next publishing day.
    pub(super) fn date_or_next(
        &self,
        date: Option<NaiveDate>,
        frequency: Frequency,
    ) -> Result<NaiveDate, Failure> {
        date.or_else(|| self.config.schedule.next_day(frequency, self.today()))
            .ok_or_else(|| {
                Failure::usage(
                    Fault::error("no day to come is a publishing day")
                        .for_key("schedule.days")
                        .remedy("name some days, such as `mon-fri`, close fewer, or give `--date`"),
                )
            })
    }

    /// The ledger, to read; `None` when there is none yet.
    pub(super) fn peek(&self) -> Result<Option<SqliteStore>, Failure> {
        peek(&self.state)
    }

    /// The ledger, to read, for whoever holds the send lock; `None` when there is none yet.
    pub(super) fn glance(&self) -> Result<Option<SqliteStore>, Failure> {
        let path = self.state.ledger();
        SqliteStore::glance(&path).map_err(|error| about_ledger(&path, &error, error.remedy()))
    }

    /// The ledger, to write.
    pub(super) fn ledger(&self) -> Result<SqliteStore, Failure> {
        let path = self.state.ledger();
        SqliteStore::open(&path).map_err(|error| about_ledger(&path, &error, error.remedy()))
    }

    /// What earlier issues of a frequency left behind.
    pub(super) fn past(
        &self,
        store: Option<&SqliteStore>,
        frequency: Frequency,
    ) -> Result<Past, Failure> {
        store.map_or_else(
            || Ok(Past::default()),
            |store| Ok(publish::past(store, frequency)?),
        )
    }

    /// The signing key, made when this is the first time one is needed.
    pub(super) fn signing_key(&self) -> Result<SigningKey, Failure> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|_| Failure {
            exit: Exit::Ours,
            faults: vec![Fault::error(
                "the system gives no random bytes for a signing key",
            )],
        })?;
        Ok(self.state.key_or_make(fresh)?)
    }

    /// The same, with the keys that signed before.
    pub(super) fn keys(&self) -> Result<KeyRing, Failure> {
        Ok(self.state.ring(self.signing_key()?)?)
    }

    /// What signs the letters (DKIM); `None` when they go unsigned.
    pub(super) fn signer(&self) -> Result<Option<Arc<Signer>>, Failure> {
        self.config.signer().map_err(|faults| Failure {
            exit: Exit::Usage,
            faults,
        })
    }

    /// The splicer of an issue: with the letterhead it was frozen with, else the one config says.
    pub(super) fn splicer(
        &self,
        stamp: Stamp,
        head: Option<Letterhead>,
        links: Links,
        pieces: Vec<EncodedPiece>,
    ) -> Splicer {
        Splicer::new(
            stamp,
            head.unwrap_or_else(|| self.letterhead()),
            links,
            pieces,
        )
    }

    /// The letterhead that config says.
    pub(super) fn letterhead(&self) -> Letterhead {
        let config = &self.config;
        Letterhead::of(&config.newsletter, &config.unsubscribe, &config.bounce)
    }

    /// The letterhead an issue was frozen with.
    pub(super) fn letterhead_of(
        &self,
        store: &SqliteStore,
        issue: &IssueRow,
    ) -> Result<Option<Letterhead>, Failure> {
        store
            .letterhead(issue.number)?
            .map(|kept| serde_json::from_str(&kept))
            .transpose()
            .map_err(|error| Failure::ours("reading the issue's letterhead", &error))
    }
}

/// The issue of a date in a frequency.
pub(super) fn key(frequency: Frequency, date: NaiveDate) -> IssueKey {
    IssueKey { date, frequency }
}

/// Names faults on stderr, the first ones by name, the rest by number.
pub(super) fn name_faults(session: &Session, faults: impl IntoIterator<Item = Fault>) {
    const NAMED: usize = 30;
    let mut left = 0;
    for (index, fault) in faults.into_iter().enumerate() {
        if index < NAMED {
            session.warn(&fault.to_string());
        } else {
            left += 1;
        }
    }
    if left > 0 {
        session.warn(&format!(
            "and {left} more; with `--json` the checks name them all"
        ));
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::ours("working with the ledger", &error).with_remedy(error.remedy())
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Store(error) => error.into(),
            ArchiveError::Template(_) => Self::ours("making the archive", &error),
            ArchiveError::Io {
                ref path,
                ref source,
            } => Self {
                // Where something else stands in the folder's place, the config names the wrong one.
                exit: match source.kind() {
                    ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Exit::Usage,
                    _ => Exit::Ours,
                },
                faults: vec![
                    Fault::error(format!("the archive cannot be written: {source}"))
                        .in_file(path.display().to_string())
                        .for_key("public.path")
                        .remedy(
                            "make room, or name a folder that can be written to, and run it again",
                        ),
                ],
            },
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        let exit = match error {
            KeyError::Io { .. } => Exit::Ours,
            KeyError::Open { .. }
            | KeyError::NoKey { .. }
            | KeyError::Gone { .. }
            | KeyError::Given => Exit::Usage,
        };
        let mut fault = Fault::error(chain(&error)).remedy(error.remedy());
        fault.path = error.path().map(str::to_owned);
        fault.key = matches!(error, KeyError::Given).then(|| "newsletter.key".to_owned());
        Self {
            exit,
            faults: vec![fault],
        }
    }
}

/// The ledger, to read; `None` when there is none yet.
pub(super) fn peek(state: &StateFolder) -> Result<Option<SqliteStore>, Failure> {
    let path = state.ledger();
    SqliteStore::peek(&path).map_err(|error| about_ledger(&path, &error, error.remedy()))
}

/// A ledger that cannot be opened, by its file.
fn about_ledger(path: &Path, error: &dyn std::error::Error, remedy: &str) -> Failure {
    Failure {
        exit: Exit::Ours,
        faults: vec![
            Fault::error(chain(error))
                .in_file(path.display().to_string())
                .remedy(remedy),
        ],
    }
}

/// The send lock could not be taken; `hint` is for the one who finds another run at work.
pub(super) fn lock_failure(error: &LockError, hint: &str) -> Failure {
    match error {
        LockError::Held { path, holder } => Failure {
            exit: Exit::Locked,
            faults: vec![
                Fault::error(format!("another run is at work: {holder}"))
                    .in_file(path.display().to_string())
                    .remedy(hint),
            ],
        },
        LockError::Io { path, source } => {
            // Where something else stands in the folder's place, the config names the wrong one.
            let exit = match source.kind() {
                ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Exit::Usage,
                _ => Exit::Ours,
            };
            Failure {
                exit,
                faults: vec![
                    Fault::error(format!("the lock cannot be written: {source}"))
                        .in_file(path.display().to_string())
                        .for_key("state.path")
                        .remedy(
                            "nothing is lost; make room, or name a folder that can be written to, and run it again",
                        ),
                ],
            }
        }
    }
}

impl From<crate::render::RenderError> for Failure {
    fn from(error: crate::render::RenderError) -> Self {
        Self::ours("rendering the issue", &error)
    }
}

/// What the sources refused or doubt, as faults.
pub(super) fn doubts(collected: &Collected) -> impl Iterator<Item = Fault> {
    let refused = collected.refused.iter().map(|refusal| Fault {
        line: refusal.line,
        ..Fault::warning(format!("left out: {}", refusal.reason)).in_file(refusal.path.clone())
    });
    refused.chain(collected.warnings.iter().cloned())
}

/// A wrong request.
pub(super) fn refused(reason: impl Into<String>, remedy: impl Into<String>) -> Failure {
    Failure {
        exit: Exit::Usage,
        faults: vec![Fault::error(reason).remedy(remedy)],
    }
}
