//! The rules of `[schedule]` and `[run]`.

use super::{Config, Key, Reading, one_line};
use chrono::DateTime;

use crate::domain::{calendar::Period, fault::Fault};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    let schedule = &config.schedule;
    run(config, reading);
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

/// What strikes on days without an issue alone would send nothing, and say nothing.
fn run(config: &Config, reading: &mut Reading) {
    let Some(cron) = &config.run.send else { return };
    let zone = config.newsletter.timezone;
    // Weekdays and holidays come round: any three years do.
    let strikes = config
        .run
        .next_send(&config.schedule, zone, DateTime::UNIX_EPOCH);
    if strikes.is_none() {
        reading.fault(
            &Key::of("run.send"),
            Fault::error(format!("`{cron}` strikes on no day that has an issue")).remedy(
                "write other weekdays, or take the line away: the issues' own times are used then",
            ),
        );
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
