//! What an edit takes out of a file and puts in its place.

use crate::domain::key::{hex, sha256};

/// How much of the text around an edit must still stand for the edit to be found again.
pub(crate) const AROUND: usize = 120;

/// The one place where two texts differ, in whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    /// Where it begins, in octets.
    pub(super) at: usize,
    /// What stood there.
    pub(super) removed: String,
    /// How many octets stand there now.
    pub(super) put: usize,
}

impl Splice {
    /// The splice that makes one text of the other.
    pub(super) fn between(before: &str, after: &str) -> Self {
        let head = common(before.as_bytes().iter(), after.as_bytes().iter());
        let at = before[..floor(before, head)]
            .rfind('\n')
            .map_or(0, |end| end + 1);
        let tail = common(
            before.as_bytes()[at..].iter().rev(),
            after.as_bytes()[at..].iter().rev(),
        );
        // A line is whole only when the end of the one above it is on the same side.
        let end = before.len() - tail;
        let line_end = before.as_bytes()[end..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(before.len(), |more| end + more + 1);
        let kept = before.len() - line_end;
        Self {
            at,
            removed: before[at..line_end].to_owned(),
            put: after.len() - kept - at,
        }
    }

    /// The hash by which the splice's new text and what stands around it are known again.
    pub(super) fn mark(&self, after: &str) -> Mark {
        let (from, to) = (
            self.at.saturating_sub(AROUND),
            (self.at + self.put + AROUND).min(after.len()),
        );
        Mark {
            above: self.at - from,
            below: to - self.at - self.put,
            length: after.len(),
            hash: hex(&sha256(&after.as_bytes()[from..to])),
        }
    }

    /// Where the new text stands in a text that may have changed above or below it; `None` when it does not.
    pub(super) fn found(&self, mark: &Mark, text: &str) -> Option<usize> {
        let shifted = (self.at + text.len()).checked_sub(mark.length);
        [Some(self.at), shifted]
            .into_iter()
            .flatten()
            .find(|at| self.stands_at(*at, mark, text))
    }

    fn stands_at(&self, at: usize, mark: &Mark, text: &str) -> bool {
        let Some(from) = at.checked_sub(mark.above) else {
            return false;
        };
        let is_at_edge = |is_cut: bool, is_edge: bool| is_cut || is_edge;
        let to = at + self.put + mark.below;
        is_at_edge(mark.above == AROUND, from == 0)
            && is_at_edge(mark.below == AROUND, to == text.len())
            && text.is_char_boundary(at)
            && text.is_char_boundary(at + self.put)
            && text
                .as_bytes()
                .get(from..to)
                .is_some_and(|bytes| hex(&sha256(bytes)) == mark.hash)
    }

    /// The text with what was taken put back, for a splice found at a place.
    pub(super) fn undone(&self, at: usize, text: &str) -> String {
        format!("{}{}{}", &text[..at], self.removed, &text[at + self.put..])
    }
}

/// By what a splice is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Octets of the text above that the hash takes in.
    pub(super) above: usize,
    /// The same below.
    pub(super) below: usize,
    /// Octets of the whole text.
    pub(super) length: usize,
    /// SHA-256 of the new text with what stands above and below.
    pub(super) hash: String,
}

fn common<'a>(a: impl Iterator<Item = &'a u8>, b: impl Iterator<Item = &'a u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop::sample::select(vec!["a\n", "b\n", "æ\r\n", "å", "\n"]),
            0..9,
        )
        .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn what_is_undone_is_what_was(before in text(), after in text(), above in text(), below in text()) {
            let splice = Splice::between(&before, &after);
            let mark = splice.mark(&after);
            let at = splice.found(&mark, &after).unwrap();
            prop_assert_eq!(splice.undone(at, &after), before.clone());
            // Changed elsewhere, it is found or refused, never put in the wrong place.
            let around = "x".repeat(AROUND);
            let (before, after) = (format!("{around}\n{before}{around}"), format!("{around}\n{after}{around}"));
            let splice = Splice::between(&before, &after);
            let mark = splice.mark(&after);
            let hand = format!("{above}{after}");
            if let Some(at) = splice.found(&mark, &hand) {
                prop_assert_eq!(splice.undone(at, &hand), format!("{above}{before}"));
            }
            let hand = format!("{after}{below}");
            if let Some(at) = splice.found(&mark, &hand) {
                prop_assert_eq!(splice.undone(at, &hand), format!("{before}{below}"));
            }
        }
    }
}
