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

    /// Of files that can all be cut, and everybody who stands in them.
    pub(super) fn of(stamps: Vec<FileStamp>, readers: &[SubscriberId]) -> Self {
        let mut readers: Vec<u64> = readers.iter().map(short).collect();
        readers.sort_unstable();
        Self {
            is_whole: !stamps.is_empty(),
            stamps,
            readers,
            begun: None,
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

    /// Notes a reader in a listing that is ended.
    pub(super) fn insert(&mut self, reader: &SubscriberId) {
        let reader = short(reader);
        let (Ok(place) | Err(place)) = self.readers.binary_search(&reader);
        self.readers.insert(place, reader);
    }

    /// Whether a reader may stand in the files: all may where not every file could be read.
    pub fn may_have(&self, reader: &SubscriberId) -> bool {
        !self.is_whole || self.has(reader)
    }

    pub(super) fn has(&self, reader: &SubscriberId) -> bool {
        has(&self.readers, short(reader))
    }
}

/// Whether a number is among sorted ones, by interpolation. Ids are a hash's, so where one stands follows nearly from
/// what it is: halving all of a long list would fetch a dozen places of memory. Numbers of any other kind are found too.
fn has(sorted: &[u64], wanted: u64) -> bool {
    let share = |part: u64| {
        let place = u128::from(part) * sorted.len() as u128;
        usize::try_from(place >> 64).unwrap_or(usize::MAX)
    };
    let mut near = share(wanted);
    if let Some(found) = sorted.get(near) {
        near = match found.checked_sub(wanted) {
            Some(above) => near.saturating_sub(share(above)),
            None => near + share(wanted - found),
        };
    }
    let mut width = 16;
    loop {
        let (from, to) = (near.saturating_sub(width), near.saturating_add(width));
        let (from, to) = (from.min(sorted.len()), to.min(sorted.len()));
        let part = &sorted[from..to];
        let begins = from == 0 || part.first().is_some_and(|first| *first <= wanted);
        let ends = to == sorted.len() || part.last().is_some_and(|last| *last >= wanted);
        if begins && ends {
            return part.binary_search(&wanted).is_ok();
        }
        width *= 8;
    }
}

fn short(reader: &SubscriberId) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = reader.0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn numbers() -> impl Strategy<Value = Vec<u64>> {
        let any = vec(any::<u64>(), 0..2000);
        let few = vec(0..50_u64, 0..200);
        let high = vec(u64::MAX - 50..=u64::MAX, 0..200);
        prop_oneof![
            any,
            few,
            high.clone(),
            (vec(0..9_u64, 0..500), high).prop_map(|(a, b)| [a, b].concat())
        ]
    }

    proptest! {
        #[test]
        fn a_number_is_found_where_it_is(mut sorted in numbers(), other in any::<u64>()) {
            sorted.sort_unstable();
            for number in &sorted {
                for wanted in [*number, number.wrapping_add(1), number.wrapping_sub(1), other] {
                    prop_assert_eq!(has(&sorted, wanted), sorted.binary_search(&wanted).is_ok());
                }
            }
            prop_assert_eq!(has(&sorted, other), sorted.contains(&other));
        }
    }
}
