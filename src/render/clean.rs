//! What comes from outside, made fit to print.

use url::Url;

use crate::domain::{article::ArticleId, piece::without_marks};

/// One line of text from outside: no slot marks, controls or soft hyphens, white space folded. No-break spaces
/// stay.
pub(super) fn line(text: &str) -> String {
    let text = without_marks(text);
    let mut clean = String::with_capacity(text.len());
    for word in text
        .split([' ', '\n', '\t'])
        .filter(|word| !word.is_empty())
    {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.extend(word.chars().filter(|c| *c != '\u{ad}'));
    }
    clean
}

/// Whether a text has letters that are read from right to left: Hebrew, Arabic and their kin.
pub(super) fn has_right_to_left(text: &str) -> bool {
    text.chars().any(
        |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'),
    )
}

/// As [`line()`], and nothing where nothing is left.
pub(super) fn some_line(text: Option<&str>) -> Option<String> {
    text.map(line).filter(|text| !text.is_empty())
}

/// An address that may be printed: absolute http or https with a host, in ASCII. Anything else is left out.
pub(super) fn web(address: Option<&str>) -> Option<String> {
    let url = Url::parse(without_marks(address?).trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
}

/// Anchors for down-links, one an article, none twice: `nyt-budget`, `nyt-budget-2`.
pub(super) fn anchors<'a>(ids: impl Iterator<Item = &'a ArticleId>) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    ids.map(|id| {
        let slug = slug(&id.0);
        let mut anchor = slug.clone();
        let mut number = 2;
        while !taken.insert(anchor.clone()) {
            anchor = format!("{slug}-{number}");
            number += 1;
        }
        anchor
    })
    .collect()
}

/// Letters, digits and hyphens; a letter first, so that it is a sound id everywhere.
fn slug(id: &str) -> String {
    let mut slug = String::from("a");
    let mut gap = true;
    for c in id.chars().flat_map(char::to_lowercase) {
        let part = match c {
            'æ' | 'ä' => "ae",
            'ø' | 'ö' => "oe",
            'å' => "aa",
            'é' | 'è' => "e",
            'a'..='z' | '0'..='9' => "",
            _ => {
                gap = true;
                continue;
            }
        };
        if gap {
            slug.push('-');
            gap = false;
        }
        if part.is_empty() {
            slug.push(c);
        } else {
            slug.push_str(part);
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::piece::Slot;

    #[test]
    fn only_web_addresses_are_printed() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(web(Some(address)).as_deref(), expected, "{address}");
        };
        check(
            "https://avis.example/a?b=1&c=2",
            Some("https://avis.example/a?b=1&c=2"),
        );
        check(" http://avis.example ", Some("http://avis.example/"));
        check(
            "https://blåbær.dk/æ",
            Some("https://xn--blbr-roah.dk/%C3%A6"),
        );
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/artikel",
            "mailto:a@b.example",
            "https://",
            "",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn marks_in_outside_text_are_dropped() {
        for slot in Slot::ALL {
            let text = format!(" To{}\r\n ord\u{ad}bog ", slot.mark());
            assert_eq!(line(&text), "To ordbog");
            assert_eq!(
                web(Some(&format!("https://a.example/{}", slot.mark()))).as_deref(),
                Some("https://a.example/")
            );
        }
    }

    #[test]
    fn anchors_are_sound_ids_and_never_meet() {
        let ids = ["kilde/Åben æske", "kilde åben-æske", "…"].map(|id| ArticleId(id.to_owned()));
        assert_eq!(
            anchors(ids.iter()),
            ["a-kilde-aaben-aeske", "a-kilde-aaben-aeske-2", "a"]
        );
    }
}
