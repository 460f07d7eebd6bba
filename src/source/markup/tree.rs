//! HTML as a tree: html5ever's tokens, nested by the few rules that matter for reading words.
//!
//! A browser's tree builder moves misplaced tags about, which takes time with the square of their depth. Here every
//! token is handled once, deep nesting is flattened, and past a bound the rest is text without elements.

use std::cell::RefCell;

use html5ever::{
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{
        Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
    },
};

/// How deep elements nest; what is deeper stands beside its parent.
const MAX_DEPTH: usize = 100;
/// How many nodes a tree has.
const MAX_NODES: usize = 200_000;

/// Elements that never have content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements whose content is not for reading.
const HIDDEN: [&str; 21] = [
    "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas",
    "audio", "video", "head", "title", "textarea", "select", "button", "noembed", "noframes",
    "xmp", "datalist", "map",
];

/// Elements that stand within a line.
const INLINE: [&str; 35] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "nobr", "o:p",
];

/// One node.
#[derive(Debug)]
pub(in crate::source) enum Node {
    /// An element.
    Element(Element),
    /// Words.
    Text {
        /// The words.
        text: String,
        /// The line they begin on, counted from 1.
        line: usize,
    },
}

/// One element.
#[derive(Debug, Default)]
pub(in crate::source) struct Element {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes; the first of two with one name.
    attributes: Vec<(String, String)>,
    /// The line it begins on, counted from 1.
    pub line: usize,
    children: Vec<usize>,
}

impl Element {
    /// An attribute's value.
    pub(in crate::source) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether it is one of these.
    pub(in crate::source) fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }

    /// Whether it stands within a line of text.
    pub(in crate::source) fn is_inline(&self) -> bool {
        self.is(&INLINE)
    }

    /// Whether its content is not for reading.
    pub(in crate::source) fn is_hidden(&self) -> bool {
        let style = self.attribute("style").unwrap_or_default();
        let style: String = style.to_ascii_lowercase().split_whitespace().collect();
        self.is(&HIDDEN)
            || self.attribute("hidden").is_some()
            || style.contains("display:none")
            || style.contains("visibility:hidden")
    }

    /// Its classes, id and role in lower case, for what they give away.
    pub(in crate::source) fn marks(&self) -> String {
        ["class", "id", "role", "itemprop"]
            .iter()
            .filter_map(|key| self.attribute(key))
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    }
}

/// All nodes; the first is a root without a name.
#[derive(Debug)]
pub(in crate::source) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// The root's place.
    pub(in crate::source) const ROOT: usize = 0;

    /// The node of a place.
    pub(in crate::source) fn node(&self, at: usize) -> &Node {
        // Places are given out by the tree alone and nodes are never taken away.
        &self.nodes[at]
    }

    /// The element of a place.
    pub(in crate::source) fn element(&self, at: usize) -> Option<&Element> {
        match self.node(at) {
            Node::Element(element) => Some(element),
            Node::Text { .. } => None,
        }
    }

    /// The places of an element's children.
    pub(in crate::source) fn children(&self, at: usize) -> &[usize] {
        self.element(at).map_or(&[], |element| &element.children)
    }

    /// The places of all elements, in the order they stand.
    pub(in crate::source) fn elements(&self) -> impl Iterator<Item = (usize, &Element)> {
        self.nodes
            .iter()
            .enumerate()
            .filter_map(|(at, node)| match node {
                Node::Element(element) => Some((at, element)),
                Node::Text { .. } => None,
            })
    }

    /// All the words under a place as they stand, hidden ones too: for `<title>` and `<script>`.
    pub(in crate::source) fn raw_text(&self, at: usize) -> String {
        let mut text = String::new();
        let mut left = vec![at];
        while let Some(at) = left.pop() {
            match self.node(at) {
                Node::Text { text: words, .. } => text.push_str(words),
                Node::Element(element) => left.extend(element.children.iter().rev()),
            }
        }
        text
    }
}

/// Parses a page or a stretch of one.
pub(in crate::source) fn parse(html: &str) -> Tree {
    let sink = Sink(RefCell::new(Builder {
        nodes: vec![Node::Element(Element::default())],
        open: vec![Tree::ROOT],
    }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // It stops after each script, for a browser to run it.
    while !matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done) {}
    tokenizer.end();
    Tree {
        nodes: tokenizer.sink.0.into_inner().nodes,
    }
}

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text, line),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                return builder.start(&tag, line);
            }
            Token::TagToken(tag) => builder.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct Builder {
    nodes: Vec<Node>,
    /// The elements that are open, outermost first; never empty.
    open: Vec<usize>,
}

impl Builder {
    fn add(&mut self, node: Node) -> Option<usize> {
        if self.nodes.len() >= MAX_NODES {
            return None;
        }
        let at = self.nodes.len();
        self.nodes.push(node);
        let parent = self.open.last().copied().unwrap_or(Tree::ROOT);
        if let Node::Element(parent) = &mut self.nodes[parent] {
            parent.children.push(at);
        }
        Some(at)
    }

    fn text(&mut self, text: &str, line: usize) {
        let parent = self.open.last().copied().unwrap_or(Tree::ROOT);
        let last = match &self.nodes[parent] {
            Node::Element(parent) => parent.children.last().copied(),
            Node::Text { .. } => None,
        };
        match last.map(|last| &mut self.nodes[last]) {
            Some(Node::Text { text: words, .. }) => words.push_str(text),
            _ => {
                // The tokenizer counts the line a token ends on.
                let line = line.saturating_sub(text.matches('\n').count()).max(1);
                self.add(Node::Text {
                    text: text.to_owned(),
                    line,
                });
            }
        }
    }

    fn start(&mut self, tag: &Tag, line: usize) -> TokenSinkResult<()> {
        let name = tag.name.to_string();
        self.close_implied(&name);
        let element = Element {
            attributes: tag
                .attrs
                .iter()
                .map(|attribute| {
                    (
                        attribute.name.local.to_string(),
                        attribute.value.to_string(),
                    )
                })
                .collect(),
            line,
            children: Vec::new(),
            name,
        };
        let raw = match element.name.as_str() {
            "script" => Some(RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" | "noscript" => {
                Some(RawKind::Rawtext)
            }
            "title" | "textarea" => Some(RawKind::Rcdata),
            _ => None,
        };
        // What stands in `<noscript>` is for those who run no scripts, as we do not: pictures loaded late lie there.
        let raw = raw.filter(|_| element.name != "noscript");
        let closed = VOID.contains(&element.name.as_str()) || tag.self_closing && raw.is_none();
        let at = self.add(Node::Element(element));
        if let Some(at) = at.filter(|_| !closed && self.open.len() < MAX_DEPTH) {
            self.open.push(at);
        }
        match raw {
            Some(kind) => TokenSinkResult::RawData(kind),
            None => TokenSinkResult::Continue,
        }
    }

    /// A paragraph ends where the next block begins, an entry where the next begins, and so on.
    fn close_implied(&mut self, name: &str) {
        let ends: (&[&str], &[&str]) = match name {
            "li" => (&["li", "p"], &["ul", "ol", "menu"]),
            "dt" | "dd" => (&["dt", "dd", "p"], &["dl"]),
            "tr" => (&["tr", "td", "th", "p"], &["table"]),
            "td" | "th" => (&["td", "th", "p"], &["tr", "table"]),
            "option" => (&["option"], &["select"]),
            _ if INLINE.contains(&name) || VOID.contains(&name) && name != "hr" => return,
            _ => (
                &["p"],
                &["table", "td", "th", "li", "blockquote", "div", "figure"],
            ),
        };
        let (closes, stops) = ends;
        let mut from = None;
        for (depth, at) in self.open.iter().enumerate().rev() {
            let Node::Element(element) = &self.nodes[*at] else {
                break;
            };
            if element.is(stops) {
                break;
            }
            if element.is(closes) {
                from = Some(depth);
            }
        }
        if let Some(depth) = from.filter(|depth| *depth > 0) {
            self.open.truncate(depth);
        }
    }

    fn end(&mut self, name: &str) {
        let open = self.open.iter().rposition(
            |at| matches!(&self.nodes[*at], Node::Element(element) if element.name == name),
        );
        // An end without a begin is passed over; one that crosses others closes them.
        if let Some(depth) = open.filter(|depth| *depth > 0) {
            self.open.truncate(depth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as `name(child child)`, text in quotes.
    fn shape(tree: &Tree, at: usize) -> String {
        let inner: Vec<String> = tree
            .children(at)
            .iter()
            .map(|at| shape(tree, *at))
            .collect();
        match tree.node(at) {
            Node::Text { text, .. } => format!("'{text}'"),
            Node::Element(element) => format!("{}({})", element.name, inner.join(" ")),
        }
    }

    #[test]
    fn tags_left_open_are_closed_where_they_must_be() {
        let check = |html: &str, expected: &str| {
            assert_eq!(
                shape(&parse(html), Tree::ROOT),
                format!("({expected})"),
                "{html}"
            );
        };
        check("<p>a<p>b", "p('a') p('b')");
        check("<p>a<ul><li>b<li>c</ul>d", "p('a') ul(li('b') li('c')) 'd'");
        check(
            "<table><tr><td>a<td>b<tr><td>c</table>",
            "table(tr(td('a') td('b')) tr(td('c')))",
        );
        check("<b>a<br/>b</b></i>", "b('a' br() 'b')");
        check("<p><b>a</p>b", "p(b('a')) 'b'");
        check(
            "<ul><li>a<ul><li>b</ul><li>c</ul>",
            "ul(li('a' ul(li('b'))) li('c'))",
        );
    }

    #[test]
    fn scripts_hold_their_text_and_do_not_stop_the_reading() {
        let tree = parse("<script>if (a<b) '<p>'</script>\n<p>x</p>");
        assert_eq!(
            shape(&tree, Tree::ROOT),
            "(script('if (a<b) '<p>'') '\n' p('x'))"
        );
        let lines: Vec<usize> = tree.elements().map(|(_, element)| element.line).collect();
        assert_eq!(lines, [0, 1, 2]);
    }

    #[test]
    fn monstrous_nesting_is_flat_and_quick() {
        for tag in [
            "<div>",
            "<b>",
            "<p><b>",
            "<ul><li>",
            "<table><tr><td>",
            "</p>",
            "<a x=1>",
        ] {
            let tree = parse(&tag.repeat(200_000));
            assert!(tree.elements().count() <= MAX_NODES);
        }
        let tree = parse(&format!("{}x", "<div>".repeat(1000)));
        assert_eq!(tree.raw_text(Tree::ROOT), "x");
    }
}
