//! The blocks that no article fills: where they stand in an edition, and what stands in them.

use chrono::NaiveDate;

use super::{
    clean, cut,
    form::Form,
    item, joined,
    manuscript::Manuscript,
    texts::{Texts, fill},
};
use crate::domain::{
    block::{BlockEntry, BlockKind, IssueBlock},
    language::Language,
    section::SectionId,
};

/// The most characters of a quote.
const QUOTE: usize = 110;

/// The forms of the blocks that stand after a section.
pub(super) fn after_section(manuscript: &Manuscript<'_>, section: &SectionId) -> Vec<Form> {
    forms(manuscript, |block| block.after.as_ref() == Some(section))
}

/// The forms of the blocks at the letter's end: those that name no section, or one that the edition has no heading of.
pub(super) fn at_the_end(
    manuscript: &Manuscript<'_>,
    printed: &[usize],
    lead: Option<usize>,
) -> Vec<Form> {
    let stands = |section: &SectionId| {
        printed
            .iter()
            .filter(|item| Some(**item) != lead)
            .filter_map(|item| manuscript.section(*item))
            .any(|known| known.id == *section)
    };
    forms(manuscript, |block| {
        !block.after.as_ref().is_some_and(stands)
    })
}

/// Two panels that follow each other stand side by side.
fn forms(manuscript: &Manuscript<'_>, here: impl Fn(&IssueBlock) -> bool) -> Vec<Form> {
    let blocks = &manuscript.digest.blocks;
    let mut forms = Vec::new();
    let mut alone = None;
    let places = (0..blocks.len()).filter(|place| here(&blocks[*place]));
    for place in places {
        let is_calendar = blocks[place].kind == BlockKind::Events;
        match alone.take() {
            Some(left) if !is_calendar => forms.push(Form::Panel {
                left,
                right: Some(place),
            }),
            before => {
                forms.extend(before.map(|left| Form::Panel { left, right: None }));
                if is_calendar {
                    forms.push(Form::Calendar { block: place });
                } else {
                    alone = Some(place);
                }
            }
        }
    }
    forms.extend(alone.map(|left| Form::Panel { left, right: None }));
    forms
}

/// A block, ready to be set.
#[derive(Debug)]
pub(super) struct BlockView {
    pub(super) kind: BlockKind,
    pub(super) name: String,
    /// The attribute for entries in the newsletter's language within a letter in another.
    pub(super) lang: &'static str,
    pub(super) entries: Vec<EntryView>,
}

impl BlockView {
    /// Whether its entries are what people said.
    pub(super) fn quotes(&self) -> bool {
        self.kind == BlockKind::Quotes
    }

    /// Whether its entries are numbered.
    pub(super) fn ranked(&self) -> bool {
        self.kind == BlockKind::Ranked
    }
}

/// One entry of a block.
#[derive(Debug)]
pub(super) struct EntryView {
    pub(super) title: String,
    pub(super) link: Option<String>,
    /// `Karen Mølgaard om`; of an event who arranges it.
    pub(super) by: Option<String>,
    pub(super) quote: Option<String>,
    pub(super) day: Option<NaiveDate>,
    /// `torsdag kl. 9.00–12.00, Odense`
    pub(super) when: Option<String>,
}

pub(super) fn view(
    manuscript: &Manuscript<'_>,
    place: usize,
    language: Language,
    texts: &Texts,
) -> BlockView {
    let block = &manuscript.digest.blocks[place];
    let english = block
        .title_en
        .as_deref()
        .filter(|_| language == Language::En);
    BlockView {
        kind: block.kind,
        name: clean::line(english.unwrap_or(&block.title)),
        lang: manuscript.foreign(language),
        entries: block
            .entries
            .iter()
            .map(|entry| entry_view(entry, block.kind, language, texts))
            .collect(),
    }
}

fn entry_view(entry: &BlockEntry, kind: BlockKind, language: Language, texts: &Texts) -> EntryView {
    let by = clean::some_line(entry.by.as_deref());
    let text = clean::some_line(entry.text.as_deref());
    let is_quote = kind == BlockKind::Quotes;
    let quote = text.as_deref().filter(|_| is_quote).map(quoted);
    EntryView {
        title: joined::title(&clean::line(&entry.title)),
        link: clean::web(entry.url.as_deref()),
        by: by.map(|name| match kind {
            BlockKind::Quotes => fill(&texts.comment_by, &[("name", &name)]),
            _ => name,
        }),
        quote,
        day: entry.day,
        when: entry
            .day
            .filter(|_| kind == BlockKind::Events)
            .map(|day| when(day, text.as_deref(), language)),
    }
}

/// The words in guillemets, whatever marks stood around them, those within turned to single ones.
fn quoted(text: &str) -> String {
    let bare = text.trim_matches(['»', '«', '"', '“', '”', '„']);
    let inner: String = bare
        .chars()
        .map(|c| match c {
            '»' | '„' => '›',
            '«' => '‹',
            c => c,
        })
        .collect();
    format!("»{}«", joined::prose(&cut::at_word(&inner, QUOTE)))
}

fn when(day: NaiveDate, text: Option<&str>, language: Language) -> String {
    let weekday = language.weekday(day);
    match text {
        Some(text) if text.starts_with("kl.") => {
            joined::prose(&spanned(&format!("{weekday} {text}")))
        }
        Some(text) => joined::prose(&format!("{weekday}, {text}")),
        None => weekday.to_owned(),
    }
}

/// A span of times has an en dash without spaces: `9.00–12.00`.
fn spanned(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(char::is_ascii_digit)
    };
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| match c {
            '-' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => '–',
            c => *c,
        })
        .collect()
}

/// The heading of the text part's block.
pub(super) fn capitals(name: &str) -> String {
    item::capitalised(name).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_has_one_pair_of_marks_and_ends_at_a_word() {
        let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
        check("\"Det holder.\"", "»Det holder.«");
        check("»Han sagde »nej« til det.«", "»Han sagde ›nej‹ til det.«");
        let long = quoted(&"ordene ".repeat(40));
        assert!(long.ends_with("\u{a0}…«") && long.chars().count() <= QUOTE + 2);
    }

    #[test]
    fn an_event_is_told_by_weekday_time_and_place() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let check = |text: Option<&str>, expected: &str| {
            assert_eq!(
                when(day, text, Language::Da).replace('\u{a0}', " "),
                expected
            );
        };
        check(
            Some("kl. 9.00-12.00, Odense"),
            "torsdag kl. 9.00–12.00, Odense",
        );
        check(Some("Odense"), "torsdag, Odense");
        check(None, "torsdag");
    }
}
