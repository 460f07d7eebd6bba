//! The HTML part: one struct a template. Pieces are rows of one table, so that any order of them is sound.

mod blocks;
mod templates;

use askama::Template;
use chrono::NaiveDate;

use self::templates::{
    Advice, Band, Card, Close, EventDate, Footer, HouseAd, Intro, ItemCompact, ItemEvent,
    ItemOpinion, ItemRow, Lead, LoudAd, Masthead, Number, Opener, Opening, OverviewEnd,
    OverviewHead, OverviewLine, PaidAd, PairCell, PairEnd, PairGap, PairOpen, QuoteRow, Title, Why,
};
use super::{
    RenderError, beside, clean, dates, figure,
    form::{Form, Mark, Pictures, Place, Side},
    hyphen,
    item::{self, ItemView},
    joined,
    manuscript::Manuscript,
    quote, sender,
    sheet::{Accent, Sheet},
    texts::{Texts, fill},
};
use crate::domain::{
    language::Language,
    piece::Slot,
    theme::{Limits, OverviewLinks, Part},
};

/// Sets a form for the HTML part; `None` for what only the text has.
pub(super) fn render(
    manuscript: &Manuscript<'_>,
    form: &Form,
    language: Language,
) -> Result<Option<String>, RenderError> {
    let setter = Setter {
        manuscript,
        language,
        texts: manuscript.texts(language),
        t: &manuscript.sheet,
        limits: manuscript.look.theme.limits,
    };
    let t = &manuscript.sheet;
    let html = match form {
        Form::Opening => Opening {
            t,
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
        Form::Number { item } => match setter.number(*item) {
            Some(number) => number.render()?,
            None => return Ok(None),
        },
        Form::Opener { section } => setter.opener(*section).render()?,
        Form::Compact { item, place } => setter.compact(*item, *place).render()?,
        Form::Row { item, place } => setter.row(*item, *place).render()?,
        Form::Opinion { item, place } => ItemOpinion {
            t,
            item: setter.railed(*item, setter.limits.lede_pair),
            line: *place == Place::Following,
        }
        .render()?,
        Form::Event { item, place } => setter.event(*item, *place).render()?,
        Form::Advice { item, place } => setter.advice(*item, *place).render()?,
        Form::Quote { item, place } => match setter.quote(*item, *place) {
            Some(quote) => quote.render()?,
            None => return Ok(None),
        },
        Form::PairOpen { place } => PairOpen {
            t,
            line: *place == Place::Following,
        }
        .render()?,
        Form::PairCell {
            item,
            side,
            pictures,
        } => setter.pair_cell(*item, *side, *pictures).render()?,
        Form::PairGap => PairGap { t }.render()?,
        Form::PairEnd => PairEnd {}.render()?,
        Form::Ad { ad, place } => setter.ad(*ad, *place)?,
        Form::LoudAd { ad } => setter.loud_ad(*ad).render()?,
        Form::Panel { left, right } => setter.panel(*left, *right).render()?,
        Form::Calendar { block } => setter.calendar(*block).render()?,
        Form::Card => match setter.card() {
            Some(card) => card.render()?,
            None => return Ok(None),
        },
        Form::Why { topics } => setter.why(topics).render()?,
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
    texts: &'a Texts,
    t: &'a Sheet,
    limits: Limits,
}

impl<'a> Setter<'a> {
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
            .map(|cell| {
                if lit(cell) {
                    self.t.accent(cell)
                } else {
                    self.t.unlit()
                }
            })
            .collect()
    }

    fn title<'t>(&self, subject: &'t str, preheader: &'t str) -> Title<'t>
    where
        'a: 't,
    {
        let date = dates::date_line(self.manuscript.digest.key, self.language);
        let name = sender::nameplate(self.manuscript, self.texts).whole();
        Title {
            t: self.t,
            subject,
            preheader,
            label: fill(
                &self.texts.article_label,
                &[("name", &name), ("date", &date)],
            ),
            lang: self.language.tag(),
        }
    }

    fn masthead(&self) -> Masthead<'a> {
        Masthead {
            t: self.t,
            nameplate: sender::nameplate(self.manuscript, self.texts),
            logo: clean::web(self.manuscript.look.theme.brand.logo.as_deref()),
            date_line: joined::prose(&dates::date_line(self.manuscript.digest.key, self.language)),
            front_page: sender::front_page(self.manuscript),
            petrol: self.t.accent(0),
        }
    }

    fn intro(&self) -> Intro<'a> {
        Intro {
            t: self.t,
            greeting: Slot::Greeting.mark(),
            intro: sender::intro(self.manuscript),
            lang: self.manuscript.foreign(self.language),
        }
    }

    fn overview_line(&self, item: usize, mark: Mark) -> OverviewLine<'a> {
        let view = self.view(item, self.limits.lede_row);
        let down = || format!("#{}", view.anchor);
        let link = match self.manuscript.look.theme.overview_links {
            OverviewLinks::Down => down(),
            OverviewLinks::Article => view.link.clone().unwrap_or_else(down),
        };
        OverviewLine {
            t: self.t,
            link,
            title: item::overview_line(self.manuscript, item),
            item: view,
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
    ) -> OverviewHead<'a> {
        let (standfirst, count) =
            sender::overview_head(self.manuscript, self.texts, items, minutes, lines);
        OverviewHead {
            t: self.t,
            cells: self.cells(|cell| cell == 0),
            petrol: self.t.accent(0),
            name: &self.texts.overview,
            standfirst,
            count,
            mark,
        }
    }

    /// The lead takes Overblik's colour; alone it stands for its section and takes that one's.
    fn lead(&self, index: usize, alone: bool, place: Place) -> Lead<'a> {
        let mut view = self.railed(index, self.limits.lede_lead);
        let article = &self.manuscript.digest.items[index].article;
        let company = match alone {
            true => beside::Company::Alone,
            false => beside::Company::Others,
        };
        if !alone {
            view.accent = self.t.accent(0);
        }
        Lead {
            t: self.t,
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
            quote: quote::quote(
                article,
                self.manuscript.newsletter.language,
                self.limits.quote,
            )
            .filter(|_| alone && !view.opinion && self.manuscript.has(Part::Quote)),
            facts_label: &self.texts.facts,
            facts: beside::facts(article, &self.texts.facts)
                .filter(|_| self.manuscript.has(Part::Facts)),
            further_label: &self.texts.further,
            further: beside::further(&self.manuscript.digest.items[index], company)
                .into_iter()
                .filter(|_| self.manuscript.has(Part::Further))
                .collect(),
            item: view,
        }
    }

    fn opener(&self, section: usize) -> Opener<'a> {
        let lit = self.manuscript.section_cell(section);
        Opener {
            t: self.t,
            head: sender::section_head(self.manuscript, section, self.language, self.texts),
            cells: self.cells(|cell| Some(cell) == lit),
        }
    }

    fn row(&self, index: usize, place: Place) -> ItemRow<'a> {
        let item = self.railed(index, self.limits.lede_row);
        ItemRow {
            t: self.t,
            title_font: self.title_font(&item, "20px/26px"),
            item,
            line: place == Place::Following,
        }
    }

    fn compact(&self, index: usize, place: Place) -> ItemCompact<'a> {
        let item = self.railed(index, self.limits.lede_row);
        ItemCompact {
            t: self.t,
            title_font: self.title_font(&item, "20px/26px"),
            item,
            line: place == Place::Following,
        }
    }

    /// The number of an item, with who answers for it.
    fn number(&self, index: usize) -> Option<Number<'a>> {
        let figure = figure::first(&self.manuscript.digest.items[index].article)?;
        let item = self.view(index, self.limits.lede_row);
        Some(Number {
            t: self.t,
            figure,
            label: &self.texts.number,
            petrol: self.t.accent(0),
            source: item.meta,
            lang: item.lang,
        })
    }

    fn advice(&self, index: usize, place: Place) -> Advice<'a> {
        let mut item = self.view(index, self.limits.lede_pair);
        let credit = item
            .picture
            .as_ref()
            .and_then(|picture| picture.credit.clone());
        item.notes.extend(credit);
        if item.picture.is_none() {
            item = self.railed(index, self.limits.lede_row);
        }
        Advice {
            t: self.t,
            advice: beside::advice(&self.manuscript.digest.items[index].article),
            title_font: self.title_font(&item, "21px/27px"),
            item,
            line: place == Place::Following,
        }
    }

    fn quote(&self, index: usize, place: Place) -> Option<QuoteRow<'a>> {
        let article = &self.manuscript.digest.items[index].article;
        Some(QuoteRow {
            t: self.t,
            quote: quote::quote(
                article,
                self.manuscript.newsletter.language,
                self.limits.quote,
            )?,
            accent: self.manuscript.accent(index),
            line: place == Place::Following,
            lang: self.manuscript.foreign(self.language),
        })
    }

    fn pair_cell(&self, index: usize, side: Side, pictures: Pictures) -> PairCell<'a> {
        let mut item = self.view(index, self.limits.lede_pair);
        let credit = item
            .picture
            .as_ref()
            .and_then(|picture| picture.credit.clone());
        // Captions of unequal length would set the two titles askew: the credit stands under the text.
        if pictures == Pictures::Shown {
            item.notes.extend(credit);
        }
        PairCell {
            t: self.t,
            title_font: self.title_font(&item, "21px/27px"),
            item,
            left: side == Side::Left,
            pictured: pictures == Pictures::Shown,
        }
    }

    fn event(&self, index: usize, place: Place) -> ItemEvent<'a> {
        let date = |date: NaiveDate| EventDate {
            day: dates::day(self.language, date),
            month: self.texts.short_month(date),
            weekday: self.language.weekday(date),
        };
        ItemEvent {
            t: self.t,
            title_font: format!("{} 18px/25px", self.t.bold),
            item: self.view(index, self.limits.lede_row),
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
            HouseAd {
                t: self.t,
                ad,
                in_list,
                lang,
            }
            .render()
        } else {
            PaidAd {
                t: self.t,
                ad,
                in_list,
                lang,
            }
            .render()
        }
    }

    fn loud_ad(&self, index: usize) -> LoudAd<'a> {
        LoudAd {
            t: self.t,
            ad: sender::ad(self.manuscript, index, self.texts),
            lang: self.manuscript.foreign(self.language),
        }
    }

    fn card(&self) -> Option<Card<'a>> {
        Some(Card {
            t: self.t,
            card: sender::card(self.manuscript, self.texts)?,
            label: &self.texts.card,
            lang: self.manuscript.foreign(self.language),
        })
    }

    fn why(&self, topics: &[String]) -> Why<'a> {
        Why {
            t: self.t,
            why: sender::why(self.manuscript, self.texts, topics),
        }
    }

    fn footer(&self) -> Footer<'a> {
        let mut foot = sender::footer(self.manuscript, self.language, self.texts);
        let own = |words: &'a str, slot: Slot| (words, slot.mark().to_string());
        let archive_page = foot.archive_page.take();
        let in_browser = archive_page.map(|url| (self.texts.in_browser.as_str(), url));
        let privacy = foot
            .privacy
            .take()
            .map(|url| (self.texts.privacy.as_str(), url));
        Footer {
            t: self.t,
            links: [
                own(&self.texts.preferences, Slot::Preferences),
                own(&self.texts.unsubscribe, Slot::Unsubscribe),
            ]
            .into_iter()
            .chain(in_browser)
            .chain(privacy)
            .collect(),
            foot,
            marks: &self.manuscript.look.theme.marks,
            write_to: &self.texts.write_to,
            legend_desk: &self.texts.legend_desk,
            legend_publisher: &self.texts.legend_publisher,
            no_tracking: &self.texts.no_tracking,
        }
    }

    /// News titles stand upright and bold; an opinion is italic wherever it is printed.
    fn title_font(&self, item: &ItemView, size: &str) -> String {
        if item.opinion {
            format!("italic 400 {size}")
        } else {
            format!("{} {size}", self.t.bold)
        }
    }
}
