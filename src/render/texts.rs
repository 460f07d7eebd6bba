//! The words of the letter's own, per language: everything a reader sees that no article, ad or setting says.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::RenderError;
use crate::domain::{article::Kind, language::Language};

/// The words of one language, read from `templates/texts/`. `{name}` and the like are filled in by [`fill`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) lead: String,
    pub(super) lead_weekly: String,
    pub(super) nameplate_weekly: String,
    pub(super) subject_weekly: String,
    pub(super) article_label: String,
    pub(super) overview: String,
    pub(super) overview_lines: String,
    pub(super) overview_lines_weekly: String,
    pub(super) overview_count: String,
    pub(super) read: String,
    pub(super) read_aloud: String,
    pub(super) minutes: String,
    pub(super) by: String,
    and: String,
    pub(super) desk: String,
    pub(super) own_view: String,
    pub(super) opinion_standfirst: String,
    pub(super) titles_standfirst: String,
    pub(super) reprint: String,
    pub(super) reprint_dated: String,
    pub(super) source: String,
    pub(super) credit: String,
    pub(super) picture: String,
    pub(super) facts: String,
    pub(super) further: String,
    pub(super) ad: String,
    pub(super) house_ad: String,
    pub(super) comment_by: String,
    pub(super) card: String,
    pub(super) card_link: String,
    pub(super) why_daily: String,
    pub(super) why_weekly: String,
    pub(super) preferences: String,
    pub(super) unsubscribe: String,
    pub(super) privacy: String,
    pub(super) published_by: String,
    pub(super) cvr: String,
    pub(super) editor: String,
    pub(super) write_to: String,
    pub(super) website: String,
    pub(super) legend_desk: String,
    pub(super) legend_publisher: String,
    pub(super) no_tracking: String,
    numbers: Vec<String>,
    months: [String; 12],
    kinds: Kinds,
}

/// What an item of a kind is called, and the words of the lead's button.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindWords {
    pub(super) word: String,
    pub(super) read: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Kinds {
    article: KindWords,
    news: KindWords,
    opinion: KindWords,
    press_release: KindWords,
    case: KindWords,
    interview: KindWords,
    event: KindWords,
    slides: KindWords,
}

static DANISH: LazyLock<Result<Texts, String>> =
    LazyLock::new(|| read(include_str!("../../templates/texts/da.toml")));
static ENGLISH: LazyLock<Result<Texts, String>> =
    LazyLock::new(|| read(include_str!("../../templates/texts/en.toml")));

fn read(file: &str) -> Result<Texts, String> {
    toml::from_str(file).map_err(|error| error.to_string())
}

impl Texts {
    /// The words of a language.
    pub(super) fn of(language: Language) -> Result<&'static Self, RenderError> {
        let texts = match language {
            Language::Da => &*DANISH,
            Language::En => &*ENGLISH,
        };
        texts.as_ref().map_err(|fault| RenderError::Texts {
            language: language.tag(),
            fault: fault.clone(),
        })
    }

    /// The words for a kind of article.
    pub(super) fn kind(&self, kind: Kind) -> &KindWords {
        match kind {
            Kind::Article => &self.kinds.article,
            Kind::News => &self.kinds.news,
            Kind::Opinion => &self.kinds.opinion,
            Kind::PressRelease => &self.kinds.press_release,
            Kind::Case => &self.kinds.case,
            Kind::Interview => &self.kinds.interview,
            Kind::Event => &self.kinds.event,
            Kind::Slides => &self.kinds.slides,
        }
    }

    /// A small number in words, a larger one in digits.
    pub(super) fn number(&self, number: usize) -> String {
        self.numbers
            .get(number)
            .cloned()
            .unwrap_or_else(|| number.to_string())
    }

    /// The month as a calendar abbreviates it: `nov.`.
    pub(super) fn short_month(&self, date: NaiveDate) -> &str {
        &self.months[date.month0() as usize]
    }

    /// Names in a row: `A, B og C`.
    pub(super) fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.and),
        }
    }
}

/// A text with its places filled in: `fill("Læs på {minutes} min.", &[("minutes", "4")])`. What is filled in is
/// never looked at again, so a brace in a title stays a brace.
pub(super) fn fill(text: &str, places: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after
            .split_once('}')
            .and_then(|(name, rest)| Some((places.iter().find(|(n, _)| *n == name)?, rest)));
        match place {
            Some(((_, value), after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_text() {
        for language in [Language::Da, Language::En] {
            let texts = Texts::of(language).unwrap();
            for kind in Kind::ALL {
                assert!(texts.kind(kind).read.contains("{minutes}"), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_text_nobody_knows_is_refused() {
        let file = include_str!("../../templates/texts/da.toml");
        assert!(read(&format!("ukendt = \"x\"\n{file}")).is_err());
    }

    #[test]
    fn places_are_filled_once() {
        assert_eq!(
            fill("{a} og {b} {c", &[("a", "{b}"), ("b", "2")]),
            "{b} og 2 {c"
        );
    }

    #[test]
    fn names_are_joined_by_the_languages_and() {
        let texts = Texts::of(Language::Da).unwrap();
        let names = ["A", "B", "C"].map(str::to_owned);
        assert_eq!(texts.list(&names[..1]), "A");
        assert_eq!(texts.list(&names[..2]), "A og B");
        assert_eq!(texts.list(&names), "A, B og C");
    }
}
