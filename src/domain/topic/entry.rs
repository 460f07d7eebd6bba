//! The terms of a topic or a section, and the patterns they are matched by.

use super::{Manner, Topic};
use crate::domain::words::{Case, Word, fold, inflection, words};

/// What puts an article under something, and what keeps it out.
#[derive(Debug, Clone, Default)]
pub struct Terms<'a> {
    /// Words and word groups in all their forms.
    pub words: Vec<&'a str>,
    /// Such as count in English articles alone.
    pub english: Vec<&'a str>,
    /// Word groups as they stand.
    pub phrases: Vec<&'a str>,
    /// Names as they stand, capitals too.
    pub organisations: Vec<&'a str>,
    /// What speaks against it.
    pub exclude: Vec<&'a str>,
    /// The weight it takes; that of the settings where it is absent.
    pub threshold: Option<u32>,
}

impl<'a> Terms<'a> {
    /// A topic's; its name is one of its words.
    pub fn of_topic(topic: &'a Topic) -> Self {
        let all = |list: &'a [String]| list.iter().map(String::as_str);
        Self {
            words: all(&topic.words)
                .chain(all(&topic.synonyms))
                .chain([topic.name.as_str()])
                .collect(),
            english: all(&topic.words_en)
                .chain(topic.name_en.as_deref())
                .collect(),
            phrases: all(&topic.phrases).collect(),
            organisations: all(&topic.organisations).collect(),
            exclude: all(&topic.exclude).collect(),
            threshold: topic.threshold,
        }
    }
}

/// The list a term stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    Excluded,
    Organisations,
    Phrases,
    Words,
    English,
}

/// A term, ready to be met.
#[derive(Debug)]
pub(super) struct Term {
    /// The entry it belongs to.
    pub(super) entry: usize,
    pub(super) list: List,
    pub(super) written: String,
    /// One for each of its words.
    pub(super) patterns: Vec<Pattern>,
}

/// What one word of a term may look like.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The word, folded, and what other stems its forms have: where the vowel changes, where an e is lost.
    pub(super) forms: Vec<String>,
    /// Whether every word that begins so is meant.
    pub(super) is_open: bool,
    pub(super) case: Case,
}

impl Term {
    /// Reads a term; `None` where it has no word.
    pub(super) fn read(entry: usize, list: List, written: &str) -> Option<Self> {
        let is_open = written.trim_end().ends_with('*');
        let read = words(written);
        let last = read.len().checked_sub(1)?;
        let is_exact = matches!(list, List::Organisations | List::Phrases);
        let patterns = read
            .iter()
            .enumerate()
            .map(|(place, word)| match is_open && place == last {
                true => Pattern::of(word, Manner::Beginning),
                false if is_exact => Pattern::of(word, Manner::Phrase),
                false => Pattern::of(word, Manner::Word),
            })
            .collect();
        Some(Self {
            entry,
            list,
            written: written.trim().to_owned(),
            patterns,
        })
    }

    /// Whether its words count only as they stand.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.list, List::Organisations | List::Phrases)
    }
}

impl Pattern {
    fn of(word: &Word, manner: Manner) -> Self {
        let mut forms = vec![word.folded.clone()];
        if manner == Manner::Word {
            forms.extend(inflection::changed(&word.plain).map(fold));
            forms.extend(inflection::contracted(&word.folded));
        }
        Self {
            forms,
            is_open: manner == Manner::Beginning,
            case: word.case,
        }
    }
}
