//! What the editor says of one day's issues, over what the rules choose: `issues/2026-11-23.toml`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{
    address::Address,
    article::ArticleId,
    fault::{Fault, nearest},
    section::SectionId,
};

/// The `[issues]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IssuesSettings {
    /// The folder of the editor's day files, relative to the newsletter's folder.
    pub path: PathBuf,
    /// Whom proofs are mailed to where nobody is named.
    pub proof_to: Vec<Address>,
}

impl Default for IssuesSettings {
    fn default() -> Self {
        Self {
            path: "issues".into(),
            proof_to: Vec::new(),
        }
    }
}

/// One day's file, for every issue of its date. Ids may be shortened to what follows the last `/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlay {
    /// The file, as messages name it.
    pub path: String,
    /// The line or two that open the issue.
    pub intro: Option<String>,
    /// The subject of every letter.
    pub subject: Option<String>,
    /// What must be printed, whatever its date and whatever room there is.
    pub pins: Vec<Named>,
    /// What must not.
    pub bans: Vec<Named>,
    /// What comes first, in this order, where it is printed.
    pub order: Vec<Named>,
    /// Where articles belong on the day, whatever they and the rules say.
    pub sections: Vec<(Named, SectionId)>,
    /// The blocks that are shown, in this order; `None` leaves it to config.
    pub blocks: Option<Vec<Named>>,
    /// Why the issue must not leave, when it must not.
    pub hold: Option<String>,
}

/// An article's id as the editor wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The id, or what follows its last `/`.
    pub id: String,
    /// The line it stands on, counted from 1.
    pub line: usize,
}

impl Named {
    /// Whether the article is meant.
    pub fn means(&self, article: &ArticleId) -> bool {
        article.0 == self.id
            || article
                .0
                .strip_suffix(self.id.as_str())
                .is_some_and(|source| source.ends_with('/'))
    }
}

impl Overlay {
    /// What pins an article.
    pub fn pin_of(&self, article: &ArticleId) -> Option<&Named> {
        self.pins.iter().find(|pin| pin.means(article))
    }

    /// What bans an article.
    pub fn ban_of(&self, article: &ArticleId) -> Option<&Named> {
        self.bans.iter().find(|ban| ban.means(article))
    }

    /// The article's place in the editor's order, counted from 0.
    pub fn place_of(&self, article: &ArticleId) -> Option<usize> {
        self.order.iter().position(|named| named.means(article))
    }

    /// The section an article is put in, and the line that says so.
    pub fn section_of(&self, article: &ArticleId) -> Option<(&Named, &SectionId)> {
        let meant = self.sections.iter().find(|(named, _)| named.means(article));
        meant.map(|(named, section)| (named, section))
    }

    /// What is wrong with the ids it names, when these are all there are.
    pub fn faults(&self, known: &[&ArticleId]) -> Vec<Fault> {
        let lists = [
            ("pins", &self.pins),
            ("bans", &self.bans),
            ("order", &self.order),
        ];
        let mut faults = Vec::new();
        for (named, _) in &self.sections {
            if let Some((reason, remedy)) = unclear(named, known) {
                let fault = Fault::error(format!("`{}` is {reason}", named.id));
                faults.push(self.at(fault.for_key("sections").remedy(remedy), named));
            }
        }
        for (key, list) in lists {
            for (index, named) in list.iter().enumerate() {
                let wrong = unclear(named, known).or_else(|| {
                    let again = list[..index].iter().any(|other| other.id == named.id);
                    let both = key == "bans" && self.pins.iter().any(|pin| pin.id == named.id);
                    match (again, both) {
                        (true, _) => Some(("named twice", "name it once".to_owned())),
                        (_, true) => Some((
                            "pinned and banned",
                            "take it out of `pins` or `bans`".to_owned(),
                        )),
                        _ => None,
                    }
                });
                if let Some((reason, remedy)) = wrong {
                    let fault = Fault::error(format!("`{}` is {reason}", named.id));
                    faults.push(self.at(fault.for_key(key).remedy(remedy), named));
                }
            }
        }
        faults
    }

    /// A fault with the place of an id in the file.
    pub fn at(&self, fault: Fault, named: &Named) -> Fault {
        fault.in_file(self.path.clone()).at_line(named.line)
    }
}

/// Why an id does not tell one article from all others.
fn unclear(named: &Named, known: &[&ArticleId]) -> Option<(&'static str, String)> {
    if known.iter().any(|article| article.0 == named.id) {
        return None;
    }
    let meant: Vec<String> = known
        .iter()
        .filter(|article| named.means(article))
        .map(|article| format!("`{article}`"))
        .collect();
    match meant.len() {
        0 => {
            let whole = known.iter().map(|article| article.0.as_str());
            let tails = known
                .iter()
                .filter_map(|article| article.0.rsplit('/').next());
            let near = nearest(&named.id, whole).or_else(|| nearest(&named.id, tails));
            let remedy = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`overblik articles` lists them with their ids".to_owned(),
            };
            Some(("no article's id", remedy))
        }
        1 => None,
        _ => Some((
            "the end of several ids",
            format!("name one of {}", meant.join(", ")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ids: &[&str]) -> Vec<Named> {
        (2..)
            .zip(ids)
            .map(|(line, id)| Named {
                id: (*id).into(),
                line,
            })
            .collect()
    }

    #[test]
    fn ids_are_named_whole_or_by_their_last_part() {
        let known = ["a/bro", "a/dige", "b/bro", "a/x/y"].map(|id| ArticleId(id.into()));
        let known: Vec<&ArticleId> = known.iter().collect();
        let check = |overlay: Overlay, expected: &[&str]| {
            let faults: Vec<String> = overlay
                .faults(&known)
                .into_iter()
                .map(|fault| {
                    let remedy = fault.remedy.unwrap();
                    let key = fault.key.unwrap();
                    format!("{} {key} {}; {remedy}", fault.line.unwrap(), fault.reason)
                })
                .collect();
            assert_eq!(faults, expected);
        };
        let pins = |ids: &[&str]| Overlay {
            pins: named(ids),
            ..Overlay::default()
        };
        check(pins(&["a/bro", "dige", "y", "x/y"]), &[]);
        check(
            pins(&["bro", "digt", "ige", "kattegat"]),
            &[
                "2 pins `bro` is the end of several ids; name one of `a/bro`, `b/bro`",
                "3 pins `digt` is no article's id; did you mean `dige`?",
                "4 pins `ige` is no article's id; did you mean `dige`?",
                "5 pins `kattegat` is no article's id; `overblik articles` lists them with their ids",
            ],
        );
        check(
            Overlay {
                bans: named(&["dige", "dige", "a/bro"]),
                ..pins(&["a/bro"])
            },
            &[
                "3 bans `dige` is named twice; name it once",
                "4 bans `a/bro` is pinned and banned; take it out of `pins` or `bans`",
            ],
        );
    }
}
