//! Everybody who stands in the subscriber files, in eight octets each.

use std::time::SystemTime;

use super::{FileStamp, Roster};
use crate::domain::key::{SigningKey, SubscriberId};

/// Everybody who stands in the files, by the first eight octets of their ids.
///
/// Of two readers with the same eight, one taken out of the files still gets the letter planned before; among a
/// million readers that befalls a reader taken out once in 2^44. Nobody who stands in the files is ever missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The files it was made of, as they were.
    pub(super) stamps: Vec<FileStamp>,
    /// Sorted, and empty where `is_whole` is not.
    pub(super) readers: Vec<u64>,
    pub(super) is_whole: bool,
    /// When the files were begun to be read.
    pub(super) begun: Option<SystemTime>,
}

impl Listing {
    /// Begins, before any of the files is looked at: nobody is noted.
    pub fn begun() -> Self {
        Self {
            // Held against the times of the files, which are the system's too.
            begun: Some(SystemTime::now()),
            ..Self::default()
        }
    }

    /// Notes a reader.
    pub fn note(&mut self, reader: &SubscriberId) {
        self.readers.push(short(reader));
    }

    /// Ends the listing of a roster whose sound readers were noted as they came by.
    pub fn finish(&mut self, roster: &Roster, key: &SigningKey) {
        // No file at all is a share that is not mounted sooner than a list nobody stands on.
        self.is_whole = roster.uncuttable.is_empty() && !roster.stamps.is_empty();
        self.stamps.clone_from(&roster.stamps);
        if !self.is_whole {
            self.readers = Vec::new();
            return;
        }
        // A slip of the pen in an entry takes nobody off the list.
        for address in &roster.faulty {
            self.note(&key.subscriber_id(address));
        }
        self.readers.sort_unstable();
        self.readers.shrink_to_fit();
    }

    /// Whether a reader may stand in the files: all may where not every file could be read.
    pub fn may_have(&self, reader: &SubscriberId) -> bool {
        !self.is_whole || self.has(reader)
    }

    pub(super) fn has(&self, reader: &SubscriberId) -> bool {
        self.readers.binary_search(&short(reader)).is_ok()
    }
}

fn short(reader: &SubscriberId) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = reader.0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
