//! From a page to its article: for each field the first that states it.

use super::{content::Page, head, linked::Linked, meta::Meta};
use crate::{
    domain::{
        article::{Article, ArticleId, BlockType, Certainty, Image, Kind, Origin},
        fault::Fault,
    },
    source::{
        DateReader, DateReading, Entry, Refusal, Taken, dated,
        markup::{Piece, web_address},
        profile,
        prose::{folded, is_shouted, label_line},
        text::{page as page_text, people::writers, verdict, words::KINDS},
    },
};

/// The longest first paragraph that is a lede.
const LONGEST_LEDE: usize = 600;

/// Fills an article from a page.
///
/// # Errors
/// Why the page is none after all.
pub(super) fn article(
    mut page: Page,
    linked: &Linked,
    meta: &Meta,
    entry: &Entry<'_>,
) -> Result<Taken, Vec<Refusal>> {
    let Some((title, from, line)) = title(&page, linked, meta) else {
        let reason = "no title is to be found; the page has no heading of the first level";
        return Err(entry.refusal(None, reason));
    };
    let dates = entry.dates();
    let mut head = head::take(&mut page, &title, &dates);
    let link = link(&page, linked, meta, entry);
    let own = match (&link, entry.stem.is_empty()) {
        (Some((link, _)), _) => link.clone(),
        (None, true) => entry.path.clone(),
        (None, false) => entry.stem.clone(),
    };
    let mut filled = Filled {
        article: Article::new(
            ArticleId(entry.id(&own)),
            title.clone(),
            entry.path.clone(),
            entry.settings.name.clone(),
        ),
        warnings: Vec::new(),
        entry,
    };
    filled.origin("title", from, line);
    if let Some((link, from)) = link {
        filled.article.link = Some(link);
        filled.origin("link", from, None);
    }
    let flow = std::mem::take(&mut page.flow);
    let piece = page_text::piece_of(flow, &dates, &entry.settings.chrome);
    filled.text(&page, linked, meta, piece);
    if let Some(reason) = verdict::of_text(filled.article.lede.as_deref(), &filled.article.body) {
        return Err(entry.refusal(line, reason));
    }
    if linked.is_closed && verdict::letters(&filled.article.body) < 900 {
        let reason =
            "stops at a pay wall, so the article is not whole; remove it or get the whole text";
        return Err(entry.refusal(None, reason));
    }
    filled.about(&page, &head, linked, meta);
    filled.loose_labels(&mut head);
    filled.published(&page, &head, linked, meta);
    filled.changed(linked, meta);
    for (text, line) in &head.unknown {
        filled.warnings.push(
            entry
                .warning(
                    *line,
                    format!("the line `{text}` by the title is no known label and is left out"),
                )
                .remedy("if it is page chrome, list it in the source's `chrome`"),
        );
    }
    profile::apply(&mut filled.article, entry.settings);
    Ok(Taken {
        article: filled.article,
        warnings: filled.warnings,
    })
}

/// The title and what states it. A title for machines often has the site's name behind it: where the heading is its
/// begin, the heading is the title.
fn title(
    page: &Page,
    linked: &Linked,
    meta: &Meta,
) -> Option<(String, &'static str, Option<usize>)> {
    let heading = page
        .heading
        .as_ref()
        .map(|(text, line)| (label_line(text), *line));
    let stated = linked
        .headline
        .as_deref()
        .map(|title| (title, "JSON-LD `headline`"))
        .or_else(|| Some((meta.first(&["og:title"])?.0, "meta `og:title`")));
    if let Some((stated, from)) = stated {
        let bare = meta.without_site(stated);
        return Some(match heading {
            Some((heading, line)) if folded(&bare).starts_with(&folded(&heading)) => {
                (heading, "first heading", Some(line))
            }
            _ => (bare, from, None),
        });
    }
    if let Some((heading, line)) = heading {
        return Some((heading, "first heading", Some(line)));
    }
    let title = meta.title.as_deref()?;
    Some((meta.without_site(title), "`<title>`", None))
}

/// The page's own address.
fn link(
    page: &Page,
    linked: &Linked,
    meta: &Meta,
    entry: &Entry<'_>,
) -> Option<(String, &'static str)> {
    let stated = [
        (meta.canonical.as_deref(), "canonical link"),
        (meta.first(&["og:url"]).map(|(url, _)| url), "meta `og:url`"),
        (linked.url.as_deref(), "JSON-LD `url`"),
        (entry.address.map(url::Url::as_str), "address"),
    ];
    stated.into_iter().find_map(|(url, from)| {
        let url = web_address(url?, page.base.as_ref())?;
        Some((url.to_string(), from))
    })
}

/// An article being filled in.
struct Filled<'a> {
    article: Article,
    warnings: Vec<Fault>,
    entry: &'a Entry<'a>,
}

impl Filled<'_> {
    fn origin(&mut self, field: &'static str, from: impl Into<String>, line: Option<usize>) {
        let origin = Origin {
            certainty: Certainty::Stated,
            from: from.into(),
            line,
        };
        self.article.provenance.insert(field, origin);
    }

    /// Lede, body, picture and what the text says of itself.
    fn text(&mut self, page: &Page, linked: &Linked, meta: &Meta, piece: Piece) {
        let mut body = piece.body;
        let first = body.iter().position(|block| block.kind != BlockType::Image);
        let first = first.filter(|at| body[*at].kind == BlockType::Paragraph);
        let first_text = first.map(|at| folded(&body[at].text));
        let marked = page
            .lede
            .clone()
            .map(|(text, line)| (label_line(&text), "lede".to_owned(), Some(line)));
        let described = linked
            .description
            .clone()
            .map(|text| (text, "JSON-LD `description`".to_owned(), None))
            .or_else(|| {
                let (text, name) = meta.first(&["og:description"])?;
                meta.is_type("article")
                    .then(|| (text.to_owned(), format!("meta `{name}`"), None))
            })
            // A description that was broken off is the begin of the text.
            .filter(|(text, ..)| {
                text.chars().count() >= 40 && !text.ends_with(['…']) && !text.ends_with("...")
            });
        // One that says how the text begins says nothing of its own.
        let described = described.filter(|(text, ..)| {
            let text = folded(text);
            first_text
                .as_deref()
                .is_none_or(|first| first == text || !first.starts_with(&text))
        });
        let stated = marked.or(described);
        match (stated, first) {
            (Some((lede, from, line)), _) => {
                let again = first_text.as_deref().is_some_and(|first| {
                    first == folded(&lede) || folded(&lede).starts_with(first)
                });
                if let Some(at) = first.filter(|_| again) {
                    body.remove(at);
                }
                self.article.lede = Some(lede);
                self.origin("lede", from, line);
            }
            (None, Some(at)) if body[at].text.chars().count() <= LONGEST_LEDE => {
                self.article.lede = Some(body.remove(at).text);
                self.origin("lede", "first paragraph", None);
            }
            _ => {}
        }
        self.image(page, linked, meta, piece.images);
        self.article.body = Piece::body_without(body, self.article.image.as_ref());
        self.article.attachments = piece.documents;
        if let Some((authors, line)) = piece.authors {
            self.article.authors = authors;
            self.origin("authors", "byline", Some(line));
        }
        if let Some((reprint, line)) = piece.reprint {
            self.article.previously_published = Some(reprint);
            self.origin("previously_published", "reprint line", Some(line));
        }
        if let Some((credit, line)) = piece.credit {
            self.article.source_credit = Some(credit);
            self.origin("source_credit", "credit line", Some(line));
        }
        if let Some((words, line)) = piece.keywords {
            self.article.keywords = words;
            self.origin("keywords", "keyword line", Some(line));
        }
        let own = piece.publisher_box.as_ref();
        let own = own.map(|(publisher, line)| (publisher.name.clone(), *line));
        if let Some((name, line)) = piece.publisher.or(own) {
            self.article.publishers = vec![name];
            self.origin("publishers", "publisher box", Some(line));
        }
        if let Some((publisher, line)) = piece.publisher_box {
            self.article.publisher_box = Some(publisher);
            self.origin("publisher_box", "publisher box", Some(line));
        }
        if let Some(line) = piece.disclaimer {
            self.article.kind = Kind::Opinion;
            self.origin("kind", "disclaimer line", Some(line));
        }
    }

    /// The picture in the text, for its caption and credit stand with it; else the one the page states for machines.
    fn image(&mut self, page: &Page, linked: &Linked, meta: &Meta, within: Vec<Image>) {
        if let Some(first) = within.into_iter().next() {
            self.article.image = Some(first);
            return self.origin("image", "first picture", None);
        }
        let stated = linked
            .image
            .clone()
            .map(|image| (image, "JSON-LD `image`"))
            .or_else(|| {
                let (url, name) = meta.first(&["og:image", "og:image:url", "twitter:image"])?;
                let image = Image {
                    url: Some(url.to_owned()),
                    alt: meta.first(&["og:image:alt"]).map(|(alt, _)| alt.to_owned()),
                    ..Image::default()
                };
                Some((image, name))
            });
        let Some((image, from)) = stated else { return };
        if let Some(url) = image
            .url
            .as_deref()
            .and_then(|url| web_address(url, page.base.as_ref()))
        {
            self.article.image = Some(Image {
                url: Some(url.into()),
                ..image
            });
            self.origin("image", from, None);
        }
    }

    /// People, publisher, labels and keywords.
    fn about(&mut self, page: &Page, head: &head::Head, linked: &Linked, meta: &Meta) {
        if !linked.authors.is_empty() {
            self.article.authors.clone_from(&linked.authors);
            self.origin("authors", "JSON-LD `author`", None);
        } else if let Some((authors, line)) = &head.authors {
            self.article.authors.clone_from(authors);
            self.origin("authors", "byline", Some(*line));
        } else if self.article.authors.is_empty() {
            let marked = page.byline.as_ref().and_then(|(text, line)| {
                let named = writers(text).or_else(|| writers(&format!("Af {text}")))?;
                Some((named, "byline", Some(*line)))
            });
            let stated = || {
                let (text, name) = meta.first(&["author", "article:author"])?;
                Some((writers(&format!("Af {text}"))?, name, None))
            };
            if let Some((authors, from, line)) = marked.or_else(stated) {
                self.article.authors = authors;
                self.origin("authors", from, line);
            }
        }
        if let Some(publisher) = &linked.publisher {
            self.article.publishers = vec![publisher.clone()];
            self.origin("publishers", "JSON-LD `publisher`", None);
        }
        self.labels(page, head, linked, meta);
        let mut words: Vec<String> = linked.keywords.clone();
        let tags = meta.all("article:tag").iter().cloned();
        let listed = meta
            .first(&["news_keywords", "keywords"])
            .map_or("", |(words, _)| words);
        words.extend(tags.chain(listed.split(',').map(label_line)));
        words.extend(std::mem::take(&mut self.article.keywords));
        for word in words {
            let fits = !word.is_empty() && word.chars().count() <= 80;
            if fits && !self.article.keywords.contains(&word) {
                self.article.keywords.push(word);
            }
        }
        if !self.article.keywords.is_empty() && !self.article.provenance.contains_key("keywords") {
            self.origin("keywords", "the page's keywords", None);
        }
    }

    /// The label over the title, the subject, and the kind where a label names one.
    fn labels(&mut self, page: &Page, head: &head::Head, linked: &Linked, meta: &Meta) {
        let kind_of = |text: &str| {
            let text = folded(text);
            let (_, word) = KINDS.iter().find(|(label, _)| *label == text)?;
            Kind::from_word(word)
        };
        let kicker = page
            .kicker
            .as_ref()
            .filter(|(text, _)| text.chars().count() <= 60);
        let section = linked
            .section
            .as_deref()
            .map(|text| (text, "JSON-LD `articleSection`"))
            .or_else(|| meta.first(&["article:section"]));
        let stated = kicker
            .and_then(|(text, line)| Some((kind_of(text)?, "label line", Some(*line))))
            .or_else(|| {
                head.kind
                    .map(|(kind, line)| (kind, "label line", Some(line)))
            })
            .or_else(|| {
                linked
                    .is_opinion
                    .then_some((Kind::Opinion, "JSON-LD `@type`", None))
            })
            .or_else(|| section.and_then(|(text, from)| Some((kind_of(text)?, from, None))));
        if let Some((kind, from, line)) = stated {
            self.article.kind = kind;
            self.origin("kind", from, line);
        }
        if let Some((text, line)) = kicker.filter(|(text, _)| kind_of(text).is_none()) {
            self.article.kicker = Some(label_line(text));
            self.origin("kicker", "label line", Some(*line));
        }
        if let Some((text, from)) = section.filter(|(text, _)| kind_of(text).is_none()) {
            self.article.theme = Some(label_line(text));
            self.origin("theme", from, None);
        }
    }

    /// Labels that nothing marks as such: a lone one by the title is the subject, one in capitals over the text the
    /// series.
    fn loose_labels(&mut self, head: &mut head::Head) {
        let inferred = |line| Origin {
            certainty: Certainty::Inferred,
            from: "label line".into(),
            line,
        };
        if self.article.theme.is_none()
            && let [(text, line)] = &head.unknown[..]
            && text.split_whitespace().count() <= 3
            && text.starts_with(char::is_uppercase)
        {
            self.article.theme = Some(text.clone());
            self.article
                .provenance
                .insert("theme", inferred(Some(*line)));
            head.unknown.clear();
        }
        let is_label = self.article.body.first().is_some_and(|first| {
            first.kind == BlockType::Heading
                && is_shouted(&first.text)
                && first.text.chars().count() <= 30
        });
        if is_label && self.article.kicker.is_none() && self.article.lede.is_some() {
            self.article.kicker = Some(self.article.body.remove(0).text);
            self.article.provenance.insert("kicker", inferred(None));
        }
    }

    /// The date of publication: of all who state one, the first that can be read. When a page was changed is none.
    fn published(&mut self, page: &Page, head: &head::Head, linked: &Linked, meta: &Meta) {
        let reprint = self.article.previously_published.as_ref();
        let dates = DateReader {
            not_before: reprint.and_then(|reprint| reprint.date),
            ..self.entry.dates()
        };
        let of_line = |(text, line): &(String, usize)| {
            let bare = dates
                .find(text)
                .map_or(text.as_str(), |found| &text[found.start..]);
            (
                bare.split(['|', '·', '•'])
                    .next()
                    .unwrap_or(bare)
                    .trim()
                    .to_owned(),
                "date line".to_owned(),
                Some(*line),
            )
        };
        let meta_date = meta
            .first(&[
                "article:published_time",
                "og:published_time",
                "dcterms.issued",
                "dcterms.date",
                "dc.date",
                "date",
                "pubdate",
                "publish-date",
            ])
            .map(|(raw, name)| (raw.to_owned(), format!("meta `{name}`"), None));
        let stated = [
            linked
                .published
                .clone()
                .map(|raw| (raw, "JSON-LD `datePublished`".to_owned(), None)),
            meta_date,
            page.time
                .clone()
                .map(|(raw, line)| (raw, "`<time>`".to_owned(), Some(line))),
            head.date.as_ref().map(of_line),
        ];
        let read: Vec<_> = stated
            .into_iter()
            .flatten()
            .map(|(raw, from, line)| (dates.read(&raw), raw, from, line))
            .collect();
        let known = read
            .iter()
            .position(|(reading, ..)| matches!(reading, DateReading::Known(..)));
        let Some((reading, raw, from, line)) = read.into_iter().nth(known.unwrap_or(0)) else {
            return;
        };
        let place = dated::Place { from: &from, line };
        let doubt = dated::publish(&mut self.article, self.entry, raw, &reading, &place);
        self.warnings.extend(doubt);
    }

    /// When it was updated, as the page states for machines.
    fn changed(&mut self, linked: &Linked, meta: &Meta) {
        let of_linked = linked.modified.as_deref();
        let of_meta = meta.first(&["article:modified_time"]);
        let stated = of_linked
            .map(|raw| (raw, "JSON-LD `dateModified`".to_owned()))
            .or_else(|| of_meta.map(|(raw, name)| (raw, format!("meta `{name}`"))));
        if let Some((raw, from)) = stated {
            let place = dated::Place {
                from: &from,
                line: None,
            };
            dated::update(&mut self.article, self.entry, raw, &place);
        }
    }
}
