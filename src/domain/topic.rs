//! The topics readers choose by.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::article::Article;

/// A topic's id in config: `digitalisering`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(pub String);

impl fmt::Display for TopicId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A topic: a name and the words that put an article under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The id that readers and front matter name.
    pub id: TopicId,
    /// The name in Danish.
    pub name: String,
    /// The name in English; the Danish one where it is absent.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Words and phrases; a word ending in `*` stands for every word that begins so.
    #[serde(default)]
    pub words: Vec<String>,
}

/// Why an article is under a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicMatch {
    /// The topic.
    pub topic: TopicId,
    /// The word that matched, or the id where the article names the topic itself.
    pub word: String,
    /// The field it stood in: `topics`, `keywords`, `theme`, `kicker`, `title` or `lede`.
    #[serde(skip)]
    pub field: &'static str,
}

impl Topic {
    /// Where the article first meets the topic, looking from the most to the least deliberate field.
    pub fn matches(&self, article: &Article) -> Option<TopicMatch> {
        let found = |word: &str, field| {
            Some(TopicMatch {
                topic: self.id.clone(),
                word: word.to_owned(),
                field,
            })
        };
        if article.topics.contains(&self.id) {
            return found(&self.id.0, "topics");
        }
        let fields = article
            .keywords
            .iter()
            .map(|keyword| ("keywords", keyword.as_str()))
            .chain(article.theme.iter().map(|text| ("theme", text.as_str())))
            .chain(article.kicker.iter().map(|text| ("kicker", text.as_str())))
            .chain([("title", article.title.as_str())])
            .chain(article.lede.iter().map(|text| ("lede", text.as_str())));
        for (field, text) in fields {
            let words = fold_words(text);
            for wanted in self.words.iter().chain([&self.name]) {
                if stands_in(wanted, &words) {
                    return found(wanted, field);
                }
            }
        }
        None
    }
}

/// The words of a text in lower case, soft hyphens dropped.
fn fold_words(text: &str) -> Vec<String> {
    text.replace('\u{ad}', "")
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a word, a `stem*` or a phrase stands among the words.
fn stands_in(wanted: &str, words: &[String]) -> bool {
    let (wanted, open) = match wanted.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (wanted, false),
    };
    let phrase = fold_words(wanted);
    let Some((last, before)) = phrase.split_last() else {
        return false;
    };
    words.windows(phrase.len()).any(|window| {
        window[..before.len()] == *before
            && if open {
                window[before.len()].starts_with(last.as_str())
            } else {
                window[before.len()] == *last
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_met_by_word_stem_and_phrase_never_inside_a_word() {
        let check = |wanted: &str, text: &str, expected: bool| {
            assert_eq!(
                stands_in(wanted, &fold_words(text)),
                expected,
                "{wanted} in {text}"
            );
        };
        check("ledelse", "Ny ledelse i kommunen", true);
        check("ledelse", "Ledelsen er ny", false);
        check("ledelse*", "Ledelsen er ny", true);
        check("leder", "Medarbejderne", false);
        check("åben skole", "Den åbne skole", false);
        check("åben skole", "Vi vil have ÅBEN SKOLE nu", true);
        check("digital*", "digi\u{ad}talisering", true);
        check("", "noget", false);
        check("*", "noget", false);
    }
}
