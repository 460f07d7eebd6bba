//! One entry of a feed, whatever the format: what it says, and which of its words said so.

use url::Url;

use crate::{
    domain::article::{Attachment, Author, Image},
    source::{
        markup::{self, picture_place, web_address},
        prose::label_line,
        text::people::writers,
    },
};

/// The line something stands on; JSON has none to tell.
pub(super) type Line = Option<usize>;

/// A value and the word of the format that stated it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// The value.
    pub(super) text: String,
    /// The element or key.
    pub(super) by: &'static str,
}

impl Said {
    pub(super) fn new(text: impl Into<String>, by: &'static str) -> Self {
        Self {
            text: text.into(),
            by,
        }
    }
}

/// A value that is one line of words, mark-up or not.
pub(super) fn said_line(text: Option<&str>, by: &'static str) -> Option<Said> {
    let line = label_line(&markup::words(text?));
    (!line.is_empty()).then(|| Said::new(line, by))
}

/// A stretch of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Html {
    /// The mark-up.
    pub(super) text: String,
    /// Where its relative addresses start.
    pub(super) base: Option<Url>,
    /// The element or key.
    pub(super) by: &'static str,
}

impl Html {
    /// A text without mark-up: what looks like it is to be shown as it stands, and empty lines part paragraphs.
    pub(super) fn of_plain(text: &str, by: &'static str) -> Self {
        Self {
            text: markup::of_plain(text),
            base: None,
            by,
        }
    }

    /// What RSS gives for HTML: most often it is, sometimes plain text with lines.
    pub(super) fn of_either(text: &str, base: Option<Url>, by: &'static str) -> Self {
        Self {
            text: markup::of_either(text),
            base,
            by,
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    /// The line it begins on.
    pub(super) line: Line,
    /// What its publisher knows it by.
    pub(super) guid: Option<String>,
    /// Its own page, in full.
    pub(super) link: Option<Said>,
    /// Its page's address as it stands, where that is relative and nothing says to what.
    pub(super) adrift: Option<String>,
    /// Its title, plain.
    pub(super) title: Option<Said>,
    /// What it is about.
    pub(super) summary: Option<Html>,
    /// The whole of it.
    pub(super) content: Option<Html>,
    /// When it was published, as it stands.
    pub(super) published: Option<Said>,
    /// When it was last changed, as it stands, where every entry must say so and few say more: Atom's `updated`.
    pub(super) updated: Option<Said>,
    /// When it was last changed, as it stands, in any format: nothing that tells when it was published.
    pub(super) changed: Option<Said>,
    /// Who wrote it.
    pub(super) authors: Vec<Author>,
    /// What it is filed under.
    pub(super) categories: Vec<String>,
    /// Its pictures, the best first.
    pub(super) pictures: Vec<Image>,
    /// What goes with it that is no picture.
    pub(super) enclosures: Vec<Attachment>,
    /// Who answers for it.
    pub(super) publisher: Option<Said>,
    /// The feed or paper it was taken from.
    pub(super) source: Option<Said>,
}

impl Item {
    pub(super) fn add_category(&mut self, text: &str) {
        let word = markup::words(text);
        let word = label_line(&word);
        if !word.is_empty() && word.chars().count() <= 80 && !self.categories.contains(&word) {
            self.categories.push(word);
        }
    }

    /// Adds the entry's own writers; where it names none, the feed's wrote it.
    pub(super) fn add_writers(&mut self, own: &[String], of_feed: &[String]) {
        for author in if own.is_empty() { of_feed } else { own } {
            self.add_authors(author);
        }
    }

    /// Adds those a feed names as writers: `ida@nordby.example (Ida Holm)`, `Ida Holm og Bo Lund`.
    fn add_authors(&mut self, text: &str) {
        let text = label_line(&markup::words(text));
        let named = match text.split_once('(') {
            Some((address, name)) if address.contains('@') => name.trim_end_matches(')').trim(),
            _ => text.as_str(),
        };
        let plain = || {
            let name: Vec<&str> = named
                .split(' ')
                .filter(|word| !word.contains('@'))
                .collect();
            let name = name.join(" ");
            let name = name.trim_matches(['<', '>', ' ', ',']).to_owned();
            (!name.is_empty()).then_some(Author { name, role: None })
        };
        let authors =
            writers(&format!("Af {named}")).unwrap_or_else(|| plain().into_iter().collect());
        for author in authors {
            if !self.authors.iter().any(|known| known.name == author.name) {
                self.authors.push(author);
            }
        }
    }

    /// Adds what goes with the entry, by its address and where a relative one starts: a picture, or something else.
    pub(super) fn add_enclosure(
        &mut self,
        address: &str,
        base: Option<&Url>,
        kind: Option<&str>,
        title: Option<&str>,
    ) {
        let Some(place) = picture_place(address, base) else {
            return;
        };
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        let path = place.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase())
            .filter(|ending| (2..=5).contains(&ending.len()));
        let picture = kind.starts_with("image/")
            || kind.is_empty()
                && ending.as_deref().is_some_and(|ending| {
                    matches!(ending, "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif")
                });
        if picture {
            self.add_picture(Image {
                url: Some(place),
                ..Image::default()
            });
            return;
        }
        let Some(url) = web_address(address, base) else {
            return;
        };
        let title = title.map(label_line).filter(|title| !title.is_empty());
        let enclosure = Attachment {
            title: title.unwrap_or_else(|| {
                if name.is_empty() {
                    url.to_string()
                } else {
                    name
                }
            }),
            url: Some(url.into()),
            format: ending,
            note: None,
        };
        if !self
            .enclosures
            .iter()
            .any(|known| known.url == enclosure.url)
        {
            self.enclosures.push(enclosure);
        }
    }

    /// Adds a picture, or what more is said of one that is known.
    pub(super) fn add_picture(&mut self, picture: Image) {
        match self
            .pictures
            .iter_mut()
            .find(|known| known.url == picture.url)
        {
            Some(known) => {
                known.caption = known.caption.take().or(picture.caption);
                known.credit = known.credit.take().or(picture.credit);
                known.alt = known.alt.take().or(picture.alt);
            }
            None => self.pictures.push(picture),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_are_named_in_many_ways() {
        let check = |text: &str, expected: &[&str]| {
            let mut item = Item::default();
            item.add_authors(text);
            let names: Vec<&str> = item
                .authors
                .iter()
                .map(|author| author.name.as_str())
                .collect();
            assert_eq!(names, expected, "{text}");
        };
        check("Ida Holm", &["Ida Holm"]);
        check("ida@nordby.example (Ida Holm)", &["Ida Holm"]);
        check("Ida Holm <ida@nordby.example>", &["Ida Holm"]);
        check("ida@nordby.example", &[]);
        check("Ida Holm og Bo Lund", &["Ida Holm", "Bo Lund"]);
        check("Nordby Kommune", &["Nordby Kommune"]);
        check("redaktionen", &["redaktionen"]);
        check("S&oslash;ren Holm", &["Søren Holm"]);
    }
}
