//! Where a text leads: its pictures, the documents it links to, addresses in full.

use url::Url;

use super::tree::Element;
use crate::{domain::article::Attachment, source::prose::label_line};

/// File name endings of documents that go with a text.
const DOCUMENTS: [&str; 11] = [
    "pdf", "doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "rtf",
];

/// A picture as its mark-up states it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::source) struct Picture {
    /// Its address in full.
    pub url: String,
    /// Its description.
    pub alt: Option<String>,
    /// Its caption, credit and all.
    pub caption: Option<String>,
    /// The line it stands on.
    pub line: usize,
}

/// A picture's element as a picture: `None` when it is a pixel for counting, or is given as data.
pub(super) fn picture_of(
    image: &Element,
    base: Option<&Url>,
    caption: Option<String>,
) -> Option<Picture> {
    let small = |side: &str| {
        image
            .attribute(side)
            .and_then(|size| size.trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|size| size <= 2)
    };
    if small("width") || small("height") {
        return None;
    }
    let first_of_set = |set: &str| set.split_whitespace().next().map(str::to_owned);
    let candidates = [
        image.attribute("data-src").map(str::to_owned),
        image.attribute("src").map(str::to_owned),
        image.attribute("srcset").and_then(first_of_set),
    ];
    let url = candidates
        .into_iter()
        .flatten()
        .find_map(|address| web_address(&address, base))?;
    let line_of = |text: &str| Some(label_line(text)).filter(|text| !text.is_empty());
    Some(Picture {
        url: url.into(),
        alt: image.attribute("alt").and_then(line_of),
        caption,
        line: image.line,
    })
}

/// An address in full, http or https; `None` for what leads elsewhere.
pub(in crate::source) fn web_address(text: &str, base: Option<&Url>) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let url = match base {
        Some(base) => base.join(text).ok()?,
        None => Url::parse(text).ok()?,
    };
    matches!(url.scheme(), "http" | "https")
        .then_some(url)
        .filter(Url::has_host)
}

/// The document an address leads to, by its ending.
pub(super) fn document_of(href: &str, base: Option<&Url>, words: &str) -> Option<Attachment> {
    let path = href.trim().split(['?', '#']).next()?;
    let name = path.rsplit('/').next()?;
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    if !DOCUMENTS.contains(&ending.as_str()) {
        return None;
    }
    let title = label_line(words);
    Some(Attachment {
        title: if title.is_empty() {
            name.to_owned()
        } else {
            title
        },
        url: web_address(href, base).map(String::from),
        format: Some(ending),
        note: None,
    })
}
