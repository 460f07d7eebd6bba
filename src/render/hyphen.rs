//! Soft hyphens for long Danish words in the label column.

/// Words of fewer letters fit the column.
const LONG: usize = 14;
/// The letters that stay together on either side.
const SIDE: usize = 4;

/// The text with soft hyphens where a long word may break: before the last consonant between two vowels, which
/// is where Danish divides simple words (Retskrivningsordbogen § 15) and, for most compounds, their joint.
pub(super) fn soft(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(hyphenated).collect();
    words.join(" ")
}

fn hyphenated(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < LONG {
        return word.to_owned();
    }
    let mut hyphenated = String::with_capacity(word.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        if at >= SIDE && at + SIDE <= letters.len() && divides(&letters, at) {
            hyphenated.push('\u{ad}');
        }
        hyphenated.push(*letter);
    }
    hyphenated
}

/// Whether a syllable begins at a letter: a consonant before a vowel, with a vowel somewhere before it.
fn divides(letters: &[char], at: usize) -> bool {
    let vowel = |c: char| "aeiouyæøåé".contains(c.to_ascii_lowercase()) || "ÆØÅ".contains(c);
    let joined = matches!(
        (letters[at - 1], letters[at]),
        ('n', 'g') | ('c', 'h' | 'k') | ('p' | 's' | 't', 'h') | ('q', _)
    );
    let cluster = matches!(
        (letters[at - 1], letters[at]),
        ('p' | 'b' | 'k' | 'g' | 'f' | 'd' | 't', 'r') | ('p' | 'b' | 'k' | 'g' | 'f', 'l')
    );
    letters[at].is_alphabetic()
        && letters[at - 1].is_alphabetic()
        && !vowel(letters[at])
        && letters.get(at + 1).is_some_and(|next| vowel(*next))
        && !joined
        && !cluster
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_may_break_between_syllables_and_short_ones_never() {
        let check = |word: &str, expected: &str| {
            assert_eq!(soft(word).replace('\u{ad}', "-"), expected);
        };
        check("kommunikationskonsulent", "kommu-ni-ka-tions-kon-su-lent");
        check(
            "fællestillidsrepræsentant i Åby",
            "fælles-til-lids-repræ-sen-tant i Åby",
        );
        check("Digitalisering", "Digi-ta-li-se-ring");
        check("teknisk serviceleder", "teknisk serviceleder");
        check("Afbureaukratisering", "Afbu-reaukra-ti-se-ring");
        check("æøåæøåæøåæøåæøå", "æøåæøåæøåæøåæøå");
    }
}
