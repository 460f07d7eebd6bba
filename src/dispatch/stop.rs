//! Somebody's word that no more letters are to be begun.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Tells a run to begin no more letters: what is in flight is finished, and whoever waits hears it at once.
#[derive(Debug, Default)]
pub struct Stop {
    asked: AtomicBool,
    bell: Notify,
}

impl Stop {
    /// Asks for a stop; whether it had been asked for before.
    pub fn ask(&self) -> bool {
        let before = self.asked.swap(true, Ordering::Relaxed);
        self.bell.notify_waiters();
        before
    }

    /// Whether it has been asked for.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Waits until it is asked for.
    pub async fn asked(&self) {
        let rung = self.bell.notified();
        // Rung between the look and the wait, it is heard all the same: `rung` stands before the look.
        if !self.is_asked() {
            rung.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_hears_it_and_whoever_comes_later_does_not_wait() {
        let stop = Stop::default();
        let waits = stop.asked();
        tokio::pin!(waits);
        let still = tokio::select! {
            biased;
            () = &mut waits => false,
            () = std::future::ready(()) => true,
        };
        assert!(still && !stop.is_asked());
        assert!(!stop.ask());
        waits.await;
        assert!(stop.ask() && stop.is_asked());
        stop.asked().await;
    }
}
