//! The calendar from 2000 to 2040, day for day, against tables and rules that are stated another way.

use chrono::{Duration, TimeZone as _, Weekday};
use chrono_tz::{America::New_York, Europe::Copenhagen, Pacific::Auckland};

use super::*;

/// Easter Sunday by J.-M. Oudin's rule of 1940 (*Explanatory Supplement to the Astronomical Almanac*, 1992, section
/// 12.92), which finds the full moon where the program counts epacts.
fn easter(year: i32) -> NaiveDate {
    let century = year / 100;
    let golden = year % 19;
    let moon = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let full = moon - moon / 28 * (1 - 29 / (moon + 1) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + full + 2 - century + century / 4) % 7;
    let from_march = full - weekday;
    let month = 3 + (from_march + 40) / 44;
    let day = from_march + 28 - 31 * (month / 4);
    let number = |number: i32| u32::try_from(number).unwrap();
    NaiveDate::from_ymd_opt(year, number(month), number(day)).unwrap()
}

/// Whether Denmark is closed: the holidays by their distance from Easter, those with a date, and the customs that are
/// closed without a word of config.
fn is_closed(day: NaiveDate) -> bool {
    let after_easter = (day - easter(day.year())).num_days();
    let dated = [(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)];
    [-3, -2, 0, 1, 39, 49, 50].contains(&after_easter)
        || (after_easter == 26 && day.year() <= 2023)
        || dated.contains(&(day.month(), day.day()))
}

fn has_a_daily(day: NaiveDate) -> bool {
    !is_closed(day) && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn all_days() -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
    first.iter_days().take_while(|day| day.year() <= 2040)
}

#[test]
fn every_day_of_forty_years_publishes_or_rests_as_the_rule_says() {
    let schedule = Schedule::default();
    for day in all_days() {
        assert_eq!(
            schedule.publishes(Frequency::Daily, day),
            has_a_daily(day),
            "{day}"
        );
        let friday = day + Duration::days(4 - i64::from(day.weekday().num_days_from_monday()));
        // Friday, else the last open day of its week; after Easter and at Christmas there is always one.
        let weekly = friday
            .iter_days()
            .rev()
            .take(5)
            .find(|day| has_a_daily(*day));
        assert_eq!(
            schedule.publishes(Frequency::Weekly, day),
            weekly == Some(day),
            "{day}"
        );
    }
}

#[test]
fn years_have_as_many_issues_as_the_almanac_has_open_days() {
    // Counted by hand: weekdays of the year less the holidays and customs that fall on one.
    let check = |year: i32, weekdays: usize, closed: usize| {
        let schedule = Schedule::default();
        let days = all_days().filter(|day| day.year() == year);
        let issues = days
            .filter(|day| schedule.publishes(Frequency::Daily, *day))
            .count();
        assert_eq!(issues, weekdays - closed, "{year}");
    };
    // 2023: Easter's three, bededag, himmelfart, 2. pinsedag, 5 June, 25 and 26 December.
    check(2023, 260, 9);
    // 2024, a leap year: 1 January, Easter's three, himmelfart, 2. pinsedag, 5 June, 24 to 26 and 31 December.
    check(2024, 262, 11);
    // 2026: 1 January, Easter's three, himmelfart, 2. pinsedag, 5 June, 24, 25 and 31 December.
    check(2026, 261, 10);
    // 2028: Easter's three, himmelfart, 5 June, which is 2. pinsedag too, 25 and 26 December.
    check(2028, 260, 7);
}

#[test]
fn weeks_are_numbered_by_their_thursday() {
    for day in all_days() {
        let thursday = day + Duration::days(3 - i64::from(day.weekday().num_days_from_monday()));
        // ISO 8601: week 1 has the year's first Thursday.
        let number = thursday.ordinal0() / 7 + 1;
        assert_eq!(Language::Da.week(day), format!("uge {number}"), "{day}");
    }
}

/// The Nth Sunday of a month, the last where it is 5.
fn sunday(year: i32, month: u32, nth: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
    let sundays: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|day| day.month() == month)
        .filter(|day| day.weekday() == Weekday::Sun)
        .collect();
    let index = sundays.len().min(nth as usize) - 1;
    sundays[index]
}

/// A zone's clock: so many hours from UTC in winter, and the days on which it is changed.
struct Wall {
    zone: Tz,
    winter: i64,
    /// On which day of a year 02:30 is skipped.
    skips: fn(i32) -> NaiveDate,
    /// On which day of a year a time comes twice, and which, in minutes.
    repeats: (fn(i32) -> NaiveDate, i64),
}

impl Wall {
    /// When the issue of a day is due at a time, by all that tells it.
    fn due(&self, date: NaiveDate, minutes: i64) -> DateTime<Utc> {
        let schedule = Schedule {
            at: TimeOfDay(NaiveTime::MIN + Duration::minutes(minutes)),
            days: WeekdaySet([true; 7]),
            holidays: Holidays::None,
            customs: vec![],
            ..Schedule::default()
        };
        let (zone, frequency) = (self.zone, Frequency::Daily);
        let key = IssueKey { date, frequency };
        let due = schedule.falls_due(key, zone);
        assert_eq!(due, schedule.cut_off(key, zone), "{key} in {zone}");
        let before = due - Duration::seconds(1);
        let next = schedule.next_issue(frequency, zone, before);
        assert_eq!(next, Some(due), "{key} in {zone}");
        due
    }

    /// On each of these days, the day before and the day after, an issue has one instant.
    fn check(&self, years: std::ops::RangeInclusive<i32>) {
        let at = |date: NaiveDate, minutes: i64, from_utc: i64| {
            let midnight = Utc.from_utc_datetime(&date.and_hms_opt(0, 0, 0).unwrap());
            midnight + Duration::minutes(minutes) - Duration::hours(from_utc)
        };
        let (winter, summer) = (self.winter, self.winter + 1);
        let day = |date: NaiveDate, days| date + Duration::days(days);
        for year in years {
            let told = format!("{year} in {}", self.zone);
            let (skipped, half_past_two) = ((self.skips)(year), 150);
            let check = |days, expected| {
                assert_eq!(
                    self.due(day(skipped, days), half_past_two),
                    expected,
                    "{told}"
                );
            };
            check(-1, at(day(skipped, -1), half_past_two, winter));
            // The first instant there is: 03:00 summer time.
            check(0, at(skipped, 180, summer));
            check(1, at(day(skipped, 1), half_past_two, summer));
            let (repeated, twice) = ((self.repeats.0)(year), self.repeats.1);
            let check = |days, expected| {
                assert_eq!(self.due(day(repeated, days), twice), expected, "{told}");
            };
            check(-1, at(day(repeated, -1), twice, summer));
            // The first time, by summer time.
            check(0, at(repeated, twice, summer));
            check(1, at(day(repeated, 1), twice, winter));
        }
    }
}

#[test]
fn an_issue_has_one_instant_on_every_day_the_clock_is_changed() {
    // Directive 2000/84/EC: the last Sundays of March and October, at 01:00 UTC.
    let copenhagen = Wall {
        zone: Copenhagen,
        winter: 1,
        skips: |year| sunday(year, 3, 5),
        repeats: (|year| sunday(year, 10, 5), 150),
    };
    copenhagen.check(2000..=2040);
}

#[test]
fn a_newsletter_in_auckland_keeps_to_its_own_clock() {
    // Daylight Time Order 2007: from the last Sunday of September to the first of April, half a year from Copenhagen's.
    let auckland = Wall {
        zone: Auckland,
        winter: 12,
        skips: |year| sunday(year, 9, 5),
        repeats: (|year| sunday(year, 4, 1), 150),
    };
    auckland.check(2008..=2040);
    let next = |after: &str| {
        let after = after.parse().unwrap();
        Schedule::default().next_issue(Frequency::Daily, Auckland, after)
    };
    // Monday's issue there goes out on Copenhagen's Sunday evening.
    let monday = "2026-11-22T17:00:00Z".parse().ok();
    assert_eq!(next("2026-11-21T12:00:00Z"), monday);
}

#[test]
fn a_newsletter_in_new_york_keeps_to_its_own_clock() {
    // Energy Policy Act of 2005, section 110: from the second Sunday of March to the first of November, at 02:00; in
    // November it is the hour from 01:00 that comes twice.
    let new_york = Wall {
        zone: New_York,
        winter: -5,
        skips: |year| sunday(year, 3, 2),
        repeats: (|year| sunday(year, 11, 1), 90),
    };
    new_york.check(2007..=2040);
}
