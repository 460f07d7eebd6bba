//! Lines of the text part.

use crate::domain::{language::Language, piece::Slot};

/// The width of the text part in characters.
pub(super) const COLUMNS: usize = 72;

/// The text in lines of at most [`COLUMNS`] characters, each after the indent and without a line end after the
/// last. A word longer than the room stays whole on a line of its own; a no-break space joins.
pub(super) fn wrap(text: &str, indent: &str) -> String {
    hanging(text, indent, indent)
}

/// As [`wrap`], with another indent before the first line: `- `, `1. `.
pub(super) fn hanging(text: &str, first: &str, indent: &str) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / 16);
    let mut column = 0;
    for word in text
        .split([' ', '\n', '\t'])
        .filter(|word| !word.is_empty())
    {
        let length = word.chars().map(columns).sum::<usize>();
        if lines.is_empty() {
            lines.push_str(first);
            column = first.chars().count();
        } else if column + 1 + length > COLUMNS {
            lines.push('\n');
            lines.push_str(indent);
            column = indent.chars().count();
        } else {
            lines.push(' ');
            column += 1;
        }
        // Joined words stay joined by where the line breaks are; on paper the space is a plain one.
        lines.extend(word.chars().map(|c| if c == '\u{a0}' { ' ' } else { c }));
        column += length;
    }
    lines
}

/// The columns a character takes; what stands for more than that counts as what it may come to.
fn columns(c: char) -> usize {
    match Slot::from_mark(c) {
        Some(Slot::SignedUp) => Language::SIGNED_UP,
        _ => 1,
    }
}

/// A whole line of one character.
pub(super) fn rule(of: char) -> String {
    of.to_string().repeat(COLUMNS)
}

/// A line that says what follows: `--- Annonce -----…`.
pub(super) fn labelled_rule(label: &str) -> String {
    let used = label.chars().count() + 5;
    format!("--- {label} {}", "-".repeat(COLUMNS.saturating_sub(used)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_72_characters_counted_not_in_bytes() {
        let text = "æøå ".repeat(40);
        let wrapped = wrap(&text, "  ");
        assert!(wrapped.lines().all(|line| line.chars().count() <= COLUMNS));
        assert!(wrapped.lines().all(|line| line.starts_with("  æøå")));
        assert_eq!(wrapped.lines().next().unwrap().chars().count(), 69);
    }

    #[test]
    fn a_sign_up_has_room_for_its_day() {
        let mark = Slot::SignedUp.mark();
        let wrapped = wrap(
            &format!("{} {mark} {}", "æ".repeat(20), "ord ".repeat(6)),
            "",
        );
        let longest = "x".repeat(Language::SIGNED_UP);
        let filled = wrapped.replace(mark, &longest);
        assert!(filled.lines().all(|line| line.chars().count() <= COLUMNS));
        assert_eq!(filled.lines().count(), 2, "{filled}");
    }

    #[test]
    fn a_long_word_stays_whole_on_its_own_line() {
        let address = format!("https://eksempel.example/{}", "a".repeat(80));
        assert_eq!(
            wrap(&format!("Se {address} nu"), "  "),
            format!("  Se\n  {address}\n  nu")
        );
        assert_eq!(wrap("", "  "), "");
        let line = format!("{} 3\u{a0}min.", "æ".repeat(66));
        assert!(wrap(&line, "").ends_with("\n3 min."));
    }

    #[test]
    fn a_list_hangs_from_its_mark() {
        assert_eq!(hanging("ét to", "- ", "  "), "- ét to");
        assert_eq!(labelled_rule("Annonce").chars().count(), COLUMNS);
    }
}
