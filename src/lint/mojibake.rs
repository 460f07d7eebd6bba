//! Letters read in the wrong encoding, and mark-up or invisible characters among the words.

use super::{Look, Report, Rule, finding::shown, written};

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    for (place, text) in written(look) {
        if let Some(wrong) = misread(text) {
            report.find(
                Rule::Mojibake,
                place.clone(),
                format!(
                    "`{wrong}` is a letter read in the wrong encoding: {}",
                    shown(text)
                ),
                "save the file as UTF-8, or write the letter anew",
            );
        }
        if let Some(left) = left_over(text) {
            report.find(
                Rule::Markup,
                place,
                format!("{left}: {}", shown(&visible(text))),
                "write the words alone",
            );
        }
    }
}

/// What windows-1252 has for the octets 0x80 to 0x9f; the rest of its upper half is Latin-1's.
const UPPER: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/// UTF-8 that was read as windows-1252 (`Ã¦`, `â€™`, `Â `), and what could not be read at all.
fn misread(text: &str) -> Option<String> {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == char::REPLACEMENT_CHARACTER {
            return Some(c.to_string());
        }
        let Some(next) = chars.peek().copied() else {
            continue;
        };
        let continues = matches!(next, '\u{80}'..='\u{bf}') || UPPER.contains(next);
        let wrong = match c {
            // The octets that begin the letters of Latin-1.
            'Ã' => continues,
            'Â' => matches!(next, '\u{a0}'..='\u{bf}'),
            // The octet that begins dashes and quotation marks.
            'â' => next == '€',
            'ï' => next == '»',
            _ => false,
        };
        if wrong {
            return Some([c, next].iter().collect());
        }
    }
    None
}

/// What is no word: a tag, a character by name, a character that cannot be seen.
fn left_over(text: &str) -> Option<String> {
    if let Some(tag) = tag(text) {
        return Some(format!("the tag `{tag}` would be read as it stands"));
    }
    if let Some(name) = entity(text) {
        return Some(format!("`{name}` would be read as it stands"));
    }
    // Overrides and isolates of the direction of writing (Unicode UAX #9), and blanks without width.
    let unseen = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{2060}');
    text.chars().find(unseen).map(|c| {
        format!(
            "the character U+{:04X}, which cannot be seen, is among the words",
            c as u32
        )
    })
}

/// `<b>`, `</p>`, `<script src=…`; not `5 < 6`. Its beginning, where it is long.
fn tag(text: &str) -> Option<String> {
    /// How far a tag may reach, and how much of it is told, in characters.
    const REACH: usize = 200;
    const TOLD: usize = 40;
    text.match_indices('<').find_map(|(at, _)| {
        let mut inner = text[at + 1..].chars().take(REACH);
        let first = inner.next()?;
        let letter = if first == '/' { inner.next()? } else { first };
        (letter.is_ascii_alphabetic() && inner.any(|c| c == '>')).then(|| {
            let rest = text[at..].chars();
            let told: String = rest.take(TOLD).collect();
            match told.split_once('>') {
                Some((whole, _)) => format!("{whole}>"),
                None => told,
            }
        })
    })
}

/// `&aelig;`, `&#230;`.
fn entity(text: &str) -> Option<&str> {
    /// How far a character's name may reach, in octets.
    const REACH: usize = 12;
    text.match_indices('&').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.bytes().take(REACH).position(|byte| byte == b';')?;
        let name = rest[..end].strip_prefix('#').unwrap_or(&rest[..end]);
        (name.len() >= 2 && name.bytes().all(|b| b.is_ascii_alphanumeric()))
            .then(|| &text[at..at + end + 2])
    })
}

/// Without what would turn the message's own writing about.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_read_in_the_wrong_encoding_are_known() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(misread(text).as_deref(), expected, "{text}");
        };
        check("KÃ¸benhavn", Some("Ã¸"));
        check("fÃ¥r", Some("Ã¥"));
        check("DETTE ER Ã†RGERLIGT", Some("Ã†"));
        check("det gÃ¦lder", Some("Ã¦"));
        check("Andersâ€™ cykel", Some("â€"));
        check("5Â kr.", None);
        check("5Â\u{a0}kr.", Some("Â\u{a0}"));
        check("K\u{fffd}benhavn", Some("\u{fffd}"));
        for sound in [
            "São Paulo",
            "SÃO PAULO",
            "Âge tendre",
            "ïle",
            "château",
            "Ærø",
            "naïve",
            "Ã",
        ] {
            check(sound, None);
        }
    }

    #[test]
    fn what_is_no_word_is_known() {
        let check = |text: &str, expected: bool| {
            assert_eq!(left_over(text).is_some(), expected, "{text}");
        };
        check("Det er <b>vigtigt</b>", true);
        check("<script src=\"https://ond.example/x.js\"></script>", true);
        check("Slut</p>", true);
        check("R&oslash;dgr&oslash;d", true);
        check("R&#248;dgrød", true);
        check("<b æøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøå>", true);
        check("vendt\u{202e}om", true);
        check("nul\u{200b}bredde", true);
        for sound in [
            "5 < 6 og 7 > 6",
            "Børn & unge; en status",
            "a<b",
            "AT&T",
            "شارع",
            "👩\u{200d}🚒 i byen",
            "&;",
        ] {
            check(sound, false);
        }
    }

    #[test]
    fn a_long_text_takes_no_longer_than_its_length() {
        for begin in ["<", "&", "</", "<a"] {
            assert_eq!(left_over(&begin.repeat(1_000_000)), None, "{begin}");
        }
    }
}
