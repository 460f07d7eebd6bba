//! How a relay nobody knows yet is made known: a few letters the first day, more each day after.

use chrono::NaiveDate;

/// The most letters of each day, from a first day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarmUp {
    /// The most letters of the first day, the second, and so on.
    pub days: Vec<u64>,
    /// The first day, by the newsletter's calendar.
    pub from: NaiveDate,
}

impl WarmUp {
    /// The most letters on a day; `None` when the plan is over. Before its first day the first day's number holds: a
    /// relay that is not to have more on its first day is not to have more the day before.
    pub fn most_on(&self, date: NaiveDate) -> Option<u64> {
        let day = usize::try_from((date - self.from).num_days()).unwrap_or(0);
        self.days.get(day).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_has_its_number_and_after_the_last_there_is_none() {
        let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let plan = WarmUp {
            days: vec![200, 500, 1000],
            from: date(11, 29),
        };
        let check = |on, most| assert_eq!(plan.most_on(on), most, "{on}");
        check(date(1, 1), Some(200));
        check(date(11, 28), Some(200));
        check(date(11, 29), Some(200));
        check(date(11, 30), Some(500));
        check(date(12, 1), Some(1000));
        check(date(12, 2), None);
        let none = WarmUp {
            days: vec![],
            ..plan
        };
        assert_eq!(none.most_on(date(11, 29)), None);
    }
}
