//! An item as a letter prints it: every word cleaned, cut and in its language, before it meets a template.

use super::{
    beside::{self, Picture},
    clean, cut, joined,
    manuscript::Manuscript,
    sheet::Accent,
    texts::{Texts, fill},
};
use crate::domain::{
    article::{Article, Block, BlockType, Kind},
    issue::{Frequency, Item},
    language::Language,
    section::Layout,
};

/// An item, ready for a template.
#[derive(Debug)]
pub(super) struct ItemView {
    pub(super) anchor: String,
    /// ` lang=da` where the article is in another language than the letter: as an attribute, unquoted. ` dir=auto` where
    /// some of it is read from right to left.
    pub(super) lang: &'static str,
    /// What it is about, in the label column.
    pub(super) label: String,
    pub(super) title: String,
    pub(super) link: Option<String>,
    pub(super) lede: Option<String>,
    pub(super) picture: Option<Picture>,
    /// `●`, `○`, or nothing before the desk's opinion pieces.
    pub(super) mark: String,
    /// Publisher and kind in words: `Skovby Kommune, case`.
    pub(super) meta: String,
    /// Whether it must be told apart as the writer's own view.
    pub(super) opinion: bool,
    /// Who wrote it.
    pub(super) writer: Option<String>,
    /// The only writer's role.
    pub(super) role: Option<String>,
    /// Publishers, for events, and that they updated it.
    pub(super) organiser: Option<String>,
    /// Where it was brought before, and the source it credits.
    pub(super) notes: Vec<String>,
    /// `4 min.`
    pub(super) minutes: String,
    /// `Læs på 4 min.`
    pub(super) read: String,
    /// The same with the title, for those who hear links out of their place.
    pub(super) read_aloud: String,
    /// `Læs casen på 4 min.`, for a button.
    pub(super) button: String,
    pub(super) accent: Accent,
}

impl ItemView {
    /// The item of a number with a lede of at most `room` characters.
    pub(super) fn new(
        manuscript: &Manuscript<'_>,
        index: usize,
        room: usize,
        language: Language,
        texts: &Texts,
    ) -> Self {
        let item = &manuscript.digest.items[index];
        let article = &item.article;
        let section = manuscript.section(index);
        let opinion = is_opinion(article, section.map(|section| section.layout));
        let publishers: Vec<String> = article
            .publishers
            .iter()
            .filter_map(|name| clean::some_line(Some(name)))
            .collect();
        let ours = publishers.iter().all(|name| manuscript.is_desk(name));
        let writer = writer(article, &publishers, opinion, texts);
        let (mark, mut meta) = meta(article, &publishers, ours, opinion, manuscript, texts);
        if item.renews.is_some() {
            meta = format!("{meta}, {}", texts.updated);
        }
        let minutes = article.reading_minutes().to_string();
        let title = manuscript.titles[index].clone();
        let read = fill(&texts.read, &[("minutes", &minutes)]);
        Self {
            anchor: manuscript.anchors[index].clone(),
            lang: attributes(manuscript.foreign(language), article),
            label: label(article, texts),
            read_aloud: fill(&texts.read_aloud, &[("read", &read), ("title", &title)]),
            title: joined::title(&title),
            link: clean::web(article.link.as_deref()),
            lede: lede(article).map(|text| joined::prose(&cut::at_sentence(&text, room))),
            picture: article
                .image
                .as_ref()
                .and_then(|image| beside::picture(image, texts)),
            mark,
            meta,
            opinion,
            writer,
            role: match &article.authors[..] {
                [only] => clean::some_line(only.role.as_deref()).map(|role| joined::prose(&role)),
                _ => None,
            },
            organiser: organiser(item, &publishers, texts),
            notes: notes(article, language, texts),
            button: fill(&texts.kind(article.kind).read, &[("minutes", &minutes)]),
            minutes: fill(&texts.minutes, &[("minutes", &minutes)]),
            read,
            accent: manuscript.accent(index),
        }
    }

    /// What stands after the mark where the reading time has no link to stand in.
    pub(super) fn meta_with_minutes(&self) -> String {
        format!("{}, {}", self.meta, self.minutes)
    }
}

/// The label over the lead, and over the only item of an edition its section's name.
pub(super) fn lead_label(
    manuscript: &Manuscript<'_>,
    index: usize,
    alone: bool,
    language: Language,
    texts: &Texts,
) -> String {
    let section = manuscript.section(index).filter(|_| alone);
    match (section, manuscript.digest.key.frequency) {
        (Some(section), _) => manuscript.section_name(section, language),
        (None, Frequency::Daily) => texts.lead.clone(),
        (None, Frequency::Weekly) => texts.lead_weekly.clone(),
    }
}

/// A line of Overblik: the title, as far as there is room, and rather a clause of it than as many words.
pub(super) fn overview_line(manuscript: &Manuscript<'_>, index: usize) -> String {
    let room = manuscript.look.theme.limits.overview;
    joined::title(&cut::at_clause(
        &manuscript.titles[index],
        room,
        room * 3 / 5,
    ))
}

/// The subject label, where the article has one of its own.
pub(super) fn theme(article: &Article) -> Option<String> {
    clean::some_line(article.kicker.as_deref())
        .or_else(|| clean::some_line(article.theme.as_deref()))
}

/// The attributes of an article's texts, with the direction where its letters may have another than the letter's.
fn attributes(lang: &'static str, article: &Article) -> &'static str {
    let lede = article.lede.as_deref().unwrap_or_default();
    if !clean::has_right_to_left(&article.title) && !clean::has_right_to_left(lede) {
        return lang;
    }
    match lang {
        " lang=da" => " lang=da dir=auto",
        " lang=en" => " lang=en dir=auto",
        _ => " dir=auto",
    }
}

fn is_opinion(article: &Article, layout: Option<Layout>) -> bool {
    article.kind == Kind::Opinion || layout == Some(Layout::Opinion)
}

fn label(article: &Article, texts: &Texts) -> String {
    theme(article).unwrap_or_else(|| capitalised(&texts.kind(article.kind).word))
}

/// The lede, else the first paragraph of the body; what is not there is not made up.
fn lede(article: &Article) -> Option<String> {
    let paragraph =
        |block: &&Block| block.kind == BlockType::Paragraph && !block.text.trim().is_empty();
    clean::some_line(article.lede.as_deref()).or_else(|| {
        clean::some_line(
            article
                .body
                .iter()
                .find(paragraph)
                .map(|block| block.text.as_str()),
        )
    })
}

/// The writers by name; an opinion that names none is its publisher's.
fn writer(
    article: &Article,
    publishers: &[String],
    opinion: bool,
    texts: &Texts,
) -> Option<String> {
    let names: Vec<String> = article
        .authors
        .iter()
        .filter_map(|author| clean::some_line(Some(&author.name)))
        .collect();
    if !names.is_empty() {
        Some(texts.list(&names))
    } else if opinion && !publishers.is_empty() {
        Some(texts.list(publishers))
    } else {
        None
    }
}

fn meta(
    article: &Article,
    publishers: &[String],
    ours: bool,
    opinion: bool,
    manuscript: &Manuscript<'_>,
    texts: &Texts,
) -> (String, String) {
    let marks = &manuscript.look.theme.marks;
    let (desk, publisher) = (clean::line(&marks.desk), clean::line(&marks.publisher));
    let kind = &texts
        .kind(if opinion { Kind::Opinion } else { article.kind })
        .word;
    match (opinion, ours) {
        // Who answers for it is not stated; where no desk is known, none is invented.
        (false, true) if publishers.is_empty() && !manuscript.has_desk() => {
            (String::new(), capitalised(kind))
        }
        (false, true) => (desk, format!("{}, {kind}", texts.desk)),
        (false, false) => (publisher, format!("{}, {kind}", texts.list(publishers))),
        (true, true) => (
            String::new(),
            format!("{}, {}", capitalised(kind), texts.own_view),
        ),
        (true, false) => (
            publisher,
            format!("{}, {kind}, {}", texts.list(publishers), texts.own_view),
        ),
    }
}

fn organiser(item: &Item, publishers: &[String], texts: &Texts) -> Option<String> {
    let list = (!publishers.is_empty()).then(|| texts.list(publishers));
    match (list, &item.renews) {
        (Some(list), Some(_)) => Some(format!("{list}, {}", texts.updated)),
        (None, Some(_)) => Some(capitalised(&texts.updated)),
        (list, None) => list,
    }
}

fn notes(article: &Article, language: Language, texts: &Texts) -> Vec<String> {
    let reprint = article.previously_published.as_ref().map(|reprint| {
        let medium = clean::line(&reprint.medium);
        match reprint.date {
            Some(date) => fill(
                &texts.reprint_dated,
                &[
                    ("medium", &medium),
                    ("date", &joined::prose(&super::dates::date(language, date))),
                ],
            ),
            None => fill(&texts.reprint, &[("medium", &medium)]),
        }
    });
    let credit = clean::some_line(article.source_credit.as_deref())
        .map(|credit| labelled(&credit, |credit| fill(&texts.source, &[("source", credit)])));
    reprint.into_iter().chain(credit).collect()
}

/// A credit as it stands when it says itself what it is (`Foto: …`, `Kilde: …`), else with the label.
pub(super) fn labelled(credit: &str, label: impl Fn(&str) -> String) -> String {
    if credit.contains(": ") {
        credit.to_owned()
    } else {
        label(credit)
    }
}

/// A text that begins with a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
