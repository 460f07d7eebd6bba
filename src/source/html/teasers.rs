//! A page of teasers: headings that lead elsewhere, with a line or two under each. An article's own headings lead nowhere,
//! or within the page.

use crate::source::{
    markup::{Node, Tree},
    prose::one_line,
};

/// The fewest headings that lead elsewhere.
const FEWEST: usize = 4;
/// The most letters of running text to each of them.
const TEASER: usize = 350;
/// From how many letters on words are running text.
const RUNNING: usize = 40;

/// How much of a heading's words is a link that leads elsewhere.
#[derive(Default)]
struct Heading {
    letters: usize,
    linked: usize,
}

/// A place, with what it stands in.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    is_link: bool,
    heading: Option<usize>,
}

/// Whether what stands below a place is teasers and little else.
pub(super) fn are_all(tree: &Tree, root: usize) -> bool {
    let mut headings: Vec<Heading> = Vec::new();
    let mut running = 0;
    let mut left = vec![Place {
        at: root,
        is_link: false,
        heading: None,
    }];
    while let Some(place) = left.pop() {
        let mut within = place;
        match tree.node(place.at) {
            Node::Text { text, .. } => {
                let letters = one_line(text).chars().count();
                if let Some(heading) = place.heading {
                    headings[heading].letters += letters;
                    headings[heading].linked += if place.is_link { letters } else { 0 };
                } else if !place.is_link && letters >= RUNNING {
                    running += letters;
                }
                continue;
            }
            Node::Element(element)
                if element.is_hidden() || element.is(&["nav", "footer", "form", "aside"]) =>
            {
                continue;
            }
            Node::Element(element) if element.is(&["h2", "h3", "h4", "h5", "h6"]) => {
                within.heading = Some(headings.len());
                headings.push(Heading::default());
            }
            Node::Element(element) if element.name == "a" => {
                let leads = |to: &str| !to.is_empty() && !to.starts_with('#');
                within.is_link |= element.attribute("href").is_some_and(leads);
            }
            Node::Element(_) => {}
        }
        let children = tree.children(place.at).iter();
        left.extend(children.map(|at| Place { at: *at, ..within }));
    }
    headings.retain(|heading| heading.letters > 0);
    let leads = |heading: &&Heading| heading.linked * 2 > heading.letters;
    let leading = headings.iter().filter(leads).count();
    let own = headings.len() - leading;
    leading >= FEWEST && leading >= own * 3 && running < leading * TEASER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::markup::parse;

    #[test]
    fn headings_that_lead_elsewhere_make_a_page_of_teasers() {
        let check = |html: &str, expected| {
            assert_eq!(are_all(&parse(html), Tree::ROOT), expected, "{html}");
        };
        let text = "<p>Vejvæsenet har haft folk på broen hver eneste nat siden i foråret.</p>";
        let linked = format!("<li><a href=\"/nyt/1\"><h3>Nyt om broen</h3></a>{text}</li>");
        check(&linked.repeat(4), true);
        check(&linked.repeat(3), false);
        let within = format!("<h3><a href=\"/nyt/1\">Nyt om broen</a></h3>{text}");
        check(&within.repeat(5), true);
        // An article may be led on from, and its headings may be led to.
        check(&format!("{}{}", text.repeat(40), linked.repeat(4)), false);
        let anchored = format!("<h3><a href=\"#a\">Sådan gjorde de</a></h3>{text}");
        check(&anchored.repeat(8), false);
        let edited = format!("<h3>Sådan gjorde de <a href=\"/ret\">[ret]</a></h3>{text}");
        check(&edited.repeat(8), false);
        check(&format!("<nav>{}</nav>{text}", within.repeat(8)), false);
        check("", false);
    }
}
