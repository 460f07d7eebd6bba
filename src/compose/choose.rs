//! Which items of an issue a reader's choices let through, at the cost of a few bit operations a reader.

use std::collections::BTreeMap;

use super::WhenEmpty;
use crate::domain::{issue::Digest, subscriber::ChoicesRef};

/// How many of the top items a reader gets whose choices match nothing and who is to get highlights.
const HIGHLIGHTS: usize = 5;

/// Knows for each topic and section which items it has.
#[derive(Debug, Clone)]
pub struct Chooser {
    all: u64,
    highlights: u64,
    topics: Bits,
    sections: Bits,
}

/// Bits by id, sorted: an issue has so few that comparing them is faster than hashing.
#[derive(Debug, Clone)]
struct Bits(Vec<(String, u64)>);

impl Bits {
    fn of(&self, id: &str) -> u64 {
        let place = self.0.binary_search_by(|(known, _)| known.as_str().cmp(id));
        place.map_or(0, |place| self.0[place].1)
    }

    fn of_any(&self, ids: &[&str]) -> u64 {
        ids.iter().fold(0, |all, id| all | self.of(id))
    }
}

impl From<BTreeMap<&str, u64>> for Bits {
    fn from(bits: BTreeMap<&str, u64>) -> Self {
        let owned = bits.into_iter().map(|(id, bits)| (id.to_owned(), bits));
        Self(owned.collect())
    }
}

impl Chooser {
    /// Prepares for one digest. Items past the 64th are no reader's own choice; config allows at most 60.
    pub fn new(digest: &Digest, when_empty: WhenEmpty) -> Self {
        let (mut all, mut highlights) = (0, 0);
        let (mut topics, mut sections) = (BTreeMap::new(), BTreeMap::new());
        for (index, item) in digest.items.iter().enumerate().take(64) {
            let bit = 1 << index;
            all |= bit;
            if when_empty == WhenEmpty::Highlights && item.rank < HIGHLIGHTS {
                highlights |= bit;
            }
            *sections.entry(item.section.0.as_str()).or_default() |= bit;
            for found in &item.topics {
                *topics.entry(found.topic.0.as_str()).or_default() |= bit;
            }
        }
        Self {
            all,
            highlights,
            topics: topics.into(),
            sections: sections.into(),
        }
    }

    /// The items a reader gets, as a set of bits by index; zero when nothing is to be sent.
    pub fn mask<'c>(&self, choices: impl Into<ChoicesRef<'c>>) -> u64 {
        let choices = choices.into();
        let chosen = |bits: &Bits, ids: &[&str]| match ids {
            [] => self.all,
            ids => bits.of_any(ids),
        };
        let topics = chosen(&self.topics, &choices.topics);
        let sections = chosen(&self.sections, &choices.sections);
        match topics & sections {
            0 => self.highlights,
            chosen => chosen,
        }
    }

    /// The mask behind indexes.
    pub fn mask_of(indexes: &[usize]) -> u64 {
        let bits = indexes.iter().filter_map(|index| {
            let index = u32::try_from(*index).ok()?;
            1_u64.checked_shl(index)
        });
        bits.fold(0, |all, bit| all | bit)
    }

    /// The indexes behind a mask, ascending.
    pub fn indexes(mask: u64) -> Vec<usize> {
        (0..64).filter(|index| mask & (1 << index) != 0).collect()
    }
}
