//! What an inbox shows of a letter: the subject and the words after it.

use super::{
    clean, cut, dates,
    layout::printed,
    manuscript::Manuscript,
    texts::{Texts, fill},
};
use crate::domain::language::Language;

/// The longest subject, in characters.
const SUBJECT: usize = 60;
/// The shortest and the longest preheader, in characters.
const PREHEADER: std::ops::RangeInclusive<usize> = 40..=110;

/// The editor's subject as it stands; else by the texts' template. A subject that the last issue had is made another: by
/// the next title, and where all were had, by the date.
pub(super) fn subject(
    manuscript: &Manuscript<'_>,
    items: &[usize],
    language: Language,
    texts: &Texts,
) -> String {
    if let Some(subject) = &manuscript.digest.subject {
        return subject.clone();
    }
    let template = if manuscript.weekly() {
        &texts.subject_weekly
    } else {
        &texts.subject
    };
    let printed = printed(manuscript, items);
    let last = &manuscript.digest.last_subjects;
    let set = |first: usize| {
        let titles = [printed.get(first), printed.get(first + 1)];
        let words = filled(template, manuscript, items, language, titles, "");
        cut::at_word(&words, SUBJECT)
    };
    (0..printed.len())
        .map(set)
        .find(|subject| !last.contains(subject))
        .unwrap_or_else(|| {
            let date = dates::date(language, manuscript.digest.key.date);
            let room = SUBJECT.saturating_sub(date.chars().count() + 3);
            format!("{} · {date}", cut::at_word(&set(0), room))
        })
}

/// The words of the texts' template; where they are too few, what follows the first title as well.
pub(super) fn preheader(
    manuscript: &Manuscript<'_>,
    items: &[usize],
    language: Language,
    texts: &Texts,
) -> String {
    let template = if manuscript.weekly() {
        &texts.preheader_weekly
    } else {
        &texts.preheader
    };
    let printed = printed(manuscript, items);
    let titles = titles(manuscript, &printed, language, texts);
    let places = [printed.first(), printed.get(1)];
    let mut words = filled(template, manuscript, items, language, places, &titles);
    if words.chars().count() < *PREHEADER.start() && words != titles {
        words = format!("{words} · {titles}");
    }
    cut::at_word(&words, *PREHEADER.end())
}

/// The titles after the first, until there are enough; for a short edition also its first lede, the name and the date.
fn titles(
    manuscript: &Manuscript<'_>,
    printed: &[usize],
    language: Language,
    texts: &Texts,
) -> String {
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
    words
}

fn filled(
    template: &str,
    manuscript: &Manuscript<'_>,
    items: &[usize],
    language: Language,
    [first, second]: [Option<&usize>; 2],
    titles: &str,
) -> String {
    let date = manuscript.digest.key.date;
    fill(
        template,
        &[
            ("title", title(manuscript, first)),
            ("second", title(manuscript, second)),
            ("titles", titles),
            ("name", &manuscript.name()),
            ("date", &dates::date(language, date)),
            ("week", &language.week(date)),
            ("items", &items.len().to_string()),
            ("minutes", &manuscript.minutes(items).to_string()),
        ],
    )
}

fn title<'m>(manuscript: &'m Manuscript<'_>, item: Option<&usize>) -> &'m str {
    item.map_or("", |item| &manuscript.titles[*item])
}
