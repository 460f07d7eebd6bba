//! Where on a page its article stands: by its elements, else where the running text is densest.

use std::collections::HashMap;

use url::Url;

use super::{meta::Meta, teasers, verdict};
use crate::source::{
    Entry,
    markup::{self, Flow, Manner, Node, Tree, web_address},
    prose::one_line,
};

/// The article of a page, and what is told of it by its place.
#[derive(Debug)]
pub(super) struct Page {
    /// The article's passages, pictures and documents.
    pub(super) flow: Flow,
    /// The first heading of the first level, and its line.
    pub(super) heading: Option<(String, usize)>,
    /// What its style sheet calls the lede.
    pub(super) lede: Option<(String, usize)>,
    /// What it calls the label over the title.
    pub(super) kicker: Option<(String, usize)>,
    /// What it calls the byline.
    pub(super) byline: Option<(String, usize)>,
    /// The time it marks as that of publication, and its line.
    pub(super) time: Option<(String, usize)>,
    /// The words that time is shown as.
    pub(super) time_words: Option<String>,
    /// Where relative addresses start.
    pub(super) base: Option<Url>,
}

/// Finds the article of a page.
///
/// # Errors
/// Why there is none.
pub(super) fn find(tree: &Tree, meta: &Meta, entry: &Entry<'_>) -> Result<Page, &'static str> {
    let start = entry.address.cloned().or_else(|| {
        let own = meta
            .canonical
            .as_deref()
            .or_else(|| Some(meta.first(&["og:url"])?.0))?;
        web_address(own, None)
    });
    let base = match &meta.base {
        Some(base) => web_address(base, start.as_ref()).or(start),
        None => start,
    };
    let whole = markup::flow_of(tree, Tree::ROOT, base.as_ref(), Manner::Page);
    if let Some(reason) = verdict::of_page(&whole.passages, entry) {
        return Err(reason);
    }
    let root = root(tree)?;
    let flow = if root == Tree::ROOT {
        whole
    } else {
        markup::flow_of(tree, root, base.as_ref(), Manner::Page)
    };
    if let Some(reason) = verdict::of_listing(&flow.passages, entry) {
        return Err(reason);
    }
    if teasers::are_all(tree, root) {
        return Err(verdict::LISTING);
    }
    let time = time(tree, root);
    Ok(Page {
        heading: heading(tree, root, meta),
        lede: marked(
            tree,
            root,
            &[
                "lede",
                "lead",
                "manchet",
                "underrubrik",
                "article-intro",
                "teaser-text",
                "ingress",
                "standfirst",
            ],
        ),
        kicker: marked(tree, root, &["kicker", "trompet", "overrubrik", "eyebrow"]),
        byline: marked(tree, root, &["byline", "author", "forfatter", "skribent"]),
        time_words: time.and_then(|(at, _)| shown(tree, at)),
        time: time.and_then(|(at, line)| Some((time_of(tree, at)?, line))),
        flow,
        base,
    })
}

/// The element the article stands in.
fn root(tree: &Tree) -> Result<usize, &'static str> {
    let prose = prose_below(tree);
    let of = |at: usize| prose.get(&at).copied().unwrap_or(0);
    let total = of(Tree::ROOT);
    let named = |names: &[&str], marks: &[&str]| -> Vec<usize> {
        tree.elements()
            .filter(|(_, element)| {
                let own = element.marks();
                element.is(names) || own.split_whitespace().any(|mark| marks.contains(&mark))
            })
            .map(|(at, _)| at)
            .collect()
    };
    let articles = named(&["article"], &[]);
    let best = articles.iter().copied().max_by_key(|at| of(*at));
    if let Some(best) = best.filter(|at| total > 0 && of(*at) * 10 >= total * 5) {
        return Ok(best);
    }
    if articles.len() >= 4 && best.is_some_and(|at| of(at) * 10 < total * 4) {
        return Err(verdict::LISTING);
    }
    let mains = named(
        &["main"],
        &[
            "main",
            "articlebody",
            "main-content",
            "article-body",
            "entry-content",
        ],
    );
    let main = mains.into_iter().max_by_key(|at| of(*at));
    let around = main
        .filter(|at| of(*at) * 10 >= total * 6)
        .unwrap_or(Tree::ROOT);
    Ok(around)
}

/// How many letters of running text lie below each place, links not counted.
fn prose_below(tree: &Tree) -> HashMap<usize, usize> {
    let mut below = HashMap::new();
    count(tree, Tree::ROOT, Within::Text, &mut below);
    below
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    Link,
}

fn count(tree: &Tree, at: usize, within: Within, below: &mut HashMap<usize, usize>) -> usize {
    let mut total = 0;
    for child in tree.children(at) {
        total += match tree.node(*child) {
            Node::Text { text, .. } => {
                let letters = one_line(text).chars().count();
                if within == Within::Text && letters >= 40 {
                    letters
                } else {
                    0
                }
            }
            Node::Element(element)
                if element.is_hidden() || element.is(&["nav", "footer", "form", "aside"]) =>
            {
                0
            }
            Node::Element(element) if element.name == "a" => {
                count(tree, *child, Within::Link, below)
            }
            Node::Element(_) => count(tree, *child, within, below),
        };
    }
    below.insert(at, total);
    total
}

/// The first heading of the first level: within the article, else on the page. One that says the site's name is none.
fn heading(tree: &Tree, root: usize, meta: &Meta) -> Option<(String, usize)> {
    let words = |at: usize| {
        let element = tree.element(at).filter(|element| element.name == "h1")?;
        let text = one_line(&tree.raw_text(at));
        let is_site = meta.all("og:site_name").contains(&text) || element.marks().contains("logo");
        (!text.is_empty() && !is_site && !element.is_hidden()).then_some((text, element.line))
    };
    within(tree, root)
        .into_iter()
        .find_map(words)
        .or_else(|| tree.elements().find_map(|(at, _)| words(at)))
}

/// The words of the first element that a style sheet gives one of these names.
fn marked(tree: &Tree, root: usize, names: &[&str]) -> Option<(String, usize)> {
    within(tree, root).into_iter().find_map(|at| {
        let element = tree.element(at)?;
        let marks = element.marks();
        let has = marks
            .split(|c: char| c.is_whitespace() || c == '_')
            .flat_map(|mark| mark.split("--"))
            .any(|mark| {
                names.iter().any(|name| {
                    mark == *name
                        || mark
                            .strip_suffix(name)
                            .is_some_and(|rest| rest.ends_with('-'))
                })
            });
        let text = has.then(|| one_line(&tree.raw_text(at)))?;
        (!text.is_empty() && text.chars().count() <= 800).then_some((text, element.line))
    })
}

/// The place of the time of publication, and its line. The time of a change is none, nor is that of an event.
fn time(tree: &Tree, root: usize) -> Option<(usize, usize)> {
    within(tree, root).into_iter().find_map(|at| {
        let element = tree.element(at)?;
        let marks = element.marks();
        let of_another = [
            "modified",
            "updated",
            "opdateret",
            "startdate",
            "enddate",
            "event",
        ]
        .iter()
        .any(|word| marks.contains(word));
        let of_publication = element.name == "time" || marks.contains("datepublished");
        (of_publication && !of_another && time_of(tree, at).is_some()).then_some((at, element.line))
    })
}

/// The time an element states: for machines, else in its words.
fn time_of(tree: &Tree, at: usize) -> Option<String> {
    let element = tree.element(at)?;
    let stated = element
        .attribute("datetime")
        .or_else(|| element.attribute("content"))
        .map(str::to_owned);
    stated.or_else(|| shown(tree, at))
}

fn shown(tree: &Tree, at: usize) -> Option<String> {
    Some(one_line(&tree.raw_text(at))).filter(|text| !text.is_empty())
}

/// All places below one, in the order they stand.
fn within(tree: &Tree, root: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut left = vec![root];
    while let Some(at) = left.pop() {
        found.push(at);
        left.extend(tree.children(at).iter().rev());
    }
    found
}
