//! The Danish public holidays, and the days many close by custom.

use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::easter::easter;
use crate::domain::language::Language;

/// A Danish public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holiday {
    /// 1 January.
    Nytaarsdag,
    /// The Thursday before Easter.
    Skaertorsdag,
    /// The Friday before Easter.
    Langfredag,
    /// Easter Sunday.
    Paaskedag,
    /// Easter Monday.
    AndenPaaskedag,
    /// The fourth Friday after Easter; a holiday until 2023.
    StoreBededag,
    /// Ascension Day, the sixth Thursday after Easter.
    Himmelfart,
    /// Whit Sunday.
    Pinsedag,
    /// Whit Monday.
    AndenPinsedag,
    /// 25 December.
    Juledag,
    /// 26 December.
    AndenJuledag,
}

/// The last year in which store bededag was a public holiday: it was done away with from 1 January 2024.
const LAST_BEDEDAG: i32 = 2023;

impl Holiday {
    /// All, in the order of the year.
    pub const ALL: [Self; 11] = [
        Self::Nytaarsdag,
        Self::Skaertorsdag,
        Self::Langfredag,
        Self::Paaskedag,
        Self::AndenPaaskedag,
        Self::StoreBededag,
        Self::Himmelfart,
        Self::Pinsedag,
        Self::AndenPinsedag,
        Self::Juledag,
        Self::AndenJuledag,
    ];

    /// The holiday that a day is, if it is one. No two ever fall on the same day.
    pub fn on(date: NaiveDate) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|holiday| holiday.in_year(date.year()) == Some(date))
    }

    /// Its day in a year; `None` where that year has none.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        let fixed = |month, day| NaiveDate::from_ymd_opt(year, month, day);
        let before = |days| easter(year)?.checked_sub_days(Days::new(days));
        let after = |days| easter(year)?.checked_add_days(Days::new(days));
        match self {
            Self::Nytaarsdag => fixed(1, 1),
            Self::Skaertorsdag => before(3),
            Self::Langfredag => before(2),
            Self::Paaskedag => easter(year),
            Self::AndenPaaskedag => after(1),
            Self::StoreBededag if year > LAST_BEDEDAG => None,
            Self::StoreBededag => after(26),
            Self::Himmelfart => after(39),
            Self::Pinsedag => after(49),
            Self::AndenPinsedag => after(50),
            Self::Juledag => fixed(12, 25),
            Self::AndenJuledag => fixed(12, 26),
        }
    }

    /// What it is called.
    pub fn name(self, language: Language) -> &'static str {
        let (da, en) = match self {
            Self::Nytaarsdag => ("nytårsdag", "New Year's Day"),
            Self::Skaertorsdag => ("skærtorsdag", "Maundy Thursday"),
            Self::Langfredag => ("langfredag", "Good Friday"),
            Self::Paaskedag => ("påskedag", "Easter Sunday"),
            Self::AndenPaaskedag => ("2. påskedag", "Easter Monday"),
            Self::StoreBededag => ("store bededag", "Great Prayer Day"),
            Self::Himmelfart => ("Kristi himmelfartsdag", "Ascension Day"),
            Self::Pinsedag => ("pinsedag", "Whit Sunday"),
            Self::AndenPinsedag => ("2. pinsedag", "Whit Monday"),
            Self::Juledag => ("juledag", "Christmas Day"),
            Self::AndenJuledag => ("2. juledag", "Boxing Day"),
        };
        match language {
            Language::Da => da,
            Language::En => en,
        }
    }
}

/// A day that is no public holiday and that many close all the same, by the name config gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Custom {
    /// 1 May.
    #[serde(rename = "1-maj")]
    FirstOfMay,
    /// The Friday after Ascension Day.
    #[serde(rename = "fredag-efter-himmelfart")]
    FridayAfterHimmelfart,
    /// Constitution Day, 5 June.
    #[serde(rename = "grundlovsdag")]
    Grundlovsdag,
    /// 24 December.
    #[serde(rename = "juleaften")]
    Juleaften,
    /// 31 December.
    #[serde(rename = "nytaarsaften", alias = "nytårsaften")]
    Nytaarsaften,
}

impl Custom {
    /// Its day in a year.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        let fixed = |month, day| NaiveDate::from_ymd_opt(year, month, day);
        match self {
            Self::FirstOfMay => fixed(5, 1),
            Self::FridayAfterHimmelfart => Holiday::Himmelfart.in_year(year)?.succ_opt(),
            Self::Grundlovsdag => fixed(6, 5),
            Self::Juleaften => fixed(12, 24),
            Self::Nytaarsaften => fixed(12, 31),
        }
    }

    /// What it is called.
    pub fn name(self, language: Language) -> &'static str {
        let (da, en) = match self {
            Self::FirstOfMay => ("1. maj", "May Day"),
            Self::FridayAfterHimmelfart => (
                "fredag efter Kristi himmelfartsdag",
                "Friday after Ascension Day",
            ),
            Self::Grundlovsdag => ("grundlovsdag", "Constitution Day"),
            Self::Juleaften => ("juleaften", "Christmas Eve"),
            Self::Nytaarsaften => ("nytårsaften", "New Year's Eve"),
        };
        match language {
            Language::Da => da,
            Language::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_holiday_of_three_centuries_is_where_the_rule_has_it() {
        for year in 1900..=2200 {
            let mut found = Vec::new();
            let mut day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            while day.year() == year {
                if let Some(holiday) = Holiday::on(day) {
                    found.push((holiday, day));
                }
                day = day.succ_opt().unwrap();
            }
            let names: Vec<Holiday> = found.iter().map(|(holiday, _)| *holiday).collect();
            let expected: Vec<Holiday> = Holiday::ALL
                .into_iter()
                .filter(|holiday| *holiday != Holiday::StoreBededag || year < 2024)
                .collect();
            assert_eq!(names, expected, "{year}: each once, in their order");
            // Stated without Easter: the weekdays and the distances between them (Danish church year).
            let on = |holiday| found.iter().find(|(found, _)| *found == holiday).unwrap().1;
            let apart = |later, earlier| (on(later) - on(earlier)).num_days();
            use Holiday::*;
            for (holiday, weekday) in [
                (Skaertorsdag, Weekday::Thu),
                (Langfredag, Weekday::Fri),
                (Paaskedag, Weekday::Sun),
                (AndenPaaskedag, Weekday::Mon),
                (Himmelfart, Weekday::Thu),
                (Pinsedag, Weekday::Sun),
                (AndenPinsedag, Weekday::Mon),
            ] {
                assert_eq!(on(holiday).weekday(), weekday, "{year} {holiday:?}");
            }
            assert_eq!(apart(AndenPaaskedag, Skaertorsdag), 4);
            assert_eq!(apart(Himmelfart, Skaertorsdag), 42, "six weeks");
            assert_eq!(apart(AndenPinsedag, AndenPaaskedag), 49, "seven weeks");
            if year < 2024 {
                assert_eq!(on(StoreBededag).weekday(), Weekday::Fri);
                assert_eq!(apart(StoreBededag, Langfredag), 28, "four weeks");
            }
            let fixed = [
                on(Nytaarsdag).ordinal(),
                on(Juledag).day(),
                on(AndenJuledag).day(),
            ];
            assert_eq!(fixed, [1, 25, 26]);
            assert_eq!((on(Juledag).month(), on(AndenJuledag).month()), (12, 12));
        }
    }

    #[test]
    fn the_years_around_the_last_store_bededag_are_as_the_almanac_has_them() {
        let check = |year: i32, expected: &[&str]| {
            let days: Vec<NaiveDate> = Holiday::ALL
                .into_iter()
                .filter_map(|holiday| holiday.in_year(year))
                .collect();
            let expected: Vec<NaiveDate> = expected
                .iter()
                .map(|day| date(&format!("{year}-{day}")))
                .collect();
            assert_eq!(days, expected, "{year}");
        };
        check(
            2023,
            &[
                "01-01", "04-06", "04-07", "04-09", "04-10", "05-05", "05-18", "05-28", "05-29",
                "12-25", "12-26",
            ],
        );
        check(
            2024,
            &[
                "01-01", "03-28", "03-29", "03-31", "04-01", "05-09", "05-19", "05-20", "12-25",
                "12-26",
            ],
        );
        check(
            2026,
            &[
                "01-01", "04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25", "12-25",
                "12-26",
            ],
        );
    }

    #[test]
    fn customs_fall_on_their_days() {
        let check = |custom: Custom, expected: &str| {
            assert_eq!(
                custom.in_year(2026),
                Some(date(expected)),
                "{expected}: {custom:?}"
            );
        };
        check(Custom::FirstOfMay, "2026-05-01");
        check(Custom::FridayAfterHimmelfart, "2026-05-15");
        check(Custom::Grundlovsdag, "2026-06-05");
        check(Custom::Juleaften, "2026-12-24");
        check(Custom::Nytaarsaften, "2026-12-31");
    }
}
