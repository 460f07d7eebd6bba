//! The store of pieces: each form rendered once, equal texts kept once.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{RenderError, form::Form};
use crate::domain::{
    language::Language,
    piece::{Piece, PieceId},
    subscriber::Format,
};

/// What makes a piece one and the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) part: Format,
    pub(super) language: Language,
    pub(super) form: Form,
}

/// The pieces rendered so far, numbered in the order they were first asked for.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    list: Vec<Piece>,
    /// `None` for a form that prints nothing in its part.
    by_form: HashMap<Key, Option<PieceId>>,
    by_text: HashMap<u64, Vec<PieceId>>,
}

impl Pieces {
    /// The number of a form's piece; `render` is run only for a form not asked for before.
    pub(super) fn number(
        &mut self,
        key: Key,
        render: impl FnOnce(&Key) -> Result<Option<Piece>, RenderError>,
    ) -> Result<Option<PieceId>, RenderError> {
        if let Some(id) = self.by_form.get(&key) {
            return Ok(*id);
        }
        let id = render(&key)?.map(|piece| self.keep(piece));
        self.by_form.insert(key, id);
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
