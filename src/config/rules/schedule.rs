//! The rules of `[schedule]`.

use super::{Config, Key, Reading, one_line};
use crate::domain::{calendar::Period, fault::Fault};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    let schedule = &config.schedule;
    let days = schedule.weekly_day.0;
    if days.iter().filter(|on| **on).count() != 1 {
        reading.fault(
            &Key::of("schedule.weekly_day"),
            Fault::error("the weekly issue has one day").remedy("write one day, such as `fri`"),
        );
    }
    periods(reading, "schedule.closed", &schedule.closed);
    periods(reading, "schedule.extra", &schedule.extra);
    for (index, extra) in schedule.extra.iter().enumerate() {
        let key = Key::of("schedule.extra").index(index).name("from");
        if let Some(closed) = schedule.closed.iter().find(|closed| closed.overlaps(extra)) {
            let reason = &closed.reason;
            reading.fault(
                &key,
                Fault::error(format!(
                    "it has a day in common with what is closed: {reason}"
                ))
                .remedy("take the day out of one of the two"),
            );
        }
    }
}

fn periods(reading: &mut Reading, table: &str, periods: &[Period]) {
    for (index, period) in periods.iter().enumerate() {
        let key = |name: &str| Key::of(table).index(index).name(name);
        one_line(reading, &key("reason"), &period.reason);
        if let Some(to) = period.to.filter(|to| *to < period.from) {
            reading.fault(
                &key("to"),
                Fault::error(format!("`{to}` is before `from`")).remedy("write the last day"),
            );
        }
    }
}
