//! A tree as what a reader sees of it: passages in their order, pictures, documents linked to.

use url::Url;

use super::{
    Node, Tree,
    chrome::is_chrome,
    gather,
    outward::{Picture, document_of, picture_of},
    tree::Element,
};
use crate::{
    domain::article::{Attachment, Block, BlockType},
    source::prose::one_line,
};

/// What is walked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Manner {
    /// The text of an entry: all of it is the entry's.
    Entry,
    /// A page: what stands around its text is passed over.
    Page,
}

/// One stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Passage {
    /// What it is by its mark-up, and its words.
    pub block: Block,
    /// The line it begins on.
    pub line: usize,
    /// Whether all of it is bold.
    pub bold: bool,
    /// How many of its characters are words of links.
    pub linked: usize,
}

/// What a tree says.
#[derive(Debug, Default)]
pub(in crate::source) struct Flow {
    /// The passages, in order.
    pub passages: Vec<Passage>,
    /// The pictures, in order.
    pub pictures: Vec<Picture>,
    /// The documents linked to.
    pub documents: Vec<Attachment>,
}

/// Walks through the tree below a place; relative addresses start at `base`.
pub(in crate::source) fn flow_of(
    tree: &Tree,
    at: usize,
    base: Option<&Url>,
    manner: Manner,
) -> Flow {
    let letters = match manner {
        Manner::Entry => 0,
        Manner::Page => letters(tree, Tree::ROOT),
    };
    Walker {
        tree,
        base,
        manner,
        letters,
        flow: Flow::default(),
        run: Run::default(),
        quotes: 0,
        bold: 0,
        links: 0,
        tables: 0,
    }
    .through(at)
}

/// The words of the open line.
#[derive(Default)]
struct Run {
    text: String,
    line: Option<usize>,
    /// Characters that are no blanks: all, those in bold, those of links.
    letters: usize,
    bold: usize,
    linked: usize,
}

struct Walker<'a> {
    tree: &'a Tree,
    base: Option<&'a Url>,
    manner: Manner,
    flow: Flow,
    run: Run,
    /// How many quotations, bold elements and links are open.
    quotes: usize,
    bold: usize,
    links: usize,
    /// How many tables are open: one within three others lays out a page.
    tables: usize,
    /// How many characters the whole page has.
    letters: usize,
}

/// How many characters stand below a place, hidden ones not counted.
fn letters(tree: &Tree, at: usize) -> usize {
    let mut count = 0;
    let mut left = vec![at];
    while let Some(at) = left.pop() {
        match tree.node(at) {
            Node::Text { text, .. } => count += text.trim().len(),
            Node::Element(element) if element.is_hidden() => {}
            Node::Element(_) => left.extend(tree.children(at)),
        }
    }
    count
}

impl<'a> Walker<'a> {
    fn through(mut self, at: usize) -> Flow {
        self.walk(at);
        self.flush(BlockType::Paragraph);
        self.flow
    }

    fn walk(&mut self, at: usize) {
        let tree = self.tree;
        for child in tree.children(at) {
            match tree.node(*child) {
                Node::Text { text, line } => self.words(text, *line),
                Node::Element(element) if self.is_passed_over(element, *child) => {}
                Node::Element(element) => self.element(element, *child),
            }
        }
    }

    fn words(&mut self, text: &str, line: usize) {
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        if letters > 0 && self.run.line.is_none() {
            let before = text.len() - text.trim_start().len();
            self.run.line = Some(line + text[..before].matches('\n').count());
        }
        self.run.letters += letters;
        self.run.bold += if self.bold > 0 { letters } else { 0 };
        self.run.linked += if self.links > 0 { letters } else { 0 };
        // A line end in the mark-up is a blank; `<br>` alone is a line end.
        self.run.text.push_str(&text.replace(['\n', '\r'], " "));
    }

    fn is_passed_over(&self, element: &Element, at: usize) -> bool {
        element.is_hidden()
            || element.is(&["nav", "form", "dialog"])
            || self.manner == Manner::Page && self.is_around(element, at)
    }

    /// Whether an element is around the text rather than of it. What holds the title or most of the page is of it,
    /// whatever it is called.
    fn is_around(&self, element: &Element, at: usize) -> bool {
        !is_fact_box(element)
            && is_chrome(element)
            && self.below(at, &["h1"]).is_empty()
            && letters(self.tree, at) * 2 < self.letters
    }

    fn element(&mut self, element: &Element, at: usize) {
        match element.name.as_str() {
            "br" => self.run.text.push('\n'),
            "img" => self.picture(element, None),
            "b" | "strong" => {
                self.bold += 1;
                self.walk(at);
                self.bold -= 1;
            }
            "a" => {
                self.document(element, at);
                self.links += 1;
                self.walk(at);
                self.links -= 1;
            }
            _ if element.is_inline() => self.walk(at),
            _ => {
                self.flush(BlockType::Paragraph);
                self.block(element, at);
            }
        }
    }

    fn block(&mut self, element: &Element, at: usize) {
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.walk(at);
                self.flush(BlockType::Heading);
            }
            "ul" | "ol" | "menu" => self.list(at),
            "dl" => self.definitions(at),
            "blockquote" => {
                self.quotes += 1;
                self.walk(at);
                self.flush(BlockType::Paragraph);
                self.quotes -= 1;
            }
            "table" if self.tables < 3 && self.is_of_data(at) => self.table(at),
            "table" => {
                self.tables += 1;
                self.walk(at);
                self.flush(BlockType::Paragraph);
                self.tables -= 1;
            }
            "figure" => self.figure(at),
            _ if is_fact_box(element) => self.fact(at),
            _ => {
                self.walk(at);
                self.flush(BlockType::Paragraph);
            }
        }
    }

    /// Ends the open line: the stretches between empty lines, and lines begun with a dash or bullet, stand alone.
    fn flush(&mut self, kind: BlockType) {
        let run = std::mem::take(&mut self.run);
        let kind = match kind {
            BlockType::Paragraph if self.quotes > 0 => BlockType::Quote,
            kind => kind,
        };
        let mut text = String::new();
        let mut parts = Vec::new();
        for line in run.text.split('\n').map(one_line) {
            let alone = line.starts_with(['•', '·', '–', '-', '◆', '▪'])
                && line.chars().nth(1) == Some(' ');
            if (line.is_empty() || alone) && !text.is_empty() {
                parts.push(std::mem::take(&mut text));
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&line);
        }
        parts.push(text);
        for text in parts.into_iter().filter(|text| !text.is_empty()) {
            self.flow.passages.push(Passage {
                block: Block::text(kind, text),
                line: run.line.unwrap_or(1),
                bold: run.bold > 0 && run.bold == run.letters,
                linked: run.linked,
            });
        }
    }

    fn list(&mut self, at: usize) {
        let mut entries = Entries::default();
        self.entries(at, &mut entries);
        if !entries.items.is_empty() {
            self.flow.passages.push(Passage {
                block: Block::items(BlockType::List, entries.items),
                line: entries.line.unwrap_or(1),
                bold: false,
                linked: entries.linked,
            });
        }
    }

    /// The entries of a list, those of lists within it after the entry they stand in.
    fn entries(&mut self, at: usize, entries: &mut Entries) {
        let tree = self.tree;
        for child in tree.children(at) {
            match tree.node(*child) {
                Node::Text { text, line } => self.words(text, *line),
                Node::Element(element) if self.is_passed_over(element, *child) => {}
                Node::Element(element) if element.is(&["ul", "ol", "li"]) => {
                    self.entry_done(entries);
                    self.entries(*child, entries);
                    self.entry_done(entries);
                }
                Node::Element(element) if element.is_inline() || element.is(&["img", "br"]) => {
                    self.element(element, *child);
                }
                Node::Element(_) => {
                    self.run.text.push(' ');
                    self.entries(*child, entries);
                    self.run.text.push(' ');
                }
            }
        }
        self.entry_done(entries);
    }

    fn entry_done(&mut self, entries: &mut Entries) {
        let run = std::mem::take(&mut self.run);
        let text = one_line(&run.text);
        if !text.is_empty() {
            entries.line = entries.line.or(run.line);
            entries.linked += run.linked;
            entries.items.push(text);
        }
    }

    /// `<dt>` with its `<dd>`s as one entry.
    fn definitions(&mut self, at: usize) {
        let mut items: Vec<String> = Vec::new();
        let mut begins = true;
        for (element, place) in self.below(at, &["dt", "dd"]) {
            let words = self.words_of(place);
            match items.last_mut().filter(|_| element.name == "dd") {
                Some(last) if begins => {
                    last.push_str(if last.ends_with(':') { " " } else { ": " });
                    last.push_str(&words);
                }
                Some(last) => {
                    last.push_str("; ");
                    last.push_str(&words);
                }
                None => items.push(words),
            }
            begins = element.name == "dt";
        }
        items.retain(|item| !item.is_empty());
        self.of_items(BlockType::List, items, at);
    }

    /// Whether a table holds data rather than the parts of a page: no table in it, and a row with two cells.
    fn is_of_data(&self, at: usize) -> bool {
        let inner = self.below(at, &["table"]);
        let rows = self.below(at, &["tr"]);
        let wide = |(_, row): &(&Element, usize)| self.below(*row, &["td", "th"]).len() >= 2;
        let blocks = self.below(at, &["p", "div", "ul", "h1", "h2", "h3"]).len();
        inner.is_empty() && rows.len() >= 2 && rows.iter().all(wide) && blocks <= rows.len() * 4
    }

    fn table(&mut self, at: usize) {
        let mut rows = Vec::new();
        for (_, row) in self.below(at, &["tr"]) {
            let cells: Vec<String> = self
                .below(row, &["td", "th"])
                .iter()
                .map(|(_, cell)| self.words_of(*cell))
                .collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(cells.join(" | "));
            }
        }
        self.of_items(BlockType::Table, rows, at);
    }

    fn of_items(&mut self, kind: BlockType, items: Vec<String>, at: usize) {
        if !items.is_empty() {
            self.flow.passages.push(Passage {
                block: Block::items(kind, items),
                line: self.line_of(at),
                bold: false,
                linked: 0,
            });
        }
    }

    /// A picture with its caption; a figure without one is walked through.
    fn figure(&mut self, at: usize) {
        let captions = self.below(at, &["figcaption"]);
        let caption = captions
            .first()
            .map(|(_, caption)| self.words_of(*caption))
            .filter(|caption| !caption.is_empty());
        match self.below(at, &["img"]).first() {
            Some((image, _)) => self.picture(image, caption),
            None => {
                self.walk(at);
                self.flush(BlockType::Paragraph);
            }
        }
    }

    fn picture(&mut self, image: &Element, caption: Option<String>) {
        let Some(picture) = picture_of(image, self.base, self.manner, caption) else {
            return;
        };
        let says = picture.caption.clone().or_else(|| picture.alt.clone());
        if let Some(text) = says.filter(|_| self.run.letters == 0) {
            self.flow.passages.push(Passage {
                block: Block::text(BlockType::Image, text),
                line: picture.line,
                bold: false,
                linked: 0,
            });
        }
        self.flow.pictures.push(picture);
    }

    /// A box of facts: its heading, or its first line where that is bold, names it.
    fn fact(&mut self, at: usize) {
        let inner = Walker {
            flow: Flow::default(),
            run: Run::default(),
            quotes: 0,
            bold: 0,
            links: 0,
            ..*self
        }
        .through(at);
        self.flow.pictures.extend(inner.pictures);
        self.flow.documents.extend(inner.documents);
        let mut passages = inner.passages.into_iter().peekable();
        let line = passages.peek().map_or(1, |passage| passage.line);
        let named = passages
            .peek()
            .is_some_and(|first| first.block.kind == BlockType::Heading || first.bold);
        let title = named.then(|| passages.next()).flatten();
        let items: Vec<String> = passages
            .filter(|passage| passage.block.kind != BlockType::Image)
            .flat_map(|passage| match passage.block {
                Block { text, items, .. } if items.is_empty() => vec![text],
                Block { items, .. } => items,
            })
            .collect();
        let text = title.map_or_else(|| "Fakta".to_owned(), |title| title.block.text);
        if !items.is_empty() {
            self.flow.passages.push(Passage {
                block: Block {
                    kind: BlockType::Fact,
                    text,
                    items,
                },
                line,
                bold: false,
                linked: 0,
            });
        }
    }

    /// A link to a document is the document. Where its relative address starts nowhere it has none.
    fn document(&mut self, link: &Element, at: usize) {
        let Some(href) = link.attribute("href") else {
            return;
        };
        let Some(attachment) = document_of(href, self.base, &self.words_of(at)) else {
            return;
        };
        let known =
            |other: &Attachment| (&other.url, &other.title) == (&attachment.url, &attachment.title);
        if !self.flow.documents.iter().any(known) {
            self.flow.documents.push(attachment);
        }
    }

    /// The elements of these names below a place, outermost only, in order.
    fn below(&self, at: usize, names: &[&str]) -> Vec<(&'a Element, usize)> {
        let mut found = Vec::new();
        let mut left: Vec<usize> = self.tree.children(at).iter().rev().copied().collect();
        while let Some(at) = left.pop() {
            let Some(element) = self.tree.element(at) else {
                continue;
            };
            if element.is_hidden() {
            } else if element.is(names) {
                found.push((element, at));
            } else {
                left.extend(self.tree.children(at).iter().rev());
            }
        }
        found
    }

    fn words_of(&self, at: usize) -> String {
        let mut text = String::new();
        gather(self.tree, at, &mut text);
        one_line(&text)
    }

    fn line_of(&self, at: usize) -> usize {
        self.tree.element(at).map_or(1, |element| element.line)
    }
}

#[derive(Default)]
struct Entries {
    items: Vec<String>,
    line: Option<usize>,
    linked: usize,
}

/// Whether an element is a box of facts by its name for style sheets.
fn is_fact_box(element: &Element) -> bool {
    let marks = element.marks();
    element.is(&["aside", "div", "section"])
        && [
            "faktaboks",
            "fakta-boks",
            "factbox",
            "fact-box",
            "fakta",
            "infobox",
        ]
        .iter()
        .any(|word| marks.split_whitespace().any(|mark| mark.contains(word)))
}
