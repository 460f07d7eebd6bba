//! What a line of Danish text gives away by its look alone: sentences, headings, spoken words.

use crate::domain::piece::without_marks;

/// Shortenings whose full stop ends no sentence, in lower case without the last stop.
const ABBREVIATIONS: [&str; 38] = [
    "bl.a", "fx", "f.eks", "dvs", "mio", "mia", "kr", "pct", "kl", "nr", "ca", "ift", "mv", "m.v",
    "m.fl", "evt", "hhv", "jf", "stk", "s", "osv", "pr", "tlf", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "okt", "nov", "dec", "v", "inkl", "ekskl",
];

/// Verbs that give words to a speaker.
const SPEECH: [&str; 24] = [
    "siger",
    "sagde",
    "fortæller",
    "fortalte",
    "mener",
    "forklarer",
    "forklarede",
    "understreger",
    "tilføjer",
    "påpeger",
    "uddyber",
    "pointerer",
    "vurderer",
    "konstaterer",
    "spørger",
    "svarer",
    "skriver",
    "udtaler",
    "lyder",
    "starter",
    "fortsætter",
    "slutter",
    "opfordrer",
    "erkender",
];

/// A text as one line: control characters and the marks of slots dropped, blanks (hard ones too) squeezed.
pub(super) fn one_line(text: &str) -> String {
    let clean = without_marks(text);
    let mut line = String::with_capacity(clean.len());
    for word in clean.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// One line without soft hyphens, as titles and labels are kept.
pub(super) fn label_line(text: &str) -> String {
    one_line(&text.replace('\u{ad}', ""))
}

/// The text without the quotes and brackets that close it.
fn unclosed(text: &str) -> &str {
    text.trim_end_matches(['"', '”', '“', '»', '«', '\'', '’', ')', ']', '*', '_'])
        .trim_end()
}

/// Whether the last character ends a sentence.
pub(super) fn ends_sentence(text: &str) -> bool {
    unclosed(text).ends_with(['.', '!', '?', '…'])
}

/// Whether it ends in a full stop that is not an abbreviation's.
pub(super) fn ends_with_stop(text: &str) -> bool {
    let text = unclosed(text);
    text.ends_with('.')
        && !text.ends_with("..")
        && !text
            .split_whitespace()
            .next_back()
            .is_some_and(is_abbreviation)
}

/// Whether a word's full stop is a part of it: `bl.a.`, an initial, an ordinal.
fn is_abbreviation(word: &str) -> bool {
    let stem = word
        .trim_start_matches(['(', '"', '”', '»'])
        .trim_end_matches('.');
    if stem.is_empty() || !word.ends_with('.') {
        return false;
    }
    ABBREVIATIONS.contains(&stem.to_lowercase().as_str())
        || stem.chars().all(|c| c.is_ascii_digit()) && stem.len() <= 2
        || stem.chars().count() == 1 && stem.chars().all(char::is_uppercase)
}

/// How many sentences end in the text.
pub(super) fn sentences(text: &str) -> usize {
    let mut count = 0;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !ends_sentence(word) || unclosed(word).ends_with('.') && is_abbreviation(unclosed(word))
        {
            continue;
        }
        // A new sentence begins with a capital, a digit or a quote.
        if words
            .peek()
            .is_none_or(|next| !next.chars().next().is_some_and(char::is_lowercase))
        {
            count += 1;
        }
    }
    count
}

/// Whether it is running text rather than a heading, label or list entry.
pub(super) fn is_running(text: &str) -> bool {
    let letters = text.chars().count();
    letters > 160
        || sentences(text) >= 2 && letters >= 30
        || ends_with_stop(text) && text.split_whitespace().count() >= 4
}

/// Whether it may be a heading: short, begun as a heading is, and without a full stop
/// (Retskrivningsreglerne § 41.2).
pub(super) fn is_heading(text: &str) -> bool {
    let letters = text.chars().count();
    let begins = text
        .trim_start_matches(['"', '”', '“', '»', '«', '\'', '’', '(', '«'])
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    begins
        && (2..=150).contains(&letters)
        && !is_running(text)
        && !text.ends_with([':', ';', ','])
        && text.chars().any(char::is_alphabetic)
}

/// Whether all its letters are capitals, and it has at least two.
pub(super) fn is_shouted(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !text.chars().any(char::is_lowercase)
}

/// Whether a verb in it gives words to a speaker.
pub(super) fn is_spoken(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| SPEECH.contains(&word))
}

/// The text in lower case without the colon or stop at its end: how fixed words are compared.
pub(super) fn folded(text: &str) -> String {
    text.trim_end_matches([':', '.', '!', '…', '>', '»', ' '])
        .to_lowercase()
}

/// What follows a `Label:` at the begin of the text, whichever of the labels it is.
pub(super) fn after_label<'a>(text: &'a str, labels: &[&str]) -> Option<&'a str> {
    let (before, after) = text.split_once(':')?;
    let before = before.trim().to_lowercase();
    labels.contains(&before.as_str()).then(|| after.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_ordinals_end_no_sentence() {
        let check = |text: &str, expected: usize| assert_eq!(sentences(text), expected, "{text}");
        check("Det koster bl.a. 5 mio. kr. om året.", 1);
        check("Mødet holdes den 15. november. Alle er velkomne!", 2);
        check("P. Holm skrev det. Hun er leder.", 2);
        check("Ny plan for havnen", 0);
        check("", 0);
    }

    #[test]
    fn a_heading_takes_no_full_stop() {
        let check = |text: &str, expected: bool| assert_eq!(is_heading(text), expected, "{text}");
        check("Ny plan for havnen", true);
        check("Hvem skal betale for broen?", true);
        check("6 RÅD TIL MØDET.....", true);
        check("”Vi må lære det sammen”", true);
        check("Borgmesteren klippede snoren på broen.", false);
        check("Læs mere:", false);
        check("og så videre", false);
        check("12/9/16", false);
    }

    #[test]
    fn a_line_is_squeezed_and_stripped_of_what_may_not_stand_in_it() {
        assert_eq!(
            one_line(" a\u{a0}b\t\u{1b}c\u{f8f1}\n d "),
            "ab c d".replace("ab", "a b")
        );
        assert_eq!(label_line("digi\u{ad}tal"), "digital");
    }
}
