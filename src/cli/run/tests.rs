//! Weeks of the process that stays up, on a clock that is told: nothing is slept.

use std::{
    cell::RefCell,
    fs,
    path::Path,
    rc::Rc,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Europe::Copenhagen;

use super::{
    daemon::{Daemon, Looked, Next, Work},
    newsletter::AtWork,
    word::{Sleeper, Word},
};
use crate::{
    cli::{Exit, Global, Session, newsroom::Newsroom},
    dispatch::Stop,
    domain::{
        clock::Clock,
        issue::Frequency,
        schedule::{RunSettings, Schedule},
    },
    store::{Read as _, beat::Job, lock::Lock, sqlite::SqliteStore},
};

/// A clock that waiting moves on.
struct Told(Mutex<DateTime<Utc>>);

impl Clock for Told {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

impl Told {
    fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(text.parse().unwrap())))
    }

    fn moves(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

/// What happens to the world at an instant, once.
type Event<'a> = (DateTime<Utc>, Box<dyn FnOnce() -> Word + 'a>);

/// Waits by moving the clock; at its end it says stop.
struct NoSleep<'a> {
    clock: Arc<Told>,
    end: DateTime<Utc>,
    events: RefCell<Vec<Event<'a>>>,
}

impl Sleeper for NoSleep<'_> {
    fn wait(&self, at_most: Duration) -> Word {
        if self.is_stopped() {
            return Word::Stop;
        }
        let mut events = self.events.borrow_mut();
        if events
            .first()
            .is_some_and(|(at, _)| *at <= self.clock.now())
        {
            return (events.remove(0).1)();
        }
        // However quick the work, time goes by.
        self.clock.moves(at_most.max(Duration::milliseconds(10)));
        Word::Nothing
    }

    fn is_stopped(&self) -> bool {
        self.clock.now() >= self.end
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What was done, and when.
type Done = (Job, DateTime<Utc>);

/// A double that notes when it is called.
#[derive(Clone)]
struct Noted {
    clock: Arc<Told>,
    run: RunSettings,
    schedule: Schedule,
    done: Rc<RefCell<Vec<Done>>>,
    /// How the next looks end, the last first.
    ends: Rc<RefCell<Vec<Looked>>>,
}

impl Noted {
    fn new(clock: &Arc<Told>, schedule: Schedule) -> Self {
        Self {
            clock: Arc::clone(clock),
            run: RunSettings::default(),
            schedule,
            done: Rc::default(),
            ends: Rc::default(),
        }
    }

    fn times(&self, job: Job) -> Vec<String> {
        let done = self.done.borrow();
        let of_job = done.iter().filter(|(done, _)| *done == job);
        of_job
            .map(|(_, at)| {
                at.with_timezone(&Copenhagen)
                    .format("%m-%dT%H:%M:%S")
                    .to_string()
            })
            .collect()
    }
}

impl Work for Noted {
    fn next(&self, job: Job, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match job {
            Job::Collect => self.run.next_collect(Copenhagen, after),
            Job::Send => self.run.next_send(&self.schedule, Copenhagen, after),
        }
    }
    fn collect(&mut self) {
        self.done
            .borrow_mut()
            .push((Job::Collect, self.clock.now()));
    }
    fn send(&mut self) -> Looked {
        self.done.borrow_mut().push((Job::Send, self.clock.now()));
        let done = Looked {
            exit: Exit::Done,
            again: None,
        };
        self.ends.borrow_mut().pop().unwrap_or(done)
    }
    fn reload(&mut self) {}
    fn beat(&mut self, _: DateTime<Utc>, _: Option<Job>, _: Next) {}
}

fn up<'a>(work: &Noted, days: i64, events: Vec<Event<'a>>) -> Exit {
    let clock = Arc::clone(&work.clock);
    let sleeper = NoSleep {
        end: clock.now() + Duration::days(days),
        clock: Arc::clone(&clock),
        events: RefCell::new(events),
    };
    Daemon::new(work.clone(), sleeper, clock).run()
}

#[test]
fn in_a_week_it_looks_once_at_each_issues_time_and_asks_the_sources_by_day() {
    let clock = Told::at("2026-11-21T12:00:00Z");
    let noted = Noted::new(&clock, Schedule::default());
    assert_eq!(up(&noted, 7, vec![]), Exit::Done);
    // At the start for what was left, then the days of the daily issue.
    assert_eq!(
        noted.times(Job::Send),
        [
            "11-21T13:00:00",
            "11-23T06:00:00",
            "11-24T06:00:00",
            "11-25T06:00:00",
            "11-26T06:00:00",
            "11-27T06:00:00"
        ]
    );
    assert_eq!(noted.times(Job::Collect).len(), 7 * 14 * 4);
}

#[test]
fn where_the_clock_skips_or_repeats_the_issues_time_it_looks_once() {
    let daily: Schedule =
        toml::from_str("at = \"02:30\"\ndays = \"mon-sun\"\nholidays = \"none\"").unwrap();
    let check = |from: &str, expected: [&str; 4]| {
        let noted = Noted::new(&Told::at(from), daily.clone());
        up(&noted, 3, vec![]);
        assert_eq!(noted.times(Job::Send), expected);
    };
    check(
        "2026-03-27T12:00:00Z",
        [
            "03-27T13:00:00",
            "03-28T02:30:00",
            "03-29T03:00:00",
            "03-30T02:30:00",
        ],
    );
    check(
        "2026-10-23T12:00:00Z",
        [
            "10-23T14:00:00",
            "10-24T02:30:00",
            "10-25T02:30:00",
            "10-26T02:30:00",
        ],
    );
}

#[test]
fn after_a_sleep_over_an_issues_time_it_looks_at_once_and_once() {
    let clock = Told::at("2026-11-23T04:00:00Z");
    let noted = Noted::new(&clock, Schedule::default());
    let asleep: Event<'_> = (
        at("2026-11-23T04:30:00Z"),
        Box::new(|| {
            clock.moves(Duration::hours(50));
            Word::Nothing
        }),
    );
    up(&noted, 3, vec![asleep]);
    assert_eq!(noted.times(Job::Send), ["11-23T05:00:00", "11-25T07:30:00"]);
}

#[test]
fn a_clock_set_back_is_followed_and_keeps_nothing_waiting() {
    let clock = Told::at("2026-11-23T04:00:00Z");
    let noted = Noted::new(&clock, Schedule::default());
    let back: Event<'_> = (
        at("2026-11-24T04:00:00Z"),
        Box::new(|| {
            clock.moves(-Duration::hours(24));
            Word::Nothing
        }),
    );
    up(&noted, 2, vec![back]);
    assert_eq!(
        noted.times(Job::Send),
        [
            "11-23T05:00:00",
            "11-23T06:00:00",
            // Set back: a look at once, and at the issue's time again.
            "11-23T05:00:00",
            "11-23T06:00:00",
            "11-24T06:00:00"
        ]
    );
}

#[test]
fn it_looks_again_when_it_is_told_to_and_at_config_s_time_all_the_same() {
    let clock = Told::at("2026-11-23T04:59:00Z");
    let noted = Noted::new(&clock, Schedule::default());
    let again = |text: &str| Looked {
        exit: Exit::Deferred,
        again: Some(at(text)),
    };
    *noted.ends.borrow_mut() = vec![
        again("2026-11-25T00:00:00Z"),
        again("2026-11-23T05:20:00Z"),
        again("2026-11-23T05:05:00Z"),
        again("2026-11-23T04:59:30Z"),
    ];
    up(&noted, 1, vec![]);
    let times: Vec<String> = noted.times(Job::Send);
    assert_eq!(
        times,
        [
            "11-23T05:59:00",
            "11-23T05:59:30",
            "11-23T06:00:00",
            "11-23T06:20:00"
        ]
    );
}

const CONFIG: &str = r#"
[newsletter]
name = "Bladet"
list_id = "nyt.bladet.example"
from = "nyt@bladet.example"
base_url = "https://bladet.example/"
[[source]]
name = "artikler"
kind = "markdown"
path = "articles"
[run]
collect = "45 5,17 * * *"
"#;

/// A newsletter's folder with an article a day, and some readers.
fn newsletter() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |place: &str, text: &str| {
        let path = folder.path().join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("config/default.toml", CONFIG);
    write(
        "subscribers/a.toml",
        "[[subscriber]]\nemail = \"anna@kommune.example\"\n[[subscriber]]\nemail = \"bo@kommune.example\"\n\
         [[subscriber]]\nemail = \"carl@kommune.example\"\nfrequency = \"weekly\"\n",
    );
    let first: NaiveDate = "2026-11-19".parse().unwrap();
    for day in first.iter_days().take(12) {
        write(
            &format!("articles/{day}.md"),
            &format!(
                "+++\ntitle = \"Nyt fra {day}\"\nlede = \"Kort.\"\ndate = {day}\nkind = \"news\"\n+++\n\nTekst.\n"
            ),
        );
    }
    folder
}

fn session(folder: &Path, clock: &Arc<Told>) -> Session {
    let global = Global {
        config: folder.join("config"),
        env: None,
        json: false,
        quiet: true,
        verbose: false,
    };
    let clock: Arc<dyn Clock> = Arc::<Told>::clone(clock);
    Session {
        global,
        clock,
        heard: None,
    }
}

/// The newsletter is up until an instant.
fn stays_up(folder: &Path, clock: &Arc<Told>, until: &str, events: Vec<Event<'_>>) -> Exit {
    let session = session(folder, clock);
    let room = Newsroom::open(&session).unwrap();
    let lock = Lock::take(&room.state.run_lock(), room.now).unwrap();
    let work = AtWork::new(&session, room, lock, Arc::new(Stop::default()));
    let sleeper = NoSleep {
        end: at(until),
        clock: Arc::clone(clock),
        events: RefCell::new(events),
    };
    Daemon::new(work, sleeper, Arc::clone(&session.clock)).run()
}

/// The issues there are, each with when it was frozen, local time, and how many letters were accepted.
fn issues(folder: &Path) -> Vec<String> {
    let store = SqliteStore::peek(&folder.join("state/ledger.db"))
        .unwrap()
        .unwrap();
    let told = |issue: &crate::store::IssueRow| {
        let at = issue.frozen_at.with_timezone(&Copenhagen);
        let accepted = store.tally(issue.number).unwrap().accepted;
        format!("{} {} {accepted}", issue.key, at.format("%dT%H:%M"))
    };
    store.issues().unwrap().iter().map(told).collect()
}

fn letters(folder: &Path) -> usize {
    fs::read_dir(folder.join("outbox")).unwrap().count()
}

#[test]
fn a_week_of_a_newsletter_has_each_issue_once_at_its_time() {
    let folder = newsletter();
    let clock = Told::at("2026-11-21T12:00:00Z");
    let exit = stays_up(folder.path(), &clock, "2026-11-28T12:00:00Z", vec![]);
    assert_eq!(exit, Exit::Done);
    assert_eq!(
        issues(folder.path()),
        [
            "daily-2026-11-23 23T06:00 2",
            "daily-2026-11-24 24T06:00 2",
            "daily-2026-11-25 25T06:00 2",
            "daily-2026-11-26 26T06:00 2",
            "daily-2026-11-27 27T06:00 2",
            "weekly-2026-11-27 27T06:00 1"
        ]
    );
    assert_eq!(letters(folder.path()), 11);
    assert!(!folder.path().join("state/run.json").exists());
}

#[test]
fn a_store_that_is_away_for_a_while_is_waited_for_and_nothing_is_sent_twice() {
    let folder = newsletter();
    let clock = Told::at("2026-11-23T04:00:00Z");
    let (state, aside) = (folder.path().join("state"), folder.path().join("aside"));
    let (goes, comes) = ((&state, &aside), (&aside, &state));
    let moved = |(from, to): (&Path, &Path)| {
        fs::rename(from, to).unwrap();
        Word::Nothing
    };
    let events: Vec<Event<'_>> = vec![
        (
            at("2026-11-24T04:00:00Z"),
            Box::new(move || moved((goes.0, goes.1))),
        ),
        (
            at("2026-11-24T08:02:00Z"),
            Box::new(|| {
                assert!(!state.exists(), "no other is made in its place");
                moved((comes.0, comes.1))
            }),
        ),
    ];
    stays_up(folder.path(), &clock, "2026-11-25T04:00:00Z", events);
    let issues = issues(folder.path());
    assert_eq!(issues.len(), 2, "{issues:?}");
    assert_eq!(issues[0], "daily-2026-11-23 23T06:00 2");
    assert!(
        issues[1].starts_with("daily-2026-11-24 24T09:0"),
        "{issues:?}"
    );
    assert_eq!(letters(folder.path()), 4);
}

#[test]
fn while_another_run_has_the_lock_it_waits_and_looks_again() {
    let folder = newsletter();
    let clock = Told::at("2026-11-23T04:59:00Z");
    fs::create_dir(folder.path().join("state")).unwrap();
    let path = folder.path().join("state/send.lock");
    let held = RefCell::new(Some(Lock::take(&path, clock.now()).unwrap()));
    let events: Vec<Event<'_>> = vec![(
        at("2026-11-23T05:03:10Z"),
        Box::new(|| {
            held.borrow_mut().take();
            Word::Nothing
        }),
    )];
    stays_up(folder.path(), &clock, "2026-11-23T09:00:00Z", events);
    assert_eq!(issues(folder.path()), ["daily-2026-11-23 23T06:04 2"]);
}

#[test]
fn a_bad_config_is_left_alone_and_a_good_one_counts_from_then_on() {
    let folder = newsletter();
    let clock = Told::at("2026-11-23T04:00:00Z");
    let config = folder.path().join("config/default.toml");
    let says = |text: String| {
        fs::write(&config, text).unwrap();
        Word::Reload
    };
    let events: Vec<Event<'_>> = vec![
        (
            at("2026-11-23T04:10:00Z"),
            Box::new(|| says(format!("{CONFIG}\n[schedule]\nat = \"25:00\"\n"))),
        ),
        (
            at("2026-11-23T12:00:00Z"),
            Box::new(|| says(format!("{CONFIG}\n[schedule]\nat = \"07:30\"\n"))),
        ),
    ];
    stays_up(folder.path(), &clock, "2026-11-24T12:00:00Z", events);
    assert_eq!(
        issues(folder.path()),
        ["daily-2026-11-23 23T06:00 2", "daily-2026-11-24 24T07:30 2"]
    );
}

#[test]
fn what_is_held_goes_out_soon_after_it_is_released() {
    let folder = newsletter();
    let clock = Told::at("2026-11-23T04:00:00Z");
    let day = folder.path().join("issues/2026-11-23.toml");
    fs::create_dir(folder.path().join("issues")).unwrap();
    fs::write(&day, "hold = \"afventer\"\n").unwrap();
    let events: Vec<Event<'_>> = vec![(
        at("2026-11-23T07:31:00Z"),
        Box::new(|| {
            fs::remove_file(&day).unwrap();
            Word::Nothing
        }),
    )];
    stays_up(folder.path(), &clock, "2026-11-23T20:00:00Z", events);
    assert_eq!(issues(folder.path()), ["daily-2026-11-23 23T08:35 2"]);
}

#[test]
fn a_newsletter_that_publishes_weekly_alone_looks_once_a_week() {
    let schedule: Schedule = toml::from_str("days = \"fri\"\nweekly_at = \"15:00\"").unwrap();
    assert!(schedule.publishes(Frequency::Weekly, "2026-11-27".parse().unwrap()));
    let noted = Noted::new(&Told::at("2026-11-21T12:00:00Z"), schedule);
    up(&noted, 7, vec![]);
    assert_eq!(
        noted.times(Job::Send),
        ["11-21T13:00:00", "11-27T06:00:00", "11-27T15:00:00"]
    );
}
