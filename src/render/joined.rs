//! What stays on one line: a number with its unit, a day with its month, the dash with the word before it
//! (Retskrivningsreglerne § 40-49; the no-break space is U+00A0).

use crate::domain::language::{MONTHS_DA, MONTHS_EN};

/// The no-break space.
pub(super) const JOIN: char = '\u{a0}';

/// Words that belong to the number after them, lower case.
const BEFORE_NUMBERS: [&str; 13] = [
    "kl.", "nr.", "ca.", "uge", "den", "§", "s.", "side", "cvr", "no.", "week", "pp.", "tlf.",
];

/// What belongs to the number before it, lower case and without the marks after it.
const UNITS: [&str; 46] = [
    "%",
    "pct.",
    "pct",
    "procent",
    "kr.",
    "kr",
    "kroner",
    "øre",
    "euro",
    "mio.",
    "mio",
    "mia.",
    "mia",
    "millioner",
    "milliarder",
    "tusind",
    "min.",
    "min",
    "minutter",
    "sek.",
    "t.",
    "timer",
    "dage",
    "uger",
    "år",
    "km",
    "km/t",
    "m",
    "cm",
    "mm",
    "m2",
    "m²",
    "ha",
    "kg",
    "g",
    "ton",
    "tons",
    "l",
    "liter",
    "kwh",
    "mwh",
    "mw",
    "kw",
    "°c",
    "sal",
    "udgave",
];

/// The short forms of months that follow a day, lower case and without a full stop.
const SHORT_MONTHS: [&str; 10] = [
    "jan", "feb", "apr", "aug", "sep", "sept", "okt", "oct", "nov", "dec",
];

/// Whether a word, in lower case, is a month's name in Danish or English, or short for one.
fn is_month(word: &str) -> bool {
    MONTHS_DA.contains(&word)
        || MONTHS_EN
            .iter()
            .any(|month| month.eq_ignore_ascii_case(word))
        || SHORT_MONTHS.contains(&word)
}

/// The last word of a title that is drawn to the one before it, in letters.
const SHORT_LAST: usize = 9;
/// The most letters that are kept together at a title's end: a phone's line in the lead's type.
const TITLE_END: usize = 18;

/// Running text with no-break spaces where a line may not end.
pub(super) fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut joined = String::with_capacity(text.len() + 8);
    for (at, word) in words.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).map(|before| words[before]) {
            joined.push(if belong(before, word) { JOIN } else { ' ' });
        }
        joined.push_str(word);
    }
    joined
}

/// A title: as [`prose`], and its last two words together when the last is short, so that none stands alone.
pub(super) fn title(text: &str) -> String {
    let mut title = prose(text);
    if let Some((before, last)) = title.rsplit_once(' ') {
        let end = before.rsplit(' ').next().unwrap_or_default();
        let letters = last.chars().filter(|c| c.is_alphanumeric()).count();
        let length = end.chars().count() + 1 + last.chars().count();
        if letters <= SHORT_LAST && length <= TITLE_END && before.contains(' ') {
            let at = before.len();
            title.replace_range(at..=at, "\u{a0}");
        }
    }
    title
}

/// A postal address: as [`prose`], and the code with its town.
pub(super) fn address(text: &str) -> String {
    let mut address = prose(text);
    let code = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let joints: Vec<usize> = address
        .match_indices(' ')
        .map(|(at, _)| at)
        .filter(|at| {
            let before = address[..*at]
                .rsplit([' ', JOIN])
                .next()
                .unwrap_or_default();
            code(before) && address[at + 1..].starts_with(char::is_uppercase)
        })
        .collect();
    for at in joints.into_iter().rev() {
        address.replace_range(at..=at, "\u{a0}");
    }
    address
}

/// Whether no line may end between two words.
fn belong(before: &str, after: &str) -> bool {
    if matches!(after, "–" | "—" | "…") {
        return !before.is_empty();
    }
    let before = before.trim_start_matches(['(', '»', '›', '"', '“', '„']);
    let number = after.starts_with(|c: char| c.is_ascii_digit());
    if number {
        let lower = before.to_lowercase();
        // `11 22 33 44`: a number written in groups.
        let grouped = pair(before) && pair(after.trim_end_matches(['.', ',']));
        return grouped || BEFORE_NUMBERS.contains(&lower.as_str());
    }
    if !is_number(before) {
        return false;
    }
    let lower = after.to_lowercase();
    let bare = lower.trim_end_matches([',', ';', ':', '?', '!', ')', '«', '‹', '"', '”']);
    let word = bare.trim_end_matches('.');
    UNITS.contains(&bare) || UNITS.contains(&word) || is_day(before) && is_month(word)
}

/// Whether a word is a unit that follows a number: `pct.`, `kr.`, `dage`.
pub(super) fn is_unit(word: &str) -> bool {
    let lower = word.to_lowercase();
    UNITS.contains(&lower.as_str()) || UNITS.contains(&lower.trim_end_matches('.'))
}

fn pair(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || ".,–-½".contains(c))
        && !word.ends_with(',')
}

/// A day of a month, with the full stop that Danish writes or without.
fn is_day(word: &str) -> bool {
    let last = word.trim_end_matches('.');
    let last = last.rsplit(['–', '-']).next().unwrap_or(last);
    last.trim_end_matches('.')
        .parse::<u8>()
        .is_ok_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        text.replace(JOIN, "_")
    }

    #[test]
    fn numbers_stay_with_what_they_count() {
        let check = |text: &str, expected: &str| assert_eq!(seen(&prose(text)), expected);
        check("Mødet er kl. 9.00 i uge 48.", "Mødet er kl._9.00 i uge_48.");
        check(
            "Spar 800 kr. og 5,2 pct. i år",
            "Spar 800_kr. og 5,2_pct. i år",
        );
        check(
            "den 5. december, ca. 40 mødte",
            "den_5._december, ca._40 mødte",
        );
        check("18. og 19. januar.", "18. og 19._januar.");
        check("(12 km) eller 3 min., tak", "(12_km) eller 3_min., tak");
        check("en dag – og en nat …", "en dag_– og en nat_…");
        check("CVR 11 22 33 44. Nyt", "CVR_11_22_33_44. Nyt");
        check("§ 7 og 2. sal", "§_7 og 2._sal");
        check(
            "mellem 10 og 13 på tre gange 20, minutter",
            "mellem 10 og 13 på tre gange 20, minutter",
        );
        check("»den 3.–5. maj« og 45 maj", "»den_3.–5._maj« og 45 maj");
        check("", "");
        check("nul", "nul");
    }

    #[test]
    fn a_title_does_not_end_in_a_word_alone() {
        let check = |text: &str, expected: &str| assert_eq!(seen(&title(text)), expected);
        check("Læg ordet væk et år", "Læg ordet væk et_år");
        check(
            "Borgermødet begynder med stolene",
            "Borgermødet begynder med_stolene",
        );
        check(
            "Hvad ledere bruger afbureaukratisering til",
            "Hvad ledere bruger afbureaukratisering til",
        );
        check("Vi evaluerer evalueringerne", "Vi evaluerer evalueringerne");
        check("To ord", "To ord");
        check("Nyt", "Nyt");
        check(
            "Lukket i fem uger, efter 3 uger",
            "Lukket i fem uger, efter_3_uger",
        );
    }

    #[test]
    fn a_code_stays_with_its_town() {
        assert_eq!(
            seen(&address("Bakken 5, 2. sal, 8999 Kildeholm, 2027 alt")),
            "Bakken 5, 2._sal, 8999_Kildeholm, 2027 alt"
        );
    }
}
