//! Which items of an issue a reader's choices let through, at the cost of a few bit operations a reader.

use std::collections::HashMap;

use super::WhenEmpty;
use crate::domain::{issue::Digest, section::SectionId, subscriber::Choices, topic::TopicId};

/// How many of the top items a reader gets whose choices match nothing and who is to get highlights.
const HIGHLIGHTS: usize = 5;

/// Knows for each topic and section which items it has.
#[derive(Debug, Clone)]
pub struct Chooser {
    all: u64,
    highlights: u64,
    topics: HashMap<TopicId, u64>,
    sections: HashMap<SectionId, u64>,
}

impl Chooser {
    /// Prepares for one digest. Items past the 64th are no reader's own choice; config allows at most 60.
    pub fn new(digest: &Digest, when_empty: WhenEmpty) -> Self {
        let mut chooser = Self {
            all: 0,
            highlights: 0,
            topics: HashMap::new(),
            sections: HashMap::new(),
        };
        for (index, item) in digest.items.iter().enumerate().take(64) {
            let bit = 1 << index;
            chooser.all |= bit;
            if when_empty == WhenEmpty::Highlights && item.rank < HIGHLIGHTS {
                chooser.highlights |= bit;
            }
            *chooser.sections.entry(item.section.clone()).or_default() |= bit;
            for found in &item.topics {
                *chooser.topics.entry(found.topic.clone()).or_default() |= bit;
            }
        }
        chooser
    }

    /// The items a reader gets, as a set of bits by index; zero when nothing is to be sent.
    pub fn mask(&self, choices: &Choices) -> u64 {
        let union = |bits: &mut dyn Iterator<Item = Option<&u64>>| {
            bits.flatten().fold(0, |all, bit| all | bit)
        };
        let topics = if choices.topics.is_empty() {
            self.all
        } else {
            union(&mut choices.topics.iter().map(|topic| self.topics.get(topic)))
        };
        let sections = if choices.sections.is_empty() {
            self.all
        } else {
            union(
                &mut choices
                    .sections
                    .iter()
                    .map(|section| self.sections.get(section)),
            )
        };
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
