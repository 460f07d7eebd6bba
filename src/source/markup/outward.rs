//! Where a text leads: its pictures, the documents it links to, addresses in full.

use url::{ParseError, Url};

use super::{flow::Manner, tree::Element};
use crate::{domain::article::Attachment, source::prose::label_line};

/// File name endings of documents that go with a text.
const DOCUMENTS: [&str; 11] = [
    "pdf", "doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "rtf",
];

/// A picture as its mark-up states it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::source) struct Picture {
    /// Its address in full, or its path beside the text: see [`picture_place`].
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
    manner: Manner,
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
    let place_of = |address: String| match manner {
        Manner::Entry => picture_place(&address, base),
        Manner::Page => web_address(&address, base).map(String::from),
    };
    let url = candidates.into_iter().flatten().find_map(place_of)?;
    let line_of = |text: &str| Some(label_line(text)).filter(|text| !text.is_empty());
    Some(Picture {
        url,
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

/// Where a picture lies: its address in full; of a relative one that starts at no address, the path as it stands, which
/// starts at the folder of the text's own file. `None` for what leads elsewhere.
pub(in crate::source) fn picture_place(text: &str, base: Option<&Url>) -> Option<String> {
    let path = || is_adrift(text, base).then(|| text.trim().to_owned());
    web_address(text, base).map(String::from).or_else(path)
}

/// Whether an address is relative, and nothing says to what.
pub(in crate::source) fn is_adrift(text: &str, base: Option<&Url>) -> bool {
    let text = text.trim();
    base.is_none()
        && !text.is_empty()
        && !text.starts_with(['#', '?'])
        && Url::parse(text) == Err(ParseError::RelativeUrlWithoutBase)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_picture_is_a_path_only_where_nothing_says_what_it_is_relative_to() {
        let site: Url = "https://nordby.example/nyt/".parse().unwrap();
        let check = |text: &str, base: Option<&Url>, expected: Option<&str>| {
            assert_eq!(picture_place(text, base).as_deref(), expected, "{text}");
        };
        let in_full = Some("https://nordby.example/nyt/br%C3%B8d.jpg");
        check(" brød.jpg ", Some(&site), in_full);
        check(" billeder/brød.jpg ", None, Some("billeder/brød.jpg"));
        check("../brød.jpg", None, Some("../brød.jpg"));
        check("//cdn.example/a.jpg", None, Some("//cdn.example/a.jpg"));
        check(
            "https://a.example/b.jpg",
            None,
            Some("https://a.example/b.jpg"),
        );
        for none in [
            "",
            "  ",
            "#top",
            "?side=2",
            "data:image/gif;base64,R0",
            "cid:a@b",
            "file:///a.jpg",
            "c:\\a.jpg",
        ] {
            check(none, None, None);
        }
        check("data:image/gif;base64,R0", Some(&site), None);
    }
}
