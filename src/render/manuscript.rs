//! What the pieces of an issue are made from.

use chrono::{Datelike, NaiveDate};

use super::{
    Look, Texts, beside, clean, figure, quote,
    sheet::{Accent, Sheet},
};
use crate::domain::{
    article::{Article, Kind},
    issue::{Digest, Frequency},
    language::Language,
    newsletter::Newsletter,
    publisher::Publisher,
    section::{Layout, Section, SectionId},
    theme::Part,
};

/// An issue's texts before they are set, with what is worked out once for all its editions.
#[derive(Debug)]
pub(super) struct Manuscript<'a> {
    pub(super) digest: &'a Digest,
    pub(super) newsletter: &'a Newsletter,
    pub(super) look: &'a Look,
    pub(super) sheet: Sheet,
    publishers: &'a [Publisher],
    /// An anchor for each item.
    pub(super) anchors: Vec<String>,
    /// Each item's title, cleaned.
    pub(super) titles: Vec<String>,
    /// For each item how long it takes to read.
    minutes: Vec<usize>,
    /// For each item whether it has a picture that can be shown.
    pictured: Vec<bool>,
    /// For each item whether it is a piece of advice: its section's way, and a list to show.
    advises: Vec<bool>,
    /// For each item whether it has words that may stand out.
    quoted: Vec<bool>,
    /// For each item whether it has a number that may stand out.
    counts: Vec<bool>,
    /// For each item the place of its section among the digest's.
    sections: Vec<Option<usize>>,
    /// For each section its cell in the band; the calendar has none.
    cells: Vec<Option<usize>>,
}

impl<'a> Manuscript<'a> {
    pub(super) fn new(
        digest: &'a Digest,
        newsletter: &'a Newsletter,
        publishers: &'a [Publisher],
        look: &'a Look,
    ) -> Self {
        let place = |id: &SectionId| digest.sections.iter().position(|section| section.id == *id);
        let articles = || digest.items.iter().map(|item| &item.article);
        let mut lit = 0;
        let cells = digest.sections.iter().map(|section| {
            section.has_cell().then(|| {
                lit += 1;
                lit
            })
        });
        Self {
            digest,
            newsletter,
            look,
            sheet: Sheet::new(&look.theme, &digest.sections),
            publishers,
            anchors: clean::anchors(articles().map(|article| &article.id)),
            titles: articles()
                .map(|article| clean::line(&article.title))
                .collect(),
            minutes: articles().map(Article::reading_minutes).collect(),
            pictured: articles().map(beside::has_picture).collect(),
            advises: articles()
                .map(|article| !beside::advice(article).is_empty())
                .collect(),
            quoted: articles()
                .map(|article| {
                    quote::quote(article, newsletter.language, look.theme.limits.quote).is_some()
                })
                .collect(),
            counts: articles()
                .map(|article| figure::first(article).is_some())
                .collect(),
            sections: digest
                .items
                .iter()
                .map(|item| place(&item.section))
                .collect(),
            cells: cells.collect(),
        }
    }

    /// The day an item was published, when it lies within seven days before the issue's, or in its week.
    pub(super) fn day_of_week(&self, item: usize) -> Option<NaiveDate> {
        let published = self.digest.items[item].article.published.at?;
        let day = published.date(self.newsletter.timezone);
        let date = self.digest.key.date;
        let before = date.signed_duration_since(day).num_days();
        ((0..=7).contains(&before) || day.iso_week() == date.iso_week()).then_some(day)
    }

    /// Whether an item has a picture that can be shown in a pair.
    pub(super) fn pictured(&self, item: usize) -> bool {
        self.pictured[item] && self.digest.trim.leaves_pair_pictures()
    }

    /// Whether an item is set as a piece of advice.
    pub(super) fn advises(&self, item: usize) -> bool {
        self.layout(item) == Layout::Advice && self.advises[item]
    }

    /// Whether an item has words that may stand out.
    pub(super) fn quoted(&self, item: usize) -> bool {
        self.quoted[item]
    }

    /// Whether an item has a number that may stand out.
    pub(super) fn counts(&self, item: usize) -> bool {
        self.counts[item]
    }

    /// Whether it is the letter of a week.
    pub(super) fn weekly(&self) -> bool {
        self.digest.key.frequency == Frequency::Weekly
    }

    /// Whether all the events tell of the week after the issue's.
    pub(super) fn next_week(&self) -> bool {
        let next = (self.digest.key.date + chrono::Days::new(7)).iso_week();
        let events = || {
            let items = 0..self.digest.items.len();
            items.filter(|item| self.layout(*item) == Layout::Calendar)
        };
        events().next().is_some()
            && events().all(|item| {
                let date = self.digest.items[item].article.event_date;
                date.is_some_and(|date| date.iso_week() == next)
            })
    }

    /// The place of an item's section among the digest's.
    pub(super) fn section_place(&self, item: usize) -> Option<usize> {
        self.sections[item]
    }

    /// An item's section.
    pub(super) fn section(&self, item: usize) -> Option<&'a Section> {
        self.sections[item].map(|place| &self.digest.sections[place])
    }

    /// How an item's section sets it.
    pub(super) fn layout(&self, item: usize) -> Layout {
        self.section(item)
            .map_or(Layout::Row, |section| section.layout)
    }

    /// Whether a section is told in titles alone: the news of a weekly letter, which its reader may have had.
    pub(super) fn in_titles(&self, section: &Section) -> bool {
        self.digest.key.frequency == Frequency::Weekly
            && section.layout == Layout::Row
            && section.kinds.contains(&Kind::News)
    }

    /// The newsletter's own ad that speaks up: the first that may.
    pub(super) fn loud_ad(&self) -> Option<usize> {
        let mut ads = self.digest.ads.iter();
        ads.position(|ad| ad.house && ad.loud)
    }

    /// The cell of the band that an item's section lights; 0 is Overblik's, always lit.
    pub(super) fn cell(&self, item: usize) -> Option<usize> {
        self.sections[item].and_then(|place| self.cells[place])
    }

    /// The cell of the band that a section lights.
    pub(super) fn section_cell(&self, place: usize) -> Option<usize> {
        self.cells[place]
    }

    /// How many cells the band has: Overblik and the sections.
    pub(super) fn band_width(&self) -> usize {
        1 + self.cells.iter().flatten().count()
    }

    /// The colour of an item's section.
    pub(super) fn accent(&self, item: usize) -> Accent {
        self.cell(item)
            .map_or_else(|| self.sheet.ink_accent(), |cell| self.sheet.accent(cell))
    }

    /// A section's name in the letter's language.
    pub(super) fn section_name(&self, section: &Section, language: Language) -> String {
        let english = section
            .name_en
            .as_deref()
            .filter(|_| language == Language::En);
        clean::line(english.unwrap_or(&section.name))
    }

    /// Whether a publisher's profile says that it is the newsletter's own desk.
    pub(super) fn is_desk(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.publishers
            .iter()
            .any(|publisher| publisher.desk && clean::line(&publisher.name).to_lowercase() == name)
    }

    /// Whether the newsletter has a desk of its own, which answers for what names no publisher.
    pub(super) fn has_desk(&self) -> bool {
        self.publishers.iter().any(|publisher| publisher.desk)
    }

    /// The attribute for text in the newsletter's language within a letter in another.
    pub(super) fn foreign(&self, letter: Language) -> &'static str {
        match (self.newsletter.language, letter) {
            (Language::Da, Language::En) => " lang=da",
            (Language::En, Language::Da) => " lang=en",
            _ => "",
        }
    }

    /// The newsletter's name, as its brand has it.
    pub(super) fn name(&self) -> String {
        let brand = clean::some_line(self.look.theme.brand.name.as_deref());
        brand.unwrap_or_else(|| clean::line(&self.newsletter.name))
    }

    /// The letter's own words in a language.
    pub(super) fn texts(&self, language: Language) -> &'a Texts {
        self.look.wording.of(language)
    }

    /// Whether a part of the letter is wanted.
    pub(super) fn has(&self, part: Part) -> bool {
        !self.look.theme.blocks.off.contains(&part)
    }

    /// How long it takes to read the items.
    pub(super) fn minutes(&self, items: &[usize]) -> usize {
        items.iter().map(|item| self.minutes[*item]).sum()
    }
}
