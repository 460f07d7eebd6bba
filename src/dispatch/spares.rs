//! The room of letters that were sent, for letters to come: without it the system hands out and takes back the pages of
//! every letter.

use std::sync::{Mutex, PoisonError};

/// The most that are kept.
const KEPT: usize = 128;

/// Room for letters.
#[derive(Debug, Default)]
pub(super) struct Spares(Mutex<Vec<Vec<u8>>>);

impl Spares {
    /// Room for a letter: that of a sent one, or none yet.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut spares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spares.pop().unwrap_or_default()
    }

    /// Keeps the room of a letter that is not needed any more.
    pub(super) fn keep(&self, room: Vec<u8>) {
        let mut spares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spares.len() < KEPT {
            spares.push(room);
        }
    }
}
