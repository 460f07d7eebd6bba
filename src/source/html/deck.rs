//! The slides of a talk put on a page: headings in capitals over lists. What looks like a listing to one who expects an
//! article is read by the reader of texts, which knows slides by their shape.

use super::text_of;
use crate::source::{
    Entry, Outcome,
    file::FileText,
    markup::{Manner, Tree, flow_of},
    text,
};

/// Reads a page as slides; `None` where it has not their shape.
pub(super) fn read(tree: &Tree, entry: &Entry<'_>) -> Option<Outcome> {
    let flow = flow_of(tree, Tree::ROOT, entry.address, Manner::Page);
    let words = text_of(&flow.passages, "- ");
    if !text::is_deck(&words) {
        return None;
    }
    let file = FileText {
        text: words,
        doubts: Vec::new(),
    };
    let slides = Entry {
        path: entry.path.clone(),
        stem: entry.stem.clone(),
        file: &file,
        ..*entry
    };
    Some(match text::read(&slides) {
        Ok(mut taken) => {
            let article = &mut taken.article;
            article.link = article
                .link
                .take()
                .or_else(|| entry.address.map(ToString::to_string));
            // The lines are those of the words alone.
            for origin in article.provenance.values_mut() {
                origin.line = None;
            }
            for warning in &mut taken.warnings {
                warning.line = None;
            }
            Ok(taken)
        }
        Err(mut refused) => {
            for refusal in &mut refused {
                refusal.line = None;
            }
            Err(refused)
        }
    })
}
