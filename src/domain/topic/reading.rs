//! An article's words, field by field, read once for all vocabularies.

use std::collections::HashSet;

use super::Field;
use crate::domain::{
    article::{Article, BlockType},
    language::Language,
    words::{Word, inflection, persons, words},
};

/// The words of an article.
#[derive(Debug, Clone)]
pub struct ReadArticle {
    /// The stretches of text, each with its field; no group of words goes from one into the next.
    pub(super) stretches: Vec<(Field, Vec<Word>)>,
    /// The language it is written in.
    pub(super) language: Language,
}

impl ReadArticle {
    /// Reads keywords, theme, kicker, title, lede and body; what is only further reading is no part of it.
    pub fn of(article: &Article) -> Self {
        let mut stretches = Vec::with_capacity(4 + article.keywords.len() + article.body.len());
        let mut add = |field, text: &str| stretches.push((field, words(text)));
        for keyword in &article.keywords {
            add(Field::Keywords, keyword);
        }
        if let Some(theme) = &article.theme {
            add(Field::Theme, theme);
        }
        if let Some(kicker) = &article.kicker {
            add(Field::Kicker, kicker);
        }
        add(Field::Title, &article.title);
        if let Some(lede) = &article.lede {
            add(Field::Lede, lede);
        }
        for block in &article.body {
            if matches!(block.kind, BlockType::Further | BlockType::Image) {
                continue;
            }
            add(Field::Body, &block.text);
            for item in &block.items {
                add(Field::Body, item);
            }
        }
        stretches.retain(|(_, words)| !words.is_empty());
        let mut known = HashSet::new();
        for author in &article.authors {
            persons::learn(&words(&author.name), &mut known);
        }
        for (_, words) in &mut stretches {
            persons::mark(words, &mut known);
        }
        let language = inflection::language_of(stretches.iter().flat_map(|(_, words)| words));
        Self {
            stretches,
            language,
        }
    }

    /// Every word with the field it stands in.
    pub fn words(&self) -> impl Iterator<Item = (Field, &Word)> {
        self.stretches
            .iter()
            .flat_map(|(field, words)| words.iter().map(move |word| (*field, word)))
    }

    /// The language it is written in, as its small words tell.
    pub fn language(&self) -> Language {
        self.language
    }
}
