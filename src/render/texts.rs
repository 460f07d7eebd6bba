//! The words of the letter's own, per language: everything a reader sees that no article, ad or setting says.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::article::Kind;

/// The words of one language: the built-in ones of `templates/texts/`, with the newsletter's own over them. `{name}` and
/// the like are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub(super) lead: String,
    pub(super) lead_weekly: String,
    pub(super) nameplate_weekly: String,
    pub(super) subject: String,
    pub(super) subject_weekly: String,
    pub(super) preheader: String,
    pub(super) preheader_weekly: String,
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
    pub(super) updated: String,
    pub(super) opinion_standfirst: String,
    pub(super) titles_standfirst: String,
    pub(super) reprint: String,
    pub(super) reprint_dated: String,
    pub(super) source: String,
    pub(super) credit: String,
    pub(super) picture: String,
    pub(super) facts: String,
    pub(super) number: String,
    pub(super) next_week: String,
    pub(super) further: String,
    pub(super) ad: String,
    pub(super) house_ad: String,
    pub(super) comment_by: String,
    pub(super) card: String,
    pub(super) card_link: String,
    pub(super) why_daily: String,
    pub(super) why_weekly: String,
    /// Absent in issues that were frozen before letters named topics.
    #[serde(default)]
    pub(super) about: String,
    pub(super) preferences: String,
    pub(super) unsubscribe: String,
    pub(super) in_browser: String,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindWords {
    pub(super) word: String,
    pub(super) read: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl Texts {
    /// The texts of a table that has all of them.
    pub(super) fn deserialize_from(words: toml::Table) -> Result<Self, String> {
        words
            .try_into()
            .map_err(|error: toml::de::Error| error.to_string())
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
    pub(super) fn in_words(&self, number: usize) -> String {
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
    use crate::{domain::language::Language, render::Look};

    #[test]
    fn places_are_filled_once() {
        assert_eq!(
            fill("{a} og {b} {c", &[("a", "{b}"), ("b", "2")]),
            "{b} og 2 {c"
        );
    }

    #[test]
    fn names_are_joined_by_the_languages_and() {
        let look = Look::built_in().unwrap();
        let texts = look.wording.of(Language::Da);
        let names = ["A", "B", "C"].map(str::to_owned);
        assert_eq!(texts.list(&names[..1]), "A");
        assert_eq!(texts.list(&names[..2]), "A og B");
        assert_eq!(texts.list(&names), "A, B og C");
    }
}
