//! All terms of all topics, prepared once: an article's words are then looked up, not compared with each term.

use std::{collections::HashMap, collections::HashSet, rc::Rc};

use super::{
    Evidence, Excluded, Field, Finding, Manner, MatchingSettings, ReadArticle, Terms,
    entry::{List, Pattern, Term},
};
use crate::domain::{
    language::Language,
    words::{
        Case, Word,
        compound::{self, PART},
        inflection::{Stems, is_form_of},
    },
};

/// The fewest letters of a word that may be a compound.
const COMPOUND: usize = 7;

/// The most letters of one; what is longer is no word.
const LONGEST: usize = 80;

/// Terms, prepared to be met in articles.
#[derive(Debug)]
pub struct Vocabulary {
    settings: MatchingSettings,
    thresholds: Vec<u32>,
    stems: Stems,
    terms: Vec<Term>,
    danish: Index,
    english: Index,
    /// Words that may stand beside a part of a compound.
    known: HashSet<String>,
}

/// Where the first words of terms are looked up.
#[derive(Debug, Default)]
struct Index {
    /// By the word itself and by its stem.
    keys: HashMap<String, Vec<usize>>,
    /// By how it begins, where the rest is open.
    beginnings: HashMap<String, Vec<usize>>,
    /// How many letters those beginnings have.
    lengths: Vec<usize>,
    /// By its first four letters, with the form: what compounds may be made with.
    parts: HashMap<String, Vec<(String, usize)>>,
}

impl Vocabulary {
    /// Prepares the terms of entries, which are known by their place from then on.
    pub fn new(entries: &[Terms<'_>], settings: &MatchingSettings) -> Self {
        let mut vocabulary = Self {
            settings: *settings,
            thresholds: Vec::with_capacity(entries.len()),
            stems: Stems::default(),
            terms: Vec::new(),
            danish: Index::default(),
            english: Index::default(),
            known: HashSet::new(),
        };
        for (place, entry) in entries.iter().enumerate() {
            let threshold = entry.threshold.unwrap_or(settings.threshold);
            vocabulary.thresholds.push(threshold.max(1));
            let lists = [
                (List::Excluded, &entry.exclude),
                (List::Organisations, &entry.organisations),
                (List::Phrases, &entry.phrases),
                (List::Words, &entry.words),
                (List::English, &entry.english),
            ];
            for (list, written) in lists {
                let read = written
                    .iter()
                    .filter_map(|term| Term::read(place, list, term));
                read.for_each(|term| vocabulary.take(term));
            }
        }
        vocabulary
    }

    fn take(&mut self, term: Term) {
        let number = self.terms.len();
        if let [pattern] = term.patterns.as_slice()
            && term.list == List::Words
            && !pattern.is_open
        {
            self.known.extend(pattern.forms.iter().cloned());
        }
        if term.list != List::English {
            self.danish.take(&term, number, Language::Da, &self.stems);
        }
        self.english.take(&term, number, Language::En, &self.stems);
        self.terms.push(term);
    }

    /// The weight an entry takes.
    pub fn threshold(&self, entry: usize) -> u32 {
        self.thresholds[entry]
    }

    /// What an article says of each entry, in their order.
    pub fn find(&self, article: &ReadArticle) -> Vec<Finding> {
        let mut search = Search {
            vocabulary: self,
            index: match article.language {
                Language::Da => &self.danish,
                Language::En => &self.english,
            },
            language: article.language,
            met: HashMap::new(),
            found: HashMap::new(),
            findings: vec![Finding::default(); self.thresholds.len()],
        };
        for (field, words) in &article.stretches {
            search.read(*field, words);
        }
        search.weigh()
    }
}

impl Index {
    fn take(&mut self, term: &Term, number: usize, language: Language, stems: &Stems) {
        let Some(first) = term.patterns.first() else {
            return;
        };
        for form in &first.forms {
            if first.is_open {
                self.beginnings
                    .entry(form.clone())
                    .or_default()
                    .push(number);
                let letters = form.chars().count();
                if !self.lengths.contains(&letters) {
                    self.lengths.push(letters);
                }
                continue;
            }
            self.key(form.clone(), number);
            if !term.is_exact() {
                self.key(stems.stem(form, language), number);
                if term.patterns.len() == 1 && language == Language::Da {
                    let four: String = form.chars().take(PART).collect();
                    if four.chars().count() == PART {
                        let part = (form.clone(), number);
                        self.parts.entry(four).or_default().push(part);
                    }
                }
            }
        }
    }

    fn key(&mut self, key: String, number: usize) {
        let numbers = self.keys.entry(key).or_default();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
}

/// One article being searched.
struct Search<'a> {
    vocabulary: &'a Vocabulary,
    index: &'a Index,
    language: Language,
    /// The terms whose first word each word is, told once a word.
    met: HashMap<&'a str, Rc<[(usize, Manner)]>>,
    /// What was found of each term in each field.
    found: HashMap<(usize, Field), (String, Manner, u32)>,
    findings: Vec<Finding>,
}

impl<'a> Search<'a> {
    fn read(&mut self, field: Field, words: &'a [Word]) {
        // Up to where the words of the stretch are spoken for, by entry: no word counts twice.
        let mut taken = vec![0; self.findings.len()];
        for (at, word) in words.iter().enumerate() {
            let begun = self.terms_begun_by(word);
            let mut hits: Vec<(&Term, usize, Manner)> = begun
                .iter()
                .filter_map(|(number, manner)| {
                    let term = &self.vocabulary.terms[*number];
                    let stands = self.stands(term, *manner, &words[at..]);
                    (stands && at >= taken[term.entry]).then_some((term, *number, *manner))
                })
                .collect();
            // What excludes goes first, then the longest group of words, then the plainest manner.
            hits.sort_by_key(|(term, number, manner)| {
                let length = std::cmp::Reverse(term.patterns.len());
                (term.list != List::Excluded, length, *manner, *number)
            });
            for (term, number, manner) in hits {
                if at < taken[term.entry] {
                    continue;
                }
                let end = at + term.patterns.len();
                taken[term.entry] = end;
                if term.list == List::Excluded {
                    if field != Field::Body {
                        let excluded = &mut self.findings[term.entry].excluded;
                        excluded.get_or_insert_with(|| Excluded {
                            word: term.written.clone(),
                            field,
                        });
                    }
                    continue;
                }
                let found = self.found.entry((number, field)).or_insert_with(|| {
                    let said: Vec<&str> = words[at..end]
                        .iter()
                        .map(|word| word.plain.as_str())
                        .collect();
                    let manner = match term.list {
                        List::Organisations => Manner::Organisation,
                        _ if term.patterns.len() > 1 => Manner::Phrase,
                        _ => manner,
                    };
                    (said.join(" "), manner, 0)
                });
                found.2 += 1;
            }
        }
    }

    /// The terms whose first word a word may be.
    fn terms_begun_by(&mut self, word: &'a Word) -> Rc<[(usize, Manner)]> {
        if let Some(known) = self.met.get(word.folded.as_str()) {
            return Rc::clone(known);
        }
        let begun: Rc<[(usize, Manner)]> = self.look_up(word).into();
        self.met.insert(&word.folded, Rc::clone(&begun));
        begun
    }

    fn look_up(&self, word: &Word) -> Vec<(usize, Manner)> {
        let folded = word.folded.as_str();
        if folded.len() > LONGEST {
            return Vec::new();
        }
        let mut begun: Vec<(usize, Manner)> = Vec::new();
        let mut add = |number: usize, manner| {
            if !begun.iter().any(|(known, _)| *known == number) {
                begun.push((number, manner));
            }
        };
        let stem = self.vocabulary.stems.stem(folded, self.language);
        let genitive = folded.strip_suffix('s').unwrap_or(folded);
        for key in [folded, stem.as_str(), genitive] {
            for number in self.index.keys.get(key).into_iter().flatten() {
                let term = &self.vocabulary.terms[*number];
                if self.fits(term, 0, word) {
                    add(*number, Manner::Word);
                }
            }
        }
        let letters = folded.chars().count();
        for length in &self.index.lengths {
            if let Some((end, _)) = folded
                .char_indices()
                .chain([(folded.len(), ' ')])
                .nth(*length)
            {
                let numbers = self.index.beginnings.get(&folded[..end]);
                for number in numbers.into_iter().flatten() {
                    add(*number, Manner::Beginning);
                }
            }
        }
        if letters >= COMPOUND && self.language == Language::Da {
            for number in self.parts_of(folded) {
                add(number, Manner::Compound);
            }
            // Where two parts meet in `aa` it is no å: dataarkiv.
            if word.plain != word.folded {
                for number in self.parts_of(&word.plain) {
                    add(number, Manner::Compound);
                }
            }
        }
        begun
    }

    /// The terms that a word is a compound with.
    fn parts_of(&self, word: &str) -> Vec<usize> {
        let places: Vec<usize> = word
            .char_indices()
            .map(|(at, _)| at)
            .chain([word.len()])
            .collect();
        let mut numbers = Vec::new();
        for window in places.windows(PART + 1) {
            let at = window[0];
            let parts = self.index.parts.get(&word[at..window[PART]]);
            for (form, number) in parts.into_iter().flatten() {
                if word[at..].starts_with(form.as_str())
                    && compound::is_part(word, at, form, &self.vocabulary.known)
                {
                    numbers.push(*number);
                }
            }
        }
        numbers
    }

    /// Whether a term stands at the beginning of the words, its first word being met already.
    fn stands(&self, term: &Term, manner: Manner, words: &[Word]) -> bool {
        if words.len() < term.patterns.len() {
            return false;
        }
        // A person is nobody's topic by the words of the name; a phrase may name the person.
        if words[0].is_person && !term.is_exact() {
            return false;
        }
        let first = manner != Manner::Word || self.cased(term, 0, &words[0]);
        let rest = (1..term.patterns.len()).all(|place| {
            self.fits(term, place, &words[place]) && self.cased(term, place, &words[place])
        });
        first && rest
    }

    /// Whether a word is that word of the term.
    fn fits(&self, term: &Term, place: usize, word: &Word) -> bool {
        let pattern = &term.patterns[place];
        let is_last = place + 1 == term.patterns.len();
        pattern.forms.iter().any(|form| match term.list {
            _ if pattern.is_open => word.folded.starts_with(form.as_str()),
            List::Phrases => word.folded == *form,
            List::Organisations => {
                word.folded == *form || is_last && word.folded.strip_suffix('s') == Some(form)
            }
            _ => is_form_of(&word.folded, form, self.language),
        })
    }

    /// Whether an organisation's word is written as large as its name.
    fn cased(&self, term: &Term, place: usize, word: &Word) -> bool {
        let Pattern { case, .. } = term.patterns[place];
        term.list != List::Organisations
            || match case {
                Case::Lower => true,
                Case::Capital => word.case != Case::Lower,
                // `KL` is no `kl.`; `COKs` is COK's.
                Case::Upper => {
                    word.case == Case::Upper
                        || word.case == Case::Capital && word.folded.ends_with('s')
                }
            }
    }

    /// Adds up what was found.
    fn weigh(mut self) -> Vec<Finding> {
        for ((number, field), (found, manner, times)) in self.found {
            let term = &self.vocabulary.terms[number];
            let finding = &mut self.findings[term.entry];
            let weight = self.vocabulary.settings.weight(field, times);
            finding.weight = finding.weight.saturating_add(weight);
            finding.evidence.push(Evidence {
                word: term.written.clone(),
                found,
                field,
                manner,
                times,
                weight,
            });
        }
        for finding in &mut self.findings {
            finding.evidence.sort_by(|a, b| {
                let order = |it: &Evidence| (std::cmp::Reverse(it.weight), it.field);
                order(a).cmp(&order(b)).then_with(|| a.word.cmp(&b.word))
            });
        }
        self.findings
    }
}
