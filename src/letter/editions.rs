//! The editions of an issue, with the subject of each as its letters have it, encoded once.

use std::sync::OnceLock;

use super::encode::text_header;
use crate::domain::piece::Edition;

/// An issue's editions, by number.
#[derive(Debug, Default)]
pub struct Editions(Vec<Known>);

#[derive(Debug)]
struct Known {
    edition: Edition,
    subject: OnceLock<Box<str>>,
}

impl From<Vec<Edition>> for Editions {
    fn from(editions: Vec<Edition>) -> Self {
        let known = editions.into_iter().map(|edition| Known {
            edition,
            subject: OnceLock::new(),
        });
        Self(known.collect())
    }
}

impl Editions {
    pub(super) fn get(&self, number: u32) -> Option<&Edition> {
        Some(&self.0.get(number as usize)?.edition)
    }

    /// The `Subject` of an edition's letters; nothing where there is no such edition.
    pub(super) fn subject(&self, number: u32) -> &str {
        self.0.get(number as usize).map_or("", |known| {
            known.subject.get_or_init(|| subject(&known.edition).into())
        })
    }
}

/// The `Subject` of an edition's letters.
pub(super) fn subject(edition: &Edition) -> String {
    let mut field = String::new();
    text_header(&mut field, "Subject", &edition.subject);
    field
}
