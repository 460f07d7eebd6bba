//! A Markdown body as plain-text blocks. Raw HTML is never kept as tags: it is cleaned down to its words.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::prose::{is_spoken, one_line};
use crate::domain::article::{Block, BlockType};

/// The first level-one heading and its line within the body, counted from 1.
pub(super) struct Title {
    pub(super) text: String,
    pub(super) line: usize,
}

/// HTML elements whose content is no text either.
const HIDDEN: [&str; 6] = [
    "script", "style", "iframe", "template", "noscript", "object",
];

/// HTML elements that begin a new line.
const BREAKING: [&str; 27] = [
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "td",
    "th",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "figure",
    "figcaption",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// The most tags a stretch of raw HTML may have: cleaning takes time with the square of their depth.
const MAX_TAGS: usize = 2_000;

/// The body's blocks, in order, and how many stretches of raw HTML were too large to clean and are left out.
pub(super) fn blocks(text: &str) -> (Vec<Block>, usize) {
    let mut builder = Builder::default();
    for event in parser(text) {
        builder.take(event);
    }
    (builder.blocks, builder.left_out)
}

/// The first level-one heading.
pub(super) fn first_title(text: &str) -> Option<Title> {
    let mut open: Option<Title> = None;
    for (event, range) in parser(text).into_offset_iter() {
        match (event, &mut open) {
            (
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H1,
                    ..
                }),
                _,
            ) => {
                let line = 1 + text[..range.start].matches('\n').count();
                open = Some(Title {
                    text: String::new(),
                    line,
                });
            }
            (Event::End(TagEnd::Heading(_)), Some(_)) => {
                return open.map(|title| Title {
                    text: one_line(&title.text),
                    ..title
                });
            }
            (Event::Text(words) | Event::Code(words), Some(title)) => title.text.push_str(&words),
            (Event::SoftBreak | Event::HardBreak, Some(title)) => title.text.push(' '),
            _ => {}
        }
    }
    None
}

/// What a list or quotation holds while it is open.
#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    left_out: usize,
    /// The running text of the innermost block.
    text: String,
    /// Lists open, and the entries met.
    lists: usize,
    items: Vec<String>,
    /// Quotations open, and what was met in them.
    quotes: usize,
    quoted: Vec<String>,
    /// The words set in bold at the very begin of a quotation.
    label: Option<String>,
    in_label: bool,
    /// Rows of the open table.
    rows: Vec<String>,
    cells: Vec<String>,
    /// The raw HTML of the open block.
    html: Option<String>,
    /// The hidden element an inline tag opened.
    hidden: Option<&'static str>,
    /// The caption of a picture, and whether the paragraph has words of its own.
    images: Vec<String>,
    in_image: bool,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words)
            | Event::Code(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words) => {
                self.words(&words);
            }
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            Event::Html(raw) => match &mut self.html {
                Some(html) => html.push_str(&raw),
                None => self.html = Some(raw.into_string()),
            },
            Event::InlineHtml(raw) => self.inline_html(&raw),
            Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.hidden.is_some() {
            return;
        }
        match self.images.last_mut() {
            Some(caption) if self.in_image => caption.push_str(words),
            _ => self.text.push_str(words),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::List(_) => {
                // Words of an entry stand before the list nested in it.
                self.entry_done();
                self.lists += 1;
            }
            Tag::Item => self.text.clear(),
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::Strong => {
                let at_begin = self.quotes == 1 && self.quoted.is_empty() && self.items.is_empty();
                self.in_label = at_begin && self.label.is_none() && self.text.trim().is_empty();
            }
            Tag::Image { title, .. } => {
                // The title says what the picture is; where there is none the alternative text does.
                self.in_image = title.is_empty();
                if !self.in_image {
                    self.hidden = Some("image");
                }
                self.images.push(title.to_string());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::HtmlBlock => {
                let raw = self.html.take().unwrap_or_default();
                if raw.matches('<').count() > MAX_TAGS {
                    self.left_out += 1;
                } else {
                    for line in html_lines(&raw) {
                        self.paragraph(&line);
                    }
                }
            }
            TagEnd::Image => {
                self.in_image = false;
                if self.hidden == Some("image") {
                    self.hidden = None;
                }
            }
            TagEnd::Strong if self.in_label => {
                self.in_label = false;
                let label = one_line(&self.text);
                if label.to_lowercase().starts_with("fakta") {
                    self.label = Some(label.trim_end_matches(':').to_owned());
                    self.text.clear();
                }
            }
            TagEnd::Heading(_) => self.block(BlockType::Heading),
            TagEnd::Paragraph | TagEnd::CodeBlock => self.paragraph_end(),
            TagEnd::Item => self.entry_done(),
            TagEnd::List(_) => {
                self.lists = self.lists.saturating_sub(1);
                if self.lists == 0 && self.quotes == 0 {
                    let items = std::mem::take(&mut self.items);
                    self.list(items);
                }
            }
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                if self.quotes == 0 {
                    self.quote_done();
                }
            }
            TagEnd::TableCell => {
                let cell = one_line(&std::mem::take(&mut self.text));
                self.cells.push(cell);
            }
            TagEnd::TableRow | TagEnd::TableHead => {
                self.rows.push(std::mem::take(&mut self.cells).join(" | "));
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.blocks.push(Block::items(BlockType::Table, rows));
            }
            _ => {}
        }
    }

    fn paragraph_end(&mut self) {
        // An unclosed hidden element ends with its paragraph.
        self.hidden = None;
        if self.lists > 0 {
            self.text.push(' ');
            return;
        }
        let text = std::mem::take(&mut self.text);
        self.paragraph(&text);
        for caption in std::mem::take(&mut self.images) {
            let caption = one_line(&caption);
            if self.quotes == 0 && !caption.is_empty() {
                self.blocks.push(Block::text(BlockType::Image, caption));
            }
        }
    }

    fn paragraph(&mut self, text: &str) {
        let text = one_line(text);
        if text.is_empty() {
        } else if self.lists > 0 {
            self.text.push_str(&text);
        } else if self.quotes > 0 {
            self.quoted.push(text);
        } else {
            self.blocks.push(Block::text(BlockType::Paragraph, text));
        }
    }

    fn block(&mut self, kind: BlockType) {
        let text = one_line(&std::mem::take(&mut self.text));
        if text.is_empty() {
        } else if self.quotes > 0 || self.lists > 0 {
            self.paragraph(&text);
        } else {
            self.blocks.push(Block::text(kind, text));
        }
    }

    fn entry_done(&mut self) {
        let text = one_line(&std::mem::take(&mut self.text));
        self.images.clear();
        if self.lists > 0 && !text.is_empty() {
            if self.quotes > 0 {
                &mut self.quoted
            } else {
                &mut self.items
            }
            .push(text);
        }
    }

    /// A single entry that gives its words to a speaker is a quotation with a dialogue dash.
    fn list(&mut self, items: Vec<String>) {
        match &items[..] {
            [] => {}
            [only] if is_spoken(only) => self
                .blocks
                .push(Block::text(BlockType::Quote, only.clone())),
            _ => self.blocks.push(Block::items(BlockType::List, items)),
        }
    }

    fn quote_done(&mut self) {
        let quoted = std::mem::take(&mut self.quoted);
        match self.label.take() {
            Some(text) => self.blocks.push(Block {
                kind: BlockType::Fact,
                text,
                items: quoted,
            }),
            None => self.blocks.extend(
                quoted
                    .into_iter()
                    .map(|text| Block::text(BlockType::Quote, text)),
            ),
        }
    }

    fn inline_html(&mut self, raw: &str) {
        let name = tag_name(raw);
        match self.hidden {
            Some(open) if raw.starts_with("</") && name == open => self.hidden = None,
            Some(_) => {}
            None if !raw.starts_with("</") => {
                self.hidden = HIDDEN.into_iter().find(|hidden| *hidden == name);
                if BREAKING.contains(&name.as_str()) {
                    self.text.push(' ');
                }
            }
            None => {}
        }
    }
}

fn tag_name(raw: &str) -> String {
    raw.trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The words of raw HTML, a line for each of its blocks.
fn html_lines(raw: &str) -> Vec<String> {
    let mut broken = String::with_capacity(raw.len());
    for (at, part) in raw.split('<').enumerate() {
        if at > 0 {
            if BREAKING.contains(&tag_name(part).as_str()) {
                broken.push('\n');
            }
            broken.push('<');
        }
        broken.push_str(part);
    }
    let clean = ammonia::Builder::empty()
        .clean_content_tags(HIDDEN.into_iter().collect())
        .clean(&broken)
        .to_string();
    let text = clean
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    text.lines()
        .map(one_line)
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(BlockType, &str, &[&str])]) {
        let expected: Vec<Block> = expected
            .iter()
            .map(|(kind, text, items)| Block {
                kind: *kind,
                text: (*text).to_owned(),
                items: items.iter().map(|item| (*item).to_owned()).collect(),
            })
            .collect();
        assert_eq!(blocks(text).0, expected, "{text}");
    }

    #[test]
    fn markdown_becomes_plain_blocks_in_order() {
        use BlockType::{Fact, Heading, Image, List, Paragraph, Quote, Table};
        check(
            "Et *kort*\nafsnit med [link](https://a.example).\n\n## Mere\n",
            &[
                (Paragraph, "Et kort afsnit med link.", &[]),
                (Heading, "Mere", &[]),
            ],
        );
        check(
            "- en\n- to\n  - under **to**\n- tre\n",
            &[(List, "", &["en", "to", "under to", "tre"])],
        );
        check(
            "1. en\n\n   mere\n2. to\n",
            &[(List, "", &["en mere", "to"])],
        );
        check(
            "- Det går godt, siger Ida Holm.\n",
            &[(Quote, "Det går godt, siger Ida Holm.", &[])],
        );
        check(
            "> Sagt er sagt.\n>\n> To gange.\n",
            &[(Quote, "Sagt er sagt.", &[]), (Quote, "To gange.", &[])],
        );
        check(
            "> **Fakta om broen**\n>\n> Den er lang.\n> - 40 meter\n",
            &[(Fact, "Fakta om broen", &["Den er lang.", "40 meter"])],
        );
        check(
            "> **Fakta:** Den er lang.\n",
            &[(Fact, "Fakta", &["Den er lang."])],
        );
        check("> **Nej** sagde hun.\n", &[(Quote, "Nej sagde hun.", &[])]);
        check(
            "![En bro](https://a.example/b.jpg)\n",
            &[(Image, "En bro", &[])],
        );
        check(
            "![En bro](b.jpg \"Broen i maj\")\n",
            &[(Image, "Broen i maj", &[])],
        );
        check(
            "| a | b |\n|---|---|\n| 1 | *2* |\n",
            &[(Table, "", &["a | b", "1 | 2"])],
        );
        check("    kode\n", &[(Paragraph, "kode", &[])]);
    }

    #[test]
    fn raw_html_leaves_its_words_and_scripts_leave_nothing() {
        use BlockType::Paragraph;
        check(
            "<div><p>Et &amp; to</p><p>tre</p></div>\n",
            &[(Paragraph, "Et & to", &[]), (Paragraph, "tre", &[])],
        );
        check(
            "<script>\nalert(1)\n\nalert(2)\n</script>\n\nTekst",
            &[(Paragraph, "Tekst", &[])],
        );
        check("<style>p{}</style>\n", &[]);
        check(
            "Før <script>alert(1)</script>efter <b>fed</b>.",
            &[(Paragraph, "Før efter fed.", &[])],
        );
        check(
            "Før <script>alert(1)\n\nNæste",
            &[(Paragraph, "Før", &[]), (Paragraph, "Næste", &[])],
        );
        check("<img src=x onerror=alert(1)>\n", &[]);
        assert_eq!(blocks(&"<div>".repeat(100_000)), (vec![], 1));
        check("<!-- note -->\n\nTekst", &[(Paragraph, "Tekst", &[])]);
    }
}
