//! How long letters take under the limits of config, and how many of them go today.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    config::Config,
    dispatch::Limits,
    domain::rate::Rate,
    store::{IssueNumber, Measured, Read, StoreError},
    transport::TransportKind,
};

/// The limits that letters leave under.
pub(super) struct Forecast {
    limits: Limits,
    /// The slowest that all letters go through.
    rate: Option<Rate>,
}

impl Forecast {
    /// What a config limits: nothing where letters are written as files.
    pub(super) fn of(config: &Config) -> Self {
        match config.transport.kind {
            TransportKind::File => Self {
                limits: Limits::default(),
                rate: None,
            },
            TransportKind::Smtp => Self {
                limits: Limits::of(&config.limits),
                rate: config.transport.smtp.rate,
            },
        }
    }

    /// The limits of domains.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long what is left of an issue takes at the least; zero without limits.
    pub(super) fn time_left(
        &self,
        store: &impl Read,
        issue: IssueNumber,
        letters: u64,
    ) -> Result<Duration, StoreError> {
        let mut by_lane = vec![0; self.limits.lanes().len()];
        for (domain, lane) in self.limits.domains() {
            by_lane[lane] += store.waiting_at(issue, domain)?;
        }
        Ok(self.time_for(letters, &by_lane))
    }

    /// How long so many letters take, so many of them in each lane; zero without limits.
    fn time_for(&self, letters: u64, by_lane: &[u64]) -> Duration {
        let all = self.rate.map(|rate| rate.time_for(letters));
        all.unwrap_or_default().max(self.limits.time_for(by_lane))
    }

    /// What a dry run says of letters to these addresses, of which so many may go today; `None` when nothing limits
    /// them.
    pub(super) fn words<'a>(
        &self,
        addresses: impl Iterator<Item = &'a str>,
        left_today: Option<u64>,
        (now, zone): (DateTime<Utc>, Tz),
    ) -> Option<(String, Pace)> {
        if self.rate.is_none() && self.limits.lanes().is_empty() && left_today.is_none() {
            return None;
        }
        let (mut today, mut tomorrow) = (0, 0);
        let mut by_lane = vec![0; self.limits.lanes().len()];
        for address in addresses {
            if left_today.is_some_and(|left| today >= left) {
                tomorrow += 1;
                continue;
            }
            today += 1;
            if let Some(lane) = self.limits.lane_of(address) {
                by_lane[lane] += 1;
            }
        }
        let done = now + self.time_for(today, &by_lane);
        let mut words = match self.rate {
            Some(rate) => format!("{today} letters at {rate}"),
            None => format!("{today} letters"),
        };
        let lanes = self.limits.lanes().iter().zip(&by_lane);
        for ((name, rate), letters) in lanes.filter(|(_, letters)| **letters > 0) {
            words.push_str(&format!(", {letters} of them to {name} at {rate}"));
        }
        if today > 0 {
            words.push_str(&format!(", done about {}", clock_time(done, (now, zone))));
        }
        if tomorrow > 0 {
            words.push_str(&format!(
                "; {tomorrow} wait for tomorrow by the warm-up plan"
            ));
        }
        let pace = Pace {
            today,
            tomorrow,
            done,
        };
        Some((words, pace))
    }
}

/// What a dry run says of the pace, for JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// Letters that go today.
    pub(super) today: u64,
    /// Letters that wait for another day.
    pub(super) tomorrow: u64,
    /// When the last of today's goes, at the soonest.
    pub(super) done: DateTime<Utc>,
}

/// When the last letter of an issue goes: at the pace of the last issue, and not before the limits let it.
pub(super) struct Until {
    /// The instant.
    pub(super) at: DateTime<Utc>,
    /// How many letters a minute the last issue went at.
    pub(super) a_minute: u64,
    /// Whether that is later than what the limits alone let expect.
    pub(super) is_later: bool,
}

impl Until {
    /// Of so many letters that begin to leave at an instant, where some wait for the first of them, the limits give them so
    /// much time, and so much was measured.
    pub(super) fn of(
        letters: u64,
        (begins, wait): (DateTime<Utc>, Duration),
        limits: Duration,
        measured: Measured,
    ) -> Self {
        let a_minute = measured.a_minute();
        let at_its_pace = Duration::from_secs_f64(letters as f64 / a_minute * 60.0);
        Self {
            at: begins + wait + limits.max(at_its_pace),
            a_minute: a_minute.round() as u64,
            is_later: wait + at_its_pace > limits,
        }
    }

    /// What a dry run says of it; the day is said where it is not that of `now`.
    pub(super) fn words(&self, (now, zone): (DateTime<Utc>, Tz)) -> String {
        format!(
            "about {}, at the last issue's {} a minute",
            clock_time(self.at, (now, zone)),
            with_commas(self.a_minute)
        )
    }
}

/// The time of day, and the day where it is not today.
fn clock_time(at: DateTime<Utc>, (now, zone): (DateTime<Utc>, Tz)) -> String {
    let (today, local) = (
        now.with_timezone(&zone).date_naive(),
        at.with_timezone(&zone),
    );
    let format = match local.date_naive() == today {
        true => "%H:%M",
        false => "%d.%m. %H:%M",
    };
    local.format(format).to_string()
}

/// A number with a comma after every three digits from its end.
fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|part| std::str::from_utf8(part).ok())
        .collect();
    parts.join(",")
}

/// A stretch of time as a person says it: `40 s`, `12 min`, `2 h 46 min`.
pub(super) fn in_words(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (0..=90, _) => format!("{seconds} s"),
        (_, 0..=90) => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn a_dry_run_says_at_what_rate_and_until_when() {
        let now = Utc.with_ymd_and_hms(2026, 11, 23, 5, 1, 0).unwrap();
        let at = (now, chrono_tz::Europe::Copenhagen);
        let limits = |text: &str| Limits::of(&toml::from_str(text).unwrap());
        let check =
            |rate: Option<&str>, table: &str, letters: usize, left, expected: Option<&str>| {
                let forecast = Forecast {
                    limits: limits(table),
                    rate: rate.map(|rate| rate.parse().unwrap()),
                };
                let addresses = ["a@gmail.com", "b@kommune.example"].into_iter().cycle();
                let words = forecast.words(addresses.take(letters), left, at);
                assert_eq!(words.map(|(words, _)| words).as_deref(), expected);
            };
        check(None, "", 400, None, None);
        check(
            Some("20/s"),
            "",
            1200,
            None,
            Some("1200 letters at 20/s, done about 06:02"),
        );
        check(
            Some("20/s"),
            "[\"gmail.com\"]\nrate = \"60/hour\"\n",
            426,
            Some(26),
            Some(
                "26 letters at 20/s, 13 of them to gmail.com at 60/hour, done about 06:14; 400 wait for tomorrow by the warm-up plan",
            ),
        );
        check(
            None,
            "",
            5,
            Some(0),
            Some("0 letters; 5 wait for tomorrow by the warm-up plan"),
        );
        check(
            Some("1/hour"),
            "",
            30,
            None,
            Some("30 letters at 1/hour, done about 24.11. 12:01"),
        );
    }

    #[test]
    fn an_end_is_told_from_what_was_measured() {
        let now = Utc.with_ymd_and_hms(2026, 11, 23, 5, 1, 0).unwrap();
        let at = (now, chrono_tz::Europe::Copenhagen);
        let seconds = Duration::from_secs;
        let measured = |letters, took| Measured {
            letters,
            took: seconds(took),
        };
        let check = |letters, wait, limits, measured, expected: &str, is_later| {
            let until = Until::of(letters, (now, seconds(wait)), seconds(limits), measured);
            assert_eq!(until.words(at), expected);
            assert_eq!(until.is_later, is_later);
        };
        check(
            312_000,
            0,
            0,
            measured(520_000, 6000),
            "about 07:01, at the last issue's 5,200 a minute",
            true,
        );
        check(
            312_000,
            900,
            7200,
            measured(520_000, 6000),
            "about 08:16, at the last issue's 5,200 a minute",
            false,
        );
        check(
            2_000_000,
            0,
            0,
            measured(1_000, 60),
            "about 24.11. 15:21, at the last issue's 1,000 a minute",
            true,
        );
        check(
            5,
            0,
            0,
            measured(999, 60),
            "about 06:01, at the last issue's 999 a minute",
            true,
        );
    }

    #[test]
    fn a_stretch_of_time_is_said_short() {
        let check = |seconds, words| assert_eq!(in_words(Duration::from_secs(seconds)), words);
        check(0, "0 s");
        check(90, "90 s");
        check(91, "2 min");
        check(10_000, "2 h 47 min");
    }
}
