//! Media RSS (search.yahoo.com/mrss): pictures beside an entry of RSS or Atom.

use super::{
    item::Item,
    xml::{Element, Space},
};
use crate::{
    domain::article::Image,
    source::{
        markup::{self, picture_place},
        prose::label_line,
    },
};

/// A picture and how wide it is.
struct Found {
    image: Image,
    width: u32,
}

/// Adds the pictures of an entry's `media:` elements, the widest first.
pub(super) fn add(item: &mut Item, entry: &Element) {
    let mut found = Vec::new();
    gather(entry, &mut found, item);
    found.sort_by_key(|found| std::cmp::Reverse(found.width));
    for Found { image, .. } in found {
        item.add_picture(image);
    }
}

fn gather(around: &Element, found: &mut Vec<Found>, item: &mut Item) {
    for element in around
        .children()
        .filter(|child| child.space == Space::Media)
    {
        match element.name.as_str() {
            "group" => gather(element, found, item),
            "content" => {
                let medium = element.attribute("medium");
                let kind = element.attribute("type").unwrap_or_default();
                if medium == Some("image") || kind.starts_with("image/") {
                    found.extend(picture(element, around));
                } else if medium.is_none() && kind.is_empty() {
                    // A still of a film is a thumbnail of its own; a content of no stated kind is told by its name.
                    if let Some(url) = element.attribute("url") {
                        item.add_enclosure(url, element.base.as_deref(), None, None);
                    }
                }
                gather(element, found, item);
            }
            "thumbnail" => found.extend(picture(element, around).map(|found| Found {
                // Only where there is no better.
                width: found.width.min(1),
                ..found
            })),
            _ => {}
        }
    }
}

fn picture(element: &Element, around: &Element) -> Option<Found> {
    let url = picture_place(element.attribute("url")?, element.base.as_deref())?;
    let said = |name: &str| {
        let of = |place: &Element| place.first(Space::Media, name).and_then(Element::text);
        let text = of(element).or_else(|| of(around))?;
        Some(label_line(&markup::words(&text))).filter(|text| !text.is_empty())
    };
    let width = element
        .attribute("width")
        .and_then(|width| width.parse().ok());
    Some(Found {
        image: Image {
            url: Some(url),
            caption: said("description"),
            credit: said("credit"),
            alt: said("title"),
            ..Image::default()
        },
        width: width.unwrap_or(2),
    })
}
