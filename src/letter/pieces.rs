//! An issue's encoded pieces as letters are strung from them: all their text end to end.
//!
//! A letter has some eighty pieces and hardly two letters in a row have the same: looking up each piece, its segments and
//! their text where each was allocated would wait for memory three times a piece.

use std::ops::Range;

use super::encode::{EncodedPiece, Filling, Segment};
use crate::domain::{
    piece::{PieceId, Slot},
    subscriber::Format,
};

/// The pieces of an issue, by number.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    text: String,
    stretches: Vec<Stretch>,
    /// Where the stretches of each piece end.
    ends: Vec<usize>,
}

/// A stretch of text, and what of the reader's own follows it.
#[derive(Debug)]
struct Stretch {
    text: Range<usize>,
    slot: Option<(Slot, Format)>,
}

impl Pieces {
    pub(super) fn new(pieces: Vec<EncodedPiece>) -> Self {
        let mut laid = Self::default();
        for piece in pieces {
            let mut from = laid.text.len();
            for segment in piece.segments() {
                match segment {
                    Segment::Text(text) => laid.text.push_str(text),
                    Segment::Slot(slot) => {
                        laid.stretch(from, Some((*slot, piece.format)));
                        from = laid.text.len();
                    }
                }
            }
            laid.stretch(from, None);
            laid.ends.push(laid.stretches.len());
        }
        laid
    }

    fn stretch(&mut self, from: usize, slot: Option<(Slot, Format)>) {
        let text = from..self.text.len();
        if !text.is_empty() || slot.is_some() {
            self.stretches.push(Stretch { text, slot });
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Appends some of the pieces there are, each slot filled with the reader's own.
    pub(super) fn string(&self, out: &mut String, numbers: &[PieceId], own: &Filling) {
        for number in numbers {
            debug_assert!((number.0 as usize) < self.len(), "no such piece");
            for stretch in self.stretches_of(number.0 as usize) {
                out.push_str(&self.text[stretch.text.clone()]);
                if let Some((slot, format)) = stretch.slot {
                    out.push_str(own.of(slot, format));
                }
            }
        }
    }

    fn stretches_of(&self, number: usize) -> &[Stretch] {
        let Some(end) = self.ends.get(number) else {
            return &[];
        };
        let from = match number.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.stretches[from..*end]
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::domain::piece::Piece;

    fn own() -> Filling {
        Filling::new(|slot| match slot {
            Slot::Greeting => "Kære <Åse> & Bo",
            Slot::Unsubscribe => "https://x.example/?t=a",
            Slot::Preferences => "",
            Slot::SignedUp => "den 4. marts",
        })
    }

    proptest! {
        #[test]
        fn pieces_laid_end_to_end_read_as_each_alone(
            pieces in vec(
                (any::<bool>(), vec(select(vec!["", "a\n", "Ærø", "<p>", "\n", "0", "1", "2", "3"]), 0..6)),
                0..8,
            ),
            numbers in vec(0..10_usize, 0..12),
        ) {
            let encoded: Vec<EncodedPiece> = pieces
                .iter()
                .map(|(html, parts)| {
                    let part = |part: &&str| match part.parse::<usize>() {
                        Ok(slot) => Slot::ALL[slot].mark().to_string(),
                        Err(_) => (*part).to_owned(),
                    };
                    EncodedPiece::encode(&Piece {
                        name: "p".into(),
                        format: if *html { Format::Html } else { Format::Text },
                        text: parts.iter().map(part).collect(),
                    })
                })
                .collect();
            let (mut strung, mut alone) = (String::new(), String::new());
            let numbers = numbers.into_iter().filter(|number| *number < encoded.len());
            let numbers: Vec<usize> = numbers.collect();
            let ids: Vec<PieceId> = numbers.iter().map(|number| PieceId(*number as u32)).collect();
            Pieces::new(encoded.clone()).string(&mut strung, &ids, &own());
            for number in numbers {
                encoded[number].splice(&mut alone, &own());
            }
            prop_assert_eq!(strung, alone);
        }
    }
}
