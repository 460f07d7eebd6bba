//! What each HTML template is given; `t` is the theme's sheet.

use askama::Template;

use crate::{
    domain::theme::Marks,
    render::{
        beside::{Facts, Further},
        figure::Figure,
        form::Mark,
        item::ItemView,
        quote::Quote,
        sender::{AdView, CardView, FooterView, Nameplate, SectionHead},
        sheet::{Accent, Sheet},
    },
};

#[derive(Template)]
#[template(path = "html/opening.html")]
pub(super) struct Opening<'a> {
    pub(super) t: &'a Sheet,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/title.html")]
pub(super) struct Title<'a> {
    pub(super) t: &'a Sheet,
    pub(super) subject: &'a str,
    pub(super) preheader: &'a str,
    pub(super) label: String,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/band.html")]
pub(super) struct Band {
    pub(super) cells: Vec<Accent>,
}

#[derive(Template)]
#[template(path = "html/masthead.html")]
pub(super) struct Masthead<'a> {
    pub(super) t: &'a Sheet,
    pub(super) nameplate: Nameplate<'a>,
    pub(super) logo: Option<String>,
    pub(super) date_line: String,
    pub(super) front_page: String,
    pub(super) petrol: Accent,
}

#[derive(Template)]
#[template(path = "html/intro.html")]
pub(super) struct Intro<'a> {
    pub(super) t: &'a Sheet,
    pub(super) greeting: char,
    pub(super) intro: Option<String>,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/overview_head.html")]
pub(super) struct OverviewHead<'a> {
    pub(super) t: &'a Sheet,
    pub(super) cells: Vec<Accent>,
    pub(super) petrol: Accent,
    pub(super) name: &'a str,
    pub(super) standfirst: String,
    pub(super) count: String,
    pub(super) mark: Mark,
}

#[derive(Template)]
#[template(path = "html/overview_line.html")]
pub(super) struct OverviewLine<'a> {
    pub(super) t: &'a Sheet,
    /// Where it leads.
    pub(super) link: String,
    pub(super) title: String,
    pub(super) item: ItemView,
    pub(super) mark: Mark,
    pub(super) day: Option<String>,
}

#[derive(Template)]
#[template(path = "html/overview_end.html")]
pub(super) struct OverviewEnd {
    pub(super) mark: Mark,
}

#[derive(Template)]
#[template(path = "html/lead.html")]
pub(super) struct Lead<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) alone: bool,
    pub(super) first: bool,
    pub(super) heading: &'static str,
    pub(super) label: String,
    pub(super) theme: Option<String>,
    pub(super) by: Option<String>,
    pub(super) paragraphs: Vec<String>,
    pub(super) quote: Option<Quote>,
    pub(super) facts_label: &'a str,
    pub(super) facts: Option<Facts>,
    pub(super) further_label: &'a str,
    pub(super) further: Vec<Further>,
}

#[derive(Template)]
#[template(path = "html/opener.html")]
pub(super) struct Opener<'a> {
    pub(super) t: &'a Sheet,
    pub(super) head: SectionHead,
    pub(super) cells: Vec<Accent>,
}

#[derive(Template)]
#[template(path = "html/item_row.html")]
pub(super) struct ItemRow<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) line: bool,
    pub(super) title_font: String,
}

#[derive(Template)]
#[template(path = "html/item_compact.html")]
pub(super) struct ItemCompact<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) line: bool,
    pub(super) title_font: String,
}

#[derive(Template)]
#[template(path = "html/item_opinion.html")]
pub(super) struct ItemOpinion<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) line: bool,
}

#[derive(Template)]
#[template(path = "html/item_event.html")]
pub(super) struct ItemEvent<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) line: bool,
    pub(super) title_font: String,
    pub(super) when: Option<EventDate<'a>>,
}

pub(super) struct EventDate<'a> {
    pub(super) day: String,
    pub(super) month: &'a str,
    pub(super) weekday: &'static str,
}

#[derive(Template)]
#[template(path = "html/number.html")]
pub(super) struct Number<'a> {
    pub(super) t: &'a Sheet,
    pub(super) figure: Figure,
    pub(super) label: &'a str,
    pub(super) petrol: Accent,
    pub(super) source: String,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/advice.html")]
pub(super) struct Advice<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) advice: Vec<String>,
    pub(super) line: bool,
    pub(super) title_font: String,
}

#[derive(Template)]
#[template(path = "html/quote.html")]
pub(super) struct QuoteRow<'a> {
    pub(super) t: &'a Sheet,
    pub(super) quote: Quote,
    pub(super) accent: Accent,
    pub(super) line: bool,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/pair_open.html")]
pub(super) struct PairOpen<'a> {
    pub(super) t: &'a Sheet,
    pub(super) line: bool,
}

#[derive(Template)]
#[template(path = "html/pair_cell.html")]
pub(super) struct PairCell<'a> {
    pub(super) t: &'a Sheet,
    pub(super) item: ItemView,
    pub(super) left: bool,
    pub(super) pictured: bool,
    pub(super) title_font: String,
}

#[derive(Template)]
#[template(path = "html/pair_gap.html")]
pub(super) struct PairGap<'a> {
    pub(super) t: &'a Sheet,
}

#[derive(Template)]
#[template(path = "html/pair_end.html")]
pub(super) struct PairEnd {}

#[derive(Template)]
#[template(path = "html/ad.html")]
pub(super) struct PaidAd<'a> {
    pub(super) t: &'a Sheet,
    pub(super) ad: AdView,
    pub(super) in_list: bool,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/house_ad.html")]
pub(super) struct HouseAd<'a> {
    pub(super) t: &'a Sheet,
    pub(super) ad: AdView,
    pub(super) in_list: bool,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/loud_ad.html")]
pub(super) struct LoudAd<'a> {
    pub(super) t: &'a Sheet,
    pub(super) ad: AdView,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/card.html")]
pub(super) struct Card<'a> {
    pub(super) t: &'a Sheet,
    pub(super) card: CardView,
    pub(super) label: &'a str,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/why.html")]
pub(super) struct Why<'a> {
    pub(super) t: &'a Sheet,
    pub(super) why: String,
}

#[derive(Template)]
#[template(path = "html/footer.html")]
pub(super) struct Footer<'a> {
    pub(super) t: &'a Sheet,
    pub(super) foot: FooterView,
    pub(super) marks: &'a Marks,
    pub(super) links: Vec<(&'a str, String)>,
    pub(super) write_to: &'a str,
    pub(super) legend_desk: &'a str,
    pub(super) legend_publisher: &'a str,
    pub(super) no_tracking: &'a str,
}

#[derive(Template)]
#[template(path = "html/close.html")]
pub(super) struct Close {}
