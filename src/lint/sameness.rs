//! An issue too like the last one: most of its items, or most of the words of their titles.

use std::collections::HashSet;

use super::{Look, Place, Report, Rule, folded};

/// The share of items or words, in percent, from which two issues are too like each other.
const ALIKE: usize = 60;
/// The fewest words of titles by which two issues are compared: chance makes a few alike.
const WORDS: usize = 12;
/// The shortest word that tells anything, in letters.
const TELLING: usize = 5;

pub(super) fn check(look: &Look<'_>, report: &mut Report<'_>) {
    let Some(before) = look.before else {
        return;
    };
    let items = &look.digest.items;
    let again = items
        .iter()
        .filter(|item| {
            let article = &item.article;
            before
                .items
                .iter()
                .any(|(id, title)| *id == article.id.0 || folded(title) == folded(&article.title))
        })
        .count();
    let remedy = "look whether a source gives old pieces anew, and keep them out with `bans` in the day's file";
    if items.len() > 1 && again * 100 >= items.len() * ALIKE {
        report.find(
            Rule::Sameness,
            Place::key("items"),
            format!(
                "{again} of {} items stood in {} too",
                items.len(),
                before.issue
            ),
            remedy,
        );
        return;
    }
    let now = words(items.iter().map(|item| item.article.title.as_str()));
    let then = words(before.items.iter().map(|(_, title)| title.as_str()));
    let (fewest, most) = (now.len().min(then.len()), now.union(&then).count());
    let shared = now.intersection(&then).count();
    if fewest >= WORDS && shared * 100 >= most * ALIKE {
        report.find(
            Rule::Sameness,
            Place::key("items"),
            format!(
                "{} of {most} telling words in its titles are those of {}",
                shared, before.issue
            ),
            remedy,
        );
    }
}

fn words<'t>(titles: impl Iterator<Item = &'t str>) -> HashSet<String> {
    titles
        .flat_map(|title| title.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() >= TELLING)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::{Before, Rule, sample::Day};

    fn before(items: &[(&str, &str)]) -> Before {
        Before {
            issue: "daily-2026-11-20".into(),
            subject: None,
            items: items
                .iter()
                .map(|(id, title)| ((*id).to_owned(), (*title).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn an_issue_is_not_the_last_one_again() {
        let mut day = Day::sound();
        day.before = Some(before(&[("x", "Noget helt andet"), ("y", "Og et til")]));
        assert_eq!(day.rules(), []);
        let items = day.digest.items.clone();
        let same: Vec<(String, String)> = items
            .iter()
            .map(|item| {
                (
                    format!("ny/{}", item.article.id),
                    item.article.title.clone(),
                )
            })
            .collect();
        day.before = Some(Before {
            items: same,
            ..before(&[])
        });
        assert_eq!(day.rules(), [Rule::Sameness]);
    }

    #[test]
    fn the_same_words_in_another_order_are_too_like() {
        let mut day = Day::sound();
        day.digest.items[0].article.title =
            "Kommunen lukker broen mandag formiddag efter stormflod".into();
        day.digest.items[1].article.title =
            "Regionen åbner hospitalet tirsdag eftermiddag under festival".into();
        day.digest.items.truncate(2);
        day.before = Some(before(&[
            (
                "x",
                "Efter stormflod lukker kommunen broen mandag formiddag",
            ),
            (
                "y",
                "Under festival åbner regionen hospitalet onsdag eftermiddag",
            ),
        ]));
        assert_eq!(day.rules(), [Rule::Sameness]);
    }
}
