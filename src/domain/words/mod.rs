//! The words of a text as they are compared: lower case, in one normal form, told from names.
//!
//! | page | what it knows |
//! | --- | --- |
//! | `mod.rs` | where words and sentences begin and end |
//! | [`inflection`] | which forms are one word, in Danish and English |
//! | [`compound`] | what Danish compounds are made of |
//! | [`persons`] | which words are a person's name |

pub mod compound;
pub mod inflection;
pub mod persons;

use unicode_normalization::UnicodeNormalization as _;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Without a capital in front.
    Lower,
    /// With a capital in front.
    Capital,
    /// In capitals alone, two at least: `KL`.
    Upper,
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In lower case, composed (NFC), without soft hyphens and what follows an apostrophe.
    pub plain: String,
    /// The same with `aa` as `å`: Aarhus and Århus are one.
    pub folded: String,
    /// How it is written.
    pub case: Case,
    /// Whether a sentence begins with it, where a capital says nothing.
    pub opens: bool,
    /// Whether it is part of a person's name, as far as [`persons::mark`] can tell.
    pub is_person: bool,
}

/// The words of a text in their order. A word that is broken at a line's end is one.
pub fn words(text: &str) -> Vec<Word> {
    let mut reading = Reading {
        words: Vec::with_capacity(text.len() / 6),
        current: String::new(),
        opens: true,
    };
    let mut rest = text.chars().peekable();
    // What is ASCII is composed already.
    let composed: String;
    if !text.is_ascii() {
        composed = text.nfc().filter(|letter| !is_unseen(*letter)).collect();
        rest = composed.chars().peekable();
    }
    while let Some(letter) = rest.next() {
        if letter.is_alphanumeric() {
            reading.current.push(letter);
            continue;
        }
        let inside = !reading.current.is_empty();
        match letter {
            '\'' | '’' if inside => {
                reading.end();
                // `KL's` is KL, `don't` is do: what follows tells nothing.
                while rest.next_if(|next| next.is_alphanumeric()).is_some() {}
            }
            '-' | '\u{2010}' if inside && is_broken(rest.clone()) => {
                while rest.next_if(|next| next.is_whitespace()).is_some() {}
            }
            _ => {
                reading.end();
                let next = rest.peek();
                let ends = matches!(letter, '!' | '?' | '…' | ':')
                    || letter == '.' && next.is_none_or(|next| !next.is_alphanumeric());
                reading.opens |= ends;
            }
        }
    }
    reading.end();
    reading.words
}

/// A text's words without their marks, one blank apart: what two copies of one line have in common.
pub fn plainly(text: &str) -> String {
    let words = words(text);
    let plain: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    plain.join(" ")
}

/// A word as it is compared, `aa` as `å`.
pub fn fold(plain: &str) -> String {
    plain.replace("aa", "å")
}

struct Reading {
    words: Vec<Word>,
    current: String,
    opens: bool,
}

impl Reading {
    /// The word that is being read is whole.
    fn end(&mut self) {
        if self.current.is_empty() {
            return;
        }
        let plain = self.current.to_lowercase();
        let capitals = self.current.chars().filter(|c| c.is_uppercase()).count();
        let first_is_one = self.current.starts_with(char::is_uppercase);
        let letters = self.current.chars().filter(|c| c.is_alphabetic()).count();
        self.words.push(Word {
            folded: fold(&plain),
            plain,
            case: match (capitals, first_is_one) {
                (2.., _) if capitals == letters => Case::Upper,
                (_, true) => Case::Capital,
                _ => Case::Lower,
            },
            opens: std::mem::take(&mut self.opens),
            is_person: false,
        });
        self.current.clear();
    }
}

/// Soft hyphens and marks that take no room.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether a hyphen broke a word at a line's end: `kompe-` and `tence` below, not `ledelses-` and `og` below.
fn is_broken(rest: std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut line_ends = false;
    let mut next = rest
        .skip_while(|letter| {
            line_ends |= *letter == '\n';
            letter.is_whitespace()
        })
        .take_while(|letter| letter.is_alphanumeric())
        .peekable();
    if !next.peek().is_some_and(|letter| letter.is_lowercase()) {
        return false;
    }
    let following: String = next.take(6).collect();
    line_ends && !matches!(following.as_str(), "og" | "eller" | "samt" | "and" | "or")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_and_written_one_way() {
        let check = |text: &str, expected: &str| assert_eq!(plainly(text), expected, "{text:?}");
        check("Kommunens  budget, 2027.", "kommunens budget 2027");
        check("digi\u{ad}talise\u{ad}ring", "digitalisering");
        check("A\u{30a}rhus og Aarhus", "århus og århus");
        check("KL's og COK’s forslag", "kl og cok forslag");
        check("kompe-\n  tenceudvikling", "kompetenceudvikling");
        check("ledelses-\nog kompetence", "ledelses og kompetence");
        check("it-systemet", "it systemet");
        check("bl.a. 1.000 kr.", "bl a 1 000 kr");
        check("", "");
        check("\u{ad} - … »«", "");
    }

    #[test]
    fn a_word_knows_its_capitals_and_where_sentences_begin() {
        let read = words("KL mener det. Skolen i Ravnsø: Åben igen");
        let seen: Vec<(&str, Case, bool)> = read
            .iter()
            .map(|word| (word.plain.as_str(), word.case, word.opens))
            .collect();
        assert_eq!(
            seen,
            [
                ("kl", Case::Upper, true),
                ("mener", Case::Lower, false),
                ("det", Case::Lower, false),
                ("skolen", Case::Capital, true),
                ("i", Case::Lower, false),
                ("ravnsø", Case::Capital, false),
                ("åben", Case::Capital, true),
                ("igen", Case::Lower, false),
            ]
        );
    }
}
