//! The list of all issues, the newest first.

use askama::Template;
use chrono::Datelike as _;

use super::{
    Archive, Told,
    words::{Words, words},
};
use crate::domain::issue::Frequency;

#[derive(Template)]
#[template(path = "archive/index.html")]
struct Index<'a> {
    lang: &'a str,
    words: &'a Words,
    name: &'a str,
    home: &'a str,
    base: &'a str,
    months: Vec<Month>,
    sender: Vec<String>,
    address: String,
    privacy: Option<&'a str>,
}

/// The issues of a month.
struct Month {
    name: String,
    issues: Vec<Line>,
}

struct Line {
    folder: String,
    /// `2026-11-23`.
    date: String,
    /// When, in words.
    when: String,
    subject: String,
}

/// The page as HTML.
pub(super) fn index(archive: &Archive<'_>, told: &[Told]) -> Result<String, askama::Error> {
    let newsletter = archive.newsletter;
    let language = newsletter.language;
    let words = words(language);
    let mut months: Vec<Month> = Vec::new();
    for issue in told {
        let date = issue.key.date;
        let name = format!("{} {}", language.month(date), date.year());
        if months.last().is_none_or(|month| month.name != name) {
            months.push(Month {
                name,
                issues: Vec::new(),
            });
        }
        let line = Line {
            folder: issue.key.dated(),
            date: date.to_string(),
            when: match issue.key.frequency {
                Frequency::Daily => language.long_date(date),
                Frequency::Weekly => format!("{}, {}", words.weekly, language.week(date)),
            },
            subject: issue.subject.clone(),
        };
        if let Some(month) = months.last_mut() {
            month.issues.push(line);
        }
    }
    let mailbox = newsletter.reply_to.as_ref().unwrap_or(&newsletter.from);
    Index {
        lang: language.tag(),
        words,
        name: &newsletter.name,
        home: newsletter.base_url.as_str(),
        base: &archive.base,
        months,
        sender: newsletter
            .publisher
            .iter()
            .cloned()
            .chain(newsletter.postal_address.clone())
            .chain(newsletter.cvr.as_ref().map(|cvr| format!("CVR {cvr}")))
            .collect(),
        address: mailbox.address.to_string(),
        privacy: newsletter.privacy_url.as_ref().map(url::Url::as_str),
    }
    .render()
}
