//! Which forms are one word. Snowball's stems find what may be; endings decide, for its Danish stems join too much
//! (ledelse and leder are both `led`) and too little (budget is `budg`, budgettet `budget`).

use rust_stemmers::{Algorithm, Stemmer};

use super::Word;
use crate::domain::language::Language;

/// The endings of Danish nouns, adjectives and verbs that leave the word what it is.
const DANISH: &[&str] = &[
    "", "s", "e", "es", "ede", "edes", "en", "ens", "ende", "ene", "enes", "er", "ere", "eren",
    "erens", "erer", "eres", "erne", "ernes", "ers", "est", "este", "et", "ets", "n", "ne", "nes",
    "ns", "r", "rne", "rnes", "rs", "t", "te", "ts",
];

/// The English ones.
const ENGLISH: &[&str] = &[
    "", "s", "e", "es", "ed", "d", "ing", "ings", "y", "ies", "ied",
];

/// Danish plurals that change their vowel, with their singular: a closed class that no stem joins.
const VOWEL_CHANGES: &[(&str, &str)] = &[
    ("bøger", "bog"),
    ("børn", "barn"),
    ("brødre", "bror"),
    ("bønder", "bonde"),
    ("døtre", "datter"),
    ("fædre", "far"),
    ("fødder", "fod"),
    ("gæs", "gås"),
    ("hænder", "hånd"),
    ("klør", "klo"),
    ("kræfter", "kraft"),
    ("køer", "ko"),
    ("mænd", "mand"),
    ("mødre", "mor"),
    ("nætter", "nat"),
    ("rødder", "rod"),
    ("stænger", "stang"),
    ("søstre", "søster"),
    ("tænder", "tand"),
    ("tæer", "tå"),
    ("ænder", "and"),
    ("øjne", "øje"),
];

/// The fewest letters two forms must share before their endings say anything.
const SHARED: usize = 4;

/// Words so frequent that they tell the language of a text.
const DANISH_MARKS: &[&str] = &[
    "og", "at", "er", "det", "en", "til", "på", "som", "af", "der", "de", "den", "med", "ikke",
    "har", "et", "vi", "fra", "om", "kan", "skal", "blev", "bliver", "ved", "man", "efter", "når",
];
const ENGLISH_MARKS: &[&str] = &[
    "the", "of", "and", "to", "in", "that", "with", "are", "was", "were", "has", "have", "by",
    "from", "will", "this", "on", "it", "as", "their", "not", "which", "at", "be", "new", "an",
];

/// How many words are looked at to tell the language.
const SAMPLE: usize = 300;

/// The stems of both languages.
pub struct Stems {
    danish: Stemmer,
    english: Stemmer,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Stems")
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self {
            danish: Stemmer::create(Algorithm::Danish),
            english: Stemmer::create(Algorithm::English),
        }
    }
}

impl Stems {
    /// The stem of a word in lower case (Snowball).
    pub fn stem(&self, word: &str, language: Language) -> String {
        match language {
            Language::Da => self.danish.stem(word),
            Language::En => self.english.stem(word),
        }
        .into_owned()
    }
}

/// The language most of a text's small words are of; Danish where none says.
pub fn language_of<'a>(words: impl Iterator<Item = &'a Word>) -> Language {
    let (mut danish, mut english) = (0, 0);
    for word in words.take(SAMPLE) {
        danish += usize::from(DANISH_MARKS.contains(&word.plain.as_str()));
        english += usize::from(ENGLISH_MARKS.contains(&word.plain.as_str()));
    }
    if english > danish {
        Language::En
    } else {
        Language::Da
    }
}

/// Whether two words, folded, are forms of one: they begin alike, and only endings part them. Below four letters alike
/// nothing is sure, so there the second must begin with the whole first.
pub fn is_form_of(word: &str, form: &str, language: Language) -> bool {
    if word == form {
        return true;
    }
    let shared = word
        .char_indices()
        .zip(form.chars())
        .find(|((_, one), other)| one != other)
        .map_or(word.len().min(form.len()), |((at, _), _)| at);
    let (Some(ends), Some(forms)) = (word.get(shared..), form.get(shared..)) else {
        return false;
    };
    let letters = word[..shared].chars().count();
    if letters < SHARED && !(forms.is_empty() && letters > 1) {
        // `city` and `cities` part early.
        let by_y = letters + 1 == SHARED && forms == "y" && ends.starts_with("ie");
        return by_y && language == Language::En;
    }
    is_ending_after(&word[..shared], ends, language)
        && is_ending_after(&word[..shared], forms, language)
}

/// Whether a rest is an ending of what stands before it, its last letter doubled or not: `budget-tet`, `plan-ning`.
pub fn is_ending_after(before: &str, rest: &str, language: Language) -> bool {
    let endings = match language {
        Language::Da => DANISH,
        Language::En => ENGLISH,
    };
    if endings.contains(&rest) {
        return true;
    }
    let Some(last) = before.chars().next_back() else {
        return false;
    };
    let doubled = rest.strip_prefix(last);
    doubled.is_some_and(|ending| !ending.is_empty() && endings.contains(&ending))
}

/// The other number of a word whose vowel changes, folded: `bog` for `bøger`, `bøger` for `bog`.
pub fn changed(word: &str) -> Option<&'static str> {
    VOWEL_CHANGES.iter().find_map(|(many, one)| match word {
        word if word == *many => Some(*one),
        word if word == *one => Some(*many),
        _ => None,
    })
}

/// What is left of a Danish word that loses its last e before an ending: `åbn` of åben, `gaml` of gammel, `regl` of
/// regel.
pub fn contracted(word: &str) -> Option<String> {
    let (before, last) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let before = before
        .strip_suffix('e')
        .filter(|_| matches!(last, "l" | "n" | "r"))?;
    let mut letters = before.chars().rev();
    let (second, first) = (letters.next()?, letters.next()?);
    let is_vowel = |letter| "aeiouyæøå".contains(letter);
    let single = match second == first {
        true => &before[..before.len() - second.len_utf8()],
        false => before,
    };
    (!is_vowel(second) && single.contains(is_vowel)).then(|| format!("{single}{last}"))
}

#[cfg(test)]
mod tests {
    use super::{super::words, *};

    #[test]
    fn forms_of_one_word_are_told_from_words_that_only_begin_alike() {
        let danish = |form: &str, word: &str, expected| {
            let is = is_form_of(word, form, Language::Da);
            assert_eq!(is, expected, "{word} of {form}");
        };
        danish("kommune", "kommunens", true);
        danish("kommune", "kommunerne", true);
        danish("kommune", "kommunal", false);
        danish("budget", "budgettet", true);
        danish("budget", "budgetterne", true);
        danish("ledelse", "ledelsernes", true);
        danish("ledelse", "leder", false);
        danish("leder", "ledelse", false);
        danish("leder", "lederne", true);
        danish("leder", "led", false);
        danish("dige", "dig", false);
        danish("dige", "digerne", true);
        danish("skov", "skovl", false);
        danish("skov", "skoven", true);
        danish("samskabelse", "samskabte", false);
        danish("frivillig", "frivillige", true);
        danish("program", "programmet", true);
        danish("", "s", false);
        danish("i", "is", false);
        let english = |form: &str, word: &str, expected| {
            let is = is_form_of(word, form, Language::En);
            assert_eq!(is, expected, "{word} of {form}");
        };
        english("policy", "policies", true);
        english("city", "cities", true);
        english("plan", "planning", true);
        english("manager", "management", false);
        english("leader", "leadership", false);
        english("tax", "taxes", true);
    }

    #[test]
    fn a_last_e_is_lost_before_an_ending() {
        let check =
            |word, expected: Option<&str>| assert_eq!(contracted(word).as_deref(), expected);
        check("åben", Some("åbn"));
        check("gammel", Some("gaml"));
        check("regel", Some("regl"));
        check("voksen", Some("voksn"));
        check("sten", None);
        check("skoler", Some("skolr"));
        check("by", None);
        check("", None);
        check("é", None);
    }

    #[test]
    fn the_small_words_tell_the_language() {
        let check = |text: &str, expected| {
            assert_eq!(language_of(words(text).iter()), expected, "{text}");
        };
        check("Kommunen åbner et nyt plejehjem på havnen", Language::Da);
        check("The council opens a new care home", Language::En);
        check("Budget 2027", Language::Da);
        check("", Language::Da);
    }
}
