//! The text part: the same order, headings and links as the HTML, 72 columns wide.

mod blocks;
mod templates;

use askama::Template;

use self::templates::{Ad, Card, Footer, Intro, Item, Lead, Masthead, Opener, Why};
use super::{
    RenderError,
    beside::{self, Facts, Further},
    cut, dates, figure,
    form::{Form, Mark},
    item::{self, ItemView},
    manuscript::Manuscript,
    quote,
    sender::{self, CardView},
    texts::{Texts, fill},
    wrap::{hanging, labelled_rule, rule, wrap},
};
use crate::domain::{
    language::Language,
    piece::Slot,
    section::Layout,
    theme::{Limits, Part},
};

const INDENT: &str = "  ";

/// Sets a form for the text part; `None` for what only the HTML has.
pub(super) fn render(
    manuscript: &Manuscript<'_>,
    form: &Form,
    language: Language,
) -> Result<Option<String>, RenderError> {
    let texts = manuscript.texts(language);
    let setter = Setter {
        manuscript,
        language,
        texts,
        limits: manuscript.look.theme.limits,
    };
    let (text, after) = match form {
        Form::Masthead => (setter.masthead().render()?, "\n\n"),
        Form::Intro => (setter.intro().render()?, "\n\n"),
        Form::OverviewHead {
            items,
            minutes,
            lines,
            ..
        } => (
            setter.overview_head(*items, *minutes, *lines).render()?,
            "\n\n",
        ),
        Form::OverviewLine { item, mark } => (setter.overview_line(*item, *mark), "\n"),
        Form::OverviewEnd { .. } => (String::new(), "\n"),
        Form::Lead { item, alone, .. } => (setter.lead(*item, *alone).render()?, "\n\n"),
        Form::Opener { section } => (setter.opener(*section).render()?, "\n\n"),
        Form::Number { item } => match setter.number(*item) {
            Some(number) => (number, "\n\n"),
            None => return Ok(None),
        },
        Form::Quote { item, .. } => match setter.quote(*item) {
            Some(quote) => (quote, "\n\n"),
            None => return Ok(None),
        },
        Form::Advice { item, .. } => (setter.advice(*item).render()?, "\n\n"),
        Form::Row { item, .. } | Form::PairCell { item, .. } | Form::Opinion { item, .. } => {
            (setter.item(*item).render()?, "\n\n")
        }
        Form::Compact { item, .. } => (setter.compact(*item).render()?, "\n\n"),
        Form::Event { item, .. } => (setter.event(*item).render()?, "\n\n"),
        Form::Ad { ad, .. } | Form::LoudAd { ad } => (setter.ad(*ad).render()?, "\n\n"),
        Form::Panel { left, right } => {
            let mut text = setter.block(*left).render()?;
            if let Some(right) = right {
                text.push_str("\n\n");
                text.push_str(&setter.block(*right).render()?);
            }
            (text, "\n\n")
        }
        Form::Calendar { block } => (setter.block(*block).render()?, "\n\n"),
        Form::Card => match setter.card() {
            Some(card) => (card.render()?, "\n\n"),
            None => return Ok(None),
        },
        Form::Why { topics } => (setter.why(topics).render()?, "\n\n"),
        Form::Footer => (setter.footer().render()?, "\n"),
        Form::Opening
        | Form::Title { .. }
        | Form::Band { .. }
        | Form::PairOpen { .. }
        | Form::PairGap
        | Form::PairEnd
        | Form::Close => return Ok(None),
    };
    Ok(Some(format!("{}{after}", text.trim_end())))
}

struct Setter<'a> {
    manuscript: &'a Manuscript<'a>,
    language: Language,
    texts: &'a Texts,
    limits: Limits,
}

impl<'a> Setter<'a> {
    fn view(&self, item: usize, room: usize) -> ItemView {
        ItemView::new(self.manuscript, item, room, self.language, self.texts)
    }

    fn masthead(&self) -> Masthead {
        let name = sender::nameplate(self.manuscript, self.texts);
        Masthead {
            name: wrap(&name.whole().to_uppercase(), ""),
            date_line: dates::date_line(self.manuscript.digest.key, self.language),
            rule: rule('='),
        }
    }

    fn intro(&self) -> Intro {
        Intro {
            greeting: Slot::Greeting.mark(),
            intro: sender::intro(self.manuscript).map(|intro| wrap(&intro, "")),
        }
    }

    fn overview_head(&self, items: usize, minutes: usize, lines: usize) -> Opener {
        let (standfirst, count) =
            sender::overview_head(self.manuscript, self.texts, items, minutes, lines);
        Opener {
            name: self.texts.overview.to_uppercase(),
            standfirst: Some(wrap(&format!("{standfirst}. {count}"), "")),
            rule: rule('-'),
        }
    }

    fn overview_line(&self, item: usize, mark: Mark) -> String {
        let first = match mark {
            Mark::Number(number) => format!("{number}. "),
            // The longest weekday and two spaces, so that the lines begin under each other.
            Mark::Day(day, _) => {
                let width = match self.language {
                    Language::Da => "Torsdag".len(),
                    Language::En => "Wednesday".len(),
                };
                let day = day.map(|day| item::capitalised(self.language.weekday(day)));
                let day = day.unwrap_or_default();
                format!("{day:<width$}  ")
            }
        };
        let indent = " ".repeat(first.chars().count());
        hanging(&item::overview_line(self.manuscript, item), &first, &indent)
    }

    fn lead(&self, index: usize, alone: bool) -> Lead<'a> {
        let company = match alone {
            true => beside::Company::Alone,
            false => beside::Company::Others,
        };
        let view = self.view(index, self.limits.lede_lead);
        let article = &self.manuscript.digest.items[index].article;
        let label = item::lead_label(self.manuscript, index, alone, self.language, self.texts);
        let writer = view.writer.as_deref().map(|writer| {
            let by = fill(&self.texts.by, &[("writer", writer)]);
            with_role(&by, view.role.as_deref())
        });
        let caption = view
            .picture
            .as_ref()
            .and_then(|picture| picture.caption.as_deref())
            .map(|caption| caption_line(caption, self.texts));
        let lines = writer
            .into_iter()
            .chain([marked(&view.mark, &view.meta_with_minutes())])
            .chain(view.notes.iter().cloned())
            .chain(caption);
        Lead {
            label: label.to_uppercase(),
            theme: item::theme(article).map(|theme| wrap(&theme, "")),
            rule: rule('-'),
            lines: lines.map(|line| wrap(&line, INDENT)).collect(),
            title: wrap(&view.title, ""),
            lede: view.lede.as_deref().map(|lede| wrap(lede, INDENT)),
            paragraphs: beside::paragraphs(article)
                .iter()
                .filter(|_| alone)
                .map(|text| wrap(text, INDENT))
                .collect(),
            link: view
                .link
                .map(|link| (wrap(&format!("{}:", view.button), INDENT), link)),
            further_label: &self.texts.further,
            further: beside::further(&self.manuscript.digest.items[index], company)
                .into_iter()
                .filter(|_| self.manuscript.has(Part::Further))
                .map(|document| Further {
                    title: hanging(&document.title, "- ", INDENT),
                    ..document
                })
                .collect(),
            quote: quote::quote(
                article,
                self.manuscript.newsletter.language,
                self.limits.quote,
            )
            .filter(|_| alone && !view.opinion && self.manuscript.has(Part::Quote))
            .map(|quote| {
                let speaker = with_role(&quote.name, quote.role.as_deref());
                format!("{}\n{}", wrap(&quote.words, ""), wrap(&speaker, ""))
            }),
            facts_label: &self.texts.facts,
            facts: beside::facts(article, &self.texts.facts)
                .filter(|_| self.manuscript.has(Part::Facts))
                .map(|facts| Facts {
                    figures: Vec::new(),
                    title: facts.title.map(|title| wrap(&title, "")),
                    entries: facts
                        .entries
                        .iter()
                        .map(|entry| hanging(entry, "- ", INDENT))
                        .collect(),
                }),
        }
    }

    fn opener(&self, section: usize) -> Opener {
        let section = sender::section_head(self.manuscript, section, self.language, self.texts);
        Opener {
            name: wrap(&section.name.to_uppercase(), ""),
            standfirst: section.standfirst.map(|text| wrap(&text, "")),
            rule: rule('-'),
        }
    }

    fn item(&self, index: usize) -> Item {
        let room = match self.manuscript.layout(index) {
            Layout::Row | Layout::Calendar | Layout::Advice => self.limits.lede_row,
            Layout::Pair | Layout::Opinion => self.limits.lede_pair,
        };
        self.listed(self.view(index, room))
    }

    /// The list in place of the lede.
    fn advice(&self, index: usize) -> Item {
        let mut view = self.view(index, self.limits.lede_row);
        view.lede = None;
        let mut item = self.listed(view);
        let advice = beside::advice(&self.manuscript.digest.items[index].article);
        let numbered = (1..).zip(&advice).map(|(number, entry)| {
            hanging(
                entry,
                &format!("{INDENT}{number}. "),
                &" ".repeat(INDENT.len() + 3),
            )
        });
        item.lines.splice(0..0, numbered);
        item
    }

    fn quote(&self, index: usize) -> Option<String> {
        let article = &self.manuscript.digest.items[index].article;
        let quote = quote::quote(
            article,
            self.manuscript.newsletter.language,
            self.limits.quote,
        )?;
        let speaker = with_role(&quote.name, quote.role.as_deref());
        Some(format!(
            "{}\n{}",
            wrap(&quote.words, ""),
            wrap(&speaker, "")
        ))
    }

    fn number(&self, index: usize) -> Option<String> {
        let figure = figure::first(&self.manuscript.digest.items[index].article)?;
        let source = self.view(index, self.limits.lede_row).meta;
        let sentence = format!("{} {}.", figure.number, figure.words.trim_end_matches('.'));
        Some(format!(
            "\n{}\n\n{}\n{}",
            self.texts.number,
            wrap(&sentence, ""),
            wrap(&source, INDENT)
        ))
    }

    /// Without a lede.
    fn compact(&self, index: usize) -> Item {
        let mut view = self.view(index, self.limits.lede_row);
        view.lede = None;
        self.listed(view)
    }

    fn listed(&self, view: ItemView) -> Item {
        let writer = view
            .writer
            .as_deref()
            .filter(|_| view.opinion)
            .map(|writer| wrap(&with_role(writer, view.role.as_deref()), ""));
        let label = (!view.opinion).then(|| wrap(&view.label, ""));
        let meta = marked(&view.mark, &view.meta_with_minutes());
        Item {
            heading: label
                .into_iter()
                .chain([wrap(&view.title, "")])
                .chain(writer)
                .collect::<Vec<_>>()
                .join("\n"),
            lines: view
                .lede
                .iter()
                .chain(&view.notes)
                .chain([&meta])
                .map(|line| wrap(line, INDENT))
                .collect(),
            link: view.link,
        }
    }

    fn event(&self, index: usize) -> Item {
        let view = self.view(index, self.limits.lede_row);
        let date = self.manuscript.digest.items[index].article.event_date;
        let title = match date {
            Some(date) => format!(
                "{} {} {}",
                dates::day(self.language, date),
                self.texts.short_month(date),
                view.title
            ),
            None => view.title,
        };
        Item {
            heading: wrap(&title, ""),
            lines: date
                .map(|date| self.language.weekday(date).to_owned())
                .into_iter()
                .chain(view.organiser)
                .map(|line| wrap(&line, INDENT))
                .collect(),
            link: view.link,
        }
    }

    fn ad(&self, index: usize) -> Ad {
        let ad = sender::ad(self.manuscript, index, self.texts);
        let words = format!("{}:", ad.link_text);
        let plain = ad.advertiser.into_iter().chain([ad.title]);
        Ad {
            label: labelled_rule(&ad.label),
            lines: plain
                .map(|line| wrap(&line, ""))
                .chain(ad.text.map(|text| wrap(&text, INDENT)))
                .collect(),
            link: ad.link.map(|link| (wrap(&words, INDENT), link)),
            rule: rule('-'),
        }
    }

    fn card(&self) -> Option<Card> {
        let CardView {
            name,
            blurb,
            counters,
            link,
            link_text,
            ..
        } = sender::card(self.manuscript, self.texts)?;
        let counters: Vec<String> = counters
            .iter()
            .map(|(what, number)| format!("{what}: {number}"))
            .collect();
        Some(Card {
            label: self.texts.card.to_uppercase(),
            rule: rule('-'),
            name: wrap(&name, ""),
            lines: blurb
                .into_iter()
                .chain([counters.join(" · ")])
                .filter(|line| !line.is_empty())
                .map(|line| wrap(&line, INDENT))
                .collect(),
            link: link.map(|link| (wrap(&format!("{link_text}:"), INDENT), link)),
        })
    }

    fn why(&self, topics: &[String]) -> Why {
        Why {
            rule: rule('='),
            why: wrap(&sender::why(self.manuscript, self.texts, topics), ""),
        }
    }

    fn footer(&self) -> Footer<'a> {
        let marks = &self.manuscript.look.theme.marks;
        let foot = sender::footer(self.manuscript, self.language, self.texts);
        let links = [
            (
                self.texts.preferences.as_str(),
                Slot::Preferences.mark().to_string(),
            ),
            (
                self.texts.unsubscribe.as_str(),
                Slot::Unsubscribe.mark().to_string(),
            ),
        ];
        let archive_page = foot.archive_page;
        let in_browser = archive_page.map(|url| (self.texts.in_browser.as_str(), url));
        let privacy = foot.privacy.map(|url| (self.texts.privacy.as_str(), url));
        let website = fill(&self.texts.website, &[("name", &foot.name)]);
        Footer {
            links: links.into_iter().chain(in_browser).chain(privacy).collect(),
            sender: wrap(&foot.sender, ""),
            name: wrap(&foot.name, ""),
            write_to: &self.texts.write_to,
            address: foot.address,
            legend: wrap(
                &format!(
                    "{} {} {} {} {}",
                    marks.desk,
                    self.texts.legend_desk,
                    marks.publisher,
                    self.texts.legend_publisher,
                    self.texts.no_tracking
                ),
                "",
            ),
            website: wrap(&website, ""),
            front_page: foot.front_page,
        }
    }
}

fn marked(mark: &str, meta: &str) -> String {
    format!("{mark} {meta}").trim_start().to_owned()
}

fn with_role(writer: &str, role: Option<&str>) -> String {
    match role {
        Some(role) => format!("{writer}, {role}"),
        None => writer.to_owned(),
    }
}

/// The caption of a picture that a text letter does not show; a credit alone says itself what it is.
fn caption_line(caption: &str, texts: &Texts) -> String {
    let label = fill(&texts.picture, &[("caption", "")]);
    if caption.starts_with(label.trim_end()) {
        caption.to_owned()
    } else {
        cut::at_word(&fill(&texts.picture, &[("caption", caption)]), 300)
    }
}
