//! Quotation marks and brackets that are opened and not closed, or the other way round.

use super::{Look, Report, Rule, finding::shown, written};

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    for (place, text) in written(look) {
        if let Some(mark) = unbalanced(text) {
            report.find(
                Rule::Quotes,
                place,
                format!("`{mark}` has no counterpart: {}", shown(text)),
                "close it, or take it out",
            );
        }
    }
}

/// The mark that has no counterpart.
fn unbalanced(text: &str) -> Option<char> {
    brackets(text).or_else(|| quotation(text))
}

fn brackets(text: &str) -> Option<char> {
    let mut open = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        match c {
            // `:(` and `;-)` are faces.
            '(' | ')' if matches!(before, Some(':' | ';' | '-')) => {}
            '(' | '[' => open.push(c),
            ')' | ']' => {
                let pair = if c == ')' { '(' } else { '[' };
                if open.last() == Some(&pair) {
                    open.pop();
                } else if !counts(&chars[..at]) {
                    return Some(c);
                }
            }
            _ => {}
        }
    }
    open.first().copied()
}

/// Whether a bracket after this text closes a letter or number that counts: `a) først, 12) så`.
fn counts(before: &[char]) -> bool {
    let word = before.iter().rev().take_while(|c| c.is_alphanumeric());
    let length = word.clone().count();
    let digits = word.clone().all(char::is_ascii_digit);
    let begins = before.len() == length || before[before.len() - length - 1].is_whitespace();
    begins && (length == 1 || length == 2 && digits)
}

/// Guillemets point either way (»…« in Danish, «…» elsewhere) and curly marks open high or low, so each kind is counted
/// against its own.
fn quotation(text: &str) -> Option<char> {
    let count = |mark: char| text.chars().filter(|c| *c == mark).count();
    if count('»') != count('«') {
        return Some(if count('»') > count('«') {
            '»'
        } else {
            '«'
        });
    }
    if count('"') % 2 == 1 && !text.chars().any(|c| c.is_ascii_digit()) {
        return Some('"');
    }
    let (low, high, closing) = (count('„'), count('“'), count('”'));
    if (low + high + closing) % 2 == 1 {
        return Some(if low > 0 {
            '„'
        } else if high > closing {
            '“'
        } else {
            '”'
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_opened_is_closed() {
        let check = |text: &str, expected: Option<char>| {
            assert_eq!(unbalanced(text), expected, "{text}");
        };
        for sound in [
            "»Det går,« siger hun",
            "«Det går» og \"det\" og “det” og ”det” og „det“",
            "Vi (og de [andre]) kom",
            "Et hus på 12\" og 14 meter",
            "a) først, b) så og 12) til sidst",
            "Glad :) og trist :(",
            "Peters' hus",
            "",
        ] {
            check(sound, None);
        }
        check("»Det går, siger hun", Some('»'));
        check("Det går«, siger hun", Some('«'));
        check("Vi (og de andre kom", Some('('));
        check("Vi og de andre) kom", Some(')'));
        check("Vi [og de) andre]", Some(')'));
        check("\"Det går", Some('"'));
        check("”Det går, siger hun", Some('”'));
        check("“Det går, siger hun", Some('“'));
    }
}
