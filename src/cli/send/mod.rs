//! `overblik send`

mod again;
mod approve;
pub(super) mod canary;
mod copy;
mod dry_run;
pub(super) mod due;
mod erasing;
mod forecast;
mod holds;
pub(super) mod late;
mod outlook;
mod progress;
pub(super) mod proof;
mod publishing;
mod said;
mod signals;
mod suppressing;
mod top_up;
mod warm_up;

pub(super) use signals::heed;

use std::{collections::BTreeSet, io::ErrorKind, sync::Arc, time::Instant};

use chrono::NaiveDate;
use clap::Args;
use tokio::runtime::{self, Runtime};

use self::{
    canary::Way,
    due::Due,
    forecast::Forecast,
    holds::Held,
    progress::{Progress, Work},
};
use super::{
    Exit, Failure, Session,
    alerts::{self, Alert},
    edited::Edited,
    newsroom::{Newsroom, lock_failure, refused},
    paused,
    report::Report,
};
use crate::{
    dispatch::{Dispatch, DispatchError, Halt, Pace, Sent, Stop},
    domain::{
        address::Address,
        delivery::{StateName, Tally},
        fault::Fault,
        issue::{Frequency, IssueKey},
        key::{KeyRing, SigningKey},
        language::Language,
        subscriber::Format,
    },
    ledger::{self, Boot, Ledger, LedgerError},
    letter::{Links, Stamp, dkim::Signer},
    publish::{self, Event, Guard, encoded},
    roster::{ListGate, Listing},
    source::Collected,
    store::{
        IssueNumber, IssueRow, Read as _, Store as _, StoreError,
        lock::{Lock, LockError},
        sqlite::SqliteStore,
    },
    transport::{Allowance, Transport, TransportKind, file::FileTransport},
};

pub(super) use said::is_to_be_said;

/// Publishes what is due, once, and sends it; run again it resumes, and when nothing is left it does nothing
#[derive(Debug, Args)]
#[command(
    after_help = "Safe to run every minute. First every unfinished issue is resumed, oldest first; then what is due is \
published.\n\nExamples:\n  overblik send -q                      # the cron line\n  overblik send --dry-run               # what \
would happen, nothing written\n  overblik send --date 2026-11-23       # the issue of a date\n  overblik send --override \
late       # past its time, on purpose\n  overblik send --to mig@avis.example   # a proof\n  overblik send --top-up                # today's issue to readers who have just joined\n  overblik send --approve preview/2026-11-23/issue.json    # as it was looked at; it leaves at its time"
)]
pub(super) struct Send {
    /// The issue's date; today without it
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
    date: Option<NaiveDate>,
    /// Say what would be sent to how many, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Only the issue of this frequency: daily or weekly
    #[arg(long, value_name = "F")]
    frequency: Option<Frequency>,
    /// Send although this guard would hold the issue: copy, early, late, hold, list, few, lint, approve, count or canary
    #[arg(long = "override", value_name = "GUARD", value_parser = guard)]
    overrides: Vec<Guard>,
    /// Send doubtful letters again: the same bytes under the same Message-ID; a reader may get a second copy
    #[arg(long)]
    resend_doubtful: bool,
    /// Try failed letters again
    #[arg(long)]
    retry_failed: bool,
    /// Add readers who joined after planning to the newest issue, or that of the date, and send to them
    #[arg(long)]
    top_up: bool,
    /// Say that an issue may leave as it is: by its hash, or by the file that `preview` or `--dry-run --json` wrote; it leaves at
    /// its time
    #[arg(long, value_name = "HASH|ISSUE.JSON", conflicts_with = "dry_run")]
    approve: Option<String>,
    /// Mail proofs to these addresses, or to those of `issues.proof_to`: nothing is published, personal links say `prøvelink`
    #[arg(long, value_name = "EMAIL", num_args = 0.., value_parser = email, conflicts_with_all = ["dry_run", "overrides", "resend_doubtful", "retry_failed", "top_up", "late", "early"])]
    to: Option<Vec<Address>>,
    /// Of a proof: html (with its text) or text alone
    #[arg(long, value_name = "F", value_parser = format, requires = "to")]
    format: Option<Format>,
    /// Of a proof: da or en; the newsletter's own without it
    #[arg(long, value_name = "L", value_parser = language, requires = "to")]
    language: Option<Language>,
    /// Short for `--override late`
    #[arg(long)]
    late: bool,
    /// Short for `--override early`
    #[arg(long)]
    early: bool,
}

fn guard(name: &str) -> Result<Guard, String> {
    Guard::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Guard::ALL.into_iter().map(Guard::name).collect();
        format!("the guards are {}", names.join(", "))
    })
}

fn email(text: &str) -> Result<Address, String> {
    Address::parse(text).map_err(|error| error.to_string())
}

fn format(word: &str) -> Result<Format, String> {
    [Format::Html, Format::Text]
        .into_iter()
        .find(|format| format.word() == word)
        .ok_or_else(|| format!("`{word}` is no format; write `html` or `text`"))
}

fn language(tag: &str) -> Result<Language, String> {
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == tag)
        .ok_or_else(|| format!("`{tag}` is no language; write `da` or `en`"))
}

impl Send {
    /// Sends; the exit code speaks of this run only.
    pub(super) fn run(mut self, session: &Session) -> Result<Exit, Failure> {
        if self.late {
            self.overrides.push(Guard::Late);
        }
        if self.early {
            self.overrides.push(Guard::Early);
        }
        let room = Newsroom::open(session)?;
        if let Some(to) = &self.to {
            return proof::send(&self, proof::addressed(to, &room)?, session, &room);
        }
        if self.dry_run {
            if let Some(exit) = copy::is_held(&self, session, &room)? {
                return Ok(exit);
            }
            if let Some(store) = room.peek()?
                && let Some(exit) = copy::is_older(&self, session, &room, &store)?
            {
                return Ok(exit);
            }
            return dry_run::show(&self, session, &room);
        }
        let stop = Arc::new(Stop::default());
        signals::heed(Arc::clone(&stop)).map_err(|error| Failure::ours("starting", &error))?;
        self.once(session, &room, &stop).map(|(exit, _)| exit)
    }

    /// The guards that an issue is published against, each once.
    fn going_past(&self) -> BTreeSet<Guard> {
        let guards = self.overrides.iter().copied();
        // These two are gone past whatever is published, and written down then.
        let elsewhere = [Guard::Copy, Guard::Canary];
        guards.filter(|guard| !elsewhere.contains(guard)).collect()
    }

    /// What is asked for by a bare `overblik send`.
    pub(super) fn what_is_due() -> Self {
        Self {
            date: None,
            dry_run: false,
            frequency: None,
            overrides: Vec::new(),
            resend_doubtful: false,
            retry_failed: false,
            top_up: false,
            approve: None,
            to: None,
            format: None,
            language: None,
            late: false,
            early: false,
        }
    }

    /// Whether it is about every issue that is due by now.
    fn is_for_all_today(&self) -> bool {
        self.date.is_none() && self.frequency.is_none()
    }

    /// Sends while it has the lock, until a stop is asked for; how that ended, and where the issues stand.
    pub(super) fn once(
        &self,
        session: &Session,
        room: &Newsroom,
        stop: &Arc<Stop>,
    ) -> Result<(Exit, Report), Failure> {
        let lock = take_lock(session, room)?;
        let result = self.locked(session, room, stop);
        alerts::tell(session, room);
        drop(lock);
        result
    }

    fn locked(
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
    fn begin<'a>(
        &'a self,
        session: &'a Session,
        room: &'a Newsroom,
        stop: &Arc<Stop>,
    ) -> Result<Result<Begun<'a>, Exit>, Failure> {
        if let Some(exit) = copy::is_held(self, session, room)? {
            return Ok(Err(exit));
        }
        approve::take(self, session, room)?;
        if !room.state.ledger().exists()
            && let Some(exit) = publishing::nothing_to_begin(self, session, room)?
        {
            if session.global.json {
                session.json(&Report::default());
            }
            return Ok(Err(exit));
        }
        let signer = room.signer()?;
        let keys = room.keys()?;
        // After the key: a ledger whose key is gone is refused before anything is opened.
        let store = room.ledger()?;
        if let Some(exit) = copy::is_older(self, session, room, &store)? {
            return Ok(Err(exit));
        }
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
            listing: None,
            fresh: None,
            collected: None,
            report: Report::default(),
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
struct Begun<'a> {
    sender: Sender<'a>,
    store: SqliteStore,
    runtime: Runtime,
}

fn take_lock(session: &Session, room: &Newsroom) -> Result<Lock, Failure> {
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

pub(super) fn outbox(room: &Newsroom) -> Result<FileTransport, Failure> {
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

/// One run of `send` at work.
struct Sender<'a> {
    request: &'a Send,
    session: &'a Session,
    room: &'a Newsroom,
    key: SigningKey,
    /// It, and those that signed before it.
    keys: KeyRing,
    signer: Option<Arc<Signer>>,
    stop: Arc<Stop>,
    /// What each relay may have today, `None` for one that is known.
    allowances: Vec<Option<Arc<Allowance>>>,
    /// Who stands in the files, where planning has just read them.
    listing: Option<Listing>,
    /// The issue this run has just frozen, which need not be counted.
    fresh: Option<Fresh>,
    /// What the sources gave. One reading serves all issues of a run, so that its frequencies choose from the same.
    collected: Option<Arc<Collected>>,
    report: Report,
    /// How many letters each relay accepted.
    relays: Vec<(String, u64)>,
    this_run: Tally,
    /// Whether a guard holds an issue.
    holds: bool,
    exit: Exit,
}

impl Sender<'_> {
    /// Resumes what is unfinished, then publishes and sends what is due.
    async fn work<T: Transport + std::marker::Send + 'static>(
        &mut self,
        request: &Send,
        mut store: SqliteStore,
        transport: &Arc<T>,
    ) -> Result<(), Failure> {
        again::needs_an_issue(request, &store)?;
        if request.date.is_none() {
            late::look_back(self, &store)?;
        }
        let due = due::due(request, self.room, &store)?;
        top_up::add(request, self, &mut store, &due)?;
        again::reopen(request, self, &mut store)?;
        for issue in store.issues()? {
            if !ledger::is_unfinished(&issue) || !self.goes_on() {
                continue;
            }
            let given_up = again::give_up(self, &mut store, &issue)?;
            if given_up > 0 {
                self.this_run.count(StateName::Failed, given_up);
                self.exit = Exit::Deliveries;
            }
            if store.is_due(issue.number, self.session.clock.now())? {
                self.session.say(&format!("resuming {}", issue.key));
                store = self.send(store, transport, &issue).await?;
            } else {
                suppressing::look_back(self, &store, &issue)?;
                let tally = store.tally(issue.number)?;
                if tally.waiting + tally.deferred == 0 {
                    // A run ended between its last outcome and noting the issue as done.
                    store.finish(issue.number, self.session.clock.now())?;
                } else if self.exit == Exit::Done {
                    // Deferred, and not yet to be tried again.
                    self.exit = Exit::Deferred;
                }
                self.report.add(&issue, tally);
            }
        }
        for due in due {
            if !self.goes_on() {
                // Stopped before it was published: there is something to run again for.
                if self.exit == Exit::Done {
                    self.exit = Exit::Deferred;
                }
                break;
            }
            match due {
                Due::Now { key, cut_off } => {
                    if let Some(issue) =
                        publishing::publish(request, self, &mut store, key, cut_off)?
                    {
                        store = self.send(store, transport, &issue).await?;
                    }
                }
                Due::Not { key, why } => self.session.say(&format!("{key}: {why}")),
            }
        }
        let came_through = matches!(self.exit, Exit::Done | Exit::Deferred | Exit::Deliveries);
        if request.is_for_all_today() && came_through && !self.holds && !self.stop.is_asked() {
            late::note_look(self.room)?;
        }
        erasing::erase(self, &mut store)
    }

    /// What the sources give, read once a run.
    fn collected(&mut self) -> Arc<Collected> {
        let room = self.room;
        let read = || Arc::new(publish::collect(&room.config.brief(), room.now));
        Arc::clone(self.collected.get_or_insert_with(read))
    }

    /// Ends an issue that a guard holds.
    fn held(
        &mut self,
        store: &SqliteStore,
        key: IssueKey,
        edited: &Edited,
        held: Held,
    ) -> Result<Option<IssueRow>, Failure> {
        let exit = holds::hold(self.session, self.room, store, key, edited, held)?;
        self.holds |= exit == Exit::Held;
        // What this run made of an earlier issue's deliveries weighs more.
        if exit == Exit::Held && self.exit != Exit::Deliveries {
            self.exit = Exit::Held;
        }
        Ok(None)
    }

    fn pace(&self) -> Pace {
        let transport = &self.room.config.transport;
        let connections = match transport.kind {
            TransportKind::File => Pace::default().connections,
            TransportKind::Smtp => transport.smtp.connections,
        };
        // One core splices faster than a relay takes; a signature costs a hundred times as much.
        let makers = match &self.signer {
            None => 1,
            Some(_) => {
                std::thread::available_parallelism().map_or(1, |cores| cores.get().max(2) - 1)
            }
        };
        let usual = Pace::default().range;
        Pace {
            connections,
            makers,
            // What is claimed and may not leave today would go back to waiting.
            range: warm_up::left_today(&self.allowances).map_or(usual, |left| left.clamp(1, usual)),
            ..Pace::default()
        }
    }

    fn goes_on(&self) -> bool {
        self.exit != Exit::Ours && !self.stop.is_asked()
    }

    /// Sends one frozen issue; gives the ledger back.
    async fn send<T: Transport + std::marker::Send + 'static>(
        &mut self,
        mut store: SqliteStore,
        transport: &Arc<T>,
        issue: &IssueRow,
    ) -> Result<SqliteStore, Failure> {
        knows_the_readers(&self.key, &store, issue)?;
        if let Some(archive) = self.room.config.archive() {
            // Before the first letter leaves: each has a link to its page.
            archive.add(&store, issue)?;
        }
        if self.waits_for_tomorrow(&mut store, issue)? {
            return Ok(store);
        }
        let way = self.way(&mut store, issue)?;
        if way == Way::Closed {
            return Ok(store);
        }
        let forecast = Forecast::of(&self.room.config);
        let progress = if self.session.global.quiet {
            // Nobody looks: the plan need not be counted, which takes longer than all else before the first letter.
            Progress::Silent
        } else {
            let fresh = self
                .fresh
                .take()
                .filter(|fresh| fresh.issue == issue.number);
            let work = work_before(&store, issue, &forecast, fresh)?;
            Progress::new(issue.key, work)
        };
        let editions = store.editions(issue.number)?;
        let pieces = encoded(&store.pieces(issue.number)?)?;
        let head = self.room.letterhead_of(&store, issue)?;
        let stamp = Stamp {
            key: issue.key,
            frozen_at: issue.frozen_at,
            hash: issue.hash,
        };
        let splicer = self
            .room
            .splicer(stamp, head, Links::Signed(self.key.clone()), pieces)
            .signed_by(self.signer.clone());
        let config = &self.room.config;
        let gate = ListGate::new(
            config.subscribers_folder(),
            config.known(),
            self.keys.clone(),
            self.room.state.suppressions(),
        )
        .keeping(self.room.state.listing());
        let gate = match self.listing.take() {
            Some(listing) => gate.knowing(listing),
            None => gate,
        };
        let now = self.session.clock.now();
        let redelivery = transport.redelivery();
        let state = self.room.state.path();
        let ledger = Ledger::begin(store, state, issue, &Boot::current(), redelivery, now)
            .map_err(|error| ledger_failure(&error))?;
        copy::count(self.room, ledger.run().0)?;
        let ledger = match way {
            Way::First(rows) => ledger.first(rows),
            Way::Open | Way::Closed => ledger,
        };
        let (store, sent) = Dispatch {
            splicer: Arc::new(splicer),
            editions: editions.into(),
            gate: Box::new(gate),
            suppressor: Some(paused::suppressor(self.room, &self.keys, issue)),
            clock: Arc::clone(&self.session.clock),
            pace: self.pace(),
            limits: forecast.limits().clone(),
            watcher: Box::new(progress),
            stop: Arc::clone(&self.stop),
        }
        .run_on_threads(ledger, Arc::clone(transport))
        .await
        .map_err(|error| match error {
            DispatchError::Ledger(error) => ledger_failure(&error),
            DispatchError::Suppressions(error) => Failure::usage(error.fault()),
            error @ DispatchError::Thread => Failure::ours("sending", &error),
        })?;
        self.take(issue, &sent);
        if sent.halted.is_none() {
            self.tell_what_waits(issue, sent.issue.waiting);
            if way != Way::Open {
                self.tell_of_the_first(&store, issue)?;
            }
        }
        Ok(store)
    }

    /// Notes what whoever runs the newsletter is to be told of an issue.
    fn note_what_became(&self, issue: &IssueRow, tally: &Tally) {
        let note = |event, words: String| self.room.alert(Alert::of(event, issue.key, "", &words));
        let tried = tally.accepted + tally.deferred + tally.failed + tally.doubtful;
        let most = self.room.config.alerts.refused_share;
        if most.is_exceeded(tally.failed, tried) {
            let failed = tally.failed;
            note(
                Event::Refused,
                format!(
                    "{failed} of {tried} letters were refused for good; `overblik status --list failed` tells why"
                ),
            );
        }
        if tally.doubtful > 0 {
            let doubtful = tally.doubtful;
            note(
                Event::Doubtful,
                format!(
                    "of {doubtful} letters nobody knows whether they arrived; `overblik status --list doubtful` names them"
                ),
            );
        }
        if tally.waiting + tally.deferred == 0 {
            let (accepted, failed, skipped) = (tally.accepted, tally.failed, tally.skipped);
            note(
                Event::Done,
                format!(
                    "nothing is left to send: {accepted} accepted, {failed} failed, {skipped} skipped, {} doubtful",
                    tally.doubtful
                ),
            );
        }
    }

    /// What a run of one issue means for the exit code and the report.
    fn take(&mut self, issue: &IssueRow, sent: &Sent) {
        self.report.add(issue, sent.issue);
        self.this_run.add(&sent.this_run);
        self.note_what_became(issue, &sent.issue);
        suppressing::say_suppressed(self, issue, sent.suppressed);
        match &sent.halted {
            Some(Halt::NoMailboxes(readers)) => suppressing::pause(self, issue, *readers),
            Some(Halt::Transport(words)) => {
                self.session.warn(&format!(
                    "error: {}: three letters in a row could not be handed over: {words}\n  hint: nothing is lost; \
                     mend the cause and run `overblik send` again",
                    issue.key
                ));
                self.exit = Exit::Ours;
            }
            Some(Halt::Stopped) => {
                self.session
                    .say("stopped; run `overblik send` again to go on");
                self.exit = Exit::Deferred;
            }
            None if sent.this_run.failed + sent.this_run.doubtful > 0 => {
                self.exit = Exit::Deliveries;
            }
            None if sent.issue.deferred + sent.issue.waiting > 0 && self.exit == Exit::Done => {
                self.exit = Exit::Deferred;
            }
            None => {}
        }
    }

    /// Tells what was done: the document, or the table and where to look.
    fn tell(&mut self, started: Instant) {
        if !self.report.is_empty() {
            self.report
                .took(started.elapsed().as_secs_f64(), self.this_run.accepted);
        }
        if self.session.global.json {
            self.session.json(&self.report);
        } else if !self.session.global.quiet && !self.report.is_empty() {
            self.session.data(&self.report.to_words());
            let transport = &self.room.config.transport;
            let accepted = self.this_run.accepted;
            match (transport.kind, &transport.smtp.host) {
                _ if accepted == 0 => {}
                (TransportKind::Smtp, _) if self.relays.len() > 1 => {
                    for (relay, letters) in &self.relays {
                        self.session
                            .say(&format!("{letters} letters handed to {relay}"));
                    }
                }
                (TransportKind::Smtp, Some(host)) => {
                    self.session
                        .say(&format!("{accepted} letters handed to {host}"));
                }
                _ => {
                    let outbox = self.room.config.path(&transport.file.path);
                    self.session.say(&format!(
                        "{accepted} letters written to {}/",
                        outbox.strip_prefix(".").unwrap_or(&outbox).display()
                    ));
                }
            }
        }
    }
}

/// Under another key than the plan's every reader would be a stranger: skipped for good, or planned once more. A plan is
/// made under one key: its first row speaks for all.
fn knows_the_readers(
    key: &SigningKey,
    store: &SqliteStore,
    issue: &IssueRow,
) -> Result<(), Failure> {
    let known = store.row_at(issue.number, 0)?.is_none_or(|row| {
        Address::parse(&row.address)
            .is_ok_and(|address| key.subscriber_id(&address.folded()) == row.subscriber)
    });
    if known {
        return Ok(());
    }
    Err(refused(
        format!("{} was planned under another signing key", issue.key),
        "put that key back, in `state/key`, `newsletter.key_file` or `OVERBLIK__NEWSLETTER__KEY`, or cancel the \
         issue with `overblik issues cancel`",
    ))
}

fn ledger_failure(error: &LedgerError) -> Failure {
    Failure::ours("writing the ledger", error).with_remedy(match error {
        LedgerError::Store(error) => error.remedy(),
        LedgerError::Marks(_) => {
            "nothing is lost; make room or mend the disk, and run `overblik send` again"
        }
    })
}

/// An issue that was frozen in this run.
struct Fresh {
    issue: IssueNumber,
    /// How many letters it has.
    letters: u64,
}

/// What a run of an issue has before it.
fn work_before(
    store: &SqliteStore,
    issue: &IssueRow,
    forecast: &Forecast,
    fresh: Option<Fresh>,
) -> Result<Work, StoreError> {
    let to_do = match fresh {
        Some(fresh) => fresh.letters,
        None => {
            let tally = store.tally(issue.number)?;
            tally.waiting + tally.deferred
        }
    };
    Ok(Work {
        planned: issue.planned,
        settled: issue.planned.saturating_sub(to_do),
        at_least: forecast.time_left(store, issue.number, to_do)?,
    })
}

#[cfg(test)]
mod any_day;
#[cfg(test)]
mod year;
