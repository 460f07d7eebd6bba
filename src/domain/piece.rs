//! Pieces: what is rendered once and shared by every letter that prints it.

use super::{language::Language, subscriber::Format};

/// A place in a piece where a letter has something of its reader's own. Nothing else in a letter differs
/// between two readers of one edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The greeting line: `Kære Anna`, `Kære læser`.
    Greeting,
    /// The reader's signed address to leave by.
    Unsubscribe,
    /// The reader's signed address to change choices at.
    Preferences,
    /// That the reader signed up, and on which day: `den 4. marts 2026 tilmeldte dig`.
    SignedUp,
}

impl Slot {
    /// All slots.
    pub const ALL: [Self; 4] = [
        Self::Greeting,
        Self::Unsubscribe,
        Self::Preferences,
        Self::SignedUp,
    ];

    /// The private-use character that stands for the slot in rendered text: no source text can carry it, for
    /// [`without_marks`] drops it from whatever comes from outside.
    pub fn mark(self) -> char {
        match self {
            Self::Greeting => '\u{f8f0}',
            Self::Unsubscribe => '\u{f8f1}',
            Self::Preferences => '\u{f8f2}',
            Self::SignedUp => '\u{f8f3}',
        }
    }

    /// The slot behind a mark.
    pub fn from_mark(mark: char) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.mark() == mark)
    }
}

/// A text from outside without the characters that mark slots and without control characters.
pub fn without_marks(text: &str) -> String {
    text.chars()
        .filter(|c| Slot::from_mark(*c).is_none() && (!c.is_control() || *c == '\n' || *c == '\t'))
        .collect()
}

/// A piece's number within its issue, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PieceId(pub u32);

/// A rendered piece before it is encoded: lines of text ended by `\n`, slots as their marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is, for people who look into an issue: `item nyt-budget row`.
    pub name: String,
    /// Which part of a letter it belongs to.
    pub format: Format,
    /// The text.
    pub text: String,
}

/// One edition: what a group of readers with the same choices gets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edition {
    /// Whether letters of this edition have an HTML part.
    pub format: Format,
    /// The language.
    pub language: Language,
    /// The subject line, plain text.
    pub subject: String,
    /// The words an inbox shows after the subject.
    pub preheader: String,
    /// The pieces of the HTML part, in order; empty for a text edition.
    pub html: Vec<PieceId>,
    /// The pieces of the text part, in order.
    pub text: Vec<PieceId>,
    /// The items it prints, as indexes into the digest's.
    pub items: Vec<usize>,
    /// The names of the topics its footer says its readers chose; empty where it names none.
    pub topics: Vec<String>,
}
