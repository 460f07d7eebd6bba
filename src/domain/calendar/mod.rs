//! The calendar: which days are closed, and what they are called.

mod denmark;
mod easter;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

pub use denmark::{Custom, Holiday};
pub use easter::easter;

use super::language::Language;

/// Whose public holidays are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holidays {
    /// Denmark's, reckoned for any year.
    #[default]
    Denmark,
    /// Nobody's: the days are stated one by one.
    None,
}

/// A day, or the days from one to another, that config sets apart, and why: one `[[schedule.closed]]` or
/// `[[schedule.extra]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day; the first where it is absent.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Why, in a few words.
    pub reason: String,
}

impl Period {
    /// The last day.
    pub fn last(&self) -> NaiveDate {
        self.to.unwrap_or(self.from)
    }

    /// Whether a day is among them.
    pub fn contains(&self, date: NaiveDate) -> bool {
        (self.from..=self.last()).contains(&date)
    }

    /// Whether the two have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.last() && other.from <= self.last()
    }
}

/// What a day is called as a holiday and by custom; 5 June 2028 has two names. `None` for a day like any other.
pub fn name_of(
    date: NaiveDate,
    holidays: Holidays,
    customs: &[Custom],
    language: Language,
) -> Option<String> {
    let holiday = match holidays {
        Holidays::Denmark => Holiday::on(date),
        Holidays::None => None,
    };
    let customs = customs
        .iter()
        .filter(|custom| custom.in_year(date.year()) == Some(date));
    let names: Vec<&str> = holiday
        .map(|holiday| holiday.name(language))
        .into_iter()
        .chain(customs.map(|custom| custom.name(language)))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(day: &str, holidays: Holidays, customs: &[Custom]) -> Option<String> {
        name_of(day.parse().unwrap(), holidays, customs, Language::Da)
    }

    #[test]
    fn a_day_has_all_its_names() {
        use Custom::Grundlovsdag;
        let denmark = Holidays::Denmark;
        let check = |found: Option<String>, expected: Option<&str>| {
            assert_eq!(found.as_deref(), expected);
        };
        check(
            name("2028-06-05", denmark, &[Grundlovsdag]),
            Some("2. pinsedag, grundlovsdag"),
        );
        check(name("2028-06-05", denmark, &[]), Some("2. pinsedag"));
        check(
            name("2028-06-05", Holidays::None, &[Grundlovsdag]),
            Some("grundlovsdag"),
        );
        check(name("2028-06-06", denmark, &[Grundlovsdag]), None);
    }
}
