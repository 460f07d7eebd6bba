//! The short lines around a page's title: date, byline, labels. They are told by their shape and taken out of the text.

use super::content::Page;
use crate::{
    domain::article::{Author, BlockType, Kind},
    source::{
        date::{DateReader, DateReading},
        markup::Passage,
        prose::{folded, is_running},
        text::{
            people::writers,
            words::{FURTHER, KINDS, MODIFIED, PUBLISHED},
        },
    },
};

/// How many passages from the begin the title is looked for.
const HEAD: usize = 15;

/// What the lines around the title say.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The line that has the date, and its number.
    pub(super) date: Option<(String, usize)>,
    pub(super) authors: Option<(Vec<Author>, usize)>,
    pub(super) kind: Option<(Kind, usize)>,
    /// Lines that are no label known; they are left out.
    pub(super) unknown: Vec<(String, usize)>,
}

/// Takes the head off a page's passages.
pub(super) fn take(page: &mut Page, title: &str, dates: &DateReader<'_>) -> Head {
    let mut head = Head::default();
    let title = folded(title);
    let passages = &mut page.flow.passages;
    let at = passages.iter().take(HEAD).position(|passage| {
        passage.block.kind == BlockType::Heading && folded(&passage.block.text) == title
    });
    if let Some(at) = at {
        let over: Vec<Passage> = passages.drain(..=at).collect();
        for passage in &over[..at] {
            // What stands over the title is a label, a trail or a picture.
            head.reads(passage, dates);
        }
        let pictures = over
            .into_iter()
            .filter(|passage| passage.block.kind == BlockType::Image);
        passages.splice(0..0, pictures);
    }
    let marked = [&page.kicker, &page.byline].into_iter().flatten();
    let fixed: Vec<String> = marked
        .map(|(text, _)| text)
        .chain(&page.time_words)
        .map(|text| folded(text))
        .collect();
    // What is marked as the lede is known; the lines under it are of the head too.
    let lede = page.lede.as_ref().map(|(text, _)| folded(text));
    if let Some(at) = passages
        .iter()
        .take(HEAD)
        .position(|passage| Some(folded(&passage.block.text)) == lede)
    {
        passages.remove(at);
    }
    let mut index = 0;
    let mut seen = 0;
    // The lede may stand between the title and the date.
    let mut under_lede = false;
    while index < passages.len() && seen < 8 {
        let passage = &passages[index];
        if is_running(&passage.block.text) && !under_lede {
            under_lede = true;
            index += 1;
            continue;
        }
        if is_running(&passage.block.text) || passage.block.kind == BlockType::Heading {
            break;
        }
        seen += 1;
        let text = folded(&passage.block.text);
        let most = if under_lede { 40 } else { 120 };
        let is_line = passage.block.kind == BlockType::Paragraph
            && passage.block.items.is_empty()
            && text.chars().count() <= most;
        let is_label = !under_lede
            && text.chars().count() <= 40
            && !passage.block.text.ends_with([':', '.', '!', '?']);
        if is_line && (head.reads(passage, dates) || fixed.contains(&text)) {
            passages.remove(index);
        } else if is_line && is_label {
            let passage = passages.remove(index);
            head.unknown.push((passage.block.text, passage.line));
        } else {
            index += 1;
        }
    }
    without_menus(passages);
    head
}

impl Head {
    /// Whether a line says something of the article.
    fn reads(&mut self, passage: &Passage, dates: &DateReader<'_>) -> bool {
        let text = passage.block.text.as_str();
        if text.chars().count() > 120 {
            return false;
        }
        let lower = folded(text);
        let begins = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
        if begins(&MODIFIED) {
            return true;
        }
        if let Some((_, kind)) = KINDS.iter().find(|(label, _)| *label == lower) {
            self.kind = self
                .kind
                .or(Kind::from_word(kind).map(|kind| (kind, passage.line)));
            return true;
        }
        let mut said = false;
        // A date that can be read in two ways is one all the same.
        let is_date = dates.find(text).is_some() || dates.read(text) != DateReading::Unread;
        if is_date || begins(&PUBLISHED) {
            self.date = self.date.take().or(Some((text.to_owned(), passage.line)));
            said = true;
        }
        let by = text.split(['|', '·', '•']).next().unwrap_or(text);
        if let Some(authors) = writers(by.trim()) {
            self.authors = self.authors.take().or(Some((authors, passage.line)));
            said = true;
        }
        said || lower.ends_with("min. læsning")
            || lower.ends_with("minutters læsning")
            || lower.ends_with("min. læsetid")
    }
}

/// Lists of links that no heading announces as further reading are menus.
fn without_menus(passages: &mut Vec<Passage>) {
    let mut announced = false;
    passages.retain(|passage| {
        let letters: usize = passage
            .block
            .items
            .iter()
            .map(|item| item.chars().filter(|c| !c.is_whitespace()).count())
            .sum();
        let menu = passage.block.kind == BlockType::List
            && passage.linked * 10 >= letters * 8
            && !announced;
        announced = FURTHER.contains(&folded(&passage.block.text).as_str());
        !menu
    });
}
