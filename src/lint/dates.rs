//! Dates that cannot be: after the cut-off, long ago, or of an event that is over.

use chrono::Duration;

use super::{Look, Place, Report, Rule};

/// How old what is printed may be, in days.
const OLD: i64 = 365;

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    let zone = look.newsletter.timezone;
    let date = look.digest.key.date;
    for item in &look.digest.items {
        let article = &item.article;
        if let Some(when) = article.published.at {
            let stated = when.to_text(zone);
            if when.instant(zone) > look.digest.cut_off {
                report.find(
                    Rule::Dates,
                    Place::article(article, "published"),
                    format!("dated {stated}, which is still to come"),
                    "correct the date, or take the article out of the day's `pins`",
                );
            } else if when.date(zone) < date - Duration::days(OLD) {
                report.find(
                    Rule::Dates,
                    Place::article(article, "published"),
                    format!("dated {stated}, more than a year before the issue"),
                    "correct the date, or take the article out of the day's `pins`",
                );
            }
        }
        if let Some(day) = article.event_date.filter(|day| *day < date) {
            report.find(
                Rule::Dates,
                Place::article(article, "event_date"),
                format!("the event took place on {day}, before the issue"),
                "correct the date, or keep the article out with `bans` in the day's file",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::{
        domain::article::When,
        lint::{Rule, sample::Day},
    };

    #[test]
    fn a_date_is_neither_to_come_nor_long_ago() {
        let check = |date: (i32, u32, u32), rules: &[Rule]| {
            let mut day = Day::sound();
            let date = NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
            day.digest.items[0].article.published.at = Some(When::Day(date));
            assert_eq!(day.rules(), rules, "{date}");
        };
        check((2026, 11, 22), &[]);
        check((2026, 11, 23), &[]);
        check((2026, 11, 24), &[Rule::Dates]);
        check((2025, 11, 23), &[]);
        check((2025, 11, 22), &[Rule::Dates]);
        check((1, 1, 1), &[Rule::Dates]);
        check((9999, 12, 31), &[Rule::Dates]);
    }

    #[test]
    fn an_event_is_not_over() {
        let mut day = Day::sound();
        day.digest.items[0].article.event_date = NaiveDate::from_ymd_opt(2026, 11, 23);
        assert_eq!(day.rules(), []);
        day.digest.items[0].article.event_date = NaiveDate::from_ymd_opt(2026, 11, 22);
        assert_eq!(day.rules(), [Rule::Dates]);
    }
}
