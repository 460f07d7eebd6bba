//! Dates in the letter's own words.

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::{
    issue::{Frequency, IssueKey},
    language::Language,
};

/// The line under the nameplate: `mandag den 23. november 2026 · uge 48`, weekly `uge 48 · 23.–27. november 2026`.
pub(super) fn date_line(key: IssueKey, language: Language) -> String {
    let week = language.week(key.date);
    match key.frequency {
        Frequency::Daily => format!("{} · {week}", language.long_date(key.date)),
        Frequency::Weekly => format!("{week} · {}", working_week(key.date, language)),
    }
}

/// A date without its weekday: `3. maj 2026`.
pub(super) fn date(language: Language, date: NaiveDate) -> String {
    format!("{} {}", day_month(language, date), date.year())
}

/// A day of the month as a numeral: `23.`, `23`.
pub(super) fn day(language: Language, date: NaiveDate) -> String {
    match language {
        Language::Da => format!("{}.", date.day()),
        Language::En => date.day().to_string(),
    }
}

fn day_month(language: Language, date: NaiveDate) -> String {
    format!("{} {}", day(language, date), language.month(date))
}

/// Monday to Friday of the ISO week, with no more said twice than needed.
fn working_week(of: NaiveDate, language: Language) -> String {
    let into_week = u64::from(of.weekday().num_days_from_monday());
    let monday = of.checked_sub_days(Days::new(into_week)).unwrap_or(of);
    let friday = monday.checked_add_days(Days::new(4)).unwrap_or(of);
    let first = if monday.year() != friday.year() {
        date(language, monday)
    } else if monday.month() != friday.month() {
        day_month(language, monday)
    } else {
        day(language, monday)
    };
    // The dash has spaces where either side has some (Retskrivningsreglerne § 49).
    let dash = if first.contains(' ') { " – " } else { "–" };
    format!("{first}{dash}{}", date(language, friday))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekly_date_line_spans_monday_to_friday() {
        let check = |y, m, d, language, expected: &str| {
            let key = IssueKey {
                date: NaiveDate::from_ymd_opt(y, m, d).unwrap(),
                frequency: Frequency::Weekly,
            };
            assert_eq!(date_line(key, language), expected);
        };
        check(2026, 11, 27, Language::Da, "uge 48 · 23.–27. november 2026");
        check(2026, 11, 27, Language::En, "week 48 · 23–27 November 2026");
        check(
            2026,
            12,
            4,
            Language::Da,
            "uge 49 · 30. november – 4. december 2026",
        );
        check(
            2027,
            1,
            1,
            Language::Da,
            "uge 53 · 28. december 2026 – 1. januar 2027",
        );
    }
}
