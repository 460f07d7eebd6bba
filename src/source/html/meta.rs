//! What a page says of itself in its meta elements: OpenGraph, Dublin Core, the plain ones, and the canonical link.

use std::collections::HashMap;

use crate::source::{
    markup::{self, Tree},
    prose::label_line,
};

/// The meta elements by their names in lower case, each value in turn.
#[derive(Debug, Default)]
pub(super) struct Meta {
    values: HashMap<String, Vec<String>>,
    /// `<link rel="canonical">`.
    pub(super) canonical: Option<String>,
    /// `<title>`.
    pub(super) title: Option<String>,
    /// `<base href>`.
    pub(super) base: Option<String>,
}

/// Reads the meta elements.
pub(super) fn read(tree: &Tree) -> Meta {
    let mut meta = Meta::default();
    for (at, element) in tree.elements() {
        match element.name.as_str() {
            "meta" => {
                let name = element
                    .attribute("property")
                    .or_else(|| element.attribute("name"));
                let content = element.attribute("content").map(markup::words);
                if let (Some(name), Some(content)) = (name, content)
                    && !content.is_empty()
                {
                    let values = meta
                        .values
                        .entry(name.trim().to_ascii_lowercase())
                        .or_default();
                    values.push(label_line(&content));
                }
            }
            "link"
                if element
                    .attribute("rel")
                    .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) =>
            {
                meta.canonical = meta
                    .canonical
                    .take()
                    .or(element.attribute("href").map(str::to_owned));
            }
            "base" => {
                meta.base = meta
                    .base
                    .take()
                    .or(element.attribute("href").map(str::to_owned));
            }
            "title" if meta.title.is_none() => {
                meta.title = Some(label_line(&tree.raw_text(at))).filter(|title| !title.is_empty());
            }
            _ => {}
        }
    }
    meta
}

impl Meta {
    /// The first value of the first of these names that is there, with that name.
    pub(super) fn first(&self, names: &[&'static str]) -> Option<(&str, &'static str)> {
        names.iter().find_map(|name| {
            let value = self.values.get(*name)?.first()?;
            Some((value.as_str(), *name))
        })
    }

    /// All values of a name.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the page says that it is of a type.
    pub(super) fn is_type(&self, name: &str) -> bool {
        self.all("og:type")
            .iter()
            .any(|kind| kind.eq_ignore_ascii_case(name))
    }

    /// A title without the name of its site behind or before it.
    pub(super) fn without_site(&self, title: &str) -> String {
        let sites = self
            .all("og:site_name")
            .iter()
            .chain(self.all("application-name"));
        for site in sites {
            for bar in [" | ", " - ", " – ", " — ", " • ", " · ", " :: "] {
                if let Some(rest) = title.strip_suffix(&format!("{bar}{site}")) {
                    return rest.trim().to_owned();
                }
                if let Some(rest) = title.strip_prefix(&format!("{site}{bar}")) {
                    return rest.trim().to_owned();
                }
            }
        }
        title.to_owned()
    }
}
