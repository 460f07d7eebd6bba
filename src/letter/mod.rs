//! The letter: pieces encoded once, spliced with what is the reader's own.

pub mod settings;
