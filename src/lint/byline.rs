//! Who stands behind an item: a writer behind an opinion, a publisher or the desk behind the rest.

use super::{Look, Place, Report, Rule};
use crate::domain::{article::Kind, section::Layout};

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    let has_desk = look.publishers.iter().any(|publisher| publisher.desk);
    for item in &look.digest.items {
        let article = &item.article;
        let in_debate = look
            .digest
            .section_of(item)
            .is_some_and(|section| section.layout == Layout::Opinion);
        let named = |name: &String| !name.trim().is_empty();
        let published = article.publishers.iter().any(named);
        let written = article.authors.iter().any(|author| named(&author.name));
        if article.kind == Kind::Opinion || in_debate {
            if !written && !published {
                report.find(
                    Rule::Byline,
                    Place::article(article, "authors"),
                    "an opinion that nobody puts a name to",
                    "state its writer in `authors`, or keep it out with `bans` in the day's file",
                );
            }
        } else if !published && !has_desk {
            report.find(
                Rule::Publisher,
                Place::article(article, "publishers"),
                "nobody is named who answers for the item",
                "state `publishers`, give its source a `publisher`, or name the desk in a `[[publisher]]` with `desk = true`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::article::{Author, Kind},
        lint::{Rule, sample::Day},
    };

    #[test]
    fn an_opinion_has_a_name() {
        let mut day = Day::sound();
        let article = &mut day.digest.items[0].article;
        article.kind = Kind::Opinion;
        article.authors.clear();
        article.publishers.clear();
        assert_eq!(day.rules(), [Rule::Byline]);
        day.digest.items[0].article.authors = vec![Author {
            name: "Karen Mølgaard".into(),
            role: None,
        }];
        assert_eq!(day.rules(), []);
    }

    #[test]
    fn an_item_without_a_publisher_is_the_desks_where_there_is_one() {
        let mut day = Day::sound();
        day.digest.items[0].article.publishers.clear();
        assert_eq!(day.rules(), []);
        day.publishers.clear();
        assert_eq!(day.rules(), [Rule::Publisher]);
    }
}
