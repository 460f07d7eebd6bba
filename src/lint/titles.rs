//! Titles and ledes: neither missing nor too long, and no title twice.

use std::collections::HashMap;

use super::{Look, Place, Report, Rule, finding::shown, folded};
use crate::domain::article::BlockType;

/// The longest lede, in characters: what a lead has room for.
const LEDE: usize = 300;

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for item in &look.digest.items {
        let article = &item.article;
        let title = folded(&article.title);
        let long = article.title.trim().chars().count();
        if title.is_empty() {
            report.find(
                Rule::EmptyTitle,
                Place::article(article, "title"),
                "the item has no title",
                "write one, or keep the article out with `bans` in the day's file",
            );
        } else if long > look.limits.title {
            report.find(
                Rule::LongTitle,
                Place::article(article, "title"),
                format!(
                    "the title has {long} characters; {} can be read at a glance",
                    look.limits.title
                ),
                "shorten it",
            );
        }
        if let Some(other) = seen.insert(title.clone(), article.id.0.as_str())
            && !title.is_empty()
        {
            report.find(
                Rule::DoubleTitle,
                Place::article(article, "title"),
                format!(
                    "`{other}` is printed under the same title: {}",
                    shown(&article.title)
                ),
                "give one of them another, or keep one out with `bans` in the day's file",
            );
        }
        let lede = article.lede.as_deref().map_or("", str::trim);
        let has_text = article
            .body
            .iter()
            .any(|block| block.kind == BlockType::Paragraph && !block.text.trim().is_empty());
        let long = lede.chars().count();
        if lede.is_empty() && !has_text && article.event_date.is_none() {
            report.find(
                Rule::Lede,
                Place::article(article, "lede"),
                "the item has neither a lede nor a paragraph to print in its place",
                "write a sentence or two",
            );
        } else if long > LEDE {
            report.find(
                Rule::Lede,
                Place::article(article, "lede"),
                format!(
                    "the lede has {long} characters; {LEDE} are printed at most, the rest is cut"
                ),
                "shorten it",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{Rule, sample::Day};

    #[test]
    fn a_title_is_there_short_and_the_only_one() {
        let check = |title: &str, rules: &[Rule]| {
            let mut day = Day::sound();
            day.digest.items[1].article.title = title.into();
            assert_eq!(day.rules(), rules, "{title}");
        };
        check("Et helt almindeligt stykke om vejene", &[]);
        check("", &[Rule::EmptyTitle]);
        check(" \u{a0}", &[Rule::EmptyTitle]);
        check(&"seks to ".repeat(9), &[]);
        check(&"seks to ".repeat(10), &[Rule::LongTitle]);
        let other = Day::sound().digest.items[0].article.title.clone();
        check(&other.to_uppercase(), &[Rule::DoubleTitle]);
    }

    #[test]
    fn a_lede_is_there_and_can_be_printed_whole() {
        let mut day = Day::sound();
        let article = &mut day.digest.items[0].article;
        article.lede = None;
        article.body.clear();
        assert_eq!(day.rules(), [Rule::Lede]);
        day.digest.items[0].article.lede = Some("Det går godt. ".repeat(22));
        assert_eq!(day.rules(), [Rule::Lede]);
        day.digest.items[0].article.lede = Some("Det går godt. ".repeat(21));
        assert_eq!(day.rules(), []);
    }
}
