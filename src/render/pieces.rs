//! The store of pieces: each form rendered once, equal texts kept once.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

use super::{RenderError, form::Form};
use crate::domain::{
    language::Language,
    piece::{Piece, PieceId},
    subscriber::Format,
};

/// The piece of each form; `None` for a form that prints nothing.
type ByForm = HashMap<Form, Option<PieceId>, BuildHasherDefault<FormHasher>>;

/// The pieces rendered so far, numbered in the order they were first asked for.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    list: Vec<Piece>,
    /// By part and language.
    by_form: [[ByForm; 2]; 2],
    by_text: HashMap<u64, Vec<PieceId>>,
}

impl Pieces {
    /// The number of a form's piece; `render` is run only for a form not asked for before.
    pub(super) fn number(
        &mut self,
        part: Format,
        language: Language,
        form: &Form,
        render: impl FnOnce() -> Result<Option<Piece>, RenderError>,
    ) -> Result<Option<PieceId>, RenderError> {
        let part = match part {
            Format::Html => 0,
            Format::Text => 1,
        };
        let language = match language {
            Language::Da => 0,
            Language::En => 1,
        };
        if let Some(id) = self.by_form[part][language].get(form) {
            return Ok(*id);
        }
        let id = render()?.map(|piece| self.keep(piece));
        self.by_form[part][language].insert(form.clone(), id);
        Ok(id)
    }

    fn keep(&mut self, piece: Piece) -> PieceId {
        let mut hasher = DefaultHasher::new();
        (piece.format, &piece.text).hash(&mut hasher);
        let same = self.by_text.entry(hasher.finish()).or_default();
        let equal = |id: &&PieceId| {
            let kept = &self.list[id.0 as usize];
            kept.format == piece.format && kept.text == piece.text
        };
        if let Some(id) = same.iter().find(equal) {
            return *id;
        }
        // An issue has a few hundred pieces and one short one an edition: far from 2^32.
        let id = PieceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        same.push(id);
        self.list.push(piece);
        id
    }

    pub(super) fn list(&self) -> &[Piece] {
        &self.list
    }

    pub(super) fn into_list(self) -> Vec<Piece> {
        self.list
    }
}

/// Hashes forms: a few small numbers of our own, asked for ninety times an edition. Firefox's hash (FxHash).
#[derive(Debug, Default)]
struct FormHasher(u64);

impl FormHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for FormHasher {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.add(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        // The high bits are the mixed ones; the table looks at the low ones too.
        self.0.rotate_left(26)
    }
}
