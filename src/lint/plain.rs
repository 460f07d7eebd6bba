//! The text part as its reader gets it.

use crate::domain::piece::Slot;

/// Headings and links of a text part.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// The texts over a rule of `-` or `=`, as their letters and digits alone.
    pub(super) headings: Vec<String>,
    /// The addresses, in order.
    pub(super) links: Vec<String>,
    /// Every letter and digit, in lower case.
    pub(super) bare: String,
}

impl Plain {
    /// Reads a text part.
    pub(super) fn read(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let links = text
            .split_whitespace()
            .filter(|word| is_address(word))
            .map(|word| word.trim_matches(['<', '>']).to_owned())
            .collect();
        let headings = (1..lines.len())
            .filter(|at| is_rule(lines[*at]) && !lines[at - 1].trim().is_empty())
            .map(|at| {
                // The heading is the first line of its stretch; standfirst and theme stand under it.
                let begin = lines[..at]
                    .iter()
                    .rposition(|line| line.trim().is_empty() || is_rule(line))
                    .map_or(0, |empty| empty + 1);
                bare(lines[begin.min(at - 1)])
            })
            .filter(|heading| !heading.is_empty())
            .collect();
        Self {
            headings,
            links,
            bare: bare(text),
        }
    }
}

/// Whether a word is an address: of the web, or the reader's own.
fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches('<');
    word.starts_with("https://") || word.starts_with("http://") || word.starts_with(is_own)
}

/// Whether a character stands for an address that is the reader's own.
pub(super) fn is_own(mark: char) -> bool {
    matches!(
        Slot::from_mark(mark),
        Some(Slot::Unsubscribe | Slot::Preferences)
    )
}

fn is_rule(line: &str) -> bool {
    line.len() >= 10 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'='))
}

/// The letters and digits of a text in lower case: what is left when capitals, line breaks, dashes and soft hyphens are
/// set one way in HTML and another in text.
pub(super) fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_stand_over_rules_and_links_alone() {
        let plain = Plain::read(
            "BLADET\nmandag\n==========\n\nKære dig\n\nNYHEDER\nKort og godt\n----------\n\nTitel\n  Lede\n  https://a.example/b\n\
             Afmeld:\n\u{f8f1}\n--- Annonce ----\n",
        );
        assert_eq!(plain.headings, ["bladet", "nyheder"]);
        assert_eq!(plain.links, ["https://a.example/b", "\u{f8f1}"]);
        assert!(plain.bare.contains("titellede"));
    }

    #[test]
    fn rubbish_has_no_headings() {
        for text in ["", "\n", "----------", "==========\n----------\n", "\u{0}"] {
            assert!(Plain::read(text).headings.is_empty(), "{text:?}");
        }
    }
}
