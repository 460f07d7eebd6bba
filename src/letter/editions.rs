//! The editions of an issue, the subject of each encoded once for all its letters.

use std::sync::{Arc, OnceLock};

use super::encode::text_header;
use crate::domain::piece::Edition;

/// An issue's editions, by number.
#[derive(Debug, Default)]
pub struct Editions(Vec<Arc<Titled>>);

impl From<Vec<Edition>> for Editions {
    fn from(editions: Vec<Edition>) -> Self {
        Self(editions.into_iter().map(Titled::new).collect())
    }
}

impl Editions {
    pub(super) fn get(&self, number: u32) -> Option<&Arc<Titled>> {
        self.0.get(number as usize)
    }
}

/// An edition with the `Subject` of its letters.
#[derive(Debug)]
pub(super) struct Titled {
    pub(super) edition: Edition,
    subject: OnceLock<Box<str>>,
}

impl Titled {
    fn new(edition: Edition) -> Arc<Self> {
        Arc::new(Self {
            edition,
            subject: OnceLock::new(),
        })
    }

    /// The whole field.
    pub(super) fn subject(&self) -> &str {
        self.subject
            .get_or_init(|| subject(&self.edition).into_boxed_str())
    }
}

/// The `Subject` of an edition's letters, the whole field.
pub(super) fn subject(edition: &Edition) -> String {
    let mut field = String::new();
    text_header(&mut field, "Subject", &edition.subject);
    field
}
