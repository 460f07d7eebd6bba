//! Which addresses have been passed: a hash of eight octets and a place for each, never the address.

use std::hash::{BuildHasher as _, RandomState};

use crate::domain::address::FoldedAddress;

/// Where an entry stands: its octet in all files laid end to end, and its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) octet: usize,
    pub(super) line: usize,
}

/// A line's number needs 29 bits, since a file has at most 2^29 octets; 35 are left for 32 GiB of files.
const LINE_BITS: u32 = 29;

impl Place {
    fn packed(self) -> u64 {
        (self.octet as u64) << LINE_BITS | self.line as u64
    }

    fn unpacked(packed: u64) -> Self {
        Self {
            octet: (packed >> LINE_BITS) as usize,
            line: (packed & ((1 << LINE_BITS) - 1)) as usize,
        }
    }
}

/// The addresses passed, 21 octets each: a table of open addressing, a quarter of it empty.
#[derive(Debug)]
pub(super) struct Seen {
    hasher: RandomState,
    /// Hash and packed place; a place of zero is an empty slot, since lines count from 1.
    slots: Vec<(u64, u64)>,
}

impl Seen {
    /// Room for so many addresses.
    pub(super) fn with_room(addresses: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            slots: vec![(0, 0); addresses + addresses / 3 + 1],
        }
    }

    /// Notes an address; gives the place of the first that `is_same`, out of those with its hash. An address past the
    /// room is not noted.
    pub(super) fn note(
        &mut self,
        address: &FoldedAddress,
        place: Place,
        mut is_same: impl FnMut(Place) -> bool,
    ) -> Option<Place> {
        let hash = self.hasher.hash_one(address.as_str());
        let room = self.slots.len();
        let first = ((u128::from(hash) * room as u128) >> 64) as usize;
        for slot in (first..room).chain(0..first) {
            let (other, packed) = self.slots[slot];
            if packed == 0 {
                self.slots[slot] = (hash, place.packed());
                return None;
            }
            if other == hash {
                let before = Place::unpacked(packed);
                if is_same(before) {
                    return Some(before);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::Address;

    fn folded(number: usize) -> FoldedAddress {
        Address::parse(&format!("r{number}@k.example"))
            .unwrap()
            .folded()
    }

    #[test]
    fn a_hash_seen_before_is_held_against_the_text() {
        let mut seen = Seen::with_room(1000);
        let place = |number: usize| Place {
            octet: 15 * number,
            line: 1 + number,
        };
        for number in 0..1000 {
            assert_eq!(seen.note(&folded(number), place(number), |_| true), None);
        }
        for number in 0..1000 {
            let again = |is_same| {
                let mut asked = Vec::new();
                let found = seen.note(&folded(number), place(5000), |before| {
                    asked.push(before);
                    is_same
                });
                (found, asked)
            };
            let (found, asked) = { again }(true);
            assert_eq!((found, asked), (Some(place(number)), vec![place(number)]));
        }
        // Another address of the same hash is nobody's second.
        assert_eq!(seen.note(&folded(7), place(5001), |_| false), None);
        assert_eq!(
            seen.note(&folded(7), place(5002), |before| before == place(5001)),
            Some(place(5001))
        );
    }

    #[test]
    fn places_at_the_end_of_a_large_list_are_kept() {
        let place = Place {
            octet: (1 << 35) - 1,
            line: (1 << 29) - 1,
        };
        assert_eq!(Place::unpacked(place.packed()), place);
    }
}
