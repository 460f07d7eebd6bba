//! The counters of a publisher's card, from what is stored: what was printed, and what the sources hold.

use std::collections::BTreeSet;

use crate::{
    domain::{
        article::{Article, Kind},
        language::Language,
        publisher::Publisher,
    },
    store::Past,
};

/// Gives a publisher its counters where its profile states none: its articles and its events, each once, whether printed
/// or only read, and its areas of competence. What there is none of is left out.
pub(super) fn counted(
    publisher: Publisher,
    articles: &[Article],
    past: &Past,
    language: Language,
) -> Publisher {
    if !publisher.counters.is_empty() {
        return publisher;
    }
    let name = publisher.name.as_str();
    let (mut pieces, mut events) = (BTreeSet::new(), BTreeSet::new());
    for printed in past.published.iter().filter(|it| it.publisher == name) {
        let of_kind = match printed.is_event {
            true => &mut events,
            false => &mut pieces,
        };
        of_kind.insert(&printed.article);
    }
    let read = articles.iter().filter(|article| !article.draft);
    for article in read.filter(|it| it.publishers.iter().any(|its| its == name)) {
        let of_kind = match article.kind {
            Kind::Event => &mut events,
            _ => &mut pieces,
        };
        of_kind.insert(&article.id);
    }
    let words = match language {
        Language::Da => ["Artikler", "Events", "Kompetenceområder"],
        Language::En => ["Articles", "Events", "Areas"],
    };
    let numbers = [pieces.len(), events.len(), publisher.areas.len()];
    let counters = words
        .into_iter()
        .zip(numbers)
        .filter(|(_, number)| *number > 0)
        .map(|(word, number)| (word.to_owned(), number as u64))
        .collect();
    Publisher {
        counters,
        ..publisher
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::article::ArticleId, store::Published};

    #[test]
    fn each_piece_counts_once_whether_printed_or_read() {
        let published = |publisher: &str, article: &str, is_event| Published {
            publisher: publisher.into(),
            article: ArticleId(article.into()),
            is_event,
        };
        let past = Past {
            published: vec![
                published("Havnen", "a", false),
                published("Havnen", "b", true),
                published("Byen", "c", false),
            ],
            ..Past::default()
        };
        let read = |id: &str, kind| {
            let mut article = Article::new(ArticleId(id.into()), "Titel", "x.md", "x");
            article.publishers = vec!["Havnen".into(), "Kysten".into()];
            article.kind = kind;
            article
        };
        let mut articles = vec![read("a", Kind::News), read("d", Kind::Case)];
        articles.push(Article {
            draft: true,
            ..read("e", Kind::News)
        });
        let publisher = |name: &str, areas: &[&str]| Publisher {
            name: name.into(),
            blurb: None,
            url: None,
            logo: None,
            desk: false,
            areas: areas.iter().map(ToString::to_string).collect(),
            counters: Vec::new(),
        };
        let check = |publisher: Publisher, language, expected: &[(&str, u64)]| {
            let counters = counted(publisher, &articles, &past, language).counters;
            let counters: Vec<(&str, u64)> = counters
                .iter()
                .map(|(word, number)| (word.as_str(), *number))
                .collect();
            assert_eq!(counters, expected);
        };
        let (da, en) = (Language::Da, Language::En);
        check(
            publisher("Havnen", &["Kajer", "Kraner"]),
            da,
            &[("Artikler", 2), ("Events", 1), ("Kompetenceområder", 2)],
        );
        check(publisher("Kysten", &[]), en, &[("Articles", 2)]);
        check(publisher("Ingen", &[]), da, &[]);
        let stated = Publisher {
            counters: vec![("Skibe".into(), 7)],
            ..publisher("Havnen", &[])
        };
        check(stated, da, &[("Skibe", 7)]);
    }
}
