//! What is left of a text when only its likeness to others matters: near copies are found without their words.
//!
//! One-permutation MinHash over runs of three words (Li, Owen, Zhang 2012), empty bins filled from others (Shrivastava
//! 2017), looked up by bands. The numbers are kept with what was printed, so the hash is our own and never changes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    article::{Article, BlockType},
    words::{Word, words},
};

/// How many smallest values are kept.
const BINS: usize = 128;
/// How many words make a run.
const RUN: usize = 3;
/// The fewest runs that tell one text from another.
const FEWEST: usize = 24;
/// How many texts are looked at that share one band: what more share is everybody's.
const SHARED: usize = 64;

/// The share of the shorter text's runs from which two texts are one piece.
const CONTAINED: f64 = 0.5;
/// The share of all their runs that they must have in common besides: a round-up holds many pieces and is none of them.
const COMMON: f64 = 0.15;

/// The share of the longer text's runs that stand in both where only words were changed.
const MUCH: f64 = 0.9;
/// How many runs two other words in a text make others, whatever its length.
const WORDS_CHANGED: f64 = 6.0;
/// How many runs a text may be longer than it was and be the same: a sentence or two says something new.
const GROWN: u32 = 24;

/// The likeness of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    bins: [u16; BINS],
    runs: u32,
    /// What tells pieces made by one form apart: the numbers of the title and the event's day; 0 where there are none.
    form: u32,
}

impl Fingerprint {
    /// Of an article's lede and body; `None` where they are too short to tell.
    pub fn of(article: &Article) -> Option<Self> {
        let mut read: Vec<Word> = Vec::new();
        let lede = article.lede.iter().map(String::as_str);
        let body = article
            .body
            .iter()
            .filter(|block| !matches!(block.kind, BlockType::Further | BlockType::Image))
            .flat_map(|block| {
                std::iter::once(block.text.as_str()).chain(block.items.iter().map(String::as_str))
            });
        for text in lede.chain(body) {
            read.extend(words(text));
        }
        let hashes: Vec<u64> = read.iter().map(|word| hash(&word.folded)).collect();
        let runs = hashes.len().checked_sub(RUN - 1)?;
        if runs < FEWEST {
            return None;
        }
        Some(Self {
            bins: bins(&hashes),
            runs: u32::try_from(runs).unwrap_or(u32::MAX),
            form: form_of(article),
        })
    }

    /// The share of the shorter text's runs that stand in the other, about, where both are one piece; `None` where they
    /// are two.
    pub fn copied(&self, other: &Self) -> Option<f64> {
        if self.form != 0 && other.form != 0 && self.form != other.form {
            return None;
        }
        let common = self.common(other);
        let shorter = f64::from(self.runs.min(other.runs));
        let contained = (self.shared(other) / shorter).min(1.0);
        (contained >= CONTAINED && common >= COMMON).then_some(contained)
    }

    /// Whether no more than words were changed between the two: a mistake put right, a name spelled out.
    pub fn is_much_the_same(&self, other: &Self) -> bool {
        let longer = f64::from(self.runs.max(other.runs));
        let shared = self.shared(other);
        self.runs.abs_diff(other.runs) <= GROWN
            && (longer - shared <= WORDS_CHANGED || shared >= MUCH * longer)
    }

    /// How many runs stand in both, about.
    fn shared(&self, other: &Self) -> f64 {
        let common = self.common(other);
        let both = f64::from(self.runs) + f64::from(other.runs);
        common * both / (1.0 + common)
    }

    /// The share of all runs of both that stand in both, about.
    fn common(&self, other: &Self) -> f64 {
        let pairs = self.bins.iter().zip(&other.bins);
        pairs.filter(|(a, b)| a == b).count() as f64 / BINS as f64
    }

    /// As a word that can be kept.
    pub fn to_text(&self) -> String {
        let mut octets = Vec::with_capacity(8 + 2 * BINS);
        octets.extend(self.runs.to_be_bytes());
        octets.extend(self.form.to_be_bytes());
        octets.extend(self.bins.iter().flat_map(|bin| bin.to_be_bytes()));
        URL_SAFE_NO_PAD.encode(octets)
    }

    /// Reads what was kept; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let octets = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (runs, rest) = octets.split_first_chunk::<4>()?;
        let (form, rest) = rest.split_first_chunk::<4>()?;
        let mut bins = [0; BINS];
        if rest.len() != 2 * BINS {
            return None;
        }
        for (bin, pair) in bins.iter_mut().zip(rest.chunks_exact(2)) {
            *bin = u16::from_be_bytes([pair[0], pair[1]]);
        }
        Some(Self {
            bins,
            runs: u32::from_be_bytes(*runs).max(1),
            form: u32::from_be_bytes(*form),
        })
    }

    /// The pairs of bins by which it is looked up: two texts with a quarter of their runs in common share one of them in
    /// 98 cases of 100.
    fn bands(&self) -> impl Iterator<Item = u64> {
        let pairs = self.bins.chunks_exact(2).enumerate();
        pairs
            .map(|(band, pair)| (band as u64) << 32 | u64::from(pair[0]) << 16 | u64::from(pair[1]))
    }
}

/// The smallest hash of the runs in each bin, and borrowed ones in those that got none.
fn bins(hashes: &[u64]) -> [u16; BINS] {
    let mut smallest = [u64::MAX; BINS];
    for run in hashes.windows(RUN) {
        let mixed = mix(run.iter().fold(0, |all, word| mix(all ^ word)));
        let bin = (mixed % BINS as u64) as usize;
        smallest[bin] = smallest[bin].min(mixed >> 7);
    }
    std::array::from_fn(|bin| {
        let mut from = bin;
        let mut tries = 0;
        // A text has at least one run, so some bin has a value, and every bin is tried sooner or later.
        while smallest[from] == u64::MAX {
            tries += 1;
            from = match tries {
                1..=1_000 => (mix((bin as u64) << 32 | tries) % BINS as u64) as usize,
                _ => (from + 1) % BINS,
            };
        }
        (mix(smallest[from]) >> 48) as u16
    })
}

fn form_of(article: &Article) -> u32 {
    let mut numbers: Vec<String> = words(&article.title)
        .into_iter()
        .map(|word| word.folded)
        .filter(|word| word.contains(|letter: char| letter.is_ascii_digit()))
        .collect();
    numbers.extend(article.event_date.map(|day| day.to_string()));
    if numbers.is_empty() {
        return 0;
    }
    numbers.sort();
    ((hash(&numbers.join(" ")) >> 32) as u32).max(1)
}

/// FNV-1a over the octets, mixed.
fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325, |all: u64, octet| {
        (all ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(fnv)
}

/// The last step of SplitMix64: every bit of the value moves half of the bits of what comes out.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Texts, looked up by their likeness.
#[derive(Debug, Clone)]
pub struct TextIndex<T> {
    texts: Vec<(Fingerprint, T)>,
    /// Every band of every text, in order.
    bands: Vec<(u64, u32)>,
}

impl<T> Default for TextIndex<T> {
    fn default() -> Self {
        Self {
            texts: Vec::new(),
            bands: Vec::new(),
        }
    }
}

impl<T> FromIterator<(Fingerprint, T)> for TextIndex<T> {
    fn from_iter<I: IntoIterator<Item = (Fingerprint, T)>>(texts: I) -> Self {
        let texts: Vec<(Fingerprint, T)> = texts.into_iter().collect();
        let mut bands: Vec<(u64, u32)> = (0..)
            .zip(&texts)
            .flat_map(|(number, (print, _))| print.bands().map(move |band| (band, number)))
            .collect();
        bands.sort_unstable();
        Self { texts, bands }
    }
}

impl<T> TextIndex<T> {
    /// The texts that are one piece with another, in the order they were given, each with the share that is copied.
    /// The cost grows with the texts that share a band, not with all of them.
    pub fn copies_of(&self, print: &Fingerprint) -> Vec<(&T, f64)> {
        let copies = self.near(print);
        copies
            .filter_map(|(other, what)| Some((what, other.copied(print)?)))
            .collect()
    }

    /// Whether one of the texts is [much the same](Fingerprint::is_much_the_same) as another.
    pub fn has_much_the_same(&self, print: &Fingerprint) -> bool {
        self.near(print)
            .any(|(other, _)| other.is_much_the_same(print))
    }

    /// The texts that share a band with another, in the order they were given.
    fn near(&self, print: &Fingerprint) -> impl Iterator<Item = &(Fingerprint, T)> {
        let mut near: Vec<u32> = Vec::new();
        for band in print.bands() {
            let first = self.bands.partition_point(|(other, _)| *other < band);
            let same = self.bands[first..].iter().take(SHARED);
            near.extend(
                same.take_while(|(other, _)| *other == band)
                    .map(|(_, number)| *number),
            );
        }
        near.sort_unstable();
        near.dedup();
        near.into_iter().map(|number| &self.texts[number as usize])
    }
}
