//! Renders an issue into pieces, HTML and text from the same digest.
//!
//! Pieces, not editions, are rendered: with fifty topics no two readers may share an edition, but they share
//! its items. A [`Galley`] holds an issue's pieces; asked for an edition it renders what no edition had before
//! and answers with a list of piece numbers. One edition more of items already set costs one short template.
//!
//! One askama struct a template (`templates/html/`, `templates/text/`); colours, faces and widths come from the theme
//! ([`Look`]), and the letter's own words from `templates/texts/` with the newsletter's own over them. What comes from articles, ads and settings is cleaned before it reaches a template
//! ([`domain::piece::without_marks`](crate::domain::piece::without_marks)) and escaped by it; only http and
//! https links are printed.

mod ads;
mod beside;
mod blocks;
mod clean;
mod cut;
mod dates;
mod figure;
mod form;
mod galley;
mod html;
mod hyphen;
mod item;
mod joined;
mod layout;
mod look;
mod manuscript;
mod pieces;
mod quote;
mod sender;
mod sheet;
mod subject;
mod text;
mod texts;
mod wording;
mod wrap;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use self::{
    galley::Galley,
    look::{Look, Wording},
    texts::Texts,
};

/// How a letter names its main part, as an attribute: once, and no text from outside can hold it, for its quotation marks are
/// escaped. A page that has the letter within its own main part takes it out.
pub const MAIN_PART: &str = " role=\"main\"";

/// Why an edition was not rendered. None of it is a reader's or an article's fault.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// An edition without items is not a letter.
    #[error("an edition has no items; nothing is printed")]
    Empty,
    /// The edition names an item the digest does not have.
    #[error("an edition names item {index}, but the digest has only {items}")]
    NoSuchItem {
        /// The number named.
        index: usize,
        /// How many items there are.
        items: usize,
    },
    /// The words of a language are not as the templates need them.
    #[error("the texts in `templates/texts/{language}.toml` cannot be read: {fault}")]
    Texts {
        /// The language's tag.
        language: &'static str,
        /// What is wrong with the file.
        fault: String,
    },
    /// Of a frozen issue this program would make other pieces than those that were frozen.
    #[error("the issue was frozen by another version of this program, which sets it otherwise")]
    NotAsFrozen,
    /// A template failed.
    #[error("a template failed")]
    Template(#[from] askama::Error),
}
