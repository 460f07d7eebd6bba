//! Makes editions of a digest: one for all readers whose choices come to the same items, format, language and named topics.

use std::collections::HashMap;

use super::{Brief, Manuscript, named::Named, stored};
use crate::{
    compose::Chooser,
    domain::{
        issue::Digest,
        key::sha256,
        language::Language,
        piece::{Edition, Piece, PieceId},
        subscriber::{Choices, ChoicesRef, Format},
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
    numbers: HashMap<(u64, Format, Language, Vec<String>), u32>,
    named: Named,
    hash: [u8; 32],
    /// What a fresh digest is set under.
    brief: Option<Brief<'a>>,
    /// What was frozen of the issue, and is not set again yet.
    frozen: Option<Vec<StoredPiece>>,
    /// How many pieces and editions were frozen.
    was_frozen: (usize, usize),
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
            brief.look,
            brief.selection.overview_lines,
        );
        let mut press = Self {
            galley,
            chooser: Chooser::new(digest, brief.selection.when_empty),
            editions: Vec::new(),
            numbers: HashMap::new(),
            named: Named::new(brief.topics),
            hash: [0; 32],
            brief: Some(*brief),
            frozen: None,
            was_frozen: (0, 0),
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

    /// Takes up a frozen issue, to make further editions of it. What was frozen is set again only when one is needed.
    pub fn again(
        manuscript: &'a Manuscript,
        hash: [u8; 32],
        editions: Vec<Edition>,
        pieces: Vec<StoredPiece>,
    ) -> Self {
        let galley = Galley::new(
            &manuscript.digest,
            &manuscript.newsletter,
            &manuscript.publishers,
            &manuscript.look,
            manuscript.overview_lines,
        );
        let numbers = (0..).zip(&editions).map(|(number, edition)| {
            let mask = Chooser::mask_of(&edition.items);
            let topics = edition.topics.clone();
            ((mask, edition.format, edition.language, topics), number)
        });
        Self {
            galley,
            chooser: Chooser::new(&manuscript.digest, manuscript.when_empty),
            numbers: numbers.collect(),
            named: manuscript.topics.clone(),
            hash,
            was_frozen: (pieces.len(), editions.len()),
            editions,
            brief: None,
            frozen: Some(pieces),
        }
    }

    /// SHA-256 over date, cut-off, ordered items, texts and pieces: the same for every set of readers, and whenever
    /// the issue is frozen.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The number of the edition a reader's choices come to; `None` when nothing in the issue is among them.
    ///
    /// # Errors
    /// A template that cannot be rendered; a frozen issue of which this program would make other pieces.
    pub fn edition<'c>(
        &mut self,
        choices: impl Into<ChoicesRef<'c>>,
    ) -> Result<Option<u32>, RenderError> {
        let choices = choices.into();
        let (format, language) = (choices.format, choices.language);
        let topics = self.named.chosen(&choices.topics, language);
        let mask = self.chooser.mask(choices);
        if mask == 0 && !self.editions.is_empty() {
            return Ok(None);
        }
        let key = (mask, format, language, topics);
        if let Some(number) = self.numbers.get(&key) {
            return Ok(Some(*number));
        }
        self.set_again()?;
        let (_, format, language, topics) = &key;
        let items = Chooser::indexes(mask);
        let edition = self.galley.edition(&items, *format, *language, topics)?;
        let number = u32::try_from(self.editions.len()).unwrap_or(u32::MAX);
        self.editions.push(edition);
        self.numbers.insert(key, number);
        Ok(Some(number))
    }

    /// Sets what was frozen, in the order it was made up in: the pieces get their numbers again, and are compared.
    fn set_again(&mut self) -> Result<(), RenderError> {
        let Some(frozen) = self.frozen.take() else {
            return Ok(());
        };
        for edition in &self.editions {
            let again = self.galley.edition(
                &edition.items,
                edition.format,
                edition.language,
                &edition.topics,
            )?;
            if again != *edition {
                return Err(RenderError::NotAsFrozen);
            }
        }
        let again = stored(self.galley.pieces());
        let same = |(one, other): (&StoredPiece, &StoredPiece)| {
            one.format == other.format && one.bytes == other.bytes
        };
        if again.len() == frozen.len() && again.iter().zip(&frozen).all(same) {
            Ok(())
        } else {
            Err(RenderError::NotAsFrozen)
        }
    }

    /// The whole issue's HTML edition in a language.
    pub fn whole(&self, language: Language) -> &Edition {
        match language {
            Language::Da => &self.editions[0],
            Language::En => &self.editions[2],
        }
    }

    /// The whole issue's subject in the newsletter's language.
    pub fn subject(&self) -> &str {
        let language = self
            .brief
            .map_or_else(Language::default, |brief| brief.newsletter.language);
        &self.whole(language).subject
    }

    /// The whole issue's HTML edition in a language, and the pieces of its two parts.
    pub(super) fn parts(&self, language: Language) -> (&Edition, Vec<&Piece>, Vec<&Piece>) {
        let edition = self.whole(language);
        let pieces = self.galley.pieces();
        let of = |numbers: &[PieceId]| {
            let found = numbers
                .iter()
                .filter_map(|number| pieces.get(number.0 as usize));
            found.collect()
        };
        (edition, of(&edition.html), of(&edition.text))
    }

    /// The editions made so far, by number.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// What the editions of a fresh digest are made from, to be kept with it; empty of a frozen issue, which has its own.
    pub(super) fn manuscript(&self, digest: &Digest) -> String {
        self.brief
            .as_ref()
            .map_or_else(String::new, |brief| Manuscript::of(digest, brief).to_json())
    }

    /// The editions made, and their pieces, encoded; of a frozen issue the further ones alone.
    pub fn into_parts(mut self) -> (Vec<Edition>, Vec<StoredPiece>) {
        let (pieces, editions) = self.was_frozen;
        let further = self.galley.pieces().get(pieces..).unwrap_or_default();
        (self.editions.split_off(editions), stored(further))
    }

    /// The pieces of all editions made, encoded.
    pub fn into_pieces(self) -> Vec<StoredPiece> {
        stored(self.galley.pieces())
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
