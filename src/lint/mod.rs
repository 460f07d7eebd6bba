//! Looks an issue over before it is sent, on data alone: what it prints, its editions as readers get them, the issue
//! before it.
//!
//! A rule is one function in a file of its own, or beside its nearest kin; [`lint`] asks them all. Each [`Finding`] names
//! article or edition, field, reason and remedy. How hard a rule is stands in `[lint]` ([`LintSettings`]).
//!
//! The editions are read back from what was rendered, by a reader that knows no template (`page`, `plain`): what a
//! mailbox would show is what is judged.

mod ads;
mod alt_text;
mod body;
mod byline;
mod colour;
mod contrast;
mod dates;
mod finding;
mod footer;
mod headings;
mod links;
mod mojibake;
mod page;
mod parity;
mod personal;
mod plain;
mod quotes;
mod rules;
mod sameness;
mod size;
mod subject;
mod titles;
mod tracking;
mod words;

#[cfg(test)]
mod sample;

pub use self::{
    finding::{Finding, Place},
    links::addresses,
    rules::{Level, LintSettings, Rule},
};

use self::{finding::Report, page::Page, plain::Plain};
use crate::domain::{
    ad::Ad,
    article::{Article, BlockType},
    issue::Digest,
    newsletter::Newsletter,
    publisher::Publisher,
    theme::Limits,
};

/// The most octets an HTML part may have, encoded: mailboxes clip what is longer.
pub const HTML_LIMIT: usize = 102_400;
/// The octets an HTML part should stay below, encoded.
pub const HTML_TARGET: usize = 80 * 1024;

/// An issue, and what it is held against.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// What it prints.
    pub digest: &'a Digest,
    /// Who sends it.
    pub newsletter: &'a Newsletter,
    /// The publishers' profiles.
    pub publishers: &'a [Publisher],
    /// The advertisements of the config.
    pub ads: &'a [Ad],
    /// The whole issue in each language.
    pub editions: &'a [Rendered],
    /// The issue before it, where there was one.
    pub before: Option<&'a Before>,
    /// What became of asking its links; empty when they were not asked.
    pub answers: &'a [LinkAnswer],
    /// How long texts may be.
    pub limits: Limits,
}

/// An edition as its reader gets it, the places of the reader's own as their marks
/// ([`Slot::mark`](crate::domain::piece::Slot::mark)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its name, as a preview names its files: `all`, `all-en`.
    pub name: &'static str,
    /// The subject.
    pub subject: String,
    /// The words an inbox shows after it.
    pub preheader: String,
    /// The HTML part.
    pub html: String,
    /// Its octets when it is encoded, the reader's own counted at their longest.
    pub html_bytes: usize,
    /// The text part.
    pub text: String,
}

/// What is known of the issue before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Before {
    /// Which it was: `daily-2026-11-20`.
    pub issue: String,
    /// Its subject; `None` where it was not kept.
    pub subject: Option<String>,
    /// Its items: id and title.
    pub items: Vec<(String, String)>,
}

/// What became of asking one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkAnswer {
    /// The address, as it stands in the letter.
    pub address: String,
    /// Why nobody can follow it; `None` when it answers.
    pub broken: Option<String>,
}

/// An edition, read.
struct Read<'a> {
    rendered: &'a Rendered,
    page: Page,
    plain: Plain,
}

/// Asks every rule; what holds the issue comes first.
pub fn lint(look: &Look<'_>, settings: &LintSettings) -> Vec<Finding> {
    let mut report = Report::new(settings);
    titles::check(look, &mut report);
    byline::check(look, &mut report);
    dates::check(look, &mut report);
    mojibake::check(look, &mut report);
    quotes::check(look, &mut report);
    words::check(look, &mut report);
    links::check(look, &mut report);
    ads::check(look, &mut report);
    sameness::check(look, &mut report);
    subject::check(look, &mut report);
    for rendered in look.editions {
        let read = Read {
            rendered,
            page: Page::read(&rendered.html),
            plain: Plain::read(&rendered.text),
        };
        size::check(&read, &mut report);
        footer::check(look, &read, &mut report);
        headings::check(&read, &mut report);
        parity::check(&read, &mut report);
        contrast::check(&read, &mut report);
        body::check(&read, &mut report);
        alt_text::check(look, &read, &mut report);
        links::check_edition(look, &read, &mut report);
        personal::check(look, &read, &mut report);
        tracking::check(look, &read, &mut report);
        ads::check_edition(look, &read, &mut report);
    }
    report.into_findings()
}

/// Every text an issue prints that somebody wrote for it, each with its place.
fn written<'a>(look: &Look<'a>) -> impl Iterator<Item = (Place, &'a str)> {
    let digest = look.digest;
    let items = digest.items.iter().flat_map(|item| {
        let texts = texts(&item.article).into_iter();
        texts.map(move |(field, text)| (Place::article(&item.article, field), text))
    });
    let ads = digest.ads.iter().flat_map(|ad| {
        let texts = [
            ("title", Some(&ad.title)),
            ("text", ad.text.as_ref()),
            ("link_text", Some(&ad.link_text)),
        ];
        let stated = texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, text?)));
        stated.map(move |(key, text)| (Place::ad(ad, key), text.as_str()))
    });
    let of_the_day = [("intro", &digest.intro), ("subject", &digest.subject)];
    let of_the_day = of_the_day
        .into_iter()
        .filter_map(|(key, text)| Some((Place::key(key), text.as_deref()?)));
    items.chain(ads).chain(of_the_day)
}

/// The texts of an article that are printed, each with its field.
fn texts(article: &Article) -> Vec<(&'static str, &str)> {
    let stated = [
        ("title", Some(article.title.as_str())),
        ("lede", article.lede.as_deref()),
        ("kicker", article.kicker.as_deref()),
        ("theme", article.theme.as_deref()),
        (
            "image.caption",
            article
                .image
                .as_ref()
                .and_then(|image| image.caption.as_deref()),
        ),
        (
            "image.alt",
            article
                .image
                .as_ref()
                .and_then(|image| image.alt.as_deref()),
        ),
    ];
    let authors = article.authors.iter().flat_map(|author| {
        let role = author.role.as_deref();
        [author.name.as_str()].into_iter().chain(role)
    });
    // Without a lede the first paragraph is printed in its place.
    let paragraph = article
        .body
        .iter()
        .find(|block| block.kind == BlockType::Paragraph && !block.text.trim().is_empty())
        .filter(|_| {
            article
                .lede
                .as_deref()
                .is_none_or(|lede| lede.trim().is_empty())
        });
    stated
        .into_iter()
        .filter_map(|(field, text)| Some((field, text?)))
        .chain(authors.map(|text| ("authors", text)))
        .chain(
            article
                .publishers
                .iter()
                .map(|text| ("publishers", text.as_str())),
        )
        .chain(paragraph.map(|block| ("body", block.text.as_str())))
        .collect()
}

/// A text as it is compared: words in lower case, parted by one blank.
fn folded(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\u{ad}', "")
        .to_lowercase()
}
