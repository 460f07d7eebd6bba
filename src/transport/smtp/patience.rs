//! How long a relay is waited for.

use std::time::Duration;

/// The deadlines of a conversation: the least that RFC 5321 §4.5.3.2 asks for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until the connection stands.
    pub connect: Duration,
    /// Greeting and EHLO; the TLS handshake; logging in: each (§4.5.3.2.1).
    pub session: Duration,
    /// The reply to MAIL (§4.5.3.2.2), and to RSET.
    pub mail: Duration,
    /// The reply to RCPT (§4.5.3.2.3).
    pub recipient: Duration,
    /// The reply to DATA (§4.5.3.2.4).
    pub data: Duration,
    /// Until some of what is written has left (§4.5.3.2.5).
    pub block: Duration,
    /// The reply after the body's last dot (§4.5.3.2.6).
    pub body: Duration,
    /// The reply to QUIT: nothing hangs on it.
    pub quit: Duration,
    /// The first pause before connecting again to a relay in trouble; it doubles up to sixteen times this, and up to
    /// 256 times where another relay takes the letters meanwhile. Also the first pause before each letter to a relay
    /// that asks for fewer.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Self {
            connect: Duration::from_secs(30),
            session: minutes(5),
            mail: minutes(5),
            recipient: minutes(5),
            data: minutes(2),
            block: minutes(3),
            body: minutes(10),
            quit: Duration::from_secs(5),
            pause: Duration::from_secs(1),
        }
    }
}

impl Patience {
    /// The pause after so many faults in a row.
    pub(super) fn pause_after(&self, faults: u32) -> Duration {
        self.doubled(faults, 4)
    }

    /// The same where another relay takes the letters meanwhile.
    pub(super) fn rest_after(&self, faults: u32) -> Duration {
        self.doubled(faults, 8)
    }

    fn doubled(&self, faults: u32, times: u32) -> Duration {
        match faults {
            0 => Duration::ZERO,
            faults => self.pause * (1 << (faults - 1).min(times)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_growing() {
        let patience = Patience::default();
        let seconds = |faults| patience.pause_after(faults).as_secs();
        assert_eq!(
            [0, 1, 2, 3, 5, 6, 40].map(seconds),
            [0, 1, 2, 4, 16, 16, 16]
        );
        let rests = |faults| patience.rest_after(faults).as_secs();
        assert_eq!([0, 1, 5, 9, 10, 40].map(rests), [0, 1, 16, 256, 256, 256]);
    }
}
