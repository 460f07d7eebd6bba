//! How much of an article's own words an issue can bear: one monstrous field must not cost the others their room.

use crate::domain::article::Article;

/// The most characters of a title; a long one has 200.
const TITLE: usize = 400;
/// The most characters of a lede; a long one has 600.
const LEDE: usize = 5_000;
/// The most characters of any other line.
const LINE: usize = 1_000;
/// The most entries of a list of names, keywords, topics or attachments.
const ENTRIES: usize = 200;

/// What is too much in an article, and what to do; `None` when nothing is.
pub(super) fn oversize(article: &Article) -> Option<String> {
    let too_long = |field: &str, text: &str, most: usize| {
        let length = text.chars().count();
        (length > most).then(|| {
            format!(
                "the {field} has {length} characters, and at most {most} can be printed; shorten it"
            )
        })
    };
    let image = article.image.as_ref();
    let lines = [
        ("kicker", article.kicker.as_deref()),
        ("theme", article.theme.as_deref()),
        ("link", article.link.as_deref()),
        ("source credit", article.source_credit.as_deref()),
        (
            "picture's address",
            image.and_then(|image| image.url.as_deref()),
        ),
        ("caption", image.and_then(|image| image.caption.as_deref())),
        (
            "picture's credit",
            image.and_then(|image| image.credit.as_deref()),
        ),
        (
            "picture's description",
            image.and_then(|image| image.alt.as_deref()),
        ),
        (
            "reprint note",
            article
                .previously_published
                .as_ref()
                .map(|reprint| reprint.medium.as_str()),
        ),
    ];
    let names = article
        .publishers
        .iter()
        .map(|name| ("publisher", name.as_str()))
        .chain(article.authors.iter().flat_map(|author| {
            std::iter::once(("author", author.name.as_str()))
                .chain(author.role.as_deref().map(|role| ("author's role", role)))
        }))
        .chain(
            article
                .keywords
                .iter()
                .map(|word| ("keyword", word.as_str())),
        )
        .chain(
            article
                .attachments
                .iter()
                .map(|document| ("attachment", document.title.as_str())),
        );
    let lists = [
        ("publishers", article.publishers.len()),
        ("authors", article.authors.len()),
        ("keywords", article.keywords.len()),
        ("topics", article.topics.len()),
        ("attachments", article.attachments.len()),
    ];
    too_long("title", &article.title, TITLE)
        .or_else(|| too_long("lede", article.lede.as_deref().unwrap_or_default(), LEDE))
        .or_else(|| {
            lines
                .into_iter()
                .filter_map(|(field, text)| Some((field, text?)))
                .chain(names)
                .find_map(|(field, text)| too_long(field, text, LINE))
        })
        .or_else(|| {
            lists.into_iter().find(|(_, entries)| *entries > ENTRIES).map(|(field, entries)| {
                format!("there are {entries} {field}, and at most {ENTRIES} are taken; leave some out")
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::article::ArticleId;

    #[test]
    fn a_monstrous_field_is_named_and_a_long_one_is_not() {
        let mut article = Article::new(ArticleId("a".into()), "æ".repeat(400), "a.md", "s");
        article.lede = Some("ø".repeat(5_000));
        assert_eq!(oversize(&article), None);
        article.keywords = vec!["k".into(); 201];
        assert!(oversize(&article).unwrap().contains("201 keywords"));
        article.keywords = vec!["k".repeat(1_001)];
        assert!(
            oversize(&article)
                .unwrap()
                .contains("the keyword has 1001 characters")
        );
        article.title.push('æ');
        assert!(
            oversize(&article)
                .unwrap()
                .contains("the title has 401 characters")
        );
    }
}
