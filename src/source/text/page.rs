//! The passages of a web page read as the lines of a text: what mark-up tells stays told, the rest is told by the words,
//! with all that is known of scraped texts.

use super::{
    Manner, body, chrome,
    lines::{Line, Mark},
    notes, people, picture, take_disclaimer,
};
use crate::{
    domain::article::{Block, BlockType, Image},
    source::{
        date::DateReader,
        markup::{Flow, Passage, Piece},
    },
};

/// Takes a page's text apart; `own` are the lines of chrome its source always has.
pub(in crate::source) fn piece_of(flow: Flow, dates: &DateReader<'_>, own: &[String]) -> Piece {
    let mut lines: Vec<Line> = flow.passages.into_iter().flat_map(lines_of).collect();
    let notes = notes::take(&mut lines, dates);
    let over = notes.keywords.as_ref().map(|(_, line)| *line);
    let over = over
        .into_iter()
        .chain(notes.publisher.as_ref().map(|(_, line)| *line))
        .min();
    chrome::clear_tail(&mut lines, over);
    let named = chrome::clear(&mut lines, own);
    let mut images: Vec<Image> = flow.pictures.into_iter().map(Image::from).collect();
    if let Some((caption, _)) = picture::take(&mut lines) {
        credit(&mut images, caption);
    }
    let disclaimer = take_disclaimer(&mut lines);
    let authors = take_byline(&mut lines);
    let (body, documents) = body::blocks(&lines, Manner::Article);
    Piece {
        body,
        images,
        // A document that is linked to is better known than one that is named.
        documents: if flow.documents.is_empty() {
            documents
        } else {
            flow.documents
        },
        authors,
        reprint: notes.reprint,
        credit: notes.credit,
        keywords: notes.keywords,
        disclaimer,
        publisher: named,
        publisher_box: notes.publisher,
    }
}

/// The lines of a passage: its entries each on one, with a mark; what only mark-up tells as it is.
fn lines_of(passage: Passage) -> Vec<Line> {
    let Passage {
        block, line, bold, ..
    } = passage;
    match block.kind {
        BlockType::Paragraph => vec![Line {
            bold,
            ..Line::of_page(line, block.text).marked()
        }],
        // One that ends as no heading does is one by its mark-up alone.
        BlockType::Heading if !block.text.ends_with(['.', ':', ';', ',']) => vec![Line {
            bold: true,
            ..Line::of_page(line, block.text)
        }],
        BlockType::List => {
            let items = block.items.into_iter().enumerate();
            items
                .map(|(index, item)| Line {
                    gap: index == 0,
                    mark: Mark::Bullet('•'),
                    ..Line::of_page(line, item)
                })
                .collect()
        }
        _ => vec![ready(block, line)],
    }
}

fn ready(block: Block, line: usize) -> Line {
    // The caption of a picture is known with the picture.
    let text = match block.kind {
        BlockType::Image => String::new(),
        _ => format!("{} {}", block.text, block.items.join(" ")),
    };
    Line {
        mark: Mark::Ready,
        ready: Some(Box::new(block)),
        ..Line::of_page(line, text.trim())
    }
}

/// A caption on a line of its own goes with the first picture, where that has no credit.
fn credit(images: &mut Vec<Image>, caption: Image) {
    match images.first_mut() {
        Some(first) if first.credit.is_none() => {
            first.credit = caption.credit;
            first.caption = first.caption.take().or(caption.caption);
        }
        Some(_) => {}
        None => images.push(caption),
    }
}

/// The byline under or over the text.
fn take_byline(lines: &mut Vec<Line>) -> notes::At<Vec<crate::domain::article::Author>> {
    let count = lines.len();
    let at = (0..count)
        .filter(|at| *at < 4 || at + 3 >= count)
        .find(|at| people::byline(&lines[*at]).is_some())?;
    let line = lines.remove(at);
    Some((people::byline(&line)?, line.number))
}
