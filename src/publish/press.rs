//! Makes editions of a digest: one for all readers whose choices come to the same items, format and language.

use std::collections::HashMap;

use super::{Brief, stored};
use crate::{
    compose::Chooser,
    domain::{
        issue::Digest,
        key::sha256,
        language::Language,
        piece::Edition,
        subscriber::{Choices, Format},
    },
    render::{Galley, RenderError},
    store::StoredPiece,
};

/// Sets a digest and makes editions of it.
#[derive(Debug)]
pub struct Press<'a> {
    galley: Galley<'a>,
    chooser: Chooser,
    editions: Vec<Edition>,
    numbers: HashMap<(u64, Format, Language), u32>,
    hash: [u8; 32],
}

/// The editions every issue has, in this order, whoever reads it: what the hash is taken of and previews show.
const WHOLE: [(Language, Format); 4] = [
    (Language::Da, Format::Html),
    (Language::Da, Format::Text),
    (Language::En, Format::Html),
    (Language::En, Format::Text),
];

impl<'a> Press<'a> {
    /// Sets the whole issue in each language and format.
    ///
    /// # Errors
    /// A template that cannot be rendered; an empty digest.
    pub fn new(digest: &'a Digest, brief: &Brief<'a>) -> Result<Self, RenderError> {
        let galley = Galley::new(
            digest,
            brief.newsletter,
            brief.publishers,
            brief.selection.overview_lines,
        );
        let mut press = Self {
            galley,
            chooser: Chooser::new(digest, brief.selection.when_empty),
            editions: Vec::new(),
            numbers: HashMap::new(),
            hash: [0; 32],
        };
        for (language, format) in WHOLE {
            press.edition(&Choices {
                language,
                format,
                ..Choices::default()
            })?;
        }
        press.hash = hash(digest, &press.editions, press.galley.pieces());
        Ok(press)
    }

    /// SHA-256 over date, cut-off, ordered items, texts and pieces: the same for every set of readers, and whenever
    /// the issue is frozen.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The number of the edition a reader's choices come to; `None` when nothing in the issue is among them.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn edition(&mut self, choices: &Choices) -> Result<Option<u32>, RenderError> {
        let mask = self.chooser.mask(choices);
        if mask == 0 && !self.editions.is_empty() {
            return Ok(None);
        }
        let key = (mask, choices.format, choices.language);
        if let Some(number) = self.numbers.get(&key) {
            return Ok(Some(*number));
        }
        let edition =
            self.galley
                .edition(&Chooser::indexes(mask), choices.format, choices.language)?;
        let number = u32::try_from(self.editions.len()).unwrap_or(u32::MAX);
        self.editions.push(edition);
        self.numbers.insert(key, number);
        Ok(Some(number))
    }

    /// The whole issue's HTML edition in a language.
    pub fn whole(&self, language: Language) -> &Edition {
        match language {
            Language::Da => &self.editions[0],
            Language::En => &self.editions[2],
        }
    }

    /// The editions made so far, by number.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// The editions made, and their pieces, encoded.
    pub fn into_parts(self) -> (Vec<Edition>, Vec<StoredPiece>) {
        (self.editions, stored(self.galley.into_pieces()))
    }

    /// The pieces of all editions made, encoded.
    pub fn into_pieces(self) -> Vec<StoredPiece> {
        stored(self.galley.into_pieces())
    }
}

fn hash(digest: &Digest, editions: &[Edition], pieces: &[crate::domain::piece::Piece]) -> [u8; 32] {
    let mut bytes = Vec::new();
    let mut put = |text: &str| {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    put(&digest.key.to_string());
    put(&digest.cut_off.timestamp().to_string());
    for item in &digest.items {
        put(&item.article.id.0);
        put(&item.section.0);
    }
    for edition in editions {
        put(&edition.subject);
        put(&edition.preheader);
        for number in edition.html.iter().chain(&edition.text) {
            put(&pieces[number.0 as usize].text);
        }
    }
    sha256(&bytes)
}
