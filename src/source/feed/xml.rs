//! XML as a tree of bounded size, read the way feeds are written: with bare ampersands, characters named as in HTML, and
//! prefixes nobody declared. No document type is obeyed: entities it defines are left as they stand, and nothing is
//! fetched for it.

use std::sync::Arc;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use url::Url;

use crate::source::markup;

/// How deep elements nest.
const MAX_DEPTH: usize = 200;
/// How many elements a document has.
const MAX_ELEMENTS: usize = 200_000;

/// How many prefixes are declared at a time.
const MAX_SPACES: usize = 500;

/// Whose word an element's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS's own, or nobody's.
    Plain,
    /// Atom 1.0 (RFC 4287) and 0.3.
    Atom,
    /// RSS 1.0's `content:encoded`.
    Content,
    /// Dublin Core, elements and terms.
    Dc,
    /// Media RSS.
    Media,
    /// RDF.
    Rdf,
    /// Another.
    Other,
}

/// One element.
#[derive(Debug)]
pub(super) struct Element {
    /// Whose word its name is.
    pub(super) space: Space,
    /// Its name without the prefix.
    pub(super) name: String,
    /// The line it begins on, counted from 1.
    pub(super) line: usize,
    /// Where relative addresses in it start: `xml:base` of it and those around it (XML Base § 3).
    pub(super) base: Option<Arc<Url>>,
    attributes: Vec<(String, String)>,
    nodes: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

/// Why a text is no XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// The line.
    pub(super) line: usize,
    /// The reason, with its remedy.
    pub(super) reason: String,
}

/// Parses a document and gives its outermost element; relative addresses start at `base`.
pub(super) fn parse(text: &str, base: Option<&Url>) -> Result<Element, Broken> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.check_end_names = true;
    let mut builder = Builder {
        text,
        counted: (0, 1),
        base: base.cloned().map(Arc::new),
        spaces: Vec::new(),
        open: Vec::new(),
        elements: 0,
    };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(at);
            builder.broken(at, &error)
        })?;
        match event {
            Event::Start(tag) => builder.start(&tag, at)?,
            Event::Empty(tag) => {
                builder.start(&tag, at)?;
                if let Some(root) = builder.end() {
                    return Ok(root);
                }
            }
            Event::End(_) => {
                if let Some(root) = builder.end() {
                    return Ok(root);
                }
            }
            Event::Text(words) => builder.words(&words.into_inner()),
            Event::CData(words) => builder.words(&words.into_inner()),
            Event::GeneralRef(named) => {
                let name = named.into_inner();
                let character = character(&name);
                builder.words(&character.unwrap_or_else(|| format!("&{name};")));
            }
            Event::Eof => return Err(builder.cut_off()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// What `&name;` stands for. Names that a document type defines are not known: they could be a bomb.
fn character(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // Feeds number characters by windows-1252 as browsers do: `&#150;`.
        return match code {
            0x80..=0x9f => {
                let byte = [u8::try_from(code).ok()?];
                Some(encoding_rs::WINDOWS_1252.decode(&byte).0.into_owned())
            }
            _ => char::from_u32(code).map(String::from),
        };
    }
    match name {
        "amp" => Some("&".into()),
        "lt" => Some("<".into()),
        "gt" => Some(">".into()),
        "quot" => Some("\"".into()),
        "apos" => Some("'".into()),
        _ => markup::character(name),
    }
}

/// A value with its references resolved.
fn unescaped(raw: &str) -> String {
    let Some((before, mut rest)) = raw.split_once('&') else {
        return raw.to_owned();
    };
    let mut text = before.to_owned();
    loop {
        let known = rest
            .split_once(';')
            .filter(|(name, _)| name.len() <= 32)
            .and_then(|(name, after)| Some((character(name)?, after)));
        match known {
            Some((words, after)) => {
                text.push_str(&words);
                rest = after;
            }
            None => text.push('&'),
        }
        match rest.split_once('&') {
            Some((words, after)) => {
                text.push_str(words);
                rest = after;
            }
            None => {
                text.push_str(rest);
                return text;
            }
        }
    }
}

struct Builder<'a> {
    text: &'a str,
    /// The octets and lines counted so far.
    counted: (usize, usize),
    base: Option<Arc<Url>>,
    /// The prefixes declared, each with the depth it was declared at.
    spaces: Vec<(usize, String, Space)>,
    open: Vec<Element>,
    elements: usize,
}

impl Builder<'_> {
    fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), Broken> {
        let line = self.line(at);
        let broken = |reason: String| Broken { line, reason };
        self.elements += 1;
        if self.open.len() >= MAX_DEPTH
            || self.elements > MAX_ELEMENTS
            || self.spaces.len() > MAX_SPACES
        {
            return Err(broken(format!(
                "has elements more than {MAX_DEPTH} deep or more than {MAX_ELEMENTS} of them, which no feed has; its publisher must mend it"
            )));
        }
        let mut attributes = Vec::new();
        let depth = self.open.len();
        for attribute in tag.html_attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
                return Err(broken(
                    "has a tag that is not well-formed; its publisher must mend it".into(),
                ));
            };
            let (key, value) = (attribute.key.as_ref(), unescaped(&attribute.value));
            match key.strip_prefix("xmlns") {
                Some("") => self.spaces.push((depth, String::new(), space_of(&value))),
                Some(prefix) if prefix.starts_with(':') => {
                    self.spaces
                        .push((depth, prefix[1..].to_owned(), space_of(&value)));
                }
                _ => attributes.push((key.to_owned(), value)),
            }
        }
        let name = tag.name();
        let (prefix, local) = match name.as_ref().split_once(':') {
            Some((prefix, local)) => (prefix, local),
            None => ("", name.as_ref()),
        };
        let around = self.open.last().map_or(&self.base, |parent| &parent.base);
        let base = match attributes.iter().find(|(key, _)| key == "xml:base") {
            // One that is no address says nothing.
            Some((_, own)) => joined(around.as_deref(), own)
                .map(Arc::new)
                .or_else(|| around.clone()),
            None => around.clone(),
        };
        self.open.push(Element {
            space: self.space(prefix),
            name: local.to_owned(),
            line,
            base,
            attributes,
            nodes: Vec::new(),
        });
        Ok(())
    }

    fn space(&self, prefix: &str) -> Space {
        let declared = self
            .spaces
            .iter()
            .rev()
            .find(|(_, known, _)| known == prefix);
        match declared {
            Some((_, _, space)) => *space,
            None => match prefix {
                "" => Space::Plain,
                "atom" | "a10" => Space::Atom,
                "content" => Space::Content,
                "dc" | "dcterms" => Space::Dc,
                "media" => Space::Media,
                "rdf" => Space::Rdf,
                _ => Space::Other,
            },
        }
    }

    /// Closes the innermost element; gives it when it was the outermost too.
    fn end(&mut self) -> Option<Element> {
        let element = self.open.pop()?;
        let depth = self.open.len();
        while self.spaces.last().is_some_and(|(at, _, _)| *at >= depth) {
            self.spaces.pop();
        }
        match self.open.last_mut() {
            Some(parent) => {
                parent.nodes.push(Node::Element(element));
                None
            }
            None => Some(element),
        }
    }

    fn words(&mut self, words: &str) {
        // What stands before the outermost element is no part of it.
        let Some(element) = self.open.last_mut() else {
            return;
        };
        match element.nodes.last_mut() {
            Some(Node::Text(text)) => text.push_str(words),
            _ => element.nodes.push(Node::Text(words.to_owned())),
        }
    }

    /// The line of a place, which is never before the last asked for.
    fn line(&mut self, at: usize) -> usize {
        let (from, line) = self.counted;
        let at = at.clamp(from, self.text.len());
        let more = self.text.as_bytes()[from..at]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        self.counted = (at, line + more);
        line + more
    }

    fn broken(&mut self, at: usize, error: &quick_xml::Error) -> Broken {
        if matches!(error, quick_xml::Error::Syntax(_)) {
            return self.cut_off();
        }
        Broken {
            line: self.line(at),
            reason: format!("is not well-formed XML ({error}); its publisher must mend it"),
        }
    }

    fn cut_off(&mut self) -> Broken {
        let reason = match self.open.last() {
            Some(element) => format!(
                "breaks off within `<{}>`: it was not sent whole; fetch it again",
                element.name
            ),
            None => "has no XML element at all, so it is no feed; look at it in a browser".into(),
        };
        Broken {
            line: self.line(self.text.len()),
            reason,
        }
    }
}

fn joined(base: Option<&Url>, address: &str) -> Option<Url> {
    match base {
        Some(base) => base.join(address.trim()).ok(),
        None => Url::parse(address.trim()).ok(),
    }
}

fn space_of(uri: &str) -> Space {
    match uri.trim().trim_end_matches(['/', '#']) {
        "" => Space::Plain,
        "http://www.w3.org/2005/Atom" | "http://purl.org/atom/ns" => Space::Atom,
        "http://purl.org/rss/1.0/modules/content" => Space::Content,
        "http://purl.org/dc/elements/1.1"
        | "http://purl.org/dc/elements/1.0"
        | "http://purl.org/dc/terms" => Space::Dc,
        "http://search.yahoo.com/mrss" => Space::Media,
        "http://www.w3.org/1999/02/22-rdf-syntax-ns" => Space::Rdf,
        // RSS has been given many names; it is the only vocabulary that is ever the default one of `<rss>`.
        uri if uri.contains("purl.org/rss/1.0") && !uri.contains("modules")
            || uri.contains("netscape.com/rdf/simple")
            || uri.contains("channel.netscape.com")
            || uri.contains("backend.userland.com")
            || uri.contains("blogs.law.harvard.edu")
            || uri.contains("cyber.law.harvard.edu") =>
        {
            Space::Plain
        }
        _ => Space::Other,
    }
}

impl Element {
    /// Whether it is this one.
    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name.eq_ignore_ascii_case(name)
    }

    /// The elements in it.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of one name in it.
    pub(super) fn all<'a>(&'a self, space: Space, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children().filter(move |child| child.is(space, name))
    }

    /// The first element of one name in it.
    pub(super) fn first<'a>(&'a self, space: Space, name: &'a str) -> Option<&'a Self> {
        self.all(space, name).next()
    }

    /// An attribute's value; of those with a prefix by the whole name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Its own words; `None` when there are none.
    pub(super) fn text(&self) -> Option<String> {
        let text: String = self
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect();
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }

    /// What is in it as HTML again: for text that is marked up in the feed's own XML.
    pub(super) fn inner_html(&self) -> String {
        let mut html = String::new();
        self.write_inner(&mut html);
        html
    }

    fn write_inner(&self, html: &mut String) {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        for node in &self.nodes {
            match node {
                Node::Text(text) => html.push_str(&escaped(text)),
                Node::Element(element) => {
                    html.push_str(&format!("<{}", element.name));
                    for (key, value) in &element.attributes {
                        let value = escaped(value).replace('"', "&quot;");
                        html.push_str(&format!(" {key}=\"{value}\""));
                    }
                    html.push('>');
                    element.write_inner(html);
                    html.push_str(&format!("</{}>", element.name));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> String {
        parse(xml, None).unwrap().text().unwrap_or_default()
    }

    #[test]
    fn characters_are_read_whatever_way_they_are_named() {
        let check = |inner: &str, expected: &str| {
            assert_eq!(text_of(&format!("<a>{inner}</a>")), expected, "{inner}");
        };
        check("R&oslash;dgr&oslash;d &amp; fl&aring;de", "Rødgrød & flåde");
        check("5&nbsp;kr.", "5\u{a0}kr.");
        check("&#248;&#xE5;&#150;", "øå–");
        check(
            "Børn & unge, A&B; og &ukendt;",
            "Børn & unge, A&B; og &ukendt;",
        );
        check("<![CDATA[<b>fed</b> &amp;]]>", "<b>fed</b> &amp;");
        check(
            "&#0;&#xD800;x",
            "&#0;&#xD800;x".replace("&#0;", "\0").as_str(),
        );
    }

    #[test]
    fn a_bomb_and_an_outside_entity_are_harmless() {
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "ha"><!ENTITY d SYSTEM "file:///etc/hostname">]><a>&b;&d;</a>"#;
        assert_eq!(text_of(bomb), "&b;&d;");
    }

    #[test]
    fn what_breaks_off_is_told_with_the_line_where_it_does() {
        let check = |xml: &str, line: usize, words: &str| {
            let broken = parse(xml, None).unwrap_err();
            assert!(broken.reason.contains(words), "{xml}: {}", broken.reason);
            assert_eq!(broken.line, line, "{xml}");
        };
        check("<a>\n<b>x", 2, "breaks off within `<b>`");
        check("<a>\n<b>x</b>\n<c", 3, "breaks off within `<a>`");
        check("<a>\n<b><![CDATA[x", 2, "breaks off within `<b>`");
        check("<a>\n<b>x</c></a>", 2, "not well-formed");
        check("ingenting", 1, "no XML element");
        check(&"<a>".repeat(1000), 1, "deep");
    }

    #[test]
    fn addresses_start_where_the_nearest_base_says() {
        let xml = r#"<a xml:base="/x/"><b xml:base="y/"><c/></b><d/></a>"#;
        let start: Url = "https://a.example/feed".parse().unwrap();
        let root = parse(xml, Some(&start)).unwrap();
        let b = root.first(Space::Plain, "b").unwrap();
        let base = |element: &Element| element.base.as_deref().unwrap().to_string();
        assert_eq!(
            base(b.first(Space::Plain, "c").unwrap()),
            "https://a.example/x/y/"
        );
        assert_eq!(
            base(root.first(Space::Plain, "d").unwrap()),
            "https://a.example/x/"
        );
    }

    #[test]
    fn a_prefix_is_known_by_its_declaration_and_by_custom() {
        let xml = r#"<a xmlns:m="http://search.yahoo.com/mrss/"><m:b/><dc:c/><media:d/><x xmlns="http://www.w3.org/1999/xhtml"/><e/></a>"#;
        let root = parse(xml, None).unwrap();
        let spaces: Vec<Space> = root.children().map(|child| child.space).collect();
        assert_eq!(
            spaces,
            [
                Space::Media,
                Space::Dc,
                Space::Media,
                Space::Other,
                Space::Plain
            ]
        );
    }
}
