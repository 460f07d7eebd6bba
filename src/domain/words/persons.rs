//! Which words are a person's name. A name is no word: nobody called Skov makes an article one on forests.

use std::{collections::HashSet, sync::LazyLock};

use super::{Case, Word};

/// Given names that tell a person in a run of capitals, folded: the commonest in Denmark and a few of its neighbours'.
const GIVEN: &str = "\
    adam agnes ahmed ali alma amalie amina anders andreas ane anette anita anja ann anna anne annette anton asger \
    astrid august benny bent bente berit birgit birgitte birthe bjarne bo brian britt camilla carl carsten caspar \
    cecilie charlotte christian christina claus connie dan daniel david dennis ditte dorte dorthe ebbe edith ejnar \
    elin elisabeth ella ellen else emil emilie emma erik erling esben eskild eva fatima finn flemming frede \
    frederik freja gerda gitte grete grethe gunnar gustav hanne hans hassan heidi helga helle henning henriette \
    henrik holger ib ida inge inger ingrid ivan jacob jakob jan jane janne jens jesper jette jimmi johan johanne \
    johannes john johnny jonas josefine julie jytte jørgen jørn kaj kamilla karen karin karina karl karsten kasper \
    katrine kenneth kent kim kirsten kirstine kjeld klaus knud kristian kristine kurt lars lasse laura laurits \
    leif lena lene line lis lisa lisbeth lise lone lotte louise mads magnus maja malene maren margit margrethe \
    maria marianne marie martin mathias mathilde merete mette michael mikael mikkel minna mogens mohammed morten \
    nanna niels nikolaj nina nora ole olga oliver omar oscar oskar otto palle peder per peter pia poul preben \
    rasmus rikke robert rosa ruth sanne sara sarah signe sigrid simon sofie solveig sonja stig stine susanne svend \
    søren tanja thea thomas tim tina tine tobias tom tommy tone torben trine troels tue ulla ulrik vagn verner \
    vibeke victor viggo vilhelm william yasmin åge åse";

/// What precedes a speaker.
const SPEAKS: &[&str] = &[
    "siger",
    "sagde",
    "fortæller",
    "forklarer",
    "mener",
    "påpeger",
    "understreger",
    "tilføjer",
    "vurderer",
    "says",
    "said",
    "explains",
    "adds",
];

/// The longest name, in words.
const LONGEST: usize = 5;

/// Marks the words that are persons' names: a run of capitals that begins with a given name or follows a word of
/// speech, and from then on its last name alone. `known` has the parts of names met before, folded, and gets more.
pub fn mark(words: &mut [Word], known: &mut HashSet<String>) {
    if shouts(words) {
        return;
    }
    let mut at = 0;
    while at < words.len() {
        let length = run(&words[at..]);
        if length == 0 {
            at += 1;
            continue;
        }
        let given = is_given(&words[at].folded);
        let speaks = at > 0 && SPEAKS.contains(&words[at - 1].plain.as_str());
        let is_name = length > 1 && (given || speaks);
        for (place, word) in words[at..at + length].iter_mut().enumerate() {
            word.is_person = is_name || (known.contains(&word.folded) && !word.opens);
            if is_name && place > 0 {
                known.insert(word.folded.clone());
            }
        }
        at += length;
    }
}

fn is_given(word: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| GIVEN.split(' ').collect());
    NAMES.contains(word)
}

/// Takes in the parts of names that are known to be persons'.
pub fn learn(names: &[Word], known: &mut HashSet<String>) {
    known.extend(names.iter().map(|word| word.folded.clone()));
}

/// How many words in a row are written as a name is. A sentence's first word belongs to no run that began before it.
fn run(words: &[Word]) -> usize {
    words
        .iter()
        .take(LONGEST)
        .enumerate()
        .take_while(|(place, word)| word.case == Case::Capital && (*place == 0 || !word.opens))
        .count()
}

/// Whether every longer word begins with a capital, as in English headlines: there it says nothing.
fn shouts(words: &[Word]) -> bool {
    let mut longer = words.iter().filter(|word| word.plain.len() > 3);
    longer.clone().count() > 3 && longer.all(|word| word.case != Case::Lower)
}

#[cfg(test)]
mod tests {
    use super::{super::words, *};

    #[test]
    fn names_of_persons_are_told_from_other_capitals() {
        let check = |text: &str, expected: &[&str]| {
            let mut read = words(text);
            mark(&mut read, &mut HashSet::new());
            let found: Vec<&str> = read
                .iter()
                .filter(|word| word.is_person)
                .map(|word| word.plain.as_str())
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        check("Det mener Mette Skov i Ravnsø Kommune", &["mette", "skov"]);
        check(
            "Vi venter, siger Tinka Bager. Så gik Bager hjem til sin skov",
            &["tinka", "bager", "bager"],
        );
        check("Skoven ved Ravnsø Kommune", &[]);
        check("Per kilometer betales en krone", &[]);
        check("Anna Opens A New School For All Children", &[]);
        check("", &[]);
    }
}
