use chrono::TimeZone as _;
use chrono_tz::Europe::Copenhagen;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(from: &str, to: Option<&str>, reason: &str) -> Period {
    Period {
        from: date(from),
        to: to.map(date),
        reason: reason.into(),
    }
}

/// The publishing days from one day to another, as month and day.
fn days(schedule: &Schedule, frequency: Frequency, from: &str, to: &str) -> Vec<String> {
    date(from)
        .iter_days()
        .take_while(|day| *day <= date(to))
        .filter(|day| schedule.publishes(frequency, *day))
        .map(|day| day.format("%m-%d").to_string())
        .collect()
}

fn rests(schedule: &Schedule, frequency: Frequency, day: &str) -> String {
    match schedule.says(frequency, date(day), Language::Da) {
        Says::Rests(why) => why,
        Says::Publishes(why) => panic!("{day} publishes: {why:?}"),
    }
}

#[test]
fn the_next_publishing_day_skips_weekends_holidays_and_customs() {
    let schedule = Schedule::default();
    let check = |frequency, from: &str, expected: &str| {
        assert_eq!(
            schedule.next_day(frequency, date(from)),
            Some(date(expected)),
            "{frequency} from {from}"
        );
    };
    check(Frequency::Daily, "2026-11-21", "2026-11-23");
    check(Frequency::Daily, "2026-11-23", "2026-11-23");
    check(Frequency::Weekly, "2026-11-21", "2026-11-27");
    check(Frequency::Daily, "2026-04-02", "2026-04-07");
    check(Frequency::Daily, "2026-12-24", "2026-12-28");
    check(Frequency::Daily, "2026-12-31", "2027-01-04");
    let never = Schedule {
        closed: vec![period("2026-01-01", Some("2999-12-31"), "lukket")],
        ..Schedule::default()
    };
    assert_eq!(never.next_day(Frequency::Daily, date("2026-11-21")), None);
}

#[test]
fn easter_and_christmas_are_closed_each_day_with_its_name() {
    let schedule = Schedule::default();
    let daily = Frequency::Daily;
    assert_eq!(
        days(&schedule, daily, "2026-03-30", "2026-04-10"),
        [
            "03-30", "03-31", "04-01", "04-07", "04-08", "04-09", "04-10"
        ]
    );
    let check = |day: &str, expected: &str| assert_eq!(rests(&schedule, daily, day), expected);
    check("2026-04-02", "skærtorsdag");
    check("2026-04-03", "langfredag");
    check("2026-04-04", "lørdag");
    check("2026-04-05", "påskedag");
    check("2026-04-06", "2. påskedag");
    check("2026-12-24", "juleaften");
    check("2026-12-25", "juledag");
    check("2026-12-26", "2. juledag");
    check("2026-12-27", "søndag");
    check("2026-06-05", "grundlovsdag");
    assert!(
        schedule.publishes(daily, date("2026-05-01")),
        "1 May is by choice"
    );
    assert!(schedule.publishes(daily, date("2026-05-15")));
    assert_eq!(rests(&schedule, daily, "2023-05-05"), "store bededag");
    assert!(schedule.publishes(daily, date("2024-04-26")));
}

#[test]
fn config_closes_days_and_opens_others() {
    let schedule = Schedule {
        customs: vec![Custom::FirstOfMay],
        closed: vec![
            period("2026-07-13", Some("2026-07-24"), "sommerferie"),
            period("2026-12-28", None, "juleferie"),
        ],
        extra: vec![
            period("2026-11-21", None, "valgdag"),
            period("2026-05-14", Some("2026-05-16"), "messe"),
        ],
        ..Schedule::default()
    };
    let daily = Frequency::Daily;
    assert_eq!(
        days(&schedule, daily, "2026-07-10", "2026-07-27"),
        ["07-10", "07-27"]
    );
    assert_eq!(rests(&schedule, daily, "2026-07-18"), "sommerferie");
    assert_eq!(
        schedule.says(daily, date("2026-11-21"), Language::Da),
        Says::Publishes(Some("valgdag".into()))
    );
    assert_eq!(
        days(&schedule, daily, "2026-05-13", "2026-05-17"),
        ["05-13", "05-14", "05-15", "05-16"]
    );
    assert_eq!(rests(&schedule, daily, "2026-05-01"), "1. maj");
    assert!(schedule.publishes(daily, date("2026-12-24")));
    let abroad = Schedule {
        holidays: Holidays::None,
        customs: vec![],
        closed: vec![period("2026-05-17", None, "grunnlovsdag")],
        days: WeekdaySet([true; 7]),
        ..Schedule::default()
    };
    assert!(abroad.publishes(daily, date("2026-12-25")));
    assert_eq!(rests(&abroad, daily, "2026-05-17"), "grunnlovsdag");
}

#[test]
fn a_weekly_issue_whose_day_is_closed_comes_before_it_in_the_week() {
    let weekly = Frequency::Weekly;
    let schedule = Schedule::default();
    // Langfredag and skærtorsdag are closed; store Christmas Friday and juleaften too.
    assert_eq!(
        days(&schedule, weekly, "2026-03-23", "2026-04-12"),
        ["03-27", "04-01", "04-10"]
    );
    assert_eq!(
        days(&schedule, weekly, "2026-12-14", "2027-01-10"),
        ["12-18", "12-23", "12-30", "01-08"]
    );
    assert_eq!(rests(&schedule, weekly, "2026-04-03"), "langfredag");
    assert_eq!(rests(&schedule, weekly, "2026-04-02"), "torsdag");
    assert_eq!(
        schedule.says(weekly, date("2026-04-01"), Language::Da),
        Says::Publishes(Some("fredag 2026-04-03: langfredag".into()))
    );
    let monday = Schedule {
        weekly_day: WeekdaySet::parse("mon").unwrap(),
        ..Schedule::default()
    };
    assert_eq!(
        days(&monday, weekly, "2026-03-30", "2026-04-19"),
        ["03-30", "04-07", "04-13"],
        "nothing comes before a Monday: the first day after it"
    );
    let wednesday = Schedule {
        weekly_day: WeekdaySet::parse("wed").unwrap(),
        closed: vec![period("2026-11-25", None, "flytning")],
        ..Schedule::default()
    };
    assert_eq!(
        days(&wednesday, weekly, "2026-11-16", "2026-12-02"),
        ["11-18", "11-24", "12-02"],
        "the day before is taken before the day after"
    );
    let summer = Schedule {
        closed: vec![period("2026-07-13", Some("2026-07-19"), "sommerferie")],
        ..Schedule::default()
    };
    assert_eq!(
        days(&summer, weekly, "2026-07-06", "2026-07-26"),
        ["07-10", "07-24"],
        "a week that is closed whole has none"
    );
    let saturday = Schedule {
        weekly_day: WeekdaySet::parse("sat").unwrap(),
        ..Schedule::default()
    };
    assert_eq!(
        days(&saturday, weekly, "2026-11-16", "2026-11-22"),
        ["11-21"],
        "its day needs no daily issue"
    );
}

#[test]
fn every_week_of_three_centuries_has_at_most_one_weekly_issue_and_an_open_one_has_it() {
    for weekly_day in ["mon", "wed", "fri", "sun"] {
        let schedule = Schedule {
            weekly_day: WeekdaySet::parse(weekly_day).unwrap(),
            ..Schedule::default()
        };
        let mut monday = date("1900-01-01");
        while monday.year() <= 2200 {
            let week = || monday.iter_days().take(7);
            let issues = week()
                .filter(|day| schedule.publishes(Frequency::Weekly, *day))
                .count();
            assert_eq!(issues, 1, "{weekly_day}, the week of {monday}");
            monday = monday.checked_add_days(Days::new(7)).unwrap();
        }
    }
}

#[test]
fn cut_offs_on_the_days_the_clock_is_changed_are_one_instant() {
    let schedule = Schedule {
        at: TimeOfDay(NaiveTime::from_hms_opt(2, 30, 0).unwrap()),
        weekly_at: Some(TimeOfDay(NaiveTime::from_hms_opt(12, 0, 0).unwrap())),
        days: WeekdaySet([true; 7]),
        ..Schedule::default()
    };
    let check = |frequency, day: &str, expected: (u32, u32, u32, u32)| {
        let key = IssueKey {
            date: date(day),
            frequency,
        };
        let (month, day, hour, minute) = expected;
        assert_eq!(
            schedule.cut_off(key, Copenhagen),
            Utc.with_ymd_and_hms(2026, month, day, hour, minute, 0)
                .unwrap(),
            "{key}"
        );
    };
    let daily = Frequency::Daily;
    check(daily, "2026-03-28", (3, 28, 1, 30));
    // 02:30 is skipped: the first instant after the gap, 03:00 summer time.
    check(daily, "2026-03-29", (3, 29, 1, 0));
    check(daily, "2026-03-30", (3, 30, 0, 30));
    check(daily, "2026-10-24", (10, 24, 0, 30));
    // 02:30 comes twice: the first.
    check(daily, "2026-10-25", (10, 25, 0, 30));
    check(daily, "2026-10-26", (10, 26, 1, 30));
    check(Frequency::Weekly, "2026-03-29", (3, 29, 10, 0));
    check(Frequency::Weekly, "2026-10-25", (10, 25, 11, 0));
}
