//! What stands beside a story: its picture, its fact box, its documents, more of its text.

use super::{
    clean, cut,
    figure::{self, Figure},
    item::labelled,
    joined,
    texts::{Texts, fill},
};
use crate::domain::{
    article::{Article, BlockType, Image},
    issue::Item,
};

/// The most characters of what tells those who do not see a picture what it shows.
pub(super) const ALT: usize = 125;
const FACTS: usize = 5;
const FURTHER: usize = 3;
const PARAGRAPH: usize = 600;
const ADVICE: usize = 3;
const ADVICE_ROOM: usize = 90;

/// A picture that can be shown.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) url: String,
    pub(super) alt: String,
    /// Its width and height, where they are known.
    size: Option<(u32, u32)>,
    /// Caption and credit.
    pub(super) caption: Option<String>,
    /// The credit alone, where there is no room for a caption.
    pub(super) credit: Option<String>,
}

impl Picture {
    /// How high it is at a width; where its size is not known, as high as the design has it.
    pub(super) fn height(&self, width: &usize, designed: &usize) -> usize {
        match self.size {
            Some((own, height)) if own > 0 => {
                let height = u64::from(height) * *width as u64 / u64::from(own);
                usize::try_from(height).unwrap_or(*designed).max(1)
            }
            _ => *designed,
        }
    }
}

/// A fact box.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) title: Option<String>,
    pub(super) entries: Vec<String>,
    /// The entries, where all of them are numbers with their words.
    pub(super) figures: Vec<Figure>,
}

/// Whether an item stands among others in its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    /// It is all the letter prints.
    Alone,
    /// Others follow.
    Others,
}

/// A document or a piece to go on with.
#[derive(Debug)]
pub(super) struct Further {
    pub(super) title: String,
    pub(super) link: String,
}

/// Whether an article has a picture that can be shown.
pub(super) fn has_picture(article: &Article) -> bool {
    article
        .image
        .as_ref()
        .is_some_and(|image| clean::web(image.url.as_deref()).is_some())
}

/// The first fact box of an article that has entries.
pub(super) fn facts(article: &Article, label: &str) -> Option<Facts> {
    let block = article
        .body
        .iter()
        .find(|block| block.kind == BlockType::Fact && !block.items.is_empty())?;
    // A box that is only called what its label says, in whatever language, has no title.
    let title = clean::some_line(Some(&block.text)).filter(|title| {
        let title = title.to_lowercase();
        let title = title.trim_end_matches(':');
        title != label.to_lowercase() && !["fakta", "facts"].contains(&title)
    });
    let entries: Vec<String> = block
        .items
        .iter()
        .filter_map(|entry| clean::some_line(Some(entry)))
        .take(FACTS)
        .collect();
    Some(Facts {
        figures: figure::figures(&entries)
            .filter(|_| title.is_none())
            .unwrap_or_default(),
        title: title.map(|title| joined::title(&title)),
        entries: entries.iter().map(|entry| joined::prose(entry)).collect(),
    })
}

/// What there is to go on with: the documents that go with an article, then what is like it. Beside others only what
/// was printed before; what stands in the same letter needs no second link.
pub(super) fn further(item: &Item, company: Company) -> Vec<Further> {
    let related = item
        .related
        .iter()
        .filter(|related| company == Company::Alone || related.issue.is_some())
        .filter_map(|related| {
            Some(Further {
                title: joined::title(&clean::some_line(Some(&related.title))?),
                link: clean::web(related.link.as_deref())?,
            })
        });
    documents(&item.article)
        .into_iter()
        .chain(related)
        .take(FURTHER)
        .collect()
}

/// The first entries of an article's first list, for a piece of advice; empty where there is no list of several.
pub(super) fn advice(article: &Article) -> Vec<String> {
    let list = article
        .body
        .iter()
        .find(|block| block.kind == BlockType::List && block.items.len() > 1);
    list.into_iter()
        .flat_map(|block| &block.items)
        .filter_map(|entry| clean::some_line(Some(entry)))
        .map(|entry| joined::prose(&cut::at_sentence(&entry, ADVICE_ROOM)))
        .take(ADVICE)
        .collect()
}

/// The documents that go with an article and can be fetched.
fn documents(article: &Article) -> Vec<Further> {
    article
        .attachments
        .iter()
        .filter_map(|document| {
            let title = clean::some_line(Some(&document.title))?;
            let format = clean::some_line(document.format.as_deref())
                .filter(|format| !title.to_lowercase().contains(&format!("({format})")));
            Some(Further {
                title: joined::title(&match format {
                    Some(format) => format!("{title} ({format})"),
                    None => title,
                }),
                link: clean::web(document.url.as_deref())?,
            })
        })
        .collect()
}

/// The following paragraphs of the body, for the only item of an edition.
pub(super) fn paragraphs(article: &Article) -> Vec<String> {
    let used_as_lede = usize::from(clean::some_line(article.lede.as_deref()).is_none());
    article
        .body
        .iter()
        .filter(|block| block.kind == BlockType::Paragraph)
        .filter_map(|block| clean::some_line(Some(&block.text)))
        .skip(used_as_lede)
        .take(2)
        .map(|text| joined::prose(&cut::at_sentence(&text, PARAGRAPH)))
        .collect()
}

/// An article's picture, where its address may be printed.
pub(super) fn picture(image: &Image, texts: &Texts) -> Option<Picture> {
    let caption = clean::some_line(image.caption.as_deref()).map(|mut caption| {
        if !caption.ends_with(['.', '!', '?', '…', '«', '"']) {
            caption.push('.');
        }
        joined::prose(&caption)
    });
    let credit = clean::some_line(image.credit.as_deref())
        .map(|credit| labelled(&credit, |credit| fill(&texts.credit, &[("credit", credit)])))
        .map(|credit| together(&credit));
    let parts: Vec<String> = caption.into_iter().chain(credit.clone()).collect();
    Some(Picture {
        url: clean::web(image.url.as_deref())?,
        alt: clean::some_line(image.alt.as_deref())
            .map(|alt| cut::at_word(&alt, ALT))
            .unwrap_or_default(),
        size: image.width.zip(image.height),
        caption: (!parts.is_empty()).then(|| parts.join(" ")),
        credit,
    })
}

/// A short credit keeps to one line.
fn together(credit: &str) -> String {
    if credit.chars().count() <= 32 {
        credit.replace(' ', "\u{a0}")
    } else {
        credit.to_owned()
    }
}
