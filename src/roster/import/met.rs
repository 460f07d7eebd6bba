//! Who stands in the subscriber files, and who came in the export so far: twelve octets of a reader, whichever it is, so
//! that an export of a whole list takes no more than the list itself.

use crate::domain::{address::FoldedAddress, key::sha256};

/// How many drawers there are: as many as two octets of a hash tell apart, less their lowest four bits.
const DRAWERS: usize = 1 << 12;

/// Readers by their hashes, sorted into drawers, so that none is ever moved far.
#[derive(Debug)]
pub(super) struct Met {
    drawers: Vec<Vec<Reader>>,
}

/// What is kept of a reader. Of two addresses with the same 100 bits of a SHA-256 nobody knows any.
#[derive(Debug, Clone, Copy)]
struct Reader {
    hash: [u8; 11],
    came: Came,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Came {
    No,
    Yes,
}

/// Whom a row of the export is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coming {
    /// Somebody who stands in no file and came in no row before.
    New,
    /// Somebody who stands in a file and came in no row before.
    Stands,
    /// Somebody who came in a row before.
    Again,
}

impl Met {
    /// Nobody yet.
    pub(super) fn nobody() -> Self {
        Self {
            drawers: vec![Vec::new(); DRAWERS],
        }
    }

    /// Notes that a reader stands in a file.
    pub(super) fn stands(&mut self, address: &FoldedAddress) {
        self.note(address, Came::No);
    }

    /// Notes that a reader comes in a row, and says who that is.
    pub(super) fn comes(&mut self, address: &FoldedAddress) -> Coming {
        let Some(known) = self.note(address, Came::Yes) else {
            return Coming::New;
        };
        match std::mem::replace(&mut known.came, Came::Yes) {
            Came::No => Coming::Stands,
            Came::Yes => Coming::Again,
        }
    }

    /// The reader as known; one who is not is put in.
    fn note(&mut self, address: &FoldedAddress, came: Came) -> Option<&mut Reader> {
        let whole = sha256(address.as_str().as_bytes());
        let drawer = &mut self.drawers[usize::from(u16::from_be_bytes([whole[0], whole[1]]) >> 4)];
        let mut hash = [0; 11];
        hash.copy_from_slice(&whole[2..13]);
        match drawer.binary_search_by(|reader| reader.hash.cmp(&hash)) {
            Ok(at) => drawer.get_mut(at),
            Err(at) => {
                if drawer.len() == drawer.capacity() {
                    // All drawers fill alike: twice the room would be twice the room in all of them.
                    drawer.reserve_exact(drawer.len() / 8 + 8);
                }
                drawer.insert(at, Reader { hash, came });
                None
            }
        }
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
    fn everybody_comes_once_and_again_whether_they_stand_in_a_file_or_not() {
        let mut met = Met::nobody();
        for number in (0..20_000).step_by(2) {
            met.stands(&folded(number));
            met.stands(&folded(number));
        }
        for round in 0..2 {
            for number in 0..20_000 {
                let expected = match (round, number % 2) {
                    (0, 0) => Coming::Stands,
                    (0, _) => Coming::New,
                    _ => Coming::Again,
                };
                assert_eq!(met.comes(&folded(number)), expected, "{round} {number}");
            }
        }
    }

    #[test]
    fn a_reader_takes_twelve_octets_and_little_room_is_left_over() {
        assert_eq!(size_of::<Reader>(), 12);
        let mut met = Met::nobody();
        for number in 0..100_000 {
            met.comes(&folded(number));
        }
        let room: usize = met.drawers.iter().map(Vec::capacity).sum();
        assert!((100_000..150_000).contains(&room), "{room}");
    }
}
