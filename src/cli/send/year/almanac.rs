//! The calendar as a person reads it off the wall: printed tables and plain steps, nothing of the program's.

use chrono::{
    DateTime, Datelike as _, Days, Duration, NaiveDate, NaiveDateTime, TimeZone as _, Utc,
};
use chrono_tz::Tz;

use super::story::{Settings, TimeOfDay};
use crate::domain::issue::Frequency;

/// Easter Sundays: year, month, day.
const EASTER: [(i32, u32, u32); 9] = [
    (2023, 4, 9),
    (2024, 3, 31),
    (2025, 4, 20),
    (2026, 4, 5),
    (2027, 3, 28),
    (2028, 4, 16),
    (2029, 4, 1),
    (2030, 4, 21),
    (2031, 4, 13),
];

/// How far the holidays of Easter are from it, in days.
const OF_EASTER: [i64; 7] = [-3, -2, 0, 1, 39, 49, 50];

/// Holidays and customs that have a date: month and day.
const DATED: [(u32, u32); 6] = [(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)];

fn is_danish_holiday(day: NaiveDate) -> bool {
    let of_year = EASTER.iter().find(|(year, ..)| *year == day.year());
    let (year, month, sunday) = *of_year.expect("the table has the years the stories are of");
    let easter = NaiveDate::from_ymd_opt(year, month, sunday).unwrap();
    DATED.contains(&(day.month(), day.day())) || OF_EASTER.contains(&(day - easter).num_days())
}

fn is_closed(settings: &Settings, day: NaiveDate) -> bool {
    let closed = settings.closed.iter();
    if closed
        .into_iter()
        .any(|(from, to)| (*from..=*to).contains(&day))
    {
        return true;
    }
    !settings.extra.contains(&day) && settings.danish && is_danish_holiday(day)
}

fn has_a_daily(settings: &Settings, day: NaiveDate) -> bool {
    let of_week = day.weekday().num_days_from_monday() as usize;
    !is_closed(settings, day) && (settings.extra.contains(&day) || settings.days[of_week])
}

/// Whether a day has an issue of a frequency.
pub(super) fn publishes(settings: &Settings, frequency: Frequency, day: NaiveDate) -> bool {
    if frequency == Frequency::Daily {
        return has_a_daily(settings, day);
    }
    let of_week = day.weekday().num_days_from_monday();
    let monday = day - Days::new(u64::from(of_week));
    let week: Vec<NaiveDate> = monday.iter_days().take(7).collect();
    let own = settings.weekly_day;
    if !is_closed(settings, week[own]) {
        return day == week[own];
    }
    let before = week[..own].iter().rev();
    let mut instead = before.chain(&week[own + 1..]);
    instead.find(|day| has_a_daily(settings, **day)) == Some(&day)
}

/// When the clock on the wall shows a time on a day: the first time it does, or as soon as it has skipped it.
pub(super) fn wall(day: NaiveDate, time: TimeOfDay, zone: Tz) -> DateTime<Utc> {
    let shown = day.and_hms_opt(time.0, time.1, 0).unwrap();
    (0..24 * 60)
        .find_map(|minutes| {
            zone.from_local_datetime(&(shown + Duration::minutes(minutes)))
                .earliest()
        })
        .expect("no clock skips a day")
        .with_timezone(&Utc)
}

/// The days of a year on which the clock is put forward or back.
pub(super) fn turns(year: i32, zone: Tz) -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let begins = |day| wall(day, (0, 0), zone);
    first
        .iter_days()
        .take(365)
        .filter(|day| begins(*day + Days::new(1)) - begins(*day) != Duration::hours(24))
        .collect()
}

/// When an issue falls due.
pub(super) fn due(settings: &Settings, frequency: Frequency, day: NaiveDate) -> DateTime<Utc> {
    wall(day, due_time(settings, frequency), settings.zone)
}

/// When the clock on the wall shows that time again, on the day that it is put back over it.
pub(super) fn due_again(
    settings: &Settings,
    frequency: Frequency,
    day: NaiveDate,
) -> Option<DateTime<Utc>> {
    let first = due(settings, frequency, day);
    let shown = settings
        .zone
        .from_local_datetime(&shown(settings, frequency, day));
    let second = shown.latest()?.with_timezone(&Utc);
    (second > first).then_some(second)
}

/// Whether the clock on the wall skips that time on a day.
pub(super) fn is_skipped(settings: &Settings, frequency: Frequency, day: NaiveDate) -> bool {
    let shown = shown(settings, frequency, day);
    settings
        .zone
        .from_local_datetime(&shown)
        .earliest()
        .is_none()
}

fn shown(settings: &Settings, frequency: Frequency, day: NaiveDate) -> NaiveDateTime {
    let (hour, minute) = due_time(settings, frequency);
    day.and_hms_opt(hour, minute, 0).unwrap()
}

fn due_time(settings: &Settings, frequency: Frequency) -> TimeOfDay {
    match frequency {
        Frequency::Daily => settings.at,
        Frequency::Weekly => settings.weekly_at.unwrap_or(settings.at),
    }
}
