//! Plain text, scraped from a page or typed: fields are found by shape and by a list of fixed words.
//!
//! In order: lines; is it an article at all; the notes a page has on lines of their own; page chrome off; pictures;
//! the head; the rest is the body. Whatever a text does not state stays empty.

mod body;
mod chrome;
mod head;
pub(super) mod lines;
pub(super) mod notes;
pub(super) mod page;
pub(super) mod people;
pub(super) mod picture;
pub(super) mod verdict;
pub(super) mod words;

#[cfg(test)]
mod tests;

use super::{DateReader, DateReading, Entry, Outcome, Taken, dated, profile, prose};
use crate::domain::{
    article::{Article, ArticleId, Certainty, Image, Kind, Origin},
    fault::Fault,
};
use lines::{Line, Mark};
use notes::At;

/// The most lines a text may have: beyond it, it is a log or a table, and lines are moved about too often to be quick.
const MAX_LINES: usize = 5_000;

/// What a text is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Running text.
    Article,
    /// The text of slides: headings in capitals over lists.
    Deck,
}

/// Reads one file.
pub(super) fn read(entry: &Entry<'_>) -> Outcome {
    let mut lines = lines::split(&entry.file.text);
    if lines.len() > MAX_LINES {
        let reason = format!(
            "has more than {MAX_LINES} lines, which no article has; split it or leave it out"
        );
        return Err(entry.refusal(None, reason));
    }
    let manner = manner_of(&lines);
    let may_be_event = entry.settings.article_kind == Some(Kind::Event);
    if let Some(reason) = verdict::of_page(&lines, may_be_event) {
        return Err(entry.refusal(None, reason));
    }
    let links = verdict::further_links(&lines);
    let notes = notes::take(&mut lines, &entry.dates());
    let over = notes.keywords.as_ref().map(|(_, line)| *line);
    let over = over
        .into_iter()
        .chain(notes.publisher.as_ref().map(|(_, line)| *line))
        .min();
    chrome::clear_tail(&mut lines, over);
    let named = chrome::clear(&mut lines, &entry.settings.chrome);
    if manner == Manner::Article
        && let Some(reason) = verdict::of_listing(&lines, &entry.dates(), links)
    {
        return Err(entry.refusal(None, reason));
    }
    let picture = picture::take(&mut lines);
    let dates = DateReader {
        not_before: notes.reprint.as_ref().and_then(|(reprint, _)| reprint.date),
        ..entry.dates()
    };
    let disclaimer = take_disclaimer(&mut lines);
    let head = head::take(&mut lines, &dates, manner);
    let Some((title, title_line)) = head.title else {
        let reason = "no title is to be found; let a line without a full stop stand over the text";
        return Err(entry.refusal(lines.first().map(|line| line.number), reason));
    };
    let (body, attachments) = body::blocks(&lines, manner);
    if let Some(reason) = verdict::of_text(head.lede.as_ref().map(|(lede, _)| lede.as_str()), &body)
    {
        return Err(entry.refusal(Some(title_line), reason));
    }
    let id = ArticleId(entry.id(&entry.stem));
    let mut article = Article::new(id, title, entry.path.clone(), entry.settings.name.clone());
    article.body = body;
    article.attachments = attachments;
    let unknown = head.unknown.iter().map(|(text, line)| {
        entry
            .warning(
                *line,
                format!("the line `{text}` by the title is no known label and is left out"),
            )
            .remedy("if it is page chrome, list it in the source's `chrome`")
    });
    let mut filled = Filled {
        article,
        warnings: unknown.collect(),
    };
    filled.origin("title", Certainty::Stated, "title line", title_line);
    filled.article.lede = filled.take("lede", Certainty::Stated, "first paragraph", head.lede);
    filled.article.kicker = filled.take("kicker", Certainty::Inferred, "label line", head.kicker);
    filled.article.theme = filled.take("theme", Certainty::Inferred, "label line", head.theme);
    filled.article.event_date =
        filled.take("event_date", Certainty::Stated, "event line", head.event);
    filled.article.authors = filled
        .take("authors", Certainty::Stated, "byline", head.authors)
        .unwrap_or_default();
    filled.article.keywords = filled
        .take(
            "keywords",
            Certainty::Stated,
            "keyword line",
            notes.keywords,
        )
        .unwrap_or_default();
    filled.article.source_credit = filled.take(
        "source_credit",
        Certainty::Stated,
        "credit line",
        notes.credit,
    );
    filled.article.previously_published = filled.take(
        "previously_published",
        Certainty::Stated,
        "reprint line",
        notes.reprint,
    );
    let own_words = named.or_else(|| {
        notes
            .publisher
            .as_ref()
            .map(|(publisher, line)| (publisher.name.clone(), *line))
    });
    filled.article.publishers = filled
        .take("publishers", Certainty::Stated, "publisher box", own_words)
        .into_iter()
        .collect();
    filled.article.publisher_box = filled.take(
        "publisher_box",
        Certainty::Stated,
        "publisher box",
        notes.publisher,
    );
    let certainty = if picture.is_some() {
        Certainty::Stated
    } else {
        Certainty::Inferred
    };
    let image = with_caption(picture, head.caption);
    filled.article.image = filled.take("image", certainty, "caption line", image);
    filled.kind(head.kind, disclaimer, manner);
    filled.published(entry, head.published);
    profile::apply(&mut filled.article, entry.settings);
    Ok(Taken {
        article: filled.article,
        warnings: filled.warnings,
    })
}

/// A sentence over the title is the caption of a picture that has none.
fn with_caption(picture: At<Image>, over_title: At<String>) -> At<Image> {
    match (picture, over_title) {
        (Some((image, line)), Some((caption, _))) if image.caption.is_none() => Some((
            Image {
                caption: Some(caption),
                ..image
            },
            line,
        )),
        (None, Some((caption, line))) => Some((
            Image {
                caption: Some(caption),
                ..Image::default()
            },
            line,
        )),
        (picture, _) => picture,
    }
}

/// `Indlægget er udtryk for skribentens egen holdning`: gives the line.
fn take_disclaimer(lines: &mut Vec<Line>) -> Option<usize> {
    let mut found = None;
    chrome::drop_where(lines, |line| {
        let says = line.is_plain()
            && line.text.chars().count() <= 250
            && words::DISCLAIMERS
                .iter()
                .any(|words| line.text.to_lowercase().contains(words));
        if says {
            found = found.or(Some(line.number));
        }
        says
    });
    found
}

/// Whether a text has the shape of slides.
pub(super) fn is_deck(text: &str) -> bool {
    let lines = lines::split(text);
    lines.len() <= MAX_LINES && manner_of(&lines) == Manner::Deck
}

/// Slides have headings in capitals and most of their words in lists.
fn manner_of(lines: &[Line]) -> Manner {
    let heads = lines
        .iter()
        .filter(|line| line.is_plain() && prose::is_shouted(&line.text))
        .count();
    let listed = lines
        .iter()
        .filter(|line| matches!(line.mark, Mark::Dash | Mark::Bullet(_)))
        .count();
    let plain_prose = lines
        .iter()
        .filter(|line| line.is_plain() && prose::is_running(&line.text))
        .count();
    if heads >= 3 && listed * 5 >= lines.len() * 2 && plain_prose * 4 <= lines.len() {
        Manner::Deck
    } else {
        Manner::Article
    }
}

/// An article being filled in, each value with its origin.
struct Filled {
    article: Article,
    warnings: Vec<Fault>,
}

impl Filled {
    fn origin(&mut self, field: &'static str, certainty: Certainty, from: &str, line: usize) {
        let origin = Origin {
            certainty,
            from: from.to_owned(),
            line: Some(line),
        };
        self.article.provenance.insert(field, origin);
    }

    fn take<T>(
        &mut self,
        field: &'static str,
        certainty: Certainty,
        from: &str,
        value: At<T>,
    ) -> Option<T> {
        let (value, line) = value?;
        self.origin(field, certainty, from, line);
        Some(value)
    }

    fn kind(&mut self, stated: At<Kind>, disclaimer: Option<usize>, manner: Manner) {
        if let Some(kind) = self.take("kind", Certainty::Stated, "label line", stated) {
            self.article.kind = kind;
        } else if let Some(line) = disclaimer {
            self.article.kind = Kind::Opinion;
            self.origin("kind", Certainty::Stated, "disclaimer line", line);
        } else if manner == Manner::Deck {
            self.article.kind = Kind::Slides;
            let origin = Origin {
                certainty: Certainty::Inferred,
                from: "headings in capitals over lists".into(),
                line: None,
            };
            self.article.provenance.insert("kind", origin);
        }
    }

    fn published(&mut self, entry: &Entry<'_>, stated: At<(String, DateReading)>) {
        let Some(((raw, reading), line)) = stated else {
            return;
        };
        let place = dated::Place {
            from: "date line",
            line: Some(line),
        };
        let doubt = dated::publish(&mut self.article, entry, raw, &reading, &place);
        self.warnings.extend(doubt);
    }
}
