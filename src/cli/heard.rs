//! What the one that stays up has said at its last look: the same is not said again at the next.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The words of two looks.
#[derive(Debug, Default)]
pub struct Heard(Mutex<Looks>);

#[derive(Debug, Default)]
struct Looks {
    last: BTreeSet<String>,
    this: BTreeSet<String>,
}

impl Heard {
    /// Whether words are new: they were said neither at the last look nor before at this one.
    pub fn is_new(&self, words: &str) -> bool {
        let mut looks = self.lock();
        let is_new = looks.this.insert(words.to_owned());
        is_new && !looks.last.contains(words)
    }

    /// Ends a look: what was not said at it is new when it is said again.
    pub fn end_look(&self) {
        let mut looks = self.lock();
        looks.last = std::mem::take(&mut looks.this);
    }

    fn lock(&self) -> MutexGuard<'_, Looks> {
        // Two sets are whole whatever their last holder did.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_said_once_and_again_when_they_had_ceased() {
        let heard = Heard::default();
        let look = |words: &[&str]| {
            let new: Vec<bool> = words.iter().map(|words| heard.is_new(words)).collect();
            heard.end_look();
            new
        };
        assert_eq!(look(&["a", "a", "b"]), [true, false, true]);
        assert_eq!(look(&["a"]), [false]);
        assert_eq!(look(&["a", "b"]), [false, true]);
        assert!(look(&[]).is_empty());
        assert_eq!(look(&["a"]), [true]);
    }
}
