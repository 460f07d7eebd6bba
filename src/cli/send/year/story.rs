//! What a year brings, by chance: settings, articles, and the troubles of each day.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, Days, Duration, NaiveDate, Utc};
use chrono_tz::{America, Europe, Pacific, Tz};
use proptest::prelude::*;

use super::almanac::{turns, wall};
use crate::transport::memory::Act;

/// Hour and minute.
pub(super) type TimeOfDay = (u32, u32);

/// How rough a year is: of each hundred.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weather {
    pub(super) seed: u64,
    pub(super) year: i32,
    /// Zone and settings are drawn as well, else they are the usual ones.
    pub(super) settings: u32,
    /// Days on which nobody runs it.
    pub(super) away: u64,
    /// Runs that are cut down, or whose letters or ledger fail.
    pub(super) trouble: u64,
    /// Articles that come late.
    pub(super) late: u64,
    /// Days that are held for a while.
    pub(super) held: u64,
}

/// A year that brings all there is to meet ([`super::met::Met`]).
pub(super) const KNOWN: Weather = Weather {
    seed: 100,
    year: 2026,
    settings: 3,
    away: 6,
    trouble: 20,
    late: 25,
    held: 4,
};

/// Years that nobody has seen before.
pub(super) fn weather() -> impl Strategy<Value = Weather> {
    (
        any::<u64>(),
        2024..2031i32,
        0..5u32,
        0..12u64,
        0..40u64,
        0..50u64,
        0..8u64,
    )
        .prop_map(
            |(seed, year, settings, away, trouble, late, held)| Weather {
                seed,
                year,
                settings,
                away,
                trouble,
                late,
                held,
            },
        )
}

/// Chance that is the same each time (Knuth's MMIX generator).
#[derive(Debug)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// So often of a hundred.
    pub(super) fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn minutes(&mut self, bound: u64) -> Duration {
        Duration::minutes(i64::try_from(self.below(bound)).unwrap())
    }

    pub(super) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

/// What config says for a while.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) zone: Tz,
    pub(super) at: TimeOfDay,
    pub(super) weekly_at: Option<TimeOfDay>,
    pub(super) days: [bool; 7],
    pub(super) weekly_day: usize,
    pub(super) danish: bool,
    pub(super) closed: Vec<(NaiveDate, NaiveDate)>,
    pub(super) extra: Vec<NaiveDate>,
    pub(super) not_before: Option<TimeOfDay>,
    pub(super) not_after: Option<TimeOfDay>,
    pub(super) max_items: usize,
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MON_TO_FRI: [bool; 7] = [true, true, true, true, true, false, false];
const ALL_WEEK: [bool; 7] = [true; 7];
const THREE: [bool; 7] = [true, false, true, false, true, false, false];
const TUE_TO_SAT: [bool; 7] = [false, true, true, true, true, true, false];

/// The kinds of the articles, each with a section.
const KINDS: [&str; 5] = ["article", "news", "interview", "opinion", "case"];

impl Settings {
    /// The usual ones.
    pub(super) fn usual() -> Self {
        Self {
            zone: Europe::Copenhagen,
            at: (6, 0),
            weekly_at: None,
            days: MON_TO_FRI,
            weekly_day: 4,
            danish: true,
            closed: Vec::new(),
            extra: Vec::new(),
            not_before: Some((5, 0)),
            not_after: Some((12, 0)),
            max_items: 60,
        }
    }

    fn drawn(chance: &mut Chance, zone: Tz, year: i32) -> Self {
        let day = |chance: &mut Chance| {
            NaiveDate::from_ymd_opt(year, 1, 1).unwrap() + Days::new(chance.below(365))
        };
        // At an hour that the clock skips or shows twice, on the very days that it does.
        let is_by_night = chance.is(50);
        let at = match is_by_night {
            true => (2, 30),
            false => chance.of(&[(6, 0), (0, 0), (7, 15), (23, 45)]),
        };
        let weekly_at = chance.of(&[None, None, Some((12, 0)), Some((2, 30)), Some((15, 0))]);
        let closed: Vec<_> = (0..chance.below(3))
            .map(|_| {
                let from = day(chance);
                (from, from + Days::new(chance.below(16)))
            })
            .collect();
        let is_open =
            |day: &NaiveDate| !closed.iter().any(|(from, to)| (*from..=*to).contains(day));
        let mut extra: Vec<NaiveDate> = (0..chance.below(4))
            .map(|_| {
                let day = day(chance);
                let sunday = day + Days::new(6 - u64::from(day.weekday().num_days_from_monday()));
                chance.of(&[day, sunday])
            })
            .collect();
        if is_by_night {
            extra.extend(turns(year, zone));
        }
        extra.retain(is_open);
        let latest = weekly_at.map_or(at.0, |weekly_at| weekly_at.0.max(at.0));
        let not_after = (latest < 18 && chance.is(60)).then_some((latest + 5, 30));
        Self {
            zone,
            at,
            weekly_at,
            days: chance.of(&[MON_TO_FRI, MON_TO_FRI, ALL_WEEK, THREE, TUE_TO_SAT]),
            weekly_day: usize::try_from(chance.below(7)).unwrap(),
            danish: chance.is(75),
            closed,
            extra,
            not_before: (!is_by_night && chance.is(40)).then_some((5, 0)),
            not_after,
            max_items: chance.of(&[60, 60, 60, 2]),
        }
    }

    /// The config file.
    pub(super) fn to_toml(&self) -> String {
        let time = |(hour, minute): TimeOfDay| format!("\"{hour:02}:{minute:02}\"");
        let guard = |at: Option<TimeOfDay>| at.map_or("\"off\"".to_owned(), time);
        let days: Vec<&str> = WEEKDAYS
            .into_iter()
            .zip(self.days)
            .filter_map(|(name, on)| on.then_some(name))
            .collect();
        let mut text = format!(
            "[newsletter]\nname = \"Bladet\"\nlist_id = \"nyt.bladet.example\"\nfrom = \"nyt@bladet.example\"\n\
             base_url = \"https://bladet.example/\"\ntimezone = \"{}\"\n[selection]\nmax_items = {}\n[guards]\nnot_before = {}\n\
             not_after = {}\n[run]\ncollect = \"off\"\n[schedule]\nat = {}\ndays = \"{}\"\nweekly_day = \"{}\"\n",
            self.zone,
            self.max_items,
            guard(self.not_before),
            guard(self.not_after),
            time(self.at),
            days.join(","),
            WEEKDAYS[self.weekly_day],
        );
        if let Some(at) = self.weekly_at {
            let _ = writeln!(text, "weekly_at = {}", time(at));
        }
        if !self.danish {
            text.push_str("holidays = \"none\"\ncustoms = []\n");
        }
        for (from, to) in &self.closed {
            let _ = writeln!(
                text,
                "[[schedule.closed]]\nfrom = {from}\nto = {to}\nreason = \"lukket\""
            );
        }
        for day in &self.extra {
            let _ = writeln!(text, "[[schedule.extra]]\nfrom = {day}\nreason = \"valg\"");
        }
        // What may have left is doubtful, as with a relay.
        text.push_str("[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\n");
        for kind in KINDS {
            let _ = writeln!(
                text,
                "[[section]]\nid = \"{kind}\"\nname = \"{kind}\"\nmax = 20\nkinds = [\"{kind}\"]"
            );
        }
        text.push_str(
            "[[source]]\nname = \"artikler\"\nkind = \"markdown\"\npath = \"articles\"\n",
        );
        text
    }
}

/// An article, and when its file is there.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Its number, by which letters are searched.
    pub(super) number: usize,
    pub(super) comes: DateTime<Utc>,
    /// The instant it states to count from; none where it states no date.
    pub(super) dated: Option<DateTime<Utc>>,
    pub(super) expires: Option<DateTime<Utc>>,
    kind: &'static str,
    pub(super) text: String,
    /// The editor gives it a new date when it is printed, and means nothing by it.
    pub(super) is_moved: bool,
}

impl Piece {
    fn drawn(
        number: usize,
        minute: DateTime<Utc>,
        zone: Tz,
        late: u64,
        chance: &mut Chance,
    ) -> Self {
        let stamp = |at: DateTime<Utc>| at.with_timezone(&zone).to_rfc3339();
        let day_of = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        let (mut dated, mut expires, mut fields) = (Some(minute), None, String::new());
        match chance.below(10) {
            0 => dated = None,
            1 => {
                dated = Some(wall(day_of(minute), (0, 0), zone));
                let _ = writeln!(fields, "date = {}", day_of(minute));
            }
            2 => {
                let lifted = minute + chance.minutes(3 * 24 * 60);
                let _ = writeln!(
                    fields,
                    "date = {}\nembargo = {}",
                    stamp(minute),
                    stamp(lifted)
                );
                dated = Some(lifted);
            }
            3 => {
                let over = minute + Duration::hours(12) + chance.minutes(8 * 24 * 60);
                let _ = writeln!(
                    fields,
                    "date = {}\nexpires = {}",
                    stamp(minute),
                    stamp(over)
                );
                expires = Some(over);
            }
            _ => {
                let _ = writeln!(fields, "date = {}", stamp(minute));
            }
        }
        let lag = match chance.is(late).then(|| chance.below(10)) {
            None => Duration::zero(),
            Some(0..7) => chance.minutes(2 * 24 * 60),
            Some(7 | 8) => Duration::days(4) + chance.minutes(24 * 60),
            Some(_) => Duration::days(12) + chance.minutes(8 * 24 * 60),
        };
        let kind = chance.of(&KINDS);
        let is_moved = chance.is(25);
        Self {
            number,
            comes: minute + lag,
            dated,
            expires,
            kind,
            text: file(number, kind, &fields),
            is_moved,
        }
    }

    /// Its file with another date.
    pub(super) fn dated_at(&self, at: DateTime<Utc>) -> String {
        let date = format!("date = {}\n", at.to_rfc3339());
        file(self.number, self.kind, &date)
    }
}

fn file(number: usize, kind: &str, fields: &str) -> String {
    format!(
        "+++\ntitle = \"Stykke q{number:04}q\"\nlede = \"Kort om {number}.\"\nkind = \"{kind}\"\nauthors = [\"Anna Holm\"]\n{fields}+++\n\nTekst.\n"
    )
}

/// What goes wrong with one run.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    None,
    /// What becomes of the first letters.
    Letters(Vec<Act>),
    /// The process is killed while a letter is on its way, after so many others.
    KilledAtLetter(usize),
    /// The process is killed at the Nth look at the clock.
    KilledAtLook(u64),
    /// The ledger cannot be written from the Nth row on.
    Ledger(u64),
}

impl Trouble {
    pub(super) fn drawn(chance: &mut Chance) -> Self {
        let refuse = |stage, code| {
            let text = "så".to_owned();
            Act::Refuse(stage, crate::domain::delivery::Reply { code, text })
        };
        use crate::domain::delivery::Stage::{Body, Mail, Recipient};
        match chance.below(5) {
            0 | 1 => {
                let acts = (0..=chance.below(4)).map(|_| match chance.below(7) {
                    0 => refuse(Recipient, 450),
                    1 => refuse(Body, 451),
                    2 => refuse(Body, 554),
                    3 => refuse(Mail, 451),
                    4 => Act::CutBefore,
                    5 => Act::CutAfter,
                    _ => Act::Local,
                });
                Self::Letters(acts.collect())
            }
            2 => Self::KilledAtLetter(usize::try_from(chance.below(3)).unwrap()),
            3 => Self::KilledAtLook(chance.below(8)),
            _ => Self::Ledger(chance.below(60)),
        }
    }
}

/// What keeps a day's issues back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// The editor's day file.
    DayFile,
    /// A subscriber file that cannot be read.
    List,
}

/// One local day.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    /// Which of the story's settings are in force.
    pub(super) settings: usize,
    /// Nobody runs it.
    pub(super) is_away: bool,
    /// Nobody runs it before the evening.
    pub(super) begins_late: bool,
    /// What holds it, and whether that is let go in the afternoon.
    pub(super) hold: Option<(Hold, bool)>,
}

/// A year, and two weeks of calm after it.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) settings: Vec<Settings>,
    pub(super) pieces: Vec<Piece>,
    pub(super) days: Vec<Day>,
    pub(super) chance: Chance,
    pub(super) trouble: u64,
}

impl Story {
    /// Tells it.
    pub(super) fn of(weather: &Weather) -> Self {
        let mut chance = Chance(weather.seed);
        let year = weather.year;
        let settings: Vec<Settings> = if weather.settings == 0 {
            vec![Settings::usual()]
        } else {
            let zone = chance.of(&[
                Europe::Copenhagen,
                Europe::Copenhagen,
                America::New_York,
                Pacific::Auckland,
            ]);
            let draw = |_| Settings::drawn(&mut chance, zone, year);
            (0..weather.settings).map(draw).collect()
        };
        let zone = settings[0].zone;
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let dates: Vec<NaiveDate> = first.iter_days().take(365 + 14).collect();
        let mut pieces = Vec::new();
        for date in dates.iter().filter(|date| date.year() == year) {
            for _ in 0..chance.of(&[0, 1, 1, 1, 2]) {
                let minute = wall(*date, (0, 0), zone) + chance.minutes(24 * 60);
                let piece = Piece::drawn(pieces.len(), minute, zone, weather.late, &mut chance);
                pieces.push(piece);
            }
        }
        // Between the two times that a clock which is put back shows.
        for date in turns(year, zone) {
            let minute = wall(date, (2, 31), zone) + chance.minutes(50);
            pieces.push(Piece::drawn(pieces.len(), minute, zone, 0, &mut chance));
        }
        let mut in_force = 0;
        let mut left_away = 0_u32;
        let days = dates.into_iter().map(|date| {
            if date.year() != year {
                return Day {
                    date,
                    settings: in_force,
                    is_away: false,
                    begins_late: false,
                    hold: None,
                };
            }
            // Each of them for some months, one after the other.
            if in_force + 1 < settings.len() && chance.below(365 / settings.len() as u64) == 0 {
                in_force += 1;
            }
            if left_away == 0 && chance.is(weather.away) {
                left_away = chance.of(&[1, 1, 1, 2, 9]);
            }
            let is_away = left_away > 0;
            left_away = left_away.saturating_sub(1);
            Day {
                date,
                settings: in_force,
                is_away,
                begins_late: chance.is(weather.away),
                hold: chance.is(weather.held).then(|| {
                    (
                        chance.of(&[Hold::DayFile, Hold::DayFile, Hold::List]),
                        chance.is(60),
                    )
                }),
            }
        });
        let days = days.collect();
        Self {
            settings,
            pieces,
            days,
            chance,
            trouble: weather.trouble,
        }
    }
}
