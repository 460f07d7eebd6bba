//! A text in HTML taken apart: what it says of itself on lines of its own, its pictures, and the rest as its body.

use super::{Flow, Passage, Picture, settled};
use crate::{
    domain::article::{Attachment, Author, Block, BlockType, Image, PublisherBox, Reprint},
    source::{
        date::DateReader,
        prose::{after_label, folded, label_line},
        text::{
            notes::reprint_of,
            people::writers,
            picture::caption_of,
            words::{CREDITS, DISCLAIMERS, KEYWORDS},
        },
    },
};

/// What stands at the end of entries of a common kind of site: where the piece was published, which is there.
const TRAILERS: [&str; 4] = [
    "blev først udgivet på",
    "blev først bragt på",
    "dukkede først op på",
    "appeared first on",
];

/// A text taken apart.
#[derive(Debug, Default)]
pub(in crate::source) struct Piece {
    /// The running text.
    pub body: Vec<Block>,
    /// Its pictures, in order.
    pub images: Vec<Image>,
    /// Documents linked to.
    pub documents: Vec<Attachment>,
    /// The byline, and the line it stands on.
    pub authors: Option<(Vec<Author>, usize)>,
    /// Where it was brought before, and the line that says so.
    pub reprint: Option<(Reprint, usize)>,
    /// Whom it credits, and the line.
    pub credit: Option<(String, usize)>,
    /// Its keywords, and the line.
    pub keywords: Option<(Vec<String>, usize)>,
    /// The line that says it is the writer's own view.
    pub disclaimer: Option<usize>,
    /// The publisher that a box says is editor of its own content, and the line.
    pub publisher: Option<(String, usize)>,
    /// The box about the publisher, and the line.
    pub publisher_box: Option<(PublisherBox, usize)>,
}

impl Piece {
    /// Takes a text apart; its title is not said again, and `chrome` are lines its source always has.
    pub(in crate::source) fn of(
        flow: Flow,
        title: &str,
        dates: &DateReader<'_>,
        chrome: &[String],
    ) -> Self {
        let mut piece = Self {
            images: flow.pictures.into_iter().map(Image::from).collect(),
            documents: flow.documents,
            ..Self::default()
        };
        let title = folded(&label_line(title));
        let chrome: Vec<String> = chrome.iter().map(|line| folded(line.trim())).collect();
        let count = flow.passages.len();
        let mut kept = Vec::with_capacity(count);
        for (index, passage) in flow.passages.into_iter().enumerate() {
            let at_edge = index < 4 || index + 3 >= count;
            let text = folded(&passage.block.text);
            let again = passage.block.kind == BlockType::Heading && index < 4 && text == title;
            let trailer =
                TRAILERS.iter().any(|words| text.contains(words)) && text.contains(&title);
            let fixed = passage.block.items.is_empty() && chrome.contains(&text);
            if !(again || trailer || fixed || piece.takes(&passage, dates, at_edge)) {
                kept.push(passage);
            }
        }
        piece.body = settled(kept);
        piece
    }

    /// Takes a passage that says something of the text. Bylines stand at its edges only.
    fn takes(&mut self, passage: &Passage, dates: &DateReader<'_>, at_edge: bool) -> bool {
        let text = passage.block.text.as_str();
        let line = passage.line;
        if passage.block.kind != BlockType::Paragraph || text.chars().count() > 500 {
            return false;
        }
        if self.reprint.is_none()
            && let Some(reprint) = reprint_of(text, dates)
        {
            self.reprint = Some((reprint, line));
        } else if let Some(credit) = after_label(text, &CREDITS)
            && (1..=150).contains(&credit.chars().count())
            && self.credit.is_none()
        {
            self.credit = Some((credit.trim_end_matches('.').to_owned(), line));
        } else if let Some(words) = after_label(text, &KEYWORDS)
            && self.keywords.is_none()
        {
            self.keywords = Some((keywords(words), line));
        } else if let Some((caption, credit)) = caption_of(text) {
            self.credit_picture(caption, credit);
        } else if text.chars().count() <= 250
            && DISCLAIMERS
                .iter()
                .any(|words| text.to_lowercase().contains(words))
        {
            self.disclaimer = Some(line);
        } else if at_edge
            && self.authors.is_none()
            && let Some(authors) = writers(text)
        {
            self.authors = Some((authors, line));
        } else {
            return false;
        }
        true
    }

    /// A caption line goes with the first picture that has no credit of its own.
    fn credit_picture(&mut self, caption: String, credit: String) {
        let caption = (!caption.is_empty()).then_some(caption);
        match self.images.iter_mut().find(|image| image.credit.is_none()) {
            Some(image) => {
                image.credit = Some(credit);
                image.caption = image.caption.take().or(caption);
            }
            None => {
                // A second credit of one picture says nothing of another.
                if self.images.is_empty() {
                    self.images.push(Image {
                        caption,
                        credit: Some(credit),
                        ..Image::default()
                    });
                }
            }
        }
    }

    /// The blocks without the place of the article's own picture.
    pub(in crate::source) fn body_without(body: Vec<Block>, image: Option<&Image>) -> Vec<Block> {
        let own: Vec<&str> = image
            .into_iter()
            .flat_map(|image| [&image.caption, &image.credit, &image.alt])
            .flatten()
            .map(String::as_str)
            .collect();
        let says_own = |text: &str| match caption_of(text) {
            Some((caption, credit)) if caption.is_empty() => own.contains(&credit.as_str()),
            Some((caption, _)) => own.contains(&caption.as_str()),
            None => own.contains(&text),
        };
        body.into_iter()
            .filter(|block| block.kind != BlockType::Image || !says_own(&block.text))
            .collect()
    }
}

impl From<Picture> for Image {
    /// A picture, its caption cut from its credit.
    fn from(picture: Picture) -> Self {
        let cut = picture.caption.as_deref().and_then(caption_of);
        let (caption, credit) = match cut {
            Some((caption, credit)) => {
                (Some(caption).filter(|text| !text.is_empty()), Some(credit))
            }
            None => (picture.caption, None),
        };
        Self {
            url: Some(picture.url),
            caption,
            credit,
            alt: picture.alt,
            ..Self::default()
        }
    }
}

fn keywords(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split([',', ';', '|']) {
        let word = label_line(word.trim().trim_end_matches('.'));
        if !word.is_empty() && word.chars().count() <= 80 && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}
