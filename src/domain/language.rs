//! The two languages a letter is written in, and their words for dates.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The language of a letter.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Danish, the default.
    #[default]
    Da,
    /// English.
    En,
}

const DAYS_DA: [&str; 7] = [
    "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
];
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
/// The Danish months in lower case, as Danish writes them.
pub const MONTHS_DA: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];
/// The English months.
pub const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Language {
    /// Both, Danish first.
    pub const ALL: [Self; 2] = [Self::Da, Self::En];

    /// The tag for `lang` attributes and file names (RFC 5646).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// The weekday in words: `mandag`.
    pub fn weekday(self, date: NaiveDate) -> &'static str {
        let index = date.weekday().num_days_from_monday() as usize;
        match self {
            Self::Da => DAYS_DA[index],
            Self::En => DAYS_EN[index],
        }
    }

    /// The month in words: `november`.
    pub fn month(self, date: NaiveDate) -> &'static str {
        let index = date.month0() as usize;
        match self {
            Self::Da => MONTHS_DA[index],
            Self::En => MONTHS_EN[index],
        }
    }

    /// The date as a masthead writes it: `mandag den 23. november 2026`, `Monday 23 November 2026`.
    pub fn long_date(self, date: NaiveDate) -> String {
        let (weekday, day, month, year) = (
            self.weekday(date),
            date.day(),
            self.month(date),
            date.year(),
        );
        match self {
            Self::Da => format!("{weekday} den {day}. {month} {year}"),
            Self::En => format!("{weekday} {day} {month} {year}"),
        }
    }

    /// How a letter greets its reader: `Kære Anna`, or `Kære læser` without a name.
    pub fn greeting(self, name: Option<&str>) -> String {
        let (dear, reader) = match self {
            Self::Da => ("Kære", "læser"),
            Self::En => ("Dear", "reader"),
        };
        format!("{dear} {}", name.unwrap_or(reader))
    }

    /// That a reader signed up, and on which day where it is known, as it stands after `fordi du`, `because you`.
    pub fn signed_up(self, on: Option<NaiveDate>) -> String {
        let date = on.map(|on| (on.day(), self.month(on), on.year()));
        match (self, date) {
            (Self::Da, Some((day, month, year))) => {
                format!("den {day}. {month} {year} tilmeldte dig")
            }
            (Self::Da, None) => "har tilmeldt dig".into(),
            (Self::En, Some((day, month, year))) => {
                format!("signed up on {day} {month} {year} for")
            }
            (Self::En, None) => "signed up for".into(),
        }
    }

    /// The most characters of [`Language::signed_up`].
    pub const SIGNED_UP: usize = "den 30. september 2026 tilmeldte dig".len();

    /// The week as a masthead writes it: `uge 48` (ISO 8601).
    pub fn week(self, date: NaiveDate) -> String {
        let week = date.iso_week().week();
        match self {
            Self::Da => format!("uge {week}"),
            Self::En => format!("week {week}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_up_is_told_with_its_day_where_that_is_known() {
        let check = |language: Language, on: Option<NaiveDate>, expected: &str| {
            let told = language.signed_up(on);
            assert_eq!(told, expected);
            assert!(told.chars().count() <= Language::SIGNED_UP, "{told}");
        };
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day);
        check(Language::Da, day(3, 4), "den 4. marts 2026 tilmeldte dig");
        check(
            Language::Da,
            day(9, 30),
            "den 30. september 2026 tilmeldte dig",
        );
        check(Language::Da, None, "har tilmeldt dig");
        check(
            Language::En,
            day(9, 30),
            "signed up on 30 September 2026 for",
        );
        check(Language::En, None, "signed up for");
    }

    #[test]
    fn dates_are_written_as_danes_write_them() {
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let check = |day, long: &str, week: &str| {
            assert_eq!(Language::Da.long_date(day), long);
            assert_eq!(Language::Da.week(day), week);
        };
        check(date(2026, 11, 23), "mandag den 23. november 2026", "uge 48");
        check(date(2026, 11, 21), "lørdag den 21. november 2026", "uge 47");
        // The ISO week's year is not the calendar's year.
        check(date(2024, 12, 30), "mandag den 30. december 2024", "uge 1");
        check(
            date(2026, 12, 31),
            "torsdag den 31. december 2026",
            "uge 53",
        );
        assert_eq!(
            Language::En.long_date(date(2026, 11, 23)),
            "Monday 23 November 2026"
        );
    }
}
