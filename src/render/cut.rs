//! Cutting texts to the room there is: at a sentence end where one stands, else at a word.

/// Words with a full stop that does not end a sentence (without it, lower case).
const ABBREVIATIONS: [&str; 47] = [
    "bl.a", "fx", "f.eks", "dvs", "mio", "mia", "kr", "pct", "kl", "nr", "ca", "ift", "mv", "m.v",
    "m.fl", "evt", "hhv", "jf", "stk", "s", "osv", "pr", "tlf", "jan", "feb", "mar", "apr", "aug",
    "sep", "sept", "okt", "nov", "dec", "inkl", "ekskl", "vedr", "red", "ifm", "mht", "d", "dr",
    "mr", "mrs", "e.g", "i.e", "no", "vs",
];

/// Words that a text does not break off after.
const SMALL: [&str; 24] = [
    "og", "eller", "men", "at", "i", "på", "med", "af", "til", "fra", "for", "om", "en", "et",
    "den", "det", "de", "der", "som", "and", "or", "the", "of", "to",
];

/// The text within `limit` characters: whole when it fits, else up to the last sentence end that leaves at
/// least a third of the room used, else up to a word with ` …`.
pub(super) fn at_sentence(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = prefix(text, limit);
    match sentence_ends(text).take_while(|end| *end <= room).last() {
        Some(end) if text[..end].chars().count() * 3 >= limit => text[..end].to_owned(),
        _ => at_word(text, limit),
    }
}

/// The text within `limit` characters: whole when it fits, else up to a word, ended by ` …`.
pub(super) fn at_word(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = &text[..prefix(text, limit.saturating_sub(2))];
    let whole = if text[room.len()..].starts_with(char::is_whitespace) {
        room
    } else {
        room.rfind(char::is_whitespace)
            .map_or(room, |space| &room[..space])
    };
    format!("{} …", led_off(whole))
}

/// The text within `limit` characters: whole when it fits, else up to the last clause that leaves at least `least` of
/// them, else up to a word; ended by ` …`.
pub(super) fn at_clause(text: &str, limit: usize, least: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = &text[..prefix(text, limit.saturating_sub(2))];
    let ends = room.char_indices().filter(|(at, mark)| {
        matches!(mark, ',' | ';' | ':' | '–') && text[at + mark.len_utf8()..].starts_with(' ')
    });
    let mut clauses = ends.map(|(at, _)| room[..at].trim_end());
    match clauses.rfind(|clause| clause.chars().count() >= least) {
        Some(clause) => format!("{clause} …"),
        None => at_word(text, limit),
    }
}

/// Without marks and small words at the end, which promise a next word that does not come.
fn led_off(text: &str) -> &str {
    let trimmed = text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '-' | '…')
    });
    match trimmed.rsplit_once(' ') {
        Some((before, last)) if SMALL.contains(&last) => led_off(before),
        _ => trimmed,
    }
}

/// The length in bytes of the first `limit` characters.
fn prefix(text: &str, limit: usize) -> usize {
    text.char_indices()
        .nth(limit)
        .map_or(text.len(), |(at, _)| at)
}

/// Where sentences end, as byte offsets after the closing mark.
fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(move |(at, mark)| {
        if !matches!(mark, '.' | '!' | '?' | '…') {
            return None;
        }
        let after = &text[at + mark.len_utf8()..];
        let closed = after.trim_start_matches(['«', '»', '"', '”', '’', '\'', ')', '‹']);
        let end = text.len() - closed.len();
        if closed.is_empty() {
            return Some(end);
        }
        let next = closed.trim_start();
        let begins = next.len() < closed.len()
            && next.starts_with(|c: char| {
                c.is_uppercase() || c.is_ascii_digit() || "»\"“”–-(‘".contains(c)
            });
        (begins && (mark != '.' || !stays_open(&text[..at]))).then_some(end)
    })
}

/// Whether a full stop after this text belongs to its last word: an abbreviation, an ordinal, an initial.
fn stays_open(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || "(»\"“–".contains(c))
        .next()
        .unwrap_or_default();
    let lower = word.to_lowercase();
    let ordinal = !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    let initial = word
        .rsplit(['.', '-'])
        .next()
        .is_some_and(|last| last.chars().count() == 1 && last.chars().all(char::is_uppercase));
    ordinal || initial || ABBREVIATIONS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_sentence_end_that_is_one() {
        let check = |text: &str, limit, expected: &str| {
            assert_eq!(at_sentence(text, limit), expected, "{text} ({limit})");
            assert!(expected.chars().count() <= limit);
        };
        check("Kort nok.", 20, "Kort nok.");
        check(
            "Første del er her. Anden del er for lang.",
            25,
            "Første del er her.",
        );
        check(
            "Vi bruger bl.a. Teams og kl. 9 det hele igen.",
            30,
            "Vi bruger bl.a. Teams og kl. …",
        );
        check(
            "Mødet er den 15. November var for tidligt sagt.",
            30,
            "Mødet er den 15. November …",
        );
        check(
            "Vi begyndte i 2026. Nu er der gået et helt år.",
            30,
            "Vi begyndte i 2026.",
        );
        check(
            "Han hedder V. Formand og bor her endnu i dag.",
            25,
            "Han hedder V. Formand …",
        );
        check(
            "»Det går jo!« Sådan sagde hun til alle andre.",
            25,
            "»Det går jo!«",
        );
        check(
            "Er det nok? ja, det mener de fleste nu om dage.",
            20,
            "Er det nok? ja …",
        );
        check(
            "Ja. Men derefter kom en meget lang fortsættelse.",
            30,
            "Ja. Men derefter kom …",
        );
    }

    #[test]
    fn a_text_is_cut_at_a_clause_that_is_long_enough() {
        let check = |text: &str, expected: &str| {
            assert_eq!(at_clause(text, 30, 15), expected, "{text}");
            assert!(expected.chars().count() <= 30);
        };
        check(
            "Broen åbner, og havnen lukker",
            "Broen åbner, og havnen lukker",
        );
        check(
            "Broen åbner i morgen, og havnen lukker",
            "Broen åbner i morgen …",
        );
        check(
            "Broen åbner i dag – og havnen lukker",
            "Broen åbner i dag …",
        );
        check(
            "Broen åbner, og havnen bliver lukket",
            "Broen åbner, og havnen …",
        );
        check(
            "Taksten stiger 5,2 pct. og mere til",
            "Taksten stiger 5,2 pct. …",
        );
    }

    #[test]
    fn a_text_is_cut_at_a_word() {
        let check = |text: &str, limit, expected: &str| {
            assert_eq!(at_word(text, limit), expected, "{text} ({limit})");
        };
        check("ærter og æbler", 14, "ærter og æbler");
        check("ærter og æbler", 13, "ærter …");
        check("ærter, og æbler", 9, "ærter …");
        check("kompetenceudviklingsstrategi", 10, "kompeten …");
        check("to ord mere", 8, "to ord …");
    }
}
