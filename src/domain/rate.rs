//! How many letters may go in a stretch of time, and the bucket that keeps to it.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The most of anything anyone writes to in one unit of time.
const MOST: u32 = 1_000_000;

/// So many letters a second, minute or hour, written `20/s`, `600/min` or `5000/hour`; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Second, Self::Minute, Self::Hour];

    fn word(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "hour",
        }
    }

    fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
        })
    }
}

/// A text is no rate. Says what is wrong and, after a semicolon, what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no rate; write letters a second, minute or hour, at least 1: `20/s`, `600/min`, `5000/hour`"
)]
pub struct NoRate(String);

impl FromStr for Rate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        let parts = text.split_once('/').and_then(|(count, unit)| {
            let digits = count.bytes().all(|byte| byte.is_ascii_digit());
            let count = count.parse().ok().filter(|_| digits)?;
            let unit = Unit::ALL.into_iter().find(|known| known.word() == unit)?;
            (1..=MOST).contains(&count).then_some(Self { count, unit })
        });
        parts.ok_or_else(|| NoRate(text.to_owned()))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.count, self.unit.word())
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Rate {
    /// So many a second, at least one.
    pub const fn per_second(count: u32) -> Self {
        let count = match count {
            0 => 1,
            MOST.. => MOST,
            count => count,
        };
        Self {
            count,
            unit: Unit::Second,
        }
    }

    /// The time from one letter to the next.
    pub fn interval(self) -> Duration {
        self.unit.length() / self.count
    }

    /// How long so many letters take.
    pub fn time_for(self, letters: u64) -> Duration {
        let nanos = self.unit.length().as_nanos() * u128::from(letters) / u128::from(self.count);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many letters go in a stretch of time, rounded down.
    pub fn letters_in(self, time: Duration) -> u64 {
        let letters = time.as_nanos() * u128::from(self.count) / self.unit.length().as_nanos();
        u64::try_from(letters).unwrap_or(u64::MAX)
    }
}

/// A token bucket: a letter takes a token, one more comes with each interval of the rate, and it holds one second's
/// worth, at least one. It begins with a single token, so that runs made one after the other keep to the rate too.
///
/// Instants are the time since any fixed moment, the same for all calls.
#[derive(Debug, Clone)]
pub struct Bucket {
    interval: Duration,
    /// How long all tokens but one take to come.
    depth: Duration,
    /// When it would be full.
    full_at: Duration,
}

impl Bucket {
    /// A bucket with one token at an instant.
    pub fn new(rate: Rate, now: Duration) -> Self {
        let interval = rate.interval();
        // In time, not in whole tokens: what comes late is then not lost at rates of little more than one a second.
        let depth = Duration::from_secs(1).saturating_sub(interval);
        Self {
            interval,
            depth,
            full_at: now + depth,
        }
    }

    /// How long until there is a token; zero when there is one.
    pub fn wait(&self, now: Duration) -> Duration {
        self.full_at.saturating_sub(now + self.depth)
    }

    /// Whether all its tokens are there.
    pub fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }

    /// Takes a token.
    ///
    /// # Errors
    /// How long until there is one.
    pub fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let wait = self.wait(now);
        if !wait.is_zero() {
            return Err(wait);
        }
        self.full_at = self.full_at.max(now) + self.interval;
        Ok(())
    }

    /// Puts a token back: its letter was not begun.
    pub fn give_back(&mut self) {
        self.full_at = self.full_at.saturating_sub(self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[test]
    fn a_rate_is_letters_a_second_minute_or_hour() {
        for text in ["1/hour", "20/s", "600/min", "5000/hour", "1000000/s"] {
            assert_eq!(rate(text).to_string(), text);
        }
        assert_eq!(rate("600/min").interval(), Duration::from_millis(100));
        assert_eq!(rate("5000/hour").interval(), Duration::from_millis(720));
        assert_eq!(rate("10/s").time_for(100_000), Duration::from_secs(10_000));
        for bad in [
            "",
            "20",
            "/s",
            "0/s",
            "-1/s",
            "+1/s",
            "1.5/s",
            "20/sec",
            "20 /s",
            "20/s ",
            "20/S",
            "1000001/s",
            "99999999999/s",
            "tyve/s",
            "20/s/s",
            "æ/ø",
        ] {
            let error = bad.parse::<Rate>().unwrap_err().to_string();
            assert!(error.contains("; write letters a second"), "{error}");
        }
    }

    /// How many letters go in a time, tried at each of the instants.
    fn sent(rate: Rate, instants: impl IntoIterator<Item = Duration>) -> u64 {
        let mut bucket = Bucket::new(rate, Duration::ZERO);
        let mut sent = 0;
        for now in instants {
            while bucket.take(now).is_ok() {
                sent += 1;
            }
        }
        sent
    }

    fn every(step: Duration, until: Duration) -> impl Iterator<Item = Duration> {
        (0..)
            .map(move |number| step * number)
            .take_while(move |now| *now <= until)
    }

    #[test]
    fn an_hour_at_a_rate_sends_what_the_rate_says_however_often_it_is_asked() {
        let hour = Duration::from_secs(3600);
        for (text, expected) in [
            ("1/hour", 2),
            ("5000/hour", 5001),
            ("7/min", 421),
            ("10/s", 36_001),
        ] {
            for step in [1, 10, 250] {
                let sent = sent(rate(text), every(Duration::from_millis(step), hour));
                assert!(
                    sent <= expected && sent + sent / 50 + 1 >= expected,
                    "{text} every {step} ms: {sent}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn after_a_rest_one_seconds_worth_goes_at_once_and_no_more() {
        let check = |text: &str, burst: u64| {
            let mut bucket = Bucket::new(rate(text), Duration::ZERO);
            assert_eq!(bucket.take(Duration::ZERO), Ok(()), "{text}");
            assert!(
                bucket.take(Duration::ZERO).is_err(),
                "{text}: it begins with one"
            );
            let later = Duration::from_secs(100_000);
            let sent = (0..).take_while(|_| bucket.take(later).is_ok()).count() as u64;
            assert_eq!(sent, burst, "{text}");
        };
        check("20/s", 20);
        check("600/min", 10);
        check("59/min", 1);
        check("1/hour", 1);
    }

    #[test]
    fn the_wait_is_until_the_next_token_and_a_token_given_back_is_there() {
        let mut bucket = Bucket::new(rate("4/s"), Duration::ZERO);
        let at = Duration::from_millis;
        bucket.take(at(0)).unwrap();
        assert_eq!(bucket.take(at(100)), Err(at(150)));
        assert_eq!(bucket.wait(at(250)), Duration::ZERO);
        bucket.take(at(250)).unwrap();
        bucket.give_back();
        assert_eq!(bucket.take(at(250)), Ok(()));
        assert_eq!(bucket.take(at(250)), Err(at(250)));
        // A clock that is behind costs time, never a letter too many.
        assert_eq!(bucket.take(at(0)), Err(at(500)));
    }
}
