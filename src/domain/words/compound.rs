//! What Danish compounds are made of. There is no list of all words; a part counts where what stands beside it can be a
//! word, and the shorter the part the surer that must be: `dige` is no part of nødvendige, `klima` is one of byklima.

use std::{collections::HashSet, sync::LazyLock};

use super::inflection::is_ending_after;
use crate::domain::language::Language;

/// The fewest letters of a part.
pub const PART: usize = 4;
/// From so many letters on a part needs no known word beside it.
const SURE: usize = 5;
/// The fewest letters of what stands beside such a part.
const BESIDE: usize = 3;
/// Up to so many letters a part may hide in a derived word: uddannelse is not, `leder` in vejleder is.
const HIDDEN: usize = 6;

/// What public-sector compounds are often made with, folded, beside the words of the topics themselves.
const COMMON: &str = "\
    afdeling aften ansvar arbejde bolig borger bus by central chef dag drift eftermiddag fag familie fly folk \
    folke fond forslag forsøg frist færge gebyr gruppe halv have havn hjem hospital hus indsats klub kommune konto \
    krav kreds kultur kursus kvarter kyst land lokal lov læge lærer løn middel model møde natur nævn område \
    ordning park penge personale plads plan pleje politik port privat problem program projekt pulje rapport reform \
    regel region råd sag samarbejde sektor skat skole social sogn stat sted strategi styring system team tid \
    tilbud time tjeneste trafik udgift udvalg udvikling uge ungdom vand velfærd virksomhed voksen vold værk ydelse \
    år";

/// What makes another word of a word and is no word beside it.
const DERIVING: &[&str] = &[
    "for", "til", "ind", "ned", "over", "under", "mis", "gen", "bort", "frem", "fra", "med", "mod",
    "efter", "ved", "vej", "hen", "sam", "ube", "omfor", "udfor", "igen", "tilbage",
];

/// Whether a form stands in a word as a part of it, beginning at an octet: `klima` in klimapolitik, `ledelse` in
/// velfærdsledelsens. Both are folded; `known` has words that may stand beside it.
pub fn is_part(word: &str, at: usize, form: &str, known: &HashSet<String>) -> bool {
    let (before, after) = (&word[..at], &word[at + form.len()..]);
    let letters = form.chars().count();
    if letters < PART {
        return false;
    }
    let stands = Beside { letters, known };
    let before_fits = before.is_empty() || stands.before(before);
    let ends = is_ending_after(form, after, Language::Da);
    // A word and its ending is the word itself, no compound.
    if before.is_empty() && ends {
        return false;
    }
    before_fits && (ends || stands.after(after))
}

fn is_common(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split(' ').collect());
    WORDS.contains(word)
}

/// What stands beside a part of so many letters.
struct Beside<'a> {
    letters: usize,
    known: &'a HashSet<String>,
}

impl Beside<'_> {
    /// Whether the letters before the part can be a word, with a linking s or e or none.
    fn before(&self, text: &str) -> bool {
        let linked = text.strip_suffix('s').or_else(|| text.strip_suffix('e'));
        self.is_known(text) || linked.is_some_and(|bare| self.is_known(bare)) || self.may_be(text)
    }

    /// Whether the letters after the part can be a word, with a linking s or e or none.
    fn after(&self, text: &str) -> bool {
        let linked = text.strip_prefix('s').or_else(|| text.strip_prefix('e'));
        self.begins_known(text)
            || linked.is_some_and(|bare| self.begins_known(bare))
            || self.may_be(text)
    }

    fn is_known(&self, text: &str) -> bool {
        is_common(text) || self.known.contains(text)
    }

    /// Whether the letters are a known word in some form.
    fn begins_known(&self, text: &str) -> bool {
        text.char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .chain([text.len()])
            .any(|at| {
                let (word, rest) = text.split_at(at);
                self.is_known(word) && is_ending_after(word, rest, Language::Da)
            })
    }

    /// Whether unknown letters may be a word beside a part that is long enough.
    fn may_be(&self, text: &str) -> bool {
        let sounds = text.contains(['a', 'e', 'i', 'o', 'u', 'y', 'æ', 'ø', 'å']);
        self.letters >= SURE
            && text.chars().count() >= BESIDE
            && sounds
            && !(self.letters <= HIDDEN && DERIVING.contains(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_its_neighbour_can_be_a_word() {
        let known: HashSet<String> = ["velfærd", "elev", "dige"].map(String::from).into();
        let check = |form: &str, word: &str, expected| {
            let found = word
                .match_indices(form)
                .any(|(at, _)| is_part(word, at, form, &known));
            assert_eq!(found, expected, "{form} in {word}");
        };
        check("ledelse", "velfærdsledelse", true);
        check("ledelse", "velfærdsledelsens", true);
        check("ledelse", "ledelsesrum", true);
        check("klima", "byklima", true);
        check("klima", "klimapolitik", true);
        check("klima", "klimaet", false);
        check("klima", "klimaks", false);
        check("dige", "nødvendige", false);
        check("dige", "ledige", false);
        check("dige", "havnediget", true);
        check("dige", "digelag", false);
        check("elev", "elevråd", true);
        check("elev", "elevator", false);
        check("leder", "skoleleder", true);
        check("leder", "vejleder", false);
        check("bog", "bogbus", false);
        check("skole", "folkeskolelærer", true);
    }
}
