//! From an entry to an article: the one place where all formats meet.

use aws_lc_rs::digest::{SHA256, digest};

use super::item::{Html, Item, Said};
use crate::{
    domain::{
        article::{Article, ArticleId, Block, BlockType, Certainty, Image, Kind, Origin},
        fault::Fault,
    },
    source::{
        DateReading, Entry, Outcome, Taken, dated,
        file::mend_mojibake,
        markup::{self, Flow, Manner, Piece, Tree},
        profile,
        prose::{folded, label_line},
        text::words::KINDS,
    },
};

/// Why an entry that nothing names is refused.
pub(super) const NAMELESS: &str = "the entry has neither guid nor link in full, so nothing tells it from others tomorrow; its publisher must give it one";

/// The longest guid that is kept as it stands.
const LONGEST_GUID: usize = 500;
/// The most characters of an address that a warning shows.
const LONGEST_SHOWN: usize = 200;
/// The longest first paragraph that is a lede.
const LONGEST_LEDE: usize = 600;

/// What an entry is known by.
pub(super) struct Id {
    /// The name within its source.
    pub(super) text: String,
    by: &'static str,
}

/// What an entry is known by: its guid, else its page. A guid that others have too names nothing.
pub(super) fn id_of(item: &Item, shared: &[String]) -> Option<Id> {
    let guid = item
        .guid
        .as_ref()
        .filter(|guid| !shared.contains(guid))
        .map(|guid| (label_line(guid), "guid"))
        .filter(|(guid, _)| !guid.is_empty());
    let link = || item.link.as_ref().map(|link| (link.text.clone(), link.by));
    let (text, by) = guid.or_else(link)?;
    let text = if text.len() <= LONGEST_GUID {
        text
    } else {
        let hash = digest(&SHA256, text.as_bytes());
        hash.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    Some(Id { text, by })
}

/// The article of an entry.
pub(super) fn article_of(item: &Item, id: &Id, entry: &Entry<'_>) -> Outcome {
    let Some(title) = item.title.clone() else {
        return Err(entry.refusal(
            item.line,
            "the entry has no title; its publisher must give it one",
        ));
    };
    let mut draft = Draft {
        line: item.line,
        entry,
        warnings: Vec::new(),
        article: Article::new(
            ArticleId(entry.id(&id.text)),
            draft_text(&title.text),
            entry.path.clone(),
            entry.settings.name.clone(),
        ),
    };
    draft.stated("id", id.by);
    draft.stated("title", title.by);
    if let Some(link) = &item.link {
        draft.article.link = Some(link.text.clone());
        draft.stated("link", link.by);
    }
    draft.article.guid.clone_from(&item.guid);
    draft.adrift(item);
    draft.text(item);
    draft.beside(item);
    draft.published(item);
    draft.changed(item);
    profile::apply(&mut draft.article, entry.settings);
    Ok(Taken {
        article: draft.article,
        warnings: draft.warnings,
    })
}

/// Letters that were garbled on their way into the feed are mended where that can be done with certainty.
fn draft_text(text: &str) -> String {
    mend_mojibake(text.to_owned(), &mut Vec::new())
}

/// An article being filled in.
struct Draft<'a> {
    line: Option<usize>,
    entry: &'a Entry<'a>,
    article: Article,
    warnings: Vec<Fault>,
}

impl Draft<'_> {
    fn origin(&mut self, field: &'static str, certainty: Certainty, from: impl Into<String>) {
        let origin = Origin {
            certainty,
            from: from.into(),
            line: self.line,
        };
        self.article.provenance.insert(field, origin);
    }

    fn stated(&mut self, field: &'static str, by: &str) {
        self.origin(field, Certainty::Stated, format!("feed `{by}`"));
    }

    /// A page whose address is relative, nobody knows to what, goes without it.
    fn adrift(&mut self, item: &Item) {
        let Some(address) = &item.adrift else { return };
        let address: String = address.chars().take(LONGEST_SHOWN).collect();
        let reason = format!(
            "the address `{address}` of its page is relative, and the feed does not say to what; it goes without a link"
        );
        let mut fault = Fault::warning(reason)
            .in_file(self.entry.path.clone())
            .for_key("link")
            .remedy("write the site's address in the feed (`<link>`, `xml:base`, `home_page_url`), or fetch it by `url`");
        fault.line = self.line;
        self.warnings.push(fault);
    }

    /// Lede, body and what the text says of itself.
    fn text(&mut self, item: &Item) {
        let whole = item.content.as_ref().or(item.summary.as_ref());
        let Some(whole) = whole else { return };
        let piece = self.piece(whole);
        let summary = item.summary.as_ref().filter(|_| item.content.is_some());
        let mut body = piece.body;
        let first = body
            .first()
            .map_or("", |block| block.text.as_str())
            .to_owned();
        match summary.and_then(|summary| stated_lede(summary, &body)) {
            Some(lede) => {
                if folded(&lede) == folded(&first) {
                    body.remove(0);
                }
                self.article.lede = Some(lede);
                self.stated("lede", summary.map_or("summary", |summary| summary.by));
            }
            None => {
                let at = body.iter().position(|block| block.kind != BlockType::Image);
                if let Some(at) = at.filter(|at| {
                    body[*at].kind == BlockType::Paragraph
                        && body[*at].text.chars().count() <= LONGEST_LEDE
                }) {
                    let lede = without_tail(&body.remove(at).text);
                    self.article.lede = Some(lede).filter(|lede| !lede.is_empty());
                    self.origin(
                        "lede",
                        Certainty::Stated,
                        format!("feed `{}`: first paragraph", whole.by),
                    );
                }
            }
        }
        self.image(item, piece.images, whole.by);
        self.article.body = Piece::body_without(body, self.article.image.as_ref());
        if !self.article.body.is_empty() {
            self.stated("body", whole.by);
        }
        self.article.attachments = piece.documents;
        if let Some((reprint, _)) = piece.reprint {
            self.article.previously_published = Some(reprint);
            self.origin("previously_published", Certainty::Stated, "reprint line");
        }
        if let Some((credit, _)) = piece.credit {
            self.article.source_credit = Some(credit);
            self.origin("source_credit", Certainty::Stated, "credit line");
        }
        if let Some((words, _)) = piece.keywords {
            self.article.keywords = words;
            self.origin("keywords", Certainty::Stated, "keyword line");
        }
        if let Some((authors, _)) = piece.authors {
            self.article.authors = authors;
            self.origin("authors", Certainty::Stated, "byline");
        }
        if piece.disclaimer.is_some() {
            self.article.kind = Kind::Opinion;
            self.origin("kind", Certainty::Stated, "disclaimer line");
        }
    }

    fn piece(&self, html: &Html) -> Piece {
        let text = draft_text(&html.text);
        let tree = markup::parse(&text);
        let base = html.base.as_ref().or(self.entry.address);
        let flow: Flow = markup::flow_of(&tree, Tree::ROOT, base, Manner::Entry);
        Piece::of(
            flow,
            &self.article.title,
            &self.entry.dates(),
            &self.entry.settings.chrome,
        )
    }

    /// The picture the entry states beside its text, else the first in it.
    fn image(&mut self, item: &Item, within: Vec<Image>, by: &str) {
        let beside = item.pictures.first().cloned();
        let image = match beside {
            Some(mut image) => {
                if let Some(same) = within.iter().find(|other| other.url == image.url) {
                    image.caption = image.caption.or_else(|| same.caption.clone());
                    image.credit = image.credit.or_else(|| same.credit.clone());
                    image.alt = image.alt.or_else(|| same.alt.clone());
                }
                self.origin("image", Certainty::Stated, "feed: picture beside the text");
                Some(image)
            }
            None => {
                let first = within.into_iter().next();
                if first.is_some() {
                    let from = format!("feed `{by}`: first picture");
                    self.origin("image", Certainty::Stated, from);
                }
                first
            }
        };
        self.article.image = image;
    }

    /// What stands beside the text.
    fn beside(&mut self, item: &Item) {
        if self.article.image.is_none() {
            self.image(item, Vec::new(), "");
        }
        if !item.authors.is_empty() {
            self.article.authors.clone_from(&item.authors);
            self.stated("authors", "author");
        }
        if let Some(publisher) = &item.publisher {
            self.article.publishers = vec![publisher.text.clone()];
            self.stated("publishers", publisher.by);
        }
        if let Some(source) = &item.source {
            self.article.source_credit = Some(source.text.clone());
            self.stated("source_credit", source.by);
        }
        for enclosure in &item.enclosures {
            if !self
                .article
                .attachments
                .iter()
                .any(|known| known.url == enclosure.url)
            {
                self.article.attachments.push(enclosure.clone());
            }
        }
        let mut words = Vec::new();
        for word in &item.categories {
            match kind_of(word) {
                Some(kind) if !self.article.provenance.contains_key("kind") => {
                    self.article.kind = kind;
                    self.stated("kind", "category");
                }
                Some(_) => {}
                None => words.push(word.clone()),
            }
        }
        if !words.is_empty() {
            for word in std::mem::take(&mut self.article.keywords) {
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            self.article.keywords = words;
            self.stated("keywords", "category");
        }
    }

    /// The date as the entry's own words give it. What was changed at an instant was published by then: where nothing
    /// more is stated that is the best there is, and is marked as reasoned.
    fn published(&mut self, item: &Item) {
        let (said, certainty): (&Said, _) = match (&item.published, &item.updated) {
            (Some(said), _) => (said, None),
            (None, Some(said)) => (said, Some(Certainty::Inferred)),
            (None, None) => return,
        };
        let raw = label_line(&said.text);
        let reading = match (self.entry.dates().read(&raw), certainty) {
            (DateReading::Known(when, _), Some(certainty)) => DateReading::Known(when, certainty),
            (reading, _) => reading,
        };
        let from = format!("feed `{}`", said.by);
        let place = dated::Place {
            from: &from,
            line: self.line,
        };
        let doubt = dated::publish(&mut self.article, self.entry, raw, &reading, &place);
        self.warnings.extend(doubt);
    }

    /// When it was updated.
    fn changed(&mut self, item: &Item) {
        let Some(said) = &item.changed else { return };
        let place = dated::Place {
            from: &format!("feed `{}`", said.by),
            line: self.line,
        };
        dated::update(
            &mut self.article,
            self.entry,
            &label_line(&said.text),
            &place,
        );
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    let word = folded(word);
    let (_, kind) = KINDS.iter().find(|(label, _)| *label == word)?;
    Kind::from_word(kind)
}

/// The summary, unless it is only the begin of the text, broken off.
fn stated_lede(summary: &Html, body: &[Block]) -> Option<String> {
    let text = draft_text(&markup::words(&summary.text));
    let lede = without_tail(&text);
    if lede.is_empty() {
        return None;
    }
    let bare = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let broken_off = lede.ends_with('…') || lede.ends_with("...");
    let begin: String = body
        .iter()
        .filter(|block| block.kind != BlockType::Image)
        .take(8)
        .flat_map(|block| std::iter::once(&block.text).chain(&block.items))
        .map(|text| bare(text))
        .collect();
    (!(broken_off && begin.starts_with(&bare(&lede)))).then_some(lede)
}

/// A summary without the link to go on reading that its site puts behind it.
fn without_tail(text: &str) -> String {
    const TAILS: [&str; 6] = [
        "læs mere",
        "læs videre",
        "læs hele artiklen",
        "fortsæt læsning",
        "continue reading",
        "read more",
    ];
    let arrows = [' ', '→', '»', '›', '>', '.'];
    let trimmed = text.trim_end_matches(arrows);
    let lower = trimmed.to_lowercase();
    let tail = TAILS.iter().find(|tail| lower.ends_with(**tail));
    // Only behind a text that was broken off: a sentence may end in these words.
    let cut = tail
        .and_then(|tail| trimmed.get(..trimmed.len().checked_sub(tail.len())?))
        .map(str::trim_end)
        .filter(|rest| rest.ends_with(['…', ']']) || rest.ends_with("..."));
    let text = cut.unwrap_or(text).trim_end();
    for mark in ["[…]", "[...]", "(…)", "[&#8230;]"] {
        if let Some(rest) = text.strip_suffix(mark) {
            return format!("{}…", rest.trim_end_matches(['.', '…', ' ']));
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_loses_the_link_behind_it_and_nothing_else() {
        let check = |text: &str, expected: &str| assert_eq!(without_tail(text), expected, "{text}");
        check("Broen åbner. […]", "Broen åbner…");
        check("Broen åbner [...] Læs mere →", "Broen åbner…");
        check("Broen åbner … Læs mere »", "Broen åbner …");
        check("Her kan du læse mere.", "Her kan du læse mere.");
        check("Broen åbner.", "Broen åbner.");
    }
}
