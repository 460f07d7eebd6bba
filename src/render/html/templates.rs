//! What each HTML template is given. The constants are the templates' own: they stand in their text by name.

use askama::Template;

use crate::render::{
    beside::{Facts, Further},
    figure::Figure,
    form::Mark,
    item::ItemView,
    palette::{
        Accent, DARK, HOUSE_TEXT, HOUSE_TITLE, INK, LINE, MUTE, PANEL, PAPER, SANS, SERIF, SOFT,
    },
    quote::Quote,
    sender::{AdView, CardView, FooterView, Nameplate, SectionHead},
};

#[derive(Template)]
#[template(path = "html/opening.html")]
pub(super) struct Opening {
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/title.html")]
pub(super) struct Title<'a> {
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
pub(super) struct Masthead {
    pub(super) nameplate: Nameplate,
    pub(super) date_line: String,
    pub(super) front_page: String,
    pub(super) petrol: Accent,
}

#[derive(Template)]
#[template(path = "html/intro.html")]
pub(super) struct Intro {
    pub(super) greeting: char,
    pub(super) intro: Option<String>,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/overview_head.html")]
pub(super) struct OverviewHead {
    pub(super) cells: Vec<Accent>,
    pub(super) petrol: Accent,
    pub(super) name: &'static str,
    pub(super) standfirst: String,
    pub(super) count: String,
    pub(super) mark: Mark,
}

#[derive(Template)]
#[template(path = "html/overview_line.html")]
pub(super) struct OverviewLine {
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
pub(super) struct Lead {
    pub(super) item: ItemView,
    pub(super) alone: bool,
    pub(super) first: bool,
    pub(super) heading: &'static str,
    pub(super) label: String,
    pub(super) theme: Option<String>,
    pub(super) by: Option<String>,
    pub(super) paragraphs: Vec<String>,
    pub(super) quote: Option<Quote>,
    pub(super) facts_label: &'static str,
    pub(super) facts: Option<Facts>,
    pub(super) further_label: &'static str,
    pub(super) further: Vec<Further>,
}

#[derive(Template)]
#[template(path = "html/opener.html")]
pub(super) struct Opener {
    pub(super) head: SectionHead,
    pub(super) cells: Vec<Accent>,
}

#[derive(Template)]
#[template(path = "html/item_row.html")]
pub(super) struct ItemRow {
    pub(super) item: ItemView,
    pub(super) line: bool,
    pub(super) title_font: &'static str,
}

#[derive(Template)]
#[template(path = "html/item_compact.html")]
pub(super) struct ItemCompact {
    pub(super) item: ItemView,
    pub(super) line: bool,
    pub(super) title_font: &'static str,
}

#[derive(Template)]
#[template(path = "html/item_opinion.html")]
pub(super) struct ItemOpinion {
    pub(super) item: ItemView,
    pub(super) line: bool,
}

#[derive(Template)]
#[template(path = "html/item_event.html")]
pub(super) struct ItemEvent {
    pub(super) item: ItemView,
    pub(super) line: bool,
    pub(super) when: Option<EventDate>,
}

pub(super) struct EventDate {
    pub(super) day: String,
    pub(super) month: &'static str,
    pub(super) weekday: &'static str,
}

#[derive(Template)]
#[template(path = "html/number.html")]
pub(super) struct Number {
    pub(super) figure: Figure,
    pub(super) label: &'static str,
    pub(super) petrol: Accent,
    pub(super) source: String,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/advice.html")]
pub(super) struct Advice {
    pub(super) item: ItemView,
    pub(super) advice: Vec<String>,
    pub(super) line: bool,
    pub(super) title_font: &'static str,
}

#[derive(Template)]
#[template(path = "html/quote.html")]
pub(super) struct QuoteRow {
    pub(super) quote: Quote,
    pub(super) accent: Accent,
    pub(super) line: bool,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/pair_open.html")]
pub(super) struct PairOpen {
    pub(super) line: bool,
}

#[derive(Template)]
#[template(path = "html/pair_cell.html")]
pub(super) struct PairCell {
    pub(super) item: ItemView,
    pub(super) left: bool,
    pub(super) pictured: bool,
    pub(super) title_font: &'static str,
}

#[derive(Template)]
#[template(path = "html/pair_gap.html")]
pub(super) struct PairGap {}

#[derive(Template)]
#[template(path = "html/pair_end.html")]
pub(super) struct PairEnd {}

#[derive(Template)]
#[template(path = "html/ad.html")]
pub(super) struct PaidAd {
    pub(super) ad: AdView,
    pub(super) in_list: bool,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/house_ad.html")]
pub(super) struct HouseAd {
    pub(super) ad: AdView,
    pub(super) in_list: bool,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/loud_ad.html")]
pub(super) struct LoudAd {
    pub(super) ad: AdView,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/card.html")]
pub(super) struct Card {
    pub(super) card: CardView,
    pub(super) label: &'static str,
    pub(super) lang: &'static str,
}

#[derive(Template)]
#[template(path = "html/footer.html")]
pub(super) struct Footer {
    pub(super) foot: FooterView,
    pub(super) links: Vec<(&'static str, String)>,
    pub(super) write_to: &'static str,
    pub(super) legend_desk: &'static str,
    pub(super) legend_publisher: &'static str,
    pub(super) no_tracking: &'static str,
}

#[derive(Template)]
#[template(path = "html/close.html")]
pub(super) struct Close {}
