//! The HTML part: one struct a template. Pieces are rows of one table, so that any order of them is sound.

mod blocks;
mod templates;

use askama::Template;
use chrono::NaiveDate;

use self::templates::{
    Band, Card, Close, EventDate, Footer, HouseAd, Intro, ItemCompact, ItemEvent, ItemOpinion,
    ItemRow, Lead, LoudAd, Masthead, Opener, Opening, OverviewEnd, OverviewHead, OverviewLine,
    PaidAd, PairCell, PairEnd, PairGap, PairOpen, Title,
};
use super::{
    RenderError, beside, dates,
    form::{Form, Mark, Pictures, Place, Side},
    hyphen,
    item::{self, ItemView, LEDE_LEAD, LEDE_PAIR, LEDE_ROW},
    joined,
    manuscript::Manuscript,
    palette::{Accent, UNLIT, accent_of},
    sender,
    texts::{Texts, fill},
};
use crate::domain::{language::Language, piece::Slot};

/// Sets a form for the HTML part; `None` for what only the text has.
pub(super) fn render(
    manuscript: &Manuscript<'_>,
    form: &Form,
    language: Language,
) -> Result<Option<String>, RenderError> {
    let setter = Setter {
        manuscript,
        language,
        texts: Texts::of(language)?,
    };
    let html = match form {
        Form::Opening => Opening {
            lang: language.tag(),
        }
        .render()?,
        Form::Title { subject, preheader } => setter.title(subject, preheader).render()?,
        Form::Band { lit } => Band {
            cells: setter
                .cells(|cell| lit.checked_shr(cell as u32).is_some_and(|bit| bit & 1 == 1)),
        }
        .render()?,
        Form::Masthead => setter.masthead().render()?,
        Form::Intro => setter.intro().render()?,
        Form::OverviewHead {
            items,
            minutes,
            lines,
            mark,
        } => setter
            .overview_head(*items, *minutes, *lines, *mark)
            .render()?,
        Form::OverviewLine { item, mark } => setter.overview_line(*item, *mark).render()?,
        Form::OverviewEnd { mark } => OverviewEnd { mark: *mark }.render()?,
        Form::Lead { item, alone, place } => setter.lead(*item, *alone, *place).render()?,
        Form::Opener { section } => setter.opener(*section).render()?,
        Form::Compact { item, place } => setter.compact(*item, *place).render()?,
        Form::Row { item, place } => setter.row(*item, *place).render()?,
        Form::Opinion { item, place } => ItemOpinion {
            item: setter.railed(*item, LEDE_PAIR),
            line: *place == Place::Following,
        }
        .render()?,
        Form::Event { item, place } => setter.event(*item, *place).render()?,
        Form::PairOpen { place } => PairOpen {
            line: *place == Place::Following,
        }
        .render()?,
        Form::PairCell {
            item,
            side,
            pictures,
        } => setter.pair_cell(*item, *side, *pictures).render()?,
        Form::PairGap => PairGap {}.render()?,
        Form::PairEnd => PairEnd {}.render()?,
        Form::Ad { ad, place } => setter.ad(*ad, *place)?,
        Form::LoudAd { ad } => setter.loud_ad(*ad).render()?,
        Form::Panel { left, right } => setter.panel(*left, *right).render()?,
        Form::Calendar { block } => setter.calendar(*block).render()?,
        Form::Card => match setter.card() {
            Some(card) => card.render()?,
            None => return Ok(None),
        },
        Form::Footer => setter.footer().render()?,
        Form::Close => Close {}.render()?,
    };
    Ok(Some(squeezed(&html)))
}

/// Without the templates' indentation and empty lines: a third of the bytes of a letter.
fn squeezed(html: &str) -> String {
    let mut squeezed = String::with_capacity(html.len());
    for line in html.lines().map(str::trim).filter(|line| !line.is_empty()) {
        squeezed.push_str(line);
        squeezed.push('\n');
    }
    squeezed
}

struct Setter<'a> {
    manuscript: &'a Manuscript<'a>,
    language: Language,
    texts: &'static Texts,
}

impl Setter<'_> {
    fn view(&self, item: usize, room: usize) -> ItemView {
        ItemView::new(self.manuscript, item, room, self.language, self.texts)
    }

    /// An item whose label and role stand in the narrow column.
    fn railed(&self, item: usize, room: usize) -> ItemView {
        let mut view = self.view(item, room);
        if self.manuscript.newsletter.language == Language::Da {
            view.label = hyphen::soft(&view.label);
            view.role = view.role.as_deref().map(hyphen::soft);
        }
        view
    }

    fn cells(&self, lit: impl Fn(usize) -> bool) -> Vec<Accent> {
        (0..self.manuscript.band_width())
            .map(|cell| if lit(cell) { accent_of(cell) } else { UNLIT })
            .collect()
    }

    fn title<'t>(&self, subject: &'t str, preheader: &'t str) -> Title<'t> {
        let date = dates::date_line(self.manuscript.digest.key, self.language);
        let name = sender::nameplate(self.manuscript, self.texts).whole();
        Title {
            subject,
            preheader,
            label: fill(
                &self.texts.article_label,
                &[("name", &name), ("date", &date)],
            ),
            lang: self.language.tag(),
        }
    }

    fn masthead(&self) -> Masthead {
        Masthead {
            nameplate: sender::nameplate(self.manuscript, self.texts),
            date_line: joined::prose(&dates::date_line(self.manuscript.digest.key, self.language)),
            front_page: sender::footer(self.manuscript, self.texts).front_page,
            petrol: accent_of(0),
        }
    }

    fn intro(&self) -> Intro {
        Intro {
            greeting: Slot::Greeting.mark(),
            intro: sender::intro(self.manuscript),
            lang: self.manuscript.foreign(self.language),
        }
    }

    fn overview_line(&self, item: usize, mark: Mark) -> OverviewLine {
        OverviewLine {
            item: self.view(item, LEDE_ROW),
            mark,
            day: match mark {
                Mark::Number(_) => None,
                Mark::Day(day, _) => day.map(|day| item::capitalised(self.language.weekday(day))),
            },
        }
    }

    fn overview_head(
        &self,
        items: usize,
        minutes: usize,
        lines: usize,
        mark: Mark,
    ) -> OverviewHead {
        let (standfirst, count) =
            sender::overview_head(self.manuscript, self.texts, items, minutes, lines);
        OverviewHead {
            cells: self.cells(|cell| cell == 0),
            petrol: accent_of(0),
            name: &self.texts.overview,
            standfirst,
            count,
            mark,
        }
    }

    /// The lead takes Overblik's colour; alone it stands for its section and takes that one's.
    fn lead(&self, index: usize, alone: bool, place: Place) -> Lead {
        let mut view = self.railed(index, LEDE_LEAD);
        let article = &self.manuscript.digest.items[index].article;
        if !alone {
            view.accent = accent_of(0);
        }
        Lead {
            alone,
            first: place == Place::First,
            heading: if alone { "h2" } else { "h3" },
            label: item::lead_label(self.manuscript, index, alone, self.language, self.texts),
            theme: item::theme(article),
            by: view
                .writer
                .as_deref()
                .map(|writer| fill(&self.texts.by, &[("writer", writer)])),
            paragraphs: if alone {
                beside::paragraphs(article)
            } else {
                Vec::new()
            },
            facts_label: &self.texts.facts,
            facts: beside::facts(article, &self.texts.facts),
            further_label: &self.texts.further,
            further: beside::further(article),
            item: view,
        }
    }

    fn opener(&self, section: usize) -> Opener {
        let lit = self.manuscript.section_cell(section);
        Opener {
            head: sender::section_head(self.manuscript, section, self.language, self.texts),
            cells: self.cells(|cell| Some(cell) == lit),
        }
    }

    fn row(&self, index: usize, place: Place) -> ItemRow {
        let item = self.railed(index, LEDE_ROW);
        ItemRow {
            title_font: title_font(&item, "700 20px/26px", "italic 400 20px/26px"),
            item,
            line: place == Place::Following,
        }
    }

    fn compact(&self, index: usize, place: Place) -> ItemCompact {
        let item = self.railed(index, LEDE_ROW);
        ItemCompact {
            title_font: title_font(&item, "700 20px/26px", "italic 400 20px/26px"),
            item,
            line: place == Place::Following,
        }
    }

    fn pair_cell(&self, index: usize, side: Side, pictures: Pictures) -> PairCell {
        let mut item = self.view(index, LEDE_PAIR);
        let credit = item
            .picture
            .as_ref()
            .and_then(|picture| picture.credit.clone());
        // Captions of unequal length would set the two titles askew: the credit stands under the text.
        if pictures == Pictures::Shown {
            item.notes.extend(credit);
        }
        PairCell {
            title_font: title_font(&item, "700 21px/27px", "italic 400 21px/27px"),
            item,
            left: side == Side::Left,
            pictured: pictures == Pictures::Shown,
        }
    }

    fn event(&self, index: usize, place: Place) -> ItemEvent {
        let date = |date: NaiveDate| EventDate {
            day: dates::day(self.language, date),
            month: self.texts.short_month(date),
            weekday: self.language.weekday(date),
        };
        ItemEvent {
            item: self.view(index, LEDE_ROW),
            line: place == Place::Following,
            when: self.manuscript.digest.items[index]
                .article
                .event_date
                .map(date),
        }
    }

    fn ad(&self, index: usize, place: Place) -> Result<String, askama::Error> {
        let ad = sender::ad(self.manuscript, index, self.texts);
        let in_list = place == Place::Following;
        let lang = self.manuscript.foreign(self.language);
        if ad.house {
            HouseAd { ad, in_list, lang }.render()
        } else {
            PaidAd { ad, in_list, lang }.render()
        }
    }

    fn loud_ad(&self, index: usize) -> LoudAd {
        LoudAd {
            ad: sender::ad(self.manuscript, index, self.texts),
            lang: self.manuscript.foreign(self.language),
        }
    }

    fn card(&self) -> Option<Card> {
        Some(Card {
            card: sender::card(self.manuscript, self.texts)?,
            label: &self.texts.card,
            lang: self.manuscript.foreign(self.language),
        })
    }

    fn footer(&self) -> Footer {
        let mut foot = sender::footer(self.manuscript, self.texts);
        let own = |words: &'static str, slot: Slot| (words, slot.mark().to_string());
        let privacy = foot
            .privacy
            .take()
            .map(|url| (self.texts.privacy.as_str(), url));
        Footer {
            links: [
                own(&self.texts.preferences, Slot::Preferences),
                own(&self.texts.unsubscribe, Slot::Unsubscribe),
            ]
            .into_iter()
            .chain(privacy)
            .collect(),
            foot,
            write_to: &self.texts.write_to,
            legend_desk: &self.texts.legend_desk,
            legend_publisher: &self.texts.legend_publisher,
            no_tracking: &self.texts.no_tracking,
        }
    }
}

/// News titles stand upright and bold; an opinion is italic wherever it is printed.
fn title_font(item: &ItemView, news: &'static str, opinion: &'static str) -> &'static str {
    if item.opinion { opinion } else { news }
}
