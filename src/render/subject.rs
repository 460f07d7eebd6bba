//! What an inbox shows of a letter: the subject and the words after it.

use super::{
    clean, cut, dates,
    layout::printed,
    manuscript::Manuscript,
    texts::{Texts, fill},
};
use crate::domain::{issue::Frequency, language::Language};

/// The longest subject, in characters.
const SUBJECT: usize = 60;
/// The shortest and the longest preheader, in characters.
const PREHEADER: std::ops::RangeInclusive<usize> = 40..=110;

/// The editor's subject as it stands; else the first item's title: the letter's name stands in `From`, so the subject
/// is news from its first word.
pub(super) fn subject(manuscript: &Manuscript<'_>, items: &[usize], texts: &Texts) -> String {
    if let Some(subject) = &manuscript.digest.subject {
        return subject.clone();
    }
    let title = title(manuscript, printed(manuscript, items).first());
    let subject = match manuscript.digest.key.frequency {
        Frequency::Daily => title.to_owned(),
        Frequency::Weekly => fill(&texts.subject_weekly, &[("title", title)]),
    };
    cut::at_word(&subject, SUBJECT)
}

/// The next items' titles; for a short edition also its first lede, the name and the date.
pub(super) fn preheader(
    manuscript: &Manuscript<'_>,
    items: &[usize],
    language: Language,
    texts: &Texts,
) -> String {
    let printed = printed(manuscript, items);
    let mut words = String::new();
    // Whether there is room for more.
    let mut add = |part: &str| {
        if !part.is_empty() {
            if !words.is_empty() {
                words.push_str(" · ");
            }
            words.push_str(part);
        }
        words.chars().count() < *PREHEADER.start()
    };
    let mut others = printed.iter().skip(1);
    if others.all(|item| add(title(manuscript, Some(item)))) {
        let lede = printed
            .first()
            .and_then(|item| manuscript.digest.items[*item].article.lede.as_deref());
        if add(&clean::some_line(lede).unwrap_or_default()) {
            add(&fill(
                &texts.article_label,
                &[
                    ("name", &manuscript.name()),
                    ("date", &dates::date_line(manuscript.digest.key, language)),
                ],
            ));
        }
    }
    cut::at_word(&words, *PREHEADER.end())
}

fn title<'m>(manuscript: &'m Manuscript<'_>, item: Option<&usize>) -> &'m str {
    item.map_or("", |item| &manuscript.titles[*item])
}
