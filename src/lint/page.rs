//! The HTML part as its reader gets it: headings, links, pictures and words with their colours, in the order they stand.

use std::{cell::RefCell, collections::HashMap};

use html5ever::{
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{
        Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
    },
};

use super::colour::{Colour, Ground, dark_grounds, inline_ground};

/// How deep elements nest; what is deeper stands beside its parent.
const MAX_DEPTH: usize = 200;

/// Elements that never have content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements that run, ask or load, all of which mailboxes strip or distrust.
const ACTIVE: [&str; 14] = [
    "script", "form", "iframe", "object", "embed", "input", "button", "select", "textarea",
    "applet", "audio", "video", "base", "link",
];

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// 1 to 6.
    pub(super) level: u8,
    pub(super) text: String,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) address: String,
    /// The words shown.
    pub(super) text: String,
    /// The words said, where they are others.
    pub(super) said: Option<String>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) address: String,
    pub(super) alt: Option<String>,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

/// Words between two tags.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    pub(super) text: String,
    /// In light mode.
    pub(super) light: Ground,
    /// In dark mode.
    pub(super) dark: Ground,
}

/// What a reader gets of an HTML part.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) headings: Vec<Heading>,
    pub(super) links: Vec<Link>,
    pub(super) pictures: Vec<Picture>,
    pub(super) words: Vec<Words>,
    /// What runs, as it is written: `<form>`, `onclick`.
    pub(super) active: Vec<String>,
}

impl Page {
    /// Reads an HTML part; of rubbish what can be read.
    pub(super) fn read(html: &str) -> Self {
        let sink = Sink(RefCell::new(Reader {
            page: Page::default(),
            open: Vec::new(),
            dark: HashMap::new(),
            style: String::new(),
        }));
        let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        // It stops after each script, for a browser to run it.
        while !matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done) {}
        tokenizer.end();
        let mut page = tokenizer.sink.0.into_inner().page;
        for heading in &mut page.headings {
            heading.text = one_line(&heading.text);
        }
        for link in &mut page.links {
            link.text = one_line(&link.text);
        }
        for words in &mut page.words {
            words.text = one_line(&words.text);
        }
        page.words.retain(|words| !words.text.is_empty());
        page
    }
}

/// White space folded, soft hyphens dropped.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\u{ad}', "")
}

struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => reader.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return reader.start(&tag),
            Token::TagToken(tag) => reader.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// An element that is open.
#[derive(Debug, Clone)]
struct Open {
    name: String,
    light: Ground,
    dark: Ground,
    hidden: bool,
    heading: Option<usize>,
    link: Option<usize>,
}

struct Reader {
    page: Page,
    open: Vec<Open>,
    /// What the classes are coloured in dark mode.
    dark: HashMap<String, Ground>,
    style: String,
}

impl Reader {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let attribute = |wanted: &str| {
            tag.attrs
                .iter()
                .find(|attribute| *attribute.name.local == *wanted)
                .map(|attribute| attribute.value.to_string())
        };
        self.note_active(tag);
        let (heading, link) = (self.begin_heading(name), self.begin_link(name, &attribute));
        if name == "img" {
            let size = |key| attribute(key).and_then(|size| size.trim().parse().ok());
            self.page.pictures.push(Picture {
                address: attribute("src").unwrap_or_default(),
                alt: attribute("alt"),
                width: size("width"),
                height: size("height"),
            });
        }
        // Words after a tag are words of their own.
        self.part();
        let raw = match name {
            "script" => Some(RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => Some(RawKind::Rawtext),
            "title" | "textarea" => Some(RawKind::Rcdata),
            _ => None,
        };
        let closed = VOID.contains(&name) || tag.self_closing && raw.is_none();
        if !closed && self.open.len() < MAX_DEPTH {
            let parent = self.open.last();
            let style = attribute("style").unwrap_or_default();
            let own = inline_ground(&style, attribute("bgcolor").as_deref());
            let by_class = attribute("class")
                .unwrap_or_default()
                .split_whitespace()
                .filter_map(|class| self.dark.get(class))
                .fold(own, |ground, class| class.over(ground));
            let bare: String = style.to_ascii_lowercase().split_whitespace().collect();
            self.open.push(Open {
                name: name.to_owned(),
                light: own.over(parent.map_or_else(Ground::default, |open| open.light)),
                dark: by_class.over(parent.map_or_else(Ground::default, |open| open.dark)),
                hidden: parent.is_some_and(|open| open.hidden)
                    || bare.contains("display:none")
                    || raw.is_some()
                    || name == "head",
                heading: heading.or_else(|| parent.and_then(|open| open.heading)),
                link: link.or_else(|| parent.and_then(|open| open.link)),
            });
        }
        raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }

    fn note_active(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        if ACTIVE.contains(&name) {
            self.page.active.push(format!("<{name}>"));
        }
        for attribute in &tag.attrs {
            let key: &str = &attribute.name.local;
            let value = attribute.value.trim_start().to_ascii_lowercase();
            if key.starts_with("on") {
                self.page.active.push(key.to_owned());
            } else if matches!(key, "href" | "src" | "action" | "background")
                && ["javascript:", "vbscript:", "data:"]
                    .iter()
                    .any(|scheme| value.starts_with(scheme))
            {
                let scheme = value.split(':').next().unwrap_or_default();
                self.page.active.push(format!("{key}=\"{scheme}:\""));
            }
        }
    }

    fn begin_heading(&mut self, name: &str) -> Option<usize> {
        let level = match name.as_bytes() {
            [b'h', digit @ b'1'..=b'6'] => digit - b'0',
            _ => return None,
        };
        self.page.headings.push(Heading {
            level,
            text: String::new(),
        });
        Some(self.page.headings.len() - 1)
    }

    fn begin_link(
        &mut self,
        name: &str,
        attribute: &impl Fn(&str) -> Option<String>,
    ) -> Option<usize> {
        if name != "a" {
            return None;
        }
        self.page.links.push(Link {
            address: attribute("href")?,
            text: String::new(),
            said: attribute("aria-label"),
        });
        Some(self.page.links.len() - 1)
    }

    fn part(&mut self) {
        if self
            .page
            .words
            .last()
            .is_some_and(|words| !words.text.is_empty())
        {
            self.page.words.push(Words {
                text: String::new(),
                light: Ground::default(),
                dark: Ground::default(),
            });
        }
    }

    fn end(&mut self, name: &str) {
        self.part();
        if name == "style" {
            dark_grounds(&std::mem::take(&mut self.style), &mut self.dark);
        }
        // An end without a begin is passed over; one that crosses others closes them.
        if let Some(depth) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(depth);
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.open.last() else {
            return;
        };
        if open.name == "style" {
            self.style.push_str(text);
        }
        if open.hidden {
            return;
        }
        if let Some(heading) = open.heading {
            self.page.headings[heading].text.push_str(text);
        }
        if let Some(link) = open.link {
            self.page.links[link].text.push_str(text);
        }
        let (light, dark) = (open.light, open.dark);
        match self.page.words.last_mut() {
            Some(words) if !words.text.is_empty() => words.text.push_str(text),
            Some(words) => {
                *words = Words {
                    text: text.to_owned(),
                    light,
                    dark,
                };
            }
            None => self.page.words.push(Words {
                text: text.to_owned(),
                light,
                dark,
            }),
        }
    }
}

/// The colours of a page's words, each pair once: words on their ground.
pub(super) fn pairs(page: &Page, mode: impl Fn(&Words) -> Ground) -> Vec<(Colour, Colour, String)> {
    let mut pairs: Vec<(Colour, Colour, String)> = Vec::new();
    for words in &page.words {
        if let Ground {
            text: Some(text),
            under: Some(under),
        } = mode(words)
            && !pairs.iter().any(|(a, b, _)| (*a, *b) == (text, under))
        {
            pairs.push((text, under, words.text.clone()));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_gets_is_found() {
        let page = Page::read(
            "<title>no</title><style>p{}</style><body><h1 id=x><a href=\"https://a.example/?a=1&amp;b=2\">Navn\n&amp; by</a></h1>\
             <!--[if mso]><a href=\"x\">ghost</a><![endif]--><div style=\"display: none\">gemt</div>\
             <p>Et <b>to</b></p><img src=b.png alt=\"\" width=1 height=1><a href=y aria-label=\"Læs: Navn\">Læs</a>",
        );
        assert_eq!(
            page.headings,
            [Heading {
                level: 1,
                text: "Navn & by".into()
            }]
        );
        assert_eq!(page.links.len(), 2);
        assert_eq!(page.links[0].address, "https://a.example/?a=1&b=2");
        assert_eq!(page.links[1].said.as_deref(), Some("Læs: Navn"));
        assert_eq!(page.pictures[0].width, Some(1));
        let words: Vec<&str> = page.words.iter().map(|words| words.text.as_str()).collect();
        assert_eq!(words, ["Navn & by", "Et", "to", "Læs"]);
        assert!(page.active.is_empty());
    }

    #[test]
    fn what_runs_is_seen() {
        let page = Page::read(
            "<p onclick=x()>a</p><a href=\" JavaScript:x\">b</a><script>if(a<b)</script><form></form><img src=data:x>",
        );
        assert_eq!(
            page.active,
            [
                "onclick",
                "href=\"javascript:\"",
                "<script>",
                "<form>",
                "src=\"data:\""
            ]
        );
    }

    #[test]
    fn rubbish_is_read_as_far_as_it_goes() {
        for html in [
            "",
            "<",
            "</p></p>",
            "<a",
            "<h1><h1><h1>",
            "<style>@media(prefers-color-scheme:dark){.a{",
            "\u{0}\u{f8f1}<img>",
            &"<div>".repeat(50_000),
            &"<h9>x</h9><a href=>".repeat(1_000),
        ] {
            Page::read(html);
        }
    }
}
