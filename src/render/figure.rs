//! Figures: a fact that begins with a number, set with the number large.

use super::{clean, joined};
use crate::domain::article::{Article, Block, BlockType};

/// The room for the words under one of several figures, in characters.
const BESIDE: usize = 45;
/// The room for the words after the number of the week.
const SENTENCE: usize = 160;

/// The room for a number with its unit: a third of the column in its type.
const NUMBER: usize = 9;

/// A number with its unit, and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// `5,2 pct.`
    pub(super) number: String,
    /// `sygefravær mod 7,8 året før`
    pub(super) words: String,
}

/// The entries of a fact box as figures: when there are two or three and every one begins with its number.
pub(super) fn figures(entries: &[String]) -> Option<Vec<Figure>> {
    if !(2..=3).contains(&entries.len()) {
        return None;
    }
    let narrow = |figure: &Figure| figure.number.chars().count() <= NUMBER;
    entries
        .iter()
        .map(|entry| figure(entry, BESIDE).filter(narrow))
        .collect()
}

/// The first fact of an article that begins with a number.
pub(super) fn first(article: &Article) -> Option<Figure> {
    let facts = |block: &&Block| block.kind == BlockType::Fact;
    article
        .body
        .iter()
        .filter(facts)
        .flat_map(|block| &block.items)
        .filter_map(|entry| clean::some_line(Some(entry)))
        .find_map(|entry| figure(&entry, SENTENCE))
}

/// A fact as a figure, when it begins with a number and leaves words within `room`.
fn figure(entry: &str, room: usize) -> Option<Figure> {
    let (number, rest) = entry.split_once([' ', joined::JOIN])?;
    if !is_figure(number) {
        return None;
    }
    let (number, words) = match rest.split_once([' ', joined::JOIN]) {
        Some((unit, words))
            if joined::is_unit(unit)
                && number.chars().count() + 1 + unit.chars().count() <= NUMBER =>
        {
            (format!("{number}{}{unit}", joined::JOIN), words)
        }
        _ => (number.to_owned(), rest),
    };
    let words = words.trim();
    // A number with its unit alone says nothing of what it counts.
    let plain = !joined::is_unit(words) && words.starts_with(|c: char| c.is_alphanumeric());
    (plain && words.chars().count() <= room).then(|| Figure {
        number,
        words: joined::prose(words),
    })
}

/// Whether a word is a number and no year, date or place in a row.
fn is_figure(word: &str) -> bool {
    let bare = word.strip_suffix('%').unwrap_or(word);
    let year = bare.len() == 4 && bare.parse().is_ok_and(|year| (1700..2200).contains(&year));
    let digit = |c: char| c.is_ascii_digit();
    bare.starts_with(digit)
        && bare.ends_with(digit)
        && bare.chars().all(|c| digit(c) || ".,–-".contains(c))
        && !year
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_that_begins_with_a_number_is_a_figure() {
        let check = |entry: &str, expected: Option<(&str, &str)>| {
            let figure = figure(entry, BESIDE);
            let found = figure
                .as_ref()
                .map(|figure| (figure.number.as_str(), figure.words.as_str()));
            assert_eq!(found, expected, "{entry}");
        };
        check(
            "340 ansatte på seks hjem",
            Some(("340", "ansatte på seks hjem")),
        );
        check("5,2 pct. sygefravær", Some(("5,2\u{a0}pct.", "sygefravær")));
        check("26% færre klager", Some(("26%", "færre klager")));
        check("14 dage forud", Some(("14\u{a0}dage", "forud")));
        check("1.214 kr. i gebyr", Some(("1.214\u{a0}kr.", "i gebyr")));
        check(
            "25 minutter holder bussen",
            Some(("25", "minutter holder bussen")),
        );
        check("1. december åbner huset", None);
        check("2026 blev året", None);
        check("Bussen holder 25 minutter", None);
        check("14 dage", None);
        check("7", None);
        check("", None);
        check(&format!("8 {}", "ord ".repeat(20)), None);
    }

    #[test]
    fn figures_are_two_or_three_or_none() {
        let entries = |count: usize| vec!["8 huse".to_owned(); count];
        assert_eq!(figures(&entries(1)), None);
        assert_eq!(figures(&entries(3)).map(|figures| figures.len()), Some(3));
        assert_eq!(figures(&entries(4)), None);
        assert_eq!(figures(&["8 huse".into(), "ni huse".into()]), None);
        assert_eq!(
            figures(&["8 huse".into(), "1.000.000.000 kr.".into()]),
            None
        );
    }
}
