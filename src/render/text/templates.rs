//! What each text template is given: lines already wrapped.

use askama::Template;

use crate::render::beside::{Facts, Further};

#[derive(Template)]
#[template(path = "text/masthead.txt")]
pub(super) struct Masthead {
    pub(super) name: String,
    pub(super) date_line: String,
    pub(super) rule: String,
}

#[derive(Template)]
#[template(path = "text/intro.txt")]
pub(super) struct Intro {
    pub(super) greeting: char,
    pub(super) intro: Option<String>,
}

#[derive(Template)]
#[template(path = "text/opener.txt")]
pub(super) struct Opener {
    pub(super) name: String,
    pub(super) standfirst: Option<String>,
    pub(super) rule: String,
}

#[derive(Template)]
#[template(path = "text/lead.txt")]
pub(super) struct Lead<'a> {
    pub(super) label: String,
    pub(super) theme: Option<String>,
    pub(super) rule: String,
    pub(super) title: String,
    pub(super) lede: Option<String>,
    pub(super) paragraphs: Vec<String>,
    pub(super) lines: Vec<String>,
    pub(super) link: Option<(String, String)>,
    pub(super) quote: Option<String>,
    pub(super) facts_label: &'a str,
    pub(super) facts: Option<Facts>,
    pub(super) further_label: &'a str,
    pub(super) further: Vec<Further>,
}

#[derive(Template)]
#[template(path = "text/item.txt")]
pub(super) struct Item {
    pub(super) heading: String,
    pub(super) lines: Vec<String>,
    pub(super) link: Option<String>,
}

#[derive(Template)]
#[template(path = "text/ad.txt")]
pub(super) struct Ad {
    pub(super) label: String,
    pub(super) lines: Vec<String>,
    pub(super) link: Option<(String, String)>,
    pub(super) rule: String,
}

#[derive(Template)]
#[template(path = "text/card.txt")]
pub(super) struct Card {
    pub(super) label: String,
    pub(super) rule: String,
    pub(super) name: String,
    pub(super) lines: Vec<String>,
    pub(super) link: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "text/why.txt")]
pub(super) struct Why {
    pub(super) rule: String,
    pub(super) why: String,
}

#[derive(Template)]
#[template(path = "text/footer.txt")]
pub(super) struct Footer<'a> {
    pub(super) links: Vec<(&'a str, String)>,
    pub(super) name: String,
    pub(super) sender: String,
    pub(super) write_to: &'a str,
    pub(super) address: String,
    pub(super) legend: String,
    pub(super) website: String,
    pub(super) front_page: String,
}
