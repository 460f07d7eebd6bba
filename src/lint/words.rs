//! Words too long for a phone's line.

use super::{Look, Report, Rule, finding::shown, written};

/// The longest word, in letters.
const WORD: usize = 40;

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    for (place, text) in written(look) {
        if let Some((word, letters)) = longest(text).filter(|(_, letters)| *letters > WORD) {
            report.find(
                Rule::LongWord,
                place,
                format!(
                    "a word of {letters} letters is wider than a phone: `{}`",
                    shown(word)
                ),
                "write it as two, or with a hyphen",
            );
        }
    }
}

/// The longest stretch that a line cannot be broken in.
fn longest(text: &str) -> Option<(&str, usize)> {
    text.split(|c: char| c.is_whitespace() || "-–—/\u{ad}\u{200b}".contains(c))
        .map(|word| (word, word.chars().filter(|c| c.is_alphanumeric()).count()))
        .max_by_key(|(_, letters)| *letters)
}

#[cfg(test)]
mod tests {
    use crate::lint::{Rule, sample::Day};

    #[test]
    fn a_word_fits_a_phone() {
        let check = |word: String, rules: &[Rule]| {
            let mut day = Day::sound();
            day.digest.items[0].article.title = format!("Ny {word} i byen");
            assert_eq!(day.rules(), rules, "{word}");
        };
        check("æ".repeat(40), &[]);
        check("æ".repeat(41), &[Rule::LongWord]);
        check(format!("{}-{}", "æ".repeat(30), "ø".repeat(30)), &[]);
    }
}
