//! How what one issue prints differs from what another does, item by item.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    issue::{Digest, Item},
    key::{hex, sha256},
};

/// One item as an issue prints it: enough to tell two issues apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// The article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is printed.
    pub section: String,
    /// SHA-256 over what the article says, in hex; empty where an older record has none.
    #[serde(default, rename = "hash")]
    pub text: String,
}

impl Printed {
    /// The items of an issue, in order.
    pub fn of(digest: &Digest) -> Vec<Self> {
        let items = digest.items.iter();
        items
            .map(|item| Self {
                id: item.article.id.0.clone(),
                title: item.article.title.clone(),
                section: item.section.0.clone(),
                text: text_of(item),
            })
            .collect()
    }
}

/// SHA-256 over what an item's article says, wherever its file lies, in hex.
pub(super) fn text_of(item: &Item) -> String {
    let mut article = item.article.clone();
    article.path.clear();
    // Texts, numbers and lists: serialising them cannot fail.
    hex(&sha256(&serde_json::to_vec(&article).unwrap_or_default()))
}

/// What became of one item from one issue to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Became {
    /// It is new.
    In,
    /// It is gone.
    Out,
    /// It stands elsewhere: in another section, or before or after another item.
    Moved,
    /// It says something else.
    Changed,
}

impl Became {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Moved => "moved",
            Self::Changed => "changed",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What became of it.
    pub became: Became,
    /// The item, as the later issue has it; one that is gone, as the earlier had it.
    pub item: Printed,
}

/// Every difference from an issue to another: what is gone, then the rest in the other's order. An item that has moved
/// and says something else has two.
pub fn differences(from: &[Printed], to: &[Printed]) -> Vec<Difference> {
    let before: BTreeMap<&str, (usize, &Printed)> = from
        .iter()
        .enumerate()
        .map(|(place, item)| (item.id.as_str(), (place, item)))
        .collect();
    let is_kept = |item: &Printed| to.iter().any(|kept| kept.id == item.id);
    let gone = from.iter().filter(|item| !is_kept(item));
    let mut found: Vec<Difference> = gone
        .map(|item| Difference {
            became: Became::Out,
            item: item.clone(),
        })
        .collect();
    let in_order = longest_in_order(to, &before);
    for item in to {
        let mut note = |became| {
            found.push(Difference {
                became,
                item: item.clone(),
            });
        };
        let Some((_, earlier)) = before.get(item.id.as_str()) else {
            note(Became::In);
            continue;
        };
        if earlier.section != item.section || !in_order.contains(&item.id.as_str()) {
            note(Became::Moved);
        }
        let are_known = !earlier.text.is_empty() && !item.text.is_empty();
        if earlier.title != item.title || (are_known && earlier.text != item.text) {
            note(Became::Changed);
        }
    }
    found
}

/// The most items that both have and that stand in the same order in both: the others have moved.
fn longest_in_order<'t>(
    to: &'t [Printed],
    before: &BTreeMap<&str, (usize, &Printed)>,
) -> Vec<&'t str> {
    let common: Vec<(usize, &str)> = to
        .iter()
        .filter_map(|item| Some((before.get(item.id.as_str())?.0, item.id.as_str())))
        .collect();
    // The longest row that ends with each; issues have sixty items at most.
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for (index, (place, _)) in common.iter().enumerate() {
        let longest = rows
            .iter()
            .filter(|row| row.last().is_some_and(|last| common[*last].0 < *place))
            .max_by_key(|row| row.len());
        let mut row = longest.cloned().unwrap_or_default();
        row.push(index);
        rows.push(row);
    }
    let longest = rows.into_iter().max_by_key(Vec::len).unwrap_or_default();
    longest.into_iter().map(|index| common[index].1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items written `id@section=text`.
    fn items(text: &str) -> Vec<Printed> {
        let item = |word: &str| {
            let (id, rest) = word.split_once('@').unwrap();
            let (section, text) = rest.split_once('=').unwrap();
            Printed {
                id: id.to_owned(),
                title: id.to_owned(),
                section: section.to_owned(),
                text: text.to_owned(),
            }
        };
        text.split_whitespace().map(item).collect()
    }

    #[test]
    fn each_item_is_told_that_came_went_moved_or_changed() {
        let check = |from: &str, to: &str, expected: &[&str]| {
            let found = differences(&items(from), &items(to));
            let found: Vec<String> = found
                .iter()
                .map(|found| format!("{} {}", found.became.word(), found.item.id))
                .collect();
            assert_eq!(found, expected, "{from} -> {to}");
        };
        check("", "", &[]);
        check("a@n=1 b@n=2", "a@n=1 b@n=2", &[]);
        check("a@n=1", "b@n=2", &["out a", "in b"]);
        check("a@n=1 b@n=2", "b@n=2", &["out a"]);
        check("a@n=1 b@n=2", "x@n=1 a@n=1 b@n=2", &["in x"]);
        check("a@n=1 b@n=2", "a@n=1 b@d=2", &["moved b"]);
        check("a@n=1 b@n=2 c@n=3", "c@n=3 a@n=1 b@n=2", &["moved c"]);
        check("a@n=1", "a@n=2", &["changed a"]);
        check("a@n=1", "a@d=2", &["moved a", "changed a"]);
        check("a@n=", "a@n=2", &[]);
    }
}
