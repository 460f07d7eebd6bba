//! What stands around the text of a page, told by its element or by what its style sheet calls it.

use super::tree::Element;

/// Names that a part of a page around the text has whole, or begins with before a hyphen: `share`, `share-buttons`.
/// A name that ends so may be the text's own: `content-with-sidebar`.
const NAMES: [&str; 27] = [
    "nav",
    "navigation",
    "navbar",
    "menu",
    "breadcrumb",
    "breadcrumbs",
    "cookie",
    "cookies",
    "consent",
    "share",
    "sharing",
    "social",
    "some",
    "related",
    "relateret",
    "sidebar",
    "footer",
    "advert",
    "advertisement",
    "annonce",
    "promo",
    "newsletter",
    "nyhedsbrev",
    "comments",
    "kommentarer",
    "pagination",
    "skip",
];

/// Whether an element looks like a part of the page that is not its text.
pub(super) fn is_chrome(element: &Element) -> bool {
    if element.is(&["html", "body", "main", "article"]) {
        return false;
    }
    let marks = element.marks();
    element.is(&["footer", "aside"])
        || marks
            .split(|c: char| c.is_whitespace() || c == '_')
            .flat_map(|mark| mark.split("--"))
            .any(|mark| {
                NAMES.iter().any(|name| {
                    mark.strip_prefix(name).is_some_and(|rest| {
                        rest.is_empty() || rest.starts_with('-') && !rest.starts_with("-item")
                    })
                })
            })
}
